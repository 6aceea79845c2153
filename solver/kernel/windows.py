"""When a node may start: the next instant inside one of its windows, and the last one before an instant."""

from __future__ import annotations

from typing import TYPE_CHECKING

from solver.kernel.jit import inlined, inner
from solver.timing import NEVER, UNREACHABLE

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from solver.kernel.state import Day, State


@inner
def next_open(lists: NDArray[np.int64], first: int, count: int, at_s: int) -> int:
    """Give the first instant at or after `at_s` in `count` windows; `UNREACHABLE` when all are over.

    `lists` has the first and last instant of each from `first` on; the windows are disjoint and in order.
    """
    for row in range(first, first + 2 * count, 2):
        if at_s <= lists[row + 1]:
            return int(max(at_s, lists[row]))
    return UNREACHABLE


@inner
def last_open(lists: NDArray[np.int64], first: int, count: int, at_s: int) -> int:
    """Give the last instant at or before `at_s` in the same windows; `NEVER` when none has begun."""
    for row in range(first + 2 * count - 2, first - 2, -2):
        if at_s >= lists[row]:
            return int(min(at_s, lists[row + 1]))
    return NEVER


@inlined
def next_start(day: Day, state: State, node: int, at_s: int) -> int:
    """Give the first start of a node at or after `at_s`; it may lie past `close_s`, which the caller tests."""
    at_s = max(at_s, state.open_s[node])
    count = day.nodes[node].windows
    return at_s if count == 0 else next_open(day.lists, day.nodes[node].window, count, at_s)


@inlined
def last_start(day: Day, state: State, node: int, at_s: int) -> int:
    """Give the last start of a node at or before `at_s`; it may lie before `open_s`, which the caller tests."""
    at_s = min(at_s, state.close_s[node])
    count = day.nodes[node].windows
    return at_s if count == 0 else last_open(day.lists, day.nodes[node].window, count, at_s)
