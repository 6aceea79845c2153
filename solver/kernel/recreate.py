"""Putting removed and long-unserved visits back where they cost least, pairs both together or not at all."""

from __future__ import annotations

from typing import TYPE_CHECKING

from solver.kernel.groups import place_group
from solver.kernel.insert import best_position, put
from solver.kernel.jit import inlined, inner
from solver.kernel.offers import cheapest_two, offer_positions, put_apart, put_pair
from solver.kernel.rng import below, draw
from solver.kernel.scan import list_idle, scan_runs
from solver.kernel.state import (
    ARC,
    EVERYWHERE,
    IDLE,
    IDLE_TRIED,
    LOOSE,
    NO_COST,
    NOWHERE,
    PAIRS,
    REFUSED,
    REMOVED,
    TOUCHED_ONLY,
    UNSERVED,
    ZERO,
)

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from solver.kernel.state import Day, State

BLINK = 0.01
UNSERVED_TRIED, TRIED_WITH_PAIRS = 20, 10
"""How many of the visits that wait are tried in an iteration; fewer where they might take the places of pairs."""
UNSERVED_PAIRS_TRIED = 4.0
PAIRS_FIRST, AHEAD = 0.8, 1e9
"""How often pairs are inserted before all visits of one carer, and what that takes off their keys."""


@inner
def recreate(day: Day, state: State, seed: int, reach: int, prices: tuple[float, float]) -> None:
    """Insert the loose visits one after the other in an order drawn at random.

    Removed visits are tried within `reach`; unserved ones only in touched runs, unless the reach is everywhere.
    `prices` are those of `absence_prices`.
    """
    list_idle(state)
    tried = _collect(day, state, reach)
    _order(day, state, seed)
    for i in range(state.counts[LOOSE]):
        leg = state.loose[i]
        was_removed = state.unserved_at[leg] < 0
        mate = day.nodes[leg].mate
        limit = int(absence_of(day, leg, prices))
        if mate < 0 and day.nodes[leg].group == 0:
            _place_one(day, state, leg, reach if was_removed or reach == EVERYWHERE else TOUCHED_ONLY, limit)
        elif was_removed or reach == EVERYWHERE or leg == seed or draw(state.rng) * tried < UNSERVED_PAIRS_TRIED:
            if day.nodes[leg].group == 0:
                _place_pair(day, state, leg, reach, limit + int(absence_of(day, mate, prices)))
            else:
                place_group(day, state, leg, reach, absence_of_group(day, state, leg, prices))
    state.counts[IDLE] = IDLE_TRIED + 1


@inner
def _collect(day: Day, state: State, reach: int) -> int:
    """List the visits to insert: all that were removed, and some (or all) of the unserved ones; give their number."""
    n = 0
    for i in range(state.counts[REMOVED]):
        leg = state.removed[i]
        if day.nodes[leg].head == leg:
            state.loose[n] = leg
            n += 1
    unserved = state.counts[UNSERVED]
    most = TRIED_WITH_PAIRS if day.rules & PAIRS else UNSERVED_TRIED
    tried = unserved if reach == EVERYWHERE else min(unserved, most)
    first = below(state.rng, unserved) if unserved else 0
    for i in range(tried):
        state.loose[n] = state.unserved[(first + i) % unserved]
        n += 1
    state.counts[LOOSE] = n
    return n


@inner
def _order(day: Day, state: State, seed: int) -> None:
    rule, n = below(state.rng, 12), state.counts[LOOSE]
    ahead = AHEAD if day.rules & PAIRS and draw(state.rng) < PAIRS_FIRST else 0.0
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
        state.key[i] = key if node.mate < 0 else key - ahead
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
def _place_one(day: Day, state: State, leg: int, reach: int, limit: int) -> None:
    best, run, position = limit, NOWHERE, NOWHERE
    for j in range(scan_runs(day, state, leg, reach)):
        cost, found = best_position(day, state, leg, state.scan[j], best, BLINK)
        if found >= 0:
            best, run, position = cost, state.scan[j], found
    if run >= 0 and day.nodes[leg].tied:
        put_apart(day, state, leg, run, position)
    elif run >= 0:
        put(day, state, leg, run, position)


@inlined
def absence_of(day: Day, leg: int, prices: tuple[float, float]) -> float:
    """Price leaving out a leg, as the search sees it."""
    return float((prices[0] if day.nodes[leg].mate < 0 else prices[1]) * day.unplaced_cost[leg])


@inner
def absence_of_group(day: Day, state: State, leg: int, prices: tuple[float, float]) -> int:
    """Price leaving out all legs of a group that are in no run, as the search sees it."""
    at, price = day.nodes[leg].group, 0.0
    for k in range(at + 3, at + 3 + day.lists[at]):
        other = day.lists[k]
        if state.run_of[other] < 0:
            price += absence_of(day, other, prices)
    return int(price)


@inner
def _place_pair(day: Day, state: State, leg: int, reach: int, limit: int) -> None:
    """Insert both legs of a pair with a common start, in runs of different carers; or neither.

    The legs are alike, so one scan gives the positions of both with the starts that each allows; any two whose
    starts overlap will do.
    """
    n = ZERO
    for j in range(scan_runs(day, state, leg, reach)):
        n = offer_positions(day, state, leg, state.scan[j], limit, n)
    a, b = cheapest_two(day, state, leg, n, limit)
    if a >= 0:
        put_pair(day, state, leg, a, b)


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
        a, b = cheapest_two(day, state, leg, n, best)
        best = state.offers[a].cost + state.offers[b].cost if a >= 0 else best
    state.open_s[leg], state.close_s[leg] = open_s, close_s
    return best
