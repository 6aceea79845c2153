"""Lowers when visits may start to windows, and cuts them to what some shift can reach."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray  # noqa: TC002 - named tuples keep their annotations

from solver.kernel.jit import NO_LIMIT, compiled, inlined
from solver.kernel.windows import last_open, next_open
from solver.refusals import Refusal
from solver.timing import UNREACHABLE, Tables, arrival, latest_departure

if TYPE_CHECKING:
    from solver.types import DayProblem, Visit


FAR_OFF = UNREACHABLE // 2
"""No instant of a day comes near, and no arrival that never comes stays below."""


class Windows(NamedTuple):
    """Start windows of legs, not yet cut: leg l has rows `first[l] : first[l] + many[l]` of `rows` int64 (W, 2)."""

    rows: NDArray[np.int64]
    first: NDArray[np.int32]
    many: NDArray[np.int32]

    def hull(self) -> NDArray[np.int32]:
        """Give the first and the last instant (L, 2) of each leg's windows."""
        return np.column_stack([self.rows[self.first, 0], self.rows[self.first + self.many - 1, 1]]).astype(np.int32)


class Reach(NamedTuple):
    """What the legs and shifts bring to the question of what can be reached.

    `hours` (S, 4) are the shift's first and last instant as they are, and as cut by the rest between days.
    """

    place: NDArray[np.int32]
    duration_s: NDArray[np.int32]
    mode: NDArray[np.int32]
    start_place: NDArray[np.int32]
    end_place: NDArray[np.int32]
    hours: NDArray[np.int32]
    max_drive_s: NDArray[np.int32]
    drive_s: NDArray[np.int32]


def lower_windows(problem: DayProblem, leg_visit: NDArray[np.int32]) -> Windows:
    """Lower all windows on start or end, tolerances and locked starts to windows of the start."""
    windows = [start_windows(visit) for visit in problem.visits]
    count = np.array([len(each) for each in windows], np.int32)
    first = (np.cumsum(count) - count).astype(np.int32)
    rows = np.array([bounds for each in windows for bounds in each], np.int64).reshape(count.sum(), 2)
    return Windows(rows, first[leg_visit], count[leg_visit])


def start_windows(visit: Visit) -> list[tuple[int, int]]:
    """Give the disjoint windows of a visit's start in order; a reversed one when no start is allowed."""
    least_s, most_s = -UNREACHABLE, UNREACHABLE
    if visit.time_critical and visit.tolerance_s is not None and visit.preferred_start_s is not None:
        least_s = visit.preferred_start_s - visit.tolerance_s
        most_s = visit.preferred_start_s + visit.tolerance_s
    if visit.locked_start_s is not None:
        least_s, most_s = max(least_s, visit.locked_start_s), min(most_s, visit.locked_start_s)
    before_s = visit.duration_s if visit.window_on_end else 0
    joined: list[tuple[int, int]] = []
    for window in sorted((visit.window, *visit.other_windows), key=lambda each: each.earliest_s):
        opens_s, closes_s = max(window.earliest_s - before_s, least_s), min(window.latest_s - before_s, most_s)
        if opens_s > closes_s:
            continue
        if joined and opens_s <= joined[-1][1] + 1:
            joined[-1] = joined[-1][0], max(joined[-1][1], closes_s)
        else:
            joined.append((opens_s, closes_s))
    return joined or [(visit.window.earliest_s, visit.window.earliest_s - 1)]


def cut_by_reach(
    refusal: NDArray[np.uint32], hull: NDArray[np.int32], windows: Windows, reach: Reach, tables: Tables
) -> None:
    """Cut the hull (L, 2) to what some shift can reach, and add the refusals of clock and map, both in place.

    Ways from and to home are looked up once for all visits at a place.
    """
    bits = (Refusal.SHIFT_HOURS, Refusal.REST, Refusal.UNREACHABLE, Refusal.TOO_FAR, Refusal.TOO_FAR_TO_DRIVE)
    places, row = np.unique(reach.place, return_inverse=True)
    from_home_s, to_home_s = (np.empty((len(places), len(reach.mode)), np.int32) for _ in range(2))
    _look_up(reach, places, tables, (from_home_s, to_home_s))
    _reachable(
        refusal,
        hull,
        windows._replace(rows=windows.rows.ravel(), first=2 * windows.first),
        reach,
        (row, from_home_s, to_home_s, tuple(np.uint32(bit) for bit in bits)),
    )


@compiled
def _look_up(
    reach: Reach, places: NDArray[np.int32], tables: Tables, ways_s: tuple[NDArray[np.int32], NDArray[np.int32]]
) -> None:
    """Tell (P, S) when who leaves home first thing is at a place, and until when to stay there to be home in time.

    Along the rows of the tables: what is next to each other there is read one after the other.
    """
    from_home_s, to_home_s = ways_s
    for s in range(len(reach.mode)):
        for k in range(len(places)):
            from_home_s[k, s] = arrival(tables, reach.mode[s], reach.start_place[s], places[k], reach.hours[s, 2])
    for k in range(len(places)):
        for s in range(len(reach.mode)):
            to_home_s[k, s] = latest_departure(tables, reach.mode[s], places[k], reach.end_place[s], reach.hours[s, 3])


@compiled
def _reachable(
    refusal: NDArray[np.uint32],
    hull: NDArray[np.int32],
    windows: Windows,
    reach: Reach,
    ways: tuple[NDArray[np.int64], NDArray[np.int32], NDArray[np.int32], tuple[np.uint32, ...]],
) -> None:
    row, from_home_s, to_home_s, (shift_hours, rest, unreachable, too_far, too_far_to_drive) = ways
    for leg in range(len(reach.place)):
        first, last, duration_s = UNREACHABLE, -UNREACHABLE, reach.duration_s[leg]
        of_leg = (windows.rows, windows.first[leg], windows.many[leg])
        for s in range(len(reach.mode)):
            hours = reach.hours[s]
            if next_open(*of_leg, hours[0]) > last_open(*of_leg, hours[1] - duration_s):
                refusal[leg, s] |= shift_hours
                continue
            if next_open(*of_leg, hours[2]) > last_open(*of_leg, hours[3] - duration_s):
                refusal[leg, s] |= rest
                continue
            there = max(hull[leg, 0], from_home_s[row[leg], s])
            home = min(hull[leg, 1], to_home_s[row[leg], s] - duration_s)
            begin, finish = next_open(*of_leg, there), last_open(*of_leg, home)
            if there >= FAR_OFF or home <= -FAR_OFF:
                refusal[leg, s] |= unreachable
            elif begin > finish:
                refusal[leg, s] |= too_far
            elif _drives_too_far(reach, s, reach.place[leg]):
                refusal[leg, s] |= too_far_to_drive
            if refusal[leg, s] == 0:
                first, last = min(first, begin), max(last, finish)
        if first <= last:
            hull[leg, 0], hull[leg, 1] = first, last


@inlined
def _drives_too_far(reach: Reach, shift: int, place: int) -> bool:
    """Tell whether the way to a place and home again is more driving than a shift may have."""
    if reach.max_drive_s[shift] == NO_LIMIT:
        return False
    by_mode = reach.drive_s[reach.mode[shift]]
    there_s, home_s = by_mode[reach.start_place[shift], place], by_mode[place, reach.end_place[shift]]
    return bool(there_s + home_s > reach.max_drive_s[shift])
