"""Build small, readable days: every record has a default, and a test names only what it is about.

The default day: Anna's shift "early" (07:00-15:00, by car, home at place 0) and one visit "v1" of half an hour at
place 1, to start between 08:00 and 10:00. Places stand on a line, ten minutes and ten kilometres from one to the next.
Boat journeys are found here by trying every chain of sailings, independently of `geo`; only those of drivers who leave
their car come from there.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from geo.parking import leave_car
from geo.types import Departure, TravelMatrix
from solver.types import (
    Break,
    DayPlan,
    DayProblem,
    Mode,
    ModeTravel,
    Priority,
    Rest,
    Run,
    Sailing,
    Shift,
    Stop,
    TimeWindow,
    Travel,
    Unallocated,
    Visit,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

MINUTE_S = 60
METRES_PER_MINUTE = 1_000
STEP_MINUTES = 10

VISIT = Visit(
    id="v1",
    client="c1",
    place=1,
    duration_s=30 * MINUTE_S,
    window=TimeWindow(earliest_s=8 * 3600, latest_s=10 * 3600),
    providers=frozenset({"north"}),
    priority=Priority.AMBER,
)
SHIFT = Shift(
    id="early",
    carer="anna",
    provider="north",
    mode=Mode.CAR,
    start_place=0,
    end_place=0,
    window=TimeWindow(earliest_s=7 * 3600, latest_s=15 * 3600),
    max_work_s=8 * 3600,
)


def at(clock: str) -> int:
    """Turn "09:30" into seconds since midnight."""
    hours, minutes = clock.split(":")
    return int(hours) * 3600 + int(minutes) * MINUTE_S


def a_window(earliest: str, latest: str) -> TimeWindow:
    """Build a window from two clock times, both included."""
    return TimeWindow(earliest_s=at(earliest), latest_s=at(latest))


def a_visit(visit_id: str = "v1", **changes: Any) -> Visit:
    """Build the default visit with some fields changed; its client is its own unless named."""
    return replace(VISIT, **{"id": visit_id, "client": f"client-of-{visit_id}"} | changes)


def a_shift(shift_id: str = "early", **changes: Any) -> Shift:
    """Build the default shift with some fields changed; its carer is Anna only when it is the default shift."""
    carer = "anna" if shift_id == "early" else f"carer-of-{shift_id}"
    return replace(SHIFT, **{"id": shift_id, "carer": carer} | changes)


def a_break(earliest: str = "11:00", latest: str = "13:00", minutes: int = 30) -> Break:
    """Build a break that begins between two clock times."""
    return Break(duration_s=minutes * MINUTE_S, window=a_window(earliest, latest))


def a_sailing(sailing_id: str, from_port: int, to_port: int, departs: str, *, minutes: int = 30) -> Sailing:
    """Build a sailing for every mode: check in ten minutes before it departs, ashore five after it arrives."""
    departs_s = at(departs)
    return Sailing(
        id=sailing_id,
        route=f"{from_port}-{to_port}",
        from_port=from_port,
        to_port=to_port,
        last_checkin_s=departs_s - 10 * MINUTE_S,
        departs_s=departs_s,
        arrives_s=departs_s + minutes * MINUTE_S,
        ashore_s=departs_s + (minutes + 5) * MINUTE_S,
        modes=frozenset(Mode),
    )


def a_travel(
    minutes: Sequence[Sequence[int | None]] | None = None,
    *,
    places: int = 6,
    sailings: Sequence[Sailing] = (),
    modes: Sequence[Mode] = (Mode.CAR,),
) -> Travel:
    """Build travel from a table of road minutes (None: no road), or for places on a line; all modes go alike."""
    if minutes is None:
        minutes = [[abs(o - d) * STEP_MINUTES for d in range(places)] for o in range(places)]
    return Travel(modes={mode: _mode_travel(minutes, mode, sailings) for mode in modes}, sailings=tuple(sailings))


def a_travel_leaving_car(
    minutes: Sequence[Sequence[int | None]], sailings: Sequence[Sailing], car_at: Sequence[int], *, slower: int = 3
) -> Travel:
    """Build travel of a driver who lives at place 0 and leaves the car as `car_at` says; walking is so much slower."""
    on_foot = [[None if cell is None else slower * cell for cell in row] for row in minutes]
    ways = {Mode.CAR: _mode_travel(minutes, Mode.CAR, sailings), Mode.FOOT: _mode_travel(on_foot, Mode.FOOT, sailings)}
    roads = [TravelMatrix(travel_s=w.road_s, travel_m=w.road_m, reachable=w.road_reachable) for w in ways.values()]
    fields = ("id", "route", "from_port", "to_port", "last_checkin_s", "departs_s", "arrives_s", "ashore_s")
    boats = [
        Departure(**{name: getattr(boat, name) for name in fields}, car=Mode.CAR in boat.modes) for boat in sailings
    ]
    stands = np.array(car_at, dtype=np.int32)
    left = leave_car(roads[0], roads[1], boats, stands, "car")
    car = ModeTravel(
        road_s=left.road.travel_s,
        road_m=left.road.travel_m,
        road_reachable=left.road.reachable,
        boat_first=left.boats.first,
        boat_count=left.boats.count,
        boat_leave_s=left.boats.leave_s,
        boat_arrive_s=left.boats.arrive_s,
        car_at=stands,
    )
    return Travel(modes=ways, sailings=tuple(sailings), from_home={(Mode.CAR, 0): car})


def _mode_travel(minutes: Sequence[Sequence[int | None]], mode: Mode, sailings: Sequence[Sailing]) -> ModeTravel:
    size = len(minutes)
    reachable = np.array([[cell is not None for cell in row] for row in minutes], dtype=bool).reshape(size, size)
    road_minutes = np.array([[cell or 0 for cell in row] for row in minutes], dtype=np.int32).reshape(size, size)
    road_s = road_minutes * np.int32(MINUTE_S)
    first = np.zeros((size, size), dtype=np.int32)
    count = np.zeros((size, size), dtype=np.int32)
    journeys: list[tuple[int, int]] = []
    chains = list(_chains(road_s, reachable, [boat for boat in sailings if mode in boat.modes]))
    for origin in range(size):
        for destination in range(size):
            best = _best_journeys(road_s, reachable, chains, (origin, destination))
            first[origin, destination] = len(journeys)
            count[origin, destination] = len(best)
            journeys += best
    return ModeTravel(
        road_s=road_s,
        road_m=road_minutes * np.int32(METRES_PER_MINUTE),
        road_reachable=reachable,
        boat_first=first,
        boat_count=count,
        boat_leave_s=np.array([leave_s for leave_s, _ in journeys], dtype=np.int32),
        boat_arrive_s=np.array([arrive_s for _, arrive_s in journeys], dtype=np.int32),
    )


def _chains(
    road_s: NDArray[np.int32], reachable: NDArray[np.bool_], sailings: Sequence[Sailing]
) -> Iterator[tuple[Sailing, ...]]:
    """Give every sequence of sailings in which each boat can be caught from the one before."""
    chains: list[tuple[Sailing, ...]] = [(boat,) for boat in sailings]
    while chains:
        chain = chains.pop()
        yield chain
        last = chain[-1]
        chains += [
            (*chain, boat)
            for boat in sailings
            if reachable[last.to_port, boat.from_port]
            and last.ashore_s + int(road_s[last.to_port, boat.from_port]) <= boat.last_checkin_s
        ]


def _best_journeys(
    road_s: NDArray[np.int32],
    reachable: NDArray[np.bool_],
    chains: Sequence[tuple[Sailing, ...]],
    pair: tuple[int, int],
) -> list[tuple[int, int]]:
    """Give the (leave, arrive) pairs that no other beats, earliest first; none from a place to itself."""
    origin, destination = pair
    journeys = [
        (
            chain[0].last_checkin_s - int(road_s[origin, chain[0].from_port]),
            chain[-1].ashore_s + int(road_s[chain[-1].to_port, destination]),
        )
        for chain in chains
        if origin != destination and reachable[origin, chain[0].from_port] and reachable[chain[-1].to_port, destination]
    ]
    best: list[tuple[int, int]] = []
    for leave_s, arrive_s in sorted(journeys, key=lambda journey: (-journey[0], journey[1])):
        if not best or arrive_s < best[-1][1]:
            best.append((leave_s, arrive_s))
    return best[::-1]


def a_problem(
    visits: Sequence[Visit] = (VISIT,),
    shifts: Sequence[Shift] = (SHIFT,),
    travel: Travel | None = None,
    **changes: Any,
) -> DayProblem:
    """Build the default day with other visits, shifts or travel, or other fields changed."""
    problem = DayProblem(
        day="2026-11-23", visits=tuple(visits), shifts=tuple(shifts), travel=a_travel() if travel is None else travel
    )
    return replace(problem, **changes)


def a_stop(visit: str, start: str, leave: str, **changes: Any) -> Stop:
    """Build a stop reached just when it starts, by a road leg of one step."""
    stop = Stop(
        visit=visit,
        arrive_s=at(start),
        start_s=at(start),
        leave_s=at(leave),
        travel_s=STEP_MINUTES * MINUTE_S,
        travel_m=STEP_MINUTES * METRES_PER_MINUTE,
    )
    return replace(stop, **changes)


def a_rest(after_stop: int, start: str, end: str) -> Rest:
    """Build a rest between two clock times."""
    return Rest(after_stop=after_stop, start_s=at(start), end_s=at(end))


def a_run(stops: Sequence[Stop], leave_home: str, back_home: str, **changes: Any) -> Run:
    """Build a run of the default shift whose way home is one step."""
    run = Run(
        shift="early",
        leave_home_s=at(leave_home),
        stops=tuple(stops),
        back_home_s=at(back_home),
        home_travel_s=STEP_MINUTES * MINUTE_S,
        home_travel_m=STEP_MINUTES * METRES_PER_MINUTE,
    )
    return replace(run, **changes)


def a_plan(*runs: Run, unallocated: Sequence[Unallocated] = (), **changes: Any) -> DayPlan:
    """Build a plan; without runs and unallocated visits, the legal plan of the default day."""
    if not runs and not unallocated:
        runs = (a_run([a_stop("v1", "08:10", "08:40")], "08:00", "08:50"),)
    return replace(DayPlan(day="2026-11-23", runs=runs, unallocated=tuple(unallocated)), **changes)


NOTHING_MADE = DayPlan(day="2026-11-23", runs=(), unallocated=())
"""The plan of the default day in which nobody works."""
