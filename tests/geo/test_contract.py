"""The hierarchy has the shape that searches rely on; `test_sweep` shows that it keeps every shortest path."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from hypothesis import given, settings

from geo.contract import Hierarchy, contract
from tests.geo.networks import arcs_of, networks, without_parallels

if TYPE_CHECKING:
    from geo.weights import Arcs


def above(hierarchy: Hierarchy, row: int) -> set[int]:
    """Return the rows that a row is linked to."""
    return set(hierarchy.above[hierarchy.first[row] : hierarchy.first[row + 1]].tolist())


def height(hierarchy: Hierarchy) -> int:
    """Return the longest climb, in links, always to the nearest row above."""
    heights = np.zeros(hierarchy.n_rows, dtype=int)
    for row in range(hierarchy.n_rows):
        if above(hierarchy, row):
            heights[row] = heights[max(above(hierarchy, row))] + 1
    return int(heights.max())


@given(networks())
@settings(max_examples=100, deadline=None)
def test_every_link_leads_up_and_rows_above_are_linked(arcs: Arcs) -> None:
    """Links go to lower rows only, and of two rows above a row the one is above the other: a climb misses none."""
    hierarchy = contract(without_parallels(arcs))
    assert sorted(hierarchy.row.tolist()) == list(range(arcs.n))
    for row in range(hierarchy.n_rows):
        higher = above(hierarchy, row)
        assert all(other < row for other in higher)
        assert all(one in above(hierarchy, other) for one in higher for other in higher if one < other)


def test_a_long_road_becomes_a_low_hierarchy() -> None:
    """Shape points go in rounds, every other one or so: a thousand in a row are no tall tower."""
    road = [(node, node + 1, 10.0) for node in range(999)]
    assert height(contract(arcs_of(1000, road + [(b, a, w) for a, b, w in road]))) < 30


def test_a_grid_of_streets_adds_few_links() -> None:
    """On a town of 20 by 20 crossings the links stay within ten for each crossing."""
    streets = [(20 * y + x, 20 * y + x + 1, 1.0) for y in range(20) for x in range(19)]
    streets += [(20 * y + x, 20 * y + x + 20, 1.0) for y in range(19) for x in range(20)]
    assert len(contract(arcs_of(400, streets)).above) < 10 * 400


def test_a_network_without_arcs_has_only_tops() -> None:
    """Nothing to contract is no error."""
    hierarchy = contract(arcs_of(3, []))
    assert (hierarchy.first.tolist(), hierarchy.above.tolist()) == ([0, 0, 0, 0], [])
