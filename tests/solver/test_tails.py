"""Tests of exchanging the ends of two runs: the books, the rules, and what an undo puts back."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from solver.compile import compile_problem
from solver.kernel.annealing import Annealing
from solver.kernel.evaluate import refresh
from solver.kernel.jit import compiled
from solver.kernel.load import load
from solver.kernel.search import keep_books
from solver.kernel.state import LOOSE, PLACED, REFUSED, TOUCHED, Day, State, new_state, prepare
from solver.kernel.tails import swap_tails
from solver.sequences import Sequences
from solver.types import LockedRun, Sequence
from tests.builders import a_break, a_problem, a_shift, a_visit, a_window
from tests.solver.days import random_day
from tests.solver.plan_at_hand import runs_of, take_back

if TYPE_CHECKING:
    from solver.types import DayProblem, Visit

TRIES = 300
HOURS_S = {k: (8 + k) * 3600 for k in range(4)}
"""When the four visits start."""


@compiled
def swap(day: Day, state: State, seed: int) -> None:
    """Exchange ends as an iteration does that ruins nothing."""
    keep_books(state)
    swap_tails(day, state, seed)


def reached(
    problem: DayProblem, *nodes: tuple[int, ...], start_s: dict[int, int] | None = None
) -> set[tuple[tuple[int, ...], ...]]:
    """Give the runs that exchanges make of a plan, whatever the seed, besides the plan itself."""
    day = prepare(compile_problem(problem))
    state = new_state(day, 1)
    load(day, state, Sequences(nodes=nodes, start_s=start_s or {}))
    assert runs_of(state) == nodes
    found = set()
    for k in range(TRIES):
        state.counts[LOOSE] = 0
        swap(day, state, k % len(day.unplaced_cost))
        found.add(runs_of(state))
        take_back(day, state)
        assert runs_of(state) == nodes
    return found - {nodes}


def four(**last: Any) -> list[Visit]:
    """Make four visits, an hour apart from each other, of which the last may be special."""
    hours = ("08", "09", "10", "11")
    visits = [a_visit(hour, place=k + 1, window=a_window(f"{hour}:00", f"{hour}:00")) for k, hour in enumerate(hours)]
    return [*visits[:3], a_visit("11", place=4, window=a_window("11:00", "11:00"), **last)]


def test_ends_are_exchanged_behind_any_earlier_visit_of_the_other_run_or_go_to_somebody_idle() -> None:
    """Of 8 and 11 o'clock with one carer and 9 and 10 with another, each end moves where its time allows."""
    shifts = [a_shift("one"), a_shift("two"), a_shift("idle")]
    found = reached(a_problem(four(), shifts), (0, 3), (1, 2), ())
    assert ((0, 2), (1, 3), ()) in found
    assert ((0, 1, 2), (3,), ()) in found or ((0, 1, 2), (), (3,)) in found
    assert ((0,), (1, 2), (3,)) in found
    assert ((0,), (1, 2, 3), ()) in found
    assert all(sorted(run) == list(run) for runs in found for run in runs)


@pytest.mark.parametrize("rule", [{"barred_carers": frozenset({"two", "idle"})}, {"locked_shifts": frozenset({"one"})}])
def test_who_may_not_serve_a_visit_is_not_handed_it(rule: dict[str, Any]) -> None:
    """The last visit stays with the first carer."""
    shifts = [a_shift(name, carer=name) for name in ("one", "two", "idle")]
    found = reached(a_problem(four(**rule), shifts), (0, 3), (1, 2), ())
    assert all(3 in runs[0] for runs in found)


def test_a_settled_run_stays_as_agreed() -> None:
    """Neither does its end go elsewhere, nor does another come to it."""
    settled = (LockedRun(shift="two", visits=("09", "10")),)
    shifts = [a_shift(name) for name in ("one", "two", "idle")]
    found = reached(a_problem(four(), shifts, locked_runs=settled), (0, 3), (1, 2), (), start_s=HOURS_S)
    assert all(runs[1] == (1, 2) for runs in found)


def test_a_visit_whose_start_others_depend_on_stays() -> None:
    """The first and the last visit are linked; only what is after neither goes to somebody idle."""
    link = (Sequence(first="08", then="11", least_s=0, most_s=4 * 3600),)
    shifts = [a_shift(name) for name in ("one", "two", "idle")]
    found = reached(a_problem(four(), shifts, sequences=link), (0, 3), (1, 2), (), start_s=HOURS_S)
    assert found == {((0, 3), (1,), (2,))}


def test_neither_run_may_work_too_long() -> None:
    """A carer with time for one visit may hand it on, but does not get two for it."""
    shifts = [a_shift("one"), a_shift("two", max_work_s=1800), a_shift("idle")]
    found = reached(a_problem(four(duration_s=1800), shifts), (0, 2, 3), (1,), ())
    assert ((0, 2), (1,), (3,)) in found
    assert all(len(runs[1]) <= 1 for runs in found)


def test_an_end_too_long_for_any_run_stays() -> None:
    """Four visits of the afternoon do not come behind the four that fill the morning of somebody else."""
    allday = a_window("08:00", "16:00")
    visits = [a_visit(str(k), place=0, window=allday, duration_s=1800) for k in range(8)]
    shifts = [a_shift("one", window=a_window("08:00", "10:00")), a_shift("two", window=a_window("14:00", "16:00"))]
    found = reached(a_problem(visits, shifts), (0, 1, 2, 3), (4, 5, 6, 7))
    assert all(len(run) == 4 for runs in found for run in runs)


def test_runs_with_breaks_and_those_of_another_provider_are_left_alone() -> None:
    """Nothing moves between a carer with a break or of another provider and anybody else."""
    rest = a_break("12:00", "14:00")
    others: tuple[dict[str, Any], ...] = ({"breaks": (rest,)}, {"provider": "south"})
    for other in others:
        visits = [a_visit(str(k), place=k + 1, providers=frozenset({"north", "south"})) for k in range(3)]
        day = prepare(compile_problem(a_problem(visits, [a_shift("one"), a_shift("two", **other)])))
        state = new_state(day, 1)
        nodes = ((0, 1), (2, 3) if "breaks" in other else (2,))
        load(day, state, Sequences(nodes=nodes, start_s={}))
        for k in range(TRIES):
            swap(day, state, k % 3)
        assert runs_of(state) == nodes


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_the_books_of_random_days_agree_and_an_undo_puts_all_back(seed: int) -> None:
    """After an exchange each leg is where the plan has it, every run is legal and priced; then all is as before."""
    problem = random_day(60, 12, seed)
    shifts = tuple(replace(shift, breaks=()) for shift in problem.shifts)
    visits = tuple(replace(visit, carers_needed=1) for visit in problem.visits)
    annealing = Annealing(compile_problem(replace(problem, shifts=shifts, visits=visits)), seed)
    annealing.advance(500, (0.0, 1.0))
    day, state, moved = annealing.day, annealing.state, 0
    legs = len(day.unplaced_cost)
    for k in range(TRIES):
        before, ledger, run_of = runs_of(state), state.ledger.copy(), state.run_of.copy()
        state.counts[LOOSE] = 0
        swap(day, state, k % legs)
        moved += before != runs_of(state)
        for run, nodes in enumerate(runs_of(state)):
            served = [node for node in nodes if node < legs]
            assert all(state.run_of[leg] == run and day.serve_cost[leg, run] != REFUSED for leg in served)
            cost = int(state.runs[run]["cost"])
            assert refresh(day, state, run)
            assert int(state.runs[run]["cost"]) == cost
        assert state.runs["cost"].sum() == state.ledger[PLACED]
        take_back(day, state)
        assert (runs_of(state), int(state.counts[TOUCHED])) == (before, 0)
        assert np.array_equal(state.ledger, ledger)
        assert np.array_equal(state.run_of, run_of)
    assert moved > 0
