"""Nobody trusts the optimiser: its plans against the checker, the score and a search that tries everything."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from solver.check import check
from solver.explain import reason
from solver.types import DayProblem, Reason
from solver.validate import faults
from tests.days import days
from tests.oracle import best_plan

few = settings(max_examples=150, deadline=None, derandomize=True)


@few
@given(days(max_visits=3))
def test_oracle_makes_legal_plans(problem: DayProblem) -> None:
    """The random days are valid, and the checker and the brute force agree on what is legal."""
    assert faults(problem) == ()
    assert check(problem, best_plan(problem)[1]) == ()


@few
@given(days(max_visits=3), st.data())
def test_one_more_anywhere_in_a_plan_is_found(problem: DayProblem, data: st.DataObject) -> None:
    """A second or a metre added to any figure of a legal plan is a breach: the checker reads all of them."""
    plan = best_plan(problem)[1]
    for number, run in enumerate(plan.runs):
        place = data.draw(st.integers(0, len(run.stops)))
        if place == len(run.stops):
            name = data.draw(st.sampled_from(("leave_home_s", "back_home_s", "home_travel_s", "home_travel_m")))
            changed = replace(run, **{name: getattr(run, name) + 1})
        else:
            name = data.draw(st.sampled_from(("arrive_s", "start_s", "leave_s", "travel_s", "travel_m")))
            stop = replace(run.stops[place], **{name: getattr(run.stops[place], name) + 1})
            changed = replace(run, stops=(*run.stops[:place], stop, *run.stops[place + 1 :]))
        assert check(problem, replace(plan, runs=(*plan.runs[:number], changed, *plan.runs[number + 1 :])))


@few
@given(days(max_visits=1))
def test_a_proved_reason_is_true_and_an_unproved_one_is_not(problem: DayProblem) -> None:
    """Alone and without breaks, a visit can be placed exactly when no reason against it is proved."""
    alone = replace(problem, shifts=tuple(replace(shift, breaks=()) for shift in problem.shifts), provider_hours=())
    for visit in problem.visits:
        placed = best_plan(alone)[1].unallocated == ()
        assert placed == (reason(alone, visit).reason == Reason.NOT_PLACED_IN_TIME)
