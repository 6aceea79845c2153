"""Paths: the arcs that fastest journeys follow."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.graph import build_graph
from geo.matrix import travel_ms
from geo.paths import along_ways, fastest_paths
from tests.geo.roads import arc_between, places, raw_roads, road

LINE = [(0.0, 0.0), (1000.0, 0.0), (2000.0, 0.0), (2000.0, 1000.0), (3000.0, 0.0)]


def test_a_path_names_its_roads_in_order() -> None:
    """A journey over three roads is told as three stretches with their metres."""
    graph = build_graph(raw_roads(LINE, road(0, 1, 2, id=1, ref="A83"), road(2, 3, id=2, ref="B828")))
    snaps = places((arc_between(graph, 0, 1), 0.25), (arc_between(graph, 2, 3), 0.5))
    there, back, nowhere = fastest_paths(graph, "car", snaps, [(0, 1), (1, 0), (0, 0)])
    assert nowhere is None
    assert there is not None
    assert back is not None
    label = [graph.way_refs[way] for way in graph.way]
    assert [name for name, _ in along_ways(there, label)] == ["A83", "B828"]
    assert [metres for _, metres in along_ways(back, label)] == pytest.approx([500, 1750], rel=3e-3)


def test_no_path_leads_where_no_road_does() -> None:
    """Another landmass is not reached, nor is anything against a one-way street."""
    graph = build_graph(raw_roads(LINE, road(0, 1, 2, oneway="yes"), road(3, 4, id=2)))
    snaps = places((arc_between(graph, 0, 1), 0.2), (arc_between(graph, 1, 2), 0.5), (arc_between(graph, 3, 4), 0.5))
    assert [path is None for path in fastest_paths(graph, "car", snaps, [(0, 1), (1, 0), (0, 2)])] == [
        False,
        True,
        True,
    ]


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 2**32 - 1))
def test_paths_take_as_long_as_the_matrix_says(seed: int) -> None:
    """On random roads, some of them private or one-way, milliseconds and metres add up to those of the matrix."""
    rng = np.random.default_rng(seed)
    spots = [(float(x), float(y)) for x, y in rng.integers(0, 5000, size=(12, 2))]
    tags = [{}, {"access": "private"}, {"oneway": "yes"}, {"lanes": "2"}]
    ends = {tuple(sorted(rng.choice(12, size=2, replace=False).tolist())) for _ in range(21)}
    ways = [road(a, b, id=id_, **tags[int(rng.integers(0, 4))]) for id_, (a, b) in enumerate(sorted(ends))]
    graph = build_graph(raw_roads(spots, *ways))
    arcs = rng.choice(len(graph.tail), size=5)
    snaps = places(*((int(arc), float(rng.uniform(0.1, 0.9))) for arc in arcs))
    pair = graph.tail[snaps.arc].astype(int) + graph.head[snaps.arc]
    expected, metres = travel_ms(graph, "car", snaps)
    pairs = [(a, b) for a in range(5) for b in range(5) if pair[a] != pair[b]]
    for (a, b), path in zip(pairs, fastest_paths(graph, "car", snaps, pairs), strict=True):
        if path is None:
            assert np.isinf(expected[a, b])
        else:
            assert path.ms.sum() == pytest.approx(expected[a, b], abs=0.5)
            assert path.metres.sum() == pytest.approx(metres[a, b], abs=3)
            before, after = path.arcs[:-1], path.arcs[1:]
            assert ((graph.head[before] == graph.tail[after]) | (before == after)).all()
