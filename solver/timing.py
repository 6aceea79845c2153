"""Exact arrival and latest departure over roads and boats, from plain arrays.

Travel never overtakes itself: who leaves later never arrives earlier. So earliest times forward and latest times
backward decide whether a sequence of visits can be kept.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray  # noqa: TC002 - named tuples keep their annotations

from solver.errors import SolverError
from solver.kernel.jit import inlined
from solver.types import Mode

if TYPE_CHECKING:
    from collections.abc import Sequence

    from solver.types import ModeTravel, Sailing, Shift, Travel

UNREACHABLE = 10**8
"""Seconds of a road that is not there, and the instant of an arrival that never comes."""

NEVER = -UNREACHABLE
"""The latest departure when no departure arrives in time."""


class Tables(NamedTuple):
    """Travel by M modes between P places.

    `road_s` int32 (M, P, P), `UNREACHABLE` where no road leads. The boat journeys from o to d by mode m are the entries
    `boat_first[m, o, d] : boat_first[m, o, d] + boat_count[m, o, d]` of `boat_leave_s` and `boat_arrive_s`, both
    increasing strictly.
    """

    road_s: NDArray[np.int32]
    boat_first: NDArray[np.int32]
    boat_count: NDArray[np.int32]
    boat_leave_s: NDArray[np.int32]
    boat_arrive_s: NDArray[np.int32]


@inlined
def arrival(tables: Tables, mode: int, origin: int, destination: int, leave_s: int) -> int:
    """Give the earliest instant of being there when leaving at `leave_s`; `UNREACHABLE` or more if never."""
    best_s = leave_s + int(tables.road_s[mode, origin, destination])
    if tables.boat_leave_s.size == 0:
        return best_s
    low = tables.boat_first[mode, origin, destination]
    end = high = low + tables.boat_count[mode, origin, destination]
    while low < high:
        middle = (low + high) >> 1
        if tables.boat_leave_s[middle] < leave_s:
            low = middle + 1
        else:
            high = middle
    if low < end and tables.boat_arrive_s[low] < best_s:
        return int(tables.boat_arrive_s[low])
    return best_s


@inlined
def latest_departure(tables: Tables, mode: int, origin: int, destination: int, arrive_s: int) -> int:
    """Give the latest instant to leave so as to be there by `arrive_s`; below zero by far (`NEVER`) if impossible."""
    best_s = arrive_s - int(tables.road_s[mode, origin, destination])
    if tables.boat_leave_s.size == 0:
        return best_s
    first = low = tables.boat_first[mode, origin, destination]
    high = low + tables.boat_count[mode, origin, destination]
    while low < high:
        middle = (low + high) >> 1
        if tables.boat_arrive_s[middle] <= arrive_s:
            low = middle + 1
        else:
            high = middle
    if low > first and tables.boat_leave_s[low - 1] > best_s:
        return int(tables.boat_leave_s[low - 1])
    return best_s


class Piece(NamedTuple):
    """One stretch of a journey: by land in some mode, or with `boat` aboard it. Only what is driven has metres."""

    mode: Mode
    boat: str | None
    origin: int
    destination: int
    travel_s: int
    travel_m: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Journey:
    """One way to travel. `travel_s` is time by land and aboard, `boat_wait_s` what else passes until `arrive_s`.

    `walk_s` is the part of `travel_s` on foot with a car or bike left behind; `travel_m` leaves it out.
    """

    arrive_s: int
    travel_s: int
    travel_m: int
    boats: tuple[str, ...] = ()
    boat_wait_s: int = 0
    walk_s: int = 0
    pieces: tuple[Piece, ...] = ()


def itinerary(travel: Travel, shift: Shift, origin: int, destination: int, leave_s: int) -> Journey | None:
    """Give the journey of earliest arrival, by name of its boats; None when there is none. Roads win a tie.

    Of the boat journeys that arrive earliest, the one that could leave latest is described: the rest is waiting.
    """
    here = _of(travel, shift)
    ground = _Ground(travel, shift, here)
    start, end = ground.state(origin), ground.state(destination)
    road_s = int(here.road_s[origin, destination]) if here.road_reachable[origin, destination] else UNREACHABLE
    first, count = int(here.boat_first[origin, destination]), int(here.boat_count[origin, destination])
    row = first + int(here.boat_leave_s[first : first + count].searchsorted(leave_s)) if count else first
    if row == first + count or int(here.boat_arrive_s[row]) >= leave_s + road_s:
        if road_s == UNREACHABLE:
            return None
        return _journey(shift.mode, ground.pieces(start, end), leave_s, leave_s + road_s)
    arrive_s = int(here.boat_arrive_s[row])
    boats = _boats(travel, ground, (start, end), (int(here.boat_leave_s[row]), arrive_s))
    pieces = []
    for boat in boats:
        pier, ashore = ground.crossing(boat) or (start, start)
        comes_along = (pier.car, ashore.car) == (pier.at, ashore.at)
        pieces += [*ground.pieces(start, pier), _aboard(boat, shift.mode if comes_along else Mode.FOOT)]
        start = ashore
    return _journey(shift.mode, [*pieces, *ground.pieces(start, end)], leave_s, arrive_s)


def set_out_latest(travel: Travel, shift: Shift, origin: int, destination: int, arrive_s: int) -> int:
    """Give the latest instant to leave so as to be there by `arrive_s`; `NEVER` or less when it cannot be done."""
    here = _of(travel, shift)
    road_s = int(here.road_s[origin, destination]) if here.road_reachable[origin, destination] else UNREACHABLE
    first, count = int(here.boat_first[origin, destination]), int(here.boat_count[origin, destination])
    caught = int(np.searchsorted(here.boat_arrive_s[first : first + count], arrive_s, side="right"))
    boat_s = int(here.boat_leave_s[first + caught - 1]) if caught else NEVER
    return max(arrive_s - road_s, boat_s)


def _of(travel: Travel, shift: Shift) -> ModeTravel:
    here = travel.of(shift)
    if here is None:
        raise SolverError(f"Shift {shift.id} goes by {shift.mode}, of which there is no travel.")
    return here


def _aboard(boat: Sailing, mode: Mode) -> Piece:
    return Piece(mode, boat.id, boat.from_port, boat.to_port, boat.ashore_s - boat.departs_s, 0)


def _journey(mode: Mode, pieces: Sequence[Piece], leave_s: int, arrive_s: int) -> Journey:
    travel_s = travel_m = walk_s = 0
    for piece in pieces:
        travel_s += piece.travel_s
        travel_m += piece.travel_m
        if piece.boat is None and piece.mode is not mode:
            walk_s += piece.travel_s
    return Journey(
        arrive_s=arrive_s,
        travel_s=travel_s,
        travel_m=travel_m,
        boats=tuple(piece.boat for piece in pieces if piece.boat is not None),
        boat_wait_s=arrive_s - leave_s - travel_s,
        walk_s=walk_s,
        pieces=tuple(pieces),
    )


class _State(NamedTuple):
    """Where a traveller is and where the car is; who has none, or always at hand, has it at the same place."""

    at: int
    car: int


class _Ground:
    """How one shift goes by land: it drives from where the car stands, and walks where the car cannot come."""

    def __init__(self, travel: Travel, shift: Shift, here: ModeTravel) -> None:
        self._mode, self._car_at = shift.mode, here.car_at
        self._drive = here if here.car_at is None else travel.modes[shift.mode]
        self._walk = here if here.car_at is None else travel.modes[Mode.FOOT]

    def state(self, place: int) -> _State:
        """Tell where the car is while its driver is at a place."""
        return _State(place, place if self._car_at is None else int(self._car_at[place]))

    def crossing(self, boat: Sailing) -> tuple[_State, _State] | None:
        """Give the states in which a boat is boarded and left; None when it is of no use."""
        ends = [self.state(boat.from_port), self.state(boat.to_port)]
        left = {end.car for end in ends if end.car != end.at}
        if (Mode.FOOT if left else self._mode) not in boat.modes or len(left) > 1 or left == {-1}:
            return None
        pier, ashore = (_State(end.at, *left) if left else end for end in ends)
        return pier, ashore

    def land_s(self, start: _State, end: _State) -> int:
        """Give the seconds by land from a state to another; `UNREACHABLE` or more when there is no way."""
        return sum(
            int(ways.road_s[a, b]) if ways.road_reachable[a, b] else UNREACHABLE
            for _, ways, a, b in self._ways(start, end)
        )

    def pieces(self, start: _State, end: _State) -> list[Piece]:
        """List the pieces by land from a state to another that can be reached."""
        return [
            Piece(mode, None, a, b, int(ways.road_s[a, b]), int(ways.road_m[a, b]) if mode is self._mode else 0)
            for mode, ways, a, b in self._ways(start, end)
        ]

    def _ways(self, start: _State, end: _State) -> list[tuple[Mode, ModeTravel, int, int]]:
        """Walk to the car, drive and walk on; when the car stays where it is, walk all the way."""
        ways = [(Mode.FOOT, self._walk, start.at, end.at)]
        if self._car_at is None:
            ways = [(self._mode, self._drive, start.at, end.at)]
        elif start.car != end.car:
            ways = [
                (Mode.FOOT, self._walk, start.at, start.car),
                (self._mode, self._drive, start.car, end.car),
                (Mode.FOOT, self._walk, end.car, end.at),
            ]
        return [way for way in ways if way[2] != way[3]]


def _boats(
    travel: Travel, ground: _Ground, ends: tuple[_State, _State], instants: tuple[int, int]
) -> tuple[Sailing, ...]:
    """Find the sailings of the journey that leaves and arrives at `instants`: label piers in order of check-in."""
    reached: dict[_State, tuple[int, tuple[Sailing, ...]]] = {ends[0]: (instants[0], ())}
    for boat in sorted(travel.sailings, key=lambda sailing: (sailing.last_checkin_s, sailing.ashore_s)):
        crossing = ground.crossing(boat) if boat.last_checkin_s >= instants[0] else None
        if crossing is None:
            continue
        pier, ashore = crossing
        chain = next((
            (*before, boat)
            for state, (free_s, before) in reached.items()
            if free_s <= boat.last_checkin_s and free_s + ground.land_s(state, pier) <= boat.last_checkin_s
        ), None)  # fmt: skip
        if chain is None:
            continue
        if boat.ashore_s + ground.land_s(ashore, ends[1]) <= instants[1]:
            return chain
        if ashore not in reached or boat.ashore_s < reached[ashore][0]:
            reached[ashore] = (boat.ashore_s, chain)
    raise SolverError(f"The boat journeys from place {ends[0].at} to {ends[1].at} do not follow from the sailings.")
