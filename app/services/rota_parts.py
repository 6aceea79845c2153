"""What readers see of a rota: whose runs, when and with whom, in local time. Ids only.

Of a carer of another provider a rota says that there is one, not who.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from solver.types import Reason

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import date, datetime

    from app.db.plans import Run, Unallocated
    from app.services.segments import SegmentKind

SOMEBODY_ELSE = "another provider's carer"
"""Said instead of the id of a carer who works for somebody else."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RotaSegment:
    """One stretch of a run, in local time. Fields that do not apply to its kind are None."""

    kind: SegmentKind
    start: datetime
    end: datetime
    duration_s: int
    visit: str | None = None
    client: str | None = None
    double_handed: bool | None = None
    with_carers: tuple[str, ...] | None = None
    route: str | None = None
    from_port: str | None = None
    to_port: str | None = None
    check_in_by: datetime | None = None
    departs: datetime | None = None
    road_m: int | None = None
    walk_s: int | None = None
    waiting_s: int | None = None
    boats: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RotaRun:
    """What one carer does on one shift, from home to home. `mode` is None for a carer who is no longer known.

    The sums tell apart what the schedule of visits must: boats and buses are travel, and a wait of over two hours is
    not waiting but time off, as in the report.
    """

    shift: str
    carer: str
    provider: str
    mode: str | None
    leave_home: datetime
    back_home: datetime
    contact_s: int
    travel_s: int
    wait_s: int
    break_s: int
    time_off_s: int
    segments: tuple[RotaSegment, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Booking:
    """A car's place on a boat that must be booked. `fare_pence` is for the car, None when not known."""

    route: str
    from_port: str
    to_port: str
    check_in_by: datetime
    departs: datetime
    shift: str
    carer: str
    provider: str
    fare_pence: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class LeftOut:
    """A visit in no run. `detail` may name carers of other providers, so it is for the partnership; of a visit that
    was left out by hand it says by whom and why, for the client's provider too."""

    visit: str
    client: str
    reason: Reason
    detail: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """What one reader sees of a plan. `bookings` are the crossings to book; `bookings_unknown` counts cars on boats
    of which the timetable does not say whether one must."""

    runs: tuple[RotaRun, ...]
    unallocated: tuple[LeftOut, ...]
    bookings: tuple[Booking, ...]
    bookings_unknown: int


@dataclass(frozen=True, slots=True, kw_only=True)
class OnPaper:
    """A plan as rows, stored or not: the runs of everybody, and what is left out."""

    area: str
    day: date
    runs: Sequence[Run]
    left_out: Sequence[Unallocated]


@dataclass(frozen=True, slots=True, kw_only=True)
class LaidOut:
    """A whole plan in local time, from which each reader gets a part.

    `provider_of_client` is today's; `unknown` has a shift for each car on a boat that may need booking.
    """

    whole: Part
    provider_of_client: Mapping[str, str]
    unknown: tuple[str, ...]

    def of_area(self) -> Part:
        """Give everything, with reasons in words."""
        return self.whole

    def of_provider(self, provider: str) -> Part:
        """Give the runs of a provider's carers, and the visits of its clients that are left out."""
        own = (row for row in self.whole.unallocated if self.provider_of_client.get(row.client) == provider)
        return self._part([run for run in self.whole.runs if run.provider == provider], own)

    def of_carer(self, carer: str) -> Part:
        """Give the runs of one carer."""
        return self._part([run for run in self.whole.runs if run.carer == carer], ())

    def _part(self, runs: Sequence[RotaRun], left_out: Iterable[LeftOut]) -> Part:
        shifts = {run.shift for run in runs}
        return Part(
            runs=tuple(runs),
            unallocated=tuple(
                row if row.reason is Reason.LEFT_OUT_BY_HAND else replace(row, detail=None) for row in left_out
            ),
            bookings=tuple(row for row in self.whole.bookings if row.shift in shifts),
            bookings_unknown=sum(shift in shifts for shift in self.unknown),
        )
