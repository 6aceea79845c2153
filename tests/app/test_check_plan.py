"""Checking anybody's plan: a legal one has no breach, a changed one shows it, and what is no plan is refused."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from app.db.engine import make_engine
from app.errors import AreaNotFound, PlanUnreadable
from app.services.check_plan import check_plan
from solver.plain import to_plain
from tests.app.areas import tiny_comparison
from tests.app.commands import tiny_home, url_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from sqlalchemy import Engine

    from solver.types import Breach, DayPlan


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """Make a data folder with the imported tiny area."""
    return tiny_home(tmp_path / "var")


@pytest.fixture
def engine(home: Path) -> Iterator[Engine]:
    """Open its database."""
    opened = make_engine(url_of(home))
    yield opened
    opened.dispose()


def checked(engine: Engine, home: Path, plan: DayPlan, area: str = "tiny") -> tuple[Breach, ...]:
    """Write a plan as a file and check it."""
    file = home / "plan.json"
    file.write_text(json.dumps(to_plain(plan)), encoding="utf-8")
    return check_plan(engine, home, area, file)


@pytest.mark.parametrize("letter", ["A", "B", "C", "D"])
def test_each_plan_of_the_comparison_is_legal(engine: Engine, home: Path, letter: str) -> None:
    """Read back from a file, against the area as stored and the legal choices of everybody."""
    assert checked(engine, home, tiny_comparison().plans[letter].plan) == ()


def test_a_choice_lock_cannot_be_planned_away(engine: Engine, home: Path) -> None:
    """With the runs dealt out to other carers, some locked client is served by another provider, and it shows."""
    found = tiny_comparison().plans["B"]
    swapped = {one.shift: other.shift for one, other in zip(found.plan.runs, found.plan.runs[::-1], strict=True)}
    plan = replace(found.plan, runs=tuple(replace(run, shift=swapped[run.shift]) for run in found.plan.runs))
    assert "provider" in {breach.rule for breach in checked(engine, home, plan)}


def test_a_plan_is_checked_against_its_own_day(engine: Engine, home: Path) -> None:
    """On a day on which nothing is due, every run of the plan is of a shift that is not there."""
    plan = replace(tiny_comparison().plans["B"].plan, day="2026-11-18")
    assert {breach.shift for breach in checked(engine, home, plan)} >= {run.shift for run in plan.runs}


@pytest.mark.parametrize("text", ["", "{", "[]", "{}", '{"day": 1}', "null", "\x00"])
def test_what_is_no_plan_is_refused(engine: Engine, home: Path, text: str) -> None:
    """Not JSON, or not a plan: an error that names the file."""
    file = home / "plan.json"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(PlanUnreadable, match=r"plan\.json"):
        check_plan(engine, home, "tiny", file)


def test_bytes_that_are_no_text_and_absent_files_are_refused(engine: Engine, home: Path) -> None:
    """Neither is a traceback."""
    file = home / "plan.json"
    with pytest.raises(PlanUnreadable):
        check_plan(engine, home, "tiny", file)
    file.write_bytes(b"\xff\xfe\x81")
    with pytest.raises(PlanUnreadable):
        check_plan(engine, home, "tiny", file)


def test_an_unknown_area_is_told(engine: Engine, home: Path) -> None:
    """A plan is of some area."""
    with pytest.raises(AreaNotFound):
        checked(engine, home, tiny_comparison().plans["B"].plan, area="nowhere")
