"""Lowers travel to arrays: times, prices and bounds over the places and modes in use, boats beside roads."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray  # noqa: TC002 - named tuples keep their annotations

from solver.timing import UNREACHABLE, Tables
from solver.types import Mode

if TYPE_CHECKING:
    from solver.types import DayProblem, ModeTravel, Sailing, Weights


class LoweredTravel(NamedTuple):
    """The part of `Compiled` about travel."""

    road_s: NDArray[np.int32]
    road_m: NDArray[np.int32]
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


def lower_travel(problem: DayProblem, by: list[tuple[Mode, ModeTravel]], place_row: NDArray[np.int32]) -> LoweredTravel:
    """Stack the travel by all ways in use, over the places in use."""
    shape = (len(by), len(place_row), len(place_row))
    road_s, road_m, boat_first, boat_count = (np.zeros(shape, np.int32) for _ in range(4))
    limited = any(shift.max_drive_s is not None for shift in problem.shifts)
    ways = np.zeros((4 if limited else 3, *shape), np.int32)
    work_s, arc_cost, commute_cost, drive_s = *ways[:3], ways[3 if limited else 0]
    leaves, arrives, offset = [np.zeros(0, np.int32)], [np.zeros(0, np.int32)], 0
    for m, (mode, travel) in enumerate(by):
        rows = np.ix_(place_row, place_row)
        cut_off = ~travel.road_reachable[rows]
        road_s[m], road_m[m] = travel.road_s[rows], travel.road_m[rows]
        road_s[m][cut_off], road_m[m][cut_off] = UNREACHABLE, 0
        boat_count[m], leave_s, arrive_s = _useful_boats(travel, place_row, road_s[m])
        boat_first[m] = (np.cumsum(boat_count[m]) - boat_count[m].ravel()).reshape(shape[1:]) + offset
        least_s, most_s = _boat_durations(boat_count[m], leave_s, arrive_s)
        by_road_s = np.where(road_s[m] < UNREACHABLE, road_s[m], 0)
        work_s[m] = np.maximum(by_road_s, most_s)
        if limited:
            boats = [boat for boat in problem.travel.sailings if mode in boat.modes or travel.car_at is not None]
            drive_s[m] = np.maximum(by_road_s, most_s - _least_aboard(travel, boats, place_row))
        travel_s = np.minimum(np.where(road_s[m] < UNREACHABLE, road_s[m], least_s), UNREACHABLE)
        arc_cost[m], commute_cost[m] = _prices(travel_s, road_m[m], mode, problem.weights)
        leaves.append(leave_s)
        arrives.append(arrive_s)
        offset += len(leave_s)
    return LoweredTravel(
        road_s, road_m, boat_first, boat_count, np.concatenate(leaves), np.concatenate(arrives), ways, work_s, drive_s,
        arc_cost, commute_cost,
    )  # fmt: skip


def _prices(
    travel_s: NDArray[np.int32], road_m: NDArray[np.int32], mode: Mode, weights: Weights
) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """Price journeys between visits, and from or to home, in whole equivalent paid seconds."""
    metre = {Mode.CAR: weights.metre, Mode.BIKE: weights.metre_by_bike, Mode.FOOT: weights.metre_on_foot}
    metres = metre[mode] * road_m
    paid = _whole(float(weights.travel) * travel_s, metres)
    return paid, paid if weights.commute == weights.travel else _whole(float(weights.commute) * travel_s, metres)


def _whole(price: NDArray[np.floating], metres: NDArray[np.floating]) -> NDArray[np.int32]:
    """Add what metres cost, bound and round, all in place: these are the largest arrays of a day."""
    price += metres
    np.minimum(price, UNREACHABLE, out=price)
    np.rint(price, out=price)
    return np.asarray(price, np.int32)


def _useful_boats(
    travel: ModeTravel, place_row: NDArray[np.int32], road_s: NDArray[np.int32]
) -> tuple[NDArray[np.int32], NDArray[np.int32], NDArray[np.int32]]:
    """Give count (P, P) and the journeys of the places in use, less those that driving at the same time beats."""
    if not travel.boat_count.any():
        return np.zeros(road_s.shape, np.int32), np.zeros(0, np.int32), np.zeros(0, np.int32)
    rows = np.ix_(place_row, place_row)
    first, count = travel.boat_first[rows].ravel(), travel.boat_count[rows].ravel()
    pair = np.repeat(np.arange(count.size, dtype=np.int32), count)
    start = np.cumsum(count, dtype=np.int64) - count
    entry = np.arange(pair.size, dtype=np.int64) - np.repeat(start - first, count)
    leave_s, arrive_s = travel.boat_leave_s[entry], travel.boat_arrive_s[entry]
    useful = arrive_s - leave_s < road_s.ravel()[pair]
    kept = np.bincount(pair[useful], minlength=count.size).reshape(road_s.shape)
    return kept.astype(np.int32), leave_s[useful], arrive_s[useful]


def _boat_durations(
    count: NDArray[np.int32], leave_s: NDArray[np.int32], arrive_s: NDArray[np.int32]
) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """Give the least and the greatest boat journey (P, P) of the day; `UNREACHABLE` and 0 where there is none."""
    least = np.full(count.size, UNREACHABLE, np.int32)
    most = np.zeros(count.size, np.int32)
    pair = np.repeat(np.arange(count.size), count.ravel())
    np.minimum.at(least, pair, arrive_s - leave_s)
    np.maximum.at(most, pair, arrive_s - leave_s)
    return least.reshape(count.shape), most.reshape(count.shape)


def _least_aboard(travel: ModeTravel, boats: list[Sailing], place_row: NDArray[np.int32]) -> NDArray[np.int32]:
    """Bound (P, P) from below what a journey by boat passes at the pier and aboard, not driving.

    The first boat leaves from a port with a road from the origin, the last comes to one with a road to the destination.
    """
    out, back = np.full(len(place_row), UNREACHABLE, np.int32), np.full(len(place_row), UNREACHABLE, np.int32)
    for boat in boats:
        aboard_s = boat.ashore_s - boat.last_checkin_s
        starts, ends = travel.road_reachable[place_row, boat.from_port], travel.road_reachable[boat.to_port, place_row]
        out[starts] = np.minimum(out[starts], aboard_s)
        back[ends] = np.minimum(back[ends], aboard_s)
    return np.maximum(out[:, None], back[None, :])
