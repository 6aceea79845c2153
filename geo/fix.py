"""A position as somebody gave it: where, by what kind of reference it was found, and how far it may be off."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

HOUSE_M = 10
"""No reference counts as better than the size of a house with its garden."""

DEGREE_M = 111_320
"""Metres in a degree of latitude."""


class LocatedBy(StrEnum):
    """The kinds of reference, those first that are preferred when two are equally precise."""

    UPRN = "uprn"
    DEGREES = "degrees"
    EASTING_NORTHING = "easting_northing"
    GRID_REF = "grid_ref"
    POSTCODE = "postcode"


@dataclass(frozen=True, slots=True, kw_only=True)
class Fix:
    """A position in degrees (WGS84). `accuracy_m`: the home is no further off, as far as the reference tells."""

    lon: float
    lat: float
    accuracy_m: int
    by: LocatedBy


def fix_of_degrees(lat: float, lon: float) -> Fix:
    """Take a pin; two decimals of a degree are half a kilometre, so the digits that it has tell its accuracy."""
    decimals = max(_decimals(lat), _decimals(lon))
    return Fix(lon=lon, lat=lat, accuracy_m=max(HOUSE_M, round(DEGREE_M * 10.0**-decimals / 2)), by=LocatedBy.DEGREES)


def most_precise(fixes: list[Fix]) -> Fix:
    """Choose the fix of the smallest accuracy in metres, of equals the preferred kind."""
    order = list(LocatedBy)
    return min(fixes, key=lambda fix: (fix.accuracy_m, order.index(fix.by)))


def _decimals(value: float) -> int:
    """Count the decimals of a number as it would be written; zeros at its end are lost, hence two numbers are asked."""
    text = f"{value:.9f}".rstrip("0")
    return len(text) - text.index(".") - 1
