"""The records that the solver takes and gives: a day to plan, and a plan for it.

Only plain data belongs here; no rule is decided and nothing is searched. Clock instants are whole seconds since
the planning origin (local midnight of the planned day), so days with 23 or 25 hours need no special case. Shapes:
P places, V visits, S shifts, Q ports.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import IntEnum, StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    import numpy as np
    from numpy.typing import NDArray


class Mode(StrEnum):
    """How a carer travels."""

    CAR = "car"
    BIKE = "bike"
    FOOT = "foot"


class Priority(IntEnum):
    """How much it matters that a visit is made (red, amber, green); larger matters more."""

    GREEN = 1
    AMBER = 2
    RED = 3


class Reason(StrEnum):
    """Why a visit is in no run. All but the last are proved."""

    NO_ELIGIBLE_PROVIDER = "no-eligible-provider"
    NO_SKILLED_CARER = "no-skilled-carer"
    ALL_BARRED = "all-barred"
    NO_SHIFT_IN_WINDOW = "no-shift-in-window"
    PLACE_UNREACHABLE = "place-unreachable"
    WINDOW_UNREACHABLE = "window-unreachable"
    NO_SECOND_CARER = "no-second-carer"
    NOT_PLACED_IN_TIME = "not-placed-in-time"


@dataclass(frozen=True, slots=True, kw_only=True)
class TimeWindow:
    """An interval of instants, both ends included."""

    earliest_s: int
    latest_s: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """One call at a client's home. `window` bounds the start; `providers` names every provider that may serve it.

    `skills` must all be held by the carer. `locked_shifts`, when not empty, names the only shifts that may serve the
    visit. `preferred_carers`, when not empty, makes every other carer unfamiliar (a price, not a rule).
    """

    id: str
    client: str
    place: int
    duration_s: int
    window: TimeWindow
    providers: frozenset[str]
    preferred_start_s: int | None = None
    time_critical: bool = False
    priority: Priority = Priority.GREEN
    carers_needed: int = 1
    skills: frozenset[str] = frozenset()
    barred_carers: frozenset[str] = frozenset()
    preferred_carers: frozenset[str] = frozenset()
    locked_shifts: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Break:
    """A rest that must begin inside `window`, at whatever stop the carer then is (or at home before leaving).

    Every run that has a visit must contain every break of its shift.
    """

    duration_s: int
    window: TimeWindow


@dataclass(frozen=True, slots=True, kw_only=True)
class Shift:
    """When one carer may work, from leaving `start_place` to being back at `end_place`, both inside `window`.

    `max_work_s` limits contact plus travel between visits (the way from and to home is not work). A shift without
    visits needs no break.
    """

    id: str
    carer: str
    provider: str
    mode: Mode
    start_place: int
    end_place: int
    window: TimeWindow
    max_work_s: int
    breaks: tuple[Break, ...] = ()
    skills: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Sailing:
    """One departure of one boat. A traveller must be at `from_port` by `last_checkin_s` and is free at `ashore_s`.

    Ports are rows of the place matrices.
    """

    id: str
    route: str
    from_port: int
    to_port: int
    last_checkin_s: int
    departs_s: int
    arrives_s: int
    ashore_s: int
    modes: frozenset[Mode]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ModeTravel:
    """Travel by one mode: by road alone, and the best journeys that use at least one boat.

    `road_s`, `road_m` int32 (P, P), row from, column to, diagonal 0; meaningless where `road_reachable` bool (P, P)
    is False. Boats: for origin o and destination d the journeys are the entries
    `boat_first[o, d] : boat_first[o, d] + boat_count[o, d]` of `boat_leave_s` (latest instant to leave o) and
    `boat_arrive_s` (instant of being at d), both increasing strictly: the Pareto set of the day's timetable.
    """

    road_s: NDArray[np.int32]
    road_m: NDArray[np.int32]
    road_reachable: NDArray[np.bool_]
    boat_first: NDArray[np.int32]
    boat_count: NDArray[np.int32]
    boat_leave_s: NDArray[np.int32]
    boat_arrive_s: NDArray[np.int32]

    def __post_init__(self) -> None:
        """Freeze the arrays, so that nobody changes a journey by accident."""
        for array in (
            self.road_s,
            self.road_m,
            self.road_reachable,
            self.boat_first,
            self.boat_count,
            self.boat_leave_s,
            self.boat_arrive_s,
        ):
            array.flags.writeable = False


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Travel:
    """Travel by every mode in use, and the raw sailings behind it (which only the checker and `itinerary` scan)."""

    modes: Mapping[Mode, ModeTravel]
    sailings: tuple[Sailing, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Weights:
    """Prices of a plan, in equivalent paid seconds: what a second of a carer's paid travel costs.

    A metre by car costs 0.07 s: 55 pence a mile (HMRC, April 2026) against about 17.5 pounds an hour with on-costs.
    """

    travel: float = 1.0
    commute: float = 0.5
    metre: float = 0.07
    unfamiliar_visit: int = 600
    unallocated_green: int = 50_000
    unallocated_amber: int = 100_000
    unallocated_red: int = 200_000
    unallocated_time_critical: int = 200_000
    dropped_visit: int = 1_000_000
    provider_hours: float = 20.0


@dataclass(frozen=True, slots=True, kw_only=True)
class ProviderHours:
    """Contact time that a provider should hold over the day; each second outside costs `Weights.provider_hours`."""

    provider: str
    floor_s: int = 0
    ceiling_s: int = 10**9


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class DayProblem:
    """One day to plan. `keep` names visits that an accepted plan places; leaving one out costs `dropped_visit`."""

    day: str
    visits: tuple[Visit, ...]
    shifts: tuple[Shift, ...]
    travel: Travel
    weights: Weights = field(default_factory=Weights)
    provider_hours: tuple[ProviderHours, ...] = ()
    keep: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Stop:
    """One visit in a run. `travel_s` and `travel_m` belong to the leg that ends here, `boats` its sailings.

    `travel_s` is from leaving the stop before to arriving, less any rest and less waiting for the boat (`boat_wait_s`).
    `travel_m` counts road metres only.
    """

    visit: str
    arrive_s: int
    start_s: int
    leave_s: int
    travel_s: int
    travel_m: int
    boats: tuple[str, ...] = ()
    boat_wait_s: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Rest:
    """A break as planned, taken at stop number `after_stop` before leaving it (0: at home, before leaving).

    Rests are in the order of the shift's `breaks`.
    """

    after_stop: int
    start_s: int
    end_s: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """One carer's ordered visits on one shift, from home to home."""

    shift: str
    leave_home_s: int
    stops: tuple[Stop, ...]
    back_home_s: int
    home_travel_s: int
    home_travel_m: int
    home_boats: tuple[str, ...] = ()
    rests: tuple[Rest, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Unallocated:
    """A visit in no run, and why."""

    visit: str
    reason: Reason
    detail: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Search:
    """How a plan was found. `cost` is in equivalent paid seconds (see `Weights`)."""

    engine: str
    iterations: int
    wall_s: float
    cost: float


@dataclass(frozen=True, slots=True, kw_only=True)
class DayPlan:
    """A plan for a day: the runs that have visits, in the order of the problem's shifts, and what is left out."""

    day: str
    runs: tuple[Run, ...]
    unallocated: tuple[Unallocated, ...]
    search: Search | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Breach:
    """A rule that a plan breaks; `amount` is in the unit of the rule (seconds, or a count)."""

    rule: str
    visit: str | None
    shift: str | None
    amount: int
    message: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """Something wrong with the input. `where` names the record and field; `action` says what to do about it."""

    code: str
    where: str
    message: str
    action: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """When a search stops: after `iterations` (the same plan every time) or after `seconds` of wall time.

    Whichever is given and reached first; at least one must be given.
    """

    iterations: int | None = None
    seconds: float | None = None
    seed: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """A moment of a search, for those who wait for it."""

    phase: str
    done: float
    cost: float
    unallocated: int
