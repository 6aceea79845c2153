"""Time and metres of an arc in one weight: one search finds the fastest journey and the metres of that very path.

A weight is quarters of a millisecond ("ticks") times 2^20 plus whole metres: of equally fast paths the shorter is the
lighter. Infinite means that there is no way.

No journey passes through a private drive, though it may begin or end there: to enter one costs a toll of 149 hours,
more than any journey takes, and whole tolls are taken off at the end. So the fastest of the paths with the fewest
drives is found, and a place behind somebody's drive, which no other road reaches, is still reached. Sums below 2^53, of
three tolls, are exact.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from geo.graph import drive_mouths
from geo.types import CLOSED_MS, RoadGraph

if TYPE_CHECKING:
    from numpy.typing import NDArray

_PACK = 2.0**20
_TICKS_PER_MS = 4
_TOLL_TICKS = 2.0**31
_TOLL = _TOLL_TICKS * _PACK
UNITS = (_PACK, _TOLL_TICKS, 1000.0 * _TICKS_PER_MS)
"""What takes a weight apart: a tick, the ticks of a toll, and the ticks of a second."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Arcs:
    """A directed network of `n` nodes: arrays (A,) of tails, heads and weights that are not negative."""

    n: int
    tail: NDArray[np.int64]
    head: NDArray[np.int64]
    weight: NDArray[np.float64]

    def __len__(self) -> int:
        return len(self.tail)


def lightest(arcs: Arcs) -> NDArray[np.int64]:
    """Return the rows of the lightest of each set of parallel arcs, without loops, ordered by tail and head."""
    key = arcs.tail * arcs.n + arcs.head
    order = np.lexsort((arcs.weight, key))
    first = np.diff(key[order], prepend=-1) != 0
    rows: NDArray[np.int64] = order[first & (arcs.tail != arcs.head)[order]]
    return rows


def open_arcs(graph: RoadGraph, mode: str) -> tuple[Arcs, NDArray[np.int64]]:
    """Return the arcs that a mode may use, weighted and without parallels, and the row in the graph of each.

    Metres are rounded with the remainder carried on to the next arc, so that many short arcs do not add up to an error.
    No arc takes less than one tick: the weights along a path always rise.
    """
    ticks = np.maximum(graph.arc_ms[mode].astype(np.float64) * _TICKS_PER_MS, 1.0)
    metres = np.diff(np.rint(np.cumsum(graph.length_m, dtype=np.float64)), prepend=0.0)
    rows = np.flatnonzero(graph.arc_ms[mode] != CLOSED_MS)
    arcs = Arcs(
        n=len(graph.lonlat),
        tail=graph.tail[rows].astype(np.int64),
        head=graph.head[rows].astype(np.int64),
        weight=(ticks * _PACK + metres)[rows],
    )
    arcs.weight[np.isin(rows, drive_mouths(graph, mode))] += _TOLL
    kept = lightest(arcs)
    return Arcs(n=arcs.n, tail=arcs.tail[kept], head=arcs.head[kept], weight=arcs.weight[kept]), rows[kept]


def part(weight: NDArray[np.float64], start: NDArray[np.float64], end: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the weight between two shares of arcs, without tolls; parts so rounded add up to the whole."""
    whole = np.where(np.isfinite(weight), weight, 0.0) % _TOLL
    ticks, metres = np.divmod(whole, _PACK)
    ticks = np.abs(np.rint(ticks * end) - np.rint(ticks * start))
    metres = np.abs(np.rint(metres * end) - np.rint(metres * start))
    return np.where(np.isfinite(weight), ticks * _PACK + metres, np.inf)


def toll(weight: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the tolls in the weights of arcs; an arc that is not there has none."""
    return np.where(np.isfinite(weight), np.floor(weight / _TOLL) * _TOLL, 0.0)


def milliseconds_and_metres(weight: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return unrounded milliseconds and whole metres; both are infinite where the weight is."""
    ticks = np.floor(weight / _PACK)
    with np.errstate(invalid="ignore"):
        ms, metres = ticks % _TOLL_TICKS / _TICKS_PER_MS, weight - ticks * _PACK
    return np.where(np.isinf(weight), np.inf, ms), np.where(np.isinf(weight), np.inf, metres)
