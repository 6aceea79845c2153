"""The optimised plans B, C and D over one day, made so that the comparison cannot flatter.

B is the best rota while every client stays with today's provider. C first allocates whole packages to providers,
so that the rosters cost least, within legal choice, floors and a budget of people who move, then rosters. D rosters
with every legal provider's carers. C's search starts from B's and D's from C's, all with the same total of
iterations; a plan that places fewer visits of any group than the one before it, leaves a provider below its floor, or
costs more, is replaced by it. What comes before plan C is the best plan C in which fewer people may move.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from solver.fewer_moves import without_what_loses
from solver.nearest import nearest_packages
from solver.packages import Terms, allocate_packages, moves_that_pay
from solver.providers_apart import day_of, plan_of, with_part
from solver.score import score
from solver.solve import solve
from solver.types import Limits, ProviderHours

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping

    from solver.types import DayPlan, DayProblem, Progress

STAGES = 10
"""B, C and D each take so many stages of the same length: the unit in which the search is shared out."""

BASE_STAGES = 6
"""The stages under today's contracts that all three share."""

ROUNDS = 2
"""How often packages are allocated; each allocation is rostered for one stage, and the next starts from that roster."""

ALLOCATION_STEPS = 8
MOST_ALLOCATION_STEPS = 48_000
"""Steps of each allocation for every iteration of a stage, and at most. Measured over five days of 1,000 visits with a
tenth of the people moving: plan C costs 6 % less than with a quarter of the steps, for ten seconds more."""

LAST_STAGES = STAGES - BASE_STAGES - ROUNDS
"""The stages that are left to roster what was decided."""

MENDS = 3
"""How often moves that lose visits are taken back, and who is left rostered anew, before a plan C is given up."""

NO_SHARING = "none"
"""The first degree of sharing."""

FLOOR_MARGIN_PCT = 2
"""Allocated hours keep this far above the floor, since a few visits of a package may stay unplaced."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Case:
    """What is compared. In `problem` each visit names today's provider only; `legal` lists for each client all
    providers that may serve; `group_of` gives each visit the group whose count of placed visits may not fall;
    `floor_pct` is each provider's share of today's contact time, `ceiling_pct` the most it takes, where it says so;
    `move_budget` counts people. `degrees` name visits that may be shared, each degree holding those before it."""

    problem: DayProblem
    legal: Mapping[str, frozenset[str]]
    group_of: Mapping[str, str]
    floor_pct: Mapping[str, int]
    move_budget: int
    degrees: tuple[tuple[str, frozenset[str]], ...] = ()
    ceiling_pct: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Step:
    """One plan of the comparison, the problem it answers, and each client's provider (in D, still C's).

    `budget` is how many people might move in the search that found the allocation: fewer than were asked for where a
    plan was replaced by the one before it, nought for B.
    """

    plan: DayPlan
    problem: DayProblem
    provider_of: Mapping[str, str]
    iterations: int
    replaced_by_previous: str = ""
    budget: int = 0


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


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Found:
    """What a search found, and the plan that its last stages began with."""

    step: Step
    start: DayPlan


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

    For each of `budgets` (people who may move) there is one more plan C, under the key `C@budget`, never worse than
    that of a smaller budget, and one with packages by distance alone, under `N@budget`, whatever it comes to; then one
    for each degree of sharing, under `D@degree`, in which the visits that C leaves out may be shared too. Where nobody
    may move, both are B.
    """
    search = _Search(stage=max(1, iterations // STAGES), seed=seed, progress=progress, cancelled=cancelled)
    today = {visit.client: next(iter(visit.providers)) for visit in case.problem.visits}
    base = search.run(case.problem, BASE_STAGES)
    plan = search.run(case.problem, STAGES - BASE_STAGES, start=base)
    first = Step(plan=plan, problem=case.problem, provider_of=today, iterations=STAGES * search.stage)
    asked = case.move_budget
    found = {each: _by_geography(case, search, base, first, each) for each in sorted({asked, *filter(None, budgets)})}
    near = {budget: _by_distance(case, search, base, first, budget) for budget in budgets if budget}
    by_contract = first
    if any(_fewer_placed(each.step, first, case) for each in (*found.values(), *near.values())):
        by_contract = _longer(search, first)
        found = {budget: _mended(case, search, by_contract, each, plan) for budget, each in found.items()}
        near = {budget: _gone_on(case, search, by_contract, each, plan) for budget, each in near.items()}
    by_contract, kept = _never_worse(found, by_contract, case)
    if kept[asked].replaced_by_previous and asked > 1 and not budgets:
        # Rather fewer moves than none.
        half = _by_geography(case, search, base, first, asked // 2)
        if by_contract.iterations > first.iterations:
            half = _mended(case, search, by_contract, half, plan)
        found[asked // 2] = half
        by_contract, kept = _never_worse(found, by_contract, case)
    packages = kept[asked]
    sharing = _Sharing(case=case, search=search, by_contract=by_contract, packages=packages)
    begun = found.get(packages.budget, found[asked]).start
    steps = {"B": by_contract, "C": packages, "D": sharing.step(begun)}
    for budget in budgets:
        steps[f"C@{budget}"] = kept[budget] if budget else by_contract
        steps[f"N@{budget}"] = near[budget].step if budget else by_contract
    if budgets:
        steps |= sharing.degrees()
    return steps


def _longer(search: _Search, by_contract: Step) -> Step:
    """Search on from B's plan for the last stages once more: so does every other plan then."""
    plan = search.run(by_contract.problem, LAST_STAGES, start=by_contract.plan)
    return replace(by_contract, plan=plan, iterations=by_contract.iterations + LAST_STAGES * search.stage)


def _gone_on(case: Case, search: _Search, by_contract: Step, found: _Found, plan: DayPlan) -> _Found:
    """Roster an allocation for the last stages once more: from B's `plan`, with all it places, if visits were lost."""
    start = plan if _fewer_placed(found.step, by_contract, case) else found.step.plan
    return _rostered(case, search, by_contract, found.step.provider_of, start, budget=found.step.budget)


def _mended(case: Case, search: _Search, by_contract: Step, found: _Found, plan: DayPlan) -> _Found:
    """Go on, and take moves back that still lose visits, each time from B's `plan`: rather fewer moves than none."""
    budget = found.step.budget
    found = _gone_on(case, search, by_contract, found, plan)
    for _ in range(MENDS):
        groups = _fewer_placed(found.step, by_contract, case)
        gone = placed_visits(by_contract.plan) - placed_visits(found.step.plan)
        lost = {visit for visit in gone if case.group_of[visit] in groups}
        then = without_what_loses(case.problem, found.step.provider_of, lost, _terms(case, by_contract, budget))
        if not lost or then in (by_contract.provider_of, found.step.provider_of):
            break
        found = _rostered(case, search, by_contract, then, plan, budget=budget)
    return found


def _never_worse(found: Mapping[int, _Found], by_contract: Step, case: Case) -> tuple[Step, dict[int, Step]]:
    """Keep for each budget the best plan C of it and of all smaller ones, from B on; give B and those.

    Where nobody moves, B first takes the cheapest roster that any of them has.
    """
    for each in found.values():
        by_contract, _ = alike_where_nobody_moves(by_contract, each.step)
    floors = _floors(case, by_contract, margin_pct=0)
    best, kept = by_contract, dict[int, Step]()
    for budget, each in sorted(found.items()):
        _, step = alike_where_nobody_moves(by_contract, each.step)
        kept[budget] = best = _or_previous(step, best, case, floors)
    return by_contract, kept


def _by_distance(case: Case, search: _Search, base: DayPlan, by_contract: Step, budget: int) -> _Found:
    """Allocate packages by distance alone and roster them, with as many iterations as any plan C."""
    provider_of = nearest_packages(case.problem, _terms(case, by_contract, budget))
    problem = _moved(case, by_contract, provider_of)
    plan = search.run(problem, ROUNDS + LAST_STAGES, start=base)
    return _Found(
        step=replace(by_contract, plan=plan, problem=problem, provider_of=provider_of, budget=budget), start=base
    )


def _by_geography(case: Case, search: _Search, base: DayPlan, by_contract: Step, budget: int) -> _Found:
    """Allocate packages in rounds, each searching on from the roster so far, keep what pays, then roster to the end."""
    terms = _terms(case, by_contract, budget)
    steps = min(MOST_ALLOCATION_STEPS, ALLOCATION_STEPS * search.stage)
    plan, provider_of = base, by_contract.provider_of
    for _ in range(ROUNDS):
        problem = all_familiar(_moved(case, by_contract, provider_of))
        provider_of = allocate_packages(problem, plan, terms, steps=steps, seed=search.seed, cancelled=search.cancelled)
        plan = search.run(_moved(case, by_contract, provider_of), 1, start=plan)
    found = replace(all_familiar(_moved(case, by_contract, provider_of)), keep=frozenset())
    provider_of = moves_that_pay(found, plan, terms, seed=search.seed)
    return _rostered(case, search, by_contract, provider_of, plan, budget=budget)


def _terms(case: Case, by_contract: Step, budget: int) -> Terms:
    """State what an allocation must keep to."""
    return Terms(
        today=by_contract.provider_of,
        legal=case.legal,
        floor_pct={name: pct + FLOOR_MARGIN_PCT for name, pct in case.floor_pct.items()},
        budget=budget,
        ceiling_pct=case.ceiling_pct,
    )


def _rostered(
    case: Case, search: _Search, by_contract: Step, provider_of: Mapping[str, str], start: DayPlan, *, budget: int
) -> _Found:
    """Roster an allocation for the last stages, from a plan that may still send the former providers."""
    problem = _moved(case, by_contract, provider_of)
    plan = search.run(problem, LAST_STAGES, start=start)
    step = replace(by_contract, plan=plan, problem=problem, provider_of=provider_of, budget=budget)
    return _Found(step=step, start=start)


def _moved(case: Case, by_contract: Step, provider_of: Mapping[str, str]) -> DayProblem:
    """State the day under another allocation, keeping what B places. Who moves has no familiar carer yet."""
    moved = {client for client, provider in provider_of.items() if provider != by_contract.provider_of[client]}
    problem = all_familiar(with_providers(case.problem, _one_each(provider_of)), moved)
    return replace(problem, keep=placed_visits(by_contract.plan))


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Sharing:
    """Rosters visits with every legal provider's carers, holding floors."""

    case: Case
    search: _Search
    by_contract: Step
    packages: Step

    def step(self, start: DayPlan, *, visits: Collection[str] | None = None, least: Step | None = None) -> Step:
        """Share some visits (None: all), searching from `start`; what is no better than `least` (None: C) is that."""
        case, own, least = self.case, self.packages, least or self.packages
        hours = tuple(
            ProviderHours(provider=provider, floor_s=floor_s)
            for provider, floor_s in sorted(_floors(case, self.by_contract, margin_pct=FLOOR_MARGIN_PCT).items())
        )
        problem = with_providers(own.problem, case.legal)
        if visits is not None:
            kept = {visit.id: visit for visit in own.problem.visits}
            problem = replace(problem, visits=tuple(v if v.id in visits else kept[v.id] for v in problem.visits))
        problem = replace(problem, provider_hours=hours, keep=placed_visits(least.plan))
        step = replace(own, plan=self.search.run(problem, LAST_STAGES, start=start), problem=problem)
        return _or_previous(step, least, case, _floors(case, self.by_contract, margin_pct=0))

    def degrees(self) -> dict[str, Step]:
        """Share more and more visits, each time searching on from C's plan for equally long; first without any."""
        left_out = {visit.id for visit in self.case.problem.visits} - placed_visits(self.packages.plan)
        found, least = {}, self.packages
        for degree, shared in ((NO_SHARING, None), *self.case.degrees):
            visits = frozenset[str]() if shared is None else shared | left_out
            least = found[f"D@{degree}"] = self.step(self.packages.plan, visits=visits, least=least)
        return found


def alike_where_nobody_moves(by_contract: Step, packages: Step) -> tuple[Step, Step]:
    """Give providers whom nobody joins or leaves the cheaper of their two rosters in both plans.

    They have the same clients and carers: what their rosters differ by is the search, not geography.
    """
    before, after = by_contract.provider_of, packages.provider_of
    moved = {name for client in before if before[client] != after[client] for name in (before[client], after[client])}
    steps = [by_contract, packages]
    for name in sorted({*before.values()} - moved):
        clients = {client for client, held in before.items() if held == name}
        days = [day_of(step.problem, name, clients) for step in steps]
        plans = [plan_of(day, step.plan) for day, step in zip(days, steps, strict=True)]
        if plans[0].runs != plans[1].runs:
            costs = [score(unsteered(days[0]), plan).total for plan in plans]
            worse = int(costs[1] >= costs[0])
            plan = with_part(steps[worse].problem, steps[worse].plan, plans[1 - worse], days[0])
            steps[worse] = replace(steps[worse], plan=plan)
    return steps[0], steps[1]


def _one_each(provider_of: Mapping[str, str]) -> dict[str, frozenset[str]]:
    """Allow each client the one provider of an allocation."""
    return {client: frozenset({provider}) for client, provider in provider_of.items()}


def _or_previous(step: Step, previous: Step, case: Case, floor_s: Mapping[str, int]) -> Step:
    """Fall back to the plan before where this one loses visits of a group, breaks a floor, or does not pay."""
    if lost := _fewer_placed(step, previous, case):
        return replace(previous, replaced_by_previous=f"fewer visits placed in {', '.join(lost)}")
    held, held_before = _contact_s(step), _contact_s(previous)
    if below := sorted(name for name, least_s in floor_s.items() if held[name] < min(least_s, held_before[name])):
        return replace(previous, replaced_by_previous=f"hours below the floor of {', '.join(below)}")
    costs = [score(unsteered(each.problem), each.plan).total for each in (previous, step)]
    if costs[1] > costs[0]:
        return replace(previous, replaced_by_previous="it would not pay")
    return step


def _fewer_placed(step: Step, previous: Step, case: Case) -> list[str]:
    """Name the groups of which a plan places fewer visits than the plan before."""
    before, after = placed_by_group(previous.plan, case.group_of), placed_by_group(step.plan, case.group_of)
    return sorted(group for group, count in before.items() if after.get(group, 0) < count)


def _floors(case: Case, by_contract: Step, *, margin_pct: int) -> dict[str, int]:
    """Give the contact seconds that each provider must keep of those it has in B; the search keeps a margin above."""
    return {
        provider: held_s * min(100, case.floor_pct.get(provider, 0) + margin_pct) // 100
        for provider, held_s in _contact_s(by_contract).items()
    }


def unsteered(problem: DayProblem) -> DayProblem:
    """State a problem without what differs between plans or only steers a search, to price plans alike.

    These are the visits to keep, the hours of providers, and who is familiar: those who move start anew.
    """
    return replace(all_familiar(problem), keep=frozenset(), provider_hours=())


def all_familiar(problem: DayProblem, clients: Collection[str] | None = None) -> DayProblem:
    """State a day on which some clients (None: all) do not mind which carer comes."""
    visits = tuple(
        replace(visit, known_carers=frozenset()) if clients is None or visit.client in clients else visit
        for visit in problem.visits
    )
    return replace(problem, visits=visits)


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
