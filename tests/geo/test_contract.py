"""Contraction keeps every shortest path between terminals."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.contract import Arcs, contract, lightest
from tests.geo.roads import shortest


def arcs_of(n: int, links: list[tuple[int, int, int]]) -> Arcs:
    """Return arcs from (tail, head, weight) rows."""
    tail, head, weight = np.array(links, dtype=np.int64).reshape(-1, 3).T
    return Arcs(n=n, tail=tail, head=head, weight=weight.astype(np.float64))


def links_of(arcs: Arcs) -> list[tuple[int, int, float]]:
    """Return arcs as rows."""
    return list(zip(arcs.tail.tolist(), arcs.head.tolist(), arcs.weight.tolist(), strict=True))


@st.composite
def networks(draw: st.DrawFn) -> tuple[Arcs, list[int]]:
    """Draw a directed network with parallel arcs, loops, weights of 0 and parts apart, and some terminals."""
    n = draw(st.integers(2, 14))
    node = st.integers(0, n - 1)
    links = draw(st.lists(st.tuples(node, node, st.integers(0, 30)), min_size=1, max_size=50))
    return arcs_of(n, links), draw(st.lists(node, min_size=1, max_size=n, unique=True))


@given(networks(), st.integers(0, 6))
@settings(max_examples=200, deadline=None)
def test_distances_between_terminals_stay_as_they_were(network: tuple[Arcs, list[int]], max_degree: int) -> None:
    """On random directed networks the contracted distances equal plain Dijkstra's, unreachable pairs included."""
    arcs, terminals = network
    small, kept = contract(arcs, np.array(terminals), max_degree=max_degree)
    where = np.searchsorted(kept, terminals)
    before = shortest(arcs.n, links_of(arcs))[np.ix_(terminals, terminals)]
    after = shortest(small.n, links_of(small))[np.ix_(where, where)]
    assert np.array_equal(before, after)


def test_a_chain_with_dead_ends_becomes_one_arc_each_way() -> None:
    """Shape points and side roads between two terminals vanish."""
    both = [(a, b, 10) for a, b in ((0, 1), (1, 2), (2, 3), (1, 4), (4, 5))]
    small, kept = contract(arcs_of(6, both + [(b, a, w + 1) for a, b, w in both]), np.array([0, 3]))
    assert kept.tolist() == [0, 3]
    assert links_of(small) == [(0, 1, 30), (1, 0, 33)]


def test_nodes_with_many_neighbours_stay() -> None:
    """A hub of five neighbours is kept at the default degree and removed at five."""
    star = [arc for leaf in range(1, 6) for arc in ((0, leaf, leaf), (leaf, 0, leaf))]
    leaves = np.arange(1, 6)
    assert 0 in contract(arcs_of(6, star), leaves)[1]
    assert 0 not in contract(arcs_of(6, star), leaves, max_degree=5)[1]


@pytest.mark.parametrize("links", [[(0, 1, 7), (0, 1, 3), (0, 1, 5), (1, 1, 0)]])
def test_only_the_lightest_of_parallel_arcs_survives(links: list[tuple[int, int, int]]) -> None:
    """Parallel arcs are never added up, and loops go."""
    found = lightest(arcs_of(2, links))
    assert (found.tail.tolist(), found.head.tolist(), found.weight.tolist()) == ([0], [1], [3])


def test_a_network_without_arcs_keeps_its_terminals() -> None:
    """Nothing to contract is no error."""
    small, kept = contract(arcs_of(3, []), np.array([1]))
    assert (len(small), kept.tolist()) == (0, [1])
