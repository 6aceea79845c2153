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
from contextlib import nullcontext
from dataclasses import dataclass, replace
from importlib import import_module
from multiprocessing import get_context
from typing import TYPE_CHECKING
from unittest.mock import patch

from benchmarks.rivals import RIVALS, Answer
from solver.areas_in_parallel import POLISHED_LEGS
from solver.check import check
from solver.children import MALLOC
from solver.regions import CUT_FROM_LEGS
from solver.score import score
from solver.solve import solve
from solver.types import Limits

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from contextlib import AbstractContextManager

    from solver.solve import Engine
    from solver.types import DayPlan, DayProblem, Progress

OWN: dict[str, Engine] = {"ours": "mixed", "ortools": "ortools"}
"""Our engines by the name of their row. OR-Tools alone is both a rival and what is left without the compiled search."""

WITHOUT = {
    "polish": ("solver.areas_in_parallel.POLISHED_LEGS", 0),
    "regions": ("solver.regions.CUT_FROM_LEGS", 10**9),
    "retiming": ("solver.solve.retime", lambda *_: None),
    "exact clocks": ("solver.solve.needs_exact_clocks", lambda *_: False),
}
"""The parts that `ours without PART` goes without, each with the name of ours that is replaced, and by what."""

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


def rows_of(*, rivals: bool, without: Iterable[str] | None = None) -> list[str]:
    """Name the engines that a run compares; `without` names the parts to take away, none of them where it is empty.

    What is left without the compiled search is OR-Tools alone, on a day of any size.
    """
    names = ["ours", *(f"ours without {part}" for part in without or ())]
    names += ["ortools"] if rivals or without is not None else []
    return names + (list(RIVALS) if rivals else [])


def parts_at(legs: int) -> tuple[str, ...]:
    """Name the parts that have anything to do on days of so many legs where only travel has a price."""
    return ("polish",) * (legs <= POLISHED_LEGS) + ("regions",) * (legs >= CUT_FROM_LEGS)


def is_ours(engine: str) -> bool:
    """Tell whether a row is of our own engines, whole or without a part."""
    return engine in OWN or engine.removeprefix("ours without ") in WITHOUT


def compete(build: Callable[[], DayProblem], engine: str, *, seconds: float, seed: int) -> Result:
    """Let one engine plan one day in a process of its own. Raises what the engine raises."""
    os.environ.update(MALLOC | ONE_THREAD)  # a new process reads them when it starts
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        return pool.submit(take_part, build, engine, seconds, seed).result()


def take_part(build: Callable[[], DayProblem], engine: str, seconds: float, seed: int) -> Result:
    """Plan a day in this process, check the plan and price it."""
    problem = build()
    if is_ours(engine):
        _warm_up(problem, engine)
    began = time.process_time()
    answer = _ours(problem, engine, seconds, seed) if is_ours(engine) else RIVALS[engine](problem, seconds, seed)
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
    with less(engine):
        return Answer(solve(problem, limits, progress=note, engine=OWN.get(engine, "mixed")), first)


def less(engine: str) -> AbstractContextManager[object]:
    """Take the part away that a row goes without."""
    part = engine.removeprefix("ours without ")
    return patch(*WITHOUT[part]) if part in WITHOUT else nullcontext()


def _warm_up(problem: DayProblem, engine: str) -> None:
    """Load the machine code and the libraries of the polish: a process that plans days has done so before."""
    import_module("ortools.sat.python.cp_model")
    few = problem.visits[:4]
    known = {visit.id for visit in few}
    small = replace(
        problem,
        visits=few,
        shifts=problem.shifts[:4],
        sequences=tuple(link for link in problem.sequences if {link.first, link.then} <= known),
    )
    with less(engine):
        solve(small, Limits(iterations=50))
    solve(small, Limits(iterations=1), engine="ortools")
