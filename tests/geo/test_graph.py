"""The road graph: arcs, directions, landmasses and its file."""

from __future__ import annotations

from dataclasses import fields, replace
from typing import TYPE_CHECKING

import numpy as np
import pytest

from geo.errors import NetworkUnreadable
from geo.graph import build_graph, directions, load_graph, metric_crs, save_graph
from geo.types import CLOSED_MS, FerryHint, RoadGraph
from tests.geo.roads import arc_between, raw_roads, road

if TYPE_CHECKING:
    from pathlib import Path

SQUARE = [(0.0, 0.0), (1000.0, 0.0), (1000.0, 1000.0), (0.0, 1000.0)]


def open_arcs(graph: RoadGraph, mode: str) -> set[tuple[int, int]]:
    """Return the ends of the arcs that a mode may use."""
    passable = graph.arc_ms[mode] != CLOSED_MS
    return set(zip(graph.tail[passable].tolist(), graph.head[passable].tolist(), strict=True))


def test_an_arc_has_the_length_and_time_of_its_road() -> None:
    """A kilometre at 36 km/h takes 100 s, both ways, and xy is in metres."""
    graph = build_graph(raw_roads(SQUARE, road(0, 1)))
    assert graph.length_m.tolist() == pytest.approx([1000, 1000], rel=2e-3)
    assert graph.arc_ms["car"].tolist() == pytest.approx((graph.length_m * 100).tolist(), abs=1)
    assert graph.crs == "EPSG:27700"
    assert np.linalg.norm(graph.xy[1] - graph.xy[0]) == pytest.approx(1000, rel=3e-3)


def test_one_way_binds_wheels_and_not_feet() -> None:
    """Cars and bicycles may only go along a one-way street, walkers also against it."""
    graph = build_graph(raw_roads(SQUARE, road(0, 1, oneway="yes")))
    assert open_arcs(graph, "car") == open_arcs(graph, "bike") == {(0, 1)}
    assert open_arcs(graph, "foot") == {(0, 1), (1, 0)}


@pytest.mark.parametrize(
    ("tags", "mode", "expected"),
    [
        ({}, "car", (True, True)),
        ({"oneway": "-1"}, "car", (False, True)),
        ({"junction": "roundabout"}, "car", (True, False)),
        ({"highway": "motorway"}, "car", (True, False)),
        ({"junction": "roundabout", "oneway": "no"}, "car", (True, True)),
        ({"oneway": "yes", "oneway:bicycle": "no"}, "bike", (True, True)),
        ({"oneway": "yes", "cycleway": "opposite_lane"}, "bike", (True, True)),
        ({"oneway": "yes", "oneway:foot": "yes"}, "foot", (True, False)),
    ],
)
def test_directions(tags: dict[str, str], mode: str, expected: tuple[bool, bool]) -> None:
    """Each way of saying one-way is understood for each mode."""
    assert directions(tags, mode) == expected


def test_landmasses_are_ranked_by_size_for_each_mode() -> None:
    """The largest strongly connected part is 0; nodes a mode cannot use are -1; a one-way end is a part of its own."""
    points = [*SQUARE, (9000.0, 0.0), (9100.0, 0.0), (500.0, -500.0)]
    ways = (road(4, 5), road(0, 1, 2), road(2, 3, highway="footway"), road(0, 6, oneway="yes"))
    graph = build_graph(raw_roads(points, *ways))
    assert graph.landmass["car"].tolist() == [0, 0, 0, -1, 1, 1, 2]
    assert graph.landmass["foot"].tolist() == [0, 0, 0, 0, 1, 1, 0]


def test_roads_closed_to_all_and_loops_to_oneself_vanish() -> None:
    """Nodes that nobody can reach by any mode are not in the graph."""
    graph = build_graph(raw_roads(SQUARE, road(0, 0, 1), road(2, 3, access="no")))
    assert len(graph.lonlat) == 2
    assert len(graph.tail) == 2


def test_a_network_that_nobody_may_use_is_refused() -> None:
    """A file of closed roads is not a network."""
    with pytest.raises(NetworkUnreadable, match="no road that anyone may use"):
        build_graph(raw_roads(SQUARE, road(0, 1, access="no")))


@pytest.mark.parametrize(
    ("lonlat", "crs"),
    [
        ([(-5.5, 56.4)], "EPSG:27700"),
        ([(-4.5, 54.2)], "EPSG:27700"),
        ([(1.5, 42.5)], "EPSG:32631"),
        ([(151.2, -33.9)], "EPSG:32756"),
    ],
)
def test_the_metric_system_fits_the_place(lonlat: list[tuple[float, float]], crs: str) -> None:
    """Britain and Man use the National Grid, the rest of the world its UTM zone."""
    assert metric_crs(np.array(lonlat)) == crs


def with_ferry() -> RoadGraph:
    """Return a small graph with names and a ferry hint."""
    raw = raw_roads(SQUARE, road(0, 1, name="Soroba Road"), road(1, 2, ref="A816"), road(2, 3, access="private"))
    hint = FerryHint(
        way_id=5, name="Oban", from_lonlat=(0.5, 1.5), to_lonlat=(2.0, 3.0), duration_s=None, car=True, foot=True
    )
    return build_graph(replace(raw, ferries=(hint,)))


def test_a_graph_comes_back_from_its_file_as_it_was(tmp_path: Path) -> None:
    """Every field survives, bit for bit, and no temporary file stays behind."""
    graph = with_ferry()
    save_graph(graph, tmp_path / "g.npz")
    back = load_graph(tmp_path / "g.npz")
    assert graph.no_through["car"].any()
    for field in fields(RoadGraph):
        old, new = getattr(graph, field.name), getattr(back, field.name)
        if isinstance(old, np.ndarray):
            assert old.dtype == new.dtype
            assert np.array_equal(old, new)
        elif isinstance(old, dict):
            assert all(np.array_equal(old[mode], new[mode]) for mode in ("car", "bike", "foot"))
        else:
            assert old == new
    assert [path.name for path in tmp_path.iterdir()] == ["g.npz"]


@pytest.mark.parametrize("share", [0.0, 0.3, 0.99])
def test_a_damaged_graph_file_is_refused(tmp_path: Path, share: float) -> None:
    """Half a file raises our error, not NumPy's."""
    save_graph(with_ferry(), tmp_path / "g.npz")
    content = (tmp_path / "g.npz").read_bytes()
    (tmp_path / "g.npz").write_bytes(content[: int(len(content) * share)])
    with pytest.raises(NetworkUnreadable, match=r"g\.npz"):
        load_graph(tmp_path / "g.npz")


def test_a_bollard_parts_the_road_for_cars_alone() -> None:
    """Cars cannot get past a barrier node, walkers and bicycles can."""
    raw = replace(raw_roads([(0.0, 0.0), (900.0, 0.0), (1800.0, 0.0), (2700.0, 0.0)], road(0, 1, 2, 3)), barriers=(2,))
    graph = build_graph(raw)
    assert graph.landmass["car"][0] == graph.landmass["car"][1]
    assert len(set(graph.landmass["car"].tolist())) == 3
    assert graph.landmass["foot"].tolist() == graph.landmass["bike"].tolist() == [0, 0, 0, 0]


def test_nodes_are_joined_where_ways_meet() -> None:
    """Two ways that share a node are one network."""
    graph = build_graph(raw_roads(SQUARE, road(0, 1), road(1, 2)))
    assert graph.way_names == ("", "")
    assert arc_between(graph, 1, 2) >= 0
    assert graph.landmass["car"].tolist() == [0, 0, 0]


def test_directions_of_a_way_may_differ_in_speed() -> None:
    """A limit against the way slows the arcs that run against it."""
    graph = build_graph(raw_roads(SQUARE, road(0, 1, maxspeed__backward="20")))
    ahead, back = arc_between(graph, 0, 1), arc_between(graph, 1, 0)
    assert graph.arc_ms["car"][back] == pytest.approx(graph.arc_ms["car"][ahead] * 36 / 17, rel=1e-3)


def test_arcs_know_what_their_way_is() -> None:
    """Ids, road numbers, bridges, single track and private drives are kept for each way."""
    ways = (
        road(0, 1, id=7, ref="A83;A85", bridge="viaduct"),
        road(1, 2, id=9, lanes="2", bridge="no"),
        road(2, 3, id=11, access="private"),
    )
    graph = build_graph(raw_roads(SQUARE, *ways))
    assert graph.way_ids == (7, 9, 11)
    assert graph.way_refs == ("A83;A85", "", "")
    assert graph.way_bridges == ("A83;A85", "", "")
    assert graph.way_single_track == (True, False, True)
    assert graph.no_through["car"].tolist() == [graph.way_ids[way] == 11 for way in graph.way]
