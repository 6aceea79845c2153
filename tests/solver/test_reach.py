"""Reaching a place by road or boat, to the second."""

from __future__ import annotations

import pytest

from solver.reach import earliest_arrival, latest_departure, start_range
from solver.types import Mode
from tests.builders import a_problem, a_sailing, a_shift, a_travel, a_visit, a_window, at

ROUND_OR_ACROSS = [[0, 10, 100, 110], [10, 0, 90, 100], [100, 90, 0, 10], [110, 100, 10, 0]]
TRAVEL = a_travel(ROUND_OR_ACROSS, sailings=[a_sailing("a", 1, 2, "08:00"), a_sailing("b", 1, 2, "10:00")])
CAR = TRAVEL.modes[Mode.CAR]


@pytest.mark.parametrize(
    ("leave", "arrive"), [("07:40", "08:45"), ("07:41", "09:31"), ("08:54", "10:44"), ("09:40", "10:45")]
)
def test_the_sooner_of_road_and_boat_is_taken(leave: str, arrive: str) -> None:
    """Just in time for a boat it wins; when it is missed the road round does, unless the next boat is sooner."""
    assert earliest_arrival(CAR, 0, 3, at(leave)) == at(arrive)


@pytest.mark.parametrize(("arrive", "leave"), [("08:44", "06:54"), ("08:45", "07:40"), ("09:31", "07:41")])
def test_the_later_of_road_and_boat_is_left_for(arrive: str, leave: str) -> None:
    """The last moment to leave is the boat's when it still arrives in time, else the road's."""
    assert latest_departure(CAR, 0, 3, at(arrive)) == at(leave)


def test_nothing_leads_where_no_road_and_no_boat_goes() -> None:
    """Without a road and after the last boat there is no arrival, and no departure before the first."""
    shores = [[0, None], [None, 0]]
    car = a_travel(shores, sailings=[a_sailing("a", 0, 1, "08:00")]).modes[Mode.CAR]
    assert earliest_arrival(car, 0, 1, at("07:50")) == at("08:35")
    assert earliest_arrival(car, 0, 1, at("07:51")) is None
    assert latest_departure(car, 0, 1, at("08:34")) is None
    assert earliest_arrival(car, 1, 0, 0) is None


def test_start_range_is_cut_by_the_way_there_and_home() -> None:
    """A shift that begins at 08:00 and ends at 09:00, ten minutes away, can start half an hour from 08:10 to 08:20."""
    shift = a_shift(window=a_window("08:00", "09:00"))
    visit = a_visit(window=a_window("08:00", "12:00"))
    assert start_range(a_problem(), shift, visit) == (at("08:10"), at("08:20"))


def test_of_several_windows_the_one_with_most_room_is_given() -> None:
    """An hour is more than ten minutes, whichever comes first; what is left of a window counts."""
    short, long = a_window("08:00", "08:10"), a_window("10:00", "11:00")
    for window, other in ((short, long), (long, short)):
        visit = a_visit(window=window, other_windows=(other,))
        assert start_range(a_problem(), a_shift(), visit) == (at("10:00"), at("11:00"))
    ends = a_shift(window=a_window("07:00", "10:45"))
    assert start_range(a_problem(), ends, a_visit(window=short, other_windows=(long,))) == (at("08:00"), at("08:10"))


def test_no_start_is_given_without_a_way_to_travel_or_a_window() -> None:
    """A mode without travel leads nowhere, and windows that contradict the agreed time leave none."""
    assert start_range(a_problem(), a_shift(mode=Mode.BIKE), a_visit()) is None
    assert start_range(a_problem(), a_shift(), a_visit(locked_start_s=at("12:00"))) is None
