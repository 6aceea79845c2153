"""What is remembered for a moment: fresh, bounded, and forgotten when told."""

from __future__ import annotations

from app.services.remembered import Remembered


def test_a_value_is_known_for_its_time_only() -> None:
    """Just before the time is over it is there, then it is not; the time is counted from when the look-up began."""
    now = [100.0]
    kept = Remembered[str](2.0, clock=lambda: now[0])
    began = kept.begin()
    now[0] = 101.0
    assert kept.put("key", "value", began) == "value"
    now[0] = 101.9
    assert kept.get("key") == "value"
    now[0] = 102.0
    assert kept.get("key") is None


def test_the_oldest_are_forgotten_first_and_all_when_told() -> None:
    """Never more than the most; putting a value again makes it young."""
    kept = Remembered[int](60.0, most=2)
    for name, value in (("a", 1), ("b", 2), ("a", 3), ("c", 4)):
        kept.put(name, value, kept.begin())
    assert [kept.get(name) for name in "abc"] == [3, None, 4]
    kept.forget()
    assert kept.get("a") is None


def test_what_was_found_before_everything_was_forgotten_is_not_remembered() -> None:
    """A look-up that a change overtakes may have found what was before the change."""
    kept = Remembered[int](60.0)
    began = kept.begin()
    kept.forget()
    assert (kept.put("a", 1, began), kept.get("a")) == (1, None)
    assert (kept.put("a", 2, kept.begin()), kept.get("a")) == (2, 2)


def test_no_time_means_nothing_is_remembered() -> None:
    """With 0 seconds every look-up is made."""
    kept = Remembered[int](0.0)
    assert (kept.put("a", 1, kept.begin()), kept.get("a")) == (1, None)
