"""Taking visits out of runs: strings of neighbouring visits, mates of pairs, and breaks that may stand elsewhere."""

from __future__ import annotations

from typing import TYPE_CHECKING

from solver.kernel.evaluate import refresh, remember, unserve
from solver.kernel.insert import latest_start, leave_before, shift_in, shift_out
from solver.kernel.jit import compiled, inner
from solver.kernel.prices import company_of
from solver.kernel.rng import below, draw
from solver.kernel.starts import move_pairs
from solver.kernel.state import COMPANY, PAIRS, PLACED, REMOVED, STAMP

if TYPE_CHECKING:
    from solver.kernel.state import Day, State

AVERAGE_REMOVED = 10
LONGEST_STRING = 10
SPLIT_STRING = 0.5
MOVE_BREAK = 0.3
WHOLE_CLIENT = 0.3


@inner
def ruin(day: Day, state: State, seed: int) -> None:
    """Remove strings of visits from a few runs near the seed. Source: Christiaens and Vanden Berghe, SISR (2020)."""
    state.counts[REMOVED] = 0
    state.counts[STAMP] += 1
    client = day.nodes[seed].bound
    if client == 0 and day.rules & COMPANY:
        client = company_of(day, seed)
    if client and draw(state.rng) < WHOLE_CLIENT:
        _remove_client(day, state, client)
    strings = 1 + below(state.rng, 4 * AVERAGE_REMOVED // (1 + LONGEST_STRING))
    if day.nodes[seed].mate >= 0:
        strings = max(strings, 2)  # room for both carers
    for j in range(-1, day.neighbours.shape[1]):
        leg = seed if j < 0 else day.neighbours[seed, j]
        run = state.run_of[leg]
        if run < 0 or state.runs[run].ruined == state.counts[STAMP] or day.shifts[run].settled:
            continue
        state.runs[run].ruined = state.counts[STAMP]
        _remove_string(day, state, run, leg)
        if day.shifts[run].break_count and draw(state.rng) < MOVE_BREAK:
            _move_break(day, state, run)
        strings -= 1
        if strings <= 0:
            break
    remove_mates(day, state)
    if day.rules & PAIRS:
        move_pairs(day, state)


@inner
def _remove_string(day: Day, state: State, run: int, leg: int) -> None:
    """Remove a string of visits that holds `leg`, sometimes sparing a part inside it. Breaks stay."""
    visits, rng, legs = state.runs[run].visits, state.rng, len(day.unplaced_cost)
    gone = 1 + below(rng, min(visits, LONGEST_STRING))
    spared = 0
    if gone < visits and draw(rng) < SPLIT_STRING:
        spared = 1
        while gone + spared < visits and draw(rng) >= SPLIT_STRING:
            spared += 1
    span, at = gone + spared, -1
    for k in range(state.runs[run].length):
        at += state.stops[run, k].node < legs
        if state.stops[run, k].node == leg:
            break
    low = max(0, at - span + 1)
    first = low + below(rng, min(at, visits - span) - low + 1)
    spare_from = first + below(rng, gone + 1) if spared else first
    remember(state, run)
    _keep_rest(day, state, run, (first, first + span, spare_from, spare_from + spared))


@inner
def _keep_rest(day: Day, state: State, run: int, cut: tuple[int, int, int, int]) -> None:
    """Remove the visits numbered from `cut[0]` up to `cut[1]` but for those from `cut[2]` up to `cut[3]`."""
    record, legs, kept, visit = state.runs[run], len(day.unplaced_cost), 0, -1
    for k in range(record.length):
        node = state.stops[run, k].node
        visit += node < legs
        if node < legs and cut[0] <= visit < cut[1] and not cut[2] <= visit < cut[3]:
            _release(day, state, node)
        else:
            state.stops[run, kept].node = node
            kept += 1
    record.length = kept
    _settle(day, state, run)


@inner
def _release(day: Day, state: State, leg: int) -> None:
    unserve(day, state, leg)
    state.removed[state.counts[REMOVED]] = leg
    state.counts[REMOVED] += 1


@inner
def _settle(day: Day, state: State, run: int) -> None:
    """Work out a run that lost visits. One that became illegal (a detour was the faster way) or has none is emptied."""
    record, legs = state.runs[run], len(day.unplaced_cost)
    state.ledger[PLACED] -= record.cost
    if not refresh(day, state, run):
        for k in range(record.length):
            if state.stops[run, k].node < legs:
                _release(day, state, state.stops[run, k].node)
        record.length = 0
        refresh(day, state, run)
    state.ledger[PLACED] += record.cost


@compiled
def take_out(day: Day, state: State, leg: int) -> None:
    """Remove one leg from its run."""
    run = state.run_of[leg]
    remember(state, run)
    visit = -1
    for k in range(state.runs[run].length):
        visit += state.stops[run, k].node < len(day.unplaced_cost)
        if state.stops[run, k].node == leg:
            break
    _keep_rest(day, state, run, (visit, visit + 1, visit, visit))


@inner
def remove_mates(day: Day, state: State) -> None:
    """Remove the other legs of every pair or group that lost one."""
    i = 0
    while i < state.counts[REMOVED]:
        mate, at = day.nodes[state.removed[i]].mate, day.nodes[state.removed[i]].group
        if at:
            for k in range(at + 3, at + 3 + day.lists[at]):
                leg = day.lists[k]
                if state.run_of[leg] >= 0 and day.nodes[leg].pinned < 0:
                    take_out(day, state, leg)
        elif mate >= 0 and state.run_of[mate] >= 0:
            take_out(day, state, mate)
        i += 1


@inner
def _remove_client(day: Day, state: State, at: int) -> None:
    """Remove all visits of a client who has (or likes) one provider or carer, so that another may take them all."""
    for k in range(at + 1, at + 1 + day.lists[at]):
        if state.run_of[day.lists[k]] >= 0 and day.nodes[day.lists[k]].pinned < 0:
            take_out(day, state, day.lists[k])


@inner
def _move_break(day: Day, state: State, run: int) -> None:
    """Put one break of a run at another position that suits it, any with the same chance."""
    record = state.runs[run]
    if record.visits == 0:
        return
    rest = day.breaks[day.shifts[run].break_first + below(state.rng, day.shifts[run].break_count)]
    old = 0
    while state.stops[run, old].node != rest:
        old += 1
    shift_out(state, run, old)
    chosen, found = old, 0
    if refresh(day, state, run):
        for position in range(record.length + 1):
            place, leave_s = leave_before(day, state, run, position)
            first_s = max(leave_s, state.open_s[rest])
            if first_s <= latest_start(day, state, run, position, rest, place):
                found += 1
                if below(state.rng, found) == 0:
                    chosen = position
    shift_in(state, run, chosen, rest)
    if not refresh(day, state, run):  # away from home for too long, which its time alone does not tell
        shift_out(state, run, chosen)
        shift_in(state, run, old, rest)
        refresh(day, state, run)
