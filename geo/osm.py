"""Read the roads and the ferry ways of an OpenStreetMap file. Nothing is decided about speed or direction.

Two passes of pyosmium: the ways and routes that matter, then the positions of their nodes. Ferry ways become hints
that propose crossings (`geo.crossings`), never roads.
"""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, NamedTuple, cast

import numpy as np
import osmium

from geo.crossings import FERRY_TAGS, FerryLine, FerryRoute, crossings, is_ferry
from geo.errors import NetworkUnreadable
from geo.files import file_sha256
from geo.types import RawRoads, RawWay, Settlement

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from geo.types import FerryHint

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

ACCESS_TAGS = ("motorcar", "motor_vehicle", "vehicle", "access")
"""What says whether a car may pass, the most specific first."""

TAGS = frozenset(
    {*ACCESS_TAGS, "highway", "name", "ref", "junction", "bridge", "bridge:name", "tunnel", "lit", "sidewalk"}
    | {"surface", "smoothness", "tracktype", "service", "ford", "toll", "seasonal", "ice_road", "winter_road"}
    | {"oneway", "oneway:bicycle", "oneway:foot", "lanes", "width", "est_width", "narrow", "passing_places"}
    | {"maxspeed", "maxspeed:type", "maxspeed:forward", "maxspeed:backward", "source:maxspeed", "zone:maxspeed"}
    | {"cycleway", "cycleway:left", "cycleway:right", "cycleway:both", "bicycle", "foot"}
    | {"car_kmh", "bike_kmh", "foot_kmh"}
)
"""The tags that are kept: those that the speed table, the graph and closures may read. Conditional ones are not."""

SETTLEMENTS = ("city", "town", "village", "hamlet")
"""The kinds of place that people know a stretch of road by, the largest first."""

MAX_WAYS = 2_000_000
MAX_POINTS = 20_000_000
"""Most ways and points of ways in one file: four times Scotland, and about two gigabytes of memory."""

MAX_WAY_POINTS = 100_000
"""Most points of one way; OpenStreetMap itself allows 2,000."""

_WALLS = frozenset(
    {"bollard", "block", "cycle_barrier", "motorcycle_barrier", "jersey_barrier", "log", "debris", "planter"}
    | {"kissing_gate", "stile", "v_stile", "horse_stile", "turnstile", "full-height_turnstile", "bus_trap"}
    | {"sump_buster", "spikes", "horse_jump"}
)
_GATES = frozenset({"gate", "lift_gate", "swing_gate", "sliding_gate", "sliding_beam", "chain", "hampshire_gate"})
_OPEN = frozenset({"yes", "permissive", "designated", "destination", "customers", "delivery"})
_SHUT = frozenset({"no", "agricultural", "forestry", "emergency", "military"})


class _Line(NamedTuple):
    """A way as the file has it: the ids of its nodes, not yet their rows."""

    id: int
    refs: tuple[int, ...]
    tags: dict[str, str]


class _Content(NamedTuple):
    """What the first pass finds: roads, ferry ways, ferry routes, and how many turns are restricted."""

    roads: list[_Line]
    ferries: list[_Line]
    routes: list[FerryRoute]
    turn_restrictions: int


class _Nodes(NamedTuple):
    """What the second pass finds: the row of each node id, positions float64 (n, 2), rows of barriers, settlements."""

    rows: dict[int, int]
    lonlat: NDArray[np.float64]
    barriers: dict[int, str]
    settlements: tuple[Settlement, ...]


def read_osm(path: Path) -> RawRoads:
    """Read a .osm.pbf, .osm, .osm.gz or .osm.bz2 file.

    Raises NetworkUnreadable when the file is missing, truncated, not OpenStreetMap, too large, or holds no road.
    """
    try:
        sha256 = file_sha256(path)
        content = _content(path)
        ids = sorted({ref for line in (*content.roads, *content.ferries) for ref in line.refs})
        _require_uploaded(path, ids)
        nodes = _nodes(path, ids)
        attribution = _attribution(path)
    except NetworkUnreadable:
        raise
    except (OSError, RuntimeError, ValueError, osmium.InvalidLocationError) as error:
        raise NetworkUnreadable(f"{path.name} cannot be read as OpenStreetMap data: {_sentence(error)}.") from error
    ways = tuple(way for line in content.roads for way in _pieces(line, nodes.rows))
    if not ways:
        raise NetworkUnreadable(f"{path.name} holds no roads.")
    used = np.unique(np.concatenate([way.nodes for way in ways]))
    closed = list(closed_barriers(nodes.barriers, ways))
    return RawRoads(
        lonlat=nodes.lonlat[used],
        ways=tuple(_renumbered(ways, used, len(nodes.lonlat))),
        ferries=_ferries(content, nodes, frozenset(used.tolist())),
        source=path.name,
        sha256=sha256,
        attribution=attribution,
        barriers=tuple(np.flatnonzero(np.isin(used, closed)).tolist()),
        turn_restrictions=content.turn_restrictions,
        settlements=nodes.settlements,
    )


def _require_uploaded(path: Path, ids: Sequence[int]) -> None:
    """Make sure that all ids, in order, are OpenStreetMap's own. Raises NetworkUnreadable."""
    if ids and ids[0] <= 0:
        raise NetworkUnreadable(
            f"{path.name} has points with ids below 1, which an editor gives until it uploads them: renumber the file."
        )


def bars_cars(tags: Mapping[str, str]) -> str:
    """Tell what a barrier on a road does to cars: "open", "closed", or "private" where only residents pass.

    A gate without a word about access can be opened. Source: https://wiki.openstreetmap.org/wiki/Key:barrier
    """
    kinds = set(tags.get("barrier", "").split(";"))
    access = next((tags[key] for key in ACCESS_TAGS if key in tags), "")
    if access in _OPEN or not kinds & (_WALLS | _GATES):
        return "open"
    if not kinds & _GATES or access in _SHUT or tags.get("locked") == "yes":
        return "closed"
    return "private" if access == "private" else "open"


def closed_barriers(barriers: Mapping[int, str], ways: Sequence[RawWay]) -> set[int]:
    """Return the rows of barriers that no car passes, of what `bars_cars` says of each.

    A private gate closes a road to through traffic, but not the drive behind it to those who visit the house.
    """
    drives = {node for way in ways if way.tags.get("highway") == "service" for node in way.nodes}
    return {row for row, does in barriers.items() if does == "closed" or (does == "private" and row not in drives)}


def _attribution(path: Path) -> str:
    """Tell whom to credit, by the program that wrote the file."""
    with osmium.io.Reader(path) as reader:
        return DRAWN_ATTRIBUTION if reader.header().get("generator") == DRAWN_BY else ATTRIBUTION


def _sentence(error: Exception) -> str:
    """Return what a library says, on one line and without its full stop."""
    return " ".join(str(error).split()).rstrip(".") or type(error).__name__


def _content(path: Path) -> _Content:
    """Read the roads, the ferries and the relations of the file. Raises NetworkUnreadable when there are too many."""
    found = _Content([], [], [], 0)
    kinds = osmium.osm.WAY | osmium.osm.RELATION
    keys = osmium.filter.KeyFilter("highway", "route", "restriction", "restriction:conditional")
    points = restrictions = 0
    wanted = osmium.FileProcessor(path, kinds).with_filter(keys)
    for item in cast("Iterator[osmium.osm.Way | osmium.osm.Relation]", wanted):
        tags = dict(item.tags)
        ferry = is_ferry(tags)
        if isinstance(item, osmium.osm.Relation):
            restrictions += tags.get("type") == "restriction"
            if ferry:
                ways = frozenset(member.ref for member in item.members if member.type == "w")
                found.routes.append(FerryRoute(tags, ways))
            continue
        if not ferry and (tags.get("highway") not in HIGHWAYS or tags.get("area") == "yes"):
            continue
        kept = {key: value for key, value in tags.items() if key in (FERRY_TAGS if ferry else TAGS)}
        line = _Line(item.id, tuple(node.ref for node in item.nodes), kept)
        (found.ferries if ferry else found.roads).append(line)
        points += len(line.refs)
        if len(line.refs) > MAX_WAY_POINTS:
            raise NetworkUnreadable(f"{path.name} holds way {line.id} of {len(line.refs):,} points: it is no road.")
        if points > MAX_POINTS or len(found.roads) > MAX_WAYS:
            raise NetworkUnreadable(f"{path.name} holds more roads than can be planned with: cut it to the area.")
    return found._replace(turn_restrictions=restrictions)


def _nodes(path: Path, ids: Sequence[int]) -> _Nodes:
    """Read the positions of nodes, the barriers and the settlements.

    The index is sparse: a filter by id would cost a bit for every id that OpenStreetMap ever gave, a gigabyte.
    """
    barrier_of: dict[int, str] = {}
    settlements = []
    wanted = osmium.FileProcessor(path, osmium.osm.NODE).with_locations("flex_mem")
    keys = osmium.filter.KeyFilter("barrier", "place")
    for node in cast("Iterator[osmium.osm.Node]", wanted.with_filter(keys)):
        tags = dict(node.tags)
        if "barrier" in tags:
            barrier_of[node.id] = bars_cars(tags)
        if tags.get("place") in SETTLEMENTS and "name" in tags and node.location.valid():
            settlements.append(_settlement(tags, (node.location.lon, node.location.lat)))
    rows, positions = _positions(cast("osmium.index.LocationTable", wanted.node_location_storage), ids)
    barriers = {rows[node_id]: does for node_id, does in barrier_of.items() if node_id in rows}
    return _Nodes(rows, positions, barriers, tuple(settlements))


def _settlement(tags: Mapping[str, str], lonlat: tuple[float, float]) -> Settlement:
    """Return the settlement that a node stands for."""
    people = tags.get("population", "")
    population = int(people) if people.isascii() and people.isdigit() and len(people) < 10 else 0
    return Settlement(name=tags["name"], kind=tags["place"], population=population, lonlat=lonlat)


def _positions(index: osmium.index.LocationTable, ids: Sequence[int]) -> tuple[dict[int, int], NDArray[np.float64]]:
    """Return the row of each node id that has a place on Earth, and float64 (n, 2) of longitude and latitude."""
    rows: dict[int, int] = {}
    lonlat = np.empty((len(ids), 2))
    for node_id in ids:
        with suppress(KeyError, osmium.InvalidLocationError):
            place = index.get(node_id)
            lonlat[len(rows)] = place.lon, place.lat
            rows[node_id] = len(rows)
    return rows, lonlat[: len(rows)]


def _ferries(content: _Content, nodes: _Nodes, roads: Collection[int]) -> tuple[FerryHint, ...]:
    """Return the crossings of the ferry ways, as far as the file holds them."""
    lines = [
        FerryLine(line.id, known, line.tags)
        for line in content.ferries
        if len(known := tuple(nodes.rows[ref] for ref in line.refs if ref in nodes.rows)) > 1
    ]
    return crossings(lines, nodes.lonlat, roads, content.routes)


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


def _renumbered(ways: Sequence[RawWay], used: NDArray[np.int64], n: int) -> Iterator[RawWay]:
    """Yield the ways with node rows counted among the used nodes only."""
    row = np.empty(n, dtype=np.int64)
    row[used] = np.arange(len(used))
    for way in ways:
        yield RawWay(id=way.id, nodes=tuple(row[list(way.nodes)].tolist()), tags=way.tags)
