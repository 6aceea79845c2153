"""The linear programme that shares visits out among runs: what every visit is worth, and the bound that follows.

Rows are visits and shifts, columns are runs; groups of visits that belong together are left out together, at their
price. A provider's hours outside its band cost what they cost. Whatever prices the programme ends with, `bound` is
valid: it needs only that no run is worth more than was found.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

    from solver.pricing import FoundRun, Pricing
    from solver.types import ProviderHours


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Prices:
    """What a programme says: `worth` (V, S) of a visit to a shift, `crew` (S,) that a run must gain to pay.

    `base` is the bound if no run pays at all.
    """

    worth: NDArray[np.float64]
    crew: NDArray[np.float64]
    base: float

    def bound(self, least: NDArray[np.float64]) -> float:
        """Give a lower bound of any plan, where no run of a shift has a reduced price below `least` (S,)."""
        return self.base + float(np.minimum(least, 0.0).sum())

    def mixed(self, other: Prices, share: float) -> Prices:
        """Give prices between these and others: their base is at least the mean of the two."""
        own = 1.0 - share
        return Prices(
            worth=own * self.worth + share * other.worth,
            crew=own * self.crew + share * other.crew,
            base=own * self.base + share * other.base,
        )


class Bands:
    """The providers' hours: `rows` bands of providers with shifts, and what the day costs in any case."""

    def __init__(self, pricing: Pricing) -> None:
        problem = pricing.problem
        own = {shift.provider for shift in problem.shifts}
        self.rows: list[ProviderHours] = [band for band in problem.provider_hours if band.provider in own]
        self.price = problem.weights.provider_hours
        self.fixed = self.price * sum(band.floor_s for band in problem.provider_hours if band.provider not in own)
        if not pricing.has_boats:
            due_s = sum(shift.contracted_s or 0 for shift in problem.shifts)
            self.fixed += problem.weights.undertime * due_s
        self.of_shift = np.array(
            [next((k for k, b in enumerate(self.rows) if b.provider == s.provider), -1) for s in problem.shifts],
            np.int64,
        )
        self.contact_s = np.array([visit.duration_s for visit in problem.visits], np.float64)


class Covering:
    """A programme that grows by runs and is solved again and again."""

    def __init__(self, pricing: Pricing) -> None:
        from ortools.linear_solver import pywraplp  # noqa: PLC0415 - only when a bound is asked for

        self.pricing, self.bands = pricing, Bands(pricing)
        self.runs: list[FoundRun] = []
        self._known: set[tuple[int, tuple[int, ...]]] = set()
        self._solver = pywraplp.Solver.CreateSolver("GLOP")
        endless = self._solver.infinity()
        self._goal = self._solver.Objective()
        self._goal.SetMinimization()
        self._visits = [self._solver.Constraint(need, need) for need in pricing.needs.tolist()]
        self._shifts = [self._solver.Constraint(-endless, 1.0) for _ in pricing.problem.shifts]
        for group in np.unique(pricing.group).tolist():
            members = np.flatnonzero(pricing.group == group).tolist()
            left_out = self._solver.NumVar(0.0, 1.0, "")
            self._goal.SetCoefficient(left_out, float(pricing.unplaced[members].sum()))
            for visit in members:
                self._visits[visit].SetCoefficient(left_out, float(pricing.needs[visit]))
        self._floors = [self._solver.Constraint(float(band.floor_s), endless) for band in self.bands.rows]
        self._ceilings = [self._solver.Constraint(-endless, float(band.ceiling_s)) for band in self.bands.rows]
        for rows, sign in ((self._floors, 1.0), (self._ceilings, -1.0)):
            for row in rows:
                outside = self._solver.NumVar(0.0, endless, "")
                self._goal.SetCoefficient(outside, self.bands.price)
                row.SetCoefficient(outside, sign)

    def add(self, runs: Iterable[FoundRun]) -> int:
        """Add the runs that are new; of runs of a shift with the same visits in the same order one is enough."""
        before = len(self.runs)
        for run in runs:
            if (run.shift, run.steps) in self._known:
                continue
            self._known.add((run.shift, run.steps))
            self.runs.append(run)
            column = self._solver.NumVar(0.0, 1.0, "")
            self._goal.SetCoefficient(column, run.price)
            self._shifts[run.shift].SetCoefficient(column, 1.0)
            visits = run.visits
            for visit in set(visits):
                self._visits[visit].SetCoefficient(column, float(visits.count(visit)))
            band = int(self.bands.of_shift[run.shift])
            if band >= 0:
                contact_s = float(self.bands.contact_s[list(visits)].sum())
                self._floors[band].SetCoefficient(column, contact_s)
                self._ceilings[band].SetCoefficient(column, contact_s)
        return len(self.runs) - before

    def nothing(self) -> Prices:
        """Give the prices at which no visit is worth anything."""
        nothing = np.zeros(len(self.bands.rows))
        crew = np.zeros(len(self.pricing.problem.shifts))
        return priced(self.pricing, self.bands, np.zeros(len(self.pricing.needs)), (nothing, nothing, crew))

    def solve(self) -> Prices | None:
        """Give the prices at the optimum of the runs so far; None when the solver fails."""
        if self._solver.Solve() != self._solver.OPTIMAL:
            return None
        worth = np.array([row.dual_value() for row in self._visits])
        crew = np.minimum(0.0, np.array([row.dual_value() for row in self._shifts]))
        short = np.clip([row.dual_value() for row in self._floors], 0.0, self.bands.price)
        over = np.clip([-row.dual_value() for row in self._ceilings], 0.0, self.bands.price)
        return priced(self.pricing, self.bands, worth, (short, over, crew))


def priced(
    pricing: Pricing,
    bands: Bands,
    worth: NDArray[np.float64],
    more: tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]],
) -> Prices:
    """Turn the worth (V,) of a carer's visit, and of a provider's second short or over, into prices for runs."""
    short, over, crew = more
    groups = np.zeros(len(worth))
    np.add.at(groups, pricing.group, pricing.unplaced - pricing.needs * worth)
    base = bands.fixed + float((pricing.needs * worth).sum() + np.minimum(groups, 0.0).sum())
    base += sum(s * band.floor_s - o * band.ceiling_s for s, o, band in zip(short, over, bands.rows, strict=True))
    by_band = np.append(np.asarray(short) - np.asarray(over), 0.0)[bands.of_shift]
    return Prices(worth=worth[:, None] + bands.contact_s[:, None] * by_band[None], crew=crew, base=float(base))
