"""Small areas: places grouped by travel time, their neighbours, names and shapes on a map.

Areas are numbered from 0; a label is the number of the area that a place is in. Zones, which are groups of areas, are
made elsewhere and can be named and drawn by the same functions. Shapes: P places, N graph nodes.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import shapely
from scipy.cluster.hierarchy import linkage
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components, dijkstra
from scipy.spatial import KDTree
from scipy.spatial.distance import squareform

from geo.places import WGS84
from geo.types import CLOSED_MS

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from geopandas import GeoDataFrame, GeoSeries
    from numpy.typing import NDArray
    from shapely.geometry.base import BaseGeometry

    from geo.land import Land
    from geo.types import RoadGraph, Snaps

APART_S = 1e9
"""Further than any journey: what no road joins is never in one area."""

Edge = tuple[int, int, float]
"""Two neighbouring areas, the smaller number first, and the minutes between their nearest places."""


@dataclass(frozen=True, slots=True, kw_only=True)
class IsolatedCluster:
    """Two or three people close to each other and far from all others, and the providers that drive there."""

    people: tuple[int, ...]
    providers: tuple[str, ...]


def small_areas(
    travel_s: NDArray[np.int32],
    reachable: NDArray[np.bool_],
    load_h: NDArray[np.float64],
    *,
    max_minutes: float = 12.0,
    max_load_h: float = 70.0,
) -> NDArray[np.int32]:
    """Label places (P,) so that no two of one area are more than `max_minutes` apart, in the slower direction.

    Complete linkage, cut from the top until both limits hold: an area above `max_load_h` is split unless it is one
    place. Places that no road joins are never together.
    """
    n_places = len(load_h)
    members = [[place] for place in range(n_places)]
    height_s = [0.0] * n_places
    children: list[tuple[int, ...]] = [()] * n_places
    apart_s = squareform(_apart_s(travel_s, reachable), checks=False)
    for left, right, height, _ in linkage(apart_s, "complete") if n_places > 1 else ():
        members.append(members[int(left)] + members[int(right)])
        height_s.append(float(height))
        children.append((int(left), int(right)))
    areas, waiting = [], [len(members) - 1] if members else []
    while waiting:
        node = waiting.pop()
        if children[node] and (height_s[node] > max_minutes * 60 or load_h[members[node]].sum() > max_load_h):
            waiting.extend(children[node])
        else:
            areas.append(sorted(members[node]))
    labels = np.empty(n_places, dtype=np.int32)
    for label, area in enumerate(sorted(areas)):
        labels[area] = label
    return labels


def central_places(
    travel_s: NDArray[np.int32],
    reachable: NDArray[np.bool_],
    load_h: NDArray[np.float64],
    labels: NDArray[np.int32],
) -> NDArray[np.int64]:
    """Choose in each area the place from which all its visits are driven to soonest; rows of the matrices."""
    apart_s = _apart_s(travel_s, reachable)
    centres = []
    for label in range(int(labels.max(initial=-1)) + 1):
        rows = np.flatnonzero(labels == label)
        weight = load_h[rows] if load_h[rows].sum() > 0 else np.ones(len(rows))
        centres.append(rows[np.argmin(apart_s[np.ix_(rows, rows)] @ weight)])
    return np.array(centres, dtype=np.int64)


def adjacency(
    graph: RoadGraph, mode: str, *, snaps: Snaps, labels: NDArray[np.int32], links: Iterable[Edge] = ()
) -> list[Edge]:
    """List the pairs of areas that touch on the road, or that a boat of `links` joins, once each and in order.

    Every road node belongs to the area of its nearest place; two areas touch where an arc joins their nodes. One-way
    roads count both ways. The places are those of `snaps` and `labels`.
    """
    tail, head, minutes = _arcs_with_places(graph, mode, snaps)
    n_nodes = len(graph.xy)
    places = np.arange(n_nodes, n_nodes + len(labels))
    network = csr_array((minutes, (tail, head)), shape=(n_nodes + len(labels),) * 2)
    reach_min, _, nearest = dijkstra(network, directed=False, indices=places, min_only=True, return_predecessors=True)
    area = np.where(nearest >= n_nodes, np.append(labels, -1)[np.maximum(nearest, n_nodes) - n_nodes], -1)
    touching = (area[tail] != area[head]) & (area[tail] >= 0) & (area[head] >= 0)
    border = np.flatnonzero(touching)
    between_min = reach_min[tail[border]] + minutes[border] + reach_min[head[border]]
    found = [*zip(area[tail[border]].tolist(), area[head[border]].tolist(), between_min.tolist(), strict=True), *links]
    shortest: dict[tuple[int, int], float] = {}
    for one, other, took_min in found:
        pair = (min(one, other), max(one, other))
        shortest[pair] = min(took_min, shortest.get(pair, took_min))
    return [(one, other, shortest[one, other]) for one, other in sorted(shortest) if one != other]


def isolated_areas(edges: Sequence[Edge], n_areas: int) -> list[int]:
    """List the areas that neither road nor boat joins to the part with the most areas."""
    if not n_areas:
        return []
    ends = np.array([edge[:2] for edge in edges], dtype=np.int64).reshape(-1, 2)
    joined = csr_array((np.ones(len(ends)), (ends[:, 0], ends[:, 1])), shape=(n_areas, n_areas))
    _, part = connected_components(joined, directed=False)
    return np.flatnonzero(part != np.bincount(part).argmax()).tolist()


def isolated_clusters(
    travel_s: NDArray[np.int32], reachable: NDArray[np.bool_], provider_of_place: Sequence[str], *, within_s: int = 600
) -> list[IsolatedCluster]:
    """Find two or three people within `within_s` of each other and further from all others, most providers first.

    One row per person; journeys count in the slower direction.
    """
    close = _apart_s(travel_s, reachable) <= within_s
    _, group = connected_components(close, directed=False)
    clusters = []
    for number in np.flatnonzero(np.isin(np.bincount(group), (2, 3))):
        people = np.flatnonzero(group == number).tolist()
        if close[np.ix_(people, people)].all():
            providers = sorted({provider_of_place[person] for person in people})
            clusters.append(IsolatedCluster(people=tuple(people), providers=tuple(providers)))
    return sorted(clusters, key=lambda cluster: (-len(cluster.providers), cluster.people))


def name_areas(
    lonlat: NDArray[np.float64],
    labels: NDArray[np.int32],
    settlements: Mapping[str, tuple[float, float, int]],
    *,
    within_m: float = 3_000.0,
) -> list[str]:
    """Name each area after the largest settlement in it, else after the one near it; no name is given twice.

    `settlements` holds longitude, latitude and population by name. A settlement is in the area of the place nearest to
    it, if that is `within_m`. Areas that would share a name are told apart by where they lie, then by number.
    """
    n_areas = int(labels.max(initial=-1)) + 1
    if not settlements:
        return [f"Area {label + 1}" for label in range(n_areas)]
    xy = _flat(lonlat, lonlat)
    towns = sorted(settlements, key=lambda name: (-settlements[name][2], name))
    town_xy = _flat(np.array([settlements[name][:2] for name in towns]), lonlat)
    own: dict[int, str] = {}
    for name, distance_m, place in zip(towns, *KDTree(xy).query(town_xy), strict=True):
        if distance_m <= within_m:
            own.setdefault(int(labels[place]), name)
    centres = np.array([xy[labels == label].mean(axis=0) for label in range(n_areas)])
    nearest = np.asarray(KDTree(town_xy).query(centres)[1])
    names = [own.get(label) or f"Near {towns[int(nearest[label])]}" for label in range(n_areas)]
    return _told_apart(names, centres)


def area_polygons(
    lonlat: NDArray[np.float64],
    labels: NDArray[np.int32],
    names: Sequence[str],
    *,
    crs_metric: str = "EPSG:27700",
    reach_m: float = 2_500.0,
    land: Land | None = None,
) -> GeoDataFrame:
    """Draw each area as the land nearer to its places than to any other, up to `reach_m` away; they never overlap.

    Columns `area`, `name` and geometry in WGS84, one row per label. Shapes are clipped to `land`, if given.
    """
    import geopandas  # noqa: PLC0415

    points = geopandas.GeoSeries(geopandas.points_from_xy(*lonlat.T), crs=WGS84).to_crs(crs_metric)
    xy, label = _distinct(np.column_stack([points.x, points.y]), labels)
    low, high = xy.min(axis=0) - 10 * reach_m, xy.max(axis=0) + 10 * reach_m
    frame = [low, high, (low[0], high[1]), (high[0], low[1])]  # keeps the outermost cells finite
    cells = shapely.get_parts(shapely.voronoi_polygons(shapely.MultiPoint([*xy, *frame]), ordered=True))[: len(xy)]
    near = shapely.union_all(shapely.buffer(shapely.points(xy), reach_m))
    inhabited = shapely.buffer(shapely.buffer(near, reach_m / 2), -reach_m / 2)  # closes slits between farms
    wholes = [shapely.coverage_union_all(cells[label == number]) for number in range(len(names))]
    clipped = shapely.buffer(shapely.intersection(wholes, inhabited), 0)  # polygons only, where they just touch
    shapes = shapely.coverage_simplify(clipped, reach_m / 50)
    frame_m = geopandas.GeoDataFrame(
        {"area": range(len(names)), "name": list(names)}, geometry=list(shapes), crs=crs_metric
    )
    drawn = frame_m.to_crs(WGS84)
    return drawn if land is None else drawn.set_geometry(_on_land(drawn.geometry, land))


def _apart_s(travel_s: NDArray[np.int32], reachable: NDArray[np.bool_]) -> NDArray[np.float64]:
    """Give the journey in the slower direction, `APART_S` where one direction is missing, 0 from a place to itself."""
    one_way = np.where(reachable, travel_s, APART_S)
    both_ways = np.maximum(one_way, one_way.T)
    np.fill_diagonal(both_ways, 0.0)
    return both_ways


def _arcs_with_places(
    graph: RoadGraph, mode: str, snaps: Snaps
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float64]]:
    """Add each place as a node on its arc; of parallel arcs, either way, the quickest stays. Returns minutes."""
    arc_ms = graph.arc_ms[mode]
    open_arcs = np.flatnonzero(arc_ms != CLOSED_MS)
    place = len(graph.xy) + np.arange(len(snaps.arc))
    one = np.concatenate([graph.tail[open_arcs], place, place])
    other = np.concatenate([graph.head[open_arcs], graph.tail[snaps.arc], graph.head[snaps.arc]])
    from_tail_ms = arc_ms[snaps.arc] * snaps.along
    took_ms = np.concatenate([arc_ms[open_arcs], from_tail_ms, arc_ms[snaps.arc] - from_tail_ms])
    low, high = np.minimum(one, other), np.maximum(one, other)
    order = np.lexsort((took_ms, high, low))
    low, high, took_ms = low[order], high[order], took_ms[order]
    fresh = np.r_[True, (low[1:] != low[:-1]) | (high[1:] != high[:-1])] & (low != high)
    return low[fresh], high[fresh], took_ms[fresh] / 60_000


def _on_land(shapes: GeoSeries, land: Land) -> list[BaseGeometry]:
    """Clip shapes to the land, polygons only; one that would vanish, on a coast too coarse for it, stays whole."""
    near = shapely.intersection(land.shape, shapely.box(*shapes.total_bounds))
    clipped = [shapely.buffer(shapely.intersection(shape, near), 0) for shape in shapes]
    return [shape if part.is_empty else part for shape, part in zip(shapes, clipped, strict=True)]


def _flat(lonlat: NDArray[np.float64], around: NDArray[np.float64]) -> NDArray[np.float64]:
    """Turn degrees into metres east and north, good enough to compare distances within a county."""
    return lonlat * [111_320 * np.cos(np.radians(around[:, 1].mean())), 111_320] if len(around) else lonlat


def _told_apart(names: Sequence[str], centres: NDArray[np.float64]) -> list[str]:
    """Add a compass direction, seen from the middle of those that share a name, and a number if that is not enough."""
    winds = ("east", "north-east", "north", "north-west", "west", "south-west", "south", "south-east")
    sharing: defaultdict[str, list[int]] = defaultdict(list)
    for label, name in enumerate(names):
        sharing[name].append(label)
    longer = list(names)
    for name, together in sharing.items():
        for label in together if len(together) > 1 else ():
            east, north = centres[label] - centres[together].mean(axis=0)
            longer[label] = f"{name} {winds[round(np.arctan2(north, east) / (np.pi / 4)) % 8]}"
    totals, seen = Counter(longer), Counter[str]()
    for label, name in enumerate(longer):
        seen[name] += 1
        longer[label] = f"{name} {seen[name]}" if totals[name] > 1 else name
    return longer


def _distinct(xy: NDArray[np.float64], labels: NDArray[np.int32]) -> tuple[NDArray[np.float64], NDArray[np.int32]]:
    """Drop repeated points of an area; a point that two areas share is moved a metre for the second, and so on."""
    rows = np.unique(np.column_stack([np.round(xy), labels]), axis=0)
    corner = np.unique(rows[:, :2], axis=0, return_inverse=True)[1].ravel()
    turn = np.arange(len(rows)) - np.searchsorted(corner, corner)
    return rows[:, :2] + np.column_stack([turn * 0.5, turn * 0.25]), rows[:, 2].astype(np.int32)
