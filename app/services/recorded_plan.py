"""Plan A: the rota as it was recorded, timed over today's travel so that it can be measured like any other.

Nothing is put right: what does not fit shows as breaches when the checker reads it.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from solver.explain import explain_all
from solver.timing import itinerary
from solver.types import DayPlan, Rest, Run, Stop

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from app.dataset import RecordedRow
    from solver.types import Break, DayProblem, Shift, Visit


def recorded_plan(problem: DayProblem, recorded: Sequence[RecordedRow]) -> DayPlan:
    """Turn recorded starts into timed runs; visits that nobody recorded are unallocated, with a reason."""
    visits = {visit.id: visit for visit in problem.visits}
    calls: dict[str, list[RecordedRow]] = defaultdict(list)
    for row in recorded:
        calls[row.shift_id].append(row)
    runs = tuple(
        _timed_run(problem, shift, sorted(calls[shift.id], key=lambda row: (row.start, row.visit_id)), visits)
        for shift in problem.shifts
        if calls[shift.id]
    )
    made = {row.visit_id for row in recorded}
    plan = DayPlan(day=problem.day, runs=runs, unallocated=())
    left = [visit.id for visit in problem.visits if visit.id not in made]
    return DayPlan(day=problem.day, runs=runs, unallocated=explain_all(problem, left, plan))


def _timed_run(problem: DayProblem, shift: Shift, rows: Sequence[RecordedRow], visits: Mapping[str, Visit]) -> Run:
    """Time one recorded run: rests go into the longest gaps of their windows, travel follows at once."""
    calls = [(visits[row.visit_id], row.start) for row in rows]
    rests = _rests(problem, shift, calls)
    first, first_start_s = calls[0]
    out = itinerary(problem.travel, shift.mode, shift.start_place, first.place, shift.window.earliest_s)
    leave_home_s = shift.window.earliest_s
    if not out.boats:
        # By road the carer sets out just in time; a boat is caught from the start of the shift.
        leave_home_s = max(leave_home_s, first_start_s - out.travel_s)
        out = itinerary(problem.travel, shift.mode, shift.start_place, first.place, leave_home_s)
    place, leave_s = first.place, 0
    stops = []
    for number, (visit, start_s) in enumerate(calls):
        if number:
            ready_s = max([leave_s, *(rest.end_s for rest in rests if rest.after_stop == number)])
            out = itinerary(problem.travel, shift.mode, place, visit.place, ready_s)
        place, leave_s = visit.place, start_s + visit.duration_s
        stops.append(
            Stop(
                visit=visit.id,
                arrive_s=out.arrive_s,
                start_s=start_s,
                leave_s=leave_s,
                travel_s=out.travel_s,
                travel_m=out.travel_m,
                boats=out.boats,
                boat_wait_s=out.boat_wait_s,
            )
        )
    ready_s = max([leave_s, *(rest.end_s for rest in rests if rest.after_stop == len(calls))])
    home = itinerary(problem.travel, shift.mode, place, shift.end_place, ready_s)
    return Run(
        shift=shift.id,
        leave_home_s=leave_home_s,
        stops=tuple(stops),
        back_home_s=home.arrive_s,
        home_travel_s=home.travel_s,
        home_travel_m=home.travel_m,
        home_boats=home.boats,
        rests=rests,
    )


def _rests(problem: DayProblem, shift: Shift, calls: Sequence[tuple[Visit, int]]) -> tuple[Rest, ...]:
    """Place each break of the shift where the gap before the next call leaves most room, inside its window."""
    return tuple(_rest(problem, shift, rest, calls) for rest in shift.breaks)


def _rest(problem: DayProblem, shift: Shift, rest: Break, calls: Sequence[tuple[Visit, int]]) -> Rest:
    """Choose the stop after which a break fits best; a break that fits nowhere is put where it overlaps least."""
    road_s = problem.travel.modes[shift.mode].road_s
    best: tuple[int, int, int] | None = None
    for number in range(len(calls) + 1):
        free_s = shift.window.earliest_s if number == 0 else calls[number - 1][1] + calls[number - 1][0].duration_s
        place = shift.start_place if number == 0 else calls[number - 1][0].place
        if number < len(calls):
            until_s = calls[number][1] - int(road_s[place, calls[number][0].place])
        else:
            until_s = shift.window.latest_s - int(road_s[place, shift.end_place])
        start_s = min(max(free_s, rest.window.earliest_s), max(free_s, rest.window.latest_s))
        room_s = until_s - start_s - rest.duration_s
        if start_s > rest.window.latest_s:
            room_s -= 24 * 3600
        if best is None or room_s > best[0]:
            best = (room_s, number, start_s)
    assert best is not None
    _, number, start_s = best
    return Rest(after_stop=number, start_s=start_s, end_s=start_s + rest.duration_s)
