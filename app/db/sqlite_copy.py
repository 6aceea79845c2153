"""Copy a SQLite database while others write to it: one state of it, whole."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sqlalchemy import Engine

_BUSY_S = 30
_MAGIC = b"SQLite format 3\0"


class NotCopied(RuntimeError):
    """A database is damaged, or others keep it locked."""


def copy_database(source: Path, target: Path) -> None:
    """Copy a database into a file, in place of what it held, in one transaction of each. Raises NotCopied."""
    try:
        with (
            closing(sqlite3.connect(f"file:{source}?mode=rw", uri=True, timeout=_BUSY_S)) as here,
            closing(sqlite3.connect(target, timeout=_BUSY_S)) as there,
        ):
            if here.execute("PRAGMA quick_check").fetchone() != ("ok",):
                raise NotCopied("the database is damaged")
            here.backup(there)
    except sqlite3.Error as error:
        raise NotCopied(str(error)) from error


def is_database(path: Path) -> bool:
    """Tell whether a file is a SQLite database."""
    with path.open("rb") as stream:
        return stream.read(len(_MAGIC)) == _MAGIC


def file_of(engine: Engine) -> Path:
    """Give the file that a SQLite engine opens."""
    return Path(str(engine.url.database)).absolute()


def has_rows(path: Path) -> bool:
    """Tell whether a database file holds anything but empty tables and the number of its schema."""
    if not path.exists() or path.stat().st_size == 0:
        return False
    if not is_database(path):
        return True
    with closing(sqlite3.connect(path, timeout=_BUSY_S)) as opened:
        tables = [name for (name,) in opened.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        return any(
            opened.execute(f'SELECT 1 FROM "{name}" LIMIT 1').fetchone()  # noqa: S608 - the name is the database's own
            for name in tables
            if name not in {"alembic_version", "dbos_migrations"} and not name.startswith("sqlite_")
        )
