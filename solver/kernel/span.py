"""Whether a run can be kept within the longest time from leaving home to being back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from solver.kernel.jit import inner
from solver.kernel.state import SEVERAL
from solver.kernel.windows import last_start, next_start
from solver.timing import UNREACHABLE, arrival, latest_departure

if TYPE_CHECKING:
    from solver.kernel.state import Day, State

LEAPS = 50
"""How many departures are tried where boats sail; a run that needs more is taken for too long."""


@inner
def fits_span(day: Day, state: State, run: int, length: int) -> bool:
    """Tell whether the first `length` nodes of the trial row can be kept in this order within the span of a shift.

    Who leaves later is back no earlier. So from the first departure on, the latest departure with the same return is
    tried, and then the first one at which another return could be in time.
    """
    shift, legs = day.shifts[run], len(day.unplaced_cost)
    first, leave_s = 0, int(shift.earliest_s)
    while state.stops[len(day.shifts), first].node >= legs:
        rest = state.stops[len(day.shifts), first].node
        leave_s = max(leave_s, state.open_s[rest]) + day.nodes[rest].duration_s
        first += 1
    clockwork = day.rules & SEVERAL == 0 and day.tables.boat_leave_s.size == 0
    for _ in range(LEAPS):
        back_s = _back_home(day, state, run, (first, length), leave_s)
        if back_s > shift.latest_s:
            return False
        if back_s - _leave_home(day, state, run, (first, length), back_s) <= shift.max_span_s:
            return True
        if clockwork:
            return False
        leave_s = back_s - shift.max_span_s
    return False


@inner
def _back_home(day: Day, state: State, run: int, part: tuple[int, int], leave_s: int) -> int:
    """Give when a carer is home who leaves at an instant; `UNREACHABLE` when some window is missed."""
    shift, legs = day.shifts[run], len(day.unplaced_cost)
    place, free_s = shift.start_place, leave_s
    for k in range(part[0], part[1]):
        node = state.stops[len(day.shifts), k].node
        if node < legs:
            free_s = arrival(day.tables, shift.mode, place, day.nodes[node].place, free_s)
            place = day.nodes[node].place
        free_s = next_start(day, state, node, free_s)
        if free_s > state.close_s[node]:
            return UNREACHABLE
        free_s += day.nodes[node].duration_s
    return int(arrival(day.tables, shift.mode, place, shift.end_place, free_s))


@inner
def _leave_home(day: Day, state: State, run: int, part: tuple[int, int], back_s: int) -> int:
    """Give the latest instant to leave home so as to be back by `back_s`, which can be done."""
    shift, legs = day.shifts[run], len(day.unplaced_cost)
    place, due_s = shift.end_place, back_s
    k, rests = part[1], 0
    while k > part[0]:
        k -= 1
        rests += 1
        last = state.stops[len(day.shifts), k].node
        if last >= legs:
            continue
        here = day.nodes[last].place
        due_s = latest_departure(day.tables, shift.mode, here, place, due_s)
        for j in range(k + rests - 1, k - 1, -1):
            node = state.stops[len(day.shifts), j].node
            due_s = last_start(day, state, node, due_s - day.nodes[node].duration_s)
        place, rests = here, 0
    return int(latest_departure(day.tables, shift.mode, shift.start_place, place, due_s))
