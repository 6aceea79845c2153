"""Importing timetables: typed rows and feeds become the same rows, and what else the area has stays."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

import pytest

from app.dataset import PortRow, SailsAs, TimesStatus
from app.errors import ImportRejected
from app.services.import_timetable import FeedChoice, with_feed, with_typed_sailings
from app.services.read_dataset import read_dataset
from app.services.timetables import boats_of_day
from app.services.write_dataset import write_dataset
from geo.errors import TimetableUnreadable
from tests.app.datasets import GOOD, clock
from tests.geo.feeds import changed, write_feed

if TYPE_CHECKING:
    from pathlib import Path

    from app.dataset import Dataset

HEADING = "route,from_port,to_port,days,first,last,headway_minutes,crossing_minutes,check_in_minutes,ashore_minutes,"
HEADING += "car,times_status,note"
OFFS = "day,route,service,sails_as,last,note\n"

PIERS = (
    PortRow(port_id="oban", name="Oban", lat=56.412, lon=-5.474, landmass="mainland"),
    PortRow(port_id="coll", name="Coll", lat=56.6145, lon=-6.523, landmass="coll"),
    PortRow(port_id="tiree", name="Tiree", lat=56.507, lon=-6.798, landmass="tiree"),
)
KNOWN = replace(
    GOOD.sailings[0],
    route="Oban - Coll",
    from_port="oban",
    to_port="coll",
    days=("Sat",),
    check_in_minutes=45,
    ashore_minutes=8,
    car=True,
    booking=True,
    foot_fare_pence=1_300,
    note="typed",
)
ISLES = replace(GOOD, ports=(*GOOD.ports, *PIERS), sailings=(*GOOD.sailings, KNOWN))
LATE = "trip_id,arrival_time,departure_time,stop_id,stop_sequence\nboat,31:00:00,,O,1\nboat,32:00:00,,C,2\n"
FERRIES = FeedChoice(kinds=("ferry",))


def write(path: Path, *rows: str, heading: str = HEADING) -> Path:
    """Write a CSV file."""
    path.write_text("\n".join([heading, *rows]) + "\n", encoding="utf-8")
    return path


def times(dataset: Dataset, day: date) -> list[str]:
    """List the departures of a day by id."""
    rows = {port.port_id: row for row, port in enumerate(dataset.ports)}
    return [boat.id for boat in boats_of_day(dataset, day, rows)]


def test_typed_sailings_take_the_place_of_the_ones_before(tmp_path: Path) -> None:
    """Exceptions and ports stay unless they are given too."""
    path = write(tmp_path / "winter.csv", "Gallanach - Kerrera,kerrera,gallanach,Tue,09:00,09:00,0,5,2,1,no,published,")
    found, report = with_typed_sailings(GOOD, path)
    assert times(found, GOOD.day) == ["kerrera-gallanach@09:00"]
    assert (report.rows, report.rows_replaced) == (1, 1)
    assert (found.exceptions, found.ports, found.visits) == (GOOD.exceptions, GOOD.ports, GOOD.visits)
    offs = tmp_path / "offs.csv"
    offs.write_text(f"{OFFS}2026-11-17,,,none,,\n")
    assert times(with_typed_sailings(GOOD, path, exceptions=offs)[0], GOOD.day) == []


def test_every_fault_of_typed_files_is_told_with_its_file(tmp_path: Path) -> None:
    """The names of the files are those that were given, and all faults come at once."""
    path = write(
        tmp_path / "winter.csv",
        "A,kerrera,mull,Tue,09:00,09:00,0,5,2,1,no,published,",
        "A,kerrera,gallanach,Tue,9,09:00,0,5,2,1,no,published,",
    )
    offs = tmp_path / "offs.csv"
    offs.write_text(f"{OFFS}2026-11-17,B,,none,,\n")
    with pytest.raises(ImportRejected) as caught:
        with_typed_sailings(GOOD, path, exceptions=offs)
    assert [str(fault).split(":")[0] for fault in caught.value.faults] == [
        "winter.csv, row 3, column first",
        "winter.csv, row 2, column to_port",
        "offs.csv, row 2, column route",
    ]
    with pytest.raises(ImportRejected, match=r"none\.csv: the file is missing"):
        with_typed_sailings(GOOD, tmp_path / "none.csv")


def test_a_feed_replaces_boats_between_its_piers_and_keeps_what_it_does_not_say(tmp_path: Path) -> None:
    """Times and names come from the feed; check-in, booking and fares from the row that is replaced."""
    found, report = with_feed(ISLES, write_feed(tmp_path / "feed.zip"), FERRIES)
    assert [row for row in found.sailings if row.note == "typed"] == []
    assert found.sailings[0] == GOOD.sailings[0]
    coll = next(row for row in found.sailings if row.to_port == "coll")
    assert (coll.route, coll.first, coll.check_in_minutes, coll.ashore_minutes) == (
        "Oban - Coll - Tiree", clock(7, 15), 45, 8,
    )  # fmt: skip
    assert (coll.booking, coll.foot_fare_pence, coll.times_status) == (True, 1_300, TimesStatus.PUBLISHED)
    tiree = next(row for row in found.sailings if (row.from_port, row.to_port) == ("oban", "tiree"))
    assert (tiree.route, tiree.check_in_minutes, tiree.booking) == ("Oban - Coll - Tiree", 10, None)
    assert (report.rows, report.rows_replaced, report.stops_added) == (3, 1, 0)
    assert (report.first_day, report.last_day) == (date(2026, 10, 26), date(2027, 3, 26))


def test_a_newer_feed_takes_the_place_of_the_older(tmp_path: Path) -> None:
    """The same feed twice gives the same rows once, and another feed's rows stay."""
    path = write_feed(tmp_path / "feed.zip")
    once, _ = with_feed(ISLES, path, FeedChoice())
    twice, report = with_feed(once, path, FeedChoice())
    assert twice == once
    assert report.rows_replaced == report.rows
    both, _ = with_feed(once, write_feed(tmp_path / "buses.zip"), FeedChoice(kinds=("bus",)))
    assert set(once.sailings) < set(both.sailings)


def test_a_feed_survives_being_written_and_read(tmp_path: Path) -> None:
    """The rows of a feed keep every rule of the files, and exceptions for routes that it replaced are gone."""
    off = replace(GOOD.exceptions[1], route="Oban - Coll")
    isles = replace(ISLES, exceptions=(*GOOD.exceptions, off))
    found, _ = with_feed(isles, write_feed(tmp_path / "feed.zip"), FeedChoice(walk_m=5_000))
    write_dataset(found, tmp_path / "out")
    assert read_dataset(tmp_path / "out") == found
    assert {row.sails_as for row in found.exceptions if row.service} == {SailsAs.ALL, SailsAs.NONE}
    boats = [boat for boat in times(found, date(2026, 12, 25)) if "kerrera" not in boat]
    assert boats == []


def test_headways_that_are_no_whole_minutes_become_single_rows(tmp_path: Path) -> None:
    """Every ninety seconds for five minutes is four boats."""
    every = "trip_id,start_time,end_time,headway_secs,exact_times\nboat,07:00:00,07:05:00,90,1\n"
    found, _ = with_feed(ISLES, write_feed(tmp_path / "feed.zip", frequencies=every), FERRIES)
    coll = [row for row in found.sailings if row.to_port == "coll"]
    assert [row.first for row in coll] == [25_200, 25_290, 25_380, 25_470]
    assert {row.headway_minutes for row in coll} == {0}


@pytest.mark.parametrize(
    ("files", "told"),
    [
        (changed("calendar", "20270326", "20261030"), "feed.zip covers 2026-10-26 to 2026-10-30, not the planned day"),
        (changed("routes", "Tiree,4", "Tiree,2"), "feed.zip has nothing between piers of the area"),
        (
            {"stop_times": LATE},
            "leaves after 30:00",
        ),
    ],
)  # fmt: skip
def test_a_feed_of_no_use_is_refused(tmp_path: Path, files: dict[str, str | None], told: str) -> None:
    """It must cover the planned day and have something between the places of the area."""
    with pytest.raises(TimetableUnreadable, match=told):
        with_feed(ISLES, write_feed(tmp_path / "feed.zip", **files), FERRIES)
