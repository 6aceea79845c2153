"""`rota key`: a key is printed once, works, and can be revoked."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from typer.testing import CliRunner

from app.cli.commands import program
from app.db.engine import reading
from app.errors import AreaNotFound, NotFound, Unauthenticated
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


@pytest.mark.parametrize(("words", "provider"), [((), None), (("--provider", "P2", "--days", "1"), "P2")])
def test_a_printed_key_works(sqlite_engine: Engine, words: tuple[str, ...], provider: str | None) -> None:
    """What is printed is the key and nothing else, on one line."""
    key = rota("key", "create", "--area", SMALL.area, *words).stdout.removesuffix("\n")
    with reading(sqlite_engine) as session:
        caller = caller_of(session, key)
    assert (caller.area, caller.provider, caller.prefix) == (SMALL.area, provider, key.split("_")[1])


def test_a_revoked_key_stops_working(sqlite_engine: Engine) -> None:
    """It is named by the part that may be known; a second time there is nothing to revoke."""
    key = rota("key", "create", "--area", SMALL.area).stdout.strip()
    prefix = key.split("_")[1]
    assert rota("key", "revoke", prefix).stdout == f"Revoked {prefix}.\n"
    with reading(sqlite_engine) as session, pytest.raises(Unauthenticated):
        caller_of(session, key)
    assert isinstance(rota("key", "revoke", prefix).exception, NotFound)


@pytest.mark.parametrize(
    ("words", "error"),
    [(("--area", "atlantis"), AreaNotFound), (("--area", SMALL.area, "--provider", "P9"), NotFound)],
)
def test_no_key_is_made_for_what_does_not_exist(words: tuple[str, ...], error: type[Exception]) -> None:
    """An unknown area or provider is told, and nothing is printed that looks like a key."""
    done = rota("key", "create", *words)
    assert isinstance(done.exception, error)
    assert "rota_" not in done.output


def test_a_key_cannot_be_made_already_expired() -> None:
    """At least a day, at most ten years."""
    for days in ("0", "-3", "9999"):
        assert rota("key", "create", "--area", SMALL.area, "--days", days).exit_code == 2
