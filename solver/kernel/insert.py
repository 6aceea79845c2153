"""Where a visit fits into a run, at what extra cost and between which starts; and putting it there.

The earliest times before a gap and the latest times after it make each test independent of the run's length.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from solver.kernel.evaluate import book, hours_price, refresh, remember
from solver.kernel.jit import inner
from solver.kernel.rng import draw
from solver.kernel.state import OFFERS, PLACED
from solver.timing import NEVER, arrival, latest_departure

if TYPE_CHECKING:
    from solver.kernel.state import Day, State

NO_ROOM = (0, 1, 0)
"""The answer of a gap that a visit does not fit: it would have to start at 1 at the earliest and at 0 at the latest."""


@inner
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
    return int(min(latest_s - day.nodes[node].duration_s, state.close_s[node]))


@inner
def leave_before(day: Day, state: State, run: int, position: int) -> tuple[int, int]:
    """Give the place and the earliest instant from which whatever comes at `position` is reached."""
    if position == 0:
        return int(day.shifts[run].start_place), int(day.shifts[run].earliest_s)
    before = state.stops[run, position - 1]
    return int(before.place), int(before.start_s + day.nodes[before.node].duration_s)


@inner
def gap(day: Day, state: State, leg: int, run: int, position: int) -> tuple[int, int, int]:
    """Give the extra travel cost, the earliest and the latest start of a leg put before `position` of a run in use."""
    shift, record, here = day.shifts[run], state.runs[run], day.nodes[leg].place
    place, leave_s = leave_before(day, state, run, position)
    first_s = max(arrival(day.tables, shift.mode, place, here, leave_s), state.open_s[leg])
    if first_s > state.close_s[leg]:
        return NO_ROOM
    last_s = latest_start(day, state, run, position, leg, here)
    if first_s > last_s:
        return NO_ROOM
    cost, work_s = detour(day, state, run, position, here)
    if record.work_s + day.nodes[leg].duration_s + work_s > shift.max_work_s:
        return NO_ROOM
    return cost, first_s, last_s


@inner
def detour(day: Day, state: State, run: int, position: int, here: int) -> tuple[int, int]:
    """Give the extra cost and the extra travel at work of passing by a place before `position` of a run in use."""
    shift, record, legs = day.shifts[run], state.runs[run], len(day.unplaced_cost)
    m = shift.mode
    k = position
    while k < record.length and state.stops[run, k].node >= legs:
        k += 1
    before = state.stops[run, position - 1].place if position > 0 else shift.start_place
    if position <= record.lead:
        after, home = state.stops[run, k].place, shift.start_place
        cost = day.commute_cost[m, home, here] + day.arc_cost[m, here, after] - day.commute_cost[m, home, after]
        return int(cost), int(day.work_s[m, here, after])
    if k == record.length:
        home = shift.end_place
        cost = day.arc_cost[m, before, here] + day.commute_cost[m, here, home] - day.commute_cost[m, before, home]
        return int(cost), int(day.work_s[m, before, here])
    after = state.stops[run, k].place
    cost = day.arc_cost[m, before, here] + day.arc_cost[m, here, after] - day.arc_cost[m, before, after]
    work_s = day.work_s[m, before, here] + day.work_s[m, here, after] - day.work_s[m, before, after]
    return int(cost), int(work_s)


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
    first_s = max(arrival(day.tables, m, shift.start_place, here, leave_s), state.open_s[leg])
    last_s = latest_departure(day.tables, m, here, shift.end_place, shift.latest_s)
    for k in range(shift.break_count - 1, rests - 1, -1):
        rest = day.breaks[shift.break_first + k]
        last_s = min(last_s - day.nodes[rest].duration_s, state.close_s[rest])
        if last_s < state.open_s[rest]:
            return NO_ROOM
    last_s = min(last_s - day.nodes[leg].duration_s, state.close_s[leg])
    if first_s > last_s or day.nodes[leg].duration_s > shift.max_work_s:
        return NO_ROOM
    cost = day.commute_cost[m, shift.start_place, here] + day.commute_cost[m, here, shift.end_place]
    return int(cost), first_s, last_s


@inner
def fixed_price(day: Day, state: State, leg: int, run: int) -> int:
    """Price a leg in a run wherever it stands: an unfamiliar carer, and the provider's hours."""
    provider = day.shifts[run].provider
    contact_s = state.contact_s[provider]
    hours = hours_price(day, provider, contact_s + day.nodes[leg].duration_s) - hours_price(day, provider, contact_s)
    return int(hours + day.serve_cost[leg, run])


@inner
def best_position(day: Day, state: State, leg: int, run: int, limit: int, blink: float) -> tuple[int, int]:
    """Find the cheapest position below `limit`, now and then overlooking one; position -1 when there is none."""
    record, best, chosen = state.runs[run], limit - fixed_price(day, state, leg, run), -1
    price = limit - best
    if record.visits == 0:
        return _best_opening(day, state, leg, run, limit)
    end_s, close_s = state.open_s[leg] + day.nodes[leg].duration_s, state.close_s[leg]
    for position in range(record.length + 1):
        if position > 0:
            before = state.stops[run, position - 1]
            if before.start_s + day.nodes[before.node].duration_s > close_s:
                break
        if position < record.length and end_s > state.stops[run, position].latest_s:
            continue
        cost, first_s, last_s = gap(day, state, leg, run, position)
        if first_s <= last_s and cost < best and (blink == 0.0 or draw(state.rng) >= blink):
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
def offer_positions(day: Day, state: State, leg: int, run: int, limit: int, n: int) -> int:
    """Append to `offers` every position of a run where a leg fits below `limit`; give the new number of offers."""
    record, price = state.runs[run], fixed_price(day, state, leg, run)
    idle = record.visits == 0
    end = day.shifts[run].break_count if idle else record.length
    for position in range(end + 1):
        if idle:
            cost, first_s, last_s = opening(day, state, leg, run, position)
        else:
            cost, first_s, last_s = gap(day, state, leg, run, position)
        if first_s <= last_s and cost + price < limit and n < OFFERS:
            offer = state.offers[n]
            offer.cost, offer.run, offer.position, offer.first_s, offer.last_s = (
                cost + price, run, position, first_s, last_s,
            )  # fmt: skip
            n += 1
    return n


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
