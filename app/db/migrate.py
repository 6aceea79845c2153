"""Bring a database to a revision of its schema."""

from __future__ import annotations

from typing import TYPE_CHECKING

from alembic import command
from alembic.config import Config
from sqlalchemy import text

from app.db.engine import make_engine
from app.resources import migrations

if TYPE_CHECKING:
    from sqlalchemy import Connection

_LOCK_KEY = 0x726F7461
"""Key of the advisory lock under which one process migrates a PostgreSQL database (the letters "rota")."""


def migrate(url: str, revision: str = "head") -> None:
    """Upgrade the database at an address, all steps or none. Safe when several processes start at once."""
    engine = make_engine(url)
    try:
        with engine.connect() as connection:
            prepare(connection)
            command.upgrade(configuration(connection), revision)
            connection.commit()
    finally:
        engine.dispose()


def configuration(connection: Connection) -> Config:
    """Make Alembic's configuration for an open connection. The caller commits."""
    config = Config()
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
