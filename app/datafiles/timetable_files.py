"""The files of the timetable and of the settlements: columns of ports, sailings, their exceptions, and places."""

from __future__ import annotations

from app.datafiles.cells import (
    DATE,
    DAYS,
    FLAG,
    ID,
    LATITUDE,
    LONGITUDE,
    NAME,
    TEXT,
    TIME,
    one_of,
    optional,
    whole,
)
from app.datafiles.columns import SEASON, DataFile, column, newer
from app.dataset import (
    PlaceRow,
    PortKind,
    PortRow,
    SailingExceptionRow,
    SailingKind,
    SailingRow,
    SailsAs,
    TimesStatus,
)

_MINUTES_IN_DAY = 24 * 60

TIMETABLE_FILES = (
    DataFile(
        name="ports.csv",
        field="ports",
        record=PortRow,
        key=("port_id",),
        columns=(
            column("port_id", ID),
            column("name", NAME),
            column("lat", LATITUDE),
            column("lon", LONGITUDE),
            column("landmass", TEXT),
            newer("kind", one_of(PortKind), blank="pier"),
        ),
    ),
    DataFile(
        name="sailings.csv",
        field="sailings",
        record=SailingRow,
        key=("route", "from_port", "to_port", "days", "first", "valid_from", "service"),
        columns=(
            column("route", NAME),
            column("from_port", ID, refers_to="ports"),
            column("to_port", ID, refers_to="ports"),
            column("days", DAYS),
            column("first", TIME),
            column("last", TIME),
            column("headway_minutes", whole(0, _MINUTES_IN_DAY), blank="0"),
            column("crossing_minutes", whole(1, _MINUTES_IN_DAY)),
            column("check_in_minutes", whole(0, 240), blank="0"),
            column("ashore_minutes", whole(0, 240), blank="0"),
            column("car", FLAG),
            column("times_status", one_of(TimesStatus)),
            column("note", TEXT),
            *SEASON,
            newer("service", TEXT),
            newer("kind", one_of(SailingKind), blank="ferry"),
            newer("bike", optional(FLAG)),
            newer("booking", optional(FLAG)),
            newer("foot_fare_pence", optional(whole(0, 100_000))),
            newer("car_fare_pence", optional(whole(0, 100_000))),
        ),
    ),
    DataFile(
        name="sailing_exceptions.csv",
        field="exceptions",
        record=SailingExceptionRow,
        key=("day", "route", "service"),
        columns=(
            column("day", DATE),
            column("route", TEXT),
            column("service", TEXT),
            column("sails_as", one_of(SailsAs)),
            column("last", optional(TIME), blank=""),
            column("note", TEXT),
        ),
    ),
    DataFile(
        name="places.csv",
        field="places",
        record=PlaceRow,
        key=("place_id",),
        columns=(
            column("place_id", ID),
            column("name", NAME),
            column("lat", LATITUDE),
            column("lon", LONGITUDE),
            column("population", whole(0, 10_000_000), blank="0"),
            column("landmass", NAME),
            column("locality", TEXT),
        ),
    ),
)
