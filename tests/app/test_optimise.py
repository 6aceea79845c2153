"""Plan one day: under today's contracts or shared, checked before anybody sees it, the same for the same seed."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from app.errors import NothingToPlan
from app.services import optimise as optimise_module
from app.services.optimise import Optimised, optimise, provider_floors
from app.services.requests import OptimiseRequest
from app.services.translate import legal_providers
from solver.check import check
from solver.errors import PlanRejected
from solver.score import score
from tests.app.areas import in_this_process, tiny_area

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from solver.types import DayPlan


@pytest.fixture(autouse=True)
def no_children(monkeypatch: pytest.MonkeyPatch) -> None:
    """Search in this process."""
    monkeypatch.setattr(optimise_module, "run_many", in_this_process)


def planned(**fields: Any) -> Optimised:
    """Plan the tiny area's day."""
    return optimise(tiny_area(), OptimiseRequest(**{"iterations": 150, "seed": 2, **fields}))


def providers_sent(found: Optimised) -> dict[str, set[str]]:
    """Collect the providers who come to each client."""
    problem = found.result.problem
    provider = {shift.id: shift.provider for shift in problem.shifts}
    client = {visit.id: visit.client for visit in problem.visits}
    sent: dict[str, set[str]] = {}
    for run in found.result.plan.runs:
        for stop in run.stops:
            sent.setdefault(client[stop.visit], set()).add(provider[run.shift])
    return sent


def test_under_contract_everybody_keeps_todays_provider() -> None:
    """Plan B sends nobody else's carers."""
    found = planned()
    today = {row.client_id: row.provider_id for row in tiny_area().dataset.allocation}
    assert found.letter == "B"
    assert all(names == {today[client]} for client, names in providers_sent(found).items())
    assert found.result.metrics.people_changing_provider == 0


def test_shared_keeps_to_what_is_legal() -> None:
    """Plan D sends legal providers only, and moves nobody who is choice-locked."""
    found = planned(shared=True)
    legal = legal_providers(tiny_area().dataset)
    assert found.letter == "D"
    assert all(names <= legal[client] for client, names in providers_sent(found).items())
    assert found.result.metrics.choice_locked_moved == 0


def test_a_shared_plan_holds_every_provider_at_its_floor() -> None:
    """A floor is `floor_pct` of the contact time of today's clients, where a second carer counts again."""
    dataset = tiny_area().dataset
    problem = planned(shared=True).result.problem
    assert problem.provider_hours == provider_floors(dataset)
    today = {row.client_id: row.provider_id for row in dataset.allocation}
    for row, band in zip(dataset.providers, problem.provider_hours, strict=True):
        minutes = sum(
            visit.duration_minutes * visit.carers_needed
            for visit in dataset.visits
            if today[visit.client_id] == row.provider_id
        )
        assert (band.provider, band.floor_s) == (row.provider_id, minutes * 60 * row.floor_pct // 100)
    assert any(band.floor_s > 0 for band in problem.provider_hours)
    assert planned().result.problem.provider_hours == ()


def test_taking_a_providers_visits_away_breaks_its_floor() -> None:
    """A plan in which one provider makes none of its visits pays for every second that it lacks."""
    found = planned(shared=True).result
    band = max(found.problem.provider_hours, key=lambda row: row.floor_s)
    provider = {shift.id: shift.provider for shift in found.problem.shifts}
    kept = tuple(run for run in found.plan.runs if provider[run.shift] != band.provider)
    alone = replace(found.problem, provider_hours=(band,))
    terms = score(alone, replace(found.plan, runs=kept)).terms
    assert terms["provider_hours"] == band.floor_s * found.problem.weights.provider_hours > 0
    assert score(alone, found.plan).terms["provider_hours"] == 0


@pytest.mark.parametrize("engine", ["mixed", "kernel", "ortools"])
def test_every_engine_gives_a_legal_plan(engine: str) -> None:
    """Whichever search, the checker finds nothing, and every visit is placed or has a reason."""
    found = planned(engine=engine).result
    assert check(found.problem, found.plan) == ()
    assert found.metrics.visits_placed + sum(found.metrics.unallocated.values()) == found.metrics.visits


def test_the_same_seed_gives_the_same_plan() -> None:
    """Bounded by iterations, a plan can be made again."""
    assert planned().result.plan.runs == planned().result.plan.runs


def test_figures_come_as_json() -> None:
    """The letter, the figures and how the plan was found."""
    shown = planned().as_json()
    assert shown["plans"]["B"]["breaches"] == 0
    assert shown["plans"]["B"]["cost"] > 0
    assert shown["search"]["engine"] == "mixed"


@pytest.mark.parametrize("gone", ["visits", "shifts"])
def test_nothing_to_plan_is_said(gone: str) -> None:
    """A day without visits or shifts is refused before any search."""
    area = tiny_area()
    with pytest.raises(NothingToPlan, match="no visits or no shifts"):
        optimise(replace(area, dataset=replace(area.dataset, **{gone: ()})), OptimiseRequest(iterations=10))


def test_an_illegal_plan_is_rejected(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody trusts the search: a plan whose visit begins too early never leaves the use case."""

    def too_early(*call: Any, **options: Any) -> Sequence[DayPlan]:
        (plan,) = in_this_process(*call, **options)
        first, *others = plan.runs
        stop = replace(first.stops[0], start_s=0)
        return [replace(plan, runs=(replace(first, stops=(stop, *first.stops[1:])), *others))]

    monkeypatch.setattr(optimise_module, "run_many", too_early)
    with pytest.raises(PlanRejected) as caught:
        planned()
    assert caught.value.breaches
