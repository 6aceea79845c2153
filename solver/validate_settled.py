"""Find what is wrong with the settled runs of a day: who makes what, how often, and whether there is time for it.

This is one section of `validate`. A run that breaks, limits of work or other settled runs forbid is not found here: no
plan keeps it, and the checker says so of every one.
"""

from __future__ import annotations

from collections import Counter
from itertools import combinations
from typing import TYPE_CHECKING

from solver.needs import start_windows, working_window
from solver.reach import earliest_arrival
from solver.suits import may_make
from solver.validate_travel import fault, repeated
from solver.words import clock, names

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from solver.types import DayProblem, Fault, ModeTravel, Shift, Visit


def _once(problem: DayProblem) -> Iterator[Fault]:
    for name in repeated(settled.shift for settled in problem.locked_runs):
        message = f"Shift {name} has more than one settled run."
        yield fault("duplicate-id", f"locked run {name}", message, "Keep one.")
    for settled in problem.locked_runs:
        if twice := repeated(settled.visits):
            message = f"The settled run of shift {settled.shift} makes the same visit twice: {names(twice)}."
            yield fault("duplicate-id", f"locked run {settled.shift}", message, "Keep each visit once.")
    needed = {visit.id: visit.carers_needed for visit in problem.visits}
    for visit, times in Counter(v for settled in problem.locked_runs for v in dict.fromkeys(settled.visits)).items():
        if visit in needed and times > needed[visit]:
            message = f"Visit {visit} is in {times} settled runs and needs {needed[visit]}."
            yield fault("settled-too-often", f"visit {visit}", message, "Release one of the runs.")


def _by_one_carer_twice(problem: DayProblem) -> Iterator[Fault]:
    carer_of = {shift.id: shift.carer for shift in problem.shifts}
    pairs = {visit.id for visit in problem.visits if visit.carers_needed > 1}
    for one, two in combinations(problem.locked_runs, 2):
        carer = carer_of.get(one.shift)
        both = sorted(pairs & set(one.visits) & set(two.visits))
        if both and one.shift != two.shift and carer is not None and carer == carer_of.get(two.shift):
            message = f"Shifts {one.shift} and {two.shift} of {carer} are settled for the same visits: {names(both)}."
            yield fault("settled-same-carer", f"locked run {two.shift}", message, "Settle another carer for one.")


def _by_whom_may(problem: DayProblem) -> Iterator[Fault]:
    for shift, visits in _runs(problem):
        if refused := [visit.id for visit in visits if not may_make(problem, visit, shift)]:
            message = f"Shift {shift.id} may not make these visits of its settled run: {names(refused)}."
            action = "Release the run, or review what the visits ask for."
            yield fault("settled-not-allowed", f"locked run {shift.id}", message, action)


def too_late(problem: DayProblem) -> Iterator[Fault]:
    """Name the settled runs that cannot be kept even without breaks, limits and other people, on a sound day.

    Cars that are left at a pier are not followed: such runs are not judged.
    """
    for shift, visits in _runs(problem):
        travel = problem.travel.of(shift)
        if travel is not None and travel.car_at is None and (late := _why_too_late(problem, travel, shift, visits)):
            action = "Release the run, or review its order and the times."
            yield fault("settled-too-late", f"locked run {shift.id}", f"Shift {shift.id} {late}", action)


def _runs(problem: DayProblem) -> Iterator[tuple[Shift, list[Visit]]]:
    """Give the shift of each settled run and its visits, as far as they are there."""
    visits = {visit.id: visit for visit in problem.visits}
    shifts = {shift.id: shift for shift in problem.shifts}
    for settled in problem.locked_runs:
        if settled.shift in shifts:
            yield shifts[settled.shift], [visits[name] for name in settled.visits if name in visits]


def _why_too_late(problem: DayProblem, travel: ModeTravel, shift: Shift, visits: Sequence[Visit]) -> str | None:
    """Say where a run comes too late when everything in it is as early as can be; None when it can be kept."""
    working = working_window(problem, shift)
    here, free_s = shift.start_place, working.earliest_s
    for visit in visits:
        there_s = earliest_arrival(travel, here, visit.place, free_s)
        if there_s is None:
            return f"has no way to visit {visit.id} of its settled run after {clock(free_s)}."
        starts_s = [max(window.earliest_s, there_s) for window in start_windows(visit) if there_s <= window.latest_s]
        if not starts_s:
            return f"cannot be at visit {visit.id} of its settled run before {clock(there_s)}: that is too late for it."
        here, free_s = visit.place, min(starts_s) + visit.duration_s
    home_s = earliest_arrival(travel, here, shift.end_place, free_s)
    if visits and (home_s is None or home_s > working.latest_s):
        return f"cannot end its settled run by {clock(working.latest_s)}."
    return None


SETTLED_CHECKS: tuple[Callable[[DayProblem], Iterator[Fault]], ...] = (_once, _by_one_carer_twice, _by_whom_may)
"""Every check of settled runs but `too_late`, which needs a day in which nothing else is wrong."""
