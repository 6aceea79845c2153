"""Find what is wrong with the settled runs of a day: who makes what, how often, and with whom.

This is one section of `validate`. Whether there is time for them is looked for in `validate_kept`.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from itertools import combinations
from typing import TYPE_CHECKING

from solver.suits import may_make
from solver.validate_kept import not_kept, settled_runs
from solver.validate_travel import fault, repeated
from solver.words import count, names

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from solver.types import DayProblem, Fault


def _once(problem: DayProblem) -> Iterator[Fault]:
    for name in repeated(settled.shift for settled in problem.locked_runs):
        message = f"Shift {name} has more than one settled run."
        yield fault("duplicate-id", f"locked run {name}", message, "Keep one.")
    for settled in problem.locked_runs:
        if twice := repeated(settled.visits):
            message = f"The settled run of shift {settled.shift} makes the same visit twice: {names(twice)}."
            yield fault("duplicate-id", f"locked run {settled.shift}", message, "Keep each visit once.")
    needed = {visit.id: visit.carers_needed for visit in problem.visits}
    for visit, times in Counter(v for settled in problem.locked_runs for v in dict.fromkeys(settled.visits)).items():
        if visit in needed and times > needed[visit]:
            message = f"Visit {visit} is in {times} settled runs and needs {needed[visit]}."
            yield fault("settled-too-often", f"visit {visit}", message, "Release one of the runs.")


def _by_one_carer_twice(problem: DayProblem) -> Iterator[Fault]:
    carer_of = {shift.id: shift.carer for shift in problem.shifts}
    pairs = {visit.id for visit in problem.visits if visit.carers_needed > 1}
    for one, two in combinations(problem.locked_runs, 2):
        carer = carer_of.get(one.shift)
        both = sorted(pairs & set(one.visits) & set(two.visits))
        if both and one.shift != two.shift and carer is not None and carer == carer_of.get(two.shift):
            message = f"Shifts {one.shift} and {two.shift} of {carer} are settled for the same visits: {names(both)}."
            yield fault("settled-same-carer", f"locked run {two.shift}", message, "Settle another carer for one.")


def _by_whom_may(problem: DayProblem) -> Iterator[Fault]:
    for shift, visits in settled_runs(problem):
        if refused := [visit.id for visit in visits if not may_make(problem, visit, shift)]:
            message = f"Shift {shift.id} may not make these visits of its settled run: {names(refused)}."
            action = "Release the run, or review what the visits ask for."
            yield fault("settled-not-allowed", f"locked run {shift.id}", message, action)


def _one_provider(problem: DayProblem) -> Iterator[Fault]:
    providers = defaultdict(set)
    for shift, visits in settled_runs(problem):
        for visit in visits:
            providers[visit.client].add(shift.provider)
    for needs in problem.clients:
        if needs.one_provider and len(providers[needs.client]) > 1:
            message = f"Client {needs.client} is settled for {names(providers[needs.client])}, not for one provider."
            yield fault("settled-two-providers", f"client {needs.client}", message, "Release the runs of one.")


def _carers_of_sequences(problem: DayProblem) -> Iterator[Fault]:
    carers = _carers_settled(problem)
    needed = {visit.id: visit.carers_needed for visit in problem.visits}
    for link in problem.sequences:
        shared = set(carers[link.first]) & set(carers[link.then])
        all_there = all(len(carers[visit]) == needed[visit] for visit in (link.first, link.then))
        where, action = f"sequence {link.first} - {link.then}", "Release a run, or let any carer make the two."
        if link.same_carer is False and shared:
            message = f"Carer {names(shared)} is settled for both visit {link.first} and visit {link.then}."
            yield fault("settled-sequence-carer", where, message, action)
        elif link.same_carer and all_there and not shared:
            message = f"No carer who is settled for visit {link.first} is settled for visit {link.then}."
            yield fault("settled-sequence-carer", where, message, action)


def _others_needed(problem: DayProblem) -> Iterator[Fault]:
    """Find visits that have to be made where runs are settled, and for which there are too few carers."""
    carers = _carers_settled(problem)
    settled = {shift.id for shift, _ in settled_runs(problem)}
    free = [shift for shift in problem.shifts if shift.id not in settled]
    must = _must_be_made(problem, carers)
    for visit in (visit for visit in problem.visits if visit.id in must):
        others = {shift.carer for shift in free if may_make(problem, visit, shift)}
        found = len(others.union(carers[visit.id]))
        if found < visit.carers_needed:
            needed = count(visit.carers_needed, "carer")
            message = f"Settled runs need visit {visit.id} made by {needed}; settled for it or free to come: {found}."
            yield fault("settled-without-others", f"visit {visit.id}", message, "Release a run, or add a shift.")


def _carers_settled(problem: DayProblem) -> Mapping[str, list[str]]:
    """Name the carers whose runs are settled with each visit."""
    carers = defaultdict(list)
    for shift, visits in settled_runs(problem):
        for visit in visits:
            carers[visit.id].append(shift.carer)
    return carers


def _must_be_made(problem: DayProblem, settled: Iterable[str]) -> set[str]:
    """Name the settled visits and those that follow them or that they follow, one after the other."""
    must, links = set(settled), [{link.first, link.then} for link in problem.sequences]
    while more := {visit for link in links if link & must for visit in link} - must:
        must |= more
    return must


SETTLED_CHECKS: tuple[Callable[[DayProblem], Iterator[Fault]], ...] = (_once, _by_one_carer_twice, _by_whom_may)
"""The checks of settled runs by themselves."""

SOUND_DAY_CHECKS: tuple[Callable[[DayProblem], Iterator[Fault]], ...] = (
    _one_provider,
    _carers_of_sequences,
    _others_needed,
    not_kept,
)
"""The checks of settled runs that need a day in which nothing else is wrong."""
