"""Make random care days: settlements of uneven size, four bands of visits, scarce carers, on request an island."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from solver.types import Break, DayProblem, Mode, ModeTravel, Priority, Sailing, Shift, TimeWindow, Travel, Visit

if TYPE_CHECKING:
    from numpy.typing import NDArray

HOUR_S = 3600
BANDS = ((7.5, 10.5), (12.0, 14.0), (16.0, 18.5), (19.5, 22.0))
SHIFTS = ((7.0, 14.75), (14.5, 22.5), (8.0, 17.0), (12.0, 20.5))
CROSSING_S = 1800
METRES_PER_SECOND = 14


def random_day(n_visits: int, n_shifts: int, seed: int = 1, *, providers: int = 1, island: bool = False) -> DayProblem:
    """Make a day; places are the visits' clients, the carers' homes, then (with an island) two ports."""
    rng = np.random.default_rng(seed)
    n_clients = max(2, int(n_visits / 2.2))
    xy, on_island = _places(rng, n_clients + n_shifts, island=island)
    travel = _travel(xy, on_island, island=island)
    visits = tuple(_visit(rng, number, n_clients, providers) for number in range(n_visits))
    shifts = tuple(_shift(rng, number, n_clients, providers) for number in range(n_shifts))
    return DayProblem(day="2026-11-23", visits=visits, shifts=shifts, travel=travel)


def _places(rng: np.random.Generator, n_homes: int, *, island: bool) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    n_settlements = max(3, n_homes // 12)
    centres = np.column_stack([rng.uniform(0, 120_000, n_settlements), rng.uniform(0, 100_000, n_settlements)])
    share = 1 / np.arange(1, n_settlements + 1) ** 0.8
    settlement = rng.choice(n_settlements, n_homes, p=share / share.sum())
    xy = centres[settlement] + rng.normal(0, 1_500, (n_homes, 2))
    on_island = (settlement == n_settlements - 1) & island
    if island:
        pier = centres[-1] + np.array([[0.0, 2_000.0], [0.0, 9_000.0]])
        xy, on_island = np.vstack([xy, pier]), np.append(on_island, [True, False])
    return xy, on_island


def _travel(xy: NDArray[np.float64], on_island: NDArray[np.bool_], *, island: bool) -> Travel:
    metres = 1.3 * np.sqrt(((xy[:, None] - xy[None]) ** 2).sum(-1))
    road_s = np.ceil(metres / METRES_PER_SECOND + 30 * (metres > 0)).astype(np.int32)
    reachable = on_island[:, None] == on_island[None, :]
    sailings = tuple(_sailings(len(xy))) if island else ()
    first, count = np.zeros(road_s.shape, np.int32), np.zeros(road_s.shape, np.int32)
    leaves: list[int] = []
    arrives: list[int] = []
    for origin, destination in np.argwhere(~reachable):
        ports = (len(xy) - 2, len(xy) - 1) if on_island[origin] else (len(xy) - 1, len(xy) - 2)
        first[origin, destination] = len(leaves)
        for boat in sailings:
            if (boat.from_port, boat.to_port) == ports:
                leaves.append(boat.last_checkin_s - int(road_s[origin, boat.from_port]))
                arrives.append(boat.ashore_s + int(road_s[boat.to_port, destination]))
        count[origin, destination] = len(leaves) - first[origin, destination]
    car = ModeTravel(
        road_s=road_s,
        road_m=np.rint(metres).astype(np.int32),
        road_reachable=reachable,
        boat_first=first,
        boat_count=count,
        boat_leave_s=np.array(leaves, np.int32),
        boat_arrive_s=np.array(arrives, np.int32),
    )
    return Travel(modes={Mode.CAR: car}, sailings=sailings)


def _sailings(n_places: int) -> list[Sailing]:
    ports = (n_places - 2, n_places - 1)
    return [
        Sailing(
            id=f"{ports[way]}-{departs_s}",
            route=f"crossing {way}",
            from_port=ports[way],
            to_port=ports[1 - way],
            last_checkin_s=departs_s - 600,
            departs_s=departs_s,
            arrives_s=departs_s + CROSSING_S,
            ashore_s=departs_s + CROSSING_S + 300,
            modes=frozenset(Mode),
        )
        for departs_s in range(7 * HOUR_S, 22 * HOUR_S, 4500)
        for way in (0, 1)
    ]


def _visit(rng: np.random.Generator, number: int, n_clients: int, providers: int) -> Visit:
    client = int(rng.integers(n_clients))
    low, high = BANDS[rng.choice(4, p=[0.34, 0.24, 0.22, 0.20])]
    critical = bool(rng.random() < 0.1)
    width_s = 1800 if critical else int(rng.choice([1800, 3600, 5400, 7200], p=[0.2, 0.35, 0.25, 0.2]))
    earliest_s = int(low * HOUR_S + rng.random() * max(0, (high - low) * HOUR_S - width_s)) // 300 * 300
    return Visit(
        id=f"v{number}",
        client=f"c{client}",
        place=client,
        duration_s=60 * int(rng.choice([15, 30, 45, 60], p=[0.25, 0.45, 0.2, 0.1])),
        window=TimeWindow(earliest_s=earliest_s, latest_s=earliest_s + width_s),
        providers=frozenset({f"p{client % providers}"}),
        time_critical=critical,
        priority=Priority(int(rng.choice([1, 2, 3], p=[0.6, 0.3, 0.1]))),
        carers_needed=2 if rng.random() < 0.1 else 1,
        skills=frozenset(rng.choice(["", "peg", "hoist"], p=[0.7, 0.2, 0.1]).split()),
    )


def _shift(rng: np.random.Generator, number: int, n_clients: int, providers: int) -> Shift:
    begin, end = SHIFTS[rng.choice(4, p=[0.42, 0.34, 0.14, 0.10])]
    home = n_clients + number
    rest = Break(
        duration_s=1800,
        window=TimeWindow(earliest_s=int((begin + 3) * HOUR_S), latest_s=int((begin + 5) * HOUR_S)),
    )
    return Shift(
        id=f"s{number}",
        carer=f"carer{number}",
        provider=f"p{number % providers}",
        mode=Mode.CAR,
        start_place=home,
        end_place=home,
        window=TimeWindow(earliest_s=int(begin * HOUR_S), latest_s=int(end * HOUR_S)),
        max_work_s=8 * HOUR_S,
        breaks=(rest,),
        skills=frozenset(skill for skill, share in (("peg", 0.7), ("hoist", 0.5)) if rng.random() < share),
    )
