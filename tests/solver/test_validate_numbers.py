"""Tests of numbers that are not whole, or huge: each is named with its record and field, and breaks no other check."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from solver.compile import compile_problem
from solver.types import Before, ClientNeeds, Mode, ProviderHours, Sequence, Travel
from solver.validate import faults
from tests.builders import a_break, a_problem, a_sailing, a_shift, a_travel, a_travel_leaving_car, a_visit, a_window

SHORES = [[0, 10, None, None], [10, 0, None, None], [None, None, 0, 10], [None, None, 10, 0]]
BOATS = [a_sailing("one", 1, 2, "08:00"), a_sailing("back", 2, 1, "12:00")]
HALF: Any = 0.5
WINDOW = replace(a_window("08:00", "10:00"), latest_s=HALF)
REST = replace(a_break(), duration_s=HALF)
LINK = Sequence(first="v1", then="v2", least_s=0, most_s=60)


@pytest.mark.parametrize(
    ("changes", "where"),
    [
        ({"visits": [a_visit(place=1.0)]}, "visit v1, place"),
        ({"visits": [a_visit(place=None)]}, "visit v1, place"),
        ({"visits": [a_visit(locked_start_s=HALF)]}, "visit v1, locked_start_s"),
        ({"visits": [a_visit(window=WINDOW)]}, "visit v1, window, latest_s"),
        ({"visits": [a_visit(other_windows=(WINDOW,))]}, "visit v1, window 2, latest_s"),
        ({"shifts": [a_shift(end_place=HALF)]}, "shift early, end_place"),
        ({"shifts": [a_shift(window=WINDOW)]}, "shift early, window, latest_s"),
        ({"shifts": [a_shift(breaks=(REST,))]}, "shift early, break 1, duration_s"),
        (
            {"shifts": [a_shift(breaks=(a_break(), replace(REST, duration_s=60, window=WINDOW)))]},
            "shift early, break 2, window, latest_s",
        ),
        ({"travel": replace(a_travel(), sailings=(replace(BOATS[0], to_port=2.0),))}, "sailing one, to_port"),
        ({"travel": replace(a_travel(), sailings=(replace(BOATS[0], ashore_s=HALF),))}, "sailing one, ashore_s"),
        (
            {"visits": [a_visit(), a_visit("v2")], "sequences": (replace(LINK, most_s=HALF),)},
            "sequence v1 - v2, most_s",
        ),
        ({"clients": (ClientNeeds(client="client-of-v1", min_gap_s=HALF),)}, "client client-of-v1, min_gap_s"),
        ({"provider_hours": (ProviderHours(provider="north", floor_s=HALF),)}, "provider hours north, floor_s"),
        ({"before": (Before(visit="v1", shifts=frozenset(), start_s=HALF),)}, "before, visit v1, start_s"),
        ({"rest_s": HALF}, "day, rest_s"),
    ],
)
def test_a_number_that_is_not_whole_is_named(changes: dict[str, Any], where: str) -> None:
    """Of any record, also where the value is a whole one; then nothing else is looked for."""
    (found,) = faults(a_problem(**changes))
    assert (found.code, found.where) == ("number-not-whole", where)
    record, _, field = where.rpartition(", ")
    assert found.message.startswith(f"The {field} of {record} is ")
    assert found.message.endswith(", not a whole number.")


def test_whole_numbers_of_any_kind_and_none_where_there_may_be_none_are_right() -> None:
    """Those of arrays are, too."""
    visit = a_visit(place=np.int64(1), duration_s=np.int32(1800), tolerance_s=None)
    assert faults(a_problem([visit])) == ()


@pytest.mark.parametrize(
    ("changes", "where"),
    [
        ({"visits": [a_visit(load=10**9 + 1)]}, "visit v1, load"),
        ({"shifts": [a_shift(max_work_s=10**9 + 1)]}, "shift early, max_work_s"),
        ({"shifts": [a_shift(next_start_s=-(10**9) - 1)]}, "shift early, next_start_s"),
    ],
)
def test_a_number_that_is_too_large_is_named(changes: dict[str, Any], where: str) -> None:
    """Whichever side of zero; the engines' arrays hold no more."""
    (found,) = faults(a_problem(**changes))
    assert (found.code, found.where) == ("number-too-large", where)
    record, _, field = where.rpartition(", ")
    assert found.message.startswith(f"The {field} of {record} is ")
    assert found.message.endswith(": more than 1,000,000,000 either side of zero.")


def test_the_largest_numbers_are_right() -> None:
    """Of both sides of zero; there is no limit, and it is reckoned with."""
    most = 10**9
    limits = {"max_work_s": most, "max_drive_s": most, "max_span_s": most, "capacity": most, "contracted_s": most}
    day = a_problem([a_visit(load=most)], [a_shift(previous_end_s=-most, next_start_s=most, **limits)], rest_s=most)
    assert faults(day) == ()
    assert compile_problem(day).load.tolist() == [most]


@pytest.mark.parametrize("name", ["road_s", "road_m", "boat_first", "boat_count", "boat_leave_s", "boat_arrive_s"])
def test_arrays_hold_whole_numbers(name: str) -> None:
    """Roads, the list of boats, and where a pair's boats are in it; not a number is none, and nothing else is said."""
    car = a_travel(SHORES, sailings=BOATS).modes[Mode.CAR]
    array = getattr(car, name).astype(np.float64)
    array.flat[-1] = np.nan
    travel = Travel(modes={Mode.CAR: replace(car, **{name: array})}, sailings=tuple(BOATS))
    (found,) = faults(a_problem(travel=travel))
    assert (found.code, found.where) == ("matrix-type", f"travel by car, {name}")
    assert found.message == "The array holds float64, not whole numbers."
    spans = {name: getattr(car, name).astype("m8[s]")}
    travel = Travel(modes={Mode.CAR: replace(car, **spans)}, sailings=tuple(BOATS))
    (found,) = faults(a_problem(travel=travel))
    assert found.message == "The array holds timedelta64[s], not whole numbers."


def test_a_matrix_is_no_single_number() -> None:
    """It has places."""
    car = replace(a_travel().modes[Mode.CAR], road_s=np.array(5))
    assert "matrix-shape" in {found.code for found in faults(a_problem(travel=Travel(modes={Mode.CAR: car})))}


def test_what_can_be_reached_is_true_or_false_and_a_car_stands_at_a_whole_row() -> None:
    """Numbers in the place of truths are refused."""
    car = a_travel(SHORES, sailings=BOATS).modes[Mode.CAR]
    numbers = replace(car, road_reachable=car.road_reachable.astype(np.int32))
    (found,) = faults(a_problem(travel=Travel(modes={Mode.CAR: numbers}, sailings=tuple(BOATS))))
    assert (found.code, found.message) == ("matrix-type", "The array holds int32, not true and false.")
    travel = a_travel_leaving_car(SHORES, BOATS, [0, 1, 1, 1])
    left = replace(travel.from_home[Mode.CAR, 0], car_at=np.array([0.0, 1.0, 1.0, 1.0]))
    (found,) = faults(a_problem(travel=replace(travel, from_home={(Mode.CAR, 0): left})))
    assert (found.code, found.where) == ("matrix-type", "travel by car, car_at")
