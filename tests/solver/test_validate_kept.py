"""Tests of settled runs that breaks, limits or each other forbid: refused to the second, and no others."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

import solver.validate_kept
from solver.check import check
from solver.types import ClientNeeds, DayProblem, LockedRun, Sequence, Shift, TimeWindow, Visit
from solver.validate import CHECKS, faults
from tests.builders import (
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
    at,
)
from tests.days import island_days
from tests.oracle import every_plan
from tests.ruled_days import ruled_days
from tests.settled_days import can_be_kept, settled_days

MINUTE_S = 60
EIGHT = a_window("08:00", "08:00")


def settled(runs: dict[str, tuple[str, ...]], visits: list[Visit], shifts: list[Shift], **changes: Any) -> DayProblem:
    """Build a day whose runs are settled."""
    locked = tuple(LockedRun(shift=shift, visits=names) for shift, names in runs.items())
    return a_problem(visits, shifts, **{"locked_runs": locked} | changes)


def alone(*, visits: list[Visit] | None = None, order: tuple[str, ...] = ("v1", "v2"), **shift: Any) -> list[str]:
    """Settle two visits of half an hour, ten minutes apart and each ten from home; say what is wrong with the run."""
    calls = visits or [a_visit(), a_visit("v2", place=2, window=a_window("08:00", "12:00"))]
    roads = a_travel([[0, 10, 10], [10, 0, 10], [10, 10, 0]])
    day = settled({"early": order}, calls, [a_shift(**shift)], travel=roads)
    return [f"{found.code}: {found.message}" for found in faults(day)]


@pytest.mark.parametrize(
    ("limit", "most", "asked"),
    [
        ("max_work_s", 70 * MINUTE_S, "work 1 h 10 min (at most 1 h 9 min 59 s)"),
        ("max_drive_s", 30 * MINUTE_S, "drive 30 min (at most 29 min 59 s)"),
        ("max_span_s", 90 * MINUTE_S, "be away 1 h 30 min (at most 1 h 29 min 59 s)"),
        ("capacity", 3, "carry 3 (at most 2)"),
    ],
)
def test_a_settled_run_is_within_the_limits_of_its_shift(limit: str, most: int, asked: str) -> None:
    """Contact and the way between are work, all ways are driven, and a second decides."""
    visits = [a_visit(load=1), a_visit("v2", place=2, window=a_window("08:00", "12:00"), load=2)]
    assert alone(visits=visits, **{limit: most}) == []
    (found,) = alone(visits=visits, **{limit: most - 1})
    assert found == f"settled-beyond-limits: To keep its settled run, shift early would have to {asked}."


def test_paid_breaks_are_work_and_others_are_not() -> None:
    """Of a settled run too."""
    rest = a_break("11:00", "13:00")
    assert alone(breaks=(rest,), max_work_s=70 * MINUTE_S) == []
    paid = replace(rest, paid=True)
    assert alone(breaks=(paid,), max_work_s=100 * MINUTE_S) == []
    assert "work 1 h 40 min" in alone(breaks=(paid,), max_work_s=100 * MINUTE_S - 1)[0]


def test_waiting_counts_as_time_away_however_late_the_start() -> None:
    """Home is left as late as the agreed times allow; a later window may save the waiting."""
    visits = [a_visit(), a_visit("v2", place=2, window=a_window("12:00", "12:00"))]
    away_s = at("12:40") - at("09:50")
    assert alone(visits=visits, max_span_s=away_s) == []
    assert alone(visits=visits, max_span_s=away_s - 1) == [
        "settled-beyond-limits: To keep its settled run, shift early would have to be away over 2 h 49 min 59 s."
    ]
    later = [replace(visits[0], other_windows=(a_window("11:00", "11:00"),)), visits[1]]
    assert alone(visits=later, max_span_s=away_s - 1) == []


def test_breaks_count_as_time_away_only_after_home_is_left() -> None:
    """A break before leaving home, or where there is nothing to wait for, decides by a second."""
    early, late = a_break("07:00", "07:00"), a_break("08:30", "08:40")
    assert alone(breaks=(early,), max_span_s=90 * MINUTE_S) == []
    assert alone(breaks=(late,), max_span_s=90 * MINUTE_S) == []
    visits = [a_visit(window=EIGHT), a_visit("v2", place=2, window=a_window("08:00", "12:00"))]
    assert alone(visits=visits, breaks=(late,), max_span_s=120 * MINUTE_S) == []
    assert "away over" in alone(visits=visits, breaks=(late,), max_span_s=120 * MINUTE_S - 1)[0]


def test_the_breaks_of_a_settled_run_fit_somewhere_in_it() -> None:
    """At home, between visits or after the last, in any order; a second too long is refused."""
    visits = [a_visit(window=EIGHT), a_visit("v2", place=2, window=a_window("09:30", "09:30"))]
    tight = {"visits": visits, "window": a_window("07:00", "10:40")}
    home, between, after = a_break("07:20", "07:30", 20), a_break("08:40", "08:50"), a_break("10:00", "10:00")
    for rests in ((home,), (between,), (after,), (after, home, between)):
        assert alone(breaks=rests, **tight) == []
    for late in (replace(home, duration_s=30 * MINUTE_S + 1), replace(between, duration_s=40 * MINUTE_S + 1)):
        assert alone(breaks=(late,), **tight) == [
            "settled-without-breaks: The settled run of shift early and its breaks leave each other no time."
        ]
    assert alone(breaks=(replace(between, duration_s=40 * MINUTE_S),), **tight) == []
    assert len(alone(breaks=(replace(after, duration_s=30 * MINUTE_S + 1),), **tight)) == 1
    assert alone(breaks=(between, replace(between, duration_s=10 * MINUTE_S)), **tight) == []
    assert len(alone(breaks=(between, replace(between, duration_s=10 * MINUTE_S + 1)), **tight)) == 1


def test_breaks_that_exclude_each_other_keep_no_settled_run() -> None:
    """That is said, whatever the visits are; a shift that is settled to stay at home needs no break."""
    clash = (a_break("11:00", "11:00"), a_break("11:29", "11:29"))
    said = "settled-without-breaks: The breaks of shift early leave each other no time: it can keep no settled run."
    assert alone(breaks=clash) == [said]
    assert alone(breaks=clash, order=()) == []
    assert alone(breaks=(clash[0], a_break("11:30", "11:30"))) == []
    never = "settled-without-breaks: The settled run of shift early and its breaks leave each other no time."
    for more, told in ((3, said), (4, never)):  # of six breaks it is not told whose fault it is
        assert alone(order=("v1",), breaks=(*clash, *[a_break("07:00", "07:30", 1)] * more)) == [told]


PAIR = a_visit(carers_needed=2)
SHIFTS = [a_shift("a"), a_shift("b")]


def apart(group: str, tied: str) -> tuple[str, str]:
    """Say that runs cannot be kept for what ties these visits."""
    return "settled-apart", f"The {group} cannot be kept: visits that are tied to each other find no time ({tied})."


def wrong(*args: Any, **changes: Any) -> list[tuple[str, str]]:
    """Settle runs; give what is wrong."""
    return [(found.code, found.message) for found in faults(settled(*args, **changes))]


def test_the_carers_of_a_settled_pair_find_a_time() -> None:
    """Each could come, but only to the second at the same time, also with the break that one of them has."""
    first = a_visit("v2", window=EIGHT, duration_s=3600)
    runs = {"a": ("v2", "v1"), "b": ("v1",)}
    for until_s, found in (
        (at("09:40"), []),
        (at("09:40") - 1, [apart("settled runs of shifts a, b", "v1")]),
    ):
        leaves = replace(SHIFTS[1], window=TimeWindow(earliest_s=at("07:00"), latest_s=until_s))
        assert wrong(runs, [PAIR, first], [SHIFTS[0], leaves]) == found
    until = replace(PAIR, window=a_window("08:00", "09:20"))
    for minutes, codes in ((10, []), (11, ["settled-apart"])):
        rests = replace(SHIFTS[1], breaks=(a_break("09:00", "09:00", minutes),))
        assert [code for code, _ in wrong(runs, [until, first], [SHIFTS[0], rests])] == codes
    follows = (Sequence(first="v1", then="v3", least_s=0, most_s=60),)
    day = settled(runs, [until, first, a_visit("v3")], [*SHIFTS, a_shift("c")], sequences=follows)
    assert faults(day) == ()
    (found,) = faults(replace(day, shifts=(SHIFTS[0], rests, day.shifts[2])))
    assert found.where == "locked run b"


def test_what_a_pair_waits_for_may_keep_a_carer_away_too_long() -> None:
    """Home is left later where the other carer is late, if the visits before allow it."""
    late, before = a_visit("v2", window=a_window("10:00", "10:00"), duration_s=3600), a_visit("v3")
    runs = {"a": ("v2", "v1"), "b": ("v3", "v1")}
    pair = replace(PAIR, window=a_window("08:00", "12:00"))
    away_s = at("11:40") - at("09:50")  # the visit before starts by ten
    for most_s, found in ((away_s, []), (away_s - 1, [apart("settled runs of shifts a, b", "v1")])):
        limited = [SHIFTS[0], replace(SHIFTS[1], max_span_s=most_s)]
        assert wrong(runs, [pair, late, before], limited) == found


def test_sequences_between_settled_visits_are_kept() -> None:
    """At least so long after, and at most so long after; in one run or in two, and through a third visit."""
    visits = [a_visit(window=EIGHT), a_visit("v2", window=a_window("09:00", "09:00"))]
    for least, most, runs_of in ((3600, 3600, ""), (3601, 7200, "x"), (0, 3599, "x"), (0, 3600, ""), (3600, 7200, "")):
        links = (Sequence(first="v1", then="v2", least_s=least, most_s=most),)
        one = wrong({"a": ("v1", "v2")}, visits, SHIFTS, sequences=links)
        two = wrong({"a": ("v1",), "b": ("v2",)}, visits, SHIFTS, sequences=links)
        assert one == ([apart("settled run of shift a", "v1, v2")] if runs_of else [])
        assert two == ([apart("settled runs of shifts a, b", "v1, v2")] if runs_of else [])
    free = [replace(visit, window=a_window("08:00", "10:00")) for visit in visits]
    order = (Sequence(first="v1", then="v2", least_s=0, most_s=7200),)
    assert wrong({"a": ("v2", "v1")}, free, SHIFTS, sequences=order) == [apart("settled run of shift a", "v1, v2")]
    assert wrong({"a": ("v2", "v1")}, free, SHIFTS) == []


def test_only_the_smallest_groups_of_runs_are_named() -> None:
    """Runs that exclude each other by twos, and those that do so only all together; others are not named."""
    visits = [a_visit(name, window=a_window("08:00", "09:00")) for name in ("v1", "v2", "v3", "v4", "v5")]
    visits.append(a_visit("v6", window=a_window("12:00", "12:00")))
    shifts = [a_shift(name) for name in "abcde"]
    runs = {name: (f"v{number}",) for number, name in enumerate("abcde", start=1)} | {"a": ("v1", "v6")}
    beside = (Sequence(first="v4", then="v5", least_s=0, most_s=7200),)
    for gaps, found in (
        ((1800, 1800), []),
        ((1800, 1801), [apart("settled runs of shifts a, b, c", "v1, v2, v3")]),
        ((3601, 1800), [apart("settled runs of shifts a, b", "v1, v2")]),
        (
            (3601, 3601),
            [apart("settled runs of shifts a, b", "v1, v2"), apart("settled runs of shifts b, c", "v2, v3")],
        ),
    ):
        links = tuple(
            Sequence(first=f"v{row}", then=f"v{row + 1}", least_s=gap_s, most_s=7200)
            for row, gap_s in enumerate(gaps, start=1)
        )
        assert wrong(runs, visits, shifts, sequences=links + beside) == found
        assert wrong(runs, visits, shifts, sequences=(beside + links)[::-1]) == found
    joined = (
        Sequence(first="v1", then="v2", least_s=1800, most_s=7200),
        Sequence(first="v3", then="v4", least_s=0, most_s=9),
    )
    through = (*joined, Sequence(first="v2", then="v3", least_s=1801, most_s=7200))
    assert wrong(runs, visits, shifts, sequences=joined) == []
    assert wrong(runs, visits, shifts, sequences=through) == [
        apart("settled runs of shifts a, b, c, d", "v1, v2, v3, v4")
    ]


@pytest.mark.parametrize(("gap_s", "fits"), [(0, True), (1800, True), (1801, False)])
def test_gaps_between_settled_visits_are_kept_in_some_order(gap_s: int, *, fits: bool) -> None:
    """Either may be first; a visit of two carers keeps no gap from itself, and visits to two clients keep none."""
    free = a_window("08:00", "09:00")
    pair, other = a_visit(client="c", window=free, carers_needed=2), a_visit("v2", client="c", window=free)
    runs = {"a": ("v1",), "b": ("v1",), "c": ("v2",), "d": ("v3",)}
    shifts = [*SHIFTS, a_shift("c"), a_shift("d")]
    needs = tuple(ClientNeeds(client=client, min_gap_s=gap_s) for client in ("c", "client-of-v3"))
    found = [] if fits else [apart("settled runs of shifts a, b, c", "v1, v2")]
    for first in (pair, other):
        visits = [replace(visit, window=EIGHT) if visit is first else visit for visit in (pair, other)]
        assert wrong(runs, [*visits, a_visit("v3", window=EIGHT)], shifts, clients=needs) == found
    at_eight = [replace(visit, carers_needed=1, window=EIGHT) for visit in (pair, other)]
    assert (wrong({"a": ("v1",), "b": ("v2",)}, at_eight, SHIFTS, clients=needs[:1]) == []) == (gap_s == 0)
    two_clients = [
        at_eight[0],
        replace(at_eight[1], window=a_window("09:00", "10:00")),
        a_visit("v3", client="d", window=EIGHT),
        a_visit("v4", client="d", window=a_window("09:00", "10:00")),
    ]
    both = (needs[0], ClientNeeds(client="d", min_gap_s=gap_s))
    assert wrong({"a": ("v1", "v4"), "b": ("v3", "v2")}, two_clients, SHIFTS, clients=both) == []
    one = [at_eight[0], other]
    assert wrong({"a": ("v1", "v2")}, one, SHIFTS, clients=needs[:1]) == (
        [] if fits else [apart("settled run of shift a", "v1, v2")]
    )


def test_what_settled_runs_ask_of_who_comes() -> None:
    """One provider for a client, and the carers of a sequence, where all of them are settled."""
    visits = [a_visit(client="c"), a_visit("v2", client="c", providers=frozenset({"north", "south"}))]
    shifts = [a_shift("a"), a_shift("b", provider="south")]
    two, one = {"a": ("v1",), "b": ("v2",)}, {"a": ("v1", "v2")}
    for wish in (True, False):
        needs = (ClientNeeds(client="c", one_provider=wish),)
        assert wrong(one, visits, shifts, clients=needs) == []
        assert wrong(two, visits, shifts, clients=needs) == (
            [("settled-two-providers", "Client c is settled for north, south, not for one provider.")] if wish else []
        )
    for same, apart_, together in (
        (None, [], []),
        (True, ["No carer who is settled for visit v1 is settled for visit v2."], []),
        (False, [], ["Carer carer-of-a is settled for both visit v1 and visit v2."]),
    ):
        links = (Sequence(first="v1", then="v2", least_s=0, most_s=7200, same_carer=same),)
        assert [message for _, message in wrong(two, visits, shifts, sequences=links)] == apart_
        assert [message for _, message in wrong(one, visits, shifts, sequences=links)] == together
    pairs = [replace(visit, carers_needed=2, providers=frozenset({"north", "south"})) for visit in visits]
    link = (Sequence(first="v1", then="v2", least_s=0, most_s=7200, same_carer=True),)
    assert wrong(two, pairs, [*shifts, a_shift("c")], sequences=link) == []
    again = a_shift("c", carer="carer-of-a", window=a_window("15:00", "18:00"))
    for number in (0, 1):
        half = [*pairs[:number], replace(pairs[number], carers_needed=1), *pairs[number + 1 :]]
        assert wrong(two, half, [*shifts, replace(again, carer=f"carer-of-{'ab'[number]}")], sequences=link) == []


def test_settled_visits_need_their_other_carers_and_the_visits_that_belong_to_them() -> None:
    """From shifts without a settled run, which must be allowed to come; also where one follows through another."""
    third = [*SHIFTS, a_shift("c", carer="carer-of-a")]
    run = {"a": ("v1",)}
    assert wrong(run, [PAIR], SHIFTS) == []
    (said,) = wrong(run | {"b": ()}, [PAIR], SHIFTS)
    assert said == (
        "settled-without-others",
        "Settled runs need visit v1 made by 2 carers; settled for it or free to come: 1.",
    )
    barred = replace(PAIR, barred_carers=frozenset({"carer-of-b"}))
    apart_in_time = [replace(third[2], window=a_window("15:00", "16:00"))]
    assert [code for code, _ in wrong(run, [barred], [*SHIFTS, *apart_in_time])] == ["settled-without-others"]
    visits = [a_visit(window=EIGHT), a_visit("v2"), a_visit("v3", barred_carers=frozenset({"carer-of-b"}))]
    links = tuple(Sequence(first=one, then=then, least_s=0, most_s=7200) for one, then in (("v2", "v3"), ("v1", "v2")))
    for names, found in ((("v1",), 1), (("v1", "v3"), 0)):
        assert len(wrong({"a": names}, visits, SHIFTS, sequences=links)) == found
    assert wrong({"a": ()}, visits, SHIFTS, sequences=links) == []


def test_what_takes_too_long_to_tell_is_not_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither where the ways to take breaks are too many to try, nor where runs push each other later for too long."""
    links = (Sequence(first="v1", then="v2", least_s=0, most_s=1799),)
    visits = [a_visit(), a_visit("v2")]
    run = {"a": ("v1", "v2")}
    found = [apart("settled run of shift a", "v1, v2")]
    assert wrong(run, visits, SHIFTS, sequences=links) == found
    rest = replace(SHIFTS[0], breaks=(a_break("08:00", "08:00"),))
    at_eight = [replace(visit, window=a_window("08:00", "08:30")) for visit in visits]
    assert [code for code, _ in wrong(run, at_eight, [rest])] == ["settled-without-breaks"]
    monkeypatch.setattr(solver.validate_kept, "MOST_WALKS", 3)
    assert wrong(run, visits, SHIFTS, sequences=links) == wrong(run, at_eight, [rest]) == []
    monkeypatch.setattr(solver.validate_kept, "MOST_WALKS", 4)
    assert len(wrong(run, at_eight, [rest])) == 1


def test_many_visits_to_one_client_are_told_apart() -> None:
    """As many as there are settled runs, in however many orders they could be."""
    names = [f"v{number}" for number in range(30)]
    visits = [a_visit(name, client="c", duration_s=60, window=a_window("08:00", "12:00")) for name in names]
    runs = {name: (name,) for name in names}
    gaps = (ClientNeeds(client="c", min_gap_s=60),)
    assert wrong(runs, visits, [a_shift(name) for name in names], clients=gaps) == []


def test_limits_count_no_way_from_pier_to_pier() -> None:
    """A boat may save the road; the others count."""
    travel = a_travel([[0, 10, None], [10, 0, None], [None, None, 0]], sailings=[a_sailing("out", 1, 2, "08:00")])
    visits = [a_visit(window=a_window("07:00", "07:10")), a_visit("v2", place=2, window=a_window("07:00", "12:00"))]
    for most_s, codes in ((600, []), (599, ["settled-beyond-limits"])):
        shift = a_shift("a", end_place=2, max_drive_s=most_s)
        assert [code for code, _ in wrong({"a": ("v1", "v2")}, visits, [shift], travel=travel)] == codes


def test_a_boat_slower_than_the_road_may_save_driving() -> None:
    """It is in no list of journeys, but it sails: only the roads to the pier and from the other are sure."""
    roads = a_travel([[0, 10, 80, 90], [10, 0, 70, 80], [80, 70, 0, 10], [90, 80, 10, 0]])
    visit = a_visit(place=3, window=a_window("09:00", "10:00"))
    boats = (a_sailing("out", 1, 2, "07:30", minutes=80), a_sailing("home", 2, 1, "11:00", minutes=80))
    for sailings, least_s, asked in ((boats, 40 * MINUTE_S, "40 min"), ((), 180 * MINUTE_S, "3 h")):
        for most_s, codes in ((least_s, []), (least_s - 1, ["settled-beyond-limits"])):
            shift, travel = a_shift(max_drive_s=most_s), replace(roads, sailings=sailings)
            day = settled({"early": ("v1",)}, [visit], [shift], travel=travel)
            assert [found.code for found in faults(day)] == codes
            assert all(f"drive {asked} (" in found.message for found in faults(day))
    by_boat = a_stop("v1", "09:15", "09:45", travel_s=105 * MINUTE_S, travel_m=20_000, boats=("out",))
    by_boat = replace(by_boat, boat_wait_s=20 * MINUTE_S)
    home = {"home_travel_s": 105 * MINUTE_S, "home_travel_m": 20_000, "home_boats": ("home",)}
    day = a_problem([visit], [a_shift(max_drive_s=40 * MINUTE_S)], replace(roads, sailings=boats))
    assert check(day, a_plan(a_run([by_boat], "07:10", "12:35", **home))) == ()


few = settings(max_examples=150, deadline=None, derandomize=True)


@few
@given(settled_days())
def test_settled_runs_are_refused_just_when_no_instants_keep_them(problem: DayProblem) -> None:
    """On days with two breaks, limits, pairs, sequences and gaps, a model of all instants agrees."""
    assume(not any(find for check_ in CHECKS for find in check_(problem)))
    assert (faults(problem) == ()) == can_be_kept(problem)


@st.composite
def settled_anyhow(draw: st.DrawFn, problem: DayProblem) -> DayProblem:
    """Settle any visits in any order for some shifts or for all, no visit for more than it needs."""
    left = {visit.id: visit.carers_needed for visit in problem.visits}
    runs = []
    for shift in problem.shifts:
        free = [name for name in draw(st.permutations(sorted(left))) if left[name]]
        names = tuple(free[: draw(st.integers(0, len(free)))])
        if draw(st.integers(0, 3)):
            left |= {name: left[name] - 1 for name in names}
            runs.append(LockedRun(shift=shift.id, visits=names))
    return replace(problem, locked_runs=tuple(runs))


@few
@given(
    st.one_of(ruled_days(max_visits=4), ruled_days(max_visits=3, max_shifts=3), island_days(max_visits=3)).flatmap(
        settled_anyhow
    )
)
def test_settled_runs_are_refused_just_when_no_plan_keeps_them(problem: DayProblem) -> None:
    """Trying everything agrees, with every rule and boats; where shifts are left, what is refused has no plan."""
    assume(not any(find for check_ in CHECKS for find in check_(problem)))
    kept = any(True for _ in every_plan(problem))
    if len(problem.locked_runs) == len(problem.shifts):
        assert (faults(problem) == ()) == kept
    else:
        assert not (faults(problem) and kept)
