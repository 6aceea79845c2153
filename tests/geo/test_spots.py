"""Places on pieces of road know how far the ends are, and which other places share their piece."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from geo.graph import build_graph
from geo.spots import Neighbours, Spots, spots
from geo.weights import milliseconds_and_metres, open_arcs
from tests.geo.roads import arc_between, places, raw_roads, road

if TYPE_CHECKING:
    from geo.types import RoadGraph

LINE = [(0.0, 0.0), (1000.0, 0.0), (2000.0, 0.0)]


def on(graph: RoadGraph, *arc_along: tuple[int, float]) -> Spots:
    """Return spots at given shares of given arcs, by car."""
    return spots(open_arcs(graph, "car")[0], graph, places(*arc_along))


def test_a_place_knows_the_way_to_both_ends() -> None:
    """A quarter along its arc, a place is a quarter from one end and three from the other, whichever arc it was."""
    graph = build_graph(raw_roads(LINE, road(0, 1)))
    found = on(graph, (arc_between(graph, 0, 1), 0.25), (arc_between(graph, 1, 0), 0.75))
    for weights in (found.out, found.into):
        _, metres = milliseconds_and_metres(weights)
        assert metres.ravel().tolist() == pytest.approx([250, 750] * 2, abs=2)


def test_a_one_way_street_is_left_at_its_end() -> None:
    """One way, a place is reached from the first end and left at the other only."""
    graph = build_graph(raw_roads(LINE, road(0, 1, oneway="yes")))
    found = on(graph, (0, 0.25))
    assert np.isfinite(found.out).tolist() == [[False, True]]
    assert np.isfinite(found.into).tolist() == [[True, False]]
    assert np.array_equal(found.reversed().out, found.into)


def test_a_place_at_the_end_of_a_piece_stands_on_the_node() -> None:
    """Even at the far end of a one-way street a place is at the node both ways."""
    graph = build_graph(raw_roads(LINE, road(0, 1, oneway="yes")))
    found = on(graph, (0, 0.0), (0, 1.0))
    assert found.out[0, 0] == found.into[0, 0] == found.out[1, 1] == found.into[1, 1] == 0


def test_neighbours_share_a_piece() -> None:
    """Places on one piece are paired, themselves included; places on the next piece are not."""
    graph = build_graph(raw_roads(LINE, road(0, 1, 2)))
    found = on(
        graph, (arc_between(graph, 0, 1), 0.25), (arc_between(graph, 1, 2), 0.5), (arc_between(graph, 1, 0), 0.5)
    )
    origin, goal, weight = Neighbours(found).of(found)
    pairs = dict(zip(zip(origin.tolist(), goal.tolist(), strict=True), milliseconds_and_metres(weight)[1], strict=True))
    assert pairs.keys() == {(0, 0), (0, 2), (1, 1), (2, 0), (2, 2)}
    assert pairs[0, 0] == pairs[1, 1] == 0
    assert pairs[0, 2] == pairs[2, 0] == pytest.approx(250, abs=2)
