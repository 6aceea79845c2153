"""Shares turned into counts."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest

from app.synthetic.quota import deal, spread, tilted


def test_dealt_values_occur_as_often_as_their_shares_say() -> None:
    """A share of 70 % in 1,001 is 701 or 700, never a matter of luck."""
    counts = Counter(deal({15: 0.2, 30: 0.7, 60: 0.1}, 1001, np.random.default_rng(1)))
    assert counts == {15: 200, 30: 701, 60: 100}


@pytest.mark.parametrize("mean", [1.2, 2.7, 3.9])
def test_tilted_shares_have_the_wanted_mean(mean: float) -> None:
    """Bending shares meets the mean, keeps the sum and leaves no value out."""
    shares = tilted({1: 0.25, 2: 0.25, 3: 0.25, 4: 0.25}, mean)
    assert sum(shares.values()) == pytest.approx(1.0)
    assert sum(value * share for value, share in shares.items()) == pytest.approx(mean)
    assert min(shares.values()) > 0


def test_spread_follows_weights_within_one() -> None:
    """Systematic sampling gives every row its share, rounded down or up."""
    weights = np.array([5.0, 0.0, 3.0, 2.0])
    counts = np.bincount(spread(weights, 33, np.random.default_rng(3)), minlength=4)
    assert counts.sum() == 33
    assert (np.abs(counts - weights / 10 * 33) < 1).all()
