"""How far our plans of small areas are from the best: `python -m benchmarks.bounds [--seconds S] [--only NAME]`.

One JSON line for each of twenty fixed days of at most 25 visits: invented countryside with and without pairs and
breaks, the real county with its islands (where its files are), and parts of the bundled area. `optimal` tells whether
the plan of our search was the best one; it is null where that is not known. A last line counts the proofs.
"""

from __future__ import annotations

import argparse
import json
import resource
import time
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from benchmarks.county import folder
from benchmarks.days import Wish
from benchmarks.engines import questions
from benchmarks.homecare import build
from solver.bounds import PROVED, lower_bound
from solver.check import check
from solver.compile import compile_problem
from solver.score import score
from solver.solve import solve
from solver.types import Limits

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from solver.types import DayPlan, DayProblem

ITERATIONS = 20_000
"""How long our search looks: the same plans on any machine."""

VISITS = 25
CARERS = {1: 5, 2: 8, 3: 12}
"""How many carers each seed has: too few, about enough, plenty."""


def panel() -> Iterator[tuple[str, Callable[[], DayProblem]]]:
    """Name the days and say how each is made."""
    for kind in ("", "pairs", "breaks", "pairs-breaks"):
        for seed in CARERS:
            yield "-".join(filter(None, ("countryside", kind, str(seed)))), partial(homecare, kind, seed, "countryside")
    if folder().is_dir():
        for kind in ("", "pairs-breaks"):
            for seed in (2, 3):
                yield "-".join(filter(None, ("county", kind, str(seed)))), partial(homecare, kind, seed, "county")
    asked = questions()
    for question, first in (("B", 0), ("B", 60), ("D", 0), ("D", 60)):
        yield f"oban-lorn-{question}-{first}", partial(part, asked[question], first)


def homecare(kind: str, seed: int, area: str) -> DayProblem:
    """Make an invented day of just so many visits."""
    wish = Wish(visits=VISITS, carers=CARERS[seed], seed=seed, pairs="pairs" in kind, breaks="breaks" in kind)
    problem = build(wish, area)
    return replace(problem, visits=problem.visits[:VISITS])


def part(problem: DayProblem, first: int) -> DayProblem:
    """Cut some visits, and the shifts that are most able to make them, out of a larger day."""
    visits = problem.visits[first : first + VISITS]
    names = {visit.id for visit in visits}
    able = (compile_problem(replace(problem, visits=visits, sequences=(), locked_runs=())).refusal == 0).sum(axis=0)
    shifts = {problem.shifts[row].id for row in np.argsort(-able, kind="stable")[: CARERS[2]]}
    return replace(
        problem,
        visits=visits,
        shifts=tuple(shift for shift in problem.shifts if shift.id in shifts),
        sequences=tuple(link for link in problem.sequences if {link.first, link.then} <= names),
        before=tuple(was for was in problem.before if was.visit in names),
        keep=problem.keep & names,
        provider_hours=(),
        locked_runs=(),
    )


def measure(name: str, problem: DayProblem, seconds: float) -> dict[str, object]:
    """Plan one day, bound it, and say what came of it."""
    plan = solve(problem, Limits(iterations=ITERATIONS, seed=1))
    cost = score(problem, plan).total
    began = time.process_time(), time.monotonic()
    bound = lower_bound(problem, upper=cost, seconds=seconds)
    cpu_s, wall_s = time.process_time() - began[0], time.monotonic() - began[1]
    best = min([cost, *(score(problem, found).total for found in [bound.plan] if found is not None)])
    return {
        "instance": name,
        "visits": len(problem.visits),
        "shifts": len(problem.shifts),
        "cost": round(cost, 2),
        "bound": round(bound.cost, 2),
        "gap_pct": round(100 * (cost - bound.cost) / cost, 3),
        "proved": bound.proved,
        "optimal": cost - best <= PROVED if bound.proved else (None if cost == best else False),
        "method": str(bound.method),
        "relaxed": list(bound.relaxed),
        "feasible": not _breaches(problem, plan) and (bound.plan is None or not _breaches(problem, bound.plan)),
        "cpu_s": round(cpu_s, 2),
        "wall_s": round(wall_s, 2),
        "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
    }


def _breaches(problem: DayProblem, plan: DayPlan) -> bool:
    return bool(check(problem, plan))


def main() -> None:
    """Print one JSON line for each day, then how many are proved."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--only", default="", help="days whose name has this in it")
    asked = parser.parse_args()
    rows = []
    for name, make in panel():
        if asked.only in name:
            problem = make()
            if not rows:  # compiled before anything is measured
                lower_bound(problem, seconds=asked.seconds)
                solve(problem, Limits(iterations=50))
            rows.append(measure(name, problem, asked.seconds))
            print(json.dumps(rows[-1]), flush=True)
    proved = sum(row["proved"] is True for row in rows)
    optimal = sum(row["optimal"] is True for row in rows)
    print(json.dumps({"instance": "all", "days": len(rows), "proved": proved, "optimal": optimal}))


if __name__ == "__main__":
    main()
