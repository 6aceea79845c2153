"""Tests of searching in child processes."""

from __future__ import annotations

import os
import time
from collections.abc import Callable

import pytest

from solver.check import check
from solver.errors import InvalidProblem, SolveCancelled, SolverError
from solver.solve import solve
from solver.types import Limits, Progress
from solver.worker import run_many, solve_in_child
from tests.builders import a_plan, a_problem, a_visit
from tests.solver.days import random_day
from tests.solver.what_is_loaded import modules

Report = Callable[[Progress], None]
Question = Callable[[], bool]

SHORT = Limits(iterations=300)


def crash(*, progress: Report, cancelled: Question) -> None:
    """Die as native code does, without a word."""
    os._exit(7)


def deaf(*, progress: Report, cancelled: Question) -> None:
    """Search for ever and never ask whether to stop."""
    progress(Progress(phase="search", done=0.0, cost=0.0, unallocated=0))
    time.sleep(600)


def deaf_with_a_plan(**task: object) -> None:
    """Tell a plan, then search for ever and never ask whether to stop."""
    progress = task["progress"]
    assert callable(progress)
    progress(Progress(phase="search", done=0.0, cost=0.0, unallocated=0, plan=a_plan()))
    time.sleep(600)


def greedy(*, progress: Report, cancelled: Question) -> None:
    """Take more memory than anybody has."""
    bytearray(2**31)


def test_a_child_gives_the_plan_that_the_parent_would() -> None:
    """The same problem, limits and seed give the same plan there and here, and progress arrives."""
    problem, seen = random_day(30, 6), []
    plan = solve_in_child(problem, SHORT, progress=seen.append)
    assert plan.runs == solve(problem, SHORT).runs
    assert seen[-1].done == 1.0


def test_many_are_solved_in_order_whatever_the_number_of_processes() -> None:
    """Two at a time or one: the results are the same, in the order of the tasks."""
    tasks = [{"problem": random_day(20, 5, seed), "limits": SHORT} for seed in (1, 2)]
    two, one = run_many(solve, tasks, processes=2), run_many(solve, tasks, processes=1)
    assert [plan.runs for plan in two] == [plan.runs for plan in one]
    assert all(check(task["problem"], plan) == () for task, plan in zip(tasks, two, strict=True))


def test_errors_of_the_child_are_raised_here_whole() -> None:
    """An invalid problem comes back with its faults."""
    with pytest.raises(InvalidProblem) as caught:
        solve_in_child(a_problem([a_visit(duration_s=0)]), SHORT)
    assert caught.value.faults


def test_a_crash_is_an_error_and_not_a_wait() -> None:
    """A child that dies is told with its exit code."""
    with pytest.raises(SolverError, match="exit code 7"):
        run_many(crash, [{}])


def test_cancelling_a_child_gives_its_best_plan() -> None:
    """A search of an hour that is cancelled once it reports gives the plan it has."""
    problem, seen = random_day(30, 6), []
    began = time.monotonic()
    plan = solve_in_child(problem, Limits(seconds=3600), progress=seen.append, cancelled=lambda: bool(seen))
    assert time.monotonic() - began < 60
    assert check(problem, plan) == ()


def test_a_cancelled_batch_has_no_result() -> None:
    """Half a batch is none: it raises, though the children had plans."""
    seen: list[Progress] = []
    tasks = [{"problem": random_day(30, 6), "limits": Limits(seconds=3600)}]
    with pytest.raises(SolveCancelled):
        run_many(solve, tasks, progress=seen.append, cancelled=lambda: bool(seen))


def test_a_deaf_child_is_killed(monkeypatch: pytest.MonkeyPatch) -> None:
    """A child that does not stop when asked is killed after the grace."""
    monkeypatch.setattr("solver.worker.GRACE_S", 0.2)
    seen: list[Progress] = []
    began = time.monotonic()
    with pytest.raises(SolveCancelled):
        run_many(deaf, [{}], progress=seen.append, cancelled=lambda: bool(seen))
    assert time.monotonic() - began < 30


def test_time_is_up_for_a_child_too(monkeypatch: pytest.MonkeyPatch) -> None:
    """A search that runs past its time and does not stop is killed, and that is an error."""
    monkeypatch.setattr("solver.worker.GRACE_S", 0.2)
    monkeypatch.setattr("solver.solve.solve", deaf_solve)
    with pytest.raises(SolverError, match="killed"):
        solve_in_child(a_problem(), SHORT, kill_after_s=0.2)


def deaf_solve(**_: object) -> None:
    """Stand in for a search that never ends."""
    time.sleep(600)


def test_a_child_loads_nothing_of_the_application() -> None:
    """Neither the application nor geography is in a child, and its memory is set up for OR-Tools."""
    (loaded, top_pad), *_ = run_many(modules, [{}])
    assert "app" not in loaded
    assert "geo" not in loaded
    assert top_pad == "268435456"


def test_a_child_that_is_killed_leaves_its_last_plan(monkeypatch: pytest.MonkeyPatch) -> None:
    """Cancelling takes no more than a second, though the child does not listen: the plan it told is the answer."""
    monkeypatch.setattr("solver.solve.solve", deaf_with_a_plan)
    asked: list[float] = []
    seen: list[Progress] = []

    def cancelled() -> bool:
        if seen:
            asked.append(time.monotonic())
        return bool(seen)

    assert solve_in_child(a_problem(), SHORT, progress=seen.append, cancelled=cancelled) == a_plan()
    assert time.monotonic() - asked[0] < 3


def test_a_child_has_no_more_memory_than_it_may(monkeypatch: pytest.MonkeyPatch) -> None:
    """A search that needs more than the setting allows is an error that names the setting."""
    monkeypatch.setenv("ROTA_MAX_SEARCH_MB", "1024")
    with pytest.raises(SolverError, match="1024 MB of ROTA_MAX_SEARCH_MB"):
        run_many(greedy, [{}])


def test_a_child_of_two_processes_gives_the_plan_of_one() -> None:
    """A child forks its own processes, and its plans arrive while it searches."""
    problem, seen = random_day(30, 6), list[Progress]()
    plan = solve_in_child(problem, Limits(iterations=300, processes=2), progress=seen.append)
    assert plan.runs == solve(problem, SHORT).runs
    assert any(moment.plan and not check(problem, moment.plan) for moment in seen)
