"""Land and boundaries as polygons from a GeoJSON file: what lies in the sea or outside, and how far.

One coordinate system: degrees (WGS84), as GeoJSON has it.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely
from shapely.geometry import shape

from geo.errors import LandUnreadable
from geo.files import write_whole
from geo.fix import DEGREE_M

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray
    from shapely.geometry.base import BaseGeometry

MOST_BYTES = 100 * 2**20
MOST_DEEP = 5
"""How deep collections of shapes may be nested."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Land:
    """The polygons as one valid shape in degrees."""

    shape: BaseGeometry

    @property
    def pieces(self) -> int:
        """Count the separate polygons."""
        return len(shapely.get_parts(self.shape))

    def away_m(self, lonlat: NDArray[np.float64]) -> NDArray[np.float64]:
        """Measure how far positions (n, 2) are from the polygons in metres: 0 inside, and good near the edge."""
        if not len(lonlat):
            return np.zeros(0)
        scale = np.array([DEGREE_M * np.cos(np.radians(lonlat[:, 1].mean())), DEGREE_M])
        flat = shapely.transform(self.shape, lambda degrees: degrees * scale)
        shapely.prepare(flat)
        return np.asarray(shapely.distance(flat, shapely.points(lonlat * scale)))


def read_land(path: Path) -> Land:
    """Read the polygons of a GeoJSON file, whatever else is in it. Raises LandUnreadable."""
    try:
        if path.stat().st_size > MOST_BYTES:
            raise LandUnreadable(f"{path.name} is larger than {MOST_BYTES // 2**20} MB: simplify it first")
        found = json.loads(path.read_bytes())
        polygons = _polygons(found)
        whole = shapely.union_all([shapely.make_valid(polygon) for polygon in polygons])
    except OSError as problem:
        raise LandUnreadable(f"{path.name} cannot be read: {problem.strerror}") from problem
    except (ValueError, TypeError, KeyError, AttributeError, IndexError, RecursionError, shapely.GEOSException) as bad:
        if isinstance(bad, LandUnreadable):
            raise
        raise LandUnreadable(f"{path.name} is not GeoJSON with polygons") from bad
    west, south, east, north = whole.bounds if polygons else (0.0, 0.0, 0.0, 0.0)
    if not polygons or not whole.area:
        raise LandUnreadable(f"{path.name} holds no polygon")
    if not (-180 <= west <= east <= 180 and -90 <= south <= north <= 90):
        raise LandUnreadable(f"{path.name} is not in degrees: convert it to WGS84 (EPSG:4326)")
    return Land(shape=whole)


def write_land(land: Land, path: Path) -> None:
    """Write the polygons as `read_land` reads them, whole or not at all."""
    write_whole(path, lambda stream: stream.write(shapely.to_geojson(land.shape).encode()))


def _polygons(found: Any, depth: int = 0) -> list[BaseGeometry]:  # noqa: ANN401 - JSON
    """Collect the polygons of a GeoJSON object."""
    if depth > MOST_DEEP:
        raise ValueError("nested too deep")
    match found["type"]:
        case "FeatureCollection":
            return [polygon for part in found["features"] for polygon in _polygons(part, depth + 1)]
        case "Feature":
            return _polygons(found["geometry"], depth + 1) if found["geometry"] else []
        case "GeometryCollection":
            return [polygon for part in found["geometries"] for polygon in _polygons(part, depth + 1)]
        case "Polygon" | "MultiPolygon":
            return [shape(found)]
        case _:
            return []
