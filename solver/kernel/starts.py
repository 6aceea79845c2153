"""Drawing new starts for pairs that stay where they are, so that whoever comes next to them may find room."""

from __future__ import annotations

from typing import TYPE_CHECKING

from solver.kernel.evaluate import refresh, remember
from solver.kernel.insert import latest_start, leave_before
from solver.kernel.jit import inner
from solver.kernel.rng import below, draw
from solver.kernel.state import PLACED, TOUCHED
from solver.kernel.windows import next_start
from solver.timing import arrival

if TYPE_CHECKING:
    from solver.kernel.state import Day, State

MOVE_PAIR = 0.3
"""How often a pair that stays in a ruined run gets another start."""


@inner
def move_pairs(day: Day, state: State) -> None:
    """Give some pairs in the touched runs another common start that both of their runs allow."""
    legs = len(day.unplaced_cost)
    for i in range(state.counts[TOUCHED]):
        run = state.touched[i]
        for k in range(state.runs[run].length):
            leg = state.stops[run, k].node
            if leg < legs and day.nodes[leg].mate >= 0 and draw(state.rng) < MOVE_PAIR:
                if day.nodes[leg].group == 0 and not day.nodes[leg].holes:
                    _move_pair(day, state, leg)


@inner
def _move_pair(day: Day, state: State, leg: int) -> None:
    """Draw a common start: the first or the last that is possible, or any between."""
    mate, old_s = day.nodes[leg].mate, state.open_s[leg]
    opens_s, closes_s = _room(day, state, leg)
    first_s, last_s = _room(day, state, mate)
    opens_s, closes_s = max(opens_s, first_s), min(closes_s, last_s)
    start_s, rule = old_s, below(state.rng, 3)
    if opens_s < closes_s:
        start_s = opens_s
        if rule == 1:
            start_s = closes_s
        elif rule == 2:
            start_s += below(state.rng, closes_s - opens_s + 1)
    for each in (leg, mate):
        state.open_s[each] = state.close_s[each] = start_s
        if start_s != old_s:
            remember(state, state.run_of[each])
    if start_s != old_s and not _are_kept(day, state, leg):
        for each in (leg, mate):
            state.open_s[each] = state.close_s[each] = old_s
        _are_kept(day, state, leg)


@inner
def _are_kept(day: Day, state: State, leg: int) -> bool:
    """Work out both runs of a placed pair; tell whether they keep every rule."""
    fine = True
    for each in (leg, day.nodes[leg].mate):
        run = state.run_of[each]
        state.ledger[PLACED] -= state.runs[run].cost
        fine &= refresh(day, state, run)
        state.ledger[PLACED] += state.runs[run].cost
    return fine


@inner
def _room(day: Day, state: State, leg: int) -> tuple[int, int]:
    """Free the start of a placed leg, and give the first and the last start that the rest of its run allows."""
    run, k = state.run_of[leg], 0
    while state.stops[run, k].node != leg:
        k += 1
    state.open_s[leg], state.close_s[leg] = day.nodes[leg].earliest_s, day.nodes[leg].latest_s
    here, mode = day.nodes[leg].place, day.shifts[run].mode
    place, leave_s = leave_before(day, state, run, k)
    first_s = next_start(day, state, leg, arrival(day.tables, mode, place, here, leave_s))
    return first_s, latest_start(day, state, run, k + 1, leg, here)
