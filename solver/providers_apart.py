"""Days and plans taken apart by provider, and put together again.

Where a client has one provider, a provider's roster depends on nothing but its own carers and clients.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from solver.types import DayPlan

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from solver.types import DayProblem


def day_of(problem: DayProblem, provider: str, clients: Collection[str]) -> DayProblem:
    """Cut out one provider's day: its carers, and the visits of some clients, all of whom it serves."""
    visits = tuple(
        replace(visit, providers=frozenset({provider})) for visit in problem.visits if visit.client in clients
    )
    ids = {visit.id for visit in visits}
    shifts = tuple(shift for shift in problem.shifts if shift.provider == provider)
    own = {shift.id for shift in shifts}
    return replace(
        problem,
        visits=visits,
        shifts=shifts,
        keep=problem.keep & ids,
        provider_hours=(),
        sequences=tuple(row for row in problem.sequences if row.first in ids and row.then in ids),
        clients=tuple(row for row in problem.clients if row.client in clients),
        locked_runs=tuple(row for row in problem.locked_runs if row.shift in own),
        before=tuple(row for row in problem.before if row.visit in ids),
    )


def plan_of(problem: DayProblem, plan: DayPlan) -> DayPlan:
    """Cut the part of a plan out that belongs to a provider's day (see `day_of`)."""
    ids, shifts = {visit.id for visit in problem.visits}, {shift.id for shift in problem.shifts}
    return DayPlan(
        day=plan.day,
        runs=tuple(run for run in plan.runs if run.shift in shifts),
        unallocated=tuple(left for left in plan.unallocated if left.visit in ids),
    )


def joined(problem: DayProblem, plans: Iterable[DayPlan]) -> DayPlan:
    """Put the plans of providers together, in the order of the problem's shifts and visits."""
    plans = list(plans)
    row = {shift.id: number for number, shift in enumerate(problem.shifts)}
    visit = {visit.id: number for number, visit in enumerate(problem.visits)}
    runs = sorted((run for plan in plans for run in plan.runs), key=lambda run: row[run.shift])
    left = sorted((left for plan in plans for left in plan.unallocated), key=lambda left: visit[left.visit])
    return DayPlan(day=problem.day, runs=tuple(runs), unallocated=tuple(left))


def with_part(problem: DayProblem, plan: DayPlan, part: DayPlan, day: DayProblem) -> DayPlan:
    """Put another roster of one provider's `day` into a plan."""
    ids, shifts = {visit.id for visit in day.visits}, {shift.id for shift in day.shifts}
    others = DayPlan(
        day=plan.day,
        runs=tuple(run for run in plan.runs if run.shift not in shifts),
        unallocated=tuple(left for left in plan.unallocated if left.visit not in ids),
    )
    return replace(joined(problem, [others, part]), search=plan.search)
