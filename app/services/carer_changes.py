"""Who comes to whom, and for how many people that changes: all carers, the main one, or one of several."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from solver.types import DayPlan, DayProblem


@dataclass(frozen=True, slots=True, kw_only=True)
class Continuity:
    """How many people see other carers on the day: all of them new, another main carer, or one of several.

    Of a swap it is a difference, so one that brings somebody's carer back has it below zero.
    """

    all_carers: int = 0
    main_carer: int = 0
    one_of_many: int = 0

    def __add__(self, other: Continuity) -> Continuity:
        return Continuity(**{part.name: getattr(self, part.name) + getattr(other, part.name) for part in fields(self)})

    def __sub__(self, other: Continuity) -> Continuity:
        return Continuity(**{part.name: getattr(self, part.name) - getattr(other, part.name) for part in fields(self)})


def carer_changes(before: Mapping[str, Counter[str]], after: Mapping[str, Counter[str]]) -> Continuity:
    """Compare who came to each client: visits by carer, before and after. New and lost clients do not count."""
    kinds: Counter[str] = Counter()
    for client, was in before.items():
        now = after.get(client, Counter())
        if not was or not now or now.keys() == was.keys():
            continue
        if not was.keys() & now.keys():
            kinds["all_carers"] += 1
        elif was.most_common(1)[0][0] not in now:
            kinds["main_carer"] += 1
        else:
            kinds["one_of_many"] += 1
    return Continuity(**kinds)


def carers_by_client(problem: DayProblem, plan: DayPlan) -> dict[str, Counter[str]]:
    """Count the visits that each carer makes to each client."""
    client = {visit.id: visit.client for visit in problem.visits}
    carer = {shift.id: shift.carer for shift in problem.shifts}
    came: dict[str, Counter[str]] = defaultdict(Counter)
    for run in plan.runs:
        for stop in run.stops:
            came[client[stop.visit]][carer[run.shift]] += 1
    return came
