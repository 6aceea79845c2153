"""Time the runs whose order somebody chose by hand: near to what was, or early, or exactly; the best of them is kept.

Runs that a change does not touch stay as they are; those that share a double-handed visit with a touched run are timed
with it.
"""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations_with_replacement
from typing import TYPE_CHECKING

from app.errors import ChangeRefused
from app.services.hand_changes import inserted, without
from solver.check import check
from solver.compile import compile_problem
from solver.errors import SolverError
from solver.realise import Sketch, realise, sequences_of, timed_run
from solver.retime import retime
from solver.score import score
from solver.types import DayPlan, Reason, Unallocated

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from app.services.hand_changes import Orders, Rearranged
    from solver.compile import Compiled
    from solver.types import DayProblem, Run, Visit

    Before = Mapping[str, Run | None]
    """The runs that an earlier change changed, as they were before it, by shift."""

ROUNDS = 20
MOST_BREAKS_TRIED = 200
PLACES_TRIED = 4


class Hand:
    """Times runs of a problem whose order somebody else chose."""

    def __init__(self, problem: DayProblem, plan: DayPlan, *, left_out: str) -> None:
        self.problem, self.plan, self.left_out = problem, plan, left_out
        self.visits = {visit.id: visit for visit in problem.visits}
        self.shifts = {shift.id: shift for shift in problem.shifts}
        self.fixed = {visit.id: visit.locked_start_s for visit in problem.visits if visit.locked_start_s is not None}
        self.runs = {run.shift: run for run in plan.runs}
        self.orders: Orders = {shift: _order(self.runs.get(shift)) for shift in self.shifts}

    def restored(self, found: Rearranged, visit: str, before: Before) -> DayPlan | None:
        """Give the plan with its runs as they were before an earlier change, if that is what is asked for.

        Not where a lock that came since says otherwise.
        """
        orders = self.orders | {shift: _order(run) for shift, run in before.items()}
        asked = orders if found.seek is None else without(orders, visit, (found.seek,))
        stops = [stop for run in before.values() if run for stop in run.stops]
        locked = any(self.fixed.get(stop.visit, stop.start_s) != stop.start_s for stop in stops)
        if asked != found.orders or locked or (found.seek and visit not in orders[found.seek]):
            return None
        runs = {**self.runs, **before}
        return self._planned(orders, {shift: run for shift, run in runs.items() if run})

    def carried_out(self, found: Rearranged, visit: str) -> DayPlan:
        """Give the best of the ways to time what is asked for."""
        orders = found.orders if found.seek is None else self.best_place(found.orders, visit, found.seek)
        changed = list(dict.fromkeys(self.retimed(orders, found.touched)))
        compiled = compile_problem(self.problem)
        exact = [_polished(self.problem, compiled, each, other_runs(self.plan, each)) for each in changed]
        return min(dict.fromkeys((*exact, *changed)), key=self.judged)

    def best_place(self, orders: Orders, visit: str, shift: str) -> Orders:
        """Put a visit where its new run breaks least, and then costs least.

        Breaks may move only for the places that are best without.
        """
        places = [inserted(orders, visit, shift, position) for position in range(len(orders[shift]) + 1)]

        def as_rested(order: Orders) -> tuple[int, int, float, int]:
            rests = _rests_kept(run, order[shift]) if (run := self.runs.get(shift)) else None
            return self._worth(self._run(shift, order[shift], self.fixed, rests))

        best = sorted(places, key=as_rested)[:PLACES_TRIED]
        return min(best, key=lambda order: self._worth(self._run(shift, order[shift], self.fixed)))

    def retimed(self, orders: Orders, touched: Iterable[str]) -> tuple[DayPlan, ...]:
        """Give the plan with the runs that a change reaches timed anew: near to before, with pairs as before, early."""
        reached = _reached(orders, touched)
        before = {
            stop.visit: stop.start_s
            for run in self.plan.runs
            if run.shift in reached
            for stop in run.stops
            if stop.visit in orders[run.shift]
        }
        rests = {run.shift: _rests_kept(run, orders[run.shift]) for run in self.plan.runs if run.shift in reached}
        near = self._timed(orders, reached, before | self.fixed, rests)
        early = self._timed(orders, reached, dict(self.fixed), {})
        pairs = {visit: at for visit, at in before.items() if self.visits[visit].carers_needed > 1}
        paired = self._timed(orders, reached, pairs | self.fixed, {})
        return near, paired, early

    def _timed(
        self, orders: Orders, reached: set[str], starts: dict[str, int], rests: Mapping[str, tuple[int, ...]]
    ) -> DayPlan:
        """Time the runs that are reached, no visit before its start where it has one, until pairs begin together."""
        runs: dict[str, Run] = {}
        for _ in range(ROUNDS):
            runs = {
                shift: self._run(shift, orders[shift], starts, rests.get(shift))
                for shift in sorted(reached)
                if orders[shift]
            }
            together = self._together(runs)
            if together.items() <= starts.items():
                break
            starts |= together
        kept = {shift: run for shift, run in self.runs.items() if shift not in reached}
        return self._planned(orders, kept | runs)

    def _planned(self, orders: Orders, runs: Mapping[str, Run]) -> DayPlan:
        in_order = tuple(runs[shift] for shift in self.shifts if shift in runs)
        return DayPlan(day=self.plan.day, runs=in_order, unallocated=tuple(self._left_out(orders)))

    def judged(self, plan: DayPlan) -> tuple[int, int, float]:
        """Judge a plan: its breaches, how far they go, and what it costs."""
        breaches = check(self.problem, plan)
        return len(breaches), sum(breach.amount for breach in breaches), score(self.problem, plan).total

    def _together(self, runs: Mapping[str, Run]) -> dict[str, int]:
        """Give the visits that two carers make the start at which both are there."""
        starts: dict[str, list[int]] = {}
        for run in runs.values():
            for stop in run.stops:
                starts.setdefault(stop.visit, []).append(stop.start_s)
        return {visit: max(times) for visit, times in starts.items() if len(times) > 1}

    def _left_out(self, orders: Orders) -> Iterator[Unallocated]:
        before = {row.visit: row for row in self.plan.unallocated}
        served = {visit for order in orders.values() for visit in order}
        for visit in self.visits:
            if visit not in served:
                by_hand = Unallocated(visit=visit, reason=Reason.LEFT_OUT_BY_HAND, detail=self.left_out)
                yield before.get(visit) or by_hand

    def _run(
        self,
        shift: str,
        order: tuple[str, ...],
        starts: Mapping[str, int],
        rests_after: tuple[int, ...] | None = None,
    ) -> Run:
        """Time a run, with its breaks where they are said to be, or else where they break least.

        Raises ChangeRefused where no way leads.
        """
        due = self.shifts[shift]
        visits = tuple(self.visits[visit] for visit in order)
        places = combinations_with_replacement(range(len(order) + 1), len(due.breaks))
        tried = [rests for rests, _ in zip(places, range(MOST_BREAKS_TRIED), strict=False)]
        if rests_after is not None and len(rests_after) == len(due.breaks):
            tried = [rests_after]
        sketches = [Sketch(shift=due, visits=visits, rests_after=rests) for rests in tried]
        try:
            runs = [timed_run(self.problem.travel, sketch, starts) for sketch in sketches]
        except SolverError as error:
            raise ChangeRefused(f"shift {shift} cannot reach all of these visits on this day") from error
        return min(runs, key=self._worth)

    def _worth(self, run: Run) -> tuple[int, int, float, int]:
        """Judge a run on its own: its breaches, how far they go, what it costs, and when the carer is home."""
        served = {stop.visit for stop in run.stops}
        alone = replace(
            self.problem,
            visits=tuple(_for_one(self.visits[visit]) for visit in sorted(served)),
            shifts=(self.shifts[run.shift],),
            sequences=(),
            locked_runs=(),
            before=(),
            keep=frozenset(),
            provider_hours=(),
        )
        plan = DayPlan(day=self.problem.day, runs=(run,) if run.stops else (), unallocated=())
        breaches = check(alone, plan)
        far = sum(breach.amount for breach in breaches)
        return len(breaches), far, score(alone, plan).total, run.back_home_s


def _order(run: Run | None) -> tuple[str, ...]:
    return tuple(stop.visit for stop in run.stops) if run else ()


def _rests_kept(run: Run, order: tuple[str, ...]) -> tuple[int, ...]:
    """Give after how many visits of a new order each break of a run comes that follows the same visit as before."""
    old = [stop.visit for stop in run.stops]
    places = {visit: number for number, visit in enumerate(order, start=1)}
    return tuple(max((places.get(visit, 0) for visit in old[: rest.after_stop]), default=0) for rest in run.rests)


def _for_one(visit: Visit) -> Visit:
    """Give a visit as one of its carers sees it."""
    return replace(visit, carers_needed=1, locked_shifts=frozenset())


def _reached(orders: Orders, touched: Iterable[str]) -> set[str]:
    """Give the shifts that a change reaches through visits that two carers make together."""
    reached: set[str] = set()
    new = set(touched)
    while new:
        reached |= new
        visits = {visit for shift in new for visit in orders[shift]}
        new = {shift for shift, order in orders.items() if visits & set(order)} - reached
    return reached


def other_runs(before: DayPlan, after: DayPlan) -> set[str]:
    """Give the shifts whose runs are not the same."""
    old, new = ({run.shift: run for run in plan.runs} for plan in (before, after))
    return {shift for shift in old.keys() | new.keys() if old.get(shift) != new.get(shift)}


def _polished(problem: DayProblem, compiled: Compiled, plan: DayPlan, shifts: set[str]) -> DayPlan:
    """Move the starts of some runs to where they are legal and people like them, exactly, if that can be."""
    rows = [row for row, shift in enumerate(problem.shifts) if shift.id in shifts]
    better = retime(problem, compiled, sequences_of(problem, compiled, plan), shifts=rows)
    if better is None:
        return plan
    timed = {run.shift: run for run in realise(problem, compiled, better) if run.shift in shifts}
    return replace(plan, runs=tuple(timed.get(run.shift, run) for run in plan.runs))
