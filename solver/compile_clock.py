"""Lowers the prices of the clock: what each leg's start costs when it is early, late, or not as planned before."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray  # noqa: TC002 - named tuples keep their annotations

from solver.kernel.jit import NO_LIMIT

if TYPE_CHECKING:
    from solver.types import DayProblem


class ClockPrices(NamedTuple):
    """For each leg (L,) the instants that have a meaning and the price of each second beyond them.

    A start before `early_before_s` costs `early` a second, one after `late_after_s` costs `late`, one that is not
    `was_s` costs `moved`. Each is counted once a visit but `moved`, which is counted by stop. `latest` is the price of
    a second of the largest lateness of the day.
    """

    early_before_s: NDArray[np.int64]
    late_after_s: NDArray[np.int64]
    was_s: NDArray[np.int64]
    early: NDArray[np.float64]
    late: NDArray[np.float64]
    moved: NDArray[np.float64]
    latest: float

    @property
    def any(self) -> bool:
        """Tell whether any instant has a price."""
        return bool(self.early.any() or self.late.any() or self.moved.any() or self.latest > 0)


def lower_clock(problem: DayProblem, leg_visit: NDArray[np.int32]) -> ClockPrices:
    """Lower the prices of a valid problem to its legs."""
    visits, weights = [problem.visits[row] for row in leg_visit.tolist()], problem.weights
    before = {was.visit: was.start_s for was in problem.before}
    early = [None if weights.early == 0 else visit.early_before_s for visit in visits]
    late = [None if weights.late == weights.latest == 0 else visit.late_after_s for visit in visits]
    was = [None if weights.changed_start == 0 else before.get(visit.id) for visit in visits]
    first = np.ones(len(visits), np.bool_)
    first[1:] = leg_visit[1:] != leg_visit[:-1]
    return ClockPrices(
        early_before_s=_instants(early, -NO_LIMIT),
        late_after_s=_instants(late, NO_LIMIT),
        was_s=_instants(was, -NO_LIMIT),
        early=_prices(early, weights.early) * first,
        late=_prices(late, weights.late) * first,
        moved=_prices(was, weights.changed_start),
        latest=weights.latest if any(at is not None for at in late) else 0.0,
    )


def _instants(values: list[int | None], otherwise: int) -> NDArray[np.int64]:
    return np.array([otherwise if value is None else value for value in values], np.int64)


def _prices(values: list[int | None], price: float) -> NDArray[np.float64]:
    return np.array([0.0 if value is None else price for value in values])
