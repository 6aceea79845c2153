"""Every hard rule, both ways: a plan that keeps it and one that breaks it, written out by hand."""

from __future__ import annotations

import subprocess
import sys
import tomllib
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from solver.check import check
from solver.rules import RULES, Rule
from solver.types import Mode, Reason, Unallocated
from tests.builders import (
    a_break,
    a_plan,
    a_problem,
    a_rest,
    a_run,
    a_sailing,
    a_shift,
    a_stop,
    a_travel,
    a_travel_leaving_car,
    a_visit,
    a_window,
    at,
)
from tests.solver.cases import ANNA, BOTH, DAY, FIRST, LATER, OTHER, PAIR, PAIR_DAY, PLAN, V2, V2_ALONE, Case
from tests.solver.more_cases import MORE_CASES

if TYPE_CHECKING:
    from solver.types import DayPlan

LEFT_OUT = Unallocated(visit="v1", reason=Reason.NOT_PLACED_IN_TIME, detail="")


# An island: home 0 and pier 1 on one side, pier 2 and the client 3 on the other; "dawn" goes, "dusk" returns.
DAWN = a_sailing("dawn", 1, 2, "08:00")
DUSK = a_sailing("dusk", 2, 1, "10:00")
SHORES = [[0, 10, None, None], [10, 0, None, None], [None, None, 0, 10], [None, None, 10, 0]]
ISLAND = a_problem([a_visit(place=3)], travel=a_travel(SHORES, sailings=[DAWN, DUSK]))
NO_CARS = a_problem(
    [a_visit(place=3)], travel=a_travel(SHORES, sailings=[replace(DAWN, modes=frozenset({Mode.FOOT})), DUSK])
)
BY_BOAT = a_stop(
    "v1", "08:45", "09:15", travel_s=65 * 60, travel_m=20_000, boats=("dawn",), boat_wait_s=10 * 60
)  # out 07:30, check-in 07:50, ashore 08:35
BACK = {"home_travel_s": 65 * 60, "home_travel_m": 20_000, "home_boats": ("dusk",)}
CROSSING = a_run([BY_BOAT], "07:30", "10:45", **BACK)


def crossing(leave_home: str = "07:30", **changes: Any) -> DayPlan:
    """Write the island plan with another instant of leaving, or another claim about the way there."""
    return a_plan(a_run([replace(BY_BOAT, **changes)], leave_home, "10:45", **BACK))


# An islet whose boats take people only: the car waits at pier 1, and the ten minutes from pier 2 are walked in thirty.
AFOOT = [replace(boat, modes=frozenset({Mode.FOOT})) for boat in (DAWN, a_sailing("dusk", 2, 1, "11:00"))]
ISLET = a_problem(
    [a_visit(place=3), a_visit("v2", place=2, window=a_window("10:00", "11:00"))],
    travel=a_travel_leaving_car(SHORES, AFOOT, [0, 1, 1, 1]),
)


def walking(travel_m: int = 0) -> DayPlan:
    """Cross to the islet, walk to its client and back to the pier, where the second visit is; metres are claimed."""
    first = a_stop("v1", "09:05", "09:35", travel_s=85 * 60, travel_m=10_000, boats=("dawn",), boat_wait_s=600)
    second = a_stop("v2", "10:05", "10:35", travel_s=30 * 60, travel_m=travel_m, walk_s=1800)
    home = {"home_travel_s": 45 * 60, "home_travel_m": 10_000, "home_boats": ("dusk",)}
    return a_plan(a_run([replace(first, walk_s=1800), second], "07:30", "11:45", **home))


# A break of 30 minutes to begin between 08:30 and 09:00.
BREAK_DAY = a_problem(shifts=[a_shift(breaks=(a_break("08:30", "09:00"),))])


def rested(start: str, end: str, back_home: str) -> DayPlan:
    """Write the default run with a rest after its visit."""
    return a_plan(a_run([FIRST], "08:00", back_home, rests=(a_rest(1, start, end),)))


FIRST_CASES = (
    Case(rule=Rule.DAY, kept=(DAY, PLAN), broken=(DAY, a_plan(day="2026-11-24"))),
    Case(
        rule=Rule.KNOWN_VISIT,
        kept=(DAY, a_plan(unallocated=[LEFT_OUT])),
        broken=(DAY, a_plan(unallocated=[LEFT_OUT, replace(LEFT_OUT, visit="v9")])),
    ),
    Case(rule=Rule.KNOWN_SHIFT, kept=(DAY, PLAN), broken=(a_problem(shifts=[a_shift("late")]), PLAN)),
    Case(
        rule=Rule.ONE_RUN_PER_SHIFT,
        kept=(a_problem([a_visit(), V2], [a_shift(), a_shift("late", carer="anna")]), a_plan(ANNA, V2_ALONE)),
        broken=(a_problem([a_visit(), V2]), a_plan(ANNA, replace(V2_ALONE, shift="early"))),
    ),
    Case(
        rule=Rule.NO_EMPTY_RUN,
        kept=(a_problem(shifts=[a_shift(), a_shift("late")]), PLAN),
        broken=(
            a_problem(shifts=[a_shift(), a_shift("late")]),
            a_plan(ANNA, a_run([], "09:00", "09:00", shift="late", home_travel_s=0, home_travel_m=0)),
        ),
    ),
    Case(rule=Rule.EVERY_VISIT_ONCE, kept=(DAY, PLAN), broken=(DAY, a_plan(ANNA, unallocated=[LEFT_OUT]))),
    Case(rule=Rule.CARERS_NEEDED, kept=(PAIR_DAY, a_plan(ANNA, OTHER)), broken=(PAIR_DAY, a_plan(ANNA))),
    Case(
        rule=Rule.DIFFERENT_CARERS,
        kept=(PAIR_DAY, a_plan(ANNA, OTHER)),
        broken=(a_problem([PAIR], [a_shift(), a_shift("second", carer="anna")]), a_plan(ANNA, OTHER)),
        also=frozenset({Rule.CARER_IN_ONE_PLACE}),
    ),
    Case(
        rule=Rule.SAME_START,
        kept=(PAIR_DAY, a_plan(ANNA, OTHER)),
        broken=(PAIR_DAY, a_plan(ANNA, LATER)),
        amount=60,
    ),
    Case(
        rule=Rule.PROVIDER,
        kept=(a_problem([a_visit(providers=frozenset({"north", "south"}))]), PLAN),
        broken=(a_problem([a_visit(providers=frozenset({"south"}))]), PLAN),
    ),
    Case(
        rule=Rule.SKILLS,
        kept=(
            a_problem([a_visit(skills=frozenset({"hoist"}))], [a_shift(skills=frozenset({"hoist", "peg"}))]),
            PLAN,
        ),
        broken=(
            a_problem([a_visit(skills=frozenset({"hoist", "peg", "gaelic"}))], [a_shift(skills=frozenset({"peg"}))]),
            PLAN,
        ),
        amount=2,
    ),
    Case(
        rule=Rule.BARRED,
        kept=(a_problem([a_visit(barred_carers=frozenset({"bob"}))]), PLAN),
        broken=(a_problem([a_visit(barred_carers=frozenset({"anna"}))]), PLAN),
    ),
    Case(
        rule=Rule.LOCKED,
        kept=(a_problem([a_visit(locked_shifts=frozenset({"early"}))]), PLAN),
        broken=(
            a_problem([a_visit(locked_shifts=frozenset({"late"}))], [a_shift(), a_shift("late")]),
            PLAN,
        ),
    ),
    Case(
        rule=Rule.CARER_IN_ONE_PLACE,
        kept=(a_problem([a_visit(), V2], [a_shift(), a_shift("late")]), a_plan(ANNA, V2_ALONE)),
        broken=(
            a_problem([a_visit(), V2], [a_shift(), a_shift("late", carer="anna")]),
            a_plan(a_run([a_stop("v1", "08:51", "09:21")], "08:41", "09:31"), V2_ALONE),
        ),
        amount=31 * 60,
    ),
    Case(
        rule=Rule.START_WINDOW,
        kept=(DAY, a_plan(a_run([a_stop("v1", "10:00", "10:30")], "09:50", "10:40"))),
        broken=(DAY, a_plan(a_run([a_stop("v1", "10:01", "10:31")], "09:51", "10:41"))),
        amount=60,
    ),
    Case(
        rule=Rule.FULL_DURATION,
        kept=(DAY, PLAN),
        broken=(DAY, a_plan(a_run([a_stop("v1", "08:10", "08:39")], "08:00", "08:49"))),
        amount=60,
    ),
    Case(
        rule=Rule.START_AFTER_ARRIVAL,
        kept=(DAY, PLAN),
        broken=(DAY, a_plan(a_run([replace(FIRST, start_s=at("08:09"))], "08:00", "08:50"))),
        amount=60,
    ),
    Case(
        rule=Rule.SHIFT_WINDOW,
        kept=(a_problem(shifts=[a_shift(window=a_window("08:00", "08:50"))]), PLAN),
        broken=(a_problem(shifts=[a_shift(window=a_window("08:01", "08:49"))]), PLAN),
        amount=120,
    ),
    Case(
        rule=Rule.MAX_WORK,
        kept=(a_problem([a_visit(), V2], [a_shift(max_work_s=70 * 60)]), a_plan(BOTH)),
        broken=(a_problem([a_visit(), V2], [a_shift(max_work_s=69 * 60)]), a_plan(BOTH)),
        amount=60,
    ),
    Case(rule=Rule.EVERY_BREAK, kept=(BREAK_DAY, rested("08:40", "09:10", "09:20")), broken=(BREAK_DAY, PLAN)),
    Case(
        rule=Rule.BREAK_LENGTH,
        kept=(BREAK_DAY, rested("08:40", "09:10", "09:20")),
        broken=(BREAK_DAY, rested("08:40", "09:09", "09:19")),
        amount=60,
    ),
    Case(
        rule=Rule.BREAK_WINDOW,
        kept=(BREAK_DAY, rested("09:00", "09:30", "09:40")),
        broken=(BREAK_DAY, rested("09:01", "09:31", "09:41")),
        amount=60,
    ),
    Case(
        rule=Rule.BREAK_APART,
        kept=(BREAK_DAY, rested("08:40", "09:10", "09:20")),
        broken=(BREAK_DAY, rested("08:39", "09:09", "09:19")),
        amount=60,
    ),
    Case(
        rule=Rule.LEG_ADDS_UP,
        kept=(DAY, PLAN),
        broken=(DAY, a_plan(a_run([a_stop("v1", "08:11", "08:41")], "08:00", "08:51"))),
        amount=60,
    ),
    Case(
        rule=Rule.ROAD_EXISTS,
        kept=(a_problem(travel=a_travel([[0, 10], [10, 0]])), PLAN),
        broken=(a_problem(travel=a_travel([[0, None], [10, 0]])), PLAN),
    ),
    Case(rule=Rule.CAR_AT_HAND, kept=(ISLET, walking()), broken=(ISLET, walking(10_000)), amount=10_000),
    Case(
        rule=Rule.TRAVEL_TIME,
        kept=(DAY, PLAN),
        broken=(DAY, a_plan(a_run([replace(FIRST, arrive_s=at("08:09"), travel_s=540)], "08:00", "08:50"))),
        amount=60,
    ),
    Case(
        rule=Rule.TRAVEL_METRES,
        kept=(DAY, PLAN),
        broken=(DAY, a_plan(replace(ANNA, home_travel_m=9_999))),
    ),
    Case(
        rule=Rule.KNOWN_BOAT,
        kept=(ISLAND, a_plan(CROSSING)),
        broken=(ISLAND, crossing(boats=("ghost",))),
    ),
    Case(rule=Rule.BOAT_CARRIES_MODE, kept=(ISLAND, a_plan(CROSSING)), broken=(NO_CARS, a_plan(CROSSING))),
    Case(
        rule=Rule.BOAT_CAUGHT,
        kept=(ISLAND, crossing("07:40", boat_wait_s=0)),
        broken=(ISLAND, crossing("07:41", travel_s=64 * 60, boat_wait_s=0)),
        amount=60,
    ),
    Case(
        rule=Rule.ASHORE_IN_TIME,
        kept=(ISLAND, a_plan(CROSSING)),
        broken=(ISLAND, crossing(arrive_s=at("08:44"), travel_s=64 * 60)),
        amount=60,
    ),
)

CASES = (*FIRST_CASES, *MORE_CASES)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.rule)
def test_allows_a_plan_that_keeps_the_rule(case: Case) -> None:
    """A plan that keeps the rule, where it can at its very edge, has no breach at all."""
    assert check(*case.kept) == ()


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.rule)
def test_names_the_broken_rule_and_no_other(case: Case) -> None:
    """A plan that breaks one rule is told exactly that rule, by how much, in a sentence."""
    breaches = check(*case.broken)
    ours = [breach for breach in breaches if breach.rule == case.rule]
    assert {breach.rule for breach in breaches} == {case.rule} | case.also
    assert [breach.amount for breach in ours] == [case.amount]
    assert all(breach.message.endswith(".") for breach in breaches)


def test_every_rule_has_a_pair_and_a_description() -> None:
    """No rule can be added without its two tests and the sentence that the documents print."""
    assert sorted(case.rule for case in CASES) == sorted(Rule)
    assert set(RULES) == set(Rule)


def test_visit_in_neither_list_is_found() -> None:
    """A visit that the plan forgets is a breach, as is one that it leaves out twice."""
    forgotten = check(DAY, replace(PLAN, runs=()))
    twice = check(DAY, a_plan(unallocated=[LEFT_OUT, LEFT_OUT]))
    assert [breach.rule for breach in forgotten] == [breach.rule for breach in twice] == [Rule.EVERY_VISIT_ONCE]


def test_unknown_visit_in_a_run_is_found() -> None:
    """A run to a visit that nobody asked for is reported with its shift."""
    (first, *_) = check(a_problem([]), PLAN)
    assert (first.rule, first.visit, first.shift) == (Rule.KNOWN_VISIT, "v1", "early")
    stray = a_plan(a_run([FIRST, replace(FIRST, visit="v9")], "08:00", "08:50"))
    assert [breach.rule for breach in check(DAY, stray)] == [Rule.KNOWN_VISIT]


def test_break_at_home_before_leaving_belongs_to_the_shift() -> None:
    """A rest at home is legal inside the shift, and counts as the shift's beginning."""
    plan = a_plan(a_run([a_stop("v1", "09:10", "09:40")], "09:00", "09:50", rests=(a_rest(0, "08:30", "09:00"),)))
    too_early = a_problem(shifts=[replace(BREAK_DAY.shifts[0], window=a_window("08:31", "15:00"))])
    assert check(BREAK_DAY, plan) == ()
    assert [breach.rule for breach in check(too_early, plan)] == [Rule.SHIFT_WINDOW]


def test_rest_at_a_stop_that_the_run_does_not_have_is_found() -> None:
    """A break cannot be hidden at a stop after the last."""
    plan = a_plan(a_run([FIRST], "08:00", "08:50", rests=(a_rest(2, "09:00", "09:30"),)))
    assert [breach.rule for breach in check(BREAK_DAY, plan)] == [Rule.EVERY_BREAK]


def test_two_breaks_may_not_overlap() -> None:
    """Two breaks at one stop follow each other."""
    problem = a_problem(shifts=[a_shift(breaks=(a_break("08:30", "09:30"), a_break("08:30", "09:30")))])
    after = (a_rest(1, "08:40", "09:10"), a_rest(1, "09:10", "09:40"))
    during = (a_rest(1, "08:40", "09:10"), a_rest(1, "09:05", "09:35"))
    assert check(problem, a_plan(a_run([FIRST], "08:00", "09:50", rests=after))) == ()
    breaches = check(problem, a_plan(a_run([FIRST], "08:00", "09:45", rests=during)))
    assert [(breach.rule, breach.amount) for breach in breaches] == [(Rule.BREAK_APART, 300)]


def test_travel_cannot_be_hidden_in_waiting_for_a_boat() -> None:
    """Claiming less travel than roads and crossing take, and the rest as waiting, is found."""
    plan = crossing(travel_s=49 * 60, boat_wait_s=26 * 60)
    assert [(breach.rule, breach.amount) for breach in check(ISLAND, plan)] == [(Rule.TRAVEL_TIME, 60)]


def test_waiting_for_a_boat_needs_a_boat() -> None:
    """A road leg may not claim that it waited for a boat."""
    plan = a_plan(a_run([replace(FIRST, boat_wait_s=60)], "07:59", "08:50"))
    assert [breach.rule for breach in check(DAY, plan)] == [Rule.LEG_ADDS_UP]


def test_late_boat_home_is_found_on_the_way_home() -> None:
    """The way home is travelled again like any leg: setting out too late for the last boat is a breach."""
    stop = replace(BY_BOAT, leave_s=at("09:41"))
    breaches = check(ISLAND, a_plan(replace(CROSSING, stops=(stop,), home_travel_s=64 * 60)))
    assert [(breach.rule, breach.visit, breach.amount) for breach in breaches] == [(Rule.BOAT_CAUGHT, None, 60)]
    assert breaches[0].message.startswith("Shift early, way home: ")
    (there,) = check(ISLAND, crossing("07:41", travel_s=64 * 60, boat_wait_s=0))
    assert there.message.startswith("Shift early, leg to visit v1: ")


def test_mode_without_travel_has_no_road() -> None:
    """A carer whose mode has no travel at all is told so, not lost in an error."""
    breaches = check(a_problem(shifts=[a_shift(mode=Mode.BIKE)]), PLAN)
    assert {breach.rule for breach in breaches} == {Rule.ROAD_EXISTS}


def test_the_trusted_modules_load_no_engine() -> None:
    """In a fresh interpreter they load no engine or library of one, and of ours just what the import contract names."""
    program = """
import sys
import solver.check, solver.score, solver.explain, solver.validate, solver.plain
print(*sorted(name for name in sys.modules if name.partition(".")[0] in {"solver", "numba", "ortools", "app", "geo"}))
"""
    loaded = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout.split()
    contracts = tomllib.loads(Path("pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"]["contracts"]
    (contract,) = (contract for contract in contracts if "solver.check" in contract.get("source_modules", ()))
    assert set(loaded) == {"solver", *contract["source_modules"]}
    assert {"numba", "ortools", "solver.kernel", "solver.compile"} <= set(contract["forbidden_modules"])
