"""The small areas of a data set: places so near each other that one carer naturally serves them all."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from geo.areas import central_places, isolated_clusters, name_areas, small_areas

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from app.dataset import Dataset
    from app.services.travel import AreaTravel
    from geo.areas import IsolatedCluster


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class SmallAreas:
    """Clients (N) grouped into areas (R). `labels` int32 (N,) in the order of the data set's clients; `load_h` (R,)
    contact hours a day; `centre` (R,) row of each area's middle place; `names` (R,)."""

    labels: NDArray[np.int32]
    names: tuple[str, ...]
    load_h: NDArray[np.float64]
    centre: NDArray[np.int64]
    area_of: Mapping[str, str]


def find_small_areas(dataset: Dataset, travel: AreaTravel) -> SmallAreas:
    """Group the clients' homes by travel time; each area is named after a settlement."""
    rows = np.array([travel.places.row_of_client[client.client_id] for client in dataset.clients])
    road = travel.roads["car"]
    travel_s, reachable = road.travel_s[np.ix_(rows, rows)], road.reachable[np.ix_(rows, rows)]
    contact_h = contact_hours(dataset)
    load_h = np.array([contact_h[client.client_id] for client in dataset.clients], dtype=np.float64)
    labels = small_areas(travel_s, reachable, load_h, max_load_h=30.0)
    settlements = {place.name: (place.lon, place.lat, place.population) for place in dataset.places if place.population}
    names = tuple(name_areas(travel.places.lonlat[rows], labels, settlements))
    total_h = np.bincount(labels, weights=load_h, minlength=len(names)).astype(np.float64)
    return SmallAreas(
        labels=labels,
        names=names,
        load_h=total_h,
        centre=rows[central_places(travel_s, reachable, load_h, labels)],
        area_of={client.client_id: names[label] for client, label in zip(dataset.clients, labels, strict=True)},
    )


def contact_hours(dataset: Dataset) -> dict[str, float]:
    """Sum each client's contact hours of the day; both carers of a double-handed visit count."""
    hours = dict.fromkeys((client.client_id for client in dataset.clients), 0.0)
    for visit in dataset.visits:
        hours[visit.client_id] += visit.duration_minutes * visit.carers_needed / 60
    return hours


def shared_glens(dataset: Dataset, travel: AreaTravel) -> list[IsolatedCluster]:
    """Find two or three people ten minutes apart at most and far from others, to whom several providers drive."""
    rows = np.array([travel.places.row_of_client[client.client_id] for client in dataset.clients])
    road = travel.roads["car"]
    today = {row.client_id: row.provider_id for row in dataset.allocation}
    found = isolated_clusters(
        road.travel_s[np.ix_(rows, rows)],
        road.reachable[np.ix_(rows, rows)],
        [today[client.client_id] for client in dataset.clients],
    )
    return [cluster for cluster in found if len(cluster.providers) > 1]


def hours_by_provider_and_area(
    dataset: Dataset, areas: SmallAreas, provider_of: Mapping[str, str]
) -> dict[tuple[str, int], float]:
    """Sum contact hours a day by provider and small area, under an allocation of clients to providers."""
    contact_h = contact_hours(dataset)
    hours: dict[tuple[str, int], float] = defaultdict(float)
    for client, label in zip(dataset.clients, areas.labels.tolist(), strict=True):
        hours[provider_of[client.client_id], label] += contact_h[client.client_id]
    return dict(hours)
