"""Lowers travel to arrays: times, prices and bounds over the places and modes in use, boats beside roads."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numpy.typing import NDArray  # noqa: TC002 - named tuples keep their annotations

from solver.errors import SolverError
from solver.kernel.jit import compiled, inlined
from solver.timing import UNREACHABLE, Tables
from solver.types import Mode

if TYPE_CHECKING:
    from solver.types import DayProblem, ModeTravel, Weights


NO_LIMITS = np.zeros((0, 0), np.int32)
"""What there is of driving where no shift limits it."""

MOST_JOURNEYS = int(np.iinfo(np.int32).max)
"""How many boat journeys all ways together may have, as they are numbered in 32 bits."""


class LoweredTravel(NamedTuple):
    """The part of `Compiled` about travel."""

    road_s: NDArray[np.int32]
    boat_first: NDArray[np.int32]
    boat_count: NDArray[np.int32]
    boat_leave_s: NDArray[np.int32]
    boat_arrive_s: NDArray[np.int32]
    ways: NDArray[np.int32]
    work_s: NDArray[np.int32]
    drive_s: NDArray[np.int32]
    arc_cost: NDArray[np.int32]
    commute_cost: NDArray[np.int32]

    @property
    def tables(self) -> Tables:
        """The arrays that `timing.arrival` and `timing.latest_departure` take."""
        return Tables(self.road_s, self.boat_first, self.boat_count, self.boat_leave_s, self.boat_arrive_s)


def ways_to_travel(problem: DayProblem) -> tuple[list[tuple[Mode, ModeTravel]], list[int]]:
    """List how shifts travel, by mode and by where they leave a car, and each shift's row in that list."""
    of_shift = [(shift.mode, problem.travel.of(shift) or problem.travel.modes[shift.mode]) for shift in problem.shifts]
    by = {(mode, id(travel)): (mode, travel) for mode, travel in sorted(of_shift, key=lambda way: way[0])}
    row = {key: number for number, key in enumerate(by)}
    return list(by.values()), [row[mode, id(travel)] for mode, travel in of_shift]


class _Way(NamedTuple):
    """One way to travel as the problem has it, between all its places, and the rows (P,) of those in use."""

    rows: NDArray[np.int32]
    road_s: NDArray[np.int32]
    road_m: NDArray[np.int32]
    road_reachable: NDArray[np.bool_]
    boat_first: NDArray[np.int32]
    boat_count: NDArray[np.int32]
    boat_leave_s: NDArray[np.int32]
    boat_arrive_s: NDArray[np.int32]


class _Lowered(NamedTuple):
    """What is filled in of one way to travel, as in `LoweredTravel`; `drive` is empty where nobody is limited."""

    road_s: NDArray[np.int32]
    boat_first: NDArray[np.int32]
    boat_count: NDArray[np.int32]
    work: NDArray[np.int32]
    arc: NDArray[np.int32]
    commute: NDArray[np.int32]
    drive: NDArray[np.int32]


def lower_travel(problem: DayProblem, by: list[tuple[Mode, ModeTravel]], place_row: NDArray[np.int32]) -> LoweredTravel:
    """Stack the travel by all ways in use, over the places in use.

    Pair by pair in machine code: these are the largest arrays of a day, and are gone through once. The boat journeys,
    larger still, are those of the problem itself where only one way has any. Raises SolverError.
    """
    shape = (len(by), len(place_row), len(place_row))
    road_s, boat_first, boat_count = (np.zeros(shape, np.int32) for _ in range(3))
    limited = any(shift.max_drive_s is not None for shift in problem.shifts)
    ways = np.zeros((4 if limited else 3, *shape), np.int32)
    offset = 0
    for m, (mode, travel) in enumerate(by):
        way = _Way(place_row, *(_read_only(getattr(travel, name)) for name in _Way._fields[1:]))
        drive_s = ways[3, m] if limited else NO_LIMITS
        lowered = _Lowered(road_s[m], boat_first[m], boat_count[m], ways[0, m], ways[1, m], ways[2, m], drive_s)
        aboard_s = _least_aboard(problem, (mode, travel), place_row) if limited else NO_LIMITS
        _lower(way, lowered, offset, aboard_s, _prices(mode, problem.weights))
        offset += len(travel.boat_leave_s)
        if offset > MOST_JOURNEYS:
            raise SolverError(f"There are over {MOST_JOURNEYS} journeys by boat, counting each way to travel.")
    some = [travel for _, travel in by] if boat_count.any() else []
    leave_s = _one_after_the_other([travel.boat_leave_s for travel in some])
    arrive_s = _one_after_the_other([travel.boat_arrive_s for travel in some])
    return LoweredTravel(road_s, boat_first, boat_count, leave_s, arrive_s, **tables_of(ways))


def tables_of(ways: NDArray[np.int32]) -> dict[str, Any]:
    """Give all layers of ways, and each under its own name; `drive_s` is any of them where nobody is limited."""
    return {"ways": ways, "work_s": ways[0], "arc_cost": ways[1], "commute_cost": ways[2], "drive_s": ways[-1]}


def _read_only(array: NDArray[Any]) -> NDArray[Any]:
    """Give a view that cannot be written: what another process sent can, and machine code is made for one kind."""
    view = array.view()
    view.flags.writeable = False
    return view


def _one_after_the_other(lists: list[NDArray[np.int32]]) -> NDArray[np.int32]:
    """Join lists to one; copy nothing where only one has anything."""
    some = [each for each in lists if len(each)]
    joined = some[0] if len(some) == 1 else np.concatenate([np.zeros(0, np.int32), *some])
    return _read_only(np.ascontiguousarray(joined, np.int32))


def _prices(mode: Mode, weights: Weights) -> tuple[float, float, float]:
    """Give what a second between visits costs, a second from or to home, and a metre."""
    metre = {Mode.CAR: weights.metre, Mode.BIKE: weights.metre_by_bike, Mode.FOOT: weights.metre_on_foot}
    return float(weights.travel), float(weights.commute), float(metre[mode])


@compiled
def _lower(
    way: _Way, lowered: _Lowered, offset: int, aboard_s: NDArray[np.int32], prices: tuple[float, float, float]
) -> None:
    """Copy the roads, find the boat journeys of each pair from `offset` on, and bound and price every way by either.

    `aboard_s` (2, P) is what each origin and each destination passes at piers and aboard at least.
    """
    sails, limited = len(way.boat_leave_s) > 0, bool(lowered.drive.size)
    for o in range(len(way.rows)):
        for d in range(len(way.rows)):
            here, there = way.rows[o], way.rows[d]
            least_s, most_s, road_s, by_road_s, metres = UNREACHABLE, 0, UNREACHABLE, 0, 0.0
            if way.road_reachable[here, there]:
                road_s = by_road_s = way.road_s[here, there]
                metres = prices[2] * way.road_m[here, there]
            lowered.road_s[o, d] = road_s
            if sails:
                begin, end = _worth_while(way, (here, there), road_s)
                lowered.boat_first[o, d], lowered.boat_count[o, d] = offset + begin, end - begin
                for k in range(begin, end):
                    travel_s = way.boat_arrive_s[k] - way.boat_leave_s[k]
                    least_s = min(least_s, travel_s)
                    if travel_s < road_s:
                        most_s = max(most_s, travel_s)
            lowered.work[o, d] = max(by_road_s, most_s)
            if limited:
                lowered.drive[o, d] = max(by_road_s, most_s - max(aboard_s[0, o], aboard_s[1, d]))
            travel_s = road_s if road_s < UNREACHABLE else least_s
            lowered.arc[o, d] = np.int32(np.rint(min(prices[0] * travel_s + metres, UNREACHABLE)))
            lowered.commute[o, d] = np.int32(np.rint(min(prices[1] * travel_s + metres, UNREACHABLE)))


@inlined
def _worth_while(way: _Way, pair: tuple[int, int], road_s: int) -> tuple[int, int]:
    """Give the journeys by boat of a pair from the first to the last that driving at the same time does not beat."""
    begin = way.boat_first[pair]
    end = begin + way.boat_count[pair]
    while begin < end and way.boat_arrive_s[begin] - way.boat_leave_s[begin] >= road_s:
        begin += 1
    while begin < end and way.boat_arrive_s[end - 1] - way.boat_leave_s[end - 1] >= road_s:
        end -= 1
    return begin, end


def _least_aboard(problem: DayProblem, way: tuple[Mode, ModeTravel], place_row: NDArray[np.int32]) -> NDArray[np.int32]:
    """Bound (2, P) from below what a journey by boat passes at the pier and aboard, by its origin and its destination.

    The first boat leaves from a port with a road from the origin, the last comes to one with a road to the destination.
    """
    mode, travel = way
    from_s, to_s = np.full(len(place_row), UNREACHABLE, np.int32), np.full(len(place_row), UNREACHABLE, np.int32)
    for boat in problem.travel.sailings:
        if mode not in boat.modes and travel.car_at is None:
            continue
        aboard_s = boat.ashore_s - boat.last_checkin_s
        starts, ends = travel.road_reachable[place_row, boat.from_port], travel.road_reachable[boat.to_port, place_row]
        from_s[starts] = np.minimum(from_s[starts], aboard_s)
        to_s[ends] = np.minimum(to_s[ends], aboard_s)
    return np.stack([from_s, to_s])
