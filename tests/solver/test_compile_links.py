"""Tests of what ties visits to one another, as lowered: links, gaps, and settled runs."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from solver.compile import compile_problem
from solver.compile_links import EITHER, OTHERS, SAME, groups
from solver.refusals import Refusal
from solver.types import ClientNeeds, LockedRun, Sequence, TimeWindow
from tests.builders import a_problem, a_shift, a_visit, a_window, at

if TYPE_CHECKING:
    from solver.compile import Compiled


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
    pair_first = compile_problem(a_problem([visits[1], visits[0]]))
    assert pair_first.tied.tolist() == [True, True, False]


def test_links_that_close_a_ring_name_each_visit_once() -> None:
    """Three visits of which each follows the ones before are one group of three legs."""
    links = tuple(Sequence(first=a, then=b, least_s=0, most_s=9000) for a, b in ("ab", "bc", "ac"))
    day = compile_problem(a_problem([a_visit(name) for name in "abc"], sequences=links))
    assert groups(day.mate, day.link_legs) == [[0, 1, 2]]


def test_links_are_lowered_one_by_one() -> None:
    """A link binds the first legs of its visits, for so long, by whoever, by others, or by the same carer."""
    visits = [a_visit("a", carers_needed=2), a_visit("b", carers_needed=2), a_visit("c")]
    links = tuple(
        Sequence(first=one, then=two, least_s=60 * k, most_s=7200 + k, same_carer=carer)
        for k, (one, two, carer) in enumerate((("a", "b", None), ("b", "c", False), ("a", "c", True)))
    )
    day = compile_problem(a_problem(visits, sequences=links))
    assert day.link_legs.tolist() == [[0, 2], [2, 4], [0, 4]]
    assert (day.link_least_s.tolist(), day.link_most_s.tolist()) == ([0, 60, 120], [7200, 7201, 7202])
    assert day.link_carer.tolist() == [EITHER, OTHERS, SAME] == [-1, 0, 1]


def test_what_clients_need_is_lowered_by_client() -> None:
    """Clients are numbered by name; one who asks for nothing has no gap, and any provider."""
    visits = [a_visit("v1", client="b"), a_visit("v2", client="a"), a_visit("v3", client="c")]
    needs = (ClientNeeds(client="c", min_gap_s=60), ClientNeeds(client="b", one_provider=True))
    day = compile_problem(a_problem(visits, clients=needs))
    assert day.client.tolist() == [1, 0, 2]
    assert day.client_gap_s.tolist() == [0, 0, 60]
    assert day.client_one_provider.tolist() == [False, True, False]


def windows_of(day: Compiled) -> list[tuple[int, int]]:
    """Give the first and last start of each leg."""
    return list(zip(day.earliest_s.tolist(), day.latest_s.tolist(), strict=True))


@pytest.mark.parametrize(
    ("first", "then", "cut"),
    [
        (("08:00", "09:00"), ("08:00", "14:00"), (("08:00", "09:00"), ("09:00", "11:00"))),
        (("08:00", "14:00"), ("12:00", "13:00"), (("10:00", "12:00"), ("12:00", "13:00"))),
    ],
)
def test_each_end_of_a_link_cuts_both_ends_of_the_other(
    first: tuple[str, str], then: tuple[str, str], cut: tuple[tuple[str, str], tuple[str, str]]
) -> None:
    """An hour or two apart: the second is no sooner and no later than the first allows, and the other way round.

    Both carers of a visit are cut alike.
    """
    for first_carers, then_carers in ((1, 1), (2, 1), (1, 2)):
        visits = [
            a_visit("a", window=a_window(*first), carers_needed=first_carers),
            a_visit("b", window=a_window(*then), carers_needed=then_carers),
        ]
        day = compile_problem(a_problem(visits, sequences=(hour_apart("a", "b"),)))
        legs = [cut[0]] * first_carers + [cut[1]] * then_carers
        assert windows_of(day) == [(at(one), at(other)) for one, other in legs]


def test_a_chain_is_followed_to_its_end_whatever_the_order_of_its_links() -> None:
    """The last link is listed first; still the last visit is as late as the first demands, with both its carers."""
    visits = [a_visit("a", window=a_window("10:00", "14:00"))]
    visits += [a_visit(name, window=a_window("08:00", "14:00"), carers_needed=1 + (name == "d")) for name in "bcd"]
    links = (hour_apart("c", "d"), hour_apart("b", "c"), hour_apart("a", "b"))
    hours = [("10:00", "11:00"), ("11:00", "12:00"), ("12:00", "13:00"), *[("13:00", "14:00")] * 2]
    day = compile_problem(a_problem(visits, sequences=links))
    assert windows_of(day) == [(at(one), at(other)) for one, other in hours]
    backwards = compile_problem(a_problem(visits[::-1], sequences=links))
    assert windows_of(backwards) == [(at(one), at(other)) for one, other in hours[::-1]]


def test_what_links_leave_is_held_against_the_shifts_and_what_shifts_leave_against_the_links() -> None:
    """Who must go before the second visit can start is refused it; who comes late to the first delays the second."""
    visits = [a_visit("a"), a_visit("b", window=a_window("08:00", "11:00"))]
    crews = [a_shift("late", window=a_window("08:30", "14:00")), a_shift("short", window=a_window("07:00", "09:30"))]
    day = compile_problem(a_problem(visits, [crews[0]], sequences=(hour_apart("a", "b"),)))
    assert windows_of(day) == [(at("08:40"), at("10:00")), (at("09:40"), at("11:00"))]
    both = compile_problem(a_problem(visits, crews, sequences=(hour_apart("a", "b"),)))
    assert both.refusal.tolist() == [[0, 0], [0, Refusal.TOO_FAR]]


def test_a_visit_whose_partner_nobody_can_make_is_refused() -> None:
    """Both or neither: what rules out one rules out the other, under a name of its own."""
    visits = [a_visit("a"), a_visit("b", window=a_window("09:00", "11:00"), skills=frozenset({"peg"}))]
    day = compile_problem(a_problem(visits, sequences=(hour_apart("a", "b"),)))
    assert day.refusal[:, 0].tolist() == [Refusal.LINKED, Refusal.SKILL]
    skilled = [a_shift(), a_shift("skilled", skills=frozenset({"peg"}))]
    day = compile_problem(a_problem(visits, skilled, sequences=(hour_apart("a", "b"),)))
    assert day.refusal.tolist() == [[0, 0], [Refusal.SKILL, 0]]


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


@pytest.mark.parametrize(("seconds_between", "seconds"), [(1799, 1), (1800, 0), (1801, 0)])
def test_windows_that_keep_a_gap_to_the_second_are_not_close(seconds_between: int, seconds: int) -> None:
    """An hour after the first has ended the second may begin: whichever of the two is listed first."""
    early = a_visit("early", client="c", window=a_window("08:00", "08:30"))
    begins_s = at("08:30") + early.duration_s + seconds_between
    late = a_visit("late", client="c", window=TimeWindow(earliest_s=begins_s, latest_s=at("12:00")))
    needs = (ClientNeeds(client="c", min_gap_s=1800),)
    for visits in ([early, late], [late, early]):
        assert len(compile_problem(a_problem(visits, clients=needs)).close_legs) == seconds


def test_close_visits_are_of_one_client_who_needs_a_gap_and_of_a_pair_the_first_leg() -> None:
    """A gap of a second counts; other clients' visits do not, and both carers of a pair come with its first leg."""
    visits = [
        a_visit("pair", client="c", carers_needed=2),
        a_visit("b", client="c"),
        a_visit("x", client="d"),
        a_visit("y", client="d"),
        a_visit("z", client="e"),
    ]
    needs = (ClientNeeds(client="c", min_gap_s=1), ClientNeeds(client="e", min_gap_s=3600))
    day = compile_problem(a_problem(visits, clients=needs))
    assert day.close_legs.tolist() == [[0, 2]]
    assert day.tied.tolist() == [True, True, True, False, False, False]


def test_a_gap_lengthens_a_link_between_visits_to_one_client() -> None:
    """Half an hour of visit and an hour of gap are ninety minutes from start to start; without a gap nothing is."""
    for clients, gap_s, least_s in (
        ("cc", 3600, 5400),
        ("cd", 3600, 0),
        ("cc", 0, 0),
        ("dd", 3600, 0),
        ("dc", 3600, 0),
    ):
        windows = a_window("08:00", "09:00"), a_window("09:00", "12:00")
        visits = [a_visit(v, client=c, window=w) for v, c, w in zip("ab", clients, windows, strict=True)]
        link = Sequence(first="a", then="b", least_s=0, most_s=7200)
        needs = (ClientNeeds(client="c", min_gap_s=gap_s),)
        day = compile_problem(a_problem(visits, sequences=(link,), clients=needs))
        assert day.link_least_s.tolist() == [least_s]


def test_a_settled_run_takes_its_visits_and_no_other() -> None:
    """Its visits are refused everywhere else and others there; of a pair the free leg may go anywhere else."""
    visits = [a_visit("a"), a_visit("b"), a_visit("pair", carers_needed=2)]
    settled = (LockedRun(shift="x", visits=("pair", "a")),)
    day = compile_problem(a_problem(visits, [a_shift("x"), a_shift("y")], locked_runs=settled))
    assert (day.pinned.tolist(), day.pin_rank.tolist()) == ([0, -1, 0, -1], [1, 0, 0, 0])
    expected = np.array([[0, 1], [1, 0], [0, 1], [1, 0]]) * int(Refusal.LOCKED_RUN)
    assert day.refusal.tolist() == expected.tolist()
