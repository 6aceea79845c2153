"""Rotas as the HTTP interface gives them: ids and local times, no names, addresses or coordinates."""

from __future__ import annotations

from datetime import date, datetime  # noqa: TC003 - the models need them at run time
from typing import Annotated, Literal
from uuid import UUID  # noqa: TC003 - the same

from pydantic import BaseModel, ConfigDict, Field

_MORNING = "2026-03-03T07:{}:00+00:00"


class SegmentBody(BaseModel):
    """One stretch of a run. Fields that do not apply to its kind are absent."""

    model_config = ConfigDict(from_attributes=True)

    kind: Literal["travel", "wait", "visit", "rest", "boat", "bus"]
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
    mode: str | None = None
    leave_home: datetime
    back_home: datetime
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
    fare_pence: Annotated[int | None, Field(description="A single for the car, where it is known.")] = None


class LeftOutBody(BaseModel):
    """A visit that the plan leaves out, and why."""

    model_config = ConfigDict(from_attributes=True)

    visit: str
    client: str
    reason: str
    detail: Annotated[str | None, Field(description="In words, for the partnership only.")] = None


class RotaBody(BaseModel):
    """A provider's or a carer's rota for a day. Times are local (Europe/London), with their offset."""

    model_config = ConfigDict(
        from_attributes=True,
        json_schema_extra={
            "examples": [
                {
                    "area": "oban-lorn",
                    "day": "2026-03-03",
                    "plan": "7b0c4f4e-2f5e-4c39-9d3c-1f4f1b6b7a11",
                    "letter": "B",
                    "current": True,
                    "out_of_date": False,
                    "stored_at": "2026-03-02T16:40:00Z",
                    "runs": [
                        {
                            "shift": "S12",
                            "carer": "K7",
                            "mode": "car",
                            "leave_home": _MORNING.format("10"),
                            "back_home": _MORNING.format("55"),
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
    plan: UUID
    letter: Annotated[str | None, Field(description="Which of the four plans of a comparison this is.")] = None
    current: Annotated[bool, Field(description="Whether this is the plan that carers follow.")]
    out_of_date: Annotated[
        bool, Field(description="Whether the area's data set has changed since, so that the day needs planning again.")
    ]
    stored_at: datetime
    runs: list[RunBody]
    unallocated: list[LeftOutBody]
    bookings: Annotated[list[BookingBody], Field(description="Crossings that must be booked for these runs.")] = []
    bookings_unknown: Annotated[
        int, Field(description="Cars on boats of which the timetable does not say whether to book.")
    ] = 0
