"""Tests of searching the areas of a day side by side."""

from __future__ import annotations

from typing import Any

import pytest

import solver.areas_in_parallel
from app.jobs.parcel import pack, unpack
from solver.areas_in_parallel import search_areas
from solver.check import check
from solver.compile import compile_problem
from solver.kernel.annealing import Annealing
from solver.realise import Timer
from solver.sequences import plan_cost
from solver.solve import solve
from solver.types import Limits, Progress
from solver.watch import Watch
from tests.solver.days import random_day


@pytest.fixture(autouse=True)
def small_regions(monkeypatch: pytest.MonkeyPatch) -> None:
    """Cut days of this size."""
    monkeypatch.setattr("solver.regions.REGION_LEGS", 25)
    monkeypatch.setattr("solver.regions.CUT_FROM_LEGS", 25)


def test_the_number_of_processes_does_not_matter() -> None:
    """One, two and three processes make the same plan from the same iterations, polish included."""
    problem = random_day(60, 14, island=True)
    plans = [solve(problem, Limits(iterations=8_000, processes=processes)) for processes in (1, 2, 3)]
    assert plans[0].runs == plans[1].runs == plans[2].runs
    assert plans[0].search is not None
    assert plans[0].search.areas > 1


def test_what_is_told_is_legal_at_every_moment(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each plan that is told on the way passes the checker, and none costs more than the one before."""
    monkeypatch.setattr("solver.watch.STREAM_S", 0.0)
    monkeypatch.setattr("solver.watch.STREAM_SHARE", 1e9)
    monkeypatch.setattr("solver.area_search.SAY_S", 0.0)
    problem, seen = random_day(60, 14), list[Progress]()
    solve(problem, Limits(iterations=4_000, processes=2), progress=seen.append, engine="kernel")
    plans = [moment.plan for moment in seen if moment.plan is not None]
    assert len(plans) > 5
    assert not any(check(problem, plan) for plan in plans)
    assert [moment.cost for moment in seen] == sorted((moment.cost for moment in seen), reverse=True)
    assert [moment.seconds for moment in seen] == sorted(moment.seconds for moment in seen)


def test_another_round_mends_the_boundary(monkeypatch: pytest.MonkeyPatch) -> None:
    """Regions cut anew find a better plan than regions that are searched to their end along one cut alone."""
    problem = random_day(60, 14, seed=3)
    compiled = compile_problem(problem)
    start, costs = Annealing(compiled, 1).sequences, []
    for rounds in (1, 4):
        monkeypatch.setattr(solver.areas_in_parallel, "ROUNDS", rounds)
        found = search_areas(Timer(problem, compiled), start, Watch(Limits(iterations=20_000)), polished=False)
        costs.append(plan_cost(compiled, found))
    assert costs[1] < costs[0]


@pytest.mark.parametrize(("most_legs", "polished"), [(400, True), (20, False)])
def test_only_small_days_are_polished(monkeypatch: pytest.MonkeyPatch, most_legs: int, *, polished: bool) -> None:
    """A day of more legs than the routing model is given leaves all its iterations to the compiled search."""
    monkeypatch.setattr("solver.areas_in_parallel.POLISHED_LEGS", most_legs)
    seen = list[Progress]()
    plan = solve(random_day(30, 8), Limits(iterations=4_000), progress=seen.append)
    assert any(moment.phase == "polish" for moment in seen) == polished
    assert plan.search is not None
    assert plan.search.iterations == (3_800 if polished else 4_000)


def test_forked_searches_stop_when_asked() -> None:
    """A search of an hour in two processes that is cancelled ends at once, with a legal plan."""
    problem, seen = random_day(60, 14), list[Progress]()
    plan = solve(
        problem,
        Limits(seconds=3600, processes=2),
        progress=seen.append,
        cancelled=lambda: len(seen) > 3,
        engine="kernel",
    )
    assert check(problem, plan) == ()
    assert plan.search is not None
    assert plan.search.wall_s < 60


class Posted:
    """A crew that does each task as if it had come by post: nothing but what was packed is there."""

    def __init__(self, width: int) -> None:
        self.width = width
        self.heard: list[Progress] = []

    def run(self, function: Any, tasks: Any, *, hear: Any, stopped: Any) -> list[Any]:
        """Do the tasks in the wrong order."""
        found: dict[int, Any] = {}
        for number, task in reversed(list(enumerate(tasks))):

            def say(progress: Progress, number: int = number) -> None:
                self.heard.append(progress)
                hear(number, progress)

            result = function(**unpack(pack(task)), progress=say, cancelled=stopped)
            found[number] = unpack(pack(result))
        return [found[number] for number in sorted(found)]


@pytest.mark.parametrize("bundle", [0.0, 0.5])
def test_a_crew_makes_the_same_plan(monkeypatch: pytest.MonkeyPatch, bundle: float) -> None:
    """Areas searched elsewhere, alone or in bundles, in another order, give the plan that this process makes."""
    monkeypatch.setattr("solver.areas_in_parallel.BUNDLE", bundle)
    monkeypatch.setattr("solver.area_search.SAY_S", 0.0)
    problem, seen, crew = random_day(60, 14, island=True), list[Progress](), Posted(2)
    limits = Limits(iterations=8_000)
    here, there = solve(problem, limits), solve(problem, limits, crew=crew, progress=seen.append)
    assert there.runs == here.runs
    assert there.search is not None
    assert here.search is not None
    assert (there.search.iterations, there.search.cost) == (here.search.iterations, here.search.cost)
    assert len(crew.heard) > 8
    costs = [moment.cost for moment in seen if moment.phase == "search"]
    assert costs == sorted(costs, reverse=True)


def test_a_crew_keeps_to_the_seconds() -> None:
    """The areas of one process share its seconds."""
    problem = random_day(60, 14, island=True)
    plan = solve(problem, Limits(seconds=2.0), crew=Posted(1), engine="kernel")
    assert plan.search is not None
    assert 1.0 < plan.search.wall_s < 20
    assert check(problem, plan) == ()
