"""Territory: contiguous zones of small areas, least travel within a band of hours each, under locks; and its curve.

A search (`zone_search`) finds where zones could lie; for the centres found, CP-SAT (`zones_exact`) gives each area to
the best centre and proves how little travel there could be; both are repeated while centres move to better places.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from solver.zone_map import NO_LOCKS, area_map, measured, share_out, usual_bands, zones_of
from solver.zone_search import search_zones
from solver.zones_exact import reassign

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np
    from numpy.typing import NDArray

    from solver.zone_map import AreaMap, Band, Edge, Locks, ZonePlan

ROUNDING = 0.001
"""Hours and minutes are rounded for CP-SAT, which moves travel by less than this share."""

ITERATIONS = 8_000
"""Joins and cuts, over all zones: about 0.2 s for 160 areas."""

ROUNDS = 3
"""How often areas are given to centres anew and centres moved, at most."""


def propose_zones(  # noqa: PLR0913 (an area graph, and how to search on it)
    load_h: Sequence[float],
    travel_s: NDArray[np.int32],
    edges: Sequence[Edge],
    *,
    n_zones: int,
    balance: float = 0.5,
    locks: Locks = NO_LOCKS,
    seed: int = 1,
    iterations: int = ITERATIONS,
) -> ZonePlan:
    """Group areas into about `n_zones` contiguous zones; the same seed gives the same zones.

    `travel_s` (n, n) is negative where no road goes: there the way along `edges` (area, area, minutes; boats included)
    counts. `balance` runs from 0 (least travel) to 1 (equal load) by narrowing the band of hours that each zone has.
    Parts of the county that no edge joins share the zones by load, at least one each, so there may be more zones than
    asked for; never more than areas. Bands and locks that cannot all be kept give way as little as possible, for the
    centres found, which `widened_h` and `broken` tell. Raises ValueError when `n_zones` or `balance` is out of range.
    """
    if n_zones < 1 or not 0 <= balance <= 1:
        raise ValueError(f"{n_zones} zone(s) at balance {balance} not understood")
    where = area_map(load_h, travel_s, edges)
    shares = share_out(n_zones, where.parts, where.load_h)
    zones: list[list[int]] = []
    for part, share in zip(where.parts, shares, strict=True):
        zones += search_zones(
            part,
            share,
            where=where,
            slider=balance,
            locks=locks,
            seed=seed,
            iterations=iterations * share // sum(shares),
        )
    usual = usual_bands(where, n_zones, balance)
    return improved(measured(zones, where, usual=usual, locks=locks), where, usual, locks)


def improved(plan: ZonePlan, where: AreaMap, usual: Sequence[Band], locks: Locks = NO_LOCKS) -> ZonePlan:
    """Give areas to the zones' centres anew, with the least travel, and move the centres, while that helps."""
    for _ in range(ROUNDS if plan.centre_of_zone else 0):
        found = reassign(plan, where, usual, locks=locks)
        again = plan if found.zones is None else measured(found.zones, where, usual=usual, locks=locks)
        if merit(again) >= merit(plan) or again.centre_of_zone == plan.centre_of_zone:
            kept = min(plan, again, key=merit)
            return replace(kept, gap_pct=_gap_pct(kept, found.least_way, where))
        plan = again
    return plan


def trade_off(  # noqa: PLR0913 (as `propose_zones`)
    load_h: Sequence[float],
    travel_s: NDArray[np.int32],
    edges: Sequence[Edge],
    *,
    n_zones: int,
    sliders: Sequence[float] = (0.0, 0.5, 1.0),
    locks: Locks = NO_LOCKS,
    seed: int = 1,
    iterations: int = ITERATIONS,
) -> tuple[ZonePlan, ...]:
    """Propose zones for several positions of the slider, in their order; raises as `propose_zones`.

    Zones found for equal hours are also possible where hours may differ more, and are taken where they travel less.
    """
    plans = [
        propose_zones(
            load_h, travel_s, edges, n_zones=n_zones, balance=at, locks=locks, seed=seed, iterations=iterations
        )
        for at in sliders
    ]
    where = area_map(load_h, travel_s, edges)
    chosen = []
    for plan, at in zip(plans, sliders, strict=True):
        usual = usual_bands(where, n_zones, at)
        others = [measured(zones_of(other), where, usual=usual, locks=locks) for other in plans]
        best = min(others, key=merit)
        chosen.append(plan if merit(plan) <= merit(best) else improved(best, where, usual, locks))
    return tuple(chosen)


def merit(plan: ZonePlan) -> tuple[int, float, float]:
    """Order zones, the best first: locks kept, bands kept, then least travel."""
    return sum(len(broken.areas) for broken in plan.broken), plan.widened_h, plan.mean_travel_min


def _gap_pct(plan: ZonePlan, least_way: float, where: AreaMap) -> float | None:
    """Say by how much the travel may be above the least for these centres, in percent.

    None where the bound is not one for this plan, which has less travel.
    """
    least_min = least_way / float(where.weight.sum() or 1.0)
    if plan.mean_travel_min < least_min * (1 - ROUNDING):
        return None
    return round(max(0.0, 100 * (plan.mean_travel_min / least_min - 1)), 2) if least_min > 0 else 0.0
