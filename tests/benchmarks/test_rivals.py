"""Tests of `benchmarks.rivals` and `benchmarks.contest`."""

from __future__ import annotations

import json
from dataclasses import replace
from functools import partial

import pytest

from benchmarks.contest import line, rows_of, take_part
from benchmarks.days import Wish
from benchmarks.homecare import build
from benchmarks.rivals import RIVALS, NotExpressible

SMALL = Wish(visits=25, carers=6, seed=5)
LIBRARY = {"pyvrp": "pyvrp", "vroom": "vroom"}


def test_our_row_says_what_the_plan_is_worth() -> None:
    """Cost, travel and unserved visits of a row belong together, and the plan is legal."""
    result = take_part(partial(build, SMALL, "countryside"), "ours without polish", 0.2, 1)
    row = json.loads(line("tiny", "25/6", "ours", result, gap_pct=1.5))
    assert row["feasible"]
    assert row["cost"] == row["travel"] + 100_000 * row["unserved"]
    assert row["gap_pct"] == 1.5
    assert row["cpu_s"] >= 0.2
    assert 0 < row["first_plan_s"] <= row["cpu_s"] + 0.1


@pytest.mark.parametrize("rival", list(RIVALS))
def test_a_rival_plans_legally(rival: str) -> None:
    """A rival's runs pass our checker: it was told the same day."""
    pytest.importorskip(LIBRARY[rival])
    result = take_part(partial(build, SMALL, "countryside"), rival, 0.5, 1)
    assert result.breaches == ()
    assert result.unserved < 15


@pytest.mark.parametrize("rival", list(RIVALS))
def test_a_rival_is_not_asked_what_it_cannot_state(rival: str) -> None:
    """Double-handed visits are refused, not dropped."""
    with pytest.raises(NotExpressible, match="double-handed"):
        RIVALS[rival](build(replace(SMALL, pairs=True), "countryside"), 0.1, 1)


def test_rows_follow_what_is_asked() -> None:
    """OR-Tools alone is both a rival and an ablation, and is measured once."""
    assert rows_of(rivals=False, ablate=False) == ["ours"]
    assert rows_of(rivals=True, ablate=True) == ["ours", "ours without polish", "ortools", "pyvrp", "vroom"]
