"""The small areas of a data set: places so near each other that one carer naturally serves them all."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from geo.areas import central_places, name_areas, small_areas

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from app.dataset import Dataset
    from app.services.travel import AreaTravel


MOST_HOURS = 30.0
"""Hours of care and travel a day above which an area is split: four or five carers' work."""

COMING_FROM = 3
"""Nearest other clients from whom a carer is expected to come."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class SmallAreas:
    """Clients (N) grouped into areas (R). `labels` int32 (N,) in the order of the data set's clients; `load_h` (R,)
    contact hours a day and `travel_h` (R,) the travel to be expected; `centre` (R,) row of each area's middle place;
    `names` (R,)."""

    labels: NDArray[np.int32]
    names: tuple[str, ...]
    load_h: NDArray[np.float64]
    travel_h: NDArray[np.float64]
    centre: NDArray[np.int64]
    area_of: Mapping[str, str]


def find_small_areas(dataset: Dataset, travel: AreaTravel) -> SmallAreas:
    """Group the clients' homes by travel time; each area is named after a settlement."""
    rows = np.array([travel.places.row_of_client[client.client_id] for client in dataset.clients])
    road = travel.roads["car"]
    travel_s, reachable = road.travel_s[np.ix_(rows, rows)], road.reachable[np.ix_(rows, rows)]
    contact_h = contact_hours(dataset)
    load_h = np.array([contact_h[client.client_id] for client in dataset.clients], dtype=np.float64)
    travel_h = expected_travel_hours(dataset, travel_s, reachable)
    labels = small_areas(travel_s, reachable, load_h + travel_h, max_load_h=MOST_HOURS)
    settlements = {place.name: (place.lon, place.lat, place.population) for place in dataset.places if place.population}
    names = tuple(name_areas(travel.places.lonlat[rows], labels, settlements))
    return SmallAreas(
        labels=labels,
        names=names,
        load_h=np.bincount(labels, weights=load_h, minlength=len(names)).astype(np.float64),
        travel_h=np.bincount(labels, weights=travel_h, minlength=len(names)).astype(np.float64),
        centre=rows[central_places(travel_s, reachable, load_h, labels)],
        area_of={client.client_id: names[label] for client, label in zip(dataset.clients, labels, strict=True)},
    )


def expected_travel_hours(
    dataset: Dataset, travel_s: NDArray[np.int32], reachable: NDArray[np.bool_]
) -> NDArray[np.float64]:
    """Expect of each client's visits that the carer comes from one of the three nearest other clients; hours (N,).

    Where no road leads to anybody else the carer comes by boat, which is no work inside an area.
    """
    apart_s = np.where(reachable, travel_s, np.inf)
    np.fill_diagonal(apart_s, np.inf)
    nearest_s = np.sort(apart_s, axis=0)[:COMING_FROM]
    known = np.isfinite(nearest_s)
    leg_s = np.where(known, nearest_s, 0).sum(axis=0) / np.maximum(known.sum(axis=0), 1)
    calls = dict.fromkeys((client.client_id for client in dataset.clients), 0)
    for visit in dataset.visits:
        calls[visit.client_id] += visit.carers_needed
    return np.asarray(leg_s * np.array([calls[client.client_id] for client in dataset.clients]) / 3600)


def contact_hours(dataset: Dataset) -> dict[str, float]:
    """Sum each client's contact hours of the day; both carers of a double-handed visit count."""
    hours = dict.fromkeys((client.client_id for client in dataset.clients), 0.0)
    for visit in dataset.visits:
        hours[visit.client_id] += visit.duration_minutes * visit.carers_needed / 60
    return hours


def hours_by_provider_and_area(
    dataset: Dataset, areas: SmallAreas, provider_of: Mapping[str, str]
) -> dict[tuple[str, int], float]:
    """Sum contact hours a day by provider and small area, under an allocation of clients to providers."""
    contact_h = contact_hours(dataset)
    hours: dict[tuple[str, int], float] = defaultdict(float)
    for client, label in zip(dataset.clients, areas.labels.tolist(), strict=True):
        hours[provider_of[client.client_id], label] += contact_h[client.client_id]
    return dict(hours)
