"""The comparison as one JSON object: what `rota demo --json` prints, the API returns and the HTML report shows."""

from __future__ import annotations

from dataclasses import asdict
from statistics import mean
from typing import TYPE_CHECKING, Any

from app.dataset import TimesStatus
from app.reports.curve import curve_json
from app.reports.ledger import ledger_json, plan_fields
from app.services.crossings import car_crossings, crossings_to_book
from app.services.share_gain import share_gain
from app.services.timetables import boats_of_day

if TYPE_CHECKING:
    from collections.abc import Mapping

    from app.dataset import Dataset
    from app.reports.metrics import PlanMetrics
    from app.services.compare import Comparison, PlanResult

TITLES = {
    "A": "As recorded",
    "B": "Best within today's contracts",
    "C": "Packages by geography",
    "D": "Visits shared",
}
SPREAD_FIELDS = ("visits_placed", "travel_hours", "travel_min_per_visit", "miles", "people_changing_provider")
STEPS = (("B", "C"), ("C", "D"), ("B", "D"))


def comparison_json(comparison: Comparison, dataset: Dataset, *, attribution: str) -> dict[str, Any]:
    """Flatten a comparison. `headline` holds means over the seeds and each step's change with its spread."""
    told = _told(comparison, dataset)
    return {
        "area": comparison.area,
        "day": comparison.day,
        "seed": comparison.request.seed,
        "seeds": sorted(comparison.by_seed),
        "iterations": comparison.request.iterations,
        "iterations_used": {letter: comparison.plans[letter].iterations for letter in "BCD"},
        "move_budget_pct": comparison.request.move_budget_pct,
        "people_staying": sum(comparison.staying.values()),
        "people_staying_by_reason": dict(comparison.staying),
        "if_willing": comparison.request.if_willing,
        "seconds": comparison.seconds,
        "plans": {
            letter: {
                "title": TITLES[letter],
                **asdict(result.metrics),
                "cost": round(result.cost),
                "cost_terms": {name: round(value) for name, value in result.terms.items()},
                "note": result.note,
                **_pounds(result),
                **(told.get("plan", {}) if letter == "C" else {}),
            }
            for letter, result in comparison.plans.items()
        },
        "headline": _headline(comparison.by_seed),
        "by_seed": {
            str(seed): {letter: _spread_fields(metrics) for letter, metrics in plans.items()}
            for seed, plans in comparison.by_seed.items()
        },
        "curve": [
            {
                "move_pct": pct,
                "taken_from_pct": comparison.taken_from.get(pct),
                **_spread_fields(plan.metrics),
                "note": plan.note,
                **_pounds(plan),
            }
            for pct, plan in sorted(comparison.curve.items())
        ],
        **({"ledger": told["ledger"]} if told else {}),
        "curves": curve_json(comparison),
        "relaxed": list(comparison.limits.relaxed) if comparison.limits else [],
        "short_runs": list(comparison.short_runs),
        "sailings": {
            str(status): sum(row.times_status is status for row in dataset.sailings) for status in TimesStatus
        },
        "crossings": _crossings(comparison, dataset),
        "attribution": attribution,
    }


def _told(comparison: Comparison, dataset: Dataset) -> dict[str, Any]:
    """Tell the step from B to C swap by swap, with its gain shared, and what that adds to C's figures."""
    if comparison.ledger is None:
        return {}
    gain = share_gain(comparison.ledger)
    before = comparison.plans["B"].metrics.hours_by_provider
    floor_pct = {row.provider_id: row.floor_pct for row in dataset.providers}
    floor_pct |= comparison.limits.floor_pct if comparison.limits else {}
    floors = {name: before.get(name, 0.0) * pct / 100 for name, pct in floor_pct.items()}
    held = comparison.plans["C"].metrics.hours_by_provider
    return {
        "ledger": ledger_json(comparison.ledger, gain),
        "plan": plan_fields(comparison.ledger, gain, floors, held),
    }


def _pounds(found: PlanResult) -> dict[str, Any]:
    """Give what a plan costs in pounds, where that is known."""
    costs = found.costs
    if costs is None or costs.per_contact_h is None:
        return {}
    return {
        "gbp": round(costs.total, 2),
        "gbp_per_contact_hour": round(costs.per_contact_h, 2),
        "travelling_gbp": round(costs.travelling, 2),
    }


def _crossings(comparison: Comparison, dataset: Dataset) -> dict[str, dict[str, int]]:
    """Count for each plan the cars on boats, those whose place must be booked, and those of which nobody knows."""
    rows = {port.port_id: row for row, port in enumerate(dataset.ports)}
    sailings = {boat.id: boat for boat in boats_of_day(dataset, dataset.day, rows)}
    drives = {carer.carer_id for carer in dataset.carers if carer.mode == "car"}
    drivers = [shift.shift_id for shift in dataset.shifts if shift.carer_id in drives]
    counted = {}
    for letter, result in comparison.plans.items():
        cars = car_crossings(result.plan.runs, drivers, sailings)
        counted[letter] = {
            "cars": len(cars),
            "to_book": len(crossings_to_book(cars)),
            "booking_unknown": sum(crossing.sailing.booking is None for crossing in cars),
        }
    return counted


def _spread_fields(metrics: PlanMetrics) -> dict[str, float]:
    """Pick the figures whose spread over seeds is reported."""
    return {name: getattr(metrics, name) for name in SPREAD_FIELDS}


def _headline(by_seed: Mapping[int, Mapping[str, PlanMetrics]]) -> dict[str, Any]:
    """Average each plan over the seeds, and state each step with the least and greatest change over the seeds."""
    plans = {
        letter: {
            name: {
                "mean": round(mean(values), 2),
                "least": min(values),
                "greatest": max(values),
            }
            for name in SPREAD_FIELDS
            for values in [[getattr(plans[letter], name) for plans in by_seed.values()]]
        }
        for letter in "BCD"
    }
    steps = {}
    for before, after in STEPS:
        travel = [
            _change_pct(plans[before].travel_min_per_visit, plans[after].travel_min_per_visit)
            for plans in by_seed.values()
        ]
        placed = [plans[after].visits_placed - plans[before].visits_placed for plans in by_seed.values()]
        steps[f"{before} to {after}"] = {
            "travel_per_visit_pct": {
                "mean": round(mean(travel), 1),
                "least": round(min(travel), 1),
                "greatest": round(max(travel), 1),
            },
            "visits_placed": {"mean": round(mean(placed), 1), "least": min(placed), "greatest": max(placed)},
        }
    return {"plans": plans, "steps": steps}


def _change_pct(before: float, after: float) -> float:
    """State a change in percent of what was there."""
    return 100 * (after - before) / before if before else 0.0
