"""A synthetic day as weeks: a good data set, as staffed on each day as on the first."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from functools import cache
from typing import TYPE_CHECKING

from app.services.make_day import make_day
from app.services.read_dataset import read_dataset
from app.services.write_dataset import write_dataset
from app.synthetic.week import repeating
from tests.app.areas import DAY, tiny_dataset

if TYPE_CHECKING:
    from pathlib import Path

    from app.dataset import Dataset

WEEK = tuple(DAY + timedelta(days=offset) for offset in range(7))


@cache
def week() -> Dataset:
    """Let the tiny area's day repeat."""
    return repeating(tiny_dataset())


def test_the_weeks_are_a_good_data_set(tmp_path: Path) -> None:
    """Every rule holds, and what was written is read."""
    write_dataset(week(), tmp_path)
    assert read_dataset(tmp_path) == week()


def test_the_first_day_is_as_it_was() -> None:
    """The same visits, shifts and recorded rota, by their ids."""
    day, tiny = make_day(week()), tiny_dataset()
    assert [row.visit_id for row in day.visits] == [row.visit_id for row in tiny.visits]
    assert [row.shift_id for row in day.shifts] == [row.shift_id for row in tiny.shifts]
    assert day.recorded == tiny.recorded


def test_every_day_has_as_many_hours_of_shifts() -> None:
    """Who is off is stood in for at the same times."""
    lengths = [sorted((row.start, row.end) for row in make_day(week(), day).shifts) for day in WEEK]
    assert all(length == lengths[0] for length in lengths)


def test_nobody_works_on_more_than_six_days() -> None:
    """Carers of the day have two days off, relief carers one or more."""
    worked = Counter[str]()
    for day in WEEK:
        worked.update({row.carer_id for row in make_day(week(), day).shifts})
    assert max(worked[row.carer_id] for row in tiny_dataset().carers) == 5
    assert max(worked.values()) <= 6


def test_packages_hold_the_minutes_of_their_week() -> None:
    """Summed over the days as they are made, both carers of double-handed visits counting."""
    minutes = Counter[str]()
    for day in WEEK:
        for row in make_day(week(), day).visits:
            minutes[str(row.package_id)] += row.duration_minutes * row.carers_needed
    assert minutes == {row.package_id: row.weekly_minutes for row in week().packages}


def test_weekends_are_quieter() -> None:
    """Some calls are on weekdays only, none of them time-critical."""
    weekday, sunday = (make_day(week(), day).visits for day in (WEEK[1], WEEK[5]))
    assert len(sunday) < len(weekday)
    assert all(not row.time_critical for row in set(weekday) - set(sunday))
