"""The engine for a database address, and the two edges at which a session begins and ends."""

from __future__ import annotations

from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import Engine, create_engine, event
from sqlalchemy.engine import make_url
from sqlalchemy.orm import Session

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import Connection

_POOL_SIZE = 5
"""Connections kept per process; with as many more at peaks, ten processes stay under PostgreSQL's default of 100."""

_BEGIN = "rota_sqlite_begin"


def make_engine(url: str) -> Engine:
    """Make the engine for a SQLite or PostgreSQL address; the folder of a SQLite file is made when absent."""
    address = make_url(url)
    if address.get_backend_name() != "sqlite":
        return create_engine(address, pool_size=_POOL_SIZE, max_overflow=_POOL_SIZE - 1, pool_pre_ping=True)
    if address.database and address.database != ":memory:":
        Path(address.database).parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    engine = create_engine(address)
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


@contextmanager
def writing(engine: Engine) -> Iterator[Session]:
    """Open a session that commits at the end, or rolls everything back when an exception leaves the block."""
    immediate = engine.execution_options(**{_BEGIN: "BEGIN IMMEDIATE"})
    with Session(immediate, expire_on_commit=False) as session, session.begin():
        yield session


@contextmanager
def reading(engine: Engine) -> Iterator[Session]:
    """Open a session that sees one state of the database and stores nothing."""
    snapshot = (
        engine if engine.dialect.name == "sqlite" else engine.execution_options(isolation_level="REPEATABLE READ")
    )
    with Session(snapshot, expire_on_commit=False, autoflush=False) as session:
        yield session


def _prepare_sqlite(connection: Any, _record: object) -> None:  # noqa: ANN401 - the driver's connection
    """Let SQLAlchemy, not the driver, say when a transaction begins; enforce references; wait for other writers."""
    connection.isolation_level = None
    for pragma in ("busy_timeout=10000", "journal_mode=WAL", "synchronous=NORMAL", "foreign_keys=ON"):
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: Connection) -> None:
    """Begin for real, so that reads are consistent; a writer takes its turn at once rather than fail half-way."""
    connection.exec_driver_sql(connection.get_execution_options().get(_BEGIN, "BEGIN"))
