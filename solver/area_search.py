"""Searches one area of a day for its share of the limits: anneals its runs, or polishes them with the routing model."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal, NamedTuple

from solver.kernel.annealing import Annealing
from solver.polish import PolishSettings, polish
from solver.routing import Effort
from solver.sequences import plan_cost, unserved_legs
from solver.split import cut, unpacked
from solver.types import Progress

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from solver.compile import Compiled
    from solver.routing import Standing
    from solver.sequences import Sequences
    from solver.split import Part
    from solver.types import DayProblem

STEP = 400_000
"""Iterations times legs between two looks at the clock: about a tenth of a second."""

Clock = Literal["wall", "cpu"]

SAY_S = 0.25
"""How often a search says what it has found, at most: a few times for each plan that is told (`watch.STREAM_S`), which
joins the last words of all areas, so that none of them is old."""

REGION_SECONDS = 0.5
REGION_SOLUTIONS = 20
"""How long one region is polished where seconds decide, and how many solutions are looked at. Measured: 20 gain as
much as 150."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Area:
    """One area to search in one stage, with its share of the limits."""

    number: int
    part: Part
    weight: float
    seed: int
    annealed: tuple[float, float] | None
    iterations: int | None
    polishes: int


class Found(NamedTuple):
    """What the search of an area has come to: the share done, and what it saved and placed since the start."""

    area: int
    sequences: Sequences
    done: float
    saved: int
    placed: int
    iterations: int
    seconds: float


class WholePlan(NamedTuple):
    """The whole day and the plan from which a stage starts; a polish is told how that stands."""

    problem: DayProblem
    compiled: Compiled
    sequences: Sequences
    now: Standing | None = None


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class AreaTask:
    """All that the search of one area in a process of its own needs: the area's part of the day and of the plan.

    `day` is packed (see `split`).
    """

    area: Area
    day: Compiled
    start: Sequences
    seconds: float | None
    clock: Clock


def search_areas_of(
    tasks: Sequence[AreaTask], *, progress: Callable[[Progress], None], cancelled: Callable[[], bool]
) -> list[Found]:
    """Anneal some areas, one after the other; the progress tells by how much cost and absences have changed."""
    searches: list[AreaSearch] = []
    latest: dict[int, Found] = {}
    weight = sum(task.area.weight for task in tasks)

    def say(found: Found) -> None:
        latest[len(searches)] = found
        progress(
            Progress(
                phase="search",
                done=sum(tasks[n - 1].area.weight * each.done for n, each in latest.items()) / weight,
                cost=-sum(each.saved for each in latest.values()),
                unallocated=-sum(each.placed for each in latest.values()),
            )
        )

    for task in tasks:
        searches.append(AreaSearch(task.area, unpacked(task.day), task.start, task.seconds, clock=task.clock))
        searches[-1].anneal(say, cancelled)
    return [latest[number] for number in sorted(latest)]


class AreaSearch:
    """The search of one area in one stage, within its iterations and its `seconds`."""

    def __init__(
        self, area: Area, day: Compiled, start: Sequences, seconds: float | None, *, clock: Clock = "wall"
    ) -> None:
        self.area, self.day, self.start, self.seconds = area, day, start, seconds
        self.clock = time.process_time if clock == "cpu" else time.monotonic
        self.began = self.clock()
        self.cost, self.unserved = plan_cost(day, start), len(unserved_legs(day, start))

    def anneal(self, say: Callable[[Found], None], stopped: Callable[[], bool]) -> None:
        """Anneal, and say now and then what was found, at the latest at the end."""
        first, last = self.area.annealed or (0.0, 1.0)
        search = Annealing(self.day, self.area.seed, self.start)
        step = max(20, min(2_000, STEP // max(1, search.n_legs)))
        limit, made, used, said_s = self.area.iterations, 0, self._used(0), self.clock()
        while used < 1.0 and not stopped():
            now = step if limit is None else min(step, limit - made)
            ahead = max(self._used(made + now), min(1.0, used * (made + now) / made) if made else 0.0)
            begin, end = (first + (last - first) * share for share in (used, ahead))
            search.advance(now, (begin, end))
            made += now
            used = self._used(made)
            if used < 1.0 and self.clock() - said_s >= SAY_S:
                said_s = self.clock()
                say(self._found(search.sequences, search.cost, used, made))
        sequences = search.sequences
        say(self._found(sequences, plan_cost(self.day, sequences), 1.0, made))

    def polish(self, plan: WholePlan, say: Callable[[Found], None], stopped: Callable[[], bool]) -> None:
        """Let the routing model make the runs of a few carers anew, region after region."""
        settings = PolishSettings(seed=self.area.seed, regions=self.area.polishes)
        if self.area.iterations is None:
            effort = Effort(solutions=REGION_SOLUTIONS, seconds=REGION_SECONDS)
            settings = replace(settings, regions=10**6, effort=effort)
        part = self.area.part
        settings = replace(settings, shifts=frozenset(part.shifts.tolist()), legs=frozenset(part.legs.tolist()))
        problem, compiled, sequences, now = plan

        def keep_going() -> bool:
            return self._used(0) < 1.0 and not stopped()

        found = polish(problem, compiled, sequences, now=now, settings=settings, keep_going=keep_going)
        sequences = cut(found, compiled, part)
        say(self._found(sequences, plan_cost(self.day, sequences), 1.0, 0))

    def _used(self, iterations: int) -> float:
        """Give which part of the area's limits is used: of iterations or of seconds, whichever is more."""
        by_iterations = 0.0 if self.area.iterations is None else iterations / self.area.iterations
        by_seconds = 0.0 if self.seconds is None else (self.clock() - self.began) / max(1e-9, self.seconds)
        return min(1.0, max(by_iterations, by_seconds))

    def _found(self, sequences: Sequences, cost: int, done: float, iterations: int) -> Found:
        return Found(
            area=self.area.number,
            sequences=sequences,
            done=done,
            saved=self.cost - cost,
            placed=self.unserved - len(unserved_legs(self.day, sequences)),
            iterations=iterations,
            seconds=self.clock() - self.began,
        )
