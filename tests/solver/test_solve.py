"""Tests of planning a day from end to end."""

from __future__ import annotations

import time
from dataclasses import replace

import pytest

from solver.check import check
from solver.errors import InvalidProblem
from solver.score import score
from solver.solve import Engine, solve
from solver.types import Limits, Reason
from tests.builders import a_plan, a_problem, a_shift, a_visit
from tests.solver.days import random_day

SHORT = Limits(iterations=600)


@pytest.mark.parametrize("engine", ["mixed", "kernel", "ortools"])
def test_every_engine_plans_the_default_day(engine: Engine) -> None:
    """All engines give the one obvious plan, and say who made it."""
    plan = solve(a_problem(), Limits(iterations=50, seconds=20), engine=engine)
    assert [stop.visit for run in plan.runs for stop in run.stops] == ["v1"]
    assert plan.search is not None
    assert plan.search.engine == engine


@pytest.mark.parametrize(("providers", "island"), [(1, False), (3, False), (1, True)])
def test_plans_are_legal_and_say_their_price(providers: int, *, island: bool) -> None:
    """On random days the checker finds nothing, every visit is accounted for, and the cost is the score."""
    problem = random_day(50, 12, providers=providers, island=island)
    plan = solve(problem, SHORT, engine="kernel")
    assert check(problem, plan) == ()
    assert plan.search is not None
    assert plan.search.cost == score(problem, plan).total
    assert plan.search.iterations == pytest.approx(600, abs=3)


def test_the_same_iterations_give_the_same_plan() -> None:
    """Bounded by iterations, nothing but the seed decides, polish included."""
    problem = random_day(40, 8)
    limits = Limits(iterations=6_000, seed=5)
    first, again = solve(problem, limits), solve(problem, limits)
    assert (first.runs, first.unallocated) == (again.runs, again.unallocated)


def test_a_start_is_never_made_worse() -> None:
    """From a good plan one iteration gives a plan that costs no more."""
    problem = random_day(40, 8, island=True)
    good = solve(problem, Limits(iterations=3_000))
    after = solve(problem, Limits(iterations=1), start=good)
    assert score(problem, after).total <= score(problem, good).total


def test_an_illegal_start_is_repaired() -> None:
    """A start whose carer may not come any more is given up where it must be."""
    problem = a_problem([a_visit(barred_carers=frozenset({"anna"}))], [a_shift(), a_shift("late")])
    plan = solve(problem, SHORT, start=a_plan())
    assert [run.shift for run in plan.runs] == ["late"]


def test_what_is_left_out_has_its_reason() -> None:
    """A visit that nobody may serve is unallocated for that reason."""
    plan = solve(a_problem([a_visit(providers=frozenset({"nobody"}))]), SHORT)
    assert [(left.visit, left.reason) for left in plan.unallocated] == [("v1", Reason.NO_ELIGIBLE_PROVIDER)]


def test_a_faulty_problem_is_refused() -> None:
    """Faults are told before anything is searched."""
    with pytest.raises(InvalidProblem):
        solve(a_problem([a_visit(duration_s=0)]), SHORT)


def test_limits_must_limit() -> None:
    """A search without an end is refused."""
    with pytest.raises(ValueError, match="iterations, seconds or both"):
        solve(a_problem(), Limits())


def test_seconds_are_kept_and_progress_goes_on() -> None:
    """A search of a second ends about then; what it reports only grows in share done and falls in cost."""
    seen = []
    began = time.monotonic()
    solve(random_day(40, 8), Limits(seconds=1.0), progress=seen.append, engine="kernel")
    assert 0.9 <= time.monotonic() - began < 10
    assert [each.done for each in seen] == sorted(each.done for each in seen)
    assert [each.cost for each in seen] == sorted((each.cost for each in seen), reverse=True)
    assert seen[-1].done == 1.0


def test_cancelling_gives_the_best_plan_so_far() -> None:
    """A search for hours that is cancelled at once still has a legal plan."""
    problem = random_day(40, 8)
    asked = []

    def cancelled() -> bool:
        asked.append(True)
        return len(asked) > 2

    began = time.monotonic()
    plan = solve(problem, Limits(seconds=3600), cancelled=cancelled)
    assert time.monotonic() - began < 30
    assert check(problem, plan) == ()
    assert plan.runs


def test_kept_visits_are_kept() -> None:
    """A visit that an accepted plan places stays, though another would be cheaper to serve."""
    visits = [a_visit("far", place=5), a_visit("near", place=1)]
    shift = a_shift(max_work_s=1800)
    problem = replace(a_problem(visits, [shift]), keep=frozenset({"far"}))
    assert [stop.visit for run in solve(problem, SHORT).runs for stop in run.stops] == ["far"]
