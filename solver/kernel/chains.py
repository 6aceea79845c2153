"""Chains: a visit left out takes the place of another, that one of a third, and so on until one fits in by itself.

Strings removed near each other rearrange one neighbourhood; where all are crowded, the room for one more visit may be
many runs away. No run stands twice in a chain, so each step is judged by itself. Short chains are found first.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from solver.kernel.evaluate import refresh
from solver.kernel.insert import best_position, put, shift_in, shift_out
from solver.kernel.jit import inlined, inner
from solver.kernel.rng import below
from solver.kernel.ruin import take_out
from solver.kernel.scan import only_provider
from solver.kernel.state import LOOSE, NO_COST, NOWHERE, REFUSED, REMOVED, UNSERVED, ZERO

if TYPE_CHECKING:
    from solver.kernel.state import Day, State

DEEPEST = 30
"""The most legs in a chain."""
ROOTS = 200
"""How many of the visits left out are tried at once."""
MOST_TRIED = 200_000
"""After how many insertions tried a chain is given up: some ten milliseconds."""

FREE, ROOT = -2, -1
"""What `State.behind` says of a leg in no chain, and of one left out."""


@inner
def follow_chain(day: Day, state: State) -> bool:
    """Carry out one chain that places one visit more; tell whether there was any.

    `loose` then lists the legs of the chain. Legs that others depend on keep their places.
    """
    end, run = _find(day, state)
    state.counts[LOOSE] = 0
    if end < 0:
        return False
    leg, n = end, ZERO
    while leg >= 0:
        state.loose[n] = leg
        n += 1
        leg = state.behind[leg]
    state.counts[LOOSE], state.counts[REMOVED] = n, 0
    for i in range(n):
        leg = state.loose[i]
        left = state.run_of[leg]
        if left >= 0:
            take_out(day, state, leg)
        _, position = best_position(day, state, leg, run, NO_COST, 0.0)
        if position >= 0:
            put(day, state, leg, run, position)
        run = left
    return True


@inner
def _find(day: Day, state: State) -> tuple[int, int]:
    """Give the last leg of a chain and the run with room for it, or `NOWHERE`; `behind` says who follows whom.

    Breadth first: `loose` lists the legs reached so far, those from `first` to `last` by the longest chains.
    """
    first, last, tried = ZERO, _begin(day, state), ZERO
    for _ in range(DEEPEST):
        for i in range(first, last):
            leg = state.loose[i]
            run = _room_for(day, state, leg)
            tried += len(day.shifts)
            if run >= 0:
                return leg, run
        reached, turn = last, below(state.rng, len(day.shifts))
        for j in range(len(day.shifts)):
            run = (j + turn) % len(day.shifts)
            entering = _who_may_enter(day, state, run, first, last)
            tried += entering * state.runs[run].length
            if entering:
                reached = _reach(day, state, run, entering, reached)
            if tried > MOST_TRIED:
                return NOWHERE, NOWHERE
        first, last = last, reached
        if first == last:
            break
    return NOWHERE, NOWHERE


@inner
def _begin(day: Day, state: State) -> int:
    """Begin a chain with each of some visits left out; give their number."""
    for leg in range(len(day.unplaced_cost)):
        state.behind[leg] = FREE
    n, unserved = ZERO, state.counts[UNSERVED]
    turn = below(state.rng, unserved)
    for i in range(min(unserved, ROOTS)):
        leg = state.unserved[(turn + i) % unserved]
        if _stands_alone(day, leg):
            state.loose[n], state.behind[leg] = leg, ROOT
            n += 1
    return n


@inlined
def _stands_alone(day: Day, leg: int) -> bool:
    node = day.nodes[leg]
    return bool(node.mate < 0 and node.group == 0 and node.tied == 0)


@inner
def _may_enter(day: Day, state: State, leg: int, run: int) -> bool:
    """Tell whether a leg at the end of a chain may go on into a run, as far as its visits do not tell."""
    shift = day.shifts[run]
    if day.serve_cost[leg, run] == REFUSED or state.run_of[leg] == run:
        return False
    if state.open_s[leg] > shift.latest_s or state.close_s[leg] < shift.earliest_s:
        return False
    only = only_provider(day, state, leg)
    if only >= 0 and shift.provider != only:
        return False
    before = state.behind[leg]
    while before >= 0:
        if state.run_of[before] == run:
            return False
        before = state.behind[before]
    return True


@inner
def _room_for(day: Day, state: State, leg: int) -> int:
    """Give the run where a leg goes in most cheaply with nobody leaving, or `NOWHERE`."""
    best, chosen = NO_COST, NOWHERE
    for run in range(len(day.shifts)):
        if _may_enter(day, state, leg, run):
            cost, position = best_position(day, state, leg, run, best, 0.0)
            if position >= 0:
                best, chosen = cost, run
    return chosen


@inner
def _who_may_enter(day: Day, state: State, run: int, first: int, last: int) -> int:
    """List in `removed` which of the longest chains' ends may go on into a run; give their number."""
    n = ZERO
    for i in range(first, last):
        if _may_enter(day, state, state.loose[i], run):
            state.removed[n] = state.loose[i]
            n += 1
    return n


@inner
def _reach(day: Day, state: State, run: int, entering: int, reached: int) -> int:
    """List behind the legs `reached` those of a run whose place one of `removed` could take; give their number.

    The run is left as it was.
    """
    legs = len(day.unplaced_cost)
    for k in range(state.runs[run].length):
        leg = state.stops[run, k].node
        if leg >= legs or state.behind[leg] != FREE or not _stands_alone(day, leg):
            continue
        shift_out(state, run, k)
        if refresh(day, state, run):
            for i in range(entering):
                _, position = best_position(day, state, state.removed[i], run, NO_COST, 0.0)
                if position >= 0:
                    state.loose[reached], state.behind[leg] = leg, state.removed[i]
                    reached += 1
                    break
        shift_in(state, run, k, leg)
        refresh(day, state, run)
    return reached
