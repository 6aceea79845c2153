"""What is due on which day: rows that come every week or once, seasons of contracts, absences, and changes of a day.

Pure records and arithmetic of dates; `services.make_day` applies them to a data set. The field names are the column
names, as in `app.dataset`. Nobody is asked why somebody is away: a hospital stay or an illness is health data.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from math import lcm
from typing import Protocol

WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
DAY_S = 24 * 3600
FOREVER_S = 10**9
"""Later than any instant of a planned day."""


class Seasonal(Protocol):
    """A row that holds from one day to another, both included; None means without end."""

    @property
    def valid_from(self) -> date | None:
        """Give the first day."""

    @property
    def valid_to(self) -> date | None:
        """Give the last day."""


class Recurring(Seasonal, Protocol):
    """A row that is due on one `day`, or on `days` of every so many weeks, or on the planned day of its data set."""

    @property
    def day(self) -> date | None:
        """Give the one day."""

    @property
    def days(self) -> tuple[str, ...]:
        """Give the days of the week."""

    @property
    def every_weeks(self) -> int:
        """Give 1 for every week, 2 for every other, counted from the week of `valid_from`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Recurrence:
    """Nothing but the days on which a row is due."""

    day: date | None = None
    days: tuple[str, ...] = ()
    every_weeks: int = 1
    valid_from: date | None = None
    valid_to: date | None = None


class ChangeKind(StrEnum):
    """What is different about a visit on one day."""

    CANCELLED = "cancelled"
    CHANGED = "changed"


@dataclass(frozen=True, slots=True, kw_only=True)
class CarerSkillRow:
    """carer_skills.csv. A skill with the last day on which it counts; it need not stand in carers.csv too."""

    carer_id: str
    skill: str
    valid_to: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class CarerAbsenceRow:
    """carer_absences.csv. A carer does not work from `start` on the first day until `end` on the last.

    A missing `start` or `end` means the whole of that day; a missing last day, until further notice.
    """

    carer_id: str
    first_day: date
    start: int | None
    last_day: date | None
    end: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ClientAbsenceRow:
    """client_absences.csv. A client is not at home: in hospital, away, with family. As for carers."""

    client_id: str
    first_day: date
    start: int | None
    last_day: date | None
    end: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class VisitChangeRow:
    """visit_changes.csv. A visit is cancelled or different on one day; what is None stays as it is every week."""

    visit_id: str
    day: date
    kind: ChangeKind
    earliest: int | None
    latest: int | None
    preferred: int | None
    duration_minutes: int | None
    carers_needed: int | None


Absence = CarerAbsenceRow | ClientAbsenceRow


def in_force(row: Seasonal, day: date) -> bool:
    """Tell whether a row holds on a day."""
    return (row.valid_from is None or row.valid_from <= day) and (row.valid_to is None or day <= row.valid_to)


def falls_on(row: Recurring, day: date, *, planned: date) -> bool:
    """Tell whether a row is due on a day; `planned` is the day of its data set, on which rows without any day are."""
    if row.day is not None:
        return row.day == day
    if not row.days:
        return day == planned
    return WEEKDAYS[day.weekday()] in row.days and in_force(row, day) and _in_its_week(row, day)


def meet(one: Recurring, other: Recurring, *, days_later: int = 0) -> bool:
    """Tell whether, of two rows that are due every so many weeks, the other is ever due so many days after the one."""
    begin = max(row.valid_from or date.min + timedelta(weeks=1) for row in (one, other)) - timedelta(days=1)
    for offset in range(7 * lcm(one.every_weeks, other.every_weeks) + 2):
        day = begin + timedelta(days=offset)
        if falls_on(one, day, planned=day) and falls_on(other, day + timedelta(days=days_later), planned=day):
            return True
    return False


def _in_its_week(row: Recurring, day: date) -> bool:
    if row.every_weeks == 1 or row.valid_from is None:
        return True
    return (_monday(day) - _monday(row.valid_from)).days // 7 % row.every_weeks == 0


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())


def away(absence: Absence, day: date) -> tuple[int, int] | None:
    """Give from when until when somebody is away, in seconds since midnight of `day`; None when not at all.

    The whole of a last day includes what a shift of that day has after midnight, but no shift of the next.
    """
    to_first = (absence.first_day - day).days
    begin_s = DAY_S * to_first + (absence.start or 0)
    if absence.last_day is None:
        end_s = FOREVER_S
    elif absence.end is not None:
        end_s = DAY_S * (absence.last_day - day).days + absence.end
    else:
        end_s = FOREVER_S if absence.last_day >= day else 0
    if absence.start is None and to_first == 0:
        begin_s = 0
    begin_s = max(0, begin_s)
    return (begin_s, end_s) if end_s > begin_s else None
