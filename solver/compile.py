"""Lowers every rule of a day to arrays: refusals, start windows, limits per shift, links and prices.

The engines know nothing else. Only what a rule means is decided here; nothing is searched. A visit for two carers
becomes two legs. Shapes: L legs, S shifts, K providers, C clients, M modes, P distinct places, B breaks, W windows,
Q links, J boat journeys.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray  # noqa: TC002 - named tuples keep their annotations

from solver.compile_links import (
    cut_by_links,
    lower_links,
    refused_by_links,
    refused_by_settled_runs,
    too_close,
)
from solver.compile_prices import assign_prices, run_prices
from solver.compile_travel import lower_travel, ways_to_travel
from solver.compile_windows import Reach, cut_by_reach, lower_windows
from solver.kernel.jit import NO_LIMIT
from solver.refusals import Refusal, refusals, work_limit_s
from solver.timing import Tables
from solver.types import Priority

if TYPE_CHECKING:
    from collections.abc import Iterable

    from solver.types import DayProblem, Mode, Visit

__all__ = ["NO_CEILING_S", "NO_LIMIT", "Compiled", "Refusal", "compile_problem", "unplaced_price"]

NO_CEILING_S = NO_LIMIT


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Compiled:
    """A day as arrays, int32 unless said. Legs of one visit are neighbours; shifts keep the problem's order.

    `leg_visit`, `mate` (the other leg of a pair, or -1), `place`, `duration_s`, `load`, `client`, `earliest_s`,
    `latest_s` (L,): the window bounds the start and is cut to what any shift can reach. Inside it the start lies in one
    of the rows `window_first : window_first + window_count` (L,) of `windows` int64 (W, 2), disjoint and in order.
    `unplaced_cost` int64 (L,). `refusal` uint32 (L, S) holds `Refusal` bits. `assign_cost` (L, S). A leg of a settled
    run is `pinned` (L,) to its shift, else -1, with its `pin_rank` among them.

    `mode`, `start_place`, `end_place`, `shift_earliest_s`, `shift_latest_s`, `max_work_s` (less paid breaks),
    `max_drive_s`, `max_span_s`, `capacity` (`NO_LIMIT` where there is none), `provider`, `carer`, `break_first`,
    `break_count` (S,). `break_duration_s`, `break_earliest_s`, `break_latest_s` (B,). `provider_floor_s`,
    `provider_ceiling_s` (K,) with `provider_price` for each second outside.

    Work of a shift, with its paid breaks `paid_s` (S,), costs `overtime` beyond `contracted_s` and `undertime` below it
    (float64, 0 where nothing is contracted), and `balance` times its square / 7200. `area` (L,) is -1 where none is
    named; each beyond the first of a run costs `another_area`, of a client `another_carer` and `another_provider`.

    `link_legs` (Q, 2): the second leg starts `link_least_s` to `link_most_s` (Q,) after the first, both or neither, by
    a carer as `link_carer` says (see `compile_links`); of a pair the first leg stands for both. `client_gap_s` and bool
    `client_one_provider` (C,) bind the legs of one client; `close_legs` (R, 2) are those whose windows alone do not
    keep the gap.

    `place_row` (P,) is the row of each place in the problem's matrices. `road_s` (M, P, P) is `UNREACHABLE` where no
    road leads. Boats as in `timing.Tables`, from the first to the last of a pair that the road does not beat; the lists
    may be the problem's own, so nobody may change them. `work_s` and `drive_s` (M, P, P) bound the travel, and the
    driving, from above whichever way it is made; `drive_s` means nothing where no shift limits it. `arc_cost` and
    `commute_cost` (M, P, P) price travel between visits, and from or to home.
    `ways` (4 or 3, M, P, P) holds the same numbers: work, prices between visits, of the commute, and limited driving.
    """

    leg_visit: NDArray[np.int32]
    mate: NDArray[np.int32]
    place: NDArray[np.int32]
    duration_s: NDArray[np.int32]
    load: NDArray[np.int32]
    client: NDArray[np.int32]
    earliest_s: NDArray[np.int32]
    latest_s: NDArray[np.int32]
    window_first: NDArray[np.int32]
    window_count: NDArray[np.int32]
    windows: NDArray[np.int64]
    unplaced_cost: NDArray[np.int64]
    refusal: NDArray[np.uint32]
    assign_cost: NDArray[np.int32]
    pinned: NDArray[np.int32]
    pin_rank: NDArray[np.int32]
    mode: NDArray[np.int32]
    start_place: NDArray[np.int32]
    end_place: NDArray[np.int32]
    shift_earliest_s: NDArray[np.int32]
    shift_latest_s: NDArray[np.int32]
    max_work_s: NDArray[np.int32]
    max_drive_s: NDArray[np.int32]
    max_span_s: NDArray[np.int32]
    capacity: NDArray[np.int32]
    provider: NDArray[np.int32]
    carer: NDArray[np.int32]
    break_first: NDArray[np.int32]
    break_count: NDArray[np.int32]
    break_duration_s: NDArray[np.int32]
    break_earliest_s: NDArray[np.int32]
    break_latest_s: NDArray[np.int32]
    provider_floor_s: NDArray[np.int32]
    provider_ceiling_s: NDArray[np.int32]
    provider_price: float
    area: NDArray[np.int32]
    paid_s: NDArray[np.int32]
    contracted_s: NDArray[np.int32]
    overtime: NDArray[np.float64]
    undertime: NDArray[np.float64]
    balance: float
    another_carer: int
    another_provider: int
    another_area: int
    link_legs: NDArray[np.int32]
    link_least_s: NDArray[np.int32]
    link_most_s: NDArray[np.int32]
    link_carer: NDArray[np.int32]
    close_legs: NDArray[np.int32]
    client_gap_s: NDArray[np.int32]
    client_one_provider: NDArray[np.bool_]
    place_row: NDArray[np.int32]
    road_s: NDArray[np.int32]
    boat_first: NDArray[np.int32]
    boat_count: NDArray[np.int32]
    boat_leave_s: NDArray[np.int32]
    boat_arrive_s: NDArray[np.int32]
    ways: NDArray[np.int32]
    work_s: NDArray[np.int32]
    drive_s: NDArray[np.int32]
    arc_cost: NDArray[np.int32]
    commute_cost: NDArray[np.int32]
    modes: tuple[Mode, ...]
    providers: tuple[str, ...]

    def __post_init__(self) -> None:
        """Freeze the boats: what the problem shares is frozen, and machine code is made for one kind of list."""
        self.boat_leave_s.flags.writeable = self.boat_arrive_s.flags.writeable = False

    @property
    def tied(self) -> NDArray[np.bool_]:
        """The legs (L,) whose start is settled when they are placed, since that of others depends on it."""
        tied = self.mate >= 0
        tied[self.link_legs.ravel()] = tied[self.close_legs.ravel()] = True
        return tied

    @property
    def tables(self) -> Tables:
        """The travel arrays that `timing.arrival` and `timing.latest_departure` take."""
        return Tables(self.road_s, self.boat_first, self.boat_count, self.boat_leave_s, self.boat_arrive_s)


class _Legs(NamedTuple):
    """The part of `Compiled` about legs, before windows are cut."""

    leg_visit: NDArray[np.int32]
    mate: NDArray[np.int32]
    place: NDArray[np.int32]
    duration_s: NDArray[np.int32]
    load: NDArray[np.int32]
    unplaced_cost: NDArray[np.int64]
    assign_cost: NDArray[np.int32]


class _Shifts(NamedTuple):
    """The part of `Compiled` about shifts."""

    mode: NDArray[np.int32]
    start_place: NDArray[np.int32]
    end_place: NDArray[np.int32]
    shift_earliest_s: NDArray[np.int32]
    shift_latest_s: NDArray[np.int32]
    max_work_s: NDArray[np.int32]
    max_drive_s: NDArray[np.int32]
    max_span_s: NDArray[np.int32]
    capacity: NDArray[np.int32]
    provider: NDArray[np.int32]
    carer: NDArray[np.int32]
    break_first: NDArray[np.int32]
    break_count: NDArray[np.int32]


def compile_problem(problem: DayProblem) -> Compiled:
    """Lower a valid problem to arrays."""
    by, by_of_shift = ways_to_travel(problem)
    providers = tuple(sorted({shift.provider for shift in problem.shifts}))
    place_row = _distinct_places(problem)
    travel = lower_travel(problem, by, place_row)
    shifts = _shifts(problem, by_of_shift, providers, place_row)
    legs = _legs(problem, place_row)
    links = lower_links(problem, legs.leg_visit)
    refusal = refusals(problem)[legs.leg_visit]
    settled = refused_by_settled_runs(problem, legs.leg_visit, links.pinned)
    refusal |= np.where(settled, np.uint32(Refusal.LOCKED_RUN), np.uint32(0))
    windows = lower_windows(problem, legs.leg_visit)
    hull = windows.hull()
    cut_by_links(hull, legs.mate, links)
    cut_by_reach(refusal, hull, windows, _reach(problem, legs, shifts, travel.drive_s), travel.tables)
    cut_by_links(hull, legs.mate, links)
    tied = refused_by_links(refusal, legs.mate, links)
    refusal |= np.where(tied, np.uint32(Refusal.LINKED), np.uint32(0))[:, None]
    breaks = [rest for shift in problem.shifts for rest in shift.breaks]
    hours = {record.provider: record for record in problem.provider_hours}
    return Compiled(
        **legs._asdict(),
        **shifts._asdict(),
        **links._asdict(),
        **travel._asdict(),
        **run_prices(problem, legs.leg_visit)._asdict(),
        refusal=refusal,
        earliest_s=hull[:, 0].copy(),
        latest_s=hull[:, 1].copy(),
        close_legs=too_close(hull, legs.duration_s, legs.mate, links),
        windows=windows.rows,
        window_first=windows.first,
        window_count=windows.many,
        break_duration_s=_ints(rest.duration_s for rest in breaks),
        break_earliest_s=_ints(rest.window.earliest_s for rest in breaks),
        break_latest_s=_ints(rest.window.latest_s for rest in breaks),
        provider_floor_s=_ints(hours[k].floor_s if k in hours else 0 for k in providers),
        provider_ceiling_s=_ints(hours[k].ceiling_s if k in hours else NO_CEILING_S for k in providers),
        provider_price=problem.weights.provider_hours,
        place_row=place_row,
        modes=tuple(mode for mode, _ in by),
        providers=providers,
    )


def unplaced_price(visit: Visit, problem: DayProblem) -> int:
    """Give what leaving a visit out costs."""
    weights = problem.weights
    if visit.id in problem.keep:
        return weights.dropped_visit
    price = {
        Priority.GREEN: weights.unallocated_green,
        Priority.AMBER: weights.unallocated_amber,
        Priority.RED: weights.unallocated_red,
    }[visit.priority]
    return visit.carers_needed * (max(price, weights.unallocated_time_critical) if visit.time_critical else price)


def _ints(values: Iterable[int]) -> NDArray[np.int32]:
    return np.fromiter(values, np.int32)


def _limits(values: Iterable[int | None]) -> NDArray[np.int32]:
    return _ints(NO_LIMIT if value is None else value for value in values)


def _distinct_places(problem: DayProblem) -> NDArray[np.int32]:
    """Give the rows in use, so that addresses shared by visits and homes are held once."""
    visits = {visit.place for visit in problem.visits}
    homes = {place for shift in problem.shifts for place in (shift.start_place, shift.end_place)}
    return _ints(sorted(visits | homes))


def _legs(problem: DayProblem, place_row: NDArray[np.int32]) -> _Legs:
    visits = problem.visits
    leg_visit = np.repeat(np.arange(len(visits), dtype=np.int32), [visit.carers_needed for visit in visits])
    mate = np.full(len(leg_visit), -1, np.int32)
    pairs = np.flatnonzero(leg_visit[1:] == leg_visit[:-1])
    mate[pairs], mate[pairs + 1] = pairs + 1, pairs
    places = np.searchsorted(place_row, _ints(visit.place for visit in visits)).astype(np.int32)
    price = np.array([unplaced_price(visit, problem) for visit in visits], np.int64)[leg_visit]
    first_of_pair = mate > np.arange(len(mate))
    return _Legs(
        leg_visit=leg_visit,
        mate=mate,
        place=places[leg_visit],
        duration_s=_ints(visit.duration_s for visit in visits)[leg_visit],
        load=_ints(visit.load for visit in visits)[leg_visit],
        unplaced_cost=np.where(mate < 0, price, np.where(first_of_pair, price // 2, price - price // 2)),
        assign_cost=assign_prices(problem)[leg_visit],
    )


def _shifts(
    problem: DayProblem, by_of_shift: list[int], providers: tuple[str, ...], place_row: NDArray[np.int32]
) -> _Shifts:
    shifts = problem.shifts
    carers = {carer: row for row, carer in enumerate(sorted({shift.carer for shift in shifts}))}
    counts = _ints(len(shift.breaks) for shift in shifts)
    hours = _hours(problem)
    return _Shifts(
        mode=_ints(by_of_shift),
        start_place=np.searchsorted(place_row, _ints(s.start_place for s in shifts)).astype(np.int32),
        end_place=np.searchsorted(place_row, _ints(s.end_place for s in shifts)).astype(np.int32),
        shift_earliest_s=hours[:, 2].copy(),
        shift_latest_s=hours[:, 3].copy(),
        max_work_s=_ints(work_limit_s(shift) for shift in shifts),
        max_drive_s=_limits(shift.max_drive_s for shift in shifts),
        max_span_s=_limits(shift.max_span_s for shift in shifts),
        capacity=_limits(shift.capacity for shift in shifts),
        provider=_ints(providers.index(shift.provider) for shift in shifts),
        carer=_ints(carers[shift.carer] for shift in shifts),
        break_first=(np.cumsum(counts, dtype=np.int32) - counts).astype(np.int32),
        break_count=counts,
    )


def _hours(problem: DayProblem) -> NDArray[np.int32]:
    """Give the first and the last instant (S, 4) of each shift: as they are, and as the rest between days leaves."""
    hours = np.zeros((len(problem.shifts), 4), np.int32)
    for row, shift in enumerate(problem.shifts):
        begins_s, ends_s = shift.window.earliest_s, shift.window.latest_s
        rested_s = begins_s if shift.previous_end_s is None else shift.previous_end_s + problem.rest_s
        home_s = ends_s if shift.next_start_s is None else shift.next_start_s - problem.rest_s
        hours[row] = begins_s, ends_s, max(begins_s, rested_s), min(ends_s, home_s)
    return hours


def _reach(problem: DayProblem, legs: _Legs, shifts: _Shifts, drive_s: NDArray[np.int32]) -> Reach:
    return Reach(
        place=legs.place,
        duration_s=legs.duration_s,
        mode=shifts.mode,
        start_place=shifts.start_place,
        end_place=shifts.end_place,
        hours=_hours(problem),
        max_drive_s=shifts.max_drive_s,
        drive_s=drive_s,
    )
