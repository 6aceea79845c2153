"""Counts tell nothing about single people, on their own or taken together."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from app.reports.disclosure import LEAST, suppressed


def test_small_counts_are_left_out() -> None:
    """One to four are not told; none and five are."""
    assert suppressed({"a": 0, "b": 1, "c": 4, "d": 5}) == {"a": 0, "b": None, "c": None, "d": 5}


def test_a_single_small_count_takes_another_with_it() -> None:
    """Otherwise the sum of all, known from elsewhere, would tell it."""
    assert suppressed({"a": 3, "b": 9, "c": 7, "d": 7}) == {"a": None, "b": 9, "c": None, "d": 7}
    assert suppressed({"a": 3, "b": 0}) == {"a": None, "b": 0}


@given(st.dictionaries(st.text(min_size=1), st.integers(0, 30)))
def test_nobody_can_be_worked_out(counts: dict[str, int]) -> None:
    """No small count is told, and never is exactly one left out while others are told that could give it away."""
    told = suppressed(counts)
    assert told.keys() == counts.keys()
    assert all(number == counts[name] for name, number in told.items() if number is not None)
    assert not any(number is not None and 0 < number < LEAST for number in told.values())
    if list(told.values()).count(None) == 1:
        assert all(number in {None, 0} for number in told.values())
