"""The roads that journeys follow, for maps, words and sums: their arcs, their lines, and what the roads are called.

A route takes the seconds and metres of the travel matrix. Matrices do not come from here: `geo.matrix` is much faster.
"""

from __future__ import annotations

from collections import defaultdict
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
from geo.weights import UNITS, Arcs, milliseconds_and_metres, open_arcs

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from numpy.typing import NDArray

    from geo.types import RoadGraph, Snaps

WORTH_SAYING_M = 50
"""Shorter stretches are drawn and not told."""

_NEAR = 1800 * UNITS[2] * UNITS[0]
"""Half an hour as a weight: most journeys are shorter, and a search so bounded is several times quicker."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stretch:
    """Metres along one road, called by its number, else by its name; empty where the map has neither."""

    road: str
    metres: int


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Route:
    """A journey of L legs: `arcs` int64 (L,), rows of the graph of which the first and last are followed in part, with
    `ms` float64 and `metres` int64 (L,) on each; `lonlat` float64 (L + 1, 2) degrees from place to place."""

    arcs: NDArray[np.int64]
    ms: NDArray[np.float64]
    metres: NDArray[np.int64]
    lonlat: NDArray[np.float64]
    stretches: tuple[Stretch, ...]

    @property
    def travel_s(self) -> int:
        """Seconds, rounded up."""
        return int(np.ceil(self.ms.sum() / 1000))

    @property
    def travel_m(self) -> int:
        """Metres."""
        return int(self.metres.sum())

    @property
    def line(self) -> shapely.LineString:
        """The line to draw, in degrees."""
        return shapely.LineString(self.lonlat)

    def __str__(self) -> str:
        said = (part for part in self.stretches if part.metres >= WORTH_SAYING_M)
        return ", ".join(f"{part.road or 'unnamed road'} {part.metres / 1000:.1f} km" for part in said)


def routes(graph: RoadGraph, mode: str, snaps: Snaps, pairs: Iterable[tuple[int, int]]) -> list[Route | None]:
    """Return the fastest route for each pair of rows of `snaps`, origin and goal; None where no road leads."""
    asked = list(pairs)
    arcs, arc_of = _open_arcs(graph, mode)
    places = spots(arcs, graph, snaps)
    key = arcs.tail * arcs.n + arcs.head
    drawn = _Drawn(graph=graph, n=arcs.n, key=key, arc_of=arc_of, snaps=snaps, places=places)
    network = _with_places(arcs, places)
    goals_of: defaultdict[int, set[int]] = defaultdict(set)
    for origin, goal in asked:
        goals_of[origin].add(goal)
    found = {
        (origin, goal): None if nodes is None else drawn.route(network, origin, goal, nodes)
        for origin, goals in goals_of.items()
        for goal, nodes in _paths(network, arcs.n, len(places), origin, sorted(goals))
    }
    return [found[pair] for pair in asked]


@lru_cache(maxsize=4)
def _open_arcs(graph: RoadGraph, mode: str) -> tuple[Arcs, NDArray[np.int64]]:
    """Return the open arcs of a mode and their rows in the graph, kept: graphs are never changed in place."""
    return open_arcs(graph, mode)


def _with_places(arcs: Arcs, places: Spots) -> csr_matrix[np.float64]:
    """Return the network with two nodes more for each place: one that leads to the ends of its piece of road, and,
    after all of those, one that is led to."""
    count = len(places)
    start, goal = arcs.n + np.arange(count), arcs.n + count + np.arange(count)
    origin, beside, direct = Neighbours(places).of(places)
    tail = np.concatenate([arcs.tail, np.repeat(start, 2), places.ends.ravel(), start[origin]])
    head = np.concatenate([arcs.head, places.ends.ravel(), np.repeat(goal, 2), goal[beside]])
    weight = np.concatenate([arcs.weight, places.out.ravel(), places.into.ravel(), direct])
    there = np.isfinite(weight)
    return csr_matrix((weight[there], (tail[there], head[there])), shape=(arcs.n + 2 * count,) * 2)


def _paths(
    network: csr_matrix[np.float64], n: int, n_places: int, origin: int, goals: list[int]
) -> Iterator[tuple[int, NDArray[np.int64] | None]]:
    """Yield the goals and the nodes of the lightest path to each; None where there is none."""
    ends = [n + n_places + goal for goal in goals]
    for limit in (_NEAR, np.inf):
        away, before = dijkstra(network, indices=[n + origin], limit=limit, return_predecessors=True)
        if np.isfinite(away[0, ends]).all():
            break
    for goal, end in zip(goals, ends, strict=True):
        nodes = [end]
        while before[0, nodes[-1]] >= 0:
            nodes.append(int(before[0, nodes[-1]]))
        yield goal, np.array(nodes[::-1]) if len(nodes) > 1 else None


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Drawn:
    """Makes routes of paths. Of the open arcs: `key` is `n` times the tail plus the head, `arc_of` the graph's row."""

    graph: RoadGraph
    n: int
    key: NDArray[np.int64]
    arc_of: NDArray[np.int64]
    snaps: Snaps
    places: Spots

    def route(self, network: csr_matrix[np.float64], origin: int, goal: int, nodes: NDArray[np.int64]) -> Route:
        """Return the route along the nodes of a path."""
        ms, metres = milliseconds_and_metres(np.asarray(network[nodes[:-1], nodes[1:]]).ravel())
        arcs = self._arcs(origin, goal, nodes)
        standing = self._standing([origin, goal])
        return Route(
            arcs=arcs,
            ms=ms,
            metres=metres.astype(np.int64),
            lonlat=np.concatenate([standing[:1], self.graph.lonlat[nodes[1:-1]], standing[1:]]),
            stretches=tuple(_stretches(self.graph, arcs, metres.astype(np.int64))),
        )

    def _arcs(self, origin: int, goal: int, nodes: NDArray[np.int64]) -> NDArray[np.int64]:
        """Return the arc of each leg; a place's own where it is left or reached at its very end, or directly."""
        own = self.snaps.arc[[origin, goal]].astype(np.int64)
        if len(nodes) == 2:
            return own[:1]
        tail, head = nodes[:-1].copy(), nodes[1:].copy()
        tail[0] = self.places.ends[origin].sum() - head[0]
        head[-1] = self.places.ends[goal].sum() - tail[-1]
        wanted = tail * self.n + head
        row = np.minimum(np.searchsorted(self.key, wanted), len(self.key) - 1)
        fallback = np.full(len(row), own[0])
        fallback[-1] = own[1]
        return np.where(self.key[row] == wanted, self.arc_of[row], fallback)

    def _standing(self, rows: list[int]) -> NDArray[np.float64]:
        """Return the degrees of places on the road."""
        arc, along = self.snaps.arc[rows], self.snaps.along[rows]
        tail, head = self.graph.lonlat[self.graph.tail[arc]], self.graph.lonlat[self.graph.head[arc]]
        return tail + along[:, None] * (head - tail)


def _stretches(graph: RoadGraph, arcs: NDArray[np.int64], metres: NDArray[np.int64]) -> Iterator[Stretch]:
    """Yield the roads in order, legs on the same one together, those of no length left out."""
    refs = graph.way_refs or ("",) * len(graph.way_names)
    roads = (refs[way] or graph.way_names[way] for way in graph.way[arcs].tolist())
    for road, along in groupby(zip(roads, metres.tolist(), strict=True), key=itemgetter(0)):
        total = sum(part for _, part in along)
        if total:
            yield Stretch(road=road, metres=total)
