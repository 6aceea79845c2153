"""Invented care days: visits in four bands of the day, carers who are scarce at its peaks, an invented countryside.

Everything depends on the seed alone. The first rows of the travel are clients, the next carers' homes.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, TypeVar

import numpy as np
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import dijkstra, minimum_spanning_tree

from solver.types import Break, DayProblem, Mode, ModeTravel, Shift, TimeWindow, Travel, Visit, Weights

if TYPE_CHECKING:
    from numpy.typing import NDArray

T = TypeVar("T")

HOUR_S = 3600
VISITS_PER_CLIENT = 2.2
BANDS = ((7.5, 10.5, 0.34), (12.0, 14.0, 0.24), (16.0, 18.5, 0.22), (19.5, 22.0, 0.20))
"""Hours between which visits of a band may start, and its share of all visits."""
SHIFTS = ((7.0, 14.75, 0.42), (14.5, 22.5, 0.34), (8.0, 17.0, 0.14), (12.0, 20.5, 0.10))
DURATIONS_MIN = {15: 0.25, 30: 0.45, 45: 0.20, 60: 0.10}
WIDTHS_MIN = {30: 0.20, 60: 0.35, 90: 0.25, 120: 0.20}
CRITICAL_SHARE, CRITICAL_WIDTH_MIN = 0.10, 30
TASKS = {"personal": 0.7, "peg": 0.2, "hoist": 0.1}
HELD = {"personal": 1.0, "peg": 0.7, "hoist": 0.5}
"""The share of visits that ask for a skill, and of carers who hold it."""
TWO_CARERS_SHARE = 0.10
BREAK_S, BREAK_HOURS = 1800, (3, 5)
UNSERVED = 100_000
IDLE_RULES = ("breaks", "boats")
IDLE_BOATS_S = np.arange(8, 20, 2, dtype=np.int32) * HOUR_S

COUNTRY_KM = (120.0, 100.0)
WINDING = 1.25
LANE_WINDING, LANE_KMH, PARKING_S = 1.4, 30.0, 30.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What kind of day is asked for. `pairs` links the carers of a double-handed visit; else they are two visits."""

    visits: int
    carers: int
    seed: int
    pairs: bool = False
    breaks: bool = False

    @property
    def clients(self) -> int:
        """How many people share the visits."""
        return max(4, int(self.visits / VISITS_PER_CLIENT))


def care_day(wish: Wish, travel: Travel) -> DayProblem:
    """Draw the visits and shifts of a day. Its price is seconds of travel, wherever it leads, and 100,000 a visit."""
    rng = np.random.default_rng([wish.seed, 1])
    weights = Weights(
        commute=1.0,
        metre=0.0,
        unallocated_green=UNSERVED,
        unallocated_amber=UNSERVED,
        unallocated_red=UNSERVED,
        unallocated_time_critical=UNSERVED,
    )
    visits = tuple(visit for number in range(wish.visits) for visit in _visits(rng, wish, number))
    shifts = tuple(_shift(rng, wish, number) for number in range(wish.carers))
    return DayProblem(day="2026-01-01", visits=visits, shifts=shifts, travel=travel, weights=weights)


def countryside(wish: Wish) -> Travel:
    """Draw settlements of uneven size on a sparse net of roads, and everybody's home in or near one of them."""
    rng = np.random.default_rng([wish.seed, 0])
    n_settlements = int(np.clip(wish.visits / 25, 6, 160))
    middle_km = rng.uniform((0.0, 0.0), COUNTRY_KM, (n_settlements, 2))
    size = 1 / np.arange(1, n_settlements + 1) ** 0.8
    size /= size.sum()
    between_s = _between_settlements(rng, middle_km)
    home = rng.choice(n_settlements, wish.clients + wish.carers, p=size)
    spread_km = np.where(size > size.mean(), 1.5, 0.7)[home]
    from_middle_km = rng.normal(0.0, 1.0, (len(home), 2)) * spread_km[:, None]
    lane_s = LANE_WINDING / LANE_KMH * HOUR_S
    to_middle_s = lane_s * np.hypot(*from_middle_km.T)
    road_s = between_s[np.ix_(home, home)] + to_middle_s[:, None] + to_middle_s[None]
    apart_km = np.sqrt(((from_middle_km[:, None] - from_middle_km[None]) ** 2).sum(-1))
    road_s = np.where(home[:, None] == home[None], lane_s * apart_km, road_s) + PARKING_S
    np.fill_diagonal(road_s, 0.0)
    return Travel(modes={Mode.CAR: roads(np.ceil(road_s).astype(np.int32))})


def roads(road_s: NDArray[np.int32]) -> ModeTravel:
    """Make travel of seconds alone: no metres, no boats, everything within reach."""
    nothing = np.zeros(road_s.shape, np.int32)
    return ModeTravel(
        road_s=road_s,
        road_m=nothing,
        road_reachable=np.ones(road_s.shape, np.bool_),
        boat_first=nothing,
        boat_count=nothing,
        boat_leave_s=np.zeros(0, np.int32),
        boat_arrive_s=np.zeros(0, np.int32),
    )


def with_idle_rule(problem: DayProblem, rule: str) -> DayProblem:
    """Add a rule that never binds: a second's rest at any time of a shift, or boats that are ashore the next day."""
    if rule == "breaks":
        rested = (replace(shift, breaks=(*shift.breaks, _second_of(shift.window))) for shift in problem.shifts)
        return replace(problem, shifts=tuple(rested))
    modes = {mode: _with_slow_boats(travel) for mode, travel in problem.travel.modes.items()}
    return replace(problem, travel=replace(problem.travel, modes=modes))


def _second_of(window: TimeWindow) -> Break:
    return Break(duration_s=1, window=TimeWindow(earliest_s=window.earliest_s, latest_s=window.latest_s - 1))


def _with_slow_boats(travel: ModeTravel) -> ModeTravel:
    """Let the same boats sail between any two places, so that every journey has to be compared with them."""
    return replace(
        travel,
        boat_first=np.zeros_like(travel.boat_first),
        boat_count=np.full_like(travel.boat_count, len(IDLE_BOATS_S)),
        boat_leave_s=IDLE_BOATS_S,
        boat_arrive_s=IDLE_BOATS_S + 24 * np.int32(HOUR_S),
    )


def _between_settlements(rng: np.random.Generator, middle_km: NDArray[np.float64]) -> NDArray[np.float64]:
    """Join settlements by a tree of least length and some more roads to near ones; give seconds between all."""
    apart_km = np.sqrt(((middle_km[:, None] - middle_km[None]) ** 2).sum(-1))
    tree = minimum_spanning_tree(csr_matrix(apart_km)).toarray() > 0
    near = np.argsort(apart_km, axis=1)[:, 1:3]
    for settlement, other in np.argwhere(rng.random(near.shape) < 0.5):
        tree[settlement, near[settlement, other]] = True
    kmh = rng.uniform(40.0, 70.0, apart_km.shape)
    seconds = np.where(tree, WINDING * HOUR_S * apart_km / kmh, 0.0)
    joined = np.where((seconds > 0) & (seconds.T > 0), np.minimum(seconds, seconds.T), np.maximum(seconds, seconds.T))
    return dijkstra(csr_matrix(joined), directed=False)


def _visits(rng: np.random.Generator, wish: Wish, number: int) -> list[Visit]:
    """Draw one visit; without links a double-handed one becomes two that know nothing of each other."""
    client = int(rng.integers(wish.clients))
    first_h, last_h, _ = BANDS[rng.choice(len(BANDS), p=[band[2] for band in BANDS])]
    critical = bool(rng.random() < CRITICAL_SHARE)
    width_s = 60 * (CRITICAL_WIDTH_MIN if critical else _draw(rng, WIDTHS_MIN))
    room_s = max(0.0, (last_h - first_h) * HOUR_S - width_s)
    earliest_s = int(first_h * HOUR_S + rng.random() * room_s) // 300 * 300
    skill, two_carers = _draw(rng, TASKS), bool(rng.random() < TWO_CARERS_SHARE)
    duration_s = 60 * _draw(rng, DURATIONS_MIN)
    names = [f"v{number}"] if wish.pairs or not two_carers else [f"v{number}", f"v{number}b"]
    return [
        Visit(
            id=name,
            client=f"c{client}",
            place=client,
            duration_s=duration_s,
            window=TimeWindow(earliest_s=earliest_s, latest_s=earliest_s + width_s),
            providers=frozenset({"council"}),
            time_critical=critical,
            carers_needed=2 if two_carers and wish.pairs else 1,
            skills=frozenset({skill}),
        )
        for name in names
    ]


def _shift(rng: np.random.Generator, wish: Wish, number: int) -> Shift:
    begin_h, end_h, _ = SHIFTS[rng.choice(len(SHIFTS), p=[kind[2] for kind in SHIFTS])]
    window = TimeWindow(earliest_s=int(begin_h * HOUR_S), latest_s=int(end_h * HOUR_S))
    middle = TimeWindow(
        earliest_s=window.earliest_s + BREAK_HOURS[0] * HOUR_S, latest_s=window.earliest_s + BREAK_HOURS[1] * HOUR_S
    )
    held = frozenset(skill for skill, share in HELD.items() if rng.random() < share)
    return Shift(
        id=f"s{number}",
        carer=f"k{number}",
        provider="council",
        mode=Mode.CAR,
        start_place=wish.clients + number,
        end_place=wish.clients + number,
        window=window,
        max_work_s=window.latest_s - window.earliest_s,
        breaks=(Break(duration_s=BREAK_S, window=middle),) if wish.breaks else (),
        skills=held,
    )


def _draw(rng: np.random.Generator, shares: dict[T, float]) -> T:
    return list(shares)[rng.choice(len(shares), p=list(shares.values()))]
