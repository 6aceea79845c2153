"""Random tiny days whose runs are settled and hard to keep, and an independent answer to whether they can be kept."""

from __future__ import annotations

from itertools import combinations, pairwise
from typing import TYPE_CHECKING

from hypothesis import strategies as st
from ortools.sat.python import cp_model

from solver.needs import start_windows
from solver.types import Break, ClientNeeds, DayProblem, LockedRun, Sequence, Shift, TimeWindow, Visit
from tests.builders import a_problem, a_shift, a_visit

if TYPE_CHECKING:
    from ortools.sat.python.cp_model import CpModel, IntVar

QUARTER_S, EIGHT_S = 900, 8 * 3600


def _window(draw: st.DrawFn, first: int, last: int, longest: int) -> TimeWindow:
    """Draw a window that opens so many quarters of an hour after eight."""
    earliest_s = EIGHT_S + QUARTER_S * draw(st.integers(first, last))
    return TimeWindow(earliest_s=earliest_s, latest_s=earliest_s + QUARTER_S * draw(st.integers(0, longest)))


@st.composite
def _visits(draw: st.DrawFn, name: str) -> Visit:
    window = _window(draw, 0, 10, 8)
    return a_visit(
        name,
        client=draw(st.sampled_from(("c1", "c2"))),
        place=draw(st.integers(0, 3)),
        duration_s=QUARTER_S * draw(st.integers(1, 3)),
        window=window,
        other_windows=(_window(draw, 6, 14, 4),) if draw(st.integers(0, 4)) == 0 else (),
        carers_needed=draw(st.sampled_from((1, 2))),
        providers=frozenset({"north", "south"}),
        load=draw(st.integers(0, 1)),
    )


@st.composite
def _shifts(draw: st.DrawFn, name: str) -> Shift:
    rests = [
        Break(duration_s=QUARTER_S * draw(st.integers(1, 3)), window=_window(draw, 0, 14, 4), paid=draw(st.booleans()))
        for _ in range(draw(st.sampled_from((0, 1, 1, 2))))
    ]
    return a_shift(
        name,
        provider=draw(st.sampled_from(("north", "north", "north", "south"))),
        start_place=draw(st.integers(0, 1)),
        window=TimeWindow(earliest_s=EIGHT_S, latest_s=EIGHT_S + QUARTER_S * draw(st.integers(14, 24))),
        breaks=tuple(rests),
        max_span_s=draw(st.sampled_from((None, None, 9000, 10800, 14400))),
        max_work_s=draw(st.sampled_from((36000, 36000, 36000, 7200))),
        max_drive_s=draw(st.sampled_from((None, None, None, 3600))),
        capacity=draw(st.sampled_from((None, None, 2))),
    )


@st.composite
def settled_days(draw: st.DrawFn) -> DayProblem:
    """Draw a day of two shifts, all of whose runs are settled: each visit is in as many as it needs."""
    shifts = [draw(_shifts(name)) for name in ("a", "b")]
    visits = [draw(_visits(f"v{number}")) for number in range(draw(st.integers(1, 4)))]
    runs: dict[str, list[Visit]] = {"a": [], "b": []}
    for visit in visits:
        chosen = draw(st.sampled_from(("a", "b", "ab"))) if visit.carers_needed == 1 else "ab"
        for shift in chosen[: visit.carers_needed]:
            runs[shift].append(visit)
    for members in runs.values():
        members.sort(key=lambda visit: visit.window.earliest_s)
        if draw(st.integers(0, 3)) == 0:
            members.reverse()
    links = [
        Sequence(
            first=one.id,
            then=other.id,
            least_s=QUARTER_S * draw(st.integers(0, 6)),
            most_s=QUARTER_S * draw(st.integers(6, 8)),
        )
        for one, other in combinations(visits, 2)
        if draw(st.integers(0, 4)) == 0
    ]
    clients = sorted({visit.client for visit in visits})
    needs = [ClientNeeds(client=name, min_gap_s=QUARTER_S * draw(st.integers(0, 2))) for name in clients]
    return a_problem(
        visits,
        shifts,
        sequences=tuple(links),
        clients=tuple(needs),
        locked_runs=tuple(LockedRun(shift=name, visits=tuple(v.id for v in members)) for name, members in runs.items()),
    )


def can_be_kept(problem: DayProblem) -> bool:
    """Tell whether settled runs by road that make every visit of a day with all its carers can be kept.

    Instants are the unknowns of a constraint model, which says whether there are any. Who comes is not looked at.
    """
    model = cp_model.CpModel()
    starts_s = {
        visit.id: model.new_int_var_from_domain(
            cp_model.Domain.from_intervals([[w.earliest_s, w.latest_s] for w in start_windows(visit)]), visit.id
        )
        for visit in problem.visits
    }
    for run in problem.locked_runs:
        if run.visits:
            _state_run(problem, run, model, starts_s)
    for link in problem.sequences:
        model.add_linear_constraint(starts_s[link.then] - starts_s[link.first], link.least_s, link.most_s)
    for needs in problem.clients:
        visits = [visit for visit in problem.visits if visit.client == needs.client]
        for one, other in combinations(visits, 2) if needs.min_gap_s else ():
            is_first = model.new_bool_var("")
            for first, then, so in ((one, other, is_first), (other, one, ~is_first)):
                apart_s = first.duration_s + needs.min_gap_s
                model.add(starts_s[then.id] >= starts_s[first.id] + apart_s).only_enforce_if(so)
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    return solver.solve(model) in {cp_model.OPTIMAL, cp_model.FEASIBLE}


def _state_run(problem: DayProblem, run: LockedRun, model: CpModel, starts_s: dict[str, IntVar]) -> None:
    """State the ways, the breaks and the limits of one run: a rest is between being over somewhere and setting out."""
    (shift,) = (shift for shift in problem.shifts if shift.id == run.shift)
    visits = [visit for name in run.visits for visit in problem.visits if visit.id == name]
    places = [shift.start_place, *(visit.place for visit in visits), shift.end_place]
    ways_s = [int(problem.travel.modes[shift.mode].road_s[pair]) for pair in pairwise(places)]
    first_s, last_s = shift.window.earliest_s, shift.window.latest_s
    over_s = [first_s, *(starts_s[visit.id] + visit.duration_s for visit in visits)]
    sets_out_s = [model.new_int_var(first_s, last_s, "") for _ in over_s]
    for out_s, at_s, way_s, there_s in zip(
        sets_out_s, over_s, ways_s, [*(starts_s[visit.id] for visit in visits), last_s], strict=True
    ):
        model.add(out_s >= at_s)
        model.add(there_s >= out_s + way_s)
    rests = []
    for due in shift.breaks:
        begin_s = model.new_int_var(due.window.earliest_s, due.window.latest_s, "")
        rests.append(model.new_fixed_size_interval_var(begin_s, due.duration_s, ""))
        where = [model.new_bool_var("") for _ in over_s]
        model.add_exactly_one(where)
        for here, at_s, out_s in zip(where, over_s, sets_out_s, strict=True):
            model.add(begin_s >= at_s).only_enforce_if(here)
            model.add(out_s >= begin_s + due.duration_s).only_enforce_if(here)
    model.add_no_overlap(rests)
    contact_s = sum(visit.duration_s for visit in visits)
    model.add(
        contact_s + sum(ways_s[1:-1]) + sum(due.duration_s for due in shift.breaks if due.paid) <= shift.max_work_s
    )
    if shift.capacity is not None:
        model.add(sum(visit.load for visit in visits) <= shift.capacity)
    if shift.max_drive_s is not None:
        model.add(sum(ways_s) <= shift.max_drive_s)
    if shift.max_span_s is not None:
        model.add(sets_out_s[-1] + ways_s[-1] - sets_out_s[0] <= shift.max_span_s)
