"""Tests of `solver.zones_exact`: least travel is what an enumeration of all zones finds."""

from __future__ import annotations

from dataclasses import replace
from itertools import product

import numpy as np
import pytest

from solver.zone_map import NO_LOCKS, AreaMap, Band, Locks, ZonePlan, area_map, broken_locks, measured, pieces
from solver.zones_exact import Reassigned, reassign

ANYTHING = (0.0, np.inf)


def a_small_map(seed: int) -> AreaMap:
    """Make nine areas on a tree with a loop or two."""
    rng = np.random.default_rng(seed)
    edges = [(int(rng.integers(0, area)), area, float(rng.integers(4, 30))) for area in range(1, 9)]
    return area_map(rng.integers(1, 12, 9).tolist(), np.full((9, 9), -1, dtype=np.int32), edges)


def all_ways(where: AreaMap, centres: list[int], band: tuple[float, float], locks: Locks) -> float:
    """Try every way to give areas to centres and return the least hour-minutes."""
    best = np.inf
    for zone_of in product(range(len(centres)), repeat=len(where.load_h)):
        zones = [[area for area, zone in enumerate(zone_of) if zone == number] for number in range(len(centres))]
        if not all(centre in zone for centre, zone in zip(centres, zones, strict=True)):
            continue
        if any(len(pieces(zone, where.neighbours)) > 1 for zone in zones) or broken_locks(zone_of, locks):
            continue
        if all(band[0] <= where.load_h[zone].sum() <= band[1] for zone in zones):
            best = min(
                best,
                sum(where.load_h[area] * where.travel_min[centres[zone], area] for area, zone in enumerate(zone_of)),
            )
    return float(best)


def given_to(where: AreaMap, band: Band, locks: Locks = NO_LOCKS) -> Reassigned:
    """Give the nine areas to the first and the last, beginning with the nearer of both."""
    nearer = where.travel_min[[0, 8]].argmin(axis=0)
    zones = [np.flatnonzero(nearer == zone).tolist() for zone in (0, 1)]
    start: ZonePlan = measured(zones, where, usual=[band] * 9, locks=locks)
    return reassign(replace(start, centre_of_zone=(0, 8)), where, [band] * 9, locks=locks)


@pytest.mark.parametrize("seed", range(6))
def test_least_travel_is_that_of_an_enumeration(seed: int) -> None:
    """On trees, with a band and two locks, nothing better exists among all contiguous zones."""
    where = a_small_map(seed)
    half = where.load_h.sum() / 2
    band, locks = (0.5 * half, 1.5 * half), Locks(together=((1, 2),), apart=((4, 7),))
    found = given_to(where, band, locks)
    assert found.zones is not None
    assert all(len(pieces(zone, where.neighbours)) == 1 for zone in found.zones)
    least = all_ways(where, [0, 8], band, locks)
    plan = measured(found.zones, where, usual=[band] * 9, locks=locks)
    if np.isfinite(least):
        assert plan.widened_h == 0
        assert plan.broken == ()
        assert found.least_way == pytest.approx(least, rel=1e-3)
    else:
        assert plan.widened_h > 0 or plan.broken


def test_fewest_locks_break_before_bands_widen() -> None:
    """Centres that must be together cannot be: that one lock is broken, the band is not touched."""
    where = a_small_map(1)
    locks = Locks(together=((0, 8),), apart=((0, 7),))
    found = given_to(where, ANYTHING, locks)
    assert found.zones is not None
    zone_of = [0 if area in found.zones[0] else 1 for area in range(9)]
    assert [lock.lock for lock in broken_locks(zone_of, locks)] == ["together"]


def test_the_same_is_found_every_time() -> None:
    """No clock and no thread decides."""
    where = a_small_map(3)
    assert given_to(where, ANYTHING) == given_to(where, ANYTHING)


def test_without_time_nothing_is_found_and_little_is_proved() -> None:
    """A limit that is too short gives no zones, and a bound below the best there is."""
    where = a_small_map(2)
    plan = measured([list(range(9))], where)
    hurried = reassign(plan, where, [ANYTHING] * 9, limit=0.0)
    assert hurried.zones is None
    assert hurried.least_way == 0
