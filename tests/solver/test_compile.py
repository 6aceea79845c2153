"""Tests of lowering a day to arrays: every rule, allowed and refused."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from solver.compile import Refusal, compile_problem
from solver.reach import earliest_arrival
from solver.reach import latest_departure as last_departure
from solver.timing import UNREACHABLE, arrival, latest_departure
from solver.types import Mode, Priority, ProviderHours, Travel, Weights
from tests.builders import a_break, a_problem, a_sailing, a_shift, a_travel, a_visit, a_window, at


def refusal_of(
    visit_changes: dict[str, Any] | None = None,
    shift_changes: dict[str, Any] | None = None,
    travel: Travel | None = None,
) -> int:
    """Give the refusal bits of the default visit and shift with some fields changed."""
    problem = a_problem([a_visit(**(visit_changes or {}))], [a_shift(**(shift_changes or {}))], travel)
    return int(compile_problem(problem).refusal[0, 0])


def test_the_default_visit_is_allowed() -> None:
    """Nothing refuses the default day."""
    assert refusal_of() == 0


@pytest.mark.parametrize(
    ("bit", "refused", "allowed"),
    [
        (Refusal.PROVIDER, {"providers": frozenset({"south"})}, {"providers": frozenset({"south", "north"})}),
        (Refusal.BARRED, {"barred_carers": frozenset({"anna"})}, {"barred_carers": frozenset({"ben"})}),
        (Refusal.LOCKED, {"locked_shifts": frozenset({"late"})}, {"locked_shifts": frozenset({"early"})}),
        (Refusal.SHIFT_HOURS, {"window": a_window("15:00", "16:00")}, {"window": a_window("14:00", "16:00")}),
        (Refusal.TOO_FAR, {"window": a_window("07:00", "07:09")}, {"window": a_window("07:00", "07:10")}),
    ],
)
def test_visit_rules(bit: Refusal, refused: dict[str, Any], allowed: dict[str, Any]) -> None:
    """Each rule about a visit sets its own bit when broken, and none when kept."""
    assert (refusal_of(refused), refusal_of(allowed)) == (bit, 0)


def test_skills() -> None:
    """Every skill must be held; more than needed is fine."""
    needs = {"skills": frozenset({"peg", "hoist"})}
    assert refusal_of(needs, {"skills": frozenset({"peg"})}) == Refusal.SKILL
    assert refusal_of(needs, {"skills": frozenset({"peg", "hoist", "bath"})}) == 0


def test_work_limit() -> None:
    """A visit longer than a shift's work is refused; one just as long is not."""
    assert refusal_of(None, {"max_work_s": 1799}) == Refusal.TOO_LONG
    assert refusal_of(None, {"max_work_s": 1800}) == 0


def test_unreachable_place() -> None:
    """No road and no boat is its own refusal; a boat mends it."""
    roads = [[0, None], [None, 0]]
    there_and_back = [a_sailing("out", 0, 1, "08:00"), a_sailing("back", 1, 0, "10:00")]
    assert refusal_of(None, None, a_travel(roads)) == Refusal.UNREACHABLE
    assert refusal_of(None, None, a_travel(roads, sailings=there_and_back)) == 0


def test_windows_are_cut_to_what_a_shift_reaches() -> None:
    """The start window ends where the carer must go home and begins where she can first be there."""
    day = compile_problem(a_problem([a_visit(window=a_window("06:00", "20:00"))]))
    assert (day.earliest_s[0], day.latest_s[0]) == (at("07:10"), at("14:20"))


def test_double_handed_visits_become_two_legs() -> None:
    """The legs know each other, and each has the price of a visit of one carer."""
    weights = Weights(unallocated_amber=100_001)
    day = compile_problem(a_problem([a_visit(carers_needed=2), a_visit("v2", place=2)], weights=weights))
    assert day.leg_visit.tolist() == [0, 0, 1]
    assert day.mate.tolist() == [1, 0, -1]
    assert day.unplaced_cost.tolist() == [100_001, 100_001, 100_001]


@pytest.mark.parametrize(
    ("changes", "keep", "price"),
    [
        ({"priority": Priority.GREEN}, False, 50_000),
        ({"priority": Priority.RED}, False, 200_000),
        ({"priority": Priority.GREEN, "time_critical": True}, False, 200_000),
        ({"priority": Priority.GREEN}, True, 1_000_000),
    ],
)
def test_price_of_leaving_a_visit_out(changes: dict[str, Any], *, keep: bool, price: int) -> None:
    """The dearer of priority and time-critical counts, and a kept visit has a price of its own."""
    problem = a_problem([a_visit(**changes)], keep=frozenset({"v1"}) if keep else frozenset())
    assert compile_problem(problem).unplaced_cost.tolist() == [price]


def test_unfamiliar_carers_have_a_price() -> None:
    """Only where the client prefers somebody does everybody else cost more."""
    knows = a_visit(known_carers=frozenset({"anna"}))
    day = compile_problem(a_problem([knows, a_visit("v2")], [a_shift(), a_shift("late")]))
    assert day.assign_cost.tolist() == [[0, 600], [0, 0]]


def test_shifts_and_breaks_keep_their_order() -> None:
    """Breaks lie flat, shift by shift, and shifts of one carer share a number."""
    shifts = [a_shift(breaks=(a_break(), a_break("13:00", "14:00"))), a_shift("b"), a_shift("c", carer="anna")]
    day = compile_problem(a_problem([a_visit()], shifts))
    assert (day.break_first.tolist(), day.break_count.tolist()) == ([0, 2, 2], [2, 0, 0])
    assert day.break_earliest_s.tolist() == [at("11:00"), at("13:00")]
    assert day.carer[0] == day.carer[2] != day.carer[1]


def test_travel_is_priced_and_stacked_over_places_in_use() -> None:
    """Only the places in use are held; a paid second, a commuting second and a metre have their prices."""
    day = compile_problem(a_problem([a_visit(place=4), a_visit("v2", place=2)]))
    assert day.place_row.tolist() == [0, 2, 4]
    assert day.road_s[0, 1, 2] == 1200
    assert day.arc_cost[0, 1, 2] == 1200 + 1400
    assert day.commute_cost[0, 0, 1] == 600 + 1400


def test_modes_are_stacked() -> None:
    """Shifts point at the matrices of their own mode."""
    travel = a_travel(modes=[Mode.CAR, Mode.FOOT])
    day = compile_problem(a_problem([a_visit()], [a_shift(mode=Mode.FOOT), a_shift("b")], travel))
    assert [day.modes[m] for m in day.mode] == [Mode.FOOT, Mode.CAR]
    assert day.road_s.shape == (2, 2, 2)


def test_boat_pairs_cost_their_fastest_journey_and_bound_work_by_their_slowest() -> None:
    """Where only boats lead the price is the day's best journey; useless boats are dropped."""
    roads = [[0, None], [None, 0]]
    boats = [a_sailing("slow", 0, 1, "08:00", minutes=60), a_sailing("fast", 0, 1, "10:00", minutes=30)]
    travel = a_travel(roads, sailings=[*boats, a_sailing("back", 1, 0, "12:00")])
    day = compile_problem(a_problem([a_visit(window=a_window("08:00", "12:00"))], [a_shift()], travel))
    assert day.arc_cost[0, 0, 1] == (10 + 30 + 5) * 60
    assert day.work_s[0, 0, 1] == (10 + 60 + 5) * 60
    by_road = a_travel([[0, 30], [30, 0]], sailings=boats)
    assert compile_problem(a_problem([a_visit()], [a_shift()], by_road)).boat_leave_s.size == 0


@pytest.mark.parametrize("modes", [[Mode.CAR], [Mode.CAR, Mode.FOOT]])
def test_boats_that_the_road_beats_change_nothing(modes: list[Mode]) -> None:
    """Between two fast boats a slow one is in the list, which is the problem's own for one way, and is never taken."""
    out = [(8, 20), (9, 80), (11, 20), (12, 70)]
    boats = [a_sailing(f"out-{hour}", 0, 1, f"{hour:02}:00", minutes=minutes) for hour, minutes in out]
    travel = a_travel([[0, 60], [60, 0]], sailings=boats, modes=modes)
    day = compile_problem(a_problem([a_visit()], [a_shift(mode=mode) for mode in modes], travel))
    car = travel.modes[Mode.CAR]
    assert day.boat_count[:, 0, 1].tolist() == [3] * len(modes)
    assert np.shares_memory(day.boat_leave_s, car.boat_leave_s) == (len(modes) == 1)
    for minute in range(6 * 60, 15 * 60):
        for way in range(len(modes)):
            assert arrival(day.tables, way, 0, 1, 60 * minute) == earliest_arrival(car, 0, 1, 60 * minute)
            assert latest_departure(day.tables, way, 0, 1, 60 * minute) == last_departure(car, 0, 1, 60 * minute)


def test_missing_road_is_marked() -> None:
    """A pair without a road has the constant for it, never a number that could be travelled."""
    day = compile_problem(a_problem(travel=a_travel([[0, None], [None, 0]])))
    assert day.road_s[0, 0, 1] == UNREACHABLE


def test_provider_hours() -> None:
    """Providers without bounds have none; others keep theirs."""
    shifts = [a_shift(), a_shift("b", provider="south")]
    hours = (ProviderHours(provider="south", floor_s=3600, ceiling_s=7200),)
    day = compile_problem(a_problem([a_visit()], shifts, provider_hours=hours))
    assert day.providers == ("north", "south")
    assert day.provider_floor_s.tolist() == [0, 3600]
    assert day.provider_ceiling_s[1] == 7200


def test_an_empty_day_compiles() -> None:
    """No visits, or no shifts, are days too."""
    assert compile_problem(a_problem([], [a_shift()])).refusal.shape == (0, 1)
    no_shifts = compile_problem(replace(a_problem(), shifts=()))
    assert no_shifts.refusal.shape == (1, 0)
    assert np.all(no_shifts.unplaced_cost > 0)
