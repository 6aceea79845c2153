"""Counts in words."""

from __future__ import annotations

from app.words import people
from solver.words import count as counted


def test_one_is_not_many() -> None:
    """One answer, no answers and two; one person, and people."""
    assert [counted(count, "answer") for count in (0, 1, 2)] == ["0 answers", "1 answer", "2 answers"]
    assert [people(count) for count in (0, 1, 2)] == ["0 people", "1 person", "2 people"]
