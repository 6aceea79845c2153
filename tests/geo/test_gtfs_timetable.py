"""Tests of `geo.gtfs_timetable`: which journeys a feed offers between the places of an area."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import pytest

from geo import gtfs_timetable
from geo.errors import TimetableUnreadable
from geo.gtfs import FeedArchive
from geo.gtfs_timetable import read_timetable
from geo.timetable import departures
from tests.geo.feeds import FEED, changed, write_feed

if TYPE_CHECKING:
    from collections.abc import Collection
    from pathlib import Path

    from geo.gtfs_timetable import FeedTimetable
    from geo.types import Departure

LONDON = ZoneInfo("Europe/London")
PLACES = {
    "ferry": {"O": "oban", "C": "coll", "T": "tiree"},
    "bus": {"b1": "town", "b2": "mill", "b3": "school", "b5": "glen"},
}
ROWS = {name: row for row, name in enumerate(name for kind in PLACES.values() for name in kind.values())}
MONDAY, TUESDAY, SATURDAY = date(2026, 11, 2), date(2026, 11, 10), date(2026, 11, 7)


def read(path: Path, chosen: Collection[str] = (), **files: str | None) -> FeedTimetable:
    """Read a feed with these files changed."""
    with FeedArchive(write_feed(path / "feed.zip", **files)) as feed:
        return read_timetable(feed, PLACES, zone=LONDON, routes=chosen)


def boats(found: FeedTimetable, day: date) -> tuple[Departure, ...]:
    """List the departures of a day."""
    return departures(found.patterns, day, ROWS, found.exceptions)


def hops(found: FeedTimetable, route: str, day: date = TUESDAY) -> dict[str, str]:
    """Give from which stop and when each journey of a route leaves, and when it arrives."""
    return {
        boat.id: f"{boat.arrives_s // 3600:02}:{boat.arrives_s // 60 % 60:02}:{boat.arrives_s % 60:02}"
        for boat in boats(found, day)
        if boat.route == route
    }


def test_a_boat_that_calls_on_the_way_carries_through_passengers(tmp_path: Path) -> None:
    """Three calls are three journeys, the longest without going ashore on the way."""
    found = read(tmp_path)
    assert hops(found, "Oban - Coll - Tiree") == {
        "oban-coll@07:15": "09:55:00",
        "oban-tiree@07:15": "11:05:00",
        "coll-tiree@10:05": "11:05:00",
    }
    boat = boats(found, TUESDAY)[0]
    assert (boat.kind, boat.car, boat.bike) == ("ferry", True, True)
    assert found.cars_unknown == 0


def test_blank_times_lie_between_their_neighbours_by_distance(tmp_path: Path) -> None:
    """Three and four eighths of sixteen minutes along the road are six and eight minutes after the start."""
    assert hops(read(tmp_path), "423") == {
        "town-mill@07:42": "07:48:00",
        "town-school@07:42": "07:50:00",
        "town-glen@07:42": "07:58:00",
        "mill-school@07:48": "07:50:00",
        "mill-glen@07:48": "07:58:00",
        "school-glen@07:50": "07:58:00",
    }


def test_blank_times_without_distances_are_spread_evenly(tmp_path: Path) -> None:
    """Two stops in sixteen minutes come every 320 seconds; arrivals are rounded up, departures down."""
    without = FEED["stop_times"].replace("b2,2,,,3", "b2,2,,,")
    found = hops(read(tmp_path, stop_times=without), "423")
    assert found["town-mill@07:42"] == "07:47:20"
    assert found["school-glen@07:52"] == "07:58:00"


def test_stops_elsewhere_are_passed_by(tmp_path: Path) -> None:
    """Only journeys between two places of the area are kept, and the times are still of the whole trip."""
    with FeedArchive(write_feed(tmp_path / "feed.zip")) as feed:
        found = read_timetable(feed, {"bus": {"b2": "mill", "b5": "glen"}}, zone=LONDON)
    assert hops(found, "423") == {"mill-glen@07:48": "07:58:00"}
    assert {row.kind for row in found.patterns} == {"bus"}


def test_nobody_boards_or_alights_where_that_is_not_possible(tmp_path: Path) -> None:
    """On the school bus nobody boards on the way; its first stop is only for boarding."""
    found = [boat for boat in hops(read(tmp_path), "423", MONDAY) if "08:" in boat]
    assert found == ["town-glen@08:00", "town-school@08:00"]


def test_services_run_on_their_days_within_their_dates(tmp_path: Path) -> None:
    """Weekdays in season, less the removed and with the added dates; a service may have nothing but added dates."""
    found = read(tmp_path)
    assert {boat.kind for boat in boats(found, TUESDAY)} == {"ferry", "bus"}
    assert boats(found, SATURDAY) == ()
    assert boats(found, date(2026, 10, 23)) == ()
    assert boats(found, date(2026, 12, 25)) == ()
    assert boats(found, date(2027, 3, 26))
    assert not any(boat.departs_s == 28_800 for boat in boats(found, TUESDAY))
    assert (found.first_day, found.last_day) == (date(2026, 10, 26), date(2027, 3, 26))


def test_a_feed_may_speak_for_fewer_days_than_its_services(tmp_path: Path) -> None:
    """The dates of feed_info.txt bound what the feed covers."""
    info = "feed_publisher_name,feed_start_date,feed_end_date\nA,20261101,20261130\n"
    found = read(tmp_path, feed_info=info)
    assert (found.first_day, found.last_day) == (date(2026, 11, 1), date(2026, 11, 30))


def test_times_past_midnight_belong_to_the_service_day(tmp_path: Path) -> None:
    """A trip at 24:30 on Friday is Saturday's first boat, and Monday morning has none."""
    late = FEED["stop_times"].replace("boat,07:15:00,07:15:00", "boat,24:30:00,24:30:00")
    late = late.replace("boat,09:55:00,10:05:00", "boat,25:00:00,25:05:00").replace(
        "boat,11:05:00,11:05:00", "boat,26:00:00,"
    )
    found = read(tmp_path, stop_times=late)
    assert "oban-coll@00:30" in hops(found, "Oban - Coll - Tiree", SATURDAY)
    assert "oban-coll@00:30" not in hops(found, "Oban - Coll - Tiree", MONDAY)
    assert hops(found, "Oban - Coll - Tiree", MONDAY)["oban-tiree@24:30"] == "26:00:00"


def test_a_trip_may_be_repeated_at_exact_times(tmp_path: Path) -> None:
    """Every half hour from seven, the one at the end time not any more; calls on the way move along."""
    every = "trip_id,start_time,end_time,headway_secs,exact_times\nboat,07:00:00,08:30:00,1800,1\n"
    found = hops(read(tmp_path, frequencies=every), "Oban - Coll - Tiree")
    assert [boat for boat in found if boat.startswith("oban-coll")] == [
        "oban-coll@07:00", "oban-coll@07:30", "oban-coll@08:00",
    ]  # fmt: skip
    assert found["coll-tiree@09:50"] == "10:50:00"


def test_an_inexact_headway_is_waited_for_in_full(tmp_path: Path) -> None:
    """Whoever is there at seven leaves by half past seven, and nobody counts on less."""
    every = "trip_id,start_time,end_time,headway_secs\nboat,07:00:00,08:00:00,1800\n"
    first = boats(read(tmp_path, frequencies=every), TUESDAY)[0]
    assert (first.last_checkin_s, first.departs_s) == (25_200, 27_000)


def test_a_round_trip_is_left_at_the_first_call_and_boarded_at_the_last(tmp_path: Path) -> None:
    """A bus that passes the town twice takes nobody round for nothing."""
    loop = FEED["stop_times"].replace("morning,,,b2,2,,,3", "morning,07:45:00,07:45:00,b1,2,,,3")
    found = hops(read(tmp_path, stop_times=loop), "423")
    assert {boat.split("@")[0]: boat for boat in found} == {
        "town-school": "town-school@07:45",
        "town-glen": "town-glen@07:45",
        "school-glen": "school-glen@07:47",
    }


def test_what_is_carried_is_what_the_feed_says(tmp_path: Path) -> None:
    """Nobody drives aboard where cars are not mentioned; boats take bikes and buses do not, unless they say so."""
    found = read(tmp_path, **changed("trips", "boat,1,1", "boat,,"))
    carried = {(boat.kind, boat.car, boat.bike) for boat in boats(found, TUESDAY)}
    assert carried == {("ferry", False, True), ("bus", False, False)}
    assert found.cars_unknown == 3
    with FeedArchive(tmp_path / "feed.zip") as feed:
        crossings = [("oban", "coll"), ("coll", "tiree")]
        known = read_timetable(feed, PLACES, zone=LONDON, car_crossings=crossings)
    assert [(row.car, row.to_port) for row in known.patterns if row.kind == "ferry"] == [
        (True, "coll"), (False, "tiree"), (True, "tiree"),
    ]  # fmt: skip
    assert known.cars_unknown == 1
    taken = read(tmp_path, **changed("trips", "morning,,", "morning,1,1"))
    assert {(boat.car, boat.bike) for boat in boats(taken, TUESDAY) if boat.kind == "bus"} == {(False, True)}


def test_only_chosen_routes_are_read(tmp_path: Path) -> None:
    """A route is chosen by the name that passengers know, or by its id."""
    assert {row.route for row in read(tmp_path, chosen=["423"]).patterns} == {"423"}
    assert {row.route for row in read(tmp_path, chosen=["F"]).patterns} == {"Oban - Coll - Tiree"}


@pytest.mark.parametrize(
    ("route_type", "kind"), [(4, "ferry"), (1000, "ferry"), (1200, "ferry"), (3, "bus"), (704, "bus")]
)
def test_extended_route_types_count(tmp_path: Path, route_type: int, kind: str) -> None:
    """Ferries and buses have several numbers."""
    files = {**changed("routes", "Tiree,4", f"Tiree,{route_type}")}
    with FeedArchive(write_feed(tmp_path / "feed.zip", **files)) as feed:
        found = read_timetable(feed, {kind: PLACES["ferry"]}, zone=LONDON)
    assert {(row.route, row.kind) for row in found.patterns} == {("Oban - Coll - Tiree", kind)}


def test_trips_on_demand_are_left_out(tmp_path: Path) -> None:
    """A trip that calls at no fixed stop on its way is no timetable."""
    flexible = FEED["stop_times"].replace("morning,,,b2,2,,,3", "morning,,,,2,,,3")
    assert {row.route for row in read(tmp_path, stop_times=flexible).patterns if row.service == "weekdays"} == {
        "Oban - Coll - Tiree"
    }


@pytest.mark.parametrize("name", ["Europe/Belfast", "Europe/Isle_of_Man"])
def test_zones_with_the_same_clock_are_as_good(tmp_path: Path, name: str) -> None:
    """Times are readings of the same clock."""
    assert read(tmp_path, **changed("agency", "Europe/London", name)).patterns


@pytest.mark.parametrize(
    ("files", "told"),
    [
        ({"stop_times": None}, "feed.zip has no stop_times.txt"),
        ({"calendar": None, "calendar_dates": None}, "has neither calendar.txt nor calendar_dates.txt"),
        (changed("agency", "Europe/London", "Europe/Oslo"), "agency.txt, line 2, agency_timezone: the times are of"),
        (changed("agency", "Europe/London", "Nowhere"), "line 2, agency_timezone: there is no time zone Nowhere"),
        (changed("agency", "Europe/London", "../../x"), "agency.txt, line 2, agency_timezone: there is no time zone"),
        (changed("routes", "- Glen,3", "- Glen,bus"), "routes.txt, line 3, route_type: is not a whole number"),
        (changed("trips", "B,weekdays", "C,weekdays"), "trips.txt, line 3, route_id: there is no route C"),
        (changed("trips", "B,school", "B,pupils"), "trips.txt, line 4, service_id: there is no service pupils"),
        (changed("trips", "school,school", "school,boat"), "trips.txt, line 4, trip_id: boat is there twice"),
        (changed("calendar", "20261026", "20261032"), "calendar.txt, line 2, start_date: is not a date"),
        (changed("calendar", "20270326", "20260326"), "calendar.txt, line 2, end_date: the service ends before"),
        (changed("calendar_dates", "20261225,2", "20261225,3"), "calendar_dates.txt, line 2, exception_type: is nei"),
        (changed("calendar_dates", "20261103", "20261102"), "calendar_dates.txt, line 4, date: school has this date"),
        (changed("stop_times", "boat,07:15:00,07:15:00", "boat,07:75:00,"), "stop_times.txt, line 2, arrival_time: is"),
        (changed("stop_times", "boat,07:15:00,07:15:00", "boat,,"), "line 2, arrival_time: the first and last call"),
        (changed("stop_times", "boat,11:05:00,11:05:00", "boat,,"), "line 4, arrival_time: the first and last call"),
        (changed("stop_times", "09:55:00,10:05:00", "09:55:00,09:05:00"), "line 3, departure_time: is before the arr"),
        (changed("stop_times", "09:55:00,10:05:00", "06:55:00,10:05:00"), "line 3, arrival_time: is before the depar"),
        (changed("stop_times", "11:05:00,11:05:00", "99:05:00,99:05:00"), "line 4, arrival_time: is before the depar"),
        (changed("stop_times", "C,5", "C,1"), "line 3, stop_sequence: 1 is there twice"),
        (changed("stop_times", "C,5", "C,-5"), "line 3, stop_sequence: is not a whole number"),
        (changed("stop_times", ",C,5", ",Z,5"), "line 3, stop_id: there is no stop Z"),
        ({"frequencies": "trip_id,start_time,end_time,headway_secs\nboat,08:00:00,08:00:00,60\n"}, "line 2, end_time"),
        ({"frequencies": "trip_id,start_time,end_time,headway_secs\nboat,08:00:00,09:00:00,0\n"}, "line 2, headway"),
        ({"feed_info": "feed_publisher_name,feed_start_date\nA,tomorrow\n"}, "feed_info.txt, line 2, feed_start_date"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_told_with_its_place(tmp_path: Path, files: dict[str, str | None], told: str) -> None:
    """Impossible times, unknown ids and dates are told with file, line and column."""
    with pytest.raises(TimetableUnreadable, match=told):
        read(tmp_path, **files)


def test_too_much_for_one_area_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """There are limits to calls and to rows, and both say to choose routes."""
    monkeypatch.setattr(gtfs_timetable, "MAX_ROWS", 5)
    with pytest.raises(TimetableUnreadable, match="more than 5 rows for this area: choose routes"):
        read(tmp_path)
    monkeypatch.setattr(gtfs_timetable, "MAX_CALLS", 5)
    with pytest.raises(TimetableUnreadable, match="more than 5 calls for this area: choose routes"):
        read(tmp_path)
