"""Private drives carry journeys that begin or end on them, and no others."""

from __future__ import annotations

from dataclasses import replace
from itertools import product
from typing import TYPE_CHECKING

import numpy as np
import pytest

from geo.graph import build_graph
from geo.matrix import travel_matrix, travel_ms
from geo.snap import snap
from tests.geo.roads import arc_between, lonlat, places, raw_roads, road, shortest

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from geo.types import RoadGraph

# A public road in a horseshoe, its ends joined by a private estate road with a house half-way.
HORSESHOE = [(0.0, 0.0), (0.0, 4000.0), (2000.0, 4000.0), (2000.0, 0.0), (1000.0, 0.0)]
ESTATE = road(0, 4, 3, id=2, access="private")


def between(graph: RoadGraph, *ends: tuple[float, float]) -> list[list[int]]:
    """Return the travel seconds between points given in metres."""
    points = lonlat(*ends)
    snaps = snap(graph, "car", points, [str(row) for row in range(len(points))])
    return travel_matrix(graph, "car", snaps).travel_s.tolist()


def test_nobody_is_routed_through_a_private_road_yet_its_house_is_reached_from_both_sides() -> None:
    """From gate to gate one drives round; to the house and away from it one takes the nearer gate."""
    graph = build_graph(raw_roads(HORSESHOE, road(0, 1, 2, 3), ESTATE))
    west, house, east = (0.0, 10.0), (1000.0, 0.0), (2000.0, 10.0)
    seconds = np.array(between(graph, west, house, east))
    round_s, drive_s = 10_000 / 10, 1000 / (10 / 3.6)
    assert seconds[0, 2] == pytest.approx(round_s, rel=0.01)
    assert seconds[0, 1] == seconds[1, 0] == pytest.approx(drive_s, rel=0.01)
    assert seconds[2, 1] == seconds[1, 2] == pytest.approx(drive_s, rel=0.01)


def test_open_roads_are_not_touched() -> None:
    """With the estate road open, the same journey goes through."""
    through = replace(ESTATE, tags={**ESTATE.tags, "access": "yes"})
    graph = build_graph(raw_roads(HORSESHOE, road(0, 1, 2, 3), through))
    assert between(graph, (0.0, 10.0), (2000.0, 10.0))[0][1] == pytest.approx(200, rel=0.02)


def test_two_houses_on_one_drive_need_no_public_road() -> None:
    """Neighbours on the estate visit each other directly, and metres stay those of the path."""
    graph = build_graph(raw_roads(HORSESHOE, road(0, 1, 2, 3), ESTATE))
    points = lonlat((700.0, 0.0), (1300.0, 0.0))
    travel = travel_matrix(graph, "car", snap(graph, "car", points, ["a", "b"]))
    assert travel.travel_m[0, 1] == pytest.approx(600, abs=3)
    assert travel.travel_s[0, 1] == pytest.approx(216, abs=2)


def test_what_lies_behind_a_private_road_is_still_reached() -> None:
    """Where no other road leads, the private one is taken, and its toll is not counted as time."""
    spots = [(0.0, 0.0), (3000.0, 0.0), (4000.0, 0.0), (7000.0, 0.0)]
    graph = build_graph(raw_roads(spots, road(0, 1), road(1, 2, id=2, access="private"), road(2, 3, id=3)))
    assert between(graph, (0.0, 0.0), (7000.0, 0.0))[0][1] == pytest.approx(300 + 360 + 300, rel=0.01)


def test_a_one_way_drive_is_entered_at_one_gate_and_left_at_the_other() -> None:
    """A hotel's one-way drive serves its guests from gate to gate, and is no short cut for others."""
    way_in_and_out = road(0, 4, 3, id=2, access="private", oneway="yes")
    graph = build_graph(raw_roads(HORSESHOE, road(0, 1, 2, 3), way_in_and_out))
    seconds = np.array(between(graph, (0.0, 10.0), (1000.0, 0.0), (2000.0, 10.0)))
    assert seconds[0, 1] + seconds[1, 2] < seconds[0, 2]
    assert seconds[2, 1] == pytest.approx(seconds[2, 0] + seconds[0, 1], abs=5)


@pytest.mark.parametrize("seed", range(6))
def test_it_equals_a_search_on_layers(seed: int) -> None:
    """On random roads the times equal those of a network in which leaving a drive, passing and arriving are apart."""
    rng = np.random.default_rng(seed)
    side = 5
    spots = [(700.0 * x, 700.0 * y) for x, y in product(range(side), repeat=2)]
    pairs = [(a, a + 1) for a in range(side * side) if (a + 1) % side]
    pairs += [(a, a + side) for a in range(side * (side - 1))]
    spine = {(a, b) for a, b in pairs if b - a == 1 and a // side in {0, 2, 4}} | {(0, 5), (5, 10), (14, 19), (19, 24)}
    ways = []
    for row, (a, b) in enumerate(pairs):
        tags = {"highway": str(rng.choice(["tertiary", "trunk", "residential"]))}
        tags |= {} if (a, b) in spine else {"access": "private"}
        ways.append(road(a, len(spots), b, id=row, **tags))
        spots.append(((spots[a][0] + spots[b][0]) / 2, (spots[a][1] + spots[b][1]) / 2))
    graph = build_graph(raw_roads(spots, *ways))
    ends = [int(node) for node in rng.choice(np.arange(side * side, len(spots)), size=9, replace=False)]
    found, _ = travel_ms(graph, "car", places(*((int(np.flatnonzero(graph.tail == node)[0]), 0.0) for node in ends)))
    assert found == pytest.approx(_in_layers(graph, ends))


def _in_layers(graph: RoadGraph, ends: list[int]) -> NDArray[np.float64]:
    """Return milliseconds between nodes: layer 0 leaves a drive, 1 follows the road, 2 arrives down another drive."""
    n = len(graph.lonlat)
    private = graph.no_through["car"]
    on_road = np.zeros(n, dtype=np.bool_)
    on_road[graph.tail[~private]] = True
    links = [(node, node + n, 0.001) for node in np.flatnonzero(on_road).tolist()]
    for tail, head, ms, drive in zip(graph.tail, graph.head, graph.arc_ms["car"], private, strict=True):
        layers = [(1, 1)] if not drive else [(1, 2)] if on_road[tail] else [(0, 0), (2, 2)]
        links += [(int(tail) + start * n, int(head) + end * n, float(ms)) for start, end in layers]
    found = shortest(3 * n, links, ends)
    direct = np.minimum(found[:, ends], found[:, [node + n for node in ends]])
    return np.where(np.isfinite(direct), direct, found[:, [node + 2 * n for node in ends]])


def test_a_place_on_the_first_metres_of_a_drive_pays_no_part_of_a_toll() -> None:
    """A drive of one arc, cut by a house, keeps its whole toll at its mouth: the time is that of the metres."""
    graph = build_graph(
        raw_roads([(0.0, 0.0), (1000.0, 0.0), (1000.0, 500.0)], road(0, 1), road(1, 2, access="private"))
    )
    arc = arc_between(graph, 1, 2)
    seconds = travel_matrix(graph, "car", places((arc_between(graph, 0, 1), 0.0), (arc, 0.2), (arc, 0.6))).travel_s
    assert seconds[0].tolist() == pytest.approx([0, 136, 208], abs=2)
    assert seconds[:, 0].tolist() == pytest.approx([0, 136, 208], abs=2)
