"""Making a day from weeks: what is due, who is there, who serves, and what was recorded."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.due import CarerAbsenceRow, ChangeKind, ClientAbsenceRow, VisitChangeRow
from app.services.make_day import NOBODY, make_day
from tests.app.areas import tiny_dataset
from tests.app.datasets import clock
from tests.app.weeks import DAYS, MON, WEEK

if TYPE_CHECKING:
    from app.dataset import Dataset


def visits_on(dataset: Dataset, offset: int) -> list[str]:
    """Name the visits of a day."""
    return [row.visit_id for row in make_day(dataset, DAYS[offset]).visits]


def shifts_on(dataset: Dataset, offset: int) -> list[str]:
    """Name the shifts of a day."""
    return [row.shift_id for row in make_day(dataset, DAYS[offset]).shifts]


def changed(kind: ChangeKind, **cells: int) -> Dataset:
    """Change the first visit on Tuesday."""
    names = ("earliest", "latest", "preferred", "duration_minutes", "carers_needed")
    row = VisitChangeRow(visit_id="V1", day=DAYS[1], kind=kind, **{name: cells.get(name) for name in names})
    return replace(WEEK, visit_changes=(row,))


def test_a_data_set_of_one_day_stays_as_it_is() -> None:
    """Nothing that was planned before weeks were known changes."""
    assert make_day(tiny_dataset()) == tiny_dataset()
    assert make_day(tiny_dataset(), tiny_dataset().day) == tiny_dataset()


def test_each_day_has_what_is_due() -> None:
    """Weekly visits keep their ids, single ones have their day, and seasons end."""
    assert visits_on(WEEK, 0) == ["V1"]
    assert visits_on(WEEK, 2) == ["V1", "V2"]
    assert visits_on(WEEK, 5) == []
    assert visits_on(WEEK, 10) == ["V1"]
    assert visits_on(WEEK, 11) == []
    assert [shifts_on(WEEK, offset) for offset in (0, 1, 5, 7, 12)] == [["S1", "S2"], ["S1", "S3"], ["S2"], ["S1"], []]


def test_the_day_is_the_default_of_the_data_set() -> None:
    """Nobody need name it; the made day carries the day that was asked for."""
    assert make_day(WEEK).day == MON
    assert make_day(WEEK, DAYS[3]).day == DAYS[3]


def test_a_cancelled_visit_is_not_due() -> None:
    """On that day only."""
    dataset = changed(ChangeKind.CANCELLED)
    assert visits_on(dataset, 1) == []
    assert visits_on(dataset, 2) == ["V1", "V2"]


def test_a_changed_visit_keeps_the_rest() -> None:
    """Cells that are given replace those of every week."""
    (visit,) = make_day(changed(ChangeKind.CHANGED, latest=clock(10), duration_minutes=45), DAYS[1]).visits
    assert visit == replace(WEEK.visits[0], latest=clock(10), duration_minutes=45)


def test_a_package_that_has_ended_has_no_visits() -> None:
    """The last day still has them."""
    dataset = replace(WEEK, packages=(replace(WEEK.packages[0], valid_to=DAYS[1]),))
    assert visits_on(dataset, 1) == ["V1"]
    assert visits_on(dataset, 2) == ["V2"]


@pytest.mark.parametrize(
    ("start", "end", "window"),
    [
        (None, None, None),
        (8 * 3600, 9 * 3600, None),
        (8 * 3600 + 1800, None, (clock(7, 30), clock(8))),
        (9 * 3600 + 1200, None, (clock(7, 30), clock(8, 50))),
        (None, 8 * 3600, (clock(8), clock(9))),
        (None, 8 * 3600 + 60, None),
    ],
)
def test_an_absent_client_has_no_visit(start: int | None, end: int | None, window: tuple[int, int] | None) -> None:
    """Before and after a part of a day the window ends or begins with the absence."""
    gone = ClientAbsenceRow(client_id="C1", first_day=DAYS[1], start=start, last_day=DAYS[1], end=end)
    visits = make_day(replace(WEEK, client_absences=(gone,)), DAYS[1]).visits
    assert [(row.earliest, row.latest) for row in visits] == ([window] if window else [])


@given(
    st.integers(0, 30 * 60).map(lambda minutes: 60 * minutes), st.integers(0, 30 * 60).map(lambda minutes: 60 * minutes)
)
def test_a_visit_beside_an_absence_fits_outside_it(start: int, end: int) -> None:
    """Whatever the times, a visit that stays can be made while its client is at home, at the preferred start."""
    gone = ClientAbsenceRow(client_id="C1", first_day=DAYS[1], start=start, last_day=DAYS[1], end=max(start + 1, end))
    for row in make_day(replace(WEEK, client_absences=(gone,)), DAYS[1]).visits:
        assert row.earliest <= row.preferred <= row.latest
        for begins in (row.earliest, row.latest):
            assert begins + 60 * row.duration_minutes <= start or begins >= end


def test_an_absent_carer_works_what_is_left() -> None:
    """The longer part of the shift; without the break when it no longer fits; nothing on whole days."""
    gone = CarerAbsenceRow(carer_id="K1", first_day=DAYS[0], start=clock(12), last_day=DAYS[2], end=clock(9))
    dataset = replace(WEEK, carer_absences=(gone,))
    (first, _), (third,) = make_day(dataset, DAYS[0]).shifts, make_day(dataset, DAYS[2]).shifts
    assert (first.start, first.end, first.break_earliest, first.break_latest) == (
        clock(7),
        clock(12),
        clock(11),
        clock(11, 30),
    )
    assert shifts_on(dataset, 1) == ["S3"]
    assert (third.start, third.end, third.break_minutes) == (clock(9), clock(15), 30)
    short = replace(dataset, carer_absences=(replace(gone, start=clock(10)),))
    assert make_day(short, DAYS[0]).shifts[0].break_minutes == 0


def test_one_pinned_element_pins_the_client() -> None:
    """While it is in force: by option 1 or 2, or by choice."""
    for change in ({"sds_option": 2}, {"choice_locked": True}):
        package = replace(WEEK.packages[0], valid_to=DAYS[1], **change)
        dataset = replace(WEEK, packages=(package,))
        assert [row.choice_locked for row in make_day(dataset, DAYS[1]).clients] == [True, True]
        assert [row.choice_locked for row in make_day(dataset, DAYS[2]).clients] == [False, True]


def test_nobody_serves_after_the_contract_or_the_allocation() -> None:
    """The client keeps the visits, so that nobody is forgotten."""
    by_contract = replace(WEEK, contracts=(replace(WEEK.contracts[0], valid_to=DAYS[1]),))
    by_allocation = replace(WEEK, allocation=(replace(WEEK.allocation[0], valid_to=DAYS[1]), WEEK.allocation[1]))
    for dataset in (by_contract, by_allocation):
        assert [row.provider_id for row in make_day(dataset, DAYS[1]).allocation] == ["P1", "P2"]
        assert [row.provider_id for row in make_day(dataset, DAYS[2]).allocation] == [NOBODY, "P2"]
        assert visits_on(dataset, 2) == ["V1", "V2"]


def test_the_recorded_rota_is_that_of_the_day() -> None:
    """Rows without a day are of the data set's; rows of carers who are away are left out."""
    assert [row.start for row in make_day(WEEK).recorded] == [clock(8)]
    assert [row.start for row in make_day(WEEK, DAYS[1]).recorded] == [clock(8, 20)]
    gone = CarerAbsenceRow(carer_id="K1", first_day=MON, start=None, last_day=MON, end=None)
    assert make_day(replace(WEEK, carer_absences=(gone,))).recorded == ()
