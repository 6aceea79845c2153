"""Plans a day. `solve` reads top to bottom like the recipe; what each step does is in the module of its name."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import TYPE_CHECKING, Literal, NamedTuple

import numpy as np

from solver.check import check
from solver.compile import compile_problem
from solver.errors import InvalidProblem
from solver.explain import explain_all
from solver.kernel.annealing import Annealing
from solver.polish import PolishSettings, polish
from solver.realise import realise, sequences_of
from solver.retime import retime
from solver.routing import Effort, solve_routing
from solver.score import score
from solver.sequences import nobody_works, plan_cost, unserved_legs
from solver.split import cut, join, part_of, split
from solver.types import DayPlan, Progress, Search
from solver.validate import faults

if TYPE_CHECKING:
    from collections.abc import Callable

    from solver.compile import Compiled
    from solver.sequences import Sequences
    from solver.split import Part
    from solver.types import DayProblem, Limits, Run

    Report = Callable[[Progress], None]
    Question = Callable[[], bool]

Engine = Literal["mixed", "kernel", "ortools"]
"""Who searches: the compiled search alone, OR-Tools alone, or the one polished by the other."""

STEP = 400_000
"""Iterations times legs between two looks at the clock: about a tenth of a second."""

POLISH_SHARE = 0.12
"""The share of the seconds that the routing model gets after the compiled search. Source: measured, 10-15 %."""

ITERATIONS_PER_REGION = 2_000
"""How many iterations of the compiled search are worth one region polished by the routing model: about as many as it
makes in the time at a thousand visits."""

REGION_SECONDS = 0.5
REGION_SOLUTIONS = 20
"""How long one region is polished where seconds decide, and how many solutions are looked at. Measured: 20 gain as
much as 150."""

GUARD_SECONDS = 600.0
"""When the routing model gives up where only iterations are bounded."""


def solve(
    problem: DayProblem,
    limits: Limits,
    *,
    start: DayPlan | None = None,
    progress: Report | None = None,
    cancelled: Question | None = None,
    engine: Engine = "mixed",
) -> DayPlan:
    """Plan a day; when cancelled, give the best plan so far. Never worse than `start` where that is legal.

    Bounded by iterations alone, the same input gives the same plan. Raises InvalidProblem.
    """
    if found := faults(problem):
        raise InvalidProblem(found)
    watch = _Watch(limits, progress, cancelled)
    compiled = compile_problem(problem)
    sequences = sequences_of(problem, compiled, start) if start else nobody_works(compiled)
    if engine == "ortools":
        sequences = solve_routing(problem, compiled, start=sequences if start else None, effort=watch.whole_effort())
    else:
        sequences = _anneal(compiled, sequences, watch, share=1.0 - POLISH_SHARE if engine == "mixed" else 1.0)
    if engine == "mixed":
        sequences = _polish(problem, compiled, sequences, watch)
    if engine != "kernel":
        sequences = retime(problem, compiled, sequences) or sequences
    plan = _plan(problem, realise(problem, compiled, sequences))
    if start is not None and not check(problem, start) and score(problem, start).total <= score(problem, plan).total:
        plan = _plan(problem, start.runs)
    watch.report("done", 1.0, plan_cost(compiled, sequences), len(unserved_legs(compiled, sequences)))
    cost = score(problem, plan).total
    return replace(plan, search=Search(engine=engine, iterations=watch.iterations, wall_s=watch.wall_s, cost=cost))


def _plan(problem: DayProblem, runs: tuple[Run, ...]) -> DayPlan:
    """Say of every visit in no run why."""
    placed = {stop.visit for run in runs for stop in run.stops}
    plan = DayPlan(day=problem.day, runs=runs, unallocated=())
    left_out = [visit.id for visit in problem.visits if visit.id not in placed]
    return replace(plan, unallocated=explain_all(problem, left_out, plan))


def _anneal(compiled: Compiled, start: Sequences, watch: _Watch, *, share: float) -> Sequences:
    """Search each part on its own, with iterations (or seconds) in proportion to its legs."""
    parts = split(compiled)
    searches = [_search_of(compiled, part, start, watch.limits.seed + number) for number, part in enumerate(parts)]
    n_legs = max(1, sum(search.n_legs for search in searches))
    hopeless = np.setdiff1d(np.arange(len(compiled.place)), np.concatenate([[], *(part.legs for part in parts)]))
    lost, done = int(compiled.unplaced_cost[hopeless].sum()), 0.0
    for search in searches:
        weight = search.n_legs / n_legs

        def report(within: float, done: float = done, weight: float = weight) -> None:
            cost = lost + sum(each.cost for each in searches)
            unserved = len(hopeless) + sum(each.n_unserved for each in searches)
            watch.report("search", share * (done + weight * within), cost, unserved)

        _advance(search, watch, share * weight, report)
        done += weight
    return join(compiled, zip(parts, [search.sequences for search in searches], strict=True))


def _search_of(compiled: Compiled, part: Part, start: Sequences, seed: int) -> Annealing:
    return Annealing(part_of(compiled, part), seed, cut(start, compiled, part))


def _advance(search: Annealing, watch: _Watch, share: float, report: Callable[[float], None]) -> None:
    """Improve one part until its share of the limits is used up."""
    step = max(20, min(2_000, STEP // max(1, search.n_legs)))
    budget = _Budget.of(watch.limits, share)
    began, made, used = watch.used_s, 0, budget.used(0, 0.0)
    while used < 1.0 and not watch.cancelled():
        now = step if budget.iterations is None else min(step, budget.iterations - made)
        elapsed = watch.used_s - began
        search.advance(now, (used, budget.used(made + now, elapsed * (made + now) / made if made else elapsed)))
        made += now
        watch.iterations += now
        used = budget.used(made, watch.used_s - began)
        report(used)


def _polish(problem: DayProblem, compiled: Compiled, sequences: Sequences, watch: _Watch) -> Sequences:
    """Let the routing model make the runs of a few carers anew, region after region."""
    settings = PolishSettings(seed=watch.limits.seed)
    if watch.limits.iterations is not None:
        settings = replace(settings, regions=round(watch.limits.iterations * POLISH_SHARE / ITERATIONS_PER_REGION))
    else:
        settings = replace(settings, regions=10**6, effort=Effort(solutions=REGION_SOLUTIONS, seconds=REGION_SECONDS))
    return polish(
        problem, compiled, sequences, settings=settings, keep_going=lambda: watch.has_time() and not watch.cancelled()
    )


class _Budget(NamedTuple):
    """A share of the limits."""

    iterations: int | None
    seconds: float | None

    @classmethod
    def of(cls, limits: Limits, share: float) -> _Budget:
        iterations = None if limits.iterations is None else max(1, round(limits.iterations * share))
        return cls(iterations, None if limits.seconds is None else limits.seconds * share)

    def used(self, iterations: int, seconds: float) -> float:
        """Give which part of it is used, from 0 to 1: of iterations or of seconds, whichever is more."""
        by_iterations = 0.0 if self.iterations is None else iterations / self.iterations
        by_seconds = 0.0 if self.seconds is None else seconds / max(1e-9, self.seconds)
        return min(1.0, max(by_iterations, by_seconds))


class _Watch:
    """The limits of one solve, and who wants to know how it goes."""

    def __init__(self, limits: Limits, progress: Report | None, cancelled: Question | None) -> None:
        if limits.iterations is None and limits.seconds is None:
            raise ValueError("limits need iterations, seconds or both")
        self.limits, self.iterations = limits, 0
        self.cancelled = cancelled or (lambda: False)
        self._clock = time.process_time if limits.clock == "cpu" else time.monotonic
        self._progress, self._began, self._began_wall = progress, self._clock(), time.monotonic()

    @property
    def wall_s(self) -> float:
        """How long the solve has taken."""
        return time.monotonic() - self._began_wall

    @property
    def used_s(self) -> float:
        """How much of the limit's seconds are used."""
        return self._clock() - self._began

    def has_time(self) -> bool:
        """Tell whether the seconds are not over yet."""
        return self.limits.seconds is None or self.used_s < self.limits.seconds

    def whole_effort(self) -> Effort:
        """Give the routing model everything that the limits allow."""
        solutions = 10**6 if self.limits.iterations is None else self.limits.iterations
        return Effort(solutions=solutions, seconds=self.limits.seconds or GUARD_SECONDS)

    def report(self, phase: str, done: float, cost: float, unallocated: int) -> None:
        """Tell whoever listens."""
        if self._progress is not None:
            self._progress(Progress(phase=phase, done=done, cost=cost, unallocated=unallocated))
