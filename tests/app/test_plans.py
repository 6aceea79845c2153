"""Plans in the database: they come back equal, and rotas are those of the plan that is current."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING
from uuid import UUID, uuid4

import pytest
from sqlalchemy import delete, func, select, update
from sqlalchemy.exc import IntegrityError

from app.db.engine import reading, writing
from app.db.optimisations import Kind, Optimisation, add_optimisation
from app.db.plans import (
    Plan,
    PlanLabel,
    Rest,
    Run,
    Staffing,
    Stop,
    Unallocated,
    carer_rota,
    current_plan,
    load_plan,
    plans_of,
    provider_rota,
    save_plan,
)
from app.errors import AreaNotFound, RotaNotFound
from app.services.import_dataset import import_dataset
from solver import types as solver
from tests.app.datasets import GOOD, clock

if TYPE_CHECKING:
    from sqlalchemy import Engine

NOON = datetime(2026, 11, 16, 12, tzinfo=UTC)
DAY = date(2026, 11, 17)

STAFFING = Staffing(
    carer_of_shift={"S1": "K1", "S2": "K2", "S3": "K2"},
    provider_of_shift={"S1": "P1", "S2": "P2", "S3": "P2"},
    client_of_visit={"V1": "C1", "V2": "C2", "V3": "C2"},
)


def a_stop(visit: str, start_s: int, **fields: object) -> solver.Stop:
    """Make a stop of half an hour, after ten minutes on the road."""
    times = {"arrive_s": start_s - 60, "start_s": start_s, "leave_s": start_s + 1800, "travel_s": 600, "travel_m": 7500}
    return solver.Stop(visit=visit, **{**times, **fields})


PLAN = solver.DayPlan(
    day="2026-11-17",
    runs=(
        solver.Run(
            shift="S3",
            leave_home_s=clock(7),
            stops=(a_stop("V1", clock(8)),),
            back_home_s=clock(9),
            home_travel_s=300,
            home_travel_m=4000,
        ),
        solver.Run(
            shift="S1",
            leave_home_s=clock(7, 15),
            stops=(a_stop("V1", clock(8)), a_stop("V2", clock(11), boats=("k1", "k2"), boat_wait_s=240)),
            back_home_s=clock(14),
            home_travel_s=900,
            home_travel_m=8000,
            home_boats=("k9",),
            rests=(
                solver.Rest(after_stop=0, start_s=clock(7), end_s=clock(7, 15)),
                solver.Rest(after_stop=1, start_s=clock(9), end_s=clock(9, 30)),
            ),
        ),
    ),
    unallocated=(
        solver.Unallocated(visit="V3", reason=solver.Reason.NO_ELIGIBLE_PROVIDER, detail="no provider may serve it"),
    ),
    search=solver.Search(engine="kernel", iterations=1000, wall_s=0.1 + 0.2, cost=123_456.789),
)


@pytest.fixture
def optimisation(engine: Engine) -> UUID:
    """Import the good data set and queue an optimisation of it."""
    with writing(engine) as session:
        import_dataset(session, GOOD)
        return add_optimisation(session, GOOD.area, kind=Kind.COMPARE, request={}, at=NOON).id


def a_label(optimisation: UUID, **fields: object) -> PlanLabel:
    """Make the label of a plan of the good area."""
    return replace(PlanLabel(optimisation=optimisation, area=GOOD.area, digest="d" * 64, stored_at=NOON), **fields)


def test_a_plan_comes_back_equal(engine: Engine, optimisation: UUID) -> None:
    """Runs, stops, rests, boats, reasons and their order survive; so does what is stored with the plan."""
    label = a_label(optimisation, letter="C", seed=7, score={"travel": 1.5}, metrics={"miles": 12.25})
    with writing(engine) as session:
        plan_id = save_plan(session, PLAN, label=label, staffing=STAFFING)
    with reading(engine) as session:
        assert load_plan(session, plan_id) == PLAN
        (row,) = plans_of(session, optimisation)
        assert (row.id, row.letter, row.seed, row.day, row.stored_at) == (plan_id, "C", 7, DAY, NOON)
        assert (row.digest, row.score, row.metrics) == ("d" * 64, {"travel": 1.5}, {"miles": 12.25})


def test_an_empty_plan_comes_back_equal(engine: Engine, optimisation: UUID) -> None:
    """A plan without runs, left-out visits or search is stored too."""
    empty = solver.DayPlan(day="2026-11-17", runs=(), unallocated=())
    with writing(engine) as session:
        plan_id = save_plan(session, empty, label=a_label(optimisation), staffing=STAFFING)
        assert load_plan(session, plan_id) == empty


def test_a_rota_has_the_runs_of_its_provider_or_carer_only(engine: Engine, optimisation: UUID) -> None:
    """A provider's and a carer's rota hold their own runs, with stops in order, clients and rests."""
    with writing(engine) as session:
        save_plan(session, PLAN, label=a_label(optimisation, current=True), staffing=STAFFING)
    with reading(engine) as session:
        (run,) = provider_rota(session, GOOD.area, "P1", DAY)
        assert (run.shift, run.carer, run.provider) == ("S1", "K1", "P1")
        assert [(stop.visit, stop.client, stop.boats) for stop in run.stops] == [
            ("V1", "C1", ()),
            ("V2", "C2", ("k1", "k2")),
        ]
        assert [rest.after_stop for rest in run.rests] == [0, 1]
        assert [run.shift for run in carer_rota(session, GOOD.area, "K2", DAY)] == ["S3"]
        assert provider_rota(session, GOOD.area, "P9", DAY) == []
        assert carer_rota(session, GOOD.area, "K9", DAY) == []


def test_the_rota_can_be_read_after_the_session(engine: Engine, optimisation: UUID) -> None:
    """Runs come with their stops and rests, so that no query follows later."""
    with writing(engine) as session:
        save_plan(session, PLAN, label=a_label(optimisation, current=True), staffing=STAFFING)
    with reading(engine) as session:
        (run,) = carer_rota(session, GOOD.area, "K1", DAY)
    assert [stop.visit for stop in run.stops] == ["V1", "V2"]


def test_only_a_plan_saved_as_current_is_followed(engine: Engine, optimisation: UUID) -> None:
    """Plans of a comparison do not replace the rota; a new current plan does, for its day and area only."""
    tomorrow = replace(PLAN, day="2026-11-18")
    with writing(engine) as session:
        save_plan(session, PLAN, label=a_label(optimisation, letter="A"), staffing=STAFFING)
        with pytest.raises(RotaNotFound):
            current_plan(session, GOOD.area, DAY)
        first = save_plan(session, PLAN, label=a_label(optimisation, current=True), staffing=STAFFING)
        other = save_plan(session, tomorrow, label=a_label(optimisation, current=True), staffing=STAFFING)
        save_plan(session, PLAN, label=a_label(optimisation, letter="D"), staffing=STAFFING)
        assert current_plan(session, GOOD.area, DAY).id == first
    with writing(engine) as session:
        second = save_plan(session, PLAN, label=a_label(optimisation, current=True), staffing=STAFFING)
    with reading(engine) as session:
        assert current_plan(session, GOOD.area, DAY).id == second
        assert current_plan(session, GOOD.area, date(2026, 11, 18)).id == other
        assert len(plans_of(session, optimisation)) == 5


def test_the_database_allows_one_current_plan(engine: Engine, optimisation: UUID) -> None:
    """Even past the functions here, an area and day cannot have two current plans."""
    with writing(engine) as session:
        save_plan(session, PLAN, label=a_label(optimisation, current=True), staffing=STAFFING)
        save_plan(session, PLAN, label=a_label(optimisation), staffing=STAFFING)
    with pytest.raises(IntegrityError), writing(engine) as session:
        session.execute(update(Plan).values(current=True))


def test_plans_outlive_a_new_import(engine: Engine, optimisation: UUID) -> None:
    """After importing the area again, with carers gone, the rota is still there."""
    with writing(engine) as session:
        save_plan(session, PLAN, label=a_label(optimisation, current=True), staffing=STAFFING)
    with writing(engine) as session:
        import_dataset(session, replace(GOOD, shifts=GOOD.shifts[:1], recorded=(), matches=(), carers=GOOD.carers[:1]))
    with reading(engine) as session:
        assert [run.shift for run in carer_rota(session, GOOD.area, "K2", DAY)] == ["S3"]


def test_deleting_an_optimisation_deletes_its_plans(engine: Engine, optimisation: UUID) -> None:
    """Nothing of a plan is left when its optimisation is deleted."""
    with writing(engine) as session:
        save_plan(session, PLAN, label=a_label(optimisation), staffing=STAFFING)
    with writing(engine) as session:
        session.execute(delete(Optimisation))
    with reading(engine) as session:
        for table in (Plan, Run, Stop, Rest, Unallocated):
            assert session.scalar(select(func.count()).select_from(table)) == 0


def test_unknown_plans_and_areas_are_not_found(sqlite_engine: Engine) -> None:
    """Asking for a plan that is not there, or saving one for an unknown area, says so."""
    with writing(sqlite_engine) as session:
        with pytest.raises(RotaNotFound):
            load_plan(session, uuid4())
        with pytest.raises(AreaNotFound):
            save_plan(session, PLAN, label=a_label(uuid4()), staffing=STAFFING)
