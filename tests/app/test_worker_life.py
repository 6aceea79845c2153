"""The life of a worker: its id, its pulse, and what it does about others who have none."""

from __future__ import annotations

import subprocess
import sys
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy.exc import OperationalError

from app.db.engine import reading, writing
from app.db.idempotency import reserve
from app.db.optimisations import Kind, add_optimisation, finish, start
from app.db.progress import add_event, events_after
from app.db.searches import Name, moments, put_search
from app.db.workers import pulses
from app.jobs.heart import MISSED_BEATS, Heart
from app.jobs.identity import take_identity
from app.services.import_dataset import import_dataset
from solver.types import Progress
from tests.app.datasets import GOOD

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from sqlalchemy import Engine

NOON = datetime(2026, 11, 16, 12, tzinfo=UTC)


class Jobs:
    """A queue with jobs by the worker that does each."""

    def __init__(self, **worker_of: str) -> None:
        self.worker_of = worker_of
        self.busy: set[str] = set()
        self.begun_anew = 0
        self.forgotten_before = ""

    def begin_anew(self) -> None:
        """Count."""
        self.begun_anew += 1

    def requeue(self, is_lost: Callable[[str, str], bool]) -> list[str]:
        """Take jobs from who is said to have lost them."""
        lost = [job for job, worker in self.worker_of.items() if is_lost(job, worker)]
        for job in lost:
            del self.worker_of[job]
        return lost

    def is_busy(self, job: str) -> bool:
        """Tell what this process does."""
        return job in self.busy

    def forget_before(self, iso: str) -> None:
        """Note."""
        self.forgotten_before = iso


def heart(engine: Engine, worker: str, jobs: Jobs) -> Heart:
    """Enlist a worker, whose beats the test makes."""
    made = Heart(engine, worker, slots=1, beat_s=60, keep_days=30, queue=jobs)
    made.enlist()
    return made


def test_a_worker_without_a_pulse_is_struck_off(engine: Engine) -> None:
    """After so many beats of another its jobs are back in the queue; those of who lives stay."""
    jobs = Jobs(a="one", b="two", c="three")
    jobs.busy = {"a", "b"}
    one, two, _ = heart(engine, "one", jobs), heart(engine, "two", jobs), heart(engine, "three", jobs)
    for _ in range(MISSED_BEATS):
        one.beat()
        two.beat()
    assert jobs.worker_of == {"a": "one", "b": "two", "c": "three"}
    one.beat()
    assert jobs.worker_of == {"a": "one", "b": "two"}
    with reading(engine) as session:
        assert set(pulses(session)) == {"one", "two"}


def test_who_was_struck_off_begins_anew(engine: Engine) -> None:
    """A worker that stood still finds itself struck off at its next beat, and starts again."""
    mine, others = Jobs(), Jobs()
    one, two = heart(engine, "one", mine), heart(engine, "two", others)
    for _ in range(MISSED_BEATS + 1):
        two.beat()
    one.beat()
    assert (mine.begun_anew, others.begun_anew) == (1, 0)
    one.enlist()
    one.beat()
    assert mine.begun_anew == 1


def test_an_outage_of_the_database_makes_nobody_lost(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    """However long nobody could beat, only beats count."""
    jobs = Jobs(b="two")
    one, two = heart(engine, "one", jobs), heart(engine, "two", jobs)
    one.beat()
    with monkeypatch.context() as patch:

        def away(*_: object, **__: object) -> bool:
            raise OperationalError("UPDATE worker", {}, Exception("away"))

        patch.setattr("app.jobs.heart.beat", away)
        for _ in range(3 * MISSED_BEATS):
            with pytest.raises(OperationalError):
                one.beat()
    two.beat()
    one.beat()
    assert jobs.worker_of == {"b": "two"}


def test_a_job_whose_end_was_never_noted_is_done_again(engine: Engine) -> None:
    """A job of this worker that it is not doing goes back into the queue, but not at first sight."""
    jobs = Jobs(a="one", b="one")
    jobs.busy = {"a"}
    one = heart(engine, "one", jobs)
    one.beat()
    assert set(jobs.worker_of) == {"a", "b"}
    one.beat()
    assert set(jobs.worker_of) == {"a"}


def test_what_is_old_is_cleared_away(engine: Engine) -> None:
    """Searches, moments and kept answers from before the time go; those of what runs, or ended since, stay."""
    jobs = Jobs()
    with writing(engine) as session:
        import_dataset(session, GOOD)
        rows = [add_optimisation(session, GOOD.area, kind=Kind.OPTIMISE, request={}, at=NOON).id for _ in range(3)]
        for row, ended in zip(rows, (NOON - timedelta(days=2), NOON, None), strict=True):
            start(session, row, at=NOON)
            add_event(session, row, Progress(phase="search", done=0.0, cost=1.0, unallocated=0), at=NOON)
            put_search(session, Name(row, 0, 0, "key"), function="f", task=b"")
            if ended:
                finish(session, row, result={}, at=ended)
        for days, key in enumerate(("new", "old", "older")):
            reserve(session, "me", key, digest="", at=NOON - timedelta(days=days, hours=-1))
    heart(engine, "one", jobs).clear_away(NOON - timedelta(days=1))
    with writing(engine) as session:
        assert [len(events_after(session, row, 0)) for row in rows] == [0, 1, 1]
        assert [len(moments(session, row, 0)) for row in rows] == [0, 1, 1]
        known = [reserve(session, "me", key, digest="", at=NOON) is not None for key in ("new", "old", "older")]
    assert known == [True, True, False]
    assert jobs.forgotten_before == "2026-11-15T12:00:00+00:00"


HOLD = """
import sys
from pathlib import Path
from app.jobs.identity import take_identity
mine = take_identity(Path(sys.argv[1]))
print(mine.id, flush=True)
sys.stdin.read()
"""


def test_an_id_outlives_its_process_and_is_never_shared(tmp_path: Path) -> None:
    """A second process has another; when the first is killed, the next has its id again."""
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(tmp_path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert holder.stdout is not None
    assert holder.stdin is not None
    first = holder.stdout.readline().strip()
    second = take_identity(tmp_path)
    assert second.id != first
    holder.kill()
    holder.wait()
    holder.stdout.close()
    holder.stdin.close()
    third = take_identity(tmp_path)
    assert third.id == first
    second.let_go()
    fourth = take_identity(tmp_path)
    assert fourth.id == second.id
    third.let_go()
    fourth.let_go()
