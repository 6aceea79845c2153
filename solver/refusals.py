"""Why a carer's shift may not take a visit, as a set of bits: what needs neither clock nor map is decided here."""

from __future__ import annotations

from enum import IntFlag
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterable, Sequence

    from numpy.typing import NDArray

    from solver.types import DayProblem, Shift

    Judge = Callable[[list[Any]], NDArray[np.bool_]]
    Rules = list[tuple["Refusal", list[Any], Judge]]
    """Of each rule what every visit asks, and which shifts (column) are refused to those that ask so (row)."""


class Refusal(IntFlag):
    """Why a shift may not take a visit. Zero means that it may."""

    PROVIDER = 1
    SKILL = 2
    BARRED = 4
    LOCKED = 8
    SHIFT_HOURS = 16
    UNREACHABLE = 32
    TOO_FAR = 64
    TOO_LONG = 128
    ANY_SKILL = 256
    UNWANTED_SKILL = 512
    EXPIRED_SKILL = 1024
    GENDER = 2048
    LANGUAGE = 4096
    MODE = 8192
    EQUIPMENT = 16384
    CLIENT_BARRED = 32768
    REST = 65536
    LOAD = 131072
    TOO_FAR_TO_DRIVE = 262144
    LOCKED_RUN = 524288
    LINKED = 1048576


def refusals(problem: DayProblem) -> NDArray[np.uint32]:
    """Give the `Refusal` bits (V, S) that need neither clock nor map.

    Each rule is judged once for all visits that ask the same.
    """
    refusal = np.zeros((len(problem.visits), len(problem.shifts)), np.uint32)
    for lowered in (_names, _skills, _traits, _limits):
        for rule, asked, judge in lowered(problem):
            number = {each: row for row, each in enumerate(dict.fromkeys(asked))}
            refused = judge(list(number))
            if refused.any():
                refusal |= (refused * np.uint32(rule))[[number[each] for each in asked]]
    return refusal


def skills_held(shift: Shift, day: str) -> frozenset[str]:
    """Give the skills of a shift's carer that have not ended before the day."""
    return frozenset(skill for skill in shift.skills if shift.skill_expiry.get(skill, day) >= day)


def _names(problem: DayProblem) -> Rules:
    """Refuse by provider, by carer, by client and by shift."""
    visits, shifts = problem.visits, problem.shifts
    providers, carers = [shift.provider for shift in shifts], [shift.carer for shift in shifts]
    ids, barred_clients = [shift.id for shift in shifts], [shift.barred_clients for shift in shifts]
    return [
        (Refusal.PROVIDER, [visit.providers for visit in visits], lambda named: ~_member(named, providers)),
        (Refusal.BARRED, [visit.barred_carers for visit in visits], lambda named: _member(named, carers)),
        (Refusal.CLIENT_BARRED, [visit.client for visit in visits], lambda named: _member(barred_clients, named).T),
        (Refusal.LOCKED, [visit.locked_shifts for visit in visits], lambda named: _not_one_of(named, ids)),
    ]


def _skills(problem: DayProblem) -> Rules:
    """Refuse by skills: all of, one of, none of. A skill that has ended is not held."""
    visits, shifts = problem.visits, problem.shifts
    needed = [visit.skills for visit in visits]
    held = [skills_held(shift, problem.day) for shift in shifts]
    ever = [shift.skills for shift in shifts]
    return [
        (Refusal.SKILL, needed, lambda asked: _lacking(asked, ever)),
        (Refusal.EXPIRED_SKILL, needed, lambda asked: _lacking(asked, held) & ~_lacking(asked, ever)),
        (Refusal.ANY_SKILL, [visit.any_skills for visit in visits], lambda asked: _none_of(asked, held)),
        (Refusal.UNWANTED_SKILL, [visit.unwanted_skills for visit in visits], lambda asked: _shared(asked, held) > 0),
    ]


def _traits(problem: DayProblem) -> Rules:
    """Refuse by what else the visit asks of the carer."""
    visits, shifts = problem.visits, problem.shifts
    genders, modes = [shift.gender for shift in shifts], [shift.mode for shift in shifts]
    spoken, brought = [shift.languages for shift in shifts], [shift.equipment for shift in shifts]
    return [
        (Refusal.GENDER, [visit.genders for visit in visits], lambda asked: _not_one_of(asked, genders)),
        (Refusal.LANGUAGE, [visit.languages for visit in visits], lambda asked: _none_of(asked, spoken)),
        (Refusal.MODE, [visit.modes for visit in visits], lambda asked: _not_one_of(asked, modes)),
        (Refusal.EQUIPMENT, [visit.equipment for visit in visits], lambda asked: _lacking(asked, brought)),
    ]


def _limits(problem: DayProblem) -> Rules:
    """Refuse by what is too much for a shift even alone: contact beside its paid breaks, and load."""
    visits, shifts = problem.visits, problem.shifts
    work_s = np.array([work_limit_s(shift) for shift in shifts], np.int64)
    most = max((visit.load for visit in visits), default=0)
    capacity = np.array([most if shift.capacity is None else shift.capacity for shift in shifts], np.int64)
    return [
        (Refusal.TOO_LONG, [visit.duration_s for visit in visits], lambda asked_s: np.greater.outer(asked_s, work_s)),
        (Refusal.LOAD, [visit.load for visit in visits], lambda asked: np.greater.outer(asked, capacity)),
    ]


def work_limit_s(shift: Shift) -> int:
    """Give the work that a shift's paid breaks leave for visits and travel between them."""
    return shift.max_work_s - sum(rest.duration_s for rest in shift.breaks if rest.paid)


def _member(sets: Sequence[Iterable[Hashable]], values: Sequence[Hashable]) -> NDArray[np.bool_]:
    """Tell for each set (row) which of the values (column) are in it; values may repeat."""
    distinct = {value: j for j, value in enumerate(dict.fromkeys(values))}
    member = np.zeros((len(sets), len(distinct)), np.bool_)
    pairs = [(i, distinct[value]) for i, members in enumerate(sets) for value in members if value in distinct]
    if pairs:
        member[tuple(np.array(pairs).T)] = True
    return member[:, [distinct[value] for value in values]]


def _not_one_of(sets: Sequence[frozenset[Hashable]], values: Sequence[Hashable]) -> NDArray[np.bool_]:
    """Tell which values (column) are missing in each set (row) that asks for anything."""
    return (_sizes(sets) > 0) & ~_member(sets, values)


def _lacking(sets: Sequence[frozenset[str]], others: Sequence[frozenset[str]]) -> NDArray[np.bool_]:
    """Tell which of the others (column) lack something of each set (row)."""
    return np.asarray(_shared(sets, others) < _sizes(sets))


def _none_of(sets: Sequence[frozenset[str]], others: Sequence[frozenset[str]]) -> NDArray[np.bool_]:
    """Tell which of the others (column) have nothing of each set (row) that asks for anything."""
    return np.asarray((_sizes(sets) > 0) & (_shared(sets, others) == 0))


def _shared(sets: Sequence[frozenset[str]], others: Sequence[frozenset[str]]) -> NDArray[np.float32]:
    """Count what each set (row) has in common with each of the others (column)."""
    names = sorted(set().union(*sets))
    one, other = (_member(each, names).astype(np.float32) for each in (sets, others))
    return one @ other.T


def _sizes(sets: Sequence[frozenset[Hashable]]) -> NDArray[np.int64]:
    return np.array([len(members) for members in sets], np.int64)[:, None]
