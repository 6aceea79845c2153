"""Tests of lowering the prices of the clock: which instants of a leg have a meaning, and what a second beyond costs."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from solver.compile_clock import ClockPrices, lower_clock
from solver.kernel.jit import NO_LIMIT
from solver.types import Before, Weights
from tests.builders import a_problem, a_visit, at

DAY = replace(
    a_problem([
        a_visit("moved"),
        a_visit("pair", carers_needed=2, early_before_s=at("08:20"), late_after_s=at("09:00")),
        a_visit("last", early_before_s=at("10:00")),
    ]),
    before=(Before(visit="moved", shifts=frozenset({"early"}), start_s=at("08:30")),),
)  # fmt: skip
LEGS = np.array([0, 1, 1, 2], np.int32)


def lowered(**weights: float) -> ClockPrices:
    """Lower the day with some prices."""
    return lower_clock(replace(DAY, weights=Weights(**weights)), LEGS)


def test_instants_and_prices_are_those_of_the_visit() -> None:
    """Early and late count once for both carers, a moved start for each; where nothing is asked nothing costs."""
    prices = lowered(early=1.0, late=2.0, latest=3.0, changed_start=0.5)
    assert prices.early_before_s.tolist() == [-NO_LIMIT, at("08:20"), at("08:20"), at("10:00")]
    assert prices.late_after_s.tolist() == [NO_LIMIT, at("09:00"), at("09:00"), NO_LIMIT]
    assert prices.was_s.tolist() == [at("08:30"), -NO_LIMIT, -NO_LIMIT, -NO_LIMIT]
    assert prices.early.tolist() == [0.0, 1.0, 0.0, 1.0]
    assert prices.late.tolist() == [0.0, 2.0, 0.0, 0.0]
    assert prices.moved.tolist() == [0.5, 0.0, 0.0, 0.0]
    assert prices.latest == 3.0


@pytest.mark.parametrize("name", ["early", "late", "latest", "changed_start"])
def test_an_instant_without_a_price_has_no_meaning(name: str) -> None:
    """One price alone is enough for there to be any, and leaves the other instants out."""
    free, prices = lowered(), lowered(**{name: 1.0})
    assert (free.any, prices.any) == (False, True)
    assert [
        bool((prices.early_before_s != -NO_LIMIT).any()),
        bool((prices.late_after_s != NO_LIMIT).any()),
        bool((prices.was_s != -NO_LIMIT).any()),
    ] == [name == "early", name in {"late", "latest"}, name == "changed_start"]
    assert prices.latest == float(name == "latest")


def test_the_largest_lateness_costs_only_where_somebody_can_be_late() -> None:
    """Its price is nothing on a day on which no visit says when it is late."""
    on_time = replace(DAY, visits=DAY.visits[::2], weights=Weights(latest=3.0))
    assert not lower_clock(on_time, LEGS[:2]).any
