"""Make the data set of one day from all that was handed over: what is due then, for whom, and who is there.

Pure: rows in, rows out. A data set of one day comes back as it is. Nobody is dropped: a client without a provider on
the day keeps the visits, which no provider may serve until somebody is found.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from typing import TYPE_CHECKING, TypeVar

from app.due import ChangeKind, away, falls_on, in_force
from app.errors import NothingToPlan

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from datetime import date

    from app.dataset import AllocationRow, ClientRow, Dataset, ShiftRow, VisitRow
    from app.due import CarerAbsenceRow, ClientAbsenceRow

AnyAbsence = TypeVar("AnyAbsence", "CarerAbsenceRow", "ClientAbsenceRow")
Away = tuple[int, int]
"""From when until when somebody is away, in seconds since midnight."""

NOBODY = "-"
"""The provider of clients whom nobody may serve on the day; no id looks like it."""


def make_day(dataset: Dataset, day: date | None = None) -> Dataset:
    """Make the data set of a day, by default its own. Visits and shifts keep their ids."""
    day = day or dataset.day
    visits = tuple(_visits(dataset, day))
    shifts = tuple(_shifts(dataset, day))
    visit_ids, shift_ids = {row.visit_id for row in visits}, {row.shift_id for row in shifts}
    return replace(
        dataset,
        day=day,
        visits=visits,
        shifts=shifts,
        clients=_with_locks(dataset, day),
        allocation=tuple(_allocated(dataset, day)),
        recorded=tuple(
            row
            for row in dataset.recorded
            if (row.day or dataset.day) == day and row.visit_id in visit_ids and row.shift_id in shift_ids
        ),
        visit_changes=(),
    )


def require_work(dataset: Dataset) -> None:
    """Make sure that there is something to plan on a data set's day. Raises NothingToPlan."""
    if not dataset.visits or not dataset.shifts:
        raise NothingToPlan(f"area {dataset.area} has no visits or no shifts on {dataset.day}")


def _visits(dataset: Dataset, day: date) -> Iterable[VisitRow]:
    """Give the visits that are due, as they are on this day."""
    ended = {row.package_id for row in dataset.packages if not in_force(row, day)}
    changes = {row.visit_id: row for row in dataset.visit_changes if row.day == day}
    absences = _away(dataset.client_absences, day, lambda row: row.client_id)
    for row in dataset.visits:
        if row.package_id in ended or not falls_on(row, day, planned=dataset.day):
            continue
        change = changes.get(row.visit_id)
        if change is not None and change.kind is ChangeKind.CANCELLED:
            continue
        visit: VisitRow | None = row
        if change is not None:
            visit = replace(row, **{name: value for name in _CHANGED if (value := getattr(change, name)) is not None})
        for begin_s, end_s in absences[row.client_id]:
            visit = visit and _visit_beside(visit, begin_s, end_s)
        if visit is not None:
            yield visit


_CHANGED = ("earliest", "latest", "preferred", "duration_minutes", "carers_needed")


def _visit_beside(visit: VisitRow, begin_s: int, end_s: int) -> VisitRow | None:
    """Keep a visit to when its client is at home; None when it would fall into the absence."""
    duration_s = 60 * visit.duration_minutes
    if visit.preferred + duration_s <= begin_s:
        return replace(visit, latest=min(visit.latest, begin_s - duration_s))
    if visit.preferred >= end_s:
        return replace(visit, earliest=max(visit.earliest, end_s))
    return None


def _shifts(dataset: Dataset, day: date) -> Iterable[ShiftRow]:
    """Give the shifts that are worked, each cut to the longer part that an absence leaves of it."""
    absences = _away(dataset.carer_absences, day, lambda row: row.carer_id)
    for row in dataset.shifts:
        if not falls_on(row, day, planned=dataset.day):
            continue
        shift: ShiftRow | None = row
        for begin_s, end_s in absences[row.carer_id]:
            shift = shift and _shift_beside(shift, begin_s, end_s)
        if shift is not None:
            yield shift


def _shift_beside(shift: ShiftRow, begin_s: int, end_s: int) -> ShiftRow | None:
    """Cut a shift to its longer part outside an absence; None when nothing is left of it."""
    before, after = (shift.start, min(shift.end, begin_s)), (max(shift.start, end_s), shift.end)
    start, end = max(before, after, key=lambda part: part[1] - part[0])
    if end <= start:
        return None
    earliest = max(shift.break_earliest, start)
    latest = min(shift.break_latest, end - 60 * shift.break_minutes)
    if not shift.break_minutes or latest < earliest:
        return replace(shift, start=start, end=end, break_minutes=0, break_earliest=0, break_latest=0)
    return replace(shift, start=start, end=end, break_earliest=earliest, break_latest=latest)


def _with_locks(dataset: Dataset, day: date) -> tuple[ClientRow, ...]:
    """Pin the clients of whom one support element in force is pinned: by option 1 or 2, or by choice."""
    locked = {
        row.client_id
        for row in dataset.packages
        if in_force(row, day) and (row.choice_locked or row.sds_option in {1, 2})
    }
    return tuple(replace(row, choice_locked=True) if row.client_id in locked else row for row in dataset.clients)


def _allocated(dataset: Dataset, day: date) -> Iterable[AllocationRow]:
    """Give who serves whom on the day: nobody where the allocation or its contract is not in force."""
    ended = {row.contract_id for row in dataset.contracts if not in_force(row, day)}
    for row in dataset.allocation:
        serves = in_force(row, day) and row.contract_id not in ended
        yield row if serves else replace(row, provider_id=NOBODY)


def _away(rows: Iterable[AnyAbsence], day: date, who: Callable[[AnyAbsence], str]) -> Mapping[str, list[Away]]:
    """Give when people are away on a day, by their ids."""
    found: defaultdict[str, list[Away]] = defaultdict(list)
    for row in rows:
        if (span := away(row, day)) is not None:
            found[who(row)].append(span)
    return found
