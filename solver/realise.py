"""Turns sequences into timed runs: all as early as it can be, but home is left as late as the first stop allows."""

from __future__ import annotations

from itertools import permutations
from typing import TYPE_CHECKING, NamedTuple

from solver.compile import NO_LIMIT
from solver.compile_windows import start_windows
from solver.errors import SolverError
from solver.sequences import Sequences, starts_within_span
from solver.timing import Journey, itinerary, set_out_latest
from solver.types import DayPlan, Reason, Rest, Run, Stop, Unallocated

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from solver.compile import Compiled
    from solver.types import Break, DayProblem, Shift, Travel, Visit


UNFINISHED = "The search had not finished when this plan was taken, and nothing was looked into."
"""What is said of visits in no run while the search goes on, or after it was cancelled."""

TRIED = 5
"""Of how many breaks at one stop every order is tried; more are taken by the ends of their windows."""


class Sketch(NamedTuple):
    """A run before its times: its visits in order, and after how many of them each break of the shift comes.

    Work begins at `earliest_s` or later, where that is not when the shift begins.
    """

    shift: Shift
    visits: tuple[Visit, ...]
    rests_after: tuple[int, ...]
    earliest_s: int | None = None


def realise(problem: DayProblem, compiled: Compiled, sequences: Sequences) -> tuple[Run, ...]:
    """Give the timed runs of the shifts that have visits. Nothing is judged here: `check` does that."""
    n_legs = len(compiled.place)
    start_s = {problem.visits[compiled.leg_visit[leg]].id: at for leg, at in sequences.start_s.items()}
    runs = []
    for row, nodes in enumerate(sequences.nodes):
        legs = [node for node in nodes if node < n_legs]
        if not legs:
            continue
        shift, first = problem.shifts[row], n_legs + int(compiled.break_first[row])
        after = {node: sum(leg < n_legs for leg in nodes[:k]) for k, node in enumerate(nodes) if node >= n_legs}
        sketch = Sketch(
            shift=shift,
            visits=tuple(problem.visits[compiled.leg_visit[leg]] for leg in legs),
            rests_after=tuple(after[first + k] for k in range(len(shift.breaks))),
            earliest_s=int(compiled.shift_earliest_s[row]),
        )
        runs.append(timed_run(problem.travel, sketch, start_s | _spanned(problem, compiled, sequences, row)))
    return tuple(runs)


class Timer:
    """Times plans that differ in some runs only: a run as the last plan had it is not timed again."""

    def __init__(self, problem: DayProblem, compiled: Compiled) -> None:
        self.problem, self.compiled = problem, compiled
        self._rows = {shift.id: row for row, shift in enumerate(problem.shifts)}
        self._last: dict[int, tuple[object, Run]] = {}

    def plan(self, sequences: Sequences) -> DayPlan:
        """Give the plan; why visits are in no run is not looked into."""
        at = sequences.start_s
        as_planned = {
            row: (nodes, tuple(at.get(node) for node in nodes)) for row, nodes in enumerate(sequences.nodes) if nodes
        }
        known = {row: run for row, (before, run) in self._last.items() if as_planned.get(row) == before}
        new = tuple(() if row in known else nodes for row, nodes in enumerate(sequences.nodes))
        timed = {self._rows[run.shift]: run for run in realise(self.problem, self.compiled, Sequences(new, at))}
        runs = dict(sorted((known | timed).items()))
        self._last = {row: (as_planned[row], run) for row, run in runs.items()}
        return unfinished(self.problem, tuple(runs.values()))


def unfinished(problem: DayProblem, runs: tuple[Run, ...]) -> DayPlan:
    """Make a plan of timed runs; why the other visits are in none is not looked into."""
    placed = {stop.visit for run in runs for stop in run.stops}
    left_out = tuple(
        Unallocated(visit=visit.id, reason=Reason.NOT_PLACED_IN_TIME, detail=UNFINISHED)
        for visit in problem.visits
        if visit.id not in placed
    )
    return DayPlan(day=problem.day, runs=runs, unallocated=left_out)


def _spanned(problem: DayProblem, compiled: Compiled, sequences: Sequences, row: int) -> dict[str, int]:
    """Give the starts that keep the span of a shift which limits it, where there are any."""
    nodes = sequences.nodes[row]
    if compiled.max_span_s[row] == NO_LIMIT:
        return {}
    starts = starts_within_span(compiled, row, nodes, sequences.start_s)
    timed = zip(nodes, starts or (), strict=False)
    return {problem.visits[compiled.leg_visit[node]].id: at for node, at in timed if node < len(compiled.place)}


def sequences_of(problem: DayProblem, compiled: Compiled, plan: DayPlan) -> Sequences:
    """Read a plan back into sequences; runs and visits that the problem does not know are left out."""
    rows = {shift.id: row for row, shift in enumerate(problem.shifts)}
    free: dict[str, list[int]] = {visit.id: [] for visit in problem.visits}
    for leg, visit in enumerate(compiled.leg_visit.tolist()):
        free[problem.visits[visit].id].append(leg)
    nodes: list[tuple[int, ...]] = [()] * len(problem.shifts)
    start_s: dict[int, int] = {}
    tied = compiled.tied
    for run in plan.runs:
        if run.shift not in rows:
            continue
        row = rows[run.shift]
        order: list[int] = []
        breaks = range(compiled.break_first[row], len(compiled.break_duration_s))
        rests = sorted(zip(run.rests, breaks, strict=False), key=lambda each: each[0].start_s)
        for number in range(len(run.stops) + 1):
            if number > 0 and free.get(run.stops[number - 1].visit):
                legs = free[run.stops[number - 1].visit]
                order.append(min(legs, key=lambda leg: _unlikely(compiled, leg, row)))
                legs.remove(order[-1])
                start_s[order[-1]] = run.stops[number - 1].start_s
            order += [len(compiled.place) + due for rest, due in rests if rest.after_stop == number]
        nodes[row] = tuple(order)
    return Sequences(nodes=tuple(nodes), start_s={leg: at for leg, at in start_s.items() if tied[leg]})


def _unlikely(compiled: Compiled, leg: int, shift: int) -> tuple[bool, bool, int]:
    """Rank the legs of a visit for a run: the one settled there first, the one settled elsewhere last."""
    return bool(compiled.pinned[leg] not in {shift, -1}), bool(compiled.pinned[leg] != shift), leg


def timed_run(travel: Travel, sketch: Sketch, start_s: Mapping[str, int]) -> Run:
    """Time one run; visits in `start_s` begin just then, the others as soon as they can."""
    shift, here = sketch.shift, sketch.shift.start_place
    set_out_s = shift.window.earliest_s if sketch.earliest_s is None else sketch.earliest_s
    rests: dict[int, Rest] = {}
    stops: list[Stop] = []
    leave_home_s = set_out_s
    for number, visit in enumerate(sketch.visits):
        set_out_s = _rest(sketch, number, set_out_s, rests)
        journey = _journey(travel, shift, (here, visit.place), set_out_s)
        begin_s = _begin(visit, max(journey.arrive_s, start_s.get(visit.id, journey.arrive_s)))
        if number == 0:
            leave_home_s = max(set_out_s, set_out_latest(travel, shift, here, visit.place, begin_s))
            journey = _journey(travel, shift, (here, visit.place), leave_home_s)
        stops.append(_stop(visit, journey, begin_s))
        here, set_out_s = visit.place, begin_s + visit.duration_s
    set_out_s = _rest(sketch, len(stops), set_out_s, rests)
    home = _journey(travel, shift, (here, shift.end_place), set_out_s)
    return Run(
        shift=shift.id,
        leave_home_s=leave_home_s,
        stops=tuple(stops),
        back_home_s=home.arrive_s,
        home_travel_s=home.travel_s,
        home_travel_m=home.travel_m,
        home_boats=home.boats,
        home_walk_s=home.walk_s,
        rests=tuple(rests[k] for k in range(len(shift.breaks))),
    )


def _begin(visit: Visit, at_s: int) -> int:
    """Give the first start inside a window at or after an instant; the instant itself when all are over."""
    return next((max(at_s, opens_s) for opens_s, closes_s in start_windows(visit) if at_s <= closes_s), at_s)


def _journey(travel: Travel, shift: Shift, ends: tuple[int, int], leave_s: int) -> Journey:
    here = travel.of(shift)
    if here is not None and here.car_at is None and not here.boat_count[ends] and here.road_reachable[ends]:
        road_s = int(here.road_s[ends])  # most journeys: plans are timed each second while they are searched
        return Journey(arrive_s=leave_s + road_s, travel_s=road_s, travel_m=int(here.road_m[ends]))
    journey = itinerary(travel, shift, *ends, leave_s)
    if journey is None:
        raise SolverError(f"Shift {shift.id} was sent from place {ends[0]} to {ends[1]}, where no journey leads.")
    return journey


def _stop(visit: Visit, journey: Journey, start_s: int) -> Stop:
    return Stop(
        visit=visit.id,
        arrive_s=journey.arrive_s,
        start_s=start_s,
        leave_s=start_s + visit.duration_s,
        travel_s=journey.travel_s,
        travel_m=journey.travel_m,
        boats=journey.boats,
        boat_wait_s=journey.boat_wait_s,
        walk_s=journey.walk_s,
    )


def _rest(sketch: Sketch, stop: int, free_s: int, rests: dict[int, Rest]) -> int:
    """Take the breaks due after a stop, in the order that ends first without missing a window; give when they end."""
    due = [k for k, after in enumerate(sketch.rests_after) if after == stop]
    if not due:
        return free_s
    breaks = sketch.shift.breaks
    by_end = sorted(due, key=lambda k: (breaks[k].window.latest_s, breaks[k].window.earliest_s))
    tried = permutations(due) if len(due) <= TRIED else [by_end]
    orders = [(order, _begins([breaks[k] for k in order], free_s)) for order in tried]
    order, begins = min(orders, key=lambda each: _lateness([breaks[k] for k in each[0]], each[1]))
    for k, begin_s in zip(order, begins, strict=True):
        rests[k] = Rest(after_stop=stop, start_s=begin_s, end_s=begin_s + breaks[k].duration_s)
    return max(free_s, *(rests[k].end_s for k in due))


def _begins(breaks: Sequence[Break], free_s: int) -> list[int]:
    begins = []
    for rest in breaks:
        free_s = max(free_s, rest.window.earliest_s)
        begins.append(free_s)
        free_s += rest.duration_s
    return begins


def _lateness(breaks: Sequence[Break], begins: Sequence[int]) -> tuple[int, int]:
    late_s = sum(max(0, at - rest.window.latest_s) for rest, at in zip(breaks, begins, strict=True))
    return late_s, max((at + rest.duration_s for rest, at in zip(breaks, begins, strict=True)), default=0)
