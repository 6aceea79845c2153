"""The records of a data set: what a partnership hands over for one area, one record type per CSV file.

It holds one day, or weeks that repeat: `services.make_day` makes the data set of any day from it. The field names are
the column names. No file is read here (`services.read_dataset` does) and nothing is decided. Times of day are whole
seconds since local midnight; in the CSV files they are `HH:MM`. More records are in `agreements` and `due`.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from geo.fix import HOUSE_M, LocatedBy

if TYPE_CHECKING:
    from datetime import date

    from app.agreements import AllianceMemberRow, AllianceRow, ContractRow, PackageRow
    from app.due import CarerAbsenceRow, CarerSkillRow, ClientAbsenceRow, VisitChangeRow


class ProviderKind(StrEnum):
    """Who runs the provider."""

    COUNCIL = "council"
    INDEPENDENT = "independent"
    THIRD_SECTOR = "third_sector"
    OTHER = "other"


class Gender(StrEnum):
    """A carer's gender, for clients who may ask for it in intimate care."""

    FEMALE = "female"
    MALE = "male"
    OTHER = "other"


class MatchKind(StrEnum):
    """What is agreed between a client and a carer."""

    BARRED = "barred"
    PREFERRED = "preferred"


class TimesStatus(StrEnum):
    """Whether a sailing's times come from a published source or were made up to show the product."""

    PUBLISHED = "published"
    ILLUSTRATIVE = "illustrative"


class PortKind(StrEnum):
    """What stands there: a pier for boats, or a stop for buses."""

    PIER = "pier"
    STOP = "stop"


class SailingKind(StrEnum):
    """What runs to the timetable."""

    FERRY = "ferry"
    BUS = "bus"


class SailsAs(StrEnum):
    """How boats sail on an exceptional day: as usual, not at all, all rows of a service, or as on a weekday."""

    USUAL = "usual"
    NONE = "none"
    ALL = "all"
    MON = "mon"
    TUE = "tue"
    WED = "wed"
    THU = "thu"
    FRI = "fri"
    SAT = "sat"
    SUN = "sun"


@dataclass(frozen=True, slots=True, kw_only=True)
class ProviderRow:
    """providers.csv. `floor_pct`: the share of today's contact hours below which the provider is not viable.

    `localities` are those in which the provider is registered to work, separated by `;` in the file.
    """

    provider_id: str
    name: str
    kind: ProviderKind
    national: bool
    floor_pct: int
    localities: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CarerRow:
    """carers.csv. The position is the carer's home; `mode` is car, bike or foot; `skills` separated by `;`.

    `located_by` says by what kind of reference the home was found, which leaves it within `accuracy_m` metres.
    """

    carer_id: str
    provider_id: str
    lat: float
    lon: float
    accuracy_m: int = HOUSE_M
    located_by: LocatedBy = LocatedBy.DEGREES
    mode: str
    skills: tuple[str, ...]
    max_work_minutes: int
    gender: Gender | None = None
    languages: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ShiftRow:
    """shifts.csv. A shift starts and ends at the carer's home; the break begins between the two `break_` instants.

    `break_minutes` 0 means none. The last five say on which days it is worked, as `app.due.falls_on` reads them.
    """

    shift_id: str
    carer_id: str
    start: int
    end: int
    break_minutes: int
    break_earliest: int
    break_latest: int
    day: date | None = None
    days: tuple[str, ...] = ()
    every_weeks: int = 1
    valid_from: date | None = None
    valid_to: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ClientRow:
    """clients.csv. `sds_option` is 1 to 4 (Self-directed Support); `choice_locked` pins the chosen parts of option 4.

    `door_minutes`: to park and reach the door, added to each visit's travel. `located_by` says by what kind of
    reference the home was found, which leaves it within `accuracy_m` metres. Only carers of `carer_gender` who speak
    one of `languages` are sent; nothing there means anybody.
    """

    client_id: str
    lat: float
    lon: float
    accuracy_m: int = HOUSE_M
    located_by: LocatedBy = LocatedBy.DEGREES
    locality: str
    sds_option: int
    choice_locked: bool
    door_minutes: int
    carer_gender: Gender | None = None
    languages: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class VisitRow:
    """visits.csv. `earliest` and `latest` bound the start; `priority` is green, amber or red.

    The last five say on which days it is due, as `app.due.falls_on` reads them. A visit of every week has the
    same id on each of its days.
    """

    visit_id: str
    client_id: str
    earliest: int
    latest: int
    preferred: int
    duration_minutes: int
    carers_needed: int
    skills: tuple[str, ...]
    time_critical: bool
    priority: str
    package_id: str | None = None
    day: date | None = None
    days: tuple[str, ...] = ()
    every_weeks: int = 1
    valid_from: date | None = None
    valid_to: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AllocationRow:
    """allocation.csv. Which provider serves the client today, under which contract, and from when to when."""

    client_id: str
    provider_id: str
    contract_id: str | None = None
    valid_from: date | None = None
    valid_to: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class MatchRow:
    """matches.csv. A carer whom the client must not be sent, or knows and prefers."""

    client_id: str
    carer_id: str
    kind: MatchKind


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordedRow:
    """recorded_rota.csv. The rota as it is: who made which visit, and when it began (one row per carer present).

    Without a `day` it is the rota of the data set's day.
    """

    shift_id: str
    visit_id: str
    start: int
    day: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PortRow:
    """ports.csv. `landmass` is the land on which a pier stands: it never snaps across a kyle. A bus stop needs none."""

    port_id: str
    name: str
    lat: float
    lon: float
    landmass: str
    kind: PortKind = PortKind.PIER


@dataclass(frozen=True, slots=True, kw_only=True)
class SailingRow:
    """sailings.csv. Departures from `first` to `last`, every `headway_minutes` (0 when there is just the first).

    `days` are Mon to Sun separated by `;`, from `valid_from` to `valid_to`, both included, None meaning without end.
    `service` names rows with the same exceptions. `car` and `bike` tell what is carried besides people on foot, and
    `booking` whether a car needs a place booked; None means not known, and then bikes are taken to be carried.
    """

    route: str
    from_port: str
    to_port: str
    days: tuple[str, ...]
    first: int
    last: int
    headway_minutes: int
    crossing_minutes: int
    check_in_minutes: int
    ashore_minutes: int
    car: bool
    times_status: TimesStatus
    note: str
    valid_from: date | None = None
    valid_to: date | None = None
    service: str = ""
    kind: SailingKind = SailingKind.FERRY
    bike: bool | None = None
    booking: bool | None = None
    foot_fare_pence: int | None = None
    car_fare_pence: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SailingExceptionRow:
    """sailing_exceptions.csv. A day on which boats do not sail as usual; an empty `route` or `service` means all.

    `last` is the latest departure of that day, None meaning no limit.
    """

    day: date
    route: str
    service: str
    sails_as: SailsAs
    last: int | None
    note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceRow:
    """places.csv. A settlement: names for reports and areas, and the landmass each stands on."""

    place_id: str
    name: str
    lat: float
    lon: float
    population: int
    landmass: str
    locality: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Dataset:
    """Everything that a partnership hands over for one area. `day` is the one planned when nobody names another."""

    area: str
    day: date
    providers: tuple[ProviderRow, ...]
    alliances: tuple[AllianceRow, ...] = ()
    alliance_members: tuple[AllianceMemberRow, ...] = ()
    contracts: tuple[ContractRow, ...] = ()
    carers: tuple[CarerRow, ...]
    carer_skills: tuple[CarerSkillRow, ...] = ()
    carer_absences: tuple[CarerAbsenceRow, ...] = ()
    shifts: tuple[ShiftRow, ...]
    clients: tuple[ClientRow, ...]
    client_absences: tuple[ClientAbsenceRow, ...] = ()
    packages: tuple[PackageRow, ...] = ()
    visits: tuple[VisitRow, ...]
    visit_changes: tuple[VisitChangeRow, ...] = ()
    allocation: tuple[AllocationRow, ...]
    matches: tuple[MatchRow, ...] = ()
    recorded: tuple[RecordedRow, ...] = ()
    ports: tuple[PortRow, ...] = ()
    sailings: tuple[SailingRow, ...] = ()
    exceptions: tuple[SailingExceptionRow, ...] = ()
    places: tuple[PlaceRow, ...] = ()
