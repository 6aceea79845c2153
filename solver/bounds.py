"""Bounds from below what any legal plan of a day costs, so that a plan can state how far from the best it may be."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING

import numpy as np

from solver.check import check
from solver.choosing import choose, plan_of
from solver.covering import Covering
from solver.explain import explain_all
from solver.least_prices import relaxed_prices
from solver.pricing import Memory, Pricing
from solver.scarcity import scarcity_bound
from solver.score import score

if TYPE_CHECKING:
    from solver.covering import Prices
    from solver.pricing import FoundRun
    from solver.types import DayPlan, DayProblem


class Method(StrEnum):
    """How a bound was found, from the weakest to the strongest."""

    HOURS = "hours"
    RUNS = "runs"
    ALL_RUNS = "all-runs"


PROVED = 0.5
"""A bound this close to a plan's cost proves the plan: prices are rounded by less."""

PAYS = 0.05
"""What a run must gain before it is worth adding."""

CAUTION = 0.95
"""How much of the best prices is kept in the next at first: less after a success, more after a failure."""

RUNS_A_ROUND = 60
"""How many runs of a shift are added at once."""


LISTING = Memory(labels=200_000)
MOST_LISTED = 60_000
"""How many runs are chosen among at the most."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bound:
    """No legal plan costs less than `cost`. `proved`: a plan that costs just that is known (`plan`, or the caller's).

    `method` says how it was found, `relaxed` which prices were left out, so that the bound may never be reached.
    `plan` is cheaper than the caller's, or the cheapest found where none was given.
    """

    cost: float
    proved: bool
    method: Method
    relaxed: tuple[str, ...] = ()
    plan: DayPlan | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Gap:
    """How far a plan may be from the best: `gap_pct` of its cost, at the most."""

    cost: float
    bound: float
    gap_pct: float
    proved: bool
    method: Method
    relaxed: tuple[str, ...]


def lower_bound(problem: DayProblem, *, upper: float | None = None, seconds: float = 60.0) -> Bound:
    """Bound the cost of a valid problem; `upper` is what a legal plan costs, if one is known."""
    return _Bounding(problem, upper, time.monotonic() + seconds).bound()


def stated_gap(problem: DayProblem, plan: DayPlan, *, seconds: float = 60.0) -> Gap:
    """Say how far a legal plan may be from the best one."""
    cost = score(problem, plan).total
    bound = lower_bound(problem, upper=cost, seconds=seconds)
    return Gap(
        cost=cost,
        bound=bound.cost,
        gap_pct=100.0 * (cost - bound.cost) / cost if cost > 0 else 0.0,
        proved=cost - bound.cost <= PROVED,
        method=bound.method,
        relaxed=bound.relaxed,
    )


class _Bounding:
    """The best bound and the best plan so far."""

    def __init__(self, problem: DayProblem, upper: float | None, until: float) -> None:
        self.problem, self.until, self.known = problem, until, upper is not None
        self.pricing = Pricing(problem)
        nobody = plan_of(problem, ())
        self.upper = score(problem, nobody).total if upper is None else upper
        self.plan: DayPlan | None = None
        if upper is None and not check(problem, nobody):
            self.plan, self.known = nobody, True
        self.best, self.method = scarcity_bound(self.pricing), Method.HOURS

    def bound(self) -> Bound:
        """Find better and better bounds until one is reached or the time is over."""
        programme = Covering(self.pricing)
        prices = self._generate(programme)
        if prices is not None and not self._reached():
            self._choose(programme.runs, self._left_s() / 4)
        if prices is not None and not self._reached() and (runs := self._every_run(prices)) is not None:
            self._raise(self._choose(runs, self._left_s()), Method.ALL_RUNS)
        return Bound(
            cost=min(self.best, self.upper) if self.known else self.best,
            proved=self._reached(),
            method=self.method,
            relaxed=relaxed_prices(self.problem),
            plan=self.plan and _explained(self.problem, self.plan),
        )

    def _left_s(self) -> float:
        return max(0.0, self.until - time.monotonic())

    def _reached(self) -> bool:
        return self.known and self.upper - self.best <= PROVED

    def _raise(self, bound: float, method: Method) -> None:
        if bound > self.best:
            self.best, self.method = bound, method

    def _generate(self, programme: Covering) -> Prices | None:
        """Add runs that pay until none does; None when the time is over before.

        Runs are sought at prices between the programme's, which jump, and the best so far; at the programme's own
        where those find nothing new.
        """
        centre, share, caution = programme.nothing(), CAUTION, CAUTION
        while self._left_s() and (latest := programme.solve()) is not None:
            prices = latest.mixed(centre, share)
            least, added = np.zeros(len(self.problem.shifts)), 0
            for shift in range(len(least)):
                if not self._left_s():
                    return None
                below = float(prices.crew[shift]) - PAYS
                found = self.pricing.runs(shift, prices.worth[:, shift], below, Memory())
                least[shift] = found.least
                added += programme.add(found.runs[:RUNS_A_ROUND])
            reached = prices.bound(least)
            if added == 0 and share == 0.0:
                self._raise(reached, Method.RUNS)
                return prices
            better = reached > self.best
            caution = min(0.98, max(0.5, 1.0 - (1.0 - caution) * (1.5 if better else 0.8)))
            centre = prices if better else centre
            self._raise(reached, Method.RUNS)
            share = caution if added else 0.0
        return None

    def _every_run(self, prices: Prices) -> list[FoundRun] | None:
        """List every run that a plan below the best one could have; None when there are too many."""
        gap, runs = self.upper - prices.bound(prices.crew - PAYS), []
        for shift in range(len(self.problem.shifts)):
            below = gap + float(prices.crew[shift]) + PAYS
            found = self.pricing.every_run(shift, prices.worth[:, shift], below, LISTING)
            runs += found.runs
            if not found.whole or len(runs) > MOST_LISTED or not self._left_s():
                return None
        return runs

    def _choose(self, runs: list[FoundRun], seconds: float) -> float:
        """Look for a better plan among some runs, and give a bound of all plans among them."""
        choice = choose(self.pricing, runs, upper=self.upper, seconds=seconds)
        if choice.plan is not None and choice.cost is not None:
            self.upper, self.plan, self.known = choice.cost, choice.plan, True
        return choice.bound


def _explained(problem: DayProblem, plan: DayPlan) -> DayPlan:
    """Say of every visit left out why."""
    return replace(plan, unallocated=explain_all(problem, [left.visit for left in plan.unallocated], plan))
