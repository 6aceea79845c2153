"""Shrink a directed network to its terminals without changing any shortest path between them.

A node that is no terminal is removed and each way through it becomes one arc, the shorter of parallel ones surviving:
dead ends vanish, chains of shape points merge, small junctions dissolve. Exact, because removal keeps every sum.
"""

from __future__ import annotations

import heapq
from dataclasses import dataclass
from itertools import chain
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

_Links = list[dict[int, float]]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Arcs:
    """A directed network of `n` nodes: arrays (A,) of tails, heads and weights that are not negative."""

    n: int
    tail: NDArray[np.int64]
    head: NDArray[np.int64]
    weight: NDArray[np.float64]

    def __len__(self) -> int:
        return len(self.tail)


def lightest(arcs: Arcs) -> Arcs:
    """Return the lightest of each set of parallel arcs, without loops, ordered by tail and head."""
    order = np.lexsort((arcs.weight, arcs.head, arcs.tail))
    tail, head = arcs.tail[order], arcs.head[order]
    first = np.ones(len(order), dtype=np.bool_)
    first[1:] = (np.diff(tail) != 0) | (np.diff(head) != 0)
    first &= tail != head
    return Arcs(n=arcs.n, tail=tail[first], head=head[first], weight=arcs.weight[order][first])


def contract(arcs: Arcs, terminals: NDArray[np.int64], *, max_degree: int = 4) -> tuple[Arcs, NDArray[np.int64]]:
    """Remove every node with at most `max_degree` neighbours that is no terminal, until none is left.

    Returns the arcs on the kept nodes, renumbered, and the old numbers of the kept nodes, rising.
    """
    ahead, behind = _links(lightest(arcs))
    fixed = np.zeros(arcs.n, dtype=np.bool_)
    fixed[terminals] = True
    gone = _eliminate(ahead, behind, fixed.tolist(), max_degree)
    kept = np.flatnonzero(~np.array(gone))
    new = np.full(arcs.n, -1, dtype=np.int64)
    new[kept] = np.arange(len(kept))
    links = [ahead[node] for node in kept.tolist()]
    counts = [len(link) for link in links]
    n_arcs = sum(counts)
    small = Arcs(
        n=len(kept),
        tail=np.repeat(np.arange(len(kept)), counts),
        head=new[np.fromiter(chain.from_iterable(links), dtype=np.int64, count=n_arcs)],
        weight=np.fromiter(chain.from_iterable(link.values() for link in links), dtype=np.float64, count=n_arcs),
    )
    return small, kept


def _links(arcs: Arcs) -> tuple[_Links, _Links]:
    """Return the weights of the arcs out of each node, and into it, by the node at the other end."""
    ahead: _Links = [{} for _ in range(arcs.n)]
    behind: _Links = [{} for _ in range(arcs.n)]
    for tail, head, weight in zip(arcs.tail.tolist(), arcs.head.tolist(), arcs.weight.tolist(), strict=True):
        ahead[tail][head] = weight
        behind[head][tail] = weight
    return ahead, behind


def _eliminate(ahead: _Links, behind: _Links, fixed: list[bool], max_degree: int) -> list[bool]:
    """Remove nodes from the links, those with fewest neighbours first; tell which are gone."""

    def degree(node: int) -> int:
        return len(ahead[node].keys() | behind[node].keys())

    gone = [False] * len(fixed)
    now = [degree(node) for node in range(len(fixed))]
    queue = [(d, node) for node, d in enumerate(now) if d <= max_degree and not fixed[node]]
    heapq.heapify(queue)
    while queue:
        d, node = heapq.heappop(queue)
        if gone[node] or now[node] != d:
            continue
        gone[node] = True
        for neighbour in _remove(ahead, behind, node):
            d = degree(neighbour)
            if d != now[neighbour]:
                now[neighbour] = d
                if d <= max_degree and not fixed[neighbour]:
                    heapq.heappush(queue, (d, neighbour))
    return gone


def _remove(ahead: _Links, behind: _Links, node: int) -> set[int]:
    """Replace the paths through a node by arcs past it; return its neighbours."""
    sources, targets = behind[node], ahead[node]
    behind[node], ahead[node] = {}, {}
    for source in sources:
        del ahead[source][node]
    for target in targets:
        del behind[target][node]
    for source, before in sources.items():
        out = ahead[source]
        for target, after in targets.items():
            weight = before + after
            if source != target and weight < out.get(target, np.inf):
                out[target] = weight
                behind[target][source] = weight
    return sources.keys() | targets.keys()
