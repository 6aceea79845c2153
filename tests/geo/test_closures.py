"""Closures: what a planner writes, what it shuts, and that nothing else changes."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import numpy as np
import pytest

from geo.closures import Closure, close, closed_arcs, parse_closure, still_sailing
from geo.errors import ClosureUnknown
from geo.graph import build_graph
from geo.types import CLOSED_MS, Departure, RoadGraph
from tests.geo.roads import lonlat, raw_roads, road

if TYPE_CHECKING:
    from pathlib import Path

# The A83 runs east in four kilometre-long ways; a lane leaves it half-way, and another road runs beside it.
SPOTS = [(1000.0 * step, 0.0) for step in range(5)] + [(2000.0, 3000.0), (0.0, 5000.0), (4000.0, 5000.0)]
WAYS = (
    road(0, 1, id=11, ref="A83"),
    road(1, 2, id=12, ref="A 83;A85", bridge="yes", name="Linn Bridge"),
    road(2, 3, id=13, ref="A83"),
    road(3, 4, id=14, ref="A83", bridge="yes"),
    road(2, 5, id=15, name="Glen Lane"),
    road(0, 6, id=16, ref="A815"),
    road(6, 7, id=17, ref="A815"),
    road(7, 4, id=18, ref="A815"),
)


@pytest.fixture(scope="module")
def graph() -> RoadGraph:
    """Build the roads once."""
    return build_graph(raw_roads(SPOTS, *WAYS))


def at(east_m: float, north_m: float) -> str:
    """Write a point as a planner does."""
    (lon, lat), *_ = lonlat((east_m, north_m)).tolist()
    return f"{lat:.6f},{lon:.6f}"


def shut(graph: RoadGraph, text: str) -> set[int]:
    """Return the ids of the ways that a closure shuts any arc of."""
    closed = closed_arcs(graph, parse_closure(text))
    return {graph.way_ids[way] for way in graph.way[closed]}


@pytest.mark.parametrize(
    ("text", "ways"),
    [
        ("A83", {11, 12, 13, 14}),
        ("a 83", {11, 12, 13, 14}),
        ("A85", {12}),
        ("Glen Lane", {15}),
        ("way 13", {13}),
        ("bridge", {12, 14}),
        ("bridge Linn", {12}),
        (f"bridge near {at(3400, 100)}", {14}),
        (f"bridge near {at(2500, 0)} within 1 km", {12, 14}),
        (f"A83 near {at(500, 0)} within 200 m", {11}),
        (f"A83 near {at(500, 0)} within 0.6 km", {11, 12}),
        (f"A83 near {at(500, 0)}", {11, 12, 13}),
        (f"A83 between {at(1000, 40)} and {at(3000, -40)}", {12, 13}),
        (f"A83 between {at(3000, 0)} and {at(1000, 0)}", {12, 13}),
        (f"near {at(2000, 3000)} within 100 m", {15}),
    ],
)
def test_a_closure_shuts_what_it_says(graph: RoadGraph, text: str, ways: set[int]) -> None:
    """By number, name, way, bridge and stretch: those ways and no others."""
    assert shut(graph, text) == ways


def test_a_polygon_shuts_what_it_meets(graph: RoadGraph, tmp_path: Path) -> None:
    """Everything that crosses the polygon is shut; with a road named, only that road."""
    ring = [*lonlat((1500, -500), (2500, -500), (2500, 1500), (1500, 1500), (1500, -500)).tolist()]
    feature = {"type": "Feature", "properties": {}, "geometry": {"type": "Polygon", "coordinates": [ring]}}
    file = tmp_path / "slip.geojson"
    file.write_text(json.dumps({"type": "FeatureCollection", "features": [feature]}), encoding="utf-8")
    assert shut(graph, f"inside {file}") == {12, 13, 15}
    assert shut(graph, f"A83 inside {file}") == {12, 13}
    file.write_text(json.dumps(feature["geometry"]), encoding="utf-8")
    assert shut(graph, f"inside {file}") == {12, 13, 15}


def test_closing_changes_the_closed_arcs_and_nothing_else(graph: RoadGraph) -> None:
    """Both directions shut for every mode, all other weights and the whole topology stay, and the graph too."""
    before = {mode: ms.copy() for mode, ms in graph.arc_ms.items()}
    closed = close(graph, [parse_closure("way 12"), parse_closure("way 15"), parse_closure("ferry anywhere")])
    shut_arcs = np.isin(np.array(graph.way_ids)[graph.way], [12, 15])
    assert shut_arcs.sum() == 4
    for mode, ms in closed.arc_ms.items():
        assert (ms[shut_arcs] == CLOSED_MS).all()
        assert np.array_equal(ms[~shut_arcs], before[mode][~shut_arcs])
        assert np.array_equal(graph.arc_ms[mode], before[mode])
    assert closed.tail is graph.tail
    assert closed.xy is graph.xy


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "names no road"),
        ("A38", "Was A8[35] or A8[35] meant"),
        ("way A83", "OpenStreetMap number"),
        ("way 999", "no way of the network"),
        ("A83 near 0,0", "nothing of it lies there"),
        ("A83 near 95,0", "latitude, longitude"),
        ("A83 after 18:00", "only sailings"),
        (f"ferry oban near {at(0, 0)}", "by route and time"),
        (f"A83 between {at(0, 0)} and {at(0, 90_000)}", "more than 5 km"),
        (f"A83 between {at(0, 0)} and {at(1, 1)}", "does not lead"),
        ("inside nowhere.geojson", "cannot be read as GeoJSON"),
    ],
)
def test_a_closure_of_nothing_is_refused(graph: RoadGraph, text: str, said: str) -> None:
    """A slip of the pen must not look like a road that nobody needs."""
    with pytest.raises(ClosureUnknown, match=said):
        shut(graph, text)


@pytest.mark.parametrize("content", ["{", "[]", "3", '{"type": "Point", "coordinates": [1, 2]}', '{"features": [{}]}'])
def test_a_file_without_a_polygon_is_refused(tmp_path: Path, content: str) -> None:
    """Whatever the file holds instead, there is one error that names it."""
    file = tmp_path / "no.geojson"
    file.write_text(content, encoding="utf-8")
    with pytest.raises(ClosureUnknown, match=r"no\.geojson"):
        parse_closure(f"inside {file}")


def boat(route: str, departs_s: int) -> Departure:
    """Return a boat."""
    return Departure(
        id=f"{route}@{departs_s}",
        route=route,
        from_port=0,
        to_port=1,
        last_checkin_s=departs_s,
        departs_s=departs_s,
        arrives_s=departs_s + 600,
        ashore_s=departs_s + 600,
        car=True,
    )


def test_boats_are_cancelled_by_route_and_time() -> None:
    """One route all day, all routes from a time on, and roads leave boats alone."""
    boats = [boat(route, hour * 3600) for route in ("oban", "iona") for hour in (8, 15, 18)]

    def left(*texts: str) -> list[str]:
        sailing = still_sailing(boats, [parse_closure(text) for text in texts], {"oban", "iona"})
        return [f"{each.route} {each.departs_s // 3600}" for each in sailing]

    assert left("ferry oban") == ["iona 8", "iona 15", "iona 18"]
    assert left("sailings after 15:00") == ["oban 8", "iona 8"]
    assert left("ferry iona after 16:00", "A83") == ["oban 8", "oban 15", "oban 18", "iona 8", "iona 15"]
    assert left("ferry") == []
    with pytest.raises(ClosureUnknown, match="Was oban meant"):
        left("ferry obn")


def test_a_graph_without_way_numbers_asks_to_be_imported_again(graph: RoadGraph) -> None:
    """A network kept by an earlier version gets a clear answer."""
    old = build_graph(raw_roads(SPOTS, *WAYS))
    object.__setattr__(old, "way_ids", ())
    with pytest.raises(ClosureUnknown, match="import it again"):
        close(old, [Closure(text="A83", road="A83")])
