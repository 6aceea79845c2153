"""Tests of `geo.timetable`."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from geo.errors import TimetableUnreadable
from geo.timetable import WEEKDAYS, SailingPattern, ServiceException, cancelled, departures

if TYPE_CHECKING:
    from geo.types import Departure

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
        (
            {"valid_from": date(2026, 4, 2), "valid_to": date(2026, 4, 1)},
            "the season ends before it begins",
        ),
        ({"car_fare_pence": -1}, "a fare is negative"),
        ({"kind": "tram"}, "unknown kind 'tram'"),
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


def at(boats: tuple[Departure, ...]) -> list[int]:
    """Give the hours of departure."""
    return [boat.departs_s // 3600 for boat in boats]


def test_a_season_holds_on_its_first_and_its_last_day() -> None:
    """The winter row sails on both ends of its season and on no Monday outside."""
    winter = replace(MULL, valid_from=date(2026, 10, 19), valid_to=date(2026, 11, 2))
    mondays = [date(2026, 10, 12) + timedelta(weeks=week) for week in range(5)]
    assert [bool(departures([winter], day, PORTS)) for day in mondays] == [False, True, True, True, False]


def test_a_late_boat_of_the_day_before_is_there_after_midnight() -> None:
    """Monday's 24:30 boat is Tuesday's 00:30 boat too, under the reading of each day, and gone on Wednesday."""
    late = replace(MULL, days=("Mon",), first_s=88_200, last_s=88_200)
    assert [boat.id for boat in departures([late], MONDAY, PORTS)] == ["oban-craignure@24:30"]
    assert [boat.id for boat in departures([late], MONDAY + timedelta(days=1), PORTS)] == ["oban-craignure@00:30"]
    assert departures([late], MONDAY + timedelta(days=2), PORTS) == ()


def test_a_night_shift_sees_the_first_boats_of_the_next_morning() -> None:
    """A boat at half past five on Tuesday is Monday's 29:30 boat; one after six is not Monday's."""
    early = replace(MULL, days=("Tue",), first_s=19_800, last_s=23_400, headway_s=3_600)
    assert [boat.id for boat in departures([early], MONDAY, PORTS)] == ["oban-craignure@29:30"]


def test_service_days_have_their_own_exceptions_around_midnight() -> None:
    """Cancelling Monday takes Monday's late boat away from Tuesday morning, and leaves Tuesday's boats."""
    late = replace(MULL, last_s=88_200, first_s=88_200, headway_s=0)
    off = ServiceException(day=MONDAY, sails_as="none")
    tuesday = departures([late, MULL], MONDAY + timedelta(days=1), PORTS, [off])
    assert "oban-craignure@00:30" not in {boat.id for boat in tuesday}
    assert at(tuesday) == [6, 8, 10, 24]


@pytest.mark.parametrize(
    ("exception", "hours"),
    [
        ({"sails_as": "none"}, []),
        ({"sails_as": "usual"}, [6, 8, 10]),
        ({"sails_as": "Sun"}, [12]),
        ({"sails_as": "usual", "last_s": 31_500}, [6, 8]),
        ({"sails_as": "none", "route": "Iona"}, [6, 8, 10]),
        ({"sails_as": "none", "route": "Oban to Craignure"}, []),
        ({"sails_as": "none", "service": "weekdays"}, []),
        ({"sails_as": "none", "service": "weekdays", "route": "Iona"}, [6, 8, 10]),
        ({"sails_as": "all", "service": "sundays"}, [6, 8, 10, 12]),
    ],
)
def test_an_exception_changes_the_boats_that_it_names(exception: dict[str, Any], hours: list[int]) -> None:
    """No service, another day's service, a different last boat and extra service, for all, one route or one service."""
    rows = [
        replace(MULL, service="weekdays"),
        replace(MULL, days=("Sun",), first_s=43_200, last_s=43_200, service="sundays"),
    ]
    assert at(departures(rows, MONDAY, PORTS, [ServiceException(day=MONDAY, **exception)])) == hours


def test_the_exception_that_names_more_counts() -> None:
    """On a holiday without boats one route sails, and of that route one service does not."""
    rows = [MULL, replace(MULL, service="extra", first_s=50_400, last_s=50_400)]
    everything = ServiceException(day=MONDAY, sails_as="none")
    route = ServiceException(day=MONDAY, sails_as="usual", route=MULL.route)
    service = ServiceException(day=MONDAY, sails_as="none", service="extra")
    assert at(departures(rows, MONDAY, PORTS, [everything])) == []
    assert at(departures(rows, MONDAY, PORTS, [everything, route])) == [6, 8, 10, 14]
    assert at(departures(rows, MONDAY, PORTS, [service, everything, route])) == [6, 8, 10]


def test_an_extra_service_ignores_days_and_season() -> None:
    """Rows that sail on no weekday sail on the dates that an exception gives them, as calendar-less feeds have it."""
    charter = replace(MULL, days=(), valid_to=date(2020, 1, 1), service="charter")
    assert departures([charter], MONDAY, PORTS) == ()
    on = ServiceException(day=MONDAY, sails_as="all", service="charter")
    assert at(departures([charter], MONDAY, PORTS, [on])) == [6, 8, 10]


def test_exceptions_that_make_no_sense_are_refused() -> None:
    """Neither an unknown word nor two that contradict each other is guessed at."""
    off = ServiceException(day=MONDAY, sails_as="none")
    with pytest.raises(TimetableUnreadable, match="cannot sail as 'Sunday'"):
        departures([MULL], MONDAY, PORTS, [replace(off, sails_as="Sunday")])
    with pytest.raises(TimetableUnreadable, match="contradict"):
        departures([MULL], MONDAY, PORTS, [off, replace(off, sails_as="usual")])
    assert departures([MULL], MONDAY, PORTS, [off, off]) == ()


@pytest.mark.parametrize("day", [date(2026, 3, 29), date(2026, 10, 25)])
def test_a_boat_keeps_its_clock_time_when_the_clocks_change(day: date) -> None:
    """A typed time is a reading of the clock, so 06:45 is 24,300 s also on days of 23 and 25 hours."""
    assert departures([replace(MULL, days=("Sun",))], day, PORTS)[0].departs_s == 24_300


def test_cancelling_names_a_route_and_an_hour() -> None:
    """What leaves at that hour or later is gone; without a route or an hour nothing limits it."""
    boats = departures([MULL, replace(MULL, route="Iona")], MONDAY, PORTS)
    assert at(cancelled(boats, route="Iona", after_s=31_500)) == [6, 6, 8, 10]
    assert at(cancelled(boats, after_s=31_501)) == [6, 6, 8, 8]
    assert {boat.route for boat in cancelled(boats, route="Iona")} == {MULL.route}
    assert cancelled(boats) == ()


def test_what_is_carried_and_what_it_costs_goes_with_the_boat() -> None:
    """Bike, booking, fares and kind come from the row, and what nobody knows stays unknown."""
    row = replace(MULL, bike=False, booking=True, foot_fare_pence=440, car_fare_pence=1_625, kind="bus")
    boat = departures([row], MONDAY, PORTS)[0]
    assert (boat.bike, boat.booking, boat.foot_fare_pence, boat.car_fare_pence) == (False, True, 440, 1_625)
    assert boat.kind == "bus"
    plain = departures([MULL], MONDAY, PORTS)[0]
    assert (plain.bike, plain.booking, plain.foot_fare_pence, plain.kind) == (True, None, None, "ferry")
