"""Exact arrival and latest departure over roads and boats, from plain arrays.

Travel never overtakes itself: who leaves later never arrives earlier. So earliest times forward and latest times
backward decide whether a sequence of visits can be kept.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray  # noqa: TC002 - named tuples keep their annotations

from solver.errors import SolverError
from solver.kernel.jit import compiled

if TYPE_CHECKING:
    from solver.types import Mode, Sailing, Travel

UNREACHABLE = 10**8
"""Seconds of a road that is not there, and the instant of an arrival that never comes."""

NEVER = -UNREACHABLE
"""The latest departure when no departure arrives in time."""


class Tables(NamedTuple):
    """Travel by M modes between P places.

    `road_s` int32 (M, P, P), `UNREACHABLE` where no road leads. The boat journeys from o to d by mode m are the entries
    `boat_first[m, o, d] : boat_first[m, o, d] + boat_count[m, o, d]` of `boat_leave_s` and `boat_arrive_s`, both
    increasing strictly.
    """

    road_s: NDArray[np.int32]
    boat_first: NDArray[np.int32]
    boat_count: NDArray[np.int32]
    boat_leave_s: NDArray[np.int32]
    boat_arrive_s: NDArray[np.int32]


@compiled
def arrival(tables: Tables, mode: int, origin: int, destination: int, leave_s: int) -> int:
    """Give the earliest instant of being there when leaving at `leave_s`; `UNREACHABLE` or more if never."""
    best_s = leave_s + int(tables.road_s[mode, origin, destination])
    if tables.boat_leave_s.size == 0:
        return best_s
    low = tables.boat_first[mode, origin, destination]
    end = high = low + tables.boat_count[mode, origin, destination]
    while low < high:
        middle = (low + high) >> 1
        if tables.boat_leave_s[middle] < leave_s:
            low = middle + 1
        else:
            high = middle
    if low < end and tables.boat_arrive_s[low] < best_s:
        return int(tables.boat_arrive_s[low])
    return best_s


@compiled
def latest_departure(tables: Tables, mode: int, origin: int, destination: int, arrive_s: int) -> int:
    """Give the latest instant to leave so as to be there by `arrive_s`; below zero by far (`NEVER`) if impossible."""
    best_s = arrive_s - int(tables.road_s[mode, origin, destination])
    if tables.boat_leave_s.size == 0:
        return best_s
    first = low = tables.boat_first[mode, origin, destination]
    high = low + tables.boat_count[mode, origin, destination]
    while low < high:
        middle = (low + high) >> 1
        if tables.boat_arrive_s[middle] <= arrive_s:
            low = middle + 1
        else:
            high = middle
    if low > first and tables.boat_leave_s[low - 1] > best_s:
        return int(tables.boat_leave_s[low - 1])
    return best_s


@dataclass(frozen=True, slots=True, kw_only=True)
class Journey:
    """One way to travel. `travel_s` is time on roads and aboard, `boat_wait_s` what else passes until `arrive_s`."""

    arrive_s: int
    travel_s: int
    travel_m: int
    boats: tuple[str, ...] = ()
    boat_wait_s: int = 0


def itinerary(travel: Travel, mode: Mode, origin: int, destination: int, leave_s: int) -> Journey | None:
    """Give the journey of earliest arrival, by name of its boats; None when there is none. Roads win a tie.

    Of the boat journeys that arrive earliest, the one that could leave latest is described: the rest is waiting.
    """
    here = travel.modes[mode]
    road_s = int(here.road_s[origin, destination]) if here.road_reachable[origin, destination] else UNREACHABLE
    first, count = int(here.boat_first[origin, destination]), int(here.boat_count[origin, destination])
    row = first + int(np.searchsorted(here.boat_leave_s[first : first + count], leave_s))
    if row == first + count or int(here.boat_arrive_s[row]) >= leave_s + road_s:
        if road_s == UNREACHABLE:
            return None
        return Journey(arrive_s=leave_s + road_s, travel_s=road_s, travel_m=int(here.road_m[origin, destination]))
    arrive_s = int(here.boat_arrive_s[row])
    boats = _boats(travel, mode, (origin, destination), (int(here.boat_leave_s[row]), arrive_s))
    pieces = list(zip([origin, *(b.to_port for b in boats)], [*(b.from_port for b in boats), destination], strict=True))
    aboard_s = sum(boat.ashore_s - boat.departs_s for boat in boats)
    travel_s = aboard_s + sum(int(here.road_s[piece]) for piece in pieces)
    return Journey(
        arrive_s=arrive_s,
        travel_s=travel_s,
        travel_m=sum(int(here.road_m[piece]) for piece in pieces),
        boats=tuple(boat.id for boat in boats),
        boat_wait_s=arrive_s - leave_s - travel_s,
    )


def set_out_latest(travel: Travel, mode: Mode, origin: int, destination: int, arrive_s: int) -> int:
    """Give the latest instant to leave so as to be there by `arrive_s`; `NEVER` or less when it cannot be done."""
    here = travel.modes[mode]
    road_s = int(here.road_s[origin, destination]) if here.road_reachable[origin, destination] else UNREACHABLE
    first, count = int(here.boat_first[origin, destination]), int(here.boat_count[origin, destination])
    caught = int(np.searchsorted(here.boat_arrive_s[first : first + count], arrive_s, side="right"))
    boat_s = int(here.boat_leave_s[first + caught - 1]) if caught else NEVER
    return max(arrive_s - road_s, boat_s)


def _boats(travel: Travel, mode: Mode, ends: tuple[int, int], instants: tuple[int, int]) -> tuple[Sailing, ...]:
    """Find the sailings of the journey that leaves and arrives at `instants`: label them in order of check-in."""
    here = travel.modes[mode]
    reached: list[tuple[Sailing, ...]] = []
    for boat in sorted(travel.sailings, key=lambda sailing: (sailing.last_checkin_s, sailing.ashore_s)):
        pier = boat.from_port
        if mode not in boat.modes or boat.last_checkin_s < instants[0]:
            continue
        if here.road_reachable[ends[0], pier] and instants[0] + here.road_s[ends[0], pier] <= boat.last_checkin_s:
            chain: tuple[Sailing, ...] | None = (boat,)
        else:
            chain = next((
                (*before, boat)
                for before in reached
                if here.road_reachable[before[-1].to_port, pier]
                and before[-1].ashore_s + here.road_s[before[-1].to_port, pier] <= boat.last_checkin_s
            ), None)  # fmt: skip
        if chain is None:
            continue
        reached.append(chain)
        port = boat.to_port
        if here.road_reachable[port, ends[1]] and boat.ashore_s + here.road_s[port, ends[1]] <= instants[1]:
            return chain
    raise SolverError(f"The boat journeys from place {ends[0]} to {ends[1]} do not follow from the sailings.")
