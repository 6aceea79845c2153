"""Closed roads and cancelled boats, without building anything again: from a planner's words to new arc weights.

Grammar and examples: docs/reference/closures.md. Places snap to the open roads first: a house on a closed road cannot
be reached, it does not move to another road.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from difflib import get_close_matches
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import shapely
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import dijkstra
from scipy.spatial import KDTree
from shapely.errors import ShapelyError
from shapely.geometry import shape

from geo.errors import ClosureUnknown
from geo.graph import project
from geo.timetable import cancelled
from geo.types import CLOSED_MS, RoadGraph

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from numpy.typing import NDArray

    from geo.types import Departure

NEAR_M = 2_000.0
"""How far a closure "near" a point reaches when nothing else is said."""

_BESIDE_M = 50.0
_END_M = 5_000.0
_POINT = r"[+-]?\d+(?:\.\d+)?\s*,\s*[+-]?\d+(?:\.\d+)?"
_WORDS = re.compile(
    r"(?P<what>.*?)"
    rf"(?:(?:^|\s+)near\s+(?P<near>{_POINT})(?:\s+within\s+(?P<within>\d+(?:\.\d+)?)\s*(?P<unit>k?m))?"
    rf"|(?:^|\s+)between\s+(?P<one>{_POINT})\s+and\s+(?P<other>{_POINT})"
    r"|(?:^|\s+)inside\s+(?P<inside>\S.*?))?"
    r"(?:\s+after\s+(?P<after>\d{1,2}:[0-5]\d))?",
    re.IGNORECASE,
)

_LonLat = tuple[float, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Closure:
    """What is closed. `text` is how the planner said it. Positions are (lon, lat) in degrees.

    Of roads: those whose number or name is `road`, the way `way_id`, bridges (called `road`, if it is not empty), or
    all of them; and of those the ones that meet `inside`, lie `within_m` of `near`, or lead from one point of `between`
    to the other. Of boats (`sailings`): those of `route` (empty: all) that leave at `after_s` or later (None: all day).
    """

    text: str
    road: str = ""
    way_id: int | None = None
    bridge: bool = False
    near: _LonLat | None = None
    within_m: float | None = None
    between: tuple[_LonLat, _LonLat] | None = None
    inside: shapely.Geometry | None = None
    sailings: bool = False
    route: str = ""
    after_s: int | None = None


def parse_closure(text: str) -> Closure:
    """Understand a closure. Raises ClosureUnknown; a GeoJSON file that is named is read here."""
    words = _WORDS.fullmatch(text.strip())
    if words is None:
        raise ClosureUnknown(f"{text!r} cannot be understood as a closure.")
    what, after = words["what"].strip(), words["after"]
    kind, _, name = what.partition(" ")
    name = name.strip()
    place = any(words[key] for key in ("near", "one", "inside"))
    if kind.lower() in {"ferry", "sailings", "boats"}:
        if place:
            raise ClosureUnknown(f"{text!r}: boats are cancelled by route and time, not by place.")
        after_s = None if after is None else int(after[:-3]) * 3600 + int(after[-2:]) * 60
        return Closure(text=text, sailings=True, route=name, after_s=after_s)
    if after:
        raise ClosureUnknown(f"{text!r}: a road is closed all day; only sailings stop after a time.")
    if kind.lower() == "way" and not re.fullmatch(r"\d{1,18}", name):
        raise ClosureUnknown(f"{text!r}: a way is named by its OpenStreetMap number.")
    if not (what or words["inside"] or words["near"]):
        raise ClosureUnknown(f"{text!r} names no road, way, bridge, ferry or polygon.")
    bridge = kind.lower() == "bridge"
    return Closure(
        text=text,
        road=name if bridge else "" if kind.lower() == "way" else what,
        way_id=int(name) if kind.lower() == "way" else None,
        bridge=bridge,
        near=_lonlat(words["near"], text) if words["near"] else None,
        within_m=float(words["within"]) * (1000 if words["unit"].lower() == "km" else 1) if words["within"] else None,
        between=(_lonlat(words["one"], text), _lonlat(words["other"], text)) if words["one"] else None,
        inside=_polygon(Path(words["inside"])) if words["inside"] else None,
    )


def _lonlat(text: str, closure: str) -> _LonLat:
    """Return the (lon, lat) of a point written as latitude, longitude."""
    lat, lon = (float(part) for part in text.split(","))
    if abs(lat) > 90 or abs(lon) > 180:
        raise ClosureUnknown(f"{closure!r}: a point is latitude, longitude in degrees.")
    return lon, lat


def _polygon(path: Path) -> shapely.Geometry:
    """Read the polygons of a GeoJSON file as one."""
    try:
        found = json.loads(path.read_text(encoding="utf-8-sig"))
        features = found.get("features", [found]) if isinstance(found, Mapping) else []
        shapes = [shape(feature.get("geometry", feature)) for feature in features]
        joined = shapely.union_all([shapely.make_valid(each) for each in shapes])
    except (OSError, ValueError, TypeError, KeyError, AttributeError, RecursionError, ShapelyError) as error:
        raise ClosureUnknown(f"{path.name} cannot be read as GeoJSON: {error}.") from error
    if joined.area == 0:
        raise ClosureUnknown(f"{path.name} holds no polygon.")
    return joined


def close(graph: RoadGraph, closures: Sequence[Closure]) -> RoadGraph:
    """Return the graph with the roads of all closures shut to every mode; everything else is shared.

    Raises ClosureUnknown when a closure of roads shuts none.
    """
    shut = np.zeros(len(graph.way), dtype=np.bool_)
    for closure in closures:
        if not closure.sailings:
            shut |= closed_arcs(graph, closure)
    closed = np.uint32(CLOSED_MS)
    return replace(graph, arc_ms={mode: np.where(shut, closed, ms) for mode, ms in graph.arc_ms.items()})


def still_sailing(
    boats: Sequence[Departure], closures: Sequence[Closure], routes: Collection[str]
) -> tuple[Departure, ...]:
    """Return the boats of a day that no closure cancels. Raises ClosureUnknown for a route that is none of `routes`."""
    left = tuple(boats)
    for closure in closures:
        if not closure.sailings:
            continue
        if closure.route and closure.route not in routes:
            raise ClosureUnknown(f"{closure.text!r}: there is no such route.{_meant(closure.route, routes)}")
        left = cancelled(left, route=closure.route or None, after_s=closure.after_s)
    return left


def closed_arcs(graph: RoadGraph, closure: Closure) -> NDArray[np.bool_]:
    """Tell which arcs a closure of roads shuts, bool (A,). Raises ClosureUnknown when it shuts none."""
    if not graph.way_ids:
        raise ClosureUnknown(f"{closure.text!r}: the network was imported before ways had numbers; import it again.")
    chosen = _ways(graph, closure)[graph.way]
    if not chosen.any():
        raise ClosureUnknown(f"{closure.text!r} is on no way of the network.{_meant(closure.road, _known(graph))}")
    if closure.inside is not None:
        area = shapely.transform(closure.inside, lambda lonlat: project(lonlat, graph.crs))
        shapely.prepare(area)
        chosen[chosen] = shapely.intersects(area, _lines(graph, chosen))
    if closure.near is not None:
        chosen &= _near(graph, closure, chosen)
    if closure.between is not None:
        chosen &= _stretch(graph, closure, chosen)
    if not chosen.any():
        raise ClosureUnknown(f"{closure.text!r} closes no road: nothing of it lies there.")
    return chosen


def _ways(graph: RoadGraph, closure: Closure) -> NDArray[np.bool_]:
    """Tell which ways a closure speaks of."""
    if closure.way_id is not None:
        same: NDArray[np.bool_] = np.array(graph.way_ids, dtype=np.int64) == closure.way_id
        return same
    if closure.bridge:
        named = closure.road.casefold()
        return np.array([bool(bridge) and named in bridge.casefold() for bridge in graph.way_bridges], dtype=np.bool_)
    if not closure.road:
        return np.ones(len(graph.way_names), dtype=np.bool_)
    wanted = _plain(closure.road)
    return np.array(
        [wanted in _names(ref, name) for ref, name in zip(graph.way_refs, graph.way_names, strict=True)],
        dtype=np.bool_,
    )


def _names(ref: str, name: str) -> set[str]:
    """Return what a way may be called: each of its numbers, or its name."""
    return {_plain(name), *(_plain(part) for part in ref.split(";"))} - {""}


def _plain(name: str) -> str:
    """Return a name as it is compared: road numbers are written with and without a space."""
    return re.sub(r"\s+", "", name).casefold()


def _known(graph: RoadGraph) -> set[str]:
    """Return the numbers and names of all roads."""
    numbers = chain.from_iterable(ref.split(";") for ref in set(graph.way_refs))
    return {*numbers, *graph.way_names} - {""}


def _meant(name: str, known: Collection[str]) -> str:
    """Ask whether something alike was meant."""
    alike = get_close_matches(name, sorted(known), n=3)
    return f" Was {' or '.join(alike)} meant?" if alike else ""


def _lines(graph: RoadGraph, chosen: NDArray[np.bool_]) -> NDArray[np.object_]:
    """Return the straight lines of some arcs, in metres."""
    return np.asarray(shapely.linestrings(graph.xy[np.column_stack([graph.tail[chosen], graph.head[chosen]])]))


def _near(graph: RoadGraph, closure: Closure, chosen: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Tell which arcs lie near the closure's point: of bridges without a distance, those of the nearest."""
    point = shapely.points(project(np.array([closure.near]), graph.crs)[0])
    away_m = np.full(len(chosen), np.inf)
    away_m[chosen] = shapely.distance(_lines(graph, chosen), point)
    near: NDArray[np.bool_] = away_m <= (closure.within_m or NEAR_M)
    if closure.bridge and closure.within_m is None and near.any():
        ids = np.array(graph.way_ids)[graph.way]
        near &= ids == ids[int(np.argmin(away_m))]
    return near


def _stretch(graph: RoadGraph, closure: Closure, chosen: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Tell which arcs of a road lie between two points of it, the other carriageway included."""
    arcs = np.flatnonzero(chosen)
    nodes = np.unique(np.concatenate([graph.tail[arcs], graph.head[arcs]]))
    ends = project(np.array(closure.between), graph.crs)
    if not np.isfinite(ends).all():
        raise ClosureUnknown(f"{closure.text!r}: a point lies far outside the network.")
    away_m, found = KDTree(graph.xy[nodes]).query(ends)
    first, last = np.asarray(found).tolist()
    if np.max(away_m) > _END_M:
        raise ClosureUnknown(f"{closure.text!r}: a point is more than {_END_M / 1000:g} km from that road.")
    tail, head = np.searchsorted(nodes, graph.tail[arcs]), np.searchsorted(nodes, graph.head[arcs])
    road = csr_matrix((np.ones(len(arcs)), (tail, head)), shape=(len(nodes), len(nodes)))
    _, before = dijkstra(road, directed=False, unweighted=True, indices=first, return_predecessors=True)
    path = [last]
    while path[-1] != first and before[path[-1]] >= 0:
        path.append(int(before[path[-1]]))
    if path[-1] != first or len(path) < 2:
        raise ClosureUnknown(f"{closure.text!r}: that road does not lead from one point to the other.")
    corridor = shapely.LineString(graph.xy[nodes[path]]).buffer(_BESIDE_M, cap_style="flat")
    shapely.prepare(corridor)
    middle = (graph.xy[graph.tail] + graph.xy[graph.head]) / 2
    return np.asarray(shapely.intersects(corridor, shapely.points(middle)), dtype=np.bool_)
