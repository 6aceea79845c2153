"""How an optimisation went, moment by moment: what those who watch it are told, and can be told again."""

from __future__ import annotations

from datetime import datetime  # noqa: TC003 - the columns need it at run time
from typing import TYPE_CHECKING
from uuid import UUID  # noqa: TC003 - the same

from sqlalchemy import ForeignKey, String, func, insert, select
from sqlalchemy.orm import Mapped, mapped_column

from app.db.base import Base, UtcDateTime

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy.orm import Session

    from solver.types import Progress


class OptimisationEvent(Base):
    """A moment of an optimisation; numbers rise from 1 without gaps. Fields as in `solver.types.Progress`."""

    __tablename__ = "optimisation_event"

    optimisation_id: Mapped[UUID] = mapped_column(ForeignKey("optimisation.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    phase: Mapped[str] = mapped_column(String(32))
    done: Mapped[float]
    cost: Mapped[float]
    unallocated: Mapped[int]
    areas: Mapped[int]
    areas_done: Mapped[int]


def add_event(session: Session, optimisation: UUID, progress: Progress, *, at: datetime) -> None:
    """Write down a moment, after all that are known of an optimisation. One process at a time does so."""
    last = select(func.coalesce(func.max(OptimisationEvent.number), 0)).where(
        OptimisationEvent.optimisation_id == optimisation
    )
    session.execute(
        insert(OptimisationEvent).values(
            optimisation_id=optimisation,
            number=last.scalar_subquery() + 1,
            at=at,
            phase=progress.phase,
            done=progress.done,
            cost=progress.cost,
            unallocated=progress.unallocated,
            areas=progress.areas,
            areas_done=progress.areas_done,
        )
    )


def events_after(
    session: Session, optimisation: UUID, number: int, *, limit: int = 1_000
) -> Sequence[OptimisationEvent]:
    """List the moments after the one with a number, in order."""
    rows = (
        select(OptimisationEvent)
        .where(OptimisationEvent.optimisation_id == optimisation, OptimisationEvent.number > number)
        .order_by(OptimisationEvent.number)
    )
    return session.scalars(rows.limit(limit)).all()
