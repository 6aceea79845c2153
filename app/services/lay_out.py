"""Lay a plan out for those who read it, in local time; nothing is planned. `rota_parts` says what each is shown."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from app.clock import local_instant
from app.db import rotas
from app.db.ferries import load_timetable
from app.reports.metrics import SPLIT_GAP_S
from app.services.crossings import car_crossings, crossings_to_book
from app.services.rota_parts import SOMEBODY_ELSE, Booking, LaidOut, LeftOut, Part, RotaRun, RotaSegment
from app.services.segments import SegmentKind, segments_of
from app.services.timetables import boats_of_day

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import date

    from sqlalchemy.orm import Session

    from app.db.plans import Run, Stop
    from app.services.crossings import CarCrossing
    from app.services.rota_parts import OnPaper
    from app.services.segments import Segment
    from geo.types import Departure


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
