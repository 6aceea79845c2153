"""What a stored plan costs: by provider and zone, carer by carer against the minimum wage, and who pays for more."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from app.services.cost_model import PARTS, added, cost_lines, costs_by, wage_headroom
from app.services.cost_rates import in_force, rates_on, read_rates
from app.services.translate import legal_providers, to_problem
from app.services.who_pays import burdens

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from app.services.cost_model import CostLine, Costs
    from app.services.cost_rates import DatedRate, Rates
    from app.services.open_area import OpenArea
    from solver.types import DayPlan, DayProblem


@dataclass(frozen=True, slots=True, kw_only=True)
class CostsAsked:
    """Which rates to use: a partnership's own file besides the bundled ones, and a benchmark of pay to compare with."""

    own_rates: Path | None = None
    pay_gbp_h: float | None = None


def plan_costs(area: OpenArea, plan: DayPlan, zone_of: Mapping[str, str], asked: CostsAsked) -> dict[str, Any]:
    """Price a plan. `zone_of` names each client's zone. Raises RatesUnreadable."""
    problem = to_problem(area.dataset, area.travel, providers_of=legal_providers(area.dataset))
    dated = read_rates(asked.own_rates)
    rates, lines = priced(area, problem, plan, dated)
    total = added(lines)
    minimum = next(iter(rates.values())).minimum_price_gbp_h
    by_provider = costs_by(lines, lambda line: line.provider)
    by_zone = costs_by(lines, lambda line: zone_of[line.client])
    by_both = costs_by(lines, lambda line: (line.provider, zone_of[line.client]))
    served: defaultdict[tuple[str, str], set[str]] = defaultdict(set)
    for line in lines:
        served[line.provider, zone_of[line.client]].add(line.client)
        served["", zone_of[line.client]].add(line.client)
    headroom = wage_headroom(lines, rates)
    found: dict[str, Any] = {
        "day": area.dataset.day.isoformat(),
        "total": _shown(total),
        "minimum_price_gbp_h": minimum,
        "providers": {provider: _shown(costs) for provider, costs in sorted(by_provider.items())},
        "zones": [
            {"provider": provider, "zone": zone, "people": len(served[provider, zone]), **_shown(costs)}
            for (provider, zone), costs in sorted(by_both.items())
        ],
        "by_zone": {
            zone: {"people": len(served["", zone]), **_shown(costs)} for zone, costs in sorted(by_zone.items())
        },
        "wage_headroom_gbp_h": {carer: round(pounds, 2) for carer, pounds in sorted(headroom.items())},
        "carers_below_minimum_wage": sum(pounds < 0 for pounds in headroom.values()),
        "rates": [asdict(rate) for rate in in_force(dated, area.dataset.day)],
    }
    if asked.pay_gbp_h is not None:
        changed = priced(area, problem, plan, dated, pay_gbp_h=asked.pay_gbp_h)[1]
        found["who_pays"] = {"pay_gbp_h": asked.pay_gbp_h, "providers": _burdens(lines, changed, minimum)}
    return found


def priced(
    area: OpenArea,
    problem: DayProblem,
    plan: DayPlan,
    dated: Sequence[DatedRate],
    *,
    pay_gbp_h: float | None = None,
) -> tuple[dict[str, Rates], list[CostLine]]:
    """Give each provider's rates on the area's day, and the plan's cost lines at them. Raises RatesUnreadable."""
    providers = [row.provider_id for row in area.dataset.providers]
    rates = rates_on(dated, area.dataset.day, providers, pay_gbp_h=pay_gbp_h)
    return rates, cost_lines(problem, plan, rates, {boat.id: boat for boat in area.travel.departures})


def _burdens(before: Sequence[CostLine], after: Sequence[CostLine], minimum: float) -> list[dict[str, Any]]:
    return [
        {
            "provider": burden.provider,
            "contact_hours": round(burden.contact_h, 2),
            "per_contact_hour": round(burden.cost, 2),
            "changed": round(burden.changed, 2),
            "rise": round(burden.rise, 2),
            "left_by_one_price": round(burden.left_by_one_price, 2),
            "left_by_minimum_price": round(burden.left_by_minimum_price, 2),
        }
        for burden in burdens(before, after, minimum_price=minimum)
    ]


def _shown(costs: Costs) -> dict[str, Any]:
    """Round for people to read."""
    unit = costs.per_contact_h
    return {
        "contact_hours": round(costs.contact_h, 2),
        "travel_hours": round(costs.travel_h, 2),
        "waiting_hours": round(costs.waiting_h, 2),
        "miles": round(costs.miles, 1),
        "gbp": round(costs.total, 2),
        "per_contact_hour": None if unit is None else round(unit, 2),
        "parts": {name: round(getattr(costs, name), 2) for name in PARTS},
        "fares_unknown": costs.fares_unknown,
    }
