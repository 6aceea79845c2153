"""Bombs: what a file would unpack to is counted before anything is parsed, in little memory and time."""

from __future__ import annotations

import bz2
import gzip
import time
import tracemalloc
import zlib
from typing import TYPE_CHECKING

import pytest

from geo.errors import NetworkUnreadable
from geo.network import read_raw
from geo.unpacked import MAX_BYTES, SMALL_BYTES, require_bounded
from tests.geo.roads import ISLE_OF_MAN, needs_isle_of_man, raw_roads, road, write_osm

if TYPE_CHECKING:
    from pathlib import Path

ROADS = raw_roads([(0.0, 0.0), (100.0, 0.0)], road(0, 1))
HEAD = b'<osm version="0.6"><node id="1" x="'


def gzip_bomb(path: Path) -> None:
    """Write 200 MB of blanks inside one attribute, as 200 kB."""
    with gzip.open(path, "wb") as stream:
        stream.write(HEAD)
        for _ in range(200):
            stream.write(b" " * 2**20)


def bzip2_bomb(path: Path) -> None:
    """Write the same as some hundred bytes."""
    with bz2.open(path, "wb") as stream:
        stream.write(HEAD)
        for _ in range(200):
            stream.write(b" " * 2**20)


def pbf_bomb(path: Path) -> None:
    """Write a hundred blocks that each unpack to 30 MB of nothing."""
    packed = zlib.compress(bytes(30_000_000))
    blob = b"\x10" + varint(30_000_000) + b"\x1a" + varint(len(packed)) + packed
    header = b"\x0a\x07OSMData\x18" + varint(len(blob))
    path.write_bytes((len(header).to_bytes(4, "big") + header + blob) * 100)


def varint(value: int) -> bytes:
    """Write a whole number as protocol buffers do."""
    low = value & 127
    return bytes([low | 128]) + varint(value >> 7) if value > 127 else bytes([low])


@pytest.mark.parametrize(
    ("name", "write"), [("a.osm.gz", gzip_bomb), ("a.osm.bz2", bzip2_bomb), ("a.osm.pbf", pbf_bomb)]
)
def test_a_bomb_is_refused_in_little_memory_and_time(tmp_path: Path, name: str, write: object) -> None:
    """Reading stops at the limit: one clear error, a few megabytes, a second or so."""
    path = tmp_path / name
    write(path)  # type: ignore[operator]
    assert path.stat().st_size < SMALL_BYTES / 20
    tracemalloc.start()
    begun = time.monotonic()
    try:
        with pytest.raises(NetworkUnreadable, match=rf"{name} is .* unpacks to more than"):
            read_raw(path)
        assert tracemalloc.get_traced_memory()[1] < 16 * 2**20
    finally:
        tracemalloc.stop()
    assert time.monotonic() - begun < 10


@pytest.mark.parametrize("suffix", [".osm", ".osm.gz", ".osm.bz2", ".osm.pbf"])
def test_a_file_larger_than_the_setting_is_refused(tmp_path: Path, suffix: str) -> None:
    """The limit is that of the caller, an eighth of it for dense formats; what is within it is read."""
    path = write_osm(tmp_path / f"a{suffix}", ROADS)
    assert len(read_raw(path).ways) == 1
    with pytest.raises(NetworkUnreadable, match="unpacks to more than 100"):
        require_bounded(path, 800 if suffix == ".osm.pbf" else 100)


def test_graphs_count_against_the_limit_too(tmp_path: Path) -> None:
    """GraphML and GeoPackage take more memory than they are long."""
    path = tmp_path / "a.graphml"
    path.write_text("<graphml/>" * 100)
    with pytest.raises(NetworkUnreadable, match="unpacks to more than"):
        read_raw(path, 1000)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("cut.osm.gz", gzip.compress(b"<osm/>" * 1000)[:-9]),
        ("cut.osm.bz2", bz2.compress(b"<osm/>" * 1000)[:-9]),
        ("words.osm.gz", b"no archive"),
        ("words.osm.bz2", b"no archive"),
        ("length.osm.pbf", b"\xff\xff\xff\xff"),
        ("kind.osm.pbf", b"\x00\x00\x00\x01\x07"),
        ("number.osm.pbf", b"\x00\x00\x00\x0a" + b"\xff" * 10),
        ("block.osm.pbf", b"\x00\x00\x00\x06\x18" + varint(2**34)),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_damaged_archives_are_refused(tmp_path: Path, name: str, content: bytes) -> None:
    """Cut and foreign archives, and blocks that claim the impossible, are one error that names the file."""
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(NetworkUnreadable, match=rf"{name} cannot be unpacked"):
        require_bounded(path)


def test_only_files_are_read(tmp_path: Path) -> None:
    """A folder, and what is not there, is no network."""
    (tmp_path / "folder.osm").mkdir()
    for name in ("folder.osm", "absent.osm"):
        with pytest.raises(NetworkUnreadable, match=f"{name} is not there, or is no file"):
            require_bounded(tmp_path / name)


@needs_isle_of_man
def test_real_maps_are_far_from_the_limit() -> None:
    """A real extract passes with a hundredth of what is allowed."""
    require_bounded(ISLE_OF_MAN, MAX_BYTES // 100)
