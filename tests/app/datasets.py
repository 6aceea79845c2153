"""A small good data set, written out as data: two providers on the mainland and on Kerrera, one boat between."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from app.agreements import AllianceMemberRow, AllianceRow, ContractRow, PackageRow, ServiceKind
from app.dataset import (
    AllocationRow,
    CarerRow,
    ClientRow,
    Dataset,
    Gender,
    MatchKind,
    MatchRow,
    PlaceRow,
    PortRow,
    ProviderKind,
    ProviderRow,
    RecordedRow,
    SailingExceptionRow,
    SailingRow,
    SailsAs,
    ShiftRow,
    TimesStatus,
    VisitRow,
)
from app.due import CarerAbsenceRow, CarerSkillRow, ChangeKind, ClientAbsenceRow, VisitChangeRow
from app.services.write_dataset import write_dataset

if TYPE_CHECKING:
    from pathlib import Path

LORN = "Oban, Lorn and the Isles"


def clock(hours: int, minutes: int = 0) -> int:
    """Give a time of the day in seconds since midnight."""
    return hours * 3600 + minutes * 60


GOOD = Dataset(
    area="oban-small",
    day=date(2026, 11, 17),
    providers=(
        ProviderRow(
            provider_id="P1",
            name="Lorn Care",
            kind=ProviderKind.INDEPENDENT,
            national=False,
            floor_pct=80,
            localities=(LORN, "Bute and Cowal"),
        ),
        ProviderRow(
            provider_id="P2",
            name="Council Home Care",
            kind=ProviderKind.COUNCIL,
            national=False,
            floor_pct=0,
            localities=(LORN,),
        ),
    ),
    alliances=(AllianceRow(alliance_id="A1", name="Lorn alliance", valid_from=date(2026, 4, 1), valid_to=None),),
    alliance_members=(
        AllianceMemberRow(alliance_id="A1", provider_id="P1", valid_from=None, valid_to=None),
        AllianceMemberRow(alliance_id="A1", provider_id="P2", valid_from=date(2026, 9, 1), valid_to=None),
    ),
    contracts=(
        ContractRow(
            contract_id="CT1",
            provider_id="P1",
            name="Framework, lot 3",
            valid_from=date(2024, 4, 1),
            valid_to=date(2028, 3, 31),
            late_minutes=30,
        ),
    ),
    carers=(
        CarerRow(
            carer_id="K1",
            provider_id="P1",
            lat=56.4127,
            lon=-5.4727,
            mode="car",
            skills=("medication", "hoist"),
            max_work_minutes=480,
            gender=Gender.FEMALE,
            languages=("gd",),
        ),
        CarerRow(
            carer_id="K2", provider_id="P2", lat=56.4301, lon=-5.4512, mode="foot", skills=(), max_work_minutes=300
        ),
    ),
    carer_skills=(
        CarerSkillRow(carer_id="K1", skill="medication", valid_to=date(2027, 1, 31)),
        CarerSkillRow(carer_id="K2", skill="hoist", valid_to=None),
    ),
    carer_absences=(
        CarerAbsenceRow(
            carer_id="K1", first_day=date(2026, 12, 1), start=clock(13), last_day=date(2026, 12, 5), end=None
        ),
    ),
    shifts=(
        ShiftRow(
            shift_id="S1",
            carer_id="K1",
            start=clock(7),
            end=clock(15),
            break_minutes=30,
            break_earliest=clock(11),
            break_latest=clock(13),
        ),
        ShiftRow(
            shift_id="S2",
            carer_id="K2",
            start=clock(18),
            end=clock(25, 30),
            break_minutes=0,
            break_earliest=0,
            break_latest=0,
        ),
        ShiftRow(
            shift_id="S3",
            carer_id="K2",
            start=clock(7),
            end=clock(10),
            break_minutes=0,
            break_earliest=0,
            break_latest=0,
        ),
    ),
    clients=(
        ClientRow(
            client_id="C1", lat=56.4153, lon=-5.4710, locality=LORN, sds_option=3, choice_locked=False, door_minutes=2
        ),
        ClientRow(
            client_id="C2", lat=56.3990, lon=-5.5330, locality=LORN, sds_option=2, choice_locked=True, door_minutes=3
        ),
    ),
    client_absences=(
        ClientAbsenceRow(client_id="C2", first_day=date(2026, 12, 20), start=None, last_day=None, end=None),
    ),
    packages=(
        PackageRow(
            package_id="PK1",
            client_id="C1",
            service=ServiceKind.PERSONAL,
            sds_option=None,
            choice_locked=False,
            weekly_minutes=420,
            reablement=None,
            valid_from=date(2026, 6, 1),
            valid_to=None,
        ),
    ),
    visits=(
        VisitRow(
            visit_id="V1",
            client_id="C1",
            earliest=clock(7, 30),
            latest=clock(9),
            preferred=clock(8),
            duration_minutes=30,
            carers_needed=2,
            skills=("hoist",),
            time_critical=False,
            priority="amber",
            package_id="PK1",
        ),
        VisitRow(
            visit_id="V2",
            client_id="C2",
            earliest=clock(24),
            latest=clock(24, 15),
            preferred=clock(24, 15),
            duration_minutes=45,
            carers_needed=1,
            skills=(),
            time_critical=True,
            priority="red",
        ),
    ),
    visit_changes=(
        VisitChangeRow(
            visit_id="V1",
            day=date(2026, 11, 17),
            kind=ChangeKind.CHANGED,
            earliest=None,
            latest=clock(9, 30),
            preferred=None,
            duration_minutes=None,
            carers_needed=None,
        ),
    ),
    allocation=(
        AllocationRow(client_id="C1", provider_id="P1", contract_id="CT1", valid_from=date(2025, 5, 12)),
        AllocationRow(client_id="C2", provider_id="P2"),
    ),
    matches=(
        MatchRow(client_id="C1", carer_id="K2", kind=MatchKind.BARRED),
        MatchRow(client_id="C1", carer_id="K1", kind=MatchKind.PREFERRED),
    ),
    recorded=(
        RecordedRow(shift_id="S1", visit_id="V1", start=clock(8, 5) + 20),
        RecordedRow(shift_id="S3", visit_id="V1", start=clock(8, 5) + 20),
        RecordedRow(shift_id="S2", visit_id="V2", start=clock(24, 10)),
    ),
    ports=(
        PortRow(port_id="gallanach", name="Gallanach", lat=56.3922, lon=-5.5190, landmass="mainland"),
        PortRow(port_id="kerrera", name="Kerrera", lat=56.3945, lon=-5.5289, landmass="kerrera"),
    ),
    sailings=(
        SailingRow(
            route="Gallanach - Kerrera",
            from_port="gallanach",
            to_port="kerrera",
            days=("Mon", "Tue"),
            first=clock(7, 15),
            last=clock(18, 15),
            headway_minutes=30,
            crossing_minutes=5,
            check_in_minutes=2,
            ashore_minutes=1,
            car=False,
            times_status=TimesStatus.ILLUSTRATIVE,
            note="=by request",
        ),
    ),
    exceptions=(
        SailingExceptionRow(
            day=date(2026, 12, 25), route="", service="", sails_as=SailsAs.NONE, last=None, note="Christmas Day"
        ),
        SailingExceptionRow(
            day=date(2026, 12, 26),
            route="Gallanach - Kerrera",
            service="",
            sails_as=SailsAs.MON,
            last=clock(17),
            note="",
        ),
    ),
    places=(
        PlaceRow(
            place_id="oban",
            name="An t-Òban",
            lat=56.4150,
            lon=-5.4720,
            population=8490,
            landmass="mainland",
            locality=LORN,
        ),
    ),
)


def write_good(folder: Path) -> Path:
    """Write the good data set and give its folder."""
    write_dataset(GOOD, folder)
    return folder


def replace_cell(folder: Path, file: str, old: str, new: str) -> None:
    """Replace one text that occurs exactly once in a file of a data set."""
    path = folder / file
    text = path.read_bytes().decode()
    assert text.count(old) == 1, f"{old!r} occurs {text.count(old)} times in {file}"
    path.write_bytes(text.replace(old, new).encode())
