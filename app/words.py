"""Counts as people write them."""

from __future__ import annotations


def counted(count: int, what: str) -> str:
    """Write a count of something whose plural has an s: 1 answer, 2 answers."""
    return f"{count} {what}{'' if count == 1 else 's'}"


def people(count: int) -> str:
    """Write a count of people: 1 person, 2 people."""
    return "1 person" if count == 1 else f"{count} people"
