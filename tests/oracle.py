"""The best plan of a tiny day by trying everything: slow, obvious and independent of the search.

For at most six visits and three shifts, at most one break a shift. Since no price depends on the clock, every order is
timed as early as possible, which is feasible whenever any timing is: windows, equal starts, sequences, gaps in a given
order and boats only ever push a start later. A limit on the time away from home is kept by setting out as late as
possible, which is right as long as no run waits for another. Days with boats have neither prices of travel nor limits
on work and driving, as both depend on which boat is taken; the plan only says who makes what, and when.
"""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise, permutations, product
from typing import TYPE_CHECKING, NamedTuple

from solver.needs import start_windows, working_window
from solver.reach import earliest_arrival
from solver.score import score
from solver.suits import may_make
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
    assert len(problem.visits) <= 6
    assert len(problem.shifts) <= 3
    return min(((score(problem, plan).total, plan) for plan in every_plan(problem)), key=lambda found: found[0])


def every_plan(problem: DayProblem) -> Iterator[DayPlan]:
    """Give the legal plans of a day, each as early as it can be; none where its settled runs cannot be made."""
    return (_plan(problem, runs) for runs in _timings(problem))


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
        if not (_manned(problem, orders) and _tied(problem, orders)):
            continue
        for turns in _turns(problem, orders):
            if (runs := _together(problem, orders, turns)) is not None:
                yield runs


def _orders(problem: DayProblem, shift: Shift) -> Iterator[Order]:
    """Give every order of visits that the shift could make if no visit needed anybody else."""
    settled = {run.shift: run.visits for run in problem.locked_runs}
    visits = [visit for visit in problem.visits if may_make(problem, visit, shift)]
    for size in range(len(visits) + 1):
        for chosen in permutations(visits, size):
            if shift.id in settled and tuple(visit.id for visit in chosen) != settled[shift.id]:
                continue
            for rest_at in range(size + 1) if shift.breaks and size else [None]:
                order = Order(shift, chosen, rest_at)
                if _timed(problem, order, {}) is not None:
                    yield order


def _manned(problem: DayProblem, orders: Sequence[Order]) -> bool:
    """Tell whether every visit has either nobody or as many carers as it needs, each once."""
    carers = [[order.shift.carer for order in orders if visit in order.visits] for visit in problem.visits]
    return all(
        len(sent) in {0, visit.carers_needed} and len(set(sent)) == len(sent)
        for visit, sent in zip(problem.visits, carers, strict=True)
    )


def _tied(problem: DayProblem, orders: Sequence[Order]) -> bool:
    """Tell whether sequences have both visits and the carers they ask for, and clients one provider where they do."""
    carers: dict[str, set[str]] = {visit.id: set() for visit in problem.visits}
    providers: dict[str, set[str]] = {visit.client: set() for visit in problem.visits}
    for order in orders:
        for visit in order.visits:
            carers[visit.id].add(order.shift.carer)
            providers[visit.client].add(order.shift.provider)
    for link in problem.sequences:
        first, then = carers[link.first], carers[link.then]
        if bool(first) != bool(then):
            return False
        if first and link.same_carer is not None and bool(first & then) != link.same_carer:
            return False
    return all(len(providers[needs.client]) <= 1 for needs in problem.clients if needs.one_provider)


def _turns(problem: DayProblem, orders: Sequence[Order]) -> Iterator[dict[tuple[str, str], int]]:
    """Give every order of the visits to clients who need a gap: the least seconds between the starts of two."""
    made = {visit.id: visit for order in orders for visit in order.visits}
    for queues in product(
        *(
            permutations([visit for visit in made.values() if visit.client == needs.client])
            for needs in problem.clients
            if needs.min_gap_s
        )
    ):
        gap_of = {needs.client: needs.min_gap_s for needs in problem.clients}
        yield {
            (one.id, other.id): one.duration_s + gap_of[one.client]
            for queue in queues
            for one, other in pairwise(queue)
        }


def _together(
    problem: DayProblem, orders: Sequence[Order], turns: Mapping[tuple[str, str], int]
) -> tuple[Run, ...] | None:
    """Time all runs as early as possible: equal starts at the later of the two, sequences and gaps kept."""
    not_before: dict[str, int] = {}
    while True:
        runs = [_timed(problem, order, not_before) for order in orders]
        if any(run is None for run in runs):
            return None
        later = dict(not_before)

        def raise_to(visit: str, start_s: int, later: dict[str, int] = later) -> None:
            later[visit] = max(later.get(visit, start_s), start_s)

        starts: dict[str, int] = {}
        for run in runs:
            for stop in run.stops if run else ():
                starts[stop.visit] = max(starts.get(stop.visit, stop.start_s), stop.start_s)
                raise_to(stop.visit, starts[stop.visit])
        for link in problem.sequences:
            if link.first in starts:
                raise_to(link.then, starts[link.first] + link.least_s)
                raise_to(link.first, starts[link.then] - link.most_s)
        for (one, other), least_s in turns.items():
            raise_to(other, starts[one] + least_s)
        if later == not_before:
            return tuple(run for run in runs if run is not None)
        not_before = later


def _timed(problem: DayProblem, order: Order, not_before: Mapping[str, int]) -> Run | None:
    """Time one run as early as possible; None when it breaks a rule."""
    run = _earliest(problem, order, not_before)
    limit_s = order.shift.max_span_s
    if run is None or not run.stops or limit_s is None:
        return run
    low_s, high_s = run.stops[0].start_s, run.back_home_s
    first = run.stops[0].visit
    while low_s < high_s:
        middle_s = (low_s + high_s + 1) // 2
        later = _earliest(problem, order, {**not_before, first: middle_s})
        low_s, high_s = (middle_s, high_s) if later and later.back_home_s == run.back_home_s else (low_s, middle_s - 1)
    tight = _earliest(problem, order, {**not_before, first: low_s})
    assert tight is not None
    stop = tight.stops[0]
    leave_s = stop.start_s - stop.travel_s
    if tight.back_home_s - leave_s > limit_s:
        return None
    return replace(tight, leave_home_s=leave_s, stops=(replace(stop, arrive_s=stop.start_s), *tight.stops[1:]))


def _earliest(problem: DayProblem, order: Order, not_before: Mapping[str, int]) -> Run | None:
    shift, travel = order.shift, problem.travel.of(order.shift)
    assert travel is not None
    working = working_window(problem, shift)
    here, now_s = shift.start_place, working.earliest_s
    rests: list[Rest] = []
    stops: list[Stop] = []
    driven_s = 0
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
        arrive_s = earliest_arrival(travel, here, there, now_s)
        if arrive_s is None:
            return None
        road_s, road_m = arrive_s - now_s, int(travel.road_m[here, there])
        here, now_s, driven_s = there, arrive_s, driven_s + road_s
        if number < len(order.visits):
            visit = order.visits[number]
            ready_s = max(now_s, not_before.get(visit.id, 0))
            starts = [max(w.earliest_s, ready_s) for w in start_windows(visit) if w.latest_s >= ready_s]
            if not starts:
                return None
            start_s = min(starts)
            leave_s = start_s + visit.duration_s
            stops.append(
                Stop(visit=visit.id, arrive_s=now_s, start_s=start_s, leave_s=leave_s, travel_s=road_s, travel_m=road_m)
            )
            now_s = leave_s
    work_s = sum(visit.duration_s for visit in order.visits) + sum(stop.travel_s for stop in stops[1:])
    work_s += sum(due.duration_s for due in shift.breaks if due.paid)
    load = sum(visit.load for visit in order.visits)
    limits = (
        (work_s, shift.max_work_s),
        (now_s, working.latest_s),
        (driven_s, shift.max_drive_s),
        (load, shift.capacity),
    )
    if stops and any(limit is not None and used > limit for used, limit in limits):
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
