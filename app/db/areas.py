"""The area: one imported data set, under whose name all its rows stand."""

from __future__ import annotations

from datetime import date, datetime  # noqa: TC003 - the columns need them at run time
from typing import TYPE_CHECKING

from sqlalchemy import ForeignKey, Integer, String, select
from sqlalchemy.orm import Mapped, mapped_column

from app.db.base import Base, UtcDateTime
from app.errors import AreaNotFound

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy.orm import Session

ID_CHARS = 64
"""Length of a natural id; `app.datafiles.cells.ID` takes no more."""


class Area(Base):
    """An area as last imported. `digest` is the SHA-256 of the data set."""

    __tablename__ = "area"

    name: Mapped[str] = mapped_column(String(ID_CHARS), primary_key=True)
    day: Mapped[date]
    imported_at: Mapped[datetime] = mapped_column(UtcDateTime)
    digest: Mapped[str] = mapped_column(String(64))


class OfArea(Base):
    """A row of a data set: it belongs to an area, and `position` is its place in the file, from 0."""

    __abstract__ = True

    area: Mapped[str] = mapped_column(String(ID_CHARS), ForeignKey("area.name"), primary_key=True, sort_order=-1)
    position: Mapped[int] = mapped_column(Integer)


def get_area(session: Session, name: str) -> Area:
    """Get an area by its name. Raises AreaNotFound."""
    area = session.get(Area, name)
    if area is None:
        raise AreaNotFound(f"there is no area {name}")
    return area


def list_areas(session: Session) -> Sequence[Area]:
    """List the areas by name."""
    return session.scalars(select(Area).order_by(Area.name)).all()


def lock_area(session: Session, name: str) -> None:
    """Keep other writers of an area waiting until this transaction ends. Raises AreaNotFound.

    SQLite has one writer at a time anyway.
    """
    if session.scalar(select(Area.name).where(Area.name == name).with_for_update()) is None:
        raise AreaNotFound(f"there is no area {name}")
