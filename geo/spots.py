"""Where places stand on the network of one mode, in weights: how far from the ends of their piece of road.

Nothing is cut: a place is reached over either end, or, from another place on the same piece, directly.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from geo.weights import Arcs, part, toll

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from geo.types import RoadGraph, Snaps

_CUTS_PER_M = 10_000


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Spots:
    """P places on pieces of road; a piece goes from the node of lower number, its first end, to the other.

    `ends` int64 (P, 2) nodes; `piece` int64 (P,) names the piece; `share` float64 (P,) of it from its first end, in
    tenths of a millimetre; `along` and `against` float64 (P,) weights of the whole piece both ways; `out` and `into`
    float64 (P, 2) weights from the place to each end and back. Whoever enters a drive
    pays its toll; whoever leaves it, or stays on the piece, does not.
    """

    ends: NDArray[np.int64]
    piece: NDArray[np.int64]
    share: NDArray[np.float64]
    along: NDArray[np.float64]
    against: NDArray[np.float64]
    out: NDArray[np.float64]
    into: NDArray[np.float64]

    def __len__(self) -> int:
        return len(self.ends)

    def take(self, rows: slice) -> Spots:
        """Return some of the places."""
        return Spots(**{name: getattr(self, name)[rows] for name in Spots.__slots__})

    def followed_by(self, more: Spots) -> Spots:
        """Return the places of both."""
        return Spots(**{name: np.concatenate([getattr(self, name), getattr(more, name)]) for name in Spots.__slots__})

    def reversed(self) -> Spots:
        """Return the places on the network whose arcs all point the other way."""
        return replace(self, along=self.against, against=self.along, out=self.into, into=self.out)


def spots(arcs: Arcs, graph: RoadGraph, snaps: Snaps) -> Spots:
    """Return the spots of snapped places; `arcs` are the open arcs of the mode, ordered by tail and head.

    A place at the very end of a piece stands on the node, whatever becomes of the piece.
    """
    tail, head = graph.tail[snaps.arc].astype(np.int64), graph.head[snaps.arc].astype(np.int64)
    low, high = np.minimum(tail, head), np.maximum(tail, head)
    whole = np.maximum(np.rint(graph.length_m[snaps.arc].astype(np.float64) * _CUTS_PER_M), 1.0)
    share = np.rint(np.where(tail < head, snaps.along, 1 - snaps.along) * whole) / whole
    along, against = _weight(arcs, low, high), _weight(arcs, high, low)
    start, end = np.zeros(len(share)), np.ones(len(share))
    out = np.column_stack([part(against, share, start), part(along, share, end)])
    into = np.column_stack([part(along, start, share) + toll(along), part(against, end, share) + toll(against)])
    for weights in (out, into):
        weights[share == 0] = (0.0, np.inf)
        weights[share == 1] = (np.inf, 0.0)
    return Spots(
        ends=np.column_stack([low, high]),
        piece=low * arcs.n + high,
        share=share,
        along=along,
        against=against,
        out=out,
        into=into,
    )


class Neighbours:
    """Finds which places of a set share a piece of road with others, and the weight of going there directly."""

    def __init__(self, goals: Spots) -> None:
        self._goals = goals
        self._order = np.argsort(goals.piece, kind="stable")
        self._pieces = goals.piece[self._order]

    def of(self, origins: Spots) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float64]]:
        """Return the pairs on one piece: rows of origins, rows of goals, and weights, infinite from or to its ends."""
        first = np.searchsorted(self._pieces, origins.piece, side="left")
        count = np.searchsorted(self._pieces, origins.piece, side="right") - first
        origin = np.repeat(np.arange(len(origins)), count)
        goal = self._order[np.repeat(first - (np.cumsum(count) - count), count) + np.arange(len(origin))]
        start, end = origins.share[origin], self._goals.share[goal]
        weight = part(np.where(start <= end, origins.along[origin], origins.against[origin]), start, end)
        at_ends = (np.minimum(start, end) == 0) | (np.maximum(start, end) == 1)
        weight[at_ends] = np.inf
        weight[start == end] = 0.0
        return origin, goal, weight


def _weight(arcs: Arcs, tail: NDArray[np.int64], head: NDArray[np.int64]) -> NDArray[np.float64]:
    """Return the weight of the arc between nodes, infinite where there is none."""
    if not len(arcs):
        return np.full(len(tail), np.inf)
    key, wanted = arcs.tail * arcs.n + arcs.head, tail * arcs.n + head
    row = np.minimum(np.searchsorted(key, wanted), len(key) - 1)
    return np.where(key[row] == wanted, arcs.weight[row], np.inf)
