"""Check who comes: how many carers, and whether each may be sent to this client for this visit.

This is one section of `check`; only raw fields are read.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from itertools import combinations
from typing import TYPE_CHECKING

from solver.needs import begins_s, held_skills
from solver.rules import Rule, breach
from solver.words import clock, count, length, names

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from solver.claims import Claims
    from solver.types import Breach, Shift, Stop


def _carers_of(day: Claims) -> dict[str, list[tuple[Shift, Stop]]]:
    carers = defaultdict(list)
    for shift, stop, visit in day.served:
        carers[visit.id].append((shift, stop))
    return carers


def _carers_needed(day: Claims) -> Iterator[Breach]:
    counts = Counter(stop.visit for run in day.plan.runs for stop in run.stops)
    for visit in day.problem.visits:
        sent = counts[visit.id]
        if sent not in {0, visit.carers_needed}:
            message = f"Visit {visit.id} needs {count(visit.carers_needed, 'carer')} and is in {count(sent, 'run')}."
            yield breach(Rule.CARERS_NEEDED, message, visit=visit.id, amount=abs(sent - visit.carers_needed))


def _different_carers(day: Claims) -> Iterator[Breach]:
    for visit, sent in _carers_of(day).items():
        for carer, times in Counter(shift.carer for shift, _ in sent).items():
            if times > 1:
                message = f"Carer {carer} is sent {times} times to visit {visit}."
                yield breach(Rule.DIFFERENT_CARERS, message, visit=visit, amount=times - 1)


def _same_start(day: Claims) -> Iterator[Breach]:
    for visit, sent in _carers_of(day).items():
        starts = [stop.start_s for _, stop in sent]
        if min(starts) != max(starts):
            message = f"The carers of visit {visit} start at {clock(min(starts))} and {clock(max(starts))}."
            yield breach(Rule.SAME_START, message, visit=visit, amount=max(starts) - min(starts))


def _provider(day: Claims) -> Iterator[Breach]:
    for shift, _, visit in day.served:
        if shift.provider not in visit.providers:
            message = f"Shift {shift.id} is of provider {shift.provider}, which may not serve visit {visit.id}."
            yield breach(Rule.PROVIDER, message, visit=visit.id, shift=shift.id)


def _skills(day: Claims) -> Iterator[Breach]:
    for shift, _, visit in day.served:
        missing = visit.skills - shift.skills
        if missing:
            message = f"Shift {shift.id} lacks {names(missing)} for visit {visit.id}."
            yield breach(Rule.SKILLS, message, visit=visit.id, shift=shift.id, amount=len(missing))
        over = (visit.skills & shift.skills) - held_skills(shift, day.problem.day)
        if over:
            message = f"On shift {shift.id}, {names(over)} for visit {visit.id} had run out by {day.problem.day}."
            yield breach(Rule.SKILL_EXPIRED, message, visit=visit.id, shift=shift.id, amount=len(over))


def _some_skill(day: Claims) -> Iterator[Breach]:
    for shift, _, visit in day.served:
        if visit.any_skills and not visit.any_skills & held_skills(shift, day.problem.day):
            message = f"Shift {shift.id} has none of {names(visit.any_skills)} for visit {visit.id}."
            yield breach(Rule.ANY_SKILL, message, visit=visit.id, shift=shift.id)


def _unwanted_skills(day: Claims) -> Iterator[Breach]:
    for shift, _, visit in day.served:
        unwanted = visit.unwanted_skills & held_skills(shift, day.problem.day)
        if unwanted:
            message = f"Visit {visit.id} is not for a carer with {names(unwanted)}, as on shift {shift.id}."
            yield breach(Rule.UNWANTED_SKILL, message, visit=visit.id, shift=shift.id, amount=len(unwanted))


def _gender(day: Claims) -> Iterator[Breach]:
    for shift, _, visit in day.served:
        if visit.genders and shift.gender not in visit.genders:
            message = (
                f"Visit {visit.id} asks for {names(visit.genders)}; shift {shift.id} is {shift.gender or 'unknown'}."
            )
            yield breach(Rule.GENDER, message, visit=visit.id, shift=shift.id)


def _language(day: Claims) -> Iterator[Breach]:
    for shift, _, visit in day.served:
        if visit.languages and not visit.languages & shift.languages:
            message = f"Nobody on shift {shift.id} speaks {names(visit.languages)} for visit {visit.id}."
            yield breach(Rule.LANGUAGE, message, visit=visit.id, shift=shift.id)


def _mode(day: Claims) -> Iterator[Breach]:
    for shift, _, visit in day.served:
        if visit.modes and shift.mode not in visit.modes:
            message = f"Visit {visit.id} needs a carer by {names(visit.modes)}; shift {shift.id} goes by {shift.mode}."
            yield breach(Rule.MODE, message, visit=visit.id, shift=shift.id)


def _equipment(day: Claims) -> Iterator[Breach]:
    for shift, _, visit in day.served:
        missing = visit.equipment - shift.equipment
        if missing:
            message = f"Shift {shift.id} does not carry {names(missing)} for visit {visit.id}."
            yield breach(Rule.EQUIPMENT, message, visit=visit.id, shift=shift.id, amount=len(missing))


def _barred(day: Claims) -> Iterator[Breach]:
    for shift, _, visit in day.served:
        if shift.carer in visit.barred_carers:
            message = f"Carer {shift.carer} of shift {shift.id} is barred from visit {visit.id}."
            yield breach(Rule.BARRED, message, visit=visit.id, shift=shift.id)


def _barred_by_carer(day: Claims) -> Iterator[Breach]:
    for shift, _, visit in day.served:
        if visit.client in shift.barred_clients:
            message = f"Carer {shift.carer} of shift {shift.id} is not to be sent to client {visit.client}."
            yield breach(Rule.BARRED_BY_CARER, message, visit=visit.id, shift=shift.id)


def _locked(day: Claims) -> Iterator[Breach]:
    for shift, _, visit in day.served:
        if visit.locked_shifts and shift.id not in visit.locked_shifts:
            message = f"Visit {visit.id} is locked to {names(visit.locked_shifts)}, not to shift {shift.id}."
            yield breach(Rule.LOCKED, message, visit=visit.id, shift=shift.id)


def _carer_in_one_place(day: Claims) -> Iterator[Breach]:
    for one, other in combinations(day.runs, 2):
        if one.shift.carer != other.shift.carer:
            continue
        overlap_s = min(one.run.back_home_s, other.run.back_home_s) - max(begins_s(one.run), begins_s(other.run))
        if overlap_s > 0:
            message = (
                f"Carer {one.shift.carer} is on shifts {one.shift.id} and {other.shift.id} at once, "
                f"for {length(overlap_s)}."
            )
            yield breach(Rule.CARER_IN_ONE_PLACE, message, shift=other.shift.id, amount=overlap_s)


WHO_CHECKS: tuple[Callable[[Claims], Iterator[Breach]], ...] = (
    _carers_needed,
    _different_carers,
    _same_start,
    _provider,
    _skills,
    _some_skill,
    _unwanted_skills,
    _gender,
    _language,
    _mode,
    _equipment,
    _barred,
    _barred_by_carer,
    _locked,
    _carer_in_one_place,
)
"""The checks of who comes, in the order in which breaches are listed."""
