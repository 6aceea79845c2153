"""Tests of cutting a large part of a day into regions."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from solver.check import check
from solver.compile import Compiled, compile_problem
from solver.kernel.annealing import Annealing
from solver.realise import realise, unfinished
from solver.regions import positions, regions
from solver.sequences import Sequences, plan_cost
from solver.split import cut, join, part_of, split
from solver.types import DayProblem, ProviderHours
from tests.solver.days import random_day


@pytest.fixture(autouse=True)
def small_regions(monkeypatch: pytest.MonkeyPatch) -> None:
    """Cut days of this size."""
    monkeypatch.setattr("solver.regions.REGION_LEGS", 25)
    monkeypatch.setattr("solver.regions.CUT_FROM_LEGS", 25)


def a_day(*hours: ProviderHours) -> tuple[DayProblem, Compiled, Sequences]:
    """Make a day with pairs, and a plan for it."""
    problem = replace(random_day(60, 14), provider_hours=hours)
    compiled = compile_problem(problem)
    return problem, compiled, Annealing(compiled, 1).sequences


def test_regions_share_nothing_and_leave_out_no_run() -> None:
    """Each shift with a run, and each leg served, is in exactly one region, and no region is empty."""
    _, compiled, plan = a_day()
    (part,) = split(compiled)
    found = regions(compiled, part, plan, 0)
    assert len(found) > 1
    legs, shifts = (np.concatenate([getattr(each, name) for each in found]) for name in ("legs", "shifts"))
    assert len(legs) == len(set(legs.tolist()))
    assert len(shifts) == len(set(shifts.tolist()))
    served = {node for nodes in plan.nodes for node in nodes if node < len(compiled.place)}
    assert served <= set(legs.tolist())


def test_rounds_are_cut_along_other_lines() -> None:
    """The next round cuts elsewhere, so that a boundary lies inside a region the next time."""
    _, compiled, plan = a_day()
    (part,) = split(compiled)
    cuts = [{tuple(each.shifts.tolist()) for each in regions(compiled, part, plan, number)} for number in range(3)]
    assert cuts[0] != cuts[1] != cuts[2]


@pytest.mark.parametrize("round_number", [0, 1, 2])
def test_whatever_regions_do_the_plan_stays_legal_and_no_dearer(round_number: int) -> None:
    """Searched one by one and put together, with pairs across boundaries and bounded hours, no rule is broken."""
    hours = ProviderHours(provider="p0", floor_s=40_000, ceiling_s=60_000)
    problem, compiled, plan = a_day(hours)
    (part,) = split(compiled)
    searched = []
    for number, region in enumerate(regions(compiled, part, plan, round_number)):
        search = Annealing(part_of(compiled, region), number, cut(plan, compiled, region))
        search.advance(2_000, (0.5, 1.0))
        searched.append((region, search.sequences))
    joined = join(compiled, searched)
    assert check(problem, unfinished(problem, realise(problem, compiled, joined))) == ()
    assert plan_cost(compiled, joined) < plan_cost(compiled, plan)


def test_a_part_of_few_long_runs_is_not_cut(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each of two regions would have half of the runs: enough, or one too few; or runs are short."""
    _, compiled, plan = a_day()
    (part,) = split(compiled)
    runs = sum(map(bool, plan.nodes))
    average, half = len(part.legs) // runs, runs // 2
    for long_run, least, count in ((average, half, 2), (average, half + 1, 1), (average + 1, half + 1, 4)):
        monkeypatch.setattr("solver.regions.LONG_RUN", long_run)
        monkeypatch.setattr("solver.regions.LEAST_RUNS", least)
        assert len(regions(compiled, part, plan, 0)) == count


def test_places_are_laid_out_as_far_as_they_are_apart() -> None:
    """Distances on the drawn map follow the prices of travel."""
    _, compiled, _ = a_day()
    at = positions(compiled)
    drawn = np.sqrt(((at[:, None] - at[None]) ** 2).sum(-1)).ravel()
    assert np.corrcoef(drawn, compiled.arc_cost.min(axis=0).ravel())[0, 1] > 0.9
