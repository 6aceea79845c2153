"""Turn the trips of a GTFS feed into timetable rows between the piers and stops of an area.

A trip that calls at several of them gives a row for every ordered pair, so whoever stays aboard is carried through.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time
from itertools import pairwise
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from geo.errors import TimetableUnreadable
from geo.timetable import WEEKDAYS, SailingPattern, ServiceException

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence

    from geo.gtfs import FeedArchive, Row

MAX_CALLS = 300_000
MAX_ROWS = 50_000
"""More rows are no timetable of one area: a single route, or fewer stops, must be chosen."""

MAX_TRIP_S = 48 * 3600
_DAY_COLUMNS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_FERRY_TYPES = {4, *range(1000, 1100), 1200}
_BUS_TYPES = {3, *range(700, 800)}
_NOT_POSSIBLE = "1"


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedTimetable:
    """What a feed says about an area: rows as a coordinator types them, and the days that it speaks for.

    `cars_unknown` counts the ferry rows of which nobody says whether cars are carried; they are taken to carry none.
    """

    patterns: tuple[SailingPattern, ...]
    exceptions: tuple[ServiceException, ...]
    first_day: date
    last_day: date
    cars_unknown: int


@dataclass(frozen=True, slots=True, kw_only=True)
class _Trip:
    id: str
    route: str
    kind: str
    service: str
    car: bool
    cars_known: bool
    bike: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class _Call:
    """A trip at a stop. The times are None until they are interpolated."""

    row: Row
    place: str | None
    sequence: int
    arrives_s: int | None
    departs_s: int | None
    along: float | None
    boards: bool
    alights: bool


def read_timetable(
    feed: FeedArchive,
    place_of: Mapping[str, Mapping[str, str]],
    *,
    zone: ZoneInfo,
    routes: Collection[str] = (),
    car_crossings: Collection[tuple[str, str]] = (),
) -> FeedTimetable:
    """Read the trips between places of an area; `place_of[kind][stop]` is the place at which a stop stands.

    Kinds are ferry and bus. `routes`, when not empty, names the only ones to read. Times of the feed are readings of
    the clock in `zone`. Boats between two `car_crossings` carry cars unless the feed says that they do not. Raises
    TimetableUnreadable.
    """
    _require_zone(feed, zone)
    services, exceptions = _calendars(feed)
    trips = _trips(feed, services, set(place_of), routes)
    calls = _calls(feed, trips, place_of)
    headways = _headways(feed, calls)
    rows: list[SailingPattern] = []
    cars_unknown = 0
    for name, called in calls.items():
        timed = _interpolated(sorted(called, key=lambda call: call.sequence))
        trip = trips[name]
        for pair in _pairs(trip, services[trip.service], timed):
            unsaid = trip.kind == "ferry" and not trip.cars_known
            row = replace(pair, car=True) if unsaid and (pair.from_port, pair.to_port) in car_crossings else pair
            cars_unknown += unsaid and not row.car
            rows += [_repeated(row, timed, every) for every in headways[name]] if name in headways else [row]
        if len(rows) > MAX_ROWS:
            raise TimetableUnreadable(f"the feed has more than {MAX_ROWS} rows for this area: choose routes")
    used = {row.service for row in rows}
    exceptions = tuple(exception for exception in exceptions if exception.service in used)
    first_day, last_day = _covered(feed, [services[name] for name in sorted(used)], exceptions)
    return FeedTimetable(
        patterns=tuple(rows),
        exceptions=exceptions,
        first_day=first_day,
        last_day=last_day,
        cars_unknown=cars_unknown,
    )


def _require_zone(feed: FeedArchive, zone: ZoneInfo) -> None:
    """Refuse times of another time zone; names of the same clock (Europe/Belfast) are as good."""
    for row in feed.rows("agency", "agency_timezone"):
        name = row.required("agency_timezone")
        try:
            theirs = ZoneInfo(name)
        except (KeyError, ValueError, OSError) as error:
            raise row.fault("agency_timezone", f"there is no time zone {name[:50]}") from error
        for month in (1, 7):
            moment = datetime.combine(date(2026, month, 1), time(), tzinfo=UTC)
            if moment.astimezone(theirs).utcoffset() != moment.astimezone(zone).utcoffset():
                raise row.fault("agency_timezone", f"the times are of {name}, not of {zone.key}")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Service:
    days: tuple[str, ...] = ()
    first: date | None = None
    last: date | None = None


def _calendars(feed: FeedArchive) -> tuple[dict[str, _Service], tuple[ServiceException, ...]]:
    """Read the services, by id, and the dates that are added to them or removed."""
    if not (feed.has("calendar") or feed.has("calendar_dates")):
        raise TimetableUnreadable(f"{feed.name} has neither calendar.txt nor calendar_dates.txt")
    services: dict[str, _Service] = {}
    for row in (
        feed.rows("calendar", "service_id", *_DAY_COLUMNS, "start_date", "end_date") if feed.has("calendar") else ()
    ):
        first, last = row.day("start_date"), row.day("end_date")
        if last < first:
            raise row.fault("end_date", "the service ends before it starts")
        if row.required("service_id") in services:
            raise row.fault("service_id", f"{row.text('service_id')} is there twice")
        days = tuple(day for day, column in zip(WEEKDAYS, _DAY_COLUMNS, strict=True) if row.whole(column))
        services[row.text("service_id")] = _Service(days=days, first=first, last=last)
    exceptions: dict[tuple[str, date], ServiceException] = {}
    for row in (
        feed.rows("calendar_dates", "service_id", "date", "exception_type") if feed.has("calendar_dates") else ()
    ):
        service, day = row.required("service_id"), row.day("date")
        if row.text("exception_type") not in {"1", "2"}:
            raise row.fault("exception_type", "is neither 1 (added) nor 2 (removed)")
        if (service, day) in exceptions:
            raise row.fault("date", f"{service} has this date twice")
        services.setdefault(service, _Service())
        sails_as = "all" if row.text("exception_type") == "1" else "none"
        exceptions[service, day] = ServiceException(day=day, service=service, sails_as=sails_as)
    return services, tuple(exceptions.values())


def _trips(
    feed: FeedArchive, services: Mapping[str, _Service], kinds: Collection[str], routes: Collection[str]
) -> dict[str, _Trip]:
    """Read the trips of the wanted kinds and routes, by id."""
    named: dict[str, tuple[str, str] | None] = {}
    for row in feed.rows("routes", "route_id", "route_type"):
        kind = _kind(row.whole("route_type"))
        name = row.text("route_short_name") or row.text("route_long_name") or row.required("route_id")
        wanted = kind in kinds and (not routes or name in routes or row.text("route_id") in routes)
        named[row.required("route_id")] = (name, str(kind)) if wanted else None
    trips: dict[str, _Trip] = {}
    for row in feed.rows("trips", "route_id", "service_id", "trip_id"):
        if row.required("route_id") not in named:
            raise row.fault("route_id", f"there is no route {row.text('route_id')}")
        if row.required("service_id") not in services:
            raise row.fault("service_id", f"there is no service {row.text('service_id')}")
        if row.required("trip_id") in trips:
            raise row.fault("trip_id", f"{row.text('trip_id')} is there twice")
        if route := named[row.text("route_id")]:
            trips[row.text("trip_id")] = _Trip(
                id=row.text("trip_id"),
                route=route[0],
                kind=route[1],
                service=row.text("service_id"),
                car=row.text("cars_allowed") == "1" and route[1] == "ferry",
                cars_known=row.text("cars_allowed") in {"1", "2"},
                bike=row.text("bikes_allowed") == "1" or (route[1] == "ferry" and row.text("bikes_allowed") != "2"),
            )
    return trips


def _kind(route_type: int) -> str | None:
    if route_type in _FERRY_TYPES:
        return "ferry"
    return "bus" if route_type in _BUS_TYPES else None


def _calls(
    feed: FeedArchive, trips: Mapping[str, _Trip], place_of: Mapping[str, Mapping[str, str]]
) -> dict[str, list[_Call]]:
    """Read the calls of the trips that stop at two places of the area or more.

    The file is read twice, so that memory holds nothing of the trips elsewhere. Trips on demand, which call at no
    fixed stop, are left out.
    """
    stops_at: defaultdict[str, int] = defaultdict(int)
    for row in feed.rows("stop_times", "trip_id", "stop_id", "stop_sequence", "arrival_time", "departure_time"):
        trip = trips.get(row.text("trip_id"))
        if trip and row.text("stop_id") in place_of[trip.kind]:
            stops_at[trip.id] += 1
    near = {name for name, count in stops_at.items() if count > 1}
    calls: defaultdict[str, list[_Call]] = defaultdict(list)
    known = _stop_ids(feed) if near else set()
    on_demand = set()
    for number, row in enumerate(row for row in feed.rows("stop_times") if row.text("trip_id") in near):
        if number >= MAX_CALLS:
            raise TimetableUnreadable(f"the feed has more than {MAX_CALLS} calls for this area: choose routes")
        if row.text("stop_id"):
            calls[row.text("trip_id")].append(_call(row, place_of[trips[row.text("trip_id")].kind], known))
        else:
            on_demand.add(row.text("trip_id"))
    return {name: called for name, called in calls.items() if name not in on_demand}


def _stop_ids(feed: FeedArchive) -> set[str]:
    return {row.text("stop_id") for row in feed.rows("stops", "stop_id")}


def _call(row: Row, place_of: Mapping[str, str], known: set[str]) -> _Call:
    stop = row.text("stop_id")
    if stop not in known:
        raise row.fault("stop_id", f"there is no stop {stop}")
    arrives_s, departs_s = row.time_s("arrival_time"), row.time_s("departure_time")
    if arrives_s is not None and departs_s is not None and departs_s < arrives_s:
        raise row.fault("departure_time", "is before the arrival")
    return _Call(
        row=row,
        place=place_of.get(stop),
        sequence=row.whole("stop_sequence"),
        arrives_s=departs_s if arrives_s is None else arrives_s,
        departs_s=arrives_s if departs_s is None else departs_s,
        along=row.number("shape_dist_traveled"),
        boards=row.text("pickup_type") != _NOT_POSSIBLE,
        alights=row.text("drop_off_type") != _NOT_POSSIBLE,
    )


def _interpolated(calls: Sequence[_Call]) -> list[_Call]:
    """Give every call its times: between two timed ones by distance along the shape, else evenly.

    Arrivals are rounded up and departures down, so that nobody misses a connection.
    """
    for before, call in pairwise(calls):
        if before.sequence == call.sequence:
            raise call.row.fault("stop_sequence", f"{call.sequence} is there twice in the trip")
    timed = [number for number, call in enumerate(calls) if call.arrives_s is not None]
    for end in (0, len(calls) - 1):
        if end not in timed:
            raise calls[end].row.fault("arrival_time", "the first and last call of a trip need a time")
    done = list(calls)
    for left, right in pairwise(timed):
        start_s, end_s = calls[left].departs_s, calls[right].arrives_s
        if start_s is None or end_s is None or end_s < start_s or end_s - start_s > MAX_TRIP_S:
            raise calls[right].row.fault("arrival_time", "is before the departure from the stop before")
        for number in range(left + 1, right):
            share = _share(calls, left, number, right)
            done[number] = replace(
                calls[number],
                arrives_s=-int(-(start_s + share * (end_s - start_s)) // 1),
                departs_s=int(start_s + share * (end_s - start_s)),
            )
    return done


def _share(calls: Sequence[_Call], left: int, number: int, right: int) -> float:
    """Tell how much of the way between two calls lies before one between them, from 0 to 1."""
    along = [calls[row].along for row in range(left, right + 1)]
    known = [distance for distance in along if distance is not None]
    if len(known) == len(along) and known == sorted(known) and known[-1] > known[0]:
        return (known[number - left] - known[0]) / (known[-1] - known[0])
    return (number - left) / (right - left)


def _pairs(trip: _Trip, service: _Service, calls: Sequence[_Call]) -> Iterator[SailingPattern]:
    """Make a row for every two calls between which one may travel.

    Where a trip calls at a place twice, nobody boards before its last call there or stays aboard past the next one.
    """
    for number, start in enumerate(calls):
        if start.place is None or not start.boards or start.departs_s is None:
            continue
        reached: set[str] = {start.place}
        for end in calls[number + 1 :]:
            if end.place == start.place and end.boards:
                break
            if end.place is None or end.place in reached or not end.alights or end.arrives_s is None:
                continue
            reached.add(end.place)
            yield SailingPattern(
                route=trip.route,
                from_port=start.place,
                to_port=end.place,
                days=service.days,
                first_s=start.departs_s,
                last_s=start.departs_s,
                headway_s=0,
                crossing_s=max(1, end.arrives_s - start.departs_s),
                check_in_s=0,
                ashore_s=0,
                car=trip.car,
                valid_from=service.first,
                valid_to=service.last,
                service=trip.service,
                kind=trip.kind,
                bike=trip.bike,
            )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Headway:
    first_s: int
    last_s: int
    every_s: int
    exact: bool


def _headways(feed: FeedArchive, trips: Collection[str]) -> dict[str, list[_Headway]]:
    """Read how often trips are repeated, by trip; the last one begins before the end time."""
    found: defaultdict[str, list[_Headway]] = defaultdict(list)
    if not feed.has("frequencies"):
        return found
    for row in feed.rows("frequencies", "trip_id", "start_time", "end_time", "headway_secs"):
        if row.text("trip_id") not in trips:
            continue
        first_s, end_s, every_s = row.time_s("start_time"), row.time_s("end_time"), row.whole("headway_secs")
        if first_s is None or end_s is None or end_s <= first_s:
            raise row.fault("end_time", "is not after start_time")
        if every_s == 0:
            raise row.fault("headway_secs", "is nothing")
        last_s = first_s + (end_s - first_s - 1) // every_s * every_s
        exact = row.text("exact_times") == "1"
        found[row.text("trip_id")].append(_Headway(first_s=first_s, last_s=last_s, every_s=every_s, exact=exact))
    return found


def _repeated(row: SailingPattern, calls: Sequence[_Call], every: _Headway) -> SailingPattern:
    """Repeat a row. When the times are not exact, one may wait a whole headway: be there that long before."""
    since_start_s = row.first_s - (calls[0].departs_s or 0)
    late_s = 0 if every.exact else every.every_s
    return replace(
        row,
        first_s=every.first_s + since_start_s + late_s,
        last_s=every.last_s + since_start_s + late_s,
        headway_s=every.every_s,
        check_in_s=row.check_in_s + late_s,
    )


def _covered(
    feed: FeedArchive, services: Sequence[_Service], exceptions: Sequence[ServiceException]
) -> tuple[date, date]:
    """Tell from which day to which the feed speaks for the services in use."""
    days = [exception.day for exception in exceptions if exception.sails_as == "all"]
    days += [day for service in services for day in (service.first, service.last) if day]
    first, last = min(days, default=date.max), max(days, default=date.min)
    for row in feed.rows("feed_info") if feed.has("feed_info") else ():
        if row.text("feed_start_date"):
            first = max(first, row.day("feed_start_date"))
        if row.text("feed_end_date"):
            last = min(last, row.day("feed_end_date"))
    return first, last
