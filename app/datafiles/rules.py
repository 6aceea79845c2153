"""What must hold between the cells of a row, and between the rows of a data set."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from app.datafiles.row_rule import RowRule, check_row_rules
from app.datafiles.timetable_rules import check_exceptions_name_boats, check_no_boat_sails_twice
from app.datafiles.week_rules import WEEK_ROW_RULES
from app.dataset import PortKind, SailingKind, SailsAs

if TYPE_CHECKING:
    from collections.abc import Mapping

    from app.datafiles.rows import Table

_SOUTH, _NORTH, _WEST, _EAST = 49.0, 61.5, -11.0, 2.5
"""Bounds of the British Isles in degrees, Rockall left out."""


def _in_british_isles(lat: float, lon: float) -> bool:
    return _SOUTH <= lat <= _NORTH and _WEST <= lon <= _EAST


_POSITION = (
    RowRule(
        cells=("lat", "lon"),
        broken=lambda lat, lon: lat == 0 and lon == 0,
        message="the position is 0, 0",
        action="Give the true position.",
    ),
    RowRule(
        cells=("lat", "lon"),
        broken=lambda lat, lon: not _in_british_isles(lat, lon) and _in_british_isles(lon, lat),
        message="latitude and longitude are swapped",
        action="Swap the two cells.",
    ),
    RowRule(
        cells=("lat", "lon"),
        broken=lambda lat, lon: (
            (lat, lon) != (0, 0) and not _in_british_isles(lat, lon) and not _in_british_isles(lon, lat)
        ),
        message="the position is outside the British Isles",
        action="Give latitude and longitude in decimal degrees (WGS84).",
    ),
)

ROW_RULES: Mapping[str, tuple[RowRule, ...]] = {
    "carers": _POSITION,
    "shifts": (
        RowRule(
            cells=("end", "start"),
            broken=lambda end, start: end <= start,
            message="the shift does not end after it starts",
            action="Write times after midnight as 24:00 and later.",
        ),
        RowRule(
            cells=("break_latest", "break_earliest", "break_minutes"),
            broken=lambda latest, earliest, minutes: minutes > 0 and latest < earliest,
            message="the break's latest start is before its earliest",
            action="Correct the two times.",
        ),
        RowRule(
            cells=("break_earliest", "break_latest", "break_minutes", "start", "end"),
            broken=lambda earliest, latest, minutes, start, end: (
                minutes > 0 and earliest <= latest and not start <= earliest <= latest <= end - minutes * 60
            ),
            message="the break does not lie inside the shift",
            action="Let it begin after the shift starts and end before the shift does.",
        ),
    ),
    "clients": _POSITION,
    "visits": (
        RowRule(
            cells=("latest", "earliest"),
            broken=lambda latest, earliest: latest < earliest,
            message="the window ends before it starts",
            action="Correct the two times; write times after midnight as 24:00 and later.",
        ),
        RowRule(
            cells=("preferred", "earliest", "latest"),
            broken=lambda preferred, earliest, latest: earliest <= latest and not earliest <= preferred <= latest,
            message="the preferred start is outside the window",
            action="Give a time from earliest to latest.",
        ),
    ),
    "ports": (
        *_POSITION,
        RowRule(
            cells=("landmass", "kind"),
            broken=lambda landmass, kind: not landmass and kind == PortKind.PIER,
            message="the pier stands on no land",
            action="Name the landmass, as places.csv does.",
        ),
    ),
    "sailings": (
        RowRule(
            cells=("last", "first"),
            broken=lambda last, first: last < first,
            message="the last boat leaves before the first",
            action="Correct the two times.",
        ),
        RowRule(
            cells=("headway_minutes", "first", "last"),
            broken=lambda headway, first, last: headway == 0 and last > first,
            message="the headway is 0 although first and last differ",
            action="Give the minutes between boats, or a row for each boat.",
        ),
        RowRule(
            cells=("to_port", "from_port"),
            broken=lambda to_port, from_port: to_port == from_port,
            message="the boat goes to the port it comes from",
            action="Correct one of the two ports.",
        ),
        RowRule(
            cells=("days", "service"),
            broken=lambda days, service: not days and not service,
            message="the boat sails on no day",
            action="Name the days, or remove the row.",
        ),
        RowRule(
            cells=("valid_to", "valid_from"),
            broken=lambda valid_to, valid_from: None not in {valid_to, valid_from} and valid_to < valid_from,
            message="the season ends before it begins",
            action="Correct the two dates.",
        ),
        RowRule(
            cells=("car", "kind"),
            broken=lambda car, kind: car and kind == SailingKind.BUS,
            message="a bus carries no cars",
            action="Write no, or correct the kind.",
        ),
        RowRule(
            cells=("booking", "car"),
            broken=lambda booking, car: bool(booking) and not car,
            message="a car's place needs booking although no car is carried",
            action="Correct one of the two cells.",
        ),
    ),
    "exceptions": (
        RowRule(
            cells=("sails_as", "service"),
            broken=lambda sails_as, service: sails_as == SailsAs.ALL and not service,
            message="all rows would sail, of every season and day",
            action="Name the service, or write a day of the week.",
        ),
        RowRule(
            cells=("last", "sails_as"),
            broken=lambda last, sails_as: last is not None and sails_as == SailsAs.NONE,
            message="there is a last boat although none sails",
            action="Write usual, or remove the time.",
        ),
    ),
    "places": _POSITION,
}
"""The rules inside the rows of each file, by `Dataset` field."""


def check_rows(table: Table) -> None:
    """Note each row that breaks a rule of its file, as far as its cells could be read."""
    field = table.file.field
    check_row_rules(table, (*ROW_RULES.get(field, ()), *WEEK_ROW_RULES.get(field, ())))


def check_keys(table: Table) -> None:
    """Note each row that repeats the key of an earlier row."""
    first_row: dict[tuple[Any, ...], int] = {}
    key = table.file.key
    for row in table.rows:
        if all(name in row.cells for name in key):
            values = tuple(row.cells[name] for name in key)
            earlier = first_row.setdefault(values, row.number)
            if earlier != row.number:
                table.note(
                    f"the same {' and '.join(key)} as in row {earlier}",
                    "Remove one of the rows, or correct it.",
                    row=row.number,
                    column=key[0],
                )


def check_references(tables: Mapping[str, Table]) -> None:
    """Note each id that is not in the file it refers to; skip files that could not be read to the end."""
    for table in tables.values():
        for column in table.file.columns:
            if column.refers_to is None or not tables[column.refers_to].complete:
                continue
            target = tables[column.refers_to].file
            known = {value for _, value in tables[column.refers_to].column(target.key[0])}
            for number, value in table.column(column.name):
                if value is not None and value not in known:
                    table.note(
                        f"{value} is not in {target.name}",
                        f"Correct the id, or add its row to {target.name}.",
                        row=number,
                        column=column.name,
                    )


def _check_every_client_has_a_provider(tables: Mapping[str, Table]) -> None:
    if not tables["allocation"].complete:
        return
    served = {client for _, client in tables["allocation"].column("client_id")}
    for number, client in tables["clients"].column("client_id"):
        if client not in served:
            tables["clients"].note(
                f"{client} has no row in allocation.csv",
                "Add the provider that serves the client today.",
                row=number,
                column="client_id",
            )


def _check_visits_fit_a_shift(tables: Mapping[str, Table]) -> None:
    if not tables["shifts"].complete:
        return
    lengths = [
        row.cells["end"] - row.cells["start"] for row in tables["shifts"].rows if {"start", "end"} <= row.cells.keys()
    ]
    if not lengths:
        return
    longest_s = max(lengths)
    for number, minutes in tables["visits"].column("duration_minutes"):
        if minutes * 60 > longest_s:
            tables["visits"].note(
                "the visit is longer than any shift",
                "Correct the duration, or add a shift that is long enough.",
                row=number,
                column="duration_minutes",
            )


DATASET_RULES = (
    check_references,
    _check_every_client_has_a_provider,
    _check_visits_fit_a_shift,
    check_no_boat_sails_twice,
    check_exceptions_name_boats,
)
"""The rules between files, each noting faults in the tables it is given by `Dataset` field."""
