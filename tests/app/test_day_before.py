"""Days one after the other: the rest between them, the plan or rota that counts, and the nights of clock changes."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from app.db.engine import make_engine, reading, writing
from app.db.optimisations import get_optimisation
from app.db.plans import PlanLabel, Staffing, load_plan, plans_of, save_plan
from app.due import WEEKDAYS, CarerAbsenceRow
from app.services import compare as compare_module
from app.services import optimise as optimise_module
from app.services.day_before import back_before
from app.services.import_dataset import import_dataset
from app.services.perform import perform
from app.services.requests import CompareRequest, OptimiseRequest, request_optimisation
from solver.types import DayPlan, Reason, Run
from tests.app.areas import DAY, in_this_process, tiny_dataset
from tests.app.commands import tiny_home, url_of
from tests.app.datasets import clock

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path
    from uuid import UUID

    from sqlalchemy import Engine

    from app.dataset import Dataset

NOON = datetime(2026, 11, 16, 12, tzinfo=UTC)
NEXT = DAY + timedelta(days=1)


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """Make a data folder with the imported tiny area."""
    return tiny_home(tmp_path / "var")


@pytest.fixture
def engine(home: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Engine]:
    """Open its database; search in this process."""
    for module in (compare_module, optimise_module):
        monkeypatch.setattr(module, "run_many", in_this_process)
    opened = make_engine(url_of(home))
    yield opened
    opened.dispose()


def every_day() -> Dataset:
    """Let the tiny area's day repeat every day."""
    dataset = tiny_dataset()
    return replace(
        dataset,
        visits=tuple(replace(row, days=WEEKDAYS) for row in dataset.visits),
        shifts=tuple(replace(row, days=WEEKDAYS) for row in dataset.shifts),
    )


def planned(engine: Engine, home: Path, request: OptimiseRequest | CompareRequest) -> dict[str | None, DayPlan]:
    """Carry a request out and give its plans by letter."""
    with writing(engine) as session:
        asked = request_optimisation(session, "tiny", request).id
    assert perform(engine, home, asked)
    with reading(engine) as session:
        return {plan.letter: load_plan(session, plan.id) for plan in plans_of(session, asked)}


def store(engine: Engine, day: date, back_s: int, *, letter: str = "B", at: datetime = NOON) -> UUID:
    """Store a plan in which the first shift of the tiny area ends at a reading of the clock."""
    shift = tiny_dataset().shifts[0]
    run = Run(shift=shift.shift_id, leave_home_s=0, stops=(), back_home_s=back_s, home_travel_s=0, home_travel_m=0)
    with writing(engine) as session:
        row = request_optimisation(session, "tiny", OptimiseRequest()).id
        label = PlanLabel(optimisation=row, area="tiny", digest="x", stored_at=at, letter=letter)
        staffing = Staffing(
            carer_of_shift={shift.shift_id: shift.carer_id},
            provider_of_shift={shift.shift_id: "P01"},
            client_of_visit={},
        )
        return save_plan(
            session, DayPlan(day=day.isoformat(), runs=(run,), unallocated=()), label=label, staffing=staffing
        )


@pytest.mark.parametrize(
    ("day", "back", "expected"),
    [
        (date(2026, 11, 18), clock(22), -clock(2)),
        (date(2026, 11, 18), clock(25), clock(1)),
        (date(2026, 3, 29), clock(22), -clock(1)),
        (date(2026, 10, 25), clock(22), -clock(3)),
    ],
    ids=["as usual", "after midnight", "an hour is lost", "an hour is gained"],
)
def test_the_seconds_make_the_rest_as_long_as_it_is(engine: Engine, day: date, back: int, expected: int) -> None:
    """Back at 22:00, eight in the morning is ten hours later; nine or eleven when the clocks change in between."""
    store(engine, day - timedelta(days=1), back)
    with reading(engine) as session:
        assert back_before(session, "tiny", day) == {tiny_dataset().shifts[0].carer_id: expected}


def test_the_last_plan_with_the_letter_counts(engine: Engine) -> None:
    """Not one that was stored before, nor one of another letter or day."""
    store(engine, DAY, clock(20))
    store(engine, DAY, clock(21), at=NOON + timedelta(hours=1))
    store(engine, DAY, clock(22), letter="D", at=NOON + timedelta(hours=2))
    store(engine, DAY - timedelta(days=1), clock(23), at=NOON + timedelta(hours=3))
    with reading(engine) as session:
        assert set(back_before(session, "tiny", NEXT).values()) == {-clock(3)}
        assert set(back_before(session, "tiny", NEXT, letter="D").values()) == {-clock(2)}
        assert back_before(session, "tiny", NEXT + timedelta(days=1)) == {}


def test_days_in_a_row_leave_eleven_hours_of_rest(engine: Engine, home: Path) -> None:
    """Whoever came back late from the first day begins later on the next, or not at all."""
    with writing(engine) as session:
        import_dataset(session, every_day())
    first = planned(engine, home, OptimiseRequest(iterations=60))["B"]
    second = planned(engine, home, OptimiseRequest(iterations=60, day=NEXT.isoformat()))["B"]
    assert (first.day, second.day) == (DAY.isoformat(), NEXT.isoformat())
    carer_of = {row.shift_id: row.carer_id for row in tiny_dataset().shifts}
    for before in first.runs:
        for after in second.runs:
            if carer_of[before.shift] == carer_of[after.shift]:
                assert after.leave_home_s + clock(24) - before.back_home_s >= clock(11) - 3600
                begins_s = after.leave_home_s if not after.stops else after.stops[0].start_s
                assert begins_s + clock(24) - before.back_home_s >= clock(11)


def test_a_day_of_the_week_is_planned_without_who_is_away(engine: Engine, home: Path) -> None:
    """A carer on holiday has no run that day, and has one the day before."""
    first = planned(engine, home, OptimiseRequest(iterations=60))["B"]
    shift = next(row for row in tiny_dataset().shifts if row.shift_id == first.runs[0].shift)
    gone = CarerAbsenceRow(carer_id=shift.carer_id, first_day=NEXT, start=None, last_day=NEXT, end=None)
    with writing(engine) as session:
        import_dataset(session, replace(every_day(), carer_absences=(gone,)))
    second = planned(engine, home, OptimiseRequest(iterations=60, day=NEXT.isoformat()))["B"]
    assert shift.shift_id not in {run.shift for run in second.runs}


def test_visits_whose_allocation_has_ended_are_left_out_with_the_reason(engine: Engine, home: Path) -> None:
    """Nobody is forgotten: in plan B no provider may serve, and the comparison may find one."""
    dataset = tiny_dataset()
    client = next(
        row.client_id
        for row in dataset.clients
        if row.sds_option == 3 and any(visit.client_id == row.client_id for visit in dataset.visits)
    )
    ended = tuple(
        replace(row, valid_to=DAY - timedelta(days=1)) if row.client_id == client else row for row in dataset.allocation
    )
    with writing(engine) as session:
        import_dataset(session, replace(dataset, allocation=ended))
    own = {row.visit_id for row in dataset.visits if row.client_id == client}
    plans = planned(engine, home, CompareRequest(seeds=1, iterations=600, move_budget_pct=50, swap_iterations=0))
    left = {row.visit: row.reason for row in plans["B"].unallocated}
    assert {left.get(visit) for visit in own} == {Reason.NO_ELIGIBLE_PROVIDER}
    assert set(plans) == {"A", "B", "C", "D"}


def test_the_day_that_was_asked_for_is_kept(engine: Engine) -> None:
    """As text, in the stored request."""
    with writing(engine) as session:
        row = request_optimisation(session, "tiny", OptimiseRequest(day="2026-11-18"))
        assert get_optimisation(session, row.id).request["day"] == "2026-11-18"
