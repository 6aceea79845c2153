"""Say what some visits in a row would ask of a shift beyond its limits. For proofs, not for the engines."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from solver.words import length

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from solver.types import DayProblem, ModeTravel, Shift, Visit


def beyond(problem: DayProblem, shift: Shift, visits: Sequence[Visit]) -> list[str]:
    """Say what a shift would have to do beyond its limits to make just these visits in this order.

    Ways for which there is a boat count nothing: it may save the road. Breaks count where they are paid.
    """
    contact_s = sum(visit.duration_s for visit in visits)
    paid_s = sum(rest.duration_s for rest in shift.breaks if rest.paid)
    places = [shift.start_place, *(visit.place for visit in visits), shift.end_place]
    ways_s = _ways_s(problem.travel.of(shift), places)
    between_s = sum(ways_s[1:-1])
    asked: tuple[tuple[str, int, int | None, Callable[[int], str]], ...] = (
        ("work", contact_s + paid_s + between_s, shift.max_work_s, length),
        ("carry", sum(visit.load for visit in visits), shift.capacity, str),
        ("drive", sum(ways_s), shift.max_drive_s, length),
        ("be away", contact_s + sum(ways_s), shift.max_span_s, length),
    )
    return [
        f"{do} {say(much)} (at most {say(most)})" for do, much, most, say in asked if most is not None and much > most
    ]


def _ways_s(travel: ModeTravel | None, places: Sequence[int]) -> list[int]:
    """Give the seconds of each way from place to place by road; 0 where a boat goes."""
    return [
        0 if travel is None or travel.boat_count[origin, destination] else int(travel.road_s[origin, destination])
        for origin, destination in pairwise(places)
    ]
