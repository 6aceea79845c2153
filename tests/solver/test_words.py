"""Instants, durations and counts in words."""

from __future__ import annotations

from solver.words import clock, count, length, names


def test_instants_read_like_a_clock() -> None:
    """Whole minutes have no seconds, the night goes on past 24, and the evening before is negative."""
    assert [clock(s) for s in (34_200, 34_201, 90_000, -60)] == ["09:30", "09:30:01", "25:00", "-00:01"]


def test_lengths_counts_and_names_read_like_speech() -> None:
    """Units without a number are left out, one thing is singular, and names come in order."""
    assert [length(s) for s in (1800, 61, 0, 3600, 37_260)] == ["30 min", "1 min 1 s", "0 min", "1 h", "10 h 21 min"]
    assert (count(1, "carer"), count(0, "carer")) == ("1 carer", "0 carers")
    assert names({"b", "a"}) == "a, b"
