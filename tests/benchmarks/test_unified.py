"""Tests of the evaluation of solutions of the unified format: by hand, and against every published one at hand."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from benchmarks.unified import LUNCH, Judged, Stop, best_known, judge, read_instance, read_solution, write_solution
from tests.benchmarks.unified_day import GOOD, GOOD_COST, write_day

SHARED = Path(os.environ.get("ROTA_SHARED", Path(__file__).resolve().parents[3] / "shared")) / "benchmarks" / "uhhc"


def price(folder: Path, **changed: list[Stop]) -> Judged:
    """Judge the good solution of the small day with other stops for some caregivers."""
    return judge(read_instance(write_day(folder)), GOOD | changed)


def test_a_solution_costs_what_it_does_by_hand(tmp_path: Path) -> None:
    """Travel 120, waits of 15 and 55, and the second caregiver idle for 5 + 55 + 35 minutes; nobody late."""
    judged = price(tmp_path)
    assert judged.faults == ()
    assert {name: amount for name, amount in judged.components.items() if amount} == {
        "travel_time": 120,
        "total_waiting_time": 70,
        "max_idle_time": 95,
        "workload_balance": 27 + 19 + 9,
    }
    assert judged.cost == GOOD_COST


def test_lateness_is_held_against_the_last_window_that_opened(tmp_path: Path) -> None:
    """At 35 the second window has not opened, and the first closed at 10."""
    judged = price(tmp_path, c2=[Stop("p1", "s1", 10, 30), Stop("p2", "s1", 35, 50)])
    assert (judged.components["total_tardiness"], judged.components["highest_tardiness"]) == (25, 25)


def test_the_wait_after_a_lunch_that_opens_the_day_is_idle_but_not_waiting(tmp_path: Path) -> None:
    """The first leaves at 65 and waits from 120 to 135; only the waits of the second count, 15 and 25 minutes."""
    judged = price(
        tmp_path,
        c1=[Stop("p5", LUNCH, 90, 120), Stop("p5", "s2", 135, 155)],
        c2=[Stop("p4", "s1", 20, 30), Stop("p3", "s1", 50, 60), Stop("p2", "s1", 90, 105)],
    )
    assert judged.components["total_waiting_time"] == 15 + 25
    assert judged.components["max_idle_time"] == 65 + 15


@pytest.mark.parametrize(
    ("changed", "fault"),
    [
        ({"c2": [Stop("p2", "s1", 90, 105)]}, "p1 is left out"),
        ({"c2": [Stop("p1", "s1", 8, 28), Stop("p2", "s1", 90, 105)]}, "before its window"),
        ({"c2": [Stop("p1", "s1", 10, 30), Stop("p2", "s1", 32, 47)]}, "cannot be at p2"),
        ({"c2": [Stop("p1", "s1", 10, 25), Stop("p2", "s1", 90, 105)]}, "takes 15"),
        ({"c3": [Stop("p4", "s2", 34, 44), Stop("p3", "s2", 50, 65)]}, "start 14 apart"),
        ({"c3": [Stop("p4", "s2", 35, 45), Stop("p3", "s2", 51, 66)]}, "start 1 apart"),
        ({"c3": [Stop("p4", "s2", 35, 45)]}, "p3 is not served once each"),
        ({"c3": [Stop("p4", "s2", 25, 35), Stop("p3", "s2", 50, 65)]}, "leaves at 5"),
        ({"c3": [*GOOD["c3"], Stop("p5", "s1", 100, 120)]}, "cannot give s1"),
        ({"c1": [Stop("p1", "s1", 10, 30)]}, "does not go with p1"),
        ({"c1": [*GOOD["c1"][:2], Stop("p5", LUNCH, 70, 99), GOOD["c1"][3]]}, "short lunch"),
        ({"c1": [Stop("p4", LUNCH, 20, 50)]}, "has lunch at 20"),
    ],
)
def test_every_fault_is_found(tmp_path: Path, changed: dict[str, list[Stop]], fault: str) -> None:
    """A solution that breaks one rule is told so."""
    assert any(fault in found for found in price(tmp_path, **changed).faults)


def test_a_hard_component_must_be_nothing(tmp_path: Path) -> None:
    """Waiting is a fault where the set forbids it, and what has no price may not happen to people."""
    hard = read_instance(write_day(tmp_path, total_waiting_time="HARD", optional_patients=None))
    assert judge(hard, GOOD).faults == ("total_waiting_time is 70.0",)
    without = judge(hard, GOOD | {"c1": GOOD["c1"][:3]})
    assert "optional_patients is 1.0" in without.faults


def test_what_is_written_can_be_read(tmp_path: Path) -> None:
    """A solution in the set's own format comes back as it was."""
    write_solution(tmp_path / "some" / "tiny.sol.json", GOOD)
    assert read_solution(tmp_path / "some" / "tiny.sol.json") == GOOD


def test_published_solutions_cost_what_is_listed() -> None:
    """Every published solution keeps every rule and costs its listed value."""
    if not SHARED.is_dir():
        pytest.skip(f"{SHARED} is not there")
    for path in sorted((SHARED / "instances").rglob("*.json")):
        published = read_solution(SHARED / "solutions" / path.parent.name / f"{path.stem}.sol.json")
        judged = judge(read_instance(path), published)
        assert (judged.faults, judged.cost) == ((), float(best_known(path)["bks"])), path
