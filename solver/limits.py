"""Say what some visits in a row would ask of a shift beyond its limits. For proofs, not for the engines."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from solver.words import length

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from solver.types import DayProblem, Shift, Visit


def beyond(problem: DayProblem, shift: Shift, visits: Sequence[Visit]) -> list[str]:
    """Say what a shift would have to do beyond its limits to make just these visits in this order.

    Of a way that a boat may save only the roads to a pier and from one count. Breaks count where they are paid.
    """
    contact_s = sum(visit.duration_s for visit in visits)
    paid_s = sum(rest.duration_s for rest in shift.breaks if rest.paid)
    places = [shift.start_place, *(visit.place for visit in visits), shift.end_place]
    ways_s = _ways_s(problem, shift, places)
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


FAR_S = 10**9
"""More seconds than any road takes: where there is none."""


def _ways_s(problem: DayProblem, shift: Shift, places: Sequence[int]) -> list[int]:
    """Give the least seconds by road of each way from place to place, with boats and without.

    Any boat that sails counts: one that is slower than the road is in no list of journeys, and still saves driving.
    """
    travel = problem.travel.of(shift)
    assert travel is not None

    def least_s(origins: Iterable[int], destinations: Iterable[int]) -> int:
        pairs = np.ix_(list(origins), list(destinations))
        return int(np.where(travel.road_reachable[pairs], travel.road_s[pairs], FAR_S).min(initial=FAR_S))

    leave = {sailing.from_port for sailing in problem.travel.sailings}
    land = {sailing.to_port for sailing in problem.travel.sailings}
    return [
        min(least_s([here], [there]), least_s([here], leave) + least_s(land, [there]))
        for here, there in pairwise(places)
    ]
