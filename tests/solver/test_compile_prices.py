"""Each price that is not about the clock changes the plan where it is dear, and does not where it is nothing."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from solver.check import check
from solver.compile import compile_problem
from solver.score import score
from solver.solve import solve
from solver.types import Before, DayProblem, Limits, Mode, Weights
from tests.builders import a_problem, a_shift, a_travel, a_visit

if TYPE_CHECKING:
    from collections.abc import Mapping

NEAR, FAR = a_shift("near"), a_shift("far", start_place=4, end_place=4)


def crew(problem: DayProblem, **prices: Any) -> Mapping[str, str]:
    """Plan a day by the compiled search alone and name the shift of every visit; the cost is the score's."""
    problem = replace(problem, weights=replace(problem.weights, **prices))
    plan = solve(problem, Limits(iterations=200, seed=1), engine="kernel")
    assert check(problem, plan) == ()
    assert plan.search is not None
    assert plan.search.cost == pytest.approx(score(problem, plan).total)
    return {stop.visit: run.shift for run in plan.runs for stop in run.stops}


@pytest.mark.parametrize("price", ["second_choice_visit", "changed_visit", "unfamiliar_visit"])
def test_a_carer_who_is_not_wanted_has_a_price(price: str) -> None:
    """The carer from far away comes only where the nearer one is dear."""
    wanted = frozenset({FAR.carer})
    wishes = {"second_choice_visit": "preferred_carers", "unfamiliar_visit": "known_carers"}
    wish: dict[str, Any] = {wishes[price]: wanted} if price in wishes else {}
    visit = a_visit(**wish)
    day = a_problem([visit], [NEAR, FAR])
    if price == "changed_visit":
        day = replace(day, before=(Before(visit="v1", shifts=frozenset({"far"}), start_s=0),))
    assert crew(day, **{price: 0}) == {"v1": "near"}
    assert crew(day, **{price: 100_000, "unallocated_amber": 10**6}) == {"v1": "far"}


@pytest.mark.parametrize(
    ("mode", "price"), [(Mode.CAR, "metre"), (Mode.BIKE, "metre_by_bike"), (Mode.FOOT, "metre_on_foot")]
)
def test_a_metre_has_the_price_of_its_mode(mode: Mode, price: str) -> None:
    """The shorter way wins where metres cost nothing; where those of its mode are dear, the other mode does."""
    other = Mode.FOOT if mode is Mode.CAR else Mode.CAR
    shifts = [a_shift("near", mode=mode), replace(FAR, mode=other)]
    day = a_problem([a_visit()], shifts, a_travel(modes=tuple(Mode)), weights=Weights(metre=0))
    assert crew(day) == {"v1": "near"}
    assert crew(day, **{price: 1.0}) == {"v1": "far"}


def test_prices_of_a_carer_add_up() -> None:
    """A carer who is unknown, second choice and another than before costs all three; the right one nothing."""
    visit = a_visit(known_carers=frozenset({NEAR.carer}), preferred_carers=frozenset({NEAR.carer}))
    weights = Weights(unfamiliar_visit=1, second_choice_visit=20, changed_visit=300)
    before = (Before(visit="v1", shifts=frozenset({"near"}), start_s=0),)
    day = replace(a_problem([visit, a_visit("v2")], [NEAR, FAR], weights=weights), before=before)
    np.testing.assert_array_equal(compile_problem(day).assign_cost, [[0, 321], [0, 0]])
