"""Find everything that is wrong with the travel of a day: matrices, boat journeys and sailings.

This is one section of `validate`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from solver.types import Fault, Mode
from solver.words import clock

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from solver.types import DayProblem, ModeTravel


def fault(code: str, where: str, message: str, action: str) -> Fault:
    """Write down what is wrong, where, and what to do about it."""
    return Fault(code=code, where=where, message=message, action=action)


def _matrices(problem: DayProblem) -> Iterator[Fault]:
    tables = [*problem.travel.modes.items(), *((mode, left) for (mode, _), left in problem.travel.from_home.items())]
    sizes = {travel.road_s.shape[0] for _, travel in tables if travel.road_s.ndim == 2}
    if len(sizes) > 1:
        message = f"The modes' matrices differ in size: {', '.join(map(str, sorted(sizes)))} places."
        yield fault("matrix-shape", "travel", message, "Compute all modes over the same places.")
    for mode, travel in {id(travel): (mode, travel) for mode, travel in tables}.values():
        shapes = {getattr(travel, name).shape for name in MATRICES}
        if len(shapes) > 1 or any(len(shape) != 2 or shape[0] != shape[1] for shape in shapes):
            message = f"The matrices by {mode} have the shapes {', '.join(map(str, sorted(shapes)))}."
            yield fault("matrix-shape", f"travel by {mode}", message, "Give square matrices over the same places.")
        else:
            yield from _road_faults(mode, travel)
            yield from _boat_faults(mode, travel)


MATRICES = ("road_s", "road_m", "road_reachable", "boat_first", "boat_count")


def _road_faults(mode: Mode, travel: ModeTravel) -> Iterator[Fault]:
    again = "Compute the matrix again."
    for name, matrix in (("road_s", travel.road_s), ("road_m", travel.road_m)):
        where = f"travel by {mode}, {name}"
        negative = np.argwhere((matrix < 0) & travel.road_reachable)
        if len(negative):
            origin, destination = negative[0]
            message = f"{len(negative)} road(s) are negative, the first from place {origin} to {destination}."
            yield fault("road-negative", where, message, again)
        off = np.flatnonzero(np.diagonal(matrix))
        if len(off):
            yield fault("diagonal-not-zero", where, f"From place {off[0]} to itself is not 0.", again)
        if not np.issubdtype(matrix.dtype, np.integer):
            yield fault("matrix-type", where, f"The matrix holds {matrix.dtype}, not whole numbers.", again)
    cut_off = np.flatnonzero(~np.diagonal(travel.road_reachable))
    if len(cut_off):
        message = f"Place {cut_off[0]} is said to be out of reach of itself."
        yield fault("diagonal-unreachable", f"travel by {mode}, road_reachable", message, again)


def _boat_faults(mode: Mode, travel: ModeTravel) -> Iterator[Fault]:
    where = f"travel by {mode}, boats"
    leave_s, arrive_s = travel.boat_leave_s, travel.boat_arrive_s
    if leave_s.shape != arrive_s.shape or leave_s.ndim != 1:
        message = f"There are {leave_s.size} instants of leaving and {arrive_s.size} of arriving."
        yield fault("boats-unequal", where, message, "Give one of each for every journey.")
        return
    sailed = np.flatnonzero(travel.boat_count)
    first, count = (each.ravel()[sailed].astype(np.int64) for each in (travel.boat_first, travel.boat_count))
    if (count < 0).any() or (first < 0).any() or (first + count > leave_s.size).any():
        message = "Some pairs of places point outside the list of boat journeys."
        yield fault("boats-outside-list", where, message, "Compute the boat journeys again.")
        return
    if (arrive_s < leave_s).any():
        message = "Some boat journeys arrive before they leave."
        yield fault("boats-back-in-time", where, message, "Compute the boat journeys again.")
    no_later = (leave_s[1:] <= leave_s[:-1]) | (arrive_s[1:] <= arrive_s[:-1])
    if _in_some_pair(no_later, first, count):
        message = "The boat journeys of some pairs do not both leave and arrive later one after the other."
        yield fault("boats-not-increasing", where, message, "Keep only journeys that no other beats, in order.")


def _in_some_pair(marked: np.ndarray, first: np.ndarray, count: np.ndarray) -> bool:
    """Tell whether some pair holds both a marked journey and the next one. A county has two hundred million of them."""
    several = count > 1
    if not several.any():
        return False
    spans = np.column_stack((first, first + count - 1))[several].ravel()
    return bool(np.logical_or.reduceat(np.append(marked, False), spans)[::2].any())


def _sailings(problem: DayProblem) -> Iterator[Fault]:
    for sailing in problem.travel.sailings:
        moments = (sailing.last_checkin_s, sailing.departs_s, sailing.arrives_s, sailing.ashore_s)
        if list(moments) != sorted(moments) or sailing.departs_s == sailing.arrives_s:
            message = (
                f"Sailing {sailing.id} checks in until {clock(moments[0])}, departs {clock(moments[1])}, arrives "
                f"{clock(moments[2])} and is ashore {clock(moments[3])}."
            )
            where = f"sailing {sailing.id}"
            yield fault("sailing-out-of-order", where, message, "Put check-in, departure and arrival in order.")
        if sailing.from_port == sailing.to_port:
            message = f"Sailing {sailing.id} goes from a port to itself."
            yield fault("sailing-nowhere", f"sailing {sailing.id}", message, "Give the port that it goes to.")


def _cars_left(problem: DayProblem) -> Iterator[Fault]:
    """Find cars that are left where they cannot come, or whose place is known to nobody at the start of a shift."""
    modes = problem.travel.modes
    for (mode, home), left in problem.travel.from_home.items():
        where = f"travel by {mode} from place {home}"
        stands = left.car_at
        if stands is None or stands.shape != left.road_s.shape[:1] or not {mode, Mode.FOOT} <= modes.keys():
            message = f"Somebody leaves the {mode} behind, but where it stands, or how to go on, is not known."
            yield fault("car-left-nowhere", where, message, "Give `car_at` for all places, and travel on foot.")
        elif not _stands_well(stands, home):
            message = f"The {mode} of place {home} is left where it cannot come, or nowhere at the start."
            yield fault("car-left-nowhere", where, message, "Leave it at home or at places where it comes along.")


def _stands_well(stands: np.ndarray, home: int) -> bool:
    parked = stands[stands >= 0]
    return bool((parked < stands.size).all() and (stands[parked] == parked).all() and stands[home] >= 0)


TRAVEL_CHECKS: tuple[Callable[[DayProblem], Iterator[Fault]], ...] = (_matrices, _cars_left, _sailings)
"""The checks of travel, in the order in which faults are listed."""
