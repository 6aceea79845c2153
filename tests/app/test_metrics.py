"""The figures of a plan, recomputed by hand on a day small enough to do so."""

from __future__ import annotations

from dataclasses import replace

import pytest

from app.reports.metrics import Setting, plan_metrics
from solver.types import DayPlan, DayProblem, Reason, Rest, Run, Stop, Unallocated
from tests.builders import a_problem, a_shift, a_travel, a_visit

H = 3600
SETTING = Setting(
    provider_of={"ann": "p1", "bob": "p2", "cat": "p1"},
    choice_locked=frozenset({"bob"}),
    area_of={"ann": "glen", "bob": "glen", "cat": "shore"},
)


def _stop(visit: str, arrive_s: int, start_s: int, travel_s: int, travel_m: int, duration_s: int = 1800) -> Stop:
    return Stop(
        visit=visit,
        arrive_s=arrive_s,
        start_s=start_s,
        leave_s=start_s + duration_s,
        travel_s=travel_s,
        travel_m=travel_m,
    )


def _day() -> tuple[DayProblem, DayPlan]:
    """Three clients, one of them visited twice by two carers; one visit is left out."""
    problem = a_problem(
        visits=[
            a_visit("v1", client="ann", place=0, duration_s=1800, carers_needed=2),
            a_visit("v2", client="bob", place=1, duration_s=1800),
            a_visit("v3", client="cat", place=2, duration_s=1800),
            a_visit("v4", client="cat", place=2, duration_s=1800),
        ],
        shifts=[
            a_shift("s1", carer="c1", provider="p1", start_place=3, end_place=3),
            a_shift("s2", carer="c2", provider="p2", start_place=3, end_place=3),
        ],
        travel=a_travel(places=4),
    )
    first = Run(
        shift="s1",
        leave_home_s=8 * H,
        stops=(
            _stop("v1", 8 * H + 600, 8 * H + 900, 600, 6000),
            _stop("v2", 10 * H, 10 * H + 600, 1200, 16093),
            _stop("v3", 14 * H, 17 * H, 600, 1000),
        ),
        back_home_s=18 * H,
        home_travel_s=1800,
        home_travel_m=3218,
        rests=(Rest(after_stop=1, start_s=8 * H + 2700, end_s=8 * H + 4500),),
    )
    second = Run(
        shift="s2",
        leave_home_s=8 * H,
        stops=(_stop("v1", 8 * H + 900, 8 * H + 900, 900, 5000),),
        back_home_s=9 * H,
        home_travel_s=900,
        home_travel_m=5000,
    )
    left = Unallocated(visit="v4", reason=Reason.NOT_PLACED_IN_TIME, detail="")
    return problem, DayPlan(day=problem.day, runs=(first, second), unallocated=(left,))


def test_hours_miles_and_counts_are_what_a_hand_makes_them() -> None:
    """Contact counts both carers, commute is apart, a gap over two hours is no waiting, miles are between visits."""
    problem, plan = _day()
    metrics = plan_metrics(problem, plan, SETTING, breaches=0)
    assert (metrics.visits, metrics.visits_placed) == (4, 3)
    assert metrics.unallocated == {"not-placed-in-time": 1}
    assert metrics.contact_hours == 2.0
    assert metrics.travel_hours == 0.5
    assert metrics.waiting_hours == round(600 / 3600, 2)
    assert metrics.paid_hours == round((7200 + 1800 + 600) / 3600, 2)
    assert metrics.time_off_hours == 3.0
    assert metrics.commute_hours == round((600 + 1800 + 900 + 900) / 3600, 2)
    assert metrics.miles == round(17093 / 1609.344, 2)
    assert metrics.travel_share == round(0.5 / (2.0 + 0.5 + 600 / 3600), 4)
    assert metrics.travel_min_per_visit == 10.0
    assert metrics.hours_by_provider == {"p1": 1.5, "p2": 0.5}


def test_less_road_between_the_same_visits_is_more_waiting() -> None:
    """Ten minutes off the road, visits at the same times: ten minutes more of waiting, and as many hours are paid."""
    problem, plan = _day()
    first, second = plan.runs
    ann, bob, cat = first.stops
    sooner = replace(bob, arrive_s=bob.arrive_s - 600, travel_s=bob.travel_s - 600)
    saved = replace(plan, runs=(replace(first, stops=(ann, sooner, cat)), second))
    before = plan_metrics(problem, plan, SETTING, breaches=0)
    after = plan_metrics(problem, saved, SETTING, breaches=0)
    assert (before.travel_hours, after.travel_hours) == (0.5, round(1200 / 3600, 2))
    assert (before.waiting_hours, after.waiting_hours) == (round(600 / 3600, 2), round(1200 / 3600, 2))
    assert after.paid_hours == before.paid_hours


@pytest.mark.parametrize(("gap_s", "paid", "off"), [(2 * H, 3.0, 0.0), (2 * H + 36, 1.0, 2.01)])
def test_a_gap_is_time_off_from_over_two_hours(gap_s: int, paid: float, off: float) -> None:
    """Two hours to the second are paid waiting; more is time off, all of it, and nobody is paid for it."""
    problem, plan = _day()
    stops = (_stop("v1", 8 * H, 8 * H, 0, 0), _stop("v2", 9 * H, 9 * H + gap_s, 0, 0))
    run = replace(plan.runs[0], stops=stops, rests=())
    metrics = plan_metrics(problem, replace(plan, runs=(run,)), SETTING, breaches=0)
    assert (metrics.paid_hours, metrics.time_off_hours) == (paid, off)


def test_who_comes_is_told_for_each_client() -> None:
    """Ann sees a second provider, Bob is choice-locked and sees another: both are counted, and the lock apart."""
    problem, plan = _day()
    metrics = plan_metrics(problem, plan, SETTING, breaches=0)
    assert metrics.people == 3
    assert metrics.people_changing_provider == 2
    assert metrics.choice_locked_moved == 1
    assert metrics.providers_per_occupied_area == 1.5
    assert metrics.carers_per_client == 1.0


def test_an_empty_plan_has_figures() -> None:
    """Nothing placed is nothing divided by nothing, not an error."""
    problem, _ = _day()
    metrics = plan_metrics(problem, DayPlan(day=problem.day, runs=(), unallocated=()), SETTING, breaches=0)
    assert metrics.visits_placed == 0
    assert metrics.travel_share == 0.0
