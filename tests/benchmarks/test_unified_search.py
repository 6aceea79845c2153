"""Tests of the adapter's search: its prices are those of the judge, and its changes can be taken back."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from benchmarks.unified import judge, read_instance
from benchmarks.unified_day import HARD_PRICE, read_day
from benchmarks.unified_plan import cost_of, new_plan, routes_of
from benchmarks.unified_retime import retime
from benchmarks.unified_search import improve
from tests.benchmarks.unified_day import GOOD_COST, RETIMED_COST, write_day

if TYPE_CHECKING:
    from pathlib import Path

    from benchmarks.unified_day import Rows

GOOD_ROWS: Rows = [([4, 2, 6], 2), ([0, 1], 0), ([5, 3], 0)]
EMPTY: Rows = [([], 0)] * 3


def test_a_plan_is_timed_and_priced_as_the_judge_does(tmp_path: Path) -> None:
    """The orders of the good solution, but the second caregiver does not wait 55 minutes and is 25 minutes late."""
    instance = read_instance(write_day(tmp_path))
    day = read_day(instance)
    plan = improve(day, GOOD_ROWS, seconds=0, seed=1)
    assert cost_of(day, plan, 0) == GOOD_COST - 55 * 2 + 25 * (2 + 3)
    judged = judge(instance, routes_of(instance, day, plan))
    assert (judged.faults, judged.cost) == ((), cost_of(day, plan, 0))


@pytest.mark.parametrize("late", [2, "HARD"])
def test_every_plan_found_costs_what_the_judge_says(tmp_path: Path, late: float | str) -> None:
    """Where everybody leaves when the shift opens, the earliest starts are the best, and no rule is broken."""
    instance = read_instance(write_day(tmp_path, "bazirha", total_tardiness=late, workload_balance=3))
    day = read_day(instance)
    for seed in range(5):
        plan = improve(day, EMPTY, seconds=0.05, seed=seed)
        judged = judge(instance, routes_of(instance, day, plan))
        assert judged.faults == ()
        assert judged.cost == pytest.approx(cost_of(day, plan, 0))


def test_the_best_plan_of_the_small_day_is_found_from_nothing(tmp_path: Path) -> None:
    """From nobody working, every seed comes to the same cost, which the exact times have too."""
    instance = read_instance(write_day(tmp_path))
    day = read_day(instance)
    found = set()
    for seed in range(4):
        judged = judge(
            instance, retime(instance, routes_of(instance, day, improve(day, EMPTY, seconds=0.3, seed=seed)))
        )
        assert judged.faults == ()
        found.add(judged.cost)
    assert len(found) == 1
    assert found.pop() < RETIMED_COST


def test_what_is_forbidden_is_counted_apart(tmp_path: Path) -> None:
    """The wait of fifteen minutes is broken, and has the price of the search instead of its own."""
    day = read_day(read_instance(write_day(tmp_path, total_waiting_time="HARD")))
    plan = improve(day, GOOD_ROWS, seconds=0, seed=1)
    assert cost_of(day, plan, 1) == 15
    assert cost_of(day, plan, 0) == GOOD_COST - 55 * 2 + 25 * (2 + 3) + 15 * (HARD_PRICE - 2)


def test_orders_that_wait_for_one_another_are_not_loaded(tmp_path: Path) -> None:
    """Two caregivers at the two homes in opposite order: the search begins with nobody working instead."""
    day = read_day(read_instance(write_day(tmp_path)))
    crossed: Rows = [([4, 2], 0), ([], 0), ([3, 5], 0)]
    plan = improve(day, crossed, seconds=0, seed=1)
    assert np.array_equal(plan.stops["run"], new_plan(day).stops["run"])
