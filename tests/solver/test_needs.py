"""What a visit asks for and a shift offers, read from the raw fields."""

from __future__ import annotations

from dataclasses import replace

from solver.needs import begins_s, held_skills, sets_out_s, start_windows, working_window
from tests.builders import a_problem, a_rest, a_run, a_shift, a_stop, a_visit, a_window, at


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


def test_start_windows_say_what_all_rules_allow_together() -> None:
    """Tolerances bind time-critical visits with an agreed time; a window on the end is moved; a lock is one start."""
    agreed = {"preferred_start_s": at("09:00"), "tolerance_s": 900}
    other = (a_window("12:00", "13:00"),)
    for visit, allowed in (
        (a_visit(), [("08:00", "10:00")]),
        (a_visit(window_on_end=True), [("07:30", "09:30")]),
        (a_visit(other_windows=other), [("08:00", "10:00"), ("12:00", "13:00")]),
        (a_visit(**agreed), [("08:00", "10:00")]),
        (a_visit(time_critical=True, **agreed, other_windows=other), [("08:45", "09:15")]),
        (a_visit(time_critical=True, tolerance_s=900), [("08:00", "10:00")]),
        (a_visit(time_critical=True, preferred_start_s=at("09:00")), [("08:00", "10:00")]),
        (a_visit(locked_start_s=at("08:20")), [("08:20", "08:20")]),
        (a_visit(locked_start_s=at("11:00")), []),
    ):
        assert start_windows(visit) == tuple(a_window(*clocks) for clocks in allowed)


def test_the_rest_between_days_cuts_the_window_of_a_shift() -> None:
    """Eleven hours after the last shift and before the next, and never beyond the shift's own hours."""
    rest_s = 11 * 3600
    for changes, hours in (
        ({}, ("07:00", "15:00")),
        ({"previous_end_s": at("08:00") - rest_s, "next_start_s": at("14:00") + rest_s}, ("08:00", "14:00")),
        ({"previous_end_s": at("06:00") - rest_s, "next_start_s": at("16:00") + rest_s}, ("07:00", "15:00")),
    ):
        assert working_window(a_problem(), a_shift(**changes)) == a_window(*hours)


def test_work_begins_with_a_rest_at_home_before_leaving() -> None:
    """A rest after a stop, whenever it is claimed, does not begin the work."""
    run = a_run([a_stop("v1", "08:10", "08:40")], "08:00", "08:50")
    assert begins_s(run) == at("08:00")
    assert begins_s(replace(run, rests=(a_rest(0, "07:30", "08:00"),))) == at("07:30")
    assert begins_s(replace(run, rests=(a_rest(1, "07:30", "08:00"),))) == at("08:00")


def test_who_rests_sets_out_after_the_last_rest_there() -> None:
    """Rests at other stops do not matter, nor one that is over before the visit."""
    rests = (a_rest(0, "07:00", "07:30"), a_rest(1, "09:00", "09:20"), a_rest(1, "08:30", "08:50"))
    for stop, over, sets_out in (
        (0, "07:00", "07:30"),
        (1, "08:30", "09:20"),
        (1, "09:30", "09:30"),
        (2, "10:00", "10:00"),
    ):
        assert sets_out_s(rests, stop, at(over)) == at(sets_out)
