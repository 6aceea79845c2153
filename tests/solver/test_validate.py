"""Every fault of the input: sensible input has none, and each kind of nonsense is named."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from solver.types import Before, ClientNeeds, LockedRun, Mode, ProviderHours, Sequence, TimeWindow, Travel, Weights
from solver.validate import faults
from tests.builders import a_break, a_problem, a_sailing, a_shift, a_travel, a_travel_leaving_car, a_visit, a_window, at

if TYPE_CHECKING:
    from solver.types import DayProblem

SHORES = [[0, 10, None, None], [10, 0, None, None], [None, None, 0, 10], [None, None, 10, 0]]
BOATS = [a_sailing("one", 1, 2, "08:00"), a_sailing("two", 1, 2, "09:00"), a_sailing("back", 2, 1, "12:00")]
ISLAND = a_travel(SHORES, sailings=BOATS)


def with_arrays(**arrays: Any) -> DayProblem:
    """Build the island day with some arrays of the car's travel replaced."""
    return a_problem(travel=Travel(modes={Mode.CAR: replace(ISLAND.modes[Mode.CAR], **arrays)}, sailings=tuple(BOATS)))


def with_road(**cells: int) -> DayProblem:
    """Build the island day with one cell of a road matrix changed: `road_s=-1` changes the road from 0 to 1."""
    ((name, value),) = cells.items()
    matrix = getattr(ISLAND.modes[Mode.CAR], name).copy()
    matrix[0, 1] = value
    return with_arrays(**{name: matrix})


def with_boat_arrival(value: int) -> DayProblem:
    """Build the island day with the arrival of the second journey from place 0 to place 2 changed."""
    car = ISLAND.modes[Mode.CAR]
    arrive_s = car.boat_arrive_s.copy()
    arrive_s[car.boat_first[0, 2] + 1] = value
    return with_arrays(boat_arrive_s=arrive_s)


def leaving_car(car_at: list[int]) -> DayProblem:
    """Build the island day for a driver who leaves the car at pier 1, and then say that it stands elsewhere."""
    travel = a_travel_leaving_car(SHORES, BOATS, [0, 1, 1, 1])
    left = replace(travel.from_home[Mode.CAR, 0], car_at=np.array(car_at, np.int32))
    return a_problem(travel=replace(travel, from_home={(Mode.CAR, 0): left}))


def of_visit(**changes: Any) -> DayProblem:
    """Build the default day with its visit changed."""
    return a_problem([a_visit(**changes)])


def of_shift(**changes: Any) -> DayProblem:
    """Build the default day with its shift changed."""
    return a_problem(shifts=[a_shift(**changes)])


def of_sailing(**changes: Any) -> DayProblem:
    """Build the default day with one sailing, changed."""
    sailing = replace(a_sailing("boat", 1, 2, "08:00"), **changes)
    return a_problem(travel=replace(a_travel(), sailings=(sailing,)))


def two_visits(*sequences: Sequence) -> DayProblem:
    """Build a day of two visits in sequences."""
    return a_problem([a_visit(), a_visit("v2")], sequences=sequences)


def of_client(needs: ClientNeeds) -> DayProblem:
    """Build the default day with what its client needs."""
    return a_problem([a_visit(client="c1")], clients=(needs,))


CAR = ISLAND.modes[Mode.CAR]
SMALL = a_travel(places=3).modes[Mode.CAR]
EYE = np.eye(4, dtype=bool)
WRONG = {
    "duplicate-id": a_problem([a_visit(), a_visit()]),
    "window-reversed": of_visit(window=a_window("10:00", "08:00")),
    "instant-far-away": of_visit(window=a_window("08:00", "900:00")),
    "duration-not-positive": of_visit(duration_s=0),
    "visit-too-long": of_visit(duration_s=8 * 3600 + 1),
    "carers-needed": of_visit(carers_needed=3),
    "no-provider": of_visit(providers=frozenset()),
    "max-work-negative": of_shift(max_work_s=-1),
    "mode-without-travel": of_shift(mode=Mode.BIKE),
    "break-not-positive": of_shift(breaks=(a_break(minutes=0),)),
    "break-outside-shift": of_shift(breaks=(a_break("14:31", "16:00"),)),
    "shifts-overlap": a_problem(shifts=[a_shift(), a_shift("late", carer="anna", window=a_window("14:59", "22:00"))]),
    "place-unknown": of_visit(place=6),
    "unknown-locked-shift": of_visit(locked_shifts=frozenset({"night"})),
    "unknown-visit-to-keep": a_problem(keep=frozenset({"v1", "v9"})),
    "weight-not-usable": a_problem(weights=Weights(metre=float("nan"))),
    "hours-reversed": a_problem(provider_hours=(ProviderHours(provider="north", floor_s=2, ceiling_s=1),)),
    "tolerance-not-usable": of_visit(tolerance_s=60),
    "no-time-left": of_visit(locked_start_s=at("11:00")),
    "load-negative": of_visit(load=-1),
    "limit-negative": of_shift(max_span_s=-1),
    "day-not-usable": of_shift(skill_expiry={"peg": "23.11.2026"}),
    "unknown-visit-in-sequence": a_problem(sequences=(Sequence(first="v1", then="v9", least_s=0, most_s=60),)),
    "sequence-of-one": a_problem(sequences=(Sequence(first="v1", then="v1", least_s=0, most_s=60),)),
    "sequence-reversed": two_visits(Sequence(first="v1", then="v2", least_s=120, most_s=60)),
    "sequence-circle": two_visits(
        Sequence(first="v1", then="v2", least_s=0, most_s=60), Sequence(first="v2", then="v1", least_s=0, most_s=60)
    ),
    "unknown-client": a_problem(clients=(ClientNeeds(client="nobody"),)),
    "gap-negative": of_client(ClientNeeds(client="c1", min_gap_s=-1)),
    "unknown-in-locked-run": a_problem(locked_runs=(LockedRun(shift="early", visits=("v9",)),)),
    "unknown-visit-before": a_problem(before=(Before(visit="v9", shifts=frozenset(), start_s=0),)),
    "settled-too-often": a_problem(
        shifts=[a_shift(), a_shift("late")],
        locked_runs=(LockedRun(shift="early", visits=("v1",)), LockedRun(shift="late", visits=("v1",))),
    ),
    "settled-not-allowed": a_problem(
        [a_visit(skills=frozenset({"hoist"}))], locked_runs=(LockedRun(shift="early", visits=("v1",)),)
    ),
    "matrix-shape": with_arrays(road_m=SMALL.road_m),
    "matrix-type": with_arrays(road_s=CAR.road_s.astype(np.float64)),
    "road-negative": with_road(road_s=-1),
    "diagonal-not-zero": with_arrays(road_m=CAR.road_m + EYE),
    "diagonal-unreachable": with_arrays(road_reachable=CAR.road_reachable & ~EYE),
    "boats-unequal": with_arrays(boat_leave_s=CAR.boat_leave_s[:-1]),
    "boats-outside-list": with_arrays(boat_count=CAR.boat_count + 9),
    "boats-back-in-time": with_boat_arrival(0),
    "car-left-nowhere": leaving_car([0, 1, 3, 1]),
    "boats-not-increasing": with_boat_arrival(int(CAR.boat_arrive_s[CAR.boat_first[0, 2]])),
    "sailing-out-of-order": of_sailing(arrives_s=0),
    "sailing-nowhere": of_sailing(to_port=1),
}


@pytest.mark.parametrize(
    "problem",
    [
        a_problem(),
        a_problem([], []),
        a_problem(travel=ISLAND),
        leaving_car([0, 1, 1, -1]),
        a_problem(shifts=[a_shift(), a_shift("late", carer="anna", window=a_window("15:00", "22:00"))]),
        of_shift(breaks=(a_break("14:30", "16:00"),)),
        of_visit(duration_s=8 * 3600, window=a_window("08:00", "08:00"), carers_needed=2),
        a_problem(weights=Weights(travel=0.0)),
    ],
)
def test_sensible_days_have_no_fault(problem: DayProblem) -> None:
    """Days at the edge of every rule, and an empty one, are fit to plan."""
    assert faults(problem) == ()


@pytest.mark.parametrize("code", WRONG)
def test_each_kind_of_nonsense_is_named(code: str) -> None:
    """A day with one thing wrong is told that thing, where it is and what to do."""
    found = faults(WRONG[code])
    assert {fault.code for fault in found} == {code} | BESIDE.get(code, set())
    assert all(fault.where and fault.message.endswith(".") and fault.action.endswith(".") for fault in found)


BESIDE = {"sequence-of-one": {"sequence-circle"}, "boats-not-increasing": {"boats-back-in-time"}}
BESIDE["boats-back-in-time"] = {"boats-not-increasing"}
"""What is also wrong where one thing cannot be without the other."""

WEEK_S = 7 * 86_400
NO_TRAVEL = Travel(modes={})


def a_span(earliest_s: int, latest_s: int) -> TimeWindow:
    """Build a window from two instants in seconds."""
    return TimeWindow(earliest_s=earliest_s, latest_s=latest_s)


def of_link(least_s: int, most_s: int, first: str = "v1", then: str = "v2") -> DayProblem:
    """Build a day of two visits of which one follows the other."""
    return two_visits(Sequence(first=first, then=then, least_s=least_s, most_s=most_s))


def settled(*runs: tuple[str, ...], carers: int = 1) -> DayProblem:
    """Build a day of two shifts whose first runs are settled, with the default visit for so many carers."""
    locked = tuple(LockedRun(shift=run[0], visits=run[1:]) for run in runs)
    return a_problem([a_visit(carers_needed=carers)], [a_shift("a"), a_shift("b")], locked_runs=locked)


SETTLED_AGAINST: dict[str, dict[str, Any]] = {
    "provider": {"providers": frozenset({"south"})},
    "skill": {"skills": frozenset({"hoist"})},
    "wish": {"genders": frozenset({"woman"})},
    "bar": {"barred_carers": frozenset({"anna"})},
    "lock": {"locked_shifts": frozenset({"b"})},
}
TWICE = "duplicate-id"
JUDGED: dict[str, tuple[DayProblem, list[tuple[str, str]]]] = {
    "shift twice": (a_problem(shifts=[a_shift(), a_shift(carer="bob")]), [(TWICE, "shift early")]),
    "sailing twice": (
        a_problem(travel=replace(a_travel(), sailings=(a_sailing("x", 0, 1, "08:00"), a_sailing("x", 1, 0, "09:00")))),
        [(TWICE, "sailing x")],
    ),
    "hours twice": (
        a_problem(provider_hours=(ProviderHours(provider="north"),) * 2),
        [(TWICE, "provider hours north")],
    ),
    "client twice": (
        a_problem([a_visit(client="c1")], clients=(ClientNeeds(client="c1"),) * 2),
        [(TWICE, "client c1")],
    ),
    "a week ahead": (of_visit(window=a_span(WEEK_S, WEEK_S)), []),
    "a week ago": (of_visit(window=a_span(-WEEK_S, 0)), []),
    "over a week ahead": (of_visit(window=a_span(0, WEEK_S + 1)), [("instant-far-away", "visit v1, window")]),
    "over a week ago": (of_visit(window=a_span(-WEEK_S - 1, 0)), [("instant-far-away", "visit v1, window")]),
    "ends over a week ago": (
        of_visit(window=a_span(0, -WEEK_S - 1)),
        [("window-reversed", "visit v1, window"), ("instant-far-away", "visit v1, window")],
    ),
    "no travel": (
        a_problem([a_visit(place=0)], [], NO_TRAVEL),
        [("place-unknown", "visit v1, place")],
    ),
    "no places": (a_problem([], [], a_travel([])), []),
    "as long as the longest shift": (
        a_problem([a_visit(duration_s=8 * 3600)], [a_shift(), a_shift("short", window=a_window("07:00", "09:00"))]),
        [],
    ),
    "no shifts": (a_problem([a_visit(duration_s=9 * 3600)], []), []),
    "a second": (of_visit(duration_s=1), []),
    "shift reversed": (
        a_problem([], [a_shift(window=a_window("15:00", "07:00"))]),
        [("window-reversed", "shift early, window")],
    ),
    "no work allowed": (of_shift(max_work_s=0), []),
    "second break of no time": (
        of_shift(breaks=(a_break(), a_break("09:00", "10:00", 0))),
        [("break-not-positive", "shift early, break 2")],
    ),
    "break of a second": (of_shift(breaks=(replace(a_break(), duration_s=1),)), []),
    "break reversed": (
        of_shift(breaks=(a_break("12:00", "11:00"),)),
        [("window-reversed", "shift early, break 1, window"), ("break-outside-shift", "shift early, break 1")],
    ),
    "break before the shift": (
        of_shift(breaks=(a_break("06:00", "06:59"),)),
        [("break-outside-shift", "shift early, break 1")],
    ),
    "break as the shift begins": (of_shift(breaks=(a_break("06:00", "07:00"),)), []),
    "break as the shift ends": (of_shift(breaks=(a_break("14:30", "15:00"),)), []),
    "places": (
        a_problem(
            [a_visit(place=-1)],
            [a_shift(start_place=6, end_place=-1)],
            replace(a_travel(), sailings=(a_sailing("x", 6, 7, "08:00"),)),
        ),
        [
            ("place-unknown", where)
            for where in (
                "visit v1, place",
                "shift early, start_place",
                "shift early, end_place",
                "sailing x, from_port",
                "sailing x, to_port",
            )
        ],
    ),
    "last place": (of_visit(place=5), []),
    "price below nothing": (a_problem(weights=Weights(waiting=-0.1)), [("weight-not-usable", "weights, waiting")]),
    "price without end": (a_problem(weights=Weights(late=math.inf)), [("weight-not-usable", "weights, late")]),
    "hours of nothing": (a_problem(provider_hours=(ProviderHours(provider="n", ceiling_s=0),)), []),
    "hours of less": (
        a_problem(provider_hours=(ProviderHours(provider="n", floor_s=-1),)),
        [("hours-reversed", "provider hours n")],
    ),
    "other window": (
        of_visit(other_windows=(a_window("12:00", "13:00"), a_window("15:00", "14:00"))),
        [("window-reversed", "visit v1, window 3")],
    ),
    "only window": (
        of_visit(window=a_window("10:00", "09:00"), time_critical=True),
        [("window-reversed", "visit v1, window")],
    ),
    "reversed beside one that the lock does not keep": (
        of_visit(
            window=a_window("10:00", "09:00"),
            other_windows=(a_window("12:00", "13:00"),),
            locked_start_s=at("11:00"),
        ),
        [("window-reversed", "visit v1, window")],
    ),
    "tolerance": (of_visit(tolerance_s=0, preferred_start_s=at("09:00"), time_critical=True), []),
    "tolerance below nothing": (
        of_visit(tolerance_s=-1, preferred_start_s=at("09:00")),
        [("tolerance-not-usable", "visit v1, tolerance_s")],
    ),
    "one instant that is not the locked one": (
        of_visit(window=a_window("09:00", "09:00"), locked_start_s=at("09:01")),
        [("no-time-left", "visit v1")],
    ),
    **{
        f"{name} {value}": (of_shift(**{name: value}), [("limit-negative", f"shift early, {name}")] if value else [])
        for name in ("max_drive_s", "max_span_s", "contracted_s", "capacity")
        for value in (0, -1)
    },
    "day": (
        of_shift(skill_expiry={"peg": "2026-11-23", "hoist": "2026-11-231"}),
        [("day-not-usable", "shift early, skill_expiry")],
    ),
    "at once": (of_link(0, 0), []),
    "before": (of_link(-1, 0), [("sequence-reversed", "sequence v1 - v2")]),
    "a chain": (
        a_problem(
            [a_visit(f"v{n}") for n in (1, 2, 3)],
            sequences=tuple(Sequence(first=f"v{n}", then=f"v{n + 1}", least_s=0, most_s=60) for n in (1, 2)),
        ),
        [],
    ),
    "two that follow one, unknown": (
        two_visits(*(Sequence(first="v1", then=then, least_s=0, most_s=60) for then in ("v2", "v9"))),
        [("unknown-visit-in-sequence", "sequence v1 - v9")],
    ),
    "no gap": (of_client(ClientNeeds(client="c1", min_gap_s=0)), []),
    "plan before": (a_problem(before=(Before(visit="v1", shifts=frozenset(), start_s=0),)), []),
    "settled": (settled(("a", "v1")), []),
    "settled for two": (settled(("a", "v1"), ("b", "v1"), carers=2), []),
    **{
        f"settled against {what}": (
            a_problem(
                [a_visit(**asks)], [a_shift(), a_shift("b")], locked_runs=(LockedRun(shift="early", visits=("v1",)),)
            ),
            [("settled-not-allowed", "locked run early")],
        )
        for what, asks in SETTLED_AGAINST.items()
    },
    "settled with its lock": (
        a_problem(
            [a_visit(locked_shifts=frozenset({"early"}))], locked_runs=(LockedRun(shift="early", visits=("v1",)),)
        ),
        [],
    ),
    "settled twice": (settled(("a",), ("a",)), [(TWICE, "locked run a")]),
    "settled on no shift": (settled(("c", "v1")), [("unknown-in-locked-run", "locked run c")]),
    "settled without a visit": (settled(("a", "v1", "v9")), [("unknown-in-locked-run", "locked run a")]),
    "settled without it twice": (
        settled(("a", "v9"), ("b", "v9")),
        [("unknown-in-locked-run", "locked run a"), ("unknown-in-locked-run", "locked run b")],
    ),
    "twice in one run": (settled(("a", "v1", "v1"), carers=2), [(TWICE, "locked run a")]),
    "known to be kept": (a_problem(keep=frozenset({"v1"})), []),
    "known to be locked": (of_visit(locked_shifts=frozenset({"early"})), []),
}


@pytest.mark.parametrize("name", JUDGED)
def test_each_row_is_judged_to_the_edge(name: str) -> None:
    """What is just right has no fault; a step beyond there is this one, of this row and field, and no other."""
    problem, expected = JUDGED[name]
    assert [(fault.code, fault.where) for fault in faults(problem)] == expected


def with_pair(**cells: int) -> DayProblem:
    """Build the island day with what is said of the boats from place 0 to place 2 changed."""
    arrays = {name: getattr(CAR, name).copy() for name in cells}
    for name, value in cells.items():
        arrays[name][0, 2] = value
    return with_arrays(**arrays)


def with_second_leave(leave_s: int) -> DayProblem:
    """Build the island day with the leaving of the second journey from place 0 to place 2 changed."""
    leaves_s = CAR.boat_leave_s.copy()
    leaves_s[CAR.boat_first[0, 2] + 1] = leave_s
    return with_arrays(boat_leave_s=leaves_s)


FIRST = int(CAR.boat_first[0, 2])
ON_FOOT = a_travel_leaving_car(SHORES, BOATS, [0, 1, 1, 1])


@pytest.mark.parametrize(
    ("problem", "code"),
    [
        (with_pair(boat_first=-1), "boats-outside-list"),
        (with_pair(boat_count=-1), "boats-outside-list"),
        (with_pair(boat_first=len(CAR.boat_leave_s) - 1), "boats-outside-list"),
        (with_arrays(boat_leave_s=CAR.boat_leave_s[None], boat_arrive_s=CAR.boat_arrive_s[None]), "boats-unequal"),
        (with_second_leave(int(CAR.boat_leave_s[FIRST])), "boats-not-increasing"),
        (with_second_leave(int(CAR.boat_arrive_s[FIRST + 1])), None),
        (with_second_leave(int(CAR.boat_arrive_s[FIRST + 1]) + 1), "boats-back-in-time"),
        (of_sailing(arrives_s=at("08:00")), "sailing-out-of-order"),
        (leaving_car([0, 4, 1, 1]), "car-left-nowhere"),
        (leaving_car([-1, 1, 1, 1]), "car-left-nowhere"),
        (leaving_car([1, 1, 0, 1]), "car-left-nowhere"),
        (leaving_car([0, 1, 1]), "car-left-nowhere"),
        (a_problem(travel=replace(ON_FOOT, modes={Mode.CAR: ON_FOOT.modes[Mode.CAR]})), "car-left-nowhere"),
        (a_problem(travel=replace(ON_FOOT, from_home={(Mode.CAR, 0): ON_FOOT.modes[Mode.CAR]})), "car-left-nowhere"),
    ],
)
def test_travel_is_judged_to_the_second_and_to_the_place(problem: DayProblem, code: str | None) -> None:
    """One journey, one pair, one sailing or one place is wrong, or just right."""
    assert {fault.code for fault in faults(problem)} == ({code} if code else set())


@pytest.mark.parametrize("arrive_s", [0, int(CAR.boat_arrive_s[CAR.boat_first[0, 2]]), at("09:40")])
def test_boats_may_be_listed_in_any_order_of_pairs(arrive_s: int) -> None:
    """Pairs that go backwards through the list are judged as those that go forwards."""
    turned = slice(None, None, -1)
    listed = with_boat_arrival(arrive_s).travel.modes[Mode.CAR]
    blocks = [
        slice(first, first + count) for first, count in zip(CAR.boat_first.flat, CAR.boat_count.flat, strict=True)
    ]
    counts = CAR.boat_count.ravel()[turned]
    starts = (np.cumsum(counts) - counts)[turned].reshape(CAR.boat_first.shape)
    order = np.concatenate([np.arange(len(CAR.boat_leave_s))[block] for block in blocks[turned]])
    travel = {"boat_leave_s": listed.boat_leave_s[order], "boat_arrive_s": listed.boat_arrive_s[order]}
    found = faults(with_arrays(boat_first=starts.astype(np.int32), **travel))
    assert {fault.code for fault in found} == {fault.code for fault in faults(with_boat_arrival(arrive_s))}


def test_all_faults_are_reported_at_once() -> None:
    """Three mistakes in three records give three faults, not the first of them."""
    problem = a_problem([a_visit(duration_s=-1), a_visit("v2", place=-1)], [a_shift(max_work_s=-5)])
    assert [(fault.code, fault.where) for fault in faults(problem)] == [
        ("duration-not-positive", "visit v1, duration_s"),
        ("max-work-negative", "shift early, max_work_s"),
        ("place-unknown", "visit v2, place"),
    ]


def test_modes_must_cover_the_same_places() -> None:
    """Matrices of two sizes are a fault of the travel, not a crash later; places beyond the smaller are unknown."""
    travel = Travel(modes={Mode.CAR: a_travel(places=3).modes[Mode.CAR], Mode.FOOT: a_travel().modes[Mode.CAR]})
    assert [fault.where for fault in faults(a_problem(travel=travel))] == ["travel"]
    assert [fault.where for fault in faults(a_problem([a_visit(place=3)], travel=travel))] == [
        "visit v1, place",
        "travel",
    ]


@pytest.mark.parametrize("name", ["road_s", "road_m", "road_reachable", "boat_first", "boat_count"])
def test_all_matrices_of_a_mode_have_one_shape(name: str) -> None:
    """One that lacks a row is named by its mode, and nothing else is read of that mode."""
    problem = with_arrays(**{name: getattr(CAR, name)[:3]})
    shown = [(fault.code, fault.where) for fault in faults(problem)]
    assert shown == [("matrix-shape", "travel by car")]


@pytest.mark.parametrize("cut", [np.s_[:, :3], np.s_[0]], ids=["not square", "not a matrix"])
def test_matrices_are_square(cut: Any) -> None:
    """Tables with rows for all places but not columns, and lists, are of no use, whatever another mode has."""
    names = ("road_s", "road_m", "road_reachable", "boat_first", "boat_count")
    car = replace(CAR, **{name: getattr(CAR, name)[cut].copy() for name in names})
    for modes in ({Mode.CAR: car}, {Mode.CAR: car, Mode.FOOT: CAR}):
        problem = a_problem([a_visit(place=3)], travel=Travel(modes=modes))
        assert [(fault.code, fault.where) for fault in faults(problem)] == [("matrix-shape", "travel by car")]


def test_a_list_of_another_length_is_no_size() -> None:
    """The only matrix of five that is none has a length of its own; the modes do not differ in size for that."""
    problem = with_arrays(road_s=np.zeros(7, np.int32))
    problem = replace(problem, travel=replace(problem.travel, modes=dict(problem.travel.modes) | {Mode.FOOT: CAR}))
    assert [fault.where for fault in faults(problem)] == ["travel by car"]


def test_every_road_is_read() -> None:
    """A negative road between the last two places, of seconds or metres; none is needed to get anywhere."""
    for name in ("road_s", "road_m"):
        for value, expected in ((-1, [f"travel by car, {name}"]), (0, [])):
            matrix = getattr(CAR, name).copy()
            matrix[3, 2] = value
            assert [fault.where for fault in faults(with_arrays(**{name: matrix}))] == expected


def test_where_a_driver_lives_is_one_of_the_places() -> None:
    """Travel from a home that no row stands for is a fault, not a crash."""
    for home in (-1, 4, 9):
        travel = replace(ON_FOOT, from_home={(Mode.CAR, home): ON_FOOT.from_home[Mode.CAR, 0]})
        assert {fault.code for fault in faults(a_problem(travel=travel))} == {"car-left-nowhere"}


def test_unreachable_roads_may_hold_anything() -> None:
    """Where no road leads, the number in the matrix means nothing and is not judged."""
    matrix = CAR.road_s.copy()
    matrix[0, 2] = -7
    assert faults(with_arrays(road_s=matrix)) == ()


def test_every_overlap_of_one_carer_is_found() -> None:
    """A long shift that covers two short ones is reported against both."""
    short = [a_shift(f"s{hour}", carer="anna", window=a_window(f"{hour}:00", f"{hour}:30")) for hour in (9, 12)]
    assert [fault.where for fault in faults(a_problem(shifts=[a_shift(), *short]))] == [
        "shift s9, window",
        "shift s12, window",
    ]
