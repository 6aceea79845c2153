"""What is legal of a plan that somebody else made, as sequences from which a search can start.

Runs are read in their own order. A visit that breaks a rule where it stands is given up, and with it the carer who
would have come along; breaks that are missing or stand wrong are put where they fit.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from solver.check import check
from solver.realise import realise, sequences_of, unfinished
from solver.sequences import Sequences, earliest_starts, legs_of, with_breaks

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from solver.compile import Compiled
    from solver.types import DayPlan, DayProblem


def legal_part(problem: DayProblem, compiled: Compiled, plan: DayPlan) -> Sequences:
    """Keep of a plan what is legal by the rules of single runs and, in the end, by the checker."""
    sequences = _alone(compiled, sequences_of(problem, compiled, plan))
    while True:
        runs = realise(problem, compiled, sequences)
        breaches = check(problem, unfinished(problem, runs))
        if not breaches or not runs:
            return sequences
        named = {breach.visit for breach in breaches if breach.visit is not None}
        given_up = {leg for leg, visit in enumerate(compiled.leg_visit.tolist()) if problem.visits[visit].id in named}
        rows = {shift.id: row for row, shift in enumerate(problem.shifts)}
        for breach in breaches:
            if breach.visit is None and breach.shift is not None:
                given_up.update(legs_of(compiled, sequences.nodes[rows[breach.shift]])[-1:])
        placed = {leg for nodes in sequences.nodes for leg in legs_of(compiled, nodes)}
        sequences = _without(compiled, sequences, given_up if given_up & placed else placed)


def _alone(compiled: Compiled, sequences: Sequences) -> Sequences:
    """Make each run legal for itself, then give up the pairs that this, or the plan, left with one carer."""
    start_s = dict(sequences.start_s)
    nodes = tuple(_legal_run(compiled, shift, run, start_s) for shift, run in enumerate(sequences.nodes))
    kept = {leg for run in nodes for leg in legs_of(compiled, run)}
    halves = {leg for leg in kept if not _paired(compiled, leg, kept, start_s)}
    return _without(compiled, Sequences(nodes, start_s), halves)


def _legal_run(compiled: Compiled, shift: int, nodes: tuple[int, ...], start_s: Mapping[int, int]) -> tuple[int, ...]:
    """Keep the longest beginning of a run, less what does not fit, that one carer can do."""
    if nodes and _has_its_breaks(compiled, shift, nodes) and earliest_starts(compiled, shift, nodes, start_s):
        return nodes
    kept: tuple[int, ...] = ()
    legs: tuple[int, ...] = ()
    for leg in legs_of(compiled, nodes):
        longer = with_breaks(compiled, shift, (*legs, leg), start_s)
        if longer is not None:
            kept, legs = longer, (*legs, leg)
    return kept


def _has_its_breaks(compiled: Compiled, shift: int, nodes: tuple[int, ...]) -> bool:
    first = len(compiled.place) + int(compiled.break_first[shift])
    due = range(first, first + int(compiled.break_count[shift]))
    return sorted(node for node in nodes if node >= len(compiled.place)) == list(due)


def _paired(compiled: Compiled, leg: int, kept: Collection[int], start_s: Mapping[int, int]) -> bool:
    """Tell whether a leg has no mate, or one that is served and starts at the same time."""
    mate = int(compiled.mate[leg])
    return mate < 0 or (mate in kept and leg in start_s and start_s[leg] == start_s.get(mate))


def _without(compiled: Compiled, sequences: Sequences, legs: Collection[int]) -> Sequences:
    """Take legs and their mates out of all runs; a run that is then illegal loses more."""
    gone = {other for leg in legs for other in (leg, int(compiled.mate[leg]))} - {-1}
    start_s = {leg: at for leg, at in sequences.start_s.items() if leg not in gone}
    nodes = tuple(
        _legal_run(compiled, shift, tuple(node for node in run if node not in gone), start_s)
        if gone & set(run)
        else run
        for shift, run in enumerate(sequences.nodes)
    )
    shorter = Sequences(nodes, start_s)
    kept = {leg for run in nodes for leg in legs_of(compiled, run)}
    halves = {leg for leg in kept if not _paired(compiled, leg, kept, start_s)}
    return _without(compiled, shorter, halves) if halves else shorter
