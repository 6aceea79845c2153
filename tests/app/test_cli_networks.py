"""`rota network`: what a planner types and reads, and a server on this machine to download from."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from tests.app.areas import write_network
from tests.app.commands import CommandLine, tiny_home
from tests.geo.map_server import LOCH, MapServer, map_server

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

KEYS = {
    "road_ways",
    "road_km",
    "nodes",
    "components",
    "stray_components",
    "ferries",
    "missing_speed_pct",
    "attribution",
}
FERRY_KEYS = {"way_id", "name", "duration_s", "car", "foot", "joins"}


@pytest.fixture
def tiny(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> CommandLine:
    """Give the command line of an installation that holds the tiny area."""
    return CommandLine(tiny_home(tmp_path / "var"), monkeypatch, capsys)


@pytest.fixture
def rota(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> CommandLine:
    """Give the command line of a new installation."""
    return CommandLine(tmp_path / "var", monkeypatch, capsys)


@pytest.fixture
def server() -> Iterator[MapServer]:
    """Run a server that knows the roads around a loch."""
    with map_server() as running:
        yield running


@pytest.fixture
def bounds(tmp_path: Path) -> Path:
    """Write the bounds of the loch."""
    path = tmp_path / "bounds.geojson"
    feature = {"type": "Feature", "properties": {}, "geometry": LOCH}
    path.write_text(json.dumps({"type": "FeatureCollection", "features": [feature]}))
    return path


def test_the_report_as_json_has_the_promised_keys(tiny: CommandLine, tmp_path: Path) -> None:
    """Programs may rely on these names and kinds; node counts come largest first."""
    network = write_network(tmp_path / "roads.osm.pbf")
    report = json.loads(tiny("network", "check", network, "--json").out)
    assert set(report) >= KEYS
    assert report["components"] == sorted(report["components"], reverse=True)
    assert all(isinstance(count, int) for count in report["components"])
    (ferry,) = report["ferries"]
    assert set(ferry) >= FERRY_KEYS
    assert (ferry["duration_s"], ferry["car"], ferry["foot"], ferry["joins"]) == (1200, True, True, [0, 1])
    assert (ferry["timetabled"], report["stray_components"]) == (None, 0)


def test_the_report_as_text_can_be_read_by_a_planner(tiny: CommandLine, tmp_path: Path) -> None:
    """Kilometres by class, parts, ferries with their timetable, what is ignored, and whom to credit."""
    network = write_network(tmp_path / "roads.osm.pbf")
    said = tiny("network", "check", network, "--area", "tiny")
    assert said.code == 0
    for words in (
        "primary 6 km",
        "Parts of the network for cars",
        "20",
        "0 and 1",
        "yes",
        "they are ignored",
        "Crown",
        "Baile Ur pier",
    ):
        assert words in said.out
    assert "not asked" in tiny("network", "check", network).out
    assert tiny("network", "check", network, "--area", "nowhere").code == 1


def test_roads_come_from_a_server_by_bounds_or_by_name(rota: CommandLine, server: MapServer, bounds: Path) -> None:
    """Both ways keep the network; a name needs a geocoder, given by option or setting."""
    said = rota("network", "download", "--polygon", bounds, "--area", "loch", "--overpass", server.url, "--json")
    assert said.code == 0
    kept = json.loads(said.out)
    assert (kept["nodes"], kept["ferries"], kept["places_checked"]) == (6, 1, None)
    rota.patch.setenv("ROTA_OVERPASS_URL", server.url)
    refused = rota("network", "download", "Loch, Scotland", "--area", "loch")
    assert (refused.code, refused.out) == (1, "")
    assert "ROTA_GEOCODER_URL" in refused.err
    named = rota("network", "download", "Loch, Scotland", "--area", "loch", "--geocoder", server.url)
    assert named.code == 0
    assert "Kept Loch, Scotland for loch" in named.out
    rota.patch.setenv("ROTA_GEOCODER_URL", server.url)
    assert rota("network", "download", "Loch, Scotland", "--area", "loch").code == 0
    assert (rota.data_dir / "networks" / "loch.npz").exists()
    assert rota.stored() == {}


def test_a_download_that_leaves_homes_behind_changes_nothing(
    tiny: CommandLine, server: MapServer, bounds: Path
) -> None:
    """The area's homes must lie on downloaded roads too."""
    kept = tiny.data_dir / "networks" / "tiny.npz"
    before = kept.read_bytes()
    said = tiny("network", "download", "--polygon", bounds, "--area", "tiny", "--overpass", server.url)
    assert said.code == 1
    assert "clients.csv, row" in said.err
    assert kept.read_bytes() == before
    server.status = 429
    busy = tiny("network", "download", "--polygon", bounds, "--area", "tiny", "--overpass", server.url)
    assert (busy.code, busy.out) == (1, "")
    assert "busy" in busy.err


@pytest.mark.parametrize("arguments", [(), ("Loch", "--polygon", "bounds.geojson")])
def test_a_download_has_one_place(rota: CommandLine, arguments: tuple[str, ...]) -> None:
    """Neither a name nor bounds, or both, is wrong use."""
    said = rota("network", "download", *arguments, "--area", "loch")
    assert said.code == 2
    assert "Usage" in said.err


def test_an_import_says_what_was_held_against_it(tiny: CommandLine, tmp_path: Path) -> None:
    """With a data set, all its homes and piers; without one, that there is none."""
    network = write_network(tmp_path / "roads.osm.pbf")
    assert "All 31 homes and piers" in " ".join(tiny("network", "import", network, "--area", "tiny").out.split())
    assert "No data set is imported" in " ".join(tiny("network", "import", network, "--area", "new").out.split())


def test_an_export_to_another_format_is_wrong_use(tiny: CommandLine, tmp_path: Path) -> None:
    """Only GraphML and GeoPackage can be written."""
    said = tiny("network", "export", tmp_path / "roads.shp", "--area", "tiny")
    assert said.code == 2
    assert "neither in .graphml nor in .gpkg" in said.err


def test_the_limit_on_size_is_a_setting(tiny: CommandLine, tmp_path: Path) -> None:
    """A file larger than the installation allows is refused by every command that reads one."""
    path = tmp_path / "long.graphml"
    path.write_bytes(b" " * 2**18)
    tiny.patch.setenv("ROTA_MAX_NETWORK_BYTES", str(2**20))
    for command in (("check", path), ("import", path, "--area", "tiny")):
        said = tiny("network", *command)
        assert (said.code, said.out) == (1, "")
        assert "unpacks to more than" in said.err
