"""Visits as they were made, from call monitoring. They outlive a new import of their area, as plans do."""

from __future__ import annotations

from datetime import date  # noqa: TC003 - the columns need it at run time
from typing import TYPE_CHECKING

from sqlalchemy import ForeignKey, Index, String, delete, insert, select
from sqlalchemy.orm import Mapped, mapped_column

from app.db.areas import ID_CHARS, lock_area
from app.db.base import Base

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from sqlalchemy.orm import Session

    from app.datafiles.actual_visits import ActualRow


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


def save_actuals(session: Session, area: str, rows: Iterable[ActualRow]) -> None:
    """Store visits as they were made, in place of what was known of the same visit, day and carer.

    Raises AreaNotFound.
    """
    lock_area(session, area)
    new = {(row.day, row.visit_id, row.carer_id): row for row in rows}
    days = {day for day, _, _ in new}
    known = session.scalars(select(ActualVisit).where(ActualVisit.area == area, ActualVisit.day.in_(sorted(days))))
    kept = [row for row in known if (row.day, row.visit_id, row.carer_id) not in new]
    together: list[ActualVisit | ActualRow] = [*kept, *new.values()]
    values = [
        {"area": area, "day": row.day, "visit_id": row.visit_id, "carer_id": row.carer_id}
        | {"arrived": row.arrived, "left": row.left}
        for row in together
    ]
    session.execute(delete(ActualVisit).where(ActualVisit.area == area, ActualVisit.day.in_(sorted(days))))
    if values:
        session.execute(insert(ActualVisit), values)


def actuals_of(session: Session, area: str, day: date) -> Sequence[ActualVisit]:
    """List the visits that were made on a day."""
    asked = select(ActualVisit).where(ActualVisit.area == area, ActualVisit.day == day)
    return session.scalars(asked.order_by(ActualVisit.visit_id, ActualVisit.carer_id)).all()
