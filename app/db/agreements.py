"""Alliances and their members, contracts, and packages of care. Columns mean what `app.agreements` says."""

from __future__ import annotations

from datetime import date  # noqa: TC003 - the columns need it at run time

from sqlalchemy import ForeignKeyConstraint, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from app.agreements import ServiceKind
from app.db.areas import ID_CHARS, OfArea
from app.db.base import word_of

_PROVIDER = (["area", "provider_id"], ["provider.area", "provider.provider_id"])


class Alliance(OfArea):
    """Providers that work as one."""

    __tablename__ = "alliance"

    alliance_id: Mapped[str] = mapped_column(String(ID_CHARS), primary_key=True)
    name: Mapped[str]
    valid_from: Mapped[date | None]
    valid_to: Mapped[date | None]


class AllianceMember(OfArea):
    """A provider in an alliance."""

    __tablename__ = "alliance_member"
    __table_args__ = (
        ForeignKeyConstraint(["area", "alliance_id"], ["alliance.area", "alliance.alliance_id"]),
        ForeignKeyConstraint(*_PROVIDER),
        Index(None, "area", "provider_id"),
    )

    alliance_id: Mapped[str] = mapped_column(String(ID_CHARS), primary_key=True)
    provider_id: Mapped[str] = mapped_column(String(ID_CHARS), primary_key=True)
    valid_from: Mapped[date | None]
    valid_to: Mapped[date | None]


class Contract(OfArea):
    """What the partnership buys from a provider."""

    __tablename__ = "contract"
    __table_args__ = (ForeignKeyConstraint(*_PROVIDER), Index(None, "area", "provider_id"))

    contract_id: Mapped[str] = mapped_column(String(ID_CHARS), primary_key=True)
    provider_id: Mapped[str] = mapped_column(String(ID_CHARS))
    name: Mapped[str]
    valid_from: Mapped[date | None]
    valid_to: Mapped[date | None]
    late_minutes: Mapped[int]


class Package(OfArea):
    """A support element of a client, with its own option of Self-directed Support."""

    __tablename__ = "package"
    __table_args__ = (
        ForeignKeyConstraint(["area", "client_id"], ["client.area", "client.client_id"]),
        Index(None, "area", "client_id"),
    )

    package_id: Mapped[str] = mapped_column(String(ID_CHARS), primary_key=True)
    client_id: Mapped[str] = mapped_column(String(ID_CHARS))
    service: Mapped[ServiceKind] = mapped_column(word_of(ServiceKind))
    sds_option: Mapped[int | None]
    choice_locked: Mapped[bool]
    weekly_minutes: Mapped[int | None]
    reablement: Mapped[bool | None]
    valid_from: Mapped[date | None]
    valid_to: Mapped[date | None]
