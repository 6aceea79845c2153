"""The arcs that fastest journeys follow, over the whole graph: for asking what a journey is made of.

Matrices do not come from here (`geo.matrix` is much faster), and ferries are not roads.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import dijkstra

from geo.graph import drive_mouths
from geo.types import CLOSED_MS, RoadGraph

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from numpy.typing import NDArray

    from geo.types import Snaps

_TOLL_MS = 2.0**30
_LEAST_MS = 2.0**-10


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Path:
    """The arcs of a journey in order, with the milliseconds and metres on each; the first and the last are parts."""

    arcs: NDArray[np.int64]
    ms: NDArray[np.float64]
    metres: NDArray[np.float64]


def fastest_paths(graph: RoadGraph, mode: str, snaps: Snaps, pairs: Iterable[tuple[int, int]]) -> list[Path | None]:
    """Find the fastest path for each pair of rows of `snaps`; None where no road leads, or both are one place.

    Between two places on one arc the path goes by an end of the arc. Private drives are not passed through.
    """
    wanted: defaultdict[int, list[tuple[int, int]]] = defaultdict(list)
    n_pairs = 0
    for n_pairs, (origin, goal) in enumerate(pairs, start=1):
        wanted[origin].append((n_pairs - 1, goal))
    links = _links(graph, mode, snaps)
    found: list[Path | None] = [None] * n_pairs
    for origin, goals in wanted.items():
        start = len(graph.lonlat) + origin
        _, before = dijkstra(links.matrix, indices=[start], return_predecessors=True)
        for row, goal in goals:
            found[row] = links.path(before[0], start, len(graph.lonlat) + goal)
    return found


def along_ways(path: Path, label: Sequence[str]) -> list[tuple[str, float]]:
    """Return what the arcs of a path are labelled, in order, with the metres of each stretch; equal neighbours join."""
    stretches: list[tuple[str, float]] = []
    for arc, metres in zip(path.arcs.tolist(), path.metres.tolist(), strict=True):
        if stretches and stretches[-1][0] == label[arc]:
            stretches[-1] = (label[arc], stretches[-1][1] + metres)
        else:
            stretches.append((label[arc], metres))
    return stretches


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Links:
    """The network as searched, without parallels, ordered by `key`; of each link its arc and the share of it."""

    matrix: csr_matrix[np.float64]
    n: int
    key: NDArray[np.int64]
    arc: NDArray[np.int64]
    ms: NDArray[np.float64]
    metres: NDArray[np.float64]

    def path(self, before: NDArray[np.int32], start: int, goal: int) -> Path | None:
        """Walk back from the goal."""
        nodes = [goal]
        while before[nodes[-1]] >= 0:
            nodes.append(int(before[nodes[-1]]))
        if nodes[-1] != start or len(nodes) < 2:
            return None
        at = np.array(nodes[::-1], dtype=np.int64)
        row = np.searchsorted(self.key, at[:-1] * self.n + at[1:])
        return Path(arcs=self.arc[row], ms=self.ms[row], metres=self.metres[row])


def _links(graph: RoadGraph, mode: str, snaps: Snaps) -> _Links:
    """Join the open arcs with a node for each place, linked to both ends of its piece of road both ways."""
    nodes, places = len(graph.lonlat), len(snaps.arc)
    ms, metres = graph.arc_ms[mode].astype(np.float64), graph.length_m.astype(np.float64)
    arcs = np.flatnonzero(graph.arc_ms[mode] != CLOSED_MS)
    mouth = np.zeros(len(ms), dtype=np.bool_)
    mouth[drive_mouths(graph, mode)] = True
    ahead, against, place = _at_places(graph, mode, snaps)
    on = nodes + place
    share = np.where(against, 1 - snaps.along[place], snaps.along[place])
    tail = np.concatenate([graph.tail[arcs], graph.tail[ahead], on])
    head = np.concatenate([graph.head[arcs], on, graph.head[ahead]])
    arc = np.concatenate([arcs, ahead, ahead])
    part = np.concatenate([np.ones(len(arcs)), share, 1 - share])
    enters = np.concatenate([mouth[arcs], mouth[ahead], np.zeros(len(ahead), dtype=np.bool_)])
    weight = np.maximum(ms[arc] * part, _LEAST_MS) + _TOLL_MS * enters
    n = nodes + places
    key = tail.astype(np.int64) * n + head
    order = np.lexsort((weight, key))
    order = order[np.diff(key[order], prepend=-1) != 0]
    matrix = csr_matrix((weight[order], (tail[order], head[order])), shape=(n, n))
    return _Links(
        matrix=matrix,
        n=n,
        key=key[order],
        arc=arc[order],
        ms=(ms[arc] * part)[order],
        metres=(metres[arc] * part)[order],
    )


def _at_places(
    graph: RoadGraph, mode: str, snaps: Snaps
) -> tuple[NDArray[np.int64], NDArray[np.bool_], NDArray[np.int64]]:
    """Return the open arcs on which places lie, whether each runs against the place's own arc, and the place."""
    n = len(graph.lonlat)
    key = graph.tail.astype(np.int64) * n + graph.head
    order = np.argsort(key, kind="stable")
    own = snaps.arc.astype(np.int64)
    opposite = graph.head[own].astype(np.int64) * n + graph.tail[own]
    first = np.searchsorted(key[order], opposite, side="left")
    last = np.searchsorted(key[order], opposite, side="right")
    arcs, against, place = [own], [np.zeros(len(own), dtype=np.bool_)], [np.arange(len(own))]
    for row in range(len(own)):
        same = [arc for arc in order[first[row] : last[row]] if graph.way[arc] == graph.way[own[row]]]
        arcs.append(np.array(same, dtype=np.int64))
        against.append(np.ones(len(same), dtype=np.bool_))
        place.append(np.full(len(same), row))
    joined, flipped, where = np.concatenate(arcs), np.concatenate(against), np.concatenate(place)
    passable = graph.arc_ms[mode][joined] != CLOSED_MS
    return joined[passable], flipped[passable], where[passable]
