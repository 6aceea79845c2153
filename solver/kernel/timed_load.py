"""Loading a plan into the search with exact clocks: what is not legal where it stands is left out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from solver.kernel.jit import merged
from solver.kernel.state import REFUSED
from solver.kernel.timed_clock import begin_spread, is_rest, relax
from solver.kernel.timed_insert import keep, may_serve, put, remove
from solver.kernel.timed_state import DEPTH, FOREVER, NONE, UNDO, UNPLACED

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from solver.kernel.timed_state import Room, TimedDay, TimedPlan


@merged
def load(day: TimedDay, plan: TimedPlan, room: Room, start: NDArray[np.int64]) -> None:
    """Load the nodes of each run (S, W), `NONE` where there are no more, and give up groups that are not whole.

    Settled runs come first, so that no other visit is in their way.
    """
    for settled in range(1, -1, -1):
        for run in range(start.shape[0]):
            if day.shifts[run].settled == settled:
                _load_run(day, plan, room, start[run], run)
    begin_spread(room)
    for group in range(len(day.groups)):
        first, end = day.groups[group].first, day.groups[group].end
        placed = 0
        for k in range(first, end):
            placed += plan.stops[day.legs[k]].run >= 0
        if placed == end - first:
            plan.cost[UNPLACED] -= day.groups[group].price
            continue
        for k in range(first, end):
            if plan.stops[day.legs[k]].run >= 0:
                remove(day, plan, room, day.legs[k])
    relax(day, plan, room)
    room.counts[UNDO] = room.counts[DEPTH] = 0


@merged
def _load_run(day: TimedDay, plan: TimedPlan, room: Room, nodes: NDArray[np.int64], run: int) -> None:
    after, rests = len(day.nodes) - 2 * len(day.shifts) + run, 0
    for k in range(len(nodes)):
        node = nodes[k]
        if node == NONE:
            return
        if is_rest(day, node):
            rests += 1
            after = node if plan.stops[node].run == run else after
        elif plan.stops[node].run < 0 and day.serve_cost[node, run] != REFUSED and may_serve(day, plan, node, run):
            if put(day, plan, room, node, (after, rests), FOREVER) < FOREVER:
                keep(day, plan, room, node)
                after = node
            room.counts[UNDO] = room.counts[DEPTH] = 0
