"""Plans in the database: they come back equal, and outlive what they were made from."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING
from uuid import UUID, uuid4

import pytest
from sqlalchemy import delete, func, select

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
    load_plan,
    plans_of,
    runs_on_paper,
    save_plan,
)
from app.db.rotas import runs_of
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


def test_runs_can_be_read_after_the_session(engine: Engine, optimisation: UUID) -> None:
    """Runs come with their stops in order, clients and rests, so that no query follows; one carer's on request."""
    with writing(engine) as session:
        save_plan(session, PLAN, label=a_label(optimisation), staffing=STAFFING)
    with reading(engine) as session:
        (plan,) = plans_of(session, optimisation)
        runs = {run.shift: run for run in runs_of(session, plan)}
        (other,) = runs_of(session, plan, carer="K2")
    assert [(stop.visit, stop.client, stop.boats) for stop in runs["S1"].stops] == [
        ("V1", "C1", ()),
        ("V2", "C2", ("k1", "k2")),
    ]
    assert [rest.after_stop for rest in runs["S1"].rests] == [0, 1]
    assert (other.shift, other.carer) == ("S3", "K2")


def test_a_plan_on_paper_is_as_one_stored(engine: Engine, optimisation: UUID) -> None:
    """Rows made of a plan that is not stored equal those that come back from the database."""
    with writing(engine) as session:
        save_plan(session, PLAN, label=a_label(optimisation), staffing=STAFFING)
    with reading(engine) as session:
        (plan,) = plans_of(session, optimisation)
        stored = runs_of(session, plan)
    paper = runs_on_paper(PLAN, STAFFING)
    for one, other in zip(stored, paper, strict=True):
        for name in ("shift", "carer", "provider", "leave_home_s", "back_home_s", "home_boats"):
            assert getattr(one, name) == getattr(other, name)
        assert [(stop.visit, stop.client, stop.start_s) for stop in one.stops] == [
            (stop.visit, stop.client, stop.start_s) for stop in other.stops
        ]


def test_plans_outlive_a_new_import(engine: Engine, optimisation: UUID) -> None:
    """After importing the area again, with carers gone, the rota is still there."""
    with writing(engine) as session:
        save_plan(session, PLAN, label=a_label(optimisation), staffing=STAFFING)
    with writing(engine) as session:
        fewer = {"shifts": GOOD.shifts[:1], "carers": GOOD.carers[:1]}
        gone: dict[str, tuple[object, ...]] = dict.fromkeys(
            ("recorded", "matches", "carer_skills", "carer_absences"), ()
        )
        import_dataset(session, replace(GOOD, **fewer, **gone))
    with reading(engine) as session:
        (plan,) = plans_of(session, optimisation)
        assert [run.shift for run in runs_of(session, plan, carer="K2")] == ["S3"]


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
