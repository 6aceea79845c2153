"""Tests of the rules that the compiled search keeps by itself: each placed on its edge, and left out a step beyond."""

from __future__ import annotations

import random
from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings

from solver.check import check
from solver.compile import compile_problem
from solver.kernel.annealing import Annealing
from solver.realise import realise, unfinished
from solver.solve import solve
from solver.types import Break, ClientNeeds, DayPlan, DayProblem, Limits, LockedRun, Sequence
from tests.builders import a_break, a_problem, a_sailing, a_shift, a_travel, a_visit, a_window, at
from tests.ruled_days import ruled_days
from tests.solver.days import random_day

if TYPE_CHECKING:
    from collections.abc import Mapping

    from solver.types import Visit


def planned(problem: DayProblem, iterations: int = 100, start: DayPlan | None = None) -> DayPlan:
    """Plan a day by the compiled search alone, after checking that the plan is legal."""
    plan = solve(problem, Limits(iterations=iterations, seed=1), engine="kernel", start=start)
    assert check(problem, plan) == ()
    return plan


def starts(problem: DayProblem, iterations: int = 100) -> Mapping[str, tuple[int, ...]]:
    """Plan a day and give the starts of every visit that is placed, in the order of the shifts."""
    found: dict[str, tuple[int, ...]] = {}
    for run in planned(problem, iterations).runs:
        for stop in run.stops:
            found[stop.visit] = (*found.get(stop.visit, ()), stop.start_s)
    return found


def crew(problem: DayProblem) -> Mapping[str, set[str]]:
    """Plan a day and name the shifts that make every visit that is placed."""
    found: dict[str, set[str]] = {}
    for run in planned(problem).runs:
        for stop in run.stops:
            found.setdefault(stop.visit, set()).add(run.shift)
    return found


AT_TEN = a_visit("w", place=2, window=a_window("10:00", "10:00"))
"""A visit far up the line at a fixed hour."""


@pytest.mark.parametrize(
    ("limit", "enough", "too_little"),
    [
        ("capacity", 4, 3),
        ("max_drive_s", 40 * 60, 40 * 60 - 1),
        ("max_span_s", 100 * 60, 100 * 60 - 1),
        ("max_work_s", 70 * 60, 70 * 60 - 1),
    ],
)
def test_two_visits_share_a_run_up_to_its_limits(limit: str, enough: int, too_little: int) -> None:
    """Two half hours ten minutes apart, home ten and twenty minutes away: on the limit both, beyond it one."""
    visits = [a_visit("v", load=2), replace(AT_TEN, load=2)]
    assert len(starts(a_problem(visits, [a_shift(**{limit: enough})]))) == 2
    assert len(starts(a_problem(visits, [a_shift(**{limit: too_little})]))) == 1


def test_paid_breaks_are_work() -> None:
    """Seventy minutes of visits and travel and a paid half hour are a hundred minutes."""
    rest = a_break("08:00", "12:00")
    visits = [a_visit(), AT_TEN]
    for paid, limit_s, placed in ((True, 6000, 2), (True, 5999, 1), (False, 4200, 2)):
        shift = a_shift(max_work_s=limit_s, breaks=(replace(rest, paid=paid),))
        assert len(starts(a_problem(visits, [shift]))) == placed


def test_home_is_left_late_where_the_time_away_is_limited() -> None:
    """A first visit that could start at eight waits, so that the carer is not away longer than need be."""
    problem = a_problem([a_visit("v"), AT_TEN], [a_shift(max_span_s=100 * 60)])
    assert starts(problem) == {"v": (at("09:20"),), "w": (at("10:00"),)}


def test_the_time_away_is_least_over_all_boats() -> None:
    """Out at eight and home at ten is too long; the next boats are nearer to each other."""
    boats = [
        a_sailing("out-1", 0, 1, "08:00"),
        a_sailing("back-1", 1, 0, "10:00"),
        a_sailing("out-2", 0, 1, "10:30"),
        a_sailing("back-2", 1, 0, "11:40"),
    ]
    travel = a_travel([[0, None], [None, 0]], sailings=boats)
    visit = a_visit(duration_s=25 * 60, window=a_window("08:30", "11:10"))
    # From check-in at 10:20 until ashore at 12:15.
    assert starts(a_problem([visit], [a_shift(max_span_s=115 * 60)], travel)) == {"v1": (at("11:05"),)}
    assert starts(a_problem([visit], [a_shift(max_span_s=115 * 60 - 1)], travel)) == {}


def test_a_rest_at_home_before_leaving_is_not_time_away() -> None:
    """The hour before setting out does not count against the limit."""
    rest = Break(duration_s=3600, window=a_window("07:00", "07:00"))
    visit = a_visit(window=a_window("08:00", "10:00"))
    assert set(starts(a_problem([visit], [a_shift(max_span_s=50 * 60, breaks=(rest,))]))) == {"v1"}


@pytest.mark.parametrize("seed", [5, 13, 14])
def test_a_break_that_moves_lengthens_no_time_away_beyond_its_limit(seed: int) -> None:
    """A break before leaving home is no time away; between two visits it is."""
    rng = random.Random(seed)
    visits = [a_visit(f"v{k}", place=rng.randrange(6), window=a_window("08:30", "12:30")) for k in range(14)]
    rest = a_break("07:30", "11:30", 45)
    crews = [a_shift(f"s{k}", start_place=rng.randrange(6), max_span_s=150 * 60, breaks=(rest,)) for k in range(4)]
    problem = a_problem(visits, crews)
    lowered = compile_problem(problem)
    annealing = Annealing(lowered, seed)
    for k in range(60):
        annealing.advance(20, (k / 60, (k + 1) / 60))
        assert check(problem, unfinished(problem, realise(problem, lowered, annealing.sequences))) == ()


OTHERS = a_shift("others", provider="south", breaks=(a_break(minutes=1),))
"""Somebody of another provider, who may not come and has a break of her own."""


@pytest.mark.parametrize("others", [[], [a_visit("other", window=a_window("11:00", "11:00"))]])
@pytest.mark.parametrize("limited", [False, True])
@pytest.mark.parametrize(
    ("rests", "start", "beyond"),
    [
        ((a_break("07:00", "07:00", 30), a_break("07:30", "07:30", 15)), "07:55", "07:54"),
        ((a_break("07:00", "07:20", 30), a_break("07:00", "07:00", 15)), "07:55", "07:39"),
        ((a_break("14:00", "14:20", 10), a_break("14:10", "14:25", 15)), "13:45", "13:46"),
        ((a_break("14:00", "14:00", 10), a_break("14:10", "14:10", 15)), "13:30", "13:31"),
    ],
)
def test_breaks_follow_each_other_before_leaving_home_or_after_the_visit(
    rests: tuple[Break, ...], start: str, beyond: str, others: list[Visit], *, limited: bool
) -> None:
    """A visit ten minutes away starts when both are over or is over before both, to the minute; also beside another."""
    limit: dict[str, Any] = {"max_span_s": (235 if others else 50) * 60} if limited and start < "12:00" else {}
    for begins, made in ((start, True), (beyond, False)):
        visit = a_visit(window=a_window(begins, begins))
        problem = a_problem([visit, *others], [OTHERS, a_shift(breaks=rests, **limit)])
        found = {other.id: (at("11:00"),) for other in others}
        assert starts(problem, 20) == found | ({"v1": (at(begins),)} if made else {})


@pytest.mark.parametrize(
    ("rests", "begins"),
    [
        ((a_break("07:00", "07:00", 30), a_break("07:15", "07:29", 15)), "12:00"),
        ((a_break("14:00", "14:00", 20), a_break("14:10", "14:19", 15)), "08:00"),
    ],
)
def test_breaks_that_overlap_leave_no_run(rests: tuple[Break, ...], begins: str) -> None:
    """Neither a visit long after them nor one long before is made by who cannot take both."""
    assert starts(a_problem([a_visit(window=a_window(begins, begins))], [a_shift(breaks=rests)]), 20) == {}


@pytest.mark.parametrize(
    ("busy", "begins"), [(a_window("08:00", "08:00"), "12:00"), (a_window("13:00", "13:00"), "08:00")]
)
def test_a_visit_with_two_windows_is_made_in_the_one_that_is_free(busy: Any, begins: str) -> None:
    """The carer who is taken in one window comes in the other, and never between the two."""
    visit = a_visit(window=a_window("08:00", "08:30"), other_windows=(a_window("12:00", "13:00"),))
    other = a_visit("busy", place=2, duration_s=2 * 3600, window=busy)
    assert starts(a_problem([visit, other]))["v1"] == (at(begins),)


def test_a_visit_is_not_squeezed_between_its_windows() -> None:
    """A run that has time only between the windows does not take the visit."""
    visit = a_visit(window=a_window("08:00", "08:30"), other_windows=(a_window("12:00", "13:00"),))
    assert starts(a_problem([visit], [a_shift(window=a_window("08:25", "12:20"))])) == {}


@pytest.mark.parametrize(("least", "most"), [(60, 60), (60, 90), (0, 0)])
def test_linked_visits_keep_their_distance(least: int, most: int) -> None:
    """The second visit starts between the least and the most after the first, though it could be made sooner."""
    visits = [a_visit("a"), a_visit("b", place=1, window=a_window("08:00", "11:00"))]
    link = Sequence(first="a", then="b", least_s=60 * least, most_s=60 * most)
    found = starts(a_problem(visits, [a_shift("x"), a_shift("y")], sequences=(link,)))
    assert 60 * least <= found["b"][0] - found["a"][0] <= 60 * most


@pytest.mark.parametrize(("same", "shifts"), [(True, 1), (False, 2)])
def test_linked_visits_are_made_by_whom_the_link_says(*, same: bool, shifts: int) -> None:
    """The same carer makes both, or another does, whatever is nearer; with one carer the latter cannot be."""
    visits = [a_visit("a"), a_visit("b", place=4, window=a_window("09:00", "11:00"))]
    crews = [a_shift("x"), a_shift("y", start_place=5, end_place=5)]
    link = (Sequence(first="a", then="b", least_s=3600, most_s=7200, same_carer=same),)
    found = crew(a_problem(visits, crews, sequences=link))
    assert len(found["a"] | found["b"]) == shifts
    assert bool(starts(a_problem(visits, crews[:1], sequences=link))) == same


@pytest.mark.parametrize("order", [1, -1])
@pytest.mark.parametrize("pair", [0, 1])
def test_a_pair_shares_a_carer_with_the_visit_it_is_linked_to(pair: int, order: int) -> None:
    """Whoever makes that visit comes again, however far she lives, or stays away, however near she is."""
    crews = [a_shift("x"), a_shift("y"), a_shift("far", start_place=5, end_place=5)]
    for same, first, other in ((True, "far", {"x", "y"}), (False, "x", {"y", "far"})):
        single = a_visit("single", locked_shifts=frozenset({first}), window=a_window("10:00", "10:00"))
        double = a_visit("double", carers_needed=2, window=a_window("08:00", "12:00"))
        last = a_visit("last", place=2, locked_shifts=frozenset({"y"}), window=a_window("13:00", "13:00"))
        one, two = (double, single) if pair == 0 else (single, double)
        link = Sequence(first=one.id, then=two.id, least_s=3600, most_s=7200, same_carer=same)
        found = crew(a_problem([single, double, last], crews[::order], sequences=(link,)))
        assert found["single"] == {first}
        assert (first in found["double"]) == same
        assert found["double"] - {first} <= other


def test_linked_visits_are_made_both_or_neither() -> None:
    """Where the second finds no place the first is left out too, though there is time for it."""
    nine = a_window("09:00", "09:00")
    visits = [a_visit("a"), a_visit("b", window=nine), a_visit("busy", window=nine, time_critical=True)]
    link = (Sequence(first="a", then="b", least_s=1800, most_s=5400),)
    assert set(starts(a_problem(visits))) == {"a", "busy"}
    assert set(starts(a_problem(visits, sequences=link))) == {"busy"}


def test_a_chain_of_three_with_a_pair_in_the_middle() -> None:
    """A visit, a double-handed one and a third follow each other, each an hour or more after the one before."""
    visits = [
        a_visit("a"),
        a_visit("b", carers_needed=2, window=a_window("08:00", "12:00")),
        a_visit("c", window=a_window("08:00", "14:00")),
    ]
    links = tuple(Sequence(first=one, then=two, least_s=3600, most_s=7200) for one, two in ("ab", "bc"))
    found = starts(a_problem(visits, [a_shift("x"), a_shift("y")], sequences=links))
    assert found["b"][0] == found["b"][1]
    assert 3600 <= found["b"][0] - found["a"][0] <= 7200
    assert 3600 <= found["c"][0] - found["b"][0] <= 7200


def test_visits_to_one_client_keep_the_gap_in_either_order() -> None:
    """Two carers could come at once; with a gap of an hour they come an hour and a half apart, or not both."""
    visits = [a_visit("a", client="c"), a_visit("b", client="c")]
    crews = [a_shift("x"), a_shift("y")]
    for gap_s, placed in ((0, 2), (3600, 2), (5400, 2), (5401, 1)):
        needs = (ClientNeeds(client="c", min_gap_s=gap_s),)
        found = starts(a_problem(visits, crews, clients=needs))
        assert len(found) == placed
    assert (
        abs(starts(a_problem(visits, crews, clients=(ClientNeeds(client="c", min_gap_s=5400),)))["a"][0] - at("09:00"))
        == 3600
    )


def test_one_provider_serves_all_visits_of_a_client_who_wants_that() -> None:
    """Each visit has a nearer carer of its own provider; bound to one, both go to the same, or one is left out."""
    both = frozenset({"north", "south"})
    visits = [
        a_visit("a", client="c", providers=both, window=a_window("08:00", "08:30")),
        a_visit("b", client="c", providers=both, window=a_window("12:00", "12:30")),
    ]
    crews = [
        a_shift("x", window=a_window("07:00", "10:00")),
        a_shift("y", provider="south", window=a_window("11:00", "15:00")),
        a_shift("z", provider="south", start_place=5, end_place=5),
    ]
    bound = (ClientNeeds(client="c", one_provider=True),)
    assert crew(a_problem(visits, crews)) == {"a": {"x"}, "b": {"y"}}
    assert crew(a_problem(visits, crews, clients=bound))["a"] == {"z"}
    assert len(crew(a_problem(visits, crews[:2], clients=bound))) == 1


def test_a_pair_of_a_client_with_one_provider_comes_from_one() -> None:
    """Two near carers of two providers are not sent together."""
    visit = a_visit(client="c", carers_needed=2, providers=frozenset({"north", "south"}))
    crews = [a_shift("x"), a_shift("y", provider="south"), a_shift("z", start_place=5, end_place=5)]
    assert crew(a_problem([visit], crews)) == {"v1": {"x", "y"}}
    assert crew(a_problem([visit], crews, clients=(ClientNeeds(client="c", one_provider=True),))) == {"v1": {"x", "z"}}


def test_a_settled_run_keeps_its_order_and_takes_nobody_else() -> None:
    """Its visits stay in an order that no search would choose, and the next-door visit goes to the far carer."""
    visits = [a_visit("a", place=3), a_visit("b"), a_visit("c", place=2), a_visit("next", place=1)]
    crews = [a_shift("x", breaks=(a_break("07:00", "13:00"),)), a_shift("y", start_place=5, end_place=5)]
    settled = (LockedRun(shift="x", visits=("a", "b", "c")),)
    plan = planned(a_problem(visits, crews, locked_runs=settled))
    assert [[stop.visit for stop in run.stops] for run in plan.runs] == [["a", "b", "c"], ["next"]]


def test_the_second_carer_comes_when_the_settled_run_has_the_pair() -> None:
    """A double-handed visit of a settled run has its other carer from elsewhere, at the same start."""
    visits = [a_visit("a", place=3), a_visit("pair", carers_needed=2)]
    settled = (LockedRun(shift="x", visits=("a", "pair")),)
    found = starts(a_problem(visits, [a_shift("x"), a_shift("y")], locked_runs=settled))
    assert found["pair"] == (at("08:50"), at("08:50"))


def test_settled_runs_wait_for_each_other() -> None:
    """A pair in two settled runs starts when the later carer comes; a sequence across them keeps its distance."""
    visits = [
        a_visit("far", place=5, window=a_window("07:00", "10:00")),
        a_visit("pair", carers_needed=2, window=a_window("07:00", "12:00")),
        a_visit("then", window=a_window("07:00", "14:00")),
    ]
    settled = (LockedRun(shift="x", visits=("pair",)), LockedRun(shift="y", visits=("far", "pair", "then")))
    link = (Sequence(first="pair", then="then", least_s=5400, most_s=7200),)
    found = starts(a_problem(visits, [a_shift("x"), a_shift("y")], locked_runs=settled, sequences=link))
    assert found == {"far": (at("07:50"),), "pair": (at("09:00"),) * 2, "then": (at("10:30"),)}


def test_settled_runs_wait_for_who_must_not_be_away_too_long() -> None:
    """A pair starts as late as the one carer may leave home for a visit at noon, and the other waits for it."""
    visits = [
        a_visit("pair", carers_needed=2, window=a_window("08:00", "10:00")),
        a_visit("noon", window=a_window("12:00", "12:00")),
    ]
    settled = (LockedRun(shift="x", visits=("pair", "noon")), LockedRun(shift="y", visits=("pair",)))
    crews = [a_shift("x", max_span_s=at("12:40") - at("09:40")), a_shift("y")]
    found = starts(a_problem(visits, crews, locked_runs=settled))
    assert found == {"pair": (at("09:50"),) * 2, "noon": (at("12:00"),)}


def test_a_double_visit_locked_to_two_shifts_has_both() -> None:
    """Two names and two carers: nobody else comes, however near."""
    visit = a_visit(carers_needed=2, locked_shifts=frozenset({"x", "far"}))
    crews = [a_shift("x"), a_shift("y"), a_shift("far", start_place=5, end_place=5)]
    assert crew(a_problem([visit], crews)) == {"v1": {"x", "far"}}


def tied_day(seed: int) -> DayProblem:
    """Make a random day with three providers whose clients have links, gaps and one provider, and shifts limits."""
    day = random_day(60, 14, seed, providers=1, island=seed % 2 == 0)
    providers = frozenset({"p0", "p1"})
    visits = tuple(replace(visit, providers=providers, load=1) for visit in day.visits)
    shifts = tuple(
        replace(shift, provider=f"p{row % 2}", max_drive_s=9000, max_span_s=7 * 3600, capacity=9)
        for row, shift in enumerate(day.shifts)
    )
    ordered = sorted(visits, key=lambda visit: (visit.client, visit.window.earliest_s))
    links = tuple(
        Sequence(first=one.id, then=two.id, least_s=900, most_s=5 * 3600, same_carer=(None, True, False)[row % 3])
        for row, (one, two) in enumerate(pairwise(ordered))
        if one.client == two.client and row % 2
    )
    clients = sorted({visit.client for visit in visits})
    needs = tuple(
        ClientNeeds(client=client, min_gap_s=3600 * (row % 3), one_provider=row % 2 == 0)
        for row, client in enumerate(clients)
    )
    return replace(day, visits=visits, shifts=shifts, sequences=links, clients=needs)


@pytest.mark.slow
@pytest.mark.parametrize("seed", [1, 2, 3, 4])
def test_random_tied_days_are_legal_and_a_warm_start_is_kept(seed: int) -> None:
    """With links, gaps, providers and limits all at once every plan is legal, and going on from it costs no more."""
    problem = tied_day(seed)
    plan = planned(problem, 1500)
    again = planned(problem, 50, start=plan)
    assert plan.search is not None
    assert again.search is not None
    assert again.search.cost <= plan.search.cost
    settled = tuple(LockedRun(shift=run.shift, visits=tuple(s.visit for s in run.stops)) for run in plan.runs[::2])
    kept = planned(replace(problem, locked_runs=settled), 300, start=plan)
    assert {run.shift for run in plan.runs[::2]} <= {run.shift for run in kept.runs}


@pytest.mark.slow
@settings(max_examples=100, deadline=None, derandomize=True)
@given(ruled_days(max_visits=7, max_shifts=3, boats=True))
def test_every_rule_is_kept_on_random_days(problem: DayProblem) -> None:
    """Whatever the day asks for, the checker finds nothing."""
    planned(problem, 150)
