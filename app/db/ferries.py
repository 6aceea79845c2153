"""Ports, and the boats between them."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, Float, ForeignKeyConstraint, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from app.dataset import TimesStatus
from app.db.areas import ID_CHARS, OfArea
from app.db.base import TextList, within, word_of


class Port(OfArea):
    """A pier."""

    __tablename__ = "port"
    __table_args__ = (within("lat", -90, 90), within("lon", -180, 180))

    port_id: Mapped[str] = mapped_column(String(ID_CHARS), primary_key=True)
    name: Mapped[str]
    lat: Mapped[float] = mapped_column(Float(53))
    lon: Mapped[float] = mapped_column(Float(53))
    landmass: Mapped[str]


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
