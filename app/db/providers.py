"""Providers, their carers, and the carers' shifts. Columns mean what `app.dataset` says of the fields."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, Float, ForeignKeyConstraint, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from app.dataset import Gender, ProviderKind
from app.db.areas import ID_CHARS, OfArea
from app.db.base import TextList, within, word_of
from app.db.due import Due
from geo.fix import LocatedBy


class Provider(OfArea):
    """A provider of care at home."""

    __tablename__ = "provider"
    __table_args__ = (within("floor_pct", 0, 100),)

    provider_id: Mapped[str] = mapped_column(String(ID_CHARS), primary_key=True)
    name: Mapped[str]
    kind: Mapped[ProviderKind] = mapped_column(word_of(ProviderKind))
    national: Mapped[bool]
    floor_pct: Mapped[int]
    localities: Mapped[tuple[str, ...]] = mapped_column(TextList)


class Carer(OfArea):
    """A carer, at home."""

    __tablename__ = "carer"
    __table_args__ = (
        ForeignKeyConstraint(["area", "provider_id"], ["provider.area", "provider.provider_id"]),
        Index(None, "area", "provider_id"),
        within("lat", -90, 90),
        within("lon", -180, 180),
    )

    carer_id: Mapped[str] = mapped_column(String(ID_CHARS), primary_key=True)
    provider_id: Mapped[str] = mapped_column(String(ID_CHARS))
    lat: Mapped[float] = mapped_column(Float(53))
    lon: Mapped[float] = mapped_column(Float(53))
    accuracy_m: Mapped[int] = mapped_column(server_default="10")
    located_by: Mapped[LocatedBy] = mapped_column(word_of(LocatedBy), server_default="degrees")
    mode: Mapped[str] = mapped_column(String(16))
    skills: Mapped[tuple[str, ...]] = mapped_column(TextList)
    max_work_minutes: Mapped[int]
    gender: Mapped[Gender | None] = mapped_column(word_of(Gender))
    languages: Mapped[tuple[str, ...]] = mapped_column(TextList)


class Shift(Due, OfArea):
    """When a carer may work: on one day, or every week."""

    __tablename__ = "shift"
    __table_args__ = (
        ForeignKeyConstraint(["area", "carer_id"], ["carer.area", "carer.carer_id"]),
        Index(None, "area", "carer_id"),
        CheckConstraint('"end" > start', name="ends_after_start"),
    )

    shift_id: Mapped[str] = mapped_column(String(ID_CHARS), primary_key=True)
    carer_id: Mapped[str] = mapped_column(String(ID_CHARS))
    start: Mapped[int]
    end: Mapped[int]
    break_minutes: Mapped[int]
    break_earliest: Mapped[int]
    break_latest: Mapped[int]
