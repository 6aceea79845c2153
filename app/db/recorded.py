"""The rota as it was recorded."""

from __future__ import annotations

from datetime import date  # noqa: TC003 - the columns need it at run time

from sqlalchemy import ForeignKeyConstraint, Index, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from app.db.areas import ID_CHARS, OfArea


class Recorded(OfArea):
    """A carer on a shift made a visit: one row per carer present. Its place in the file is its key."""

    __tablename__ = "recorded"
    __table_args__ = (
        ForeignKeyConstraint(["area", "shift_id"], ["shift.area", "shift.shift_id"]),
        ForeignKeyConstraint(["area", "visit_id"], ["visit.area", "visit.visit_id"]),
        Index(None, "area", "visit_id"),
        Index(None, "area", "shift_id"),
    )

    position: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    shift_id: Mapped[str] = mapped_column(String(ID_CHARS))
    visit_id: Mapped[str] = mapped_column(String(ID_CHARS))
    start: Mapped[int]
    day: Mapped[date | None]
