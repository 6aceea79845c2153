"""Give an area another timetable: one typed as CSV, or what a GTFS feed says about its piers and people.

A feed is turned into the same rows as a coordinator types, so that whatever reads a timetable reads both.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from math import ceil
from typing import TYPE_CHECKING, Any

from app.clock import LOCAL
from app.datafiles.files import FILES
from app.datafiles.rows import Row, Table, read_table
from app.datafiles.rules import check_keys, check_references, check_rows
from app.datafiles.timetable_rules import check_exceptions_name_boats, check_no_boat_sails_twice
from app.dataset import PortKind, PortRow, SailingExceptionRow, SailingKind, SailingRow, SailsAs, TimesStatus
from app.db.ferries import load_timetable
from app.errors import ImportRejected, RowFault
from app.services.locate import off_network_faults
from geo.errors import TimetableUnreadable
from geo.gtfs import FeedArchive, read_stops
from geo.gtfs_places import Pier, match_piers, within_walk
from geo.gtfs_timetable import read_timetable

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping
    from datetime import date
    from pathlib import Path

    from sqlalchemy.orm import Session

    from app.dataset import Dataset
    from geo.gtfs import FeedStop
    from geo.gtfs_timetable import FeedTimetable
    from geo.timetable import SailingPattern
    from geo.types import RoadGraph

WALK_M = 1_500
MAX_STOPS = 1_500
"""More stops would make the matrices of travel larger than the people do."""

LATEST_S = 30 * 3600
FROM_FEED = "from the feed "
FERRY_CHECK_IN_MINUTES = 10
"""Assumed for a crossing that only a feed knows: feeds do not say."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedChoice:
    """What to take from a feed: kinds (ferry, bus), routes (empty: all), and stops so far from somebody's door."""

    kinds: Collection[str] = ("ferry", "bus")
    routes: Collection[str] = ()
    walk_m: float = WALK_M


@dataclass(frozen=True, slots=True, kw_only=True)
class TimetableReport:
    """What an import changed. `cars_unknown` counts ferry rows of which nobody knows whether they carry cars."""

    rows: int
    rows_replaced: int
    routes: tuple[str, ...]
    stops_added: int = 0
    first_day: date | None = None
    last_day: date | None = None
    cars_unknown: int = 0


def with_typed_sailings(
    dataset: Dataset, sailings: Path, *, exceptions: Path | None = None, ports: Path | None = None
) -> tuple[Dataset, TimetableReport]:
    """Put typed sailings in the place of those that were typed before; rows from feeds stay.

    Exceptions and ports stay too unless given. Raises ImportRejected with every fault of the files.
    """
    given = {"sailings": sailings, "exceptions": exceptions, "ports": ports}
    tables = {file.field: Table(file=file) for file in FILES}
    for field, path in given.items():
        file = tables[field].file
        if path is None:
            columns = [column.name for column in file.columns]
            tables[field].rows += [
                Row(number=number, cells={name: getattr(row, name) for name in columns})
                for number, row in enumerate(getattr(dataset, field), start=2)
            ]
        else:
            tables[field] = read_table(path, replace(file, name=path.name, required=True))
    for field, path in given.items():
        if path is not None:
            check_keys(tables[field])
            check_rows(tables[field])
    for rule in (check_references, check_no_boat_sails_twice, check_exceptions_name_boats):
        rule(tables)
    if faults := [fault for table in tables.values() for fault in table.faults]:
        raise ImportRejected(faults)
    read: dict[str, tuple[Any, ...]] = {
        field: tuple(tables[field].file.record(**row.cells) for row in tables[field].rows)
        for field, path in given.items()
        if path is not None
    }
    kept = {field: tuple(row for row in getattr(dataset, field) if _is_from_feed(row)) for field in read}
    merged: dict[str, Any] = {field: (*rows, *kept[field]) for field, rows in read.items()}
    changed = replace(dataset, **merged)
    report = TimetableReport(
        rows=len(read["sailings"]),
        rows_replaced=len(dataset.sailings) - len(kept["sailings"]),
        routes=tuple(sorted({row.route for row in read["sailings"]})),
    )
    return changed, report


def with_feed(dataset: Dataset, path: Path, choice: FeedChoice) -> tuple[Dataset, TimetableReport]:
    """Add what a feed says, in place of what it said before and of other boats between the same two piers.

    A feed does not say when to check in, whether to book and what it costs: that is taken over from the rows replaced.
    Raises TimetableUnreadable also when the feed has nothing for this area or does not cover its day.
    """
    name = re.sub(r"[^A-Za-z0-9]+", "-", path.stem).strip("-")[:20] or "feed"
    before = _without_feed(dataset, name)
    known = {(row.from_port, row.to_port): row for row in dataset.sailings if row.kind is SailingKind.FERRY}
    with_cars = {crossing for crossing, row in known.items() if row.car}
    with FeedArchive(path) as feed:
        stops = read_stops(feed)
        places = _places(before, stops, choice, name)
        found = read_timetable(feed, places, zone=LOCAL, routes=choice.routes, car_crossings=with_cars)
    _require_use(found, path, dataset.day)
    rows = [row for pattern in found.patterns for row in _rows(pattern, name, known)]
    crossed = {(row.from_port, row.to_port) for row in rows if row.kind is SailingKind.FERRY}
    kept = tuple(row for row in before.sailings if (row.from_port, row.to_port) not in crossed)
    stop_of = {place: stops[stop] for stop, place in places.get("bus", {}).items()}
    called = sorted({port for row in rows for port in (row.from_port, row.to_port)} & stop_of.keys())
    changed = replace(
        before,
        ports=(*before.ports, *(_port(place, stop_of[place]) for place in called)),
        sailings=(*kept, *rows),
        exceptions=(*_in_use(before.exceptions, (*kept, *rows)), *_exceptions(found, name)),
    )
    report = TimetableReport(
        rows=len(rows),
        rows_replaced=len(dataset.sailings) - len(kept),
        routes=tuple(sorted({row.route for row in rows})),
        stops_added=len(called),
        first_day=found.first_day,
        last_day=found.last_day,
        cars_unknown=found.cars_unknown,
    )
    return changed, report


def without_stops_off_the_roads(dataset: Dataset, graph: RoadGraph) -> tuple[Dataset, int]:
    """Take out bus stops that are on no road of the network, with their buses; tell how many."""
    far = {fault.row for fault in off_network_faults(dataset, graph) if fault.file == "ports.csv"}
    gone = {
        port.port_id
        for number, port in enumerate(dataset.ports, start=2)
        if number in far and port.kind is PortKind.STOP
    }
    left = replace(
        dataset,
        ports=tuple(port for port in dataset.ports if port.port_id not in gone),
        sailings=tuple(row for row in dataset.sailings if not {row.from_port, row.to_port} & gone),
    )
    return left, len(gone)


def feed_rows_lost(session: Session, dataset: Dataset) -> list[RowFault]:
    """Tell how many rows from feeds an area has that go when a data set without them is imported."""
    stored = load_timetable(session, dataset.area).sailings
    had = sum(row.note.startswith(FROM_FEED) for row in stored)
    if not had or any(_is_from_feed(row) for row in dataset.sailings):
        return []
    return [
        RowFault(
            file="sailings.csv",
            row=None,
            column=None,
            message=f"{had} rows that a feed had brought to {dataset.area} are not in this data set",
            action="Import the feed again: rota timetable import.",
        )
    ]


def _is_from_feed(row: SailingRow | SailingExceptionRow | PortRow) -> bool:
    if isinstance(row, PortRow):
        return row.kind is PortKind.STOP
    return row.note.startswith(FROM_FEED)


def _without_feed(dataset: Dataset, name: str) -> Dataset:
    """Take out what an earlier version of a feed brought."""
    return replace(
        dataset,
        ports=tuple(row for row in dataset.ports if not row.port_id.startswith(f"{name}:")),
        sailings=tuple(row for row in dataset.sailings if row.note != FROM_FEED + name),
        exceptions=tuple(row for row in dataset.exceptions if row.note != FROM_FEED + name),
    )


def _places(
    dataset: Dataset, stops: Mapping[str, FeedStop], choice: FeedChoice, name: str
) -> dict[str, dict[str, str]]:
    """Tell which stops are piers of the area, and which bus stops somebody may walk to, by kind and stop id."""
    places: dict[str, dict[str, str]] = {}
    if "ferry" in choice.kinds:
        piers = [
            Pier(id=row.port_id, name=row.name, lon=row.lon, lat=row.lat, landmass=row.landmass)
            for row in dataset.ports
            if row.kind is PortKind.PIER
        ]
        places["ferry"] = match_piers(stops.values(), piers)
    if "bus" in choice.kinds:
        doors = [(row.lon, row.lat) for rows in (dataset.clients, dataset.carers, dataset.ports) for row in rows]
        near = within_walk(stops.values(), doors, choice.walk_m)
        places["bus"] = {stop.id: _place_id(name, number, stop) for number, stop in enumerate(near, start=1)}
    return places


def _place_id(name: str, number: int, stop: FeedStop) -> str:
    """Make an id of a stop: as the feed has it where that can be an id."""
    clean = re.sub(r"[^A-Za-z0-9._-]", "", stop.id)
    return f"{name}:{clean}" if clean == stop.id and len(clean) < 40 else f"{name}:{number}-{clean[:30]}"


def _require_use(found: FeedTimetable, path: Path, day: date) -> None:
    if not found.patterns:
        raise TimetableUnreadable(f"{path.name} has nothing between piers of the area, nor between stops near anybody")
    if not found.first_day <= day <= found.last_day:
        raise TimetableUnreadable(
            f"{path.name} covers {found.first_day} to {found.last_day}, not the planned day {day}: get a newer feed"
        )
    stops = {place for row in found.patterns if row.kind == "bus" for place in (row.from_port, row.to_port)}
    if len(stops) > MAX_STOPS:
        raise TimetableUnreadable(
            f"{path.name} has {len(stops)} bus stops near somebody, more than {MAX_STOPS}: choose routes"
        )


def _rows(pattern: SailingPattern, name: str, known: Mapping[tuple[str, str], SailingRow]) -> Iterator[SailingRow]:
    """Turn a pattern of seconds into rows of minutes; arrivals and check-ins are rounded so that nobody is late."""
    if pattern.last_s > LATEST_S:
        raise TimetableUnreadable(f"route {pattern.route} leaves after 30:00 on its service day")
    ferry = pattern.kind == "ferry"
    before = known.get((pattern.from_port, pattern.to_port)) if ferry else None
    assumed = FERRY_CHECK_IN_MINUTES if ferry else 1
    whole = pattern.headway_s % 60 == 0
    for first_s in [pattern.first_s] if whole else range(pattern.first_s, pattern.last_s + 1, pattern.headway_s):
        yield SailingRow(
            route=_text(pattern.route),
            from_port=pattern.from_port,
            to_port=pattern.to_port,
            days=pattern.days,
            first=first_s,
            last=pattern.last_s if whole else first_s,
            headway_minutes=pattern.headway_s // 60 if whole else 0,
            crossing_minutes=ceil(pattern.crossing_s / 60),
            check_in_minutes=max(ceil(pattern.check_in_s / 60), before.check_in_minutes if before else assumed),
            ashore_minutes=before.ashore_minutes if before else 0,
            car=pattern.car,
            times_status=TimesStatus.PUBLISHED,
            note=FROM_FEED + name,
            valid_from=pattern.valid_from,
            valid_to=pattern.valid_to,
            service=_service(name, pattern.service),
            kind=SailingKind(pattern.kind),
            bike=pattern.bike,
            booking=before.booking if before else None,
            foot_fare_pence=before.foot_fare_pence if before else None,
            car_fare_pence=before.car_fare_pence if before else None,
        )


def _port(place: str, stop: FeedStop) -> PortRow:
    return PortRow(port_id=place, name=_text(stop.name), lat=stop.lat, lon=stop.lon, landmass="", kind=PortKind.STOP)


def _in_use(
    exceptions: Collection[SailingExceptionRow], sailings: Collection[SailingRow]
) -> Iterator[SailingExceptionRow]:
    """Keep the exceptions that still name boats."""
    routes, services = {"", *(row.route for row in sailings)}, {"", *(row.service for row in sailings)}
    return (row for row in exceptions if row.route in routes and row.service in services)


def _exceptions(found: FeedTimetable, name: str) -> Iterator[SailingExceptionRow]:
    for row in found.exceptions:
        yield SailingExceptionRow(
            day=row.day,
            route="",
            service=_service(name, row.service),
            sails_as=SailsAs(row.sails_as),
            last=None,
            note=FROM_FEED + name,
        )


def _service(name: str, service: str) -> str:
    return f"{name}:{_text(service)}"[:200]


def _text(text: str) -> str:
    """Make a text that a cell may hold."""
    return "".join(letter if letter.isprintable() else " " for letter in text)[:150].strip() or "unnamed"
