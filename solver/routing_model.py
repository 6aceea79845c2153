"""The OR-Tools routing model: every rule over some shifts and legs of a compiled day.

Here: windows on the start and the limits of a shift (hours, work, driving, span, load), refusals, breaks, what travel
costs and what leaving out does. What ties visits to one another is in `routing_ties`, the other prices in
`routing_prices`. What the model knows less exactly than the rules:

- A boat takes the longest that it can take inside the windows at both ends, so some legal crossings look impossible.
- A break may also fall in the middle of a journey; whoever reads the answer puts it at a stop.
- Waiting counts the rests at stops too; slack, the largest lateness, a client's providers, the areas of a run and the
  hours of providers have no price here.

So an answer is kept only when the checker agrees and the score falls.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np

from solver.compile import NO_LIMIT
from solver.kernel.jit import compiled as jit
from solver.routing_prices import UNIT, price_clock, price_people, price_work
from solver.routing_ties import tie
from solver.timing import UNREACHABLE, Tables, arrival, latest_departure

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from ortools.constraint_solver import pywrapcp

    from solver.compile import Compiled
    from solver.types import DayProblem


@dataclass(frozen=True, slots=True, kw_only=True)
class Area:
    """What one model decides: rows of legs and shifts of the day.

    `fixed_start_s` fixes the start of some legs; `shut_s` lists instants, both included, in which a leg may not start.
    Legs in `required` must be served, and `shifts_of` names the only shifts that may take a leg. The pairs and
    sequences in `linked` groups are held together; others start as fixed and may be half served.
    """

    legs: tuple[int, ...]
    shifts: tuple[int, ...]
    fixed_start_s: dict[int, int]
    shut_s: tuple[tuple[int, int, int], ...] = ()
    required: frozenset[int] = frozenset()
    shifts_of: dict[int, frozenset[int]] = field(default_factory=dict)
    linked: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True, eq=False)
class RoutingModel:
    """A model with its node numbers: legs first, then where each shift starts, then where each ends.

    `time`, `work` and `minutes` are its dimensions of clock and work; the last is None where balance has no price.
    """

    area: Area
    manager: pywrapcp.RoutingIndexManager
    routing: pywrapcp.RoutingModel
    time: Any
    work: Any
    minutes: Any

    def index(self, leg: int) -> int:
        """Give the model's index of a leg of the day."""
        return int(self.manager.NodeToIndex(self.area.legs.index(leg)))


def build(problem: DayProblem, compiled: Compiled, area: Area) -> RoutingModel:
    """State the area's question to OR-Tools."""
    from ortools.constraint_solver import pywrapcp  # noqa: PLC0415 - only when a model is built

    n, k = len(area.legs), len(area.shifts)
    homes = list(range(n, n + k)), list(range(n + k, n + 2 * k))
    manager = pywrapcp.RoutingIndexManager(n + 2 * k, k, *homes)
    routing = pywrapcp.RoutingModel(manager)
    arcs = _Arcs(compiled, area)
    _price_travel(routing, arcs)
    time = _hold_times(routing, manager, arcs)
    work = _limit_work(routing, arcs)
    minutes = _count_minutes(routing, arcs) if problem.weights.balance > 0 else None
    _limit_drive(routing, arcs)
    _limit_load(routing, arcs)
    model = RoutingModel(area, manager, routing, time, work, minutes)
    _offer_legs(model, compiled)
    _hold_breaks(model, compiled)
    tie(model, compiled)
    price_clock(model, problem, compiled)
    price_work(model, problem)
    price_people(model, problem, compiled)
    return model


class _Arcs:
    """The matrices of an area, rows and columns by node number."""

    def __init__(self, compiled: Compiled, area: Area) -> None:
        self.compiled, self.area = compiled, area
        self.legs, self.shifts = np.array(area.legs, np.intp), np.array(area.shifts, np.intp)
        self.n, self.k = len(self.legs), len(self.shifts)
        fixed = np.array([area.fixed_start_s.get(leg, -1) for leg in area.legs], np.int32)
        self.earliest_s = np.where(fixed < 0, compiled.earliest_s[self.legs], fixed)
        self.latest_s = np.where(fixed < 0, compiled.latest_s[self.legs], fixed)
        opens, closes = compiled.shift_earliest_s[self.shifts], compiled.shift_latest_s[self.shifts]
        self.place = np.concatenate(
            [compiled.place[self.legs], compiled.start_place[self.shifts], compiled.end_place[self.shifts]]
        )
        self.duration_s = np.concatenate([compiled.duration_s[self.legs], np.zeros(2 * self.k, np.int32)])
        self.leave_s = self.duration_s + np.concatenate([self.earliest_s, opens, closes])
        self.due_s = np.concatenate([self.latest_s, opens, closes])

    def time_s(self, mode: int) -> NDArray[np.int64]:
        """Give the time from a start to the next, service included; the longest that a boat can take."""
        travel_s = self._zeros()
        safe_matrix(self.compiled.tables, mode, self.place, (self.leave_s, self.due_s), travel_s)
        travel_s[self.n :, self.n :] = 0
        travel_s += self.duration_s[:, None]
        return travel_s

    def work_s(self, mode: int) -> NDArray[np.int64]:
        """Give the work from a start to the next: service, and travel between visits only."""
        legs = self.place[: self.n]
        work_s = self._zeros()
        work_s[: self.n, : self.n] = self.compiled.work_s[mode][np.ix_(legs, legs)]
        work_s += self.duration_s[:, None]
        return work_s

    def drive_s(self, mode: int) -> NDArray[np.int64]:
        """Give the driving from a stop to the next, homes included."""
        drive_s = self._zeros()
        drive_s += self.compiled.drive_s[mode][np.ix_(self.place, self.place)]
        drive_s[self.n :, self.n :] = 0
        return drive_s

    def price(self, shift: int) -> NDArray[np.int64]:
        """Price arcs for one shift: travel, the way from and to home, and a carer unknown to the client."""
        mode = self.compiled.mode[shift]
        price = self._zeros()
        price += self.compiled.commute_cost[mode][np.ix_(self.place, self.place)]
        legs = self.place[: self.n]
        price[: self.n, : self.n] = self.compiled.arc_cost[mode][np.ix_(legs, legs)]
        price[:, : self.n] += self.compiled.assign_cost[self.legs, shift]
        price[self.n :, self.n :] = 0
        return price

    def _zeros(self) -> NDArray[np.int64]:
        return np.zeros((len(self.place), len(self.place)), np.int64)


@jit
def safe_matrix(
    tables: Tables,
    mode: int,
    place: NDArray[np.int32],
    limits: tuple[NDArray[np.int32], NDArray[np.int32]],
    travel_s: NDArray[np.int64],
) -> None:
    """Fill in the longest that each journey can take which leaves from `limits[0]` on and is in time for `limits[1]`.

    Whoever leaves too late to be in time must see a journey that is too long, hence the first value below.
    """
    leave_from_s, due_s = limits
    for i in range(len(place)):
        for j in range(len(place)):
            origin, destination = place[i], place[j]
            road_s = int(tables.road_s[mode, origin, destination])
            first = tables.boat_first[mode, origin, destination]
            count = tables.boat_count[mode, origin, destination]
            last_s = latest_departure(tables, mode, origin, destination, due_s[j])
            if count == 0:
                travel_s[i, j] = road_s
            elif last_s < leave_from_s[i]:
                travel_s[i, j] = UNREACHABLE
            else:
                longest_s = due_s[j] - last_s
                longest_s = max(
                    longest_s, arrival(tables, mode, origin, destination, leave_from_s[i]) - leave_from_s[i]
                )
                for journey in range(first, first + count):
                    leave_s = tables.boat_leave_s[journey] + 1
                    if leave_from_s[i] <= leave_s <= last_s:
                        longest_s = max(longest_s, arrival(tables, mode, origin, destination, leave_s) - leave_s)
                travel_s[i, j] = min(longest_s, road_s)


def _price_travel(routing: pywrapcp.RoutingModel, arcs: _Arcs) -> None:
    """Give shifts that price alike the same evaluator; matrices, because Python callbacks are slow."""
    evaluators: dict[bytes, int] = {}
    for vehicle, shift in enumerate(arcs.area.shifts):
        matrix = arcs.price(shift)
        key = matrix.tobytes()
        if key not in evaluators:
            evaluators[key] = routing.RegisterTransitMatrix((UNIT * matrix).tolist())
        routing.SetArcCostEvaluatorOfVehicle(evaluators[key], vehicle)


def _hold_times(routing: pywrapcp.RoutingModel, manager: pywrapcp.RoutingIndexManager, arcs: _Arcs) -> Any:  # noqa: ANN401
    """Hold start windows and shift windows; return the dimension of time."""
    compiled, area = arcs.compiled, arcs.area
    modes = compiled.mode[arcs.shifts]
    evaluators = {
        int(mode): routing.RegisterTransitMatrix(arcs.time_s(int(mode)).tolist()) for mode in np.unique(modes)
    }
    horizon_s = int(compiled.shift_latest_s.max())
    routing.AddDimensionWithVehicleTransits([evaluators[int(m)] for m in modes], horizon_s, horizon_s, False, "time")
    time = routing.GetDimensionOrDie("time")
    for vehicle, shift in enumerate(area.shifts):
        for index in (routing.Start(vehicle), routing.End(vehicle)):
            time.CumulVar(index).SetRange(int(compiled.shift_earliest_s[shift]), int(compiled.shift_latest_s[shift]))
        if compiled.max_span_s[shift] < NO_LIMIT:
            time.SetSpanUpperBoundForVehicle(int(compiled.max_span_s[shift]), vehicle)
    for node, leg in enumerate(area.legs):
        begin = time.CumulVar(manager.NodeToIndex(node))
        begin.SetRange(int(arcs.earliest_s[node]), int(arcs.latest_s[node]))
        rows = slice(compiled.window_first[leg], compiled.window_first[leg] + compiled.window_count[leg])
        for (_, closes_s), (opens_s, _) in pairwise(compiled.windows[rows].tolist()):
            begin.RemoveInterval(closes_s + 1, opens_s - 1)
    for leg, from_s, until_s in area.shut_s:
        time.CumulVar(manager.NodeToIndex(area.legs.index(leg))).RemoveInterval(from_s, until_s)
    return time


def _limit_work(routing: pywrapcp.RoutingModel, arcs: _Arcs) -> Any:  # noqa: ANN401
    """Limit contact plus travel between visits; return the dimension of work."""
    modes = arcs.compiled.mode[arcs.shifts]
    evaluators = {
        int(mode): routing.RegisterTransitMatrix(arcs.work_s(int(mode)).tolist()) for mode in np.unique(modes)
    }
    limits_s = [int(limit_s) for limit_s in arcs.compiled.max_work_s[arcs.shifts]]
    routing.AddDimensionWithVehicleTransitAndCapacity([evaluators[int(m)] for m in modes], 0, limits_s, True, "work")
    return routing.GetDimensionOrDie("work")


def _count_minutes(routing: pywrapcp.RoutingModel, arcs: _Arcs) -> Any:  # noqa: ANN401
    """Count work in whole minutes, so that its square has a price in whole numbers; return the dimension."""
    modes = arcs.compiled.mode[arcs.shifts]
    evaluators = {
        int(mode): routing.RegisterTransitMatrix(np.rint(arcs.work_s(int(mode)) / 60).astype(np.int64).tolist())
        for mode in np.unique(modes)
    }
    routing.AddDimensionWithVehicleTransits([evaluators[int(m)] for m in modes], 0, NO_LIMIT, True, "minutes")
    return routing.GetDimensionOrDie("minutes")


def _limit_drive(routing: pywrapcp.RoutingModel, arcs: _Arcs) -> None:
    """Limit all driving, also from and to home, where any shift asks for it."""
    limits_s = [int(limit_s) for limit_s in arcs.compiled.max_drive_s[arcs.shifts]]
    if min(limits_s) == NO_LIMIT:
        return
    modes = arcs.compiled.mode[arcs.shifts]
    evaluators = {
        int(mode): routing.RegisterTransitMatrix(arcs.drive_s(int(mode)).tolist()) for mode in np.unique(modes)
    }
    routing.AddDimensionWithVehicleTransitAndCapacity([evaluators[int(m)] for m in modes], 0, limits_s, True, "drive")


def _limit_load(routing: pywrapcp.RoutingModel, arcs: _Arcs) -> None:
    """Limit the sum of the visits' loads, where any shift asks for it."""
    limits = [int(limit) for limit in arcs.compiled.capacity[arcs.shifts]]
    if min(limits) < NO_LIMIT:
        loads = [*arcs.compiled.load[arcs.legs].tolist(), *[0] * (2 * arcs.k)]
        routing.AddDimensionWithVehicleCapacity(routing.RegisterUnaryTransitVector(loads), 0, limits, True, "load")


def _offer_legs(model: RoutingModel, compiled: Compiled) -> None:
    """Let each leg go only to shifts that do not refuse it, or to none at its price."""
    area = model.area
    for leg in area.legs:
        index = model.index(leg)
        allowed = area.shifts_of.get(leg, frozenset(area.shifts))
        willing = [
            vehicle
            for vehicle, shift in enumerate(area.shifts)
            if not compiled.refusal[leg, shift] and shift in allowed
        ]
        optional = leg not in area.required
        model.routing.VehicleVar(index).SetValues([-1, *willing] if optional else willing)
        if optional:
            model.routing.AddDisjunction([index], UNIT * int(compiled.unplaced_cost[leg]))


def _hold_breaks(model: RoutingModel, compiled: Compiled) -> None:
    """Make each run that has visits contain its breaks, before it is home again."""
    routing, solver, n = model.routing, model.routing.solver(), len(model.area.legs)
    nodes = [model.manager.IndexToNode(index) for index in range(routing.Size())]
    busy_s = [int(compiled.duration_s[model.area.legs[node]]) if node < n else 0 for node in nodes]
    for vehicle, shift in enumerate(model.area.shifts):
        rests = []
        first = int(compiled.break_first[shift])
        for row in range(first, first + int(compiled.break_count[shift])):
            opens_s = max(int(compiled.break_earliest_s[row]), int(compiled.shift_earliest_s[shift]))
            closes_s, length_s = int(compiled.break_latest_s[row]), int(compiled.break_duration_s[row])
            rest = solver.FixedDurationIntervalVar(opens_s, closes_s, length_s, False, f"break {row}")
            solver.Add(rest.EndExpr() <= model.time.CumulVar(routing.End(vehicle)))
            rests.append(rest)
        if rests:
            model.time.SetBreakIntervalsOfVehicle(rests, vehicle, busy_s)
