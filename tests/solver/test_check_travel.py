"""Tests of `solver.check_travel`: cars left at piers, boats that do not sail, and plans that use both."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from solver.check import check
from solver.explain import explain_all
from solver.rules import Rule
from solver.score import score
from solver.solve import solve
from solver.types import DayPlan, DayProblem, Limits, Mode, Reason, Sailing, Travel
from solver.validate import faults
from tests.builders import (
    a_plan,
    a_problem,
    a_run,
    a_sailing,
    a_shift,
    a_stop,
    a_travel,
    a_travel_leaving_car,
    a_visit,
    a_window,
    at,
)

FOOT = frozenset({Mode.FOOT})


def on_foot(sailing_id: str, from_port: int, to_port: int, departs: str) -> Sailing:
    """Sail for people only."""
    return replace(a_sailing(sailing_id, from_port, to_port, departs), modes=FOOT)


# Home 0 and pier 1 ten minutes apart; on the islet pier 2 and client 3; pier 4 lies on yet another shore.
SHORES: list[list[int | None]] = [
    [0, 10, None, None, None],
    [10, 0, None, None, None],
    [None, None, 0, 10, None],
    [None, None, 10, 0, None],
    [None, None, None, None, 0],
]
BOATS = [on_foot("out", 1, 2, "08:00"), on_foot("back", 2, 1, "11:00"), on_foot("away", 2, 4, "11:00")]
CAR_AT = [0, 1, 1, 1, -1]
ISLET = a_problem([a_visit(place=3)], travel=a_travel_leaving_car(SHORES, BOATS, CAR_AT))
THERE = a_stop("v1", "09:05", "09:35", travel_s=85 * 60, travel_m=10_000, boats=("out",), boat_wait_s=600, walk_s=1800)
HOME = {"home_travel_s": 75 * 60, "home_travel_m": 10_000, "home_boats": ("back",), "home_walk_s": 1800}


def rules(problem: DayProblem, plan: DayPlan) -> list[str]:
    """Name the broken rules."""
    return [breach.rule for breach in check(problem, plan)]


def solved(problem: DayProblem) -> DayPlan:
    """Plan a small day, the same way every time."""
    return solve(problem, Limits(iterations=120, seed=3))


def test_the_engines_send_a_driver_across_on_foot() -> None:
    """A car carer visits the islet: drive, leave the car, cross, walk; and the same way home, without a breach."""
    plan = solved(ISLET)
    (run,) = plan.runs
    assert run.stops[0].boats == ("out",)
    assert run.home_boats == ("back",)
    assert (run.stops[0].travel_m, run.home_travel_m) == (10_000, 10_000)
    assert faults(ISLET) == ()
    assert check(ISLET, plan) == ()


def test_nobody_goes_home_without_the_car() -> None:
    """Whoever takes another boat from the islet is told that the car stands where it was left, and no more."""
    home = {"home_travel_s": 75 * 60, "home_travel_m": 0, "home_boats": ("away",), "home_walk_s": 0}
    assert rules(ISLET, a_plan(a_run([THERE], "07:30", "11:45", **HOME))) == []
    assert rules(ISLET, a_plan(a_run([THERE], "07:30", "11:45", **home))) == [Rule.CAR_AT_HAND]


def test_the_car_may_stand_a_walk_from_the_pier() -> None:
    """From home 3 to the car park 0 by car, to pier 1 on foot, by boat to the client 2, and the same way home."""
    shores = [[0, 5, None, 10], [5, 0, None, 15], [None, None, 0, None], [10, 15, None, 0]]
    left = a_travel_leaving_car(shores, BOATS[:2], [0, 0, 0, 3])
    travel = replace(left, from_home={(Mode.CAR, 3): left.from_home[Mode.CAR, 0]})
    problem = a_problem([a_visit(place=2)], [a_shift(start_place=3, end_place=3)], travel)
    there = a_stop("v1", "08:35", "09:05", travel_s=70 * 60, travel_m=10_000, boats=("out",), walk_s=900)
    home = {"home_travel_s": 70 * 60, "home_travel_m": 10_000, "home_boats": ("back",), "home_walk_s": 900}
    assert rules(problem, a_plan(a_run([there], "07:25", "12:00", **home))) == []


def test_walking_cannot_be_claimed_as_quick_as_driving() -> None:
    """Ten minutes by car are thirty on foot: a plan that drives on the islet is found by its time."""
    quick = replace(THERE, travel_s=65 * 60, arrive_s=at("08:45"))
    assert rules(ISLET, a_plan(a_run([quick], "07:30", "11:45", **HOME))) == [Rule.TRAVEL_TIME, Rule.ASHORE_IN_TIME]


def test_the_part_on_foot_is_as_the_paths_say() -> None:
    """Half an hour of the way is on foot: a plan that says less is found, on the way there as on the way home."""
    there = a_plan(a_run([replace(THERE, walk_s=1740)], "07:30", "11:45", **HOME))
    home = a_plan(a_run([THERE], "07:30", "11:45", **HOME | {"home_walk_s": 0}))
    assert [(breach.rule, breach.amount) for breach in check(ISLET, there)] == [(Rule.TRAVEL_TIME, 60)]
    assert [(breach.rule, breach.amount) for breach in check(ISLET, home)] == [(Rule.TRAVEL_TIME, 1800)]


def test_a_shift_may_end_where_its_car_is_left() -> None:
    """Who lives on the islet has the car at the pier across the water, and ends the shift there by design."""
    plan = a_plan(a_run([THERE], "07:30", "09:35", home_travel_s=0, home_travel_m=0))
    assert rules(replace(ISLET, shifts=(a_shift(end_place=3),)), plan) == []


def test_without_a_rule_for_the_car_a_boat_for_people_carries_no_driver() -> None:
    """Where the problem does not say where cars are left, they come along on every leg."""
    problem = a_problem([a_visit(place=3)], travel=a_travel(SHORES, sailings=BOATS))
    assert Rule.BOAT_CARRIES_MODE in rules(problem, a_plan(a_run([THERE], "07:30", "11:45", **HOME)))


def test_a_boat_that_was_cancelled_is_found() -> None:
    """A plan of yesterday's timetable shows a boat that does not sail today: the checker names it."""
    plan = solved(ISLET)
    sailings = tuple(boat for boat in BOATS if boat.id != "back")
    storm = replace(ISLET, travel=replace(ISLET.travel, sailings=sailings))
    assert rules(storm, plan) == [Rule.KNOWN_BOAT]


def test_no_last_boat_home_is_a_refusal_with_its_reason() -> None:
    """Without the boat back, or with one too late for the shift, the visit is left out, and the reason is proved."""
    for boats, expected in (
        (BOATS[:1], Reason.PLACE_UNREACHABLE),
        ([BOATS[0], on_foot("late", 2, 1, "14:30")], Reason.NO_BOAT),
    ):
        problem = a_problem([a_visit(place=3)], travel=a_travel_leaving_car(SHORES, boats, CAR_AT))
        plan = solved(problem)
        assert plan.runs == ()
        assert [left_out.reason for left_out in plan.unallocated] == [expected]
        assert plan.unallocated == explain_all(problem, [problem.visits[0].id], plan)


@st.composite
def days(draw: st.DrawFn) -> DayProblem:
    """Draw a day with an islet (places 3 and 4), at times an island for cars (place 5), and carers on either shore."""
    island = draw(st.booleans())
    land = [0, 0, 0, 1, 1, 2 if island else 0]
    minutes = [[7 * abs(a - b) if land[a] == land[b] else None for b in range(6)] for a in range(6)]
    hours = draw(st.lists(st.tuples(st.integers(8, 16), st.sampled_from((1, 2)), st.booleans()), max_size=10))
    boats = [
        on_foot(f"{pier}{'-' if out else '+'}{hour}", *((pier, 3) if out else (3, pier)), f"{hour}:{20 * pier}")
        for hour, pier, out in sorted(set(hours))
    ]
    if island:
        boats += [a_sailing(f"car{hour}", *((0, 5) if hour % 2 else (5, 0)), f"{hour}:10") for hour in range(8, 16)]
    pier = draw(st.sampled_from((1, 2)))
    travel = a_travel_leaving_car(minutes, boats, [0, 1, 2, pier, pier, 5], slower=draw(st.integers(1, 4)))
    homes = [0, draw(st.sampled_from((2, 4)))]
    left = travel.from_home[Mode.CAR, 0]
    shifts = [
        a_shift(carer, start_place=home, end_place=home, window=a_window("07:00", "17:30"))
        for carer, home in zip(("anna", "bob"), homes, strict=True)
    ]
    visits = [
        a_visit(
            f"v{number}",
            place=draw(st.integers(0, 5)),
            window=a_window(f"{(hour := draw(st.integers(8, 14)))}:00", f"{hour + 2}:00"),
            carers_needed=draw(st.sampled_from((1, 1, 1, 2))),
        )
        for number in range(draw(st.integers(1, 5)))
    ]
    from_home = {(Mode.CAR, home): left for home in homes}
    return a_problem(visits, shifts, Travel(modes=travel.modes, sailings=travel.sailings, from_home=from_home))


@pytest.mark.slow
@settings(max_examples=80, deadline=None, derandomize=True)
@given(problem=days())
def test_every_plan_with_cars_left_behind_is_legal(problem: DayProblem) -> None:
    """Whatever the boats, the checker that follows the cars finds nothing, and the price is the score's."""
    plan = solved(problem)
    assert check(problem, plan) == ()
    assert plan.search is not None
    assert plan.search.cost == score(problem, plan).total
