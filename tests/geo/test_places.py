"""Tests of `geo.places`."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from geo.errors import GeoError, PointsUnreadable
from geo.places import nearest_place, points_frame, read_points

SHARED = Path(os.environ.get("ROTA_SHARED", Path(__file__).resolve().parents[2].parent / "shared"))
Write = Callable[[bytes], Path]
GOOD = "postcode,lat,lon,note\nPA34 4AB,56.41,-5.47,Càil\npa344ad ,56.42,-5.48,\n"


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Give a function that writes the points file and tells where."""

    def points(data: bytes) -> Path:
        path = tmp_path / "points.csv"
        path.write_bytes(data)
        return path

    return points


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
def test_points_are_read_in_each_encoding_that_people_send(write: Write, encoding: str) -> None:
    """The same rows come out of UTF-8 with and without a mark, and of Windows-1252."""
    frame = read_points(write(GOOD.encode(encoding)))
    assert frame["place_id"].tolist() == ["PA34 4AB", "PA34 4AD"]
    assert [(point.x, point.y) for point in frame.geometry] == [(-5.47, 56.41), (-5.48, 56.42)]
    assert frame.crs == "EPSG:4326"


@pytest.mark.parametrize(
    ("row", "complaint"),
    [
        (",56.4,-5.4", "no postcode"),
        ("PA34 4ZZ,north,-5.4", "not a number"),
        ("PA34 4ZZ,56.4", "not a number"),
        ("PA34 4ZZ,nan,-5.4", "not a number"),
        ("PA34 4ZZ,0,0.0", "the position is 0, 0"),
        ("PA34 4ZZ,-5.4,56.4", "swapped"),
        ("PA34 4ZZ,99.999999,0", "not on the globe"),
        ("PA344AB,56.4,-5.4", "'PA34 4AB' stands in 2 rows"),
    ],
)
def test_an_impossible_point_is_refused(write: Write, row: str, complaint: str) -> None:
    """Each fault is named with the row in which a spreadsheet shows it."""
    with pytest.raises(PointsUnreadable, match=rf"row 4: [^;]*{complaint}"):
        read_points(write(f"{GOOD}{row}\n".encode()))


def test_every_impossible_point_is_named_at_once(write: Write) -> None:
    """One error lists all bad rows."""
    with pytest.raises(PointsUnreadable, match=r"2 impossible row\(s\): row 4: .*; row 6: "):
        read_points(write(f"{GOOD}X,,\nY,56.4,-5.4\nZ,0,0\n".encode()))


@pytest.mark.parametrize(
    ("data", "complaint"),
    [
        (b"", "no column postcode and no column lat and no column lon"),
        (b"postcode,lat\nPA34 4AB,56.4\n", "no column lon"),
        (b"postcode,lat,lon\n", "no rows"),
        (b"\xff\xfe\x81\x00", "no column"),
        (b"postcode,lat,lon\n" + b"x" * 200_000, "is no CSV file"),
    ],
)
def test_a_file_without_points_is_refused(write: Write, data: bytes, complaint: str) -> None:
    """Empty files, missing columns and noise end in the package's own error."""
    with pytest.raises(GeoError, match=complaint):
        read_points(write(data))


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    """A wrong path is said plainly."""
    with pytest.raises(PointsUnreadable, match=r"nowhere\.csv cannot be read"):
        read_points(tmp_path / "nowhere.csv")


def test_points_outside_britain_are_welcome(write: Write) -> None:
    """Nothing ties the product to one country: only exchanged coordinates are caught."""
    frame = read_points(write(b"postcode,lat,lon\nAD500,42.5,1.52\n"))
    assert frame["place_id"].tolist() == ["AD500"]


def test_the_nearest_place_is_found_with_its_distance() -> None:
    """Lochgilphead is nearer to Ardrishaig than to Oban; three kilometres, as the map says."""
    places = points_frame(["Oban", "Ardrishaig"], [-5.472, -5.447], [56.412, 56.013])
    rows, metres = nearest_place(points_frame(["Lochgilphead"], [-5.432], [56.038]), places)
    assert rows.tolist() == [1]
    assert metres[0] == pytest.approx(2_940, abs=60)


def test_a_degree_of_longitude_is_shorter_in_the_north() -> None:
    """At 60 degrees a degree east is half of a degree north, so the nearest is not the nearest in degrees."""
    places = points_frame(["east", "north"], [0.9, 0.0], [60.0, 60.5])
    rows, metres = nearest_place(points_frame(["here"], [0.0], [60.0]), places)
    assert rows.tolist() == [0]
    assert metres[0] == pytest.approx(0.9 * 111_195 / 2, rel=0.001)


def test_the_postcodes_of_a_real_island_are_read() -> None:
    """The points of the Isle of Man come through whole."""
    path = SHARED / "geodata" / "isle_of_man_postcodes.csv"
    if not path.exists():
        pytest.skip("the shared geodata are not beside this checkout")
    frame = read_points(path)
    assert len(frame) > 1_000
    assert frame["place_id"].str.startswith("IM").all()
