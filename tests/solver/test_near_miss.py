"""The gap that would place a visit: nearest to the agreed time, and one that really fits."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from solver.check import check
from solver.near_miss import NearMiss, NearMisses
from solver.realise import Sketch, timed_run
from solver.suits import may_make
from solver.types import ClientNeeds, DayPlan, DayProblem, LockedRun, Mode, Sequence, Shift, Stop, TimeWindow, Visit
from tests.builders import (
    NOTHING_MADE,
    a_break,
    a_plan,
    a_problem,
    a_rest,
    a_run,
    a_sailing,
    a_shift,
    a_stop,
    a_travel,
    a_visit,
    a_window,
    at,
)
from tests.days import days
from tests.oracle import best_plan
from tests.ruled_days import ruled_days

few = settings(max_examples=50, deadline=None, derandomize=True)
BUSY = a_plan(a_run([a_stop("v1", "08:10", "08:40")], "08:00", "08:50"))
V1 = a_visit(window=a_window("08:10", "08:10"))
BETWEEN = a_plan(
    a_run(
        [a_stop("v1", "08:10", "08:40"), a_stop("v3", "09:30", "10:00", travel_s=1200)],
        "08:00",
        "10:30",
        home_travel_s=1800,
    )
)
V3 = a_visit("v3", place=3)
NEW = a_visit("v2", place=2, window=a_window("08:00", "10:00"))
"""Where Anna passes between two visits at 08:40 and 09:30, twenty minutes from one to the other."""


def nearest(visit: Visit, plan: DayPlan = BUSY, shift: Shift | None = None, **changes: Any) -> NearMiss | None:
    """Look for a gap on Anna's shift, beside the default visit at ten past eight."""
    shifts = (shift or a_shift(),)
    return NearMisses(a_problem([V1, visit, V3], shifts, **changes), plan).of(visit, shifts)


def limited(**limits: Any) -> Shift:
    """Build Anna's shift with limits."""
    return a_shift(**limits)


@pytest.mark.parametrize(
    ("window", "start", "off_min"),
    [
        (("08:00", "08:05"), "07:40", 20),
        (("07:10", "07:20"), "07:10", 0),
        (("07:00", "07:05"), "07:10", 5),
        (("07:30", "08:30"), "07:30", 0),
        (("08:20", "08:30"), "08:40", 10),
        (("08:20", "08:50"), "08:40", 0),
        (("14:30", "15:00"), "14:20", 10),
    ],
)
def test_the_nearest_start_before_or_after_the_stop_is_given(window: tuple[str, str], start: str, off_min: int) -> None:
    """Next door to the only stop: before it from 07:10 to 07:40, after it from 08:40 to 14:20."""
    assert nearest(a_visit("v2", window=a_window(*window))) == NearMiss("early", at(start), off_min * 60)


def test_the_nearest_of_several_windows_counts() -> None:
    """The second window lies in a gap, whatever is missing in the first."""
    visit = a_visit("v2", window=a_window("08:00", "08:05"), other_windows=(a_window("12:00", "13:00"),))
    assert nearest(visit) == NearMiss("early", at("12:00"), 0)


def test_of_several_shifts_the_nearest_is_given_and_the_first_of_equals() -> None:
    """The carer who could come at the agreed time, wherever she stands; runs of others do not matter."""
    visit = a_visit("v2", window=a_window("08:00", "08:05"))
    shifts = [a_shift(), a_shift("b"), a_shift("c")]
    misses = NearMisses(a_problem([V1, visit], shifts), BUSY)
    assert misses.of(visit, shifts) == NearMiss("b", at("08:00"), 0)
    assert misses.of(visit, shifts[::-1]) == NearMiss("c", at("08:00"), 0)
    assert misses.of(visit, [shifts[2], shifts[0]]) == NearMiss("c", at("08:00"), 0)
    assert misses.of(visit, shifts[:1]) == NearMiss("early", at("07:40"), 20 * 60)


def test_how_far_a_carer_has_to_come_counts() -> None:
    """At seven nobody is there yet: the neighbours would be at ten past, whoever lives far off forty minutes later."""
    visit = a_visit("v2", window=a_window("07:00", "07:00"))
    shifts = [a_shift("near"), a_shift("far", start_place=5), a_shift("as-near")]
    misses = NearMisses(a_problem([V1, visit], shifts), BUSY)
    for order in (shifts, [shifts[1], shifts[0], shifts[2]]):
        assert misses.of(visit, order) == NearMiss("near", at("07:10"), 600)


def test_a_gap_is_filled_to_the_second() -> None:
    """Between 08:40 and 09:30 half an hour of visit fits on the way, and a second more does not."""
    for duration_s, found in ((1800, NearMiss("early", at("08:50"), 0)), (1801, NearMiss("early", at("10:10"), 600))):
        visit = replace(NEW, duration_s=duration_s)
        assert nearest(visit, BETWEEN) == found
    here = a_visit("v2", duration_s=50 * 60, window=a_window("08:00", "09:00"))
    at_one_door = replace(BETWEEN, runs=(replace(BETWEEN.runs[0], home_travel_s=600),))
    problem = a_problem([V1, here, replace(V3, place=1)])
    assert NearMisses(problem, at_one_door).of(here, problem.shifts) == NearMiss("early", at("08:40"), 0)


@pytest.mark.parametrize(
    ("window", "limits"),
    [
        (("08:30", "09:00"), {"max_work_s": 110, "max_drive_s": 60, "max_span_s": 150}),
        (("07:00", "07:30"), {"max_work_s": 120, "max_drive_s": 80, "max_span_s": 210}),
        (("07:30", "07:30"), {"max_work_s": 120, "max_drive_s": 80, "max_span_s": 200}),
        (("10:30", "11:00"), {"max_work_s": 120, "max_drive_s": 60, "max_span_s": 200}),
    ],
    ids=["between", "before", "before, later", "after"],
)
def test_limits_of_the_shift_are_kept(window: tuple[str, str], limits: dict[str, int]) -> None:
    """To the second: the visit and its ways, less the way that is saved, are added to what the run has."""
    visit = replace(NEW, window=a_window(*window))
    for name, minutes in limits.items():
        for limit_s, fits in ((minutes * 60, True), (minutes * 60 - 1, False)):
            miss = nearest(visit, BETWEEN, limited(**{name: limit_s}))
            assert (miss is not None and miss.off_s == 0) == fits, (name, limit_s)


@pytest.mark.parametrize(("name", "limit"), [("max_work_s", 1800), ("max_drive_s", 2400), ("max_span_s", 4200)])
def test_limits_of_an_idle_shift_are_kept(name: str, limit: int) -> None:
    """Half an hour of work, forty minutes on the road, seventy away; the ways from and to home are no work."""
    for less in (0, 1):
        miss = nearest(NEW, NOTHING_MADE, limited(**{name: limit - less}))
        assert (miss is None) == bool(less)


def test_what_the_run_carries_is_counted() -> None:
    """Two carried already leave room for one under a limit of three."""
    shifts = (a_shift(capacity=3),)
    for load, fits in ((1, True), (2, False)):
        visit = a_visit("v2", load=load)
        misses = NearMisses(a_problem([replace(V1, load=2), visit], shifts), BUSY)
        assert (misses.of(visit, shifts) is not None) == fits


def test_breaks_stay_where_they_are() -> None:
    """The gap begins after the break that is taken at the stop, and a paid break is work."""
    rests = (a_rest(0, "07:00", "07:20"), a_rest(1, "08:40", "08:55"))
    plan = replace(BETWEEN, runs=(replace(BETWEEN.runs[0], rests=rests),))
    paid = tuple(replace(a_break(minutes=minutes), paid=True) for minutes in (20, 15))
    short = a_visit("v2", place=2, duration_s=900, window=a_window("09:00", "09:30"))
    for limit_min, start in ((130, "09:05"), (129, None)):
        miss = nearest(short, plan, a_shift(breaks=paid, max_work_s=limit_min * 60))
        assert miss == (start and NearMiss("early", at(start), 0))
    unpaid = a_shift(breaks=tuple(replace(each, paid=False) for each in paid), max_work_s=95 * 60)
    assert nearest(short, plan, unpaid) == NearMiss("early", at("09:05"), 0)
    first = replace(short, window=a_window("07:00", "07:30"))
    assert nearest(first, plan, replace(unpaid, max_work_s=10**6)) == NearMiss("early", at("07:40"), 600)
    at_last = replace(BETWEEN, runs=(replace(BETWEEN.runs[0], rests=(a_rest(2, "10:00", "10:30"),)),))
    late = a_visit("v2", place=3, window=a_window("10:00", "10:10"))
    assert nearest(late, at_last, a_shift(breaks=(a_break(),))) == NearMiss("early", at("10:30"), 20 * 60)


def test_nothing_is_promised_where_more_than_a_gap_is_needed() -> None:
    """Idle shifts with breaks, settled runs, pairs, sequences and clients whose visits depend on each other."""
    assert nearest(NEW) is not None
    assert nearest(NEW, NOTHING_MADE) is not None
    assert nearest(NEW, NOTHING_MADE, a_shift(breaks=(a_break(),))) is None
    assert nearest(NEW, locked_runs=(LockedRun(shift="early", visits=("v1",)),)) is None
    assert nearest(NEW, locked_runs=(LockedRun(shift="another", visits=("v1",)),)) is not None
    assert nearest(NEW, locked_runs=(LockedRun(shift="another", visits=("v2",)),)) is None
    assert nearest(replace(NEW, carers_needed=2)) is None
    for link in (("v2", "v1"), ("v1", "v2")):
        sequence = Sequence(first=link[0], then=link[1], least_s=0, most_s=3600)
        assert nearest(NEW, sequences=(sequence,)) is None
    assert nearest(NEW, sequences=(Sequence(first="v1", then="v3", least_s=0, most_s=3600),)) is not None
    assert nearest(NEW, clients=(ClientNeeds(client=NEW.client),)) is None
    assert nearest(NEW, clients=(ClientNeeds(client="another"),)) is not None
    for plan in (BUSY, NOTHING_MADE):
        assert nearest(NEW, plan, a_shift(mode=Mode.BIKE)) is None


def test_the_rest_between_days_bounds_the_first_and_the_last_gap() -> None:
    """Back late yesterday and due early tomorrow: the gaps begin and end when the rest is over and begins."""
    early = replace(NEW, window=a_window("07:00", "07:00"))
    rested = a_shift(previous_end_s=at("07:05") - 11 * 3600)
    assert nearest(early, BETWEEN, rested) == NearMiss("early", at("07:25"), 25 * 60)
    idle = a_shift(next_start_s=at("10:00") + 11 * 3600)
    late = replace(NEW, window=a_window("11:00", "11:00"))
    assert nearest(late, NOTHING_MADE, idle) == NearMiss("early", at("09:10"), 110 * 60)
    assert nearest(early, NOTHING_MADE, rested) == NearMiss("early", at("07:25"), 25 * 60)


def test_boats_there_and_back_are_caught_within_the_gap() -> None:
    """Across the water from eight to ten; waiting for the boat home counts as travel, which promises too little."""
    boats = [a_sailing("out", 0, 1, "08:00"), a_sailing("back", 1, 0, "10:00")]
    travel = a_travel([[0, None], [None, 0]], sailings=boats)
    shift = a_shift(max_drive_s=105 * 60)
    for duration_min, found in ((75, NearMiss("early", at("08:35"), 0)), (76, None)):
        visit = a_visit(duration_s=duration_min * 60)
        misses = NearMisses(a_problem([visit], [shift], travel), NOTHING_MADE)
        assert misses.of(visit, [shift]) == found
    visit = a_visit(duration_s=3600)
    for limit_s, fits in ((105 * 60, True), (105 * 60 - 1, False)):
        shift = limited(max_drive_s=limit_s)
        misses = NearMisses(a_problem([visit], [shift], travel), NOTHING_MADE)
        assert (misses.of(visit, [shift]) is not None) == fits
    only_out = a_travel([[0, None], [None, 0]], sailings=boats[:1])
    only_back = a_travel([[0, None], [None, 0]], sailings=boats[1:])
    for one_way in (only_out, only_back):
        assert NearMisses(a_problem([visit], [shift], one_way), NOTHING_MADE).of(visit, [shift]) is None


@pytest.mark.parametrize(("span_min", "found"), [(225, NearMiss("early", at("10:00"), 0)), (224, None)])
def test_whoever_waits_after_a_boat_left_home_before_it(span_min: int, found: NearMiss | None) -> None:
    """From 07:50 to 11:35: who is there at 08:35 for a visit at ten cannot leave home later for that."""
    boats = [a_sailing("out", 0, 1, "08:00"), a_sailing("back", 1, 0, "11:00")]
    travel = a_travel([[0, None], [None, 0]], sailings=boats)
    visit, shift = a_visit(window=a_window("10:00", "10:00")), limited(max_span_s=span_min * 60)
    assert NearMisses(a_problem([visit], [shift], travel), NOTHING_MADE).of(visit, [shift]) == found


TWO_AT_ONCE = [a_stop("v1", "08:10", "11:00"), a_stop("v3", "08:30", "09:00")]
NO_TIME_FOR_THE_WAY = [a_stop("v1", "08:10", "08:40"), a_stop("v3", "08:59", "09:30")]
JUST_IN_TIME = [a_stop("v1", "08:10", "08:40"), a_stop("v3", "09:00", "09:30")]


@pytest.mark.parametrize(
    ("stops", "leaves_min", "kept"),
    [
        (TWO_AT_ONCE, 0, False),
        (NO_TIME_FOR_THE_WAY, 0, False),
        (JUST_IN_TIME, 0, True),
        ([a_stop("v1", "07:09", "07:39")], 0, False),
        ([a_stop("v1", "07:10", "07:40")], 0, True),
        ([a_stop("v1", "14:21", "14:51")], 0, False),
        ([a_stop("v1", "14:20", "14:50")], 0, True),
        (JUST_IN_TIME, 1, False),
        (JUST_IN_TIME, None, False),
    ],
)
def test_a_recorded_run_that_cannot_be_kept_promises_nothing(
    stops: list[Stop], leaves_min: int | None, *, kept: bool
) -> None:
    """Two visits at once, too little time for a way, from or to home, after a rest, or no way at all."""
    rests = (a_rest(1, "08:40", "08:41"),) if leaves_min else ()
    plan = a_plan(a_run(stops, "07:00", "15:00", rests=rests))
    visits = [V1, replace(V3, place=1) if stops is TWO_AT_ONCE else V3, NEW]
    travel = a_travel([[0, 10, 10, None]] * 3 + [[None, None, None, 0]]) if leaves_min is None else a_travel()
    problem = a_problem(visits, [a_shift()], travel)
    late = replace(NEW, window=a_window("07:30", "14:00"))
    assert (NearMisses(problem, plan).of(late, problem.shifts) is not None) == kept


def without_last(problem: DayProblem) -> tuple[DayProblem, Visit]:
    """Take the last visit out of a day, with what ties it to others."""
    last = problem.visits[-1]
    links = tuple(link for link in problem.sequences if last.id not in {link.first, link.then})
    clients = {visit.client for visit in problem.visits[:-1]}
    needs = tuple(needs for needs in problem.clients if needs.client in clients)
    fewer = replace(problem, visits=problem.visits[:-1], sequences=links, clients=needs, before=())
    return replace(fewer, keep=problem.keep - {last.id}), last


def inserted(problem: DayProblem, plan: DayPlan, visit: Visit, shift: Shift, start_s: int) -> DayPlan:
    """Put a visit into a plan at a start, all else as early as planned."""
    visits = {each.id: each for each in problem.visits}
    run = next((run for run in plan.runs if run.shift == shift.id), None)
    stops, rests = (run.stops, run.rests) if run else ((), ())
    before = sum(stop.start_s < start_s for stop in stops)
    sketch = Sketch(
        shift,
        (*(visits[stop.visit] for stop in stops[:before]), visit, *(visits[stop.visit] for stop in stops[before:])),
        tuple(rest.after_stop + (rest.after_stop > before) for rest in rests),
        max(shift.window.earliest_s, (shift.previous_end_s or -(10**9)) + problem.rest_s),
    )
    starts = {stop.visit: stop.start_s for stop in stops} | {visit.id: start_s}
    new = timed_run(problem.travel, sketch, starts)
    rows = [each.id for each in problem.shifts]
    runs = sorted((new, *(each for each in plan.runs if each != run)), key=lambda each: rows.index(each.shift))
    return replace(
        plan, runs=tuple(runs), unallocated=tuple(left for left in plan.unallocated if left.visit != visit.id)
    )


def starts(plan: DayPlan) -> dict[tuple[str, str], int]:
    """Give when each visit starts, by shift."""
    return {(run.shift, stop.visit): stop.start_s for run in plan.runs for stop in run.stops}


def able(problem: DayProblem, visit: Visit) -> list[Shift]:
    """Give the shifts that suit a visit and are not barred from it."""
    return [shift for shift in problem.shifts if may_make(problem, visit, shift)]


@few
@given(st.one_of(days(max_visits=3), ruled_days(max_visits=3)).filter(lambda day: day.visits))
def test_a_gap_that_is_named_takes_the_visit(problem: DayProblem) -> None:
    """Put there, whatever the rules of the day, the visit breaks none; only the agreed time may be another."""
    fewer, last = without_last(problem)
    plan = best_plan(fewer)[1]
    miss = NearMisses(problem, plan).of(last, able(problem, last))
    if miss is None:
        return
    shift = next(shift for shift in problem.shifts if shift.id == miss.shift)
    agreed = TimeWindow(earliest_s=miss.start_s, latest_s=miss.start_s)
    moved = replace(last, window=agreed, other_windows=(), window_on_end=False, tolerance_s=None, locked_start_s=None)
    asked = replace(problem, visits=(*problem.visits[:-1], last if miss.off_s == 0 else moved))
    assert check(asked, inserted(asked, plan, asked.visits[-1], shift, miss.start_s)) == ()


@few
@given(days(max_visits=3).filter(lambda day: day.visits and day.visits[-1].carers_needed == 1))
def test_where_no_gap_is_named_there_is_none(problem: DayProblem) -> None:
    """On a day with no limit but that of work, a visit that fits at some quarter of an hour has a gap within reach."""
    fewer, last = without_last(problem)
    plan = best_plan(fewer)[1]
    crew = able(problem, last)
    miss = NearMisses(problem, plan).of(last, crew)
    for shift in crew:
        if shift.breaks and shift.id not in {run.shift for run in plan.runs}:
            continue
        for start_s in range(last.window.earliest_s, last.window.latest_s + 1, 900):
            more = inserted(problem, plan, last, shift, start_s)
            if starts(plan).items() <= starts(more).items() and check(problem, more) == ():
                assert miss is not None
                assert miss.off_s == 0
