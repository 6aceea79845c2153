"""Tests of the unified format as days of ours: what the product plans is legal there, and the adapter finishes it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from benchmarks.uhhc import finish, instances, main, rows_of, to_problem
from benchmarks.unified import judge, read_instance, read_solution
from solver.check import check
from solver.solve import solve
from solver.types import Limits
from solver.validate import faults
from tests.benchmarks.unified_day import RETIMED_COST, write_day

if TYPE_CHECKING:
    from pathlib import Path

    import pytest


def test_an_instance_becomes_a_day_of_ours(tmp_path: Path) -> None:
    """Every service is a visit, both of a patient are tied, and windows, wishes and lunches are there."""
    problem = to_problem(write_day(tmp_path))
    assert faults(problem) == ()
    assert [visit.id for visit in problem.visits] == [
        "p1 s1", "p2 s1", "p3 s1", "p3 s2", "p4 s1", "p4 s2", "p5 s2",
    ]  # fmt: skip
    assert [(tie.least_s, tie.most_s, tie.same_carer) for tie in problem.sequences] == [
        (0, 0, False),
        (900, 1800, False),
    ]
    assert problem.visits[0].barred_carers == {"c1"}
    assert problem.visits[1].preferred_carers == {"c2"}
    assert [len(shift.breaks) for shift in problem.shifts] == [1, 0, 0]


def test_the_product_plans_it_and_the_adapter_finishes_it(tmp_path: Path) -> None:
    """Our plan serves everybody, breaks no rule of either checker, and gets no dearer by what follows."""
    path = write_day(tmp_path)
    instance, problem = read_instance(path), to_problem(path)
    plan = solve(problem, Limits(iterations=100))
    assert (check(problem, plan), plan.unallocated) == ((), ())
    assert sorted(node for nodes, _ in rows_of(instance, plan) for node in nodes) == list(range(7))
    timed, found = (judge(instance, finish(instance, plan, seconds=s, seed=1).routes) for s in (0.0, 0.3))
    assert (timed.faults, found.faults) == ((), ())
    assert found.cost <= timed.cost
    assert found.cost < RETIMED_COST


def test_hard_wishes_bar_everybody_else(tmp_path: Path) -> None:
    """A patient who wants one caregiver gets no other where the set has no price for it."""
    problem = to_problem(write_day(tmp_path, caregiver_preferences=None))
    assert problem.visits[1].barred_carers == {"c1", "c3"}


def test_the_command_prints_a_line_and_writes_the_solution(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The line has the cost of the solution that is written; without a table there is no best known."""
    path = write_day(tmp_path)
    main(["--budget", "1", "--out", str(tmp_path / "out"), str(tmp_path)])
    row = json.loads(capsys.readouterr().out)
    written = read_solution(tmp_path / "out" / "validation" / "tiny.sol.json")
    assert row["cost"] == judge(read_instance(path), written).cost
    assert (row["size"], row["engine"], row["feasible"], row["gap_pct"]) == ("5/3", "ours", True, None)
    assert instances([tmp_path]) == [path]
