"""Tests of `geo.areas`."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.areas import (
    IsolatedCluster,
    adjacency,
    area_polygons,
    central_places,
    isolated_areas,
    isolated_clusters,
    name_areas,
    small_areas,
)
from geo.land import Land
from geo.types import CLOSED_MS, RoadGraph, Snaps

MINUTE_MS = 60_000


def on_a_line(minutes: list[float], landmass: list[int] | None = None) -> tuple[np.ndarray, np.ndarray]:
    """Give travel in seconds between places on a road, and whether they are on the same land."""
    at_s = np.array(minutes) * 60
    land = np.array(landmass or [0] * len(minutes))
    reachable = land[:, None] == land[None]
    return np.where(reachable, abs(at_s[:, None] - at_s[None]), 0).astype(np.int32), reachable


def a_graph(arcs: list[tuple[int, int, int]], n_nodes: int) -> RoadGraph:
    """Make a network of (tail, head, minutes), each arc one way."""
    tail, head, minutes = (np.array(column) for column in zip(*arcs, strict=True))
    flat = np.zeros((n_nodes, 2))
    weights = np.where(minutes > 0, minutes * MINUTE_MS, CLOSED_MS).astype(np.uint32)
    return RoadGraph(
        lonlat=flat,
        xy=flat,
        crs="EPSG:27700",
        tail=tail.astype(np.int32),
        head=head.astype(np.int32),
        length_m=np.ones(len(arcs), dtype=np.float32),
        way=np.zeros(len(arcs), dtype=np.int32),
        way_names=("",),
        way_classes=("tertiary",),
        arc_ms={"car": weights},
        landmass={"car": np.zeros(n_nodes, dtype=np.int32)},
        ferries=(),
        source="",
        sha256="",
        attribution="",
    )


def snapped(*positions: tuple[int, float]) -> Snaps:
    """Place points at (arc, along)."""
    arc, along = zip(*positions, strict=True)
    zeros = np.zeros(len(positions))
    return Snaps(
        arc=np.array(arc, dtype=np.int32), along=np.array(along), dist_m=zeros, landmass=zeros.astype(np.int32)
    )


ROAD_OF_FOUR = [(0, 1, 10), (1, 0, 10), (1, 2, 10), (2, 1, 10), (2, 3, 10), (3, 2, 10)]


def test_places_within_the_limit_share_an_area() -> None:
    """Two villages twenty minutes apart make two areas, numbered by their first place."""
    travel_s, reachable = on_a_line([0, 30, 4, 33, 8])
    assert small_areas(travel_s, reachable, np.ones(5)).tolist() == [0, 1, 0, 1, 0]


def test_water_parts_neighbours() -> None:
    """A minute as the crow flies counts for nothing where no road goes."""
    travel_s, reachable = on_a_line([0, 1, 2], [0, 1, 0])
    assert small_areas(travel_s, reachable, np.ones(3)).tolist() == [0, 1, 0]


def test_an_area_with_too_much_work_is_split() -> None:
    """A town of 120 hours becomes areas of at most 70, and a single busy place stays whole."""
    travel_s, reachable = on_a_line([0, 1, 4, 5])
    labels = small_areas(travel_s, reachable, np.array([30.0, 30.0, 30.0, 30.0]))
    assert labels.tolist() == [0, 0, 1, 1]
    assert small_areas(travel_s, reachable, np.full(4, 90.0)).tolist() == [0, 1, 2, 3]


@settings(max_examples=50, deadline=None)
@given(
    minutes=st.lists(st.floats(0, 60), max_size=25),
    max_minutes=st.floats(1, 30),
    max_load_h=st.floats(1, 50),
    data=st.data(),
)
def test_no_area_breaks_its_limits(
    minutes: list[float], max_minutes: float, max_load_h: float, data: st.DataObject
) -> None:
    """Whatever the places, areas keep to one landmass, the diameter and the load."""
    landmass = data.draw(st.lists(st.integers(0, 2), min_size=len(minutes), max_size=len(minutes)))
    load_h = np.array(data.draw(st.lists(st.floats(0, 30), min_size=len(minutes), max_size=len(minutes))))
    travel_s, reachable = on_a_line(minutes, landmass)
    labels = small_areas(travel_s, reachable, load_h, max_minutes=max_minutes, max_load_h=max_load_h)
    assert sorted(set(labels.tolist())) == list(range(labels.max(initial=-1) + 1))
    for label in set(labels.tolist()):
        rows = np.flatnonzero(labels == label)
        assert reachable[np.ix_(rows, rows)].all()
        assert travel_s[np.ix_(rows, rows)].max() <= max_minutes * 60
        assert len(rows) == 1 or load_h[rows].sum() <= max_load_h


def test_the_slower_direction_counts() -> None:
    """Eleven minutes there and thirteen back is too far for twelve."""
    travel_s = np.array([[0, 660], [780, 0]], dtype=np.int32)
    assert small_areas(travel_s, np.full((2, 2), fill_value=True), np.ones(2)).tolist() == [0, 1]


def test_the_centre_is_where_the_work_is() -> None:
    """The village with nine tenths of the hours is the centre of its area, not the place in the middle."""
    travel_s, reachable = on_a_line([0, 5, 10, 40])
    labels = np.array([0, 0, 0, 1], dtype=np.int32)
    assert central_places(travel_s, reachable, np.array([9.0, 0.5, 0.5, 0.0]), labels).tolist() == [0, 3]


def test_areas_touch_along_the_road() -> None:
    """Three places on one road: the outer two are no neighbours, and minutes are between the places."""
    graph = a_graph(ROAD_OF_FOUR, 4)
    edges = adjacency(graph, "car", snaps=snapped((0, 0.0), (2, 0.5), (4, 1.0)), labels=np.array([0, 1, 2]))
    assert [edge[:2] for edge in edges] == [(0, 1), (1, 2)]
    assert [edge[2] for edge in edges] == pytest.approx([15, 15])


def test_places_of_one_area_make_no_neighbours() -> None:
    """An area of two places has no edge to itself, and its nearest place gives the minutes."""
    graph = a_graph(ROAD_OF_FOUR, 4)
    edges = adjacency(graph, "car", snaps=snapped((0, 0.0), (2, 0.5), (4, 1.0)), labels=np.array([0, 0, 1]))
    assert edges == [(0, 1, pytest.approx(15))]


def test_neighbours_on_one_arc_are_found() -> None:
    """Two areas whose places lie on the same stretch of road touch, although no node lies between."""
    edges = adjacency(a_graph([(0, 1, 20)], 2), "car", snaps=snapped((0, 0.1), (0, 0.9)), labels=np.array([0, 1]))
    assert [edge[:2] for edge in edges] == [(0, 1)]


def test_parallel_roads_count_once_and_the_quicker() -> None:
    """Two roads between the same junctions are not added up."""
    graph = a_graph([(0, 1, 10), (0, 1, 30), (1, 2, 10)], 3)
    edges = adjacency(graph, "car", snaps=snapped((0, 0.0), (2, 1.0)), labels=np.array([0, 1]))
    assert edges == [(0, 1, pytest.approx(20))]


def test_a_closed_road_joins_nothing() -> None:
    """Where the mode may not pass, areas do not touch; the links of boats still join them."""
    graph = a_graph([(0, 1, 10), (1, 2, 0), (2, 3, 10)], 4)
    snaps, labels = snapped((0, 0.0), (2, 1.0)), np.array([0, 1])
    assert adjacency(graph, "car", snaps=snaps, labels=labels) == []
    assert adjacency(graph, "car", snaps=snaps, labels=labels, links=[(1, 0, 46.0)]) == [(0, 1, 46.0)]


def test_areas_that_nothing_joins_are_listed() -> None:
    """An island without a boat is named, whichever numbers it has."""
    edges = [(1, 2, 5.0), (2, 4, 5.0), (0, 3, 9.0)]
    assert isolated_areas(edges, 6) == [0, 3, 5]
    assert isolated_areas([(0, 1, 1.0)], 2) == []
    assert isolated_areas([], 0) == []


def test_a_lonely_pair_and_its_providers_are_found() -> None:
    """Two people eight minutes apart with two providers driving out; the village of four is none of it."""
    travel_s, reachable = on_a_line([0, 40, 1, 48, 2, 3, 100])
    found = isolated_clusters(travel_s, reachable, ["a", "b", "a", "c", "d", "e", "a"])
    assert found == [IsolatedCluster(people=(1, 3), providers=("b", "c"))]


def test_a_chain_is_no_cluster() -> None:
    """Three in a row, the ends sixteen minutes apart, are not within ten minutes of each other."""
    travel_s, reachable = on_a_line([0, 8, 16])
    assert isolated_clusters(travel_s, reachable, ["a", "b", "c"]) == []


def test_the_clusters_with_most_providers_come_first() -> None:
    """Where three providers drive to three people is where an alliance looks first."""
    travel_s, reachable = on_a_line([0, 5, 60, 61, 62])
    found = isolated_clusters(travel_s, reachable, ["a", "a", "a", "b", "c"])
    assert [cluster.people for cluster in found] == [(2, 3, 4), (0, 1)]


SETTLEMENTS = {
    "Oban": (-5.472, 56.412, 8_500),
    "Dunbeg": (-5.430, 56.448, 700),
    "Connel": (-5.390, 56.452, 600),
    "Kilmore": (-5.440, 56.375, 100),
}


def test_an_area_is_named_after_its_largest_settlement() -> None:
    """Dunbeg and Connel lie in one area, and the larger gives the name."""
    lonlat = np.array([[-5.472, 56.412], [-5.430, 56.448], [-5.390, 56.452]])
    assert name_areas(lonlat, np.array([0, 1, 1]), SETTLEMENTS) == ["Oban", "Dunbeg"]


def test_an_area_without_a_settlement_is_near_one() -> None:
    """Far from any name, an area says what it is near; two such are told apart by where they lie."""
    lonlat = np.array([[-5.472, 56.412], [-5.472, 56.52], [-5.472, 56.30]])
    names = name_areas(lonlat, np.array([0, 1, 2]), {"Oban": SETTLEMENTS["Oban"]})
    assert names == ["Oban", "Near Oban north", "Near Oban south"]


@settings(max_examples=30, deadline=None)
@given(
    places=st.lists(st.tuples(st.floats(-6, -5), st.floats(56, 56.6), st.integers(0, 8)), min_size=1, max_size=30),
    known=st.integers(0, 4),
)
def test_no_two_areas_share_a_name(places: list[tuple[float, float, int]], known: int) -> None:
    """However few settlements are known, names are unique and there is one for each area."""
    labels = np.unique([label for *_, label in places], return_inverse=True)[1]
    lonlat = np.array([position for *position, _ in places])
    names = name_areas(lonlat, labels, dict(list(SETTLEMENTS.items())[:known]))
    assert len(set(names)) == len(names) == labels.max() + 1


def some_places() -> tuple[np.ndarray, np.ndarray]:
    """Scatter sixty places over a county, in five areas by longitude, two areas meeting at one door."""
    rng = np.random.default_rng(5)
    lonlat = np.column_stack([rng.uniform(-5.8, -5.2, 60), rng.uniform(56.2, 56.5, 60)])
    labels = np.digitize(lonlat[:, 0], [-5.7, -5.6, -5.5, -5.35])
    return np.vstack([lonlat, lonlat[:1]]), np.append(labels, (labels[0] + 1) % 5)


def test_polygons_hold_their_places_and_never_overlap() -> None:
    """Each place lies in its own area's shape, but for simplification, and no two shapes share ground."""
    lonlat, labels = some_places()
    frame = area_polygons(lonlat, labels, [f"Area {label}" for label in range(5)])
    assert frame.crs == "EPSG:4326"
    assert frame["area"].tolist() == list(range(5))
    assert frame.geometry.is_valid.all()
    metric = frame.to_crs("EPSG:27700").geometry
    shared = sum(metric[one].intersection(metric[other]).area for one in range(5) for other in range(one))
    assert shared < 1.0
    points = frame.geometry.iloc[:0].set_crs("EPSG:4326").from_xy(*lonlat[:-1].T, crs="EPSG:4326").to_crs("EPSG:27700")
    distance_m = [metric[label].distance(point) for label, point in zip(labels, points, strict=False)]
    assert max(distance_m) < 60


def test_polygons_end_where_nobody_lives() -> None:
    """A lone place gets a round shape of the given reach, not the county."""
    frame = area_polygons(np.array([[-5.5, 56.4]]), np.array([0]), ["Lone"], reach_m=1_000)
    area_m2 = frame.to_crs("EPSG:27700").geometry.area.iloc[0]
    assert area_m2 == pytest.approx(np.pi * 1_000**2, rel=0.03)


def test_an_area_without_places_is_drawn_as_nothing() -> None:
    """A label that no place has keeps its row, with an empty shape."""
    frame = area_polygons(np.array([[-5.5, 56.4], [-5.6, 56.4]]), np.array([0, 2]), ["East", "Nobody", "West"])
    assert frame["name"].tolist() == ["East", "Nobody", "West"]
    assert frame.geometry.is_empty.tolist() == [False, True, False]


def test_polygons_end_at_the_coast_where_it_is_known() -> None:
    """Nothing is drawn in the sea; an isle that the coast file lacks keeps its shape."""
    lonlat = np.array([[-5.5, 56.4], [-5.0, 56.4]])
    land = Land(shape=shapely.box(-5.51, 56.0, -5.4, 57.0))
    whole = area_polygons(lonlat, np.array([0, 1]), ["Coast", "Isle"])
    clipped = area_polygons(lonlat, np.array([0, 1]), ["Coast", "Isle"], land=land)
    assert clipped.geometry[0].area < whole.geometry[0].area
    assert clipped.geometry[0].difference(land.shape).area < 1e-9
    assert clipped.geometry[1].equals(whole.geometry[1])
    assert clipped["name"].tolist() == ["Coast", "Isle"]
