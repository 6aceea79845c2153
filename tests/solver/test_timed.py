"""Tests of the search with exact clocks: its plans are legal, cost what the score says, and are the best there are."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import replace
from typing import TYPE_CHECKING

from hypothesis import given, settings
from hypothesis import strategies as st

from solver import realise as realising
from solver import watch
from solver.check import check
from solver.compile import compile_problem
from solver.compile_clock import lower_clock
from solver.kernel.timed import TimedSearch
from solver.realise import realise
from solver.score import score
from solver.solve import solve
from solver.types import Before, ClientNeeds, DayPlan, Limits, LockedRun, Reason, Sequence, Unallocated, Weights
from tests.builders import a_break, a_problem, a_shift, a_visit, a_window, at
from tests.oracle import best_plan
from tests.ruled_days import ruled_days

if TYPE_CHECKING:
    import pytest

    from solver.realise import Sketch
    from solver.sequences import Sequences
    from solver.types import DayProblem, Progress, Run, Travel

few = settings(max_examples=60, deadline=None, derandomize=True)

CLOCK = Weights(commute=1.0, metre=0.0, late=2.0, latest=3.0, early=0.5, changed_start=0.25)


def priced(problem: DayProblem, weights: Weights = CLOCK) -> DayProblem:
    """Give every visit a wish inside its window, and the starts a price."""
    calls = tuple(
        replace(
            visit,
            early_before_s=visit.window.earliest_s + 600,
            late_after_s=visit.window.earliest_s + 900,
            window=replace(visit.window, latest_s=visit.window.latest_s + 3600),
        )
        for visit in problem.visits
    )
    return replace(problem, visits=calls, weights=weights)


def searched(problem: DayProblem, iterations: int, start: Sequences | None = None) -> TimedSearch:
    """Search a day with exact clocks."""
    compiled = compile_problem(problem)
    search = TimedSearch(compiled, lower_clock(problem, compiled.leg_visit), 1, start)
    if iterations:
        search.advance(iterations, (0.0, 1.0))
    return search


def plan_of(problem: DayProblem, search: TimedSearch) -> DayPlan:
    """Time the sequences of a search."""
    runs = realise(problem, compile_problem(problem), search.sequences)
    placed = {stop.visit for run in runs for stop in run.stops}
    absent = [visit.id for visit in problem.visits if visit.id not in placed]
    return DayPlan(
        day=problem.day,
        runs=runs,
        unallocated=tuple(Unallocated(visit=v, reason=Reason.NOT_PLACED_IN_TIME, detail="") for v in absent),
    )


@few
@given(ruled_days(max_visits=4, max_shifts=2))
def test_plans_are_legal_and_cost_what_the_score_says(problem: DayProblem) -> None:
    """With every rule in play and prices on starts, the checker finds nothing and the two costs are one."""
    problem = priced(problem)
    search = searched(problem, 60)
    plan = plan_of(problem, search)
    assert check(problem, plan) == ()
    at_work = {shift.provider for shift in problem.shifts}
    idle_s = sum(band.floor_s for band in problem.provider_hours if band.provider not in at_work)
    assert abs(search.cost + problem.weights.provider_hours * idle_s - score(problem, plan).total) < 1e-3


@few
@given(ruled_days(max_visits=3, boats=True), st.integers(1, 40))
def test_boats_are_caught(problem: DayProblem, iterations: int) -> None:
    """Travel that depends on when one leaves is followed exactly, however early the search ends."""
    problem = priced(problem)
    assert check(problem, plan_of(problem, searched(problem, iterations))) == ()


@few
@given(ruled_days(max_visits=3))
def test_small_days_are_solved(problem: DayProblem) -> None:
    """Where lateness has a price the search finds what trying everything finds."""
    problem = priced(problem, replace(CLOCK, early=0.0, changed_start=0.0))
    best, _ = best_plan(problem)
    search = searched(problem, 300)
    assert score(problem, plan_of(problem, search)).total <= best + 1e-3


@few
@given(ruled_days(max_visits=4))
def test_a_plan_can_be_loaded(problem: DayProblem) -> None:
    """A search that starts from a plan is never worse than it, and needs no iteration for that."""
    problem = priced(problem, replace(CLOCK, early=0.0, changed_start=0.0))
    first = searched(problem, 60)
    assert searched(problem, 0, first.sequences).cost <= first.cost + 1e-3


def test_the_same_seed_gives_the_same_plan() -> None:
    """Iterations made in two goes are the same as in one."""
    problem = priced(a_problem([a_visit(f"v{k}", place=k % 5) for k in range(6)], [a_shift(), a_shift("other")]))
    one, other = searched(problem, 0), searched(problem, 0)
    one.advance(100, (0.0, 1.0))
    other.advance(50, (0.0, 0.5))
    other.advance(50, (0.5, 1.0))
    assert one.sequences == other.sequences


def test_lateness_is_weighed_against_travel() -> None:
    """The visit that is due first goes first only where its lateness costs more than the way back."""
    near = a_visit("near", place=1, window=a_window("07:00", "12:00"), late_after_s=at("12:00"))
    far = a_visit("far", place=2, window=a_window("07:00", "12:00"), late_after_s=at("07:20"))
    problem = a_problem([near, far], [a_shift(end_place=0)])
    orders = []
    for price in (0.1, 5.0):
        timed = replace(problem, weights=Weights(late=price, metre=0.0))
        plan = plan_of(timed, searched(timed, 100))
        orders.append([stop.visit for run in plan.runs for stop in run.stops])
    assert orders == [["near", "far"], ["far", "near"]] or orders[1] == ["far", "near"]


def test_the_largest_lateness_is_shared_out() -> None:
    """With a price on the largest lateness two visits are a little late rather than one very."""
    calls = [a_visit(f"v{k}", place=1, window=a_window("08:00", "14:00"), late_after_s=at("08:00")) for k in range(4)]
    shifts = [a_shift(), a_shift("other", start_place=1, end_place=1)]
    problem = a_problem(calls, shifts)
    problem = replace(problem, weights=Weights(latest=10.0, commute=1.0, metre=0.0))
    plan = plan_of(problem, searched(problem, 200))
    assert sorted(len(run.stops) for run in plan.runs) == [2, 2]


def test_sequences_wait_for_each_other() -> None:
    """The second of two tied visits starts within its bounds after the first, by another carer, and both are made."""
    calls = [
        a_visit("first", window=a_window("09:00", "12:00")),
        a_visit("then", place=4, window=a_window("08:00", "12:00")),
    ]
    link = Sequence(first="first", then="then", least_s=1800, most_s=2400, same_carer=False)
    problem = replace(a_problem(calls, [a_shift(), a_shift("other")]), sequences=(link,))
    plan = solve(problem, Limits(iterations=50))
    starts = {stop.visit: stop.start_s for run in plan.runs for stop in run.stops}
    assert 1800 <= starts["then"] - starts["first"] <= 2400
    assert len(plan.runs) == 2
    assert check(problem, plan) == ()


def test_gaps_between_visits_to_a_client_are_kept() -> None:
    """Two visits to one client that could follow at once are kept apart, in either order."""
    calls = [a_visit(f"v{k}", client="c", place=1, window=a_window("08:00", "12:00")) for k in range(3)]
    needs = (ClientNeeds(client="c", min_gap_s=3600),)
    problem = replace(a_problem(calls, [a_shift(), a_shift("other")]), clients=needs)
    plan = solve(problem, Limits(iterations=100))
    assert plan.unallocated == ()
    assert check(problem, plan) == ()


def test_breaks_are_taken() -> None:
    """A run whose starts have prices holds its break, which delays what comes after it."""
    calls = [a_visit(f"v{k}", place=k, window=a_window("08:00", "14:00")) for k in (1, 2, 3)]
    problem = priced(a_problem(calls, [a_shift(breaks=(a_break("09:00", "10:00"),))]))
    plan = plan_of(problem, searched(problem, 100))
    assert check(problem, plan) == ()
    assert [len(run.rests) for run in plan.runs] == [1]


def test_moved_starts_cost() -> None:
    """A visit planned before for eleven starts at eleven, though it could at eight, where moving it has a price."""
    was = Before(visit="v1", shifts=frozenset({"early"}), start_s=at("11:00"))
    problem = replace(
        a_problem([a_visit(window=a_window("08:00", "12:00"))]), before=(was,), weights=Weights(changed_start=1.0)
    )
    plan = solve(problem, Limits(iterations=50))
    assert [stop.start_s for run in plan.runs for stop in run.stops] == [at("11:00")]


def test_a_run_is_timed_once_while_it_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    """However often a plan is told during the search and at its end, a run that does not change is timed once."""
    timed: list[str] = []
    told: list[Progress] = []
    timed_run = realising.timed_run

    def counted(travel: Travel, sketch: Sketch, start_s: dict[str, int]) -> Run:
        timed.append(sketch.shift.id)
        return timed_run(travel, sketch, start_s)

    monkeypatch.setattr(watch, "STREAM_S", 0.0)
    monkeypatch.setattr(watch, "STREAM_SHARE", 1e9)
    monkeypatch.setattr(realising, "timed_run", counted)
    solve(priced(a_problem()), Limits(iterations=3000), progress=told.append, engine="kernel")
    assert sum(each.plan is not None for each in told) > 3
    assert timed == ["early"]


def test_no_cheaper_place_is_passed_over() -> None:
    """Where only lateness has a price, the place offered is the cheapest of all, though few are tried."""
    without_machine_code = {**os.environ, "NUMBA_DISABLE_JIT": "1"}
    command = [sys.executable, "-m", "tests.solver.every_place"]
    done = subprocess.run(command, env=without_machine_code, capture_output=True, text=True, check=True)
    compared, passed_over = map(int, done.stdout.split())
    assert compared > 50
    assert passed_over == 0


def test_a_carer_far_from_all_that_is_near_is_found() -> None:
    """Among twenty carers a visit goes to the only one who may come, though thirty others make the visits next door."""
    near = [a_visit(f"near {k}", place=1, window=a_window("08:00", "12:00")) for k in range(30)]
    far = a_visit("far", place=5, window=a_window("13:00", "13:30"), locked_shifts=frozenset({"only"}))
    special = a_visit("special", place=1, window=a_window("08:00", "12:00"), skills=frozenset({"peg"}))
    shifts = [a_shift("only", skills=frozenset({"peg"})), *(a_shift(f"s{k}", carer=f"c{k}") for k in range(19))]
    problem = priced(a_problem([far, *near, special], shifts))
    plan = plan_of(problem, searched(problem, 0))
    assert plan.unallocated == ()
    assert check(problem, plan) == ()


def settled_days() -> list[DayProblem]:
    """Build days on which another visit, or another place of the break, would keep a settled run from being made."""
    both = frozenset({"north", "south"})
    client = [
        a_visit("near", client="c", providers=both, window=a_window("09:00", "09:30")),
        a_visit("settled", client="c", providers=both, place=5, window=a_window("08:00", "09:00")),
    ]
    needs = (ClientNeeds(client="c", min_gap_s=1800, one_provider=True),)
    crew = [a_shift("x"), a_shift("y", provider="south")]
    chain = [
        a_visit("a", place=2, window=a_window("09:30", "11:15")),
        a_visit("b", place=4, window=a_window("09:45", "14:15")),
        a_visit("between", place=2, window=a_window("11:30", "11:45")),
    ]
    link = (Sequence(first="a", then="b", least_s=900, most_s=3 * 3600),)
    pair = [
        a_visit("a", window=a_window("08:00", "08:00")),
        a_visit("pair", carers_needed=2, window=a_window("08:00", "08:30")),
    ]
    runs = (("y", "settled"), ("x", "a", "between", "b"), ("x", "pair"))
    days = (
        a_problem(client, crew, clients=needs),
        a_problem(chain, [a_shift("x", breaks=(a_break("09:45", "11:45"),))], sequences=link),
        a_problem(pair, [a_shift("x"), a_shift("y")], clients=(ClientNeeds(client="client-of-a", min_gap_s=60),)),
    )
    return [
        replace(day, locked_runs=(LockedRun(shift=run[0], visits=run[1:]),))
        for day, run in zip(days, runs, strict=True)
    ]


def test_settled_runs_come_before_all_others() -> None:
    """Whatever order visits are drawn in, the settled run is made as it was agreed."""
    for problem in settled_days():
        for seed in range(10):
            plan = solve(problem, Limits(iterations=50, seed=seed), engine="kernel")
            assert check(problem, plan) == ()
            (settled,) = problem.locked_runs
            assert [tuple(stop.visit for stop in run.stops) for run in plan.runs if run.shift == settled.shift] == [
                settled.visits
            ]
