"""Random small days for property tests. Everything that a rule reads varies; distances keep the triangle inequality."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import strategies as st

from solver.types import (
    Break,
    DayProblem,
    Mode,
    Priority,
    ProviderHours,
    Sailing,
    Shift,
    TimeWindow,
    Travel,
    Visit,
    Weights,
)
from tests.builders import a_travel, a_travel_leaving_car

N_PLACES = 5
CARERS = ("anna", "bob", "chris")
PROVIDERS = ("north", "south")
SKILLS = ("hoist", "peg")
EIGHT_S, QUARTER_S = 8 * 3600, 900


@st.composite
def travels(draw: st.DrawFn, *, boats: bool) -> Travel:
    """Draw places on a grid; with boats, the last two are an island without a road, with a pier on each shore."""
    points = draw(st.lists(st.tuples(st.integers(0, 20), st.integers(0, 20)), min_size=N_PLACES, max_size=N_PLACES))
    island = {N_PLACES - 2, N_PLACES - 1} if boats else set()
    minutes = [
        [
            None
            if (o in island) != (d in island)
            else abs(points[o][0] - points[d][0]) + abs(points[o][1] - points[d][1])
            for d in range(N_PLACES)
        ]
        for o in range(N_PLACES)
    ]
    sailings = draw(st.lists(_sailings(), min_size=2, max_size=6, unique_by=lambda boat: boat.id)) if boats else []
    return a_travel(minutes, sailings=sailings, modes=(Mode.CAR, Mode.FOOT))


@st.composite
def _sailings(draw: st.DrawFn) -> Sailing:
    """Draw a sailing between the piers in either direction; some carry no cars."""
    departs_s = EIGHT_S + 600 * draw(st.integers(0, 30))
    return _sailing(departs_s, out=draw(st.booleans()), foot_only=draw(st.integers(0, 3)) == 0)


def _sailing(departs_s: int, *, out: bool, foot_only: bool) -> Sailing:
    """Build a sailing between the piers, places 0 and 3."""
    return Sailing(
        id=f"{'out' if out else 'back'}-{departs_s}",
        route="ferry",
        from_port=0 if out else 3,
        to_port=3 if out else 0,
        last_checkin_s=departs_s - 300,
        departs_s=departs_s,
        arrives_s=departs_s + 1200,
        ashore_s=departs_s + 1500,
        modes=frozenset({Mode.FOOT}) if foot_only else frozenset(Mode),
    )


@st.composite
def windows(draw: st.DrawFn) -> TimeWindow:
    """Draw a start window between 08:00 and 14:00, at times a single instant."""
    earliest_s = EIGHT_S + QUARTER_S * draw(st.integers(0, 16))
    return TimeWindow(earliest_s=earliest_s, latest_s=earliest_s + QUARTER_S * draw(st.integers(0, 8)))


def one_in_six(names: tuple[str, ...]) -> st.SearchStrategy[frozenset[str]]:
    """Draw one of the names one time in six, else none."""
    nobody: frozenset[str] = frozenset()
    return st.sampled_from([nobody] * 5 * max(1, len(names)) + [frozenset({name}) for name in names])


@st.composite
def visits(draw: st.DrawFn, visit_id: str, shift_ids: tuple[str, ...]) -> Visit:
    """Draw a visit; most are ordinary, and each rule touches some."""
    return Visit(
        id=visit_id,
        client=draw(st.sampled_from(("c1", "c2", "c3"))),
        place=draw(st.integers(0, N_PLACES - 1)),
        duration_s=QUARTER_S * draw(st.integers(1, 4)),
        window=draw(windows()),
        providers=draw(one_in_six(PROVIDERS)) or frozenset(PROVIDERS),
        time_critical=draw(st.integers(0, 5)) == 0,
        priority=draw(st.sampled_from(Priority)),
        carers_needed=2 if draw(st.integers(0, 5)) == 0 else 1,
        skills=draw(one_in_six(SKILLS)),
        barred_carers=draw(one_in_six(CARERS)),
        known_carers=draw(one_in_six(CARERS)),
        locked_shifts=draw(one_in_six(shift_ids)),
    )


@st.composite
def shifts(draw: st.DrawFn, carer: str, *, boats: bool) -> Shift:
    """Draw a carer's shift of four to eight hours, half of them with a break."""
    start_s = EIGHT_S + QUARTER_S * draw(st.integers(-4, 8))
    end_s = start_s + 3600 * draw(st.integers(4, 8))
    rest = Break(duration_s=1800, window=TimeWindow(earliest_s=start_s + 5400, latest_s=end_s - 5400))
    home = draw(st.integers(0, N_PLACES - 1))
    return Shift(
        id=f"shift-{carer}",
        carer=carer,
        provider=draw(st.sampled_from(PROVIDERS)),
        mode=draw(st.sampled_from((Mode.CAR, Mode.FOOT))) if boats else Mode.CAR,
        start_place=home,
        end_place=home,
        window=TimeWindow(earliest_s=start_s, latest_s=end_s),
        max_work_s=3600 * draw(st.integers(1, 8)),
        breaks=(rest,) if draw(st.booleans()) else (),
        skills=frozenset(draw(st.sets(st.sampled_from(SKILLS)))),
    )


@st.composite
def days(draw: st.DrawFn, *, max_visits: int = 4, max_shifts: int = 2, boats: bool = False) -> DayProblem:
    """Draw a valid day."""
    carers = CARERS[: draw(st.integers(1, max_shifts))]
    crew = tuple(draw(shifts(carer, boats=boats)) for carer in carers)
    ids = tuple(shift.id for shift in crew)
    calls = tuple(draw(visits(f"v{number}", ids)) for number in range(draw(st.integers(0, max_visits))))
    hours = ProviderHours(provider="north", floor_s=1800, ceiling_s=5400)
    return DayProblem(
        day="2026-11-23",
        visits=calls,
        shifts=crew,
        travel=draw(travels(boats=boats)),
        provider_hours=(hours,) if draw(st.integers(0, 3)) == 0 else (),
        keep=frozenset(visit.id for visit in calls[:1]) if draw(st.integers(0, 3)) == 0 else frozenset(),
    )


@st.composite
def island_days(draw: st.DrawFn, *, max_visits: int = 4) -> DayProblem:
    """Draw a valid day whose visits are mostly on the island, with boats out in the morning and back until the evening.

    Travel has no price and work no limit, as both depend on which boat is taken.
    """
    plain = draw(days(max_visits=max_visits, boats=True))
    out_s = draw(st.lists(st.integers(0, 40), min_size=1, max_size=3, unique=True))
    back_s = draw(st.lists(st.integers(20, 80), min_size=1, max_size=3, unique=True))
    times = [*((True, EIGHT_S + 300 * n) for n in out_s), *((False, EIGHT_S + 300 * n) for n in back_s)]
    sailings = [_sailing(departs_s, out=out, foot_only=draw(st.integers(0, 3)) == 0) for out, departs_s in times]
    shifts = tuple(
        replace(
            shift,
            window=TimeWindow(earliest_s=EIGHT_S - 3600, latest_s=shift.window.latest_s + 3600),
            breaks=shift.breaks if draw(st.integers(0, 3)) == 0 else (),
            max_work_s=10**6,
        )
        for shift in plain.shifts
    )
    visits = tuple(
        replace(
            visit,
            place=draw(st.sampled_from((1, 3, 4, 4))),
            window=TimeWindow(earliest_s=visit.window.earliest_s, latest_s=visit.window.latest_s + 3600),
            providers=frozenset(PROVIDERS),
            skills=frozenset(),
        )
        for visit in plain.visits
    )
    road = plain.travel.modes[Mode.CAR]
    minutes = [
        [int(s) // 60 if there else None for s, there in zip(*row, strict=True)]
        for row in zip(road.road_s, road.road_reachable, strict=True)
    ]
    if draw(st.booleans()):
        travel = a_travel(minutes, sailings=sailings, modes=(Mode.CAR, Mode.FOOT))
    else:
        travel = a_travel_leaving_car(minutes, sailings, [0, 1, 2, 0, 0])
        shifts = tuple(replace(shift, start_place=0, end_place=0) for shift in shifts)
    free = Weights(travel=0, commute=0, metre=0)
    return replace(plain, visits=visits, shifts=shifts, travel=travel, weights=free)
