"""Plans a day. `solve` reads top to bottom like the recipe; what each step does is in the module of its name."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Literal

from solver.areas_in_parallel import first_plan, search_areas
from solver.check import check
from solver.clock_search import needs_exact_clocks, search_clocks
from solver.compile import compile_problem
from solver.compile_clock import lower_clock
from solver.errors import InvalidProblem
from solver.explain import explain_all
from solver.realise import Timer, unfinished
from solver.retime import retime
from solver.routing import Effort, solve_routing
from solver.score import score
from solver.sequences import nobody_works, plan_cost, unserved_legs
from solver.types import Search
from solver.validate import faults
from solver.warm_start import legal_part
from solver.watch import Moment, Watch

if TYPE_CHECKING:
    from collections.abc import Callable

    from solver.crew import Crew
    from solver.sequences import Sequences
    from solver.types import DayPlan, DayProblem, Limits, Progress, Run

Engine = Literal["mixed", "kernel", "ortools"]
"""Who searches: the compiled search alone, OR-Tools alone, or the one polished by the other."""

GUARD_SECONDS = 600.0
"""When the routing model gives up where only iterations are bounded."""


def solve(  # noqa: PLR0913 - all but the first two are for callers with a wish of their own
    problem: DayProblem,
    limits: Limits,
    *,
    start: DayPlan | None = None,
    progress: Callable[[Progress], None] | None = None,
    cancelled: Callable[[], bool] | None = None,
    engine: Engine = "mixed",
    crew: Crew | None = None,
) -> DayPlan:
    """Plan a day; when cancelled, give the best plan so far. Never worse than `start` where that is legal.

    `start` may be any plan: what is legal of it is kept. Progress holds the best plan so far, each second at most.
    Bounded by iterations alone, the same input gives the same plan, in any number of processes, and when a `crew`
    searches the areas. Raises InvalidProblem.
    """
    if found := faults(problem):
        raise InvalidProblem(found)
    watch = Watch(limits, progress, cancelled, crew=crew)
    compiled = compile_problem(problem)
    timer = Timer(problem, compiled)
    sequences = legal_part(problem, compiled, start) if start else nobody_works(compiled)
    if not watch.cancelled():
        sequences = _search(timer, sequences, watch, engine)
    if engine != "kernel" and not watch.cancelled():
        sequences = retime(problem, compiled, sequences) or sequences
    plan = _with_reasons(problem, timer.plan(sequences).runs, watch)
    if start is not None and not check(problem, start) and score(problem, start).total <= score(problem, plan).total:
        plan = _with_reasons(problem, start.runs, watch)
    watch.report(_moment(timer, sequences, ("done", 1.0)))
    search = Search(
        engine=engine,
        iterations=watch.iterations,
        wall_s=watch.wall_s,
        cost=score(problem, plan).total,
        areas=watch.areas,
    )
    return replace(plan, search=search)


def _search(timer: Timer, start: Sequences, watch: Watch, engine: Engine) -> Sequences:
    """Search with the engine asked for, from what is legal of the plan at the start."""
    problem, compiled = timer.problem, timer.compiled
    if engine == "ortools":
        warm = start if any(start.nodes) else None
        solutions = 10**6 if watch.limits.iterations is None else watch.limits.iterations
        effort = Effort(solutions=solutions, seconds=watch.limits.seconds or GUARD_SECONDS)
        return solve_routing(problem, compiled, start=warm, effort=effort)
    prices = lower_clock(problem, compiled.leg_visit)
    if needs_exact_clocks(compiled, prices):
        return search_clocks(timer, prices, start, watch)
    sequences = first_plan(compiled, start, watch.limits.seed)
    watch.report(_moment(timer, sequences, ("first plan", 0.0)))
    return search_areas(timer, sequences, watch, polished=engine == "mixed")


def _moment(timer: Timer, sequences: Sequences, reached: tuple[str, float]) -> Moment:
    return Moment(
        *reached,
        cost=plan_cost(timer.compiled, sequences),
        unserved=len(unserved_legs(timer.compiled, sequences)),
        plan=lambda: timer.plan(sequences),
    )


def _with_reasons(problem: DayProblem, runs: tuple[Run, ...], watch: Watch) -> DayPlan:
    """Say of every visit in no run why, unless nobody wants to wait for it."""
    plan = unfinished(problem, runs)
    if watch.cancelled():
        return plan
    left_out = [visit.visit for visit in plan.unallocated]
    return replace(plan, unallocated=explain_all(problem, left_out, replace(plan, unallocated=())))
