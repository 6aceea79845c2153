"""Networks go out to OSMnx and its files, and come back with the same journeys."""

from __future__ import annotations

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
