"""The best plan of a tiny day by trying everything: slow, obvious and independent of the search.

For at most five visits and two shifts of different carers, roads only, at most one break a shift. Since no price
depends on the clock, every order is timed as early as possible, which is feasible whenever any timing is.
"""

from __future__ import annotations

from itertools import permutations, product
from typing import TYPE_CHECKING, NamedTuple

from solver.score import score
from solver.types import DayPlan, Reason, Rest, Run, Stop, Unallocated

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from solver.types import DayProblem, Shift, Visit


class Order(NamedTuple):
    """A shift, its visits in order, and the stop at which its break is taken (None without a break)."""

    shift: Shift
    visits: tuple[Visit, ...]
    rest_at: int | None


def best_plan(problem: DayProblem) -> tuple[float, DayPlan]:
    """Give the least total score of any legal plan, and a plan that has it."""
    assert len(problem.visits) <= 5
    assert len(problem.shifts) <= 2
    assert not problem.travel.sailings
    plans = (_plan(problem, runs) for runs in _timings(problem))
    return min(((score(problem, plan).total, plan) for plan in plans), key=lambda found: found[0])


def _plan(problem: DayProblem, runs: Sequence[Run]) -> DayPlan:
    placed = {stop.visit for run in runs for stop in run.stops}
    left_out = [visit.id for visit in problem.visits if visit.id not in placed]
    return DayPlan(
        day=problem.day,
        runs=tuple(run for run in runs if run.stops),
        unallocated=tuple(Unallocated(visit=v, reason=Reason.NOT_PLACED_IN_TIME, detail="") for v in left_out),
    )


def _timings(problem: DayProblem) -> Iterator[tuple[Run, ...]]:
    """Give the runs of every legal choice of visits, orders and places to rest."""
    for orders in product(*(list(_orders(problem, shift)) for shift in problem.shifts)):
        if _manned(problem, orders) and (runs := _together(problem, orders)) is not None:
            yield runs


def _orders(problem: DayProblem, shift: Shift) -> Iterator[Order]:
    """Give every order of visits that the shift could make if no visit needed anybody else."""
    visits = [visit for visit in problem.visits if _may_serve(shift, visit)]
    for size in range(len(visits) + 1):
        for chosen in permutations(visits, size):
            for rest_at in range(size + 1) if shift.breaks and size else [None]:
                order = Order(shift, chosen, rest_at)
                if _timed(problem, order, {}) is not None:
                    yield order


def _may_serve(shift: Shift, visit: Visit) -> bool:
    return (
        shift.provider in visit.providers
        and visit.skills <= shift.skills
        and shift.carer not in visit.barred_carers
        and (not visit.locked_shifts or shift.id in visit.locked_shifts)
    )


def _manned(problem: DayProblem, orders: Sequence[Order]) -> bool:
    """Tell whether every visit has either nobody or as many carers as it needs."""
    return all(sum(visit in order.visits for order in orders) in {0, visit.carers_needed} for visit in problem.visits)


def _together(problem: DayProblem, orders: Sequence[Order]) -> tuple[Run, ...] | None:
    """Time all runs as early as possible, double-handed visits at the later of their two starts."""
    not_before: dict[str, int] = {}
    while True:
        runs = [_timed(problem, order, not_before) for order in orders]
        if any(run is None for run in runs):
            return None
        later = dict(not_before)
        for run in runs:
            for stop in run.stops if run else ():
                later[stop.visit] = max(later.get(stop.visit, 0), stop.start_s)
        if later == not_before:
            return tuple(run for run in runs if run is not None)
        not_before = later


def _timed(problem: DayProblem, order: Order, not_before: Mapping[str, int]) -> Run | None:
    """Time one run as early as possible; None when it breaks a rule."""
    shift, travel = order.shift, problem.travel.modes[order.shift.mode]
    here, now_s = shift.start_place, shift.window.earliest_s
    rests: list[Rest] = []
    stops: list[Stop] = []
    for number in range(len(order.visits) + 1):
        if order.rest_at == number:
            (due,) = shift.breaks
            start_s = max(now_s, due.window.earliest_s)
            if start_s > due.window.latest_s:
                return None
            now_s = start_s + due.duration_s
            rests.append(Rest(after_stop=number, start_s=start_s, end_s=now_s))
        if number == 0:
            leave_home_s = now_s
        there = order.visits[number].place if number < len(order.visits) else shift.end_place
        if not travel.road_reachable[here, there]:
            return None
        road_s, road_m = int(travel.road_s[here, there]), int(travel.road_m[here, there])
        here, now_s = there, now_s + road_s
        if number < len(order.visits):
            visit = order.visits[number]
            start_s = max(now_s, visit.window.earliest_s, not_before.get(visit.id, 0))
            if start_s > visit.window.latest_s:
                return None
            leave_s = start_s + visit.duration_s
            stops.append(
                Stop(visit=visit.id, arrive_s=now_s, start_s=start_s, leave_s=leave_s, travel_s=road_s, travel_m=road_m)
            )
            now_s = leave_s
    work_s = sum(visit.duration_s for visit in order.visits) + sum(stop.travel_s for stop in stops[1:])
    if work_s > shift.max_work_s or (stops and now_s > shift.window.latest_s):
        return None
    return Run(
        shift=shift.id,
        leave_home_s=leave_home_s,
        stops=tuple(stops),
        back_home_s=now_s,
        home_travel_s=road_s,
        home_travel_m=road_m,
        rests=tuple(rests),
    )
