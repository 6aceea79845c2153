"""Tests of when visits may start: windows on either end, several of them, tolerances, locks, and who gets there."""

from __future__ import annotations

import pytest

from solver.compile import compile_problem
from solver.compile_windows import start_windows
from solver.refusals import Refusal
from solver.types import TimeWindow
from tests.builders import a_problem, a_sailing, a_shift, a_travel, a_visit, a_window, at


def clocks(*pairs: tuple[str, str]) -> list[tuple[int, int]]:
    """Turn pairs of clock times into windows."""
    return [(at(one), at(other)) for one, other in pairs]


def test_a_window_on_the_end_is_moved_by_the_duration() -> None:
    """A half hour that ends between eight and ten starts half an hour before."""
    assert start_windows(a_visit(window_on_end=True)) == clocks(("07:30", "09:30"))


def test_windows_are_sorted_and_joined() -> None:
    """Windows that touch or overlap are one; the others keep their order in time."""
    others = (a_window("14:00", "15:00"), a_window("09:30", "11:00"))
    assert start_windows(a_visit(other_windows=others)) == clocks(("08:00", "11:00"), ("14:00", "15:00"))
    for apart_s, count in ((1, 1), (2, 2)):
        next_one = TimeWindow(earliest_s=at("10:00") + apart_s, latest_s=at("11:00"))
        assert len(start_windows(a_visit(other_windows=(next_one,)))) == count


def test_tolerance_binds_time_critical_visits_only() -> None:
    """A quarter of an hour around the agreed time cuts the window, if the visit is time-critical."""
    agreed = {"preferred_start_s": at("09:00"), "tolerance_s": 900}
    assert start_windows(a_visit(time_critical=True, **agreed)) == clocks(("08:45", "09:15"))
    assert start_windows(a_visit(**agreed)) == clocks(("08:00", "10:00"))
    for name in agreed:  # one without the other says nothing
        assert start_windows(a_visit(time_critical=True, **agreed | {name: None})) == clocks(("08:00", "10:00"))
    other = (a_window("12:00", "13:00"),)
    assert start_windows(a_visit(time_critical=True, other_windows=other, **agreed)) == clocks(("08:45", "09:15"))


def test_a_locked_start_is_one_instant_and_outside_the_window_none() -> None:
    """A lock fixes the start; one that contradicts the window leaves a window that nothing fits."""
    assert start_windows(a_visit(locked_start_s=at("08:20"))) == clocks(("08:20", "08:20"))
    assert start_windows(a_visit(locked_start_s=at("11:00"))) == [(at("08:00"), at("08:00") - 1)]


def test_the_hull_is_cut_to_the_windows_that_are_reached() -> None:
    """A carer from nine to half past two reaches the end of the first window and the start of the second."""
    visit = a_visit(window=a_window("08:00", "09:30"), other_windows=(a_window("12:00", "16:00"),))
    day = compile_problem(a_problem([visit], [a_shift(window=a_window("09:00", "14:30"))]))
    assert (day.earliest_s[0], day.latest_s[0], day.refusal[0, 0]) == (at("09:10"), at("13:50"), 0)
    only_between = a_shift(window=a_window("09:25", "12:30"))
    assert compile_problem(a_problem([visit], [only_between])).refusal[0, 0] == Refusal.TOO_FAR


def test_one_instant_is_enough() -> None:
    """A shift as long as its visit next door can start it when it begins, with and without a rest to keep."""
    for changes in ({}, {"previous_end_s": at("08:00") - 11 * 3600}, {"next_start_s": at("08:30") + 11 * 3600}):
        shift = a_shift(window=a_window("08:00", "08:30"), start_place=1, end_place=1, **changes)
        day = compile_problem(a_problem([a_visit(window=a_window("07:00", "10:00"))], [shift]))
        assert (day.refusal[0, 0], day.earliest_s[0], day.latest_s[0]) == (0, at("08:00"), at("08:00"))


@pytest.mark.parametrize("roads", [[[0, None], [10, 0]], [[0, 10], [None, 0]]])
def test_a_way_there_needs_a_way_home(roads: list[list[int | None]]) -> None:
    """Where either is missing the place cannot be reached, which is another thing than too far."""
    assert compile_problem(a_problem(travel=a_travel(roads))).refusal[0, 0] == Refusal.UNREACHABLE


def test_rest_between_days_cuts_the_shift_and_says_so() -> None:
    """Eleven hours after ten in the evening is nine; a visit that must be over by then is refused for the rest."""
    early = a_visit(window=a_window("08:00", "08:20"))
    late = a_visit("v2", window=a_window("14:00", "14:20"))
    day = compile_problem(a_problem([early, late], [a_shift(previous_end_s=-2 * 3600)]))
    assert day.shift_earliest_s[0] == at("09:00")
    assert day.refusal[:, 0].tolist() == [Refusal.REST, 0]
    day = compile_problem(a_problem([early, late], [a_shift(next_start_s=at("24:30"))]))
    assert day.shift_latest_s[0] == at("13:30")
    assert day.refusal[:, 0].tolist() == [0, Refusal.REST]


def test_driving_there_and_back_may_be_too_much() -> None:
    """Ten minutes each way are twenty of driving, whatever the clock says."""
    for limit_s, bits in ((1200, 0), (1199, Refusal.TOO_FAR_TO_DRIVE)):
        assert compile_problem(a_problem([a_visit()], [a_shift(max_drive_s=limit_s)])).refusal[0, 0] == bits


def test_time_aboard_is_not_driving() -> None:
    """Across the water only the roads to and from the piers count, which here are none."""
    boats = [a_sailing("out", 0, 1, "08:00"), a_sailing("back", 1, 0, "10:00")]
    travel = a_travel([[0, None], [None, 0]], sailings=boats)
    shift = a_shift(max_drive_s=0)
    assert compile_problem(a_problem([a_visit()], [shift], travel)).refusal[0, 0] == 0
