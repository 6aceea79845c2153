"""Visits that a coordinator has locked: they stay with their carers and at their times, whoever plans the day again.

A lock is `{"shifts": [...], "start_s": ...}` by visit, as drafts and published versions keep it.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from app.db.rota_drafts import open_drafts
from app.db.rota_versions import latest_version
from solver.needs import start_windows

if TYPE_CHECKING:
    from datetime import date

    from sqlalchemy.orm import Session

    from app.db.base import Json
    from solver.types import DayPlan, DayProblem


def locks_of_day(session: Session, area: str, day: date) -> Json:
    """Give the locks of a day: of the area's draft, or else of what is published, and besides of providers' drafts."""
    version = latest_version(session, area, day)
    locks: Json = dict(version.locks) if version else {}
    for draft in open_drafts(session, area, day):
        locks = {**locks, **draft.locks} if draft.provider else dict(draft.locks)
    return locks


def with_locks(problem: DayProblem, locks: Json) -> DayProblem:
    """Make rules of the visits that are locked to their shifts and times."""
    visits = tuple(
        replace(visit, locked_shifts=frozenset(lock["shifts"]), locked_start_s=lock["start_s"])
        if (lock := locks.get(visit.id))
        else visit
        for visit in problem.visits
    )
    return replace(problem, visits=visits)


def still_held(problem: DayProblem, locks: Json) -> Json:
    """Give the locks that the day still allows: their shifts are there, one for each carer, and the time is agreed."""
    shifts = {shift.id for shift in problem.shifts}
    return {
        visit.id: locks[visit.id]
        for visit in with_locks(problem, locks).visits
        if visit.id in locks
        and shifts >= visit.locked_shifts
        and len(visit.locked_shifts) == visit.carers_needed
        and start_windows(visit)
    }


def kept_by(plan: DayPlan, locks: Json) -> Json:
    """Give the locks that a plan keeps."""
    shifts: dict[str, set[str]] = {}
    starts: dict[str, int] = {}
    for run in plan.runs:
        for stop in run.stops:
            shifts.setdefault(stop.visit, set()).add(run.shift)
            starts[stop.visit] = stop.start_s
    return {
        visit: lock
        for visit, lock in locks.items()
        if shifts.get(visit) == set(lock["shifts"]) and starts[visit] == lock["start_s"]
    }
