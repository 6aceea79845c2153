"""A synthetic area from places, a road network and a seed: the recipe. Each step has a module of its own."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from app.dataset import Dataset, PlaceRow
from app.services.travel import area_travel
from app.synthetic.carers import employees
from app.synthetic.homes import Settlements
from app.synthetic.market import allocation, providers
from app.synthetic.matches import matches
from app.synthetic.parameters import PEOPLE_PER_POINT
from app.synthetic.people import people
from app.synthetic.recorded import record_rota

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from app.dataset import PortRow, SailingRow
    from app.synthetic.parameters import AreaSize
    from geo.types import RoadGraph

QUADRANT_POINTS = 400
"""Lists of fewer points make one locality; longer ones are cut into four at their middle."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Geography:
    """What the area stands on: settlements, roads, and the boats that go with them."""

    places: tuple[PlaceRow, ...]
    graph: RoadGraph
    ports: tuple[PortRow, ...] = ()
    sailings: tuple[SailingRow, ...] = ()


def generate(geography: Geography, size: AreaSize, *, seed: int, day: date, cache: Path | None = None) -> Dataset:
    """Make everything that a partnership would hand over; the same seed gives the same rows.

    `cache` keeps the travel matrices, so that the next use of the data set finds them. Raises ValueError when no
    place with people lies in the localities of the size.
    """
    places = tuple(place for place in geography.places if place.population > 0 and _belongs(place, size))
    if not places:
        raise ValueError(f"nobody lives in {', '.join(size.localities) or 'the area'}")
    rng = np.random.default_rng(seed)
    settlements = Settlements(places, geography.graph, size.homes)
    persons = people(settlements, size, rng)
    firms = providers(size, sorted({place.locality for place in places}), rng)
    served = allocation(persons, firms, size.market, rng)
    serves = {row.client_id: row.provider_id for row in served}
    staff = employees(persons, serves, settlements, size, rng)
    dataset = Dataset(
        area=size.name,
        day=day,
        providers=firms,
        carers=tuple(employee.carer for employee in staff),
        shifts=tuple(shift for employee in staff for shift in employee.shifts),
        clients=tuple(person.client for person in persons),
        visits=tuple(visit for person in persons for visit in person.visits),
        allocation=served,
        matches=matches(persons, serves, staff, size.workforce, rng),
        ports=geography.ports,
        sailings=geography.sailings,
        places=settlements.places,
    )
    return _recorded(dataset, geography.graph, size, cache)


def points_as_places(points: Sequence[tuple[str, float, float]]) -> tuple[PlaceRow, ...]:
    """Take points (id, lat, lon), such as postcodes, for settlements of equal size on land that the roads will tell."""
    middle_lat = float(np.median([lat for _, lat, _ in points]))
    middle_lon = float(np.median([lon for _, _, lon in points]))

    def locality(lat: float, lon: float) -> str:
        if len(points) < QUADRANT_POINTS:
            return "Whole area"
        return f"{'North' if lat >= middle_lat else 'South'} {'east' if lon >= middle_lon else 'west'}"

    return tuple(
        PlaceRow(
            place_id=name,
            name=name,
            lat=lat,
            lon=lon,
            population=PEOPLE_PER_POINT,
            landmass="",
            locality=locality(lat, lon),
        )
        for name, lat, lon in points
    )


def _belongs(place: PlaceRow, size: AreaSize) -> bool:
    """Tell whether a place is in the area asked for."""
    return not size.localities or place.locality in size.localities


def _recorded(dataset: Dataset, graph: RoadGraph, size: AreaSize, cache: Path | None) -> Dataset:
    """Add the rota as made by hand, over real travel."""
    with tempfile.TemporaryDirectory() as scratch:
        travel = area_travel(dataset, graph, cache=cache or Path(scratch))
    return replace(dataset, recorded=record_rota(dataset, travel, size.habits))
