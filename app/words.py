"""Counts of people as they are written, and as far as they may be; names one after the other."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

FEWEST_PEOPLE = 5
"""Counts of one to four people are not shown: in a small place they would tell who is meant."""


def people(count: int) -> str:
    """Write a count of people: 1 person, 2 people."""
    return "1 person" if count == 1 else f"{count} people"


def enough(count: int | None) -> int | str:
    """Give a count that may be shown, or else say that it is a small one; None is one already left out."""
    return count if count is not None and count >= FEWEST_PEOPLE else f"fewer than {FEWEST_PEOPLE}"


def listed(words: Sequence[str]) -> str:
    """Join words as one says them: "Tiree, Coll and Luing"; nothing for none."""
    return " and ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words)
