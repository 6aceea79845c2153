"""Lay a plan out for those who read it: whose runs, when and with whom, in local time. Ids only; nothing is planned.

A rota shows the runs of its own carers. Of a carer of another provider it says that there is one, not who.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from app.clock import local_instant
from app.db import rotas
from app.db.ferries import load_timetable
from app.reports.metrics import SPLIT_GAP_S
from app.services.crossings import car_crossings, crossings_to_book
from app.services.segments import SegmentKind, segments_of
from app.services.timetables import boats_of_day
from solver.types import Reason

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from datetime import date, datetime

    from sqlalchemy.orm import Session

    from app.db.plans import Run, Stop, Unallocated
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
    """What one carer does on one shift, from home to home. `mode` is None for a carer who is no longer known.

    The sums tell apart what the schedule of visits must: boats and buses are travel, and a wait of over two hours is
    not waiting but time off, as in the report.
    """

    shift: str
    carer: str
    provider: str
    mode: str | None
    leave_home: datetime
    back_home: datetime
    contact_s: int
    travel_s: int
    wait_s: int
    break_s: int
    time_off_s: int
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
    """A visit in no run. `detail` may name carers of other providers, so it is for the partnership; of a visit that
    was left out by hand it says by whom and why, for the client's provider too."""

    visit: str
    client: str
    reason: Reason
    detail: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """What one reader sees of a plan. `bookings` are the crossings to book; `bookings_unknown` counts cars on boats
    of which the timetable does not say whether one must."""

    runs: tuple[RotaRun, ...]
    unallocated: tuple[LeftOut, ...]
    bookings: tuple[Booking, ...]
    bookings_unknown: int


@dataclass(frozen=True, slots=True, kw_only=True)
class OnPaper:
    """A plan as rows, stored or not: the runs of everybody, and what is left out."""

    area: str
    day: date
    runs: Sequence[Run]
    left_out: Sequence[Unallocated]


@dataclass(frozen=True, slots=True, kw_only=True)
class LaidOut:
    """A whole plan in local time, from which each reader gets a part.

    `provider_of_client` is today's; `unknown` has a shift for each car on a boat that may need booking.
    """

    whole: Part
    provider_of_client: Mapping[str, str]
    unknown: tuple[str, ...]

    def of_area(self) -> Part:
        """Give everything, with reasons in words."""
        return self.whole

    def of_provider(self, provider: str) -> Part:
        """Give the runs of a provider's carers, and the visits of its clients that are left out."""
        own = (row for row in self.whole.unallocated if self.provider_of_client.get(row.client) == provider)
        return self._part([run for run in self.whole.runs if run.provider == provider], own)

    def of_carer(self, carer: str) -> Part:
        """Give the runs of one carer."""
        return self._part([run for run in self.whole.runs if run.carer == carer], ())

    def _part(self, runs: Sequence[RotaRun], left_out: Iterable[LeftOut]) -> Part:
        shifts = {run.shift for run in runs}
        return Part(
            runs=tuple(runs),
            unallocated=tuple(
                row if row.reason is Reason.LEFT_OUT_BY_HAND else replace(row, detail=None) for row in left_out
            ),
            bookings=tuple(row for row in self.whole.bookings if row.shift in shifts),
            bookings_unknown=sum(shift in shifts for shift in self.unknown),
        )


def lay_out(session: Session, plan: OnPaper) -> LaidOut:
    """Put a whole plan into local time, with the timetable, the carers and the clients as they are stored now."""
    boats = _boats(session, plan.area, plan.day)
    modes = rotas.modes_of(session, plan.area, {run.carer for run in plan.runs})
    by_car = [run.shift for run in plan.runs if modes.get(run.carer) == "car"]
    crossings = car_crossings(plan.runs, by_car, boats.sailings)
    company = _company(session, plan)
    runs = tuple(
        _run(
            plan.day, run, modes.get(run.carer), [_segment(plan.day, run, part, company, boats.ports) for part in parts]
        )
        for run, parts in ((run, segments_of(run, boats.sailings)) for run in plan.runs)
    )
    unknown = tuple(crossing.shift for crossing in crossings if crossing.sailing.booking is None)
    return LaidOut(
        whole=Part(
            runs=tuple(runs),
            unallocated=tuple(
                LeftOut(visit=row.visit, client=row.client, reason=row.reason, detail=row.detail)
                for row in plan.left_out
            ),
            bookings=_bookings(crossings, plan, boats.ports),
            bookings_unknown=len(unknown),
        ),
        provider_of_client=rotas.providers_of_clients(session, plan.area),
        unknown=unknown,
    )


def _run(day: date, run: Run, mode: str | None, segments: Sequence[RotaSegment]) -> RotaRun:
    """Give a run with the sums of its segments by what is done in them."""
    sums: dict[SegmentKind, int] = defaultdict(int)
    for segment in segments:
        sums[segment.kind] += segment.duration_s
    time_off_s = sum(
        segment.duration_s
        for segment in segments
        if segment.kind is SegmentKind.WAIT and segment.duration_s > SPLIT_GAP_S
    )
    return RotaRun(
        shift=run.shift,
        carer=run.carer,
        provider=run.provider,
        mode=mode,
        leave_home=local_instant(day, run.leave_home_s),
        back_home=local_instant(day, run.back_home_s),
        contact_s=sums[SegmentKind.VISIT],
        travel_s=sums[SegmentKind.TRAVEL] + sums[SegmentKind.BOAT] + sums[SegmentKind.BUS],
        wait_s=sums[SegmentKind.WAIT] - time_off_s,
        break_s=sums[SegmentKind.BREAK],
        time_off_s=time_off_s,
        segments=tuple(segments),
    )


def _bookings(crossings: Sequence[CarCrossing], plan: OnPaper, ports: Sequence[str]) -> tuple[Booking, ...]:
    """Say for each crossing that must be booked who crosses, where and when."""
    by_shift = {run.shift: run for run in plan.runs}
    return tuple(
        Booking(
            route=crossing.sailing.route,
            from_port=ports[crossing.sailing.from_port],
            to_port=ports[crossing.sailing.to_port],
            check_in_by=local_instant(plan.day, crossing.sailing.last_checkin_s),
            departs=local_instant(plan.day, crossing.sailing.departs_s),
            shift=crossing.shift,
            carer=by_shift[crossing.shift].carer,
            provider=by_shift[crossing.shift].provider,
            fare_pence=crossing.sailing.car_fare_pence,
        )
        for crossing in crossings_to_book(crossings)
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


def _company(session: Session, plan: OnPaper) -> Callable[[Run, Stop], tuple[bool, tuple[str, ...]]]:
    """Tell for a stop whether two carers are needed, and who else is there."""
    there: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for run in plan.runs:
        for stop in run.stops:
            there[stop.visit].append((run.carer, run.provider))
    needed = rotas.carers_needed(session, plan.area, plan.day, there)

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
