"""The records that the solver takes and gives: a day to plan, and a plan for it.

Only plain data belongs here; no rule is decided and nothing is searched. Clock instants are whole seconds since
the planning origin (local midnight of the planned day), so days with 23 or 25 hours need no special case. Shapes:
P places, V visits, S shifts, Q ports.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import IntEnum, StrEnum
from typing import TYPE_CHECKING, Literal

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
    """Why a visit is in no run. All but the last two are proved, as long as no detour is faster than a direct way."""

    NO_ELIGIBLE_PROVIDER = "no-eligible-provider"
    NO_SKILLED_CARER = "no-skilled-carer"
    NO_SUITABLE_CARER = "no-suitable-carer"
    ALL_BARRED = "all-barred"
    NO_SHIFT_IN_WINDOW = "no-shift-in-window"
    PLACE_UNREACHABLE = "place-unreachable"
    NO_BOAT = "no-boat"
    NO_TIME_WOULD_DO = "no-time-would-do"
    WINDOW_UNREACHABLE = "window-unreachable"
    SHIFT_LIMITS = "shift-limits"
    BREAKS_IN_THE_WAY = "breaks-in-the-way"
    SHIFTS_SETTLED = "shifts-settled"
    NO_SECOND_CARER = "no-second-carer"
    OTHER_HALF_IMPOSSIBLE = "other-half-impossible"
    TOO_FEW_CARERS = "too-few-carers"
    NOT_PLACED_IN_TIME = "not-placed-in-time"
    LEFT_OUT_BY_HAND = "left-out-by-hand"


@dataclass(frozen=True, slots=True, kw_only=True)
class TimeWindow:
    """An interval of instants, both ends included."""

    earliest_s: int
    latest_s: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """One call at a client's home. `window` bounds the start; `providers` names every provider that may serve it.

    When: the start lies in `window` or in one of `other_windows`; with `window_on_end` they bound the end instead. A
    time-critical visit with `tolerance_s` starts within that many seconds of `preferred_start_s`. `locked_start_s`
    fixes the start. A start before `early_before_s` or after `late_after_s` is legal and has a price a second.

    Who: the carer holds all of `skills`, one of `any_skills` (where there are some) and none of `unwanted_skills`, is
    of one of `genders`, speaks one of `languages`, comes by one of `modes` and brings all of `equipment`; an empty set
    asks for nothing. `locked_shifts`, when not empty, names the only shifts that may serve. Where `known_carers` is
    not empty every other carer is unfamiliar, and where `preferred_carers` is not empty every other is second choice:
    prices, not rules.

    `load` counts against the capacity of the run; `area` names the small area, for runs that keep together.
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
    known_carers: frozenset[str] = frozenset()
    locked_shifts: frozenset[str] = frozenset()
    preferred_carers: frozenset[str] = frozenset()
    other_windows: tuple[TimeWindow, ...] = ()
    window_on_end: bool = False
    tolerance_s: int | None = None
    locked_start_s: int | None = None
    early_before_s: int | None = None
    late_after_s: int | None = None
    any_skills: frozenset[str] = frozenset()
    unwanted_skills: frozenset[str] = frozenset()
    genders: frozenset[str] = frozenset()
    languages: frozenset[str] = frozenset()
    modes: frozenset[Mode] = frozenset()
    equipment: frozenset[str] = frozenset()
    load: int = 0
    area: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Sequence:
    """Two visits of which one follows the other: `then` starts `least_s` to `most_s` after the *start* of `first`.

    Both are made or neither. The carers may be the same or others; `same_carer` True or False insists.
    """

    first: str
    then: str
    least_s: int
    most_s: int
    same_carer: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ClientNeeds:
    """What one client needs of all the visits of the day together.

    Between the end of one visit and the start of the next lie at least `min_gap_s`. With `one_provider` all visits
    that are made are made by carers of one provider.
    """

    client: str
    min_gap_s: int = 0
    one_provider: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Break:
    """A rest that must begin inside `window`, at whatever stop the carer then is (or at home before leaving).

    Every run that has a visit must contain every break of its shift. A break with a window of one instant is fixed.
    A paid break counts as work.
    """

    duration_s: int
    window: TimeWindow
    paid: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Shift:
    """When one carer may work, from leaving `start_place` to being back at `end_place`, both inside `window`.

    `max_work_s` limits contact, paid breaks and travel between visits (the way from and to home is not work);
    `max_drive_s` limits all travel by road, also from and to home; `max_span_s` the time from leaving home to being
    back. A shift without visits needs no break.

    `skill_expiry` gives the last day (`YYYY-MM-DD`) of skills that end. `previous_end_s` is when the carer was back
    the last time (negative: yesterday) and `next_start_s` when the next work begins: `DayProblem.rest_s` lies between.
    `contracted_s` is the work that is paid for anyway: less costs undertime, more overtime. `capacity` bounds the sum
    of the visits' `load`.
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
    skill_expiry: Mapping[str, str] = field(default_factory=dict)
    gender: str | None = None
    languages: frozenset[str] = frozenset()
    equipment: frozenset[str] = frozenset()
    barred_clients: frozenset[str] = frozenset()
    max_drive_s: int | None = None
    max_span_s: int | None = None
    previous_end_s: int | None = None
    next_start_s: int | None = None
    contracted_s: int | None = None
    capacity: int | None = None


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

    `car_at` int32 (P,), where somebody leaves the car (or bike) behind to go on by foot: the place where it stands
    while its driver is at each place. Where it comes along that is the place itself; -1 where its driver cannot go.
    Then `road_s` also counts walking, and `road_m` still only what is driven.
    """

    road_s: NDArray[np.int32]
    road_m: NDArray[np.int32]
    road_reachable: NDArray[np.bool_]
    boat_first: NDArray[np.int32]
    boat_count: NDArray[np.int32]
    boat_leave_s: NDArray[np.int32]
    boat_arrive_s: NDArray[np.int32]
    car_at: NDArray[np.int32] | None = None

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
        if self.car_at is not None:
            self.car_at.flags.writeable = False


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Travel:
    """Travel by every mode in use, and the raw sailings behind it (which only the checker and `itinerary` scan).

    `from_home` is the travel of those who leave their car behind at boats that do not take it, by mode and by the
    place where their shift starts. It goes back to the car and foot of `modes`, where cars come along or not at all.
    """

    modes: Mapping[Mode, ModeTravel]
    sailings: tuple[Sailing, ...] = ()
    from_home: Mapping[tuple[Mode, int], ModeTravel] = field(default_factory=dict)

    def of(self, shift: Shift) -> ModeTravel | None:
        """Look up how a shift travels; None when its mode has no travel."""
        return self.from_home.get((shift.mode, shift.start_place)) or self.modes.get(shift.mode)


@dataclass(frozen=True, slots=True, kw_only=True)
class Weights:
    """Prices of a plan, in equivalent paid seconds: what a second of a carer's paid travel costs.

    A metre by car costs 0.07 s: 55 pence a mile (HMRC, April 2026) against about 17.5 pounds an hour with on-costs.

    Each second: `waiting` of idle time between leaving home and being back (rests and boats apart), `early` and `late`
    of a start outside what the visit would like, `latest` of the largest lateness of the day, `overtime` and
    `undertime` of work against `contracted_s`, `slack` by which a stop is reached less than `slack_s` before the last
    start of its window. `balance` is the price of a second of work for each hour that its shift already has. Each:
    `unfamiliar_visit`, `second_choice_visit` and `changed_visit` (not as in `DayProblem.before`) by stop;
    `another_carer` and `another_provider` by client and day beyond the first; `another_area` by run beyond the first.
    `changed_start` is by second of a start that moved against `before`. `unallocated_*` counts once for each carer that
    the visit left out needs, `dropped_visit` once.
    """

    travel: float = 1.0
    commute: float = 0.5
    metre: float = 0.07
    metre_by_bike: float = 0.0
    metre_on_foot: float = 0.0
    waiting: float = 0.0
    early: float = 0.0
    late: float = 0.0
    latest: float = 0.0
    overtime: float = 0.0
    undertime: float = 0.0
    balance: float = 0.0
    slack: float = 0.0
    slack_s: int = 300
    another_carer: int = 0
    another_provider: int = 0
    another_area: int = 0
    second_choice_visit: int = 0
    changed_visit: int = 0
    changed_start: float = 0.0
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Before:
    """How a visit was planned: on which shifts, and when. Plans that stay close to it are cheaper."""

    visit: str
    shifts: frozenset[str]
    start_s: int


@dataclass(frozen=True, slots=True, kw_only=True)
class LockedRun:
    """A shift whose run is settled: exactly these visits in this order, and no other."""

    shift: str
    visits: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class DayProblem:
    """One day to plan. `keep` names visits that an accepted plan places; leaving one out costs `dropped_visit`.

    `day` is `YYYY-MM-DD`. `rest_s` is the least rest of a carer between two days' work.
    """

    day: str
    visits: tuple[Visit, ...]
    shifts: tuple[Shift, ...]
    travel: Travel
    weights: Weights = field(default_factory=Weights)
    provider_hours: tuple[ProviderHours, ...] = ()
    keep: frozenset[str] = frozenset()
    sequences: tuple[Sequence, ...] = ()
    clients: tuple[ClientNeeds, ...] = ()
    locked_runs: tuple[LockedRun, ...] = ()
    before: tuple[Before, ...] = ()
    rest_s: int = 11 * 3600


@dataclass(frozen=True, slots=True, kw_only=True)
class Stop:
    """One visit in a run. `travel_s` and `travel_m` belong to the leg that ends here, `boats` its sailings.

    `travel_s` is from leaving the stop before to arriving, less any rest and less waiting for the boat (`boat_wait_s`).
    `walk_s` is the part of it on foot with the car or bike left behind, which `travel_m` leaves out: that counts what
    is driven, or all of the way of those who have nothing to leave.
    """

    visit: str
    arrive_s: int
    start_s: int
    leave_s: int
    travel_s: int
    travel_m: int
    boats: tuple[str, ...] = ()
    boat_wait_s: int = 0
    walk_s: int = 0


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
    home_walk_s: int = 0
    rests: tuple[Rest, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Unallocated:
    """A visit in no run, and why."""

    visit: str
    reason: Reason
    detail: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Search:
    """How a plan was found. `cost` is in equivalent paid seconds (see `Weights`); no legal plan is below `bound`.

    `areas` is the greatest number of areas that were searched side by side.
    """

    engine: str
    iterations: int
    wall_s: float
    cost: float
    bound: float | None = None
    areas: int = 1


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

    Whichever is given and reached first; at least one must be given. With the `clock` "cpu" seconds are processor time
    of the process that searches, for comparisons on a busy machine. At most `processes` search at a time.
    """

    iterations: int | None = None
    seconds: float | None = None
    seed: int = 1
    clock: Literal["wall", "cpu"] = "wall"
    processes: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """A moment of a search, for those who wait for it; all moments together are the curve of cost over `seconds`.

    `plan` is the best plan so far, legal and complete but for the reasons; None where it was told less than a second
    ago. Of the `areas` searched side by side in this phase, `areas_done` are finished.
    """

    phase: str
    done: float
    cost: float
    unallocated: int
    seconds: float = 0.0
    plan: DayPlan | None = None
    areas: int = 1
    areas_done: int = 0
