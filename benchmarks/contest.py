"""One engine, one day, one fresh process: what the plan costs, whether it is legal, and what it took to find it.

Seconds are processor time of one thread, so that a busy machine does not decide; on an idle one they are wall seconds.
The day is built in the child, which gets its recipe only: the peak of memory is then that of one engine and one day.
"""

from __future__ import annotations

import json
import os
import resource
import time
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from multiprocessing import get_context
from typing import TYPE_CHECKING

from benchmarks.rivals import RIVALS, Answer
from solver.check import check
from solver.children import MALLOC
from solver.score import score
from solver.solve import solve
from solver.types import Limits

if TYPE_CHECKING:
    from collections.abc import Callable

    from solver.solve import Engine
    from solver.types import DayPlan, DayProblem, Progress

OWN: dict[str, Engine] = {"ours": "mixed", "ours without polish": "kernel", "ortools": "ortools"}
"""Our engines by the name of their row. OR-Tools alone is both a rival and what is left without the compiled search."""

ONE_THREAD = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """What came of one engine on one day. `travel_s` counts the ways from and to home; `breaches` is for people."""

    plan: DayPlan
    cost: float
    travel_s: int
    unserved: int
    breaches: tuple[str, ...]
    iterations: int
    cpu_s: float
    first_plan_s: float | None
    peak_mb: int


def rows_of(*, rivals: bool, ablate: bool) -> list[str]:
    """Name the engines that a run compares."""
    names = ["ours"]
    names += ["ours without polish"] if ablate else []
    names += ["ortools"] if ablate or rivals else []
    return names + (list(RIVALS) if rivals else [])


def compete(build: Callable[[], DayProblem], engine: str, *, seconds: float, seed: int) -> Result:
    """Let one engine plan one day in a process of its own. Raises what the engine raises."""
    os.environ.update(MALLOC | ONE_THREAD)  # a new process reads them when it starts
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        return pool.submit(take_part, build, engine, seconds, seed).result()


def take_part(build: Callable[[], DayProblem], engine: str, seconds: float, seed: int) -> Result:
    """Plan a day in this process, check the plan and price it."""
    problem = build()
    if engine in OWN:
        _warm_up(problem)
    began = time.process_time()
    answer = _ours(problem, engine, seconds, seed) if engine in OWN else RIVALS[engine](problem, seconds, seed)
    cpu_s = time.process_time() - began
    peak_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    plan = answer.plan
    return Result(
        plan=plan,
        cost=score(problem, plan).total,
        travel_s=sum(run.home_travel_s + sum(stop.travel_s for stop in run.stops) for run in plan.runs),
        unserved=len(plan.unallocated),
        breaches=tuple(breach.message for breach in check(problem, plan)),
        iterations=plan.search.iterations if plan.search else 0,
        cpu_s=cpu_s,
        first_plan_s=answer.first_plan_s,
        peak_mb=peak_mb,
    )


def line(instance: str, size: str, engine: str, result: Result, **more: object) -> str:
    """Write a result as a JSON line; what is in `more` joins or replaces the common fields."""
    common: dict[str, object] = {
        "instance": instance,
        "size": size,
        "engine": engine,
        "cost": round(result.cost),
        "best_known": None,
        "gap_pct": None,
        "unserved": result.unserved,
        "travel": result.travel_s,
        "feasible": not result.breaches,
        "cpu_s": round(result.cpu_s, 1),
        "first_plan_s": None if result.first_plan_s is None else round(result.first_plan_s, 3),
        "peak_mb": result.peak_mb,
        "iterations": result.iterations,
    }
    return json.dumps(common | more)


def _ours(problem: DayProblem, engine: str, seconds: float, seed: int) -> Answer:
    began, first = time.process_time(), None

    def note(_: Progress) -> None:
        nonlocal first
        first = first or time.process_time() - began

    limits = Limits(seconds=seconds, seed=seed, clock="cpu")
    return Answer(solve(problem, limits, progress=note, engine=OWN[engine]), first)


def _warm_up(problem: DayProblem) -> None:
    """Load the machine code: a process that plans days has done so before."""
    few = problem.visits[:4]
    known = {visit.id for visit in few}
    solve(
        replace(
            problem,
            visits=few,
            shifts=problem.shifts[:4],
            sequences=tuple(link for link in problem.sequences if {link.first, link.then} <= known),
        ),
        Limits(iterations=50),
    )
