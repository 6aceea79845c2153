"""Deleted rows do not stay in the files."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

from sqlalchemy import text

from app.db import scrub as scrub_module
from app.db.scrub import scrub
from app.db.sqlite_copy import file_of

if TYPE_CHECKING:
    import pytest
    from sqlalchemy import Engine


def test_both_databases_can_be_scrubbed(engine: Engine) -> None:
    """The command works outside any transaction, on either database, and leaves what is there."""
    with engine.begin() as connection:
        before = connection.execute(text("SELECT version_num FROM alembic_version")).scalar_one()
    assert scrub(engine)
    with engine.begin() as connection:
        assert connection.execute(text("SELECT version_num FROM alembic_version")).scalar_one() == before


def test_a_busy_database_says_so(sqlite_engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    """While somebody else writes, nothing is scrubbed, and that is told rather than raised."""
    monkeypatch.setattr(scrub_module, "_BUSY_S", 0.01)
    with closing(sqlite3.connect(file_of(sqlite_engine), isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        assert not scrub(sqlite_engine)
        other.execute("ROLLBACK")
    assert scrub(sqlite_engine)
