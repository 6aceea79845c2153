"""The drawn OpenStreetMap file: opened by two independent readers and compared with what was typed."""

from __future__ import annotations

import csv
from collections import Counter, defaultdict
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import networkx as nx
import numpy as np
import osmium
import osmnx as ox
import pytest

from geo.build_osm import WAY_NODES, build_osm
from geo.errors import NetworkUnreadable
from geo.facts import read_facts
from geo.osm import read_osm
from geo.winding import length_m
from tests.geo.test_facts import write_area

if TYPE_CHECKING:
    from geo.facts import Facts

AREA = Path(__file__).parents[2] / "data" / "argyll_bute"


class Content(NamedTuple):
    """What pyosmium finds in a file: positions and tags of nodes, node lists and tags of ways, by id."""

    lonlat: dict[int, tuple[float, float]]
    node_tags: dict[int, dict[str, str]]
    ways: dict[int, tuple[int, ...]]
    way_tags: dict[int, dict[str, str]]


def content_of(path: Path) -> Content:
    """Read a file with pyosmium."""
    content = Content({}, {}, {}, {})
    for entity in osmium.FileProcessor(path):
        if entity.is_node():
            content.lonlat[entity.id] = (entity.location.lon, entity.location.lat)
            content.node_tags[entity.id] = dict(entity.tags)
        else:
            content.ways[entity.id] = tuple(node.ref for node in entity.nodes)
            content.way_tags[entity.id] = dict(entity.tags)
    return content


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the bundled area's file, built once."""
    path = tmp_path_factory.mktemp("network") / "argyll_bute.osm.pbf"
    build_osm(AREA, path)
    return path


@pytest.fixture(scope="module")
def content(built: Path) -> Content:
    """Return what the built file holds."""
    return content_of(built)


@pytest.fixture(scope="module")
def facts() -> Facts:
    """Return the facts that the file was built from."""
    return read_facts(AREA)


def road_graph(content: Content) -> nx.Graph:
    """Return every road of the file as a graph of nodes, `m` on each edge."""
    graph = nx.Graph()
    for way, refs in content.ways.items():
        if "highway" in content.way_tags[way]:
            for one, other in pairwise(refs):
                graph.add_edge(one, other, m=length_m(np.array([content.lonlat[one], content.lonlat[other]])))
    return graph


def named_nodes(content: Content, key: str) -> dict[tuple[str, float, float], int]:
    """Return the nodes with a tag by their name and position."""
    return {(tags["name"], *content.lonlat[node]): node for node, tags in content.node_tags.items() if key in tags}


def test_two_builds_are_the_same_file(built: Path, tmp_path: Path) -> None:
    """The same facts give the same bytes."""
    again = tmp_path / "again.osm.pbf"
    build_osm(AREA, again)

    assert again.read_bytes() == built.read_bytes()


def test_the_file_is_ordinary(content: Content) -> None:
    """Ids are positive, ways are short, every node of a way exists, and nothing is huge."""
    assert min(content.lonlat) == min(content.ways) == 1
    assert len(content.lonlat) < 60_000
    assert max(len(refs) for refs in content.ways.values()) <= WAY_NODES
    assert min(len(set(refs)) for refs in content.ways.values()) >= 2
    assert {ref for refs in content.ways.values() for ref in refs} <= content.lonlat.keys()


def test_each_road_is_as_long_as_typed(content: Content, facts: Facts) -> None:
    """The ways between two places add up to the typed length within one per cent."""
    places = named_nodes(content, "place")
    ends = {key: places[place.name, *place.lonlat] for key, place in facts.places.items()}
    chains = _chains(content, set(ends.values()))
    for road in facts.roads:
        lengths = chains[frozenset((ends[road.from_place], ends[road.to_place]))]
        assert any(length == pytest.approx(road.length_m, rel=0.01) for length in lengths), road


def _chains(content: Content, stops: set[int]) -> dict[frozenset[int], list[float]]:
    """Return the lengths of the typed roads between pairs of places: consecutive ways joined until a place comes."""
    lengths: dict[frozenset[int], list[float]] = defaultdict(list)
    start, total = 0, 0.0
    for way, refs in sorted(content.ways.items()):
        if content.way_tags[way].get("highway") in {"residential", "service"} or "route" in content.way_tags[way]:
            continue
        if refs[0] in stops:
            start, total = refs[0], 0.0
        total += length_m(np.array([content.lonlat[ref] for ref in refs]))
        if refs[-1] in stops:
            lengths[frozenset((start, refs[-1]))].append(total)
    return lengths


def test_landmasses_are_apart_and_whole(content: Content, facts: Facts) -> None:
    """By road every place and pier reaches all places of its own landmass and none of another."""
    places, piers = named_nodes(content, "place"), named_nodes(content, "amenity")
    land_of = {
        **{places[place.name, *place.lonlat]: place.landmass for place in facts.places.values()},
        **{piers[port.name, *port.lonlat]: port.landmass for port in facts.ports.values()},
    }
    parts = list(nx.connected_components(road_graph(content)))
    lands = [{land_of[node] for node in part & land_of.keys()} for part in parts]

    assert all(len(land) == 1 for land in lands)
    assert len(parts) == len({place.landmass for place in facts.places.values()})
    assert len(land_of) == len(facts.places) + len(facts.ports)


def test_different_roads_meet_only_at_places(content: Content, facts: Facts) -> None:
    """A node inside a numbered road belongs to no other numbered road."""
    owners: dict[int, set[str]] = defaultdict(set)
    for way, refs in content.ways.items():
        for ref in refs:
            owners[ref] |= {content.way_tags[way].get("ref", "")} - {""}
    shared = {node for node, names in owners.items() if len(names) > 1}

    assert shared
    assert shared <= set(named_nodes(content, "place").values())
    assert len(facts.places) == sum("place" in tags for tags in content.node_tags.values())


def test_tags_say_what_was_typed(content: Content, facts: Facts) -> None:
    """Each kind of tag reads as OpenStreetMap expects it."""
    tags = list(content.way_tags.values())
    a82 = [way for way in tags if way.get("ref") == "A82"]
    single = [way for way in tags if way.get("passing_places") == "yes"]
    ferries = [way for way in tags if way.get("route") == "ferry"]
    kinds = Counter(node["place"] for node in content.node_tags.values() if "place" in node)

    assert {way["highway"] for way in a82} == {"trunk"}
    assert {way["maxspeed"] for way in a82} == {"60 mph"}
    assert {way["lanes"] for way in single} == {"1"}
    assert len(ferries) == len(facts.crossings)
    assert {way["foot"] for way in ferries} == {"yes"}
    assert {"01:00", "00:05", "02:20"} <= {way["duration"] for way in ferries}
    assert {way["motor_vehicle"] for way in ferries if "Easdale" in way["name"]} == {"no"}
    assert kinds["town"] >= 5
    assert kinds["village"] > 50
    assert kinds["hamlet"] > 100


def test_ferries_share_no_node_with_roads_but_piers(content: Content) -> None:
    """A ferry way runs between two ferry terminals and touches the road nowhere else."""
    for way, refs in content.ways.items():
        if content.way_tags[way].get("route") == "ferry":
            assert all(content.node_tags[ref].get("amenity") == "ferry_terminal" for ref in refs)


def test_osmnx_opens_the_file(tmp_path: Path) -> None:
    """The XML form goes through OSMnx, and it finds the same length of road as pyosmium."""
    path = tmp_path / "mull.osm"
    build_osm(_islands(tmp_path, {"Mull", "Iona", "Ulva"}), path)

    graph = ox.graph_from_xml(path, retain_all=True, simplify=False)

    by_ends = {frozenset((one, other)): m for one, other, m, highway in _osmnx_edges(graph) if highway is not None}
    roads_m = sum(m for *_, m in road_graph(content_of(path)).edges(data="m"))
    assert roads_m > 200_000
    assert sum(by_ends.values()) == pytest.approx(roads_m, rel=0.005)


def _islands(folder: Path, landmasses: set[str]) -> Path:
    """Copy the rows of the bundled area that belong to some of its landmasses."""
    kept: set[str] = set()
    for name in ("places.csv", "inland.csv", "roads.csv", "ports.csv", "sailings.csv"):
        with (AREA / name).open(encoding="utf-8", newline="") as stream:
            rows = list(csv.DictReader(stream))
        if name in {"places.csv", "ports.csv"}:
            rows = [row for row in rows if row["landmass"] in landmasses]
            kept = {next(iter(row.values())) for row in rows}
        else:
            keys = {"inland.csv": ["place_id"], "roads.csv": ["from_place", "to_place"]}.get(
                name, ["from_port", "to_port"]
            )
            rows = [row for row in rows if {row[key] for key in keys} <= kept]
        with (folder / name).open("w", encoding="utf-8", newline="") as stream:
            writer = csv.DictWriter(stream, rows[0].keys())
            writer.writeheader()
            writer.writerows(rows)
    return folder


def _osmnx_edges(graph: nx.MultiDiGraph) -> list[tuple[int, int, float, str | None]]:
    """Return both ends, length and class of each arc of an OSMnx graph; ferries have no class."""
    return [(one, other, data["length"], data.get("highway")) for one, other, data in graph.edges(data=True)]


def test_a_small_area_is_drawn(tmp_path: Path) -> None:
    """A folder of five small files is enough: two landmasses, a gravel road and a foot ferry."""
    out = tmp_path / "small.osm"
    build_osm(write_area(tmp_path), out)

    content = content_of(out)

    assert nx.number_connected_components(road_graph(content)) == 2
    assert "gravel" in {tags.get("surface") for tags in content.way_tags.values()}
    assert [tags["duration"] for tags in content.way_tags.values() if "duration" in tags] == ["01:05"]


def test_bad_facts_leave_no_file(tmp_path: Path) -> None:
    """When a road leads nowhere nothing is written."""
    area = write_area(tmp_path, inland="nothing\n")
    (area / "roads.csv").write_text("from_place\n", encoding="utf-8")
    (area / "ports.csv").unlink()

    with pytest.raises(NetworkUnreadable):
        build_osm(area, tmp_path / "out.osm.pbf")

    assert not (tmp_path / "out.osm.pbf").exists()


def test_the_drawn_file_credits_its_own_sources(built: Path) -> None:
    """A file that is OpenStreetMap in form only must not be credited to OpenStreetMap's contributors."""
    credit = read_osm(built).attribution
    assert "GeoNames" in credit
    assert "OpenStreetMap" not in credit
