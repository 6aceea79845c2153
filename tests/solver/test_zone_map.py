"""Tests of `solver.zone_map`."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest

from solver.zone_map import Broken, Locks, area_map, band_of, broken_locks, measured, part_band, pieces, width


def test_the_slider_narrows_the_band() -> None:
    """Without bound at one end, five per cent at the other, and 30 % in the middle."""
    widths = [width(at) for at in (0.0, 0.1, 0.5, 0.9, 1.0)]
    assert all(later < sooner for sooner, later in pairwise(widths))
    assert widths[0] == np.inf
    assert widths[2::2] == pytest.approx([0.30, 0.05])
    assert part_band(100.0, 4, 0.5) == pytest.approx((17.5, 32.5))
    assert part_band(100.0, 4, 0.0) == (0.0, np.inf)


def test_two_bands_in_one_zone_hold_both() -> None:
    """What areas ask for counts instead of the usual, all of it."""
    bands = {3: (5.0, 20.0), 4: (8.0, 30.0)}
    assert band_of([1, 2], (1.0, 2.0), bands) == (1.0, 2.0)
    assert band_of([3, 4], (1.0, 2.0), bands) == (8.0, 20.0)


def test_each_broken_lock_is_named_with_its_areas() -> None:
    """Pairs, providers, boundaries and too many zones of one provider are found in zones drawn by hand."""
    locks = Locks(
        together=((0, 3),),
        apart=((0, 1),),
        kept={0: "Argyll", 1: "Bute", 2: "Argyll", 4: "Argyll"},
        most_zones=1,
        sides=((0, 0, 0, 1, 0),),
    )
    assert broken_locks((0, 0, 0, 1, 1), locks) == (
        Broken(lock="together", areas=(0, 3)),
        Broken(lock="kept", areas=(1,)),
        Broken(lock="apart", areas=(1,)),
        Broken(lock="boundary", areas=(4,)),
        Broken(lock="most zones", areas=(4,)),
    )


def test_zones_are_measured_by_hand() -> None:
    """Two zones of a road: centre, hours, travel and spread as one would work them out."""
    where = area_map([2.0, 1.0, 3.0], np.full((3, 3), -1, dtype=np.int32), [(0, 1, 10.0), (1, 2, 20.0)])
    plan = measured([[2], [1, 0]], where)
    assert plan.zone_of_area == (0, 0, 1)
    assert plan.centre_of_zone == (0, 2)
    assert plan.load_h == (3.0, 3.0)
    assert plan.mean_travel_min == pytest.approx(10 / 6)
    assert plan.load_cv == 0


def test_pieces_hang_together() -> None:
    """Areas that only a third joins are two pieces without it."""
    where = area_map([1.0] * 3, np.full((3, 3), -1, dtype=np.int32), [(0, 1, 10.0), (1, 2, 20.0)])
    assert pieces([0, 2], where.neighbours) == [[0], [2]]
    assert pieces([0, 1, 2], where.neighbours) == [[0, 1, 2]]
