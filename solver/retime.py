"""Exact start times for fixed sequences, by CP-SAT: near to when people would like their visits, then little waiting.

No visit changes its carer or its place in a run. The two carers of a pair start together, breaks keep their windows,
and a boat is taken as it sails: each journey over water chooses the road or one departure.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from solver.sequences import Sequences, back_home_s, earliest_starts, legs_of, node_window
from solver.timing import UNREACHABLE, latest_departure

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from ortools.sat.python import cp_model

    from solver.compile import Compiled
    from solver.types import DayProblem


@dataclass(frozen=True, slots=True, kw_only=True)
class RetimeSettings:
    """`deterministic_limit` is in CP-SAT's own unit of work, for each of the two steps."""

    deterministic_limit: float = 2.0
    seed: int = 1


def retime(
    problem: DayProblem, compiled: Compiled, sequences: Sequences, *, settings: RetimeSettings | None = None
) -> Sequences | None:
    """Give the same sequences with a start for every leg: least deviation from preferred starts, then least elapsed.

    Elapsed is from leaving home to being back, over all runs. None when the limit brings nothing better than starting
    everything as early as can be.
    """
    preferred_s = {
        leg: at
        for nodes in sequences.nodes
        for leg in legs_of(compiled, nodes)
        if (at := problem.visits[compiled.leg_visit[leg]].preferred_start_s) is not None
    }
    found = _starts(compiled, sequences, preferred_s, settings or RetimeSettings())
    if found is None:
        return None
    retimed = Sequences(sequences.nodes, found)
    after = _judge(compiled, retimed, preferred_s)
    before = _judge(compiled, sequences, preferred_s)
    return retimed if after is not None and (before is None or after < before) else None


def _judge(compiled: Compiled, sequences: Sequences, preferred_s: Mapping[int, int]) -> tuple[int, int] | None:
    """Give the seconds of deviation and elapsed of a plan timed early; None when it breaks a rule."""
    deviation_s = elapsed_s = 0
    begins_s: dict[int, int] = {}
    for shift, nodes in enumerate(sequences.nodes):
        if not nodes:
            continue
        starts = earliest_starts(compiled, shift, nodes, sequences.start_s)
        if starts is None:
            return None
        at = dict(zip(nodes, starts, strict=True))
        deviation_s += sum(abs(start - preferred_s[node]) for node, start in at.items() if node in preferred_s)
        elapsed_s += _elapsed_s(compiled, shift, nodes, at)
        begins_s |= at
    mates = (
        (at, begins_s.get(int(compiled.mate[leg]), at)) for leg, at in begins_s.items() if leg < len(compiled.mate)
    )
    return (deviation_s, elapsed_s) if all(one == other for one, other in mates) else None


def _elapsed_s(compiled: Compiled, shift: int, nodes: Sequence[int], at: Mapping[int, int]) -> int:
    first = legs_of(compiled, nodes)[0]
    way = int(compiled.mode[shift]), int(compiled.start_place[shift]), int(compiled.place[first])
    leave_s = latest_departure(compiled.tables, *way, at[first])
    return back_home_s(compiled, shift, nodes, at[nodes[-1]]) - leave_s


def _starts(
    compiled: Compiled, sequences: Sequences, preferred_s: Mapping[int, int], settings: RetimeSettings
) -> dict[int, int] | None:
    """Solve twice: the deviation alone, then the elapsed time at that deviation."""
    from ortools.sat.python import cp_model  # noqa: PLC0415 - 1.75 s to import: only when a model is solved

    model = cp_model.CpModel()
    start: dict[int, cp_model.IntVar] = {}
    elapsed: list[cp_model.LinearExprT] = []
    for shift, nodes in enumerate(sequences.nodes):
        if nodes:
            elapsed.append(_state_run(model, compiled, shift, nodes, start))
    for leg in legs_of(compiled, start):
        mate = int(compiled.mate[leg])
        if mate > leg and mate in start:
            model.add(start[leg] == start[mate])
    deviation: list[cp_model.LinearExprT] = []
    for leg, at in preferred_s.items():
        off = model.new_int_var(0, UNREACHABLE, "")
        model.add_abs_equality(off, start[leg] - at)
        deviation.append(off)
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    solver.parameters.random_seed = settings.seed
    solver.parameters.max_deterministic_time = settings.deterministic_limit
    found: dict[int, int] | None = None
    for goal in (cp_model.LinearExpr.sum(deviation), cp_model.LinearExpr.sum(elapsed)):
        model.minimize(goal)
        if solver.solve(model) not in {cp_model.OPTIMAL, cp_model.FEASIBLE}:
            break
        found = {leg: solver.value(variable) for leg, variable in start.items() if leg < len(compiled.place)}
        model.add(goal <= round(solver.objective_value))
        for variable in start.values():
            model.add_hint(variable, solver.value(variable))
    return found


def _state_run(
    model: cp_model.CpModel,
    compiled: Compiled,
    shift: int,
    nodes: Sequence[int],
    start: dict[int, cp_model.IntVar],
) -> cp_model.LinearExprT:
    """State one run, add its starts to `start`, and return its elapsed time."""
    mode, here = int(compiled.mode[shift]), int(compiled.start_place[shift])
    opens_s, closes_s = int(compiled.shift_earliest_s[shift]), int(compiled.shift_latest_s[shift])
    leave = model.new_int_var(opens_s, closes_s, "")
    free: cp_model.LinearExprT = opens_s
    away = False
    for node in nodes:
        window = node_window(compiled, node)
        start[node] = model.new_int_var(window.earliest_s, window.latest_s, "")
        if node < len(compiled.place):
            there = int(compiled.place[node])
            if not away:
                model.add(leave >= free)
                free, away = leave, True
            _travel(model, compiled, (mode, here, there), free, start[node])
            here = there
        else:
            model.add(start[node] >= free)
        free = start[node] + window.duration_s
    back = model.new_int_var(opens_s, closes_s, "")
    _travel(model, compiled, (mode, here, int(compiled.end_place[shift])), free, back)
    return back - leave


def _travel(
    model: cp_model.CpModel,
    compiled: Compiled,
    way: tuple[int, int, int],
    leave: cp_model.LinearExprT,
    arrive: cp_model.IntVar,
) -> None:
    """Travel by road, or be in time for one of the day's boats."""
    road_s, first, count = (int(table[way]) for table in (compiled.road_s, compiled.boat_first, compiled.boat_count))
    if count == 0:
        model.add(arrive >= leave + road_s)
        return
    choices = []
    if road_s < UNREACHABLE:
        by_road = model.new_bool_var("")
        model.add(arrive >= leave + road_s).only_enforce_if(by_road)
        choices.append(by_road)
    for journey in range(first, first + count):
        by_boat = model.new_bool_var("")
        model.add(leave <= int(compiled.boat_leave_s[journey])).only_enforce_if(by_boat)
        model.add(arrive >= int(compiled.boat_arrive_s[journey])).only_enforce_if(by_boat)
        choices.append(by_boat)
    model.add_exactly_one(choices)
