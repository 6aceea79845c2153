"""Days cut down to the places that they need: travel is by far the largest part of a day, and most of it is unused."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from solver.journeys import rows_of
from solver.types import ModeTravel, Travel

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

    from solver.types import DayProblem


def in_places_of(problem: DayProblem, days: Iterable[DayProblem]) -> list[DayProblem]:
    """Give days of the area of `problem` with the travel between their own places and the piers, all with the same.

    Places are numbered anew; plans name none, so they hold as before.
    """
    days = list(days)
    rows = _used(problem.travel, days)
    new = np.full(1 + rows.max(initial=0), -1, np.int64)
    new[rows] = np.arange(len(rows))
    homes = {(shift.mode, shift.start_place) for day in days for shift in day.shifts}
    from_home = {home: known for home, known in problem.travel.from_home.items() if home in homes}
    known = {id(one): one for one in (*problem.travel.modes.values(), *from_home.values())}
    cut = {name: _cut(one, rows, new) for name, one in known.items()}  # homes of one land travel alike, by one record
    travel = Travel(
        modes={mode: cut[id(one)] for mode, one in problem.travel.modes.items()},
        sailings=tuple(
            replace(boat, from_port=int(new[boat.from_port]), to_port=int(new[boat.to_port]))
            for boat in problem.travel.sailings
        ),
        from_home={(mode, int(new[place])): cut[id(one)] for (mode, place), one in from_home.items()},
    )
    return [_on(day, travel, new) for day in days]


def _used(travel: Travel, days: Iterable[DayProblem]) -> NDArray[np.int64]:
    """List the places of some days, increasing: homes of clients and carers, piers, and where cars wait."""
    used = {boat.from_port for boat in travel.sailings} | {boat.to_port for boat in travel.sailings}
    for day in days:
        used |= {visit.place for visit in day.visits}
        used |= {place for shift in day.shifts for place in (shift.start_place, shift.end_place)}
    for known in (*travel.modes.values(), *travel.from_home.values()):
        if known.car_at is not None:
            used |= {int(place) for place in known.car_at[sorted(used)] if place >= 0}
    return np.array(sorted(used), np.int64)


def _on(day: DayProblem, travel: Travel, new: NDArray[np.int64]) -> DayProblem:
    return replace(
        day,
        travel=travel,
        visits=tuple(replace(visit, place=int(new[visit.place])) for visit in day.visits),
        shifts=tuple(
            replace(shift, start_place=int(new[shift.start_place]), end_place=int(new[shift.end_place]))
            for shift in day.shifts
        ),
    )


def _cut(travel: ModeTravel, rows: NDArray[np.int64], new: NDArray[np.int64]) -> ModeTravel:
    """Cut the travel by one mode down to some places, and its journeys by boat with it."""
    block = np.ix_(rows, rows)
    count = travel.boat_count[block]
    journeys = rows_of(travel.boat_first[block].ravel().astype(np.int64), count.ravel().astype(np.int64))
    first = np.cumsum(count, dtype=np.int64).reshape(count.shape) - count
    car_at = None if travel.car_at is None else travel.car_at[rows]
    return ModeTravel(
        road_s=travel.road_s[block],
        road_m=travel.road_m[block],
        road_reachable=travel.road_reachable[block],
        boat_first=first.astype(np.int32),
        boat_count=count,
        boat_leave_s=travel.boat_leave_s[journeys],
        boat_arrive_s=travel.boat_arrive_s[journeys],
        car_at=None if car_at is None else np.where(car_at < 0, -1, new[car_at]).astype(np.int32),
    )
