"""Tests of lowering travel: ways by mode and car, boats beside roads, prices, and bounds of work and driving."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from solver import compile_travel
from solver.compile import Compiled, compile_problem
from solver.compile_travel import lower_travel, ways_to_travel
from solver.errors import SolverError
from solver.types import Mode, Travel, Weights
from tests.builders import a_problem, a_sailing, a_shift, a_travel, a_travel_leaving_car, a_visit, at

MINUTE_S = 60
# Home 0, pier 1, and across the water pier 2 and a client 3; a long road leads round.
ROUND = [[0, 10, 120, 130], [10, 0, 110, 120], [120, 110, 0, 10], [130, 120, 10, 0]]
SHORES: list[list[int | None]] = [[0, 10, None, None], [10, 0, None, None], [None, None, 0, 10], [None, None, 10, 0]]
BOATS = [a_sailing("slow", 1, 2, "08:00", minutes=60), a_sailing("fast", 1, 2, "10:00", minutes=30)]
BACK = a_sailing("back", 2, 1, "12:00")


def boats(day: Compiled, mode: int, origin: int, destination: int) -> list[tuple[int, int]]:
    """List the journeys by boat of a pair of places."""
    first = int(day.boat_first[mode, origin, destination])
    entries = slice(first, first + int(day.boat_count[mode, origin, destination]))
    return list(zip(day.boat_leave_s[entries].tolist(), day.boat_arrive_s[entries].tolist(), strict=True))


def test_boats_of_all_modes_lie_one_after_the_other() -> None:
    """By either mode each pair has its own journeys in order of time, whichever comes before it."""
    people = replace(BOATS[1], modes=frozenset({Mode.FOOT}))
    travel = a_travel(SHORES, sailings=[BOATS[0], people, BACK], modes=(Mode.CAR, Mode.FOOT))
    visits = [a_visit(place=3), a_visit("v2", place=1), a_visit("v3", place=2)]
    day = compile_problem(a_problem(visits, [a_shift("b", mode=Mode.FOOT), a_shift()], travel))
    slow, fast = (at("07:50"), at("09:05")), (at("09:50"), at("10:35"))
    assert set(day.modes) == {Mode.CAR, Mode.FOOT}
    for mode, way in enumerate(day.modes):
        taken = [slow] if way is Mode.CAR else [slow, fast]
        assert boats(day, mode, 1, 2) == taken
        assert boats(day, mode, 0, 3) == [(leave_s - 600, arrive_s + 600) for leave_s, arrive_s in taken]
        assert boats(day, mode, 2, 1) == [(at("11:50"), at("12:35"))]
        assert boats(day, mode, 1, 0) == []
    assert len(day.boat_leave_s) == len(day.boat_arrive_s)
    assert not any(each.flags.writeable for each in (day.boat_leave_s, day.boat_arrive_s))
    assert not day.work_s[:, range(4), range(4)].any()


def test_lists_of_boats_are_frozen_and_whole_numbers_from_the_start() -> None:
    """What joins the lists of two ways, or hands on the only one, gives no list of another kind to machine code."""
    for modes in ((Mode.CAR, Mode.FOOT), (Mode.CAR,)):
        sailings = [replace(BOATS[0], modes=frozenset(modes)), BACK]
        shifts = [a_shift(mode.value, mode=mode) for mode in modes]
        problem = a_problem([a_visit(place=3)], shifts, a_travel(SHORES, sailings=sailings, modes=modes))
        tables = lower_travel(problem, ways_to_travel(problem)[0], np.arange(4, dtype=np.int32)).tables
        assert len(tables.boat_leave_s) > 0
        for each in (tables.boat_leave_s, tables.boat_arrive_s):
            assert each.dtype == np.int32
            assert not each.flags.writeable


def test_more_journeys_than_can_be_numbered_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """As many journeys as there are numbers pass, one more does not."""
    problem = a_problem([a_visit(place=3)], travel=a_travel(SHORES, sailings=[*BOATS, BACK]))
    journeys = len(compile_problem(problem).boat_leave_s)
    monkeypatch.setattr(compile_travel, "MOST_JOURNEYS", journeys)
    compile_problem(problem)
    monkeypatch.setattr(compile_travel, "MOST_JOURNEYS", journeys - 1)
    with pytest.raises(SolverError, match="journeys by boat"):
        compile_problem(problem)


def test_a_boat_counts_when_it_is_quicker_than_the_road() -> None:
    """The faster boat takes 45 minutes from pier to pier: no use beside a road of 45, of use beside one of 46."""
    for minutes, kept in ((45, 0), (46, 1), (75, 1), (76, 2)):
        for slow, fast in (("08:00", "10:00"), ("10:00", "08:00")):
            pair = [a_sailing("slow", 0, 1, slow, minutes=60), a_sailing("fast", 0, 1, fast, minutes=30)]
            day = compile_problem(a_problem(travel=a_travel([[0, minutes], [minutes, 0]], sailings=pair)))
            assert len(boats(day, 0, 0, 1)) == kept
            assert bool(len(day.boat_leave_s)) == bool(kept)
            assert day.arc_cost[0, 0, 1] == minutes * 60 + minutes * 70  # by road, though a boat may be quicker
    single = a_travel([[0, None], [None, 0]], sailings=[replace(BOATS[0], from_port=0, to_port=1)])
    assert len(boats(compile_problem(a_problem([a_visit()], travel=single)), 0, 0, 1)) == 1


def test_a_boat_that_the_road_beats_bounds_no_work() -> None:
    """Between two quick boats lies a slow one: no carer takes it where the road takes fifty minutes."""
    sailings = [replace(boat, from_port=0, to_port=1) for boat in (a_sailing("dawn", 1, 2, "06:00"), *BOATS)]
    day = compile_problem(a_problem([a_visit()], travel=a_travel([[0, 50], [50, 0]], sailings=sailings)))
    assert day.work_s[0, 0, 1] == 50 * MINUTE_S


def test_travel_has_the_prices_of_its_mode() -> None:
    """A second between visits, one of the commute, and a metre by car, bike and on foot, to the whole second."""
    weights = Weights(travel=2, commute=3, metre=0.1, metre_by_bike=0.01, metre_on_foot=0.0)
    modes = (Mode.CAR, Mode.BIKE, Mode.FOOT)
    shifts = [a_shift(mode, mode=mode) for mode in modes]
    day = compile_problem(a_problem([a_visit()], shifts, a_travel(modes=modes), weights=weights))
    of = {mode: row for row, mode in enumerate(day.modes)}
    assert [day.arc_cost[of[mode], 0, 1] for mode in modes] == [2200, 1300, 1200]
    assert [day.commute_cost[of[mode], 0, 1] for mode in modes] == [2800, 1900, 1800]


def test_a_shift_travels_by_its_own_car() -> None:
    """Who lives at 0 leaves the car at the pier and goes on on foot; who lives at 3 has the car all the way."""
    left = a_travel_leaving_car(ROUND, [], [0, 1, 1, 1])
    shifts = [a_shift(), a_shift("b", start_place=3), a_shift("c")]
    visits = [a_visit("v1", place=2), a_visit("v2", place=3)]
    day = compile_problem(a_problem(visits, shifts, left))
    assert (day.modes, day.mode[0]) == ((Mode.CAR, Mode.CAR), day.mode[2])
    assert day.mode[1] != day.mode[0]
    here, there = day.place_row.tolist().index(2), day.place_row.tolist().index(3)
    assert (day.road_s[day.mode[0], here, there], day.road_s[day.mode[1], here, there]) == (1800, 600)


def test_driving_is_bounded_only_where_a_shift_limits_it() -> None:
    """One shift with a limit is enough."""
    limited, free = a_shift(max_drive_s=3600), a_shift("b")
    assert compile_problem(a_problem([a_visit()], [free])).ways.shape == (3, 1, 2, 2)
    day = compile_problem(a_problem([a_visit()], [limited, free]))
    assert day.ways.shape == (4, 1, 2, 2)
    assert day.drive_s.tolist() == [[[0, 600], [600, 0]]]


def across(travel: Travel, mode: Mode = Mode.CAR) -> tuple[int, int]:
    """Bound the driving from home to the client across the water, and back, in minutes."""
    shift = a_shift(max_drive_s=24 * 3600, mode=mode)
    day = compile_problem(a_problem([a_visit(place=3)], [shift], travel))
    return tuple(int(day.drive_s[0, *pair]) // MINUTE_S for pair in ((0, 1), (1, 0)))  # type: ignore[return-value]


def test_time_aboard_is_taken_off_the_driving() -> None:
    """Of 95 minutes by the slow boat at least 45 are at piers and aboard some boat from there; what is less is not."""
    assert across(a_travel(SHORES, sailings=[*BOATS, BACK])) == (50, 20)
    assert across(a_travel(SHORES, sailings=[BOATS[0], BACK])) == (20, 20)
    assert across(a_travel(ROUND, sailings=[*BOATS, BACK])) == (130, 130)


def test_only_boats_that_are_taken_and_reached_bound_the_time_aboard() -> None:
    """A quick boat for people, or one that leaves from an island without a road, takes nothing off a driver's time."""
    people = replace(BOATS[1], id="people", modes=frozenset({Mode.FOOT}))
    assert across(a_travel(SHORES, sailings=[BOATS[0], people, BACK])) == (20, 20)
    shores = [[*row, None] for row in SHORES] + [[None] * 4 + [0]]
    for ends in ({"from_port": 4}, {"to_port": 4}):
        far = a_travel(shores, sailings=[BOATS[0], replace(BOATS[1], id="far", **ends), BACK])
        assert across(far) == (20, 20)


def test_a_driver_who_leaves_the_car_takes_boats_for_people() -> None:
    """Their time aboard is not driving either, though the car stays behind."""
    afoot = [replace(boat, modes=frozenset({Mode.FOOT})) for boat in (BOATS[0], BACK)]
    day = compile_problem(
        a_problem([a_visit(place=3)], [a_shift(max_drive_s=10**5)], a_travel_leaving_car(SHORES, afoot, [0, 1, 1, 1]))
    )
    assert (np.array([day.work_s[0, 0, 1], day.drive_s[0, 0, 1]]) // MINUTE_S).tolist() == [115, 40]
