"""The road that a journey follows, for the map and for words: its line, and what the roads on it are called."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby
from operator import itemgetter
from typing import TYPE_CHECKING

import numpy as np
import shapely
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import dijkstra

from geo.spots import Neighbours, Spots, spots
from geo.types import RoadGraph, Snaps
from geo.weights import Arcs, milliseconds_and_metres, open_arcs

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray


@dataclass(frozen=True, slots=True, kw_only=True)
class Stretch:
    """Metres along one road, called by its number, else by its name; empty where the map has neither."""

    road: str
    metres: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """A journey by road. `line` is in degrees, (lon, lat); seconds and metres are those of the travel matrix."""

    line: shapely.LineString
    travel_s: int
    travel_m: int
    stretches: tuple[Stretch, ...]

    def __str__(self) -> str:
        return ", ".join(f"{part.road or 'unnamed road'} {part.metres / 1000:.1f} km" for part in self.stretches)


def route(graph: RoadGraph, mode: str, snaps: Snaps, *, origin: int, goal: int) -> Route | None:
    """Return the fastest route between two rows of `snaps`, None where no road leads."""
    arcs, arc_of = _open_arcs(graph, mode)
    ends = Snaps(**{name: getattr(snaps, name)[[origin, goal]] for name in Snaps.__slots__})
    places = spots(arcs, graph, ends)
    network = _with_places(arcs, places)
    nodes = _path(network, arcs.n)
    if nodes is None:
        return None
    weight = np.asarray(network[nodes[:-1], nodes[1:]]).ravel()
    leg = np.searchsorted(_key(arcs, arcs.tail, arcs.head), _key(arcs, nodes[1:-2], nodes[2:-1]))
    legs = np.concatenate([ends.arc[:1], arc_of[leg], ends.arc[1:]])[: len(weight)]
    ms, _ = milliseconds_and_metres(weight.sum())
    metres = milliseconds_and_metres(weight)[1].astype(np.int64)
    shown = np.concatenate([_standing(graph, ends)[:1], graph.lonlat[nodes[1:-1]], _standing(graph, ends)[1:]])
    return Route(
        line=shapely.LineString(shown),
        travel_s=int(np.ceil(ms / 1000)),
        travel_m=int(metres.sum()),
        stretches=tuple(_stretches(graph, legs, metres)),
    )


@lru_cache(maxsize=4)
def _open_arcs(graph: RoadGraph, mode: str) -> tuple[Arcs, NDArray[np.int64]]:
    """Return the open arcs of a mode and their rows in the graph, kept: graphs are never changed in place."""
    return open_arcs(graph, mode)


def _with_places(arcs: Arcs, places: Spots) -> csr_matrix[np.float64]:
    """Return the network with two nodes more: `arcs.n` leads to the ends of its piece, `arcs.n + 1` is led to."""
    start, end = np.full(2, arcs.n), np.full(2, arcs.n + 1)
    _, _, beside = Neighbours(places.take(slice(1, 2))).of(places.take(slice(0, 1)))
    tail = np.concatenate([arcs.tail, start, places.ends[1], start[: len(beside)]])
    head = np.concatenate([arcs.head, places.ends[0], end, end[: len(beside)]])
    weight = np.concatenate([arcs.weight, places.out[0], places.into[1], beside])
    there = np.isfinite(weight)
    return csr_matrix((weight[there], (tail[there], head[there])), shape=(arcs.n + 2, arcs.n + 2))


def _path(network: csr_matrix[np.float64], start: int) -> NDArray[np.int64] | None:
    """Return the nodes of the lightest path from `start` to the node after it; None where there is none."""
    _, before = dijkstra(network, indices=[start], return_predecessors=True)
    nodes = [start + 1]
    while before[0, nodes[-1]] >= 0:
        nodes.append(int(before[0, nodes[-1]]))
    return np.array(nodes[::-1]) if len(nodes) > 1 else None


def _key(arcs: Arcs, tail: NDArray[np.int64], head: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return a number for each pair of nodes, in the order of the arcs."""
    return tail * arcs.n + head


def _standing(graph: RoadGraph, snaps: Snaps) -> NDArray[np.float64]:
    """Return the degrees of places on the road."""
    tail, head = graph.lonlat[graph.tail[snaps.arc]], graph.lonlat[graph.head[snaps.arc]]
    return tail + snaps.along[:, None] * (head - tail)


def _stretches(graph: RoadGraph, legs: NDArray[np.int32], metres: NDArray[np.int64]) -> Iterator[Stretch]:
    """Yield the roads in order, legs on the same one together, those of no length left out."""
    refs = graph.way_refs or ("",) * len(graph.way_names)
    roads = (refs[way] or graph.way_names[way] for way in graph.way[legs].tolist())
    for road, along in groupby(zip(roads, metres.tolist(), strict=True), key=itemgetter(0)):
        total = sum(part for _, part in along)
        if total:
            yield Stretch(road=road, metres=total)
