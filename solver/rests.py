"""Tell whether the breaks of a shift can all be taken, whatever else it does. For proofs, not for the engines."""

from __future__ import annotations

from itertools import permutations
from typing import TYPE_CHECKING

from solver.needs import working_window

if TYPE_CHECKING:
    from collections.abc import Sequence

    from solver.types import Break, DayProblem, Shift

BREAKS_TRIED = 5
"""Of so many breaks of a shift every order is tried."""


def breaks_fit(problem: DayProblem, shift: Shift) -> bool:
    """Tell whether the breaks of a shift can follow each other in some order while it works.

    Of many breaks nothing is proved: too many orders would have to be tried.
    """
    working = working_window(problem, shift)
    return len(shift.breaks) > BREAKS_TRIED or any(
        over_s is not None and over_s <= working.latest_s
        for over_s in (after_rests(working.earliest_s, order) for order in permutations(shift.breaks))
    )


def after_rests(free_s: int, rests: Sequence[Break]) -> int | None:
    """Give when some breaks are over that follow each other from an instant on; None if one begins too late."""
    for rest in rests:
        if max(free_s, rest.window.earliest_s) > rest.window.latest_s:
            return None
        free_s = max(free_s, rest.window.earliest_s) + rest.duration_s
    return free_s
