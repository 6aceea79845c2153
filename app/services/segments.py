"""A stored run as one line of time: travel, waiting, boats, visits and rests, in the order in which they happen."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from app.db.plans import Rest, Run, Stop
    from geo.types import Departure


class SegmentKind(StrEnum):
    """What a carer does between two instants."""

    TRAVEL = "travel"
    WAIT = "wait"
    VISIT = "visit"
    BREAK = "break"
    BOAT = "boat"
    BUS = "bus"


@dataclass(frozen=True, slots=True, kw_only=True)
class Segment:
    """One stretch of a run, in seconds since local midnight.

    `road_m` and `walk_s` are of the whole way to the next stop and stand on its first travel: what is driven, and how
    long the carer walks with the car left behind. So does `waiting_s`, when the way has several boats and nobody
    stored at which of them the carer waits. `boats` names boats that are no longer in
    the timetable.
    """

    kind: SegmentKind
    start_s: int
    end_s: int
    stop: Stop | None = None
    boat: Departure | None = None
    road_m: int | None = None
    walk_s: int | None = None
    waiting_s: int | None = None
    boats: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Leg:
    """The way from a stop that the carer is ready to leave to the next one."""

    ready_s: int
    arrive_s: int
    travel_s: int
    travel_m: int
    walk_s: int | None
    boats: tuple[str, ...]

    @property
    def idle_s(self) -> int:
        """Give the time that is not spent travelling."""
        return max(0, self.arrive_s - self.ready_s - self.travel_s)


def segments_of(run: Run, boats: Mapping[str, Departure]) -> list[Segment]:
    """Lay a run out in time, with `boats` the day's departures by id. Stretches of no length are left out."""
    return [
        segment
        for segment in _segments(run, boats)
        if segment.end_s > segment.start_s or segment.stop or segment.road_m or segment.waiting_s
    ]


def _segments(run: Run, boats: Mapping[str, Departure]) -> Iterator[Segment]:
    rests: dict[int, list[Rest]] = defaultdict(list)
    for rest in run.rests:
        rests[rest.after_stop].append(rest)
    yield from (_rest(rest) for rest in rests[0])
    ready_s = run.leave_home_s
    for number, stop in enumerate(run.stops, start=1):
        leg = _Leg(
            ready_s=ready_s,
            arrive_s=stop.arrive_s,
            travel_s=stop.travel_s,
            travel_m=stop.travel_m,
            walk_s=stop.walk_s or None,
            boats=stop.boats,
        )
        yield from _travel(leg, boats)
        yield Segment(kind=SegmentKind.WAIT, start_s=stop.arrive_s, end_s=stop.start_s)
        yield Segment(kind=SegmentKind.VISIT, start_s=stop.start_s, end_s=stop.leave_s, stop=stop)
        ready_s = stop.leave_s
        for rest in rests[number]:
            yield Segment(kind=SegmentKind.WAIT, start_s=ready_s, end_s=rest.start_s)
            yield _rest(rest)
            ready_s = rest.end_s
    home = _Leg(
        ready_s=ready_s,
        arrive_s=run.back_home_s,
        travel_s=run.home_travel_s,
        travel_m=run.home_travel_m,
        walk_s=run.home_walk_s or None,
        boats=run.home_boats,
    )
    yield from _travel(home, boats)


def _rest(rest: Rest) -> Segment:
    return Segment(kind=SegmentKind.BREAK, start_s=rest.start_s, end_s=rest.end_s)


def _travel(leg: _Leg, boats: Mapping[str, Departure]) -> Iterator[Segment]:
    """Lay out one leg. Waiting is before setting out on a road, and at the pier before a boat."""
    if not set(leg.boats) <= boats.keys():
        yield Segment(
            kind=SegmentKind.TRAVEL,
            start_s=leg.ready_s,
            end_s=leg.arrive_s,
            road_m=leg.travel_m,
            walk_s=leg.walk_s,
            waiting_s=leg.idle_s,
            boats=leg.boats,
        )
        return
    caught = [boats[boat] for boat in leg.boats]
    if not caught:
        set_out_s = leg.ready_s + leg.idle_s
        yield Segment(kind=SegmentKind.WAIT, start_s=leg.ready_s, end_s=set_out_s)
        yield Segment(
            kind=SegmentKind.TRAVEL, start_s=set_out_s, end_s=leg.arrive_s, road_m=leg.travel_m, walk_s=leg.walk_s
        )
        return
    at_pier_s = caught[0].departs_s - (leg.idle_s if len(caught) == 1 else 0)
    yield Segment(
        kind=SegmentKind.TRAVEL,
        start_s=leg.ready_s,
        end_s=at_pier_s,
        road_m=leg.travel_m,
        walk_s=leg.walk_s,
        waiting_s=leg.idle_s if len(caught) > 1 else None,
    )
    yield Segment(kind=SegmentKind.WAIT, start_s=at_pier_s, end_s=caught[0].departs_s)
    ashore_s = caught[0].departs_s
    for boat in caught:
        yield Segment(kind=SegmentKind.TRAVEL, start_s=ashore_s, end_s=boat.departs_s)
        kind = SegmentKind.BUS if boat.kind == "bus" else SegmentKind.BOAT
        yield Segment(kind=kind, start_s=boat.departs_s, end_s=boat.ashore_s, boat=boat)
        ashore_s = boat.ashore_s
    yield Segment(kind=SegmentKind.TRAVEL, start_s=ashore_s, end_s=leg.arrive_s)
