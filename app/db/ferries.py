"""Piers and stops, and the boats and buses between them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date  # noqa: TC003 - the columns need it at run time
from typing import TYPE_CHECKING

from sqlalchemy import CheckConstraint, Float, ForeignKeyConstraint, Integer, String, select, text
from sqlalchemy.orm import Mapped, mapped_column

from app.dataset import PortKind, SailingKind, SailsAs, TimesStatus
from app.db.areas import ID_CHARS, OfArea
from app.db.base import TextList, within, word_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy.orm import Session


class Port(OfArea):
    """A pier, or a bus stop."""

    __tablename__ = "port"
    __table_args__ = (within("lat", -90, 90), within("lon", -180, 180))

    port_id: Mapped[str] = mapped_column(String(ID_CHARS), primary_key=True)
    name: Mapped[str]
    lat: Mapped[float] = mapped_column(Float(53))
    lon: Mapped[float] = mapped_column(Float(53))
    landmass: Mapped[str]
    kind: Mapped[PortKind] = mapped_column(word_of(PortKind), server_default="pier")


class Sailing(OfArea):
    """A line of a timetable. It has no id of its own: its place in the file is its key."""

    __tablename__ = "sailing"
    __table_args__ = (
        ForeignKeyConstraint(["area", "from_port"], ["port.area", "port.port_id"]),
        ForeignKeyConstraint(["area", "to_port"], ["port.area", "port.port_id"]),
        CheckConstraint('"last" >= "first"', name="first_to_last"),
    )

    position: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    route: Mapped[str]
    from_port: Mapped[str] = mapped_column(String(ID_CHARS))
    to_port: Mapped[str] = mapped_column(String(ID_CHARS))
    days: Mapped[tuple[str, ...]] = mapped_column(TextList)
    first: Mapped[int]
    last: Mapped[int]
    headway_minutes: Mapped[int]
    crossing_minutes: Mapped[int]
    check_in_minutes: Mapped[int]
    ashore_minutes: Mapped[int]
    car: Mapped[bool]
    times_status: Mapped[TimesStatus] = mapped_column(word_of(TimesStatus))
    note: Mapped[str]
    valid_from: Mapped[date | None]
    valid_to: Mapped[date | None]
    service: Mapped[str] = mapped_column(server_default=text("''"))
    kind: Mapped[SailingKind] = mapped_column(word_of(SailingKind), server_default="ferry")
    bike: Mapped[bool | None]
    booking: Mapped[bool | None]
    foot_fare_pence: Mapped[int | None]
    car_fare_pence: Mapped[int | None]


class SailingException(OfArea):
    """A day on which boats do not sail as usual. Its place in the file is its key."""

    __tablename__ = "sailing_exception"

    position: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    day: Mapped[date]
    route: Mapped[str]
    service: Mapped[str]
    sails_as: Mapped[SailsAs] = mapped_column(word_of(SailsAs))
    last: Mapped[int | None]
    note: Mapped[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredTimetable:
    """The timetable of an area, in the order of its files."""

    ports: Sequence[Port]
    sailings: Sequence[Sailing]
    exceptions: Sequence[SailingException]


def load_timetable(session: Session, area: str) -> StoredTimetable:
    """Load the timetable of an area."""
    return StoredTimetable(
        ports=session.scalars(select(Port).where(Port.area == area).order_by(Port.position)).all(),
        sailings=session.scalars(select(Sailing).where(Sailing.area == area).order_by(Sailing.position)).all(),
        exceptions=session.scalars(
            select(SailingException).where(SailingException.area == area).order_by(SailingException.position)
        ).all(),
    )
