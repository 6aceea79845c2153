"""Contract a directed network: take away every node, and keep how each was joined to those that outlived it.

A node that goes leaves its ways through behind as links between its neighbours, the lighter of parallel ones surviving,
so that no shortest path changes. What remains is a hierarchy: a shortest path between any two nodes climbs it, then
descends. Nodes with few neighbours go first, and nodes that are not neighbours go in the same round.
Source: customisable contraction hierarchies, doi 10.1145/2886843, with the order of decimation rather than dissection.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from geo.weights import Arcs


_SCATTER = 2_654_435_761
"""A prime far above any number of nodes: multiplied by it, ties between neighbours are broken evenly."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Hierarchy:
    """The links from each node up to those that outlived it.

    `row` int64 (N,): the row of each node, 0 for the last to go, -1 for nodes left out. The links of row r are
    `first[r]` to `first[r + 1]`: `above` int64 (L,) the row above, `up` and `down` float64 (L,) the weights both ways.
    Any two rows above the same row are linked, though perhaps by infinite weights.
    """

    row: NDArray[np.int64]
    first: NDArray[np.int64]
    above: NDArray[np.int64]
    up: NDArray[np.float64]
    down: NDArray[np.float64]

    @property
    def n_rows(self) -> int:
        """Return the number of nodes in the hierarchy."""
        return len(self.first) - 1

    def reversed(self) -> Hierarchy:
        """Return the hierarchy of the network whose arcs all point the other way."""
        return replace(self, up=self.down, down=self.up)


class _Links(NamedTuple):
    """Links seen from both ends, ordered by the node and then the other: weights to the other and back."""

    node: NDArray[np.int64]
    other: NDArray[np.int64]
    out: NDArray[np.float64]
    back: NDArray[np.float64]

    def where(self, kept: NDArray[np.bool_]) -> _Links:
        """Return some of the links."""
        return _Links(self.node[kept], self.other[kept], self.out[kept], self.back[kept])


def contract(arcs: Arcs) -> Hierarchy:
    """Return the hierarchy of a network."""
    level = np.zeros(arcs.n, dtype=np.int64)
    none = np.full(len(arcs), np.inf)
    links = _merged(
        arcs.n,
        _Links(arcs.tail, arcs.head, arcs.weight, none),
        _Links(arcs.head, arcs.tail, none, arcs.weight),
    )
    rounds: list[_Links] = []
    while len(links.node):
        going = _going(links, level)
        theirs = links.where(going[links.node])
        np.maximum.at(level, theirs.other, level[theirs.node] + 1)
        rest = links.where(~(going[links.node] | going[links.other]))
        links = _merged(arcs.n, rest, _through(theirs))
        rounds.append(theirs)
    return _hierarchy(arcs.n, [*rounds, links])


def _merged(n: int, *parts: _Links) -> _Links:
    """Put links together, the lightest of parallel ones surviving each way."""
    node, other, out, back = (np.concatenate(column) for column in zip(*parts, strict=True))
    key = node * n + other
    order = np.argsort(key, kind="stable")
    start = np.flatnonzero(np.diff(key[order], prepend=-1))
    if not len(start):
        return _Links(node, other, out, back)
    first = order[start]
    return _Links(
        node[first], other[first], np.minimum.reduceat(out[order], start), np.minimum.reduceat(back[order], start)
    )


def _going(links: _Links, level: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Choose the nodes that go in this round: those that come before all their neighbours.

    Few neighbours come first, which keeps the links few; then a low level, which keeps the climb short.
    """
    n = len(level)
    start = np.flatnonzero(np.diff(links.node, prepend=-1))
    present = links.node[start]
    degree = np.bincount(links.node, minlength=n)
    turn = (2 * degree + level) * n + _SCATTER * np.arange(n) % n
    going = np.zeros(n, dtype=np.bool_)
    going[present] = turn[present] < np.minimum.reduceat(turn[links.other], start)
    return going


def _through(going: _Links) -> _Links:
    """Return the links between neighbours of a node that goes: in over one link, out over another."""
    start = np.searchsorted(going.node, going.node, side="left")
    degree = np.searchsorted(going.node, going.node, side="right") - start
    one = np.repeat(np.arange(len(degree)), degree)
    two = np.repeat(start - (np.cumsum(degree) - degree), degree) + np.arange(len(one))
    one, two = one[one != two], two[one != two]
    return _Links(
        going.other[one], going.other[two], going.back[one] + going.out[two], going.back[two] + going.out[one]
    )


def _hierarchy(n: int, rounds: list[_Links]) -> Hierarchy:
    """Give the nodes rows from the last to go, and put the links in that order."""
    turn = np.full(n, len(rounds))
    for number, links in enumerate(rounds):
        turn[links.node] = number
    row = np.empty(n, dtype=np.int64)
    row[np.argsort(-turn, kind="stable")] = np.arange(n)
    node, other, up, down = (np.concatenate(column) for column in zip(*rounds[::-1], strict=True))
    first = np.concatenate([[0], np.cumsum(np.bincount(row[node], minlength=n))])
    return Hierarchy(row=row, first=first, above=row[other], up=up, down=down)
