"""Networks go out to OSMnx and its files, and come back with the same journeys."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import networkx as nx
import numpy as np
import osmnx as ox
import pytest
from shapely.geometry import LineString

from geo.errors import NetworkUnreadable
from geo.exchange import from_osmnx, read_osmnx, to_osmnx, write_osmnx
from geo.graph import build_graph
from geo.matrix import travel_matrix
from geo.snap import snap
from geo.types import CLOSED_MS
from tests.geo.roads import lonlat, raw_roads, road

if TYPE_CHECKING:
    from pathlib import Path

    from geo.types import RawRoads, RoadGraph, TravelMatrix

POINTS = [
    (0.0, 0.0),
    (800.0, 50.0),
    (1500.0, 0.0),
    (1500.0, 900.0),
    (0.0, 900.0),
    (3000.0, 0.0),
    (4000.0, 0.0),
    (5000.0, 0),
]
WAYS = (
    road(0, 1, 2, name="Soroba Road", highway="primary", maxspeed="30 mph"),
    road(2, 3, 4, id=2, oneway="yes", oneway__bicycle="no"),
    road(4, 0, id=3, highway="footway", bicycle="yes"),
    road(2, 5, id=4, access="private"),
    road(5, 6, 7, id=5, highway="track", surface="gravel"),
    road(1, 3, id=6, motor_vehicle="no"),
)
HOMES = lonlat((400, 40), (1490, 500), (700, 905), (5, 450), (2500, 10), (4600, 5), (1100, 300))


def network() -> RoadGraph:
    """Return a network with one-way, contraflow, walkers' and private roads."""
    return build_graph(raw_roads(POINTS, *WAYS))


def journeys(graph: RoadGraph, mode: str) -> TravelMatrix:
    """Return the travel between the homes, each snapped afresh."""
    return travel_matrix(graph, mode, snap(graph, mode, HOMES, [str(home) for home in range(len(HOMES))]))


def assert_same_journeys(one: RoadGraph, other: RoadGraph) -> None:
    """Compare the matrices of all modes to a second and two metres."""
    for mode in ("car", "bike", "foot"):
        here, there = journeys(one, mode), journeys(other, mode)
        assert np.array_equal(here.reachable, there.reachable)
        assert here.reachable.sum() > len(HOMES)
        assert np.abs(here.travel_s - there.travel_s).max() <= 1
        assert np.abs(here.travel_m - there.travel_m).max() <= 2


@pytest.mark.parametrize("suffix", [".graphml", ".gpkg"])
def test_a_network_comes_back_from_a_file_with_the_same_journeys(tmp_path: Path, suffix: str) -> None:
    """GraphML and GeoPackage keep times, metres, directions and names for every mode."""
    graph = network()
    path = tmp_path / f"roads{suffix}"
    write_osmnx(graph, path)
    raw = read_osmnx(path)
    assert_same_journeys(graph, build_graph(raw))
    assert {way.tags.get("name", "") for way in raw.ways} == {"", "Soroba Road"}
    assert raw.attribution == "nobody"
    assert [item.name for item in tmp_path.iterdir()] == [path.name]


def test_a_network_comes_back_from_memory() -> None:
    """Shape points go out in geometries and come back as nodes."""
    graph = network()
    outside = to_osmnx(graph)
    shape_point = 6
    assert set(outside) == set(range(len(graph.lonlat))) - {shape_point}
    raw = from_osmnx(outside, "memory")
    assert len(raw.lonlat) == len(graph.lonlat)
    assert len(raw.ways) == len(WAYS) + 2  # a road is cut where others join it
    assert_same_journeys(graph, build_graph(raw))


def test_bollards_drives_bridges_and_numbers_come_back() -> None:
    """A bollard closes its own arcs alone, a drive carries no through traffic, ids and numbers stay what they are."""
    ways = (
        road(0, 1, 2, 3, id=71, ref="A83", name="Long Road"),
        road(3, 4, id=72, bridge="yes", bridge__name="Clachan Bridge", highway="unclassified", lanes="2"),
        road(2, 5, id=73, highway="service", service="driveway"),
    )
    graph = build_graph(replace(raw_roads(POINTS, *ways), barriers=(1,)))
    back = build_graph(from_osmnx(to_osmnx(graph), "memory"))
    for mode in ("car", "bike", "foot"):
        assert (back.arc_ms[mode] == CLOSED_MS).sum() == (graph.arc_ms[mode] == CLOSED_MS).sum()
        assert back.no_through[mode].sum() == graph.no_through[mode].sum()
        assert sorted(back.landmass[mode].tolist()) == sorted(graph.landmass[mode].tolist())
    for field in ("way_ids", "way_refs", "way_bridges", "way_names", "way_single_track"):
        kept = {*zip(back.way_ids, getattr(back, field), strict=True)}
        assert kept >= {*zip(graph.way_ids, getattr(graph, field), strict=True)}


def test_barriers_of_osmnx_stop_cars() -> None:
    """A node that OSMnx kept a barrier tag of is a barrier where a road passes it."""
    network = nx.MultiDiGraph(crs="epsg:4326")
    for node, tags in enumerate(({}, {"barrier": "bollard"}, {"barrier": "gate"}, {"barrier": "block"})):
        lon, lat = raw_roads(POINTS).lonlat[node]
        network.add_node(node, x=lon, y=lat, **tags)
    network.add_edge(0, 1, osmid=1, highway="tertiary")
    network.add_edge(1, 2, osmid=1, highway="tertiary")
    raw = from_osmnx(network, "osmnx")
    assert raw.lonlat[list(raw.barriers)].tolist() == raw_roads(POINTS).lonlat[[1]].tolist()


def test_a_ferry_in_many_edges_is_one_crossing() -> None:
    """OSMnx cuts a way at every point and repeats its duration on each: together they take it once."""
    boat = {"osmid": 2, "route": "ferry", "duration": "0:46"}
    edges = [(1, 2, boat), (2, 1, boat), (2, 3, boat), (3, 2, boat), (3, 4, boat), (4, 3, boat)]
    raw = osmnx_graph((0, 1, {"osmid": 1, "highway": "tertiary"}), (4, 5, {"osmid": 3, "highway": "track"}), *edges)
    assert [(hint.way_id, hint.duration_s) for hint in raw.ferries] == [(2, 2760)]


@pytest.mark.parametrize("node", [{"x": np.nan, "y": 56.0}, {"x": -5.0}, {"x": -5.0, "y": 91.0}, {}])
def test_a_network_without_positions_is_refused(node: dict[str, float]) -> None:
    """Nodes that lie nowhere on Earth are no road network."""
    network = nx.MultiDiGraph(crs="epsg:4326")
    network.add_node(0, x=-5.0, y=56.0)
    network.add_node(1, **node)
    network.add_edge(0, 1, osmid=1, highway="tertiary")
    with pytest.raises(NetworkUnreadable, match="lies nowhere on Earth"):
        from_osmnx(network, "osmnx")


def test_ids_that_openstreetmap_cannot_have_given_are_dropped() -> None:
    """Huge, negative, broken and missing way ids do not overflow anything; real ones keep every digit."""
    big = 2**53 + 1
    given: list[object] = [7, 7.0, "8;9", big, 2**70, -3, "x", None]
    edges = [(row, (row + 1) % 8, {"osmid": osmid, "highway": "path"}) for row, osmid in enumerate(given)]
    raw = osmnx_graph(*edges)
    assert [way.id for way in raw.ways] == [7, 7, 8, big, 0, 0, 0, 0]


def test_a_ring_without_junctions_goes_out_whole() -> None:
    """A road that meets only itself has no junction to begin at, and is kept all the same."""
    ring = build_graph(raw_roads([*POINTS[:4], (9000, 0), (9500, 0), (9500, 500)], road(0, 1, 2, 3), road(4, 5, 6, 4)))
    back = build_graph(from_osmnx(to_osmnx(ring), "ring"))
    assert len(back.tail) == len(ring.tail)
    assert back.length_m.sum() == pytest.approx(ring.length_m.sum())


def test_a_projected_network_is_brought_back_to_degrees() -> None:
    """OSMnx graphs in metres are accepted."""
    raw = from_osmnx(ox.project_graph(to_osmnx(network())), "projected")
    expected = raw_roads(POINTS).lonlat
    nearest = np.abs(raw.lonlat[:, None] - expected[None]).max(axis=2).min(axis=1)
    assert nearest.max() < 1e-6


def osmnx_graph(*edges: tuple[int, int, dict[str, object]]) -> RawRoads:
    """Return what comes from an OSMnx graph with these edges."""
    graph: nx.MultiDiGraph = nx.MultiDiGraph(crs="epsg:4326")
    for node, (lon, lat) in enumerate(raw_roads(POINTS).lonlat):
        graph.add_node(node, x=lon, y=lat)
    graph.add_edges_from(edges)
    return from_osmnx(graph, "osmnx")


def test_an_edge_and_its_opposite_are_one_way_in_osm_terms() -> None:
    """Two directed edges make one two-way road, a lone edge a one-way street, lists of tags their first highway."""
    raw = osmnx_graph(
        (0, 1, {"osmid": 7, "highway": "tertiary", "oneway": False}),
        (1, 0, {"osmid": 7, "highway": "tertiary", "oneway": False}),
        (
            1,
            2,
            {"osmid": [8, 9], "highway": ["residential", "service"], "oneway": True, "maxspeed": ["30 mph", "20 mph"]},
        ),
    )
    assert [(way.id, dict(way.tags)) for way in raw.ways] == [
        (7, {"highway": "tertiary", "oneway": "no"}),
        (8, {"highway": "residential", "oneway": "yes", "maxspeed": "30 mph;20 mph"}),
    ]


def test_speeds_edited_one_way_only_stay_apart() -> None:
    """A direction that was closed in a GIS is closed in that direction alone."""
    raw = osmnx_graph(
        (0, 1, {"osmid": 7, "highway": "tertiary", "car_kmh": 40.0}),
        (1, 0, {"osmid": 7, "highway": "tertiary", "car_kmh": 0.0}),
    )
    graph = build_graph(raw)
    assert sorted(graph.landmass["car"].tolist()) == [0, 1]
    assert graph.landmass["foot"].tolist() == [0, 0]


def test_ferries_of_osmnx_are_hints_and_never_roads() -> None:
    """A ferry edge, also one merged with a road by simplification, is not driven; railways are left out."""
    line = LineString(raw_roads(POINTS).lonlat[[1, 2, 3]])
    raw = osmnx_graph(
        (0, 1, {"osmid": 1, "highway": "tertiary"}),
        (
            1,
            3,
            {"osmid": 2, "highway": ["tertiary", "primary"], "route": "ferry", "duration": "0:46", "geometry": line},
        ),
        (3, 1, {"osmid": 2, "route": ["ferry"], "duration": "0:46", "geometry": line.reverse()}),
        (5, 6, {"osmid": 3, "railway": "rail"}),
    )
    assert [way.id for way in raw.ways] == [1]
    assert {(hint.way_id, hint.duration_s) for hint in raw.ferries} == {(2, 2760)}


def test_what_osmnx_did_not_write_is_refused(tmp_path: Path) -> None:
    """Damaged and foreign files raise our error, in one sentence that names the file."""
    for name in ("bad.graphml", "bad.gpkg", "missing.graphml"):
        if not name.startswith("missing"):
            (tmp_path / name).write_bytes(b"not a network")
        with pytest.raises(NetworkUnreadable, match=name):
            read_osmnx(tmp_path / name)
    with pytest.raises(NetworkUnreadable, match="no roads"):
        osmnx_graph((0, 1, {"osmid": 1, "railway": "rail"}))


def test_only_known_formats_are_written(tmp_path: Path) -> None:
    """Another suffix is refused before anything is written."""
    with pytest.raises(ValueError, match="neither"):
        write_osmnx(network(), tmp_path / "roads.shp")
    assert not list(tmp_path.iterdir())
