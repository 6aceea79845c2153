"""The queue of optimisations: what waits, and what was begun."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import delete, func, select, update

from app.db.optimisations import Optimisation, Status
from app.db.progress import OptimisationEvent
from app.db.searches import Search

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from sqlalchemy.orm import Session


def count_waiting(session: Session) -> int:
    """Count the queued optimisations of all areas."""
    return session.scalar(select(func.count()).where(Optimisation.status == Status.QUEUED)) or 0


def starts_of(session: Session, optimisation: UUID) -> int | None:
    """Tell how often an open optimisation was started; None for one that has ended or is not there.

    An open optimisation changes only by being started, so its version counts that. The row is written as it is: where
    the database takes nothing, as with a full disk, this is the place to find out.
    """
    version = session.scalar(
        update(Optimisation)
        .where(Optimisation.id == optimisation, Optimisation.status.in_((Status.QUEUED, Status.RUNNING)))
        .values(version=Optimisation.version)
        .returning(Optimisation.version)
        .execution_options(synchronize_session=False)
    )
    return None if version is None else version - 1


def is_open(session: Session, optimisation: UUID) -> bool:
    """Tell whether an optimisation is queued or running."""
    status = session.scalar(select(Optimisation.status).where(Optimisation.id == optimisation))
    return status in {Status.QUEUED, Status.RUNNING}


def forget_searches_before(session: Session, at: datetime) -> None:
    """Delete what is kept of searches and moments of optimisations that ended before an instant."""
    old = select(Optimisation.id).where(Optimisation.finished_at < at)
    for table in (Search, OptimisationEvent):
        session.execute(
            delete(table).where(table.optimisation_id.in_(old)).execution_options(synchronize_session=False)
        )
