"""Small directed networks for tests, drawn at random."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from hypothesis import strategies as st

from geo.spots import Spots
from geo.weights import Arcs, lightest

if TYPE_CHECKING:
    from collections.abc import Sequence


def arcs_of(n: int, links: Sequence[tuple[int, int, float]]) -> Arcs:
    """Return arcs from (tail, head, weight) rows."""
    tail, head, weight = np.array(links, dtype=np.float64).reshape(-1, 3).T
    return Arcs(n=n, tail=tail.astype(np.int64), head=head.astype(np.int64), weight=weight)


def links_of(arcs: Arcs) -> list[tuple[int, int, float]]:
    """Return arcs as rows."""
    return list(zip(arcs.tail.tolist(), arcs.head.tolist(), arcs.weight.tolist(), strict=True))


def without_parallels(arcs: Arcs) -> Arcs:
    """Return the lightest of parallel arcs, in order."""
    rows = lightest(arcs)
    return Arcs(n=arcs.n, tail=arcs.tail[rows], head=arcs.head[rows], weight=arcs.weight[rows])


@st.composite
def networks(draw: st.DrawFn) -> Arcs:
    """Draw a directed network with parallel arcs, loops, weights of 0 and parts apart."""
    n = draw(st.integers(1, 14))
    node = st.integers(0, n - 1)
    return arcs_of(n, draw(st.lists(st.tuples(node, node, st.integers(0, 30)), max_size=50)))


def at_nodes(n: int) -> Spots:
    """Return a place on each node of a network, none on a piece of road that another shares."""
    node, none, free = np.arange(n), np.full(n, np.inf), np.zeros((n, 2))
    return Spots(
        ends=np.column_stack([node, node]),
        piece=node,
        share=np.zeros(n),
        along=none,
        against=none,
        out=free,
        into=free,
    )
