"""Runs are listed completely, and what is said of those not listed holds."""

from __future__ import annotations

from itertools import permutations
from typing import TYPE_CHECKING

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from solver.compile import compile_problem
from solver.covering import Bands, priced
from solver.pricing import Memory, Pricing
from solver.scarcity import scarcity_bound
from solver.sequences import run_cost, with_breaks
from tests.days import days
from tests.oracle import best_plan
from tests.ruled_days import ruled_days

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from solver.types import DayProblem

few = settings(max_examples=40, deadline=None, derandomize=True)
SMALL = Memory(labels=2_000)


def cheapest_runs(problem: DayProblem, shift: int) -> dict[frozenset[int], int]:
    """Try every order of every set of visits: the cheapest legal run of each set."""
    compiled = compile_problem(problem)
    legs = np.searchsorted(compiled.leg_visit, np.arange(len(problem.visits))).tolist()
    runs: dict[frozenset[int], int] = {}
    for size in range(1, len(legs) + 1):
        for order in permutations(range(len(legs)), size):
            nodes = with_breaks(compiled, shift, [legs[visit] for visit in order], {})
            if nodes is not None:
                cost = run_cost(compiled, shift, nodes)
                runs[frozenset(order)] = min(cost, runs.get(frozenset(order), cost))
    return runs


@few
@given(days(max_visits=4))
def test_every_run_is_listed(problem: DayProblem) -> None:
    """The runs listed make the same sets of visits as trying all orders, at the same least price."""
    pricing = Pricing(problem)
    for shift in range(len(problem.shifts)):
        found = pricing.every_run(shift, np.zeros(len(problem.visits)), np.inf, SMALL)
        listed: dict[frozenset[int], float] = {}
        for run in found.runs:
            listed[frozenset(run.visits)] = min(run.price, listed.get(frozenset(run.visits), np.inf))
        tried = cheapest_runs(problem, shift)
        assert found.whole
        assert listed.keys() == tried.keys()
        assert all(abs(listed[visits] - cost) <= len(visits) + 1 for visits, cost in tried.items())


def worths(problem: DayProblem) -> st.SearchStrategy[NDArray[np.float64]]:
    """Draw what each visit may be worth."""
    prices = st.lists(st.integers(0, 60_000), min_size=len(problem.visits), max_size=len(problem.visits))
    return prices.map(lambda some: np.array(some, np.float64))


@few
@given(ruled_days(max_visits=5), st.data())
def test_fewer_labels_only_lower_what_a_run_is_said_to_cost(problem: DayProblem, data: st.DataObject) -> None:
    """Whoever forgets visits, or has no room, states a least price that is no higher; the runs listed reach it."""
    pricing = Pricing(problem)
    worth = data.draw(worths(problem))
    for shift in range(len(problem.shifts)):
        found = pricing.runs(shift, worth, 0.0, SMALL)
        assert found.whole
        if found.runs:
            run = found.runs[0]
            assert abs(run.price - worth[list(run.visits)].sum() - found.least) < 1e-6
        for memory in (Memory(labels=2_000, remembered=1), Memory(labels=12)):
            assert pricing.runs(shift, worth, 0.0, memory).least <= found.least + 1e-6


@few
@given(ruled_days(max_visits=4), st.data())
def test_any_prices_give_a_bound(problem: DayProblem, data: st.DataObject) -> None:
    """Whatever visits are held to be worth, and hours, the bound is at most the optimum."""
    best, _ = best_plan(problem)
    pricing = Pricing(problem)
    bands = Bands(pricing)
    short, over = (np.array([data.draw(st.floats(0.0, bands.price)) for _ in bands.rows]) for _ in range(2))
    crew = np.zeros(len(problem.shifts))
    prices = priced(pricing, bands, data.draw(worths(problem)), (short, over, crew))
    least = [pricing.runs(shift, prices.worth[:, shift], 0.0, SMALL).least for shift in range(len(problem.shifts))]
    assert prices.bound(np.array(least)) <= best + 1e-6
    assert prices.mixed(prices, 0.5).bound(np.array(least)) <= best + 1e-6


@few
@given(ruled_days(max_visits=5))
def test_hours_alone_never_pass_the_optimum(problem: DayProblem) -> None:
    """The quick bound is at most the optimum on any day."""
    best, _ = best_plan(problem)
    assert scarcity_bound(Pricing(problem)) <= best + 1e-6
