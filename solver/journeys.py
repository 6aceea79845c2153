"""Where the boat journeys of pairs of places are in the list of a day."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray


def rows_of(first: NDArray[np.int64], count: NDArray[np.int64]) -> slice | NDArray[np.int64]:
    """Give the rows of the journeys of some pairs, one pair after the other: a slice where they are in that order.

    `first` and `count` (N,) are those of each pair.
    """
    end = first + count
    if len(end) and (first[1:] == end[:-1]).all():
        return slice(int(first[0]), int(end[-1]))
    rows: NDArray[np.int64] = np.arange(int(count.sum())) + np.repeat(end - np.cumsum(count), count)
    return rows
