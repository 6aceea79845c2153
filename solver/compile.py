"""Lowers every rule of a day to arrays: refusals, start windows, limits per shift, links and prices.

The engines know nothing else. Only what a rule means is decided here; nothing is searched. A visit for two carers
becomes two legs. Shapes: L legs, S shifts, K providers, M modes, P distinct places, B breaks, J boat journeys.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntFlag
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from solver.kernel.jit import compiled
from solver.timing import UNREACHABLE, Tables, arrival, latest_departure
from solver.types import Mode, Priority

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from numpy.typing import NDArray

    from solver.types import DayProblem, ModeTravel, Visit, Weights

NO_CEILING_S = 10**9


class Refusal(IntFlag):
    """Why a shift may not take a visit. Zero means that it may."""

    PROVIDER = 1
    SKILL = 2
    BARRED = 4
    LOCKED = 8
    SHIFT_HOURS = 16
    UNREACHABLE = 32
    TOO_FAR = 64
    TOO_LONG = 128


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Compiled:
    """A day as arrays, int32 unless said. Legs of one visit are neighbours; shifts keep the problem's order.

    `leg_visit`, `mate` (the other leg of a pair, or -1), `place`, `duration_s`, `earliest_s`, `latest_s` (L,): the
    window bounds the start and is cut to what any shift can reach. `unplaced_cost` int64 (L,). `refusal` uint32
    (L, S) holds `Refusal` bits. `assign_cost` (L, S).

    `mode`, `start_place`, `end_place`, `shift_earliest_s`, `shift_latest_s`, `max_work_s`, `provider`, `carer`,
    `break_first`, `break_count` (S,). `break_duration_s`, `break_earliest_s`, `break_latest_s` (B,).
    `provider_floor_s`, `provider_ceiling_s` (K,) with `provider_price` for each second outside.

    `place_row` (P,) is the row of each place in the problem's matrices. `road_s` (M, P, P) is `UNREACHABLE` where no
    road leads, `road_m` is 0 there. Boats as in `timing.Tables`, without journeys that the road beats. `work_s`
    (M, P, P) bounds the travel from above whichever way it is made. `arc_cost` and `commute_cost` (M, P, P) price
    travel between visits, and from or to home.
    """

    leg_visit: NDArray[np.int32]
    mate: NDArray[np.int32]
    place: NDArray[np.int32]
    duration_s: NDArray[np.int32]
    earliest_s: NDArray[np.int32]
    latest_s: NDArray[np.int32]
    unplaced_cost: NDArray[np.int64]
    refusal: NDArray[np.uint32]
    assign_cost: NDArray[np.int32]
    mode: NDArray[np.int32]
    start_place: NDArray[np.int32]
    end_place: NDArray[np.int32]
    shift_earliest_s: NDArray[np.int32]
    shift_latest_s: NDArray[np.int32]
    max_work_s: NDArray[np.int32]
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
    place_row: NDArray[np.int32]
    road_s: NDArray[np.int32]
    road_m: NDArray[np.int32]
    boat_first: NDArray[np.int32]
    boat_count: NDArray[np.int32]
    boat_leave_s: NDArray[np.int32]
    boat_arrive_s: NDArray[np.int32]
    work_s: NDArray[np.int32]
    arc_cost: NDArray[np.int32]
    commute_cost: NDArray[np.int32]
    modes: tuple[Mode, ...]
    providers: tuple[str, ...]

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
    provider: NDArray[np.int32]
    carer: NDArray[np.int32]
    break_first: NDArray[np.int32]
    break_count: NDArray[np.int32]


class _Travel(NamedTuple):
    """The part of `Compiled` about travel."""

    road_s: NDArray[np.int32]
    road_m: NDArray[np.int32]
    boat_first: NDArray[np.int32]
    boat_count: NDArray[np.int32]
    boat_leave_s: NDArray[np.int32]
    boat_arrive_s: NDArray[np.int32]
    work_s: NDArray[np.int32]
    arc_cost: NDArray[np.int32]
    commute_cost: NDArray[np.int32]


def compile_problem(problem: DayProblem) -> Compiled:
    """Lower a valid problem to arrays."""
    modes = tuple(sorted({shift.mode for shift in problem.shifts}))
    providers = tuple(sorted({shift.provider for shift in problem.shifts}))
    place_row = _distinct_places(problem)
    travel = _travel(problem, modes, place_row)
    shifts = _shifts(problem, modes, providers, place_row)
    legs = _legs(problem, place_row)
    refusal = _refusals(problem, providers)[legs.leg_visit]
    windows = np.array([(v.window.earliest_s, v.window.latest_s) for v in problem.visits], np.int32).reshape(-1, 2)
    earliest_s, latest_s = _cut_windows(
        refusal, windows[legs.leg_visit], legs, shifts, Tables(travel.road_s, *travel[2:6])
    )
    breaks = [rest for shift in problem.shifts for rest in shift.breaks]
    hours = {record.provider: record for record in problem.provider_hours}
    return Compiled(
        **legs._asdict(),
        **shifts._asdict(),
        **travel._asdict(),
        refusal=refusal,
        earliest_s=earliest_s,
        latest_s=latest_s,
        break_duration_s=_ints(rest.duration_s for rest in breaks),
        break_earliest_s=_ints(rest.window.earliest_s for rest in breaks),
        break_latest_s=_ints(rest.window.latest_s for rest in breaks),
        provider_floor_s=_ints(hours[k].floor_s if k in hours else 0 for k in providers),
        provider_ceiling_s=_ints(hours[k].ceiling_s if k in hours else NO_CEILING_S for k in providers),
        provider_price=problem.weights.provider_hours,
        place_row=place_row,
        modes=modes,
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
    return max(price, weights.unallocated_time_critical) if visit.time_critical else price


def _ints(values: Iterable[int]) -> NDArray[np.int32]:
    return np.fromiter(values, np.int32)


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
        unplaced_cost=np.where(mate < 0, price, np.where(first_of_pair, price // 2, price - price // 2)),
        assign_cost=_unfamiliar(problem)[leg_visit],
    )


def _unfamiliar(problem: DayProblem) -> NDArray[np.int32]:
    """Price (V, S) of a carer whom the client does not know, where the client knows some."""
    carers = sorted({shift.carer for shift in problem.shifts})
    column = [carers.index(shift.carer) for shift in problem.shifts]
    known = _members([visit.known_carers for visit in problem.visits], carers)[:, column]
    asks = np.array([bool(visit.known_carers) for visit in problem.visits], np.bool_)
    return np.where(asks[:, None] & ~known, problem.weights.unfamiliar_visit, 0).astype(np.int32)


def _shifts(
    problem: DayProblem, modes: tuple[Mode, ...], providers: tuple[str, ...], place_row: NDArray[np.int32]
) -> _Shifts:
    shifts = problem.shifts
    carers = {carer: row for row, carer in enumerate(sorted({shift.carer for shift in shifts}))}
    counts = _ints(len(shift.breaks) for shift in shifts)
    return _Shifts(
        mode=_ints(modes.index(shift.mode) for shift in shifts),
        start_place=np.searchsorted(place_row, _ints(s.start_place for s in shifts)).astype(np.int32),
        end_place=np.searchsorted(place_row, _ints(s.end_place for s in shifts)).astype(np.int32),
        shift_earliest_s=_ints(shift.window.earliest_s for shift in shifts),
        shift_latest_s=_ints(shift.window.latest_s for shift in shifts),
        max_work_s=_ints(shift.max_work_s for shift in shifts),
        provider=_ints(providers.index(shift.provider) for shift in shifts),
        carer=_ints(carers[shift.carer] for shift in shifts),
        break_first=(np.cumsum(counts, dtype=np.int32) - counts).astype(np.int32),
        break_count=counts,
    )


def _members(sets: Sequence[frozenset[str]], names: Sequence[str]) -> NDArray[np.bool_]:
    """Tell for each set (row) which of the names (column) are in it."""
    column = {name: j for j, name in enumerate(names)}
    member = np.zeros((len(sets), len(names)), np.bool_)
    for i, members in enumerate(sets):
        member[i, [column[name] for name in members if name in column]] = True
    return member


def _refusals(problem: DayProblem, providers: tuple[str, ...]) -> NDArray[np.uint32]:
    """Give the refusals (V, S) that need no clock and no map."""
    visits, shifts = problem.visits, problem.shifts
    carers = sorted({shift.carer for shift in shifts})
    skills = sorted({skill for visit in visits for skill in visit.skills})
    of_provider = [providers.index(shift.provider) for shift in shifts]
    of_carer = [carers.index(shift.carer) for shift in shifts]
    eligible = _members([visit.providers for visit in visits], providers)[:, of_provider]
    barred = _members([visit.barred_carers for visit in visits], carers)[:, of_carer]
    needed = _members([visit.skills for visit in visits], skills).astype(np.float32)
    lacking = ~_members([shift.skills for shift in shifts], skills)
    unskilled = needed @ lacking.T.astype(np.float32) > 0
    locked = _members([visit.locked_shifts for visit in visits], [shift.id for shift in shifts])
    is_locked = np.array([bool(visit.locked_shifts) for visit in visits], np.bool_)[:, None]
    too_long = _ints(v.duration_s for v in visits)[:, None] > _ints(s.max_work_s for s in shifts)[None, :]
    refusal = np.zeros((len(visits), len(shifts)), np.uint32)
    for rule, refused in (
        (Refusal.PROVIDER, ~eligible),
        (Refusal.SKILL, unskilled),
        (Refusal.BARRED, barred),
        (Refusal.LOCKED, is_locked & ~locked),
        (Refusal.TOO_LONG, too_long),
    ):
        refusal |= np.where(refused, np.uint32(rule), np.uint32(0))
    return refusal


def _cut_windows(
    refusal: NDArray[np.uint32], windows: NDArray[np.int32], legs: _Legs, shifts: _Shifts, tables: Tables
) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """Cut start windows to what some shift can reach, and add the refusals of clock and map to `refusal`."""
    bits = (np.uint32(Refusal.SHIFT_HOURS), np.uint32(Refusal.UNREACHABLE), np.uint32(Refusal.TOO_FAR))
    cut = windows.copy()
    _reachable_windows(refusal, cut, tuple(legs[2:4]), tuple(shifts[:5]), (tables, bits))
    return cut[:, 0].copy(), cut[:, 1].copy()


@compiled
def _reachable_windows(
    refusal: NDArray[np.uint32],
    windows: NDArray[np.int32],
    legs: tuple[NDArray[np.int32], ...],
    shifts: tuple[NDArray[np.int32], ...],
    travel: tuple[Tables, tuple[np.uint32, np.uint32, np.uint32]],
) -> None:
    place, duration_s = legs
    mode, start_place, end_place, shift_earliest_s, shift_latest_s = shifts
    tables, (shift_hours, unreachable, too_far) = travel
    for leg in range(len(place)):
        first, last = UNREACHABLE, -UNREACHABLE
        for s in range(len(mode)):
            there = arrival(tables, mode[s], start_place[s], place[leg], shift_earliest_s[s])
            home = latest_departure(tables, mode[s], place[leg], end_place[s], shift_latest_s[s])
            start, end = max(windows[leg, 0], there), min(windows[leg, 1], home - duration_s[leg])
            opens = max(windows[leg, 0], shift_earliest_s[s])
            if opens > min(windows[leg, 1], shift_latest_s[s] - duration_s[leg]):
                refusal[leg, s] |= shift_hours
            elif there >= UNREACHABLE // 2 or home <= -UNREACHABLE // 2:
                refusal[leg, s] |= unreachable
            elif start > end:
                refusal[leg, s] |= too_far
            if refusal[leg, s] == 0:
                first, last = min(first, start), max(last, end)
        if first <= last:
            windows[leg, 0], windows[leg, 1] = first, last


def _travel(problem: DayProblem, modes: tuple[Mode, ...], place_row: NDArray[np.int32]) -> _Travel:
    """Stack the travel of all modes over the places in use."""
    shape = (len(modes), len(place_row), len(place_row))
    road_s, road_m, boat_first, boat_count, work_s, arc_cost, commute_cost = (
        np.zeros(shape, np.int32) for _ in range(7)
    )
    leaves, arrives, offset = [np.zeros(0, np.int32)], [np.zeros(0, np.int32)], 0
    for m, mode in enumerate(modes):
        travel = problem.travel.modes[mode]
        rows = np.ix_(place_row, place_row)
        road_s[m] = np.where(travel.road_reachable[rows], travel.road_s[rows], UNREACHABLE)
        road_m[m] = np.where(travel.road_reachable[rows], travel.road_m[rows], 0)
        boat_count[m], leave_s, arrive_s = _useful_boats(travel, place_row, road_s[m])
        boat_first[m] = (np.cumsum(boat_count[m]) - boat_count[m].ravel()).reshape(shape[1:]) + offset
        least_s, most_s = _boat_durations(boat_count[m], leave_s, arrive_s)
        work_s[m] = np.maximum(np.where(road_s[m] < UNREACHABLE, road_s[m], 0), most_s)
        travel_s = np.minimum(np.where(road_s[m] < UNREACHABLE, road_s[m], least_s), UNREACHABLE)
        driven_m = road_m[m] if mode is Mode.CAR else np.zeros_like(road_m[m])
        arc_cost[m], commute_cost[m] = _prices(travel_s, driven_m, problem.weights)
        leaves.append(leave_s)
        arrives.append(arrive_s)
        offset += len(leave_s)
    return _Travel(
        road_s, road_m, boat_first, boat_count, np.concatenate(leaves), np.concatenate(arrives), work_s, arc_cost,
        commute_cost,
    )  # fmt: skip


def _prices(
    travel_s: NDArray[np.int32], driven_m: NDArray[np.int32], weights: Weights
) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """Price journeys between visits, and from or to home, in whole equivalent paid seconds."""
    metres = weights.metre * driven_m
    paid = np.minimum(weights.travel * travel_s + metres, UNREACHABLE)
    commute = np.minimum(weights.commute * travel_s + metres, UNREACHABLE)
    return np.rint(paid).astype(np.int32), np.rint(commute).astype(np.int32)


def _useful_boats(
    travel: ModeTravel, place_row: NDArray[np.int32], road_s: NDArray[np.int32]
) -> tuple[NDArray[np.int32], NDArray[np.int32], NDArray[np.int32]]:
    """Give count (P, P) and the journeys of the places in use, less those that driving at the same time beats."""
    rows = np.ix_(place_row, place_row)
    first, count = travel.boat_first[rows].ravel(), travel.boat_count[rows].ravel()
    pair = np.repeat(np.arange(count.size, dtype=np.int32), count)
    start = np.cumsum(count, dtype=np.int64) - count
    entry = np.arange(pair.size, dtype=np.int64) - np.repeat(start - first, count)
    leave_s, arrive_s = travel.boat_leave_s[entry], travel.boat_arrive_s[entry]
    useful = arrive_s - leave_s < road_s.ravel()[pair]
    kept = np.bincount(pair[useful], minlength=count.size).reshape(road_s.shape)
    return kept.astype(np.int32), leave_s[useful], arrive_s[useful]


def _boat_durations(
    count: NDArray[np.int32], leave_s: NDArray[np.int32], arrive_s: NDArray[np.int32]
) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """Give the least and the greatest boat journey (P, P) of the day; `UNREACHABLE` and 0 where there is none."""
    least = np.full(count.size, UNREACHABLE, np.int32)
    most = np.zeros(count.size, np.int32)
    pair = np.repeat(np.arange(count.size), count.ravel())
    np.minimum.at(least, pair, arrive_s - leave_s)
    np.maximum.at(most, pair, arrive_s - leave_s)
    return least.reshape(count.shape), most.reshape(count.shape)
