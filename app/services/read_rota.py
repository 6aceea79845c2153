"""Read a stored rota: whose runs, when and with whom, in local time. Ids only; nothing is planned here.

A rota shows the runs of its own carers. Of a carer of another provider it says that there is one, not who.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from app.clock import local_instant
from app.db import rotas
from app.db.areas import get_area
from app.db.ferries import load_timetable
from app.services.crossings import car_crossings, crossings_to_book
from app.services.segments import SegmentKind, segments_of
from app.services.timetables import boats_of_day

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import date, datetime
    from uuid import UUID

    from sqlalchemy.orm import Session

    from app.db.plans import Plan, Run, Stop
    from app.services.crossings import CarCrossing
    from app.services.segments import Segment
    from geo.types import Departure

SOMEBODY_ELSE = "another provider's carer"
"""Said instead of the id of a carer who works for somebody else."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RotaSegment:
    """One stretch of a run, in local time. Fields that do not apply to its kind are None."""

    kind: SegmentKind
    start: datetime
    end: datetime
    duration_s: int
    visit: str | None = None
    client: str | None = None
    double_handed: bool | None = None
    with_carers: tuple[str, ...] | None = None
    route: str | None = None
    from_port: str | None = None
    to_port: str | None = None
    check_in_by: datetime | None = None
    departs: datetime | None = None
    road_m: int | None = None
    walk_s: int | None = None
    waiting_s: int | None = None
    boats: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RotaRun:
    """What one carer does on one shift, from home to home. `mode` is None for a carer who is no longer known."""

    shift: str
    carer: str
    provider: str
    mode: str | None
    leave_home: datetime
    back_home: datetime
    segments: tuple[RotaSegment, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Booking:
    """A car's place on a boat that must be booked. `fare_pence` is for the car, None when not known."""

    route: str
    from_port: str
    to_port: str
    check_in_by: datetime
    departs: datetime
    shift: str
    carer: str
    provider: str
    fare_pence: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class LeftOut:
    """A visit in no run. `detail` may name carers of other providers, so it is for the partnership."""

    visit: str
    client: str
    reason: str
    detail: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Rota:
    """A provider's, a carer's or a whole area's part of one plan.

    `out_of_date` when the area's data set is no longer the one that was planned. `bookings` are the crossings to book;
    `bookings_unknown` counts cars on boats of which the timetable does not say whether one must.
    """

    area: str
    day: date
    plan: UUID
    letter: str | None
    current: bool
    out_of_date: bool
    stored_at: datetime
    runs: tuple[RotaRun, ...]
    unallocated: tuple[LeftOut, ...]
    bookings: tuple[Booking, ...] = ()
    bookings_unknown: int = 0


def provider_rota(session: Session, area: str, provider: str, day: date, *, letter: str | None = None) -> Rota:
    """Read the rota of a provider: its carers' runs, and the visits of its clients that are left out.

    Raises RotaNotFound, and NotFound for an unknown provider.
    """
    rotas.get_provider(session, area, provider)
    plan = rotas.plan_to_read(session, area, day, letter)
    return _rota(session, plan, rotas.runs_of(session, plan, provider=provider), _left_out(session, plan, provider))


def carer_rota(session: Session, area: str, carer: str, day: date, *, letter: str | None = None) -> Rota:
    """Read the rota of one carer. Raises RotaNotFound."""
    plan = rotas.plan_to_read(session, area, day, letter)
    return _rota(session, plan, rotas.runs_of(session, plan, carer=carer), ())


def area_rota(session: Session, area: str, day: date, *, letter: str | None = None) -> Rota:
    """Read the rota of everybody. Raises RotaNotFound."""
    plan = rotas.plan_to_read(session, area, day, letter)
    return _rota(session, plan, rotas.runs_of(session, plan), _left_out(session, plan, None))


def _rota(session: Session, plan: Plan, runs: Sequence[Run], left: tuple[LeftOut, ...]) -> Rota:
    modes = rotas.modes_of(session, plan.area, {run.carer for run in runs})
    boats = _boats(session, plan.area, plan.day)
    crossings = car_crossings(runs, [run.shift for run in runs if modes.get(run.carer) == "car"], boats.sailings)
    company = _company(session, plan, runs)
    return Rota(
        area=plan.area,
        day=plan.day,
        plan=plan.id,
        letter=plan.letter,
        current=plan.current,
        out_of_date=get_area(session, plan.area).digest != plan.digest,
        stored_at=plan.stored_at,
        runs=tuple(
            RotaRun(
                shift=run.shift,
                carer=run.carer,
                provider=run.provider,
                mode=modes.get(run.carer),
                leave_home=local_instant(plan.day, run.leave_home_s),
                back_home=local_instant(plan.day, run.back_home_s),
                segments=tuple(
                    _segment(plan.day, run, part, company, boats.ports) for part in segments_of(run, boats.sailings)
                ),
            )
            for run in runs
        ),
        unallocated=left,
        bookings=_bookings(crossings, runs, plan.day, boats.ports),
        bookings_unknown=sum(crossing.sailing.booking is None for crossing in crossings),
    )


def _bookings(
    crossings: Sequence[CarCrossing], runs: Sequence[Run], day: date, ports: Sequence[str]
) -> tuple[Booking, ...]:
    """Say for each crossing that must be booked who crosses, where and when."""
    by_shift = {run.shift: run for run in runs}
    return tuple(
        Booking(
            route=crossing.sailing.route,
            from_port=ports[crossing.sailing.from_port],
            to_port=ports[crossing.sailing.to_port],
            check_in_by=local_instant(day, crossing.sailing.last_checkin_s),
            departs=local_instant(day, crossing.sailing.departs_s),
            shift=crossing.shift,
            carer=by_shift[crossing.shift].carer,
            provider=by_shift[crossing.shift].provider,
            fare_pence=crossing.sailing.car_fare_pence,
        )
        for crossing in crossings_to_book(crossings)
    )


def _left_out(session: Session, plan: Plan, provider: str | None) -> tuple[LeftOut, ...]:
    return tuple(
        LeftOut(visit=row.visit, client=row.client, reason=row.reason.value, detail=row.detail)
        for row in rotas.left_out(session, plan, provider)
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Boats:
    """The day's sailings by the ids that plans name them with, and the names of the ports by their rows."""

    sailings: Mapping[str, Departure]
    ports: Sequence[str]


def _boats(session: Session, area: str, day: date) -> _Boats:
    timetable = load_timetable(session, area)
    rows = {port.port_id: number for number, port in enumerate(timetable.ports)}
    sailings = {boat.id: boat for boat in boats_of_day(timetable, day, rows)}
    return _Boats(sailings=sailings, ports=[port.name for port in timetable.ports])


def _company(session: Session, plan: Plan, runs: Sequence[Run]) -> Callable[[Run, Stop], tuple[bool, tuple[str, ...]]]:
    """Tell for a stop whether two carers are needed, and who else is there."""
    visits = {stop.visit for run in runs for stop in run.stops}
    needed = rotas.carers_needed(session, plan.area, visits)
    there: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for visit, carer, provider in rotas.stops_with_carers(session, plan, visits):
        there[visit].append((carer, provider))

    def company(run: Run, stop: Stop) -> tuple[bool, tuple[str, ...]]:
        others = tuple(
            carer if provider == run.provider else SOMEBODY_ELSE
            for carer, provider in there[stop.visit]
            if carer != run.carer
        )
        return bool(others) or needed.get(stop.visit, 1) > 1, others

    return company


def _segment(
    day: date,
    run: Run,
    part: Segment,
    company: Callable[[Run, Stop], tuple[bool, tuple[str, ...]]],
    ports: Sequence[str],
) -> RotaSegment:
    more: dict[str, object] = {}
    if part.stop is not None:
        double_handed, with_carers = company(run, part.stop)
        more = {"visit": part.stop.visit, "client": part.stop.client, "double_handed": double_handed}
        more["with_carers"] = with_carers or None
    if part.boat is not None:
        more = {
            "route": part.boat.route,
            "from_port": ports[part.boat.from_port],
            "to_port": ports[part.boat.to_port],
            "check_in_by": local_instant(day, part.boat.last_checkin_s),
            "departs": local_instant(day, part.boat.departs_s),
        }
    return RotaSegment(
        kind=part.kind,
        start=local_instant(day, part.start_s),
        end=local_instant(day, part.end_s),
        duration_s=part.end_s - part.start_s,
        road_m=part.road_m,
        walk_s=part.walk_s,
        waiting_s=part.waiting_s,
        boats=part.boats or None,
        **more,  # type: ignore[arg-type]
    )
