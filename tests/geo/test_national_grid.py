"""Tests of `geo.national_grid`."""

from __future__ import annotations

import csv
import os
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.fix import LocatedBy
from geo.national_grid import fix_of_easting_northing, fix_of_grid_ref, grid_ref, parse_grid_ref, to_degrees

SHARED = Path(os.environ.get("ROTA_SHARED", Path(__file__).resolve().parents[2].parent / "shared"))


@pytest.mark.parametrize(
    ("text", "easting", "northing", "size_m"),
    [
        ("NM 860 300", 186_050, 730_050, 100),
        ("nm860300", 186_050, 730_050, 100),
        ("NM83", 185_000, 735_000, 10_000),
        ("NM 86 30", 186_500, 730_500, 1_000),
        ("NM 8601 3002", 186_015, 730_025, 10),
        ("NM 86012 30023", 186_012.5, 730_023.5, 1),
        ("SC 380 750", 238_050, 475_050, 100),
        ("HU 47 41", 447_500, 1_141_500, 1_000),
    ],
)
def test_every_even_number_of_digits_is_read(text: str, easting: float, northing: float, size_m: int) -> None:
    """The point is the middle of the square, whose size is the accuracy; Oban, Douglas and Lerwick come out right."""
    square = parse_grid_ref(text)
    assert square is not None
    assert (square.easting, square.northing, square.size_m) == (easting, northing, size_m)


@pytest.mark.parametrize(
    "text", ["", "NM", "NM 860 30", "IM 860 300", "AA 12 34", "NM 860 300 1", "860 300", "C 12 34"]
)
def test_what_names_no_square_of_land_is_none(text: str) -> None:
    """Odd digits, the letter I, squares of open sea, and Irish references are refused."""
    assert parse_grid_ref(text) is None


@given(
    easting=st.integers(80_000, 650_000), northing=st.integers(10_000, 1_200_000), digits=st.sampled_from([4, 6, 10])
)
def test_a_written_reference_is_read_back(easting: int, northing: int, digits: int) -> None:
    """The square of a written reference holds the position it was written for."""
    square = parse_grid_ref(grid_ref(easting, northing, digits))
    if square is not None:  # open sea has no reference
        assert abs(square.easting - easting) <= square.size_m / 2
        assert abs(square.northing - northing) <= square.size_m / 2


def test_a_reference_becomes_a_fix_with_its_accuracy() -> None:
    """NM 860 300 is in Oban, a hundred metres; a square of a metre counts as no better than a house."""
    square = parse_grid_ref("NM 860 300")
    assert square is not None
    fix = fix_of_grid_ref(square)
    assert (fix.lat, fix.lon) == (pytest.approx(56.41405, abs=1e-4), pytest.approx(-5.46994, abs=1e-4))
    assert (fix.accuracy_m, fix.by) == (100, LocatedBy.GRID_REF)
    finest = parse_grid_ref("NM 86012 30023")
    assert finest is not None
    assert fix_of_grid_ref(finest).accuracy_m == 10


@pytest.mark.parametrize(("easting", "accuracy_m"), [(186_053, 10), (186_050, 10), (186_100, 100), (186_000, 1_000)])
def test_rounded_metres_are_no_better_than_they_look(easting: int, accuracy_m: int) -> None:
    """Zeros at the end of both numbers say how far they were rounded."""
    fix = fix_of_easting_northing(easting, 730_000)
    assert (fix.accuracy_m, fix.by) == (accuracy_m, LocatedBy.EASTING_NORTHING)


def test_real_postcodes_agree_without_a_network() -> None:
    """Eastings and northings of a whole county come within four metres of the degrees that came with them."""
    path = SHARED / "geodata" / "argyll_bute_postcodes.csv"
    if not path.exists():
        pytest.skip("the shared geodata are not beside this checkout")
    with path.open(encoding="utf-8") as stream:
        rows = list(csv.DictReader(stream))
    ours = to_degrees([float(row["easting"]) for row in rows], [float(row["northing"]) for row in rows])
    theirs = np.array([(float(row["lon"]), float(row["lat"])) for row in rows])
    away_m = np.hypot(*((ours - theirs) * [62_000, 111_320]).T)
    assert away_m.max() < 4
