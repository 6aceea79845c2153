"""Tests of new starts for pairs that stay in their runs: what is drawn, what is refused, what is left alone."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from solver.compile import compile_problem
from solver.kernel.evaluate import refresh, remember
from solver.kernel.jit import compiled
from solver.kernel.load import load
from solver.kernel.search import keep_books, undo
from solver.kernel.starts import move_pairs
from solver.kernel.state import PLACED, TOUCHED, Day, State, new_state, prepare
from solver.sequences import Sequences
from solver.types import ClientNeeds, DayProblem, Sequence, TimeWindow, Visit
from tests.builders import a_problem, a_shift, a_visit, a_window, at

TRIES = 300
START_S = at("08:40")

PAIR = a_visit("pair", place=3, carers_needed=2, window=a_window("08:00", "10:00"))
BEFORE = a_visit("before", place=1, window=a_window("07:30", "07:30"))
AFTER = a_visit("after", place=2, window=a_window("08:00", "09:50"))
"""By the runs of the day below the pair may start from 08:35 (the second carer comes from place 5, where "far" ends at
08:15) until 09:10 (the first carer is due at "after" by 09:50)."""


@compiled
def move(day: Day, state: State, run: int) -> None:
    """Let the pairs of one run draw other starts, as an iteration that has changed this run does."""
    keep_books(state)
    remember(state, run)
    move_pairs(day, state)


@compiled
def take_back(day: Day, state: State) -> None:
    """Undo an iteration."""
    undo(day, state)


def a_day(*, pair: Visit = PAIR, limits: Any = None, **changes: Any) -> DayProblem:
    """Build a day of a pair (legs 0 and 1) and three visits of one carer (legs 2 to 4), for two carers and a third."""
    far = a_visit("far", place=5, window=a_window("07:45", "07:45"))
    shifts = [
        a_shift("one", **(limits or {})),
        a_shift("two", start_place=5, end_place=5, window=a_window("07:00", "10:10")),
        a_shift("idle"),
    ]
    return a_problem([pair, BEFORE, AFTER, far], shifts, **changes)


def loaded(problem: DayProblem) -> tuple[Day, State]:
    """Load the plan: before, pair, after; and far, pair."""
    day = prepare(compile_problem(problem))
    state = new_state(day, 1)
    load(day, state, Sequences(nodes=((2, 0, 3), (4, 1)), start_s={0: START_S, 1: START_S, 4: at("07:45")}))
    assert state.runs["length"].tolist() == [3, 2, 0]
    return day, state


def drawn(problem: DayProblem) -> list[int]:
    """Draw many times, each time from the same plan; give the starts other than the first, after testing the books."""
    day, state = loaded(problem)
    before, found = state.ledger.copy(), []
    for k in range(TRIES):
        move(day, state, k % 2)
        start_s = int(state.open_s[0])
        assert {int(at_s[leg]) for at_s in (state.open_s, state.close_s) for leg in (0, 1)} == {start_s}
        assert [int(state.stops[run, 1]["start_s"]) for run in (0, 1)] == [start_s, start_s]
        assert state.ledger.tolist() == before.tolist()
        assert state.runs["cost"].sum() == state.ledger[PLACED]
        assert all(refresh(day, state, run) for run in (0, 1))
        if start_s != START_S:
            found.append(start_s)
        take_back(day, state)
        assert int(state.open_s[0]) == int(state.close_s[1]) == START_S
    return found


def test_first_and_last_start_of_both_runs_are_drawn_and_all_between() -> None:
    """About three pairs in ten move: to the first start both carers can make, the last, or one between; no other."""
    found = drawn(a_day())
    assert TRIES / 5 < len(found) < TRIES * 2 / 5
    assert (min(found), max(found)) == (at("08:35"), at("09:10"))
    for edge in ("08:35", "09:10"):
        assert len(found) / 5 < found.count(at(edge)) < len(found) * 2 / 5
    assert len(set(found)) > len(found) / 5


def test_the_first_visits_of_two_runs_move_by_a_second() -> None:
    """A pair alone in both runs may start in three seconds: the first and the last are drawn alike, and no other."""
    window = TimeWindow(earliest_s=START_S - 1, latest_s=START_S + 1)
    day = prepare(compile_problem(a_problem([replace(PAIR, window=window)], [a_shift("one"), a_shift("two")])))
    state, found = new_state(day, 1), list[int]()
    load(day, state, Sequences(nodes=((0,), (1,)), start_s={0: START_S, 1: START_S}))
    for _ in range(TRIES):
        move(day, state, 0)
        found.append(int(state.open_s[0]))
        take_back(day, state)
    moved = [start_s - START_S for start_s in found if start_s != START_S]
    assert set(moved) == {-1, 1}
    assert 2 / 5 < moved.count(1) / len(moved) < 3 / 5


def test_a_start_that_breaks_a_limit_of_its_run_is_refused() -> None:
    """Who leaves at 07:20 and is home 90 minutes after the pair begins may be away for three hours: until 08:50."""
    found = drawn(a_day(limits={"max_span_s": 3 * 3600}))
    assert found
    assert max(found) <= at("08:50")


def test_the_runs_of_a_pair_that_moved_are_put_back_by_an_undo() -> None:
    """The mate's run changed too, though only one was ruined: both are as before, stop by stop."""
    day, state = loaded(a_day())
    runs = [state.stops[run, : state.runs[run]["length"]].copy() for run in (0, 1)]
    while int(state.open_s[0]) == START_S:
        move(day, state, 0)
    assert int(state.counts[TOUCHED]) == 2
    take_back(day, state)
    for run, stops in enumerate(runs):
        assert np.array_equal(state.stops[run, : len(stops)], stops)


def test_only_pairs_of_runs_that_changed_move() -> None:
    """A pair in two runs that the iteration has not touched keeps its start."""
    day, state = loaded(a_day())
    for _ in range(TRIES):
        move(day, state, 2)
    assert (int(state.open_s[0]), int(state.counts[TOUCHED])) == (START_S, 1)


def test_pairs_whose_other_starts_depend_on_more_than_two_runs_stand_still() -> None:
    """So does a pair with a second window, one of a client who needs a gap, and one that another visit follows."""
    two_windows = a_day(pair=replace(PAIR, other_windows=(a_window("10:30", "11:00"),)))
    client = "client-of-far"
    gap = a_day(pair=replace(PAIR, client=client), clients=(ClientNeeds(client=client, min_gap_s=600),))
    linked = a_day(sequences=(Sequence(first="far", then="pair", least_s=0, most_s=2 * 3600),))
    assert [drawn(day) for day in (two_windows, gap, linked)] == [[], [], []]
