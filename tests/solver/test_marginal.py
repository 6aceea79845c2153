"""Tests of what one visit more costs each provider, and what one less saves."""

from __future__ import annotations

from typing import Any

import numpy as np

from solver.marginal import insertion_costs, removal_savings
from solver.types import DayProblem, ProviderHours, Visit, Weights
from tests.builders import a_plan, a_problem, a_shift, a_visit

SECONDS_ONLY = Weights(metre=0.0)


def a_market(*visits: Visit, **changes: Any) -> DayProblem:
    """Build a day of two providers: north (shift "early", in the default plan) and south, whose home is at place 5."""
    shifts = [a_shift(), a_shift("south", provider="south", start_place=5, end_place=5)]
    return a_problem([a_visit(), *visits], shifts, weights=SECONDS_ONLY, **changes)


def test_insertion_is_the_detour_or_a_run_of_its_own() -> None:
    """A visit at place 2 costs north a detour beyond its run, and south (idle) the way from home and back."""
    costs = insertion_costs(a_market(a_visit("v2", place=2)), a_plan())
    assert costs.shape == (2, 2)
    assert costs[1].tolist() == [600 + 0.5 * 600, 0.5 * 2 * 1800]


def test_every_provider_is_priced_whoever_may_serve() -> None:
    """Eligibility is ignored, for it is what the prices are to decide; so are the providers' hours."""
    hours = (ProviderHours(provider="south", floor_s=36_000),)
    costs = insertion_costs(a_market(a_visit("v2", place=5), provider_hours=hours), a_plan())
    assert costs[1, 1] == 0


def test_other_rules_hold() -> None:
    """A skill that south's carer lacks makes it infinite there."""
    problem = a_market(a_visit("v2", place=2, skills=frozenset({"peg"})))
    assert np.isinf(insertion_costs(problem, a_plan())).tolist()[1] == [True, True]


def test_a_double_handed_visit_needs_two_carers_of_the_provider() -> None:
    """One shift cannot take both legs; two can, and their costs add up."""
    visit = a_visit("pair", place=1, carers_needed=2)
    one = a_problem([a_visit(), visit], [a_shift()], weights=SECONDS_ONLY)
    two = a_problem([a_visit(), visit], [a_shift(), a_shift("late")], weights=SECONDS_ONLY)
    assert np.isinf(insertion_costs(one, a_plan())[1, 0])
    assert insertion_costs(two, a_plan())[1, 0] == 600


def test_removing_saves_the_way() -> None:
    """The only visit of a run saves the whole commute; a visit in no run saves nothing."""
    savings = removal_savings(a_market(a_visit("v2", place=2)), a_plan())
    assert savings.tolist() == [600, 0]


def test_a_day_without_shifts_has_no_prices() -> None:
    """No provider, no column."""
    problem = a_problem([a_visit()], [])
    assert insertion_costs(problem, a_plan()).shape == (1, 0)
