"""Boats that sail at fixed times: the best journeys of one day between places, by road and boat, in both directions.

A boat is never a road: what a crossing takes depends on when one asks. The timetable is read by `geo.timetable`; a
boat that leaves somebody's car behind is the business of `geo.parking`. Every boat must be ashore later than its last
check-in. Instants are seconds since local midnight. Shapes: P places, C boats, Q ports, J journeys.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray  # noqa: TC002 - named tuples keep their annotations

from geo.types import BoatTable

if TYPE_CHECKING:
    from collections.abc import Sequence

    from geo.types import Departure, TravelMatrix

NEVER_S = 2**30
"""Later than any instant of a day."""


class _Boats(NamedTuple):
    """Boats as arrays (C,). `ports` (Q,) are the places of the piers; `from_pier`, `to_pier` are rows of `ports`."""

    ports: NDArray[np.int64]
    from_pier: NDArray[np.int64]
    to_pier: NDArray[np.int64]
    checkin_s: NDArray[np.int32]
    ashore_s: NDArray[np.int32]


def carrying(departures: Sequence[Departure], mode: str) -> tuple[Departure, ...]:
    """Give the departures that take travellers of a mode: with their car, with their bike, or on foot."""
    return tuple(boat for boat in departures if mode == "foot" or (boat.car if mode == "car" else boat.bike))


def compile_boats(boats: Sequence[Departure], road: TravelMatrix, *, places: int | None = None) -> BoatTable:
    """Find, for every two of the first `places` (None: of all), the Pareto list of journeys with at least one boat.

    The ports are rows of `road`, which also gives the ways to, from and between piers; a journey may take several
    boats. Journeys that the road alone makes as fast are left out. Memory is 8 bytes a journey and 8 a pair.
    """
    size = len(road.travel_s) if places is None else places
    road_s = _road_s(road)
    rows = _rows(sorted(boats, key=lambda boat: -boat.last_checkin_s))
    reached_s = np.full((len(boats), len(road_s)), NEVER_S, dtype=np.int32)
    _arrive(rows, road_s, np.searchsorted(np.sort(rows.from_pier), np.arange(len(rows.ports))), reached_s)
    reached_s, road_s = np.ascontiguousarray(reached_s[:, :size]), np.ascontiguousarray(road_s[:size])
    end = np.zeros((size, size), dtype=np.int32)
    _scan_all(rows, reached_s, road_s, end, np.empty((2, 0), dtype=np.int32))
    count = -end
    end = np.cumsum(count, dtype=np.int32).reshape(count.shape)
    journeys = np.empty((2, int(count.sum())), dtype=np.int32)
    _scan_all(rows, reached_s, road_s, end, journeys)
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


def arrivals(boats: Sequence[Departure], road: TravelMatrix, leave_s: int) -> NDArray[np.int32]:
    """Tell for every two places (P, P) when somebody who leaves at `leave_s` is there; `NEVER_S` if not that day.

    This needs no table: the boats are scanned once for each origin.
    """
    road_s = _road_s(road)
    found = np.empty_like(road_s)
    _earliest(_rows(sorted(boats, key=lambda boat: boat.last_checkin_s)), road_s, leave_s, found)
    return found


def latest_departures(boats: Sequence[Departure], road: TravelMatrix, by_s: int) -> NDArray[np.int32]:
    """Tell for every two places (P, P) when somebody must leave to be there by `by_s`; `-NEVER_S` if never.

    It is the earliest arrival of a day that runs backwards.
    """
    rows = _rows(sorted(boats, key=lambda boat: -boat.ashore_s))
    backwards = _Boats(rows.ports, rows.to_pier, rows.from_pier, -rows.ashore_s, -rows.checkin_s)
    road_s = np.ascontiguousarray(_road_s(road).T)
    found = np.empty_like(road_s)
    _earliest(backwards, road_s, -by_s, found)
    return -found.T


def _journeys(table: BoatTable, origin: int, destination: int) -> slice:
    """Give the rows of the journeys between two places."""
    first = int(table.first[origin, destination])
    return slice(first, first + int(table.count[origin, destination]))


def _road_s(road: TravelMatrix) -> NDArray[np.int32]:
    return np.where(road.reachable, road.travel_s, NEVER_S).astype(np.int32)


def _rows(boats: Sequence[Departure]) -> _Boats:
    """Lay boats out in arrays, in their order."""
    from_port = np.array([boat.from_port for boat in boats], dtype=np.int64)
    to_port = np.array([boat.to_port for boat in boats], dtype=np.int64)
    ports, pier = np.unique(np.concatenate([from_port, to_port]), return_inverse=True)
    return _Boats(
        ports=ports,
        from_pier=pier[: len(boats)],
        to_pier=pier[len(boats) :],
        checkin_s=np.array([boat.last_checkin_s for boat in boats], dtype=np.int32),
        ashore_s=np.array([boat.ashore_s for boat in boats], dtype=np.int32),
    )


@njit(cache=True, nogil=True)
def _arrive(boats: _Boats, road_s: NDArray[np.int32], first: NDArray[np.int64], reached_s: NDArray[np.int32]) -> None:
    """Tell when each place (C, P) is reached by whoever is at the pier at the last check-in of each boat.

    `boats` come latest first, so what follows a crossing is already known: a connection scan over all places at once.
    `first` (Q,) counts the boats from the piers before each. Source: Dibbelt, Pajor, Strasser, Wagner (2018),
    Connection Scan Algorithm, profile queries.
    """
    end = first.copy()  # the boats of a pier that are known are the rows `first` to `end` of `order`
    order = np.empty(len(boats.checkin_s), np.int64)
    for boat in range(len(order)):
        here, from_pier, ashore = reached_s[boat], boats.from_pier[boat], boats.ports[boats.to_pier[boat]]
        _spread(here, road_s[ashore], boats.ashore_s[boat])
        for pier in range(len(first)):
            ready_s = boats.ashore_s[boat] + np.int64(road_s[ashore, boats.ports[pier]])
            if pier == from_pier:  # whoever is at this pier may also wait for the next boat
                ready_s = min(ready_s, np.int64(boats.checkin_s[boat]))
            low, high = first[pier], end[pier]
            while low < high:  # find the earliest boat that can still be caught: check-ins fall
                middle = (low + high) // 2
                if boats.checkin_s[order[middle]] >= ready_s:
                    low = middle + 1
                else:
                    high = middle
            if low > first[pier]:
                _lower(here, reached_s[order[low - 1]])
        order[end[from_pier]] = boat
        end[from_pier] += 1


@njit(cache=True, nogil=True)
def _spread(here: NDArray[np.int32], way_s: NDArray[np.int32], at_s: int) -> None:
    """Lower what is known of the arrivals at all places by going on from one place by road."""
    start_s = np.int32(at_s)
    for place in range(len(here)):
        if way_s[place] < NEVER_S:
            here[place] = min(here[place], start_s + way_s[place])


@njit(cache=True, nogil=True)
def _lower(here: NDArray[np.int32], other: NDArray[np.int32]) -> None:
    for place in range(len(here)):
        here[place] = min(here[place], other[place])


def _scan_all(
    boats: _Boats,
    reached_s: NDArray[np.int32],
    road_s: NDArray[np.int32],
    end: NDArray[np.int32],
    journeys: NDArray[np.int32],
) -> None:
    """Scan the boats from every origin, the latest to leave home for first."""
    for origin, way_s in enumerate(road_s):
        access_s = way_s[boats.ports[boats.from_pier]]
        leave_s = boats.checkin_s - access_s
        order = np.argsort(-leave_s, kind="stable")
        order = order[access_s[order] < NEVER_S]
        _scan(leave_s[order], reached_s, order, way_s[: len(end)], end[origin], journeys)


@njit(cache=True, nogil=True)
def _scan(
    leave_s: NDArray[np.int32],
    reached_s: NDArray[np.int32],
    order: NDArray[np.int64],
    road_s: NDArray[np.int32],
    end: NDArray[np.int32],
    journeys: NDArray[np.int32],
) -> None:
    """Move `end` (P,) down by one for each Pareto journey from one origin to each place, and note it there if asked.

    Boats are taken in `order`; `journeys` (2, J) may be empty, to count only.
    """
    best_s = np.full_like(road_s, NEVER_S)
    last_s = np.full_like(road_s, NEVER_S)
    for boat in range(len(order)):
        there_s = reached_s[order[boat]]
        for place in range(len(road_s)):
            if there_s[place] < best_s[place] and there_s[place] < leave_s[boat] + road_s[place]:
                best_s[place] = there_s[place]
                if last_s[place] != leave_s[boat]:  # of two that leave together only the better one stays
                    last_s[place] = leave_s[boat]
                    end[place] -= 1
                if journeys.size:
                    journeys[0, end[place]] = leave_s[boat]
                    journeys[1, end[place]] = there_s[place]


@njit(cache=True, nogil=True)
def _earliest(boats: _Boats, road_s: NDArray[np.int32], leave_s: int, found: NDArray[np.int32]) -> None:
    """Scan the boats, the first check-in first, from every origin, and fill in the earliest arrivals (P, P)."""
    n_piers = len(boats.ports)
    ready_s = np.empty(n_piers, np.int64)
    landed_s = np.empty(n_piers, np.int64)
    for origin in range(len(road_s)):
        for pier in range(n_piers):
            ready_s[pier] = leave_s + np.int64(road_s[origin, boats.ports[pier]])
            landed_s[pier] = NEVER_S
        for boat in range(len(boats.checkin_s)):
            ashore_s, to_pier = np.int64(boats.ashore_s[boat]), boats.to_pier[boat]
            if ready_s[boats.from_pier[boat]] <= boats.checkin_s[boat] and ashore_s < landed_s[to_pier]:
                landed_s[to_pier] = ashore_s
                way_s = road_s[boats.ports[to_pier]]
                for pier in range(n_piers):
                    ready_s[pier] = min(ready_s[pier], ashore_s + way_s[boats.ports[pier]])
        here = found[origin]
        here[:] = NEVER_S
        _spread(here, road_s[origin], leave_s)
        for pier in range(n_piers):
            if landed_s[pier] < NEVER_S:
                _spread(here, road_s[boats.ports[pier]], landed_s[pier])
