"""Say what a road network holds, for people who must judge whether it will do before they plan with it."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, TypedDict

import numpy as np
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import connected_components
from scipy.spatial import KDTree

from geo.graph import project
from geo.osm import SETTLEMENTS
from geo.snap import STRAY_M, components
from geo.speeds import MODES, posted_limit_kmh, way_class
from geo.types import CLOSED_MS

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from numpy.typing import NDArray

    from geo.types import FerryHint, RawRoads, RoadGraph

MEETS_M = 30.0
"""A ferry line that ends so near a road meets it: piers are drawn by several hands."""

NEAR_M = 10_000.0
"""No place farther away says where something is."""

SAME_PORT_M = 2_000.0
"""A pier of a timetable lies within this of the end of its ferry line."""

_FOR_CARS = frozenset(
    {"motorway", "trunk", "primary", "secondary", "tertiary", "unclassified", "residential", "living_street"}
    | {"service", "track"}
)

LonLat = tuple[float, float]


class Landmass(TypedDict):
    """A part of the network inside which a car gets from anywhere to anywhere and back."""

    rank: int
    name: str
    nodes: int
    road_km: float


class Ferry(TypedDict):
    """A crossing that the map proposes.

    `ends` are the ranks of the parts at both ends, for cars, or on foot for a boat that takes no cars: None for an end
    that meets no road. `joins` is the same, or None when an end meets no road. `timetabled` is None when no timetable
    was given. An end is named by its pier in the timetable and by the nearest settlement on its own shore, both empty
    where there is none near.
    """

    way_id: int
    name: str
    from_pier: str
    to_pier: str
    from_place: str
    to_place: str
    duration_s: int | None
    car: bool
    foot: bool
    ends: list[int | None]
    joins: list[int | None] | None
    timetabled: bool | None


class ModeReport(TypedDict):
    """How far a mode gets: its parts, the nodes it may use, and the share of them that lies in the largest part."""

    components: int
    nodes: int
    largest_pct: float


class NetworkReport(TypedDict):
    """What a network holds. `components` are node counts for cars, the largest first; a stray piece is one of them
    with less than two kilometres of road. `missing_speed_pct` is the share of ways for cars without a posted limit;
    `unknown_speed_tags` counts limits that cannot be read. Turn restrictions are counted (None: unknown), not obeyed.
    """

    source: str
    road_ways: int
    road_km: float
    km_by_class: dict[str, float]
    nodes: int
    components: list[int]
    stray_components: int
    landmasses: list[Landmass]
    modes: dict[str, ModeReport]
    ferries: list[Ferry]
    missing_speed_pct: float
    unknown_speed_tags: dict[str, int]
    turn_restrictions: int | None
    barriers: int
    attribution: str


def network_report(
    graph: RoadGraph,
    raw: RawRoads,
    *,
    timetable: Sequence[tuple[LonLat, LonLat]] | None = None,
    piers: Mapping[LonLat, str] | None = None,
    names: Mapping[int, str] | None = None,
) -> NetworkReport:
    """Return what a network holds; `graph` was built of `raw`.

    `timetable` are the positions of the two piers of each route that has sailings, as (lon, lat), and `piers` their
    names; `names` are those of landmasses by rank, where the map's own settlements should not name them.
    """
    parts = components(graph, "car")
    limits = _car_limits(raw)
    return NetworkReport(
        source=graph.source,
        road_ways=len({way.id for way in raw.ways}),
        road_km=round(sum(_km_by_class(graph).values()), 1),
        km_by_class={name: round(km, 1) for name, km in _km_by_class(graph).items()},
        nodes=len(graph.lonlat),
        components=[nodes for _, nodes, _ in parts],
        stray_components=sum(metres < STRAY_M for _, _, metres in parts),
        landmasses=_landmasses(graph, raw, parts, names or {}),
        modes={mode: _mode_report(graph, mode) for mode in MODES},
        ferries=_ferries(graph, raw, parts, timetable, piers or {}),
        missing_speed_pct=round(100 * sum(not known for _, known in limits) / len(limits), 1) if limits else 0.0,
        unknown_speed_tags=dict(Counter(text for text, known in limits if text and not known).most_common()),
        turn_restrictions=raw.turn_restrictions,
        barriers=len(raw.barriers),
        attribution=graph.attribution,
    )


def distance_m(graph: RoadGraph, lonlat: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the straight distance of places, float64 (P, 2) in degrees, from the nearest node of the network."""
    places = project(lonlat, graph.crs)
    here = np.isfinite(places).all(axis=1)
    distance = np.full(len(places), np.inf)
    distance[here] = KDTree(graph.xy).query(places[here])[0]
    return distance


def _km_by_class(graph: RoadGraph) -> dict[str, float]:
    """Return the kilometres of each class of way, the longest first; each piece counts once whatever its directions."""
    ends = np.sort(np.column_stack([graph.tail, graph.head]), axis=1)
    pieces = np.unique(np.column_stack([ends, graph.way]), axis=0, return_index=True)[1]
    of_way = np.bincount(graph.way[pieces], weights=graph.length_m[pieces], minlength=len(graph.way_classes))
    total: Counter[str] = Counter()
    for name, metres in zip(graph.way_classes, of_way.tolist(), strict=True):
        total[name] += metres / 1000
    return {name: km for name, km in total.most_common() if km}


def _car_limits(raw: RawRoads) -> list[tuple[str, bool]]:
    """Return, for each way of a class that cars use, its limit as tagged and whether it can be read.

    `none` is understood: there is no limit, so it is missing but not unknown.
    """
    tags = [way.tags for way in raw.ways if way_class(way.tags) in _FOR_CARS]
    texts = [(item, item.get("maxspeed", "")) for item in tags]
    return [("" if text == "none" else text, posted_limit_kmh(item) is not None) for item, text in texts]


def _mode_report(graph: RoadGraph, mode: str) -> ModeReport:
    """Return how far a mode gets."""
    parts = components(graph, mode)
    nodes = int((graph.landmass[mode] >= 0).sum())
    largest_pct = round(100 * parts[0][1] / nodes, 1) if parts else 0.0
    return ModeReport(components=len(parts), nodes=nodes, largest_pct=largest_pct)


def _landmasses(
    graph: RoadGraph, raw: RawRoads, parts: Sequence[tuple[int, int, float]], names: Mapping[int, str]
) -> list[Landmass]:
    """Return the parts for cars, each named by its largest settlement, or by the nearest one for want of its own."""
    part = graph.landmass["car"]
    own: dict[int, str] = {}
    places = sorted(raw.settlements, key=lambda place: (SETTLEMENTS.index(place.kind), -place.population))
    drivable = np.flatnonzero(part >= 0)
    if places and len(drivable):
        where = project(np.array([place.lonlat for place in places]), graph.crs)
        away_m, nearest = KDTree(graph.xy[drivable]).query(where)
        for place, metres, node in zip(places, np.asarray(away_m), np.asarray(nearest), strict=True):
            if metres <= STRAY_M:
                own.setdefault(int(part[drivable[node]]), place.name)
    return [
        Landmass(
            rank=rank,
            name=names.get(land) or own.get(land) or _near(raw, graph.lonlat[part == land][0], "near "),
            nodes=nodes,
            road_km=round(metres / 1000, 1),
        )
        for rank, (land, nodes, metres) in enumerate(parts)
    ]


def _near(raw: RawRoads, lonlat: NDArray[np.float64] | LonLat, prefix: str = "") -> str:
    """Return the name of the nearest settlement, empty when none is near."""
    name = _nearest([(place.lonlat, place.name) for place in raw.settlements], lonlat, NEAR_M)
    return prefix + name if name else ""


def _nearest(named: Sequence[tuple[LonLat, str]], lonlat: NDArray[np.float64] | LonLat, most_m: float) -> str:
    """Return the name of the nearest of some places, empty when none is within so many metres."""
    away_m = _apart_m([place for place, _ in named], lonlat)
    return named[int(np.argmin(away_m))][1] if len(named) and away_m.min() <= most_m else ""


def _apart_m(places: Sequence[LonLat], lonlat: NDArray[np.float64] | LonLat) -> NDArray[np.float64]:
    """Return the distance of each place from another, to a per cent or so near by."""
    steps = (np.array(places).reshape(-1, 2) - lonlat) * 111_320.0
    metres: NDArray[np.float64] = np.hypot(steps[:, 0] * np.cos(np.radians(lonlat[1])), steps[:, 1])
    return metres


def _ferries(
    graph: RoadGraph,
    raw: RawRoads,
    parts: Sequence[tuple[int, int, float]],
    timetable: Sequence[tuple[LonLat, LonLat]] | None,
    piers: Mapping[LonLat, str],
) -> list[Ferry]:
    """Return what is known of each crossing."""
    shore = _shores(graph, raw, parts)
    rank = {land: rank for rank, (land, _, _) in enumerate(parts)}
    ashore = {mode: _ashore(graph, mode, rank) for mode in ("car", "foot")} if graph.ferries else {}
    return [
        Ferry(
            way_id=hint.way_id,
            name=hint.name,
            from_pier=_nearest([*piers.items()], hint.from_lonlat, SAME_PORT_M),
            to_pier=_nearest([*piers.items()], hint.to_lonlat, SAME_PORT_M),
            from_place=shore(hint.from_lonlat, ends[0]),
            to_place=shore(hint.to_lonlat, ends[1]),
            duration_s=hint.duration_s,
            car=hint.car,
            foot=hint.foot,
            ends=ends,
            joins=None if None in ends else ends,
            timetabled=None if timetable is None else _timetabled((hint.from_lonlat, hint.to_lonlat), timetable),
        )
        for hint in graph.ferries
        for ends in (ashore["car" if hint.car else "foot"](hint),)
    ]


def _shores(
    graph: RoadGraph, raw: RawRoads, parts: Sequence[tuple[int, int, float]]
) -> Callable[[LonLat, int | None], str]:
    """Return what names the nearest settlement to the end of a crossing that is on the same part of the network.

    Across a sound the other shore is often the nearer.
    """
    rank = {land: rank for rank, (land, _, _) in enumerate(parts)}
    drivable = np.flatnonzero(graph.landmass["car"] >= 0)
    on: list[int | None] = [None] * len(raw.settlements)
    if raw.settlements and len(drivable):
        where = project(np.array([place.lonlat for place in raw.settlements]), graph.crs)
        nearest = drivable[np.asarray(KDTree(graph.xy[drivable]).query(where)[1])]
        on = [rank.get(part) for part in graph.landmass["car"][nearest].tolist()]

    def near(end: LonLat, of: int | None) -> str:
        pairs = zip(raw.settlements, on, strict=True)
        return _nearest([(place.lonlat, place.name) for place, part in pairs if of in {None, part}], end, NEAR_M)

    return near


def _ashore(graph: RoadGraph, mode: str, rank: Mapping[int, int]) -> Callable[[FerryHint], list[int | None]]:
    """Return what tells the rank of the part for cars at both ends of a crossing, None where an end meets no road.

    Piers are full of one-way lanes, and some are for feet only: an end is on the part for cars that has most of the
    nodes to which the roads or paths there are joined, in whatever direction.
    """
    is_open = graph.arc_ms[mode] != CLOSED_MS
    arcs = csr_matrix((is_open[is_open], (graph.tail[is_open], graph.head[is_open])), shape=(len(graph.xy),) * 2)
    land, cars = connected_components(arcs, directed=False)[1], graph.landmass["car"]
    usable = np.unique([graph.tail[is_open], graph.head[is_open]])
    tree = KDTree(graph.xy[usable]) if len(usable) else None

    def ranks(hint: FerryHint) -> list[int | None]:
        if tree is None:
            return [None, None]
        where = project(np.array([hint.from_lonlat, hint.to_lonlat]), graph.crs)
        return [rank_of(node) if near_m <= MEETS_M else None for near_m, node in zip(*tree.query(where), strict=True)]

    def rank_of(nearest: int) -> int | None:
        shared = Counter(part for part in cars[land == land[usable[nearest]]].tolist() if part in rank)
        return next((rank[part] for part, _ in shared.most_common(1)), None)

    return ranks


def _timetabled(ends: tuple[LonLat, LonLat], timetable: Sequence[tuple[LonLat, LonLat]]) -> bool:
    """Tell whether a route of the timetable runs between the two ends: its piers are the nearest to them.

    Across a narrow kyle both piers are near both ends, so each end takes its nearest pier.
    """
    piers = sorted({pier for route in timetable for pier in route})
    found = []
    for end in ends:
        away_m = _apart_m(piers, end)
        if not len(away_m) or away_m.min() > SAME_PORT_M:
            return False
        found.append(piers[int(np.argmin(away_m))])
    one, other = found
    return one != other and ((one, other) in timetable or (other, one) in timetable)
