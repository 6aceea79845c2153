"""Tests of finding the boat journeys of pairs in their list."""

from __future__ import annotations

import numpy as np
import pytest

from solver.journeys import rows_of


@pytest.mark.parametrize(
    ("pairs", "rows"),
    [
        ([], []),
        ([(3, 2)], [3, 4]),
        ([(1, 2), (3, 0), (3, 1)], [1, 2, 3]),
        ([(4, 2), (1, 3)], [4, 5, 1, 2, 3]),
        ([(2, 1), (9, 0), (0, 2), (0, 2)], [2, 0, 1, 0, 1]),
    ],
)
def test_pairs_have_their_journeys_one_after_the_other(pairs: list[tuple[int, int]], rows: list[int]) -> None:
    """In order, out of order, shared, with none in between, or no pair at all."""
    first, count = np.array(pairs, np.int64).reshape(-1, 2).T
    assert np.arange(10)[rows_of(first, count)].tolist() == rows


def test_pairs_in_order_are_not_listed_one_by_one() -> None:
    """Journeys that are next to each other are a slice, which copies nothing."""
    assert rows_of(np.array([2, 5]), np.array([3, 1])) == slice(2, 6)
