"""The limits of one solve, and what is told meanwhile: progress, the curve of cost, the best plan so far."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, NamedTuple

from solver.types import Progress

if TYPE_CHECKING:
    from collections.abc import Callable

    from solver.crew import Crew
    from solver.types import DayPlan, Limits

    Report = Callable[[Progress], None]
    Question = Callable[[], bool]

STREAM_S = 1.0
"""How often the best plan so far is told, at most."""

STREAM_SHARE = 0.1
"""The greatest share of the time (processor time of the watching process) that goes into the plans that are told."""


class Moment(NamedTuple):
    """What is reached: the phase, the share done, the cost, the legs that nobody serves, and how to make the plan.

    Of the `areas` searched side by side, `areas_done` have been searched to the end of this stage.
    """

    phase: str
    done: float
    cost: int
    unserved: int
    plan: Callable[[], DayPlan] | None = None
    areas: int = 1
    areas_done: int = 0


class Watch:
    """The clock of one solve, who wants to know how it goes, and whether it should stop."""

    def __init__(
        self,
        limits: Limits,
        progress: Report | None = None,
        cancelled: Question | None = None,
        *,
        crew: Crew | None = None,
    ) -> None:
        if limits.iterations is None and limits.seconds is None:
            raise ValueError("limits need iterations, seconds or both")
        self.limits, self.crew, self.iterations, self.areas = limits, crew, 0, 1
        self.cancelled = cancelled or (lambda: False)
        self._progress = progress
        self._clock = time.process_time if limits.clock == "cpu" else time.monotonic
        self._began, self._began_wall, self._elsewhere_s = self._clock(), time.monotonic(), 0.0
        self._next_plan_s = 0.0

    @property
    def wall_s(self) -> float:
        """How long the solve has taken."""
        return time.monotonic() - self._began_wall

    @property
    def used_s(self) -> float:
        """How much of the limit's seconds are used."""
        return self._clock() - self._began + self._elsewhere_s

    def now_s(self) -> float:
        """Read the clock of the limits, in this process."""
        return self._clock()

    def count_elsewhere(self, seconds: float) -> None:
        """Add what other processes took, where processor time is what counts."""
        if self.limits.clock == "cpu":
            self._elsewhere_s += seconds

    def has_time(self) -> bool:
        """Tell whether the seconds are not over yet."""
        return self.limits.seconds is None or self.used_s < self.limits.seconds

    def report(self, moment: Moment) -> None:
        """Tell whoever listens, now and then with the plan."""
        if self._progress is None:
            return
        plan, began_s, began_cpu_s = None, self.wall_s, time.process_time()
        if moment.plan is not None and began_s >= self._next_plan_s:
            plan = moment.plan()
        self._progress(
            Progress(
                phase=moment.phase,
                done=moment.done,
                cost=moment.cost,
                unallocated=moment.unserved,
                seconds=round(began_s, 3),
                plan=plan,
                areas=moment.areas,
                areas_done=moment.areas_done,
            )
        )
        if plan is not None:
            self._next_plan_s = began_s + max(STREAM_S, (time.process_time() - began_cpu_s) / STREAM_SHARE)
