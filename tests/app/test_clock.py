"""Local time: what the clock on the wall reads, on every day of the year."""

from __future__ import annotations

from datetime import date

import pytest

from app.clock import local_instant
from tests.app.datasets import clock


@pytest.mark.parametrize(
    ("day", "clock_s", "shown"),
    [
        (date(2026, 3, 3), clock(8), "2026-03-03T08:00:00+00:00"),
        (date(2026, 7, 1), clock(8), "2026-07-01T08:00:00+01:00"),
        (date(2026, 7, 1), clock(25, 30), "2026-07-02T01:30:00+01:00"),
        (date(2026, 3, 29), 0, "2026-03-29T00:00:00+00:00"),
        (date(2026, 3, 29), clock(8), "2026-03-29T08:00:00+01:00"),
        (date(2026, 3, 29), clock(1, 30), "2026-03-29T02:30:00+01:00"),
        (date(2026, 3, 28), clock(32), "2026-03-29T08:00:00+01:00"),
        (date(2026, 10, 25), clock(8), "2026-10-25T08:00:00+00:00"),
        (date(2026, 10, 25), clock(1, 30), "2026-10-25T01:30:00+01:00"),
        (date(2026, 10, 25), clock(24), "2026-10-26T00:00:00+00:00"),
    ],
)
def test_a_reading_is_shown_as_it_was_typed_with_the_offset_of_that_moment(day: date, clock_s: int, shown: str) -> None:
    """On days of 23, 24 and 25 hours a visit at 08:00 is shown at 08:00; skipped readings move past the change."""
    assert local_instant(day, clock_s).isoformat() == shown
