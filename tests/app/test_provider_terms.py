"""Providers' terms: the dearest floor counts, what cannot be met gives way by the least, and short runs are listed."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from app.errors import TermsUnreadable
from app.services.provider_terms import ProviderTerms, limits, read_terms, short_runs
from app.services.swap_ledger import package_seconds
from app.services.translate import legal_providers, to_problem
from tests.app.areas import tiny_area, tiny_comparison
from tests.app.test_compare import case_of

HOUR = 3600


@pytest.mark.parametrize(
    ("terms", "hours"),
    [
        ({}, 80),
        ({"viable_hours": 95}, 95),
        ({"viable_hours": 20}, 80),
        ({"keep_pct": 90}, 90),
        ({"most_loss_hours": 5}, 95),
        ({"most_loss_hours": 5, "viable_hours": 120}, 120),
    ],
)
def test_the_dearest_floor_counts(terms: dict[str, float], hours: float) -> None:
    """Of a hundred hours with a floor of 80 per cent in the data set."""
    assert ProviderTerms(**terms).floor_s(100 * HOUR, 80) == hours * HOUR


@pytest.mark.parametrize(
    "asked",
    [{"P99": {}}, {"P01": {"hours": 3}}, {"P01": {"viable_hours": -1}}, {"P01": {"keep_pct": "much"}}],
)
def test_terms_with_faults_are_refused(asked: dict[str, dict[str, Any]]) -> None:
    """Unknown providers and terms, and what is no number from 0 on."""
    with pytest.raises(TermsUnreadable):
        read_terms(asked, tiny_area().dataset.providers)


def found_limits(budget: int, **terms: dict[str, float]) -> Any:
    """State the limits of the tiny area under some terms."""
    dataset = tiny_area().dataset
    today = {row.client_id: frozenset({row.provider_id}) for row in dataset.allocation}
    problem = to_problem(dataset, tiny_area().travel, providers_of=today)
    read = read_terms(terms, dataset.providers)
    return limits(problem, legal_providers(dataset), dataset.providers, read, budget=budget)


def held_hours(provider: str) -> float:
    """Give a provider's hours of today."""
    hours_s = package_seconds(tiny_comparison().plans["B"].problem)
    held = {row.client_id for row in tiny_area().dataset.allocation if row.provider_id == provider}
    return sum(seconds for client, seconds in hours_s.items() if client in held) / HOUR


def test_terms_that_today_meets_relax_nothing() -> None:
    """Nobody needs to move, so nothing gives way, and the shares are those asked for."""
    found = found_limits(0, P02={"keep_pct": 90})
    assert found.relaxed == ()
    assert found.floor_pct["P02"] == 90
    assert found.floor_pct["P03"] == 60


def test_a_floor_that_moves_can_meet_relaxes_nothing() -> None:
    """With people who may move, a provider a little short of viable can be helped."""
    wanted = held_hours("P03") + 0.25
    assert found_limits(20, P03={"viable_hours": wanted}).relaxed == ()
    assert len(found_limits(0, P03={"viable_hours": wanted}).relaxed) == 1


def test_what_cannot_be_met_gives_way_by_the_least() -> None:
    """Two providers that together need more hours than there are: the shortfall is the difference, and said."""
    both = held_hours("P02") + held_hours("P03")
    found = found_limits(20, P02={"viable_hours": both, "most_hours": 99}, P03={"viable_hours": both, "most_hours": 99})
    seconds = sum(int(line.split(" by ")[1].split(" ")[0]) for line in found.relaxed)
    assert (both - held_hours("P01")) * HOUR <= seconds <= both * HOUR
    assert all(line.startswith("floor of") for line in found.relaxed)


def test_the_search_keeps_to_the_terms(monkeypatch: pytest.MonkeyPatch) -> None:
    """Floors and ceilings reach the allocation; more than all of today's hours is not insisted on."""
    case = case_of(monkeypatch, terms={"P02": {"viable_hours": 10_000}, "P03": {"most_hours": held_hours("P03")}})
    assert case.floor_pct["P02"] == 100
    assert case.ceiling_pct["P03"] == 100


def test_short_runs_are_listed_by_provider_and_zone() -> None:
    """A run with less contact than its provider staffs counts in the zone where most of it is."""
    area, plan = tiny_area(), tiny_comparison().plans["C"]
    zone_of = area.small_areas.area_of
    terms = {"P02": ProviderTerms(least_run_minutes=10_000)}
    found = short_runs(plan.problem, plan.plan, zone_of, terms)
    provider = {shift.id: shift.provider for shift in plan.problem.shifts}
    assert {row["provider"] for row in found} == {"P02"}
    assert sum(row["runs"] for row in found) == sum(provider[run.shift] == "P02" for run in plan.plan.runs)
    assert {row["zone"] for row in found} <= set(zone_of.values())
    none = {"P02": replace(terms["P02"], least_run_minutes=0)}
    assert short_runs(plan.problem, plan.plan, zone_of, none) == []
