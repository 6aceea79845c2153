"""Notice shapes whose latitude stands where the longitude should: a common slip, and everything lies far away."""

from __future__ import annotations

from typing import TYPE_CHECKING

import shapely

if TYPE_CHECKING:
    from collections.abc import Sequence

    from app.services.open_area import OpenArea

SWAPPED = "latitude and longitude seem swapped: GeoJSON gives the longitude first"


def seem_swapped(area: OpenArea, bounds: Sequence[float]) -> bool:
    """Tell whether `bounds` (west, south, east, north) miss the area as they are, and meet it when swapped."""
    here = shapely.MultiPoint(area.travel.places.lonlat).envelope
    west, south, east, north = bounds
    return not here.intersects(shapely.box(west, south, east, north)) and here.intersects(
        shapely.box(south, west, north, east)
    )
