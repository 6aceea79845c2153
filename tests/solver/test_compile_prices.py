"""Each price that is not about the clock changes the plan where it is dear, and does not where it is nothing."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from solver.check import check
from solver.compile import compile_problem
from solver.kernel.annealing import Annealing
from solver.realise import realise
from solver.score import score
from solver.sequences import plan_cost
from solver.solve import solve
from solver.types import Before, DayPlan, DayProblem, Limits, Mode, Weights
from tests.builders import a_break, a_problem, a_shift, a_travel, a_visit
from tests.oracle import best_plan
from tests.ruled_days import ruled_days

if TYPE_CHECKING:
    from collections.abc import Mapping

NEAR, FAR = a_shift("near"), a_shift("far", start_place=4, end_place=4)


def crew(problem: DayProblem, **prices: Any) -> Mapping[str, str]:
    """Plan a day by the compiled search alone and name the shift of every visit; the cost is the score's."""
    problem = replace(problem, weights=replace(problem.weights, **prices))
    plan = solve(problem, Limits(iterations=200, seed=1), engine="kernel")
    assert check(problem, plan) == ()
    assert plan.search is not None
    assert plan.search.cost == pytest.approx(score(problem, plan).total)
    return {stop.visit: run.shift for run in plan.runs for stop in run.stops}


@pytest.mark.parametrize("price", ["second_choice_visit", "changed_visit", "unfamiliar_visit"])
def test_a_carer_who_is_not_wanted_has_a_price(price: str) -> None:
    """The carer from far away comes only where the nearer one is dear."""
    wanted = frozenset({FAR.carer})
    wishes = {"second_choice_visit": "preferred_carers", "unfamiliar_visit": "known_carers"}
    wish: dict[str, Any] = {wishes[price]: wanted} if price in wishes else {}
    visit = a_visit(**wish)
    day = a_problem([visit], [NEAR, FAR])
    if price == "changed_visit":
        day = replace(day, before=(Before(visit="v1", shifts=frozenset({"far"}), start_s=0),))
    assert crew(day, **{price: 0}) == {"v1": "near"}
    assert crew(day, **{price: 100_000, "unallocated_amber": 10**6}) == {"v1": "far"}


@pytest.mark.parametrize(
    ("mode", "price"), [(Mode.CAR, "metre"), (Mode.BIKE, "metre_by_bike"), (Mode.FOOT, "metre_on_foot")]
)
def test_a_metre_has_the_price_of_its_mode(mode: Mode, price: str) -> None:
    """The shorter way wins where metres cost nothing; where those of its mode are dear, the other mode does."""
    other = Mode.FOOT if mode is Mode.CAR else Mode.CAR
    shifts = [a_shift("near", mode=mode), replace(FAR, mode=other)]
    day = a_problem([a_visit()], shifts, a_travel(modes=tuple(Mode)), weights=Weights(metre=0))
    assert crew(day) == {"v1": "near"}
    assert crew(day, **{price: 1.0}) == {"v1": "far"}


def test_prices_of_a_carer_add_up() -> None:
    """A carer who is unknown, second choice and another than before costs all three; the right one nothing."""
    visit = a_visit(known_carers=frozenset({NEAR.carer}), preferred_carers=frozenset({NEAR.carer}))
    weights = Weights(unfamiliar_visit=1, second_choice_visit=20, changed_visit=300)
    before = (Before(visit="v1", shifts=frozenset({"near"}), start_s=0),)
    day = replace(a_problem([visit, a_visit("v2")], [NEAR, FAR], weights=weights), before=before)
    np.testing.assert_array_equal(compile_problem(day).assign_cost, [[0, 321], [0, 0]])
    np.testing.assert_array_equal(compile_problem(replace(day, visits=(visit,))).assign_cost, [[0, 321]])


def test_prices_of_runs_and_clients_are_lowered() -> None:
    """Work is priced where hours are contracted, even none; only paid breaks are work; areas have numbers."""
    weights = Weights(overtime=0.5, undertime=0.25, balance=0.125, another_carer=7, another_provider=8, another_area=9)
    breaks = (a_break(), replace(a_break("13:00", "14:00", 20), paid=True))
    shifts = [a_shift("a", contracted_s=3600, breaks=breaks), a_shift("b"), a_shift("c", contracted_s=0)]
    visits = [a_visit("v1", area="west", carers_needed=2), a_visit("v2"), a_visit("v3", area="east")]
    day = compile_problem(a_problem(visits, shifts, weights=weights))
    assert (day.area.tolist(), day.paid_s.tolist()) == ([1, 1, -1, 0], [1200, 0, 0])
    assert day.contracted_s.tolist() == [3600, 0, 0]
    assert (day.overtime.tolist(), day.undertime.tolist()) == ([0.5, 0, 0.5], [0.25, 0, 0.25])
    assert (day.balance, day.another_carer, day.another_provider, day.another_area) == (0.125, 7, 8, 9)


def lengths(problem: DayProblem, **prices: Any) -> list[int]:
    """Plan a day and give how many visits each shift in use has, least first."""
    return sorted(Counter(crew(problem, **prices).values()).values())


@pytest.mark.parametrize("price", ["overtime", "balance"])
def test_dear_work_is_shared(price: str) -> None:
    """One carer makes both visits, unless work beyond what is contracted, or beyond that of others, is dear."""
    shifts = [a_shift("near", contracted_s=1800), replace(FAR, contracted_s=1800)]
    day = a_problem([a_visit("v1"), a_visit("v2")], shifts)
    assert crew(day) == {"v1": "near", "v2": "near"}
    assert lengths(day, **{price: 10.0}) == [1, 1]


def test_contracted_work_is_used() -> None:
    """The carer who is paid anyway comes from far away where the time that she is paid for has a price."""
    day = a_problem([a_visit()], [NEAR, replace(FAR, contracted_s=1800)])
    assert crew(day) == {"v1": "near"}
    assert crew(day, undertime=10.0) == {"v1": "far"}


def test_paid_breaks_are_work() -> None:
    """A paid break uses up what is contracted, so the visit goes to a carer from further away who has none."""
    rested = a_shift("near", contracted_s=1800, breaks=(replace(a_break(), paid=True),))
    day = a_problem([a_visit()], [rested, replace(FAR, contracted_s=1800)])
    assert crew(day) == {"v1": "near"}
    assert crew(day, overtime=10.0) == {"v1": "far"}


@pytest.mark.parametrize(("price", "provider"), [("another_carer", "north"), ("another_provider", "south")])
def test_a_client_sees_few_carers_and_providers(price: str, provider: str) -> None:
    """Two visits to one client, each at another carer's door, go to one carer where another one is dear."""
    visits = [a_visit("v1", client="c", place=0), a_visit("v2", client="c", place=4)]
    both = frozenset({"north", "south"})
    day = a_problem([replace(visit, providers=both) for visit in visits], [NEAR, replace(FAR, provider=provider)])
    assert crew(day) == {"v1": "near", "v2": "far"}
    assert len(set(crew(day, **{price: 20_000}).values())) == 1
    others = replace(day, visits=tuple(replace(visit, client=visit.id) for visit in day.visits))
    assert crew(others, **{price: 20_000}) == {"v1": "near", "v2": "far"}


def test_two_carers_of_one_provider_come_together() -> None:
    """A double-handed visit is made by two providers, unless the second has a price."""
    near = [a_shift(name, provider=name) for name in ("north", "south")]
    both = frozenset({"north", "south"})
    day = a_problem([a_visit(carers_needed=2, providers=both)], [*near, replace(FAR, provider="north")])

    def providers(price: int) -> set[str]:
        problem = replace(day, weights=Weights(another_provider=price))
        plan = solve(problem, Limits(iterations=100, seed=1), engine="kernel")
        of = {shift.id: shift.provider for shift in problem.shifts}
        return {of[run.shift] for run in plan.runs}

    assert (providers(0), providers(20_000)) == ({"north", "south"}, {"north"})


def test_a_run_keeps_to_one_area() -> None:
    """One carer makes two visits next door to each other, unless they are of different areas and that is dear."""
    visits = [a_visit("v1", area="east"), a_visit("v2", area="west"), a_visit("v3")]
    day = a_problem(visits, [NEAR, FAR])
    assert lengths(day) == [3]
    assert len(lengths(day, another_area=20_000)) == 2
    alike = replace(day, visits=tuple(replace(visit, area="east") for visit in visits))
    assert lengths(alike, another_area=20_000) == [3]


soft_weights = st.builds(
    Weights,
    overtime=st.sampled_from((0.0, 0.7)),
    undertime=st.sampled_from((0.0, 0.4)),
    balance=st.sampled_from((0.0, 0.3)),
    another_carer=st.sampled_from((0, 500)),
    another_provider=st.sampled_from((0, 900)),
    another_area=st.sampled_from((0, 300)),
    second_choice_visit=st.sampled_from((0, 200)),
    changed_visit=st.sampled_from((0, 100)),
    metre_on_foot=st.sampled_from((0.0, 0.02)),
)


@st.composite
def softly_priced_days(draw: st.DrawFn, *, max_visits: int, max_shifts: int) -> DayProblem:
    """Draw a day with every rule, on which work, company, areas and changes may have prices."""
    day = draw(ruled_days(max_visits=max_visits, max_shifts=max_shifts))
    employers = {shift.provider for shift in day.shifts}  # what is owed by one without a carer is no plan's doing
    contracts = st.sampled_from((None, 1800, 3 * 3600))
    areas, carers = st.sampled_from((None, "east", "west")), st.sampled_from((frozenset(), frozenset({"bob"})))
    return replace(
        day,
        weights=draw(soft_weights),
        provider_hours=tuple(band for band in day.provider_hours if band.provider in employers),
        shifts=tuple(replace(shift, contracted_s=draw(contracts)) for shift in day.shifts),
        visits=tuple(replace(visit, area=draw(areas), preferred_carers=draw(carers)) for visit in day.visits),
    )


@settings(max_examples=60, deadline=None, derandomize=True)
@given(softly_priced_days(max_visits=7, max_shifts=3))
def test_the_search_counts_what_the_score_counts(problem: DayProblem) -> None:
    """On days with every rule and price that is not about the clock, the search's own cost is the score's total."""
    compiled = compile_problem(problem)
    search = Annealing(compiled, 1)
    search.advance(150, (0.0, 1.0))
    runs = realise(problem, compiled, search.sequences)
    plan = DayPlan(day=problem.day, runs=runs, unallocated=())
    # Each leg, run and provider is rounded to whole seconds.
    assert search.cost == pytest.approx(score(problem, plan).total, abs=len(problem.visits) + 4)
    assert search.cost == plan_cost(compiled, search.sequences)


@settings(max_examples=100, deadline=None, derandomize=True)
@given(softly_priced_days(max_visits=4, max_shifts=2))
def test_priced_days_are_planned_as_well_as_can_be(problem: DayProblem) -> None:
    """On days small enough to try everything, the search is as cheap as the best plan, within the rounding."""
    best, plan = best_plan(problem)
    found = solve(problem, Limits(iterations=400, seed=7), engine="kernel")
    assert check(problem, found) == ()
    assert best - 1e-6 <= score(problem, found).total <= best + 4 * (len(problem.visits) + 2), plan
