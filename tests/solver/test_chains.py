"""Tests of chains: who may take whose place, that nothing else changes, and the books."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from solver.compile import compile_problem
from solver.kernel.annealing import Annealing
from solver.kernel.chains import follow_chain
from solver.kernel.jit import compiled
from solver.kernel.load import load
from solver.kernel.search import CHAIN_EVERY, absence_prices, follow_chains, keep_books
from solver.kernel.state import LOOSE, TOUCHED, UNCHAINED, UNSERVED, Best, Day, State, new_best, new_state, prepare
from solver.sequences import Sequences, plan_cost
from solver.types import ClientNeeds, LockedRun, Sequence, Weights
from tests.builders import a_break, a_problem, a_shift, a_visit, a_window
from tests.solver.days import random_day
from tests.solver.plan_at_hand import runs_of, take_back

if TYPE_CHECKING:
    from solver.types import DayProblem, Shift, Visit

NINE = a_window("09:00", "09:00")
NINE_S = 9 * 3600


@compiled
def one_chain(day: Day, state: State) -> bool:
    """Follow one chain, kept or not."""
    keep_books(state)
    return bool(follow_chain(day, state))


@compiled
def all_chains(day: Day, state: State, best: Best) -> None:
    """Follow chains as the search does at its end."""
    follow_chains(day, state, best, absence_prices(1.0))


def chained(problem: DayProblem, *nodes: tuple[int, ...], start_s: dict[int, int] | None = None) -> Any:
    """Give the runs after all chains from a plan have been followed, on any turn of the wheel: always the same here."""
    day, found = prepare(compile_problem(problem)), set()
    for seed in range(5):
        state = new_state(day, seed)
        load(day, state, Sequences(nodes=nodes, start_s=start_s or {}))
        assert runs_of(state) == nodes
        all_chains(day, state, new_best(day, state))
        found.add(runs_of(state))
    (runs,) = found
    return runs


def shifts_named(*names: str, **changes: dict[str, Any]) -> list[Shift]:
    """Make shifts whose carers have the shifts' names, so that visits may bar them."""
    return [a_shift(name, carer=name, **changes.get(name, {})) for name in names]


def visits_for(*chosen: str) -> list[Visit]:
    """Make visits at nine o'clock, each for the carers whom its name lists."""
    return [a_visit(name, window=NINE, locked_shifts=frozenset(name.split("-"))) for name in chosen]


def test_each_takes_the_place_of_the_next_until_one_fits_in() -> None:
    """Nobody but the last carer is free at nine, and three others must hand on a visit first."""
    problem = a_problem(visits_for("a", "a-b", "b-c", "c-d"), shifts_named("a", "b", "c", "d"))
    assert chained(problem, (1,), (2,), (3,), ()) == ((0,), (1,), (2,), (3,))


def test_a_visit_that_fits_by_itself_goes_where_that_is_cheapest() -> None:
    """Of two idle carers the nearer one goes."""
    shifts = shifts_named("far", "near", far={"start_place": 5, "end_place": 5})
    assert chained(a_problem(visits_for("near-far"), shifts), (), ()) == ((), (0,))


def test_without_room_at_the_end_all_stays() -> None:
    """Three visits at nine for two carers: none can be helped by the others."""
    problem = a_problem(visits_for("a", "a-b", "a-b"), shifts_named("a", "b"))
    assert chained(problem, (1,), (2,)) == ((1,), (2,))


def test_what_costs_more_than_it_is_worth_is_taken_back() -> None:
    """A far carer could take a visit over; that is done only where leaving one out is dearer."""
    shifts = shifts_named("a", "b", b={"start_place": 5, "end_place": 5})
    visits = visits_for("a", "a-b")
    assert chained(a_problem(visits, shifts), (1,), ()) == ((0,), (1,))
    cheap = Weights(unallocated_amber=100)
    assert chained(a_problem(visits, shifts, weights=cheap), (1,), ()) == ((1,), ())


def test_no_carer_stands_twice_in_a_chain() -> None:
    """What the second carer would have to give up fits in with the first only as long as the long visit does not."""
    visits = [
        a_visit("long", window=NINE, duration_s=3600, locked_shifts=frozenset("a")),
        a_visit("short", window=NINE, duration_s=600, load=1, locked_shifts=frozenset("ab")),
        a_visit("later", window=a_window("09:20", "09:20"), duration_s=600, load=1, locked_shifts=frozenset("ab")),
    ]
    day = prepare(compile_problem(a_problem(visits, shifts_named("a", "b", b={"capacity": 1}))))
    state = new_state(day, 1)
    load(day, state, Sequences(nodes=((1,), (2,)), start_s={}))
    assert not one_chain(day, state)
    assert runs_of(state) == ((1,), (2,))


@pytest.mark.parametrize(
    "changes",
    [
        {"sequences": (Sequence(first="a-b", then="later", least_s=0, most_s=4 * 3600),)},
        {"locked_runs": (LockedRun(shift="a", visits=("a-b",)),)},
    ],
)
def test_a_visit_that_is_settled_or_that_others_depend_on_keeps_its_place(changes: dict[str, Any]) -> None:
    """Without the rule the second carer takes the visit over."""
    visits = [*visits_for("a", "a-b"), a_visit("later", window=a_window("11:00", "11:00"))]
    shifts = shifts_named("a", "b", "c", c={"window": a_window("10:30", "12:00")})
    settled = {1: NINE_S, 2: 11 * 3600}
    visits[2] = replace(visits[2], locked_shifts=frozenset("c"))
    assert chained(a_problem(visits, shifts), (1,), (), (2,)) == ((0,), (1,), (2,))
    assert chained(a_problem(visits, shifts, **changes), (1,), (), (2,), start_s=settled) == ((1,), (), (2,))


def test_a_pair_keeps_its_carers_and_begins_no_chain() -> None:
    """Neither does a pair left out begin a chain, nor does one that is placed leave."""
    both = frozenset("abc")
    shifts = shifts_named("a", "b", "c")
    placed = [*visits_for("a"), a_visit("pair", window=NINE, carers_needed=2, locked_shifts=both)]
    start_s = {1: NINE_S, 2: NINE_S}
    assert chained(a_problem(placed, shifts), (1,), (2,), (), start_s=start_s) == ((1,), (2,), ())
    waits = [*visits_for("a-b", "b-c"), placed[1]]
    assert chained(a_problem(waits, shifts), (0,), (1,), ()) == ((0,), (1,), ())


def test_a_client_with_one_provider_is_not_handed_to_another() -> None:
    """The visit at nine may go on to the other provider's carer where its client has no later one with the first."""
    providers = frozenset({"north", "south"})
    visits = [
        a_visit("first", window=NINE, locked_shifts=frozenset("a")),
        a_visit("nine", client="c", window=NINE, providers=providers),
        a_visit("noon", client="c", window=a_window("12:00", "12:00"), providers=providers),
    ]
    shifts = shifts_named("a", "b", b={"provider": "south"})
    bound = (ClientNeeds(client="c", one_provider=True),)
    assert chained(a_problem(visits, shifts), (1, 2), ()) == ((0, 2), (1,))
    assert chained(a_problem(visits, shifts, clients=bound), (1, 2), ()) == ((1, 2), ())


def test_breaks_stay_where_they_are() -> None:
    """A visit is handed on around a break, and nobody takes the place of one."""
    rest = a_break("09:00", "09:10", 40)
    shifts = shifts_named("a", "b", "c", b={"breaks": (rest,)}, c={"breaks": (a_break("12:00", "12:00"),)})
    problem = a_problem(visits_for("a", "a-b-c"), shifts)
    assert chained(problem, (1,), (), ()) == ((0,), (), (1, 3))


@pytest.mark.parametrize("done", [0, CHAIN_EVERY - 1])
def test_the_search_looks_for_chains_when_they_are_due(done: int) -> None:
    """Eight visits would have to leave eight carers at once, which no ruin does."""
    names = "abcdefghi"
    chosen = ["a", *("-".join(two) for two in pairwise(names))]
    lowered = compile_problem(a_problem(visits_for(*chosen), shifts_named(*names)))
    start = Sequences(nodes=(*((leg,) for leg in range(1, 9)), ()), start_s={})
    annealing = Annealing(lowered, 1, start)
    assert annealing.n_unserved == 1
    annealing.state.counts[UNCHAINED] = done
    annealing.advance(1, (1.0, 1.0))
    assert annealing.n_unserved == (0 if done else 1)


@pytest.mark.parametrize("seed", [4, 5, 9])
def test_the_books_of_random_days_agree_and_an_undo_puts_all_back(seed: int) -> None:
    """Each chain on the way places one visit more at the price of its plan; taken back, all is as before."""
    problem = random_day(40, 6, seed)
    lowered = compile_problem(problem)
    annealing = Annealing(lowered, seed)
    annealing.advance(100, (0.0, 0.0))
    day, state, longer = annealing.day, annealing.state, 0
    tied = day.nodes["tied"]
    for _ in range(30):
        annealing.advance(1, (0.0, 0.0))
        before, ledger, run_of = runs_of(state), state.ledger.copy(), state.run_of.copy()
        found = one_chain(day, state)
        now = runs_of(state)
        served = [leg for run in now for leg in run if leg < annealing.n_legs]
        starts = {leg: int(state.open_s[leg]) for leg in served if tied[leg]}
        assert len(served) == (run_of >= 0).sum() + found
        assert int(state.ledger.sum()) == plan_cost(lowered, Sequences(nodes=now, start_s=starts))
        longer += found and state.counts[LOOSE] > 1
        assert found or now == before
        take_back(day, state)
        assert (runs_of(state), int(state.counts[TOUCHED])) == (before, 0)
        assert np.array_equal(state.ledger, ledger)
        assert np.array_equal(state.run_of, run_of)
    assert longer > 0


def test_what_a_chain_places_is_no_longer_left_out() -> None:
    """The list of visits left out is kept, and so is the best plan."""
    day = prepare(compile_problem(a_problem(visits_for("a", "a-b", "b-c"), shifts_named("a", "b", "c"))))
    state = new_state(day, 1)
    load(day, state, Sequences(nodes=((1,), (2,), ()), start_s={}))
    best = new_best(day, state)
    assert state.counts[UNSERVED] == 1
    all_chains(day, state, best)
    assert state.counts[UNSERVED] == 0
    assert [row[0] for row in best.nodes.tolist()] == [0, 1, 2]
