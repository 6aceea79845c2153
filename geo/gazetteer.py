"""The gazetteer of one installation: postcodes and UPRNs in one SQLite file, looked up without any network.

Filled once from the files that councils have (`geo.gazetteer_files`): all of a file or nothing of it.
"""

from __future__ import annotations

import sqlite3
from contextlib import closing, contextmanager
from dataclasses import dataclass
from itertools import islice
from math import ceil, cos, hypot, radians
from typing import TYPE_CHECKING, NamedTuple

from geo.errors import GazetteerUnreadable
from geo.files import file_sha256
from geo.fix import DEGREE_M, HOUSE_M, Fix, LocatedBy
from geo.gazetteer_files import Layout, in_degrees, open_sources
from geo.postcodes import normalise_postcode

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from geo.gazetteer_files import Entry, Source

BATCH = 20_000
SAME_SPOT_M = 1.0
"""Postcodes nearer than this stand for one building and tell nothing of how far homes are spread."""

SEARCH_M = (500, 2_000, 8_000, 32_000, 128_000)
"""How far to look for the next centroid, step by step."""

_TABLES = """
CREATE TABLE IF NOT EXISTS postcode (postcode TEXT PRIMARY KEY, lon REAL, lat REAL, ended TEXT NOT NULL) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS postcode_lat ON postcode (lat, lon) WHERE ended = '';
CREATE TABLE IF NOT EXISTS uprn (uprn INTEGER PRIMARY KEY, lon REAL NOT NULL, lat REAL NOT NULL);
CREATE TABLE IF NOT EXISTS loaded (digest TEXT PRIMARY KEY, file TEXT NOT NULL, postcodes INTEGER NOT NULL,
    uprns INTEGER NOT NULL) WITHOUT ROWID;
"""
_ADD_POSTCODE = """INSERT INTO postcode VALUES (?, ?, ?, ?) ON CONFLICT DO UPDATE
    SET lon = coalesce(excluded.lon, lon), lat = coalesce(excluded.lat, lat), ended = excluded.ended"""
_ADD_UPRN = "INSERT OR REPLACE INTO uprn VALUES (?, ?, ?)"


class Bounds(NamedTuple):
    """A box in degrees, its edges included."""

    west: float
    south: float
    east: float
    north: float

    def hold(self, lon: float, lat: float) -> bool:
        """Tell whether a position lies in the box."""
        return self.west <= lon <= self.east and self.south <= lat <= self.north


@dataclass(slots=True, kw_only=True)
class Loaded:
    """What loading one file did. `skipped` rows lie outside the bounds; `faults` are rows that could not be read."""

    file: str
    layouts: tuple[str, ...] = ()
    postcodes: int = 0
    uprns: int = 0
    skipped: int = 0
    unplaced: int = 0
    ended: int = 0
    already: bool = False
    faults: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Postcode:
    """A postcode that exists or existed: `ended` is the month (YYYYMM) since which it is not in use, or empty.

    `fix` is None where nobody knows its position.
    """

    postcode: str
    fix: Fix | None
    ended: str


class Gazetteer:
    """Look-ups in, and loading of, one gazetteer file, made empty if it is not there."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._path = path
        with self._connection() as connection:
            connection.executescript(_TABLES)

    def load(self, file: Path, *, within: Bounds | None = None) -> Loaded:
        """Add what a file holds, within bounds if any; a file that is in already changes nothing.

        Raises GazetteerUnreadable, and then nothing has changed.
        """
        report = Loaded(file=file.name)
        try:
            digest = f"{file_sha256(file)} {within}"
        except OSError as problem:
            raise GazetteerUnreadable(f"{file.name} cannot be read: {problem.strerror}") from problem
        with self._connection() as connection, connection:
            found = connection.execute("SELECT postcodes, uprns FROM loaded WHERE digest = ?", (digest,)).fetchone()
            if found:
                report.postcodes, report.uprns = found
                report.already = True
                return report
            with open_sources(file) as sources:
                for source in sources:
                    _add(connection, source, within, report)
            if not report.postcodes + report.uprns:
                outside = " within the area" if report.skipped else ""
                raise GazetteerUnreadable(f"{file.name} holds no place{outside}", report.faults)
            row = (digest, file.name, report.postcodes, report.uprns)
            connection.execute("INSERT INTO loaded VALUES (?, ?, ?, ?)", row)
        return report

    def postcode(self, text: str) -> Postcode | None:
        """Look a postcode up, however it is written; None if it does not exist as far as the files tell.

        Its accuracy is the distance to the next centroid: the homes of a postcode lie about as far apart as that.
        """
        name = normalise_postcode(text)
        with self._connection() as connection:
            row = connection.execute("SELECT lon, lat, ended FROM postcode WHERE postcode = ?", (name,)).fetchone()
            if row is None or name is None:
                return None
            lon, lat, ended = row
            if lon is None:
                return Postcode(postcode=name, fix=None, ended=ended)
            spread_m = max(HOUSE_M, ceil(_next_centroid_m(connection, lon, lat)))
        fix = Fix(lon=lon, lat=lat, accuracy_m=spread_m, by=LocatedBy.POSTCODE)
        return Postcode(postcode=name, fix=fix, ended=ended)

    def uprn(self, number: int) -> Fix | None:
        """Look a UPRN up; None if it was not loaded."""
        with self._connection() as connection:
            row = connection.execute("SELECT lon, lat FROM uprn WHERE uprn = ?", (number,)).fetchone()
        return None if row is None else Fix(lon=row[0], lat=row[1], accuracy_m=HOUSE_M, by=LocatedBy.UPRN)

    def counts(self) -> tuple[int, int]:
        """Count the postcodes and the UPRNs."""
        with self._connection() as connection:
            postcodes, uprns = connection.execute(
                "SELECT (SELECT count(*) FROM postcode), (SELECT count(*) FROM uprn)"
            ).fetchone()
        return postcodes, uprns

    @contextmanager
    def _connection(self) -> Iterator[sqlite3.Connection]:
        try:
            with closing(sqlite3.connect(self._path)) as connection:
                yield connection
        except sqlite3.DatabaseError as problem:
            raise GazetteerUnreadable(f"{self._path.name} is damaged or locked: {problem}") from problem


def _add(connection: sqlite3.Connection, source: Source, within: Bounds | None, report: Loaded) -> None:
    """Add the entries of one CSV, a batch at a time."""
    for batch in _batches(source.entries()):
        entries = [entry for entry in in_degrees(source.layout, batch) if _inside(entry, within)]
        report.skipped += len(batch) - len(entries)
        unplaced = sum(entry.lon is None for entry in entries)
        report.unplaced += unplaced
        if source.layout is Layout.OPEN_UPRN:
            connection.executemany(_ADD_UPRN, [entry[:3] for entry in entries if entry.lon is not None])
            report.uprns += len(entries) - unplaced
        else:
            connection.executemany(_ADD_POSTCODE, entries)
            report.postcodes += len(entries)
            report.ended += sum(bool(entry.ended) for entry in entries)
    report.layouts = tuple(dict.fromkeys((*report.layouts, str(source.layout))))
    report.faults += tuple(source.faults)


def _inside(entry: Entry, within: Bounds | None) -> bool:
    """Tell whether an entry is wanted; with bounds, what has no position is not."""
    return within is None or (entry.lon is not None and entry.lat is not None and within.hold(entry.lon, entry.lat))


def _batches(entries: Iterable[Entry]) -> Iterator[list[Entry]]:
    """Cut a stream into lists."""
    stream = iter(entries)
    while batch := list(islice(stream, BATCH)):
        yield batch


def _next_centroid_m(connection: sqlite3.Connection, lon: float, lat: float) -> float:
    """Measure how far the nearest postcode in use at another spot is."""
    east_m = DEGREE_M * cos(radians(lat))
    for reach_m in SEARCH_M:
        high, wide = reach_m / DEGREE_M, reach_m / east_m
        rows = connection.execute(
            "SELECT lon, lat FROM postcode WHERE ended = '' AND lat BETWEEN ? AND ? AND lon BETWEEN ? AND ?",
            (lat - high, lat + high, lon - wide, lon + wide),
        )
        apart_m = (hypot((other_lon - lon) * east_m, (other_lat - lat) * DEGREE_M) for other_lon, other_lat in rows)
        nearest_m = min((away_m for away_m in apart_m if away_m > SAME_SPOT_M), default=float("inf"))
        if nearest_m <= reach_m:
            return nearest_m
    return float(SEARCH_M[-1])
