"""Find what would place a visit that a plan leaves out: the gap in some run that comes nearest to the agreed time."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from solver.needs import start_windows, working_window
from solver.reach import earliest_arrival, latest_departure

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from solver.types import DayPlan, DayProblem, Run, Shift, Visit


class NearMiss(NamedTuple):
    """A start that would fit a run as it is planned, `off_s` from the agreed time."""

    shift: str
    start_s: int
    off_s: int


def near_miss(problem: DayProblem, visit: Visit, shifts: Sequence[Shift], plan: DayPlan) -> NearMiss | None:
    """Give the nearest gap for one carer in the runs of `shifts`, with every other visit and break left where it is.

    None when no run has such a gap. A gap at the agreed time has `off_s` 0: the search did not come to it.
    """
    runs = {run.shift: run for run in plan.runs}
    misses = [
        NearMiss(shift.id, *_nearest(visit, first_s, last_s))
        for shift in shifts
        for first_s, last_s in _gaps(problem, visit, shift, runs.get(shift.id))
        if first_s <= last_s
    ]
    return min(misses, key=lambda miss: (miss.off_s, miss.shift), default=None)


def _nearest(visit: Visit, first_s: int, last_s: int) -> tuple[int, int]:
    """Give the start between two instants that is nearest to a window, and how far off it is."""
    options = []
    for window in start_windows(visit):
        start_s = min(max(window.earliest_s, first_s), last_s)
        options.append((max(window.earliest_s - start_s, start_s - window.latest_s, 0), start_s))
    off_s, start_s = min(options)
    return start_s, off_s


def _gaps(problem: DayProblem, visit: Visit, shift: Shift, run: Run | None) -> Iterator[tuple[int, int]]:
    """Give the first and the last start in each gap of a run, or of an idle shift without breaks."""
    travel = problem.travel.modes[shift.mode]
    window = working_window(problem, shift)
    if run is None:
        places, free_s, due_s = [shift.start_place, shift.end_place], [window.earliest_s], [window.latest_s]
        if shift.breaks:
            return
    else:
        place_of = {item.id: item.place for item in problem.visits}
        places = [shift.start_place, *(place_of[stop.visit] for stop in run.stops), shift.end_place]
        begins_s = [window.earliest_s, *(stop.leave_s for stop in run.stops)]
        free_s = [
            max([begin_s, *(rest.end_s for rest in run.rests if rest.after_stop == number)])
            for number, begin_s in enumerate(begins_s)
        ]
        due_s = [*(stop.start_s for stop in run.stops), window.latest_s]
        if not _has_work_left(problem, visit, shift, run):
            return
    for number, (leave_s, by_s) in enumerate(zip(free_s, due_s, strict=True)):
        there_s = earliest_arrival(travel, places[number], visit.place, leave_s)
        away_s = latest_departure(travel, visit.place, places[number + 1], by_s)
        if there_s is not None and away_s is not None:
            yield there_s, away_s - visit.duration_s


def _has_work_left(problem: DayProblem, visit: Visit, shift: Shift, run: Run) -> bool:
    """Tell whether a shift may work as much longer as the visit lasts; the way there is not counted."""
    duration_s = {item.id: item.duration_s for item in problem.visits}
    done_s = sum(duration_s[stop.visit] for stop in run.stops) + sum(stop.travel_s for stop in run.stops[1:])
    return done_s + visit.duration_s <= shift.max_work_s
