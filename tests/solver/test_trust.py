"""Nobody trusts the optimiser: its plans against the checker, the score and a search that tries everything."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given, settings

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
@given(days(max_visits=1))
def test_a_proved_reason_is_true_and_an_unproved_one_is_not(problem: DayProblem) -> None:
    """Alone and without breaks, a visit can be placed exactly when no reason against it is proved."""
    alone = replace(problem, shifts=tuple(replace(shift, breaks=()) for shift in problem.shifts), provider_hours=())
    for visit in problem.visits:
        placed = best_plan(alone)[1].unallocated == ()
        assert placed == (reason(alone, visit).reason == Reason.NOT_PLACED_IN_TIME)
