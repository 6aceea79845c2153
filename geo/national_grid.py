"""The National Grid of Great Britain (OSGB36): references such as NM 860 300, and metres east and north to degrees.

Nothing is fetched: without the OSTN15 grid a position is up to `SHIFT_M` off.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from geo.fix import HOUSE_M, Fix, LocatedBy

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np
    import pyproj
    from numpy.typing import NDArray

SHIFT_M = 3.5
"""Greatest difference from OSTN15 over the 3,404 postcodes of Argyll and Bute; the median is 1.6 m."""

EAST_M, NORTH_M = 700_000, 1_300_000
"""Size of the grid."""

_LETTERS = "ABCDEFGHJKLMNOPQRSTUVWXYZ"
_REFERENCE = re.compile(r"([A-Z]{2})((?:\d\d){1,5})")
_SQUARE_M = 100_000
_WITH_LAND = {
    "H": "PTUWXYZ",
    "N": "ABCDFGHJKLMNORSTUWXYZ",
    "O": "V",
    "S": "CDEHJKMNOPRSTUVWXYZ",
    "T": "AFGLMQRV",
}
"""Squares of 100 km that hold land of Great Britain or the Isle of Man. Source: Ordnance Survey, the National Grid."""


@dataclass(frozen=True, slots=True, kw_only=True)
class GridSquare:
    """The square that a reference names, by its middle, in metres."""

    easting: float
    northing: float
    size_m: int


def parse_grid_ref(text: str) -> GridSquare | None:
    """Read a reference of two letters and 2 to 10 digits, blanks and case aside; None if it names no land."""
    found = _REFERENCE.fullmatch("".join(text.split()).upper())
    if not found or found[1][1] not in _WITH_LAND.get(found[1][0], ""):
        return None
    large, small = (_LETTERS.index(letter) for letter in found[1])
    west = ((large - 2) % 5 * 5 + small % 5) * _SQUARE_M
    south = (19 - large // 5 * 5 - small // 5) * _SQUARE_M
    half = len(found[2]) // 2
    size_m = 10 ** (5 - half)
    return GridSquare(
        easting=west + int(found[2][:half]) * size_m + size_m / 2,
        northing=south + int(found[2][half:]) * size_m + size_m / 2,
        size_m=size_m,
    )


def grid_ref(easting: float, northing: float, digits: int = 6) -> str:
    """Write the reference of the square that a position lies in, such as `NM 860 300`."""
    column, row = int(easting // _SQUARE_M), int(northing // _SQUARE_M)
    large = _LETTERS[(19 - row) // 5 * 5 + (column + 10) // 5]
    small = _LETTERS[(19 - row) % 5 * 5 + column % 5]
    half = digits // 2
    size_m = 10 ** (5 - half)
    east, north = (int(value % _SQUARE_M // size_m) for value in (easting, northing))
    return f"{large}{small} {east:0{half}} {north:0{half}}"


def to_degrees(easting: Sequence[float], northing: Sequence[float]) -> NDArray[np.float64]:
    """Take metres east and north to longitude and latitude (WGS84), float64 (n, 2)."""
    import numpy as np  # noqa: PLC0415 - cells of files are read without

    return np.column_stack(_transformer().transform(np.asarray(easting), np.asarray(northing)))


def fix_of_grid_ref(square: GridSquare) -> Fix:
    """Take the middle of a square; the home is somewhere in it."""
    return _fix(square.easting, square.northing, max(HOUSE_M, square.size_m), LocatedBy.GRID_REF)


def fix_of_easting_northing(easting: int, northing: int) -> Fix:
    """Take metres; where both end in zeros they were rounded, and are no better than that."""
    step_m = HOUSE_M
    while step_m < _SQUARE_M and easting % (step_m * 10) == northing % (step_m * 10) == 0:
        step_m *= 10
    return _fix(easting, northing, step_m, LocatedBy.EASTING_NORTHING)


def _fix(easting: float, northing: float, accuracy_m: int, by: LocatedBy) -> Fix:
    lon, lat = to_degrees([easting], [northing])[0].tolist()
    return Fix(lon=round(lon, 7), lat=round(lat, 7), accuracy_m=accuracy_m, by=by)


@cache
def _transformer() -> pyproj.Transformer:
    """Make what takes the grid to degrees: slow to make, quick to use, and never on the network."""
    import pyproj  # noqa: PLC0415 - cells of files are read without
    from pyproj.network import set_network_enabled  # type: ignore[attr-defined]  # noqa: PLC0415 - the same

    set_network_enabled(False)
    return pyproj.Transformer.from_crs("EPSG:27700", "EPSG:4326", always_xy=True)
