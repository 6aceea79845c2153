"""The reason for a visit left out: each proved one from a written-out day, with words that say what is in the way."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from solver.explain import ACTIONS, explain_all, reason
from solver.types import LockedRun, Mode, Reason, Sequence
from tests.builders import (
    a_plan,
    a_problem,
    a_run,
    a_sailing,
    a_shift,
    a_stop,
    a_travel,
    a_visit,
    a_window,
)

if TYPE_CHECKING:
    from solver.types import DayProblem, Sailing

BOB = a_shift("late", carer="bob")
NIGHT = a_shift("night", window=a_window("22:00", "23:59"))
SOUTH = frozenset({"south"})
HOIST = frozenset({"hoist"})
PAIR = a_visit(carers_needed=2)
SHORES = [[0, 10, None, None], [10, 0, None, None], [None, None, 0, 10], [None, None, 10, 0]]
THERE, BACK = a_sailing("dawn", 1, 2, "08:00"), a_sailing("dusk", 2, 1, "10:00")


def island(*sailings: Sailing) -> DayProblem:
    """Build a day with the visit on an island that only these sailings serve."""
    return a_problem([a_visit(place=3)], travel=a_travel(SHORES, sailings=sailings))


DAYS = {
    Reason.NO_ELIGIBLE_PROVIDER: (a_problem([a_visit(providers=SOUTH)]), "south"),
    Reason.NO_SKILLED_CARER: (a_problem([a_visit(skills=HOIST)]), "lacks hoist"),
    Reason.ALL_BARRED: (a_problem([a_visit(barred_carers=frozenset({"anna"}))]), "barred: anna"),
    Reason.NO_SHIFT_IN_WINDOW: (a_problem(shifts=[NIGHT]), "22:00-23:59"),
    Reason.PLACE_UNREACHABLE: (island(), "No road and no boat"),
    Reason.WINDOW_UNREACHABLE: (a_problem([a_visit(window=a_window("07:00", "07:09"))]), "start at 07:10"),
    Reason.NO_SUITABLE_CARER: (a_problem([a_visit(genders=frozenset({"woman"}))]), "gender woman"),
    Reason.NO_BOAT: (island(THERE, a_sailing("night", 2, 1, "14:30")), "No boat of the day"),
    Reason.SHIFT_LIMITS: (a_problem(shifts=[a_shift(max_drive_s=1199)]), "more than any shift may drive"),
    Reason.SHIFTS_SETTLED: (a_problem(locked_runs=(LockedRun(shift="early", visits=()),)), "settled: early"),
    Reason.OTHER_HALF_IMPOSSIBLE: (
        a_problem(
            [a_visit(), a_visit("v2", skills=HOIST)],
            sequences=(Sequence(first="v1", then="v2", least_s=0, most_s=3600),),
        ),
        "Visit v2, which belongs to it, cannot be made. The visit needs hoist",
    ),
    Reason.TOO_FEW_CARERS: (
        a_problem([a_visit(f"v{n}", duration_s=3600, window=a_window("08:00", "08:30")) for n in (1, 2)]),
        "Between 08:00 and 09:30 these visits need 120 minutes of carers who have 90: v1, v2",
    ),
    Reason.NO_SECOND_CARER: (a_problem([PAIR]), "only anna"),
    Reason.NOT_PLACED_IN_TIME: (a_problem(), "1 shift could make this visit"),
}


@pytest.mark.parametrize("why", DAYS)
def test_reason_is_found_and_said(why: Reason) -> None:
    """A day in which one thing is in the way gives that reason, in a sentence that names it."""
    problem, words = DAYS[why]
    left_out = reason(problem, problem.visits[0])
    assert left_out.reason == why
    assert words in left_out.detail
    assert left_out.detail.endswith(".")


def test_every_reason_has_an_action() -> None:
    """A coordinator is told what to do about each reason."""
    assert set(ACTIONS) == set(Reason) == {*DAYS, Reason.LEFT_OUT_BY_HAND}


@pytest.mark.parametrize(
    ("problem", "why"),
    [
        (a_problem([], []), None),
        (a_problem(shifts=[]), Reason.NO_ELIGIBLE_PROVIDER),
        (a_problem([a_visit(providers=SOUTH, skills=HOIST)]), Reason.NO_ELIGIBLE_PROVIDER),
        (a_problem([a_visit(skills=HOIST, barred_carers=frozenset({"anna"}))]), Reason.NO_SKILLED_CARER),
        (a_problem(shifts=[a_shift(max_work_s=1799)]), Reason.NO_SHIFT_IN_WINDOW),
        (a_problem(shifts=[a_shift(mode=Mode.BIKE)]), Reason.PLACE_UNREACHABLE),
        (a_problem(shifts=[a_shift(window=a_window("07:00", "08:39"))]), Reason.WINDOW_UNREACHABLE),
        (a_problem(shifts=[a_shift(window=a_window("07:00", "08:40"))]), Reason.NOT_PLACED_IN_TIME),
        (a_problem([a_visit(locked_shifts=frozenset({"night"}))], [a_shift(), NIGHT]), Reason.NO_SHIFT_IN_WINDOW),
        (a_problem([PAIR], [a_shift(), a_shift("later")]), Reason.NOT_PLACED_IN_TIME),
        (a_problem([PAIR], [a_shift(), a_shift("later", carer="anna")]), Reason.NO_SECOND_CARER),
        (
            a_problem(
                [PAIR],
                [a_shift(window=a_window("07:00", "09:00")), a_shift("later", window=a_window("09:00", "12:00"))],
            ),
            Reason.NO_SECOND_CARER,
        ),
    ],
)
def test_rules_are_proved_in_order(problem: DayProblem, why: Reason | None) -> None:
    """The first rule that excludes every shift left by those before it is the reason, at its very edge."""
    assert [left_out.reason for left_out in explain_all(problem, ["v1"])] == ([] if why is None else [why])


@pytest.mark.parametrize(
    ("sailings", "why"),
    [
        ((THERE,), Reason.PLACE_UNREACHABLE),
        ((BACK,), Reason.PLACE_UNREACHABLE),
        ((THERE, BACK), Reason.NOT_PLACED_IN_TIME),
        ((a_sailing("noon", 1, 2, "12:00"), a_sailing("dusk", 2, 1, "14:00")), Reason.WINDOW_UNREACHABLE),
        ((THERE, a_sailing("night", 2, 1, "14:30")), Reason.NO_BOAT),
        ((a_sailing("early", 1, 2, "07:10"), BACK), Reason.NO_BOAT),
        ((a_sailing("early", 1, 2, "07:20"), BACK), Reason.NOT_PLACED_IN_TIME),
    ],
)
def test_boats_decide_what_can_be_reached(sailings: tuple[Sailing, ...], why: Reason) -> None:
    """No boat there or back is unreachable; boats too late, too early or not home in time miss the window."""
    problem = island(*sailings)
    assert reason(problem, problem.visits[0]).reason == why


def test_competition_is_counted() -> None:
    """Where nothing is proved, the sentence counts who is with other people at the time and who is not."""
    problem = a_problem([a_visit(), a_visit("v2")], [a_shift(), BOB, NIGHT])
    busy = a_plan(a_run([a_stop("v1", "08:10", "08:40")], "08:00", "08:50"))
    (left_out,) = explain_all(problem, ["v2"], busy)
    assert left_out.detail.startswith("2 shifts could make this visit alone; in this plan 1 of them")
    assert "and 1 did not" in left_out.detail


def test_the_nearest_gap_is_named() -> None:
    """Anna is busy at the agreed time and has a gap twenty minutes before it: that would place the visit."""
    late = a_visit("v2", window=a_window("08:00", "08:10"))
    busy = a_plan(a_run([a_stop("v1", "08:10", "08:40")], "08:00", "08:50"))
    (left_out,) = explain_all(a_problem([a_visit(window=a_window("08:10", "08:10")), late]), ["v2"], busy)
    assert left_out.detail.endswith("shift early has a gap for it from 07:40, 20 min outside the agreed time.")


def test_skills_that_ran_out_are_said_to_have() -> None:
    """A carer whose certificate ended yesterday is named as such, not as somebody who never had it."""
    shift = a_shift(skills=HOIST, skill_expiry={"hoist": "2026-11-22"})
    problem = a_problem([a_visit(skills=HOIST)], [shift])
    assert "anna, who lacks hoist (it has run out)" in reason(problem, problem.visits[0]).detail


@pytest.mark.parametrize("wish", [{"any_skills": HOIST}, {"unwanted_skills": frozenset({"smoker"})}])
def test_some_and_unwanted_skills_are_said(wish: dict[str, frozenset[str]]) -> None:
    """One of several skills, and none of some, are reasons too."""
    problem = a_problem([a_visit(**wish)], [a_shift(skills=frozenset({"smoker"}))])
    left_out = reason(problem, problem.visits[0])
    assert (left_out.reason, "The visit asks for" in left_out.detail) == (Reason.NO_SKILLED_CARER, True)


def test_explanations_follow_the_order_of_the_visits() -> None:
    """Only the visits asked for are explained, in the problem's order."""
    problem = a_problem([a_visit("v1"), a_visit("v2"), a_visit("v3")])
    assert [left_out.visit for left_out in explain_all(problem, ["v3", "v1"])] == ["v1", "v3"]


def test_lock_is_mentioned() -> None:
    """A visit that its lock keeps out says so, since releasing it is the remedy."""
    problem = a_problem([a_visit(locked_shifts=frozenset({"night"}))], [a_shift(), NIGHT])
    assert "locked to night" in reason(problem, problem.visits[0]).detail
