"""Shares turned into counts: figures that must come out as published are dealt, not diced."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

Value = TypeVar("Value")


def deal(shares: Mapping[Value, float], n: int, rng: np.random.Generator) -> list[Value]:
    """Give `n` values in random order, each value as often as its share says (largest remainders)."""
    weights = np.array(list(shares.values()), dtype=np.float64)
    exact = weights / weights.sum() * n
    counts = np.floor(exact).astype(np.int64)
    for row in np.argsort(counts - exact, kind="stable")[: n - int(counts.sum())]:
        counts[row] += 1
    values = [value for value, count in zip(shares, counts, strict=True) for _ in range(count)]
    return [values[row] for row in rng.permutation(n)]


def tilted(shares: Mapping[int, float], mean: float) -> dict[int, float]:
    """Bend shares exponentially until their mean is the one wanted (which lies inside the values)."""
    values = np.array(list(shares), dtype=np.float64)
    weights = np.array(list(shares.values()), dtype=np.float64)
    low, high = -20.0, 20.0
    for _ in range(80):
        bend = (low + high) / 2.0
        bent = weights * np.exp(bend * (values - values.mean()))
        low, high = (bend, high) if float(bent @ values / bent.sum()) < mean else (low, bend)
    return dict(zip(shares, (bent / bent.sum()).tolist(), strict=True))


def spread(weights: NDArray[np.float64], n: int, rng: np.random.Generator) -> NDArray[np.int64]:
    """Draw `n` rows in proportion to weights, evenly along the list (systematic sampling), in its order."""
    edges = np.cumsum(weights) / weights.sum()
    points = (np.arange(n) + rng.random()) / n
    return np.searchsorted(edges, points, side="right").clip(0, len(weights) - 1).astype(np.int64)
