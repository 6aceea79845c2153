"""Tests of `benchmarks.vrptw`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from benchmarks.solomon import judge, read_instance
from benchmarks.vrptw import instances, routes_of, to_problem
from solver.check import check
from solver.score import score
from solver.solve import solve
from solver.types import Limits
from solver.validate import faults
from tests.benchmarks.test_solomon import SMALL

if TYPE_CHECKING:
    from pathlib import Path


def test_a_plan_costs_what_its_routes_cost(tmp_path: Path) -> None:
    """Our score, our checker and the independent evaluation agree on a plan of ours."""
    path = tmp_path / "small.txt"
    path.write_text(SMALL, encoding="utf-8")
    problem = to_problem(path)
    assert faults(problem) == ()
    plan = solve(problem, Limits(iterations=200), engine="kernel")
    judged = judge(read_instance(path), routes_of(plan))
    assert judged.faults == ()
    assert check(problem, plan) == ()
    assert score(problem, plan).total == round(10 * judged.distance)


def test_capacity_is_kept(tmp_path: Path) -> None:
    """Vehicles too small for two customers serve one each, and leave the third out."""
    path = tmp_path / "small.txt"
    path.write_text(SMALL.replace("         30", "         20", 1), encoding="utf-8")
    plan = solve(to_problem(path), Limits(iterations=200), engine="kernel")
    assert len(routes_of(plan)) == 2
    assert len(plan.unallocated) == 1


def test_a_folder_stands_for_its_instances(tmp_path: Path) -> None:
    """The folder of a set, its folder of instances and one file are all understood."""
    (tmp_path / "set" / "instances").mkdir(parents=True)
    first, second = (tmp_path / "set" / "instances" / name for name in ("a.txt", "b.txt"))
    first.write_text(SMALL, encoding="utf-8")
    second.write_text(SMALL, encoding="utf-8")
    assert instances([tmp_path / "set"]) == [first, second]
    assert instances([first.parent, second]) == [first, second, second]
