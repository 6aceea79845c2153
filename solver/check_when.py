"""Check when things happen: windows, the limits of a shift, breaks and rest.

This is one section of `check`; only raw fields are read.
"""

from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING

from solver.needs import agreed_windows, begins_s
from solver.rules import Rule, breach
from solver.words import clock, count, length

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from solver.claims import Claims, KnownRun
    from solver.types import Breach, Rest, TimeWindow


def _start_window(day: Claims) -> Iterator[Breach]:
    for shift, stop, visit in day.served:
        windows = agreed_windows(visit)
        outside_s = min(_outside_s(stop.start_s, window) for window in windows)
        if outside_s > 0:
            agreed = " or ".join(f"{clock(w.earliest_s)} and {clock(w.latest_s)}" for w in windows)
            message = (
                f"{'Time-critical visit' if visit.time_critical else 'Visit'} {visit.id} starts at "
                f"{clock(stop.start_s)}, not between {agreed}."
            )
            yield breach(Rule.START_WINDOW, message, visit=visit.id, shift=shift.id, amount=outside_s)


def _outside_s(start_s: int, window: TimeWindow) -> int:
    return max(window.earliest_s - start_s, start_s - window.latest_s, 0)


def _tolerance(day: Claims) -> Iterator[Breach]:
    for shift, stop, visit in day.served:
        if visit.time_critical and visit.tolerance_s is not None and visit.preferred_start_s is not None:
            off_s = abs(stop.start_s - visit.preferred_start_s)
            if off_s > visit.tolerance_s:
                message = (
                    f"Time-critical visit {visit.id} starts {length(off_s)} from {clock(visit.preferred_start_s)}, "
                    f"more than {length(visit.tolerance_s)}."
                )
                over_s = off_s - visit.tolerance_s
                yield breach(Rule.TOLERANCE, message, visit=visit.id, shift=shift.id, amount=over_s)


def _locked_start(day: Claims) -> Iterator[Breach]:
    for shift, stop, visit in day.served:
        if visit.locked_start_s is not None and stop.start_s != visit.locked_start_s:
            message = (
                f"Visit {visit.id} starts at {clock(stop.start_s)}; it is locked to {clock(visit.locked_start_s)}."
            )
            off_s = abs(stop.start_s - visit.locked_start_s)
            yield breach(Rule.LOCKED_START, message, visit=visit.id, shift=shift.id, amount=off_s)


def _full_duration(day: Claims) -> Iterator[Breach]:
    for shift, stop, visit in day.served:
        short_s = visit.duration_s - (stop.leave_s - stop.start_s)
        if short_s > 0:
            message = f"Visit {visit.id} is cut short by {length(short_s)} on shift {shift.id}."
            yield breach(Rule.FULL_DURATION, message, visit=visit.id, shift=shift.id, amount=short_s)


def _start_after_arrival(day: Claims) -> Iterator[Breach]:
    for shift, stop, visit in day.served:
        early_s = stop.arrive_s - stop.start_s
        if early_s > 0:
            message = f"Visit {visit.id} starts {length(early_s)} before shift {shift.id} arrives."
            yield breach(Rule.START_AFTER_ARRIVAL, message, visit=visit.id, shift=shift.id, amount=early_s)


def _shift_window(day: Claims) -> Iterator[Breach]:
    for known in day.runs:
        window = known.shift.window
        first_s = begins_s(known.run)
        outside_s = max(0, window.earliest_s - first_s) + max(0, known.run.back_home_s - window.latest_s)
        if outside_s > 0 or known.run.back_home_s < first_s:
            message = (
                f"Shift {known.shift.id} runs from {clock(first_s)} to {clock(known.run.back_home_s)}, "
                f"not inside {clock(window.earliest_s)} to {clock(window.latest_s)}."
            )
            yield breach(Rule.SHIFT_WINDOW, message, shift=known.shift.id, amount=outside_s)


def _max_work(day: Claims) -> Iterator[Breach]:
    for known in day.runs:
        contact_s = sum(visit.duration_s for _, visit in known.served)
        travel_s = sum(stop.travel_s for stop in known.run.stops[1:])
        paid_s = sum(due.duration_s for due in known.shift.breaks if due.paid)
        over_s = contact_s + travel_s + paid_s - known.shift.max_work_s
        if over_s > 0:
            message = f"Shift {known.shift.id} works {length(over_s)} more than {length(known.shift.max_work_s)}."
            yield breach(Rule.MAX_WORK, message, shift=known.shift.id, amount=over_s)


def _max_drive(day: Claims) -> Iterator[Breach]:
    for known in day.runs:
        limit_s = known.shift.max_drive_s
        if limit_s is not None and (over_s := _on_the_road_s(known) - limit_s) > 0:
            message = f"Shift {known.shift.id} is on the road {length(over_s)} longer than {length(limit_s)}."
            yield breach(Rule.MAX_DRIVE, message, shift=known.shift.id, amount=over_s)


def _on_the_road_s(known: KnownRun) -> int:
    """Sum the travel of a run, less what it spends aboard boats."""
    aboard_s = sum(boat.ashore_s - boat.departs_s for leg in known.legs for boat in leg.boats or ())
    return sum(leg.travel_s for leg in known.legs) - aboard_s


def _max_span(day: Claims) -> Iterator[Breach]:
    for known in day.runs:
        limit_s = known.shift.max_span_s
        if limit_s is not None and (over_s := known.run.back_home_s - known.run.leave_home_s - limit_s) > 0:
            message = f"Shift {known.shift.id} is away from home {length(over_s)} longer than {length(limit_s)}."
            yield breach(Rule.MAX_SPAN, message, shift=known.shift.id, amount=over_s)


def _daily_rest(day: Claims) -> Iterator[Breach]:
    for known in day.runs:
        shift, rest_s = known.shift, day.problem.rest_s
        for rested_s, when in (
            (None if shift.previous_end_s is None else begins_s(known.run) - shift.previous_end_s, "before"),
            (None if shift.next_start_s is None else shift.next_start_s - known.run.back_home_s, "after"),
        ):
            if rested_s is not None and rested_s < rest_s:
                message = f"Carer {shift.carer} rests {length(rested_s)} {when} shift {shift.id}, not {length(rest_s)}."
                yield breach(Rule.DAILY_REST, message, shift=shift.id, amount=rest_s - rested_s)


def _capacity(day: Claims) -> Iterator[Breach]:
    for known in day.runs:
        load, limit = sum(visit.load for _, visit in known.served), known.shift.capacity
        if limit is not None and load > limit:
            message = f"Shift {known.shift.id} carries {load}, more than {limit}."
            yield breach(Rule.CAPACITY, message, shift=known.shift.id, amount=load - limit)


def _every_break(day: Claims) -> Iterator[Breach]:
    for known in day.runs:
        planned, due = len(known.run.rests), len(known.shift.breaks)
        if planned != due:
            message = f"Shift {known.shift.id} has {count(due, 'break')} and its run takes {planned}."
            yield breach(Rule.EVERY_BREAK, message, shift=known.shift.id, amount=abs(planned - due))
        for rest in known.run.rests:
            if not 0 <= rest.after_stop <= len(known.run.stops):
                message = f"Shift {known.shift.id} rests at stop {rest.after_stop}, which its run does not have."
                yield breach(Rule.EVERY_BREAK, message, shift=known.shift.id)


def _break_length(day: Claims) -> Iterator[Breach]:
    for known in day.runs:
        for due, rest in zip(known.shift.breaks, known.run.rests, strict=False):
            short_s = due.duration_s - (rest.end_s - rest.start_s)
            if short_s > 0:
                message = f"A break of shift {known.shift.id} is {length(short_s)} too short."
                yield breach(Rule.BREAK_LENGTH, message, shift=known.shift.id, amount=short_s)


def _break_window(day: Claims) -> Iterator[Breach]:
    for known in day.runs:
        for due, rest in zip(known.shift.breaks, known.run.rests, strict=False):
            outside_s = max(due.window.earliest_s - rest.start_s, rest.start_s - due.window.latest_s)
            if outside_s > 0:
                message = (
                    f"A break of shift {known.shift.id} begins at {clock(rest.start_s)}, not between "
                    f"{clock(due.window.earliest_s)} and {clock(due.window.latest_s)}."
                )
                yield breach(Rule.BREAK_WINDOW, message, shift=known.shift.id, amount=outside_s)


def _break_apart(day: Claims) -> Iterator[Breach]:
    for known in day.runs:
        for rest in known.run.rests:
            if 1 <= rest.after_stop <= len(known.served):
                stop, visit = known.served[rest.after_stop - 1]
                early_s = max(stop.leave_s, stop.start_s + visit.duration_s) - rest.start_s
                if early_s > 0:
                    message = f"A break of shift {known.shift.id} begins {length(early_s)} before {visit.id} is over."
                    yield breach(Rule.BREAK_APART, message, visit=visit.id, shift=known.shift.id, amount=early_s)
        for one, other in combinations(known.run.rests, 2):
            overlap_s = _overlap(one, other)
            if overlap_s > 0:
                message = f"Two breaks of shift {known.shift.id} overlap by {length(overlap_s)}."
                yield breach(Rule.BREAK_APART, message, shift=known.shift.id, amount=overlap_s)


def _overlap(one: Rest, other: Rest) -> int:
    return min(one.end_s, other.end_s) - max(one.start_s, other.start_s)


WHEN_CHECKS: tuple[Callable[[Claims], Iterator[Breach]], ...] = (
    _start_window,
    _tolerance,
    _locked_start,
    _full_duration,
    _start_after_arrival,
    _shift_window,
    _max_work,
    _max_drive,
    _max_span,
    _daily_rest,
    _capacity,
    _every_break,
    _break_length,
    _break_window,
    _break_apart,
)
"""The checks of time and of a shift's limits, in the order in which breaches are listed."""
