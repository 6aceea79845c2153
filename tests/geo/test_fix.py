"""Tests of `geo.fix`."""

from __future__ import annotations

import pytest

from geo.fix import Fix, LocatedBy, fix_of_degrees, most_precise


@pytest.mark.parametrize(
    ("lat", "lon", "accuracy_m"),
    [(56.41531, -5.47102, 10), (56.4153, -5.471, 10), (56.415, -5.471, 56), (56.42, -5.471, 56), (56.4, -5.5, 5_566)],
)
def test_the_digits_of_a_pin_tell_its_accuracy(lat: float, lon: float, accuracy_m: int) -> None:
    """One decimal of a degree is kilometres; more than four are no better than a house."""
    fix = fix_of_degrees(lat, lon)
    assert (fix.accuracy_m, fix.by) == (accuracy_m, LocatedBy.DEGREES)


def test_the_most_precise_reference_wins() -> None:
    """A pin beats a postcode, and of two equally good ones the UPRN is taken."""

    def fix(by: LocatedBy, accuracy_m: int) -> Fix:
        return Fix(lon=-5.4, lat=56.4, accuracy_m=accuracy_m, by=by)

    postcode, pin, uprn = fix(LocatedBy.POSTCODE, 900), fix(LocatedBy.DEGREES, 10), fix(LocatedBy.UPRN, 10)
    assert most_precise([postcode, pin, uprn]) is uprn
    assert most_precise([postcode, pin]) is pin
