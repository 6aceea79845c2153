"""Compile what many tests need, before they run side by side: cold, searches take longer than any test should wait."""

from __future__ import annotations

import signal
import sys
from multiprocessing import get_context

from solver.bounds import lower_bound
from solver.comparison import Case, compare_steps
from solver.solve import solve
from solver.types import Limits, Sequence, Weights
from tests.app.areas import tiny_zones
from tests.builders import a_break, a_problem, a_shift, a_visit

VISITS = (a_visit(), a_visit("v2", carers_needed=2), a_visit("v3"))
SHIFTS = (a_shift(breaks=(a_break(),)), a_shift("late"))
FEW = 50


def plain() -> None:
    """Plan a plain day with a pair and a break, then compare its plans: the search of packages shares its parts."""
    day = a_problem(VISITS, SHIFTS)
    solve(day, Limits(iterations=FEW))
    providers = frozenset(shift.provider for shift in SHIFTS)
    case = Case(
        problem=day,
        legal={visit.client: providers for visit in VISITS},
        group_of={visit.id: "all" for visit in VISITS},
        floor_pct=dict.fromkeys(providers, 0),
        move_budget=1,
    )
    compare_steps(case, iterations=FEW, seed=1, budgets=(1,))


def timed() -> None:
    """Plan a day whose starts have prices and depend on each other, which is another search; then bound a plain one."""
    link = Sequence(first="v1", then="v3", least_s=0, most_s=7200)
    prices = Weights(late=1.0, waiting=1.0)
    solve(a_problem(VISITS, SHIFTS, sequences=(link,), weights=prices), Limits(iterations=FEW))
    lower_bound(a_problem(VISITS, SHIFTS), seconds=1)


def places() -> None:
    """Compile the ways over roads and boats, and the drawing of zones."""
    tiny_zones()


def main() -> None:
    """Compile them side by side, the longest first; leave no process behind when told to stop."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("stopped while compiling"))
    with get_context("spawn").Pool(2) as pool:
        for compiled in [pool.apply_async(work) for work in (plain, timed, places)]:
            compiled.get()


if __name__ == "__main__":
    main()
