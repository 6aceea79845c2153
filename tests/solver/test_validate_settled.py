"""Tests of settled runs that no rule and no clock allows: what can be kept to the second has no fault."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from solver.types import LockedRun, Mode, TimeWindow, Travel
from solver.validate import faults
from tests.builders import a_problem, a_sailing, a_shift, a_travel, a_travel_leaving_car, a_visit, a_window, at

HOUR_S = 3600
SHORES = [[0, 10, None, None], [10, 0, None, None], [None, None, 0, 10], [None, None, 10, 0]]
BOATS = [a_sailing("one", 1, 2, "08:00"), a_sailing("back", 2, 1, "12:00")]


def two_in_a_row(
    order: tuple[str, ...] = ("one", "two"),
    *,
    second: TimeWindow | None = None,
    travel: Travel | None = None,
    **changes: Any,
) -> list[tuple[str, str]]:
    """Settle a visit at 07:10 and one ten minutes further on; give what is wrong."""
    visits = [
        a_visit("one", window=a_window("07:10", "07:10")),
        a_visit("two", place=2, window=second or a_window("07:00", "07:50")),
    ]
    shift = a_shift(**{"window": a_window("07:00", "08:40")} | changes)
    problem = a_problem(
        visits, [shift], travel, locked_runs=(LockedRun(shift="early", visits=order),), rest_s=11 * HOUR_S
    )
    return [(fault.code, fault.message) for fault in faults(problem)]


def test_a_settled_run_can_be_kept_to_the_second() -> None:
    """All in it as early as can be, each in a window, by road and boat, home in time and rested; a second decides."""
    assert two_in_a_row() == []
    (found,) = two_in_a_row(second=TimeWindow(earliest_s=at("07:00"), latest_s=at("07:50") - 1))
    assert found == (
        "settled-too-late",
        "Shift early cannot be at visit two of its settled run before 07:50: that is too late for it.",
    )
    assert "at visit one" in two_in_a_row(("two", "one"))[0][1]
    assert two_in_a_row(("two",)) == two_in_a_row(()) == []
    late = two_in_a_row(window=TimeWindow(earliest_s=at("07:00"), latest_s=at("08:40") - 1))
    assert late == [("settled-too-late", "Shift early cannot end its settled run by 08:39:59.")]
    assert two_in_a_row(window=a_window("07:00", "10:00"), next_start_s=at("19:40")) == []
    assert "by 08:39:59" in two_in_a_row(window=a_window("07:00", "10:00"), next_start_s=at("19:40") - 1)[0][1]
    assert two_in_a_row(previous_end_s=at("07:00") - 11 * HOUR_S) == []
    assert "at visit one" in two_in_a_row(previous_end_s=at("07:00") - 11 * HOUR_S + 1)[0][1]


def test_a_settled_run_needs_a_way_to_each_visit_and_home() -> None:
    """A boat that goes once takes nobody to the visit after it, or home; an empty run goes nowhere."""
    minutes = [[0, 10, None], [10, 0, None], [None, None, 0]]
    out, back = a_sailing("out", 1, 2, "07:15"), a_sailing("back", 2, 1, "07:20")
    nowhere = "No road and no boat of the day leads shift early from"
    for boats, end, found in (
        ([back], 0, ("settled-no-way", f"{nowhere} visit one to visit two of its settled run.")),
        ([out], 0, ("settled-no-way", f"{nowhere} visit two to home of its settled run.")),
        ([out], 2, ("settled-too-late", "Shift early has no way to visit two of its settled run after 07:40.")),
        (
            [a_sailing("out", 1, 2, "07:50"), back],
            0,
            ("settled-too-late", "Shift early cannot end its settled run by 15:00."),
        ),
    ):
        wide = {"window": a_window("07:00", "15:00"), "second": a_window("07:00", "14:00"), "end_place": end}
        assert two_in_a_row(**wide, travel=a_travel(minutes, sailings=boats)) == [found]
    away = two_in_a_row(start_place=2, travel=a_travel(minutes, sailings=[out]))
    assert away == [("settled-no-way", f"{nowhere} home to visit one of its settled run.")]
    assert two_in_a_row((), end_place=2, travel=a_travel(minutes, sailings=[out, back])) == []


def test_a_settled_run_may_use_another_window() -> None:
    """The first that is still open counts."""
    visit = a_visit(other_windows=(a_window("09:00", "09:10"),))
    settled_run = (LockedRun(shift="early", visits=("v1", "v2")),)
    for closes, opens, codes in (
        ("07:05", "09:40", []),
        ("07:05", "09:39", ["settled-too-late"]),
        ("07:10", "07:50", []),
    ):
        first = replace(visit, window=a_window("07:00", closes))
        second = a_visit("v2", place=2, window=a_window(opens, opens))
        assert [fault.code for fault in faults(a_problem([first, second], locked_runs=settled_run))] == codes


def test_settled_runs_are_not_judged_where_the_day_is_wrong_anyway() -> None:
    """Nothing false is said, and nothing breaks."""
    run = (LockedRun(shift="early", visits=("v1", "v2")),)
    second = a_visit("v2", window=a_window("07:30", "07:30"))
    car = a_travel(SHORES, sailings=BOATS).modes[Mode.CAR]
    for change, code in (
        (a_problem([a_visit(place=6), second], locked_runs=run), "place-unknown"),
        (a_problem([a_visit(place=-1), second], locked_runs=run), "place-unknown"),
        (a_problem([a_visit(locked_start_s=at("11:00")), second], locked_runs=run), "no-time-left"),
        (
            a_problem([a_visit(), second], locked_runs=(LockedRun(shift="early", visits=("v1", "v2", "v1")),)),
            "duplicate-id",
        ),
        (a_problem([a_visit(), second], [a_shift(mode=Mode.FOOT)], locked_runs=run), "mode-without-travel"),
        (
            replace(
                a_problem(travel=Travel(modes={Mode.CAR: replace(car, boat_first=car.boat_first[:2, :2])})),
                visits=(a_visit(place=3),),
                locked_runs=(LockedRun(shift="early", visits=("v1",)),),
            ),
            "matrix-shape",
        ),
    ):
        assert {fault.code for fault in faults(change)} == {code}


def test_a_settled_run_whose_car_waits_at_a_pier_is_judged_like_any() -> None:
    """By boat at eight, ashore at 08:35 and on foot for half an hour: a second decides."""
    leaving_car = a_travel_leaving_car(SHORES, BOATS, [0, 1, 1, 1])
    run = (LockedRun(shift="early", visits=("v1",)),)
    for before_s, codes in ((0, []), (1, ["settled-too-late"])):
        window = TimeWindow(earliest_s=at("08:00"), latest_s=at("09:05") - before_s)
        day = a_problem([a_visit(place=3, window=window)], travel=leaving_car, locked_runs=run)
        assert [fault.code for fault in faults(day)] == codes


def settled_for(*runs: tuple[str, str], carers: int = 1) -> list[tuple[str, str]]:
    """Settle runs of one visit each, of two shifts of one carer; give what is wrong."""
    visits = [a_visit(carers_needed=carers), a_visit("v2", window=a_window("09:30", "10:00"), carers_needed=carers)]
    a = a_shift("a", carer="anna", window=a_window("07:00", "09:00"))
    b = a_shift("b", carer="anna", window=a_window("09:05", "11:00"))
    locked = tuple(LockedRun(shift=shift, visits=(visit,)) for shift, visit in runs)
    return [(fault.code, fault.where) for fault in faults(a_problem(visits, [a, b], locked_runs=locked))]


def test_nobody_is_both_carers_of_a_settled_visit() -> None:
    """One carer may have two settled runs; what is wrong with the runs otherwise is said once."""
    assert settled_for(("a", "v1"), ("b", "v2")) == []
    assert settled_for(("a", "v1"), ("b", "v1"), carers=2) == [("settled-same-carer", "locked run b")]
    assert settled_for(("a", "v1"), ("b", "v1")) == [("settled-too-often", "visit v1")]
    assert settled_for(("a", "v1"), ("a", "v1"), carers=2) == [("duplicate-id", "locked run a")]
    gone = settled_for(("c", "v1"), ("d", "v1"), carers=2)
    assert gone == [("unknown-in-locked-run", "locked run c"), ("unknown-in-locked-run", "locked run d")]


def test_nobody_is_asked_who_could_come_where_no_run_is_settled(monkeypatch: pytest.MonkeyPatch) -> None:
    """On a county's day that question is asked a million times, and the first plan waits for the answer."""

    def asked(*_: object) -> bool:
        pytest.fail("asked")

    monkeypatch.setattr("solver.validate_settled.may_make", asked)
    assert faults(a_problem([a_visit("v1", carers_needed=2)], [a_shift("one"), a_shift("two")])) == ()
