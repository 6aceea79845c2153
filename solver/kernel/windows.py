"""When a node may start: inside one of its windows, and for a visit to come, far enough from the client's others."""

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
    record = day.nodes[node]
    return next_open(day.lists, record.window, record.windows, at_s) if record.windows else at_s


@inlined
def last_start(day: Day, state: State, node: int, at_s: int) -> int:
    """Give the last start of a node at or before `at_s`; it may lie before `open_s`, which the caller tests."""
    at_s = min(at_s, state.close_s[node])
    record = day.nodes[node]
    return last_open(day.lists, record.window, record.windows, at_s) if record.windows else at_s


@inlined
def next_free(day: Day, state: State, leg: int, at_s: int) -> int:
    """Give the first start at or after `at_s` of a leg in no run that keeps the gap to all its partners in runs."""
    at_s = max(at_s, state.open_s[leg])
    return _after_partners(day, state, leg, at_s) if day.nodes[leg].holes else at_s


@inlined
def last_free(day: Day, state: State, leg: int, at_s: int) -> int:
    """Give the last start at or before `at_s` of a leg in no run that keeps the gap to all its partners in runs."""
    at_s = min(at_s, state.close_s[leg])
    return _before_partners(day, state, leg, at_s) if day.nodes[leg].holes else at_s


@inner
def _after_partners(day: Day, state: State, leg: int, at_s: int) -> int:
    at, moved = day.nodes[leg].gap, day.nodes[leg].gap != 0
    at_s = next_start(day, state, leg, at_s)
    while moved and at_s < UNREACHABLE:
        moved = False
        for row in range(at + 1, at + 1 + 3 * day.lists[at], 3):
            partner = day.lists[row]
            if state.run_of[partner] < 0:
                continue
            begin_s = state.open_s[partner]
            if begin_s - day.lists[row + 2] < at_s < begin_s + day.lists[row + 1]:
                at_s, moved = next_start(day, state, leg, begin_s + day.lists[row + 1]), True
    return at_s


@inner
def _before_partners(day: Day, state: State, leg: int, at_s: int) -> int:
    at, moved = day.nodes[leg].gap, day.nodes[leg].gap != 0
    at_s = last_start(day, state, leg, at_s)
    while moved and at_s > NEVER:
        moved = False
        for row in range(at + 1, at + 1 + 3 * day.lists[at], 3):
            partner = day.lists[row]
            if state.run_of[partner] < 0:
                continue
            begin_s = state.open_s[partner]
            if begin_s - day.lists[row + 2] < at_s < begin_s + day.lists[row + 1]:
                at_s, moved = last_start(day, state, leg, begin_s - day.lists[row + 2]), True
    return at_s
