"""Places as points: read from a file, checked, framed for GeoPandas, and matched to the nearest known place.

Where a point meets the road is `geo.snap`'s concern. GeoPandas takes two seconds to import, so it is imported late.
"""

from __future__ import annotations

import csv
import io
import math
from collections import Counter
from typing import TYPE_CHECKING

import numpy as np
from scipy.spatial import KDTree

from geo.errors import PointsUnreadable
from geo.postcodes import normalise_postcode

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from geopandas import GeoDataFrame
    from numpy.typing import ArrayLike, NDArray

WGS84 = "EPSG:4326"
EARTH_RADIUS_M = 6_371_008.8
"""Mean radius (IUGG)."""

COLUMNS = ("postcode", "lat", "lon")
SWAPPED_LAT_DEG = (-11.0, 2.5)
SWAPPED_LON_DEG = (49.0, 61.5)
"""The British Isles, as they look when latitude and longitude are exchanged."""


def points_frame(ids: Sequence[str], lon: ArrayLike, lat: ArrayLike) -> GeoDataFrame:
    """Frame points in degrees: column `place_id`, geometry in WGS84, in the order given."""
    import geopandas  # noqa: PLC0415

    return geopandas.GeoDataFrame({"place_id": list(ids)}, geometry=geopandas.points_from_xy(lon, lat), crs=WGS84)


def read_points(path: Path) -> GeoDataFrame:
    """Read a CSV of points with the columns postcode, lat and lon (others are ignored), as `points_frame` gives them.

    UTF-8 with or without a byte order mark, else Windows-1252. Postcodes are normalised, other names kept as they are.
    Raises PointsUnreadable naming every impossible row.
    """
    rows = _rows(path)
    ids = [normalise_postcode(row["postcode"]) or row["postcode"].strip() for row in rows]
    lat = [_degrees(row["lat"]) for row in rows]
    lon = [_degrees(row["lon"]) for row in rows]
    times = Counter(ids)
    faults = [
        f"row {number}: {', '.join(wrong)}"
        for number, (place_id, *position) in enumerate(zip(ids, lat, lon, strict=True), start=2)
        if (wrong := list(_faults(place_id, times[place_id], *position)))
    ]
    if faults:
        raise PointsUnreadable(f"{path.name} has {len(faults)} impossible row(s): {'; '.join(faults)}")
    return points_frame(ids, lon, lat)


def nearest_place(points: GeoDataFrame, places: GeoDataFrame) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Find for each point the row of the nearest place and how far it is, in metres over a round earth."""
    chord, row = KDTree(_unit_vectors(places)).query(_unit_vectors(points))
    return np.asarray(row, dtype=np.int64), 2 * EARTH_RADIUS_M * np.arcsin(np.minimum(chord / 2, 1.0))


def _unit_vectors(frame: GeoDataFrame) -> NDArray[np.float64]:
    """Turn points into vectors (n, 3), between which the straight line orders as the great circle does."""
    wgs84 = frame.geometry.to_crs(WGS84)
    lon, lat = np.radians(wgs84.x.to_numpy()), np.radians(wgs84.y.to_numpy())
    return np.column_stack([np.cos(lat) * np.cos(lon), np.cos(lat) * np.sin(lon), np.sin(lat)])


def _rows(path: Path) -> list[dict[str, str]]:
    """Read the rows of a CSV file, blank where a row is too short."""
    try:
        data = path.read_bytes()
    except OSError as problem:
        raise PointsUnreadable(f"{path.name} cannot be read: {problem.strerror}") from problem
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = data.decode("cp1252", errors="replace")
    reader = csv.DictReader(io.StringIO(text, newline=""), restval="")
    try:
        missing = [column for column in COLUMNS if column not in (reader.fieldnames or ())]
        rows = list(reader)
    except csv.Error as problem:
        raise PointsUnreadable(f"{path.name} is no CSV file: {problem}") from problem
    if missing:
        raise PointsUnreadable(f"{path.name} has no column {' and no column '.join(missing)}")
    if not rows:
        raise PointsUnreadable(f"{path.name} has no rows")
    return rows


def _degrees(text: str) -> float:
    """Read a number; anything that is none becomes NaN, which `_faults` names."""
    try:
        return float(text)
    except ValueError:
        return math.nan


def _faults(place_id: str, times: int, lat: float, lon: float) -> Iterator[str]:
    """Say what is impossible about one point."""
    if not place_id:
        yield "no postcode"
    elif times > 1:
        yield f"{place_id!r} stands in {times} rows"
    if not (math.isfinite(lat) and math.isfinite(lon)):
        yield "latitude or longitude is not a number"
    elif lat == lon == 0:
        yield "the position is 0, 0"
    elif SWAPPED_LAT_DEG[0] <= lat <= SWAPPED_LAT_DEG[1] and SWAPPED_LON_DEG[0] <= lon <= SWAPPED_LON_DEG[1]:
        yield "latitude and longitude are swapped"
    elif abs(lat) > 90 or abs(lon) > 180:
        yield "the position is not on the globe"
