"""Tests of `geo.gtfs`: archives and files, the hostile ones too."""

from __future__ import annotations

import time
import tracemalloc
import zipfile
from typing import TYPE_CHECKING

import pytest

from geo import gtfs
from geo.errors import TimetableUnreadable
from geo.gtfs import FeedArchive, read_stops
from tests.geo.feeds import FEED, changed, write_feed

if TYPE_CHECKING:
    from pathlib import Path


def test_stops_have_positions_or_those_of_their_station(tmp_path: Path) -> None:
    """A stop without a position stands at its station, which is no stop itself."""
    with FeedArchive(write_feed(tmp_path / "feed.zip")) as feed:
        stops = read_stops(feed)
    assert set(stops) == {"O", "C", "T", "b1", "b2", "b3", "b4", "b5"}
    assert (stops["b1"].lat, stops["b1"].lon, stops["b1"].name) == (56.41, -5.47, "Town")


def test_a_byte_order_mark_and_blank_lines_do_no_harm(tmp_path: Path) -> None:
    """Files as spreadsheets save them are read: a mark at the start, spaces around cells, Windows line ends."""
    text = "\ufeff" + FEED["stops"].replace("\n", "\r\n").replace(",Coll Pier,", ", Coll Pier ,") + "\r\n\r\n"
    with FeedArchive(write_feed(tmp_path / "feed.zip", stops=text)) as feed:
        assert read_stops(feed)["C"].name == "Coll Pier"


@pytest.mark.parametrize(
    ("files", "told"),
    [
        ({"stops": None}, r"feed.zip has no stops.txt"),
        ({"stops": ""}, r"stops.txt, line 1, stop_id: the column is missing"),
        ({"stops": "stop_name\nOban\n"}, r"stops.txt, line 1, stop_id: the column is missing"),
        (changed("stops", "56.4121", "north"), r"stops.txt, line 2, stop_lat: is not a number"),
        (changed("stops", "56.4121", "nan"), r"stops.txt, line 2, stop_lat: is not a number of any use"),
        (changed("stops", "56.4121", "156.4"), r"stops.txt, line 2, stop_lat: the position is not on Earth"),
        (changed("stops", "56.4121,-5.4741", ","), r"stops.txt, line 2, stop_lat: the stop has no position"),
        (changed("stops", "T,Tiree", "C,Tiree"), r"stops.txt, line 4, stop_id: C is there twice"),
        (changed("stops", "0,station", "0,nowhere"), r"stops.txt, line 6, parent_station: there is no stop nowhere"),
        (changed("stops", "T,Tiree", ",Tiree"), r"stops.txt, line 4, stop_id: the cell is empty"),
        ({"stops": "stop_id\n" + "x" * 200_000}, r"stops.txt, line 2: the line is too long"),
    ],
)
def test_what_is_wrong_is_told_with_its_place(tmp_path: Path, files: dict[str, str | None], told: str) -> None:
    """File, line and column are named, and one error is enough."""
    with (
        FeedArchive(write_feed(tmp_path / "feed.zip", **files)) as feed,
        pytest.raises(TimetableUnreadable, match=told),
    ):
        read_stops(feed)


def test_what_is_no_archive_is_refused(tmp_path: Path) -> None:
    """A missing file, a text, and half an archive are told in words."""
    whole = write_feed(tmp_path / "feed.zip").read_bytes()
    (tmp_path / "text.zip").write_text("no archive")
    (tmp_path / "half.zip").write_bytes(whole[: len(whole) // 2])
    for name in ("missing.zip", "text.zip", "half.zip"):
        with pytest.raises(TimetableUnreadable, match=f"{name} is missing or is no zip archive"):
            FeedArchive(tmp_path / name)


def test_damaged_content_is_refused(tmp_path: Path) -> None:
    """A byte changed inside a compressed file is noticed, and so is text that is not UTF-8."""
    content = bytearray(write_feed(tmp_path / "feed.zip").read_bytes())
    at = content.index(b"stops.txt") + 20
    content[at] ^= 0xFF
    (tmp_path / "damaged.zip").write_bytes(content)
    with zipfile.ZipFile(tmp_path / "latin.zip", "w") as archive:
        archive.writestr("stops.txt", "stop_id\n\xe9".encode("latin-1"))
    for name in ("damaged.zip", "latin.zip"):
        with FeedArchive(tmp_path / name) as feed, pytest.raises(TimetableUnreadable, match="the file is broken"):
            read_stops(feed)


@pytest.mark.parametrize("name", ["../stops.txt", "/etc/stops.txt", "a/../../stops.txt", "..\\stops.txt"])
def test_an_archive_that_points_outside_is_refused(tmp_path: Path, name: str) -> None:
    """Nothing is ever unpacked to disk, and such names are a reason to trust nothing else in the archive."""
    folder = tmp_path / "inside"
    folder.mkdir()
    with zipfile.ZipFile(folder / "feed.zip", "w") as archive:
        archive.writestr(name, "stop_id\n")
    with pytest.raises(TimetableUnreadable, match="names a file outside of itself"):
        FeedArchive(folder / "feed.zip")
    assert [path.name for path in tmp_path.rglob("*")] == ["inside", "feed.zip"]


def test_a_bomb_is_refused_before_it_goes_off(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An archive that says how much it unpacks to is refused at once, and one line without an end takes no memory."""
    path = tmp_path / "bomb.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive, archive.open("stops.txt", "w") as stream:
        stream.write(b"stop_id\n")
        for _ in range(64):
            stream.write(b"0" * 2**20)
    assert path.stat().st_size < 2**17
    tracemalloc.start()
    began = time.monotonic()
    with FeedArchive(path) as feed, pytest.raises(TimetableUnreadable, match="line 2: the line is too long"):
        read_stops(feed)
    assert time.monotonic() - began < 5
    assert tracemalloc.get_traced_memory()[1] < 2**23
    tracemalloc.stop()
    monkeypatch.setattr(gtfs, "MAX_BYTES", 2**24)
    with pytest.raises(TimetableUnreadable, match="unpacks to more than"):
        FeedArchive(path)


def test_lines_without_end_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file of nothing but short lines stops at a limit."""
    monkeypatch.setattr(gtfs, "MAX_LINES", 1_000)
    path = write_feed(tmp_path / "feed.zip", stops="stop_id\n" + "\n" * 5_000)
    with FeedArchive(path) as feed, pytest.raises(TimetableUnreadable, match="more than 1000 lines"):
        read_stops(feed)
