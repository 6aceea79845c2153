"""Weights from some places to others through a hierarchy: climb from each origin, then descend over all rows at once.

Compiled, and free of the interpreter lock: blocks of origins are shared out over threads where that pays.
Source: PHAST, doi 10.1016/j.jpdc.2012.02.007, restricted to the rows above the goals.
"""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import numpy as np

from geo.contract import Hierarchy
from geo.jit import compiled
from geo.spots import Neighbours, Spots

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

_LANES = 16
"""Origins that descend together: two cache lines of weights."""
_WORTH_THREADS = 20_000_000
"""Links times origins, below which more threads do not help: some thirty milliseconds of one core."""


def sweep(
    hierarchy: Hierarchy,
    origins: Spots,
    goals: Spots,
    keep: Callable[[slice, NDArray[np.float64]], None],
    *,
    threads: int | None = None,
) -> None:
    """Find the lightest ways from all origins to all goals, and hand them over block by block.

    `keep` gets the rows of some origins and their float64 (rows, goals) weights, infinite where there is no way; blocks
    come in any order, from any thread. `threads` defaults to the cores that this process may use, when they help.
    """
    ends = np.concatenate([origins.ends.ravel(), goals.ends.ravel()])
    # To choose the rows above costs more than one block descends over all of them.
    small = restricted(hierarchy, ends) if len(origins) > _LANES else hierarchy
    start, finish = small.row[origins.ends], small.row[goals.ends]
    neighbours = Neighbours(goals)

    def block(low: int) -> None:
        rows = slice(low, min(low + _LANES, len(origins)))
        reach = np.full((small.n_rows, _LANES), np.inf)
        _climb(small.first, small.above, small.up, start[rows], origins.out[rows], reach)
        _descend(small.first, small.above, small.down, reach)
        weight = np.empty((rows.stop - low, len(goals)))
        _read(reach, finish, goals.into, weight)
        origin, goal, beside = neighbours.of(origins.take(rows))
        weight[origin, goal] = np.minimum(weight[origin, goal], beside)
        keep(rows, weight)

    lows = range(0, len(origins), _LANES)
    wanted = threads or (_cores() if len(origins) * len(small.above) > _WORTH_THREADS else 1)
    if wanted == 1:
        for low in lows:
            block(low)
        return
    with ThreadPoolExecutor(wanted) as pool:
        list(pool.map(block, lows))


def restricted(hierarchy: Hierarchy, nodes: NDArray[np.int64]) -> Hierarchy:
    """Return the part of a hierarchy that is above some nodes, themselves included."""
    chosen = np.zeros(hierarchy.n_rows, dtype=np.bool_)
    chosen[hierarchy.row[nodes]] = True
    _choose_above(hierarchy.first, hierarchy.above, chosen)
    count = np.diff(hierarchy.first)
    links = np.repeat(chosen, count)
    new = np.where(chosen, np.cumsum(chosen) - 1, -1)
    return Hierarchy(
        row=np.where(hierarchy.row >= 0, new[hierarchy.row], -1),
        first=np.concatenate([[0], np.cumsum(count[chosen])]),
        above=new[hierarchy.above[links]],
        up=hierarchy.up[links],
        down=hierarchy.down[links],
    )


def _cores() -> int:
    """Return the number of cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


@compiled
def _choose_above(first: NDArray[np.int64], above: NDArray[np.int64], chosen: NDArray[np.bool_]) -> None:
    """Choose every row above a chosen one."""
    for row in range(len(chosen) - 1, -1, -1):
        if chosen[row]:
            for link in range(first[row], first[row + 1]):
                chosen[above[link]] = True


@compiled
def _climb(
    first: NDArray[np.int64],
    above: NDArray[np.int64],
    up: NDArray[np.float64],
    start: NDArray[np.int64],
    weight: NDArray[np.float64],
    reach: NDArray[np.float64],
) -> None:
    """Set the weights from each origin, a column of `reach`, to all rows above both ends of its piece of road."""
    for column in range(len(start)):
        for end in range(2):
            row = start[column, end]
            reach[row, column] = min(reach[row, column], weight[column, end])
            while row >= 0:
                nearest = -1
                for link in range(first[row], first[row + 1]):
                    over = above[link]
                    reach[over, column] = min(reach[over, column], reach[row, column] + up[link])
                    nearest = max(nearest, over)
                row = nearest


@compiled
def _descend(
    first: NDArray[np.int64], above: NDArray[np.int64], down: NDArray[np.float64], reach: NDArray[np.float64]
) -> None:
    """Carry the weights down to every row, from the first."""
    for row in range(len(first) - 1):
        here = reach[row]
        for link in range(first[row], first[row + 1]):
            over, weight = reach[above[link]], down[link]
            for column in range(_LANES):
                here[column] = min(here[column], over[column] + weight)


@compiled
def _read(
    reach: NDArray[np.float64], finish: NDArray[np.int64], into: NDArray[np.float64], weight: NDArray[np.float64]
) -> None:
    """Read the weights to each goal, over either end of its piece of road."""
    for column in range(len(weight)):
        for goal in range(len(finish)):
            over_first = reach[finish[goal, 0], column] + into[goal, 0]
            over_second = reach[finish[goal, 1], column] + into[goal, 1]
            weight[column, goal] = min(over_first, over_second)


@compiled
def unpack(
    weight: NDArray[np.float64],
    units: tuple[float, float, float],
    travel_s: NDArray[np.int32],
    travel_m: NDArray[np.int32],
    reachable: NDArray[np.bool_],
) -> None:
    """Write the seconds, rounded up, and metres of weights into arrays of their shape (R, C); infinite gives zeros.

    `units` are those of `geo.weights`, handed over because compiled code would not notice that they change.
    """
    tick, toll_ticks, ticks_per_s = units
    for row in range(weight.shape[0]):
        for column in range(weight.shape[1]):
            there = np.isfinite(weight[row, column])
            whole = weight[row, column] if there else 0.0
            ticks = np.floor(whole / tick)
            travel_s[row, column] = np.int32(np.ceil(ticks % toll_ticks / ticks_per_s))
            travel_m[row, column] = np.int32(whole - ticks * tick)
            reachable[row, column] = there
