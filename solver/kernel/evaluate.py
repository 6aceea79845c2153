"""What a run costs and when its stops can happen: the only place where a run's times and prices are worked out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from solver.kernel.jit import NO_LIMIT, compiled, inlined, inner
from solver.kernel.prices import company_price, run_price
from solver.kernel.span import fits_span
from solver.kernel.state import (
    ARC,
    BY_RUN,
    COMMUTE,
    COMPANY,
    DRIVE,
    LIMITS,
    PLACED,
    ROAD,
    SPAN,
    TOUCHED,
    UNPAIRED,
    UNPLACED,
    WORK,
)
from solver.kernel.windows import last_start, next_start
from solver.timing import arrival, latest_departure

if TYPE_CHECKING:
    from solver.kernel.state import Day, State


@compiled
def refresh(day: Day, state: State, run: int) -> bool:
    """Work out times and cost of a run from its nodes; tell whether it keeps every rule."""
    shift = day.shifts[run]
    record = state.runs[run]
    legs = len(day.unplaced_cost)
    place, leave_s, cost, work_s, visits, load = shift.start_place, int(shift.earliest_s), 0, 0, 0, 0
    record.lead = 0
    feasible = True
    for k in range(record.length):
        stop = state.stops[run, k]
        node = stop.node
        if node < legs:
            there = day.nodes[node].place
            if visits == 0:
                cost += day.ways[COMMUTE, shift.mode, place, there]
            else:
                cost += day.ways[ARC, shift.mode, place, there]
                work_s += day.ways[WORK, shift.mode, place, there]
            leave_s = arrival(day.tables, shift.mode, place, there, leave_s)
            cost += day.serve_cost[node, run]
            work_s += day.nodes[node].duration_s
            load += day.nodes[node].load
            visits += 1
            place = there
        elif visits == 0:
            record.lead += 1
        leave_s = next_start(day, state, node, leave_s)
        feasible &= leave_s <= state.close_s[node]
        stop.start_s, stop.place = leave_s, place
        leave_s += day.nodes[node].duration_s
    record.visits, record.work_s, record.cost, record.load = visits, work_s, cost, load
    if visits == 0:
        return bool(record.length == 0)
    record.cost += day.ways[COMMUTE, shift.mode, place, shift.end_place]
    feasible &= arrival(day.tables, shift.mode, place, shift.end_place, leave_s) <= shift.latest_s
    _latest_starts(day, state, run)
    if day.rules & BY_RUN:
        record.cost += run_price(day, state, run)
    if day.rules & LIMITS:
        feasible &= _within_limits(day, state, run)
    return bool(feasible and work_s <= shift.max_work_s and load <= shift.capacity)


@inner
def _within_limits(day: Day, state: State, run: int) -> bool:
    """Work out how long a run drives, and tell whether it keeps the limits that few shifts have."""
    shift, record = day.shifts[run], state.runs[run]
    if day.rules & DRIVE:
        place, record.drive_s = shift.start_place, 0
        for k in range(record.length):
            there = state.stops[run, k].place
            record.drive_s += day.ways[ROAD, shift.mode, place, there]
            place = there
        record.drive_s += day.ways[ROAD, shift.mode, place, shift.end_place]
        if record.drive_s > shift.max_drive_s:
            return False
    if day.rules & SPAN and shift.max_span_s < NO_LIMIT:
        for k in range(record.length):
            state.stops[len(day.shifts), k].node = state.stops[run, k].node
        return fits_span(day, state, run, record.length)
    return True


@inlined
def _latest_starts(day: Day, state: State, run: int) -> None:
    shift = day.shifts[run]
    place, latest_s = shift.end_place, int(shift.latest_s)
    for k in range(state.runs[run].length - 1, -1, -1):
        stop = state.stops[run, k]
        latest_s = latest_departure(day.tables, shift.mode, stop.place, place, latest_s)
        latest_s = last_start(day, state, stop.node, latest_s - day.nodes[stop.node].duration_s)
        stop.latest_s, place = latest_s, stop.place


@inlined
def remember(state: State, run: int) -> None:
    """Keep a copy of a run before its first change in an iteration."""
    record = state.runs[run]
    if record.touched:
        return
    for k in range(record.length):
        state.saved_stops[run, k] = state.stops[run, k]
    state.saved_runs[run] = record
    record.touched = 1
    state.touched[state.counts[TOUCHED]] = run
    state.counts[TOUCHED] += 1


@inlined
def hours_price(day: Day, provider: int, contact_s: int) -> int:
    """Price a provider's contact time outside its floor and ceiling."""
    limits = day.providers[provider]
    outside_s = max(limits.floor_s - contact_s, contact_s - limits.ceiling_s, 0)
    return int(day.provider_price * outside_s + 0.5)


@compiled
def book(day: Day, state: State, leg: int, run: int) -> None:
    """Note that a leg joins a run: who serves it, the provider's hours, and what is no longer unplaced."""
    _count_hours(day, state, run, day.nodes[leg].duration_s)
    if day.rules & COMPANY:
        state.ledger[PLACED] += company_price(day, state, leg, run)
    state.run_of[leg] = run
    state.ledger[UNPLACED if day.nodes[leg].mate < 0 else UNPAIRED] -= day.unplaced_cost[leg]


@inner
def unserve(day: Day, state: State, leg: int) -> None:
    """Note that a leg is in no run any more, and free its start."""
    _count_hours(day, state, state.run_of[leg], -day.nodes[leg].duration_s)
    if day.rules & COMPANY:
        state.ledger[PLACED] -= company_price(day, state, leg, state.run_of[leg])
    state.run_of[leg] = -1
    state.ledger[UNPLACED if day.nodes[leg].mate < 0 else UNPAIRED] += day.unplaced_cost[leg]
    state.open_s[leg], state.close_s[leg] = day.nodes[leg].earliest_s, day.nodes[leg].latest_s


@inner
def _count_hours(day: Day, state: State, run: int, more_s: int) -> None:
    provider = day.shifts[run].provider
    before_s = state.contact_s[provider]
    state.contact_s[provider] = before_s + more_s
    state.ledger[PLACED] += hours_price(day, provider, before_s + more_s) - hours_price(day, provider, before_s)
