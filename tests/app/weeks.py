"""A small week, written out as data: one client of every weekday, one carer who works it, two providers."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from app.dataset import Dataset, RecordedRow
from tests.app.datasets import GOOD, clock

MON = date(2026, 11, 16)
DAYS = tuple(MON + timedelta(days=offset) for offset in range(14))
WORKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri")

WEEK: Dataset = replace(
    GOOD,
    day=MON,
    carer_absences=(),
    client_absences=(),
    packages=(replace(GOOD.packages[0], valid_from=None),),
    shifts=(
        replace(GOOD.shifts[0], days=WORKDAYS),
        replace(GOOD.shifts[1], days=("Mon", "Sat"), every_weeks=2, valid_from=MON),
        replace(GOOD.shifts[2], day=DAYS[1]),
    ),
    visits=(
        replace(GOOD.visits[0], days=WORKDAYS, carers_needed=1, valid_to=DAYS[10]),
        replace(GOOD.visits[1], day=DAYS[2]),
    ),
    visit_changes=(),
    recorded=(
        RecordedRow(shift_id="S1", visit_id="V1", start=clock(8)),
        RecordedRow(shift_id="S1", visit_id="V1", start=clock(8, 20), day=DAYS[1]),
    ),
)
