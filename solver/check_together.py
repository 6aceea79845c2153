"""Check what ties visits to each other: sequences, gaps, one provider for a client, and runs that are settled.

This is one section of `check`; only raw fields are read.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from solver.rules import Rule, breach
from solver.words import clock, length, names

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from solver.claims import Claims
    from solver.types import Breach, Sequence, Shift, Stop, Visit


def _of_visit(day: Claims) -> dict[str, list[tuple[Shift, Stop]]]:
    """Give who is sent to each visit."""
    sent = defaultdict(list)
    for shift, stop, visit in day.served:
        sent[visit.id].append((shift, stop))
    return sent


def _sequences(day: Claims) -> Iterator[Breach]:
    sent = _of_visit(day)
    for link in day.problem.sequences:
        first, then = sent.get(link.first, []), sent.get(link.then, [])
        if bool(first) != bool(then):
            made, left = (link.first, link.then) if first else (link.then, link.first)
            message = f"Visit {made} is made without visit {left}, which belongs to it."
            yield breach(Rule.SEQUENCE, message, visit=left)
        elif first:
            yield from _gap_of_sequence(link, first, then)
            yield from _carers_of_sequence(link, first, then)


def _gap_of_sequence(
    link: Sequence, first: list[tuple[Shift, Stop]], then: list[tuple[Shift, Stop]]
) -> Iterator[Breach]:
    gap_s = min(stop.start_s for _, stop in then) - min(stop.start_s for _, stop in first)
    off_s = max(link.least_s - gap_s, gap_s - link.most_s)
    if off_s > 0:
        message = (
            f"Visit {link.then} starts {length(gap_s)} after visit {link.first}, not {length(link.least_s)} to "
            f"{length(link.most_s)}."
        )
        yield breach(Rule.SEQUENCE, message, visit=link.then, amount=off_s)


def _carers_of_sequence(
    link: Sequence, first: list[tuple[Shift, Stop]], then: list[tuple[Shift, Stop]]
) -> Iterator[Breach]:
    shared = {shift.carer for shift, _ in first} & {shift.carer for shift, _ in then}
    if link.same_carer is True and not shared:
        message = f"No carer of visit {link.first} comes back for visit {link.then}."
        yield breach(Rule.SEQUENCE_CARER, message, visit=link.then)
    if link.same_carer is False and shared:
        message = f"Carer {names(shared)} makes both visit {link.first} and visit {link.then}."
        yield breach(Rule.SEQUENCE_CARER, message, visit=link.then)


def _visits_of_client(day: Claims) -> dict[str, list[tuple[Stop, Visit, Shift]]]:
    """Give the stops at each client in order of their start."""
    of_client = defaultdict(list)
    for shift, stop, visit in day.served:
        of_client[visit.client].append((stop, visit, shift))
    for stops in of_client.values():
        stops.sort(key=lambda item: (item[0].start_s, item[1].id))
    return of_client


def _min_gap(day: Claims) -> Iterator[Breach]:
    stops = _visits_of_client(day)
    for needs in day.problem.clients:
        ends: dict[str, int] = {}
        for stop, visit, _ in stops.get(needs.client, []):
            if visit.id in ends or needs.min_gap_s == 0:
                continue
            for earlier, end_s in ends.items():
                short_s = needs.min_gap_s - (stop.start_s - end_s)
                if short_s > 0:
                    message = (
                        f"Visit {visit.id} starts at {clock(stop.start_s)}, less than {length(needs.min_gap_s)} after "
                        f"visit {earlier} to the same client."
                    )
                    yield breach(Rule.MIN_GAP, message, visit=visit.id, amount=short_s)
            ends[visit.id] = stop.start_s + visit.duration_s


def _one_provider(day: Claims) -> Iterator[Breach]:
    stops = _visits_of_client(day)
    for needs in day.problem.clients:
        providers = {shift.provider for _, _, shift in stops.get(needs.client, [])}
        if needs.one_provider and len(providers) > 1:
            message = f"Client {needs.client} is served by {names(providers)}, not by one provider."
            yield breach(Rule.ONE_PROVIDER, message, amount=len(providers) - 1)


def _locked_runs(day: Claims) -> Iterator[Breach]:
    made = {run.shift: tuple(stop.visit for stop in run.stops) for run in day.plan.runs}
    for settled in day.problem.locked_runs:
        if made.get(settled.shift, ()) != settled.visits:
            message = f"The run of shift {settled.shift} is settled and was changed."
            yield breach(Rule.LOCKED_RUN, message, shift=settled.shift)


TOGETHER_CHECKS: tuple[Callable[[Claims], Iterator[Breach]], ...] = (
    _sequences,
    _min_gap,
    _one_provider,
    _locked_runs,
)
"""The checks of what ties visits to each other, in the order in which breaches are listed."""
