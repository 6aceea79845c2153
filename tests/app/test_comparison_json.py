"""The comparison as JSON: every figure that was promised, means that a hand can check, and nothing about a person."""

from __future__ import annotations

import json
import re
from dataclasses import fields, replace
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from app.reports.comparison import comparison_json
from app.reports.metrics import PlanMetrics
from solver.types import Run
from tests.app.areas import tiny_comparison, tiny_dataset

PROMISED = {
    "visits_placed",
    "unallocated",
    "contact_hours",
    "travel_hours",
    "waiting_hours",
    "paid_hours",
    "time_off_hours",
    "miles",
    "travel_share",
    "providers_per_occupied_area",
    "people_changing_provider",
    "people_changing_provider_pct",
    "choice_locked_moved",
    "breaches",
}
METRICS = Path(__file__).parents[2] / "docs" / "reference" / "metrics.md"


@cache
def found() -> dict[str, Any]:
    """Flatten the tiny area's comparison and take it through JSON, as any reader gets it."""
    made = comparison_json(tiny_comparison(), tiny_dataset(), attribution="nobody")
    read: dict[str, Any] = json.loads(json.dumps(made))
    assert read == made
    return read


def test_what_was_promised_is_there() -> None:
    """Area, seed, seconds and the four plans, each with all the figures of the contract."""
    assert {"area", "seed", "seconds", "plans"} <= found().keys()
    assert (found()["area"], found()["seed"]) == ("tiny", 3)
    assert list(found()["plans"]) == ["A", "B", "C", "D"]
    for letter, plan in found()["plans"].items():
        assert plan.keys() >= PROMISED, letter


def test_nobody_is_moved_against_choice_and_no_rule_is_broken() -> None:
    """B, C and D have no breach, and no plan moves anybody who is choice-locked."""
    plans = found()["plans"]
    assert all(plans[letter]["breaches"] == 0 for letter in "BCD")
    assert all(plan["choice_locked_moved"] == 0 for plan in plans.values())
    assert plans["B"]["people_changing_provider"] == 0


def test_visits_are_placed_or_have_a_reason() -> None:
    """No visit is lost between the plans: placed and unallocated add up to all."""
    for plan in found()["plans"].values():
        assert plan["visits_placed"] + sum(plan["unallocated"].values()) == plan["visits"] == 50


def test_each_plan_places_what_the_one_before_places_and_costs_no_more() -> None:
    """The promise of the comparison holds in what is shown."""
    plans = found()["plans"]
    placed = [plans[letter]["visits_placed"] for letter in "BCD"]
    costs = [plans[letter]["cost"] for letter in "BCD"]
    assert placed == sorted(placed)
    assert costs == sorted(costs, reverse=True)


def test_c_keeps_to_the_budget_of_people() -> None:
    """Twenty per cent of the people at most move in C, and none at nought of the curve."""
    assert found()["plans"]["C"]["people_changing_provider_pct"] <= found()["move_budget_pct"] == 20.0
    assert [point["move_pct"] for point in found()["curve"]] == [0, 5, 10, 20, 30, 100]
    assert found()["curve"][0]["people_changing_provider"] == 0
    assert all(point["people_changing_provider"] <= 20 * point["move_pct"] / 100 for point in found()["curve"])


def test_means_and_steps_are_what_a_hand_makes_them() -> None:
    """The headline averages the seeds, and steps are means of the changes seed by seed, in percent."""
    by_seed = found()["by_seed"]
    assert list(by_seed) == ["3", "4"]
    for letter in "BCD":
        values = [by_seed[seed][letter]["travel_hours"] for seed in by_seed]
        shown = found()["headline"]["plans"][letter]["travel_hours"]
        assert shown["mean"] == pytest.approx(sum(values) / 2, abs=0.006)
        assert (shown["least"], shown["greatest"]) == (min(values), max(values))
    changes = [
        100 * (plans["C"]["travel_min_per_visit"] / plans["B"]["travel_min_per_visit"] - 1)
        for plans in by_seed.values()
    ]
    step = found()["headline"]["steps"]["B to C"]["travel_per_visit_pct"]
    assert step["mean"] == pytest.approx(sum(changes) / 2, abs=0.06)
    assert (step["least"], step["greatest"]) == (round(min(changes), 1), round(max(changes), 1))


def test_the_plans_shown_are_those_of_the_first_seed() -> None:
    """A plan is one that exists, not an average."""
    for letter in "BCD":
        shown = found()["plans"][letter]
        assert {name: shown[name] for name in found()["by_seed"]["3"][letter]} == found()["by_seed"]["3"][letter]


def test_cars_on_boats_are_counted_for_each_plan() -> None:
    """Out on a boat that must be booked, home on one of which nobody knows; nobody crosses in the other plans."""
    dataset = tiny_dataset()
    drives = {carer.carer_id for carer in dataset.carers if carer.mode == "car"}
    shift = next(row.shift_id for row in dataset.shifts if row.carer_id in drives)
    out, back = dataset.sailings
    booked = replace(dataset, sailings=(replace(out, booking=True), back))
    run = Run(
        shift=shift, leave_home_s=0, stops=(), back_home_s=0, home_travel_s=0, home_travel_m=0,
        home_boats=("pier-slip@06:45", "slip-pier@07:15"),
    )  # fmt: skip
    plans = dict(tiny_comparison().plans)
    plans["B"] = replace(plans["B"], plan=replace(plans["B"].plan, runs=(run,)))
    crossed = replace(tiny_comparison(), plans=plans)
    counted = comparison_json(crossed, booked, attribution="nobody")["crossings"]
    assert counted["B"] == {"cars": 2, "to_book": 1, "booking_unknown": 1}
    assert counted["C"] == found()["crossings"]["C"] == {"cars": 0, "to_book": 0, "booking_unknown": 0}


def test_sailings_say_how_sure_they_are() -> None:
    """Published and illustrative rows are counted apart."""
    assert found()["sailings"] == {"published": 0, "illustrative": 2}


def test_no_person_is_in_it() -> None:
    """No id of a client, visit, shift or carer, and no position."""
    text = json.dumps(found())
    dataset = tiny_dataset()
    ids = [row.client_id for row in dataset.clients] + [row.carer_id for row in dataset.carers]
    ids += [row.visit_id for row in dataset.visits] + [row.shift_id for row in dataset.shifts]
    assert [name for name in ids if re.search(rf"\b{re.escape(name)}\b", text)] == []
    assert not re.search(r"56\.[34]\d{3}", text)


def test_every_figure_is_documented() -> None:
    """Each field of the record has one row with definition, unit and source, and no row is without a field."""
    rows = re.findall(r"^\| `(\w+)` \|(.+)\|(.+)\|(.+)\|$", METRICS.read_text(encoding="utf-8"), flags=re.MULTILINE)
    assert [name for name, *_ in rows] == [field.name for field in fields(PlanMetrics)]
    assert all(cell.strip() for row in rows for cell in row)
