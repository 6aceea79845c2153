"""Find what would place a visit that a plan leaves out: the gap in some run that comes nearest to the agreed time."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, NamedTuple

from solver.needs import sets_out_s, start_windows, working_window
from solver.reach import earliest_arrival, latest_departure

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from solver.types import DayPlan, DayProblem, Run, Shift, TimeWindow, Visit

NO_LIMIT = sys.maxsize


class NearMiss(NamedTuple):
    """A start that would fit a run as it is planned, `off_s` from the agreed time."""

    shift: str
    start_s: int
    off_s: int


class _Gap(NamedTuple):
    """The time between two stops of a run: from where and when one may leave, and where and when one is due.

    `travel_s` is what the way between them takes as planned. Without a stop before or after it is the way from or to
    home, and `left_home_s` or `back_home_s` is not known: it depends on the visit.
    """

    before: int
    leave_s: int
    after: int
    due_s: int
    travel_s: int = 0
    left_home_s: int | None = None
    back_home_s: int | None = None


class _Spare(NamedTuple):
    """What a shift has left in a plan: its gaps, and what it may still work, drive and carry."""

    gaps: tuple[_Gap, ...]
    work_s: int
    drive_s: int
    load: int


class NearMisses:
    """The gaps of one day's plan. What is said of them holds: a gap takes the visit within every rule."""

    def __init__(self, problem: DayProblem, plan: DayPlan) -> None:
        """Work out what each shift has left, and which visits depend on more than a gap.

        An idle shift with breaks promises nothing, as they would have to be placed too, nor does a settled one, nor a
        run that cannot be kept, as recorded ones may be.
        """
        self._problem = problem
        self._visits = {visit.id: visit for visit in problem.visits}
        self._tied = {visit for link in problem.sequences for visit in (link.first, link.then)}
        self._tied |= {visit for run in problem.locked_runs for visit in run.visits}
        self._bound = {needs.client for needs in problem.clients}
        runs = {run.shift: run for run in plan.runs}
        settled = {run.shift for run in problem.locked_runs}
        self._spare = {
            shift.id: self._spare_of(shift, runs.get(shift.id))
            for shift in problem.shifts
            if shift.id not in settled
            and (self._can_be_kept(shift, runs[shift.id]) if shift.id in runs else not shift.breaks)
        }

    def of(self, visit: Visit, shifts: Sequence[Shift]) -> NearMiss | None:
        """Give the gap nearest to the agreed time on one of `shifts`, all else left as planned; None without any.

        Nothing is said of pairs, of visits in a sequence or a settled run and of clients whose visits depend on each
        other. A gap at the agreed time has `off_s` 0: the search did not come to it.
        """
        if visit.carers_needed > 1 or visit.id in self._tied or visit.client in self._bound:
            return None
        windows, best = start_windows(visit), None
        for shift in shifts:
            for gap in self._spare[shift.id].gaps if shift.id in self._spare else ():
                last_s = gap.due_s - visit.duration_s
                nearer = best is None or _nearest(windows, gap.leave_s, last_s)[0] < best.off_s
                found = self._fit(visit, windows, shift, gap) if nearer and gap.leave_s <= last_s else None
                if found and (best is None or found.off_s < best.off_s):
                    best = found
        return best

    def _fit(self, visit: Visit, windows: Sequence[TimeWindow], shift: Shift, gap: _Gap) -> NearMiss | None:
        """Give the best start in a gap; None when the way, or a limit of the shift, leaves none."""
        travel, spare = self._problem.travel.of(shift), self._spare[shift.id]
        if travel is None:
            return None
        there_s = earliest_arrival(travel, gap.before, visit.place, gap.leave_s)
        away_s = latest_departure(travel, visit.place, gap.after, gap.due_s)
        if there_s is None or away_s is None or there_s > away_s - visit.duration_s:
            return None
        off_s, start_s = _nearest(windows, there_s, away_s - visit.duration_s)
        end_s = start_s + visit.duration_s
        next_s = earliest_arrival(travel, visit.place, gap.after, end_s) or gap.due_s
        # Waiting for a boat or after it counts as travel here, which promises too little rather than too much.
        out_s, on_s = there_s - gap.leave_s, next_s - end_s
        left_home_s = gap.left_home_s
        if left_home_s is None:
            left_home_s = latest_departure(travel, gap.before, visit.place, start_s) or gap.leave_s
            out_s = start_s - left_home_s
        back_home_s = next_s if gap.back_home_s is None else gap.back_home_s
        work_s = visit.duration_s
        work_s += 0 if gap.left_home_s is None else out_s
        work_s += 0 if gap.back_home_s is None else on_s
        work_s -= 0 if gap.left_home_s is None or gap.back_home_s is None else gap.travel_s
        kept = (
            work_s <= spare.work_s
            and out_s + on_s - gap.travel_s <= spare.drive_s
            and back_home_s - left_home_s <= _limit(shift.max_span_s)
            and visit.load <= spare.load
        )
        return NearMiss(shift.id, start_s, off_s) if kept else None

    def _spare_of(self, shift: Shift, run: Run | None) -> _Spare:
        stops = run.stops if run else ()
        work_s = sum(self._visits[stop.visit].duration_s for stop in stops) + sum(stop.travel_s for stop in stops[1:])
        work_s += sum(rest.duration_s for rest in shift.breaks if rest.paid)
        drive_s = sum(stop.travel_s for stop in stops) + (run.home_travel_s if run else 0)
        load = sum(self._visits[stop.visit].load for stop in stops)
        return _Spare(
            tuple(self._gaps(shift, run)),
            shift.max_work_s - work_s,
            _limit(shift.max_drive_s) - drive_s,
            _limit(shift.capacity) - load,
        )

    def _can_be_kept(self, shift: Shift, run: Run) -> bool:
        """Tell whether each stop of a run, and home, can be reached in time from the one before."""
        travel, window = self._problem.travel.of(shift), working_window(self._problem, shift)
        place, free_s = shift.start_place, window.earliest_s
        due = [(self._visits[stop.visit].place, stop.start_s, stop.leave_s) for stop in run.stops]
        for number, (there, due_s, over_s) in enumerate([*due, (shift.end_place, window.latest_s, window.latest_s)]):
            leave_s = sets_out_s(run.rests, number, free_s)
            there_s = None if travel is None else earliest_arrival(travel, place, there, leave_s)
            if there_s is None or there_s > due_s:
                return False
            place, free_s = there, over_s
        return True

    def _gaps(self, shift: Shift, run: Run | None) -> Iterator[_Gap]:
        window = working_window(self._problem, shift)
        place, free_s = shift.start_place, window.earliest_s
        if run is None:
            yield _Gap(place, free_s, shift.end_place, window.latest_s)
            return
        left_home_s = None
        for number, stop in enumerate(run.stops):
            there = self._visits[stop.visit].place
            free_s = sets_out_s(run.rests, number, free_s)
            yield _Gap(place, free_s, there, stop.start_s, stop.travel_s, left_home_s, run.back_home_s)
            place, free_s, left_home_s = there, stop.leave_s, run.leave_home_s
        free_s = sets_out_s(run.rests, len(run.stops), free_s)
        yield _Gap(place, free_s, shift.end_place, window.latest_s, run.home_travel_s, left_home_s)


def _limit(limit: int | None) -> int:
    return NO_LIMIT if limit is None else limit


def _nearest(windows: Sequence[TimeWindow], first_s: int, last_s: int) -> tuple[int, int]:
    """Give how far off the agreed time the nearest start between two instants is, and that start."""
    starts = [(window, min(max(window.earliest_s, first_s), last_s)) for window in windows]
    return min((max(w.earliest_s - start_s, start_s - w.latest_s, 0), start_s) for w, start_s in starts)
