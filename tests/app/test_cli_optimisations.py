"""`rota optimisations` and `rota workers`, on the stored tiny area."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from app.db.engine import make_engine, reading, writing
from app.db.optimisations import Kind, Status, add_optimisation, fail, finish, get_optimisation, start
from app.db.progress import add_event
from app.db.workers import enlist
from app.errors import OptimisationTooLong
from app.problems import error_document
from solver.types import Progress
from tests.app.commands import CommandLine, tiny_home, url_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path
    from uuid import UUID

    from sqlalchemy import Engine

NOON = datetime(2026, 11, 16, 12, tzinfo=UTC)


@pytest.fixture
def rota(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> CommandLine:
    """Give the command line of an installation with the tiny area."""
    return CommandLine(tiny_home(tmp_path / "var"), monkeypatch, capsys)


@pytest.fixture
def engine(rota: CommandLine) -> Iterator[Engine]:
    """Open its database."""
    opened = make_engine(url_of(rota.data_dir))
    yield opened
    opened.dispose()


@pytest.fixture
def running(engine: Engine) -> UUID:
    """Give an optimisation that runs."""
    with writing(engine) as session:
        row = add_optimisation(session, "tiny", kind=Kind.OPTIMISE, request={}, at=NOON).id
        start(session, row, at=NOON)
        add_event(session, row, Progress(phase="search", done=0.5, cost=9, unallocated=1, areas=3), at=NOON)
    return row


def test_watching_ends_with_the_optimisation(rota: CommandLine, engine: Engine, running: UUID) -> None:
    """Of one that is done the status is told, and as JSON its result."""
    with writing(engine) as session:
        finish(session, running, result={"plans": {}}, at=NOON)
    said = rota("optimisations", "watch", str(running))
    assert (said.code, said.out.strip()) == (0, "done.")
    said = rota("optimisations", "watch", str(running), "--json")
    assert json.loads(said.out) == {"status": "done", "problem": None, "result": {"plans": {}}}


def test_watching_a_failure_tells_why(rota: CommandLine, engine: Engine, running: UUID) -> None:
    """The exit code says that it failed, the words say how."""
    with writing(engine) as session:
        fail(session, running, problem=error_document(OptimisationTooLong("stopped after 60 minutes")), at=NOON)
    said = rota("optimisations", "watch", str(running))
    assert (said.code, said.out.strip()) == (1, "failed. stopped after 60 minutes")


def test_an_optimisation_is_listed_and_cancelled(rota: CommandLine, engine: Engine, running: UUID) -> None:
    """Cancelling works once; the list shows it."""
    assert rota("optimisations", "cancel", str(running)).code == 0
    assert rota("optimisations", "cancel", str(running)).code == 1
    with reading(engine) as session:
        assert get_optimisation(session, running).status is Status.CANCELLED
    assert "cancelled" in rota("optimisations", "list", "--area", "tiny").out
    (row,) = json.loads(rota("optimisations", "list", "--area", "tiny", "--json").out)
    assert (row["id"], row["kind"], row["status"]) == (str(running), "optimise", "cancelled")


def test_workers_are_listed(rota: CommandLine, engine: Engine) -> None:
    """None at first, then each with its searches and when it was seen."""
    assert "No worker" in rota("workers").out
    with writing(engine) as session:
        enlist(session, "shore-1", slots=2, at=datetime.now(UTC))
    assert "shore-1: 2 searches at a time, seen 0 s ago" in rota("workers").out
    (row,) = json.loads(rota("workers", "--json").out)
    assert (row["id"], row["searches"]) == ("shore-1", 2)
