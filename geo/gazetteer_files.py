"""The files that a gazetteer is filled from: Code-Point Open, ONSPD or NSPL, OS Open UPRN, or any list of postcodes.

Read as streams, row by row, from a CSV file or a zip of them; a file of any length takes the same memory.
"""

from __future__ import annotations

import codecs
import csv
import zipfile
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import chain
from typing import IO, TYPE_CHECKING, NamedTuple

from geo.errors import GazetteerUnreadable
from geo.national_grid import EAST_M, NORTH_M, to_degrees
from geo.postcodes import normalise_postcode

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path

LONGEST_LINE = 20_000
"""Characters; a longer line is no row of these files."""

MOST_BAD_ROWS = 50
"""Unreadable rows after which a file is given up; the report lists these."""

MOST_SQUEEZED = 100
"""Times that a member of a zip may be larger than its packed size: real ones are ten times larger, bombs a thousand."""

WITHOUT_POSITION = {90}
"""The positional quality of postcodes that nobody placed. Source: Code-Point Open user guide."""

UNKNOWN_LAT = 99.0
"""ONSPD writes 99.999999 and 0 for a position that is not known."""


class Layout(StrEnum):
    """The kinds of file that are recognised by their columns."""

    CODE_POINT = "Code-Point Open"
    ONSPD = "ONSPD"
    OPEN_UPRN = "OS Open UPRN"
    POINTS = "list of postcodes"


class Entry(NamedTuple):
    """One row: `key` is a postcode as normalised or a UPRN; `ended` is the month in which a postcode ceased, or ''."""

    key: str | int
    lon: float | None
    lat: float | None
    ended: str = ""


@dataclass(slots=True, kw_only=True)
class Source:
    """One CSV of a file, open for reading once, and what was found to be wrong with it."""

    name: str
    layout: Layout
    records: Iterator[list[str]]
    columns: Mapping[str, int]
    faults: list[str] = field(default_factory=list)

    def entries(self) -> Iterator[Entry]:
        """Give the entry of each row. Raises GazetteerUnreadable after too many rows that are none."""
        read = _READERS[self.layout]
        try:
            for number, record in enumerate(self.records, start=2):
                if not record:
                    continue
                try:
                    yield read(record, self.columns)
                except (ValueError, IndexError) as problem:
                    self._note(number, problem)
        except (csv.Error, UnicodeError, zipfile.BadZipFile, EOFError, OSError) as problem:
            raise GazetteerUnreadable(f"{self.name} cannot be read to its end: {problem}") from problem

    def _note(self, number: int, problem: Exception) -> None:
        what = str(problem) if isinstance(problem, _BadCell) else "a cell is missing or is no number"
        self.faults.append(f"{self.name}, row {number}: {what}")
        if len(self.faults) >= MOST_BAD_ROWS:
            raise GazetteerUnreadable(f"{self.name} has too many bad rows", tuple(self.faults))


class _BadCell(ValueError):
    """A cell that is not what its column says."""


@contextmanager
def open_sources(path: Path) -> Iterator[Iterator[Source]]:
    """Open a CSV file, or each recognised CSV of a zip in turn. Raises GazetteerUnreadable if there is none."""
    try:
        with path.open("rb") as stream:
            if zipfile.is_zipfile(stream):
                with zipfile.ZipFile(stream) as packed:
                    yield _of_zip(path, packed)
            else:
                stream.seek(0)
                source = _of_stream(path.name, stream)
                if source is None:
                    raise GazetteerUnreadable(f"{path.name} has none of the known columns")
                yield iter([source])
    except (OSError, zipfile.BadZipFile, UnicodeError, csv.Error) as problem:
        raise GazetteerUnreadable(f"{path.name} cannot be read: {problem}") from problem


def _of_zip(path: Path, packed: zipfile.ZipFile) -> Iterator[Source]:
    """Give the recognised CSVs of a zip; ONSPD's second copy, split by postcode area, is left out."""
    members = [info for info in packed.infolist() if info.filename.lower().endswith((".csv", ".txt"))]
    whole = [info for info in members if "multi_csv" not in info.filename.lower()]
    found = False
    for info in whole if any("onspd" in info.filename.lower() for info in whole) else members:
        if info.file_size > MOST_SQUEEZED * max(info.compress_size, 1):
            raise GazetteerUnreadable(f"{path.name}: {info.filename} unpacks to suspiciously much")
        with packed.open(info) as stream:
            source = _of_stream(f"{path.name}: {info.filename}", stream)
            if source is not None:
                found = True
                yield source
    if not found:
        raise GazetteerUnreadable(f"{path.name} holds no CSV with known columns")


def _of_stream(name: str, stream: IO[bytes]) -> Source | None:
    """Recognise a CSV by its first row; None if it is something else."""
    records = csv.reader(_lines(stream))
    try:
        first = next(records, [])
    except (csv.Error, _BadCell):
        return None
    heading = [cell.strip().lower() for cell in first]
    columns: dict[str, int] = {}
    for layout, names in _HEADINGS.items():
        columns = {part: heading.index(spelt) for part, choice in names.items() for spelt in choice if spelt in heading}
        if len(columns) == len(names):
            return Source(name=name, layout=layout, records=records, columns=columns)
    if len(first) >= 4 and normalise_postcode(first[0]) and first[1].strip().isdigit():
        places = {"postcode": 0, "quality": 1, "easting": 2, "northing": 3}
        return Source(name=name, layout=Layout.CODE_POINT, records=chain([first], records), columns=places)
    return None


def _lines(stream: IO[bytes]) -> Iterator[str]:
    """Give the lines of a file, none of them longer than a row can be, without the mark that UTF-8 may begin with."""
    mark = codecs.BOM_UTF8
    while line := stream.readline(LONGEST_LINE):
        if len(line) == LONGEST_LINE:
            raise csv.Error("a line is too long")
        yield line.removeprefix(mark).decode("utf-8", errors="replace")
        mark = b""


_HEADINGS: Mapping[Layout, Mapping[str, tuple[str, ...]]] = {
    Layout.OPEN_UPRN: {"uprn": ("uprn",), "lat": ("latitude",), "lon": ("longitude",)},
    Layout.ONSPD: {
        "postcode": ("pcd", "pcd7", "pcd8", "pcds"),
        "ended": ("doterm",),
        "lat": ("lat",),
        "lon": ("long",),
    },
    Layout.CODE_POINT: {
        "postcode": ("postcode",),
        "quality": ("positional_quality_indicator",),
        "easting": ("eastings",),
        "northing": ("northings",),
    },
    Layout.POINTS: {"postcode": ("postcode",), "lat": ("lat", "latitude"), "lon": ("lon", "long", "longitude")},
}
"""The columns of each layout with their spellings over the releases, the most particular layout first."""


def _of_uprn(record: list[str], columns: Mapping[str, int]) -> Entry:
    return Entry(int(record[columns["uprn"]]), *_position(record, columns))


def _of_onspd(record: list[str], columns: Mapping[str, int]) -> Entry:
    return Entry(_postcode(record, columns), *_position(record, columns), record[columns["ended"]].strip())


def _of_points(record: list[str], columns: Mapping[str, int]) -> Entry:
    return Entry(_postcode(record, columns), *_position(record, columns))


def _of_code_point(record: list[str], columns: Mapping[str, int]) -> Entry:
    postcode = _postcode(record, columns)
    easting, northing = float(record[columns["easting"]]), float(record[columns["northing"]])
    if int(record[columns["quality"]]) in WITHOUT_POSITION or easting == northing == 0:
        return Entry(postcode, None, None)
    if not (0 < easting < EAST_M and 0 < northing < NORTH_M):
        raise _BadCell("the position is off the National Grid")
    return Entry(postcode, easting, northing)


_READERS: Mapping[Layout, Callable[[list[str], Mapping[str, int]], Entry]] = {
    Layout.OPEN_UPRN: _of_uprn,
    Layout.ONSPD: _of_onspd,
    Layout.CODE_POINT: _of_code_point,
    Layout.POINTS: _of_points,
}


def _postcode(record: list[str], columns: Mapping[str, int]) -> str:
    """Normalise the postcode of a row, padded or not."""
    postcode = normalise_postcode(record[columns["postcode"]])
    if postcode is None:
        raise _BadCell("that is no postcode")
    return postcode


def _position(record: list[str], columns: Mapping[str, int]) -> tuple[float | None, float | None]:
    """Read longitude and latitude; both None where the file says that they are not known."""
    lat, lon = record[columns["lat"]], record[columns["lon"]]
    if not lat or not lon:
        return None, None
    north, east = float(lat), float(lon)
    if north >= UNKNOWN_LAT or north == east == 0:
        return None, None
    if not (-90 <= north <= 90 and -180 <= east <= 180):
        raise _BadCell("the position is not on the globe")
    return east, north


def in_degrees(layout: Layout, entries: list[Entry]) -> list[Entry]:
    """Take the entries of a batch to degrees: Code-Point Open has metres of the National Grid."""
    if layout is not Layout.CODE_POINT:
        return entries
    placed = [(entry.lon, entry.lat) for entry in entries if entry.lon is not None and entry.lat is not None]
    moved = iter(to_degrees([east for east, _ in placed], [north for _, north in placed]).tolist())
    out = []
    for entry in entries:
        lon, lat = (None, None) if entry.lon is None else next(moved)
        out.append(entry._replace(lon=lon, lat=lat))
    return out
