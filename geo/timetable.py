"""Ferry timetables: from rows that a coordinator can type to the single departures of one day.

Files are not read here, and no journey is searched (`geo.ferry` does that).
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from geo.errors import TimetableUnreadable
from geo.types import Departure

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import date

WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
"""The names of days in a timetable, Monday first as `date.weekday` counts."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SailingPattern:
    """One row of a timetable: boats from `first_s` to `last_s`, both included, every `headway_s`.

    Times of departure are seconds since local midnight; `headway_s` 0 means that only the first sails. A traveller
    checks in `check_in_s` before departure and is free `ashore_s` after arrival. Foot passengers are always carried.
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


def departures(patterns: Sequence[SailingPattern], day: date, port_row: Mapping[str, int]) -> tuple[Departure, ...]:
    """List every boat of a day, in order of departure; ids such as `oban-craignure@06:45` are unique.

    `port_row` gives the row of each port in the place matrices. Raises TimetableUnreadable naming every impossible
    row, also those that do not sail on this day.
    """
    faults = [
        f"row {number} ({row.route}): {', '.join(wrong)}"
        for number, row in enumerate(patterns, start=1)
        if (wrong := list(_faults(row, port_row)))
    ]
    if faults:
        raise TimetableUnreadable(f"{len(faults)} impossible row(s): {'; '.join(faults)}")
    weekday = WEEKDAYS[day.weekday()]
    boats = [
        (departs_s, row.from_port, row.to_port, row.route, row)
        for row in patterns
        if weekday in row.days
        for departs_s in range(row.first_s, row.last_s + 1 if row.headway_s else row.first_s + 1, row.headway_s or 1)
    ]
    seen: Counter[str] = Counter()
    return tuple(
        _departure(row, departs_s, port_row, seen) for departs_s, *_, row in sorted(boats, key=lambda boat: boat[:4])
    )


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
    )
