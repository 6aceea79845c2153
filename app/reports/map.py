"""Draws an area as one SVG map: roads, boats, settlements and the proposed zones. No tile, no script, no person.

Clients are never drawn: zones are drawn around settlements.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations, product
from typing import TYPE_CHECKING

import numpy as np
import shapely
from markupsafe import Markup, escape

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray
    from shapely.geometry.base import BaseGeometry

    from app.services.open_area import OpenArea
    from app.services.propose_zones import Zone, ZoneProposal
    from geo.types import RoadGraph

WIDTH_PX = 860
TALLEST_PX = 1100
MARGIN_PX = 24
ROAD_STYLE = {"trunk": 2.4, "primary": 1.9, "secondary": 1.4, "tertiary": 1.1, "unclassified": 0.7}
ZONE_COLOURS = (
    "#3b7ea1", "#d98c3f", "#5a9367", "#a4578b", "#8a8d3c", "#c8553d",
    "#4d5f9e", "#2f9e9a", "#9c7a54", "#7b6bb0", "#b0763d", "#6b8f2f",
)  # fmt: skip
NEAR_ROAD_M = 1_600
"""Where no coast is known, land is drawn so far around roads."""

GRID_PX = 2.0
"""Places along roads are taken together so far."""

MOST_LABELS = 26
NUMBER_RADIUS_PX = 10
NUMBERS_APART_PX = 2 * NUMBER_RADIUS_PX + 3
NUDGES = 60

LEAST_NUMBERED = 0.3
"""A piece of a zone has a number of its own from so large a share of the zone's largest piece on."""

_Label = tuple[float, float, float]
"""Where a settlement's dot and name lie: left, middle height and width, in pixels."""


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
    zones = proposal.zones if proposal else ()
    shapes = _zone_shapes(area, frame, proposal) if proposal else []
    settlements, labels = _settlements(area, frame)
    layers = [
        _land(area, frame),
        _zone_fills(zones, shapes),
        _roads(area.graph, frame),
        _crossings(area, frame),
        settlements,
        _zone_numbers(zones, shapes, frame, labels),
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


def _land(area: OpenArea, frame: _Frame) -> Markup:
    """Fill the land: as its coast has been loaded, or else what lies near a road or a home."""
    if area.land is None:
        seen = _near_roads(area, frame)
    else:
        seen = shapely.transform(area.land.shape, lambda lonlat: frame.place(_project(area, lonlat)))
    view = shapely.box(-50, -50, WIDTH_PX + 50, frame.height_px + 50)
    shape = shapely.simplify(shapely.intersection(seen, view), 0.5)
    return Markup('<path d="{}" fill="#fbfaf5" fill-rule="evenodd" stroke="#c9d2d6" stroke-width="0.6"/>').format(
        _outline(shape)
    )


def _near_roads(area: OpenArea, frame: _Frame) -> BaseGeometry:
    """Give what lies within `NEAR_ROAD_M` of a road, in pixels: lochs and sounds show, by which a place is known."""
    graph = area.graph
    pixels = np.unique(np.round(frame.place(graph.xy)[np.union1d(graph.tail, graph.head)] / GRID_PX), axis=0) * GRID_PX
    return shapely.union_all(shapely.buffer(shapely.points(pixels), NEAR_ROAD_M * frame.px_per_m, quad_segs=3))


def _outline(shape: BaseGeometry) -> str:
    """Write polygons as an SVG path, holes included."""
    return "".join(
        _polyline(shapely.get_coordinates(ring)) + "Z"
        for polygon in shapely.get_parts(shape)
        if polygon.geom_type == "Polygon"
        for ring in (polygon.exterior, *polygon.interiors)
    )


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


def _zone_shapes(area: OpenArea, frame: _Frame, proposal: ZoneProposal) -> list[BaseGeometry]:
    """Give the outline of each zone in pixels."""
    return [
        shapely.transform(outline, lambda lonlat: frame.place(_project(area, lonlat)))
        for outline in proposal.outlines.geometry
    ]


def _zone_fills(zones: Sequence[Zone], shapes: Sequence[BaseGeometry]) -> Markup:
    """Fill each zone with its colour."""
    parts: list[Markup] = []
    for zone, shape in zip(zones, shapes, strict=True):
        parts.append(
            Markup(
                '<path d="{}" fill="{}" fill-opacity="0.38" fill-rule="evenodd" stroke="{}"><title>{}</title></path>'
            ).format(_outline(shape), zone_colour(zone.number), zone_colour(zone.number), zone.name)
        )
    return Markup().join(parts)


def _zone_numbers(
    zones: Sequence[Zone], shapes: Sequence[BaseGeometry], frame: _Frame, labels: Sequence[_Label]
) -> Markup:
    """Write each zone's number inside its large pieces, in a ring of its colour, or beside them where it is crowded."""
    if not zones:
        return Markup()
    pieces = [(zone, piece) for zone, shape in zip(zones, shapes, strict=True) for piece in _large_pieces(shape)]
    inside = np.array([shapely.get_coordinates(piece.representative_point())[0] for _, piece in pieces])
    spots = _moved_apart(inside, labels)
    edge = NUMBER_RADIUS_PX + 2
    spots = np.clip(spots, edge, [WIDTH_PX - edge, frame.height_px - edge])
    parts = [
        Markup(
            '<circle cx="{x:.1f}" cy="{y:.1f}" r="{r}" fill="#fff" stroke="{colour}" stroke-width="3"/>'
            '<text class="zone" x="{x:.1f}" y="{base:.1f}">{number}</text>'
        ).format(x=x, y=y, r=NUMBER_RADIUS_PX, colour=zone_colour(zone.number), base=y + 4, number=zone.number)
        for (zone, _), (x, y) in zip(pieces, spots.tolist(), strict=True)
    ]
    return Markup().join(parts)


def _large_pieces(shape: BaseGeometry) -> list[BaseGeometry]:
    """Give the largest piece of a zone, and others that are not much smaller: an island or a town across the water."""
    pieces = sorted(shapely.get_parts(shape).tolist(), key=lambda piece: -piece.area)
    return [piece for piece in pieces if piece.area >= LEAST_NUMBERED * pieces[0].area]


def _moved_apart(spots: NDArray[np.float64], labels: Sequence[_Label]) -> NDArray[np.float64]:
    """Push points (n, 2) off labels and apart from each other, a little at a time, until none meets or time is up."""
    spots = spots.copy()
    for _ in range(NUDGES):
        for number, label in product(range(len(spots)), labels):
            spots[number] += _way_off(label, spots[number])
        for one, other in combinations(range(len(spots)), 2):
            way = spots[other] - spots[one]
            apart = float(np.hypot(*way))
            if apart < NUMBERS_APART_PX:
                unit = way / apart if apart > 0 else np.array([1.0, 0.0])
                push = unit * (NUMBERS_APART_PX - apart) / 2
                spots[one] -= push
                spots[other] += push
    return spots


def _way_off(label: _Label, spot: NDArray[np.float64]) -> NDArray[np.float64]:
    """Give the shortest way that takes a number off a label, none where it does not lie on it."""
    left, y, width = label
    x_in = np.array([spot[0] - left + NUMBER_RADIUS_PX + 4, left + width - spot[0] + NUMBER_RADIUS_PX])
    y_in = np.array([spot[1] - y, y - spot[1]]) + NUMBER_RADIUS_PX + 8
    depths = np.concatenate([x_in, y_in])
    if (depths <= 0).any():
        return np.zeros(2)
    ways = np.array([[-1.0, 0.0], [1.0, 0.0], [0.0, -1.0], [0.0, 1.0]])
    nearest = int(depths.argmin())
    way: NDArray[np.float64] = ways[nearest] * depths[nearest]
    return way


def _settlements(area: OpenArea, frame: _Frame) -> tuple[Markup, list[_Label]]:
    """Name the largest settlements, leaving out those whose name would lie over another, and say where names are.

    Names stand to the right of their dot, or to the left where they would run over the edge.
    """
    # Among settlements of one size, such as postcodes, names that end alike lie far apart.
    places = sorted(area.dataset.places, key=lambda place: (-place.population, place.name[::-1]))
    if not places:
        return Markup(), []
    xy = frame.place(_project(area, np.array([(place.lon, place.lat) for place in places])))
    taken: list[_Label] = []
    parts: list[Markup] = []
    for place, (x, y) in zip(places, xy.tolist(), strict=True):
        inside = 0 < x < WIDTH_PX and 12 < y < frame.height_px
        width = _width_px(place.name)
        flipped = x + width > WIDTH_PX
        label = (x - width if flipped else x, y, width)
        if len(parts) >= MOST_LABELS or not place.population or not inside or _overlaps(taken, label):
            continue
        taken.append(label)
        parts.append(
            Markup(
                '<circle cx="{x}" cy="{y}" r="3" fill="#1f2d33"/>'
                '<text x="{tx:.1f}" y="{ty:.1f}" text-anchor="{anchor}">{name}</text>'
            ).format(
                x=x,
                y=y,
                tx=x - 5 if flipped else x + 5,
                ty=y + 4,
                anchor="end" if flipped else "start",
                name=place.name,
            )
        )
    return Markup().join(parts), taken


def _overlaps(taken: Sequence[_Label], label: _Label) -> bool:
    """Tell whether a label would lie over one that is there."""
    x, y, width = label
    return any(
        abs(y - other_y) < 15 and x < other_x + other_w and other_x < x + width for other_x, other_y, other_w in taken
    )


def _width_px(name: str) -> float:
    """Estimate how wide a label is."""
    return 12 + 6.4 * len(str(escape(name)))


def _polyline(points: NDArray[np.float64]) -> str:
    """Write points as an SVG path."""
    return "M" + "L".join(f"{x:g} {y:g}" for x, y in points.tolist())
