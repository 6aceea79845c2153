"""Which provider holds which care package: CP-SAT under floors, ceilings, choice locks and a budget of moves.

A package has one provider for weeks, so this is decided before any day is rostered. Prices come from outside (they are
measured on rosters); nothing here knows of visits, carers or roads.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from random import Random
from typing import TYPE_CHECKING

from solver.allocation_model import Case, State, decide
from solver.errors import InvalidProblem
from solver.types import Fault

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

_WHOLE = 60
"""Up to this many packages the links enter one whole model; beyond, they are followed one neighbourhood at a time."""
_NEIGHBOURHOOD = 40
_PATIENCE = 150
"""Neighbourhoods in a row without a gain after which the search stops."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CarePackage:
    """One client's package of care: `hours_s` contact seconds a day, held today by `provider_now`.

    `allowed` names every provider that may hold it; a choice lock allows only `provider_now`.
    """

    client: str
    hours_s: int
    provider_now: str
    allowed: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class ProviderLimits:
    """The contact seconds a day that a provider must at least hold to live, and the most that it can serve."""

    provider: str
    floor_s: int = 0
    ceiling_s: int = 10**9


@dataclass(frozen=True, slots=True, kw_only=True)
class AllocationSettings:
    """`move_price_s` is what a person's move must save a day to be worth it.

    `deterministic_limit` is in CP-SAT's own unit of work, so that equal input gives the equal allocation whatever the
    machine does besides: 1,100 packages and 16 providers use one unit in about five seconds.
    """

    move_price_s: int = 60
    deterministic_limit: float = 1.0
    seed: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Allocation:
    """A provider for every client. `cost` is in equivalent paid seconds a day, without the price of moves.

    `moved` names the clients whose provider changes, in the order of the packages. `status` is "optimal" (proved),
    "feasible" (the limit came first) or "unchanged" (the limit came before anything better than today). `relaxed` has
    a sentence for each floor, ceiling or budget that cannot be met and had to give way.
    """

    provider_of: Mapping[str, str]
    moved: tuple[str, ...]
    cost: int
    status: str
    relaxed: tuple[str, ...] = ()


def allocate(
    packages: Sequence[CarePackage],
    cost: Mapping[tuple[str, str], int],
    limits: Sequence[ProviderLimits],
    *,
    move_budget: int,
    affinity: Iterable[tuple[str, str, int]] = (),
    settings: AllocationSettings | None = None,
) -> Allocation:
    """Give every package one provider, at the least total cost that limits, locks and the budget of moves allow.

    `cost` maps (client, provider) to equivalent paid seconds a day; a pair that is missing is not possible.
    `move_budget` is the most people who may change provider. `affinity` holds (client, client, saving in seconds, not
    negative), earned when both end with the same provider: neighbours are worth moving together. When floors and
    ceilings cannot all be met, their total shortfall is first made as small as possible.

    Raises InvalidProblem when a package has no possible provider.
    """
    case = _case(packages, cost, limits, affinity, settings or AllocationSettings())
    today = [
        now if now in price else min(price, key=lambda provider: (price[provider], provider))
        for now, price in zip(case.now, case.price, strict=True)
    ]
    case = replace(case, budget=max(move_budget, case.moves(today)))
    state = State(chosen=today, left=case.settings.deterministic_limit)
    if case.excess_s(today):
        state = _least_relaxation(case, state)
    state = _whole(case, state)
    if not state.proved and any(case.linked):
        state = _by_neighbourhood(case, state)
    optimal = state.proved and state.provable
    status = "optimal" if optimal else "unchanged" if state.chosen == today else "feasible"
    return Allocation(
        provider_of={package.client: provider for package, provider in zip(packages, state.chosen, strict=True)},
        moved=tuple(
            package.client
            for package, provider in zip(packages, state.chosen, strict=True)
            if provider != package.provider_now
        ),
        cost=case.cost(state.chosen),
        status=status,
        relaxed=_relaxed(case, state.chosen, move_budget),
    )


def _case(
    packages: Sequence[CarePackage],
    cost: Mapping[tuple[str, str], int],
    limits: Sequence[ProviderLimits],
    affinity: Iterable[tuple[str, str, int]],
    settings: AllocationSettings,
) -> Case:
    """Restate the question by number of client, and refuse packages that nobody can hold."""
    number = {package.client: client for client, package in enumerate(packages)}
    price = [
        {p: cost[package.client, p] for p in sorted(package.allowed) if (package.client, p) in cost}
        for package in packages
    ]
    faults = [
        Fault(
            code="package-without-provider",
            where=f"package of {package.client}",
            message="no provider both may hold this package and has a price for it",
            action="Allow a provider, or give a cost for one that is allowed.",
        )
        for package, options in zip(packages, price, strict=True)
        if not options
    ]
    if faults:
        raise InvalidProblem(faults)
    linked: list[dict[int, int]] = [{} for _ in packages]
    for first, second, saving_s in affinity:
        a, b = number[first], number[second]
        if a != b and saving_s > 0:
            linked[a][b] = linked[b][a] = linked[a].get(b, 0) + saving_s
    return Case(
        hours_s=[package.hours_s for package in packages],
        now=[package.provider_now for package in packages],
        price=price,
        linked=linked,
        limits=tuple(limits),
        budget=0,
        settings=settings,
    )


def _least_relaxation(case: Case, state: State) -> State:
    """Find the smallest total by which floors and ceilings must give way."""
    found = decide(case, replace(state, left=state.left / 2), range(len(case.now)), goal="slack")
    slack_s = case.excess_s(found.chosen)
    return replace(found, left=found.left + state.left / 2, slack_s=slack_s, provable=found.proved or slack_s == 0)


def _whole(case: Case, state: State) -> State:
    """Decide all packages at once: with the links when there are few packages, otherwise without."""
    everyone = range(len(case.now))
    if case.budget == 0 or len(everyone) <= _WHOLE or not any(case.linked):
        return decide(case, state, everyone, goal="all")
    found = decide(case, replace(state, left=state.left / 2), everyone, goal="price")
    return replace(found, left=found.left + state.left / 2, proved=False)


def _by_neighbourhood(case: Case, state: State) -> State:
    """Decide a cluster of linked clients at a time, with some who have moved, so that their moves can be given back."""
    rng = Random(case.settings.seed)
    idle = 0
    while state.left > 0 and idle < _PATIENCE:
        free = _neighbourhood(case, state.chosen, rng)
        found = decide(case, state, free, goal="all")
        idle = 0 if case.objective(found.chosen) < case.objective(state.chosen) else idle + 1
        state = replace(found, proved=False)
    return state


def _neighbourhood(case: Case, chosen: list[str], rng: Random) -> list[int]:
    """Grow a set of clients along the links from one drawn, and add as many again who have moved."""
    seed = rng.randrange(len(chosen))
    grown, frontier = {seed}, [seed]
    while frontier and len(grown) < _NEIGHBOURHOOD:
        client = frontier.pop(rng.randrange(len(frontier)))
        new = [other for other in case.linked[client] if other not in grown]
        grown.update(new)
        frontier += new
    movers = [c for c, provider in enumerate(chosen) if provider != case.now[c] and c not in grown]
    grown.update(rng.sample(movers, min(len(movers), _NEIGHBOURHOOD // 2)))
    return sorted(grown)


def _relaxed(case: Case, chosen: list[str], move_budget: int) -> tuple[str, ...]:
    """Name every limit that gave way, and by how much."""
    held = case.held_s(chosen)
    named = [
        f"{kind} of {limit.provider} relaxed by {by_s} s"
        for limit in case.limits
        for kind, by_s in (
            ("floor", limit.floor_s - held[limit.provider]),
            ("ceiling", held[limit.provider] - limit.ceiling_s),
        )
        if by_s > 0
    ]
    if case.budget > move_budget:
        named.append(f"move budget relaxed from {move_budget} to {case.budget}: that many cannot stay where they are")
    return tuple(named)
