"""The files of what is agreed and of what differs from day to day: alliances to packages, absences and changes."""

from __future__ import annotations

from app.agreements import (
    LATE_MINUTES,
    AllianceMemberRow,
    AllianceRow,
    ContractRow,
    PackageRow,
    ServiceKind,
)
from app.datafiles.cells import DATE, FLAG, ID, NAME, TEXT, TIME, one_of, optional, whole
from app.datafiles.columns import SEASON, DataFile, column, newer
from app.datafiles.source_codes import KNOWN_OR_NOT, SDS_FLAGS, SERVICES
from app.due import CarerAbsenceRow, CarerSkillRow, ChangeKind, ClientAbsenceRow, VisitChangeRow

_MINUTES_IN_DAY = 24 * 60

OPTION = newer("sds_option", optional(whole(1, 4)))
OPTION_REFERENCES = tuple(newer(name, optional(FLAG)) for name in SDS_FLAGS)

_ABSENCE = (
    column("first_day", DATE),
    newer("start", optional(TIME)),
    column("last_day", optional(DATE), blank=""),
    newer("end", optional(TIME)),
)

ALLIANCE_FILES = (
    DataFile(
        name="alliances.csv",
        field="alliances",
        record=AllianceRow,
        key=("alliance_id",),
        columns=(column("alliance_id", ID), column("name", NAME), *SEASON),
    ),
    DataFile(
        name="alliance_members.csv",
        field="alliance_members",
        record=AllianceMemberRow,
        key=("alliance_id", "provider_id"),
        columns=(
            column("alliance_id", ID, refers_to="alliances"),
            column("provider_id", ID, refers_to="providers"),
            *SEASON,
        ),
    ),
    DataFile(
        name="contracts.csv",
        field="contracts",
        record=ContractRow,
        key=("contract_id",),
        columns=(
            column("contract_id", ID),
            column("provider_id", ID, refers_to="providers"),
            column("name", TEXT),
            *SEASON,
            newer("late_minutes", whole(0, 240), blank=str(LATE_MINUTES)),
        ),
    ),
)

CARER_SKILLS = DataFile(
    name="carer_skills.csv",
    field="carer_skills",
    record=CarerSkillRow,
    key=("carer_id", "skill"),
    columns=(
        column("carer_id", ID, refers_to="carers"),
        column("skill", ID),
        column("valid_to", optional(DATE), blank=""),
    ),
)

CARER_ABSENCES = DataFile(
    name="carer_absences.csv",
    field="carer_absences",
    record=CarerAbsenceRow,
    key=("carer_id", "first_day", "start"),
    columns=(column("carer_id", ID, refers_to="carers"), *_ABSENCE),
)

CLIENT_ABSENCES = DataFile(
    name="client_absences.csv",
    field="client_absences",
    record=ClientAbsenceRow,
    key=("client_id", "first_day", "start"),
    columns=(column("client_id", ID, refers_to="clients"), *_ABSENCE),
)

PACKAGES = DataFile(
    name="packages.csv",
    field="packages",
    record=PackageRow,
    key=("package_id",),
    columns=(
        column("package_id", ID),
        column("client_id", ID, refers_to="clients"),
        column("service", one_of(ServiceKind, SERVICES)),
        OPTION,
        newer("choice_locked", FLAG, blank="no"),
        newer("weekly_minutes", optional(whole(0, 2 * 7 * _MINUTES_IN_DAY))),
        newer("reablement", KNOWN_OR_NOT),
        *SEASON,
    ),
    references=OPTION_REFERENCES,
)

VISIT_CHANGES = DataFile(
    name="visit_changes.csv",
    field="visit_changes",
    record=VisitChangeRow,
    key=("visit_id", "day"),
    columns=(
        column("visit_id", ID, refers_to="visits"),
        column("day", DATE),
        column("kind", one_of(ChangeKind)),
        newer("earliest", optional(TIME)),
        newer("latest", optional(TIME)),
        newer("preferred", optional(TIME)),
        newer("duration_minutes", optional(whole(1, _MINUTES_IN_DAY))),
        newer("carers_needed", optional(whole(1, 2))),
    ),
)
