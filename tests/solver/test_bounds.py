"""A bound is never above the best plan, and reaches it where it says so."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings

from solver.bounds import Method, lower_bound, stated_gap
from solver.check import check
from solver.plain import plan_from_plain, to_plain
from solver.score import score
from solver.solve import solve
from solver.types import DayPlan, Limits, Search, Weights
from tests.builders import a_break, a_problem, a_shift, a_travel, a_visit, a_window
from tests.days import days
from tests.oracle import best_plan
from tests.ruled_days import ruled_days

if TYPE_CHECKING:
    from solver.types import DayProblem

few = settings(max_examples=40, deadline=None, derandomize=True)
AN_HOUR = 3600
EVERY_PRICE = Weights(
    waiting=0.1,
    early=0.2,
    late=0.2,
    latest=0.3,
    overtime=0.5,
    undertime=0.3,
    balance=0.1,
    slack=0.1,
    another_carer=200,
    another_provider=300,
    another_area=100,
    second_choice_visit=400,
    changed_visit=500,
    changed_start=0.05,
)


def close(one: float, other: float) -> bool:
    """Tell whether two costs are the same but for rounding."""
    return abs(one - other) < 0.6


@few
@given(days(max_visits=4))
def test_plain_days_are_proved(problem: DayProblem) -> None:
    """On small days the bound is the optimum, and the plan that comes with it is legal and costs just that."""
    best, _ = best_plan(problem)
    bound = lower_bound(problem, seconds=AN_HOUR)
    assert bound.proved
    assert close(bound.cost, best)
    assert bound.plan is not None
    assert check(problem, bound.plan) == ()
    assert close(score(problem, bound.plan).total, best)


@few
@given(ruled_days(max_visits=5))
def test_no_rule_lifts_the_bound_above_the_optimum(problem: DayProblem) -> None:
    """With every rule in play the bound is at most the optimum, and equals it where it says so."""
    best, _ = best_plan(problem)
    bound = lower_bound(problem, seconds=AN_HOUR)
    assert bound.cost <= best + 1e-6
    assert not bound.proved or close(bound.cost, best)


@few
@given(ruled_days(max_visits=4))
def test_no_price_lifts_the_bound_above_any_plan(problem: DayProblem) -> None:
    """With every price in use the bound is at most what the best plan by other prices costs, and says what it lacks."""
    _, plan = best_plan(problem)
    priced = replace(problem, weights=EVERY_PRICE)
    bound = lower_bound(priced, seconds=AN_HOUR)
    assert bound.cost <= score(priced, plan).total + 1e-6
    assert set(bound.relaxed) >= {"waiting", "late starts", "further carers"}


@few
@given(days(max_visits=8, max_shifts=3, boats=True))
def test_bound_is_below_plans_by_boat(problem: DayProblem) -> None:
    """With boats the bound is at most what any plan found costs, and a plan that comes with it is legal."""
    cost = score(problem, solve(problem, Limits(iterations=100), engine="kernel")).total
    bound = lower_bound(problem, upper=cost, seconds=AN_HOUR)
    assert bound.cost <= cost + 1e-6
    assert bound.plan is None or check(problem, bound.plan) == ()


def two_apart(minutes: int) -> DayProblem:
    """Make a pair for two carers of whom each has another visit that must be made by half past nine."""
    first = a_visit("v1", window=a_window("09:00", "09:10"), locked_shifts=frozenset({"early"}), duration_s=1800)
    other = a_visit("v2", window=a_window("09:00", "09:10"), locked_shifts=frozenset({"late"}), duration_s=60 * minutes)
    pair = a_visit("v3", window=a_window("09:00", "10:00"), carers_needed=2, duration_s=1800)
    shifts = tuple(a_shift(name, max_work_s=8 * AN_HOUR) for name in ("early", "late"))
    return a_problem(visits=(first, other, pair), shifts=shifts)


@pytest.mark.parametrize(("minutes", "left_out"), [(30, 0), (120, 1)])
def test_carers_of_a_pair_wait_for_one_another(minutes: int, left_out: int) -> None:
    """A pair is made when its carers can start together, else the cheaper visit is left out; both are proved."""
    bound = lower_bound(two_apart(minutes), seconds=AN_HOUR)
    assert bound.proved
    assert bound.plan is not None
    assert len(bound.plan.unallocated) == left_out
    assert all(left.detail for left in bound.plan.unallocated)


def test_break_that_leaves_no_room_is_counted() -> None:
    """A fixed break in the only hour of a visit makes the bound the visit's price."""
    rest = a_break("09:00", "09:00", 60)
    shift = a_shift(breaks=(rest,))
    problem = a_problem(visits=(a_visit(window=a_window("09:00", "09:30")),), shifts=(shift,))
    price = score(problem, DayPlan(day=problem.day, runs=(), unallocated=())).total
    assert close(lower_bound(problem, seconds=AN_HOUR).cost, price)
    assert lower_bound(replace(problem, shifts=(replace(shift, breaks=()),)), seconds=AN_HOUR).cost < price / 2


def test_without_time_the_hours_still_bound() -> None:
    """No second at all still gives a bound: of three visits at one hour for one carer two are left out."""
    visits = tuple(a_visit(f"v{k}", window=a_window("09:00", "09:00")) for k in range(3))
    problem = a_problem(visits=visits, shifts=(a_shift(),))
    bound = lower_bound(problem, seconds=0.0)
    assert bound.method is Method.HOURS
    assert not bound.proved
    assert bound.cost >= 2 * problem.weights.unallocated_green


def test_gap_of_a_plan_is_stated() -> None:
    """The best plan has no gap; a plan that leaves a visit out has the gap that its price makes."""
    problem = a_problem(visits=(a_visit("v1"), a_visit("v2")), shifts=(a_shift(),), travel=a_travel())
    best = lower_bound(problem, seconds=AN_HOUR).plan
    assert best is not None
    assert stated_gap(problem, best, seconds=AN_HOUR).proved
    fewer = replace(problem, visits=problem.visits[:1])
    worse = solve(fewer, Limits(iterations=50))
    gap = stated_gap(problem, worse, seconds=AN_HOUR)
    assert not gap.proved
    assert gap.cost > gap.bound
    assert gap.gap_pct == pytest.approx(100 * (1 - gap.bound / gap.cost))


def test_stored_plan_keeps_its_bound() -> None:
    """A plan's bound comes back as it was stored, and none stays none."""
    for bound in (None, 12.5):
        found = Search(engine="kernel", iterations=1, wall_s=0.0, cost=13.0, bound=bound)
        plan = DayPlan(day="2026-11-23", runs=(), unallocated=(), search=found)
        assert plan_from_plain(to_plain(plan)) == plan
