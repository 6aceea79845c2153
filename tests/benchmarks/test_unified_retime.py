"""Tests of exact times of fixed orders in the unified format."""

from __future__ import annotations

from typing import TYPE_CHECKING

from benchmarks.unified import LUNCH, Stop, judge, read_instance
from benchmarks.unified_retime import retime
from tests.benchmarks.unified_day import GOOD, GOOD_COST, RETIMED_COST, write_day

if TYPE_CHECKING:
    from pathlib import Path


def test_waits_that_cost_nothing_to_avoid_are_avoided(tmp_path: Path) -> None:
    """The order stays, nothing is broken, and the second caregiver leaves ten minutes later."""
    instance = read_instance(write_day(tmp_path))
    timed = retime(instance, GOOD)
    judged = judge(instance, timed)
    assert (judged.faults, judged.cost) == ((), RETIMED_COST)
    assert RETIMED_COST < GOOD_COST
    assert {carer: [stop[:2] for stop in stops] for carer, stops in timed.items()} == {
        carer: [stop[:2] for stop in stops] for carer, stops in GOOD.items()
    }


def test_a_dear_wait_makes_people_late(tmp_path: Path) -> None:
    """At twenty a minute the second caregiver does not wait for the second window of the patient."""
    instance = read_instance(write_day(tmp_path, total_waiting_time=20))
    judged = judge(instance, retime(instance, GOOD))
    assert judged.faults == ()
    assert judged.components["total_tardiness"] > 0
    assert judged.components["total_waiting_time"] < 20


def test_times_that_no_order_allows_are_left_as_they_are(tmp_path: Path) -> None:
    """Where lateness is forbidden and cannot be avoided, nothing is changed."""
    instance = read_instance(write_day(tmp_path, total_tardiness="HARD"))
    late = GOOD | {"c1": [Stop("p5", LUNCH, 70, 100), Stop("p5", "s2", 100, 120), Stop("p4", "s1", 125, 135)]}
    assert retime(instance, late) == late
