"""Visits as they were made, from call monitoring. They outlive a new import of their area, as plans do."""

from __future__ import annotations

from datetime import date  # noqa: TC003 - the columns need it at run time

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from app.db.areas import ID_CHARS
from app.db.base import Base


class ActualVisit(Base):
    """When a carer was at a visit, in seconds since midnight of its day. `left` None: nobody noted it."""

    __tablename__ = "actual_visit"
    __table_args__ = (Index(None, "area", "carer_id", "day"), Index(None, "area", "visit_id"))

    area: Mapped[str] = mapped_column(String(ID_CHARS), ForeignKey("area.name"), primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    visit_id: Mapped[str] = mapped_column(String(ID_CHARS), primary_key=True)
    carer_id: Mapped[str] = mapped_column(String(ID_CHARS), primary_key=True)
    arrived: Mapped[int]
    left: Mapped[int | None]
