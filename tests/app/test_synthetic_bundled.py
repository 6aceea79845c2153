"""The two bundled sizes on the bundled roads: the figures that the product's own demonstration stands on."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, fields
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from app.reports.metrics import Setting, plan_metrics
from app.services.networks import bundled_network
from app.services.recorded_plan import recorded_plan
from app.services.translate import to_problem
from app.services.travel import area_travel
from app.synthetic.area import generate
from app.synthetic.bundled import bundled_geography
from app.synthetic.parameters import (
    COUNTY,
    OBAN_LORN,
    AreaSize,
    Demand,
    HomeRules,
    Market,
    RotaHabits,
    Workforce,
)
from geo.network import read_network
from solver.check import check
from tests.app.synthetic_ground import DAY

if TYPE_CHECKING:
    from app.dataset import Dataset
    from app.reports.metrics import PlanMetrics
    from app.synthetic.area import Geography


@dataclass(frozen=True, kw_only=True)
class Recorded:
    """A generated area with its recorded plan, measured and checked as the product does it."""

    dataset: Dataset
    figures: PlanMetrics


@pytest.fixture(scope="module")
def geography(tmp_path_factory: pytest.TempPathFactory) -> Geography:
    """Draw and read the bundled roads once."""
    return bundled_geography(read_network(bundled_network(tmp_path_factory.mktemp("roads"))))


def record(geography: Geography, size: AreaSize, tmp_path_factory: pytest.TempPathFactory) -> Recorded:
    """Generate an area and measure its recorded plan."""
    cache = tmp_path_factory.mktemp("travel")
    dataset = generate(geography, size, seed=2026, day=DAY, cache=cache)
    serves = {row.client_id: row.provider_id for row in dataset.allocation}
    problem = to_problem(
        dataset,
        area_travel(dataset, geography.graph, cache=cache),
        providers_of={client: frozenset({provider}) for client, provider in serves.items()},
    )
    plan = recorded_plan(problem, dataset.recorded)
    setting = Setting(
        provider_of=serves,
        choice_locked=frozenset(),
        area_of={client.client_id: client.locality for client in dataset.clients},
    )
    figures = plan_metrics(problem, plan, setting, breaches=len(check(problem, plan)))
    return Recorded(dataset=dataset, figures=figures)


@pytest.fixture(scope="module")
def oban(geography: Geography, tmp_path_factory: pytest.TempPathFactory) -> Recorded:
    """Make the demo's smaller area."""
    return record(geography, OBAN_LORN, tmp_path_factory)


@pytest.fixture(scope="module")
def county(geography: Geography, tmp_path_factory: pytest.TempPathFactory) -> Recorded:
    """Make the whole county."""
    return record(geography, COUNTY, tmp_path_factory)


@pytest.mark.parametrize("name", ["oban", pytest.param("county", marks=pytest.mark.slow)])
def test_the_recorded_rota_travels_as_rural_rotas_do(name: str, request: pytest.FixtureRequest) -> None:
    """Travel is 18 to 26 % of working time, as in rural Norway; the checker finds no breach; few visits are left."""
    recorded: Recorded = request.getfixturevalue(name)
    assert 0.18 <= recorded.figures.travel_share <= 0.26
    assert recorded.figures.breaches == 0
    assert recorded.figures.visits_placed / recorded.figures.visits >= 0.92


def test_oban_and_lorn_has_its_islands_and_the_published_figures(oban: Recorded) -> None:
    """258 clients, 1,000 visits and 480 hours, about a quarter of the people on islands, in 110 to 155 shifts."""
    assert len(oban.dataset.clients) == 258
    assert sum(visit.duration_minutes for visit in oban.dataset.visits) / 60 == pytest.approx(3361.5 / 7, rel=0.01)
    assert len(oban.dataset.visits) == 1000
    assert 110 <= len(oban.dataset.shifts) <= 155
    assert {place.locality for place in oban.dataset.places} == set(OBAN_LORN.localities)
    assert sum(client.lon < -5.72 for client in oban.dataset.clients) / 258 == pytest.approx(0.20, abs=0.06)


@pytest.mark.slow
def test_the_county_has_its_localities_providers_and_carers(county: Recorded) -> None:
    """1,100 clients in four localities in proportion to people, sixteen providers, about 400 carers."""
    clients = Counter(client.locality for client in county.dataset.clients)
    assert len(clients) == 4
    assert sum(clients.values()) == 1100
    assert clients["Helensburgh and Lomond"] / 1100 == pytest.approx(0.29, abs=0.03)
    assert len(county.dataset.visits) == 3000
    assert len(county.dataset.providers) == 16
    assert 360 <= len(county.dataset.carers) <= 460


@pytest.mark.parametrize("group", [Demand, HomeRules, Market, Workforce, RotaHabits])
def test_the_page_names_every_parameter(group: type) -> None:
    """The explanation of the area leaves no figure unmentioned."""
    page = (Path(__file__).resolve().parents[2] / "docs" / "explanation" / "synthetic-area.md").read_text("utf-8")
    assert [field.name for field in fields(group) if f"`{field.name}`" not in page] == []
