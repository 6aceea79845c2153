"""Rules of time that have more than two sides: agreed ends, several windows, paid breaks, rest after work."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from solver.check import check
from solver.rules import Rule
from solver.types import Break
from tests.builders import a_plan, a_problem, a_rest, a_run, a_shift, a_stop, a_visit, a_window, at
from tests.solver.cases import FIRST, PLAN

if TYPE_CHECKING:
    from solver.types import DayPlan


def starting(clock: str, leave: str) -> DayPlan:
    """Write the default run with its visit at another time."""
    start_s = at(clock)
    run = a_run([a_stop("v1", clock, leave)], "00:00", "00:00")
    (stop,) = run.stops
    return a_plan(a_run([stop], "00:00", "00:00", leave_home_s=start_s - 600, back_home_s=stop.leave_s + 600))


@pytest.mark.parametrize(("start", "end", "legal"), [("07:30", "08:00", True), ("09:31", "10:01", False)])
def test_a_window_may_bound_the_end(start: str, end: str, *, legal: bool) -> None:
    """With the end agreed for 08:00 to 10:00, half an hour may begin from 07:30 to 09:30."""
    found = check(a_problem([a_visit(window_on_end=True)]), starting(start, end))
    assert [breach.rule for breach in found] == ([] if legal else [Rule.START_WINDOW])


@pytest.mark.parametrize(("start", "end", "off_s"), [("11:00", "11:30", 0), ("10:20", "10:50", 1200)])
def test_any_of_several_windows_will_do(start: str, end: str, off_s: int) -> None:
    """A start in the second window is legal; one between the two is off by the way to the nearer."""
    visit = a_visit(other_windows=(a_window("11:00", "12:00"),))
    assert sum(breach.amount for breach in check(a_problem([visit]), starting(start, end))) == off_s


@pytest.mark.parametrize("paid", [True, False])
def test_a_paid_break_is_work(*, paid: bool) -> None:
    """Half an hour of contact fits into half an hour of work only while the break is not paid."""
    rest = Break(duration_s=1800, window=a_window("08:30", "09:00"), paid=paid)
    problem = a_problem(shifts=[a_shift(breaks=(rest,), max_work_s=1800)])
    plan = a_plan(a_run([FIRST], "08:00", "09:20", rests=(a_rest(1, "08:40", "09:10"),)))
    assert [(b.rule, b.amount) for b in check(problem, plan)] == ([(Rule.MAX_WORK, 1800)] if paid else [])


def test_rest_is_due_after_work_too() -> None:
    """Work that begins again too soon after coming home is a breach of this day's plan."""
    soon = a_problem(shifts=[a_shift(next_start_s=at("19:49"))])
    assert [(b.rule, b.amount) for b in check(soon, PLAN)] == [(Rule.DAILY_REST, 60)]


def test_a_tolerance_binds_time_critical_visits_only() -> None:
    """A tolerance on an ordinary visit is no rule: its window is."""
    ordinary = a_problem([a_visit(preferred_start_s=at("09:30"), tolerance_s=300)])
    assert check(ordinary, PLAN) == ()
