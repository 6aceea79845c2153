"""Putting removed and long-unserved visits back where they cost least, pairs both together or not at all."""

from __future__ import annotations

from typing import TYPE_CHECKING

from solver.kernel.insert import best_position, offer_positions, put
from solver.kernel.jit import inlined, inner
from solver.kernel.rng import below, draw
from solver.kernel.state import (
    ARC,
    EVERYWHERE,
    LOOSE,
    NO_COST,
    NOWHERE,
    REFUSED,
    REMOVED,
    STAMP,
    TOUCHED,
    TOUCHED_ONLY,
    UNSERVED,
    ZERO,
)

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from solver.kernel.state import Day, State

BLINK = 0.01
IDLE_TRIED = 5
UNSERVED_TRIED = 30
UNSERVED_PAIRS_TRIED = 4.0


@inner
def recreate(day: Day, state: State, seed: int, reach: int, price_of_absence: float) -> None:
    """Insert the loose visits one after the other in an order drawn at random.

    Removed visits are tried within `reach`; unserved ones only in touched runs, unless the reach is everywhere.
    """
    tried = _collect(day, state, reach)
    _order(day, state, seed)
    for i in range(state.counts[LOOSE]):
        leg = state.loose[i]
        was_removed = state.unserved_at[leg] < 0
        limit = int(price_of_absence * day.unplaced_cost[leg])
        mate = day.nodes[leg].mate
        if mate < 0:
            _place_one(day, state, leg, reach if was_removed or reach == EVERYWHERE else TOUCHED_ONLY, limit)
        elif was_removed or reach == EVERYWHERE or leg == seed or draw(state.rng) * tried < UNSERVED_PAIRS_TRIED:
            limit += int(price_of_absence * day.unplaced_cost[mate])
            _place_pair(day, state, leg, reach, limit)


@inner
def _collect(day: Day, state: State, reach: int) -> int:
    """List the visits to insert: all that were removed, and some (or all) of the unserved ones; give their number."""
    n = 0
    for i in range(state.counts[REMOVED]):
        leg = state.removed[i]
        mate = day.nodes[leg].mate
        if mate < 0 or leg < mate:
            state.loose[n] = leg
            n += 1
    unserved = state.counts[UNSERVED]
    tried = unserved if reach == EVERYWHERE else min(unserved, UNSERVED_TRIED)
    first = below(state.rng, unserved) if unserved else 0
    for i in range(tried):
        state.loose[n] = state.unserved[(first + i) % unserved]
        n += 1
    state.counts[LOOSE] = n
    return n


@inner
def _order(day: Day, state: State, seed: int) -> None:
    rule, n = below(state.rng, 12), state.counts[LOOSE]
    for i in range(n):
        leg = state.loose[i]
        node = day.nodes[leg]
        if rule < 4:
            key = draw(state.rng)
        elif rule < 6:
            key = -float(node.duration_s)
        elif rule < 8:
            key = float(node.latest_s - node.earliest_s)
        elif rule < 9:
            key = float(node.earliest_s)
        elif rule < 10:
            key = float(node.options)
        elif rule < 11:
            key = -float(day.ways[ARC, 0, node.place, day.nodes[seed].place])
        else:
            key = -float(day.unplaced_cost[leg])
        state.key[i] = key
    _sort_loose(state, n)


@inner
def _sort_loose(state: State, n: int) -> None:
    """Sort `loose` by `key`: by insertion, fastest for the few visits of an iteration; in shell steps for many."""
    step = 1
    while step < n // 8:
        step = 3 * step + 1
    while step > 0:
        for i in range(step, n):
            key, leg, j = state.key[i], state.loose[i], i
            while j >= step and state.key[j - step] > key:
                state.key[j], state.loose[j] = state.key[j - step], state.loose[j - step]
                j -= step
            state.key[j], state.loose[j] = key, leg
        step //= 3


@inner
def scan_runs(day: Day, state: State, leg: int, reach: int) -> int:
    """List in `scan` the runs worth trying for a leg; give their number."""
    state.counts[STAMP] += 1
    stamp, n = state.counts[STAMP], ZERO
    if reach == EVERYWHERE:
        for j in range(day.nodes[leg].options):
            state.scan[j] = day.candidates[leg, j]
        return int(day.nodes[leg].options)
    for j in range(state.counts[TOUCHED]):
        n = _add_run(day, state, (leg, state.touched[j]), stamp, n)
    if reach == TOUCHED_ONLY:
        return n
    for j in range(day.neighbours.shape[1]):
        run = state.run_of[day.neighbours[leg, j]]
        if run >= 0:
            n = _add_run(day, state, (leg, run), stamp, n)
    idle = 0
    for j in range(day.nodes[leg].options):
        run = day.candidates[leg, j]
        if state.runs[run].visits == 0:
            n = _add_run(day, state, (leg, run), stamp, n)
            idle += 1
            if idle >= IDLE_TRIED:
                break
    return n


@inlined
def _add_run(day: Day, state: State, leg_and_run: tuple[int, int], stamp: int, n: int) -> int:
    leg, run = leg_and_run
    if state.runs[run].seen == stamp or day.serve_cost[leg, run] == REFUSED:
        return n
    state.runs[run].seen = stamp
    state.scan[n] = run
    return n + 1


@inner
def _place_one(day: Day, state: State, leg: int, reach: int, limit: int) -> None:
    best, run, position = limit, NOWHERE, NOWHERE
    for j in range(scan_runs(day, state, leg, reach)):
        cost, found = best_position(day, state, leg, state.scan[j], best, BLINK)
        if found >= 0:
            best, run, position = cost, state.scan[j], found
    if run >= 0:
        put(day, state, leg, run, position)


@inner
def _place_pair(day: Day, state: State, leg: int, reach: int, limit: int) -> None:
    """Insert both legs of a pair with a common start, in runs of different carers; or neither.

    The legs are alike, so one scan gives the positions of both with the starts that each allows; any two whose
    starts overlap will do.
    """
    n = ZERO
    for j in range(scan_runs(day, state, leg, reach)):
        n = offer_positions(day, state, leg, state.scan[j], limit, n)
    a, b = cheapest_two(day, state, n, limit)
    if a < 0:
        return
    one, two = state.offers[a], state.offers[b]
    first_s, last_s = max(one.first_s, two.first_s), min(one.last_s, two.last_s)
    start_s = first_s + below(state.rng, last_s - first_s + 1) if draw(state.rng) < 0.5 else first_s
    mate = day.nodes[leg].mate
    state.open_s[leg] = state.close_s[leg] = state.open_s[mate] = state.close_s[mate] = start_s
    put(day, state, leg, one.run, one.position)
    put(day, state, mate, two.run, two.position)


@inner
def cheapest_insertion(day: Day, state: State, leg: int, runs: NDArray[np.int64]) -> int:
    """Price the cheapest insertion of a visit (both legs of a pair) into some runs; `NO_COST` when there is none."""
    node = day.nodes[leg]
    open_s, close_s = state.open_s[leg], state.close_s[leg]
    state.open_s[leg], state.close_s[leg] = node.earliest_s, node.latest_s
    best, n = NO_COST, ZERO
    for j in range(len(runs)):
        if day.serve_cost[leg, runs[j]] == REFUSED:
            continue
        if node.mate < 0:
            cost, position = best_position(day, state, leg, runs[j], best, 0.0)
            best = cost if position >= 0 else best
        else:
            n = offer_positions(day, state, leg, runs[j], best, n)
    if node.mate >= 0:
        a, b = cheapest_two(day, state, n, best)
        best = state.offers[a].cost + state.offers[b].cost if a >= 0 else best
    state.open_s[leg], state.close_s[leg] = open_s, close_s
    return best


@inner
def cheapest_two(day: Day, state: State, n: int, limit: int) -> tuple[int, int]:
    """Find the two offers of different carers with overlapping starts that cost least together; -1, -1 if none."""
    best, a, b = limit, NOWHERE, NOWHERE
    for i in range(n):
        one = state.offers[i]
        if one.cost >= best:
            continue
        for j in range(i + 1, n):
            two = state.offers[j]
            if one.cost + two.cost >= best or one.first_s > two.last_s or two.first_s > one.last_s:
                continue
            if day.shifts[one.run].carer != day.shifts[two.run].carer:
                best, a, b = one.cost + two.cost, i, j
    return a, b
