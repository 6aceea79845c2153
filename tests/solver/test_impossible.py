"""Tests of proofs that nobody could make a visit: breaks in the way, and no room for it at any time."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from solver.impossible import impossible
from solver.types import Reason
from tests.builders import a_break, a_problem, a_shift, a_visit, a_window, at

if TYPE_CHECKING:
    from solver.types import DayProblem


def reason(problem: DayProblem) -> Reason | None:
    """Prove that the first visit cannot be made; None where nothing is proved."""
    proved, _ = impossible(problem, problem.visits[0])
    return proved and proved.reason


def said(problem: DayProblem) -> str | None:
    """Give the sentence of the proof."""
    proved, _ = impossible(problem, problem.visits[0])
    return proved and proved.detail


@pytest.mark.parametrize(
    ("begins", "hours", "breaks", "fits"),
    [
        ("11:00", 3, [("11:01", "13:59", 30)], False),
        ("11:00", 3, [("11:01", "14:00", 30)], True),
        ("11:00", 3, [("10:30", "13:59", 30)], True),
        ("11:00", 3, [("10:31", "13:59", 30)], False),
        ("08:00", 1, [("07:00", "07:00", 30), ("07:30", "07:30", 30)], True),
        ("08:00", 1, [("07:00", "07:00", 30), ("07:30", "07:30", 31)], False),
        ("08:00", 1, [("07:30", "07:30", 30), ("07:00", "07:00", 30)], True),
        ("08:00", 1, [("07:00", "07:01", 30), ("07:00", "07:29", 30)], None),
        ("08:00", 6, [("14:00", "14:00", 30), ("14:30", "14:30", 30)], True),
        ("08:00", 6, [("14:00", "14:00", 30), ("14:30", "14:30", 31)], None),
        ("08:00", 6, [("07:30", "07:30", 30), ("14:00", "14:00", 30)], True),
        ("08:00", 6, [("07:31", "08:30", 30), ("13:30", "13:59", 30)], False),
    ],
)
def test_breaks_that_leave_no_time_are_proved_to(
    begins: str, hours: int, breaks: list[tuple[str, str, int]], *, fits: bool | None
) -> None:
    """From seven to three, to the minute, in any order, before and after the visit; wherever they are taken.

    Where they do not even fit without the visit (None), that is said.
    """
    visit = a_visit(window=a_window(begins, begins), duration_s=3600 * hours)
    shift = a_shift(window=a_window("07:00", "15:00"), breaks=tuple(a_break(*each) for each in breaks))
    assert reason(a_problem([visit], [shift])) == (None if fits else Reason.BREAKS_IN_THE_WAY)
    breaks_of = "breaks of everybody who could come otherwise (1 carer) leave each other no time"
    if not fits:
        assert said(a_problem([visit], [shift])) == (
            f"The {breaks_of}, with any visit or none." if fits is None else f"The visit and the {breaks_of}."
        )


def test_breaks_that_exclude_each_other_are_told_from_those_that_exclude_the_visit() -> None:
    """Shift by shift."""
    clash, busy = (a_break("09:00", "09:00"), a_break("09:29", "09:29")), (a_break("08:40", "08:50"),)
    nine = a_visit(window=a_window("09:00", "09:00"))
    for breaks, besides in ((busy, " Those of late do so even without it."), ((), None)):
        assert said(a_problem([nine], [a_shift(breaks=breaks), a_shift("late", breaks=clash)])) == (
            besides
            and "The visit and the breaks of everybody who could come otherwise (2 carers) leave each other no time."
            + besides
        )


def test_the_ways_and_the_visit_fit_into_a_shift_at_some_time() -> None:
    """To the second: else no agreed time would do, and the shift that comes nearest is told."""
    visit = a_visit(window=a_window("07:10", "07:10"), duration_s=at("14:50") - at("07:10"))
    shifts = [a_shift("short", window=a_window("07:00", "14:55")), a_shift()]
    assert reason(a_problem([visit], shifts)) is None
    later = replace(visit, window=a_window("07:00", "07:09"))
    assert reason(a_problem([later], shifts)) == Reason.WINDOW_UNREACHABLE
    for order in (shifts, shifts[::-1]):
        longer = a_problem([replace(visit, duration_s=visit.duration_s + 1)], order)
        assert reason(longer) == Reason.NO_TIME_WOULD_DO
        assert said(longer) == (
            "Nobody who could come (2 carers) would be there and home again in time, whatever time were agreed. "
            "Shift early comes nearest: it could start at 07:10 at the earliest, and must by 07:09:59 to be home."
        )


def test_of_many_breaks_nothing_is_proved() -> None:
    """Five are tried in every order, six in none: it would take too long."""
    for number, why in ((5, Reason.BREAKS_IN_THE_WAY), (6, None)):
        shift = a_shift(breaks=(a_break("08:00", "10:00", 300), *[a_break("07:00", "07:00", 1)] * (number - 1)))
        assert reason(a_problem([a_visit()], [shift])) == why


@pytest.mark.parametrize(("latest", "why"), [("10:59", Reason.BREAKS_IN_THE_WAY), ("11:00", None)])
def test_breaks_push_a_visit_into_another_window_or_too_late_to_be_home(latest: str, why: Reason | None) -> None:
    """After a break until eleven the second window is left; home must be reached from there too."""
    rest = (a_break("07:00", "07:00", 240),)
    two = a_visit(other_windows=(a_window("10:30", latest),))
    assert reason(a_problem([two], [a_shift(breaks=rest)])) == why
    late = a_visit(window=a_window("10:00", "12:00"), duration_s=3600)
    home = a_shift(breaks=rest, window=a_window("07:00", "12:10" if latest == "11:00" else "12:09"))
    assert reason(a_problem([late], [home])) == why
