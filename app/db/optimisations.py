"""Optimisations: what was asked for, how far it is, and what came of it."""

from __future__ import annotations

from datetime import datetime  # noqa: TC003 - the columns need it at run time
from enum import StrEnum
from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid4

from sqlalchemy import JSON, ForeignKey, Index, String, select, update
from sqlalchemy.orm import Mapped, mapped_column

from app.db.areas import ID_CHARS
from app.db.base import Base, Json, UtcDateTime, word_of
from app.errors import NotFound

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy.orm import Session


class Kind(StrEnum):
    """What is computed."""

    OPTIMISE = "optimise"
    COMPARE = "compare"
    ZONES = "zones"


class Status(StrEnum):
    """How far an optimisation is; the last three are final."""

    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


_OPEN = (Status.QUEUED, Status.RUNNING)
_FROM = {
    Status.RUNNING: _OPEN,  # from running too: a worker that was killed starts it again
    Status.DONE: (Status.RUNNING,),
    Status.FAILED: _OPEN,
    Status.CANCELLED: _OPEN,
}


class Optimisation(Base):
    """One execution of the solver. `problem` is the error document of a failed one; `version` counts its changes."""

    __tablename__ = "optimisation"
    __table_args__ = (Index(None, "area", "created_at"), Index(None, "status"))

    id: Mapped[UUID] = mapped_column(primary_key=True)
    area: Mapped[str] = mapped_column(String(ID_CHARS), ForeignKey("area.name"))
    kind: Mapped[Kind] = mapped_column(word_of(Kind))
    status: Mapped[Status] = mapped_column(word_of(Status))
    request: Mapped[Json] = mapped_column(JSON)
    result: Mapped[Json | None] = mapped_column(JSON(none_as_null=True))
    problem: Mapped[Json | None] = mapped_column(JSON(none_as_null=True))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    started_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    finished_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    version: Mapped[int]


def add_optimisation(session: Session, area: str, *, kind: Kind, request: Json, at: datetime) -> Optimisation:
    """Queue an optimisation of an area."""
    row = Optimisation(
        id=uuid4(), area=area, kind=kind, status=Status.QUEUED, request=request, created_at=at, version=1
    )
    session.add(row)
    session.flush()
    return row


def get_optimisation(session: Session, optimisation: UUID) -> Optimisation:
    """Get an optimisation as it is now. Raises NotFound."""
    row = session.get(Optimisation, optimisation, populate_existing=True)
    if row is None:
        raise NotFound(f"there is no optimisation {optimisation}")
    return row


def list_optimisations(session: Session, area: str, *, limit: int = 50) -> Sequence[Optimisation]:
    """List the optimisations of an area, the latest first."""
    newest_first = select(Optimisation).where(Optimisation.area == area).order_by(Optimisation.created_at.desc())
    return session.scalars(newest_first.limit(limit)).all()


def start(session: Session, optimisation: UUID, *, at: datetime) -> bool:
    """Mark an optimisation as running; one that a killed worker left running is started again.

    Returns False, having changed nothing, when it has ended already. So do `finish`, `fail` and `cancel`.
    """
    return _move(session, optimisation, Status.RUNNING, started_at=at)


def finish(session: Session, optimisation: UUID, *, result: Json, at: datetime) -> bool:
    """Mark a running optimisation as done. Returns False when it was cancelled in the meantime, or is not running."""
    return _move(session, optimisation, Status.DONE, result=result, finished_at=at)


def fail(session: Session, optimisation: UUID, *, problem: Json, at: datetime) -> bool:
    """Mark an optimisation as failed, with the error document that its readers are shown."""
    return _move(session, optimisation, Status.FAILED, problem=problem, finished_at=at)


def cancel(session: Session, optimisation: UUID, *, at: datetime) -> bool:
    """Mark an optimisation as cancelled."""
    return _move(session, optimisation, Status.CANCELLED, finished_at=at)


def _move(session: Session, optimisation: UUID, to: Status, **values: Any) -> bool:  # noqa: ANN401 - column values
    """Change the status in one statement, so that of two that race only one succeeds."""
    changed = session.scalar(
        update(Optimisation)
        .where(Optimisation.id == optimisation, Optimisation.status.in_(_FROM[to]))
        .values(status=to, version=Optimisation.version + 1, **values)
        .returning(Optimisation.id)
        .execution_options(synchronize_session=False)
    )
    session.expire_all()
    return changed is not None
