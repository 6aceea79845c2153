"""Counts that tell nothing about single people: small ones are left out, and so is what would give them away."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

LEAST = 5
"""The smallest count of people that is told; none at all is told too."""


def suppressed(counts: Mapping[str, int]) -> dict[str, int | None]:
    """Leave out the counts from 1 to 4 (None), and one more when a single one could be had from the sum of all.

    What is left out besides is the smallest of the others, the first by name of equals.
    """
    small = {name for name, count in counts.items() if 0 < count < LEAST}
    if len(small) == 1:
        others = [(count, name) for name, count in counts.items() if name not in small and count > 0]
        small |= {name for _, name in sorted(others)[:1]}
    return {name: None if name in small else count for name, count in counts.items()}
