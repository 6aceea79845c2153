"""What one more visit would cost each provider, and what one less saves: prices for allocating clients to providers."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from solver.compile import compile_problem
from solver.kernel.jit import compiled as to_machine_code
from solver.kernel.load import load
from solver.kernel.recreate import cheapest_insertion
from solver.kernel.state import NO_COST, first_legs, new_state, prepare
from solver.realise import sequences_of
from solver.sequences import legs_of, run_cost

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from solver.kernel.state import Day, State
    from solver.types import DayPlan, DayProblem


def insertion_costs(problem: DayProblem, plan: DayPlan) -> NDArray[np.float64]:
    """Price (V, K) the cheapest insertion of each visit into the plan's runs (or an idle shift) of each provider.

    K are the providers of the shifts in sorted order. Eligible providers and provider hours are ignored, every other
    rule and price is not; infinite where no run can take the visit. A visit that is in the plan is priced once more.
    """
    providers = frozenset(shift.provider for shift in problem.shifts)
    open_to_all = tuple(replace(visit, providers=providers) for visit in problem.visits)
    compiled = compile_problem(replace(problem, visits=open_to_all, provider_hours=()))
    costs = np.full((len(problem.visits), len(compiled.providers)), np.inf)
    if len(problem.visits) == 0 or len(problem.shifts) == 0:
        return costs
    day = prepare(compiled)
    state = new_state(day, 1)
    load(day, state, sequences_of(problem, compiled, plan))
    legs = first_legs(day)
    for provider in range(len(compiled.providers)):
        priced = np.zeros(len(legs), np.int64)
        _price_insertions(day, state, legs, np.flatnonzero(compiled.provider == provider), priced)
        costs[compiled.leg_visit[legs], provider] = np.where(priced < NO_COST, priced, np.inf)
    return costs


@to_machine_code
def _price_insertions(
    day: Day, state: State, legs: NDArray[np.int64], runs: NDArray[np.int64], priced: NDArray[np.int64]
) -> None:
    for row in range(len(legs)):
        priced[row] = cheapest_insertion(day, state, legs[row], runs)


def removal_savings(problem: DayProblem, plan: DayPlan) -> NDArray[np.float64]:
    """Price (V,) what each visit's carers would save without it, in travel and unfamiliar carers; 0 if not placed."""
    compiled = compile_problem(problem)
    saved = np.zeros(len(problem.visits))
    for shift, nodes in enumerate(sequences_of(problem, compiled, plan).nodes):
        legs = legs_of(compiled, nodes)
        cost = run_cost(compiled, shift, legs)
        for k, leg in enumerate(legs):
            saved[compiled.leg_visit[leg]] += cost - run_cost(compiled, shift, legs[:k] + legs[k + 1 :])
    return saved
