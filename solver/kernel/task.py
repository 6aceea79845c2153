"""The records of growing runs: what one shift may do, and the room for labels; see `labels`."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray  # noqa: TC002 - named tuples keep their annotations

from solver.timing import Tables  # noqa: TC001 - the same

if TYPE_CHECKING:
    from collections.abc import Sequence

WORD = 62
"""Bits of a mask in one int64."""

FULL = -1
"""The mask of all visits."""


class Task(NamedTuple):
    """What one shift may do. Its C candidate visits are numbered from 0; C itself stands for home.

    `place` (C + 1,), `duration_s`, `earliest_s`, `latest_s`, `load`, `window_first`, `window_count` (C,) with `lists`
    (first and last instant of each window in turn). `arc` float64 (C + 1, C) and `home` (C,): reduced prices of going
    to a visit and back home. `work_s` (C, C) is travel between visits, `drive_s` (C + 1, C + 1) on roads: at the least.
    `soonest_s` (C, C): no way through any places is faster. `near` int64 (C, W): masks of the visits that a run which
    has just made this one remembers; all of them when no visit may come twice. `linked` (W,): visits whose times matter
    to other runs. `break_duration_s`, `break_earliest_s`, `break_latest_s` (B,).

    Work begins with the paid breaks, `paid_s`. Beyond `contracted_s` a second of it costs `overtime`, before it spares
    `undertime`; its square costs `balance`. `work_counts` where any of this or the limit can make a difference.
    """

    place: NDArray[np.int64]
    duration_s: NDArray[np.int64]
    earliest_s: NDArray[np.int64]
    latest_s: NDArray[np.int64]
    load: NDArray[np.int64]
    window_first: NDArray[np.int64]
    window_count: NDArray[np.int64]
    lists: NDArray[np.int64]
    arc: NDArray[np.float64]
    home: NDArray[np.float64]
    work_s: NDArray[np.int64]
    drive_s: NDArray[np.int64]
    soonest_s: NDArray[np.int64]
    near: NDArray[np.int64]
    linked: NDArray[np.int64]
    break_duration_s: NDArray[np.int64]
    break_earliest_s: NDArray[np.int64]
    break_latest_s: NDArray[np.int64]
    tables: Tables
    mode: int
    end_place: int
    opens_s: int
    closes_s: int
    paid_s: int
    max_work_s: int
    max_drive_s: int
    capacity: int
    contracted_s: int
    overtime: float
    undertime: float
    balance: float
    work_counts: bool
    step_s: int


class Labels(NamedTuple):
    """Room for N labels; `last` is the visit (C at home), `via` what was done last: a visit, or -1 - its break.

    `memory` are the visits made, `blocked` (N, W) those and what is too late for. `least` (G, C + 1) bounds what the
    rest of a run costs, by step of the clock. `ends` and `end_price` list complete runs, `counts` how many labels and
    ends there are. `first_at` (C + 1,) and `first_in` (G,) begin lists of labels by place and by step.
    """

    last: NDArray[np.int32]
    via: NDArray[np.int32]
    before: NDArray[np.int32]
    free_s: NDArray[np.int32]
    work_s: NDArray[np.int32]
    drive_s: NDArray[np.int32]
    load: NDArray[np.int32]
    rested: NDArray[np.int32]
    price: NDArray[np.float64]
    dead: NDArray[np.bool_]
    next_at: NDArray[np.int32]
    next_in: NDArray[np.int32]
    memory: NDArray[np.int64]
    blocked: NDArray[np.int64]
    ends: NDArray[np.int32]
    end_price: NDArray[np.float64]
    least: NDArray[np.float64]
    first_at: NDArray[np.int32]
    first_in: NDArray[np.int32]
    counts: NDArray[np.int64]


def room(labels: int, ends: int, shape: tuple[int, int, int]) -> Labels:
    """Make room for so many labels and ends; `shape` is candidates, words of a mask, and steps of the clock."""
    visits, words, steps = shape
    return Labels(
        last=np.zeros(labels, np.int32),
        via=np.zeros(labels, np.int32),
        before=np.zeros(labels, np.int32),
        free_s=np.zeros(labels, np.int32),
        work_s=np.zeros(labels, np.int32),
        drive_s=np.zeros(labels, np.int32),
        load=np.zeros(labels, np.int32),
        rested=np.zeros(labels, np.int32),
        price=np.zeros(labels),
        dead=np.zeros(labels, np.bool_),
        next_at=np.zeros(labels, np.int32),
        next_in=np.zeros(labels, np.int32),
        memory=np.zeros((labels, words), np.int64),
        blocked=np.zeros((labels, words), np.int64),
        ends=np.zeros(ends, np.int32),
        end_price=np.zeros(ends),
        least=np.zeros((steps, visits + 1)),
        first_at=np.zeros(visits + 1, np.int32),
        first_in=np.zeros(steps, np.int32),
        counts=np.zeros(2, np.int64),
    )


def masks(members: Sequence[Sequence[int]], visits: int) -> NDArray[np.int64]:
    """Give a mask (n, W) for each of n sets of visits."""
    rows = np.zeros((len(members), max(1, -(-visits // WORD))), np.int64)
    for row, chosen in enumerate(members):
        for visit in chosen:
            rows[row, visit // WORD] |= 1 << (visit % WORD)
    return rows
