"""Ruin and recreate with annealing over plans with exact clocks: the loop, and what is accepted."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from solver.kernel.jit import compiled, inlined, inner
from solver.kernel.rng import draw
from solver.kernel.search import absence_factor
from solver.kernel.timed_load import load
from solver.kernel.timed_recreate import UNSERVED_TRIED, recreate
from solver.kernel.timed_ruin import ruin
from solver.kernel.timed_state import CLOCK, DEPTH, LARGEST, PLACED, REMOVED, UNDO, UNPLACED

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from solver.kernel.timed_state import Room, TimedDay, TimedPlan

EARLY_ABSENCE = 0.25
"""The share of its price that an absence costs at first."""


@compiled
def search(
    day: TimedDay,
    plans: tuple[TimedPlan, TimedPlan, TimedPlan],
    room: Room,
    iterations: int,
    heat: tuple[float, float, float, float],
    start: NDArray[np.int64],
) -> None:
    """Improve the plan at hand for some iterations; `plans` are the one at hand, a copy of it, and the best.

    Without iterations `start` is loaded, and what is in no run is put into one, as far as may be.

    `heat` is the hottest and the coldest temperature, and the share of the whole search before and after.
    """
    plan, saved, best = plans
    hot, cold, done, then = heat
    first = iterations == 0
    if first:
        load(day, plan, room, start)
        iterations = 1 + len(day.groups) // UNSERVED_TRIED
    for k in range(iterations):
        share = 1.0 if first else done + (then - done) * k / iterations
        temperature, absence = hot * (cold / hot) ** share, absence_factor(share, EARLY_ABSENCE)
        before = cost_now(day, plan, absence)
        room.counts[REMOVED] = room.counts[UNDO] = room.counts[DEPTH] = 0
        if first or ruin(day, plan, room):
            room.counts[UNDO] = 0
            recreate(day, plan, room, absence)
            if first or cost_now(day, plan, absence) < before - temperature * math.log(1.0 - draw(room.rng)):
                copy(plan, saved)
                if first or cost_now(day, plan, 1.0) < cost_now(day, best, 1.0) - 1e-6:
                    copy(plan, best)
                continue
        copy(saved, plan)


@inlined
def cost_now(day: TimedDay, plan: TimedPlan, price_of_absence: float) -> float:
    """Price a plan."""
    cost = plan.cost
    return float(cost[PLACED] + cost[CLOCK] + day.latest * cost[LARGEST] + price_of_absence * cost[UNPLACED])


@inner
def copy(one: TimedPlan, other: TimedPlan) -> None:
    """Make another plan the same."""
    for k in range(len(one.stops)):
        other.stops[k] = one.stops[k]
    for k in range(len(one.runs)):
        other.runs[k] = one.runs[k]
    for k in range(len(one.gap_side)):
        other.gap_side[k] = one.gap_side[k]
    for k in range(len(one.cost)):
        other.cost[k] = one.cost[k]
