"""Taking groups of legs out: strings of neighbours in a few runs, late ones, or any."""

from __future__ import annotations

from typing import TYPE_CHECKING

from solver.kernel.jit import inner, merged
from solver.kernel.rng import below, draw
from solver.kernel.timed_clock import begin_spread, price, relax
from solver.kernel.timed_insert import remove
from solver.kernel.timed_state import REMOVED, SEEN, UNPLACED

if TYPE_CHECKING:
    from solver.kernel.timed_state import Room, TimedDay, TimedPlan

AVERAGE_REMOVED = 10
LONGEST_STRING = 10
SPLIT_STRING = 0.5
SEED_LATE = 0.2
LATE_DRAWN = 8
SCATTERED = 0.1


@merged
def ruin(day: TimedDay, plan: TimedPlan, room: Room) -> bool:
    """Remove some groups; False when what is left cannot be kept."""
    room.counts[REMOVED] = 0
    begin_spread(room)
    seed = _seed(day, plan, room)
    if draw(room.rng) < SCATTERED:
        for _ in range(1 + below(room.rng, AVERAGE_REMOVED)):
            _take(day, plan, room, below(room.rng, len(day.serve_cost)))
    else:
        _strings(day, plan, room, seed)
    return relax(day, plan, room)


@merged
def _seed(day: TimedDay, plan: TimedPlan, room: Room) -> int:
    """Draw a leg; now and then the dearest start of some."""
    legs = len(day.serve_cost)
    seed = below(room.rng, legs)
    if draw(room.rng) < SEED_LATE:
        most = 0.0
        for _ in range(LATE_DRAWN):
            leg = below(room.rng, legs)
            if plan.stops[leg].run < 0:
                seed = leg
                break
            cost = price(day, leg, plan.stops[leg].start_s)
            if cost > most:
                seed, most = leg, cost
    return seed


@merged
def _strings(day: TimedDay, plan: TimedPlan, room: Room, seed: int) -> None:
    """Remove strings of visits from a few runs near the seed. Source: Christiaens and Vanden Berghe, SISR (2020)."""
    strings = 1 + below(room.rng, 4 * AVERAGE_REMOVED // (1 + LONGEST_STRING))
    n = 0
    for j in range(-1, day.neighbours.shape[1]):
        leg = seed if j < 0 else day.neighbours[seed, j]
        run = plan.stops[leg].run
        if run < 0 or _seen(room, run, n):
            continue
        room.lists[SEEN, n] = run
        n += 1
        _remove_string(day, plan, room, leg)
        if n >= strings or n >= len(day.shifts):
            break


@merged
def _seen(room: Room, run: int, n: int) -> bool:
    """Tell whether a run was ruined already in this iteration."""
    k = 0
    while k < n and room.lists[SEEN, k] != run:
        k += 1
    return k < n


@merged
def _remove_string(day: TimedDay, plan: TimedPlan, room: Room, leg: int) -> None:
    """Remove a string of visits that holds `leg`, sometimes sparing a part inside it."""
    legs, rng = len(day.serve_cost), room.rng
    visits = plan.runs[plan.stops[leg].run].visits
    gone = 1 + below(rng, min(visits, LONGEST_STRING))
    spared = 0
    if gone < visits and draw(rng) < SPLIT_STRING:
        spared = 1
        while gone + spared < visits and draw(rng) >= SPLIT_STRING:
            spared += 1
    spare_from, node = below(rng, gone + 1), leg
    back = below(rng, gone + spared)
    while back > 0 and plan.stops[node].prev >= 0:
        node = plan.stops[node].prev
        back -= node < legs
    if node >= legs:
        node = plan.stops[node].next
    k = 0
    while node >= 0 and k < gone + spared:
        follows = plan.stops[node].next
        if node < legs:
            if not spare_from <= k < spare_from + spared:
                _take(day, plan, room, node)
                if follows >= 0 and plan.stops[follows].run < 0:
                    return
            k += 1
        node = follows


@inner
def _take(day: TimedDay, plan: TimedPlan, room: Room, leg: int) -> None:
    """Remove the whole group of a leg, unless its run is settled."""
    group = day.nodes[leg].group
    first, end = day.groups[group].first, day.groups[group].end
    if plan.stops[leg].run < 0:
        return
    for k in range(first, end):
        if day.nodes[day.legs[k]].pinned >= 0:
            return
    for k in range(first, end):
        if plan.stops[day.legs[k]].run >= 0:
            remove(day, plan, room, day.legs[k])
    room.lists[REMOVED, room.counts[REMOVED]] = group
    room.counts[REMOVED] += 1
    plan.cost[UNPLACED] += day.groups[group].price
