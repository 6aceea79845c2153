"""Tests of starting from plans that somebody else made."""

from __future__ import annotations

from dataclasses import replace

import pytest

from solver.check import check
from solver.compile import compile_problem
from solver.realise import realise, unfinished
from solver.solve import Engine, solve
from solver.types import DayPlan, DayProblem, Limits
from solver.warm_start import legal_part
from tests.builders import a_break, a_plan, a_problem, a_shift, a_visit
from tests.solver.days import random_day


def kept(problem: DayProblem, plan: DayPlan) -> list[tuple[str, list[str]]]:
    """Give the visits of each run that are kept of a plan, after checking that they are legal."""
    compiled = compile_problem(problem)
    runs = realise(problem, compiled, legal_part(problem, compiled, plan))
    assert check(problem, unfinished(problem, runs)) == ()
    return [(run.shift, [stop.visit for stop in run.stops]) for run in runs]


def test_a_legal_plan_is_kept_whole() -> None:
    """Nothing is given up of a plan that breaks no rule."""
    problem = random_day(40, 8, island=True)
    plan = solve(problem, Limits(iterations=500), engine="kernel")
    assert kept(problem, plan) == [(run.shift, [stop.visit for stop in run.stops]) for run in plan.runs]


def test_a_break_that_was_forgotten_is_put_in() -> None:
    """A plan made by hand without the carer's rest keeps its visit."""
    problem = a_problem(shifts=[a_shift(breaks=(a_break(),))])
    assert kept(problem, a_plan()) == [(run.shift, [stop.visit for stop in run.stops]) for run in a_plan().runs]


def test_what_is_unknown_or_twice_is_dropped() -> None:
    """Runs of nobody, visits of no client and a visit made twice do not disturb the rest."""
    plan = solve(a_problem(), Limits(iterations=50), engine="kernel")
    (run,) = plan.runs
    stop = run.stops[0]
    odd = replace(run, stops=(stop, stop, replace(stop, visit="nobody")))
    assert kept(a_problem(), replace(plan, runs=(odd, replace(run, shift="gone")))) == [(run.shift, ["v1"])]


def test_half_a_pair_is_dropped() -> None:
    """A double-handed visit with one carer in the plan is given up; the others stay."""
    problem = replace(a_problem([a_visit(), a_visit("v2", place=2)], [a_shift(), a_shift("late")]))
    plan = solve(problem, Limits(iterations=200), engine="kernel")
    visits = tuple(replace(visit, carers_needed=2) if visit.id == "v2" else visit for visit in problem.visits)
    assert [stop for _, stops in kept(replace(problem, visits=visits), plan) for stop in stops] == ["v1"]


@pytest.mark.parametrize("engine", ["kernel", "mixed", "ortools"])
def test_every_engine_starts_from_an_illegal_plan(engine: Engine) -> None:
    """Visits on carers who are barred from them and runs in the wrong order are repaired, whoever searches."""
    problem = random_day(20, 5)
    plan = solve(problem, Limits(iterations=500), engine="kernel")
    turned = tuple(replace(run, stops=run.stops[::-1]) for run in plan.runs)
    barred = frozenset({problem.shifts[0].carer})
    changed = replace(problem, visits=tuple(replace(visit, barred_carers=barred) for visit in problem.visits))
    start = replace(plan, runs=turned)
    assert check(changed, start)
    after = solve(changed, Limits(iterations=300, seconds=20), start=start, engine=engine)
    assert check(changed, after) == ()
    assert after.runs
