"""What is due on which day: single days, weeks, seasons, and absences."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.due import DAY_S, FOREVER_S, WEEKDAYS, CarerAbsenceRow, Recurrence, away, falls_on, in_force, meet

MON = date(2026, 11, 16)
TUE, WED, SUN = MON + timedelta(days=1), MON + timedelta(days=2), MON + timedelta(days=6)
HOUR = 3600


def absence(first: date, last: date | None, start: int | None = None, end: int | None = None) -> CarerAbsenceRow:
    """Make an absence."""
    return CarerAbsenceRow(carer_id="K1", first_day=first, start=start, last_day=last, end=end)


def test_a_row_without_days_is_due_on_the_planned_day() -> None:
    """And on no other."""
    assert falls_on(Recurrence(), MON, planned=MON)
    assert not falls_on(Recurrence(), TUE, planned=MON)


def test_a_row_of_one_day_is_due_on_it_only() -> None:
    """Whatever day is planned."""
    assert falls_on(Recurrence(day=TUE), TUE, planned=MON)
    assert not falls_on(Recurrence(day=TUE), MON, planned=MON)
    assert not falls_on(Recurrence(day=TUE), TUE + timedelta(weeks=1), planned=MON)


def test_a_weekly_row_is_due_on_its_days_within_its_season() -> None:
    """First and last day included."""
    row = Recurrence(days=("Mon", "Wed"), valid_from=WED, valid_to=WED + timedelta(weeks=1))
    due = [day for day in (MON + timedelta(days=offset) for offset in range(21)) if falls_on(row, day, planned=MON)]
    assert due == [WED, MON + timedelta(weeks=1), WED + timedelta(weeks=1)]


def test_every_other_week_counts_from_the_week_of_the_first_day() -> None:
    """The first day may be late in its week; the weeks are Monday to Sunday."""
    row = Recurrence(days=("Mon", "Sun"), every_weeks=2, valid_from=SUN)
    due = [offset for offset in range(28) if falls_on(row, MON + timedelta(days=offset), planned=MON)]
    assert due == [6, 14, 20]


def test_seasons_may_be_open() -> None:
    """A missing date means without end."""
    assert in_force(Recurrence(), MON)
    assert not in_force(Recurrence(valid_from=TUE), MON)
    assert not in_force(Recurrence(valid_to=MON), TUE)


weekly = st.builds(
    Recurrence,
    days=st.lists(st.sampled_from(WEEKDAYS), min_size=1, unique=True).map(tuple),
    every_weeks=st.integers(1, 4),
    valid_from=st.integers(-30, 30).map(lambda offset: MON + timedelta(days=offset)),
    valid_to=st.none() | st.integers(-10, 90).map(lambda offset: MON + timedelta(days=offset)),
)


@given(weekly, weekly, st.sampled_from((-1, 0, 1)))
def test_rows_meet_exactly_when_some_day_has_both(one: Recurrence, other: Recurrence, days_later: int) -> None:
    """Compared with looking at each of many days."""
    days = [MON + timedelta(days=offset) for offset in range(-40, 40 + 7 * 12)]
    both = any(
        falls_on(one, day, planned=day) and falls_on(other, day + timedelta(days=days_later), planned=day)
        for day in days
    )
    assert meet(one, other, days_later=days_later) == both


AWAY = {
    "after midnight": (absence(TUE, WED), (DAY_S, FOREVER_S)),
    "over": (absence(MON - timedelta(days=2), MON - timedelta(days=1)), None),
    "all day": (absence(MON, MON), (0, FOREVER_S)),
    "in the middle of it": (absence(MON - timedelta(days=1), TUE), (0, FOREVER_S)),
    "until further notice": (absence(MON - timedelta(days=9), None), (0, FOREVER_S)),
    "afternoon": (absence(MON, TUE, start=13 * HOUR), (13 * HOUR, FOREVER_S)),
    "back at noon": (absence(MON - timedelta(days=1), MON, end=12 * HOUR), (0, 12 * HOUR)),
    "an hour": (absence(MON, MON, start=9 * HOUR, end=10 * HOUR), (9 * HOUR, 10 * HOUR)),
    "back before": (absence(MON - timedelta(days=2), MON - timedelta(days=1), end=12 * HOUR), None),
    "back after midnight": (absence(MON - timedelta(days=2), MON - timedelta(days=1), end=25 * HOUR), (0, HOUR)),
    "from midnight on": (absence(TUE, WED, start=HOUR), (DAY_S + HOUR, FOREVER_S)),
}


@pytest.mark.parametrize(("row", "expected"), AWAY.values(), ids=AWAY)
def test_who_is_away_when(row: CarerAbsenceRow, expected: tuple[int, int] | None) -> None:
    """Parts of first and last days, and shifts that go on after midnight."""
    assert away(row, MON) == expected
