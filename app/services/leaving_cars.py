"""Who leaves a car or bike behind at which pier, and how they travel then: one table for each land where it is kept."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from geo.ferry import carrying
from geo.parking import Left, car_places, leave_car, shores

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

    from numpy.typing import NDArray

    from geo.types import Departure, TravelMatrix


def leaves_behind(departures: Iterable[Departure], modes: Iterable[str]) -> bool:
    """Tell whether some ferry does not take all who travel by these modes with what they travel by."""
    ferries = tuple(boat for boat in departures if boat.kind == "ferry")
    return any(carrying(ferries, mode) != ferries for mode in modes)


def leaving_cars(
    homes: Mapping[str, Collection[int]],
    land: NDArray[np.int32],
    departures: tuple[Departure, ...],
    roads: Mapping[str, TravelMatrix],
    walk: TravelMatrix,
) -> dict[tuple[str, int], Left]:
    """Compile travel from each of the `homes` of a mode, by mode and row, that leads somewhere without the car or bike.

    `land` tells on which land each row stands by foot; nobody leaves a car for the sake of a pier.
    """
    found: dict[tuple[str, int], Left] = {}
    worth_it = np.ones(len(land), dtype=np.bool_)
    worth_it[[port for boat in departures for port in (boat.from_port, boat.to_port)]] = False
    for mode in sorted({"car", "bike"} & roads.keys()):
        coast = shores(roads[mode], departures, land, mode)
        tables: dict[int, Left | None] = {}
        for home in sorted(homes[mode]):
            part = int(coast.part[home])
            if part not in tables:
                stands = car_places(coast, home)
                left = (stands >= 0) & (stands != np.arange(len(stands))) & worth_it
                tables[part] = leave_car(roads[mode], walk, departures, stands, mode) if left.any() else None
            if (table := tables[part]) is not None:
                found[mode, home] = table
    return found
