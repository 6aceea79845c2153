"""`rota audit`, `rota sign-in-link` and `rota key`, as they are taken down and as they find what was altered."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import text
from typer.testing import CliRunner

from app.cli.commands import program
from app.db.audit import every_entry
from app.db.engine import reading, writing
from app.errors import AuditBroken
from app.security.api_keys import caller_of
from tests.app.service import SMALL, settings_in, store_small

if TYPE_CHECKING:
    from pathlib import Path

    from click.testing import Result
    from sqlalchemy import Engine


@pytest.fixture(autouse=True)
def _installation(sqlite_engine: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the command line find the test's database."""
    settings = settings_in(tmp_path)
    monkeypatch.setenv("ROTA_DATA_DIR", str(settings.data_dir))
    monkeypatch.setenv("ROTA_DATABASE_URL", settings.database_url)
    store_small(settings)


def rota(*words: str) -> Result:
    """Run a command."""
    return CliRunner().invoke(program, words)


def some_entries() -> None:
    """Do three things that are taken down."""
    prefix = rota("key", "create", "--area", SMALL.area).stdout.split("_")[1]
    rota("key", "rotate", prefix)
    rota("sign-in-link", "--area", SMALL.area, "--role", "admin")


def test_what_is_done_at_the_machine_is_taken_down(sqlite_engine: Engine) -> None:
    """Who has the machine has everything, but not without a trace."""
    some_entries()
    with reading(sqlite_engine) as session:
        rows = list(every_entry(session))
    assert [row.action for row in rows] == ["make a key", "renew a key", "make a sign-in link"]
    assert all(row.actor.startswith("machine/") for row in rows)


def test_a_rotated_key_leaves_a_grace(sqlite_engine: Engine) -> None:
    """Both work; with none, the old one is dead at once."""
    old = rota("key", "create", "--area", SMALL.area, "--role", "auditor").stdout.strip()
    new = rota("key", "rotate", old.split("_")[1]).stdout.strip()
    newest = rota("key", "rotate", new.split("_")[1], "--grace-hours", "0").stdout.strip()
    with reading(sqlite_engine) as session:
        assert {caller_of(session, key).role for key in (old, newest)} == {"auditor"}
        with pytest.raises(Exception, match="expired"):
            caller_of(session, new)
    listed = json.loads(rota("key", "list", "--area", SMALL.area, "--json").stdout)
    assert [row["role"] for row in listed] == ["auditor"] * 3


def test_an_audit_that_holds_is_said_to(sqlite_engine: Engine) -> None:
    """With its head, which can be asked for again later."""
    some_entries()
    told = rota("audit", "verify").stdout
    head = told.split("Head: ")[1].strip()
    assert told.startswith("3 entries, every seal holds.")
    assert rota("audit", "verify", "--expect", head).exit_code == 0
    assert isinstance(rota("audit", "verify", "--expect", f"9:{head.split(':')[1]}").exception, AuditBroken)


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE audit_entry SET actor = 'nobody' WHERE seq = 2",
        "UPDATE audit_entry SET subject = 'key/other' WHERE seq = 2",
        "DELETE FROM audit_entry WHERE seq = 2",
        "DELETE FROM audit_entry WHERE seq = 1",
    ],
)
def test_what_was_altered_is_found(sqlite_engine: Engine, change: str) -> None:
    """Also by somebody who took the triggers away first."""
    some_entries()
    with writing(sqlite_engine) as session:
        for act in ("update", "delete"):
            session.execute(text(f"DROP TRIGGER audit_entry_no_{act}"))
        session.execute(text(change))
    found = rota("audit", "verify").exception
    assert isinstance(found, AuditBroken)
    assert str(found) == f"the audit does not hold at entry {1 if 'seq = 1' in change else 2}"


def test_cutting_off_the_end_needs_a_head_to_be_found(sqlite_engine: Engine) -> None:
    """What is left holds by itself; only who kept the head knows that there was more."""
    some_entries()
    head = rota("audit", "verify").stdout.split("Head: ")[1].strip()
    with writing(sqlite_engine) as session:
        session.execute(text("DROP TRIGGER audit_entry_no_delete"))
        session.execute(text("DELETE FROM audit_entry WHERE seq = 3"))
    assert rota("audit", "verify").exit_code == 0
    assert isinstance(rota("audit", "verify", "--expect", head).exception, AuditBroken)


def test_the_audit_is_exported_whole(tmp_path: Path) -> None:
    """One JSON object a line, and no file is overwritten."""
    some_entries()
    path = tmp_path / "audit.jsonl"
    told = rota("audit", "export", str(path)).stdout
    entries = [json.loads(line) for line in path.read_text().splitlines()]
    assert [entry["seq"] for entry in entries] == [1, 2, 3]
    assert told.strip().endswith(entries[-1]["digest"])
    assert rota("audit", "export", str(path)).exit_code != 0
