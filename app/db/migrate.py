"""Bring a database to a revision of its schema."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from sqlalchemy import inspect, text

from app.db.engine import make_engine
from app.resources import migrations

if TYPE_CHECKING:
    from alembic.config import Config
    from sqlalchemy import Connection

_LOCK_KEY = 0x726F7461
"""Key of the advisory lock under which one process migrates a PostgreSQL database (the letters "rota")."""


def migrate(url: str, revision: str = "head") -> None:
    """Upgrade the database at an address, all steps or none. Safe when several processes start at once."""
    engine = make_engine(url)
    try:
        with engine.connect() as connection:
            if revision == "head" and _revision(connection) == _newest():
                return  # most commands find it so, and Alembic takes a while to load
            connection.rollback()
            prepare(connection)
            from alembic import command  # noqa: PLC0415 - as said above

            command.upgrade(configuration(connection), revision)
            connection.commit()
    finally:
        engine.dispose()


def _revision(connection: Connection) -> str | None:
    """Tell at which revision a database is; None for one without our tables."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    found: str | None = connection.scalar(text("SELECT version_num FROM alembic_version"))
    return found


def _newest() -> str:
    """Name the newest migration: the files begin with their numbers."""
    return max(path.name for path in (migrations() / "versions").glob("0*.py")).partition("_")[0]


def configuration(connection: Connection) -> Config:
    """Make Alembic's configuration for an open connection. The caller commits."""
    from alembic.config import Config  # noqa: PLC0415 - as above

    config = Config(stdout=sys.stdout)  # else what it was when the library was loaded
    config.set_main_option("script_location", str(migrations()).replace("%", "%%"))
    config.attributes["connection"] = connection
    return config


def prepare(connection: Connection) -> None:
    """Begin the transaction of a migration, and keep others from migrating at the same time."""
    if connection.dialect.name == "sqlite":
        driver = connection.connection.driver_connection
        # Batch mode copies and drops tables, which must not delete the rows that refer to them.
        driver.execute("PRAGMA foreign_keys=OFF")  # type: ignore[union-attr]
        connection.execution_options(rota_sqlite_begin="BEGIN IMMEDIATE")
    else:
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK_KEY})
        connection.execute(text("SET LOCAL lock_timeout = '10s'"))
