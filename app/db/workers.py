"""Workers: the processes that carry out optimisations, each with a pulse that the others watch.

Nobody compares clocks: a worker is lost when its pulse stands still while the one that watches feels its own.
"""

from __future__ import annotations

from datetime import datetime  # noqa: TC003 - the columns need it at run time
from typing import TYPE_CHECKING

from sqlalchemy import String, delete, func, select, update
from sqlalchemy.orm import Mapped, mapped_column

from app.db.base import Base, UtcDateTime

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy.orm import Session

WORKER_CHARS = 100


class Worker(Base):
    """A worker: its `pulse` rises while it lives. `slots` is how many searches it does at a time."""

    __tablename__ = "worker"

    id: Mapped[str] = mapped_column(String(WORKER_CHARS), primary_key=True)
    pulse: Mapped[int]
    slots: Mapped[int]
    started_at: Mapped[datetime] = mapped_column(UtcDateTime)
    seen_at: Mapped[datetime] = mapped_column(UtcDateTime)


def enlist(session: Session, worker: str, *, slots: int, at: datetime) -> None:
    """Add a worker, or let it begin anew."""
    session.execute(delete(Worker).where(Worker.id == worker))
    session.add(Worker(id=worker, pulse=1, slots=slots, started_at=at, seen_at=at))
    session.flush()


def beat(session: Session, worker: str, pulse: int, *, at: datetime) -> bool:
    """Raise a pulse to the next number. False when the worker was declared lost, or another has its id."""
    felt = session.scalar(
        update(Worker)
        .where(Worker.id == worker, Worker.pulse == pulse)
        .values(pulse=pulse + 1, seen_at=at)
        .returning(Worker.id)
        .execution_options(synchronize_session=False)
    )
    return felt is not None


def pulses(session: Session) -> dict[str, int]:
    """Give the pulse of every worker."""
    return {row.id: row.pulse for row in session.execute(select(Worker.id, Worker.pulse))}


def declare_lost(session: Session, worker: str, pulse: int) -> bool:
    """Strike off a worker whose pulse is still the same. False when it lives, or another did so before."""
    struck = session.scalar(delete(Worker).where(Worker.id == worker, Worker.pulse == pulse).returning(Worker.id))
    return struck is not None


def leave(session: Session, worker: str) -> None:
    """Take a worker off the list that stops of its own accord."""
    session.execute(delete(Worker).where(Worker.id == worker))


def total_slots(session: Session) -> int:
    """Give how many searches all workers do at a time, at least one."""
    return max(1, session.scalar(select(func.sum(Worker.slots))) or 0)


def list_workers(session: Session) -> Sequence[Worker]:
    """List the workers by their ids."""
    return session.scalars(select(Worker).order_by(Worker.id)).all()
