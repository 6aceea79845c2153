"""Rotas as the HTTP interface gives them: ids and local times, no names, addresses or coordinates."""

from __future__ import annotations

from datetime import date, datetime  # noqa: TC003 - the models need them at run time
from typing import Annotated, Literal
from uuid import UUID  # noqa: TC003 - the same

from pydantic import BaseModel, ConfigDict, Field

from app.services.rota_changes import ChangeKind  # noqa: TC001 - the same

_MORNING = "2026-03-03T07:{}:00+00:00"


class SegmentBody(BaseModel):
    """One stretch of a run. Fields that do not apply to its kind are absent."""

    model_config = ConfigDict(from_attributes=True)

    kind: Literal["travel", "wait", "visit", "break", "boat", "bus"]
    start: datetime
    end: datetime
    duration_s: int
    visit: str | None = None
    client: str | None = None
    double_handed: Annotated[bool | None, Field(description="Whether two carers make the visit together.")] = None
    with_carers: Annotated[
        list[str] | None,
        Field(description="Who else makes the visit: an id, or that it is another provider's carer."),
    ] = None
    route: Annotated[str | None, Field(description="The route of a boat or bus.")] = None
    from_port: Annotated[str | None, Field(description="The pier or stop where the carer boards.")] = None
    to_port: Annotated[str | None, Field(description="The pier or stop where the carer gets off.")] = None
    check_in_by: datetime | None = None
    departs: datetime | None = None
    road_m: Annotated[
        int | None, Field(description="Road metres of the whole way to the next stop, on its first part.")
    ] = None
    walk_s: Annotated[
        int | None, Field(description="Seconds of this way on foot, with the car or bike left at a pier.")
    ] = None
    waiting_s: Annotated[
        int | None, Field(description="Waiting for boats within this way, where it is not known at which pier.")
    ] = None
    boats: Annotated[list[str] | None, Field(description="Boats that are no longer in the timetable.")] = None


class RunBody(BaseModel):
    """What one carer does on one shift, from home to home, without gaps."""

    model_config = ConfigDict(from_attributes=True)

    shift: str
    carer: str
    provider: str
    mode: str | None = None
    leave_home: datetime
    back_home: datetime
    contact_s: Annotated[int, Field(description="Seconds with clients.")]
    travel_s: Annotated[int, Field(description="Seconds on the way, boats and buses included, from and to home too.")]
    wait_s: Annotated[int, Field(description="Seconds of waiting for a visit or a boat, up to two hours each time.")]
    break_s: Annotated[int, Field(description="Seconds of breaks.")]
    time_off_s: Annotated[
        int, Field(description="Seconds of waits of over two hours: time off, as split shifts have, which nobody pays.")
    ] = 0
    segments: list[SegmentBody]


class BookingBody(BaseModel):
    """A place for a car on a boat, which must be booked."""

    model_config = ConfigDict(from_attributes=True)

    route: str
    from_port: str
    to_port: str
    check_in_by: datetime
    departs: datetime
    shift: str
    carer: str
    provider: str
    fare_pence: Annotated[int | None, Field(description="A single for the car, where it is known.")] = None


class LeftOutBody(BaseModel):
    """A visit that the plan leaves out, and why."""

    model_config = ConfigDict(from_attributes=True)

    visit: str
    client: str
    reason: str
    detail: Annotated[
        str | None,
        Field(description="In words: for the partnership; who left it out by hand, and why, for its provider too."),
    ] = None


class RotaBody(BaseModel):
    """An area's, a provider's or a carer's rota for a day. Times are local (Europe/London), with their offset.

    It is either a published version or, with `plan`, one of the plans that nobody follows.
    """

    model_config = ConfigDict(
        from_attributes=True,
        json_schema_extra={
            "examples": [
                {
                    "area": "oban-lorn",
                    "day": "2026-03-03",
                    "provider": "P01",
                    "version": 2,
                    "published_at": "2026-03-02T16:40:00Z",
                    "reason": "Carer K9 is ill",
                    "letter": "B",
                    "runs": [
                        {
                            "shift": "S12",
                            "carer": "K7",
                            "provider": "P01",
                            "mode": "car",
                            "leave_home": _MORNING.format("10"),
                            "back_home": _MORNING.format("55"),
                            "contact_s": 1500,
                            "travel_s": 1200,
                            "wait_s": 0,
                            "break_s": 0,
                            "segments": [
                                {
                                    "kind": "travel",
                                    "start": _MORNING.format("10"),
                                    "end": _MORNING.format("20"),
                                    "duration_s": 600,
                                    "road_m": 7200,
                                },
                                {
                                    "kind": "visit",
                                    "start": _MORNING.format("20"),
                                    "end": _MORNING.format("45"),
                                    "duration_s": 1500,
                                    "visit": "V31",
                                    "client": "C9",
                                    "double_handed": False,
                                },
                                {
                                    "kind": "travel",
                                    "start": _MORNING.format("45"),
                                    "end": _MORNING.format("55"),
                                    "duration_s": 600,
                                    "road_m": 7200,
                                },
                            ],
                        }
                    ],
                    "unallocated": [{"visit": "V40", "client": "C11", "reason": "no-second-carer"}],
                }
            ]
        },
    )

    area: str
    day: date
    provider: Annotated[str | None, Field(description="Whose carers these are, in a provider's rota.")] = None
    carer: Annotated[str | None, Field(description="Whose runs these are, in a carer's rota.")] = None
    version: Annotated[
        int | None, Field(description="The published version since which this reader's rota is as it is.")
    ] = None
    published_at: datetime | None = None
    reason: Annotated[str | None, Field(description="Why that version was published.")] = None
    letter: Annotated[str | None, Field(description="Which of the four plans of a comparison this comes from.")] = None
    plan: Annotated[UUID | None, Field(description="The plan, where it is one that nobody follows.")] = None
    stored_at: Annotated[datetime | None, Field(description="When that plan was stored.")] = None
    runs: list[RunBody]
    unallocated: list[LeftOutBody]
    bookings: Annotated[list[BookingBody], Field(description="Crossings that must be booked for these runs.")] = []
    bookings_unknown: Annotated[
        int, Field(description="Cars on boats of which the timetable does not say whether to book.")
    ] = 0


class ChangeBody(BaseModel):
    """A visit that is other than in the version before."""

    model_config = ConfigDict(from_attributes=True)

    kind: ChangeKind
    visit: str
    client: str
    carers_before: list[str] = []
    carers: list[str] = []
    start_before: datetime | None = None
    start: datetime | None = None
    late: Annotated[bool, Field(description="Whether it was published within the notice period of the visit.")]


class AcknowledgedBody(BaseModel):
    """A time-critical visit that is left out, and who says that they know."""

    visit: str
    by: str


class VersionBody(BaseModel):
    """One published version of a day's rota."""

    model_config = ConfigDict(from_attributes=True)

    day: date
    number: int
    letter: str | None = None
    reason: str
    published_at: datetime
    published_by: str
    late_changes: Annotated[int, Field(description="Visits changed within the notice period.")]
    out_of_date: Annotated[bool, Field(description="Whether the area's data set has changed since.")] = False
    acknowledged: Annotated[list[AcknowledgedBody], Field(description="Who knows of what is left out.")] = []
    unagreed_clients: Annotated[
        int | None,
        Field(
            description="Of a plan C or D: the clients it gives to a provider that no adopted proposal gives them to."
        ),
    ] = None


class ChangesBody(BaseModel):
    """What is other in a reader's rota since a version."""

    day: date
    since: int
    version: int
    changes: list[ChangeBody]


class RotasBody(BaseModel):
    """The rotas of several days, those that are published. `next` is where to go on."""

    first: date
    next: date
    rotas: list[RotaBody]


class ClientVisit(BaseModel):
    """A visit to a client in a published rota."""

    day: date
    version: int | None = None
    visit: str
    start: datetime
    end: datetime
    carers: Annotated[list[str], Field(description="Who comes: an id, or that it is another provider's carer.")]


class ClientVisitsBody(BaseModel):
    """A client's visits over several days, and those that are left out. `next` is where to go on."""

    client: str
    first: date
    next: date
    visits: list[ClientVisit]
    left_out: list[LeftOutBody]


class VersionsBody(BaseModel):
    """Versions of a day's rota, the latest first. `next` continues the list as `before`; absent at its end."""

    versions: list[VersionBody]
    next: int | None = None


class CalendarBody(BaseModel):
    """A carer's new calendar address. It is shown once: whoever knows it can read the calendar."""

    address: Annotated[str, Field(description="To be given to the carer's calendar, after the service's own address.")]
