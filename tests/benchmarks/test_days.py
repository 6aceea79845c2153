"""Tests of `benchmarks.days`, `benchmarks.county` and `benchmarks.homecare`."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from benchmarks.county import county, folder
from benchmarks.days import IDLE_RULES, Wish, care_day, countryside, with_idle_rule
from benchmarks.homecare import build, served_twice
from solver.score import score
from solver.solve import solve
from solver.types import DayPlan, DayProblem, Limits, Mode, Run, Stop
from solver.validate import faults

SMALL = Wish(visits=60, carers=10, seed=3)


def test_a_day_depends_on_its_seed_alone() -> None:
    """The same wish gives the same day, another seed another one."""
    one, same, other = (build(wish, "countryside") for wish in (SMALL, SMALL, replace(SMALL, seed=4)))
    assert one.visits == same.visits
    assert one.visits != other.visits
    assert np.array_equal(one.travel.modes[Mode.CAR].road_s, same.travel.modes[Mode.CAR].road_s)


def test_unlinked_pairs_are_the_same_visits_twice() -> None:
    """Linking changes nothing but the link, so that both days can be compared visit by visit."""
    linked = care_day(replace(SMALL, pairs=True), countryside(SMALL))
    unlinked = {visit.id: visit for visit in care_day(SMALL, countryside(SMALL)).visits}
    doubled = [visit for visit in linked.visits if visit.carers_needed == 2]
    assert doubled
    assert len(unlinked) == len(linked.visits) + len(doubled)
    for visit in doubled:
        for name in (visit.id, f"{visit.id}b"):
            assert unlinked[name] == replace(visit, id=name, carers_needed=1)


@pytest.mark.parametrize("wish", [SMALL, replace(SMALL, pairs=True, breaks=True)])
def test_days_are_valid(wish: Wish) -> None:
    """The solver finds nothing wrong with an invented day, and breaks are there when asked for."""
    day = build(wish, "countryside")
    assert faults(day) == ()
    assert all(bool(shift.breaks) == wish.breaks for shift in day.shifts)


@pytest.mark.parametrize("rule", IDLE_RULES)
def test_idle_rules_are_there_and_never_bind(rule: str) -> None:
    """A plan of the bare day is legal, and costs the same, on the valid day with the rule; but the day has changed."""
    bare = build(SMALL, "countryside")
    day = with_idle_rule(bare, rule)
    assert faults(day) == ()
    there = day.shifts[0].breaks if rule == "breaks" else day.travel.modes[Mode.CAR].boat_count.any()
    assert there
    plan = solve(bare, Limits(iterations=200), engine="kernel")
    kept = solve(day, Limits(iterations=0), start=plan, engine="kernel")
    assert score(day, kept).total == score(bare, plan).total


def test_both_carers_of_a_visit_are_counted() -> None:
    """A visit is served twice when two runs hold it, under one name or under two."""
    stop = Stop(visit="v1", arrive_s=0, start_s=0, leave_s=60, travel_s=0, travel_m=0)
    plan = DayPlan(
        day="", runs=(_run(stop), _run(replace(stop, visit="v1b")), _run(replace(stop, visit="v2"))), unallocated=()
    )
    assert served_twice(plan) == {"v1"}


def test_the_county_has_boats_only_with_its_islands() -> None:
    """Days on the mainland need no boat; with islands every place that a boat serves is reached by one."""
    if not folder().is_dir():
        pytest.skip(f"{folder()} is not there")
    mainland, islands = (care_day(SMALL, county(SMALL, islands=with_islands)) for with_islands in (False, True))
    assert not mainland.travel.sailings
    assert len(islands.travel.sailings) > 100
    assert faults(islands) == ()
    assert _reached(islands) > islands.travel.modes[Mode.CAR].road_reachable.mean()


def _run(stop: Stop) -> Run:
    return Run(shift=stop.visit, leave_home_s=0, stops=(stop,), back_home_s=60, home_travel_s=0, home_travel_m=0)


def _reached(problem: DayProblem) -> float:
    car = problem.travel.modes[Mode.CAR]
    return float((car.road_reachable | (car.boat_count > 0)).mean())
