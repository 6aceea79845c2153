"""Boats that sail at fixed times: the best journeys of one day between every two places, by road and boat.

A boat is never a road: what a crossing takes depends on when one asks. The timetable is read by `geo.timetable`.
Instants are seconds since local midnight. Shapes: P places, C boats, J journeys.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from typing import TYPE_CHECKING

import numpy as np
from numba import njit

from geo.types import BoatTable

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from geo.types import Departure, TravelMatrix

NEVER_S = 2**30
"""Later than any instant of a day; never leaves this module."""


def compile_boats(departures: Sequence[Departure], road: TravelMatrix, *, car: bool) -> BoatTable:
    """Find, for every two places, the Pareto list of journeys that use at least one boat.

    The ports are rows of `road`, which also gives the ways to, from and between piers; a journey may take several
    boats. Journeys that the road alone makes as fast are left out. With `car` only boats that carry cars are taken.
    """
    boats = sorted((boat for boat in departures if boat.car or not car), key=lambda boat: -boat.last_checkin_s)
    road_s = np.where(road.reachable, road.travel_s, NEVER_S).astype(np.int32)
    arrive_s = _arrivals(boats, road_s)
    port = np.array([boat.from_port for boat in boats], dtype=np.int64)
    checkin_s = np.array([boat.last_checkin_s for boat in boats], dtype=np.int32)
    boarding = [_boarding(checkin_s, access_s[port]) for access_s in road_s]
    end = np.zeros(road_s.shape, dtype=np.int32)
    no_journeys = np.empty((2, 0), dtype=np.int32)
    for origin, (leave_s, order) in enumerate(boarding):
        _scan(leave_s, order, arrive_s, road_s[origin], end[origin], no_journeys)
    count = -end
    end = np.cumsum(count, dtype=np.int32).reshape(count.shape)
    journeys = np.empty((2, int(count.sum())), dtype=np.int32)
    for origin, (leave_s, order) in enumerate(boarding):
        _scan(leave_s, order, arrive_s, road_s[origin], end[origin], journeys)
    return BoatTable(first=end, count=count, leave_s=journeys[0], arrive_s=journeys[1])


def arrival(table: BoatTable, road: TravelMatrix, origin: int, destination: int, leave_s: int) -> int | None:
    """Tell when somebody who may leave at `leave_s` is there at the earliest; None if not that day."""
    arrivals = [leave_s + int(road.travel_s[origin, destination])] if road.reachable[origin, destination] else []
    journeys = _journeys(table, origin, destination)
    chosen = journeys.start + int(np.searchsorted(table.leave_s[journeys], leave_s, side="left"))
    if chosen < journeys.stop:
        arrivals.append(int(table.arrive_s[chosen]))
    return min(arrivals, default=None)


def latest_departure(table: BoatTable, road: TravelMatrix, origin: int, destination: int, by_s: int) -> int | None:
    """Tell when somebody must leave at the latest to be there by `by_s`; None if even the first boat is too late."""
    instants = [by_s - int(road.travel_s[origin, destination])] if road.reachable[origin, destination] else []
    journeys = _journeys(table, origin, destination)
    chosen = journeys.start + int(np.searchsorted(table.arrive_s[journeys], by_s, side="right")) - 1
    if chosen >= journeys.start:
        instants.append(int(table.leave_s[chosen]))
    return max(instants, default=None)


def _journeys(table: BoatTable, origin: int, destination: int) -> slice:
    """Give the rows of the journeys between two places."""
    first = int(table.first[origin, destination])
    return slice(first, first + int(table.count[origin, destination]))


def _arrivals(boats: Sequence[Departure], road_s: NDArray[np.int32]) -> NDArray[np.int32]:
    """Tell when each place (C, P) is reached by whoever is at the pier at the last check-in of each boat.

    `boats` come latest first, so what follows a crossing is already known: a connection scan over all places at once.
    Source: Dibbelt, Pajor, Strasser, Wagner (2018), Connection Scan Algorithm, profile queries.
    """
    arrive_s = np.empty((len(boats), len(road_s)), dtype=np.int32)
    rows: defaultdict[int, list[int]] = defaultdict(list)
    checkins: defaultdict[int, list[int]] = defaultdict(list)  # negated, hence ascending
    for row, boat in enumerate(boats):
        here = np.minimum(road_s[boat.to_port] + boat.ashore_s, NEVER_S, out=arrive_s[row])
        for pier, later in checkins.items():
            catchable = bisect_right(later, -(boat.ashore_s + int(road_s[boat.to_port, pier])))
            if catchable:
                np.minimum(here, arrive_s[rows[pier][catchable - 1]], out=here)
        if rows[boat.from_port]:  # whoever is at this pier may also wait for the next boat
            np.minimum(here, arrive_s[rows[boat.from_port][-1]], out=here)
        rows[boat.from_port].append(row)
        checkins[boat.from_port].append(-boat.last_checkin_s)
    return arrive_s


def _boarding(checkin_s: NDArray[np.int32], access_s: NDArray[np.int32]) -> tuple[NDArray[np.int32], NDArray[np.int64]]:
    """Order the boats that one origin can reach by the latest instant to leave it for them, the last one first."""
    reached = np.flatnonzero(access_s < NEVER_S)
    leave_s = checkin_s[reached] - access_s[reached]
    order = np.argsort(-leave_s, kind="stable")
    return leave_s[order], reached[order]


@njit(cache=True, nogil=True)
def _scan(
    leave_s: NDArray[np.int32],
    order: NDArray[np.int64],
    arrive_s: NDArray[np.int32],
    road_s: NDArray[np.int32],
    end: NDArray[np.int32],
    journeys: NDArray[np.int32],
) -> None:
    """Move `end` down by one for each Pareto journey from one origin to each place, and note it there if asked.

    Boats are taken in `order`, the latest to leave first; `journeys` (2, J) may be empty, to count only.
    """
    best_s = np.full_like(road_s, NEVER_S)
    last_s = np.full_like(road_s, NEVER_S)
    for boat in range(len(order)):
        reached_s = arrive_s[order[boat]]
        for place in range(len(road_s)):
            if reached_s[place] < best_s[place] and reached_s[place] < leave_s[boat] + road_s[place]:
                best_s[place] = reached_s[place]
                if last_s[place] != leave_s[boat]:  # of two that leave together only the better one stays
                    last_s[place] = leave_s[boat]
                    end[place] -= 1
                if journeys.size:
                    journeys[0, end[place]] = leave_s[boat]
                    journeys[1, end[place]] = reached_s[place]
