"""Tests of `geo.timetable`."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from geo.errors import TimetableUnreadable
from geo.timetable import WEEKDAYS, SailingPattern, departures

PORTS = {"oban": 4, "craignure": 7}
MONDAY, SUNDAY = date(2026, 11, 2), date(2026, 11, 8)
MULL = SailingPattern(
    route="Oban to Craignure",
    from_port="oban",
    to_port="craignure",
    days=("Mon", "Tue"),
    first_s=24_300,
    last_s=38_700,
    headway_s=7_200,
    crossing_s=2_760,
    check_in_s=1_800,
    ashore_s=300,
    car=True,
)


def test_boats_sail_from_the_first_to_the_last_at_the_headway() -> None:
    """The last departure is included, and ids carry the ports and the clock time."""
    boats = departures([MULL], MONDAY, PORTS)
    assert [boat.id for boat in boats] == ["oban-craignure@06:45", "oban-craignure@08:45", "oban-craignure@10:45"]


def test_each_boat_carries_its_instants_and_rows() -> None:
    """Check-in is before departure, going ashore after arrival, and ports are rows of the matrices."""
    boat = departures([MULL], MONDAY, PORTS)[0]
    assert (boat.last_checkin_s, boat.departs_s, boat.arrives_s, boat.ashore_s) == (22_500, 24_300, 27_060, 27_360)
    assert (boat.from_port, boat.to_port, boat.route, boat.car) == (4, 7, "Oban to Craignure", True)


def test_a_headway_of_nothing_means_only_the_first_boat() -> None:
    """With headway 0 the last time is not a second boat."""
    assert len(departures([replace(MULL, headway_s=0)], MONDAY, PORTS)) == 1


def test_no_boat_sails_on_other_days() -> None:
    """A row for Monday and Tuesday gives nothing on Sunday."""
    assert departures([MULL], SUNDAY, PORTS) == ()


def test_each_weekday_name_means_its_day() -> None:
    """All seven names fall on the date that the calendar gives them."""
    for offset, name in enumerate(WEEKDAYS):
        row = replace(MULL, days=(name,))
        sailing = [day for day in range(2, 9) if departures([row], date(2026, 11, day), PORTS)]
        assert sailing == [2 + offset]


def test_boats_are_in_order_of_departure_whatever_the_order_of_rows() -> None:
    """Rows of both directions are merged by time."""
    back = replace(MULL, from_port="craignure", to_port="oban", first_s=28_000, last_s=28_000)
    boats = departures([MULL, back], MONDAY, PORTS)
    assert [boat.departs_s for boat in boats] == [24_300, 28_000, 31_500, 38_700]
    assert boats == departures([back, MULL], MONDAY, PORTS)


def test_ids_stay_unique_when_two_boats_leave_in_the_same_minute() -> None:
    """A passenger boat beside the car ferry gets an id of its own."""
    boats = departures([MULL, replace(MULL, route="fast boat", car=False)], MONDAY, PORTS)
    assert len({boat.id for boat in boats}) == len(boats) == 6


def test_a_boat_after_midnight_keeps_counting() -> None:
    """A departure at half past twenty-four is written 24:30."""
    late = replace(MULL, first_s=88_200, last_s=88_200)
    assert departures([late], MONDAY, PORTS)[0].id == "oban-craignure@24:30"


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        ({"from_port": "obna"}, "unknown port 'obna'"),
        ({"to_port": "oban"}, "it ends where it began"),
        ({"days": ("Mon", "Sunday")}, "unknown day 'Sunday'"),
        ({"first_s": -60}, "the first boat leaves before midnight"),
        ({"last_s": 20_000}, "the last boat leaves before the first"),
        ({"headway_s": -1}, "the headway is negative"),
        ({"crossing_s": 0}, "the crossing takes no time"),
        ({"check_in_s": -1}, "check-in or going ashore takes negative time"),
        ({"ashore_s": -1}, "check-in or going ashore takes negative time"),
    ],
)
def test_an_impossible_row_is_refused(change: dict[str, object], complaint: str) -> None:
    """Each impossibility is named with its row, and on days without sailing too."""
    with pytest.raises(TimetableUnreadable, match=rf"row 2 \(Oban to Craignure\): {complaint}"):
        departures([MULL, replace(MULL, **change)], SUNDAY, PORTS)


def test_every_impossible_row_is_named_at_once() -> None:
    """One error lists all bad rows, so that a coordinator corrects the file in one go."""
    rows = [replace(MULL, crossing_s=-5), MULL, replace(MULL, headway_s=-1, to_port="iona")]
    with pytest.raises(TimetableUnreadable, match=r"2 impossible row\(s\).*row 1 .*row 3 .*'iona', the headway"):
        departures(rows, MONDAY, PORTS)
