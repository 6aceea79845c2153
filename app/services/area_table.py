"""The small areas of an area as a table and as shapes; those that no road or boat reaches are listed, not hidden."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from app.services.neighbours import neighbours
from app.services.propose_zones import drawn_around
from app.words import FEWEST_PEOPLE, enough
from geo.areas import area_polygons, isolated_areas

if TYPE_CHECKING:
    from app.services.open_area import OpenArea


@dataclass(frozen=True, slots=True, kw_only=True)
class AreaRow:
    """One small area: hours a day, today's providers. `people` is None where fewer than five live there.

    `reached` tells whether road or boat joins it to the part with the most areas.
    """

    name: str
    people: int | None
    care_h: float
    travel_h: float
    providers: int
    reached: bool


def area_table(area: OpenArea) -> list[AreaRow]:
    """Describe the small areas, those with most care first."""
    areas, labels = area.small_areas, area.small_areas.labels.tolist()
    provider_of = {row.client_id: row.provider_id for row in area.dataset.allocation}
    providers: list[set[str]] = [set() for _ in areas.names]
    for client, label in zip(area.dataset.clients, labels, strict=True):
        providers[label].add(provider_of[client.client_id])
    people = np.bincount(labels, minlength=len(areas.names)).tolist()
    cut_off = set(isolated_areas(neighbours(area), len(areas.names)))
    rows = [
        AreaRow(
            name=name,
            people=people[label] if people[label] >= FEWEST_PEOPLE else None,
            care_h=round(float(areas.load_h[label]), 1),
            travel_h=round(float(areas.travel_h[label]), 1),
            providers=len(providers[label]),
            reached=label not in cut_off,
        )
        for label, name in enumerate(areas.names)
    ]
    return sorted(rows, key=lambda row: -row.care_h)


def area_shapes(area: OpenArea) -> dict[str, Any]:
    """Draw the small areas around settlements, clipped to the coast where the land is known, as GeoJSON."""
    travel, areas = area.travel, area.small_areas
    rows = [travel.places.row_of_client[client.client_id] for client in area.dataset.clients]
    lonlat, labels = drawn_around(area.dataset, travel.places.points.framed(rows), areas.labels)
    shapes = area_polygons(lonlat, labels, areas.names, land=area.land)
    by_name = {row.name: row for row in area_table(area)}
    features = [
        {
            "type": "Feature",
            "properties": {
                "name": name,
                "people": enough(by_name[name].people),
                "care_hours": by_name[name].care_h,
                "reached": by_name[name].reached,
            },
            "geometry": shape.__geo_interface__,
        }
        for name, shape in zip(shapes["name"], shapes.geometry, strict=True)
    ]
    return {"type": "FeatureCollection", "features": features}
