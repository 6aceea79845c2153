"""Road networks of areas: kept whole or not at all, and never outside the data folder."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from app.errors import AreaNotFound, NetworkMissing
from app.services.networks import bundled_network, import_network, load_network
from geo.errors import NetworkUnreadable
from tests.app.areas import write_network

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


@pytest.mark.parametrize("area", ["../outside", "a/b", "", "..", "/outside"])
def test_an_area_name_is_no_path(drawn: Path, tmp_path: Path, area: str) -> None:
    """A name that would lead out of the data folder is no name of an area, and nothing is written."""
    data_dir = tmp_path / "data"
    with pytest.raises(AreaNotFound):
        import_network(drawn, area, data_dir)
    with pytest.raises(AreaNotFound):
        load_network(area, data_dir)
    assert files(tmp_path) == []


def test_the_bundled_network_is_drawn_alike_and_leaves_nothing_beside_it(tmp_path: Path) -> None:
    """A second drawing replaces the first with the same bytes, and no half-drawn file stays."""
    content = bundled_network(tmp_path).read_bytes()
    second = bundled_network(tmp_path)
    assert second.read_bytes() == content
    assert files(tmp_path) == [second.name]
