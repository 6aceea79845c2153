"""Timetables: from rows that a coordinator can type to the single departures of one day.

Files are not read here (`geo.gtfs` reads feeds), and no journey is searched (`geo.ferry` does that).
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from geo.errors import TimetableUnreadable
from geo.types import Departure

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
"""The names of days in a timetable, Monday first as `date.weekday` counts."""

KINDS = ("ferry", "bus")
"""What may run to a timetable."""

DAY_S = 86_400
HORIZON_S = 30 * 3600
"""No shift lasts longer than until six in the morning after the planned day, so later departures are left out."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SailingPattern:
    """One row of a timetable: boats from `first_s` to `last_s`, both included, every `headway_s`.

    Times of departure are readings of the local clock, in seconds since midnight of the service day: 24:00 and later
    are after midnight. `headway_s` 0 means that only the first sails. A traveller checks in `check_in_s` before
    departure and is free `ashore_s` after arrival. Foot passengers are always carried.

    The row sails on its `days` from `valid_from` to `valid_to`, both included; None means without end. `service`
    names the rows to which the same exceptions apply. The last fields are as in `Departure`.
    """

    route: str
    from_port: str
    to_port: str
    days: tuple[str, ...]
    first_s: int
    last_s: int
    headway_s: int
    crossing_s: int
    check_in_s: int
    ashore_s: int
    car: bool
    valid_from: date | None = None
    valid_to: date | None = None
    service: str = ""
    kind: str = "ferry"
    bike: bool = True
    booking: bool | None = None
    foot_fare_pence: int | None = None
    car_fare_pence: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceException:
    """A date on which boats do not sail as usual. `route` and `service` say which, empty meaning all of them.

    `sails_as` is `usual`, `none`, a weekday whose boats sail instead, or `all`: each row, whatever its days and season.
    Boats that leave after `last_s` do not sail. The exception that names a service counts before that of a route, and
    that before one for all boats.
    """

    day: date
    sails_as: str
    route: str = ""
    service: str = ""
    last_s: int | None = None


def departures(
    patterns: Sequence[SailingPattern],
    day: date,
    port_row: Mapping[str, int],
    exceptions: Sequence[ServiceException] = (),
) -> tuple[Departure, ...]:
    """List every boat of a day, in order of departure; ids such as `oban-craignure@06:45` are unique.

    Boats of the service day before that leave after midnight are there, and those of the next until `HORIZON_S`.
    `port_row` gives the row of each port in the place matrices. Raises TimetableUnreadable naming every impossible
    row, also those that do not sail on this day.
    """
    _refuse_impossible(patterns, port_row)
    calendar = Calendar(exceptions)
    boats = [
        (departs_s + offset * DAY_S, row.from_port, row.to_port, row.route, row)
        for offset in (-1, 0, 1)
        for row in patterns
        for departs_s in calendar.times(row, day + timedelta(days=offset))
        if departs_s >= -offset * DAY_S and (offset < 1 or departs_s <= HORIZON_S - DAY_S)
    ]
    seen: Counter[str] = Counter()
    return tuple(
        _departure(row, departs_s, port_row, seen) for departs_s, *_, row in sorted(boats, key=lambda boat: boat[:4])
    )


def cancelled(
    boats: Sequence[Departure], *, route: str | None = None, after_s: int | None = None
) -> tuple[Departure, ...]:
    """Take out the boats of a route (None: of all routes) that leave at `after_s` or later (None: all day)."""
    return tuple(
        boat for boat in boats if not (route in {None, boat.route} and (after_s is None or boat.departs_s >= after_s))
    )


class Calendar:
    """Tells which rows sail on a date, given the exceptions."""

    def __init__(self, exceptions: Sequence[ServiceException]) -> None:
        """Index the exceptions by date. Raises TimetableUnreadable for two that contradict each other."""
        self._on: defaultdict[date, dict[tuple[str, str], ServiceException]] = defaultdict(dict)
        for exception in exceptions:
            if exception.sails_as not in {"usual", "none", "all", *WEEKDAYS}:
                raise TimetableUnreadable(f"on {exception.day} boats cannot sail as {exception.sails_as!r}")
            if self._on[exception.day].setdefault((exception.route, exception.service), exception) != exception:
                raise TimetableUnreadable(f"two exceptions of {exception.day} contradict each other")

    def times(self, row: SailingPattern, service_day: date) -> range | list[int]:
        """List the departures of a row on a service day, in seconds since that day's midnight."""
        exception = self._exception(row, service_day)
        if not self._sails(row, service_day, exception.sails_as if exception else "usual"):
            return range(0)
        times = range(row.first_s, row.last_s + 1 if row.headway_s else row.first_s + 1, row.headway_s or 1)
        if exception is None or exception.last_s is None:
            return times
        return [departs_s for departs_s in times if departs_s <= exception.last_s]

    def _exception(self, row: SailingPattern, service_day: date) -> ServiceException | None:
        """Find the exception that counts for a row, the one that names its service first."""
        found = self._on.get(service_day)
        if found is None:
            return None
        services = (row.service, "") if row.service else ("",)
        named = (found.get((route, service)) for service in services for route in (row.route, ""))
        return next((exception for exception in named if exception), None)

    @staticmethod
    def _sails(row: SailingPattern, service_day: date, sails_as: str) -> bool:
        if sails_as in {"none", "all"}:
            return sails_as == "all"
        in_season = (row.valid_from or service_day) <= service_day <= (row.valid_to or service_day)
        return in_season and (WEEKDAYS[service_day.weekday()] if sails_as == "usual" else sails_as) in row.days


def _refuse_impossible(patterns: Sequence[SailingPattern], port_row: Mapping[str, int]) -> None:
    """Raise TimetableUnreadable if any row is impossible, naming all of them."""
    faults = [
        f"row {number} ({row.route}): {', '.join(wrong)}"
        for number, row in enumerate(patterns, start=1)
        if (wrong := list(_faults(row, port_row)))
    ]
    if faults:
        raise TimetableUnreadable(f"{len(faults)} impossible row(s): {'; '.join(faults)}")


def _faults(row: SailingPattern, port_row: Mapping[str, int]) -> Iterator[str]:
    """Say what is impossible in one row."""
    yield from (f"unknown port {port!r}" for port in (row.from_port, row.to_port) if port not in port_row)
    yield from (f"unknown day {name!r}" for name in row.days if name not in WEEKDAYS)
    impossible = {
        "it ends where it began": row.from_port == row.to_port,
        "the first boat leaves before midnight": row.first_s < 0,
        "the last boat leaves before the first": row.last_s < row.first_s,
        "the headway is negative": row.headway_s < 0,
        "the crossing takes no time": row.crossing_s <= 0,
        "check-in or going ashore takes negative time": min(row.check_in_s, row.ashore_s) < 0,
        "the season ends before it begins": (row.valid_from or date.min) > (row.valid_to or date.max),
        "a fare is negative": min(row.foot_fare_pence or 0, row.car_fare_pence or 0) < 0,
        f"unknown kind {row.kind!r}": row.kind not in KINDS,
    }
    yield from (reason for reason, applies in impossible.items() if applies)


def _departure(row: SailingPattern, departs_s: int, port_row: Mapping[str, int], seen: Counter[str]) -> Departure:
    """Make one boat; a second one between the same ports in the same minute is told apart by `#2`."""
    boat = f"{row.from_port}-{row.to_port}@{departs_s // 3600:02d}:{departs_s // 60 % 60:02d}"
    seen[boat] += 1
    arrives_s = departs_s + row.crossing_s
    return Departure(
        id=boat if seen[boat] == 1 else f"{boat}#{seen[boat]}",
        route=row.route,
        from_port=port_row[row.from_port],
        to_port=port_row[row.to_port],
        last_checkin_s=departs_s - row.check_in_s,
        departs_s=departs_s,
        arrives_s=arrives_s,
        ashore_s=arrives_s + row.ashore_s,
        car=row.car,
        bike=row.bike,
        kind=row.kind,
        booking=row.booking,
        foot_fare_pence=row.foot_fare_pence,
        car_fare_pence=row.car_fare_pence,
    )
