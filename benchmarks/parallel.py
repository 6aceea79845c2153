"""How fast a plan is there, how fast two processes search, and how fast a search lets go.

`python -m benchmarks.parallel [--visits N --carers M --area AREA --seed S] [--seconds S] [--sizes 1000 3000]` prints
one JSON line. `iterations_per_s` counts what one and two processes make in the same wall seconds, `ratio` is the one
by the other, and `cpu_ratio` the same for each second of processor time, all processes together, times two: what the
ratio would be if nobody else used the machine. `load` is the machine's load average: the figures are only worth
something when it is small. `first_plan_s` is processor time from the problem to a legal plan in a warm process, by
size; `stream_s` the longest time between two plans that a child told; `cancel_s` from the wish to the plan.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import time
from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING

from benchmarks.days import Wish
from benchmarks.homecare import AREAS, build
from solver.check import check
from solver.solve import solve
from solver.types import Limits
from solver.worker import solve_in_child

if TYPE_CHECKING:
    from collections.abc import Sequence

    from solver.types import DayPlan, DayProblem, Progress

VISITS_PER_CARER = 6.67


def rates(problem: DayProblem, processes: int, seconds: float) -> tuple[float, float]:
    """Give the iterations of each wall second from the first plan on, and of each second of processor time."""
    began: list[tuple[float, float]] = []

    def note(_: Progress) -> None:
        if not began:
            began.append((time.monotonic(), _cpu_s()))

    def over() -> bool:  # the reasons of what is left out are not measured
        return bool(began) and time.monotonic() - began[0][0] >= seconds

    plan = solve(
        problem, Limits(seconds=2 * seconds, processes=processes), progress=note, cancelled=over, engine="kernel"
    )
    wall_s, cpu_s = time.monotonic() - began[0][0], _cpu_s() - began[0][1]
    iterations = plan.search.iterations if plan.search else 0
    return iterations / wall_s, iterations / cpu_s


def first_plan_s(problem: DayProblem) -> float:
    """Give the processor seconds until there is a plan, which must be legal."""
    plans: list[DayPlan] = []
    at_s: list[float] = []

    def note(progress: Progress) -> None:
        if progress.plan is not None and not plans:
            at_s.append(time.process_time() - began)
            plans.append(progress.plan)

    began = time.process_time()
    solve(problem, Limits(iterations=1), progress=note, cancelled=lambda: bool(plans), engine="kernel")
    if check(problem, plans[0]):
        raise SystemExit("the first plan breaks a rule")
    return at_s[0]


def stream_and_cancel_s(problem: DayProblem, seconds: float) -> tuple[float, float]:
    """Give the longest time without a new plan, and how long a search takes to let go, both as the parent sees it."""
    told: list[float] = []
    asked: list[float] = []

    def note(progress: Progress) -> None:
        if progress.plan is not None:
            told.append(time.monotonic())

    def cancelled() -> bool:
        if told and time.monotonic() - told[0] > seconds and not asked:
            asked.append(time.monotonic())
        return bool(asked)

    plan = solve_in_child(problem, Limits(seconds=3600, processes=2), progress=note, cancelled=cancelled)
    cancel_s = time.monotonic() - asked[0]
    if check(problem, plan):
        raise SystemExit("the plan of a cancelled search breaks a rule")
    return max((later - sooner for sooner, later in pairwise(told)), default=0.0), cancel_s


def main(words: Sequence[str] | None = None) -> None:
    """Print one JSON line."""
    asked = _arguments(words)
    wish = Wish(visits=asked.visits, carers=asked.carers, seed=asked.seed, pairs=True, breaks=True)
    problem = build(wish, asked.area)
    solve(replace(problem, visits=problem.visits[:9], shifts=problem.shifts[:9]), Limits(iterations=50))
    load = os.getloadavg()[0]
    one, two = (rates(problem, processes, asked.seconds) for processes in (1, 2))
    stream_s, cancel_s = stream_and_cancel_s(problem, asked.seconds)
    first = {
        size: first_plan_s(build(replace(wish, visits=size, carers=round(size / VISITS_PER_CARER)), asked.area))
        for size in asked.sizes
    }
    figures = {
        "instance": f"{asked.area}-{asked.seed}",
        "size": f"{asked.visits}/{asked.carers}",
        "iterations_per_s": {"1": round(one[0]), "2": round(two[0])},
        "ratio": round(two[0] / one[0], 2),
        "cpu_ratio": round(2 * two[1] / one[1], 2),
        "first_plan_s": {str(size): round(seconds, 2) for size, seconds in first.items()},
        "stream_s": round(stream_s, 2),
        "cancel_s": round(cancel_s, 2),
        "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
        "child_peak_mb": resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024,
        "load": round(load, 1),
    }
    print(json.dumps(figures), flush=True)


def _cpu_s() -> float:
    """Read the processor time of this process and of those that it started and that have ended."""
    times = os.times()
    return times.user + times.system + times.children_user + times.children_system


def _arguments(words: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--visits", type=int, default=3000)
    parser.add_argument("--carers", type=int, default=450)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--area", choices=AREAS, default="county")
    parser.add_argument("--seconds", type=float, default=20.0)
    parser.add_argument("--sizes", type=int, nargs="*", default=[1000, 3000, 10_000])
    return parser.parse_args(words)


if __name__ == "__main__":
    main()
