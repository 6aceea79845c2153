"""Plans for a day, as stored: who visits whom and when, what is left out, and what each plan scored.

Runs name carers, providers, visits and clients by their natural ids, so that a plan outlives a new import.
Instants are seconds since local midnight of the day.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, field, fields
from datetime import date, datetime
from typing import TYPE_CHECKING, TypeVar
from uuid import UUID, uuid4

from sqlalchemy import (
    JSON,
    CheckConstraint,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    String,
    insert,
    select,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship, selectinload

from app.db.areas import ID_CHARS, lock_area
from app.db.base import Base, Json, TextList, UtcDateTime, word_of
from app.errors import RotaNotFound
from solver import types as solver
from solver.types import Reason

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sqlalchemy import ColumnElement
    from sqlalchemy.orm import Session

Record = TypeVar("Record", solver.Stop, solver.Rest, solver.Unallocated)


class Plan(Base):
    """One plan of an optimisation. `letter` is A to D in a comparison; `digest` identifies the problem it solves.

    Nobody follows a plan: what carers follow is a published version (`db.rota_versions`).
    """

    __tablename__ = "plan"
    __table_args__ = (
        CheckConstraint("letter IN ('A', 'B', 'C', 'D')", name="letter"),
        Index(None, "area", "day"),
        Index(None, "optimisation_id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    optimisation_id: Mapped[UUID] = mapped_column(ForeignKey("optimisation.id", ondelete="CASCADE"))
    area: Mapped[str] = mapped_column(String(ID_CHARS), ForeignKey("area.name"))
    day: Mapped[date]
    letter: Mapped[str | None] = mapped_column(String(1))
    seed: Mapped[int | None]
    digest: Mapped[str] = mapped_column(String(64))
    score: Mapped[Json] = mapped_column(JSON)
    metrics: Mapped[Json] = mapped_column(JSON)
    search: Mapped[Json | None] = mapped_column(JSON(none_as_null=True))
    stored_at: Mapped[datetime] = mapped_column(UtcDateTime)


class Stop(Base):
    """A visit in a run."""

    __tablename__ = "stop"
    __table_args__ = (
        ForeignKeyConstraint(["plan_id", "shift"], ["run.plan_id", "run.shift"], ondelete="CASCADE"),
        Index(None, "plan_id", "visit"),
    )

    plan_id: Mapped[UUID] = mapped_column(primary_key=True)
    shift: Mapped[str] = mapped_column(String(ID_CHARS), primary_key=True)
    position: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    visit: Mapped[str] = mapped_column(String(ID_CHARS))
    client: Mapped[str] = mapped_column(String(ID_CHARS))
    arrive_s: Mapped[int]
    start_s: Mapped[int]
    leave_s: Mapped[int]
    travel_s: Mapped[int]
    travel_m: Mapped[int]
    boats: Mapped[tuple[str, ...]] = mapped_column(TextList)
    boat_wait_s: Mapped[int]
    walk_s: Mapped[int] = mapped_column(default=0, server_default="0")


class Rest(Base):
    """A break in a run."""

    __tablename__ = "rest"
    __table_args__ = (ForeignKeyConstraint(["plan_id", "shift"], ["run.plan_id", "run.shift"], ondelete="CASCADE"),)

    plan_id: Mapped[UUID] = mapped_column(primary_key=True)
    shift: Mapped[str] = mapped_column(String(ID_CHARS), primary_key=True)
    position: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    after_stop: Mapped[int]
    start_s: Mapped[int]
    end_s: Mapped[int]


class Run(Base):
    """A carer's ordered visits on one shift; `position` keeps the order of the plan."""

    __tablename__ = "run"
    __table_args__ = (Index(None, "plan_id", "provider"), Index(None, "plan_id", "carer"))

    plan_id: Mapped[UUID] = mapped_column(ForeignKey("plan.id", ondelete="CASCADE"), primary_key=True)
    shift: Mapped[str] = mapped_column(String(ID_CHARS), primary_key=True)
    position: Mapped[int]
    carer: Mapped[str] = mapped_column(String(ID_CHARS))
    provider: Mapped[str] = mapped_column(String(ID_CHARS))
    leave_home_s: Mapped[int]
    back_home_s: Mapped[int]
    home_travel_s: Mapped[int]
    home_travel_m: Mapped[int]
    home_boats: Mapped[tuple[str, ...]] = mapped_column(TextList)
    home_walk_s: Mapped[int] = mapped_column(default=0, server_default="0")

    stops: Mapped[list[Stop]] = relationship(order_by=Stop.position, viewonly=True, lazy="raise")
    rests: Mapped[list[Rest]] = relationship(order_by=Rest.position, viewonly=True, lazy="raise")


class Unallocated(Base):
    """A visit in no run, and why."""

    __tablename__ = "unallocated"

    plan_id: Mapped[UUID] = mapped_column(ForeignKey("plan.id", ondelete="CASCADE"), primary_key=True)
    position: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    visit: Mapped[str] = mapped_column(String(ID_CHARS))
    client: Mapped[str] = mapped_column(String(ID_CHARS))
    reason: Mapped[Reason] = mapped_column(word_of(Reason))
    detail: Mapped[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Staffing:
    """Who is behind the ids of a plan: the carer and provider of each shift, the client of each visit."""

    carer_of_shift: Mapping[str, str]
    provider_of_shift: Mapping[str, str]
    client_of_visit: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanLabel:
    """What is stored with a plan, beside its runs."""

    optimisation: UUID
    area: str
    digest: str
    stored_at: datetime
    letter: str | None = None
    seed: int | None = None
    score: Json = field(default_factory=dict)
    metrics: Json = field(default_factory=dict)


def save_plan(session: Session, plan: solver.DayPlan, *, label: PlanLabel, staffing: Staffing) -> UUID:
    """Store a plan and return its id. Raises AreaNotFound."""
    plan_id = uuid4()
    day = date.fromisoformat(plan.day)
    lock_area(session, label.area)
    session.add(
        Plan(
            id=plan_id,
            optimisation_id=label.optimisation,
            area=label.area,
            day=day,
            letter=label.letter,
            seed=label.seed,
            digest=label.digest,
            score=label.score,
            metrics=label.metrics,
            search=None if plan.search is None else asdict(plan.search),
            stored_at=label.stored_at,
        )
    )
    session.flush()
    _insert_runs(session, plan_id, plan, staffing)
    return plan_id


def runs_on_paper(plan: solver.DayPlan, staffing: Staffing) -> list[Run]:
    """Give the runs of a plan that is not stored, as rows with their stops and rests in no session."""
    runs = []
    for place, run in enumerate(plan.runs):
        own = {name: value for name, value in _fields(run).items() if name not in {"stops", "rests"}}
        runs.append(
            Run(
                position=place,
                carer=staffing.carer_of_shift[run.shift],
                provider=staffing.provider_of_shift[run.shift],
                stops=[Stop(client=staffing.client_of_visit[stop.visit], **_fields(stop)) for stop in run.stops],
                rests=[Rest(**_fields(rest)) for rest in run.rests],
                **own,
            )
        )
    return runs


def left_out_on_paper(plan: solver.DayPlan, staffing: Staffing) -> list[Unallocated]:
    """Give the visits that an unstored plan leaves out, as rows in no session."""
    return [Unallocated(client=staffing.client_of_visit[row.visit], **_fields(row)) for row in plan.unallocated]


def _insert_runs(session: Session, plan_id: UUID, plan: solver.DayPlan, staffing: Staffing) -> None:
    """Insert everything that hangs on a plan, in one statement per table."""
    runs: list[Json] = []
    stops: list[Json] = []
    rests: list[Json] = []
    for place, run in enumerate(plan.runs):
        key = {"plan_id": plan_id, "shift": run.shift}
        own = {name: value for name, value in _fields(run).items() if name not in {"stops", "rests"}}
        who = {"carer": staffing.carer_of_shift[run.shift], "provider": staffing.provider_of_shift[run.shift]}
        runs.append({**key, "position": place, **own, **who})
        for position, stop in enumerate(run.stops):
            client = staffing.client_of_visit[stop.visit]
            stops.append({**key, "position": position, "client": client, **_fields(stop)})
        rests.extend({**key, "position": position, **_fields(rest)} for position, rest in enumerate(run.rests))
    left_out = [
        {"plan_id": plan_id, "position": place, "client": staffing.client_of_visit[row.visit], **_fields(row)}
        for place, row in enumerate(plan.unallocated)
    ]
    for table, rows in ((Run, runs), (Stop, stops), (Rest, rests), (Unallocated, left_out)):
        if rows:
            session.execute(insert(table), rows)


def _fields(record: solver.Run | solver.Stop | solver.Rest | solver.Unallocated) -> Json:
    """Give the fields of a record of the solver by name, not descending into them."""
    return {part.name: getattr(record, part.name) for part in fields(record)}


def load_plan(session: Session, plan_id: UUID) -> solver.DayPlan:
    """Give a plan back as it was saved. Raises RotaNotFound."""
    plan = session.get(Plan, plan_id)
    if plan is None:
        raise RotaNotFound(f"there is no plan {plan_id}")
    left_out = session.scalars(select(Unallocated).where(Unallocated.plan_id == plan_id).order_by(Unallocated.position))
    return solver.DayPlan(
        day=plan.day.isoformat(),
        runs=tuple(_to_run(row) for row in _runs(session, Run.plan_id == plan_id)),
        unallocated=tuple(_copy(row, solver.Unallocated) for row in left_out),
        search=None if plan.search is None else solver.Search(**plan.search),
    )


def _to_run(row: Run) -> solver.Run:
    return solver.Run(
        shift=row.shift,
        leave_home_s=row.leave_home_s,
        stops=tuple(_copy(stop, solver.Stop) for stop in row.stops),
        back_home_s=row.back_home_s,
        home_travel_s=row.home_travel_s,
        home_travel_m=row.home_travel_m,
        home_boats=row.home_boats,
        home_walk_s=row.home_walk_s,
        rests=tuple(_copy(rest, solver.Rest) for rest in row.rests),
    )


def _copy(row: Base, record: type[Record]) -> Record:
    """Make a record of the solver from the columns of the same names."""
    return record(**{part.name: getattr(row, part.name) for part in fields(record)})


def plans_of(session: Session, optimisation: UUID) -> Sequence[Plan]:
    """List the plans of an optimisation, by letter and seed."""
    return session.scalars(
        select(Plan).where(Plan.optimisation_id == optimisation).order_by(Plan.letter, Plan.seed, Plan.stored_at)
    ).all()


def latest_plan(session: Session, area: str, day: date, *, letter: str) -> Plan | None:
    """Find the plan with a letter for a day that was stored last."""
    asked = select(Plan).where(Plan.area == area, Plan.day == day, Plan.letter == letter)
    return session.scalar(asked.order_by(Plan.stored_at.desc()).limit(1))


def runs_of_plan(session: Session, plan: Plan) -> Sequence[Run]:
    """List the runs of a plan, in its order."""
    return _runs(session, Run.plan_id == plan.id)


def _runs(session: Session, *conditions: ColumnElement[bool]) -> Sequence[Run]:
    with_parts = (selectinload(Run.stops), selectinload(Run.rests))
    return session.scalars(select(Run).where(*conditions).options(*with_parts).order_by(Run.position)).all()
