"""Work out when a place can be reached, by looking through roads and boat journeys with plain arithmetic.

This is for proofs and explanations, one journey at a time; the engines have their own (see `timing`).
Ways are direct: a detour past a third place is taken never to be faster (decision 11 names the exception).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from solver.needs import start_windows, working_window

if TYPE_CHECKING:
    from solver.types import DayProblem, ModeTravel, Shift, Visit


def connected(travel: ModeTravel, origin: int, destination: int) -> bool:
    """Tell whether a road or any boat of the day leads there."""
    return bool(travel.road_reachable[origin, destination]) or int(travel.boat_count[origin, destination]) > 0


def earliest_arrival(travel: ModeTravel, origin: int, destination: int, leave_s: int) -> int | None:
    """Give the first instant of being there when leaving at `leave_s`, or None when nothing leads there any more."""
    arrivals = [arrive_s for boat_leave_s, arrive_s in _boats(travel, origin, destination) if boat_leave_s >= leave_s]
    if travel.road_reachable[origin, destination]:
        arrivals.append(leave_s + int(travel.road_s[origin, destination]))
    return min(arrivals, default=None)


def latest_departure(travel: ModeTravel, origin: int, destination: int, arrive_s: int) -> int | None:
    """Give the last instant to leave so as to be there by `arrive_s`, or None when nothing is there in time."""
    departures = [
        leave_s for leave_s, boat_arrive_s in _boats(travel, origin, destination) if boat_arrive_s <= arrive_s
    ]
    if travel.road_reachable[origin, destination]:
        departures.append(arrive_s - int(travel.road_s[origin, destination]))
    return max(departures, default=None)


def alone_range(problem: DayProblem, shift: Shift, visit: Visit) -> tuple[int, int] | None:
    """Give the first and the last start of a visit that is the shift's only one, whatever time was agreed for it.

    None when there is no way there or no way home in time; empty when the first is after the last. Breaks are not
    considered.
    """
    mode = problem.travel.of(shift)
    if mode is None:
        return None
    window = working_window(problem, shift)
    there_s = earliest_arrival(mode, shift.start_place, visit.place, window.earliest_s)
    leave_s = latest_departure(mode, visit.place, shift.end_place, window.latest_s)
    return None if there_s is None or leave_s is None else (there_s, leave_s - visit.duration_s)


def start_range(problem: DayProblem, shift: Shift, visit: Visit) -> tuple[int, int] | None:
    """Give `alone_range` inside the agreed time; with several windows, inside the one that leaves most room."""
    alone = alone_range(problem, shift, visit)
    windows = start_windows(visit)
    if alone is None or not windows:
        return None
    cut = [(max(w.earliest_s, alone[0]), min(w.latest_s, alone[1])) for w in windows]
    return max(cut, key=lambda starts: starts[1] - starts[0])


def _boats(travel: ModeTravel, origin: int, destination: int) -> list[tuple[int, int]]:
    first = int(travel.boat_first[origin, destination])
    end = first + int(travel.boat_count[origin, destination])
    leave_s, arrive_s = travel.boat_leave_s[first:end].tolist(), travel.boat_arrive_s[first:end].tolist()
    return list(zip(leave_s, arrive_s, strict=True))
