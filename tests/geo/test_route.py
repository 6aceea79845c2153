"""A leg on the map is the leg of the matrix, and says which roads it follows."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
import shapely
from hypothesis import given, settings

from geo.graph import build_graph
from geo.matrix import travel_matrix
from geo.network import read_network
from geo.route import Route, routes
from geo.snap import snap
from tests.geo.roads import ISLE_OF_MAN, arc_between, lonlat, needs_isle_of_man, places, raw_roads, road
from tests.geo.test_matrix import road_networks

if TYPE_CHECKING:
    from pathlib import Path

    from geo.types import RoadGraph, Snaps

SPOTS = [(0.0, 0.0), (1000.0, 0.0), (3000.0, 0.0), (3000.0, 500.0), (9000.0, 0.0), (9500.0, 0.0)]


def county() -> RoadGraph:
    """Return a main road of two pieces, a lane off its end, and an island."""
    return build_graph(
        raw_roads(
            SPOTS,
            road(0, 1, id=1, ref="A816", name="Main Street"),
            road(1, 2, id=2, ref="A816"),
            road(2, 3, id=3, name="Shore Lane"),
            road(4, 5, id=4),
        )
    )


def found(graph: RoadGraph, snaps: Snaps) -> Route:
    """Return the route from the first place to the second."""
    [leg] = routes(graph, "car", snaps, [(0, 1)])
    assert leg is not None
    return leg


def test_a_route_names_its_roads_in_order() -> None:
    """A number goes before a name, pieces of one road are one stretch, and the line runs from place to place."""
    graph = county()
    leg = found(graph, places((arc_between(graph, 0, 1), 0.5), (arc_between(graph, 2, 3), 0.8)))
    assert [part.road for part in leg.stretches] == ["A816", "Shore Lane"]
    assert [part.metres for part in leg.stretches] == pytest.approx([2500, 400], abs=4)
    assert str(leg) == "A816 2.5 km, Shore Lane 0.4 km"
    expected = shapely.LineString(lonlat((500, 0), (1000, 0), (3000, 0), (3000, 400)))
    assert shapely.hausdorff_distance(leg.line, expected) < 1e-9


def test_between_places_on_one_piece_the_route_stays_on_it() -> None:
    """Two places on one arc are joined by the stretch between them, backwards too; one place is no way from itself."""
    graph = county()
    forth = places((arc_between(graph, 1, 2), 0.75), (arc_between(graph, 1, 2), 0.25))
    assert found(graph, forth).travel_m == pytest.approx(1000, abs=2)
    assert len(found(graph, forth).line.coords) == 2
    still = found(graph, places((0, 0.5), (0, 0.5)))
    assert (still.travel_s, still.travel_m, still.stretches) == (0, 0, ())


def test_no_road_is_no_route() -> None:
    """From the mainland to an island there is nothing to draw."""
    graph = county()
    snaps = places((0, 0.5), (arc_between(graph, 4, 5), 0.5))
    assert routes(graph, "car", snaps, [(0, 1)]) == [None]


def test_many_routes_come_in_the_order_asked_and_follow_arcs_that_join() -> None:
    """Pairs may share an origin or be asked twice; a one-way street is not gone against; each arc starts where the one
    before ends."""
    graph = build_graph(
        raw_roads(SPOTS, road(0, 1, id=1, ref="A83"), road(1, 2, id=2, oneway="yes"), road(2, 3, id=3, ref="B828"))
    )
    snaps = places((arc_between(graph, 0, 1), 0.25), (arc_between(graph, 2, 3), 0.5), (arc_between(graph, 1, 2), 0.5))
    there, back, again, part = routes(graph, "car", snaps, [(0, 1), (1, 0), (0, 1), (0, 2)])
    assert back is None
    assert there is not None
    assert part is not None
    assert again is there
    assert (graph.head[there.arcs[:-1]] == graph.tail[there.arcs[1:]]).all()
    assert there.travel_m == pytest.approx(750 + 2000 + 250, abs=4)
    assert part.travel_m == pytest.approx(750 + 1000, abs=4)


@given(road_networks())
@settings(max_examples=60, deadline=None)
def test_a_route_takes_the_time_and_metres_of_the_matrix(drawn: tuple[RoadGraph, Snaps]) -> None:
    """On random roads every pair agrees to the second and the metre, and its stretches add up."""
    graph, snaps = drawn
    travel = travel_matrix(graph, "car", snaps)
    pairs = list(np.ndindex(travel.travel_s.shape))
    for (origin, goal), leg in zip(pairs, routes(graph, "car", snaps, pairs), strict=True):
        assert (leg is not None) == travel.reachable[origin, goal]
        if leg is not None:
            assert leg.travel_s == travel.travel_s[origin, goal]
            assert leg.travel_m == travel.travel_m[origin, goal] == sum(part.metres for part in leg.stretches)


@needs_isle_of_man
def test_real_routes_agree_with_the_matrix(tmp_path: Path) -> None:
    """Across the Isle of Man a route is the matrix's, and its line is as long as it says."""
    graph = read_network(ISLE_OF_MAN, cache=tmp_path)
    where = np.array([(-4.48, 54.15), (-4.69, 54.22), (-4.38, 54.32), (-4.62, 54.08)])
    snaps = snap(graph, "car", where, ["Douglas", "Peel", "Ramsey", "Castletown"])
    travel = travel_matrix(graph, "car", snaps)
    pairs = list(np.ndindex(4, 4))
    for (origin, goal), leg in zip(pairs, routes(graph, "car", snaps, pairs), strict=True):
        assert leg is not None
        assert (leg.travel_s, leg.travel_m) == (travel.travel_s[origin, goal], travel.travel_m[origin, goal])
        metric = shapely.transform(leg.line, lambda at: at * (65_200, 111_300))
        assert metric.length == pytest.approx(leg.travel_m, rel=0.01, abs=5)
