"""The optimised plans B, C and D over one day, made so that the comparison cannot flatter.

B is the best rota while every client stays with today's provider. C first allocates whole packages to providers by
what they cost in the rosters, within legal choice, floors and a budget of people who move, then rosters. D rosters
with every legal provider's carers. C's search starts from B's and D's from C's, all with the same total of
iterations; a plan that places fewer visits of any group than the one before it, leaves a provider below its floor, or
costs more, is replaced by it.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from solver.allocate import AllocationSettings, CarePackage, ProviderLimits, allocate
from solver.marginal import insertion_costs, removal_savings
from solver.score import score
from solver.solve import solve
from solver.types import Limits, ProviderHours

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from solver.types import DayPlan, DayProblem, Progress

STAGES = 6
"""B, C and D each take six stages of the same length: the unit in which the search is shared out."""

CEILING_PCT = 112
"""No provider is allocated more than this share of today's contact time: its workforce is what it is."""

FLOOR_MARGIN_PCT = 2
"""Allocated hours keep this far above the floor, since a few visits of a package may stay unplaced."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Case:
    """What is compared. In `problem` each visit names today's provider only; `legal` lists for each client all
    providers that may serve; `group_of` gives each visit the group whose count of placed visits may not fall;
    `floor_pct` is each provider's share of today's contact time; `move_budget` counts people."""

    problem: DayProblem
    legal: Mapping[str, frozenset[str]]
    group_of: Mapping[str, str]
    floor_pct: Mapping[str, int]
    move_budget: int


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Step:
    """One plan of the comparison, the problem it answers, and each client's provider (in D, still C's)."""

    plan: DayPlan
    problem: DayProblem
    provider_of: Mapping[str, str]
    iterations: int
    replaced_by_previous: str = ""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Search:
    """How each solve of the comparison is run."""

    stage: int
    seed: int
    progress: Callable[[Progress], None] | None
    cancelled: Callable[[], bool] | None

    def run(self, problem: DayProblem, stages: int, *, start: DayPlan | None = None) -> DayPlan:
        """Search for `stages` stages, from `start` if there is one."""
        limits = Limits(iterations=stages * self.stage, seed=self.seed)
        return solve(problem, limits, start=start, progress=self.progress, cancelled=self.cancelled)


def compare_steps(
    case: Case,
    *,
    iterations: int,
    seed: int,
    budgets: tuple[int, ...] = (),
    progress: Callable[[Progress], None] | None = None,
    cancelled: Callable[[], bool] | None = None,
) -> dict[str, Step]:
    """Make plans B, C and D with `iterations` of search each; deterministic for a seed.

    For each of `budgets` (people who may move) one more plan C is made, under the key `C@budget`.
    """
    search = _Search(stage=max(1, iterations // STAGES), seed=seed, progress=progress, cancelled=cancelled)
    first = search.run(case.problem, 2)
    best = search.run(case.problem, 4, start=first)
    total = STAGES * search.stage
    today = {visit.client: next(iter(visit.providers)) for visit in case.problem.visits}
    by_contract = Step(plan=best, problem=case.problem, provider_of=today, iterations=total)
    packages, halfway = _by_geography(case, search, first, by_contract, case.move_budget)
    steps = {"B": by_contract, "C": packages}
    steps["D"] = _shared(case, search, by_contract, packages, first if packages.replaced_by_previous else halfway.plan)
    for budget in budgets:
        steps[f"C@{budget}"] = _by_geography(case, search, first, by_contract, budget)[0]
    return steps


def _by_geography(case: Case, search: _Search, first: DayPlan, by_contract: Step, budget: int) -> tuple[Step, Step]:
    """Allocate packages in two rounds, each by the marginal costs of the roster so far, then roster to the end.

    Returns plan C, and the step at two thirds of the search, from which D goes on.
    """
    kept = replace(case.problem, keep=placed_visits(by_contract.plan))
    step = replace(by_contract, plan=first, problem=kept)
    for share in (0.5, 1.0):
        provider_of = _reallocate(case, step, by_contract.provider_of, budget=int(budget * share), seed=search.seed)
        problem = with_providers(kept, {client: frozenset({name}) for client, name in provider_of.items()})
        plan = search.run(problem, 1, start=step.plan)
        step = Step(plan=plan, problem=problem, provider_of=provider_of, iterations=by_contract.iterations)
    final = replace(step, plan=search.run(step.problem, 2, start=step.plan))
    return _or_previous(final, by_contract, case, _floors(case, by_contract, margin_pct=0)), step


def _shared(case: Case, search: _Search, by_contract: Step, packages: Step, start: DayPlan) -> Step:
    """Roster with every legal provider's carers, from where C was, holding each provider at its floor."""
    hours = tuple(
        ProviderHours(provider=provider, floor_s=floor_s)
        for provider, floor_s in sorted(_floors(case, by_contract, margin_pct=FLOOR_MARGIN_PCT).items())
    )
    shared = replace(with_providers(case.problem, case.legal), provider_hours=hours)
    problem = replace(shared, keep=placed_visits(packages.plan))
    # C was replaced by B after its search: D then starts where C did, so that all have the same total.
    plan = search.run(problem, 4 if packages.replaced_by_previous else 2, start=start)
    step = Step(plan=plan, problem=problem, provider_of=packages.provider_of, iterations=packages.iterations)
    return _or_previous(step, packages, case, _floors(case, by_contract, margin_pct=0))


def _reallocate(case: Case, step: Step, today: Mapping[str, str], *, budget: int, seed: int) -> Mapping[str, str]:
    """Allocate each client's package to a legal provider by what its visits cost in the rosters of `step`."""
    hours = Counter[str]()
    for visit in case.problem.visits:
        hours[visit.client] += visit.duration_s * visit.carers_needed
    load = Counter[str]()
    for client, provider in today.items():
        load[provider] += hours[client]
    limits = [
        ProviderLimits(
            provider=provider,
            floor_s=seconds * min(100, case.floor_pct.get(provider, 0) + FLOOR_MARGIN_PCT) // 100,
            ceiling_s=seconds * CEILING_PCT // 100,
        )
        for provider, seconds in sorted(load.items())
    ]
    packages = [
        CarePackage(
            client=client, hours_s=hours[client], provider_now=today[client], allowed=case.legal[client] & set(load)
        )
        for client in sorted(today)
    ]
    costs = _package_costs(step, set(load))
    settings = AllocationSettings(seed=seed)
    return allocate(packages, costs, limits, move_budget=budget, settings=settings).provider_of


def _package_costs(step: Step, providers: set[str]) -> dict[tuple[str, str], int]:
    """Price each client's visits with each provider: what they cost where they are, or the cheapest insertion."""
    insertion = insertion_costs(step.problem, step.plan)
    saving = removal_savings(step.problem, step.plan)
    column = {name: k for k, name in enumerate(sorted({shift.provider for shift in step.problem.shifts}))}
    placed = placed_visits(step.plan)
    cost: dict[tuple[str, str], float] = defaultdict(float)
    for row, visit in enumerate(step.problem.visits):
        unplaced = float(step.problem.weights.unallocated_green)
        for provider in providers:
            here = provider == step.provider_of[visit.client] and visit.id in placed
            inserted = insertion[row, column[provider]] if provider in column else unplaced
            cost[visit.client, provider] += saving[row] if here else min(inserted, unplaced)
    return {key: round(value) for key, value in cost.items()}


def _or_previous(step: Step, previous: Step, case: Case, floor_s: Mapping[str, int]) -> Step:
    """Fall back to the plan before where this one loses visits of a group, breaks a floor, or does not pay."""
    before, after = placed_by_group(previous.plan, case.group_of), placed_by_group(step.plan, case.group_of)
    if lost := sorted(group for group, count in before.items() if after.get(group, 0) < count):
        return replace(previous, replaced_by_previous=f"fewer visits placed in {', '.join(lost)}")
    held, held_before = _contact_s(step), _contact_s(previous)
    if below := sorted(name for name, least_s in floor_s.items() if held[name] < min(least_s, held_before[name])):
        return replace(previous, replaced_by_previous=f"hours below the floor of {', '.join(below)}")
    costs = [score(unsteered(each.problem), each.plan).total for each in (previous, step)]
    if costs[1] > costs[0]:
        return replace(previous, replaced_by_previous="it would not pay")
    return step


def _floors(case: Case, by_contract: Step, *, margin_pct: int) -> dict[str, int]:
    """Give the contact seconds that each provider must keep of those it has in B; the search keeps a margin above."""
    return {
        provider: held_s * min(100, case.floor_pct.get(provider, 0) + margin_pct) // 100
        for provider, held_s in _contact_s(by_contract).items()
    }


def unsteered(problem: DayProblem) -> DayProblem:
    """State a problem without what only steers its search (visits to keep, provider hours), to price plans alike."""
    return replace(problem, keep=frozenset(), provider_hours=())


def placed_by_group(plan: DayPlan, group_of: Mapping[str, str]) -> dict[str, int]:
    """Count the visits that a plan places in each group; groups without any are absent."""
    return dict(Counter(group_of[visit] for visit in placed_visits(plan)))


def placed_visits(plan: DayPlan) -> frozenset[str]:
    """Name the visits that a plan places."""
    return frozenset(stop.visit for run in plan.runs for stop in run.stops)


def with_providers(problem: DayProblem, providers_of: Mapping[str, frozenset[str]]) -> DayProblem:
    """State the same day with other providers allowed to serve each client."""
    visits = tuple(replace(visit, providers=providers_of[visit.client]) for visit in problem.visits)
    return replace(problem, visits=visits)


def _contact_s(step: Step) -> Counter[str]:
    """Sum the contact seconds that each provider's carers give in a plan."""
    duration = {visit.id: visit.duration_s for visit in step.problem.visits}
    provider = {shift.id: shift.provider for shift in step.problem.shifts}
    held = Counter[str]()
    for run in step.plan.runs:
        held[provider[run.shift]] += sum(duration[stop.visit] for stop in run.stops)
    return held
