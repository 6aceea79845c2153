"""Costs for those who are not at the machine: no carer by id, and no small count, not even by subtraction."""

from __future__ import annotations

from typing import Any

from app.services.area_costs import without_small_counts


def found(counts: dict[tuple[str, str], int], below: int = 0) -> dict[str, Any]:
    """Make costs of providers in zones, with so many people each."""
    totals: dict[str, int] = {}
    for (_, zone), people in counts.items():
        totals[zone] = totals.get(zone, 0) + people
    return {
        "total": {"gbp": 9.0},
        "zones": [{"provider": one, "zone": zone, "people": people} for (one, zone), people in counts.items()],
        "by_zone": {zone: {"people": people} for zone, people in totals.items()},
        "wage_headroom_gbp_h": {"K1": -0.1},
        "carers_below_minimum_wage": below,
    }


def test_single_carers_and_few_of_them_are_not_told() -> None:
    """Nobody is named, and one to four below the minimum wage are some."""
    assert "wage_headroom_gbp_h" not in without_small_counts(found({}))
    told = [without_small_counts(found({}, below))["carers_below_minimum_wage"] for below in (0, 4, 5)]
    assert told == [0, "fewer than 5", 5]


def test_what_would_follow_from_a_sum_is_left_out_too() -> None:
    """One small cell takes the smallest beside it along, in its zone and of its provider, until nothing follows."""
    counts = {("P1", "a"): 2, ("P2", "a"): 9, ("P3", "a"): 30, ("P1", "b"): 50, ("P2", "b"): 40, ("P3", "b"): 60}
    told = without_small_counts(found(counts))
    assert [(row["provider"], row["zone"]) for row in told["zones"]] == [("P3", "a"), ("P3", "b")]
    assert set(told["by_zone"]) == {"a", "b"}
    assert told["total"] == {"gbp": 9.0}


def test_a_small_zone_takes_the_smallest_other_along() -> None:
    """Its costs would be the total less those of all others."""
    told = without_small_counts(found({("P1", "a"): 2, ("P1", "b"): 8, ("P1", "c"): 20}))
    assert set(told["by_zone"]) == {"c"}
