"""Read timetables from GTFS feeds (General Transit Feed Specification): ferries, and buses for those without a car.

A feed is read as it streams out of its archive, within limits, and nothing is unpacked to disk. The first thing wrong
is told with its file, line and column. Source of the format: https://gtfs.org/documentation/schedule/reference/.
"""

from __future__ import annotations

import csv
import io
import re
import zipfile
import zlib
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, NamedTuple, Self

from geo.errors import TimetableUnreadable

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

MAX_BYTES = 2 * 2**30
"""Unpacked size of the files of a feed that are read; a country's buses stay below."""

MAX_LINES = 20_000_000
MAX_LINE_CHARS = 100_000

FILES = ("agency", "stops", "routes", "trips", "stop_times", "calendar", "calendar_dates", "frequencies", "feed_info")
_DATE = re.compile(r"([12][0-9]{3})([0-9]{2})([0-9]{2})")
_TIME = re.compile(r"([0-9]{1,2}):([0-5][0-9]):([0-5][0-9])")
_BROKEN = (zipfile.BadZipFile, zlib.error, EOFError, OSError, RuntimeError, NotImplementedError, UnicodeDecodeError)


class Row(NamedTuple):
    """One line of one file of a feed; `line` counts from 1, the heading's."""

    file: str
    line: int
    cells: dict[str, str]

    def text(self, column: str) -> str:
        """Give a cell, empty when the file has no such column."""
        return self.cells.get(column, "")

    def fault(self, column: str, message: str) -> TimetableUnreadable:
        """Make the error that names this cell."""
        return TimetableUnreadable(f"{self.file}, line {self.line}, {column}: {message}")

    def required(self, column: str) -> str:
        """Give a cell that must not be empty."""
        text = self.text(column)
        if not text:
            raise self.fault(column, "the cell is empty")
        return text

    def whole(self, column: str, default: int | None = None) -> int:
        """Give a whole number that is not negative, or `default` for an empty cell."""
        text = self.text(column)
        if not text and default is not None:
            return default
        if not (text.isascii() and text.isdigit() and len(text) < 10):
            raise self.fault(column, "is not a whole number")
        return int(text)

    def number(self, column: str) -> float | None:
        """Give a decimal number; None for an empty cell."""
        text = self.text(column)
        try:
            value = float(text) if text else None
        except ValueError as error:
            raise self.fault(column, "is not a number") from error
        if value is not None and not abs(value) < 1e9:
            raise self.fault(column, "is not a number of any use")
        return value

    def day(self, column: str) -> date:
        """Give a date, written YYYYMMDD."""
        match = _DATE.fullmatch(self.text(column))
        try:
            year, month, day = (int(part) for part in match.groups()) if match else (0, 0, 0)
            return date(year, month, day)
        except ValueError as error:
            raise self.fault(column, "is not a date such as 20261117") from error

    def time_s(self, column: str) -> int | None:
        """Give a time of the service day in seconds, beyond 24:00:00 after midnight; None for an empty cell."""
        text = self.text(column)
        if not text:
            return None
        match = _TIME.fullmatch(text)
        if not match:
            raise self.fault(column, "is not a time such as 07:42:00")
        hours, minutes, seconds = (int(part) for part in match.groups())
        return 3600 * hours + 60 * minutes + seconds


class FeedArchive:
    """A feed as its archive holds it. Use it in a `with` statement."""

    def __init__(self, path: Path) -> None:
        """Open the archive. Raises TimetableUnreadable unless it is one that can be read within the limits."""
        self.name = path.name
        try:
            self._archive = zipfile.ZipFile(path)
        except _BROKEN as error:
            raise TimetableUnreadable(f"{path.name} is missing or is no zip archive") from error
        self._sizes = {entry.filename: entry.file_size for entry in self._archive.infolist()}
        if any(".." in name.split("/") or name.startswith("/") or "\\" in name for name in self._sizes):
            self._archive.close()
            raise TimetableUnreadable(f"{path.name} names a file outside of itself")
        if sum(self._sizes.get(f"{name}.txt", 0) for name in FILES) > MAX_BYTES:
            self._archive.close()
            raise TimetableUnreadable(f"{path.name} unpacks to more than {MAX_BYTES // 2**30} GB")

    def __enter__(self) -> Self:
        """Give the archive."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close the archive."""
        self._archive.close()

    def has(self, file: str) -> bool:
        """Tell whether the feed has a file, named without `.txt`."""
        return f"{file}.txt" in self._sizes

    def rows(self, file: str, *columns: str) -> Iterator[Row]:
        """Read the rows of a file, named without `.txt`, which must have `columns`. Raises TimetableUnreadable."""
        name = f"{file}.txt"
        if name not in self._sizes:
            raise TimetableUnreadable(f"{self.name} has no {name}")
        reader = None
        try:
            with self._archive.open(name) as stream:
                reader = csv.reader(_lines(io.TextIOWrapper(stream, encoding="utf-8-sig", newline=""), name))
                heading = [cell.strip() for cell in next(reader, [])]
                if missing := [column for column in columns if column not in heading]:
                    raise TimetableUnreadable(f"{name}, line 1, {missing[0]}: the column is missing")
                for record in reader:
                    if record:
                        cells = dict(zip(heading, map(str.strip, record), strict=False))
                        yield Row(name, reader.line_num, cells)
        except (csv.Error, *_BROKEN) as error:
            line = reader.line_num + 1 if reader else 1
            raise TimetableUnreadable(f"{name}, line {line}: the file is broken ({error})") from error


def _lines(stream: io.TextIOWrapper, name: str) -> Iterator[str]:
    """Read line by line, never more than a line's limit at once."""
    for number in range(1, MAX_LINES + 1):
        line = stream.readline(MAX_LINE_CHARS)
        if not line:
            return
        if len(line) == MAX_LINE_CHARS:
            raise TimetableUnreadable(f"{name}, line {number}: the line is too long")
        yield line
    raise TimetableUnreadable(f"{name} has more than {MAX_LINES} lines")


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedStop:
    """A stop or a pier of a feed. Degrees are WGS84."""

    id: str
    name: str
    lon: float
    lat: float


def read_stops(feed: FeedArchive) -> dict[str, FeedStop]:
    """Read the stops at which something may call, by id; one without a position has that of its station.

    Raises TimetableUnreadable.
    """
    rows: dict[str, Row] = {}
    for row in feed.rows("stops", "stop_id"):
        if rows.setdefault(row.required("stop_id"), row) is not row:
            raise row.fault("stop_id", f"{row.text('stop_id')} is there twice")
    stops = {}
    for name, row in rows.items():
        if row.text("location_type") in {"", "0"}:
            lon, lat = _position(row, rows)
            stops[name] = FeedStop(id=name, name=row.text("stop_name") or name, lon=lon, lat=lat)
    return stops


def _position(row: Row, rows: dict[str, Row]) -> tuple[float, float]:
    """Find the position of a stop, at its station if it has none of its own."""
    parent = row.text("parent_station")
    if parent and parent not in rows:
        raise row.fault("parent_station", f"there is no stop {parent}")
    for at in (row, *([rows[parent]] if parent else [])):
        lon, lat = at.number("stop_lon"), at.number("stop_lat")
        if lon is not None and lat is not None:
            if abs(lon) > 180 or abs(lat) > 90:
                raise at.fault("stop_lat", "the position is not on Earth")
            return lon, lat
    raise row.fault("stop_lat", "the stop has no position")
