"""Searches: the independent parts of an optimisation, and what came of each. A finished one is never done again."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple
from uuid import UUID  # noqa: TC003 - the columns need it at run time

from sqlalchemy import ForeignKey, LargeBinary, String, delete, exists, select, update
from sqlalchemy.orm import Mapped, mapped_column

from app.db.base import Base
from app.db.optimisations import Optimisation, Status

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import ColumnElement
    from sqlalchemy.orm import Session

KEY_CHARS = 64


class Search(Base):
    """One search of a stage. `key` is the digest of what it starts from; `starts` counts how often it was begun.

    `result` is the checkpoint: from when it is there, `task` is gone. `done`, `cost` and `unallocated` say how far it
    is, of its own part of the day.
    """

    __tablename__ = "search"

    optimisation_id: Mapped[UUID] = mapped_column(ForeignKey("optimisation.id"), primary_key=True)
    stage: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    key: Mapped[str] = mapped_column(String(KEY_CHARS))
    function: Mapped[str] = mapped_column(String(80))
    task: Mapped[bytes | None] = mapped_column(LargeBinary)
    result: Mapped[bytes | None] = mapped_column(LargeBinary)
    queued: Mapped[bool]
    starts: Mapped[int]
    done: Mapped[float]
    cost: Mapped[float | None]
    unallocated: Mapped[int | None]


class Name(NamedTuple):
    """Which search of which optimisation, and the digest of what it starts from."""

    optimisation: UUID
    stage: int
    number: int
    key: str


class Moment(NamedTuple):
    """How far a search is."""

    number: int
    finished: bool
    done: float
    cost: float | None
    unallocated: int | None


class Begun(NamedTuple):
    """What a search is to do, and for which time it was begun."""

    function: str
    task: bytes
    starts: int


def has_search(session: Session, name: Name) -> bool:
    """Tell whether a search is there that starts from the same."""
    row = session.get(Search, name[:3])
    return row is not None and row.key == name.key


def put_search(session: Session, name: Name, *, function: str, task: bytes) -> None:
    """Add a search to be done; it takes the place of one that started from something else."""
    session.execute(delete(Search).where(*_at(name)))
    session.add(
        Search(
            optimisation_id=name.optimisation,
            stage=name.stage,
            number=name.number,
            key=name.key,
            function=function,
            task=task,
            queued=False,
            starts=0,
            done=0.0,
        )
    )
    session.flush()


def take_unqueued(session: Session, optimisation: UUID) -> list[Name]:
    """List the searches that nobody has put into the queue yet, and note that the caller does."""
    taken = session.execute(
        update(Search)
        .where(Search.optimisation_id == optimisation, ~Search.queued)
        .values(queued=True)
        .returning(Search.optimisation_id, Search.stage, Search.number, Search.key)
        .execution_options(synchronize_session=False)
    )
    return sorted(Name(*row) for row in taken)


def begin(session: Session, name: Name) -> Begun | None:
    """Count one more start of a search; None when it is finished, or nobody waits for it any more."""
    wanted = exists().where(Optimisation.id == name.optimisation, Optimisation.status == Status.RUNNING)
    row = session.execute(
        update(Search)
        .where(*_at(name), Search.key == name.key, Search.result.is_(None), wanted)
        .values(starts=Search.starts + 1)
        .returning(Search.function, Search.task, Search.starts)
        .execution_options(synchronize_session=False)
    ).one_or_none()
    return None if row is None else Begun(row.function, row.task or b"", row.starts)


def note(session: Session, name: Name, *, done: float, cost: float, unallocated: int) -> None:
    """Say how far a search is."""
    session.execute(
        update(Search)
        .where(*_at(name), Search.key == name.key, Search.result.is_(None))
        .values(done=done, cost=cost, unallocated=unallocated)
        .execution_options(synchronize_session=False)
    )


def finish(session: Session, name: Name, result: bytes) -> bool:
    """Keep what came of a search. False when that is known already: the first result stays."""
    kept = session.scalar(
        update(Search)
        .where(*_at(name), Search.key == name.key, Search.result.is_(None))
        .values(result=result, task=None, done=1.0)
        .returning(Search.number)
        .execution_options(synchronize_session=False)
    )
    return kept is not None


def moments(session: Session, optimisation: UUID, stage: int) -> Sequence[Moment]:
    """Say how far each search of a stage is."""
    columns = (Search.number, Search.result.is_not(None), Search.done, Search.cost, Search.unallocated)
    rows = session.execute(
        select(*columns).where(Search.optimisation_id == optimisation, Search.stage == stage).order_by(Search.number)
    )
    return [Moment(*row) for row in rows]


def result_of(session: Session, name: Name) -> bytes | None:
    """Give what came of a search, if it is finished."""
    return session.scalar(select(Search.result).where(*_at(name), Search.key == name.key))


def empty_searches(session: Session, optimisation: UUID) -> None:
    """Let go of all that the searches of an ended optimisation held; how often they were begun stays known."""
    session.execute(
        update(Search)
        .where(Search.optimisation_id == optimisation)
        .values(task=None, result=b"")
        .execution_options(synchronize_session=False)
    )


def _at(name: Name) -> tuple[ColumnElement[bool], ...]:
    return Search.optimisation_id == name.optimisation, Search.stage == name.stage, Search.number == name.number
