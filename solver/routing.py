"""The OR-Tools engine: whole small areas, a few carers' runs again, and the polish of a large plan region by region.

Its answer is never trusted: runs are timed again exactly, breaks are put at stops, and a new set of runs is kept only
when it is legal and costs less, providers' hours included. Callbacks into Python are not used at all: they are slow,
and one that holds the model keeps it in memory for ever.
"""

from __future__ import annotations

from dataclasses import dataclass
from random import Random
from typing import TYPE_CHECKING

import numpy as np

from solver.routing_model import Area, RoutingModel, build
from solver.sequences import Sequences, legs_of, nobody_works, plan_cost, unserved_legs, with_breaks

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from solver.compile import Compiled

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


@dataclass(frozen=True, slots=True, kw_only=True)
class PolishSettings:
    """How large a region is, how many are tried, and how hard.

    Measured after the compiled search on 300 visits and 50 carers: 10, 30 and 150 solutions a region end with the same
    cost, at 0.1, 0.3 and 1.1 seconds a region, so many light tries beat few heavy ones.
    """

    regions: int = 20
    n_shifts: int = 5
    max_legs: int = 50
    n_unserved: int = 6
    effort: Effort = Effort(solutions=20, seconds=5.0)
    seed: int = 1


def solve_routing(
    compiled: Compiled,
    *,
    start: Sequences | None = None,
    effort: Effort | None = None,
    shifts: Sequence[int] | None = None,
    legs: Sequence[int] | None = None,
) -> Sequences:
    """Make the runs of some shifts anew (all, unless told), from `start` or from nothing.

    `legs` are the unserved legs that may join (all, unless told); visits that other shifts serve stay there. From
    nothing, the carers of a pair are sent at the centre of its window first, and free to start at another common time
    in a second search; each then gets half of the effort.
    """
    current = start or nobody_works(compiled)
    effort = effort or Effort()
    twice = start is None and bool((compiled.mate >= 0).any())
    if twice:
        effort = Effort(solutions=-(-effort.solutions // 2), seconds=effort.seconds / 2)
    within = tuple(range(len(compiled.mode))) if shifts is None else tuple(shifts)
    unserved = unserved_legs(compiled, current)
    joining = unserved if legs is None else [leg for leg in unserved if leg in set(legs)]
    found = replan(compiled, current, within, joining, effort=effort)
    if twice:
        left = [leg for leg in unserved_legs(compiled, found) if leg in set(joining)]
        found = replan(compiled, found, within, left, effort=effort)
    return found


def polish(
    compiled: Compiled,
    sequences: Sequences,
    *,
    settings: PolishSettings | None = None,
    keep_going: Callable[[], bool] = lambda: True,
) -> Sequences:
    """Make the runs of a few neighbouring shifts anew, region after region; never dearer than what is given.

    `keep_going` is asked before each region, so that the caller's clock can end the polish early.
    """
    settings = settings or PolishSettings()
    rng = Random(settings.seed)
    for _ in range(settings.regions):
        if not keep_going():
            break
        shifts, joining = _region(compiled, sequences, rng, settings)
        sequences = replan(compiled, sequences, shifts, joining, effort=settings.effort)
    return sequences


def replan(
    compiled: Compiled, current: Sequences, shifts: Iterable[int], joining: Iterable[int], *, effort: Effort
) -> Sequences:
    """Make the runs of some shifts anew with the unserved legs in `joining`; the current plan when nothing is better.

    A leg of a pair whose other carer is outside keeps its start and must be served. Also returns the current plan when
    the model cannot state it, which happens where a boat takes less than the longest that it can take.
    """
    within = tuple(shift for shift in shifts if _can_rest(compiled, shift))
    area = _area(compiled, current, within, set(joining))
    if not area.legs or not area.shifts:
        return current
    found = _search(build(compiled, area), [legs_of(compiled, current.nodes[shift]) for shift in within], effort)
    nodes = None if found is None else _legal_runs(compiled, area, *found)
    if found is None or nodes is None:
        return current
    placed = {leg for run in nodes.values() for leg in run}
    starts = {leg: at for leg, at in current.start_s.items() if leg not in area.legs}
    starts |= {leg: at for leg, at in found[1].items() if leg in placed and compiled.mate[leg] >= 0}
    new = Sequences(tuple(nodes.get(shift, run) for shift, run in enumerate(current.nodes)), starts)
    return new if plan_cost(compiled, new) < plan_cost(compiled, current) else current


def _can_rest(compiled: Compiled, shift: int) -> bool:
    """Tell whether each break of a shift fits into it; the model of a shift where one does not has no answer at all."""
    rows = slice(compiled.break_first[shift], compiled.break_first[shift] + compiled.break_count[shift])
    begins_s = np.maximum(compiled.break_earliest_s[rows], compiled.shift_earliest_s[shift])
    ends_s = begins_s + compiled.break_duration_s[rows]
    return bool(np.all(begins_s <= compiled.break_latest_s[rows]) and np.all(ends_s <= compiled.shift_latest_s[shift]))


def _area(compiled: Compiled, current: Sequences, shifts: tuple[int, ...], joining: set[int]) -> Area:
    """Choose the legs of a model: what the shifts serve, and those joining that one of the shifts may take."""
    served = {leg for shift in shifts for leg in legs_of(compiled, current.nodes[shift])}
    willing = (compiled.refusal[:, list(shifts)] == 0).any(axis=1)
    new = {leg for leg in joining if willing[leg] and (compiled.mate[leg] < 0 or int(compiled.mate[leg]) in joining)}
    fixed, linked, required = {}, [], set()
    for leg in sorted(served | new):
        mate = int(compiled.mate[leg])
        if mate < 0:
            continue
        if leg in new:
            fixed[leg] = int(compiled.earliest_s[leg] + compiled.latest_s[leg]) // 2
        elif mate not in served:
            fixed[leg] = current.start_s[leg]
            required.add(leg)
        elif leg < mate:
            linked.append((leg, mate))
    return Area(
        legs=tuple(sorted(served | new)),
        shifts=shifts,
        fixed_start_s=fixed,
        linked=tuple(linked),
        required=frozenset(required),
    )


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


def _legal_runs(
    compiled: Compiled, area: Area, runs: dict[int, list[int]], start_s: Mapping[int, int]
) -> dict[int, tuple[int, ...]] | None:
    """Put breaks at stops; give up legs that then fit no more, and half-served pairs.

    None when a leg that is required no longer fits.
    """
    common = {leg: at for leg, at in start_s.items() if compiled.mate[leg] >= 0}
    halves = [leg for leg in common if int(compiled.mate[leg]) not in common and leg not in area.required]
    _give_up(compiled, runs, halves)
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
        waiting += [shift, *_give_up(compiled, runs, [given_up])]
    return nodes


def _give_up(compiled: Compiled, runs: dict[int, list[int]], legs: Iterable[int]) -> list[int]:
    """Take legs and their mates out of all runs; return the shifts that lose one."""
    gone = {other for leg in legs for other in (leg, int(compiled.mate[leg]))}
    losers = [shift for shift, run in runs.items() if gone & set(run)]
    for shift in losers:
        runs[shift] = [leg for leg in runs[shift] if leg not in gone]
    return losers


def _region(
    compiled: Compiled, sequences: Sequences, rng: Random, settings: PolishSettings
) -> tuple[list[int], list[int]]:
    """Draw a leg (half the time one that nobody serves) and take the nearest shifts, an idle one and unserved legs."""
    unserved = unserved_legs(compiled, sequences)
    seed = rng.choice(unserved) if unserved and rng.random() < 0.5 else rng.randrange(len(compiled.place))
    near = _nearest(compiled, seed)
    shift_of = {node: shift for shift, nodes in enumerate(sequences.nodes) for node in nodes}
    size = {shift: len(legs_of(compiled, nodes)) for shift, nodes in enumerate(sequences.nodes)}
    shifts: list[int] = []
    for shift in dict.fromkeys(shift_of[leg] for leg in near if leg in shift_of):
        if len(shifts) == settings.n_shifts or sum(size[s] for s in [*shifts, shift]) > settings.max_legs:
            break
        shifts.append(shift)
    idle = [shift for shift, nodes in enumerate(sequences.nodes) if not nodes and not compiled.refusal[seed, shift]]
    home = compiled.commute_cost[compiled.mode, compiled.start_place, compiled.place[seed]]
    shifts += sorted(idle, key=lambda shift: (home[shift], shift))[:1]
    joining = [leg for leg in near if leg in set(unserved)][: settings.n_unserved]
    return shifts, joining + [int(compiled.mate[leg]) for leg in joining if int(compiled.mate[leg]) in set(unserved)]


def _nearest(compiled: Compiled, seed: int) -> list[int]:
    """Order all legs by travel from one, with a fifth of the hours between them beyond the first."""
    travel = compiled.arc_cost[:, compiled.place[seed], compiled.place].min(axis=0).astype(np.int64)
    middle_s = (compiled.earliest_s.astype(np.int64) + compiled.latest_s) // 2
    apart_s = np.maximum(np.abs(middle_s - middle_s[seed]) - 3600, 0)
    return [int(leg) for leg in np.argsort(travel + apart_s // 5, kind="stable")]
