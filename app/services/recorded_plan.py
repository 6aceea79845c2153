"""Plan A: the rota as it was recorded, timed over today's travel so that it can be measured like any other.

Nothing is put right: what does not fit shows as breaches when the checker reads it.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from solver.explain import explain_all
from solver.needs import sets_out_s
from solver.timing import Journey, itinerary, set_out_latest
from solver.types import DayPlan, Rest, Run, Stop

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from app.dataset import RecordedRow
    from solver.types import Break, DayProblem, Shift, Visit


def recorded_plan(problem: DayProblem, recorded: Sequence[RecordedRow]) -> DayPlan:
    """Turn recorded starts into timed runs; visits that nobody recorded are unallocated, with a reason."""
    made = {row.visit_id for row in recorded}
    plan = DayPlan(day=problem.day, runs=recorded_runs(problem, recorded), unallocated=())
    left = [visit.id for visit in problem.visits if visit.id not in made]
    return DayPlan(day=problem.day, runs=plan.runs, unallocated=explain_all(problem, left, plan))


def recorded_runs(problem: DayProblem, recorded: Sequence[RecordedRow]) -> tuple[Run, ...]:
    """Turn recorded starts into timed runs, in the order of the shifts."""
    visits = {visit.id: visit for visit in problem.visits}
    calls: dict[str, list[RecordedRow]] = defaultdict(list)
    for row in recorded:
        calls[row.shift_id].append(row)
    return tuple(
        _timed_run(problem, shift, sorted(calls[shift.id], key=lambda row: (row.start, row.visit_id)), visits)
        for shift in problem.shifts
        if calls[shift.id]
    )


def _timed_run(problem: DayProblem, shift: Shift, rows: Sequence[RecordedRow], visits: Mapping[str, Visit]) -> Run:
    """Time one recorded run: rests go into the longest gaps of their windows, travel follows at once."""
    calls = [(visits[row.visit_id], row.start) for row in rows]
    rests = tuple(_rest(problem, shift, rest, calls) for rest in shift.breaks)
    first, first_start_s = calls[0]
    # The carer sets out just in time for the first call.
    just_s = set_out_latest(problem.travel, shift, shift.start_place, first.place, first_start_s)
    leave_home_s = leave_s = sets_out_s(rests, 0, max(shift.window.earliest_s, just_s))
    place = shift.start_place
    stops = []
    for number, (visit, start_s) in enumerate(calls, start=1):
        way = _journey(problem, shift, place, visit.place, leave_s)
        stop = Stop(
            visit=visit.id,
            arrive_s=way.arrive_s,
            start_s=start_s,
            leave_s=start_s + visit.duration_s,
            travel_s=way.travel_s,
            travel_m=way.travel_m,
            boats=way.boats,
            boat_wait_s=way.boat_wait_s,
            walk_s=way.walk_s,
        )
        stops.append(stop)
        place, leave_s = visit.place, sets_out_s(rests, number, stop.leave_s)
    home = _journey(problem, shift, place, shift.end_place, leave_s)
    return Run(
        shift=shift.id,
        leave_home_s=leave_home_s,
        stops=tuple(stops),
        back_home_s=home.arrive_s,
        home_travel_s=home.travel_s,
        home_travel_m=home.travel_m,
        home_boats=home.boats,
        home_walk_s=home.walk_s,
        rests=rests,
    )


def _journey(problem: DayProblem, shift: Shift, origin: int, destination: int, leave_s: int) -> Journey:
    """Travel by road or boat, at once; a way that nobody can go takes no time, and the checker tells of it."""
    way = itinerary(problem.travel, shift, origin, destination, leave_s)
    return way or Journey(arrive_s=leave_s, travel_s=0, travel_m=0)


def _rest(problem: DayProblem, shift: Shift, rest: Break, calls: Sequence[tuple[Visit, int]]) -> Rest:
    """Choose the stop after which a break fits best; a break that fits nowhere is put where it overlaps least."""
    places = [shift.start_place, *(visit.place for visit, _ in calls), shift.end_place]
    free = [shift.window.earliest_s, *(start_s + visit.duration_s for visit, start_s in calls)]
    due = [*(start_s for _, start_s in calls), shift.window.latest_s]
    best: tuple[int, int, int] | None = None
    for number, (free_s, due_s) in enumerate(zip(free, due, strict=True)):
        until_s = set_out_latest(problem.travel, shift, places[number], places[number + 1], due_s)
        start_s = max(free_s, rest.window.earliest_s)
        room_s = until_s - start_s - rest.duration_s
        if start_s > rest.window.latest_s:
            room_s -= 24 * 3600
        if best is None or room_s > best[0]:
            best = (room_s, number, start_s)
    assert best is not None
    _, number, start_s = best
    return Rest(after_stop=number, start_s=start_s, end_s=start_s + rest.duration_s)
