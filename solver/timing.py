"""Exact arrival and latest departure over roads and boats, from plain arrays.

Travel never overtakes itself: who leaves later never arrives earlier. So earliest times forward and latest times
backward decide whether a sequence of visits can be kept.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np  # noqa: TC002 - named tuples keep their annotations
from numpy.typing import NDArray  # noqa: TC002 - named tuples keep their annotations

from solver.kernel.jit import compiled

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
