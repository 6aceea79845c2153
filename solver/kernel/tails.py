"""Exchanging the ends of two runs: where runs are long, strings of a few visits would take many changes to do so."""

from __future__ import annotations

from typing import TYPE_CHECKING

from solver.kernel.evaluate import refresh, remember
from solver.kernel.insert import leave_before
from solver.kernel.jit import inner
from solver.kernel.rng import below, draw
from solver.kernel.state import COMPANY, NOWHERE, PLACED, REFUSED, ZERO
from solver.timing import arrival

if TYPE_CHECKING:
    from solver.kernel.state import Day, State

NEAR = 20
"""Among so many of the nearest visits one is drawn that the seed shall follow."""
TO_IDLE = 0.1
"""How often somebody idle takes over from the seed on instead."""


@inner
def swap_tails(day: Day, state: State, seed: int) -> None:
    """Let the seed and all after it come behind a visit near it in another run, and what was there where the seed was.

    Nothing happens where a rule forbids it, where a run has breaks or a leg is tied, or where company has a price.
    """
    run, other, to = state.run_of[seed], NOWHERE, ZERO
    if run < 0 or day.neighbours.shape[1] == 0 or day.rules & COMPANY:
        return
    if draw(state.rng) < TO_IDLE:
        other = day.candidates[seed, below(state.rng, day.nodes[seed].options)]
        if state.runs[other].visits > 0:
            return
    else:
        before = day.neighbours[seed, below(state.rng, min(NEAR, day.neighbours.shape[1]))]
        other = state.run_of[before]
        if other < 0 or other == run:
            return
        to = _position(state, other, before) + 1
    at = _position(state, run, seed)
    if at + to > 0 and _may_move(day, state, (run, at), (other, to)) and _may_move(day, state, (other, to), (run, at)):
        _swap(day, state, (run, at), (other, to))


@inner
def _position(state: State, run: int, leg: int) -> int:
    """Give where a leg stands in its run."""
    at = ZERO
    while state.stops[run, at].node != leg:
        at += 1
    return at


@inner
def _may_move(day: Day, state: State, tail: tuple[int, int], to: tuple[int, int]) -> bool:
    """Tell whether the end of a run may stand in another from a position on, as far as its limits do not tell.

    A settled run refuses all other visits, and its own are refused everywhere else.
    """
    (run, first), (other, position) = tail, to
    shift, length = day.shifts[other], state.runs[run].length
    if shift.break_count or day.shifts[run].break_count:  # `serve_cost` has no row for a break
        return False
    if shift.provider != day.shifts[run].provider:
        return False
    if position + length - first > state.stops.shape[1]:
        return False
    if first < length:
        head, (place, leave_s) = state.stops[run, first], leave_before(day, state, other, position)
        if arrival(day.tables, shift.mode, place, head.place, leave_s) > head.latest_s:
            return False
    for k in range(first, length):
        leg = state.stops[run, k].node
        if day.nodes[leg].tied or day.serve_cost[leg, other] == REFUSED:
            return False
    return True


@inner
def _swap(day: Day, state: State, one: tuple[int, int], two: tuple[int, int]) -> None:
    """Exchange two ends; put them back where a run would be illegal."""
    for run, _ in (one, two):
        remember(state, run)
        state.ledger[PLACED] -= state.runs[run].cost
    _exchange(state, one, two)
    legal = refresh(day, state, one[0])
    if not (refresh(day, state, two[0]) and legal):
        _exchange(state, one, two)
        refresh(day, state, one[0])
        refresh(day, state, two[0])
    for run, first in (one, two):
        state.ledger[PLACED] += state.runs[run].cost
        for k in range(first, state.runs[run].length):
            state.run_of[state.stops[run, k].node] = run


@inner
def _exchange(state: State, one: tuple[int, int], two: tuple[int, int]) -> None:
    """Exchange the nodes of two ends, without working anything out."""
    (run, at), (other, to) = one, two
    left, right = state.runs[run].length - at, state.runs[other].length - to
    for k in range(max(left, right)):
        here, there = state.stops[run, at + k].node, state.stops[other, to + k].node
        state.stops[run, at + k].node, state.stops[other, to + k].node = there, here
    state.runs[run].length, state.runs[other].length = at + right, to + left
