"""Find what would place a visit that a plan leaves out: the gap in some run that comes nearest to the agreed time."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from solver.needs import start_windows, working_window
from solver.reach import earliest_arrival, latest_departure

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from solver.types import DayPlan, DayProblem, Run, Shift, Visit


class NearMiss(NamedTuple):
    """A start that would fit a run as it is planned, `off_s` from the agreed time."""

    shift: str
    start_s: int
    off_s: int


class Gap(NamedTuple):
    """The time between two stops of a run: from where and when one may leave, and where and when one is due."""

    before: int
    leave_s: int
    after: int
    due_s: int


class Spare(NamedTuple):
    """What a shift has left in a plan: its gaps, and the work that it may still do."""

    gaps: tuple[Gap, ...]
    work_s: int


def spare_time(problem: DayProblem, plan: DayPlan) -> dict[str, Spare]:
    """Give what each shift has left. An idle shift with breaks promises nothing: they would have to be placed too."""
    place_of = {visit.id: visit.place for visit in problem.visits}
    contact_s = {visit.id: visit.duration_s for visit in problem.visits}
    runs = {run.shift: run for run in plan.runs}
    spare: dict[str, Spare] = {}
    for shift in problem.shifts:
        window, run = working_window(problem, shift), runs.get(shift.id)
        if run is not None:
            done_s = sum(contact_s[stop.visit] for stop in run.stops) + sum(stop.travel_s for stop in run.stops[1:])
            gaps = _gaps_of_run(run, shift, place_of, (window.earliest_s, window.latest_s))
            spare[shift.id] = Spare(tuple(gaps), shift.max_work_s - done_s)
        elif not shift.breaks:
            whole = Gap(shift.start_place, window.earliest_s, shift.end_place, window.latest_s)
            spare[shift.id] = Spare((whole,), shift.max_work_s)
    return spare


def _gaps_of_run(run: Run, shift: Shift, place_of: Mapping[str, int], window: tuple[int, int]) -> Iterator[Gap]:
    place, free_s = shift.start_place, window[0]
    for number in range(len(run.stops) + 1):
        free_s = max([free_s, *(rest.end_s for rest in run.rests if rest.after_stop == number)])
        if number == len(run.stops):
            yield Gap(place, free_s, shift.end_place, window[1])
        else:
            stop = run.stops[number]
            there = place_of[stop.visit]
            yield Gap(place, free_s, there, stop.start_s)
            place, free_s = there, stop.leave_s


def near_miss(
    problem: DayProblem, visit: Visit, shifts: Sequence[Shift], spare: Mapping[str, Spare]
) -> NearMiss | None:
    """Give the nearest gap for one carer on one of `shifts`, with every other visit and break left where it is.

    None when nobody has such a gap. A gap at the agreed time has `off_s` 0: the search did not come to it. The way
    there is not held against the work that a shift may still do.
    """
    best: NearMiss | None = None
    for shift in shifts:
        travel = problem.travel.of(shift)
        has = spare.get(shift.id)
        if has is None or travel is None or has.work_s < visit.duration_s:
            continue
        for gap in has.gaps:
            last_s = gap.due_s - visit.duration_s
            if gap.leave_s > last_s or (best and _nearest(visit, gap.leave_s, last_s)[0] >= best.off_s):
                continue
            there_s = earliest_arrival(travel, gap.before, visit.place, gap.leave_s)
            away_s = latest_departure(travel, visit.place, gap.after, gap.due_s)
            if there_s is None or away_s is None or there_s > away_s - visit.duration_s:
                continue
            off_s, start_s = _nearest(visit, there_s, away_s - visit.duration_s)
            if best is None or off_s < best.off_s:
                best = NearMiss(shift.id, start_s, off_s)
    return best


def _nearest(visit: Visit, first_s: int, last_s: int) -> tuple[int, int]:
    """Give how far off the agreed time the nearest start between two instants is, and that start."""
    starts = [(window, min(max(window.earliest_s, first_s), last_s)) for window in start_windows(visit)]
    return min((max(w.earliest_s - start_s, start_s - w.latest_s, 0), start_s) for w, start_s in starts)
