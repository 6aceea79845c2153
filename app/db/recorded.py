"""The rota as it was recorded."""

from __future__ import annotations

from sqlalchemy import ForeignKeyConstraint, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from app.db.areas import ID_CHARS, OfArea


class Recorded(OfArea):
    """A carer on a shift made a visit: one row per carer present."""

    __tablename__ = "recorded"
    __table_args__ = (
        ForeignKeyConstraint(["area", "shift_id"], ["shift.area", "shift.shift_id"]),
        ForeignKeyConstraint(["area", "visit_id"], ["visit.area", "visit.visit_id"]),
        Index(None, "area", "visit_id"),
    )

    shift_id: Mapped[str] = mapped_column(String(ID_CHARS), primary_key=True)
    visit_id: Mapped[str] = mapped_column(String(ID_CHARS), primary_key=True)
    start: Mapped[int]
