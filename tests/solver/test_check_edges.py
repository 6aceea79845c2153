"""Every limit to the second: what is just allowed is no breach, and one second beyond is one, by one second."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from solver.check import check
from solver.rules import Rule
from solver.types import ClientNeeds, Sequence, TimeWindow
from tests.builders import a_break, a_plan, a_problem, a_rest, a_run, a_sailing, a_shift, a_stop, a_travel, a_visit, at
from tests.solver.cases import ANNA, BOTH, FIRST, OTHER, PAIR, PLAN, SECOND, V2, V2_ALONE
from tests.solver.more_cases import pair_of_visits, tied

if TYPE_CHECKING:
    from collections.abc import Callable

    from solver.types import DayPlan, DayProblem

EIGHT_TEN_S = at("08:10")


def found(problem: DayProblem, plan: DayPlan) -> list[tuple[str, int]]:
    """Give the rules that are broken, and by how much."""
    return [(breach.rule, breach.amount) for breach in check(problem, plan)]


def between(earliest_s: int, latest_s: int) -> TimeWindow:
    """Build a window from two instants."""
    return TimeWindow(earliest_s=earliest_s, latest_s=latest_s)


def of_visit(**changes: Any) -> DayProblem:
    """Build the default day with its visit changed."""
    return a_problem([a_visit(**changes)])


def of_shift(**changes: Any) -> DayProblem:
    """Build the default day with its shift changed."""
    return a_problem(shifts=[a_shift(**changes)])


def gap(seconds: int) -> DayProblem:
    """Build a day whose client needs a gap between two visits, the second an hour after the start of the first."""
    return tied(same_client=True, clients=(ClientNeeds(client="c1", min_gap_s=seconds),))


def sequence(least_s: int, most_s: int) -> DayProblem:
    """Build a day on which v2 follows v1."""
    return tied(sequences=(Sequence(first="v1", then="v2", least_s=least_s, most_s=most_s),))


# Pier 1 is ten minutes from home; across the water pier 2 is ten minutes from the client 3. Each way takes 65 minutes,
# 35 of them aboard and ashore again, and as much as ten more are waited.
SHORES = [[0, 10, None, None], [10, 0, None, None], [None, None, 0, 10], [None, None, 10, 0]]
DAWN, DUSK = a_sailing("dawn", 1, 2, "08:00"), a_sailing("dusk", 2, 1, "10:00")
ACROSS = a_stop("v1", "08:45", "09:15", travel_s=65 * 60, travel_m=20_000, boats=("dawn",))
HOMEWARD = {"home_travel_s": 65 * 60, "home_travel_m": 20_000, "home_boats": ("dusk",)}


def across(leave_home: str = "07:40", **changes: Any) -> DayPlan:
    """Cross to the client in time for the boat, with other claims about the way there."""
    return a_plan(a_run([replace(ACROSS, **changes)], leave_home, "10:45", **HOMEWARD))


def of_boat(by_s: int = 0, shift: Any = None, **instants: int) -> DayProblem:
    """Build the day across the water; each instant of the boat there is moved by so many times some seconds."""
    dawn: Any = replace(DAWN, **{name: getattr(DAWN, name) + times * by_s for name, times in instants.items()})
    return a_problem([a_visit(place=3)], [a_shift(**(shift or {}))], a_travel(SHORES, sailings=[dawn, DUSK]))


HOUR_LATER = pair_of_visits("08:10", "09:10")
RESTED = a_plan(a_run([FIRST], "08:00", "09:20", rests=(a_rest(1, "08:40", "09:10"),)))
EDGES: dict[Rule, list[tuple[Callable[[int], DayProblem], DayPlan]]] = {
    Rule.START_WINDOW: [
        (lambda by: of_visit(window=between(EIGHT_TEN_S + by, at("10:00"))), PLAN),
        (lambda by: of_visit(window=between(at("07:00"), EIGHT_TEN_S - by)), PLAN),
    ],
    Rule.TOLERANCE: [
        (lambda by: of_visit(time_critical=True, tolerance_s=60 - by, preferred_start_s=at("08:09")), PLAN),
        (lambda by: of_visit(time_critical=True, tolerance_s=60 - by, preferred_start_s=at("08:11")), PLAN),
    ],
    Rule.LOCKED_START: [
        (lambda by: of_visit(locked_start_s=EIGHT_TEN_S + by), PLAN),
        (lambda by: of_visit(locked_start_s=EIGHT_TEN_S - by), PLAN),
    ],
    Rule.FULL_DURATION: [(lambda by: of_visit(duration_s=1800 + by), PLAN)],
    Rule.SHIFT_WINDOW: [
        (lambda by: of_shift(window=between(at("08:00") + by, at("15:00"))), PLAN),
        (lambda by: of_shift(window=between(at("07:00"), at("08:50") - by)), PLAN),
    ],
    Rule.MAX_WORK: [
        (lambda by: a_problem([a_visit(), V2], [a_shift(max_work_s=4200 - by)]), a_plan(BOTH)),
        (lambda by: of_shift(max_work_s=3600 - by, breaks=(replace(a_break("08:30", "09:00"), paid=True),)), RESTED),
    ],
    Rule.MAX_DRIVE: [(lambda by: of_shift(max_drive_s=1200 - by), PLAN)],
    Rule.MAX_SPAN: [(lambda by: of_shift(max_span_s=3000 - by), PLAN)],
    Rule.DAILY_REST: [
        (lambda by: of_shift(previous_end_s=at("08:00") - 11 * 3600 + by), PLAN),
        (lambda by: of_shift(next_start_s=at("08:50") + 11 * 3600 - by), PLAN),
    ],
    Rule.CAPACITY: [(lambda by: a_problem([a_visit(load=3)], [a_shift(capacity=3 - by)]), PLAN)],
    Rule.BREAK_LENGTH: [
        (lambda by: of_shift(breaks=(replace(a_break("08:30", "09:00"), duration_s=1800 + by),)), RESTED)
    ],
    Rule.BREAK_WINDOW: [
        (lambda by: of_shift(breaks=(replace(a_break(), window=between(at("08:40") + by, at("10:00"))),)), RESTED),
        (lambda by: of_shift(breaks=(replace(a_break(), window=between(at("08:00"), at("08:40") - by)),)), RESTED),
    ],
    Rule.MIN_GAP: [(lambda by: gap(1800 + by), HOUR_LATER)],
    Rule.SEQUENCE: [
        (lambda by: sequence(3600 + by, 7200), HOUR_LATER),
        (lambda by: sequence(0, 3600 - by), HOUR_LATER),
    ],
    Rule.BOAT_CAUGHT: [(lambda by: of_boat(by, last_checkin_s=-1), across())],
    Rule.ASHORE_IN_TIME: [(lambda by: of_boat(by, ashore_s=1), across())],
}


@pytest.mark.parametrize("rule", EDGES)
def test_one_second_beyond_is_a_breach_by_one_second(rule: Rule) -> None:
    """At the limit there is no breach; one beyond, exactly this rule is broken by exactly one."""
    for day, plan in EDGES[rule]:
        assert found(day(0), plan) == []
        assert found(day(1), plan) == [(rule, 1)]


@pytest.mark.parametrize("by_s", [0, 1])
def test_a_visit_starts_no_second_before_the_carer_is_there(by_s: int) -> None:
    """Arriving and starting at one instant is legal; starting a second sooner is not."""
    early = a_plan(a_run([replace(FIRST, start_s=EIGHT_TEN_S - by_s)], "08:00", "08:50"))
    assert found(a_problem(), early) == [(Rule.START_AFTER_ARRIVAL, 1)][:by_s]


@pytest.mark.parametrize("by_s", [0, 1])
def test_a_break_begins_no_second_before_the_visit_is_over(by_s: int) -> None:
    """Even a carer who leaves a visit too early has no break while it should last: by the duration, not the claim."""
    problem = of_shift(breaks=(a_break("08:30", "09:00"),))
    start_s = at("08:40") - by_s
    rest = replace(a_rest(1, "08:40", "09:10"), start_s=start_s, end_s=start_s + 1800)
    plan = a_plan(a_run([FIRST], "08:00", "09:20", back_home_s=start_s + 2400, rests=(rest,)))
    assert found(problem, plan) == [(Rule.BREAK_APART, 1)][:by_s]
    cut_short = replace(plan.runs[0], stops=(replace(FIRST, leave_s=start_s),))
    assert ((Rule.BREAK_APART, 1) in found(problem, a_plan(cut_short))) == bool(by_s)


@pytest.mark.parametrize("by_s", [0, 1])
def test_two_breaks_overlap_by_no_second(by_s: int) -> None:
    """A break may begin just when the other ends."""
    problem = of_shift(breaks=(a_break("08:30", "09:30"), a_break("08:30", "09:30")))
    second_s = at("09:10") - by_s
    rests = (a_rest(1, "08:40", "09:10"), replace(a_rest(1, "09:10", "09:40"), start_s=second_s, end_s=second_s + 1800))
    plan = a_plan(a_run([FIRST], "08:00", "09:50", back_home_s=second_s + 2400, rests=rests))
    assert found(problem, plan) == [(Rule.BREAK_APART, 1)][:by_s]


@pytest.mark.parametrize("by_s", [0, 1])
def test_a_carers_runs_overlap_by_no_second(by_s: int) -> None:
    """A carer may leave home again just when she is back."""
    problem = a_problem([a_visit(), V2], [a_shift(), a_shift("late", carer="anna")])
    stop = replace(V2_ALONE.stops[0], arrive_s=at("09:10") - by_s, start_s=at("09:10"), leave_s=at("09:40"))
    second = replace(V2_ALONE, leave_home_s=at("08:50") - by_s, back_home_s=at("10:00"), stops=(stop,))
    assert found(problem, a_plan(ANNA, second)) == [(Rule.CARER_IN_ONE_PLACE, 1)][:by_s]


@pytest.mark.parametrize("by_s", [0, 1])
def test_both_carers_start_in_the_same_second(by_s: int) -> None:
    """A second between two carers is a breach."""
    problem = a_problem([PAIR], [a_shift(), a_shift("second")])
    stop = replace(FIRST, start_s=EIGHT_TEN_S + by_s, leave_s=at("08:40") + by_s)
    other = replace(OTHER, stops=(stop,), back_home_s=at("08:50") + by_s)
    assert found(problem, a_plan(ANNA, other)) == [(Rule.SAME_START, 1)][:by_s]


def test_a_break_after_the_first_stop_of_two_does_not_begin_before_that_is_over() -> None:
    """Each rest is held against the stop that it follows, the first and the last alike."""
    rest = replace(a_rest(1, "08:39", "08:40"), end_s=at("08:40"))
    run = replace(BOTH, rests=(rest,))
    problem = a_problem([a_visit(), V2], [a_shift(breaks=(a_break("08:00", "09:00", 1),))])
    assert found(problem, a_plan(run)) == [(Rule.BREAK_APART, 60)]


def test_driving_is_counted_by_the_second_also_of_a_run_that_names_no_boat() -> None:
    """A boat that does not sail takes nothing off the driving, and a limit is exceeded by its seconds."""
    assert found(of_shift(max_drive_s=600), PLAN) == [(Rule.MAX_DRIVE, 600)]
    ghost = a_plan(a_run([replace(FIRST, boats=("ghost",))], "08:00", "08:50"))
    assert found(of_shift(max_drive_s=600), ghost) == [(Rule.MAX_DRIVE, 600), (Rule.KNOWN_BOAT, 1)]


def test_aboard_a_boat_nobody_drives() -> None:
    """Of a way of 65 minutes, 35 of them on the boat, only half an hour counts against the driving limit."""
    for limit_s, broken in ((3600, []), (3599, [(Rule.MAX_DRIVE, 1)])):
        assert found(of_boat(shift={"max_drive_s": limit_s}), across("07:30", boat_wait_s=600)) == broken


@pytest.mark.parametrize(
    ("leave_home_s", "claims", "broken"),
    [
        (at("08:00") - 1, {"travel_s": 601}, [(Rule.TRAVEL_TIME, 1)]),
        (at("08:00") + 1, {"travel_s": 599}, [(Rule.TRAVEL_TIME, 1)]),
        (at("08:00"), {"arrive_s": at("08:09")}, [(Rule.LEG_ADDS_UP, 60)]),
        (at("08:00") - 60, {"boat_wait_s": 60}, [(Rule.LEG_ADDS_UP, 60)]),
        (at("08:00"), {"arrive_s": at("07:50"), "travel_s": -600}, [(Rule.LEG_ADDS_UP, 600), (Rule.TRAVEL_TIME, 1200)]),
    ],
)
def test_a_road_takes_what_it_takes(leave_home_s: int, claims: dict[str, Any], broken: list[tuple[str, int]]) -> None:
    """A leg by road is as long as the road, neither shorter nor longer, and its parts add up; nothing is below zero."""
    run = replace(ANNA, leave_home_s=leave_home_s, stops=(replace(FIRST, **claims),))
    assert found(a_problem(), a_plan(run)) == broken


def test_nobody_waits_less_than_no_time_for_a_boat() -> None:
    """A minute more of travel is not made up by a minute less than none of waiting."""
    assert found(of_boat(), across(travel_s=66 * 60, boat_wait_s=-60)) == [(Rule.LEG_ADDS_UP, 60)]


def test_nothing_is_driven_from_one_visit_to_another_at_the_same_place() -> None:
    """Metres claimed without a way are metres too many."""
    there = replace(SECOND, arrive_s=at("08:40"), travel_s=0, travel_m=500)
    run = a_run([FIRST, there], "08:00", "09:40")
    problem = a_problem([a_visit(), replace(V2, place=1)])
    assert found(problem, a_plan(run)) == [(Rule.TRAVEL_METRES, 500)]


def test_only_time_critical_visits_have_a_tolerance() -> None:
    """A tolerance binds with an agreed time, and where the visit is time-critical."""
    late = {"tolerance_s": 0, "preferred_start_s": at("08:00")}
    assert found(of_visit(time_critical=True, **late), PLAN) == [(Rule.TOLERANCE, 600)]
    assert found(of_visit(time_critical=False, **late), PLAN) == []
    assert found(of_visit(time_critical=True, tolerance_s=0), PLAN) == []
    assert found(of_visit(time_critical=True, preferred_start_s=at("08:00")), PLAN) == []


def test_how_much_is_counted_where_it_is_more_than_one() -> None:
    """Runs of a shift, carers at a visit, breaks, skills and equipment are counted, too many and too few alike."""
    counted = set(found(a_problem(), a_plan(ANNA, ANNA, ANNA)))
    assert counted >= {(Rule.ONE_RUN_PER_SHIFT, 2), (Rule.DIFFERENT_CARERS, 2), (Rule.CARERS_NEEDED, 2)}
    both = frozenset({"peg", "hoist"})
    ended = a_shift(skills=both, skill_expiry=dict.fromkeys(both, "2000-01-01"))
    assert found(a_problem([a_visit(skills=both)], [ended]), PLAN) == [(Rule.SKILL_EXPIRED, 2)]
    assert found(a_problem([a_visit(unwanted_skills=both)], [a_shift(skills=both)]), PLAN) == [(Rule.UNWANTED_SKILL, 2)]
    assert found(of_visit(equipment=both), PLAN) == [(Rule.EQUIPMENT, 2)]
    rests = tuple(a_rest(1, "08:40", "08:40") for _ in range(3))
    extra = a_plan(a_run([FIRST], "08:00", "08:50", rests=rests))
    assert found(of_shift(breaks=(a_break("08:30", "09:00", 0),)), extra) == [(Rule.EVERY_BREAK, 2)]
    assert found(of_shift(breaks=(a_break("08:40", "08:40", 0),) * 4), extra) == [(Rule.EVERY_BREAK, 1)]


def test_gaps_are_counted_from_every_earlier_visit_in_the_order_of_their_starts() -> None:
    """Runs in any order: a visit is held against all that began before it, and clients without a gap need none."""
    needs = (ClientNeeds(client="c1", min_gap_s=3600),)
    plan = pair_of_visits("09:10", "08:10")
    assert found(tied(same_client=True, clients=needs), plan) == [(Rule.MIN_GAP, 1800)]
    none = (ClientNeeds(client="c1"),)
    assert found(tied(same_client=True, clients=none), pair_of_visits("08:10", "08:20")) == []
    assert found(tied(same_client=True, clients=(ClientNeeds(client="c1", min_gap_s=1),)), plan) == []


def test_two_providers_are_a_breach_only_where_one_is_asked_for() -> None:
    """Clients who do not keep to one provider may have several; three are two too many."""
    crew = [a_shift(), a_shift("late", provider="south"), a_shift("third", provider="west")]
    anyone = frozenset({"north", "south", "west"})
    visits = [a_visit(f"v{n}", client="c1", providers=anyone) for n in (1, 2, 3)]
    pairs = zip(crew, visits, strict=True)
    runs = [replace(ANNA, shift=shift.id, stops=(replace(FIRST, visit=visit.id),)) for shift, visit in pairs]
    for asked, broken in ((True, [(Rule.ONE_PROVIDER, 2)]), (False, [])):
        problem = a_problem(visits, crew, clients=(ClientNeeds(client="c1", one_provider=asked),))
        assert found(problem, a_plan(*runs)) == broken


def test_a_run_that_ends_before_it_begins_is_found() -> None:
    """A run back home before it left is outside no window, and still no run."""
    backwards = a_plan(replace(ANNA, back_home_s=at("07:50")))
    assert (Rule.SHIFT_WINDOW, 0) in found(a_problem(), backwards)
