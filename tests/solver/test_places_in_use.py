"""A day cut down to its places is the same day: nothing about it can tell."""

from __future__ import annotations

from functools import cache

from app.services.translate import to_problem
from solver.check import check
from solver.places_in_use import in_places_of
from solver.providers_apart import day_of
from solver.score import score
from solver.solve import solve
from solver.types import DayProblem, Limits
from solver.validate import faults
from tests.app.areas import tiny_area


@cache
def whole() -> DayProblem:
    """Give the tiny area's day, each client with today's provider."""
    area = tiny_area()
    today = {row.client_id: frozenset({row.provider_id}) for row in area.dataset.allocation}
    return to_problem(area.dataset, area.travel, providers_of=today)


def own_days() -> list[DayProblem]:
    """Give each provider's day, with all the area's travel."""
    clients: dict[str, set[str]] = {}
    for row in tiny_area().dataset.allocation:
        clients.setdefault(row.provider_id, set()).add(row.client_id)
    return [day_of(whole(), provider, served) for provider, served in sorted(clients.items())]


def test_the_same_plan_is_found_and_costs_the_same() -> None:
    """Places are only numbered anew: search, checker and score give what they gave before."""
    for day in own_days():
        (small,) = in_places_of(whole(), [day])
        assert not faults(small)
        plan, other = (solve(each, Limits(iterations=200, seed=3), engine="kernel") for each in (day, small))
        assert plan.runs == other.runs
        assert not check(small, plan)
        assert score(small, plan) == score(day, plan)


def test_less_travel_is_handed_on() -> None:
    """Only the places of the days, and the piers, are left; days that are cut together share their travel."""
    days = own_days()
    small = in_places_of(whole(), days[:2])
    assert small[0].travel is small[1].travel
    for mode, known in small[0].travel.modes.items():
        assert len(known.road_s) < len(whole().travel.modes[mode].road_s)
    for one in (in_places_of(whole(), [day])[0] for day in days):
        used = {visit.place for visit in one.visits} | {p for s in one.shifts for p in (s.start_place, s.end_place)}
        piers = {port for boat in one.travel.sailings for port in (boat.from_port, boat.to_port)}
        assert used | piers == set(range(len(next(iter(one.travel.modes.values())).road_s)))
