"""Draws an area as one SVG map: roads, boats, settlements and the proposed zones. No tile, no script, no person.

Clients are never drawn: zones are drawn around settlements.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import shapely
from markupsafe import Markup, escape

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from app.services.open_area import OpenArea
    from app.services.propose_zones import ZoneProposal
    from geo.types import RoadGraph

WIDTH_PX = 860
TALLEST_PX = 1100
MARGIN_PX = 24
ROAD_STYLE = {"trunk": 2.4, "primary": 1.9, "secondary": 1.4, "tertiary": 1.1, "unclassified": 0.7}
ZONE_COLOURS = (
    "#3b7ea1", "#d98c3f", "#5a9367", "#a4578b", "#8a8d3c", "#c8553d",
    "#4d5f9e", "#2f9e9a", "#9c7a54", "#7b6bb0", "#b0763d", "#6b8f2f",
)  # fmt: skip
MOST_LABELS = 26


@dataclass(frozen=True, slots=True, kw_only=True)
class _Frame:
    """Takes metres of the network's own projection to pixels."""

    left_m: float
    top_m: float
    px_per_m: float
    height_px: int

    def place(self, xy: NDArray[np.float64]) -> NDArray[np.float64]:
        """Turn metres (n, 2) into pixels, y growing downwards."""
        shifted = (xy - [self.left_m, self.top_m]) * [self.px_per_m, -self.px_per_m]
        return np.round(shifted + MARGIN_PX, 1)


def area_map(area: OpenArea, proposal: ZoneProposal | None) -> Markup:
    """Draw an area, with zones in colour when there is a proposal."""
    frame = _frame(area)
    layers = [
        _zone_shapes(area, frame, proposal) if proposal else Markup(),
        _roads(area.graph, frame),
        _crossings(area, frame),
        _settlements(area, frame),
    ]
    return Markup(
        '<svg class="map" viewBox="0 0 {} {}" role="img" aria-label="Map of the area with proposed zones">'
        '<rect width="100%" height="100%" fill="#eef3f5"/>{}</svg>'
    ).format(WIDTH_PX, frame.height_px, Markup().join(layers))


def zone_colour(number: int) -> str:
    """Give the colour of a zone."""
    return ZONE_COLOURS[number % len(ZONE_COLOURS)]


def _frame(area: OpenArea) -> _Frame:
    """Fit every home into the picture; piers and roads beyond may lie outside."""
    places = area.travel.places
    homes = sorted({*places.row_of_client.values(), *places.row_of_carer.values()})
    xy = _project(area, places.lonlat[homes])
    least, greatest = xy.min(axis=0) - 4_000, xy.max(axis=0) + 4_000
    width_m, height_m = greatest - least
    inner = WIDTH_PX - 2 * MARGIN_PX
    px_per_m = float(min(inner / width_m, (TALLEST_PX - 2 * MARGIN_PX) / height_m))
    spare_m = inner / px_per_m - width_m
    return _Frame(
        left_m=float(least[0] - spare_m / 2),
        top_m=float(greatest[1]),
        px_per_m=px_per_m,
        height_px=int(height_m * px_per_m + 2 * MARGIN_PX),
    )


def _project(area: OpenArea, lonlat: NDArray[np.float64]) -> NDArray[np.float64]:
    """Take degrees to the metres of the network."""
    from geo.graph import project  # noqa: PLC0415 - loads the projection library only when a map is drawn

    return project(lonlat, area.graph.crs)


def _roads(graph: RoadGraph, frame: _Frame) -> Markup:
    """Draw the classified roads, minor ones first and thinner, each class as one path."""
    classes = np.array(graph.way_classes)[graph.way]
    once = graph.tail < graph.head
    pixels = frame.place(graph.xy)[graph.tail]
    seen = ((pixels > -50) & (pixels < [WIDTH_PX + 50, frame.height_px + 50])).all(axis=1)
    parts: list[Markup] = []
    for name, stroke in reversed(ROAD_STYLE.items()):
        arcs = np.flatnonzero((classes == name) & once & seen)
        if not len(arcs):
            continue
        pieces = np.stack([graph.xy[graph.tail[arcs]], graph.xy[graph.head[arcs]]], axis=1)
        merged = shapely.line_merge(shapely.MultiLineString(list(pieces)))
        lines = shapely.get_parts(shapely.simplify(merged, 1.0 / frame.px_per_m))
        path = "".join(_polyline(frame.place(shapely.get_coordinates(line))) for line in lines)
        parts.append(
            Markup('<path d="{}" fill="none" stroke="#6f7a80" stroke-width="{}" stroke-linejoin="round"/>').format(
                path, stroke
            )
        )
    return Markup().join(parts)


def _crossings(area: OpenArea, frame: _Frame) -> Markup:
    """Draw each crossing once, as a dashed line between its piers."""
    pairs = sorted(
        {(min(boat.from_port, boat.to_port), max(boat.from_port, boat.to_port)) for boat in area.travel.departures}
    )
    if not pairs:
        return Markup()
    xy = frame.place(_project(area, area.travel.places.lonlat))
    path = "".join(_polyline(xy[list(pair)]) for pair in pairs)
    return Markup('<path d="{}" fill="none" stroke="#2b6cb0" stroke-width="1.3" stroke-dasharray="5 4"/>').format(path)


def _zone_shapes(area: OpenArea, frame: _Frame, proposal: ZoneProposal) -> Markup:
    """Fill each zone with its colour."""
    parts: list[Markup] = []
    for zone, outline in zip(proposal.zones, proposal.outlines.geometry, strict=True):
        path = ""
        for polygon in shapely.get_parts(outline):
            for ring in (polygon.exterior, *polygon.interiors):
                path += _polyline(frame.place(_project(area, shapely.get_coordinates(ring)))) + "Z"
        parts.append(
            Markup(
                '<path d="{}" fill="{}" fill-opacity="0.38" fill-rule="evenodd" stroke="{}"><title>{}</title></path>'
            ).format(path, zone_colour(zone.number), zone_colour(zone.number), zone.name)
        )
    return Markup().join(parts)


def _settlements(area: OpenArea, frame: _Frame) -> Markup:
    """Name the largest settlements, leaving out those whose name would lie over another."""
    # Among settlements of one size, such as postcodes, names that end alike lie far apart.
    places = sorted(area.dataset.places, key=lambda place: (-place.population, place.name[::-1]))
    if not places:
        return Markup()
    xy = frame.place(_project(area, np.array([(place.lon, place.lat) for place in places])))
    taken: list[tuple[float, float, float]] = []
    parts: list[Markup] = []
    for place, (x, y) in zip(places, xy.tolist(), strict=True):
        inside = 0 < x < WIDTH_PX - 40 and 12 < y < frame.height_px
        if len(parts) >= MOST_LABELS or not place.population or not inside or _overlaps(taken, x, y, place.name):
            continue
        taken.append((x, y, _width_px(place.name)))
        parts.append(
            Markup('<circle cx="{x}" cy="{y}" r="3" fill="#1f2d33"/><text x="{tx}" y="{ty}">{name}</text>').format(
                x=x, y=y, tx=round(x + 5, 1), ty=round(y + 4, 1), name=place.name
            )
        )
    return Markup().join(parts)


def _overlaps(taken: Sequence[tuple[float, float, float]], x: float, y: float, name: str) -> bool:
    """Tell whether a label would lie over one that is there."""
    width = _width_px(name)
    return any(
        abs(y - other_y) < 15 and x < other_x + other_w and other_x < x + width for other_x, other_y, other_w in taken
    )


def _width_px(name: str) -> float:
    """Estimate how wide a label is."""
    return 12 + 6.4 * len(str(escape(name)))


def _polyline(points: NDArray[np.float64]) -> str:
    """Write points as an SVG path."""
    return "M" + "L".join(f"{x:g} {y:g}" for x, y in points.tolist())
