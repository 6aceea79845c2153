"""Reading OpenStreetMap files, whole and broken."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from geo.crossings import duration_s
from geo.errors import NetworkUnreadable
from geo.osm import read_osm
from tests.geo.roads import ISLE_OF_MAN, needs_isle_of_man, raw_roads, road, write_osm

if TYPE_CHECKING:
    from pathlib import Path

LINE = [(0.0, 0.0), (100.0, 0.0), (200.0, 0.0), (300.0, 0.0), (400.0, 0.0)]


def test_roads_come_with_their_nodes_and_the_tags_that_matter(tmp_path: Path) -> None:
    """A way keeps its id, its positions in order, and only tags that somebody reads."""
    raw = read_osm(write_osm(tmp_path / "a.osm", raw_roads(LINE, road(3, 1, 0, id=7, name="Lane", colour="red"))))
    (way,) = raw.ways
    assert (way.id, dict(way.tags)) == (7, {"highway": "tertiary", "lanes": "1", "name": "Lane"})
    expected = raw_roads([LINE[3], LINE[1], LINE[0]]).lonlat
    assert np.abs(raw.lonlat[list(way.nodes)] - expected).max() < 1e-6
    assert len(raw.lonlat) == 3
    assert "OpenStreetMap" in raw.attribution


@pytest.mark.parametrize("suffix", [".osm.pbf", ".osm.gz", ".osm.bz2"])
def test_every_compression_gives_the_same_roads(tmp_path: Path, suffix: str) -> None:
    """Packed files hold what the plain file holds."""
    roads = raw_roads(LINE, road(0, 1, 2, id=7), road(2, 3, 4, id=8))
    plain, packed = (read_osm(write_osm(tmp_path / f"a{ending}", roads)) for ending in (".osm", suffix))
    assert packed.ways == plain.ways
    assert np.array_equal(packed.lonlat, plain.lonlat)


def test_a_ferry_is_a_hint_and_never_a_road(tmp_path: Path) -> None:
    """A ferry way with road tags proposes a crossing with its duration and who may board, and is not driven."""
    boat = {"route": "ferry", "name": "Oban - Craignure", "duration": "0:46", "motor_vehicle": "no"}
    raw = read_osm(write_osm(tmp_path / "a.osm", raw_roads(LINE, road(0, 1), road(1, 4, id=2, **boat))))
    assert [way.id for way in raw.ways] == [1]
    (hint,) = raw.ferries
    assert (hint.way_id, hint.name, hint.duration_s, hint.car, hint.foot) == (2, "Oban - Craignure", 2760, False, True)
    assert np.allclose([hint.from_lonlat, hint.to_lonlat], raw_roads([LINE[1], LINE[4]]).lonlat, atol=1e-6)


@pytest.mark.parametrize(
    ("text", "seconds"), [("0:46", 2760), ("00:46", 2760), ("00:05:00", 300), ("90", 5400), ("", None), ("P1D", 86400)]
)
def test_durations_are_read_as_they_are_written(text: str, seconds: int | None) -> None:
    """Each spelling seen in the wild gives its seconds, and nonsense gives none."""
    assert duration_s(text) == seconds


@pytest.mark.parametrize("tags", [{"highway": "construction"}, {"highway": "pedestrian", "area": "yes"}])
def test_what_is_no_road_is_left_out(tmp_path: Path, tags: dict[str, str]) -> None:
    """Roads being built, and squares drawn as areas, are not roads."""
    raw = read_osm(write_osm(tmp_path / "a.osm", raw_roads(LINE, road(0, 1), road(1, 2, id=2, **tags))))
    assert [way.id for way in raw.ways] == [1]


def test_an_extract_cut_through_a_road_leaves_no_leap(tmp_path: Path) -> None:
    """Where the file lacks a node, the way falls into the parts on both sides of the gap."""
    path = write_osm(tmp_path / "a.osm", raw_roads(LINE, road(0, 1, 2, 3, 4)), leave_out=frozenset({2}))
    assert [len(way.nodes) for way in read_osm(path).ways] == [2, 2]


def test_bollards_stop_cars_and_gates_do_not(tmp_path: Path) -> None:
    """Barrier nodes that no car passes are marked, unless a tag lets cars through; nodes off the roads are not."""
    path = write_osm(tmp_path / "a.osm", raw_roads(LINE, road(3, 2, 1, 0)))
    barriers = {1: "gate", 2: "bollard", 3: "block", 4: "bollard"}
    text = path.read_text()
    for row, barrier in barriers.items():
        tags = f'<tag k="barrier" v="{barrier}"/>' + ('<tag k="motor_vehicle" v="yes"/>' if barrier == "block" else "")
        before, opening, after = text.partition(f'<node id="{row + 1}" ')
        text = before + opening + after.replace("/>", f">{tags}</node>", 1)
    path.write_text(text)
    raw = read_osm(path)
    assert raw.barriers == (2,)
    assert np.allclose(raw.lonlat[2], raw_roads(LINE).lonlat[2], atol=1e-6)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("empty.osm.pbf", b""),
        ("empty.osm", b""),
        ("words.osm", b"not a map at all"),
        ("page.osm", b"<html><body>404</body></html>"),
        ("words.osm.pbf", b"not a map at all"),
        ("roadless.osm", b'<osm version="0.6"><node id="1" version="1" lon="-5" lat="56"/></osm>'),
        ("half.osm", b'<osm version="0.6"><node id="1" version="1" lon="-5" lat="56"/><way id="1"'),
    ],
)
def test_what_is_no_map_is_refused_in_one_sentence(tmp_path: Path, name: str, content: bytes) -> None:
    """Empty, foreign, cut and roadless files raise one error that names the file."""
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(NetworkUnreadable, match=name) as caught:
        read_osm(path)
    assert str(caught.value).endswith(".")
    assert "\n" not in str(caught.value)


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    """No file is the same error as a bad file."""
    with pytest.raises(NetworkUnreadable, match="nowhere"):
        read_osm(tmp_path / "nowhere.osm.pbf")


@pytest.mark.parametrize("share", [0.1, 0.5, 0.9, 0.999])
def test_a_truncated_pbf_is_refused(tmp_path: Path, share: float) -> None:
    """A download that broke off raises, however little is missing."""
    whole = write_osm(tmp_path / "a.osm.pbf", raw_roads(LINE, road(0, 1, 2, 3, 4))).read_bytes()
    cut = tmp_path / "cut.osm.pbf"
    cut.write_bytes(whole[: int(len(whole) * share)])
    with pytest.raises(NetworkUnreadable, match=r"cut\.osm\.pbf"):
        read_osm(cut)


@needs_isle_of_man
def test_the_isle_of_man_is_read_whole() -> None:
    """A real extract gives its 6,508 drivable ways (less the areas), its 4 ferries, and no ferry among the roads."""
    raw = read_osm(ISLE_OF_MAN)
    assert 6_490 <= len({way.id for way in raw.ways}) <= 6_508
    assert sorted(hint.duration_s or 0 for hint in raw.ferries) == [9900, 9900, 10500, 14400]
    assert raw.lonlat[:, 0].min() > -5
