"""Who leaves a car or bike behind at which pier, and how they travel then: one table for each land where it is kept."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from geo.ferry import carrying
from geo.parking import Left, car_base, car_places, leave_car, shores

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from numpy.typing import NDArray

    from app.dataset import Dataset
    from geo.parking import Shores
    from geo.types import Departure, TravelMatrix


class Land(NamedTuple):
    """Rows of an area: the land on which each stands by foot, and how much road it has; and the rows by id."""

    part: NDArray[np.int32]
    extent: NDArray[np.int64]
    row_of_carer: Mapping[str, int]
    row_of_port: Mapping[str, int]


def leaves_behind(departures: Iterable[Departure], modes: Iterable[str]) -> bool:
    """Tell whether some ferry does not take all who travel by these modes with what they travel by."""
    ferries = tuple(boat for boat in departures if boat.kind == "ferry")
    return any(carrying(ferries, mode) != ferries for mode in modes)


def leaving_cars(
    dataset: Dataset,
    land: Land,
    roads: Mapping[str, TravelMatrix],
    departures: tuple[Departure, ...],
    walk: TravelMatrix,
) -> dict[tuple[str, int], Left]:
    """Compile travel for every home, by mode and row, from which somebody leaves a car or bike on the way to a home."""
    found: dict[tuple[str, int], Left] = {}
    n_homes = len(dataset.clients) + len(dataset.carers)
    for mode in sorted({"car", "bike"} & roads.keys()):
        coast = shores(roads[mode], departures, land.part, land.extent, mode)
        by_base: dict[int, Left | None] = {}
        for home, base in _bases(dataset, land, coast, mode).items():
            if base not in by_base:
                stands = car_places(coast, base)
                left = (stands >= 0) & (stands != np.arange(len(stands)))
                needed = left[:n_homes].any()
                by_base[base] = leave_car(roads[mode], walk, departures, stands, mode) if needed else None
            table = by_base[base]
            if table is not None and table.car_at[home] >= 0:
                found[mode, home] = table
    return found


def _bases(dataset: Dataset, land: Land, coast: Shores, mode: str) -> dict[int, int]:
    """Give the part of the network where each carer of a mode keeps the car, by the row of the home."""
    takes_cars = [row for row in dataset.sailings if (row.car if mode == "car" else row.bike is not False)]
    served = {land.row_of_port[port] for row in takes_cars for port in (row.from_port, row.to_port)}
    homes = sorted({land.row_of_carer[carer.carer_id] for carer in dataset.carers if carer.mode == mode})
    return {home: car_base(coast, home, served) for home in homes}
