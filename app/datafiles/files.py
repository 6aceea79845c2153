"""The table of files and columns of a data set. To add a column: one line here, one field in `app.dataset`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from app.datafiles.cells import (
    CODES,
    DATE,
    DAYS,
    FLAG,
    GRID_REF,
    ID,
    LATITUDE,
    LONGITUDE,
    NAME,
    NAMES,
    POSTCODE,
    TEXT,
    TIME,
    UPRN,
    one_of,
    optional,
    whole,
)
from app.dataset import (
    AllocationRow,
    CarerRow,
    ClientRow,
    MatchKind,
    MatchRow,
    PlaceRow,
    PortKind,
    PortRow,
    ProviderKind,
    ProviderRow,
    RecordedRow,
    SailingExceptionRow,
    SailingKind,
    SailingRow,
    SailsAs,
    ShiftRow,
    TimesStatus,
    VisitRow,
)
from geo.fix import LocatedBy
from geo.national_grid import EAST_M, NORTH_M

if TYPE_CHECKING:
    from app.datafiles.cells import Kind

_MINUTES_IN_DAY = 24 * 60
DOOR_MINUTES = 2
"""To park and reach the door where a row does not say: in the country. In towns four are nearer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One column. `refers_to` is the `Dataset` field whose ids it takes; `blank` is what an empty cell stands for.

    A column that is not `required` may be missing from the file: all its cells are empty.
    """

    name: str
    kind: Kind
    refers_to: str | None = None
    blank: str | None = None
    required: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class DataFile:
    """One CSV file: rows become `record` in `Dataset.<field>`; no two rows have the same `key` columns.

    `references` are columns from which others are worked out (`app.datafiles.homes`); they are read and not kept.
    """

    name: str
    field: str
    record: type[Any]
    key: tuple[str, ...]
    columns: tuple[Column, ...]
    required: bool = False
    references: tuple[Column, ...] = ()


def _column(name: str, kind: Kind, refers_to: str | None = None, blank: str | None = None) -> Column:
    return Column(name=name, kind=kind, refers_to=refers_to, blank=blank)


def _newer(name: str, kind: Kind, blank: str = "") -> Column:
    """Make a column that older files do not have."""
    return Column(name=name, kind=kind, blank=blank, required=False)


_HOME = (
    _newer("lat", optional(LATITUDE)),
    _newer("lon", optional(LONGITUDE)),
    _newer("accuracy_m", optional(whole(1, 200_000))),
    _newer("located_by", optional(one_of(LocatedBy))),
)
_HOME_REFERENCES = (
    _newer("grid_ref", optional(GRID_REF)),
    _newer("easting", optional(whole(0, EAST_M))),
    _newer("northing", optional(whole(0, NORTH_M))),
    _newer("postcode", optional(POSTCODE)),
    _newer("uprn", optional(UPRN)),
)

FILES = (
    DataFile(
        name="providers.csv",
        field="providers",
        record=ProviderRow,
        key=("provider_id",),
        required=True,
        columns=(
            _column("provider_id", ID),
            _column("name", NAME),
            _column("kind", one_of(ProviderKind)),
            _column("national", FLAG, blank="no"),
            _column("floor_pct", whole(0, 100)),
            _column("localities", NAMES),
        ),
    ),
    DataFile(
        name="carers.csv",
        field="carers",
        record=CarerRow,
        key=("carer_id",),
        required=True,
        columns=(
            _column("carer_id", ID),
            _column("provider_id", ID, refers_to="providers"),
            *_HOME,
            _column("mode", one_of(("car", "bike", "foot"))),
            _column("skills", CODES),
            _column("max_work_minutes", whole(1, _MINUTES_IN_DAY)),
        ),
        references=_HOME_REFERENCES,
    ),
    DataFile(
        name="shifts.csv",
        field="shifts",
        record=ShiftRow,
        key=("shift_id",),
        required=True,
        columns=(
            _column("shift_id", ID),
            _column("carer_id", ID, refers_to="carers"),
            _column("start", TIME),
            _column("end", TIME),
            _column("break_minutes", whole(0, 240), blank="0"),
            _column("break_earliest", TIME, blank="00:00"),
            _column("break_latest", TIME, blank="00:00"),
        ),
    ),
    DataFile(
        name="clients.csv",
        field="clients",
        record=ClientRow,
        key=("client_id",),
        required=True,
        columns=(
            _column("client_id", ID),
            *_HOME,
            _column("locality", NAME),
            _column("sds_option", whole(1, 4)),
            _column("choice_locked", FLAG, blank="no"),
            _column("door_minutes", whole(0, 60), blank=str(DOOR_MINUTES)),
        ),
        references=_HOME_REFERENCES,
    ),
    DataFile(
        name="visits.csv",
        field="visits",
        record=VisitRow,
        key=("visit_id",),
        required=True,
        columns=(
            _column("visit_id", ID),
            _column("client_id", ID, refers_to="clients"),
            _column("earliest", TIME),
            _column("latest", TIME),
            _column("preferred", TIME),
            _column("duration_minutes", whole(1, _MINUTES_IN_DAY)),
            _column("carers_needed", whole(1, 2), blank="1"),
            _column("skills", CODES),
            _column("time_critical", FLAG, blank="no"),
            _column("priority", one_of(("green", "amber", "red")), blank="green"),
        ),
    ),
    DataFile(
        name="allocation.csv",
        field="allocation",
        record=AllocationRow,
        key=("client_id",),
        required=True,
        columns=(
            _column("client_id", ID, refers_to="clients"),
            _column("provider_id", ID, refers_to="providers"),
        ),
    ),
    DataFile(
        name="matches.csv",
        field="matches",
        record=MatchRow,
        key=("client_id", "carer_id"),
        columns=(
            _column("client_id", ID, refers_to="clients"),
            _column("carer_id", ID, refers_to="carers"),
            _column("kind", one_of(MatchKind)),
        ),
    ),
    DataFile(
        name="recorded_rota.csv",
        field="recorded",
        record=RecordedRow,
        key=("shift_id", "visit_id"),
        columns=(
            _column("shift_id", ID, refers_to="shifts"),
            _column("visit_id", ID, refers_to="visits"),
            _column("start", TIME),
        ),
    ),
    DataFile(
        name="ports.csv",
        field="ports",
        record=PortRow,
        key=("port_id",),
        columns=(
            _column("port_id", ID),
            _column("name", NAME),
            _column("lat", LATITUDE),
            _column("lon", LONGITUDE),
            _column("landmass", TEXT),
            _newer("kind", one_of(PortKind), blank="pier"),
        ),
    ),
    DataFile(
        name="sailings.csv",
        field="sailings",
        record=SailingRow,
        key=("route", "from_port", "to_port", "days", "first", "valid_from", "service"),
        columns=(
            _column("route", NAME),
            _column("from_port", ID, refers_to="ports"),
            _column("to_port", ID, refers_to="ports"),
            _column("days", DAYS),
            _column("first", TIME),
            _column("last", TIME),
            _column("headway_minutes", whole(0, _MINUTES_IN_DAY), blank="0"),
            _column("crossing_minutes", whole(1, _MINUTES_IN_DAY)),
            _column("check_in_minutes", whole(0, 240), blank="0"),
            _column("ashore_minutes", whole(0, 240), blank="0"),
            _column("car", FLAG),
            _column("times_status", one_of(TimesStatus)),
            _column("note", TEXT),
            _newer("valid_from", optional(DATE)),
            _newer("valid_to", optional(DATE)),
            _newer("service", TEXT),
            _newer("kind", one_of(SailingKind), blank="ferry"),
            _newer("bike", optional(FLAG)),
            _newer("booking", optional(FLAG)),
            _newer("foot_fare_pence", optional(whole(0, 100_000))),
            _newer("car_fare_pence", optional(whole(0, 100_000))),
        ),
    ),
    DataFile(
        name="sailing_exceptions.csv",
        field="exceptions",
        record=SailingExceptionRow,
        key=("day", "route", "service"),
        columns=(
            _column("day", DATE),
            _column("route", TEXT),
            _column("service", TEXT),
            _column("sails_as", one_of(SailsAs)),
            _column("last", optional(TIME), blank=""),
            _column("note", TEXT),
        ),
    ),
    DataFile(
        name="places.csv",
        field="places",
        record=PlaceRow,
        key=("place_id",),
        columns=(
            _column("place_id", ID),
            _column("name", NAME),
            _column("lat", LATITUDE),
            _column("lon", LONGITUDE),
            _column("population", whole(0, 10_000_000), blank="0"),
            _column("landmass", NAME),
            _column("locality", TEXT),
        ),
    ),
)
"""Every file, those first to which the later ones refer."""
