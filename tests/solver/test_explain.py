"""The reason for a visit left out: each proved one from a written-out day, with words that say what is in the way."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from solver.explain import ACTIONS, explain_all
from solver.types import LockedRun, Mode, Reason, Sequence
from tests.builders import (
    NOTHING_MADE,
    a_break,
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
    from solver.types import DayPlan, DayProblem, Sailing, Shift, Unallocated

BOB = a_shift("late", carer="bob")
BETWEEN = [a_shift(window=a_window("07:00", "09:00")), a_shift("later", window=a_window("08:30", "12:00"))]
"""Anna can be with somebody ten minutes away until 08:50, the other from 08:40."""
NIGHT = a_shift("night", window=a_window("22:00", "23:59"))
SOUTH = frozenset({"south"})
HOIST = frozenset({"hoist"})
SMOKER = frozenset({"smoker"})
NO_WAY_TO_2 = [[0, 10, None], [10, 0, None], [None, None, 0]]
PAIR = a_visit(carers_needed=2)
PAID = replace(a_break(), paid=True)
SHORES = [[0, 10, None, None], [10, 0, None, None], [None, None, 0, 10], [None, None, 10, 0]]
THERE, BACK = a_sailing("dawn", 1, 2, "08:00"), a_sailing("dusk", 2, 1, "10:00")


def island(*sailings: Sailing) -> DayProblem:
    """Build a day with the visit on an island that only these sailings serve."""
    return a_problem([a_visit(place=3)], travel=a_travel(SHORES, sailings=sailings))


def reason(problem: DayProblem, plan: DayPlan = NOTHING_MADE) -> Unallocated:
    """Explain why the first visit is not in a plan, by default one in which nobody works."""
    (left_out,) = explain_all(problem, [problem.visits[0].id], plan)
    return left_out


DAYS = {
    Reason.NO_ELIGIBLE_PROVIDER: (a_problem([a_visit(providers=SOUTH)]), "south"),
    Reason.NO_SKILLED_CARER: (a_problem([a_visit(skills=HOIST)]), "lacks hoist"),
    Reason.ALL_BARRED: (a_problem([a_visit(barred_carers=frozenset({"anna"}))]), "barred: anna"),
    Reason.NO_SHIFT_IN_WINDOW: (a_problem(shifts=[NIGHT]), "22:00-23:59"),
    Reason.PLACE_UNREACHABLE: (island(), "No road and no boat"),
    Reason.WINDOW_UNREACHABLE: (a_problem([a_visit(window=a_window("07:00", "07:09"))]), "start at 07:10"),
    Reason.NO_TIME_WOULD_DO: (
        island(a_sailing("noon", 1, 2, "12:00"), BACK),
        "it could start at 12:45 at the earliest, and must by 09:10 to be home.",
    ),
    Reason.NO_SUITABLE_CARER: (a_problem([a_visit(genders=frozenset({"woman"}))]), "gender woman"),
    Reason.NO_BOAT: (
        island(THERE, a_sailing("night", 2, 1, "14:30")),
        "takes anybody who could come (1 carer) there and home",
    ),
    Reason.SHIFT_LIMITS: (a_problem(shifts=[a_shift(max_drive_s=1199)]), "have to drive 20 min (at most 19 min 59 s)."),
    Reason.BREAKS_IN_THE_WAY: (
        a_problem([a_visit(duration_s=3 * 3600)], [a_shift(breaks=(a_break("10:30", "10:59"),))]),
        "breaks of everybody who could come otherwise (1 carer) leave each other no time.",
    ),
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
        "Between 08:00 and 09:30 these visits need 2 h of carers who have 1 h 30 min: v1, v2. One",
    ),
    Reason.NO_SECOND_CARER: (a_problem([PAIR]), "only anna"),
    Reason.NOT_PLACED_IN_TIME: (a_problem(), "1 shift is not ruled out: it is not with"),
}


@pytest.mark.parametrize("why", DAYS)
def test_reason_is_found_and_said(why: Reason) -> None:
    """A day in which one thing is in the way gives that reason, in a sentence that names it."""
    problem, words = DAYS[why]
    busy = a_plan(a_run([a_stop("v2", "08:10", "09:10")], "08:00", "09:20"))
    left_out = reason(problem, busy if why == Reason.TOO_FEW_CARERS else NOTHING_MADE)
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
        (a_problem(shifts=[a_shift(max_work_s=1799)]), Reason.SHIFT_LIMITS),
        (a_problem(shifts=[a_shift(max_work_s=1800, breaks=(a_break(),))]), Reason.NOT_PLACED_IN_TIME),
        (a_problem(shifts=[a_shift(max_work_s=3599, breaks=(PAID,))]), Reason.SHIFT_LIMITS),
        (a_problem(shifts=[a_shift(max_work_s=3600, breaks=(PAID,))]), Reason.NOT_PLACED_IN_TIME),
        (a_problem([a_visit(load=2)], [a_shift(capacity=1)]), Reason.SHIFT_LIMITS),
        (a_problem([a_visit(load=2)], [a_shift(capacity=2)]), Reason.NOT_PLACED_IN_TIME),
        (a_problem(shifts=[a_shift(max_drive_s=1200)]), Reason.NOT_PLACED_IN_TIME),
        (a_problem(shifts=[a_shift(max_drive_s=1200, max_span_s=2999)]), Reason.SHIFT_LIMITS),
        (a_problem(shifts=[a_shift(max_drive_s=1199, max_span_s=3000)]), Reason.SHIFT_LIMITS),
        (a_problem(shifts=[a_shift(max_span_s=3000)]), Reason.NOT_PLACED_IN_TIME),
        (a_problem(shifts=[a_shift(end_place=3, max_drive_s=1799)]), Reason.SHIFT_LIMITS),
        (a_problem(shifts=[a_shift(end_place=3, max_drive_s=1800)]), Reason.NOT_PLACED_IN_TIME),
        (a_problem(shifts=[a_shift(window=a_window("07:00", "08:29"))]), Reason.NO_SHIFT_IN_WINDOW),
        (a_problem(shifts=[a_shift(window=a_window("07:00", "08:30"))]), Reason.WINDOW_UNREACHABLE),
        (a_problem(shifts=[a_shift(window=a_window("10:00", "15:00"))]), Reason.WINDOW_UNREACHABLE),
        (a_problem(shifts=[a_shift(window=a_window("10:01", "15:00"))]), Reason.NO_SHIFT_IN_WINDOW),
        (a_problem([a_visit(other_windows=(a_window("22:00", "23:00"),))], [NIGHT]), Reason.NOT_PLACED_IN_TIME),
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
        (a_problem([PAIR], BETWEEN), Reason.NO_SECOND_CARER),
        (a_problem([replace(PAIR, duration_s=1799)], BETWEEN), Reason.NO_SECOND_CARER),
        (a_problem([replace(PAIR, duration_s=600)], BETWEEN), Reason.NOT_PLACED_IN_TIME),
        (a_problem([replace(PAIR, duration_s=601)], BETWEEN), Reason.NO_SECOND_CARER),
        (
            a_problem([replace(PAIR, duration_s=600, window=a_window("08:39", "08:39"))], BETWEEN),
            Reason.NO_SECOND_CARER,
        ),
    ],
)
def test_rules_are_proved_in_order(problem: DayProblem, why: Reason | None) -> None:
    """The first rule that excludes every shift left by those before it is the reason, at its very edge."""
    assert [left_out.reason for left_out in explain_all(problem, ["v1"], NOTHING_MADE)] == (
        [] if why is None else [why]
    )


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
    assert reason(problem).reason == why


def test_a_pair_with_several_windows_needs_one_in_which_both_can_come() -> None:
    """Each has most room in another window; that both have some in the same one is enough."""
    visit = a_visit(carers_needed=2, other_windows=(a_window("12:00", "13:00"),))
    late = a_shift("late", window=a_window("09:30", "15:00"))
    assert reason(a_problem([visit], [a_shift(), late])).reason == Reason.NOT_PLACED_IN_TIME
    gone = a_shift("late", window=a_window("10:30", "15:00"))
    early = a_shift(window=a_window("07:00", "11:00"))
    left_out = reason(a_problem([visit], [early, gone]))
    assert left_out.reason == Reason.NO_SECOND_CARER
    assert "anna, carer-of-late could come, but no two at the same time" in left_out.detail


def test_driving_is_proved_too_much_only_where_no_boat_may_save_it() -> None:
    """Where a boat sails from pier to pier, less driving than by road alone may do; a pier further off saves none."""
    limited = [a_shift(max_drive_s=60, max_span_s=30 * 60)]
    for sailings, proved in (
        ((), True),
        ([a_sailing("boat", 3, 4, "08:00")], True),
        ([a_sailing("out", 0, 1, "08:00"), a_sailing("home", 1, 0, "08:00")], False),
    ):
        left_out = reason(a_problem(shifts=limited, travel=a_travel(sailings=sailings)))
        assert left_out.reason == (Reason.SHIFT_LIMITS if proved else Reason.NOT_PLACED_IN_TIME)


def test_settled_runs_keep_out_all_but_their_own() -> None:
    """A settled run with the visit is no obstacle, nor is that of a shift that could not come anyway."""
    for visits, why in (((), Reason.SHIFTS_SETTLED), (("v1",), Reason.NOT_PLACED_IN_TIME)):
        assert reason(a_problem(locked_runs=(LockedRun(shift="early", visits=visits),))).reason == why
    other = (LockedRun(shift="late", visits=()),)
    assert reason(a_problem(shifts=[a_shift(), BOB], locked_runs=other)).reason == Reason.NOT_PLACED_IN_TIME


def test_who_is_settled_for_a_visit_decides_alone() -> None:
    """Whatever others could do; but one settled carer of two leaves the other place open."""
    able = a_shift("able", skills=HOIST)
    runs = (LockedRun(shift="early", visits=("v1",)),)
    left_out = reason(a_problem([a_visit(skills=HOIST)], [a_shift(), able], locked_runs=runs))
    assert left_out.reason == Reason.NO_SKILLED_CARER
    assert left_out.detail.startswith("It is settled for early, and no other shift counts. The visit needs hoist")
    kept = reason(a_problem([a_visit()], [a_shift(), able], locked_runs=runs))
    assert kept.reason == Reason.NOT_PLACED_IN_TIME
    assert "1 shift is not ruled out" in kept.detail
    half = reason(a_problem([PAIR], [a_shift(), able], locked_runs=runs))
    assert half.detail.startswith("The visit needs 2 carers. 2 shifts are not ruled out")
    both = (*runs, LockedRun(shift="able", visits=("v1",)))
    pair = reason(a_problem([PAIR], [a_shift(), able, BOB], locked_runs=both))
    assert pair.detail.startswith("It is settled for able, early, and no other shift counts. The visit needs 2 carers.")


def test_lock_or_settled_run_of_another_provider_is_what_is_in_the_way() -> None:
    """Somebody of the provider is on shift all the same, so that is not denied."""
    south = a_shift("south", provider="south")
    locked = a_problem([a_visit(locked_shifts=frozenset({"south"}))], [a_shift(), south])
    settled = a_problem([a_visit()], [a_shift(), south], locked_runs=(LockedRun(shift="south", visits=("v1",)),))
    for problem, how in ((locked, "locked to"), (settled, "settled for")):
        left_out = reason(problem)
        assert left_out.reason == Reason.NO_ELIGIBLE_PROVIDER
        assert left_out.detail == (
            f"It is {how} south, and no other shift counts. Only north may serve this visit, and none of the shifts "
            "that count is of north. Release it to let others come."
        )
    assert reason(a_problem(shifts=[south])).detail == (
        "Only north may serve this visit, and nobody there is on shift. A shift there would do."
    )


@pytest.mark.parametrize(
    ("limits", "said"),
    [
        ({"max_work_s": 1200}, "work 30 min (at most 20 min)."),
        ({"capacity": 1}, "carry 2 (at most 1)."),
        ({"max_span_s": 2400}, "be away 50 min (at most 40 min)."),
        ({"max_drive_s": 600, "max_span_s": 0}, "drive 20 min (at most 10 min) and be away 50 min (at most 0 min)."),
    ],
)
def test_limits_in_the_way_are_named(limits: dict[str, Any], said: str) -> None:
    """Which, what the visit would ask and what is allowed, for the first of the shifts."""
    detail = reason(a_problem([a_visit(load=2)], [a_shift(**limits), a_shift("b", max_work_s=0)])).detail
    assert "of everybody who could come otherwise (2 carers): shift early would have to " in detail
    assert detail.endswith(said)


@pytest.mark.parametrize(("first", "then"), [("v1", "v2"), ("v2", "v1")])
def test_the_other_half_is_either_half(first: str, then: str) -> None:
    """Whichever of the two comes first; a sequence of two others, and one that can be made, prove nothing."""
    link = Sequence(first=first, then=then, least_s=0, most_s=3600)
    impossible = a_visit("v2", skills=HOIST)
    assert reason(a_problem([a_visit(), impossible], sequences=(link,))).reason == Reason.OTHER_HALF_IMPOSSIBLE
    possible = a_problem([a_visit(), a_visit("v2")], sequences=(link,))
    assert reason(possible).reason == Reason.NOT_PLACED_IN_TIME
    others = replace(link, first="v2", then="v3")
    apart = a_problem([a_visit(), impossible, a_visit("v3")], sequences=(others,))
    assert reason(apart).reason == Reason.NOT_PLACED_IN_TIME


def test_who_is_left_out_too_does_not_compete() -> None:
    """A visit that nobody can reach takes no time of anybody, so there are not too few carers beside it."""
    hour: dict[str, Any] = {"duration_s": 3600, "window": a_window("08:00", "08:30")}
    problem = a_problem([a_visit(**hour), a_visit("v2", place=2, **hour)], travel=a_travel(NO_WAY_TO_2))
    found = explain_all(problem, ["v1", "v2"], NOTHING_MADE)
    assert [left_out.reason for left_out in found] == [Reason.NOT_PLACED_IN_TIME, Reason.PLACE_UNREACHABLE]
    assert found[0].detail.endswith("early has a gap for it from 08:00, inside the agreed time.")


@pytest.mark.parametrize(
    ("visits", "said"),
    [
        (6, "need 1 h of carers who have 50 min: v1, v2, v3, v4, v5, v6. One"),
        (7, "need 1 h 10 min of carers who have 1 h: v1, v2, v3, v4, v5, v6 and 1 more. One"),
    ],
)
def test_a_few_competing_visits_are_named(visits: int, said: str) -> None:
    """Six names at most, and how many more there are."""
    hour: dict[str, Any] = {"duration_s": 600, "window": a_window("08:10", "08:10")}
    ids = [f"v{n}" for n in range(1, visits + 1)]
    problem = a_problem([a_visit(name, **hour) for name in ids], [a_shift(f"s{n}") for n in range(visits - 1)])
    plan = a_plan(
        *(a_run([a_stop(f"v{n + 2}", "08:10", "08:20")], "08:00", "08:30", shift=f"s{n}") for n in range(visits - 1))
    )
    assert said in reason(problem, plan).detail


@pytest.mark.parametrize(
    ("start", "leave", "busy"),
    [
        ("07:30", "08:00", False),
        ("07:31", "08:01", True),
        ("10:29", "10:59", True),
        ("10:30", "11:00", False),
    ],
)
def test_who_is_busy_is_counted(start: str, leave: str, *, busy: bool) -> None:
    """A stop competes when it overlaps the time from the earliest start to the latest end of the visit."""
    problem = a_problem([a_visit(), a_visit("v2", window=a_window("07:00", "12:00"))], [a_shift(), BOB, NIGHT])
    plan = a_plan(a_run([a_stop("v2", start, leave)], "07:00", "11:10"))
    expected = "1 is with other people at that time, 1 is not." if busy else "none is with other people at that time."
    assert f"2 shifts are not ruled out: {expected} It is not proved" in reason(problem, plan).detail


def test_one_stop_at_that_time_is_enough_to_be_busy() -> None:
    """The other stop of the run is long over."""
    problem = a_problem([a_visit(), a_visit("v2"), a_visit("v3", window=a_window("07:00", "07:10"))])
    plan = a_plan(a_run([a_stop("v3", "07:10", "07:40"), a_stop("v2", "08:10", "08:40")], "07:00", "08:50"))
    assert "1 shift is not ruled out: it is with other people" in reason(problem, plan).detail


@pytest.mark.parametrize(
    ("shifts", "busy", "said"),
    [
        (1, 0, "1 shift is not ruled out: it is not with other people at that time."),
        (1, 1, "1 shift is not ruled out: it is with other people at that time."),
        (2, 2, "2 shifts are not ruled out: all are with other people at that time."),
        (3, 1, "3 shifts are not ruled out: 1 is with other people at that time, 2 are not."),
        (3, 2, "3 shifts are not ruled out: 2 are with other people at that time, 1 is not."),
    ],
)
def test_how_many_are_busy_is_said_in_good_english(shifts: int, busy: int, said: str) -> None:
    """One, some and all; of a visit for two the number is said, as no shift could make it alone."""
    others = [a_visit(f"b{n}") for n in range(busy)]
    runs = [a_run([a_stop(f"b{n}", "08:10", "08:40")], "08:00", "08:50", shift=f"s{n}") for n in range(busy)]
    plan, of = replace(NOTHING_MADE, runs=tuple(runs)), [a_shift(f"s{n}") for n in range(shifts)]
    assert reason(a_problem([a_visit(), *others], of), plan).detail.startswith(said)
    if shifts > 1:
        detail = reason(a_problem([PAIR, *others], of), plan).detail
        assert detail.startswith(f"The visit needs 2 carers. {said}")


def test_a_gap_at_the_agreed_time_is_no_shortage() -> None:
    """Recorded: somebody makes a visit without the skill, or two at once, so that another is free against all rules."""
    nine = a_window("09:00", "09:00")
    visits = [a_visit(name, skills=HOIST, duration_s=3600, window=nine) for name in ("v1", "v2")]
    shifts = [a_shift(), a_shift("able", skills=HOIST)]
    left_out = reason(a_problem(visits, shifts), a_plan(a_run([a_stop("v2", "09:00", "10:00")], "08:50", "10:10")))
    assert left_out.reason == Reason.NOT_PLACED_IN_TIME
    assert left_out.detail.endswith("shift able has a gap for it from 09:00, inside the agreed time.")
    twice = [a_stop(name, "09:00", "10:00") for name in ("v2", "v3")]
    three = [replace(visit, skills=frozenset()) for visit in (*visits, replace(visits[1], id="v3"))]
    left_out = reason(a_problem(three, shifts), a_plan(a_run(twice, "08:50", "10:10")))
    assert left_out.reason == Reason.NOT_PLACED_IN_TIME
    rests = [shifts[0], replace(shifts[1], breaks=(a_break("12:00", "13:00", 30),))]
    left_out = reason(a_problem(visits, rests), a_plan(a_run([a_stop("v2", "09:00", "10:00")], "08:50", "10:10")))
    assert left_out.reason == Reason.NOT_PLACED_IN_TIME


def test_the_nearest_gap_is_named() -> None:
    """Anna is busy at the agreed time and has a gap twenty minutes before it: that would place the visit."""
    late = a_visit("v2", window=a_window("08:00", "08:10"))
    busy = a_plan(a_run([a_stop("v1", "08:10", "08:40")], "08:00", "08:50"))
    (left_out,) = explain_all(a_problem([a_visit(window=a_window("08:10", "08:10")), late]), ["v2"], busy)
    assert left_out.detail.endswith("shift early has a gap for it from 07:40, 20 min outside the agreed time.")


@pytest.mark.parametrize(
    ("shifts", "said"),
    [
        (
            [a_shift(window=a_window("07:00", "08:35"))],
            "early comes nearest: with no other visit it could start at 08:00",
        ),
        (
            [a_shift(window=a_window("07:00", "08:35"))],
            "start by 07:55 for the agreed time and to be home: 5 min too late",
        ),
        (
            [a_shift(window=a_window("07:00", "08:35")), a_shift("b", window=a_window("07:00", "08:36"))],
            "b comes nearest",
        ),
        (
            [a_shift("b", window=a_window("09:55", "15:00")), a_shift(window=a_window("09:54", "15:00"))],
            "4 min too late",
        ),
    ],
)
def test_how_much_is_missing_is_said_of_the_nearest(shifts: list[Shift], said: str) -> None:
    """The shift that misses the window by least, and by how much."""
    left_out = reason(a_problem(shifts=shifts))
    assert left_out.reason == Reason.WINDOW_UNREACHABLE
    assert said in left_out.detail


def test_hours_of_shifts_are_listed() -> None:
    """Each once, in order, three at most; and all windows of the visit."""
    hours = [("06:00", "07:00"), ("05:00", "07:00"), ("06:00", "07:00"), ("13:00", "14:00")]
    shifts = [a_shift(f"s{n}", window=a_window(*each)) for n, each in enumerate(hours)]
    visit = a_visit(other_windows=(a_window("20:00", "21:00"),))
    detail = reason(a_problem([visit], shifts)).detail
    assert "between 08:00 and 10:00 or 20:00 and 21:00 and lasts 30 min" in detail
    assert "(they run 05:00-07:00, 06:00-07:00, 13:00-14:00)." in detail
    more = reason(a_problem([visit], [*shifts, a_shift("s4", window=a_window("16:00", "17:00"))])).detail
    assert "(they run 05:00-07:00, 06:00-07:00, 13:00-14:00 and others)." in more


def test_skills_that_ran_out_are_said_to_have() -> None:
    """A carer whose certificate ended yesterday is named as such, not as somebody who never had it."""
    shift = a_shift(skills=HOIST, skill_expiry={"hoist": "2026-11-22"})
    problem = a_problem([a_visit(skills=HOIST)], [shift])
    assert "anna comes closest, and lacks hoist (it has run out)." in reason(problem).detail


def test_of_several_carers_the_best_is_named() -> None:
    """Who lacks least; a certificate that ran out is only mentioned where nothing else is lacking."""
    both = frozenset({"hoist", "peg"})
    shifts = [a_shift("a"), a_shift("b", skills=both, skill_expiry={"peg": "2026-11-22", "hoist": "2026-11-23"})]
    detail = reason(a_problem([a_visit(skills=both)], shifts)).detail
    assert "needs hoist, peg, and nobody who may come (2 carers) holds all of that." in detail
    assert "carer-of-b comes closest, and lacks peg (it has run out)." in detail
    never = [a_shift("b", skills=HOIST, skill_expiry={"hoist": "2026-11-22"})]
    assert "lacks hoist, peg." in reason(a_problem([a_visit(skills=both)], never)).detail


@pytest.mark.parametrize(
    ("wish", "said"),
    [
        ({"any_skills": HOIST}, "The visit asks for one of hoist, and"),
        ({"unwanted_skills": SMOKER}, "The visit asks for nobody with smoker, and"),
        ({"skills": SMOKER, "any_skills": HOIST}, "The visit asks for smoker and one of hoist, and"),
        ({"genders": HOIST}, "The visit asks for gender hoist; nobody with the skills (1 carer) is as asked."),
        ({"languages": HOIST}, "asks for language hoist;"),
        ({"modes": frozenset({Mode.BIKE})}, "asks for mode bike;"),
        ({"equipment": HOIST, "genders": SMOKER}, "asks for gender smoker and equipment hoist;"),
    ],
)
def test_wishes_are_said(wish: dict[str, Any], said: str) -> None:
    """All that the visit asks for of that kind is named, and nothing else."""
    left_out = reason(a_problem([a_visit(**wish)], [a_shift(skills=SMOKER)]))
    assert left_out.reason in {Reason.NO_SKILLED_CARER, Reason.NO_SUITABLE_CARER}
    assert said in left_out.detail


def test_explanations_follow_the_order_of_the_visits() -> None:
    """Only the visits asked for are explained, in the problem's order."""
    problem = a_problem([a_visit("v1"), a_visit("v2"), a_visit("v3")])
    assert [left_out.visit for left_out in explain_all(problem, ["v3", "v1"], NOTHING_MADE)] == ["v1", "v3"]


def test_lock_is_mentioned() -> None:
    """A visit that its lock keeps out says so, since releasing it is the remedy."""
    problem = a_problem([a_visit(locked_shifts=frozenset({"night"}))], [a_shift(), NIGHT])
    assert "locked to night" in reason(problem).detail
    assert "locked" not in reason(a_problem(shifts=[NIGHT])).detail
