"""The timetable of an area: its rows as geography's patterns, and the boats and buses of a day."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from geo.timetable import SailingPattern, ServiceException, departures

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    from app.dataset import SailingExceptionRow, SailingRow
    from app.db import ferries
    from geo.types import Departure


class Timetable(Protocol):
    """What has the rows of a timetable: a data set, or what the database has of it."""

    @property
    def sailings(self) -> Sequence[SailingRow | ferries.Sailing]:
        """Give the lines."""

    @property
    def exceptions(self) -> Sequence[SailingExceptionRow | ferries.SailingException]:
        """Give the days on which they do not hold."""


def boats_of_day(timetable: Timetable, day: date, port_row: Mapping[str, int]) -> tuple[Departure, ...]:
    """List the boats and buses of a day; `port_row` numbers the ports. Raises TimetableUnreadable."""
    return departures(
        [_pattern(row) for row in timetable.sailings],
        day,
        port_row,
        [_exception(row) for row in timetable.exceptions],
    )


def _pattern(row: SailingRow | ferries.Sailing) -> SailingPattern:
    """Turn a row of minutes into a pattern of seconds. Bikes are taken to be carried where nobody knows."""
    return SailingPattern(
        route=row.route,
        from_port=row.from_port,
        to_port=row.to_port,
        days=row.days,
        first_s=row.first,
        last_s=row.last,
        headway_s=60 * row.headway_minutes,
        crossing_s=60 * row.crossing_minutes,
        check_in_s=60 * row.check_in_minutes,
        ashore_s=60 * row.ashore_minutes,
        car=row.car,
        valid_from=row.valid_from,
        valid_to=row.valid_to,
        service=row.service,
        kind=row.kind.value,
        bike=row.bike is not False,
        booking=row.booking,
        foot_fare_pence=row.foot_fare_pence,
        car_fare_pence=row.car_fare_pence,
    )


def _exception(row: SailingExceptionRow | ferries.SailingException) -> ServiceException:
    sails_as = row.sails_as.value
    return ServiceException(
        day=row.day,
        route=row.route,
        service=row.service,
        sails_as=sails_as if sails_as in {"usual", "none", "all"} else sails_as.capitalize(),
        last_s=row.last,
    )
