"""Chooses among listed runs by CP-SAT: the cheapest plan that they allow, or the proof that none is below a price.

Everything that ties runs to one another is stated: carers of a pair, sequences, gaps, providers. A choice whose runs
cannot be kept together after all is ruled out, and the next best is asked for.
"""

from __future__ import annotations

import time
from collections import defaultdict
from dataclasses import dataclass
from itertools import combinations
from math import floor
from typing import TYPE_CHECKING, NamedTuple

from solver.check import check
from solver.compile import NO_LIMIT
from solver.covering import Bands
from solver.realise import realise
from solver.score import score
from solver.sequences import starts_within_span
from solver.timing import UNREACHABLE
from solver.together import earliest, gaps, keep_together, latest
from solver.types import DayPlan, Reason, Unallocated

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ortools.sat.python import cp_model

    from solver.pricing import FoundRun, Pricing
    from solver.together import Timed
    from solver.types import DayProblem, Run
    from solver.types import Sequence as Link

SCALE = 100
"""Prices are stated in hundredths, rounded down."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """No plan from the runs costs less than `bound`; `plan` is the cheapest legal one met, with its `cost`."""

    bound: float
    plan: DayPlan | None = None
    cost: float | None = None


class _Option(NamedTuple):
    """A run as nodes, where it is legal on its own, with the first and last start of its linked visits."""

    run: FoundRun
    nodes: tuple[int, ...]
    first_s: dict[int, int]
    last_s: dict[int, int]


def choose(pricing: Pricing, runs: Sequence[FoundRun], *, upper: float, seconds: float) -> Choice:
    """Find the cheapest plan below `upper`; the bound is `upper` (less a hundredth) where there is none."""
    choosing = _Choosing(pricing, runs, upper)
    return choosing.choose(time.monotonic() + seconds)


class _Choosing:
    """One model, solved until its choice is a plan."""

    def __init__(self, pricing: Pricing, runs: Sequence[FoundRun], upper: float) -> None:
        from ortools.sat.python import cp_model  # noqa: PLC0415 - 1.75 s to import: only when a model is solved

        self.pricing, self.upper, self.bands = pricing, upper, Bands(pricing)
        self.cp, self.model = cp_model, cp_model.CpModel()
        self.options = [option for run in runs if (option := self._option(run)) is not None]
        self.taken = [self.model.new_bool_var("") for _ in self.options]
        self.left_out = {group: self.model.new_bool_var("") for group in sorted(set(pricing.group.tolist()))}
        self.of_visit: dict[int, list[int]] = defaultdict(list)
        for row, option in enumerate(self.options):
            for visit in option.run.visits:
                self.of_visit[visit].append(row)
        self.start: dict[int, cp_model.IntVar] = {}
        self._state_who()
        self._state_when()
        self.goal = self._goal()
        self.model.add(self.goal <= floor(SCALE * (upper - self.bands.fixed) + 1e-6) - 1)
        self.model.minimize(self.goal)

    def choose(self, until: float) -> Choice:
        bound, best, cost = -float("inf"), None, self.upper
        while True:
            solver = self.cp.CpSolver()
            solver.parameters.num_workers = 1
            solver.parameters.max_time_in_seconds = max(0.1, until - time.monotonic())
            status = solver.solve(self.model)
            if status == self.cp.INFEASIBLE:
                return Choice(bound=self.upper - 1 / SCALE, plan=best, cost=cost if best else None)
            bound = max(bound, solver.best_objective_bound / SCALE + self.bands.fixed)
            if status not in {self.cp.OPTIMAL, self.cp.FEASIBLE}:
                return Choice(bound=bound, plan=best, cost=cost if best else None)
            chosen = [row for row, taken in enumerate(self.taken) if solver.value(taken)]
            plan, conflict = self._plan(chosen)
            if plan is not None and (price := score(self.pricing.problem, plan).total) < cost:
                best, cost = plan, price
            if not conflict or time.monotonic() > until:
                return Choice(bound=bound, plan=best, cost=cost if best else None)
            self.model.add_bool_or([self.taken[row].negated() for row in conflict])

    def _option(self, run: FoundRun) -> _Option | None:
        """Give a run that is legal on its own, or None."""
        compiled, problem = self.pricing.compiled, self.pricing.problem
        n_legs = len(compiled.place)
        first_break = n_legs + int(compiled.break_first[run.shift])
        nodes = tuple(int(self.pricing.leg[s]) if s >= 0 else first_break - 1 - s for s in run.steps)
        shift = problem.shifts[run.shift]
        settled = next((lock.visits for lock in problem.locked_runs if lock.shift == shift.id), None)
        if len(set(run.visits)) < len(run.visits):
            return None
        if settled is not None and tuple(problem.visits[visit].id for visit in run.visits) != settled:
            return None
        if compiled.max_span_s[run.shift] < NO_LIMIT and starts_within_span(compiled, run.shift, nodes, {}) is None:
            return None
        linked = [visit for visit in run.visits if self.pricing.linked[visit]]
        first_s: dict[int, int] = {}
        last_s: dict[int, int] = {}
        if linked:
            starts = earliest(compiled, run.shift, nodes, {})
            if starts is None:
                return None
            ends = latest(compiled, run.shift, nodes)
            first_s = {visit: starts[int(self.pricing.leg[visit])] for visit in linked}
            last_s = {visit: ends[int(self.pricing.leg[visit])] for visit in linked}
        return _Option(run, nodes, first_s, last_s)

    def _state_who(self) -> None:
        """State how many carers and runs there are, and who may come with whom."""
        model, pricing, problem = self.model, self.pricing, self.pricing.problem
        by_shift: dict[int, list[int]] = defaultdict(list)
        for row, option in enumerate(self.options):
            by_shift[option.run.shift].append(row)
        for rows in by_shift.values():
            model.add_at_most_one(self.taken[row] for row in rows)
        for visit, record in enumerate(problem.visits):
            out, need = self.left_out[int(pricing.group[visit])], record.carers_needed
            model.add(sum(self.taken[row] for row in self.of_visit[visit]) + need * out == need)
            if need > 1:
                for rows in self._by_carer(visit).values():
                    model.add_at_most_one(self.taken[row] for row in rows)
        for link in problem.sequences:
            if link.same_carer is not None:
                self._state_carer(link)
        for needs in problem.clients:
            if needs.one_provider:
                self._state_provider(needs.client)

    def _by_carer(self, visit: int) -> dict[str, list[int]]:
        rows: dict[str, list[int]] = defaultdict(list)
        for row in self.of_visit[visit]:
            rows[self.pricing.problem.shifts[self.options[row].run.shift].carer].append(row)
        return rows

    def _state_carer(self, link: Link) -> None:
        """State that somebody who makes the first visit makes the second, or that nobody does."""
        number = {visit.id: row for row, visit in enumerate(self.pricing.problem.visits)}
        first, then = self._by_carer(number[link.first]), self._by_carer(number[link.then])
        both = []
        for carer in sorted({*first, *then}):
            one, other = (sum(self.taken[row] for row in rows.get(carer, [])) for rows in (first, then))
            if link.same_carer is False:
                self.model.add(one + other <= 1)
            elif carer in first and carer in then:
                both.append(self.model.new_bool_var(""))
                self.model.add(one >= 1).only_enforce_if(both[-1])
                self.model.add(other >= 1).only_enforce_if(both[-1])
        if link.same_carer is True:
            self.model.add_bool_or([*both, self.left_out[int(self.pricing.group[number[link.first]])]])

    def _state_provider(self, client: str) -> None:
        problem = self.pricing.problem
        chosen = {name: self.model.new_bool_var("") for name in sorted({shift.provider for shift in problem.shifts})}
        self.model.add_at_most_one(chosen.values())
        for visit, record in enumerate(problem.visits):
            if record.client == client:
                for row in self.of_visit[visit]:
                    provider = problem.shifts[self.options[row].run.shift].provider
                    self.model.add_implication(self.taken[row], chosen[provider])

    def _state_when(self) -> None:
        """State when visits that matter to several runs start: inside what each run leaves, and by their ties."""
        model, pricing = self.model, self.pricing
        for visit, record in enumerate(pricing.problem.visits):
            if pricing.linked[visit] and self.of_visit[visit]:
                leg = int(pricing.leg[visit])
                first_s, last_s = int(pricing.compiled.earliest_s[leg]), int(pricing.compiled.latest_s[leg])
                self.start[visit] = model.new_int_var(first_s, max(first_s, last_s), record.id)
        for row, option in enumerate(self.options):
            for visit, first_s in option.first_s.items():
                model.add(self.start[visit] >= first_s).only_enforce_if(self.taken[row])
                model.add(self.start[visit] <= option.last_s[visit]).only_enforce_if(self.taken[row])
        number = {visit.id: row for row, visit in enumerate(pricing.problem.visits)}
        for link in pricing.problem.sequences:
            one, other = self.start.get(number[link.first]), self.start.get(number[link.then])
            if one is not None and other is not None:
                made = self.left_out[int(pricing.group[number[link.first]])].negated()
                model.add(other - one >= link.least_s).only_enforce_if(made)
                model.add(other - one <= link.most_s).only_enforce_if(made)
        for members, gap_s in gaps(pricing.problem):
            for one_visit, other_visit in combinations(members, 2):
                self._state_gap(one_visit, other_visit, gap_s)

    def _state_gap(self, one: int, other: int, gap_s: int) -> None:
        if one not in self.start or other not in self.start:
            return
        visits, first = self.pricing.problem.visits, self.model.new_bool_var("")
        outs = [self.left_out[int(self.pricing.group[visit])] for visit in (one, other)]
        for before, after, when in ((one, other, first), (other, one, first.negated())):
            least_s = visits[before].duration_s + gap_s
            made = [when, *(out.negated() for out in outs)]
            self.model.add(self.start[after] - self.start[before] >= least_s).only_enforce_if(made)

    def _goal(self) -> cp_model.LinearExprT:
        terms = [floor(SCALE * o.run.price) * taken for o, taken in zip(self.options, self.taken, strict=True)]
        for group, out in self.left_out.items():
            terms.append(floor(SCALE * float(self.pricing.unplaced[self.pricing.group == group].sum())) * out)
        for number, band in enumerate(self.bands.rows):
            contact_s = sum(
                int(self.bands.contact_s[list(option.run.visits)].sum()) * taken
                for option, taken in zip(self.options, self.taken, strict=True)
                if self.bands.of_shift[option.run.shift] == number
            )
            outside = self.model.new_int_var(0, UNREACHABLE, "")
            self.model.add(outside >= band.floor_s - contact_s)
            self.model.add(outside >= contact_s - band.ceiling_s)
            terms.append(floor(SCALE * self.bands.price) * outside)
        return self.cp.LinearExpr.sum(terms)

    def _plan(self, chosen: list[int]) -> tuple[DayPlan | None, list[int]]:
        """Time the chosen runs together; else give those that cannot be kept together, or none if that is unknown."""
        pricing = self.pricing
        timed = self._timed(chosen)
        if timed.runs is not None:
            plan = plan_of(pricing.problem, realise(pricing.problem, pricing.compiled, timed.runs))
            return (None if check(pricing.problem, plan) else plan), []
        if not timed.sure:
            return None, []
        conflict = list(chosen)
        for row in chosen:
            fewer = [other for other in conflict if other != row]
            timed = self._timed(fewer)
            if timed.runs is None and timed.sure:
                conflict = fewer
        return None, conflict

    def _timed(self, chosen: list[int]) -> Timed:
        runs = [(self.options[row].run.shift, self.options[row].nodes) for row in chosen]
        return keep_together(self.pricing.problem, self.pricing.compiled, runs)


def plan_of(problem: DayProblem, runs: tuple[Run, ...]) -> DayPlan:
    """List what the runs leave out; nothing is explained."""
    placed = {stop.visit for run in runs for stop in run.stops}
    left_out = tuple(
        Unallocated(visit=visit.id, reason=Reason.NOT_PLACED_IN_TIME, detail="")
        for visit in problem.visits
        if visit.id not in placed
    )
    return DayPlan(day=problem.day, runs=runs, unallocated=left_out)
