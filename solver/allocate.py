"""Which provider holds which care package: CP-SAT under floors, ceilings, choice and a budget of moves.

Prices come from outside (they are measured on rosters); nothing here knows of visits, carers or roads.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from solver.errors import InvalidProblem
from solver.types import Fault

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from ortools.sat.python import cp_model

WORK = 1.0
"""The most work on the limits, and again on the cost, in CP-SAT's own unit: equal input gives the equal allocation,
whatever the machine does besides."""


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
class Allocation:
    """A provider for every client, in the order of the packages.

    `status` is "optimal" (proved), "feasible" (the limit of work came first) or "unchanged" (it came before anything
    better than today). `relaxed` has a sentence for each floor, ceiling or budget that cannot be met and gave way.
    """

    provider_of: Mapping[str, str]
    status: str
    relaxed: tuple[str, ...] = ()


def allocate(
    packages: Sequence[CarePackage],
    cost: Mapping[tuple[str, str], int],
    limits: Sequence[ProviderLimits],
    *,
    move_budget: int,
    move_price: int = 0,
    seed: int = 1,
) -> Allocation:
    """Give every package one provider, at the least total cost that limits, choice and the budget of moves allow.

    `cost` maps (client, provider) to equivalent paid seconds a day; a pair that is missing is not possible.
    `move_budget` is the most people who may change provider, `move_price` what a move must save a day to be worth it.
    When floors and ceilings cannot all be met, their total shortfall is first made as small as possible.

    Raises InvalidProblem when a package has no possible provider.
    """
    prices = _prices(packages, cost, move_price)
    today = [
        package.provider_now if package.provider_now in price else min(price, key=lambda name: (price[name], name))
        for package, price in zip(packages, prices, strict=True)
    ]
    forced = sum(name != package.provider_now for name, package in zip(today, packages, strict=True))
    case = _Case(packages=packages, prices=prices, limits=limits, budget=max(move_budget, forced), seed=seed)
    chosen, proved = _decide(case, today)
    relaxed = case.broken(chosen)
    if forced > move_budget:
        relaxed.append(f"move budget relaxed from {move_budget} to {forced}: that many cannot stay where they are")
    return Allocation(
        provider_of={package.client: name for package, name in zip(packages, chosen, strict=True)},
        status="optimal" if proved else "unchanged" if chosen == today else "feasible",
        relaxed=tuple(relaxed),
    )


def _prices(
    packages: Sequence[CarePackage], cost: Mapping[tuple[str, str], int], move_price: int
) -> list[dict[str, int]]:
    """Price each package with every provider that can hold it, the move included; refuse those that nobody can."""
    prices = [
        {
            name: cost[package.client, name] + move_price * (name != package.provider_now)
            for name in sorted(package.allowed)
            if (package.client, name) in cost
        }
        for package in packages
    ]
    faults = [
        Fault(
            code="package-without-provider",
            where=f"package of {package.client}",
            message="no provider both may hold this package and has a price for it",
            action="Allow a provider, or give a cost for one that is allowed.",
        )
        for package, price in zip(packages, prices, strict=True)
        if not price
    ]
    if faults:
        raise InvalidProblem(faults)
    return prices


@dataclass(frozen=True, slots=True, kw_only=True)
class _Case:
    """The question, with moves already priced; an answer to it is a provider for each package in turn."""

    packages: Sequence[CarePackage]
    prices: Sequence[Mapping[str, int]]
    limits: Sequence[ProviderLimits]
    budget: int
    seed: int

    def price(self, chosen: Sequence[str]) -> int:
        """Return what an answer costs with its moves."""
        return sum(price[name] for price, name in zip(self.prices, chosen, strict=True))

    def gaps_s(self, chosen: Sequence[str]) -> list[tuple[str, str, int]]:
        """List (floor or ceiling, provider, seconds by which it is broken), kept limits included."""
        gaps_s = []
        for limit in self.limits:
            held_s = sum(p.hours_s for p, name in zip(self.packages, chosen, strict=True) if name == limit.provider)
            gaps_s.append(("floor", limit.provider, max(0, limit.floor_s - held_s)))
            gaps_s.append(("ceiling", limit.provider, max(0, held_s - limit.ceiling_s)))
        return gaps_s

    def excess_s(self, chosen: Sequence[str]) -> int:
        """Return the seconds by which an answer breaks floors and ceilings, all together."""
        return sum(gap_s for _, _, gap_s in self.gaps_s(chosen))

    def broken(self, chosen: Sequence[str]) -> list[str]:
        """Name every floor and ceiling that gave way, and by how much."""
        return [f"{kind} of {name} relaxed by {gap_s} s" for kind, name, gap_s in self.gaps_s(chosen) if gap_s]


def _decide(case: _Case, today: list[str]) -> tuple[list[str], bool]:
    """Break the limits as little as can be, then pay as little; return the answer and whether it is proved best."""
    from ortools.sat.python import cp_model  # noqa: PLC0415 - 1.75 s to import: only when a model is solved

    model = cp_model.CpModel()
    take = [{name: model.new_bool_var("") for name in price} for price in case.prices]
    for of_one in take:
        model.add_exactly_one(of_one.values())
    stays = [of_one[p.provider_now] for of_one, p in zip(take, case.packages, strict=True) if p.provider_now in of_one]
    model.add(len(take) - sum(stays) <= case.budget)
    excess_s = _hold_limits(model, case, take)
    chosen, least = today, True
    if case.excess_s(today):
        model.minimize(excess_s)
        chosen, least = _improved(model, case, take, today, case.excess_s)
    slack_s = case.excess_s(chosen)
    model.add(excess_s <= slack_s)
    model.minimize(
        sum(price[name] * var for price, of_one in zip(case.prices, take, strict=True) for name, var in of_one.items())
    )
    chosen, cheapest = _improved(model, case, take, chosen, case.price)
    return chosen, cheapest and (least or slack_s == 0)


def _hold_limits(
    model: cp_model.CpModel, case: _Case, take: Sequence[Mapping[str, cp_model.IntVar]]
) -> cp_model.LinearExprT:
    """Add floors and ceilings, and return the seconds by which they give way."""
    most_s = sum(package.hours_s for package in case.packages)
    gaps_s = []
    for limit in case.limits:
        held_s = sum(
            package.hours_s * of_one[limit.provider]
            for package, of_one in zip(case.packages, take, strict=True)
            if limit.provider in of_one
        )
        below_s, above_s = model.new_int_var(0, limit.floor_s, ""), model.new_int_var(0, most_s, "")
        model.add(held_s + below_s >= limit.floor_s)
        model.add(held_s - above_s <= limit.ceiling_s)
        gaps_s += [below_s, above_s]
    return sum(gaps_s)


def _improved(
    model: cp_model.CpModel,
    case: _Case,
    take: Sequence[Mapping[str, cp_model.IntVar]],
    start: list[str],
    judged: Callable[[Sequence[str]], int],
) -> tuple[list[str], bool]:
    """Solve the model from `start`; return an answer judged no worse than that, and whether it is proved best."""
    from ortools.sat.python import cp_model  # noqa: PLC0415 - as above

    model.clear_hints()  # type: ignore[no-untyped-call]
    for of_one, begun in zip(take, start, strict=True):
        for name, variable in of_one.items():
            model.add_hint(variable, name == begun)
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    solver.parameters.random_seed = case.seed
    solver.parameters.max_deterministic_time = WORK
    solver.parameters.cp_model_presolve = False  # measured: with 17,600 choices presolve costs more than the search
    status = solver.solve(model)
    if status not in {cp_model.OPTIMAL, cp_model.FEASIBLE}:
        return start, False
    found = [next(name for name, variable in of_one.items() if solver.boolean_value(variable)) for of_one in take]
    return min(start, found, key=judged), status == cp_model.OPTIMAL
