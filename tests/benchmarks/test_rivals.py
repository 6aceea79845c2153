"""Tests of `benchmarks.rivals` and `benchmarks.contest`."""

from __future__ import annotations

import json
from dataclasses import replace
from functools import partial
from importlib import import_module

import pytest

from benchmarks.contest import WITHOUT, less, line, parts_at, rows_of, take_part
from benchmarks.days import Wish
from benchmarks.homecare import build, parts_of
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


def test_the_routing_model_is_loaded_before_the_clock_starts(monkeypatch: pytest.MonkeyPatch) -> None:
    """The polish would else spend its share, and more, on loading libraries; what is timed comes last."""
    asked: list[tuple[object, bool]] = []
    monkeypatch.setattr(
        "benchmarks.contest.solve", lambda _, limits, **more: asked.append((more.get("engine"), limits.seconds is None))
    )
    with pytest.raises(AttributeError):  # there is no plan
        take_part(partial(build, SMALL, "countryside"), "ours", 0.2, 1)
    assert asked == [(None, True), ("ortools", True), ("mixed", False)]


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
    assert rows_of(rivals=False) == ["ours"]
    assert rows_of(rivals=False, without=parts_at(300)) == ["ours", "ours without polish", "ortools"]
    assert rows_of(rivals=False, without=parts_at(500)) == ["ours", "ortools"]
    assert rows_of(rivals=True, without=["polish"]) == ["ours", "ours without polish", "ortools", "pyvrp", "vroom"]


def test_parts_follow_the_legs_of_a_day() -> None:
    """Few enough visits for the polish may have too many legs for it."""
    wish = Wish(visits=390, carers=2, seed=5)
    assert len(build(wish, "countryside").visits) > 400
    assert parts_of(build(replace(wish, visits=300), "countryside")) == ("polish",)
    assert parts_of(build(replace(wish, pairs=True), "countryside")) == ()


@pytest.mark.parametrize("part", list(WITHOUT))
def test_a_part_is_taken_away_for_its_row_only(part: str) -> None:
    """What stands for the part is something else while its row plans, and itself again afterwards."""
    module, _, name = WITHOUT[part][0].rpartition(".")
    before = getattr(import_module(module), name)
    with less(f"ours without {part}"):
        assert getattr(import_module(module), name) is not before
    assert getattr(import_module(module), name) is before
    with less("ours"):
        assert getattr(import_module(module), name) is before
