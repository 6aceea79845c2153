"""The OR-Tools engine: whole small areas, and a few carers' runs again.

Its answer is never trusted: breaks are put at stops, times are made exact, and new runs are kept only when the checker
finds nothing and the score falls. Callbacks into Python are not used at all: they are slow, and one that holds the
model keeps it in memory for ever.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from solver.check import check
from solver.compile import compile_problem
from solver.explain import explain_all
from solver.realise import realise, sequences_of
from solver.retime import retime
from solver.routing_area import Served, area_of
from solver.routing_model import Area, RoutingModel, build
from solver.routing_ties import together
from solver.score import score
from solver.sequences import Sequences, legs_of, with_breaks
from solver.settled import with_settled_runs
from solver.types import DayPlan, Reason, Unallocated

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from solver.compile import Compiled
    from solver.types import DayProblem, Run, Weights

DEAD_ENDS = 100
"""Failures allowed for each solution. Measured: 20 legs meet 40 of them to a solution, larger areas fewer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Effort:
    """When one routing search stops: after `solutions` accepted moves (the same answer each time) or `seconds`.

    OR-Tools knows only wall time, so where the same answer is wanted `seconds` must be generous: it is then only a
    guard. A search that finds no more moves stops after 100 dead ends for each solution that it was allowed.
    """

    solutions: int = 300
    seconds: float = 10.0


QUICK = Effort(solutions=200, seconds=1.0)
"""For somebody who waits for a few carers' runs."""


class Standing(NamedTuple):
    """A plan as it stands: its timed runs by shift, how many rules it breaks, and its score."""

    sequences: Sequences
    runs: Mapping[int, Run]
    breaches: int
    cost: float

    @property
    def worth(self) -> tuple[int, float]:
        """What decides between two plans; less is better."""
        return self.breaches, round(self.cost, 3)


def standing(
    problem: DayProblem, compiled: Compiled, sequences: Sequences, known: Mapping[int, Run] | None = None
) -> Standing:
    """Time the runs that are not known yet, check the plan and price it."""
    known = known or {}
    unknown = tuple(() if shift in known else nodes for shift, nodes in enumerate(sequences.nodes))
    rows = {shift.id: row for row, shift in enumerate(problem.shifts)}
    timed = {rows[run.shift]: run for run in realise(problem, compiled, Sequences(unknown, sequences.start_s))}
    runs = {row: run for row, run in sorted({**known, **timed}.items()) if sequences.nodes[row]}
    plan = _plan(problem, runs)
    return Standing(sequences, runs, len(check(problem, plan)), score(problem, plan).total)


def solve_routing(
    problem: DayProblem,
    compiled: Compiled,
    *,
    start: Sequences | None = None,
    effort: Effort | None = None,
    shifts: Sequence[int] | None = None,
    legs: Sequence[int] | None = None,
) -> Sequences:
    """Make the runs of some shifts anew (all, unless told), from `start` or from nothing.

    `legs` are the unserved legs that may join (all, unless told); visits that other shifts serve stay there. From
    nothing, visits that must be made together begin at drawn times first, and are free to move together in a second
    search; each then gets half of the effort.
    """
    now = standing(problem, compiled, with_settled_runs(compiled, start))
    effort = effort or Effort()
    within = range(len(compiled.mode)) if shifts is None else shifts
    joining = range(len(compiled.place)) if legs is None else legs
    twice = start is None and bool(together(compiled))
    if twice:
        effort = Effort(solutions=-(-effort.solutions // 2), seconds=effort.seconds / 2)
    for _ in range(2 if twice else 1):
        now = remake(problem, compiled, now, (within, joining), effort=effort)
    return now.sequences


def replan(problem: DayProblem, plan: DayPlan, shifts: Iterable[str], *, effort: Effort = QUICK) -> DayPlan:
    """Make the runs of a few shifts anew, now; visits in no run may join, all other runs stay as they are.

    The plan that is given when nothing is better. A run that breaks a rule, as when a carer may not come any more,
    gives up the cheapest visits until it is legal; those may then join the others. Prices of change are against
    `DayProblem.before`.
    """
    compiled = compile_problem(problem)
    rows = {shift.id: row for row, shift in enumerate(problem.shifts)}
    within = [rows[shift] for shift in shifts if shift in rows]
    known = {rows[run.shift]: run for run in plan.runs if run.shift in rows and run.stops}
    now = standing(problem, compiled, sequences_of(problem, compiled, plan), known)
    if now.breaches:
        now = _repaired(problem, compiled, now, within)
    found = remake(problem, compiled, now, (within, range(len(compiled.place))), effort=effort)
    if found.breaches:
        found = min(found, _without_halves(problem, compiled, found), key=lambda each: each.worth)
    if found.runs == known:
        return plan
    bare = DayPlan(day=problem.day, runs=tuple(found.runs.values()), unallocated=())
    left_out = [item.visit for item in _plan(problem, found.runs).unallocated]
    return replace(bare, unallocated=explain_all(problem, left_out, bare))


def remake(
    problem: DayProblem,
    compiled: Compiled,
    now: Standing,
    what: tuple[Iterable[int], Iterable[int]],
    *,
    effort: Effort,
) -> Standing:
    """Make the runs of some shifts anew with unserved legs that may join; the plan as it stands when none is better.

    `what` are the shifts and the legs. Settled runs stay. Also gives the plan back when the model cannot state it,
    which happens where a boat takes less than the longest that it can take.
    """
    settled = set(compiled.pinned.tolist())
    within = tuple(shift for shift in what[0] if shift not in settled and _can_rest(compiled, shift))
    area = area_of(compiled, _served(compiled, now), within, what[1]) if within else None
    if area is None or not area.legs:
        return now
    warm = [legs_of(compiled, now.sequences.nodes[shift]) for shift in within]
    found = _search(build(problem, compiled, area), warm, effort)
    nodes = None if found is None else _legal_runs(compiled, area, *found)
    if found is None or nodes is None or all(nodes[shift] == now.sequences.nodes[shift] for shift in within):
        return now
    return min(now, _tried(problem, compiled, now, nodes, found[1]), key=lambda each: each.worth)


def _tried(
    problem: DayProblem,
    compiled: Compiled,
    now: Standing,
    nodes: Mapping[int, tuple[int, ...]],
    start_s: Mapping[int, int],
) -> Standing:
    """Put new runs into a plan; where times have a price, or those found do not fit together, at their best times."""
    outside = {leg: at for leg, at in now.sequences.start_s.items() if leg not in start_s}
    fixed = set(np.flatnonzero(compiled.tied).tolist())
    placed = {node for run in nodes.values() for node in run if node in fixed}
    sequences = Sequences(
        tuple(nodes.get(shift, run) for shift, run in enumerate(now.sequences.nodes)),
        outside | {leg: at for leg, at in start_s.items() if leg in placed},
    )
    others = {shift: run for shift, run in now.runs.items() if shift not in nodes}
    tried = standing(problem, compiled, sequences, others)
    if tried.breaches == 0 and not _clock_has_price(problem.weights):
        return tried
    better = retime(problem, compiled, sequences, shifts=nodes)
    return tried if better is None else standing(problem, compiled, better, others)


def _clock_has_price(weights: Weights) -> bool:
    return any((weights.waiting, weights.early, weights.late, weights.latest, weights.slack, weights.changed_start))


def _plan(problem: DayProblem, runs: Mapping[int, Run]) -> DayPlan:
    """Give the plan of some runs; why the others are left out is not said."""
    placed = {stop.visit for run in runs.values() for stop in run.stops}
    left_out = (visit.id for visit in problem.visits if visit.id not in placed)
    unallocated = tuple(Unallocated(visit=name, reason=Reason.NOT_PLACED_IN_TIME, detail="") for name in left_out)
    return DayPlan(day=problem.day, runs=tuple(runs.values()), unallocated=unallocated)


def _served(compiled: Compiled, now: Standing) -> Served:
    shift_of: dict[int, int] = {}
    start_s: dict[int, int] = {}
    for shift, run in now.runs.items():
        legs = legs_of(compiled, now.sequences.nodes[shift])
        shift_of |= dict.fromkeys(legs, shift)
        start_s |= {leg: stop.start_s for leg, stop in zip(legs, run.stops, strict=True)}
    return Served(shift_of, start_s)


def _repaired(problem: DayProblem, compiled: Compiled, now: Standing, shifts: Iterable[int]) -> Standing:
    """Take visits that shifts may not serve any more out of their runs."""
    runs = {
        shift: [leg for leg in legs_of(compiled, now.sequences.nodes[shift]) if not compiled.refusal[leg, shift]]
        for shift in shifts
    }
    area = Area(legs=(), shifts=tuple(runs), fixed_start_s={})
    start_s = now.sequences.start_s
    nodes = _legal_runs(compiled, area, runs, start_s) or {}
    sequences = Sequences(tuple(nodes.get(shift, run) for shift, run in enumerate(now.sequences.nodes)), start_s)
    others = {shift: run for shift, run in now.runs.items() if shift not in nodes}
    return standing(problem, compiled, sequences, others)


def _without_halves(problem: DayProblem, compiled: Compiled, now: Standing) -> Standing:
    """Take out of all runs what is made without those that belong to it."""
    groups, served = together(compiled), _served(compiled, now).shift.keys()
    runs = {shift: list(legs_of(compiled, now.sequences.nodes[shift])) for shift in now.runs}
    losers = _give_up(groups, runs, [leg for leg in served if not served >= set(groups.get(leg, ()))])
    nodes = list(now.sequences.nodes)
    for shift in losers:
        nodes[shift] = tuple(node for node in nodes[shift] if node >= len(compiled.place) or node in runs[shift])
        nodes[shift] = nodes[shift] if runs[shift] else ()
    others = {shift: run for shift, run in now.runs.items() if shift not in losers}
    return standing(problem, compiled, Sequences(tuple(nodes), now.sequences.start_s), others)


def _legal_runs(
    compiled: Compiled, area: Area, runs: dict[int, list[int]], start_s: Mapping[int, int]
) -> dict[int, tuple[int, ...]] | None:
    """Put breaks at stops; give up legs that then fit no more, and visits served without those that belong to them.

    None when a leg that is required no longer fits.
    """
    groups, fixed = together(compiled), compiled.tied
    common = {leg: at for leg, at in start_s.items() if fixed[leg]}
    served, inside = {leg for run in runs.values() for leg in run}, set(area.legs)
    whole = [leg for leg in served if inside.issuperset(groups.get(leg, ()))]
    _give_up(groups, runs, [leg for leg in whole if not served.issuperset(groups.get(leg, ()))])
    nodes: dict[int, tuple[int, ...]] = {}
    waiting = list(runs)
    while waiting:
        shift = waiting.pop()
        placed = with_breaks(compiled, shift, runs[shift], common)
        if placed is not None:
            nodes[shift] = placed
            continue
        given_up = min(set(runs[shift]) - area.required, key=lambda leg: (compiled.unplaced_cost[leg], leg), default=-1)
        if given_up < 0:
            return None
        waiting += [shift, *_give_up(groups, runs, [given_up])]
    return nodes


def _give_up(groups: Mapping[int, tuple[int, ...]], runs: dict[int, list[int]], legs: Iterable[int]) -> list[int]:
    """Take legs, and all that are made with them, out of all runs; return the shifts that lose one."""
    gone = {other for leg in legs for other in groups.get(leg, (leg,))}
    losers = [shift for shift, run in runs.items() if gone & set(run)]
    for shift in losers:
        runs[shift] = [leg for leg in runs[shift] if leg not in gone]
    return losers


def _can_rest(compiled: Compiled, shift: int) -> bool:
    """Tell whether each break of a shift fits into it; the model of a shift where one does not has no answer at all."""
    rows = slice(compiled.break_first[shift], compiled.break_first[shift] + compiled.break_count[shift])
    begins_s = np.maximum(compiled.break_earliest_s[rows], compiled.shift_earliest_s[shift])
    ends_s = begins_s + compiled.break_duration_s[rows]
    return bool(np.all(begins_s <= compiled.break_latest_s[rows]) and np.all(ends_s <= compiled.shift_latest_s[shift]))


def _search(
    model: RoutingModel, warm: Sequence[Sequence[int]], effort: Effort
) -> tuple[dict[int, list[int]], dict[int, int]] | None:
    """Search from the warm runs if there are any; return legs by shift and starts by leg."""
    from ortools.constraint_solver import pywrapcp, routing_enums_pb2  # noqa: PLC0415 - only when a model is solved
    from ortools.util import optional_boolean_pb2  # noqa: PLC0415 - the same

    parameters = pywrapcp.DefaultRoutingSearchParameters()
    parameters.first_solution_strategy = routing_enums_pb2.FirstSolutionStrategy.LOCAL_CHEAPEST_INSERTION
    parameters.local_search_metaheuristic = routing_enums_pb2.LocalSearchMetaheuristic.GUIDED_LOCAL_SEARCH
    # Measured on a home-care day of 300 visits: without this operator the same seconds give 5 % less cost.
    parameters.local_search_operators.use_relocate_expensive_chain = optional_boolean_pb2.BOOL_FALSE
    parameters.solution_limit = effort.solutions
    parameters.time_limit.FromMilliseconds(round(1000 * effort.seconds))
    routing = model.routing
    routing.CloseModelWithParameters(parameters)
    routing.AddSearchMonitor(routing.solver().FailuresLimit(DEAD_ENDS * effort.solutions))
    if any(warm):
        assignment = routing.ReadAssignmentFromRoutes([[model.index(leg) for leg in run] for run in warm], True)
        if assignment is None:
            return None
        solution = routing.SolveFromAssignmentWithParameters(assignment, parameters)
    else:
        solution = routing.SolveWithParameters(parameters)
    if solution is None:
        return None
    runs: dict[int, list[int]] = {}
    start_s: dict[int, int] = {}
    for vehicle, shift in enumerate(model.area.shifts):
        runs[shift] = []
        index = solution.Value(routing.NextVar(routing.Start(vehicle)))
        while not routing.IsEnd(index):
            leg = model.area.legs[model.manager.IndexToNode(index)]
            runs[shift].append(leg)
            start_s[leg] = solution.Min(model.time.CumulVar(index))
            index = solution.Value(routing.NextVar(index))
    return runs, start_s
