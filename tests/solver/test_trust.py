"""Nobody trusts the optimiser: its plans against the checker, the score and a search that tries everything."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from solver.check import check
from solver.errors import InvalidProblem
from solver.explain import explain_all
from solver.score import score
from solver.solve import solve
from solver.types import DayPlan, DayProblem, Limits, LockedRun, Reason, TimeWindow, Visit
from solver.validate import faults
from tests.builders import (
    NOTHING_MADE,
    a_break,
    a_problem,
    a_shift,
    a_travel,
    a_visit,
    a_window,
    at,
)
from tests.days import days, island_days
from tests.oracle import best_plan, every_plan
from tests.ruled_days import ruled_days

if TYPE_CHECKING:
    from collections.abc import Iterable

few = settings(max_examples=150, deadline=None, derandomize=True)
fewer = settings(max_examples=60, deadline=None, derandomize=True)


@few
@given(days(max_visits=3))
def test_oracle_makes_legal_plans(problem: DayProblem) -> None:
    """The random days are valid, and the checker and the brute force agree on what is legal."""
    assert faults(problem) == ()
    assert check(problem, best_plan(problem)[1]) == ()


@few
@given(ruled_days(max_visits=4))
def test_oracle_keeps_every_rule(problem: DayProblem) -> None:
    """With every rule in play, the random days are valid, and the checker and the brute force agree."""
    assert faults(problem) == ()
    assert check(problem, best_plan(problem)[1]) == ()


@few
@given(days(max_visits=3), st.data())
def test_one_more_anywhere_in_a_plan_is_found(problem: DayProblem, data: st.DataObject) -> None:
    """A second or a metre added to any figure of a legal plan is a breach: the checker reads all of them."""
    plan = best_plan(problem)[1]
    for number, run in enumerate(plan.runs):
        place = data.draw(st.integers(0, len(run.stops)))
        if place == len(run.stops):
            name = data.draw(st.sampled_from(("leave_home_s", "back_home_s", "home_travel_s", "home_travel_m")))
            changed = replace(run, **{name: getattr(run, name) + 1})
        else:
            name = data.draw(st.sampled_from(("arrive_s", "start_s", "leave_s", "travel_s", "travel_m")))
            stop = replace(run.stops[place], **{name: getattr(run.stops[place], name) + 1})
            changed = replace(run, stops=(*run.stops[:place], stop, *run.stops[place + 1 :]))
        assert check(problem, replace(plan, runs=(*plan.runs[:number], changed, *plan.runs[number + 1 :])))


def reason(problem: DayProblem, visit: Visit) -> Reason:
    """Say why a visit is not made where nobody has any visit yet."""
    (left_out,) = explain_all(problem, [visit.id], NOTHING_MADE)
    return left_out.reason


@few
@given(days(max_visits=1))
def test_a_proved_reason_is_true_and_an_unproved_one_is_not(problem: DayProblem) -> None:
    """Alone and without breaks, a visit can be placed exactly when no reason against it is proved."""
    alone = replace(problem, shifts=tuple(replace(shift, breaks=()) for shift in problem.shifts), provider_hours=())
    for visit in problem.visits:
        placed = best_plan(alone)[1].unallocated == ()
        assert placed == (reason(alone, visit) == Reason.NOT_PLACED_IN_TIME)


def solved(problem: DayProblem, iterations: int = 400) -> DayPlan:
    """Plan a small day, the same way every time."""
    return solve(problem, Limits(iterations=iterations, seed=7))


def as_good_as_can_be(problem: DayProblem) -> None:
    """Plan a tiny day, and compare the plan with the best of all."""
    best, plan = best_plan(problem)
    found = solved(problem)
    assert check(problem, found) == ()
    assert best - 1e-6 <= score(problem, found).total <= best + 4 * (len(problem.visits) + 2), plan


@few
@given(days(max_visits=9, max_shifts=3, boats=True))
def test_every_plan_is_legal(problem: DayProblem) -> None:
    """Whatever the day, boats, pairs, breaks and locks, the checker finds nothing and the price is the score's."""
    plan = solved(problem, 150)
    assert check(problem, plan) == ()
    assert plan.search is not None
    assert plan.search.cost == pytest.approx(score(problem, plan).total)


@few
@given(days(max_visits=4))
def test_tiny_days_are_planned_as_well_as_can_be(problem: DayProblem) -> None:
    """On days small enough to try everything, the search costs what the best plan costs: never less, never more."""
    best, plan = best_plan(problem)
    found = score(problem, solved(problem)).total
    # The engines round each leg's price to whole seconds, so plans within a second a leg may change places.
    assert best - 1e-6 <= found <= best + 4 * (len(problem.visits) + 2), plan


@few
@given(days(max_visits=5, max_shifts=3, boats=True))
def test_proved_reasons_hold_in_every_plan(problem: DayProblem) -> None:
    """No plan places a visit that is proved to be impossible."""
    placed = {stop.visit for run in solved(problem, 100).runs for stop in run.stops}
    for visit in problem.visits:
        assert visit.id not in placed or reason(problem, visit) == Reason.NOT_PLACED_IN_TIME


@few
@given(ruled_days(max_visits=4))
def test_brute_force_agrees_whatever_the_rules(problem: DayProblem) -> None:
    """With every hard rule in play the search costs what the best plan costs, and its plan is legal."""
    as_good_as_can_be(problem)


@fewer
@given(island_days())
def test_brute_force_agrees_where_boats_sail(problem: DayProblem) -> None:
    """Whatever can be made by the day's boats, to the second, is made; also where cars are left at the pier."""
    as_good_as_can_be(problem)


@fewer
@given(days(max_visits=3, max_shifts=2), st.integers(0, 1))
def test_brute_force_agrees_where_a_carer_has_two_shifts(problem: DayProblem, which: int) -> None:
    """The morning and the evening of one carer are no two carers, and whoever is barred is barred from both."""
    shift = problem.shifts[which % len(problem.shifts)]
    parts = [
        replace(shift, id=name, breaks=(), window=TimeWindow(earliest_s=from_s, latest_s=to_s), max_work_s=3600)
        for name, from_s, to_s in (("morning", at("07:00"), at("10:00")), ("later", at("10:00"), at("16:00")))
    ]
    others = [other for other in problem.shifts if other != shift]
    visits = [replace(visit, locked_shifts=visit.locked_shifts - {shift.id}) for visit in problem.visits]
    as_good_as_can_be(replace(problem, visits=tuple(visits), shifts=(*parts, *others)))


@fewer
@given(st.one_of(days(max_visits=4), ruled_days(max_visits=4)), st.data())
def test_brute_force_agrees_where_a_run_is_settled(problem: DayProblem, data: st.DataObject) -> None:
    """Any run of any legal plan, settled with its order, stays, and the others do as well as they can beside it."""
    free = replace(problem, locked_runs=())
    runs = sorted({(run.shift, tuple(s.visit for s in run.stops)) for plan in every_plan(free) for run in plan.runs})
    assume(runs)
    shift, visits = data.draw(st.sampled_from(runs))
    as_good_as_can_be(replace(free, locked_runs=(LockedRun(shift=shift, visits=visits),)))


@few
@given(ruled_days(max_visits=4))
def test_one_more_carer_never_costs_more(problem: DayProblem) -> None:
    """The best plan of a day is no dearer than that of the same day with one shift fewer: nobody has to be sent."""
    every = replace(problem, locked_runs=(), before=())
    fewer = replace(every, shifts=every.shifts[:-1])
    assert best_plan(every)[0] <= best_plan(fewer)[0] + 1e-6


def other(names: Iterable[str]) -> frozenset[str]:
    """Rename what has these names."""
    return frozenset(f"other-{name}" for name in names)


def renamed(problem: DayProblem) -> DayProblem:
    """Give every visit, client and shift another name."""
    visits = tuple(
        replace(v, id=f"other-{v.id}", client=f"other-{v.client}", locked_shifts=other(v.locked_shifts))
        for v in problem.visits
    )
    shifts = tuple(replace(s, id=f"other-{s.id}", barred_clients=other(s.barred_clients)) for s in problem.shifts)
    return replace(
        problem,
        visits=visits,
        shifts=shifts,
        keep=other(problem.keep),
        sequences=tuple(replace(q, first=f"other-{q.first}", then=f"other-{q.then}") for q in problem.sequences),
        clients=tuple(replace(c, client=f"other-{c.client}") for c in problem.clients),
        locked_runs=tuple(
            replace(run, shift=f"other-{run.shift}", visits=tuple(f"other-{v}" for v in run.visits))
            for run in problem.locked_runs
        ),
        before=tuple(replace(w, visit=f"other-{w.visit}", shifts=other(w.shifts)) for w in problem.before),
    )


@few
@given(st.one_of(days(max_visits=6, boats=True), ruled_days(max_visits=6, boats=True)))
def test_relabelling_changes_nothing(problem: DayProblem) -> None:
    """Other names for visits, clients and shifts give the same plan under those names, whatever the rules."""
    expected = tuple(
        replace(
            run,
            shift=f"other-{run.shift}",
            stops=tuple(replace(stop, visit=f"other-{stop.visit}") for stop in run.stops),
        )
        for run in solved(problem, 100).runs
    )
    assert solved(renamed(problem), 100).runs == expected


ONE_DOOR = [a_visit(f"v{number}", window=a_window("08:00", "16:00")) for number in range(20)]
NOW = a_window("09:00", "09:00")
ABSURD = {
    "nothing at all": (a_problem([], []), 0),
    "no carers": (a_problem(shifts=[]), 0),
    "no visits": (a_problem([]), 0),
    "one carer, two visits at one instant": (a_problem([a_visit("v1", window=NOW), a_visit("v2", window=NOW)]), 1),
    "all barred": (a_problem([a_visit(barred_carers=frozenset({"anna"}))]), 0),
    "no road anywhere": (a_problem(travel=a_travel([[0, None], [None, 0]])), 0),
    "a shift of no length": (a_problem([a_visit(duration_s=1)], [a_shift(window=a_window("08:00", "08:00"))]), None),
    "no work allowed": (a_problem(shifts=[a_shift(max_work_s=0)]), 0),
    "a pair and one carer": (a_problem([a_visit(carers_needed=2)]), 0),
    "a break as long as the shift": (a_problem(shifts=[a_shift(breaks=(a_break("07:00", "07:00", 480),))]), 0),
    "twenty visits at one door": (a_problem(ONE_DOOR), 13),
    "everybody lives at the client's": (a_problem([a_visit(place=0)]), 1),
}


@pytest.mark.parametrize("name", ABSURD)
def test_absurd_days_never_crash(name: str) -> None:
    """Days that make no sense give a legal plan with all that is possible placed, and a reason for the rest."""
    problem, placed = ABSURD[name]
    if placed is None:
        with pytest.raises(InvalidProblem):
            solved(problem)
        return
    plan = solved(problem, 60)
    assert check(problem, plan) == ()
    assert len(problem.visits) - len(plan.unallocated) == placed
    assert all(left_out.detail for left_out in plan.unallocated)
