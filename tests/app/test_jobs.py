"""Jobs: the child of an optimisation is watched, killed, and gone when its worker is gone."""

from __future__ import annotations

import subprocess
import sys
import time
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from app.db.engine import reading, writing
from app.db.optimisations import Kind, Status, add_optimisation, cancel, get_optimisation, start
from app.db.queue import starts_of
from app.jobs.durable import DurableJobs
from app.jobs.oversee import MOST_STARTS
from app.jobs.tables import prepare_job_tables
from app.jobs.work import work
from tests.app.service import SMALL, settings_in, store_small

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path
    from uuid import UUID

    from sqlalchemy import Engine

    from app.config import Settings

NOON = datetime(2026, 11, 16, 12, tzinfo=UTC)

_BEGIN = """
import os, sqlite3, subprocess, sys
from uuid import UUID
row = UUID(sys.argv[1]).hex
database = sqlite3.connect(os.environ["ROTA_DATABASE_URL"].removeprefix("sqlite:///"), isolation_level=None)
database.execute("PRAGMA busy_timeout=10000")
def move(to, more=""):
    database.execute(f"UPDATE optimisation SET status = ?, version = version + 1{more} WHERE id = ?", (to, row))
move("running", ", started_at = strftime('%Y-%m-%d %H:%M:%f', 'now')")
"""
"""Stands in for the start of a real child, which would take seconds to import what it needs."""

FINISHES = (
    _BEGIN
    + """
move("done", ", finished_at = strftime('%Y-%m-%d %H:%M:%f', 'now'), result = '{\\"by\\": \\"child\\"}'")
"""
)
CRASHES = _BEGIN + "os.abort()\n"
SLEEPS = (
    "from app.jobs.work import die_with_worker\ndie_with_worker()\n"
    + _BEGIN
    + """
nap = subprocess.Popen(["sleep", "120"])
with open(os.path.join(os.environ["ROTA_DATA_DIR"], f"{UUID(row)}.pid"), "a") as file:
    file.write(f"{os.getpid()} {nap.pid}\\n")
nap.wait()
"""
)


def child(script: str) -> tuple[str, ...]:
    """Give the command of a child that stands in for the real one."""
    return (sys.executable, "-c", script)


@pytest.fixture
def settings(sqlite_engine: Engine, tmp_path: Path) -> Settings:
    """Give an installation with the small area."""
    made = settings_in(tmp_path)
    store_small(made)
    return made


def queue(jobs: DurableJobs, engine: Engine, *, starts: int = 0) -> UUID:
    """Queue an optimisation, and start it as often as said."""
    with writing(engine) as session:
        row = add_optimisation(session, SMALL.area, kind=Kind.OPTIMISE, request={}, at=datetime.now(UTC)).id
        for _ in range(starts):
            start(session, row, at=NOON)
        jobs.enqueue(session, row)
    return row


def asked(engine: Engine) -> UUID:
    """Add an optimisation that nobody carries out."""
    with writing(engine) as session:
        return add_optimisation(session, SMALL.area, kind=Kind.OPTIMISE, request={}, at=NOON).id


def status(engine: Engine, optimisation: UUID) -> Status:
    """Give the status of an optimisation."""
    with reading(engine) as session:
        return get_optimisation(session, optimisation).status


def until(fact: Callable[[], object], seconds: float = 30) -> None:
    """Wait for something to become true."""
    limit = time.monotonic() + seconds
    while not fact():
        assert time.monotonic() < limit, "it never became true"
        time.sleep(0.02)


def alive(pid: int) -> bool:
    """Tell whether a process runs (and is more than the record of one that ended)."""
    state = subprocess.run(["ps", "-o", "stat=", "-p", str(pid)], capture_output=True, text=True, check=False).stdout
    return state.strip() != "" and not state.startswith("Z")


def pids(settings: Settings, optimisation: UUID) -> list[int]:
    """Give the processes that carried out an optimisation and what they started, in order; none yet is no fault."""
    file = settings.data_dir / f"{optimisation}.pid"
    return [int(pid) for pid in file.read_text().split()] if file.exists() else []


@contextmanager
def working(engine: Engine, settings: Settings, script: str) -> Iterator[DurableJobs]:
    """Let a worker run whose children stand in for the real one."""
    prepare_job_tables(settings.database_url)
    made = DurableJobs(engine, settings, works=True, child=child(script))
    made.start()
    try:
        yield made
    finally:
        made.stop()


def test_the_oldest_is_carried_out_first(sqlite_engine: Engine, settings: Settings) -> None:
    """Queued optimisations are done one after the other, by when they were asked for."""
    with working(sqlite_engine, settings, FINISHES) as jobs:
        rows = [queue(jobs, sqlite_engine) for _ in range(2)]
        until(lambda: status(sqlite_engine, rows[1]) is Status.DONE)
    with reading(sqlite_engine) as session:
        ended = [get_optimisation(session, row) for row in rows]
    assert [row.result for row in ended] == [{"by": "child"}] * 2
    assert ended[0].finished_at is not None
    assert ended[1].started_at is not None
    assert ended[0].finished_at <= ended[1].started_at


def test_what_is_rolled_back_is_not_queued(sqlite_engine: Engine, settings: Settings) -> None:
    """The job is in the transaction of its row: both are there, or neither."""
    with working(sqlite_engine, settings, FINISHES) as jobs:
        with Session(sqlite_engine) as session:
            row = add_optimisation(session, SMALL.area, kind=Kind.OPTIMISE, request={}, at=NOON).id
            jobs.enqueue(session, row)
            session.rollback()
        after = queue(jobs, sqlite_engine)
        until(lambda: status(sqlite_engine, after) is Status.DONE)
    with sqlite_engine.connect() as connection:
        jobs_known = connection.execute(text("SELECT workflow_uuid FROM workflow_status")).scalars().all()
    assert jobs_known == [str(after)]


def test_what_crashes_every_time_is_given_up(sqlite_engine: Engine, settings: Settings) -> None:
    """A child that dies is begun anew a few times; then there is a problem document, and the next one has its turn."""
    with working(sqlite_engine, settings, CRASHES) as jobs:
        rows = [queue(jobs, sqlite_engine), queue(jobs, sqlite_engine, starts=MOST_STARTS)]
        until(lambda: all(status(sqlite_engine, row) is Status.FAILED for row in rows))
    with reading(sqlite_engine) as session:
        first, second = (get_optimisation(session, row) for row in rows)
    assert first.version == MOST_STARTS + 2
    for ended in (first, second):
        assert ended.problem is not None
        assert ended.problem["code"] == "optimisation-crashed"
        assert ended.problem["correlation_id"] == str(ended.id)


def test_cancelling_kills_the_child_and_all_it_started_within_two_seconds(
    sqlite_engine: Engine, settings: Settings
) -> None:
    """After the cancellation is committed nothing of it goes on running."""
    with working(sqlite_engine, settings, SLEEPS) as jobs:
        row = queue(jobs, sqlite_engine)
        until(lambda: pids(settings, row))
        processes = pids(settings, row)
        assert all(alive(pid) for pid in processes)
        with writing(sqlite_engine) as session:
            cancel(session, row, at=NOON)
        until(lambda: not any(alive(pid) for pid in processes), seconds=2)
    assert status(sqlite_engine, row) is Status.CANCELLED


def test_an_optimisation_that_takes_too_long_is_stopped(sqlite_engine: Engine, tmp_path: Path) -> None:
    """At the limit of the installation the child is killed, and the problem says why."""
    settings = settings_in(tmp_path, max_optimisation_minutes=0.02)
    store_small(settings)
    with working(sqlite_engine, settings, SLEEPS) as jobs:
        row = queue(jobs, sqlite_engine)
        until(lambda: status(sqlite_engine, row) is Status.FAILED)
    assert not any(alive(pid) for pid in pids(settings, row))
    with reading(sqlite_engine) as session:
        problem = get_optimisation(session, row).problem
    assert problem is not None
    assert problem["code"] == "optimisation-too-long"


def test_stopping_leaves_the_optimisation_to_the_next_start(sqlite_engine: Engine, settings: Settings) -> None:
    """A worker that stops kills its child at once and gives the job back; the next one carries it out."""
    with working(sqlite_engine, settings, SLEEPS) as jobs:
        row = queue(jobs, sqlite_engine)
        until(lambda: pids(settings, row))
    assert not any(alive(pid) for pid in pids(settings, row))
    with writing(sqlite_engine) as session:
        assert starts_of(session, row) == 1
    with working(sqlite_engine, settings, FINISHES):
        until(lambda: status(sqlite_engine, row) is Status.DONE)


def test_an_error_of_the_work_is_told_with_its_code(sqlite_engine: Engine, settings: Settings) -> None:
    """Without a road network the optimisation fails, and its problem says what to do."""
    row = asked(sqlite_engine)
    work(sqlite_engine, settings, row)
    with reading(sqlite_engine) as session:
        ended = get_optimisation(session, row)
    assert ended.status is Status.FAILED
    assert ended.problem is not None
    assert (ended.problem["code"], ended.problem["status"]) == ("network-missing", 409)


def test_a_bug_in_the_work_tells_nothing_but_that_it_happened(
    sqlite_engine: Engine, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An exception that nobody expected says nothing of what it choked on."""

    def choke(*_: object, **__: object) -> None:
        raise KeyError("Zanzibar")

    monkeypatch.setattr("app.services.perform.perform", choke)
    row = asked(sqlite_engine)
    work(sqlite_engine, settings, row)
    with reading(sqlite_engine) as session:
        problem = get_optimisation(session, row).problem
    assert problem is not None
    assert (problem["code"], problem["correlation_id"]) == ("internal-error", str(row))
    assert "Zanzibar" not in str(problem)
