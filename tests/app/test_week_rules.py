"""The rules about days: each refuses what breaks it at its place, and allows what only comes close."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from app.due import CarerAbsenceRow, ChangeKind, ClientAbsenceRow
from app.errors import ImportRejected
from app.services.read_dataset import read_dataset
from app.services.write_dataset import write_dataset
from tests.app.datasets import GOOD, clock
from tests.app.weeks import DAYS, MON, WEEK, WORKDAYS

if TYPE_CHECKING:
    from pathlib import Path

    from app.dataset import Dataset

CHANGE = GOOD.visit_changes[0]
PACKAGE, SHIFT, VISIT = WEEK.packages[0], WEEK.shifts[0], WEEK.visits[0]
OTHER = replace(SHIFT, shift_id="S9")
EVENING = {"start": clock(18), "end": clock(22), "break_minutes": 0, "break_earliest": 0, "break_latest": 0}


def with_shift(**changes: object) -> Dataset:
    """Add a shift of the same carer."""
    return replace(WEEK, shifts=(*WEEK.shifts, replace(OTHER, **changes)))  # type: ignore[arg-type]


def with_visit(**changes: object) -> Dataset:
    """Change the weekly visit, of which nothing is recorded."""
    return replace(WEEK, visits=(replace(VISIT, **changes), WEEK.visits[1]), recorded=())  # type: ignore[arg-type]


def with_change(**changes: object) -> Dataset:
    """Change the weekly visit on its Tuesday."""
    return replace(WEEK, visit_changes=(replace(CHANGE, day=DAYS[1], **changes),))  # type: ignore[arg-type]


def with_absence(**changes: object) -> Dataset:
    """Let a carer be away."""
    row = CarerAbsenceRow(carer_id="K1", first_day=MON, start=None, last_day=MON, end=None)
    return replace(WEEK, carer_absences=(replace(row, **changes),))  # type: ignore[arg-type]


BROKEN = {
    "season turned round": (
        replace(WEEK, packages=(replace(PACKAGE, valid_from=DAYS[1], valid_to=MON),)),
        ("packages.csv", 2, "valid_to", "the last day is before the first"),
    ),
    "day and days": (with_visit(day=MON), ("visits.csv", 2, "days", "there are a day and days of the week")),
    "weeks without days": (
        with_visit(days=(), every_weeks=2),
        ("visits.csv", 2, "valid_from", "there are weeks but no days of the week"),
    ),
    "which weeks": (
        with_visit(every_weeks=2),
        ("visits.csv", 2, "every_weeks", "nothing tells which weeks are meant"),
    ),
    "absence turned round": (
        with_absence(last_day=MON - timedelta(days=1)),
        ("carer_absences.csv", 2, "last_day", "the last day is before the first"),
    ),
    "end without last day": (
        with_absence(last_day=None, end=clock(9)),
        ("carer_absences.csv", 2, "end", "there is an end but no last day"),
    ),
    "absence of no time": (
        with_absence(start=clock(9), end=clock(9)),
        ("carer_absences.csv", 2, "end", "the absence does not end after it starts"),
    ),
    "client away of no time": (
        replace(
            WEEK,
            client_absences=(
                ClientAbsenceRow(client_id="C1", first_day=MON, start=clock(9), last_day=MON, end=clock(8)),
            ),
        ),
        ("client_absences.csv", 2, "end", "the absence does not end after it starts"),
    ),
    "nothing changed": (with_change(latest=None), ("visit_changes.csv", 2, "kind", "nothing is changed")),
    "cancelled and changed": (
        with_change(kind=ChangeKind.CANCELLED),
        ("visit_changes.csv", 2, "kind", "the visit is cancelled and changed"),
    ),
    "not due": (
        replace(WEEK, visit_changes=(replace(CHANGE, day=DAYS[5]),)),
        ("visit_changes.csv", 2, "day", "the visit is not due on that day"),
    ),
    "preferred left outside": (
        with_change(earliest=clock(8, 30)),
        ("visit_changes.csv", 2, "preferred", "the preferred start would be outside the window"),
    ),
    "another client's package": (
        replace(WEEK, packages=(replace(PACKAGE, client_id="C2"),)),
        ("visits.csv", 2, "package_id", "another client's package"),
    ),
    "another provider's contract": (
        replace(WEEK, contracts=(replace(WEEK.contracts[0], provider_id="P2"),)),
        ("allocation.csv", 2, "contract_id", "another provider's contract"),
    ),
    "recorded on a day off": (
        replace(WEEK, recorded=(replace(WEEK.recorded[0], day=DAYS[5], shift_id="S2"),)),
        ("recorded_rota.csv", 2, "visit_id", "V1 is not due on that day"),
    ),
    "recorded without a shift": (
        replace(WEEK, recorded=(replace(WEEK.recorded[0], shift_id="S3"),)),
        ("recorded_rota.csv", 2, "shift_id", "S3 is not due on that day"),
    ),
    "weekly shifts overlap": (
        with_shift(days=("Fri", "Sat")),
        ("shifts.csv", 5, "start", "the shift overlaps that of the same carer in row 2"),
    ),
    "single day in a week": (
        with_shift(days=(), day=DAYS[4]),
        ("shifts.csv", 5, "start", "the shift overlaps that of the same carer in row 2"),
    ),
    "after midnight": (
        with_shift(**EVENING | {"end": clock(30), "days": ("Sun",)}),
        None,
    ),
    "far after midnight": (
        with_shift(**EVENING | {"start": clock(5), "end": clock(6), "days": ("Mon",)}),
        None,
    ),
    "every other week, the other": (
        replace(
            with_shift(days=("Mon",), every_weeks=2, valid_from=DAYS[7]),
            shifts=(
                replace(SHIFT, days=("Mon",), every_weeks=2, valid_from=MON),
                replace(OTHER, days=("Mon",), every_weeks=2, valid_from=DAYS[7]),
                *WEEK.shifts[1:],
            ),
            recorded=(),
        ),
        None,
    ),
    "another season": (
        replace(
            WEEK,
            shifts=(
                replace(SHIFT, valid_to=DAYS[6]),
                replace(OTHER, days=WORKDAYS, valid_from=DAYS[7]),
                *WEEK.shifts[1:],
            ),
        ),
        None,
    ),
    "part of a day off": (with_absence(start=clock(9), end=clock(10)), None),
    "recorded twice on two days": (WEEK, None),
}


@pytest.mark.parametrize(("dataset", "expected"), BROKEN.values(), ids=BROKEN)
def test_each_rule_about_days(dataset: Dataset, expected: tuple[str, int, str, str] | None, tmp_path: Path) -> None:
    """One broken rule is one fault with its place; a good data set is read as it was written."""
    write_dataset(dataset, tmp_path)
    if expected is None:
        assert read_dataset(tmp_path) == dataset
        return
    with pytest.raises(ImportRejected) as caught:
        read_dataset(tmp_path)
    (fault,) = caught.value.faults
    assert (fault.file, fault.row, fault.column, fault.message) == expected
    assert fault.action


def test_a_night_shift_may_not_reach_into_the_next_morning(tmp_path: Path) -> None:
    """Sunday's until 30:00 (six on Monday) overlaps with Monday's from five."""
    night = replace(OTHER, **EVENING | {"end": clock(30), "days": ("Sun",)})
    early = replace(OTHER, **EVENING | {"shift_id": "S8", "start": clock(5), "end": clock(6), "days": ("Mon",)})
    write_dataset(replace(WEEK, shifts=(*WEEK.shifts, night, early)), tmp_path)
    with pytest.raises(ImportRejected) as caught:
        read_dataset(tmp_path)
    assert [fault.row for fault in caught.value.faults] == [6]
