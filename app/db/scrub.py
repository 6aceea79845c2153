"""Take what was deleted out of the files of a database too, where it would stay until it is overwritten."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

from sqlalchemy import text

from app.db.sqlite_copy import file_of

if TYPE_CHECKING:
    from sqlalchemy import Engine

_BUSY_S = 30


def scrub(engine: Engine) -> bool:
    """Write the database anew without its gaps. False when others kept it busy: then it has to be done again."""
    if engine.dialect.name == "sqlite":
        engine.dispose()
        return _scrub_file(str(file_of(engine)))
    with engine.execution_options(isolation_level="AUTOCOMMIT").connect() as connection:
        connection.execute(text("VACUUM"))
    return True


def _scrub_file(path: str) -> bool:
    try:
        with closing(sqlite3.connect(path, timeout=_BUSY_S, isolation_level=None)) as opened:
            opened.execute("VACUUM")
            busy, _, _ = opened.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    except sqlite3.OperationalError:
        return False
    return not busy
