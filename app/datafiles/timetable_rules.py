"""What must hold between the rows of a timetable."""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

    from app.datafiles.rows import Row, Table

MAX_BOATS_OF_A_WEEK = 500_000
"""More departures a week are no timetable of one area, and are not looked through."""

_CELLS = ("route", "from_port", "to_port", "service", "days", "first", "last", "headway_minutes")
_SEASON = ("valid_from", "valid_to")


def check_no_boat_sails_twice(tables: Mapping[str, Table]) -> None:
    """Note each row with a boat that an earlier row has on the same weekday, at the same time, in the same season."""
    table = tables["sailings"]
    whole = [row for row in table.rows if {*_CELLS, *_SEASON} <= row.cells.keys() and _times(row)]
    if sum(len(_times(row)) * len(row.cells["days"]) for row in whole) > MAX_BOATS_OF_A_WEEK:
        table.note(f"there are more than {MAX_BOATS_OF_A_WEEK} departures a week", "Give the boats of one area.")
        return
    seen: defaultdict[tuple[Any, ...], list[Row]] = defaultdict(list)
    for row in whole:
        earlier = _earlier(row, seen)
        if earlier is not None:
            table.note(
                f"a boat sails twice: row {earlier.number} has it too",
                "Correct the days, the times or the season of one of the rows.",
                row=row.number,
                column="first",
            )


def _earlier(row: Row, seen: defaultdict[tuple[Any, ...], list[Row]]) -> Row | None:
    """Find an earlier row with a boat of this one, and remember all boats of this one."""
    found = None
    for day in row.cells["days"]:
        for departs_s in _times(row):
            same = seen[(*(row.cells[name] for name in _CELLS[:4]), day, departs_s)]
            found = found or next(
                (other for other in same if _same_season(row, other) and not _same_key(row, other)), None
            )
            same.append(row)
    return found


def _times(row: Row) -> range:
    first, last, headway = (row.cells[name] for name in ("first", "last", "headway_minutes"))
    return range(first, last + 1, 60 * headway) if headway else range(first, first + 1)


def _same_season(row: Row, other: Row) -> bool:
    return max(_from(row), _from(other)) <= min(_to(row), _to(other))


def _same_key(row: Row, other: Row) -> bool:
    """Tell whether the rows begin alike: then the file's key has been reported already."""
    return all(row.cells[name] == other.cells[name] for name in ("days", "first", "valid_from"))


def _from(row: Row) -> date:
    return row.cells["valid_from"] or date.min


def _to(row: Row) -> date:
    return row.cells["valid_to"] or date.max


def check_exceptions_name_boats(tables: Mapping[str, Table]) -> None:
    """Note each exception for a route or service that has no boats: a misspelt name would leave boats sailing."""
    if not tables["sailings"].complete:
        return
    for name in ("route", "service"):
        known = {value for _, value in tables["sailings"].column(name)}
        for number, value in tables["exceptions"].column(name):
            if value and value not in known:
                tables["exceptions"].note(
                    f"no row of sailings.csv has this {name}",
                    f"Write the {name} as sailings.csv does, or leave the cell empty for all boats.",
                    row=number,
                    column=name,
                )
