"""The gap that would place a visit: nearest to the agreed time, and one that really fits."""

from __future__ import annotations

from solver.near_miss import near_miss, spare_time
from tests.builders import a_break, a_plan, a_problem, a_run, a_shift, a_stop, a_visit, a_window, at

BUSY = a_plan(a_run([a_stop("v1", "08:10", "08:40")], "08:00", "08:50"))
V1 = a_visit(window=a_window("08:10", "08:10"))


def test_the_gap_before_the_first_stop_counts() -> None:
    """Anna could be there from 07:10 and must be done by 08:10, so 07:40 is the nearest to 08:00 that fits."""
    visit = a_visit("v2", window=a_window("08:00", "08:05"))
    problem = a_problem([V1, visit])
    miss = near_miss(problem, visit, problem.shifts, spare_time(problem, BUSY))
    assert miss is not None
    assert (miss.shift, miss.start_s, miss.off_s) == ("early", at("07:40"), 20 * 60)


def test_an_idle_shift_without_breaks_has_one_gap() -> None:
    """Nobody else changed, an idle shift takes the visit at the agreed time; with a break nothing is promised."""
    visit = a_visit("v2")
    for breaks, found in (((), 0), ((a_break(),), None)):
        problem = a_problem([V1, visit], [a_shift(), a_shift("idle", breaks=breaks)])
        miss = near_miss(problem, visit, problem.shifts[1:], spare_time(problem, BUSY))
        assert (miss.off_s if miss else None) == found


def test_a_shift_without_work_left_has_no_gap() -> None:
    """Half an hour of work is used, so another half hour does not fit under a limit of fifty minutes."""
    visit = a_visit("v2")
    problem = a_problem([V1, visit], [a_shift(max_work_s=50 * 60)])
    assert near_miss(problem, visit, problem.shifts, spare_time(problem, BUSY)) is None


def test_runs_may_be_unknown() -> None:
    """A plan with a run of a shift that is not asked about changes nothing."""
    visit = a_visit("v2")
    problem = a_problem([V1, visit], [a_shift("other")])
    miss = near_miss(problem, visit, problem.shifts, spare_time(problem, BUSY))
    assert miss is not None
    assert miss.shift == "other"
