"""Pairs of hand-written plans for the checker, and the days and runs that many of them share."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from tests.builders import a_plan, a_problem, a_run, a_shift, a_stop, a_visit, a_window, at

if TYPE_CHECKING:
    from solver.rules import Rule
    from solver.types import DayPlan, DayProblem


@dataclass(frozen=True, kw_only=True)
class Case:
    """A rule, a plan that keeps it, one that breaks it by `amount`, and rules that cannot but break with it."""

    rule: Rule
    kept: tuple[DayProblem, DayPlan]
    broken: tuple[DayProblem, DayPlan]
    amount: int = 1
    also: frozenset[Rule] = frozenset()


DAY = a_problem()
PLAN = a_plan()

# Two visits on one run: v1 08:10-08:40 at place 1, v2 at place 2 reached 08:50, 09:00-09:30, home 09:50.
V2 = a_visit("v2", place=2, window=a_window("09:00", "11:00"))
FIRST = a_stop("v1", "08:10", "08:40")
SECOND = a_stop("v2", "09:00", "09:30", arrive_s=at("08:50"))
FAR_HOME = {"home_travel_s": 1200, "home_travel_m": 20_000}
BOTH = a_run([FIRST, SECOND], "08:00", "09:50", **FAR_HOME)
# v2 alone on another run: 20 minutes each way.
V2_ALONE = a_run(
    [a_stop("v2", "09:20", "09:50", travel_s=1200, travel_m=20_000)], "09:00", "10:10", shift="late", **FAR_HOME
)

# A double-handed visit: Anna and the carer of shift "second", who both live at place 0.
PAIR = a_visit(carers_needed=2)
PAIR_DAY = a_problem([PAIR], [a_shift(), a_shift("second")])
ANNA = a_run([FIRST], "08:00", "08:50")
OTHER = replace(ANNA, shift="second")
LATER = a_run([a_stop("v1", "08:11", "08:41")], "08:01", "08:51", shift="second")
