"""The curve of what moving people and sharing staff buys, beside a trial by distance alone, with its knee."""

from __future__ import annotations

from statistics import mean
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence

    from app.services.compare import Comparison, PlanResult

LEAST_GAIN = 0.01
"""Share of travel below which a curve is flat, and has no knee."""


def curve_json(comparison: Comparison) -> dict[str, Any]:
    """Show both curves: travel, cost and visits left out, by people who may move and by degree of sharing."""
    if not comparison.curve:
        return {}
    base = comparison.plans["B"]
    moving = [
        {
            "move_pct": pct,
            "taken_from_pct": comparison.taken_from.get(pct),
            **_point(found, base),
            **_spread(comparison, f"C@{pct}"),
            "by_distance": _point(comparison.by_distance[pct], base) | _spread(comparison, f"N@{pct}"),
        }
        for pct, found in sorted(comparison.curve.items())
    ]
    degrees = {**comparison.sharing, "all visits": comparison.plans["D"]}
    sharing = [{"shared": degree, **_point(found, base)} for degree, found in degrees.items()]
    shares = sorted(comparison.curve)
    knees = {
        str(seed): None if bend is None else shares[bend]
        for seed, travel in sorted(comparison.travel_by_seed.items())
        for bend in [knee(falling([(pct, 100 + travel[f"C@{pct}"]) for pct in shares]))]
    }
    return {
        "moving": moving,
        "knee_pct": knees.get(str(comparison.request.seed)),
        "knee_pct_by_seed": knees,
        "sharing": sharing,
    }


def _spread(comparison: Comparison, key: str) -> dict[str, Any]:
    """Give the change of travel against plan B over all seeds: what lies within it may be the search."""
    found = [travel[key] for travel in comparison.travel_by_seed.values()]
    return {
        "travel_pct_mean": round(mean(found), 1),
        "travel_pct_over_seeds": [round(min(found), 1), round(max(found), 1)],
    }


def falling(points: Sequence[tuple[float, float]]) -> list[tuple[float, float]]:
    """Give for each point the least so far: whoever may move more people may also move fewer."""
    return [(x, min(y for _, y in points[: row + 1])) for row, (x, _) in enumerate(points)]


def knee(points: Sequence[tuple[float, float]]) -> int | None:
    """Find where a falling curve bends most: the point farthest below the line between its ends, both scaled to 1.

    None where it does not fall. Source: Satopää, Albrecht, Irwin, Raghavan (2011), Finding a kneedle in a haystack.
    """
    if len(points) < 3:
        return None
    (first_x, first_y), last_x = points[0], points[-1][0]
    least = min(y for _, y in points)
    if last_x <= first_x or first_y - least <= LEAST_GAIN * first_y:
        return None
    below = [(first_y - y) / (first_y - least) - (x - first_x) / (last_x - first_x) for x, y in points]
    best = max(range(len(points)), key=lambda row: (below[row], -row))
    return best if below[best] > 0 else None


def _point(found: PlanResult, base: PlanResult) -> dict[str, Any]:
    """Show one plan of a curve, with its change of travel against plan B."""
    figures = found.metrics
    before = base.metrics.travel_min_per_visit
    shown: dict[str, Any] = {
        "people_moved": figures.people_changing_provider,
        "travel_min_per_visit": figures.travel_min_per_visit,
        "travel_pct": round(100 * (figures.travel_min_per_visit / before - 1), 1) if before else 0.0,
        "miles": figures.miles,
        "visits_left_out": figures.visits - figures.visits_placed,
        "carers_per_client": figures.carers_per_client,
        "cost": round(found.cost),
        "price_pct": round(100 * (found.cost / base.cost - 1), 1) if base.cost else 0.0,
        "note": found.note,
    }
    if found.costs is not None and found.costs.per_contact_h is not None:
        shown["travelling_gbp"] = round(found.costs.travelling, 2)
        shown["gbp_per_contact_hour"] = round(found.costs.per_contact_h, 2)
    return shown
