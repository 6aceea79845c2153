"""Tests of what ties visits to one another, as lowered: links, gaps, and settled runs."""

from __future__ import annotations

import numpy as np

from solver.compile import compile_problem
from solver.compile_links import groups
from solver.refusals import Refusal
from solver.types import ClientNeeds, LockedRun, Sequence
from tests.builders import a_problem, a_shift, a_visit, a_window, at


def hour_apart(first: str, then: str) -> Sequence:
    """Let one visit start one to two hours after another."""
    return Sequence(first=first, then=then, least_s=3600, most_s=7200)


def test_links_cut_the_windows_of_both_visits_along_a_chain() -> None:
    """Of three visits an hour or two apart, the last leaves the first less time, and the first the last."""
    visits = [a_visit(name, window=a_window("08:00", "11:00")) for name in ("a", "b", "c")]
    links = (hour_apart("a", "b"), hour_apart("b", "c"))
    day = compile_problem(a_problem(visits, sequences=links))
    assert day.earliest_s.tolist() == [at("08:00"), at("09:00"), at("10:00")]
    assert day.latest_s.tolist() == [at("09:00"), at("10:00"), at("11:00")]


def test_pairs_and_links_join_legs_into_groups() -> None:
    """A double-handed visit that follows another makes a group of three legs; a lone one is in none."""
    visits = [a_visit("a"), a_visit("b", carers_needed=2), a_visit("c")]
    day = compile_problem(a_problem(visits, sequences=(hour_apart("a", "b"),)))
    assert [sorted(legs) for legs in groups(day.mate, day.link_legs)] == [[0, 1, 2]]
    assert day.tied.tolist() == [True, True, True, False]


def test_a_visit_whose_partner_nobody_can_make_is_refused() -> None:
    """Both or neither: what rules out one rules out the other, under a name of its own."""
    visits = [a_visit("a"), a_visit("b", window=a_window("09:00", "11:00"), skills=frozenset({"peg"}))]
    day = compile_problem(a_problem(visits, sequences=(hour_apart("a", "b"),)))
    assert day.refusal[:, 0].tolist() == [Refusal.LINKED, Refusal.SKILL]


def test_a_gap_concerns_visits_whose_windows_can_come_too_close() -> None:
    """Of three visits to one client only the two in the morning can come within the hour of each other."""
    visits = [
        a_visit("a", client="c", window=a_window("08:00", "09:00")),
        a_visit("b", client="c", window=a_window("08:00", "10:29")),
        a_visit("late", client="c", window=a_window("11:59", "12:30")),
    ]
    day = compile_problem(a_problem(visits, clients=(ClientNeeds(client="c", min_gap_s=3600),)))
    assert day.close_legs.tolist() == [[0, 1]]
    assert compile_problem(a_problem(visits, clients=(ClientNeeds(client="c"),))).close_legs.size == 0


def test_a_gap_lengthens_a_link_between_visits_to_one_client() -> None:
    """Half an hour of visit and an hour of gap are ninety minutes from start to start."""
    visits = [a_visit("a", client="c"), a_visit("b", client="c", window=a_window("09:00", "12:00"))]
    needs = (ClientNeeds(client="c", min_gap_s=3600),)
    day = compile_problem(a_problem(visits, sequences=(hour_apart("a", "b"),), clients=needs))
    assert day.link_least_s.tolist() == [5400]


def test_a_settled_run_takes_its_visits_and_no_other() -> None:
    """Its visits are refused everywhere else and others there; of a pair the free leg may go anywhere else."""
    visits = [a_visit("a"), a_visit("b"), a_visit("pair", carers_needed=2)]
    settled = (LockedRun(shift="x", visits=("pair", "a")),)
    day = compile_problem(a_problem(visits, [a_shift("x"), a_shift("y")], locked_runs=settled))
    assert (day.pinned.tolist(), day.pin_rank.tolist()) == ([0, -1, 0, -1], [1, 0, 0, 0])
    expected = np.array([[0, 1], [1, 0], [0, 1], [1, 0]]) * int(Refusal.LOCKED_RUN)
    assert day.refusal.tolist() == expected.tolist()
