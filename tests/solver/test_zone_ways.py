"""Tests of `solver.zone_ways`: what a search without the area in question finds."""

from __future__ import annotations

import numpy as np
import pytest

from solver.zone_ways import Neighbours, gates, separator


def a_map(seed: int, n_areas: int = 14) -> Neighbours:
    """Make a random map of areas, not always in one part."""
    rng = np.random.default_rng(seed)
    neighbours: Neighbours = [[] for _ in range(n_areas)]
    for one, other in rng.integers(0, n_areas, (n_areas + seed % 5, 2)).tolist():
        if one != other:
            neighbours[one].append((other, 5.0))
            neighbours[other].append((one, 5.0))
    return neighbours


def reached(neighbours: Neighbours, start: int, without: set[int]) -> set[int]:
    """List what one gets to, by trying again and again until nothing is added."""
    found = {start}
    while True:
        more = {near for area in found for near, _ in neighbours[area]} - without - found
        if not more:
            return found
        found |= more


@pytest.mark.parametrize("seed", range(12))
def test_a_gate_is_the_last_area_that_cuts_another_off(seed: int) -> None:
    """Without its gate an area cannot be reached; no other area that it needs is needed by its gate as well."""
    neighbours, blocked = a_map(seed), {5, 9}
    found = gates(neighbours, 0, blocked)
    assert found.keys() == reached(neighbours, 0, blocked) - {0}
    needs = {
        area: {other for other in found if other != area and area not in reached(neighbours, 0, {*blocked, other})}
        for area in found
    }
    for area, gate in found.items():
        assert needs[area] == (needs[gate] | {gate} if gate else set())


@pytest.mark.parametrize("seed", range(12))
def test_ways_enter_a_piece_over_its_separator(seed: int) -> None:
    """Without the separator the piece is out of reach, and each of its areas is next to the piece."""
    neighbours, blocked, piece = a_map(seed), {5}, [7, *(near for near, _ in a_map(seed)[7])]
    if 0 in piece or any(near == 0 for area in piece for near, _ in neighbours[area]):
        return
    found = separator(neighbours, piece, 0, blocked)
    assert not reached(neighbours, 0, {*blocked, *found}) & set(piece)
    assert all(any(near in piece for near, _ in neighbours[area]) for area in found)
