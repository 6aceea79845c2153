"""The CP-SAT model behind `allocate`: some clients are free to change provider while the others stay.

What is decided in which order, and how the answer reads, belongs to `allocate`.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from ortools.sat.python import cp_model

    from solver.allocate import AllocationSettings, ProviderLimits

Goal = Literal["slack", "price", "all"]
"""Make small: the break of floors and ceilings; the price of packages; or that with the savings of links."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """The question in plain lists, by number of client; `linked[c]` holds (other client, saving in seconds)."""

    hours_s: list[int]
    now: list[str]
    price: list[dict[str, int]]
    linked: list[dict[int, int]]
    limits: Sequence[ProviderLimits]
    budget: int
    settings: AllocationSettings

    def cost(self, chosen: list[str]) -> int:
        """Return what an allocation costs, with the savings of links and without the price of moves."""
        paid = sum(price[provider] for price, provider in zip(self.price, chosen, strict=True))
        return paid - sum(
            saving
            for client, links in enumerate(self.linked)
            for other, saving in links.items()
            if client < other and chosen[client] == chosen[other]
        )

    def moves(self, chosen: list[str]) -> int:
        """Return how many people change provider."""
        return sum(provider != now for provider, now in zip(chosen, self.now, strict=True))

    def objective(self, chosen: list[str]) -> int:
        """Return what the search makes small."""
        return self.cost(chosen) + self.settings.move_price_s * self.moves(chosen)

    def held_s(self, chosen: list[str]) -> dict[str, int]:
        """Return the contact seconds that each limited provider holds."""
        held = {limit.provider: 0 for limit in self.limits}
        for provider, hours_s in zip(chosen, self.hours_s, strict=True):
            if provider in held:
                held[provider] += hours_s
        return held

    def excess_s(self, chosen: list[str]) -> int:
        """Return the seconds by which an allocation breaks floors and ceilings, all together."""
        held = self.held_s(chosen)
        return sum(
            max(0, limit.floor_s - held[limit.provider]) + max(0, held[limit.provider] - limit.ceiling_s)
            for limit in self.limits
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """An allocation reached, and the work still to be spent (`left`, in CP-SAT's unit).

    `proved`: nothing is better while floors and ceilings give way by `slack_s` in all; `provable`: nor is a smaller
    `slack_s` possible.
    """

    chosen: list[str]
    left: float
    slack_s: int = 0
    proved: bool = False
    provable: bool = True


def decide(case: Case, state: State, free: Sequence[int], *, goal: Goal) -> State:
    """Decide the free clients by CP-SAT while the others stay; never worse than the state it starts from."""
    from ortools.sat.python import cp_model  # noqa: PLC0415 - 1.75 s to import: only when a model is solved

    model = cp_model.CpModel()
    take = {(c, p): model.new_bool_var("") for c in free for p in case.price[c]}
    for c in free:
        model.add_exactly_one(take[c, p] for p in case.price[c])
        for p in case.price[c]:
            model.add_hint(take[c, p], p == state.chosen[c])
    moves = [take[c, p] for c, p in take if p != case.now[c]]
    fixed_moves = case.moves(state.chosen) - sum(state.chosen[c] != case.now[c] for c in free)
    model.add(sum(moves) <= case.budget - fixed_moves)
    slack = _hold_limits(model, take, case, state, bounded=goal != "slack")
    if goal == "slack":
        model.minimize(sum(slack))
    else:
        terms: list[cp_model.LinearExprT] = [case.price[c][p] * variable for (c, p), variable in take.items()]
        terms += [case.settings.move_price_s * variable for variable in moves]
        if goal == "all":
            terms += _savings(model, take, case, state.chosen)
        model.minimize(cp_model.LinearExpr.sum(terms))
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    solver.parameters.random_seed = case.settings.seed
    solver.parameters.max_deterministic_time = state.left
    solver.parameters.cp_model_presolve = False  # measured: with 17,600 choices presolve costs more than the search
    status = solver.solve(model)
    left = state.left - solver.deterministic_time
    if status not in {cp_model.OPTIMAL, cp_model.FEASIBLE}:
        return replace(state, left=left, proved=False)
    chosen = list(state.chosen)
    for (c, p), variable in take.items():
        if solver.boolean_value(variable):
            chosen[c] = p
    best = min(state.chosen, chosen, key=case.excess_s if goal == "slack" else case.objective)
    return replace(state, chosen=best, left=left, proved=status == cp_model.OPTIMAL)


def _hold_limits(
    model: cp_model.CpModel,
    take: Mapping[tuple[int, str], cp_model.IntVar],
    case: Case,
    state: State,
    *,
    bounded: bool,
) -> list[cp_model.LinearExprT]:
    """Hold floors and ceilings, giving way by the returned slack; when `bounded`, by no more than the state allows."""
    freed = {c for c, _ in take}
    fixed_s = case.held_s([p if c not in freed else "" for c, p in enumerate(state.chosen)])
    slack: list[cp_model.LinearExprT] = []
    for limit in case.limits:
        held = fixed_s[limit.provider] + sum(
            case.hours_s[c] * variable for (c, p), variable in take.items() if p == limit.provider
        )
        if bounded and not state.slack_s:
            model.add(held >= limit.floor_s)
            model.add(held <= limit.ceiling_s)
        else:
            below, above = (model.new_int_var(0, max(limit.floor_s, sum(case.hours_s)), "") for _ in "ba")
            model.add(held + below >= limit.floor_s)
            model.add(held - above <= limit.ceiling_s)
            slack += [below, above]
    if bounded and slack:
        model.add(sum(slack) <= state.slack_s)
    return slack


def _savings(
    model: cp_model.CpModel, take: Mapping[tuple[int, str], cp_model.IntVar], case: Case, chosen: list[str]
) -> list[cp_model.LinearExprT]:
    """Return the (negative) terms of links: with a client who stays it is a price, between free ones a choice."""
    freed = {c for c, _ in take}
    terms: list[cp_model.LinearExprT] = []
    for (c, p), variable in take.items():
        for other, saving_s in case.linked[c].items():
            if other not in freed:
                if chosen[other] == p:
                    terms.append(-saving_s * variable)
            elif c < other and (other, p) in take:
                both = model.new_bool_var("")
                model.add_implication(both, variable)
                model.add_implication(both, take[other, p])
                terms.append(-saving_s * both)
    return terms
