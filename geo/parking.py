"""Where a car is left when its driver goes on by a boat that does not take it, and travel with the car left there.

One rule makes the car stand where it was left, whatever the order of the visits: for each place it is fixed where the
car is while its driver is there. Land to which the car can be driven or shipped, and back, is visited with the car.
For other land it waits at one port, the one with the most boats, and its driver crosses and walks. So a journey
between two places is the walk and the boats to the car, the drive, and the boats and the walk from the car; it still
depends on its two ends and the clock only. A bike is a car here. Shapes: P places.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray  # noqa: TC002 - named tuples keep their annotations
from scipy.sparse.csgraph import connected_components

from geo.ferry import NEVER_S, carrying, compile_boats
from geo.types import BoatTable, TravelMatrix

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence

    from geo.types import Departure


class Shores(NamedTuple):
    """What lies on which land. `part` (P,) numbers the places among which the car can go there and back, `land` (P,)
    those that paths join. `service` counts for a port and another land the ferries of the day there or back, whichever
    are fewer."""

    part: NDArray[np.int32]
    land: NDArray[np.int32]
    service: Mapping[tuple[int, int], int]


class Left(NamedTuple):
    """Travel by somebody who leaves the car behind: where it stands (P,), the way by land, and with boats.

    `road.travel_s` counts driving and walking, `road.travel_m` driving only.
    """

    car_at: NDArray[np.int32]
    road: TravelMatrix
    boats: BoatTable


def shores(drive: TravelMatrix, departures: Sequence[Departure], land: NDArray[np.int32], mode: str) -> Shores:
    """Find out what lies where. Only ferries count: nobody leaves a car for a bus."""
    ferries = tuple(boat for boat in departures if boat.kind == "ferry")
    joined = drive.reachable.copy()
    for boat in carrying(ferries, mode):
        joined[boat.from_port, boat.to_port] = True
    _, part = connected_components(joined, directed=True, connection="strong")
    out = Counter((boat.from_port, int(land[boat.to_port])) for boat in ferries)
    back = Counter((boat.to_port, int(land[boat.from_port])) for boat in ferries)
    service = {(port, other): n for (port, other), n in (out & back).items() if other != land[port]}
    return Shores(part=part.astype(np.int32), land=land, service=service)


def car_places(coast: Shores, home: int) -> NDArray[np.int32]:
    """Give for each place (P,) where a car kept at `home` stands while its driver is there; -1 where none can go.

    For land beyond such land the car stands at the same port.
    """
    base = coast.part[home]
    stands = np.where(coast.part == base, np.arange(len(coast.part)), -1).astype(np.int32)
    own = {int(land) for land in coast.land[coast.part == base]}
    port_for: dict[int, int] = {}
    while new := _ports_for(stands, coast.service, own | port_for.keys()):
        port_for |= new
        for land, port in new.items():
            stands[(coast.land == land) & (coast.part != base)] = port
    return stands


def leave_car(
    drive: TravelMatrix, walk: TravelMatrix, departures: Sequence[Departure], car_at: NDArray[np.int32], mode: str
) -> Left:
    """Compile the travel of a car that stands as `car_at` says while its driver walks and takes boats on foot.

    Rows after the places are piers where the driver is on foot: `at` is the pier, `car` where the car stands.
    """
    size = len(car_at)
    row_of = {(at, car): at for at, car in enumerate(car_at.tolist())}
    boats = []
    for boat, start, end in _crossings(departures, car_at, mode):
        rows = [row_of.setdefault(state, len(row_of)) for state in (start, end)]
        boats.append(replace(boat, from_port=rows[0], to_port=rows[1]))
    at, car = np.array(sorted(row_of, key=lambda state: row_of[state]), dtype=np.int64).reshape(-1, 2).T
    land = _by_land(drive, walk, at, car)
    table = compile_boats(boats, land, places=size)
    road = TravelMatrix(
        travel_s=land.travel_s[:size, :size].copy(),
        travel_m=land.travel_m[:size, :size].copy(),
        reachable=land.reachable[:size, :size].copy(),
    )
    return Left(car_at, road, table)


def _ports_for(
    stands: NDArray[np.int32], service: Mapping[tuple[int, int], int], known: Collection[int]
) -> dict[int, int]:
    """Choose where the car stands for each land that boats join to places where that is known."""
    best: dict[int, tuple[int, int]] = {}
    for (port, land), n_boats in service.items():
        if stands[port] >= 0 and land >= 0 and land not in known:
            best[land] = max(best.get(land, (0, 0)), (n_boats, -port))
    return {land: int(stands[-port]) for land, (_, port) in best.items()}


def _crossings(
    departures: Sequence[Departure], car_at: NDArray[np.int32], mode: str
) -> Iterator[tuple[Departure, tuple[int, int], tuple[int, int]]]:
    """Give the boats that are of use, each with the driver's and the car's place before and after it."""
    aboard = {boat.id for boat in carrying(departures, mode)}
    for boat in departures:
        a, b = boat.from_port, boat.to_port
        left = {int(car_at[port]) for port in (a, b) if car_at[port] != port}
        if not left and boat.id in aboard:
            yield boat, (a, a), (b, b)
        elif len(left) == 1 and left != {-1} and boat.kind == "ferry":
            (car,) = left
            yield boat, (a, car), (b, car)


def _by_land(drive: TravelMatrix, walk: TravelMatrix, at: NDArray[np.int64], car: NDArray[np.int64]) -> TravelMatrix:
    """Give travel by land between states of driver and car: walk to the car, drive, walk on; or walk all the way."""
    known = car >= 0
    car = np.where(known, car, at)
    walk_s, drive_s = (np.where(m.reachable, m.travel_s, NEVER_S).astype(np.int64) for m in (walk, drive))
    through_s = walk_s[at, car][:, None] + drive_s[np.ix_(car, car)] + walk_s[car, at][None]
    stays = car[:, None] == car[None]
    travel_s = np.where(stays, walk_s[np.ix_(at, at)], through_s)
    reachable = (travel_s < NEVER_S) & known[:, None] & known[None]
    np.fill_diagonal(reachable, val=True)
    return TravelMatrix(
        travel_s=np.where(reachable, travel_s, 0).astype(np.int32),
        travel_m=np.where(reachable & ~stays, drive.travel_m[np.ix_(car, car)], 0).astype(np.int32),
        reachable=reachable,
    )
