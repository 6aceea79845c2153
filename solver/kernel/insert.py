"""Where a visit fits into a run, at what extra cost and between which starts; and putting it there.

The earliest times before a gap and the latest times after it make each test independent of the run's length.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from solver.kernel.evaluate import book, hours_price, refresh, remember
from solver.kernel.jit import NO_LIMIT, inlined, inner
from solver.kernel.prices import area_price, company_price, work_price
from solver.kernel.rng import draw
from solver.kernel.span import fits_span
from solver.kernel.state import (
    ARC,
    AREAS,
    BY_LEG,
    COMMUTE,
    COMPANY,
    DRIVE,
    LIMITS,
    PLACED,
    ROAD,
    SPAN,
    WORK,
    WORKED,
    ZERO,
)
from solver.kernel.windows import last_free, next_free
from solver.timing import NEVER, arrival, latest_departure

if TYPE_CHECKING:
    from solver.kernel.state import Day, State

LEAP = 8
"""By how many places a long run is skipped at once where it is too early for a visit: latest starts never decrease."""
NO_ROOM = (0, 1, 0)
"""The answer of a gap that a visit does not fit: it would have to start at 1 at the earliest and at 0 at the latest."""


@inlined
def latest_start(day: Day, state: State, run: int, position: int, node: int, place: int) -> int:
    """Give the latest start of a node put before `position` at `place`, so that all that follows can be kept."""
    shift = day.shifts[run]
    legs, length = len(day.unplaced_cost), state.runs[run].length
    k = position
    while k < length and state.stops[run, k].node >= legs:
        k += 1
    if k < length:
        after = state.stops[run, k]
        latest_s = latest_departure(day.tables, shift.mode, place, after.place, after.latest_s)
    else:
        latest_s = latest_departure(day.tables, shift.mode, place, shift.end_place, shift.latest_s)
    while k > position:
        k -= 1
        rest = state.stops[run, k].node
        latest_s = min(latest_s - day.nodes[rest].duration_s, state.close_s[rest])
        if latest_s < state.open_s[rest]:
            return NEVER
    return int(last_free(day, state, node, latest_s - day.nodes[node].duration_s))


@inlined
def leave_before(day: Day, state: State, run: int, position: int) -> tuple[int, int]:
    """Give the place and the earliest instant from which whatever comes at `position` is reached."""
    if position == 0:
        return int(day.shifts[run].start_place), int(day.shifts[run].earliest_s)
    before = state.stops[run, position - 1]
    return int(before.place), int(before.start_s + day.nodes[before.node].duration_s)


@inlined
def gap(day: Day, state: State, leg: int, run: int, position: int, limit: int) -> tuple[int, int, int]:
    """Give extra cost (travel and work), earliest and latest start of a leg put before `position` of a run in use.

    There is no room for what costs `limit` or more: the price is looked up first because it most often decides.
    """
    shift, record, here = day.shifts[run], state.runs[run], day.nodes[leg].place
    cost = detour(day, state, run, position, here)
    if day.rules & WORKED:
        cost += _dearer_work(day, state, leg, run, position)
    if cost >= limit:
        return NO_ROOM
    place, leave_s = leave_before(day, state, run, position)
    first_s = next_free(day, state, leg, arrival(day.tables, shift.mode, place, here, leave_s))
    if first_s > state.close_s[leg]:
        return NO_ROOM
    last_s = latest_start(day, state, run, position, leg, here)
    if first_s > last_s:
        return NO_ROOM
    if record.work_s + day.nodes[leg].duration_s + extra_work_s(day, state, run, position, here) > shift.max_work_s:
        return NO_ROOM
    if day.rules & LIMITS and not within_limits(day, state, leg, run, position):
        return NO_ROOM
    return cost, first_s, last_s


@inner
def _dearer_work(day: Day, state: State, leg: int, run: int, position: int) -> int:
    """Price the work that a leg put before `position` adds to a run in use."""
    work_s = state.runs[run].work_s
    more_s = day.nodes[leg].duration_s + extra_work_s(day, state, run, position, day.nodes[leg].place)
    return int(work_price(day, run, work_s + more_s) - work_price(day, run, work_s))


@inner
def within_limits(day: Day, state: State, leg: int, run: int, position: int) -> bool:
    """Tell whether a leg put before `position` leaves a run the limits that few shifts have: driving and span."""
    shift, record, m = day.shifts[run], state.runs[run], day.shifts[run].mode
    if day.rules & DRIVE and record.visits:
        before, _ = leave_before(day, state, run, position)
        after, here = place_after(day, state, run, position), day.nodes[leg].place
        more_s = day.ways[ROAD, m, before, here] + day.ways[ROAD, m, here, after] - day.ways[ROAD, m, before, after]
        if record.drive_s + more_s > shift.max_drive_s:
            return False
    if day.rules & SPAN and shift.max_span_s < NO_LIMIT:
        length, trial = (record.length if record.visits else shift.break_count), len(day.shifts)
        for k in range(length):
            node = state.stops[run, k].node if record.visits else day.breaks[shift.break_first + k]
            state.stops[trial, k + (k >= position)].node = node
        state.stops[trial, position].node = leg
        return fits_span(day, state, run, length + 1)
    return True


@inner
def place_after(day: Day, state: State, run: int, position: int) -> int:
    """Give the place that is visited after `position`, or where the carer goes home."""
    for k in range(position, state.runs[run].length):
        if state.stops[run, k].node < len(day.unplaced_cost):
            return int(state.stops[run, k].place)
    return int(day.shifts[run].end_place)


@inlined
def detour(day: Day, state: State, run: int, position: int, here: int) -> int:
    """Give the extra cost of passing by a place before `position` of a run in use."""
    shift, record, legs = day.shifts[run], state.runs[run], len(day.unplaced_cost)
    m = shift.mode
    k = position
    while k < record.length and state.stops[run, k].node >= legs:
        k += 1
    before = state.stops[run, position - 1].place if position > 0 else shift.start_place
    if position <= record.lead:
        after, home = state.stops[run, k].place, shift.start_place
        cost = day.ways[COMMUTE, m, home, here] + day.ways[ARC, m, here, after] - day.ways[COMMUTE, m, home, after]
        return int(cost)
    if k == record.length:
        home = shift.end_place
        cost = day.ways[ARC, m, before, here] + day.ways[COMMUTE, m, here, home] - day.ways[COMMUTE, m, before, home]
        return int(cost)
    after = state.stops[run, k].place
    cost = day.ways[ARC, m, before, here] + day.ways[ARC, m, here, after] - day.ways[ARC, m, before, after]
    return int(cost)


@inlined
def extra_work_s(day: Day, state: State, run: int, position: int, here: int) -> int:
    """Give the extra travel at work of passing by a place before `position` of a run in use."""
    record, legs, m = state.runs[run], len(day.unplaced_cost), day.shifts[run].mode
    k = position
    while k < record.length and state.stops[run, k].node >= legs:
        k += 1
    if position <= record.lead:
        return int(day.ways[WORK, m, here, state.stops[run, k].place])
    before = state.stops[run, position - 1].place
    if k == record.length:
        return int(day.ways[WORK, m, before, here])
    after = state.stops[run, k].place
    return int(day.ways[WORK, m, before, here] + day.ways[WORK, m, here, after] - day.ways[WORK, m, before, after])


@inner
def opening(day: Day, state: State, leg: int, run: int, rests: int) -> tuple[int, int, int]:
    """Give cost, earliest and latest start of a leg alone in an idle run with `rests` breaks before leaving home."""
    shift, here = day.shifts[run], day.nodes[leg].place
    m, leave_s = shift.mode, int(shift.earliest_s)
    for k in range(shift.break_count):
        rest = day.breaks[shift.break_first + k]
        if k < rests:
            leave_s = max(leave_s, state.open_s[rest])
            if leave_s > state.close_s[rest]:
                return NO_ROOM
            leave_s += day.nodes[rest].duration_s
    first_s = next_free(day, state, leg, arrival(day.tables, m, shift.start_place, here, leave_s))
    last_s = latest_departure(day.tables, m, here, shift.end_place, shift.latest_s)
    for k in range(shift.break_count - 1, rests - 1, -1):
        rest = day.breaks[shift.break_first + k]
        last_s = min(last_s - day.nodes[rest].duration_s, state.close_s[rest])
        if last_s < state.open_s[rest]:
            return NO_ROOM
    last_s = last_free(day, state, leg, last_s - day.nodes[leg].duration_s)
    if first_s > last_s or day.nodes[leg].duration_s > shift.max_work_s:
        return NO_ROOM
    if day.rules & LIMITS and not within_limits(day, state, leg, run, rests):
        return NO_ROOM
    cost = day.ways[COMMUTE, m, shift.start_place, here] + day.ways[COMMUTE, m, here, shift.end_place]
    if day.rules & WORKED:
        cost += work_price(day, run, day.nodes[leg].duration_s)
    return int(cost), first_s, last_s


@inlined
def fixed_price(day: Day, state: State, leg: int, run: int) -> int:
    """Price a leg in a run wherever it stands: who comes, the provider's hours, and how far the run strays."""
    provider = day.shifts[run].provider
    contact_s = state.contact_s[provider]
    hours = hours_price(day, provider, contact_s + day.nodes[leg].duration_s) - hours_price(day, provider, contact_s)
    price = hours + day.serve_cost[leg, run]
    if day.rules & BY_LEG:
        price += _price_beside(day, state, leg, run)
    return int(price)


@inner
def _price_beside(day: Day, state: State, leg: int, run: int) -> int:
    """Price a leg in a run by what is there already: carers and providers of the client, areas of the run."""
    price = company_price(day, state, leg, run) if day.rules & COMPANY else ZERO
    return int(price + area_price(day, state, leg, run) if day.rules & AREAS else price)


@inlined
def best_position(day: Day, state: State, leg: int, run: int, limit: int, blink: float) -> tuple[int, int]:
    """Find the cheapest position below `limit`, now and then overlooking one; position -1 when there is none."""
    record, best, chosen = state.runs[run], limit - fixed_price(day, state, leg, run), -1
    price = limit - best
    if record.load + day.nodes[leg].load > day.shifts[run].capacity:
        return limit, -1
    if record.visits == 0:
        return _best_opening(day, state, leg, run, limit)
    end_s, close_s = state.open_s[leg] + day.nodes[leg].duration_s, state.close_s[leg]
    first = ZERO
    while first + LEAP <= record.length and end_s > state.stops[run, first + LEAP - 1].latest_s:
        first += LEAP
    for position in range(first, record.length + 1):
        if position < record.length and end_s > state.stops[run, position].latest_s:
            continue
        if position > 0:
            before = state.stops[run, position - 1]
            if before.start_s + day.nodes[before.node].duration_s > close_s:
                break
        cost, first_s, last_s = gap(day, state, leg, run, position, best)
        if first_s <= last_s and (blink == 0.0 or draw(state.rng) >= blink):
            best, chosen = cost, position
    return best + price, chosen


@inner
def _best_opening(day: Day, state: State, leg: int, run: int, limit: int) -> tuple[int, int]:
    """Open an idle run with its breaks placed so that the visit keeps the most room."""
    price, room_s, chosen, best = fixed_price(day, state, leg, run), -1, -1, limit
    for rests in range(day.shifts[run].break_count + 1):
        cost, first_s, last_s = opening(day, state, leg, run, rests)
        if cost + price < limit and last_s - first_s > room_s:
            room_s, chosen, best = last_s - first_s, rests, cost + price
    return best, chosen


@inner
def put(day: Day, state: State, leg: int, run: int, position: int) -> None:
    """Insert a leg before `position`; an idle run gets its breaks, `position` of them before leaving home."""
    remember(state, run)
    record = state.runs[run]
    if record.length == 0:
        shift = day.shifts[run]
        for k in range(shift.break_count):
            state.stops[run, k].node = day.breaks[shift.break_first + k]
        record.length = shift.break_count
        record.cost = 0
    shift_in(state, run, position, leg)
    state.ledger[PLACED] -= record.cost
    refresh(day, state, run)
    state.ledger[PLACED] += record.cost
    book(day, state, leg, run)


@inner
def shift_in(state: State, run: int, position: int, node: int) -> None:
    """Make room at `position` of a run and put a node there, without working anything out."""
    record = state.runs[run]
    for k in range(record.length, position, -1):
        state.stops[run, k].node = state.stops[run, k - 1].node
    state.stops[run, position].node = node
    record.length += 1


@inner
def shift_out(state: State, run: int, position: int) -> None:
    """Take the node at `position` out of a run, without working anything out."""
    record = state.runs[run]
    for k in range(position, record.length - 1):
        state.stops[run, k].node = state.stops[run, k + 1].node
    record.length -= 1
