"""Random numbers that depend on the seed alone: not on the thread, nor on how a search is cut into chunks."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from solver.kernel.jit import inlined

if TYPE_CHECKING:
    from numpy.typing import NDArray


def new_rng(seed: int) -> NDArray[np.uint64]:
    """Build the state (1,) of a generator."""
    return np.random.SeedSequence(abs(seed)).generate_state(1, np.uint64) | np.uint64(1)


@inlined
def draw(rng: NDArray[np.uint64]) -> float:
    """Give a number in [0, 1). Source: xorshift64*, Vigna, ACM TOMS 42 (2016)."""
    x = rng[0]
    x ^= x >> np.uint64(12)
    x ^= x << np.uint64(25)
    x ^= x >> np.uint64(27)
    rng[0] = x
    return float((x * np.uint64(2685821657736338717)) >> np.uint64(11)) / 9007199254740992.0


@inlined
def below(rng: NDArray[np.uint64], end: int) -> int:
    """Give a whole number in [0, end)."""
    return int(draw(rng) * end)
