"""Settlements: names for reports and areas."""

from __future__ import annotations

from sqlalchemy import Float, String
from sqlalchemy.orm import Mapped, mapped_column

from app.db.areas import ID_CHARS, OfArea
from app.db.base import within


class Place(OfArea):
    """A settlement."""

    __tablename__ = "place"
    __table_args__ = (within("lat", -90, 90), within("lon", -180, 180))

    place_id: Mapped[str] = mapped_column(String(ID_CHARS), primary_key=True)
    name: Mapped[str]
    lat: Mapped[float] = mapped_column(Float(53))
    lon: Mapped[float] = mapped_column(Float(53))
    population: Mapped[int]
    landmass: Mapped[str]
    locality: Mapped[str]
