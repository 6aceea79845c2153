"""Tests of the evaluation of HHCRSP solutions: by hand, and against every published solution at hand."""

from __future__ import annotations

import csv
import json
import os
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from benchmarks.caregivers import Call, earliest, judge, read_instance, read_solution, write_solution
from benchmarks.hhcrsp import UNITS, calls_of, instances, to_problem
from solver.check import check
from solver.score import score
from solver.solve import solve
from solver.types import Limits

if TYPE_CHECKING:
    from benchmarks.caregivers import Instance

SHARED = Path(os.environ.get("ROTA_SHARED", Path(__file__).resolve().parents[3] / "shared")) / "benchmarks"
SETS = ("hhcrsp-mankowska", "hhcrsp-kummer", "hhcrsp-italian")
ONE_MINUTE_EARLY = 1.01
"""Eleven published Italian solutions start a visit a minute before its window, by rounding it down."""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Write an instance of two patients five minutes apart; the second needs two services ten minutes apart."""
    raw = {
        "patients": [
            {"id": "p1", "time_window": [0, 10], "required_caregivers": [{"service": "s1", "duration": 10}]},
            {
                "id": "p2",
                "time_window": [0, 20],
                "required_caregivers": [{"service": "s1", "duration": 10}, {"service": "s2", "duration": 5}],
                "synchronization": {"type": "sequential", "distance": [10, 15]},
            },
        ],
        "caregivers": [{"id": "c1", "abilities": ["s1"]}, {"id": "c2", "abilities": ["s1", "s2"]}],
        "distances": [[0, 5, 9], [5, 0, 5], [9, 5, 0]],
    }
    (tmp_path / "instances").mkdir()
    path = tmp_path / "instances" / "tiny.json"
    path.write_text(json.dumps(raw), encoding="utf-8")
    return path


def good(instance: Instance) -> dict[str, list[Call]]:
    """Give a solution of the tiny instance."""
    return earliest(instance, {"c1": [("p1", "s1"), ("p2", "s1")], "c2": [("p2", "s2")]})


def test_a_solution_costs_what_it_does_by_hand(path: Path) -> None:
    """Distance 19 + 18; the second service waits until 30, ten minutes late, which is also the most."""
    judged = judge(read_instance(path), good(read_instance(path)))
    assert judged.faults == ()
    assert (judged.distance, judged.tardiness, judged.largest) == (37.0, 10.0, 10.0)
    assert judged.cost == pytest.approx(19.0)


@pytest.mark.parametrize(
    ("routes", "fault"),
    [
        ({"c1": [("p1", "s1", 4), ("p2", "s1", 20)], "c2": [("p2", "s2", 30)]}, "cannot be at p1"),
        ({"c1": [("p1", "s1", 5)], "c2": [("p2", "s1", 9), ("p2", "s2", 19)]}, "gives both services"),
        ({"c1": [("p1", "s1", 5), ("p2", "s1", 20)], "c2": [("p2", "s2", 36)]}, "start 16.000 apart"),
        ({"c1": [("p2", "s2", 30)], "c2": [("p1", "s1", 5), ("p2", "s1", 20)]}, "cannot give s2"),
        ({"c1": [("p1", "s1", 5), ("p2", "s1", 20)], "c2": []}, "is given s2 0 times"),
    ],
)
def test_every_fault_is_found(path: Path, routes: dict[str, list[tuple[str, str, float]]], fault: str) -> None:
    """A solution that breaks one rule is told so."""
    calls = {carer: [Call(*call) for call in given] for carer, given in routes.items()}
    assert any(fault in found for found in judge(read_instance(path), calls).faults)


def test_a_caregiver_may_not_come_before_the_window(path: Path, tmp_path: Path) -> None:
    """The start of a window is hard."""
    raw = json.loads(path.read_text(encoding="utf-8"))
    raw["patients"][0]["time_window"] = [30, 40]
    late = tmp_path / "late.json"
    late.write_text(json.dumps(raw), encoding="utf-8")
    assert any("before 30" in fault for fault in judge(read_instance(late), {"c1": [Call("p1", "s1", 10)]}).faults)


def test_what_is_written_can_be_read(path: Path, tmp_path: Path) -> None:
    """A solution in the sets' own format comes back as it was."""
    instance = read_instance(path)
    write_solution(tmp_path / "tiny.sol.json", instance, good(instance))
    assert read_solution(tmp_path / "tiny.sol.json") == good(instance)


def test_our_plan_is_the_best_and_scores_three_times_the_objective(path: Path) -> None:
    """The day made of an instance is valid, solved to the optimum, and legal by both checkers."""
    instance, problem = read_instance(path), to_problem(path)
    plan = solve(problem, Limits(iterations=50))
    judged = judge(instance, calls_of(instance, plan))
    assert (check(problem, plan), judged.faults) == ((), ())
    assert judged.cost == pytest.approx(37 / 3)
    assert score(problem, plan).total == pytest.approx(3 * UNITS * judged.cost)


@pytest.mark.parametrize("name", SETS)
def test_published_solutions_cost_what_is_listed(name: str) -> None:
    """Every published solution keeps every rule and costs its listed value, where its route file is at hand."""
    if not (SHARED / name).is_dir():
        pytest.skip(f"{SHARED / name} is not there")
    for path in instances([SHARED / name]):
        instance = read_instance(path)
        judged = judge(
            instance, read_solution(SHARED / name / "solutions" / f"{path.stem}.sol.json"), early=ONE_MINUTE_EARLY
        )
        assert judged.faults == (), path.stem
        assert judged.cost == pytest.approx(_listed(path), abs=0.01), path.stem


def _listed(path: Path) -> float:
    """Look up what a published solution is said to cost; the best known may be better and without a file."""
    with (path.parent.parent / "bks.csv").open(encoding="utf-8") as lines:
        row = next(row for row in csv.DictReader(lines) if row["instance"] == path.name)
    return float(row.get("verified_cost") or row["bks"])
