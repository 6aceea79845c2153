"""The price of a plan, each term against a sum done by hand."""

from __future__ import annotations

from dataclasses import replace

import pytest

from solver.compile import compile_problem
from solver.score import TERMS, score
from solver.types import DayPlan, DayProblem, Mode, Priority, ProviderHours, Reason, Unallocated, Visit, Weights
from tests.builders import a_plan, a_problem, a_run, a_shift, a_stop, a_travel, a_visit, a_window, at

V2 = a_visit("v2", place=2, window=a_window("09:00", "11:00"))
DAY = a_problem([a_visit(), V2])
PLAN = a_plan(
    a_run(
        [a_stop("v1", "08:10", "08:40"), a_stop("v2", "09:00", "09:30", arrive_s=at("08:50"))],
        "08:00",
        "09:50",
        home_travel_s=1200,
        home_travel_m=20_000,
    )
)


def terms_that_cost(problem: DayProblem, plan: DayPlan) -> dict[str, float]:
    """Give the terms that are not zero."""
    return {name: price for name, price in score(problem, plan).terms.items() if price}


def leave_out(*visits: Visit) -> DayPlan:
    """Write a plan that leaves every visit out."""
    return a_plan(unallocated=[Unallocated(visit=v.id, reason=Reason.NOT_PLACED_IN_TIME, detail="") for v in visits])


def test_travel_commute_and_metres_are_priced_apart() -> None:
    """Ten minutes between visits, thirty of commuting and 40 km cost what the weights say."""
    priced = score(DAY, PLAN)
    assert terms_that_cost(DAY, PLAN) == {"travel": 600.0, "commute": 900.0, "metres": pytest.approx(2800.0)}
    assert priced.total == pytest.approx(4300.0)
    assert set(priced.terms) == set(TERMS)


def test_waiting_for_a_boat_is_free() -> None:
    """The wait for a boat costs nothing by itself: only travel does."""
    (run,) = PLAN.runs
    waits = replace(run, stops=(run.stops[0], replace(run.stops[1], boats=("dawn",), boat_wait_s=900)))
    assert score(DAY, a_plan(waits)).terms == score(DAY, PLAN).terms


def test_each_unfamiliar_carer_is_priced_only_where_the_client_knows_some() -> None:
    """A client who knows nobody has no stranger; one who knows Bob finds Anna unfamiliar."""
    knows_bob = a_problem([a_visit(known_carers=frozenset({"bob"}))])
    knows_anna = a_problem([a_visit(known_carers=frozenset({"anna"}))])
    assert score(a_problem(), a_plan()).terms["unfamiliar"] == 0
    assert score(knows_anna, a_plan()).terms["unfamiliar"] == 0
    assert score(knows_bob, a_plan()).terms["unfamiliar"] == 600


@pytest.mark.parametrize(
    ("priority", "time_critical", "price"),
    [
        (Priority.GREEN, False, 50_000),
        (Priority.AMBER, False, 100_000),
        (Priority.RED, False, 200_000),
        (Priority.GREEN, True, 200_000),
    ],
)
def test_left_out_visits_are_priced_by_priority(priority: Priority, price: int, *, time_critical: bool) -> None:
    """A visit left out costs its priority's price, or that of a time-critical one when it is dearer."""
    visit = a_visit(priority=priority, time_critical=time_critical)
    assert terms_that_cost(a_problem([visit]), leave_out(visit)) == {"unallocated": price}


def test_visit_to_keep_costs_its_own_price_instead() -> None:
    """A visit that an accepted plan places is dropped, not merely unallocated."""
    visit = a_visit()
    assert terms_that_cost(a_problem([visit], keep=frozenset({"v1"})), leave_out(visit)) == {"dropped": 1_000_000}


def test_half_a_double_handed_visit_is_left_out() -> None:
    """One carer where two are needed saves nothing, and the price counts both."""
    problem = a_problem([a_visit(carers_needed=2)], [a_shift(), a_shift("late")])
    assert score(problem, a_plan()).terms["unallocated"] == 200_000


@pytest.mark.parametrize(("floor_s", "ceiling_s", "price"), [(3600, 7200, 0), (3601, 7200, 20), (0, 3590, 200)])
def test_seconds_outside_a_providers_band_are_priced(floor_s: int, ceiling_s: int, price: int) -> None:
    """A provider that holds one hour is inside 1-2 h, and pays for each second under its floor or over its ceiling."""
    band = ProviderHours(provider="north", floor_s=floor_s, ceiling_s=ceiling_s)
    assert score(replace(DAY, provider_hours=(band,)), PLAN).terms["provider_hours"] == price


def test_plan_with_unknown_ids_is_priced_all_the_same() -> None:
    """A plan that names unknown visits and shifts has a price: its travel, and what it leaves out."""
    problem = a_problem([V2], [a_shift("late")])
    assert set(terms_that_cost(problem, a_plan())) == {"commute", "metres", "unallocated"}
    hours = (ProviderHours(provider="north", floor_s=1, ceiling_s=7200),)
    known_shift = a_problem([V2], provider_hours=hours)
    assert score(known_shift, a_plan()).terms["provider_hours"] == known_shift.weights.provider_hours


def test_a_run_without_visits_has_the_price_of_its_way_home() -> None:
    """It is no legal run, and yet has a price."""
    empty = a_plan(a_run([], "08:00", "08:10"))
    assert score(DAY, empty).terms["commute"] == 600 * DAY.weights.commute


def test_leaving_out_may_cost_nothing() -> None:
    """Where its priority is free, a visit that is left out is free."""
    visit = a_visit(priority=Priority.GREEN)
    assert terms_that_cost(a_problem([visit], weights=Weights(unallocated_green=0)), leave_out(visit)) == {}


def test_weights_scale_their_terms() -> None:
    """Doubling a weight doubles its term and no other."""
    doubled = replace(DAY, weights=Weights(travel=2.0))
    assert score(doubled, PLAN).terms == {**score(DAY, PLAN).terms, "travel": 1200.0}


def test_only_cars_pay_for_metres() -> None:
    """A carer on foot costs time alone: mileage is paid to drivers. The search prices legs alike."""
    travel = a_travel(modes=(Mode.CAR, Mode.FOOT))
    on_foot = a_problem([a_visit(), V2], [a_shift(mode=Mode.FOOT)], travel)
    assert terms_that_cost(on_foot, PLAN) == {"travel": 600.0, "commute": 900.0}
    compiled = compile_problem(a_problem([a_visit(), V2], [a_shift(), a_shift("late", mode=Mode.FOOT)], travel))
    by_mode = dict(zip(compiled.modes, compiled.arc_cost[:, 0, 1].tolist(), strict=True))
    assert by_mode[Mode.FOOT] < by_mode[Mode.CAR]
