"""Rosters of one provider along a list of swaps: with today's clients, after each swap, and with all of them made.

The plan after any number of swaps is put together from its providers' rosters (`solver.providers_apart`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from solver.comparison import placed_visits, unsteered
from solver.score import score
from solver.solve import solve
from solver.types import Limits

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from solver.types import DayPlan, DayProblem, Progress


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Rosters:
    """A provider's roster before any swap and after each that touches it, the first and last as they were given.

    Reached from the other end, the same clients' rosters at the ends may come out cheaper: by `noise` equivalent paid
    seconds where as many visits are placed, or by so many `more_visits`. So much of a difference may be the search's.
    """

    plans: tuple[DayPlan, ...]
    noise: float
    more_visits: int


def rosters_along(
    chains: Sequence[tuple[Sequence[DayProblem], tuple[DayPlan, DayPlan]]],
    *,
    iterations: int,
    seed: int,
    progress: Callable[[Progress], None] | None = None,  # noqa: ARG001 - whoever calls in a child gives it
    cancelled: Callable[[], bool] | None = None,
) -> list[Rosters]:
    """Roster several providers' days, each with the rosters of its first and last day."""
    limits = Limits(iterations=iterations, seed=seed)
    return [_along(problems, ends, limits, cancelled) for problems, ends in chains]


def _along(
    problems: Sequence[DayProblem],
    ends: tuple[DayPlan, DayPlan],
    limits: Limits,
    cancelled: Callable[[], bool] | None,
) -> Rosters:
    """Roster every day between the first and the last from both ends, and keep the cheaper."""
    first, last = ends
    there, back = [first], [last]
    for problem in problems[1:]:
        there.append(solve(problem, limits, start=there[-1], cancelled=cancelled, engine="kernel"))
    for problem in problems[-2::-1]:
        back.append(solve(problem, limits, start=back[-1], cancelled=cancelled, engine="kernel"))
    back.reverse()
    between = [
        one if _cost(problem, one) <= _cost(problem, other) else other
        for problem, one, other in list(zip(problems, there, back, strict=True))[1:-1]
    ]
    found = [_found(problems[0], first, back[0]), _found(problems[-1], last, there[-1])]
    return Rosters(
        plans=(first, *between, last),
        noise=max(cost for cost, _ in found),
        more_visits=max(visits for _, visits in found),
    )


def _found(problem: DayProblem, given: DayPlan, other: DayPlan) -> tuple[float, int]:
    """Say by how much another roster of the same clients is better: in cost where it places as many, else in visits."""
    more = len(placed_visits(other)) - len(placed_visits(given))
    return (max(0.0, _cost(problem, given) - _cost(problem, other)), 0) if more == 0 else (0.0, max(0, more))


def _cost(problem: DayProblem, plan: DayPlan) -> float:
    return score(unsteered(problem), plan).total
