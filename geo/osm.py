"""Read the roads and the ferry ways of an OpenStreetMap file. Nothing is decided about speed or direction.

Two passes of pyosmium: the ways that matter, then the positions of their nodes. A ferry way becomes a hint that
proposes a crossing, never a road.
"""

from __future__ import annotations

import re
from contextlib import suppress
from typing import TYPE_CHECKING, NamedTuple, cast

import numpy as np
import osmium

from geo.errors import NetworkUnreadable
from geo.files import file_sha256
from geo.types import FerryHint, RawRoads, RawWay

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

ATTRIBUTION = "© OpenStreetMap contributors, ODbL 1.0"

DRAWN_BY = "Rural Care Rota, drawn from typed facts"
"""What the header of a file says that `geo.build_osm` made: it is OpenStreetMap in form, not in origin."""

DRAWN_ATTRIBUTION = (
    "Roads drawn by Rural Care Rota from typed facts. Positions: GeoNames, https://www.geonames.org, CC BY 4.0. "
    "Contains National Statistics data © Crown copyright and database right 2020 and National Records of Scotland data "
    "© Crown copyright, Open Government Licence v3.0."
)

_LINKED = ("motorway", "trunk", "primary", "secondary", "tertiary")
HIGHWAYS = frozenset(
    {*_LINKED, *(f"{road}_link" for road in _LINKED)}
    | {"unclassified", "residential", "living_street", "service", "track", "road"}
    | {"pedestrian", "footway", "path", "steps", "bridleway", "cycleway"}
)
"""The ways that somebody may drive, cycle or walk on."""

TAGS = frozenset(
    {"highway", "name", "ref", "junction", "bridge", "tunnel", "lit", "sidewalk", "surface"}
    | {"oneway", "oneway:bicycle", "oneway:foot", "lanes", "width", "passing_places", "maxspeed", "maxspeed:type"}
    | {"cycleway", "cycleway:left", "cycleway:right", "cycleway:both"}
    | {"access", "vehicle", "motor_vehicle", "motorcar", "bicycle", "foot"}
    | {"car_kmh", "bike_kmh", "foot_kmh"}
)
"""The tags that are kept: those that the speed table and the graph read."""

_BARRIERS = frozenset(
    {"bollard", "block", "cycle_barrier", "motorcycle_barrier", "jersey_barrier", "log", "debris", "planter"}
    | {"kissing_gate", "stile", "horse_stile", "turnstile", "full-height_turnstile"}
)
_OPEN = {"yes", "permissive", "designated", "destination"}

_CLOCK = re.compile(r"(?:(\d+):)?(\d+)(?::(\d\d))?$")


class _Line(NamedTuple):
    """A way as the file has it: the ids of its nodes, not yet their rows."""

    id: int
    refs: tuple[int, ...]
    tags: dict[str, str]


def read_osm(path: Path) -> RawRoads:
    """Read a .osm.pbf, .osm, .osm.gz or .osm.bz2 file.

    Raises NetworkUnreadable when the file is missing, truncated, not OpenStreetMap, or holds no road.
    """
    try:
        sha256 = file_sha256(path)
        lines = list(_lines(path))
        rows, lonlat = _positions(path, sorted({ref for line in lines for ref in line.refs}))
        barriers = [rows[node] for node in _barriers(path) if node in rows]
        attribution = _attribution(path)
    except (OSError, RuntimeError, ValueError) as error:
        raise NetworkUnreadable(f"{path.name} cannot be read as OpenStreetMap data: {error}.") from error
    ways = tuple(way for line in lines if not is_ferry(line.tags) for way in _pieces(line, rows))
    if not ways:
        raise NetworkUnreadable(f"{path.name} holds no roads.")
    used = np.unique(np.concatenate([way.nodes for way in ways]))
    ferries = (ferry_hint(line.id, line.tags, _ends(line, rows, lonlat)) for line in lines if is_ferry(line.tags))
    return RawRoads(
        lonlat=lonlat[used],
        ways=tuple(_renumbered(ways, used, len(lonlat))),
        ferries=tuple(hint for hint in ferries if hint is not None),
        source=path.name,
        sha256=sha256,
        attribution=attribution,
        barriers=tuple(np.flatnonzero(np.isin(used, barriers)).tolist()),
    )


def is_ferry(tags: Mapping[str, str]) -> bool:
    """Tell whether a way is sailed: then it is never a road, whatever else its tags say."""
    return "ferry" in tags.get("route", "").split(";") or tags.get("highway") == "ferry"


def ferry_hint(
    way_id: int, tags: Mapping[str, str], ends: tuple[tuple[float, float], tuple[float, float]] | None
) -> FerryHint | None:
    """Return what a ferry way proposes, or None when its ends lie outside the file.

    Cars are taken to be carried unless a tag says no: most car ferries have no such tag, and a hint only proposes.
    """
    if ends is None:
        return None
    car = next((tags[key] for key in ("motorcar", "motor_vehicle", "vehicle", "access") if key in tags), "yes")
    return FerryHint(
        way_id=way_id,
        name=tags.get("name", ""),
        from_lonlat=ends[0],
        to_lonlat=ends[1],
        duration_s=duration_s(tags.get("duration", "")),
        car=car not in {"no", "private"},
        foot=tags.get("foot", tags.get("access", "yes")) != "no",
    )


def duration_s(text: str) -> int | None:
    """Return the seconds of a `duration` tag: `0:46`, `00:05:00`, or plain minutes; None when it says nothing."""
    clock = _CLOCK.match(text.strip())
    if clock is None:
        return None
    hours, minutes, seconds = (int(part or 0) for part in clock.groups())
    return hours * 3600 + minutes * 60 + seconds


def _attribution(path: Path) -> str:
    """Tell whom to credit, by the program that wrote the file."""
    with osmium.io.Reader(path) as reader:
        return DRAWN_ATTRIBUTION if reader.header().get("generator") == DRAWN_BY else ATTRIBUTION


def _lines(path: Path) -> Iterator[_Line]:
    """Yield the roads and ferries of the file."""
    wanted = osmium.FileProcessor(path, osmium.osm.WAY).with_filter(osmium.filter.KeyFilter("highway", "route"))
    for way in cast("Iterator[osmium.osm.Way]", wanted):
        tags = dict(way.tags)
        if is_ferry(tags):
            yield _Line(way.id, tuple(node.ref for node in way.nodes), tags)
        elif tags.get("highway") in HIGHWAYS and tags.get("area") != "yes":
            kept = {key: value for key, value in tags.items() if key in TAGS}
            yield _Line(way.id, tuple(node.ref for node in way.nodes), kept)


def _positions(path: Path, ids: Sequence[int]) -> tuple[dict[int, int], NDArray[np.float64]]:
    """Return the row of each node id that the file holds, and float64 (n, 2) of longitude and latitude.

    The index is sparse: a filter by id would cost a bit for every id that OpenStreetMap ever gave, a gigabyte.
    """
    index = osmium.index.create_map("flex_mem")
    handler = osmium.NodeLocationsForWays(index)
    with osmium.io.Reader(path, osmium.osm.NODE) as reader:
        osmium.apply(reader, handler)
    rows: dict[int, int] = {}
    lonlat = np.empty((len(ids), 2))
    for node in ids:
        with suppress(KeyError):
            place = index.get(node)
            lonlat[len(rows)] = place.lon, place.lat
            rows[node] = len(rows)
    return rows, lonlat[: len(rows)]


def _barriers(path: Path) -> Iterator[int]:
    """Yield the ids of nodes that a car cannot pass. Gates can be opened, and are no barriers.

    Source: https://wiki.openstreetmap.org/wiki/Key:barrier
    """
    wanted = osmium.FileProcessor(path, osmium.osm.NODE).with_filter(osmium.filter.KeyFilter("barrier"))
    for node in wanted:
        access = (node.tags.get(key) for key in ("motorcar", "motor_vehicle", "vehicle", "access"))
        if node.tags.get("barrier") in _BARRIERS and not _OPEN.intersection(access):
            yield node.id


def _pieces(line: _Line, rows: Mapping[int, int]) -> Iterator[RawWay]:
    """Yield the parts of a way whose nodes the file holds: extracts are often cut through a road."""
    piece: list[int] = []
    for ref in (*line.refs, None):
        row = None if ref is None else rows.get(ref)
        if row is not None:
            piece.append(row)
            continue
        if len(piece) > 1:
            yield RawWay(id=line.id, nodes=tuple(piece), tags=line.tags)
        piece = []


def _ends(
    line: _Line, rows: Mapping[int, int], lonlat: NDArray[np.float64]
) -> tuple[tuple[float, float], tuple[float, float]] | None:
    """Return the (lon, lat) of both ends of a way, as far as the file holds it."""
    known = [rows[ref] for ref in line.refs if ref in rows]
    if len(known) < 2:
        return None
    first, last = lonlat[known[0]], lonlat[known[-1]]
    return (float(first[0]), float(first[1])), (float(last[0]), float(last[1]))


def _renumbered(ways: Sequence[RawWay], used: NDArray[np.int64], n: int) -> Iterator[RawWay]:
    """Yield the ways with node rows counted among the used nodes only."""
    row = np.empty(n, dtype=np.int64)
    row[used] = np.arange(len(used))
    for way in ways:
        yield RawWay(id=way.id, nodes=tuple(row[list(way.nodes)].tolist()), tags=way.tags)
