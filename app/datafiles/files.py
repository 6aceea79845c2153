"""The table of files and columns of a data set. To add a column: one line here, one field in `app.dataset`."""

from __future__ import annotations

from app.datafiles.agreement_files import (
    ALLIANCE_FILES,
    CARER_ABSENCES,
    CARER_SKILLS,
    CLIENT_ABSENCES,
    OPTION,
    OPTION_REFERENCES,
    PACKAGES,
    VISIT_CHANGES,
)
from app.datafiles.cells import (
    CODES,
    DATE,
    FLAG,
    GRID_REF,
    ID,
    LATITUDE,
    LONGITUDE,
    NAME,
    NAMES,
    POSTCODE,
    TIME,
    UPRN,
    one_of,
    optional,
    whole,
)
from app.datafiles.columns import RECURRENCE, SEASON, Column, DataFile, column, newer
from app.datafiles.source_codes import PROVIDER_KINDS
from app.datafiles.timetable_files import TIMETABLE_FILES
from app.dataset import (
    AllocationRow,
    CarerRow,
    ClientRow,
    Gender,
    MatchKind,
    MatchRow,
    ProviderKind,
    ProviderRow,
    RecordedRow,
    ShiftRow,
    VisitRow,
)
from geo.fix import LocatedBy
from geo.national_grid import EAST_M, NORTH_M

__all__ = ["DOOR_MINUTES", "FILES", "Column", "DataFile"]

_MINUTES_IN_DAY = 24 * 60
DOOR_MINUTES = 2
"""To park and reach the door where a row does not say: in the country. In towns four are nearer."""

_HOME = (
    newer("lat", optional(LATITUDE)),
    newer("lon", optional(LONGITUDE)),
    newer("accuracy_m", optional(whole(1, 200_000))),
    newer("located_by", optional(one_of(LocatedBy))),
)
_HOME_REFERENCES = (
    newer("grid_ref", optional(GRID_REF)),
    newer("easting", optional(whole(0, EAST_M))),
    newer("northing", optional(whole(0, NORTH_M))),
    newer("postcode", optional(POSTCODE)),
    newer("uprn", optional(UPRN)),
)

FILES = (
    DataFile(
        name="providers.csv",
        field="providers",
        record=ProviderRow,
        key=("provider_id",),
        required=True,
        columns=(
            column("provider_id", ID),
            column("name", NAME),
            column("kind", one_of(ProviderKind, PROVIDER_KINDS)),
            column("national", FLAG, blank="no"),
            column("floor_pct", whole(0, 100)),
            column("localities", NAMES),
        ),
    ),
    *ALLIANCE_FILES,
    DataFile(
        name="carers.csv",
        field="carers",
        record=CarerRow,
        key=("carer_id",),
        required=True,
        columns=(
            column("carer_id", ID),
            column("provider_id", ID, refers_to="providers"),
            *_HOME,
            column("mode", one_of(("car", "bike", "foot"))),
            column("skills", CODES),
            column("max_work_minutes", whole(1, _MINUTES_IN_DAY)),
            newer("gender", optional(one_of(Gender))),
            newer("languages", CODES),
        ),
        references=_HOME_REFERENCES,
    ),
    CARER_SKILLS,
    CARER_ABSENCES,
    DataFile(
        name="shifts.csv",
        field="shifts",
        record=ShiftRow,
        key=("shift_id",),
        required=True,
        columns=(
            column("shift_id", ID),
            column("carer_id", ID, refers_to="carers"),
            column("start", TIME),
            column("end", TIME),
            column("break_minutes", whole(0, 240), blank="0"),
            column("break_earliest", TIME, blank="00:00"),
            column("break_latest", TIME, blank="00:00"),
            *RECURRENCE,
        ),
    ),
    DataFile(
        name="clients.csv",
        field="clients",
        record=ClientRow,
        key=("client_id",),
        required=True,
        columns=(
            column("client_id", ID),
            *_HOME,
            column("locality", NAME),
            OPTION,
            column("choice_locked", FLAG, blank="no"),
            column("door_minutes", whole(0, 60), blank=str(DOOR_MINUTES)),
            newer("carer_gender", optional(one_of(Gender))),
            newer("languages", CODES),
        ),
        references=(*_HOME_REFERENCES, *OPTION_REFERENCES),
    ),
    CLIENT_ABSENCES,
    PACKAGES,
    DataFile(
        name="visits.csv",
        field="visits",
        record=VisitRow,
        key=("visit_id",),
        required=True,
        columns=(
            column("visit_id", ID),
            column("client_id", ID, refers_to="clients"),
            column("earliest", TIME),
            column("latest", TIME),
            column("preferred", TIME),
            column("duration_minutes", whole(1, _MINUTES_IN_DAY)),
            column("carers_needed", whole(1, 2), blank="1"),
            column("skills", CODES),
            column("time_critical", FLAG, blank="no"),
            column("priority", one_of(("green", "amber", "red")), blank="green"),
            newer("package_id", optional(ID), refers_to="packages"),
            *RECURRENCE,
        ),
    ),
    VISIT_CHANGES,
    DataFile(
        name="allocation.csv",
        field="allocation",
        record=AllocationRow,
        key=("client_id",),
        required=True,
        columns=(
            column("client_id", ID, refers_to="clients"),
            column("provider_id", ID, refers_to="providers"),
            newer("contract_id", optional(ID), refers_to="contracts"),
            *SEASON,
        ),
    ),
    DataFile(
        name="matches.csv",
        field="matches",
        record=MatchRow,
        key=("client_id", "carer_id"),
        columns=(
            column("client_id", ID, refers_to="clients"),
            column("carer_id", ID, refers_to="carers"),
            column("kind", one_of(MatchKind)),
        ),
    ),
    DataFile(
        name="recorded_rota.csv",
        field="recorded",
        record=RecordedRow,
        key=("shift_id", "visit_id", "day"),
        columns=(
            column("shift_id", ID, refers_to="shifts"),
            column("visit_id", ID, refers_to="visits"),
            column("start", TIME),
            newer("day", optional(DATE)),
        ),
    ),
    *TIMETABLE_FILES,
)
"""Every file, those first to which the later ones refer."""
