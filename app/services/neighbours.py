"""Which small areas touch: along a road, or because a boat joins the areas of its piers."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from geo.areas import adjacency
from geo.types import Snaps

if TYPE_CHECKING:
    from app.services.open_area import OpenArea
    from app.services.small_areas import SmallAreas
    from app.services.travel import AreaTravel
    from geo.areas import Edge


def neighbours(area: OpenArea) -> list[Edge]:
    """List the pairs of small areas that touch, with the minutes between them."""
    travel, areas = area.travel, area.small_areas
    rows = [travel.places.row_of_client[client.client_id] for client in area.dataset.clients]
    snaps = travel.snaps
    homes = Snaps(
        arc=snaps.arc[rows], along=snaps.along[rows], dist_m=snaps.dist_m[rows], landmass=snaps.landmass[rows]
    )
    return adjacency(area.graph, "car", snaps=homes, labels=areas.labels, links=_boat_links(travel, areas))


def nearest_by_road(travel: AreaTravel, areas: SmallAreas, rows: list[int]) -> list[int | None]:
    """Give for each row of the matrices the area whose middle it reaches soonest by road, if any."""
    road = travel.roads["car"]
    found: list[int | None] = []
    for row in rows:
        away_s = np.where(road.reachable[row, areas.centre], road.travel_s[row, areas.centre], np.inf)
        best = int(away_s.argmin())
        found.append(best if np.isfinite(away_s[best]) else None)
    return found


def _boat_links(travel: AreaTravel, areas: SmallAreas) -> list[Edge]:
    """Join for every crossing the areas nearest to its piers, by its quickest boat in minutes, check-in included."""
    ports = sorted({port for boat in travel.departures for port in (boat.from_port, boat.to_port)})
    area_of_port = dict(zip(ports, nearest_by_road(travel, areas, ports), strict=True))
    quickest: dict[tuple[int, int], float] = {}
    for boat in travel.departures:
        one, other = area_of_port[boat.from_port], area_of_port[boat.to_port]
        if one is not None and other is not None and one != other:
            minutes = (boat.ashore_s - boat.last_checkin_s) / 60
            pair = (min(one, other), max(one, other))
            quickest[pair] = min(minutes, quickest.get(pair, minutes))
    return [(one, other, minutes) for (one, other), minutes in sorted(quickest.items())]
