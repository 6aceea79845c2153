"""Find everything that is wrong with the travel of a day: matrices, boat journeys and sailings.

This is one section of `validate`.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import numpy as np

from solver.journeys import rows_of
from solver.types import Fault, Mode
from solver.words import clock

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from solver.types import DayProblem, ModeTravel


def fault(code: str, where: str, message: str, action: str) -> Fault:
    """Write down what is wrong, where, and what to do about it."""
    return Fault(code=code, where=where, message=message, action=action)


def repeated(ids: Iterable[str]) -> list[str]:
    """Give the ids that are there more than once, each once."""
    return [name for name, count in Counter(ids).items() if count > 1]


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
        elif mistyped := list(_type_faults(mode, travel)):
            yield from mistyped
        else:
            yield from _road_faults(mode, travel)
            yield from _boat_faults(mode, travel)


MATRICES = ("road_s", "road_m", "road_reachable", "boat_first", "boat_count")


def _type_faults(mode: Mode, travel: ModeTravel) -> Iterator[Fault]:
    """Find arrays that hold something else than they should; the other checks reckon with what they hold."""
    for name in (*MATRICES, "boat_leave_s", "boat_arrive_s", "car_at"):
        array = getattr(travel, name)
        kinds, what = ("b", "true and false") if name == "road_reachable" else ("iu", "whole numbers")
        if array is not None and array.dtype.kind not in kinds:
            message = f"The array holds {array.dtype}, not {what}."
            yield fault("matrix-type", f"travel by {mode}, {name}", message, "Compute the matrix again.")


def _road_faults(mode: Mode, travel: ModeTravel) -> Iterator[Fault]:
    again = "Compute the matrix again."
    for name, matrix in (("road_s", travel.road_s), ("road_m", travel.road_m)):
        where = f"travel by {mode}, {name}"
        if len(negative := np.argwhere((matrix < 0) & travel.road_reachable)):
            origin, destination = negative[0]
            message = f"{len(negative)} road(s) are negative, the first from place {origin} to {destination}."
            yield fault("road-negative", where, message, again)
        off = np.flatnonzero(np.diagonal(matrix))
        if len(off):
            yield fault("diagonal-not-zero", where, f"From place {off[0]} to itself is not 0.", again)
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
    wrong = _wrong_boats(travel)
    for code, (message, action) in BOATS_WRONG.items():
        if code in wrong:
            yield fault(code, where, message, action)


BOATS_WRONG = {
    "boats-outside-list": (
        "Some pairs of places point outside the list of boat journeys.",
        "Compute the boat journeys again.",
    ),
    "boats-back-in-time": (
        "Some boat journeys arrive before they leave.",
        "Compute the boat journeys again.",
    ),
    "boats-not-increasing": (
        "The boat journeys of some pairs do not both leave and arrive later one after the other.",
        "Keep only journeys that no other beats, in order.",
    ),
}
"""What can be wrong with the journeys of a pair: the message, and what to do."""


def _wrong_boats(travel: ModeTravel) -> set[str]:
    """Find which of `BOATS_WRONG` hold for some pair, a few pairs at a time: a county has 200 million journeys."""
    wrong: set[str] = set()
    for first, count in _pairs_with_boats(travel):
        if min(first.min(), count.min()) < 0 or (first + count).max() > travel.boat_leave_s.size:
            return {"boats-outside-list"}
        journeys = rows_of(first, count)
        leave_s, arrive_s = travel.boat_leave_s[journeys], travel.boat_arrive_s[journeys]
        later = (leave_s[1:] > leave_s[:-1]) & (arrive_s[1:] > arrive_s[:-1])
        later[np.cumsum(count)[:-1] - 1] = True  # the next journey is of another pair
        wrong |= {"boats-back-in-time"} if (arrive_s < leave_s).any() else set()
        wrong |= {"boats-not-increasing"} if not later.all() else set()
    return wrong


PAIRS_AT_ONCE = 2**15


def _pairs_with_boats(travel: ModeTravel) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Give the first journey and the count of journeys of all pairs that have any, row by row, some at a time."""
    step = 1 + PAIRS_AT_ONCE // max(1, len(travel.boat_count))
    for row in range(0, len(travel.boat_count), step):
        count = travel.boat_count[row : row + step].ravel()
        sailed = np.flatnonzero(count)
        if len(sailed):
            first = travel.boat_first[row : row + step].ravel()
            yield first[sailed].astype(np.int64), count[sailed].astype(np.int64)


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
        if stands is not None and stands.dtype.kind not in "iu":
            continue  # `_matrices` says so
        if stands is None or stands.shape != left.road_s.shape[:1] or not {mode, Mode.FOOT} <= modes.keys():
            message = f"Somebody leaves the {mode} behind, but where it stands, or how to go on, is not known."
            yield fault("car-left-nowhere", where, message, "Give `car_at` for all places, and travel on foot.")
        elif not _stands_well(stands, home):
            message = f"The {mode} of place {home} is left where it cannot come, or nowhere at the start."
            yield fault("car-left-nowhere", where, message, "Leave it at home or at places where it comes along.")


def _stands_well(stands: np.ndarray, home: int) -> bool:
    parked = stands[stands >= 0]
    known = 0 <= home < stands.size and bool((parked < stands.size).all())
    return known and bool((stands[parked] == parked).all() and stands[home] >= 0)


TRAVEL_CHECKS: tuple[Callable[[DayProblem], Iterator[Fault]], ...] = (_matrices, _cars_left, _sailings)
"""The checks of travel, in the order in which faults are listed."""
