"""Facts about carers whose work would move: shares over twelve weeks, two flags, and no conclusion."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from app.services.tupe import NOTE, WEEKS, Worked, exposures, worked_on_recorded_day
from tests.app.areas import tiny_dataset

UNTIL = date(2026, 11, 17)
EMPLOYER = {"anna": "north", "ben": "north"}


def worked(carer: str, client: str, hours: float, days_ago: int = 0) -> Worked:
    """Record hours some days before the end of the period."""
    return Worked(carer=carer, client=client, day=UNTIL - timedelta(days=days_ago), hours=hours)


@pytest.mark.parametrize(("moving", "flag"), [(4.9, 0), (5.0, 50), (7.4, 50), (7.5, 75), (10.0, 75)])
def test_the_flags_begin_at_half_and_three_quarters(moving: float, flag: int) -> None:
    """The share counts to one receiver; at the flag itself a carer is listed."""
    rows = [worked("anna", "c1", moving), worked("anna", "c2", 10 - moving)]
    (found,) = exposures(rows, EMPLOYER, {"c1": "south"}, until=UNTIL)
    assert (found.carer, found.receiver, found.flag_pct) == ("anna", "south", flag)
    assert found.share_pct == pytest.approx(10 * moving)


def test_receivers_are_counted_apart() -> None:
    """Work that is scattered over several receivers makes several small shares, not one large."""
    rows = [worked("anna", client, 1) for client in ("c1", "c2", "c3", "c4")]
    found = exposures(rows, EMPLOYER, {"c1": "south", "c2": "west", "c3": "east"}, until=UNTIL)
    assert [(row.receiver, row.share_pct, row.flag_pct) for row in found] == [
        ("east", 25.0, 0),
        ("south", 25.0, 0),
        ("west", 25.0, 0),
    ]


def test_only_the_last_twelve_weeks_count() -> None:
    """Older work and work after the period say nothing; the answer names the days that there are records of."""
    rows = [
        worked("anna", "c1", 1),
        worked("anna", "c2", 1, days_ago=7 * WEEKS - 1),
        worked("anna", "c1", 99, days_ago=7 * WEEKS),
        worked("anna", "c1", 99, days_ago=-1),
    ]
    (found,) = exposures(rows, EMPLOYER, {"c1": "south"}, until=UNTIL)
    assert (found.share_pct, found.days, found.first) == (50.0, 2, UNTIL - timedelta(days=7 * WEEKS - 1))


def test_what_moves_to_the_employer_itself_is_no_exposure() -> None:
    """A client who comes to the carer's own provider takes no work away."""
    assert exposures([worked("anna", "c1", 1)], EMPLOYER, {"c1": "north"}, until=UNTIL) == []


def test_the_recorded_day_is_a_record_of_one_day() -> None:
    """Of a data set with one recorded day the hours are those of its visits, both carers counted."""
    dataset = tiny_dataset()
    rows = worked_on_recorded_day(dataset)
    minutes = {visit.visit_id: visit.duration_minutes for visit in dataset.visits}
    assert sum(row.hours for row in rows) == pytest.approx(sum(minutes[row.visit_id] for row in dataset.recorded) / 60)
    assert {row.day for row in rows} == {dataset.day}


def test_no_conclusion_is_drawn() -> None:
    """The note says that shares decide nothing."""
    assert "not a conclusion" in NOTE
