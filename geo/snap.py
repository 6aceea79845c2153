"""Find where places meet the road: the nearest piece of road that a mode may use, on the land where the place is.

A piece of road whose ends lie in different strongly connected parts is never used: what snaps to one landmass can
always be reached from all that snaps to it.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import shapely
from scipy.spatial import KDTree

from geo.errors import PlaceOffNetwork
from geo.graph import project
from geo.types import CLOSED_MS, RoadGraph, Snaps

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

STRAY_M = 2_000.0
"""A connected part with less road than this is a stray piece: a fault of the map more often than an island."""
STRAY_DETOUR_M = 100.0
"""How much farther a road may be and still be preferred over a stray piece."""
_EARTH_M = 6_371_000.0
_NAMED = 10


def snap(
    graph: RoadGraph,
    mode: str,
    lonlat: NDArray[np.float64],
    place_ids: Sequence[str],
    *,
    landmass: NDArray[np.int32] | None = None,
    max_m: float = 1000.0,
) -> Snaps:
    """Snap places, float64 (P, 2) of longitude and latitude, to the arcs of a mode.

    `landmass` int32 (P,): a place with a value from 0 snaps to that landmass only, one with -1 to any. Raises
    PlaceOffNetwork, naming all of them, when places are more than `max_m` metres from a road.
    """
    points = np.asarray(shapely.points(project(lonlat, graph.crs)))
    declared = np.full(len(lonlat), -1, dtype=np.int32) if landmass is None else landmass
    found = Snaps(
        arc=np.full(len(lonlat), -1, dtype=np.int32),
        along=np.zeros(len(lonlat)),
        dist_m=np.full(len(lonlat), np.inf),
        landmass=np.full(len(lonlat), -1, dtype=np.int32),
    )
    for land in np.unique(declared).tolist():
        here, roads = np.flatnonzero(declared == land), _roads(graph, mode, land)
        line, dist_m = _nearest(roads, points[here], max_m)
        here, line, dist_m = here[line >= 0], line[line >= 0], dist_m[line >= 0]
        found.arc[here], found.landmass[here], found.dist_m[here] = roads.arc[line], roads.landmass[line], dist_m
        along = shapely.line_locate_point(roads.lines[line], points[here], normalized=True)
        found.along[here] = np.clip(np.nan_to_num(along), 0.0, 1.0)
    if (found.arc < 0).any():
        raise _off_network(graph, mode, lonlat, place_ids, found.arc < 0, max_m)
    return found


class _Roads(NamedTuple):
    """The pieces of road that places may snap to: an arc of each, its landmass, its line, and how much farther a road
    may be and still be preferred; and a tree of the lines."""

    arc: NDArray[np.int64]
    landmass: NDArray[np.int32]
    lines: NDArray[np.object_]
    penalty_m: NDArray[np.float64]
    tree: shapely.STRtree


@lru_cache(maxsize=64)
def _roads(graph: RoadGraph, mode: str, land: int) -> _Roads:
    """Return the pieces of a landmass, or of all for -1, kept for the next place: graphs are never changed in place."""
    arcs, landmass = _usable(graph, mode)
    if land >= 0:
        arcs, landmass = arcs[landmass == land], landmass[landmass == land]
    lines = np.asarray(shapely.linestrings(graph.xy[np.column_stack([graph.tail[arcs], graph.head[arcs]])]))
    stray = np.isin(landmass, strays(graph, mode))
    return _Roads(arcs, landmass, lines, np.where(stray, STRAY_DETOUR_M, 0.0), shapely.STRtree(lines))


@lru_cache(maxsize=8)
def strays(graph: RoadGraph, mode: str) -> tuple[int, ...]:
    """Name the landmasses that are stray pieces."""
    return tuple(land for land, _, metres in components(graph, mode) if metres < STRAY_M)


@lru_cache(maxsize=8)
def _usable(graph: RoadGraph, mode: str) -> tuple[NDArray[np.int64], NDArray[np.int32]]:
    """Return the arcs that a place may snap to, one for each piece of road, and their landmasses."""
    landmass = graph.landmass[mode]
    same = landmass[graph.tail] == landmass[graph.head]
    arcs = np.flatnonzero((graph.arc_ms[mode] != CLOSED_MS) & same)
    ends = np.sort(np.column_stack([graph.tail[arcs], graph.head[arcs]]), axis=1)
    arcs = arcs[np.sort(np.unique(ends, axis=0, return_index=True)[1])]
    return arcs, landmass[graph.tail[arcs]]


def components(graph: RoadGraph, mode: str) -> list[tuple[int, int, float]]:
    """Return the landmass, the number of nodes and the metres of road of each connected part, the largest first."""
    arcs, landmass = _usable(graph, mode)
    metres = np.bincount(landmass, weights=graph.length_m[arcs])
    nodes = np.bincount(graph.landmass[mode][graph.landmass[mode] >= 0])
    return [(land, int(nodes[land]), float(metres[land])) for land in range(len(metres)) if metres[land] > 0]


def _nearest(roads: _Roads, points: NDArray[np.object_], max_m: float) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Return the best line for each point, -1 where none is near, and its distance: the nearest but for the penalty."""
    best = np.full(len(points), -1, dtype=np.int64)
    dist_m = np.full(len(points), np.inf)
    finite = np.flatnonzero(np.isfinite(shapely.get_coordinates(points)).all(axis=1))
    (which, _), near = roads.tree.query_nearest(
        points[finite], max_distance=max_m, return_distance=True, all_matches=False
    )
    reach = np.full(len(points), -1.0)
    reach[finite[which]] = np.minimum(near + STRAY_DETOUR_M, max_m)
    close = np.flatnonzero(reach >= 0)
    point, line = roads.tree.query(points[close], predicate="dwithin", distance=reach[close])
    apart = shapely.distance(points[close[point]], roads.lines[line])
    order = np.lexsort((line, apart + roads.penalty_m[line], point))
    point, line, apart = point[order], line[order], apart[order]
    first = np.flatnonzero(np.diff(point, prepend=-1))
    best[close[point[first]]] = line[first]
    dist_m[close[point[first]]] = apart[first]
    return best, dist_m


def _off_network(
    graph: RoadGraph,
    mode: str,
    lonlat: NDArray[np.float64],
    place_ids: Sequence[str],
    far: NDArray[np.bool_],
    max_m: float,
) -> PlaceOffNetwork:
    """Return the error that names the places that are too far, and guesses why."""
    ids = tuple(place for place, is_far in zip(place_ids, far, strict=True) if is_far)
    named = ", ".join(ids[:_NAMED]) + (f" and {len(ids) - _NAMED} more" if len(ids) > _NAMED else "")
    worst_m = _to_network_m(graph, mode, lonlat[far]).max()
    swapped = int((_to_network_m(graph, mode, lonlat[far][:, ::-1]) <= max_m).sum())
    hint = f" With latitude and longitude swapped, {swapped} of them would lie on the network." if swapped else ""
    worst = f"the worst {worst_m / 1000:,.1f} km" if np.isfinite(worst_m) else "some at no distance that can be told"
    message = f"{len(ids)} place(s) lie more than {max_m:,.0f} m from any road open to {mode}, {worst}: {named}.{hint}"
    return PlaceOffNetwork(message, ids)


def _to_network_m(graph: RoadGraph, mode: str, lonlat: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the straight distance from anywhere to the nearest node of a mode; infinite without position or node."""
    nodes = graph.lonlat[graph.landmass[mode] >= 0]
    valid = np.isfinite(lonlat).all(axis=1) & (len(nodes) > 0)
    distance = np.full(len(lonlat), np.inf)
    chord = KDTree(_on_sphere(nodes)).query(_on_sphere(lonlat[valid]))[0]
    distance[valid] = 2 * _EARTH_M * np.arcsin(np.clip(chord / 2, 0, 1))
    return distance


def _on_sphere(lonlat: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return positions as points of the unit sphere."""
    lon, lat = np.radians(lonlat).T
    return np.column_stack([np.cos(lat) * np.cos(lon), np.cos(lat) * np.sin(lon), np.sin(lat)])
