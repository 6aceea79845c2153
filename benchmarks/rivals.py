"""Other open engines on our records: PyVRP and VROOM, each in its best known setting, one thread.

They get the day as far as they can state it, and their runs are timed, checked and priced like ours.
"""

from __future__ import annotations

import time
from collections import defaultdict
from datetime import timedelta
from importlib import import_module
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from solver.compile import Refusal, compile_problem
from solver.realise import realise
from solver.sequences import Sequences, with_breaks
from solver.types import DayPlan, Reason, Unallocated

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from numpy.typing import NDArray

    from solver.compile import Compiled
    from solver.types import DayProblem

PRIZE = 20_000
"""What PyVRP is offered for a visit: more than any detour costs. Measured: with 100,000 it searches worse."""

ENOUGH = 0.9
"""A rival on the wall's clock has had its time with this part of its processor seconds."""
REFUSED = 10_000_000
"""A way that PyVRP will not go."""

EXPLORATION = 5
"""VROOM's most thorough level."""


NEEDS = Refusal.PROVIDER | Refusal.SKILL | Refusal.BARRED | Refusal.LOCKED
"""What is refused for who the carer is."""


class Answer(NamedTuple):
    """A plan, and the processor seconds to the first one where the engine tells."""

    plan: DayPlan
    first_plan_s: float | None


class NotExpressible(Exception):
    """A rival cannot state the day."""


def pyvrp(problem: DayProblem, seconds: float, seed: int) -> Answer:
    """Plan with PyVRP. Raises NotExpressible."""
    compiled = _expressible(problem, breaks=False)
    library = _library("pyvrp")
    search = _library("pyvrp.solve")
    callbacks = _library("pyvrp.IteratedLocalSearch")
    kinds = _kinds(compiled)
    stop = _ProcessorTime(seconds)
    first: list[float] = []

    class _First(callbacks.IteratedLocalSearchCallbacks):  # type: ignore[misc, name-defined]
        def on_best(self, best: Any) -> None:  # noqa: ANN401
            if best.is_feasible() and not first:
                first.append(stop.used_s)

    parameters = search.SolveParams(ils=callbacks.IteratedLocalSearchParams(callbacks=_First()))
    result = search.solve(_pyvrp_data(problem, compiled, kinds, library), stop, seed, params=parameters, display=False)
    free = [list(shifts) for shifts in kinds]
    runs: dict[int, list[int]] = {}
    for route in result.best.routes() if result.best.is_feasible() else ():
        runs[free[route.vehicle_type()].pop(0)] = [visit.idx for visit in route if visit.is_client()]
    return Answer(_plan(problem, compiled, runs), first[0] if first else None)


def vroom(problem: DayProblem, seconds: float, seed: int) -> Answer:
    """Plan with VROOM, which has no seed and may take longer than asked. Raises NotExpressible.

    Its clock is the wall's: where other work kept it from the processor, it plans again for as long as its share needs.
    """
    del seed
    compiled = _expressible(problem, breaks=True)
    asked_s = seconds
    while True:
        began_s, began_cpu_s = time.monotonic(), time.process_time()
        model, limit = _vroom_model(problem, compiled), timedelta(seconds=asked_s)
        found = model.solve(exploration_level=EXPLORATION, nb_threads=1, timeout=limit).routes
        used_s = time.process_time() - began_cpu_s
        if used_s >= ENOUGH * seconds or time.monotonic() - began_s < ENOUGH * asked_s:
            break
        asked_s *= seconds / used_s
    runs: dict[int, list[int]] = defaultdict(list)
    for row, kind, leg in zip(found["vehicle_id"], found["type"], found["id"], strict=True):
        if kind == "job":
            runs[int(row)].append(int(leg))
    return Answer(_plan(problem, compiled, runs), None)


def _vroom_model(problem: DayProblem, compiled: Compiled) -> Any:  # noqa: ANN401 - the library is optional
    library = _library("vroom")
    model = library.Input()
    model.set_durations_matrix("car", compiled.road_s[0].astype(np.uint32))
    may = _skill_sets(compiled)
    for row, shift in enumerate(problem.shifts):
        window = (int(compiled.shift_earliest_s[row]), int(compiled.shift_latest_s[row]))
        rests = [
            library.Break(number, [(rest.window.earliest_s, rest.window.latest_s)], rest.duration_s)
            for number, rest in enumerate(shift.breaks, start=1)
        ]
        model.add_vehicle(
            library.Vehicle(
                row,
                start=int(compiled.start_place[row]),
                end=int(compiled.end_place[row]),
                capacity=[] if shift.capacity is None else [shift.capacity],
                time_window=window,
                skills=may.of_shift[row],
                breaks=rests,
            )
        )
    for leg, visit in enumerate(problem.visits):
        model.add_job(
            library.Job(
                leg,
                location=int(compiled.place[leg]),
                delivery=[visit.load] if problem.shifts[0].capacity is not None else [],
                default_service=visit.duration_s,
                skills={may.of_leg[leg]},
                time_windows=[(visit.window.earliest_s, visit.window.latest_s)],
            )
        )
    return model


RIVALS: Mapping[str, Callable[[DayProblem, float, int], Answer]] = {"pyvrp": pyvrp, "vroom": vroom}
"""The rivals by the name of their row."""


class _ProcessorTime:
    """Stops PyVRP after seconds of processor time."""

    def __init__(self, seconds: float) -> None:
        self.seconds, self.began = seconds, time.process_time()

    @property
    def used_s(self) -> float:
        return time.process_time() - self.began

    def __call__(self, best_cost: float) -> bool:
        del best_cost
        return self.used_s > self.seconds

    def fraction_remaining(self) -> float:
        """Tell the engine how much is left; its annealing follows that."""
        return max(0.0, 1.0 - self.used_s / self.seconds)


class _Skills(NamedTuple):
    """A number for each set of shifts that some leg may go to: by leg, and all those of a shift."""

    of_leg: list[int]
    of_shift: list[set[int]]


def _library(name: str) -> Any:  # noqa: ANN401
    try:
        return import_module(name)
    except ImportError as error:
        raise SystemExit(f"{name} is not installed: rivals need the dependency group `bench`.") from error


def _expressible(problem: DayProblem, *, breaks: bool) -> Compiled:
    """Lower the day; refuse what no rival can state."""
    compiled = compile_problem(problem)
    if any(visit.carers_needed > 1 for visit in problem.visits):
        raise NotExpressible("double-handed visits")
    if len(compiled.modes) != 1 or compiled.boat_leave_s.size:
        raise NotExpressible("several modes or boats")
    if not breaks and len(compiled.break_duration_s):
        raise NotExpressible("breaks")
    if (compiled.max_work_s < compiled.shift_latest_s - compiled.shift_earliest_s).any():
        raise NotExpressible("a limit on work within the shift")
    return compiled


def _skill_sets(compiled: Compiled) -> _Skills:
    _, of_leg = np.unique(_basic_refusal(compiled), axis=0, return_inverse=True)
    of_shift: list[set[int]] = [set() for _ in compiled.mode]
    for number, leg in dict(zip(of_leg.tolist(), range(len(of_leg)), strict=True)).items():
        for row in np.flatnonzero(~_basic_refusal(compiled)[leg]).tolist():
            of_shift[row].add(number)
    return _Skills(of_leg.tolist(), of_shift)


def _basic_refusal(compiled: Compiled) -> NDArray[np.bool_]:
    """Tell (L, S) who may not serve for who they are: hours and distance the rivals find out themselves."""
    return (compiled.refusal & np.uint32(NEEDS)) != 0


def _kinds(compiled: Compiled) -> list[list[int]]:
    """Group the shifts that are alike."""
    refusal = _basic_refusal(compiled)
    alike: dict[tuple[object, ...], list[int]] = defaultdict(list)
    for row in range(len(compiled.mode)):
        columns = (compiled.start_place, compiled.end_place, compiled.shift_earliest_s, compiled.shift_latest_s)
        alike[(*(int(column[row]) for column in columns), refusal[:, row].tobytes())].append(row)
    return list(alike.values())


def _pyvrp_data(problem: DayProblem, compiled: Compiled, kinds: Sequence[Sequence[int]], library: Any) -> Any:  # noqa: ANN401
    """State the day with one location for each leg, since what a carer may not serve is a way not to be gone."""
    legs, refusal = len(compiled.place), _basic_refusal(compiled)
    homes = sorted({int(p) for p in (*compiled.start_place, *compiled.end_place)})
    rows = np.concatenate([compiled.place, homes])
    road_s = compiled.road_s[0][np.ix_(rows, rows)].astype(np.int64)
    profiles: dict[bytes, int] = {}
    matrices, vehicles = [], []
    for shifts in kinds:
        row = shifts[0]
        key = refusal[:, row].tobytes()
        if key not in profiles:
            profiles[key] = len(matrices)
            barred, matrix = np.flatnonzero(refusal[:, row]), road_s.copy()
            matrix[:, barred] = matrix[barred, :] = REFUSED
            np.fill_diagonal(matrix, 0)
            matrices.append(matrix)
        capacity = problem.shifts[row].capacity
        vehicles.append(
            library.VehicleType(
                len(shifts),
                [] if capacity is None else [capacity],
                homes.index(int(compiled.start_place[row])),
                homes.index(int(compiled.end_place[row])),
                tw_early=int(compiled.shift_earliest_s[row]),
                tw_late=int(compiled.shift_latest_s[row]),
                unit_distance_cost=1,
                profile=profiles[key],
            )
        )
    loaded = problem.shifts[0].capacity is not None
    clients = [
        library.Client(
            leg,
            delivery=[visit.load] if loaded else [],
            service_duration=visit.duration_s,
            tw_early=visit.window.earliest_s,
            tw_late=visit.window.latest_s,
            prize=0 if loaded else PRIZE,
            required=loaded,
        )
        for leg, visit in enumerate(problem.visits)
    ]
    depots = [library.Depot(legs + number) for number in range(len(homes))]
    return library.ProblemData(_points(road_s, library), clients, depots, vehicles, matrices, matrices)


def _points(road_s: NDArray[np.int64], library: Any) -> list[Any]:  # noqa: ANN401
    """Give each location a position; PyVRP only draws with it."""
    return [library.Location(float(row), 0.0) for row in range(len(road_s))]


def _plan(problem: DayProblem, compiled: Compiled, runs: Mapping[int, Sequence[int]]) -> DayPlan:
    """Time a rival's runs; one whose breaks do not fit where we allow them is given up."""
    nodes = tuple(with_breaks(compiled, row, tuple(runs.get(row, ())), {}) or () for row in range(len(compiled.mode)))
    timed = realise(problem, compiled, Sequences(nodes, {}))
    placed = {stop.visit for run in timed for stop in run.stops}
    left = [visit.id for visit in problem.visits if visit.id not in placed]
    reasons = tuple(Unallocated(visit=name, reason=Reason.NOT_PLACED_IN_TIME, detail="") for name in left)
    return DayPlan(day=problem.day, runs=timed, unallocated=reasons)
