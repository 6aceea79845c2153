"""The queue of optimisations: what waits, and what somebody began."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import func, select

from app.db.optimisations import Optimisation, Status

if TYPE_CHECKING:
    from collections.abc import Sequence
    from uuid import UUID

    from sqlalchemy.orm import Session


def count_waiting(session: Session) -> int:
    """Count the queued optimisations of all areas."""
    return session.scalar(select(func.count()).where(Optimisation.status == Status.QUEUED)) or 0


def next_waiting(session: Session) -> UUID | None:
    """Give the optimisation that has been queued longest."""
    waiting = select(Optimisation.id).where(Optimisation.status == Status.QUEUED)
    return session.scalar(waiting.order_by(Optimisation.created_at, Optimisation.id).limit(1))


def running(session: Session) -> Sequence[tuple[UUID, int]]:
    """List the running optimisations, oldest first, and how often each was started.

    An open optimisation changes only by being started, so its version counts that.
    """
    rows = session.scalars(select(Optimisation).where(Optimisation.status == Status.RUNNING))
    return [(row.id, row.version - 1) for row in sorted(rows, key=lambda row: row.created_at)]


def is_open(session: Session, optimisation: UUID) -> bool:
    """Tell whether an optimisation is queued or running."""
    status = session.scalar(select(Optimisation.status).where(Optimisation.id == optimisation))
    return status in {Status.QUEUED, Status.RUNNING}
