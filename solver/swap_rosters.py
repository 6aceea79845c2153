"""Rosters of one provider along a list of swaps: with today's clients, after each swap, and with all of them made.

The plan after any number of swaps is put together from its providers' rosters (`solver.providers_apart`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from solver.comparison import unsteered
from solver.score import score
from solver.solve import solve
from solver.types import Limits

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from solver.types import DayPlan, DayProblem, Progress


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Rosters:
    """A provider's day and roster after each swap that touches it, the first and last as they were given.

    `noise` is by how much the same clients' rosters at the ends differ when reached from the other end, in equivalent
    paid seconds: what a difference between two rosters may owe to the search.
    """

    problems: tuple[DayProblem, ...]
    plans: tuple[DayPlan, ...]
    noise: float


def rosters_along(
    problems: Sequence[DayProblem],
    ends: tuple[DayPlan, DayPlan],
    *,
    iterations: int,
    seed: int,
    progress: Callable[[Progress], None] | None = None,  # noqa: ARG001 - whoever calls in a child gives it
    cancelled: Callable[[], bool] | None = None,
) -> Rosters:
    """Roster every day between the first and the last, whose rosters are `ends`, from both and keep the cheaper."""
    first, last = ends
    there, back = [first], [last]
    limits = Limits(iterations=iterations, seed=seed)
    for problem in problems[1:]:
        there.append(solve(problem, limits, start=there[-1], cancelled=cancelled, engine="kernel"))
    for problem in problems[-2::-1]:
        back.append(solve(problem, limits, start=back[-1], cancelled=cancelled, engine="kernel"))
    back.reverse()
    between = [
        one if _cost(problem, one) <= _cost(problem, other) else other
        for problem, one, other in list(zip(problems, there, back, strict=True))[1:-1]
    ]
    noise = max(
        abs(_cost(problems[0], back[0]) - _cost(problems[0], first)),
        abs(_cost(problems[-1], there[-1]) - _cost(problems[-1], last)),
    )
    return Rosters(problems=tuple(problems), plans=(first, *between, last), noise=noise)


def _cost(problem: DayProblem, plan: DayPlan) -> float:
    return score(unsteered(problem), plan).total
