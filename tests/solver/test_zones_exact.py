"""Tests of `solver.zones_exact`: least travel is what an enumeration of all zones finds."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest

from solver.zone_map import AreaMap, Locks, area_map, broken_locks, pieces
from solver.zones_exact import reassign

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


@pytest.mark.parametrize("seed", range(6))
def test_least_travel_is_that_of_an_enumeration(seed: int) -> None:
    """On trees, with a band and two locks, nothing better exists among all contiguous zones."""
    where = a_small_map(seed)
    half = where.load_h.sum() / 2
    band, locks = (0.5 * half, 1.5 * half), Locks(together=((1, 2),), apart=((4, 7),))
    found = reassign(where, [0, 8], [band, band], locks=locks)
    least = all_ways(where, [0, 8], band, locks)
    assert found is not None
    if np.isfinite(least):
        assert found.widened_h == 0
        assert found.least_way == pytest.approx(least, rel=1e-3)
    else:
        assert found.widened_h > 0 or broken_locks([0 if area in found.zones[0] else 1 for area in range(9)], locks)


def test_fewest_locks_break_before_bands_widen() -> None:
    """Centres that must be together cannot be: that one lock is broken, the band is not touched."""
    where = a_small_map(1)
    found = reassign(where, [0, 8], [ANYTHING, ANYTHING], locks=Locks(together=((0, 8),)))
    assert found is not None
    assert found.widened_h == 0
    assert sorted(map(len, (pieces(zone, where.neighbours) for zone in found.zones))) == [1, 1]


def test_the_same_is_found_every_time() -> None:
    """No clock and no thread decides."""
    where = a_small_map(3)
    assert reassign(where, [0, 8], [ANYTHING] * 2) == reassign(where, [0, 8], [ANYTHING] * 2)
