"""What a visit asks for and a shift offers, read from the raw fields."""

from __future__ import annotations

from solver.needs import held_skills, start_windows
from tests.builders import a_shift, a_visit, a_window, at


def test_a_skill_counts_on_its_last_day() -> None:
    """A certificate that ends on the 23rd counts that day and no longer; one without an end always counts."""
    shift = a_shift(skills=frozenset({"peg", "hoist"}), skill_expiry={"peg": "2026-11-23"})
    assert held_skills(shift, "2026-11-23") == {"peg", "hoist"}
    assert held_skills(shift, "2026-11-24") == {"hoist"}


def test_all_rules_of_time_together_cut_the_windows() -> None:
    """Agreed ends, a tolerance and a locked start are intersected; contradictions leave nothing."""
    visit = a_visit(
        other_windows=(a_window("12:00", "13:00"),),
        window_on_end=True,
        time_critical=True,
        preferred_start_s=at("09:25"),
        tolerance_s=900,
    )
    assert start_windows(visit) == (a_window("09:10", "09:30"),)
    assert start_windows(a_visit(locked_start_s=at("09:00"))) == (a_window("09:00", "09:00"),)
    assert start_windows(a_visit(locked_start_s=at("11:00"))) == ()
