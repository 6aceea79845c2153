"""Tests of `geo.postcodes`."""

from __future__ import annotations

import pytest

from geo.postcodes import normalise_postcode


@pytest.mark.parametrize(
    ("text", "written"),
    [("pa344ab", "PA34 4AB"), (" G84  7YZ ", "G84 7YZ"), ("EC1A1BB", "EC1A 1BB")],
)
def test_postcodes_are_written_one_way(text: str, written: str) -> None:
    """Case and blanks do not matter."""
    assert normalise_postcode(text) == written


@pytest.mark.parametrize("text", ["", "PA34", "PA34 4CB", "Oban", "4AB PA34"])
def test_what_cannot_be_a_postcode_is_none(text: str) -> None:
    """Half postcodes, forbidden letters and names are not postcodes."""
    assert normalise_postcode(text) is None
