"""The comparison of an area: fair groups and budgets, A as it was recorded, and no plan that nobody checked."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from app.cli.demo import staying_in
from app.errors import NothingToPlan
from app.reports.comparison import comparison_json
from app.services import compare as compare_module
from app.services.choice_lock import is_choice_locked
from app.services.compare import CURVE_PCT, Comparison, compare, setting_of
from app.services.movable import LOCKED, NO_RECORD
from app.services.requests import CompareRequest
from solver.check import check
from solver.errors import PlanRejected, SolveCancelled
from tests.app.areas import ITERATIONS, in_this_process, tiny_area, tiny_comparison

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from solver.comparison import Case, Step

    Tasks = Sequence[Mapping[str, Any]]


class Asked:
    """Stands in for `run_many`, passes the call on, and keeps the tasks."""

    def __init__(self, spoil: Callable[[dict[str, Step]], dict[str, Step]] = dict) -> None:
        self.tasks: list[Mapping[str, Any]] = []
        self.spoil = spoil

    def __call__(self, function: Callable[..., Any], tasks: Tasks, **_: Any) -> list[Any]:
        """Search in this process."""
        self.tasks += tasks
        return [self.spoil(steps) for steps in in_this_process(function, tasks)]


def compared(patch: pytest.MonkeyPatch, asked: Asked, **fields: Any) -> Comparison:
    """Compare the tiny area's plans in a short search."""
    patch.setattr(compare_module, "run_many", asked)
    return compare(tiny_area(), CompareRequest(**{"seeds": 1, "iterations": 60, "swap_iterations": 0, **fields}))


def case_of(patch: pytest.MonkeyPatch, **fields: Any) -> Case:
    """Give the case that the solver is asked about."""
    asked = Asked()
    compared(patch, asked, **fields)
    case: Case = asked.tasks[0]["case"]
    return case


def test_every_plan_passed_the_checker() -> None:
    """B, C and D break no rule of their own problem, and the figures say so."""
    for letter, found in tiny_comparison().plans.items():
        assert len(check(found.problem, found.plan)) == found.metrics.breaches
        assert found.metrics.breaches == 0 or letter == "A"


def test_a_is_the_rota_as_it_was_recorded() -> None:
    """Plan A holds the recorded calls and starts, whoever searches for what."""
    recorded = {(row.shift_id, row.visit_id, row.start) for row in tiny_area().dataset.recorded}
    runs = tiny_comparison().plans["A"].plan.runs
    assert {(run.shift, stop.visit, stop.start_s) for run in runs for stop in run.stops} == recorded


def test_a_broken_rota_is_measured_all_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    """Plan A may break rules: they are counted, not put right, and stop nothing."""
    area = tiny_area()
    first, *others = area.dataset.recorded
    early = replace(area.dataset, recorded=(replace(first, start=first.start - 3 * 3600), *others))
    monkeypatch.setattr(compare_module, "run_many", in_this_process)
    found = compare(replace(area, dataset=early), CompareRequest(seeds=1, iterations=6))
    assert found.plans["A"].metrics.breaches > 0
    assert found.plans["B"].metrics.breaches == 0


@pytest.mark.parametrize("letter", ["B", "C", "D"])
def test_an_illegal_plan_is_rejected(monkeypatch: pytest.MonkeyPatch, letter: str) -> None:
    """A breach in B, C or D is a bug of ours: there is no comparison then."""

    def too_early(steps: dict[str, Step]) -> dict[str, Step]:
        first, *others = steps[letter].plan.runs
        stop = replace(first.stops[0], start_s=0)
        broken = replace(steps[letter].plan, runs=(replace(first, stops=(stop, *first.stops[1:])), *others))
        return {**steps, letter: replace(steps[letter], plan=broken)}

    with pytest.raises(PlanRejected):
        compared(monkeypatch, Asked(too_early))


def test_groups_are_priorities_on_landmasses(monkeypatch: pytest.MonkeyPatch) -> None:
    """No plan may trade a red visit on the isle for green ones on the mainland: each is a group of its own."""
    groups = set(case_of(monkeypatch).group_of.values())
    assert {group.split(" on ")[0] for group in groups} <= {"red", "amber", "green"}
    assert {group.split(" on ")[1] for group in groups} == {"Mainland", "Isle"}


@pytest.mark.parametrize(("pct", "people"), [(0.0, 0), (4.9, 0), (10.0, 2), (100.0, 20)])
def test_the_budget_counts_whole_people(monkeypatch: pytest.MonkeyPatch, pct: float, people: int) -> None:
    """Ten per cent of twenty people are two, and a part of a person is nobody."""
    served = len({visit.client_id for visit in tiny_area().dataset.visits})
    assert case_of(monkeypatch, move_budget_pct=pct).move_budget == int(served * pct / 100) <= people


def test_floors_are_those_of_the_data_set(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each provider's own share."""
    assert case_of(monkeypatch).floor_pct == {row.provider_id: 60 for row in tiny_area().dataset.providers}


def test_whoever_stays_has_one_provider_and_is_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    """In the case that C and D are searched for nobody else may serve them; the figures say how many, and why."""
    dataset = tiny_area().dataset
    today = {row.client_id: row.provider_id for row in dataset.allocation}
    visited = {visit.client_id for visit in dataset.visits}
    locked = {row.client_id for row in dataset.clients if is_choice_locked(row)}
    silent = sorted(visited - locked)[:2]
    asked = Asked()
    monkeypatch.setattr(compare_module, "run_many", asked)
    request = CompareRequest(seeds=1, iterations=6, swap_iterations=0)
    found = compare(tiny_area(), request, stay=dict.fromkeys(silent, NO_RECORD))
    legal = asked.tasks[0]["case"].legal
    assert {client for client, names in legal.items() if names == {today[client]}} >= {*silent, *locked}
    assert found.staying == {LOCKED: len(locked & visited), NO_RECORD: 2}
    shown = comparison_json(found, dataset, attribution="")
    assert shown["people_staying_by_reason"] == found.staying
    assert f"2 {NO_RECORD}" in staying_in(shown)
    assert "--if-willing" in staying_in(shown)


def test_each_seed_is_searched_alike_and_for_the_curve(monkeypatch: pytest.MonkeyPatch) -> None:
    """All seeds have the same iterations and the budgets of the curve, each budget once."""
    asked = Asked()
    found = compared(monkeypatch, asked, seed=5, seeds=3, iterations=6, curve=True)
    assert [(task["seed"], task["iterations"]) for task in asked.tasks] == [(5, 6), (6, 6), (7, 6)]
    budgets, *others = (task["budgets"] for task in asked.tasks)
    assert others == [budgets, budgets]
    assert len(set(budgets)) == len(budgets)
    assert tuple(found.curve) == CURVE_PCT
    assert list(found.by_seed) == [5, 6, 7]


def test_children_and_this_process_make_the_same_plans() -> None:
    """Where a search runs does not change what it finds."""
    there = compare(tiny_area(), CompareRequest(seed=3, seeds=1, iterations=ITERATIONS, move_budget_pct=20.0))
    for letter in "BCD":
        assert there.plans[letter].plan.runs == tiny_comparison().plans[letter].plan.runs


def test_the_setting_is_todays() -> None:
    """Figures are measured against today's providers, the locks of the law and the area's small areas."""
    area = tiny_area()
    setting = setting_of(area)
    assert setting.provider_of == {row.client_id: row.provider_id for row in area.dataset.allocation}
    locked = {row.client_id for row in area.dataset.clients if row.sds_option in {1, 2} or row.choice_locked}
    assert setting.choice_locked == locked
    assert locked


def test_nothing_to_plan_is_said() -> None:
    """A day without visits is refused before any search."""
    area = tiny_area()
    with pytest.raises(NothingToPlan):
        compare(replace(area, dataset=replace(area.dataset, visits=())), CompareRequest())


def test_a_cancelled_comparison_gives_nothing() -> None:
    """Asked to stop, it raises instead of showing half a comparison."""
    with pytest.raises(SolveCancelled):
        compare(tiny_area(), CompareRequest(seeds=1, iterations=10**7, processes=1), cancelled=lambda: True)
