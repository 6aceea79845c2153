"""Counts of people as they are written, and as far as they may be."""

from __future__ import annotations

FEWEST_PEOPLE = 5
"""Counts of one to four people are not shown: in a small place they would tell who is meant."""


def people(count: int) -> str:
    """Write a count of people: 1 person, 2 people."""
    return "1 person" if count == 1 else f"{count} people"


def enough(count: int | None) -> int | str:
    """Give a count that may be shown, or else say that it is a small one; None is one already left out."""
    return count if count is not None and count >= FEWEST_PEOPLE else f"fewer than {FEWEST_PEOPLE}"
