"""Clients, their visits, who serves them today, and which carers they prefer or must not be sent."""

from __future__ import annotations

from datetime import date  # noqa: TC003 - the columns need it at run time
from typing import TYPE_CHECKING

from sqlalchemy import CheckConstraint, Float, ForeignKeyConstraint, Index, String, select
from sqlalchemy.orm import Mapped, mapped_column

from app.dataset import Gender, MatchKind
from app.db.areas import ID_CHARS, OfArea
from app.db.base import TextList, within, word_of
from app.db.due import Due
from geo.fix import LocatedBy

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

_CLIENT = (["area", "client_id"], ["client.area", "client.client_id"])


class Client(OfArea):
    """A person who receives care, at home."""

    __tablename__ = "client"
    __table_args__ = (within("lat", -90, 90), within("lon", -180, 180), within("sds_option", 1, 4))

    client_id: Mapped[str] = mapped_column(String(ID_CHARS), primary_key=True)
    lat: Mapped[float] = mapped_column(Float(53))
    lon: Mapped[float] = mapped_column(Float(53))
    accuracy_m: Mapped[int] = mapped_column(server_default="10")
    located_by: Mapped[LocatedBy] = mapped_column(word_of(LocatedBy), server_default="degrees")
    locality: Mapped[str]
    sds_option: Mapped[int]
    choice_locked: Mapped[bool]
    door_minutes: Mapped[int]
    carer_gender: Mapped[Gender | None] = mapped_column(word_of(Gender))
    languages: Mapped[tuple[str, ...]] = mapped_column(TextList)


class Visit(Due, OfArea):
    """A call at a client's home: on one day, or every week."""

    __tablename__ = "visit"
    __table_args__ = (
        ForeignKeyConstraint(*_CLIENT),
        ForeignKeyConstraint(["area", "package_id"], ["package.area", "package.package_id"]),
        Index(None, "area", "client_id"),
        Index(None, "area", "package_id"),
        CheckConstraint("latest >= earliest", name="window"),
        within("carers_needed", 1, 2),
    )

    visit_id: Mapped[str] = mapped_column(String(ID_CHARS), primary_key=True)
    client_id: Mapped[str] = mapped_column(String(ID_CHARS))
    earliest: Mapped[int]
    latest: Mapped[int]
    preferred: Mapped[int]
    duration_minutes: Mapped[int]
    carers_needed: Mapped[int]
    skills: Mapped[tuple[str, ...]] = mapped_column(TextList)
    time_critical: Mapped[bool]
    priority: Mapped[str] = mapped_column(String(16))
    package_id: Mapped[str | None] = mapped_column(String(ID_CHARS))


class Allocation(OfArea):
    """The provider that serves a client today: one per client."""

    __tablename__ = "allocation"
    __table_args__ = (
        ForeignKeyConstraint(*_CLIENT),
        ForeignKeyConstraint(["area", "provider_id"], ["provider.area", "provider.provider_id"]),
        ForeignKeyConstraint(["area", "contract_id"], ["contract.area", "contract.contract_id"]),
        Index(None, "area", "provider_id"),
        Index(None, "area", "contract_id"),
    )

    client_id: Mapped[str] = mapped_column(String(ID_CHARS), primary_key=True)
    provider_id: Mapped[str] = mapped_column(String(ID_CHARS))
    contract_id: Mapped[str | None] = mapped_column(String(ID_CHARS))
    valid_from: Mapped[date | None]
    valid_to: Mapped[date | None]


class Match(OfArea):
    """What is agreed between a client and a carer."""

    __tablename__ = "match"
    __table_args__ = (
        ForeignKeyConstraint(*_CLIENT),
        ForeignKeyConstraint(["area", "carer_id"], ["carer.area", "carer.carer_id"]),
        Index(None, "area", "carer_id"),
    )

    client_id: Mapped[str] = mapped_column(String(ID_CHARS), primary_key=True)
    carer_id: Mapped[str] = mapped_column(String(ID_CHARS), primary_key=True)
    kind: Mapped[MatchKind] = mapped_column(word_of(MatchKind))


def client_ids(session: Session, area: str) -> frozenset[str]:
    """Name the clients of an area."""
    return frozenset(session.scalars(select(Client.client_id).where(Client.area == area)))
