"""The engine for a database address, and the two edges at which a session begins and ends."""

from __future__ import annotations

from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import Engine, create_engine, event
from sqlalchemy.engine import make_url
from sqlalchemy.orm import Session

from app.db.walls import stand_at

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from sqlalchemy import Connection

    from app.db.views import View

_POOL_SIZE = 5
"""Connections kept per process; with as many more at peaks, ten processes stay under PostgreSQL's default of 100."""

_BEGIN = "rota_sqlite_begin"
_VIEW = "rota_view"
_TAKE_DOWN = "rota_take_down"


def make_engine(url: str) -> Engine:
    """Make the engine for a SQLite or PostgreSQL address; the folder of a SQLite file is made when absent.

    Its errors tell the statement and not what it was given: that is about people.
    """
    address = make_url(url)
    if address.get_backend_name() != "sqlite":
        return create_engine(
            address, pool_size=_POOL_SIZE, max_overflow=_POOL_SIZE - 1, pool_pre_ping=True, hide_parameters=True
        )
    if address.database and address.database != ":memory:":
        Path(address.database).parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    engine = create_engine(address, hide_parameters=True)
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


@contextmanager
def writing(engine: Engine, view: View | None = None) -> Iterator[Session]:
    """Open a session that commits at the end, or rolls everything back when an exception leaves the block.

    `view` is what it may see and change; see `app.db.walls`.
    """
    immediate = engine.execution_options(**{_BEGIN: "BEGIN IMMEDIATE"})
    with Session(immediate, expire_on_commit=False) as session, session.begin():
        options = engine.get_execution_options()
        stand_at(session, view or options.get(_VIEW))
        yield session
        if _TAKE_DOWN in options:
            options[_TAKE_DOWN](session)


@contextmanager
def reading(engine: Engine, view: View | None = None) -> Iterator[Session]:
    """Open a session that sees one state of the database, within a view if there is one, and stores nothing."""
    snapshot = (
        engine if engine.dialect.name == "sqlite" else engine.execution_options(isolation_level="REPEATABLE READ")
    )
    with Session(snapshot, expire_on_commit=False, autoflush=False) as session:
        stand_at(session, view or engine.get_execution_options().get(_VIEW))
        yield session


def with_view(engine: Engine, view: View, take_down: Callable[[Session], None]) -> Engine:
    """Give the same engine for several sessions with one view; `take_down` is called before each commit."""
    return engine.execution_options(**{_VIEW: view, _TAKE_DOWN: take_down})


def _prepare_sqlite(connection: Any, _record: object) -> None:  # noqa: ANN401 - the driver's connection
    """Let SQLAlchemy, not the driver, say when a transaction begins; enforce references; wait for other writers."""
    connection.isolation_level = None
    for pragma in ("busy_timeout=10000", "journal_mode=WAL", "synchronous=NORMAL", "foreign_keys=ON"):
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: Connection) -> None:
    """Begin for real, so that reads are consistent; a writer takes its turn at once rather than fail half-way."""
    connection.exec_driver_sql(connection.get_execution_options().get(_BEGIN, "BEGIN"))
