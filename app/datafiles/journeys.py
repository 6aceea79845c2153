"""The file of recorded journeys, by which speeds are calibrated."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from app.clock import LOCAL
from app.datafiles.cells import LATITUDE, LONGITUDE, Kind, NotOfThisKind, one_of, several
from app.datafiles.files import Column, DataFile
from app.datafiles.rows import read_table
from app.errors import ImportRejected, RowFault

if TYPE_CHECKING:
    from pathlib import Path

WEATHER = ("winter", "dark", "visitors", "cautious", "usual")
_MINUTES = re.compile(r"[0-9]{1,3}(\.[0-9]{1,3})?")
_MOST_MINUTES = 600.0


@dataclass(frozen=True, slots=True, kw_only=True)
class JourneyRow:
    """One journey from leaving one door to standing at the next. `departs` is an instant; `weather` names conditions,
    and without any they are worked out from the departure."""

    from_lat: float
    from_lon: float
    to_lat: float
    to_lon: float
    departs: datetime
    minutes: float
    mode: str
    weather: tuple[str, ...]


def _parse_instant(text: str) -> datetime:
    try:
        instant = datetime.fromisoformat(text)
    except ValueError as error:
        raise NotOfThisKind from error
    if len(text) < len("2026-02-03T07:40"):
        raise NotOfThisKind
    return (instant if instant.tzinfo else instant.replace(tzinfo=LOCAL)).astimezone(UTC)


def _parse_minutes(text: str) -> float:
    if not _MINUTES.fullmatch(text) or not 0 < float(text) <= _MOST_MINUTES or not math.isfinite(float(text)):
        raise NotOfThisKind
    return float(text)


def _condition(text: str) -> str:
    if text not in WEATHER:
        raise NotOfThisKind
    return text


INSTANT = Kind(
    name="instant",
    expects="a date and local time such as 2026-02-03T07:40",
    parse=_parse_instant,
    write=lambda value: value.isoformat(),
)
MINUTES = Kind(
    name="minutes",
    expects=f"minutes above 0 and up to {_MOST_MINUTES:g}, such as 23.5",
    parse=_parse_minutes,
    write=str,
)

JOURNEYS = DataFile(
    name="observed.csv",
    field="journeys",
    record=JourneyRow,
    key=(),
    required=True,
    columns=(
        Column(name="from_lat", kind=LATITUDE),
        Column(name="from_lon", kind=LONGITUDE),
        Column(name="to_lat", kind=LATITUDE),
        Column(name="to_lon", kind=LONGITUDE),
        Column(name="departs", kind=INSTANT),
        Column(name="minutes", kind=MINUTES),
        Column(name="mode", kind=one_of(("car", "bike", "foot")), blank="car", required=False),
        Column(name="weather", kind=several(_condition, of=f"words ({', '.join(WEATHER)})"), blank="", required=False),
    ),
)


def read_journeys(path: Path) -> list[tuple[int, JourneyRow]]:
    """Read the rows with their numbers in the spreadsheet. Raises ImportRejected with every fault, row and column."""
    table = read_table(path, JOURNEYS)
    faults = [
        RowFault(file=path.name, row=fault.row, column=fault.column, message=fault.message, action=fault.action)
        for fault in table.faults
    ]
    if faults:
        raise ImportRejected(sorted(faults, key=lambda fault: fault.row or 0))
    return [(row.number, JourneyRow(**row.cells)) for row in table.rows]
