"""Searches through a hierarchy equal plain Dijkstra's."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given, settings

from geo.contract import contract
from geo.sweep import restricted, sweep, unpack
from geo.weights import UNITS
from tests.geo.networks import arcs_of, at_nodes, links_of, networks, without_parallels
from tests.geo.roads import shortest

if TYPE_CHECKING:
    from geo.weights import Arcs


def swept(arcs: Arcs, threads: int | None = None) -> np.ndarray:
    """Return the weights between all nodes of a network."""
    weight = np.empty((arcs.n, arcs.n))
    sweep(contract(arcs), at_nodes(arcs.n), at_nodes(arcs.n), weight.__setitem__, threads=threads)
    return weight


@given(networks())
@settings(max_examples=200, deadline=None)
def test_distances_are_those_of_dijkstra(drawn: Arcs) -> None:
    """On random directed networks all distances agree exactly, unreachable pairs included."""
    arcs = without_parallels(drawn)
    assert np.array_equal(swept(arcs), shortest(arcs.n, links_of(arcs)))


@given(networks())
@settings(max_examples=50, deadline=None)
def test_the_reversed_network_gives_the_distances_back(drawn: Arcs) -> None:
    """Against all arcs the distances are those of the other direction."""
    arcs = without_parallels(drawn)
    weight = np.empty((arcs.n, arcs.n))
    sweep(contract(arcs).reversed(), at_nodes(arcs.n), at_nodes(arcs.n), weight.__setitem__)
    assert np.array_equal(weight.T, swept(arcs))


@pytest.mark.parametrize("threads", [1, 2, 5])
def test_threads_change_nothing(threads: int) -> None:
    """A grid of one-way streets searched by several threads gives what one gives."""
    rng = np.random.default_rng(3)
    streets = [(node, (node + step) % 90, float(rng.integers(1, 99))) for node in range(90) for step in (1, 7, 30)]
    arcs = without_parallels(arcs_of(90, streets))
    assert np.array_equal(swept(arcs, threads), shortest(90, streets))


def test_a_restricted_hierarchy_holds_only_what_is_above() -> None:
    """Of a chain with a branch, what leads nowhere near the chosen nodes is left out."""
    chain = [(node, node + 1, 1.0) for node in range(40)]
    whole = contract(arcs_of(41, chain))
    small = restricted(whole, np.array([3]))
    assert small.row[3] >= 0
    assert small.n_rows == (small.row >= 0).sum() < 20
    assert len(small.above) == small.first[-1] == len(small.up) == len(small.down)


def test_seconds_are_rounded_up_and_no_way_is_zeros() -> None:
    """A tick over a second is two seconds; infinite weights are unreachable and say nothing."""
    second = 4_000 * 2.0**20
    weight = np.array([[0.0, second + 7, second + 2.0**20, np.inf]])
    seconds, metres = np.empty((2, 1, 4), dtype=np.int32)
    reachable = np.empty((1, 4), dtype=np.bool_)
    unpack(weight, UNITS, seconds, metres, reachable)
    assert seconds.tolist() == [[0, 1, 2, 0]]
    assert metres.tolist() == [[0, 7, 0, 0]]
    assert reachable.tolist() == [[True, True, True, False]]
