"""The one face of networks: formats and the cache."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest

from geo import network as network_module
from geo.errors import NetworkUnreadable
from geo.network import read_network
from geo.speeds import CAR, DEFAULT, SpeedTable
from tests.geo.roads import raw_roads, road, write_osm

if TYPE_CHECKING:
    from pathlib import Path

LINE = [(0.0, 0.0), (3000.0, 0.0), (6000.0, 0.0), (9000.0, 0.0), (9100.0, 0.0)]
ROADS = raw_roads(
    LINE,
    road(0, 1, 2, maxspeed="60 mph"),
    road(3, 4, id=2),
    road(2, 3, id=3, route="ferry"),
)


def test_a_network_is_read_by_its_suffix(tmp_path: Path) -> None:
    """The graph is that of the file; a suffix nobody knows is refused by name."""
    path = write_osm(tmp_path / "roads.osm.pbf", ROADS)
    graph = read_network(path)
    assert graph.source == "roads.osm.pbf"
    assert len(graph.lonlat) == 5
    with pytest.raises(NetworkUnreadable, match=r"roads\.shp is of no known network format"):
        read_network(tmp_path / "roads.shp")


def test_a_network_is_built_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The second reading comes from the cache and is the same graph."""
    path = write_osm(tmp_path / "roads.osm", ROADS)
    first = read_network(path, cache=tmp_path / "cache")
    monkeypatch.delattr(network_module, "read_raw")
    again = read_network(path, cache=tmp_path / "cache")
    assert np.array_equal(again.arc_ms["car"], first.arc_ms["car"])
    assert again.landmass["foot"].tolist() == first.landmass["foot"].tolist()


def test_other_contents_and_other_speeds_are_other_graphs(tmp_path: Path) -> None:
    """The cache answers neither for a changed file of the same name nor for a changed speed table."""
    cache = tmp_path / "cache"
    path = write_osm(tmp_path / "roads.osm", ROADS)
    first = read_network(path, cache=cache)
    slow = SpeedTable(modes={**DEFAULT.modes, "car": replace(CAR, factor=0.5)})
    assert (read_network(path, cache=cache, table=slow).arc_ms["car"] > first.arc_ms["car"]).all()
    write_osm(path, raw_roads(LINE, road(0, 1)))
    assert len(read_network(path, cache=cache).lonlat) == 2
    assert len(list(cache.iterdir())) == 3


@pytest.mark.parametrize("size", [0, 500])
def test_a_damaged_cache_is_built_again(tmp_path: Path, size: int) -> None:
    """An empty or cut file in the cache is replaced."""
    path = write_osm(tmp_path / "roads.osm", ROADS)
    read_network(path, cache=tmp_path / "cache")
    (stored,) = (tmp_path / "cache").iterdir()
    whole = stored.read_bytes()
    stored.write_bytes(whole[:size])
    assert len(read_network(path, cache=tmp_path / "cache").lonlat) == 5
    assert len(stored.read_bytes()) == len(whole)


def test_the_cache_knows_a_missing_file(tmp_path: Path) -> None:
    """With a cache too, no file is one clear error."""
    with pytest.raises(NetworkUnreadable, match=r"gone\.osm"):
        read_network(tmp_path / "gone.osm", cache=tmp_path)


def test_reading_osm_needs_no_osmnx() -> None:
    """OSMnx and GeoPandas take seconds to import and are not imported before they are used."""
    code = "import sys, geo.network, geo.matrix; sys.exit(bool({'osmnx', 'geopandas'} & set(sys.modules)))"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
