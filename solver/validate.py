"""Find everything that is wrong with a day to plan, all at once, before any search sees it.

Only facts that contradict each other or make no sense are faults. A visit that no carer can make is not: it is left
out of the plan, with its reason (see `explain`).
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from dataclasses import fields
from itertools import combinations
from typing import TYPE_CHECKING

import numpy as np

from solver.types import Fault, Mode
from solver.words import clock, length, names

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from solver.types import DayProblem, ModeTravel, Shift, TimeWindow

LATEST_S = 7 * 86_400
"""No instant may lie further than a week from the planning origin: seconds mistaken for something else."""


def faults(problem: DayProblem) -> tuple[Fault, ...]:
    """Find all faults, in the order of `CHECKS`; none means that every engine may trust the problem."""
    return tuple(fault for find in CHECKS for fault in find(problem))


def _fault(code: str, where: str, message: str, action: str) -> Fault:
    return Fault(code=code, where=where, message=message, action=action)


def _n_places(problem: DayProblem) -> int:
    """Count the places that every travel matrix covers; 0 when there is no travel."""
    return min((travel.road_s.shape[0] for travel in problem.travel.modes.values()), default=0)


def _repeated(ids: Iterable[str]) -> list[str]:
    return [name for name, count in Counter(ids).items() if count > 1]


def _window_faults(window: TimeWindow, where: str) -> Iterator[Fault]:
    if window.earliest_s > window.latest_s:
        message = f"The window runs from {clock(window.earliest_s)} back to {clock(window.latest_s)}."
        yield _fault("window-reversed", where, message, "Put the earlier time first.")
    if max(abs(window.earliest_s), abs(window.latest_s)) > LATEST_S:
        message = f"The window {window.earliest_s}-{window.latest_s} s is more than a week from the planned day."
        yield _fault("instant-far-away", where, message, "Give seconds since midnight of the planned day.")


def _duplicate_ids(problem: DayProblem) -> Iterator[Fault]:
    for kind, ids in (
        ("visit", [visit.id for visit in problem.visits]),
        ("shift", [shift.id for shift in problem.shifts]),
        ("sailing", [sailing.id for sailing in problem.travel.sailings]),
        ("provider hours", [band.provider for band in problem.provider_hours]),
    ):
        for name in _repeated(ids):
            message = f"More than one {kind} has the id {name}."
            yield _fault("duplicate-id", f"{kind} {name}", message, "Give each its own id, or delete the repetition.")


def _visits(problem: DayProblem) -> Iterator[Fault]:
    longest_s = max((shift.window.latest_s - shift.window.earliest_s for shift in problem.shifts), default=None)
    for visit in problem.visits:
        where = f"visit {visit.id}"
        yield from _window_faults(visit.window, f"{where}, window")
        if visit.duration_s <= 0:
            message = f"Visit {visit.id} lasts {visit.duration_s} s."
            yield _fault("duration-not-positive", f"{where}, duration_s", message, "Give the length of the visit.")
        elif longest_s is not None and visit.duration_s > longest_s:
            message = f"Visit {visit.id} lasts {length(visit.duration_s)}, longer than any shift."
            yield _fault("visit-too-long", f"{where}, duration_s", message, "Shorten or split the visit.")
        if visit.carers_needed not in {1, 2}:
            message = f"Visit {visit.id} needs {visit.carers_needed} carers."
            yield _fault("carers-needed", f"{where}, carers_needed", message, "Give 1, or 2 for a double-handed visit.")
        if not visit.providers:
            message = f"No provider may serve visit {visit.id}."
            yield _fault("no-provider", f"{where}, providers", message, "Name at least one provider.")


def _shifts(problem: DayProblem) -> Iterator[Fault]:
    for shift in problem.shifts:
        where = f"shift {shift.id}"
        yield from _window_faults(shift.window, f"{where}, window")
        if shift.max_work_s < 0:
            message = f"Shift {shift.id} may work {shift.max_work_s} s."
            yield _fault("max-work-negative", f"{where}, max_work_s", message, "Give the longest working time.")
        if shift.mode not in problem.travel.modes:
            message = f"Shift {shift.id} travels by {shift.mode}, for which there is no travel."
            yield _fault("mode-without-travel", f"{where}, mode", message, f"Compute travel by {shift.mode}.")
        for number, due in enumerate(shift.breaks, start=1):
            yield from _break_faults(shift, number, due.duration_s, due.window)


def _break_faults(shift: Shift, number: int, duration_s: int, window: TimeWindow) -> Iterator[Fault]:
    where = f"shift {shift.id}, break {number}"
    yield from _window_faults(window, f"{where}, window")
    if duration_s <= 0:
        message = f"Break {number} of shift {shift.id} lasts {duration_s} s."
        yield _fault("break-not-positive", where, message, "Give the length of the break, or delete it.")
    last_begin_s = min(window.latest_s, shift.window.latest_s - duration_s)
    if last_begin_s < max(window.earliest_s, shift.window.earliest_s):
        message = (
            f"Break {number} of {length(duration_s)} cannot begin between {clock(window.earliest_s)} and "
            f"{clock(window.latest_s)} and end inside shift {shift.id}."
        )
        yield _fault("break-outside-shift", where, message, "Move or shorten the break, or lengthen the shift.")


def _overlapping_shifts(problem: DayProblem) -> Iterator[Fault]:
    of_carer: dict[str, list[Shift]] = defaultdict(list)
    for shift in problem.shifts:
        of_carer[shift.carer].append(shift)
    for carer, shifts in of_carer.items():
        for one, other in combinations(shifts, 2):
            begin_s = max(one.window.earliest_s, other.window.earliest_s)
            if begin_s < min(one.window.latest_s, other.window.latest_s):
                message = f"Shifts {one.id} and {other.id} of carer {carer} overlap."
                yield _fault("shifts-overlap", f"shift {other.id}, window", message, "Join the two or part them.")


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
            yield _fault("place-unknown", where, message, "Give the row of a place in the matrices.")


def _references(problem: DayProblem) -> Iterator[Fault]:
    visits = {visit.id for visit in problem.visits}
    shifts = {shift.id for shift in problem.shifts}
    for visit in problem.visits:
        if unknown := visit.locked_shifts - shifts:
            message = f"Visit {visit.id} is locked to shifts that are not there: {names(unknown)}."
            where = f"visit {visit.id}, locked_shifts"
            yield _fault("unknown-locked-shift", where, message, "Lock it to a shift of the day, or release it.")
    if unknown := problem.keep - visits:
        message = f"The accepted plan places visits that are not there: {names(unknown)}."
        yield _fault("unknown-visit-to-keep", "keep", message, "Leave these visits out of keep.")


def _prices(problem: DayProblem) -> Iterator[Fault]:
    for weight in fields(problem.weights):
        price = getattr(problem.weights, weight.name)
        if not math.isfinite(price) or price < 0:
            message = f"The weight {weight.name} is {price}."
            yield _fault("weight-not-usable", f"weights, {weight.name}", message, "Give a price of zero or more.")
    for band in problem.provider_hours:
        if not 0 <= band.floor_s <= band.ceiling_s:
            message = f"Provider {band.provider} should hold between {band.floor_s} and {band.ceiling_s} s."
            where = f"provider hours {band.provider}"
            yield _fault("hours-reversed", where, message, "Give a floor of zero or more and a ceiling above it.")


def _matrices(problem: DayProblem) -> Iterator[Fault]:
    sizes = {travel.road_s.shape[0] for travel in problem.travel.modes.values() if travel.road_s.ndim == 2}
    if len(sizes) > 1:
        message = f"The modes' matrices differ in size: {', '.join(map(str, sorted(sizes)))} places."
        yield _fault("matrix-shape", "travel", message, "Compute all modes over the same places.")
    for mode, travel in problem.travel.modes.items():
        shapes = {getattr(travel, name).shape for name in MATRICES}
        if len(shapes) > 1 or any(len(shape) != 2 or shape[0] != shape[1] for shape in shapes):
            message = f"The matrices by {mode} have the shapes {', '.join(map(str, sorted(shapes)))}."
            yield _fault("matrix-shape", f"travel by {mode}", message, "Give square matrices over the same places.")
        else:
            yield from _road_faults(mode, travel)
            yield from _boat_faults(mode, travel)


MATRICES = ("road_s", "road_m", "road_reachable", "boat_first", "boat_count")


def _road_faults(mode: Mode, travel: ModeTravel) -> Iterator[Fault]:
    again = "Compute the matrix again."
    for name, matrix in (("road_s", travel.road_s), ("road_m", travel.road_m)):
        where = f"travel by {mode}, {name}"
        negative = np.argwhere((matrix < 0) & travel.road_reachable)
        if len(negative):
            origin, destination = negative[0]
            message = f"{len(negative)} road(s) are negative, the first from place {origin} to {destination}."
            yield _fault("road-negative", where, message, again)
        off = np.flatnonzero(np.diagonal(matrix))
        if len(off):
            yield _fault("diagonal-not-zero", where, f"From place {off[0]} to itself is not 0.", again)
        if not np.issubdtype(matrix.dtype, np.integer):
            yield _fault("matrix-type", where, f"The matrix holds {matrix.dtype}, not whole numbers.", again)
    cut_off = np.flatnonzero(~np.diagonal(travel.road_reachable))
    if len(cut_off):
        message = f"Place {cut_off[0]} is said to be out of reach of itself."
        yield _fault("diagonal-unreachable", f"travel by {mode}, road_reachable", message, again)


def _boat_faults(mode: Mode, travel: ModeTravel) -> Iterator[Fault]:
    where = f"travel by {mode}, boats"
    first, count = travel.boat_first.astype(np.int64).ravel(), travel.boat_count.astype(np.int64).ravel()
    leave_s, arrive_s = travel.boat_leave_s, travel.boat_arrive_s
    if leave_s.shape != arrive_s.shape or leave_s.ndim != 1:
        message = f"There are {leave_s.size} instants of leaving and {arrive_s.size} of arriving."
        yield _fault("boats-unequal", where, message, "Give one of each for every journey.")
        return
    sailed = count > 0
    if (count < 0).any() or (first[sailed] < 0).any() or (first[sailed] + count[sailed] > leave_s.size).any():
        message = "Some pairs of places point outside the list of boat journeys."
        yield _fault("boats-outside-list", where, message, "Compute the boat journeys again.")
        return
    if (arrive_s < leave_s).any():
        message = "Some boat journeys arrive before they leave."
        yield _fault("boats-back-in-time", where, message, "Compute the boat journeys again.")
    within = _inside_pairs(first[sailed], count[sailed], leave_s.size)
    if (np.diff(leave_s)[within] <= 0).any() or (np.diff(arrive_s)[within] <= 0).any():
        message = "The boat journeys of some pairs do not both leave and arrive later one after the other."
        yield _fault("boats-not-increasing", where, message, "Keep only journeys that no other beats, in order.")


def _inside_pairs(first: np.ndarray, count: np.ndarray, size: int) -> np.ndarray:
    """Tell for each journey but the last whether some pair holds both it and the next."""
    covers = np.zeros(size + 1, np.int64)
    np.add.at(covers, first, 1)
    np.add.at(covers, first + count - 1, -1)
    return np.cumsum(covers)[: max(0, size - 1)] > 0


def _sailings(problem: DayProblem) -> Iterator[Fault]:
    for sailing in problem.travel.sailings:
        moments = (sailing.last_checkin_s, sailing.departs_s, sailing.arrives_s, sailing.ashore_s)
        if list(moments) != sorted(moments) or sailing.departs_s == sailing.arrives_s:
            message = (
                f"Sailing {sailing.id} checks in until {clock(moments[0])}, departs {clock(moments[1])}, arrives "
                f"{clock(moments[2])} and is ashore {clock(moments[3])}."
            )
            where = f"sailing {sailing.id}"
            yield _fault("sailing-out-of-order", where, message, "Put check-in, departure and arrival in order.")
        if sailing.from_port == sailing.to_port:
            message = f"Sailing {sailing.id} goes from a port to itself."
            yield _fault("sailing-nowhere", f"sailing {sailing.id}", message, "Give the port that it goes to.")


CHECKS: tuple[Callable[[DayProblem], Iterator[Fault]], ...] = (
    _duplicate_ids,
    _visits,
    _shifts,
    _overlapping_shifts,
    _places,
    _references,
    _prices,
    _matrices,
    _sailings,
)
"""Every check of the input, in the order in which faults are listed."""
