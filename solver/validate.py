"""Find everything that is wrong with a day to plan, all at once, before any search sees it.

Only facts that contradict each other or make no sense are faults. A visit that no carer can make is not: it is left
out of the plan, with its reason (see `explain`).
"""

from __future__ import annotations

import math
import re
from collections import defaultdict
from dataclasses import fields
from itertools import combinations
from typing import TYPE_CHECKING

from solver.needs import start_windows
from solver.validate_numbers import unusable
from solver.validate_settled import SETTLED_CHECKS, SOUND_DAY_CHECKS
from solver.validate_travel import TRAVEL_CHECKS, fault, repeated
from solver.words import clock, length, names

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from solver.types import DayProblem, Fault, Shift, TimeWindow, Visit

_DAY = re.compile(r"\d{4}-\d\d-\d\d")
LATEST_S = 7 * 86_400
"""No instant may lie further than a week from the planning origin: seconds mistaken for something else."""


def faults(problem: DayProblem) -> tuple[Fault, ...]:
    """Find all faults, in the order of `CHECKS`; none means that every engine may trust the problem.

    Numbers that nothing can reckon with are told alone, before all else; settled runs that no plan can keep last, where
    nothing else is wrong.
    """
    for checks in ((unusable,), CHECKS, SOUND_DAY_CHECKS):
        if found := tuple(fault for find in checks for fault in find(problem)):
            return found
    return ()


def _n_places(problem: DayProblem) -> int:
    """Count the places that every travel matrix covers; 0 when there is no travel."""
    return min((travel.road_s.shape[0] for travel in problem.travel.modes.values() if travel.road_s.ndim), default=0)


def _window_faults(window: TimeWindow, where: str) -> Iterator[Fault]:
    if window.earliest_s > window.latest_s:
        message = f"The window runs from {clock(window.earliest_s)} back to {clock(window.latest_s)}."
        yield fault("window-reversed", where, message, "Put the earlier time first.")
    if max(abs(window.earliest_s), abs(window.latest_s)) > LATEST_S:
        message = f"The window {window.earliest_s}-{window.latest_s} s is more than a week from the planned day."
        yield fault("instant-far-away", where, message, "Give seconds since midnight of the planned day.")


def _duplicate_ids(problem: DayProblem) -> Iterator[Fault]:
    for kind, ids in (
        ("visit", [visit.id for visit in problem.visits]),
        ("shift", [shift.id for shift in problem.shifts]),
        ("sailing", [sailing.id for sailing in problem.travel.sailings]),
        ("provider hours", [band.provider for band in problem.provider_hours]),
    ):
        for name in repeated(ids):
            message = f"More than one {kind} has the id {name}."
            yield fault("duplicate-id", f"{kind} {name}", message, "Give each its own id, or delete the repetition.")


def _visits(problem: DayProblem) -> Iterator[Fault]:
    longest_s = max((shift.window.latest_s - shift.window.earliest_s for shift in problem.shifts), default=None)
    for visit in problem.visits:
        where = f"visit {visit.id}"
        yield from _window_faults(visit.window, f"{where}, window")
        if visit.duration_s <= 0:
            message = f"Visit {visit.id} lasts {visit.duration_s} s."
            yield fault("duration-not-positive", f"{where}, duration_s", message, "Give the length of the visit.")
        elif longest_s is not None and visit.duration_s > longest_s:
            message = f"Visit {visit.id} lasts {length(visit.duration_s)}, longer than any shift."
            yield fault("visit-too-long", f"{where}, duration_s", message, "Shorten or split the visit.")
        if visit.carers_needed not in {1, 2}:
            message = f"Visit {visit.id} needs {visit.carers_needed} carers."
            yield fault("carers-needed", f"{where}, carers_needed", message, "Give 1, or 2 for a double-handed visit.")
        if not visit.providers:
            message = f"No provider may serve visit {visit.id}."
            yield fault("no-provider", f"{where}, providers", message, "Name at least one provider.")


def _shifts(problem: DayProblem) -> Iterator[Fault]:
    for shift in problem.shifts:
        where = f"shift {shift.id}"
        yield from _window_faults(shift.window, f"{where}, window")
        if shift.max_work_s < 0:
            message = f"Shift {shift.id} may work {shift.max_work_s} s."
            yield fault("max-work-negative", f"{where}, max_work_s", message, "Give the longest working time.")
        if shift.mode not in problem.travel.modes:
            message = f"Shift {shift.id} travels by {shift.mode}, for which there is no travel."
            yield fault("mode-without-travel", f"{where}, mode", message, f"Compute travel by {shift.mode}.")
        for number, due in enumerate(shift.breaks, start=1):
            yield from _break_faults(shift, number, due.duration_s, due.window)


def _break_faults(shift: Shift, number: int, duration_s: int, window: TimeWindow) -> Iterator[Fault]:
    where = f"shift {shift.id}, break {number}"
    yield from _window_faults(window, f"{where}, window")
    if duration_s <= 0:
        message = f"Break {number} of shift {shift.id} lasts {duration_s} s."
        yield fault("break-not-positive", where, message, "Give the length of the break, or delete it.")
    last_begin_s = min(window.latest_s, shift.window.latest_s - duration_s)
    if last_begin_s < max(window.earliest_s, shift.window.earliest_s):
        message = (
            f"Break {number} of {length(duration_s)} cannot begin between {clock(window.earliest_s)} and "
            f"{clock(window.latest_s)} and end inside shift {shift.id}."
        )
        yield fault("break-outside-shift", where, message, "Move or shorten the break, or lengthen the shift.")


def _overlapping_shifts(problem: DayProblem) -> Iterator[Fault]:
    of_carer: dict[str, list[Shift]] = defaultdict(list)
    for shift in problem.shifts:
        of_carer[shift.carer].append(shift)
    for carer, shifts in of_carer.items():
        for one, other in combinations(shifts, 2):
            begin_s = max(one.window.earliest_s, other.window.earliest_s)
            if begin_s < min(one.window.latest_s, other.window.latest_s):
                message = f"Shifts {one.id} and {other.id} of carer {carer} overlap."
                yield fault("shifts-overlap", f"shift {other.id}, window", message, "Join the two or part them.")


def _places(problem: DayProblem) -> Iterator[Fault]:
    n_places = _n_places(problem)
    rows = [
        *((f"visit {visit.id}, place", visit.place) for visit in problem.visits),
        *((f"shift {shift.id}, start_place", shift.start_place) for shift in problem.shifts),
        *((f"shift {shift.id}, end_place", shift.end_place) for shift in problem.shifts),
        *((f"sailing {sailing.id}, from_port", sailing.from_port) for sailing in problem.travel.sailings),
        *((f"sailing {sailing.id}, to_port", sailing.to_port) for sailing in problem.travel.sailings),
    ]
    for where, place in rows:
        if not 0 <= place < n_places:
            message = f"Place {place} is not one of the {n_places} places of the travel matrices."
            yield fault("place-unknown", where, message, "Give the row of a place in the matrices.")


def _references(problem: DayProblem) -> Iterator[Fault]:
    visits = {visit.id for visit in problem.visits}
    shifts = {shift.id for shift in problem.shifts}
    for visit in problem.visits:
        if unknown := visit.locked_shifts - shifts:
            message = f"Visit {visit.id} is locked to shifts that are not there: {names(unknown)}."
            where = f"visit {visit.id}, locked_shifts"
            yield fault("unknown-locked-shift", where, message, "Lock it to a shift of the day, or release it.")
    if unknown := problem.keep - visits:
        message = f"The accepted plan places visits that are not there: {names(unknown)}."
        yield fault("unknown-visit-to-keep", "keep", message, "Leave these visits out of keep.")


def _prices(problem: DayProblem) -> Iterator[Fault]:
    for weight in fields(problem.weights):
        price = getattr(problem.weights, weight.name)
        if not math.isfinite(price) or price < 0:
            message = f"The weight {weight.name} is {price}."
            yield fault("weight-not-usable", f"weights, {weight.name}", message, "Give a price of zero or more.")
    for band in problem.provider_hours:
        if not 0 <= band.floor_s <= band.ceiling_s:
            message = f"Provider {band.provider} should hold between {band.floor_s} and {band.ceiling_s} s."
            where = f"provider hours {band.provider}"
            yield fault("hours-reversed", where, message, "Give a floor of zero or more and a ceiling above it.")


def _visit_needs(problem: DayProblem) -> Iterator[Fault]:
    for visit in problem.visits:
        where = f"visit {visit.id}"
        for number, window in enumerate(visit.other_windows, start=2):
            yield from _window_faults(window, f"{where}, window {number}")
        if visit.tolerance_s is not None and (visit.tolerance_s < 0 or visit.preferred_start_s is None):
            message = f"Visit {visit.id} has a tolerance of {visit.tolerance_s} s around {visit.preferred_start_s}."
            action = "Give the agreed time and a tolerance of zero or more, or no tolerance."
            yield fault("tolerance-not-usable", f"{where}, tolerance_s", message, action)
        elif _in_order(visit) and not start_windows(visit):
            message = f"The windows, the tolerance and the locked start of visit {visit.id} leave no time to start."
            yield fault("no-time-left", where, message, "Release the lock, or agree a window that holds the time.")
        if visit.load < 0:
            message = f"Visit {visit.id} has the load {visit.load}."
            yield fault("load-negative", f"{where}, load", message, "Give a load of zero or more.")


def _in_order(visit: Visit) -> bool:
    return all(window.earliest_s <= window.latest_s for window in (visit.window, *visit.other_windows))


def _shift_limits(problem: DayProblem) -> Iterator[Fault]:
    for shift in problem.shifts:
        for name in ("max_drive_s", "max_span_s", "contracted_s", "capacity"):
            value = getattr(shift, name)
            if value is not None and value < 0:
                message = f"The {name} of shift {shift.id} is {value}."
                yield fault("limit-negative", f"shift {shift.id}, {name}", message, "Give zero or more, or no limit.")
        for skill, last_day in shift.skill_expiry.items():
            if not _DAY.fullmatch(last_day):
                message = f"The skill {skill} of shift {shift.id} ends on {last_day!r}."
                where = f"shift {shift.id}, skill_expiry"
                yield fault("day-not-usable", where, message, "Give the last day as YYYY-MM-DD.")


def _sequences(problem: DayProblem) -> Iterator[Fault]:
    visits = {visit.id for visit in problem.visits}
    followers: dict[str, list[str]] = defaultdict(list)
    for link in problem.sequences:
        where = f"sequence {link.first} - {link.then}"
        followers[link.first].append(link.then)
        if unknown := {link.first, link.then} - visits:
            message = f"The sequence {link.first} - {link.then} names visits that are not there: {names(unknown)}."
            yield fault("unknown-visit-in-sequence", where, message, "Name visits of the day, or drop the sequence.")
        if link.first == link.then:
            yield fault("sequence-of-one", where, f"Visit {link.first} follows itself.", "Name two visits.")
        if not 0 <= link.least_s <= link.most_s:
            message = f"Visit {link.then} should start {link.least_s} to {link.most_s} s after visit {link.first}."
            yield fault("sequence-reversed", where, message, "Give the shorter time first, zero or more.")
    if circle := _circle(followers):
        message = f"These visits follow each other in a circle: {', '.join(circle)}."
        yield fault("sequence-circle", "sequences", message, "Drop one of the sequences.")


def _circle(followers: dict[str, list[str]]) -> list[str]:
    """Give visits each of which can only start after another of them; none when the sequences have an order."""
    left = {visit: set(then) for visit, then in followers.items()}
    while ends := [visit for visit, then in left.items() if not then & left.keys()]:
        for visit in ends:
            del left[visit]
    return sorted(left)


def _ties(problem: DayProblem) -> Iterator[Fault]:
    visits = {visit.id for visit in problem.visits}
    shifts = {shift.id for shift in problem.shifts}
    clients = {visit.client for visit in problem.visits}
    for needs in problem.clients:
        where = f"client {needs.client}"
        if needs.client not in clients:
            yield fault("unknown-client", where, f"Client {needs.client} has no visit.", "Leave the client out.")
        if needs.min_gap_s < 0:
            message = f"Client {needs.client} needs {needs.min_gap_s} s between visits."
            yield fault("gap-negative", f"{where}, min_gap_s", message, "Give zero or more.")
    for name in repeated([needs.client for needs in problem.clients]):
        message = f"More than one record says what client {name} needs."
        yield fault("duplicate-id", f"client {name}", message, "Join them into one.")
    for settled in problem.locked_runs:
        if unknown := ({settled.shift} - shifts) | (set(settled.visits) - visits):
            message = f"The settled run of shift {settled.shift} names what is not there: {names(unknown)}."
            where = f"locked run {settled.shift}"
            yield fault("unknown-in-locked-run", where, message, "Settle a run of this day, or release it.")
    if unknown := {was.visit for was in problem.before} - visits:
        message = f"The plan before names visits that are not there: {names(unknown)}."
        yield fault("unknown-visit-before", "before", message, "Leave these visits out of before.")


CHECKS: tuple[Callable[[DayProblem], Iterator[Fault]], ...] = (
    _duplicate_ids,
    _visits,
    _shifts,
    _overlapping_shifts,
    _places,
    _references,
    _prices,
    _visit_needs,
    _shift_limits,
    _sequences,
    _ties,
    *SETTLED_CHECKS,
    *TRAVEL_CHECKS,
)
"""Every check of the input, in the order in which faults are listed."""
