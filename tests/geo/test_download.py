"""Downloads from a server on this machine: whole answers become roads, all others one clear error in bounded time."""

from __future__ import annotations

import json
import socket
import time
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import osmnx as ox
import pytest
from shapely.geometry import Point, shape

from geo.download import MapServers, download_place, download_polygon, read_polygon
from geo.errors import DownloadFailed, NetworkUnreadable
from geo.graph import build_graph
from geo.report import network_report
from tests.geo.map_server import LOCH, MapServer, map_server

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

BOUNDS = shape(LOCH)


@pytest.fixture
def server() -> Iterator[MapServer]:
    """Run a server that knows the roads around a loch."""
    with map_server() as running:
        yield running


def servers(server: MapServer, **changed: Any) -> MapServers:
    """Ask the server for everything."""
    return MapServers(**{"overpass_url": server.url, "geocoder_url": server.url, "timeout_s": 5.0, **changed})


def test_roads_islands_ferries_tags_and_barriers_arrive(server: MapServer) -> None:
    """What the server knows comes whole: also the island, the boat as a hint, tags that OSMnx drops, the bollard."""
    raw = download_polygon(BOUNDS, servers(server))
    assert {way.id for way in raw.ways} == {11, 12, 13, 14}
    (shore,) = (way for way in raw.ways if way.id == 11)
    assert dict(shore.tags) == {
        "highway": "tertiary",
        "name": "Shore Road",
        "maxspeed": "30 mph",
        "motor_vehicle": "permissive",
        "oneway": "no",
    }
    (lane,) = (way for way in raw.ways if way.id == 12)
    assert (lane.tags["oneway"], lane.tags["oneway:bicycle"]) == ("yes", "no")
    (boat,) = raw.ferries
    assert (boat.way_id, boat.name, boat.duration_s, boat.car) == (21, "Loch ferry", 1200, False)
    assert {boat.from_lonlat, boat.to_lonlat} == {(-5.5, 56.4), (-5.535, 56.405)}
    assert [raw.lonlat[row].tolist() for row in raw.barriers] == [[-5.48, 56.401]]
    assert "OpenStreetMap" in raw.attribution
    report = network_report(build_graph(raw), raw)
    assert report["ferries"][0]["joins"] == [0, 1]


def test_the_server_is_asked_twice_and_for_nothing_else(server: MapServer) -> None:
    """One question for roads, one for ferries, no status in between; the bounds are simple and wider than asked."""
    download_polygon(BOUNDS, servers(server))
    assert [kind for kind, _ in server.asked] == ["overpass", "overpass"]
    roads, ferries = (query for _, query in server.asked)
    assert '"highway"~"^(' in roads
    assert '["route"="ferry"]' in ferries
    corners = [float(number) for number in roads.split("'")[1].split()]
    assert min(corners[::2]) < BOUNDS.bounds[1]
    assert max(corners[::2]) > BOUNDS.bounds[3]
    assert len(corners) < 200


def test_a_named_place_is_looked_up_only_where_allowed(server: MapServer) -> None:
    """With a geocoder the name becomes bounds; without one nobody is asked anything."""
    raw = download_place("Loch, Scotland", servers(server))
    assert (raw.source, len(raw.ways)) == ("Loch, Scotland", 4)
    assert server.asked[0] == ("nominatim", "Loch, Scotland")
    server.asked.clear()
    with pytest.raises(DownloadFailed, match="No geocoder is set") as told:
        download_place("Loch, Scotland", servers(server, geocoder_url=None))
    assert "--polygon" in str(told.value)
    assert server.asked == []


def test_nothing_of_osmnx_or_the_resolver_stays_changed(server: MapServer) -> None:
    """Settings and name resolution are as before, after a good answer and after a bad one; no cache is written."""
    before = {name: value for name, value in vars(ox.settings).items() if not name.startswith("_")}
    resolve = socket.getaddrinfo
    download_polygon(BOUNDS, servers(server))
    server.status = 500
    with pytest.raises(DownloadFailed):
        download_polygon(BOUNDS, servers(server))
    assert {name: value for name, value in vars(ox.settings).items() if not name.startswith("_")} == before
    assert socket.getaddrinfo is resolve


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        ({"status": 429}, "busy"),
        ({"status": 504}, "status 504"),
        ({"status": 404}, "status 404"),
        ({"body": b"<html>down for repairs</html>"}, "not JSON"),
        ({"body": b'{"elements": ['}, "not JSON"),
        ({"body": b"[]"}, "no roads are known"),
        ({"body": b'{"elements": [{"type": "node"}]}'}, "no roads are known"),
        ({"roads": [], "ferries": []}, "no roads are known"),
        ({"roads": []}, "no roads are known"),
        ({"remark": "runtime error: Query timed out"}, "gave up half-way: runtime error"),
        ({"wait_s": 3.0}, "too long|cannot be reached"),
    ],
)
def test_every_bad_answer_is_one_clear_error_at_once(server: MapServer, fault: dict[str, Any], words: str) -> None:
    """Busy, broken, empty, cut and slow servers are told apart, named, and never waited for."""
    for name, value in fault.items():
        setattr(server, name, value)
    begun = time.monotonic()
    with pytest.raises(DownloadFailed, match=words) as told:
        download_polygon(BOUNDS, servers(server, timeout_s=1.0))
    assert time.monotonic() - begun < 8
    assert server.url in str(told.value)


def test_a_server_that_is_down_is_named() -> None:
    """Nobody listens: the error says where."""
    with map_server() as gone:
        pass
    with pytest.raises(DownloadFailed, match="cannot be reached") as told:
        download_polygon(BOUNDS, servers(gone))
    assert gone.url in str(told.value)


def test_an_answer_without_end_is_cut_off(server: MapServer) -> None:
    """More than a network may hold is not kept."""
    server.body = b"[" + b" " * 3_000_000 + b"]"
    with pytest.raises(DownloadFailed, match="smaller area"):
        download_polygon(BOUNDS, servers(server, max_bytes=2**20))


@pytest.mark.parametrize("place", [None, {"type": "Point", "coordinates": [-5.5, 56.4]}])
def test_a_name_without_bounds_is_refused(server: MapServer, place: dict[str, Any] | None) -> None:
    """Unknown names, and names of mere points, give no area."""
    server.place = place
    with pytest.raises(DownloadFailed, match="no bounds of a place called 'Brigadoon'"):
        download_place("Brigadoon", servers(server))
    assert [kind for kind, _ in server.asked] == ["nominatim"]


def test_roads_elsewhere_are_no_roads_here(server: MapServer) -> None:
    """A server that answers with another place has not answered."""
    with pytest.raises(DownloadFailed, match="no roads are known inside the bounds"):
        download_polygon(BOUNDS.buffer(0.1).exterior.buffer(0.01), servers(server))


def test_bounds_are_read_from_files(tmp_path: Path) -> None:
    """Several polygons become one; points, broken and missing files are refused by name."""
    path = tmp_path / "bounds.geojson"
    gpd.GeoDataFrame(geometry=[BOUNDS, BOUNDS.buffer(0.1)], crs="epsg:4326").to_crs("epsg:27700").to_file(path)
    assert read_polygon(path).contains(BOUNDS)
    points = tmp_path / "points.geojson"
    points.write_text(
        json.dumps(
            {
                "type": "FeatureCollection",
                "features": [{"type": "Feature", "properties": {}, "geometry": Point(0, 0).__geo_interface__}],
            }
        )
    )
    broken = tmp_path / "broken.geojson"
    broken.write_text("{")
    for bad in (points, broken, tmp_path / "missing.geojson"):
        with pytest.raises(NetworkUnreadable, match=bad.name):
            read_polygon(bad)
