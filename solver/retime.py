"""Exact start times for fixed sequences, by CP-SAT: what the clock costs first, then what people like, then short days.

No visit changes its carer or its place in a run. Every rule of time is stated: windows, pairs that start together,
sequences, gaps, breaks, and the limits of a shift; a boat is taken as it sails. Runs that do not depend on each other
are timed apart. New times are kept only when the checker finds nothing and the score does not rise.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, NamedTuple

from solver.check import check
from solver.realise import realise
from solver.retime_model import ClockModel
from solver.routing_ties import gaps
from solver.score import score
from solver.sequences import Sequences, legs_of
from solver.types import DayPlan

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from solver.compile import Compiled
    from solver.types import DayProblem, Run


@dataclass(frozen=True, slots=True, kw_only=True)
class RetimeSettings:
    """`deterministic_limit` is in CP-SAT's own unit of work, for each of the three steps of each group of runs."""

    deterministic_limit: float = 2.0
    seed: int = 1


class Worth(NamedTuple):
    """How good the times of some runs are, first things first; less is better. `cost` is rounded to a thousandth."""

    cost: float
    deviation_s: int
    elapsed_s: int


def retime(
    problem: DayProblem,
    compiled: Compiled,
    sequences: Sequences,
    *,
    shifts: Iterable[int] | None = None,
    settings: RetimeSettings | None = None,
) -> Sequences | None:
    """Give the same sequences with a start for every leg of some shifts (all, unless told).

    The least score comes first, then the least deviation from preferred starts, then the least time from leaving home
    to being back, over all runs. None when nothing better is found, or nothing legal.
    """
    movable = set(range(len(sequences.nodes)) if shifts is None else shifts)
    settings = settings or RetimeSettings()
    start_s = dict(sequences.start_s)
    for group in _groups(problem, compiled, sequences):
        if movable & set(group):
            start_s |= _better(problem, compiled, sequences, group, movable=movable, settings=settings)
    return None if start_s == sequences.start_s else Sequences(sequences.nodes, start_s)


def _better(
    problem: DayProblem,
    compiled: Compiled,
    sequences: Sequences,
    group: tuple[int, ...],
    *,
    movable: set[int],
    settings: RetimeSettings,
) -> dict[int, int]:
    """Give better starts for the legs of a group's runs; none when there are no better ones."""
    alone = tuple(nodes if shift in group else () for shift, nodes in enumerate(sequences.nodes))
    before = realise(problem, compiled, Sequences(alone, sequences.start_s))
    now_s = _starts_of(sequences, group, compiled, before)
    model = ClockModel(problem, compiled, now_s)
    for shift in group:
        if shift in movable:
            model.state_run(shift, sequences.nodes[shift])
    found_s = model.solved(settings.deterministic_limit, settings.seed)
    if found_s is None:
        return {}
    after = realise(problem, compiled, Sequences(alone, now_s | found_s))
    new, old = _worth(problem, after), _worth(problem, before)
    return found_s if new is not None and (old is None or new < old) else {}


def _starts_of(
    sequences: Sequences, group: tuple[int, ...], compiled: Compiled, runs: tuple[Run, ...]
) -> dict[int, int]:
    """Give the start of every leg of a group as it is timed now."""
    legs = [leg for shift in group for leg in legs_of(compiled, sequences.nodes[shift])]
    return dict(zip(legs, [stop.start_s for run in runs for stop in run.stops], strict=True))


def _worth(problem: DayProblem, runs: tuple[Run, ...]) -> Worth | None:
    """Judge timed runs on their own; None when they break a rule."""
    visits = {stop.visit for run in runs for stop in run.stops}
    shifts = {run.shift for run in runs}
    alone = replace(
        problem,
        visits=tuple(visit for visit in problem.visits if visit.id in visits),
        shifts=tuple(shift for shift in problem.shifts if shift.id in shifts),
        sequences=tuple(link for link in problem.sequences if {link.first, link.then} <= visits),
        locked_runs=tuple(settled for settled in problem.locked_runs if settled.shift in shifts),
        keep=frozenset(),
        provider_hours=(),
    )
    plan = DayPlan(day=problem.day, runs=runs, unallocated=())
    if check(alone, plan):
        return None
    liked_s = {visit.id: visit.preferred_start_s for visit in alone.visits}
    return Worth(
        cost=round(score(alone, plan).total, 3),
        deviation_s=_deviation_s(liked_s, runs),
        elapsed_s=sum(run.back_home_s - run.leave_home_s for run in runs),
    )


def _deviation_s(liked_s: Mapping[str, int | None], runs: tuple[Run, ...]) -> int:
    stops = ((stop, liked_s[stop.visit]) for run in runs for stop in run.stops)
    return sum(abs(stop.start_s - at) for stop, at in stops if at is not None)


def _groups(problem: DayProblem, compiled: Compiled, sequences: Sequences) -> list[tuple[int, ...]]:
    """Give the shifts with visits in groups that are timed together: those whose legs are tied to one another."""
    shift_of = {leg: shift for shift, nodes in enumerate(sequences.nodes) for leg in legs_of(compiled, nodes)}
    root = {shift: shift for shift in shift_of.values()}

    def find(shift: int) -> int:
        while root[shift] != shift:
            shift = root[shift]
        return shift

    for legs in _ties(problem, compiled, shift_of):
        shifts = [find(shift_of[leg]) for leg in legs]
        for shift in shifts:
            root[find(shift)] = find(shifts[0])
    groups: dict[int, list[int]] = {}
    for shift in sorted(root):
        groups.setdefault(find(shift), []).append(shift)
    return [tuple(group) for group in groups.values()]


def _ties(problem: DayProblem, compiled: Compiled, served: Iterable[int]) -> list[list[int]]:
    """List the served legs that are timed together: of a pair, a sequence, a client who needs gaps; or all late ones
    where the largest lateness has a price."""
    legs = sorted(served)
    among = set(legs)
    ties = [[leg, int(compiled.mate[leg])] for leg in legs if int(compiled.mate[leg]) in among]
    ties += [[one, other] for one, other in compiled.link_legs.tolist() if {one, other} <= among]
    ties += [[one, other] for one, other, _ in gaps(compiled, among)]
    if problem.weights.latest > 0:
        ties.append([leg for leg in legs if problem.visits[compiled.leg_visit[leg]].late_after_s is not None])
    return [tie for tie in ties if tie]
