"""Road networks of areas: kept whole or not at all, and never outside the data folder."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest

from app.errors import AreaNotFound, ImportRejected, NetworkMissing
from app.services.networks import (
    bundled_network,
    check_network,
    import_network,
    imported_dataset,
    keep_network,
    load_network,
    require_dataset,
)
from geo.errors import NetworkElsewhere, NetworkUnreadable
from geo.network import read_raw
from tests.app.areas import tiny_dataset, write_network
from tests.app.commands import tiny_home, url_of

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(scope="module")
def drawn(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Draw the tiny area's file."""
    return write_network(tmp_path_factory.mktemp("drawn") / "tiny.osm.pbf")


def files(folder: Path) -> list[str]:
    """Name all files in a folder."""
    return sorted(path.name for path in folder.rglob("*") if path.is_file())


def test_a_network_comes_back_as_it_was_read(drawn: Path, tmp_path: Path) -> None:
    """What is kept for an area is what the file held, its attribution included."""
    read = import_network(drawn, "tiny", tmp_path)
    kept = load_network("tiny", tmp_path)
    assert np.array_equal(read.lonlat, kept.lonlat)
    assert np.array_equal(read.arc_ms["car"], kept.arc_ms["car"])
    assert (read.sha256, read.attribution) == (kept.sha256, kept.attribution)


def test_an_area_without_a_network_is_told_so(tmp_path: Path) -> None:
    """Before any import there is nothing to load."""
    with pytest.raises(NetworkMissing, match="tiny"):
        load_network("tiny", tmp_path)


def test_a_truncated_file_is_refused_and_the_network_stays(drawn: Path, tmp_path: Path) -> None:
    """Half a download changes nothing: what was imported before is still there."""
    import_network(drawn, "tiny", tmp_path)
    before = (tmp_path / "networks" / "tiny.npz").read_bytes()
    half = tmp_path / "half.osm.pbf"
    half.write_bytes(drawn.read_bytes()[: drawn.stat().st_size // 2])
    with pytest.raises(NetworkUnreadable, match=r"half\.osm\.pbf"):
        import_network(half, "tiny", tmp_path)
    assert (tmp_path / "networks" / "tiny.npz").read_bytes() == before
    with pytest.raises(NetworkUnreadable):
        import_network(half, "other", tmp_path)
    assert files(tmp_path / "networks") == ["tiny.npz"]


def test_new_roads_are_held_against_the_homes_and_piers(drawn: Path, tmp_path: Path) -> None:
    """Roads that leave a client and a pier behind are refused with both rows, and the roads before them stay."""
    dataset = tiny_dataset()
    import_network(drawn, "tiny", tmp_path, dataset=dataset)
    before = (tmp_path / "networks" / "tiny.npz").read_bytes()
    clients = (replace(dataset.clients[0], lat=dataset.clients[0].lat + 0.2), *dataset.clients[1:])
    ports = (replace(dataset.ports[0], lat=dataset.ports[0].lat + 0.2), *dataset.ports[1:])
    with pytest.raises(ImportRejected) as told:
        import_network(drawn, "tiny", tmp_path, dataset=replace(dataset, clients=clients, ports=ports))
    assert [(fault.file, fault.row) for fault in told.value.faults] == [("clients.csv", 2), ("ports.csv", 2)]
    assert (tmp_path / "networks" / "tiny.npz").read_bytes() == before


@pytest.mark.parametrize(
    ("north", "words"), [(3.0, r"the nearest is 3\d\d km away"), (-140.0, "km away|too far to tell")]
)
def test_roads_of_another_place_are_refused_with_the_distance(
    drawn: Path, tmp_path: Path, north: float, words: str
) -> None:
    """A map that holds no home at all is of the wrong place, and says how wrong."""
    dataset = tiny_dataset()
    clients = tuple(replace(row, lat=row.lat + north) for row in dataset.clients)
    carers = tuple(replace(row, lat=row.lat + north) for row in dataset.carers)
    elsewhere = replace(dataset, clients=clients, carers=carers)
    with pytest.raises(NetworkElsewhere, match=words) as told:
        import_network(drawn, "tiny", tmp_path, dataset=elsewhere)
    assert "none of the 29 homes of area tiny" in str(told.value)
    assert files(tmp_path / "networks") == []


def test_downloaded_roads_are_kept_as_those_of_a_file(drawn: Path, tmp_path: Path) -> None:
    """The same check, the same place: what was downloaded replaces what was imported, or is refused."""
    raw = read_raw(drawn)
    kept = keep_network(raw, "tiny", tmp_path, dataset=tiny_dataset())
    assert np.array_equal(load_network("tiny", tmp_path).arc_ms["car"], kept.arc_ms["car"])
    with pytest.raises(NetworkElsewhere):
        keep_network(replace(raw, lonlat=raw.lonlat + np.array([0.0, 2.0])), "tiny", tmp_path, dataset=tiny_dataset())
    assert np.array_equal(load_network("tiny", tmp_path).lonlat, kept.lonlat)


def test_a_data_set_is_looked_up_without_making_a_database(tmp_path: Path) -> None:
    """Before any import there is no data set, and asking leaves no file behind."""
    url = f"sqlite:///{tmp_path / 'none' / 'rota.sqlite'}"
    assert imported_dataset(url, "tiny") is None
    assert list(tmp_path.iterdir()) == []
    home = tiny_home(tmp_path / "var")
    assert imported_dataset(url_of(home), "tiny") == tiny_dataset()
    assert imported_dataset(url_of(home), "other") is None
    with pytest.raises(AreaNotFound):
        require_dataset(url_of(home), "other")


def test_the_report_knows_which_ferries_have_sailings(drawn: Path) -> None:
    """With a data set, the boat on the map is covered by its timetable, or found missing."""
    asked = check_network(drawn, dataset=tiny_dataset())
    assert [(ferry["joins"], ferry["timetabled"]) for ferry in asked["ferries"]] == [([0, 1], True)]
    silent = check_network(drawn, dataset=replace(tiny_dataset(), sailings=()))
    assert [ferry["timetabled"] for ferry in silent["ferries"]] == [False]
    assert [ferry["timetabled"] for ferry in check_network(drawn)["ferries"]] == [None]


@pytest.mark.parametrize("area", ["../outside", "a/b", "", "..", "/outside"])
def test_an_area_name_is_no_path(drawn: Path, tmp_path: Path, area: str) -> None:
    """A name that would lead out of the data folder is no name of an area, and nothing is written."""
    data_dir = tmp_path / "data"
    with pytest.raises(AreaNotFound):
        import_network(drawn, area, data_dir)
    with pytest.raises(AreaNotFound):
        load_network(area, data_dir)
    assert files(tmp_path) == []


def test_the_bundled_network_is_drawn_once_alike_and_leaves_nothing_beside_it(tmp_path: Path) -> None:
    """It is drawn again, with the same bytes, only when somebody changed the file; no half-drawn file stays."""
    drawn = bundled_network(tmp_path)
    content, drawn_at = drawn.read_bytes(), drawn.stat().st_mtime_ns
    assert bundled_network(tmp_path).stat().st_mtime_ns == drawn_at
    drawn.write_bytes(content[:-1])
    assert bundled_network(tmp_path).read_bytes() == content
    assert files(drawn.parent) == [drawn.name]
