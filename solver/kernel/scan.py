"""Which runs a visit is worth trying in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from solver.kernel.jit import inlined, inner
from solver.kernel.state import EVERYWHERE, IDLE, IDLE_TRIED, NOWHERE, ONLY, REFUSED, STAMP, TOUCHED, TOUCHED_ONLY, ZERO

if TYPE_CHECKING:
    from solver.kernel.state import Day, State


@inner
def scan_runs(day: Day, state: State, leg: int, reach: int) -> int:
    """List in `scan` the runs worth trying for a leg; give their number."""
    state.counts[STAMP] += 1
    stamp, n = (state.counts[STAMP], only_provider(day, state, leg)), ZERO
    if reach == EVERYWHERE:
        for j in range(day.nodes[leg].options):
            n = _add_run(day, state, (leg, day.candidates[leg, j]), stamp, n)
        return n
    for j in range(state.counts[TOUCHED]):
        n = _add_run(day, state, (leg, state.touched[j]), stamp, n)
    if reach == TOUCHED_ONLY:
        return n
    for j in range(day.neighbours.shape[1]):
        run = state.run_of[day.neighbours[leg, j]]
        if run >= 0:
            n = _add_run(day, state, (leg, run), stamp, n)
    if state.counts[IDLE] <= IDLE_TRIED:
        for j in range(state.counts[IDLE]):
            if state.runs[state.idle[j]].visits == 0:
                n = _add_run(day, state, (leg, state.idle[j]), stamp, n)
        return n
    idle = 0
    for j in range(day.nodes[leg].options):
        run = day.candidates[leg, j]
        if state.runs[run].visits == 0:
            n = _add_run(day, state, (leg, run), stamp, n)
            idle += 1
            if idle >= IDLE_TRIED:
                break
    return n


@inner
def only_provider(day: Day, state: State, leg: int) -> int:
    """Give the one provider whose runs a leg may enter, or `NOWHERE` where any may be.

    That is the one searched for, or who already serves the client of a leg that binds them to one.
    """
    at = day.nodes[leg].bound
    if state.counts[ONLY] >= 0 or at == 0:
        return int(state.counts[ONLY])
    for k in range(at + 1, at + 1 + day.lists[at]):
        if state.run_of[day.lists[k]] >= 0:
            return int(day.shifts[state.run_of[day.lists[k]]].provider)
    return NOWHERE


@inner
def list_idle(state: State) -> None:
    """List the runs that nobody has a visit in, as long as they are few."""
    n = ZERO
    for run in range(len(state.runs)):
        if state.runs[run].visits == 0:
            state.idle[n] = run
            n += 1
            if n > IDLE_TRIED:
                break
    state.counts[IDLE] = n


@inlined
def _add_run(day: Day, state: State, leg_and_run: tuple[int, int], stamp: tuple[int, int], n: int) -> int:
    """List a run unless it is listed (with this stamp), refused, or of another than the only provider."""
    leg, run = leg_and_run
    if state.runs[run].seen == stamp[0] or day.serve_cost[leg, run] == REFUSED:
        return n
    if stamp[1] >= 0 and day.shifts[run].provider != stamp[1]:
        return n
    state.runs[run].seen = stamp[0]
    state.scan[n] = run
    return n + 1
