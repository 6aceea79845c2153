"""Exact times and prices of sequences, by hand."""

from __future__ import annotations

from solver.compile import compile_problem
from solver.sequences import (
    Sequences,
    breaks_of,
    earliest_starts,
    legs_of,
    nobody_works,
    plan_cost,
    run_cost,
    unserved_legs,
    with_breaks,
)
from solver.types import ProviderHours, Weights
from tests.builders import a_break, a_problem, a_sailing, a_shift, a_travel, a_visit, a_window, at

TWO = a_problem([a_visit("v1"), a_visit("v2", place=3)])


def test_everything_starts_as_early_as_it_can() -> None:
    """The first visit opens at eight, the second waits for service and the drive."""
    assert earliest_starts(compile_problem(TWO), 0, (0, 1), {}) == (at("08:00"), at("08:50"))


def test_a_fixed_start_is_kept_or_impossible() -> None:
    """A leg with a fixed start begins just then, and never when the carer comes later."""
    compiled = compile_problem(TWO)
    assert earliest_starts(compiled, 0, (0, 1), {1: at("09:00")}) == (at("08:00"), at("09:00"))
    assert earliest_starts(compiled, 0, (0, 1), {1: at("08:49")}) is None


def test_each_limit_ends_a_run() -> None:
    """A refusal, a closed window, the end of the shift and too much work each make a sequence impossible."""
    refused = a_problem([a_visit(skills=frozenset({"hoist"}))])
    closed = a_problem([a_visit("v1"), a_visit("v2", place=3, window=a_window("08:00", "08:49"))])
    ended = a_problem(TWO.visits, [a_shift(window=a_window("07:00", "09:49"))])
    overworked = a_problem(TWO.visits, [a_shift(max_work_s=80 * 60 - 1)])
    assert earliest_starts(compile_problem(refused), 0, (0,), {}) is None
    for problem in (closed, ended, overworked):
        assert earliest_starts(compile_problem(problem), 0, (0, 1), {}) is None
    within = a_problem(TWO.visits, [a_shift(window=a_window("07:00", "09:50"), max_work_s=80 * 60)])
    assert earliest_starts(compile_problem(within), 0, (0, 1), {}) is not None


def test_a_boat_is_waited_for() -> None:
    """On the island the visit starts when the carer is ashore, and the run needs a boat home."""
    boats = [a_sailing("out", 0, 1, "08:00"), a_sailing("back", 1, 0, "11:00")]
    there = a_problem(travel=a_travel([[0, None], [None, 0]], sailings=boats))
    assert earliest_starts(compile_problem(there), 0, (0,), {}) == (at("08:35"),)


def test_breaks_go_where_the_run_ends_earliest() -> None:
    """A break fits into the wait between two visits and delays nothing."""
    visits = [a_visit("v1"), a_visit("v2", place=1, window=a_window("11:00", "12:00"))]
    problem = a_problem(visits, [a_shift(breaks=(a_break("08:30", "13:00"),))])
    compiled = compile_problem(problem)
    assert breaks_of(compiled, 0) == (2,)
    assert with_breaks(compiled, 0, (0, 1), {}) == (0, 2, 1)
    assert with_breaks(compiled, 0, (), {}) == ()


def test_breaks_that_fit_nowhere() -> None:
    """When every place of the break makes the run illegal there is no run."""
    visits = [a_visit("v1", duration_s=4 * 3600, window=a_window("07:10", "07:10"))]
    problem = a_problem(visits, [a_shift(breaks=(a_break("08:00", "10:00"),))])
    assert with_breaks(compile_problem(problem), 0, (0,), {}) is None


def test_two_breaks_keep_their_order() -> None:
    """The break whose window closes first comes first, also when it is listed last."""
    problem = a_problem(shifts=[a_shift(breaks=(a_break("11:00", "13:00"), a_break("09:00", "10:00")))])
    compiled = compile_problem(problem)
    assert breaks_of(compiled, 0) == (2, 1)
    assert with_breaks(compiled, 0, (0,), {}) == (0, 2, 1)


def test_a_run_is_priced_by_hand() -> None:
    """Ten minutes from home and thirty back at half price, twenty between at full, and every metre."""
    compiled = compile_problem(TWO)
    metres = sum(round(0.07 * step * 10_000) for step in (1, 2, 3))
    assert run_cost(compiled, 0, (0, 1)) == 300 + 1200 + 900 + metres
    assert run_cost(compiled, 0, ()) == 0


def test_a_plan_pays_for_absence_and_hours() -> None:
    """What is left out costs its price, and a provider below its floor pays by the second."""
    problem = a_problem(
        TWO.visits,
        provider_hours=(ProviderHours(provider="north", floor_s=2000),),
        weights=Weights(travel=0, commute=0, metre=0, provider_hours=2.0),
    )
    compiled = compile_problem(problem)
    assert plan_cost(compiled, nobody_works(compiled)) == 2 * 100_000 + 2 * 2000
    assert plan_cost(compiled, Sequences(((1,),), {})) == 100_000 + 2 * 200
    assert plan_cost(compiled, Sequences(((0, 1),), {})) == 0


def test_legs_and_breaks_are_told_apart() -> None:
    """Breaks are nodes beyond the legs; what no run holds is unserved."""
    compiled = compile_problem(a_problem(TWO.visits, [a_shift(breaks=(a_break(),))]))
    assert legs_of(compiled, (0, 2, 1)) == (0, 1)
    assert unserved_legs(compiled, Sequences(((1, 2),), {})) == (0,)
