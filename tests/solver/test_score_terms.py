"""The prices of time, work, people and change, each against a sum done by hand."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from solver.score import score
from solver.types import Before, Break, Mode, Weights
from tests.builders import (
    a_break,
    a_plan,
    a_problem,
    a_rest,
    a_run,
    a_shift,
    a_stop,
    a_travel,
    a_visit,
    a_window,
    at,
)
from tests.solver.cases import ANNA, BOTH, FIRST, OTHER, V2

FREE = {"travel": 0.0, "commute": 0.0, "metre": 0.0}
PLAN = a_plan(BOTH)


def priced(term: str, *visits: Any, plan: Any = PLAN, shift: dict[str, Any] | None = None, **prices: Any) -> float:
    """Price one term of the run that makes v1 at 08:10 and v2 at 09:00, away from 08:00 to 09:50."""
    shifts = [a_shift(**(shift or {})), a_shift("second", provider="south")]
    problem = a_problem(visits or [a_visit(), V2], shifts, weights=Weights(**FREE, **prices))
    return score(problem, plan).terms[term]


def test_waiting_is_what_is_left_of_the_time_away() -> None:
    """Of 110 minutes away 60 are contact, 40 travel and 10 waiting; a rest, or a wait for a boat, is not waiting."""
    assert priced("waiting", waiting=2.0) == 2 * 600
    by_boat = replace(BOTH, stops=(BOTH.stops[0], replace(BOTH.stops[1], boats=("dawn",), boat_wait_s=240)))
    assert priced("waiting", plan=a_plan(by_boat), waiting=1.0) == 600 - 240
    slow_home = replace(BOTH, back_home_s=BOTH.back_home_s + 240)
    assert priced("waiting", plan=a_plan(slow_home), waiting=1.0) == 600 + 240
    rested = a_run([FIRST], "08:00", "09:30", rests=(a_rest(1, "08:40", "09:10"),))
    rest = Break(duration_s=1800, window=a_window("07:00", "09:00"))
    for rests in (rested.rests, (a_rest(0, "07:30", "08:00"),)):
        away_s = 90 * 60 if rests == rested.rests else 60 * 60
        plan = a_plan(replace(rested, rests=rests, back_home_s=at("08:00") + away_s))
        assert priced("waiting", a_visit(), plan=plan, shift={"breaks": (rest,)}, waiting=1.0) == 600


def test_early_and_late_starts_are_priced_by_the_second_and_the_latest_apart() -> None:
    """Fifteen minutes late, five late and ten early cost their seconds; the largest lateness costs on top."""
    late = [a_visit(late_after_s=at("07:55")), a_visit("v2", place=2, window=V2.window, late_after_s=at("08:55"))]
    assert priced("late", *late, late=1.0) == 20 * 60
    assert priced("latest", *late, latest=3.0) == 3 * 15 * 60
    assert priced("early", a_visit(early_before_s=at("08:20")), V2, early=1.0) == 600
    in_time = a_visit(late_after_s=at("08:10"), early_before_s=at("08:10"))
    assert [priced(term, in_time, V2, **{term: 1.0}) for term in ("early", "late", "latest")] == [0, 0, 0]
    assert priced("latest", latest=1.0) == 0


def test_both_carers_of_a_visit_are_late_once() -> None:
    """A double-handed visit has one start, and one lateness."""
    pair = a_visit(carers_needed=2, late_after_s=at("08:09"))
    assert priced("late", pair, plan=a_plan(ANNA, OTHER), late=1.0) == 60


def test_slack_is_what_is_short_of_the_wanted_time_to_spare() -> None:
    """A window that ends two minutes after the arrival leaves three of the wanted five minutes short."""
    tight = a_visit(window=a_window("08:00", "08:12"))
    assert priced("slack", tight, V2, slack=1.0, slack_s=300) == 180
    for latest, short_s in (("08:10", 300), ("08:12", 180)):  # of the windows that are left when the visit starts
        windows = {"window": a_window("07:00", "07:30"), "other_windows": (a_window("08:00", latest),)}
        later = {"other_windows": (*windows["other_windows"], a_window("09:00", "10:00"))}
        assert priced("slack", a_visit(**windows | later), V2, slack=1.0, slack_s=300) == short_s


def test_work_is_compared_with_what_is_contracted() -> None:
    """Seventy minutes of work are overtime against sixty, and undertime against ninety; idle shifts count."""
    assert priced("overtime", shift={"contracted_s": 3600}, overtime=1.0) == 600
    assert priced("undertime", shift={"contracted_s": 5400}, undertime=1.0) == 1200
    assert priced("undertime", plan=replace(PLAN, runs=()), shift={"contracted_s": 60}, undertime=1.0) == 60
    assert [priced(term, shift={"contracted_s": 4200}, **{term: 1.0}) for term in ("overtime", "undertime")] == [0, 0]


def test_paid_breaks_are_work() -> None:
    """Twenty paid minutes are worked beside seventy; half an hour that is not paid is not."""
    breaks = (a_break(), replace(a_break("13:00", "14:00", 20), paid=True))
    assert priced("overtime", shift={"contracted_s": 3600, "breaks": breaks}, overtime=1.0) == 30 * 60


def test_balance_makes_the_next_hour_dearer() -> None:
    """Seventy minutes cost the area under a line that rises by one for each hour."""
    assert priced("balance", balance=1.0) == pytest.approx(4200 * 4200 / 7200)


@pytest.mark.parametrize(
    ("term", "price", "counted"),
    [("another_carer", "another_carer", 1), ("another_provider", "another_provider", 1)],
)
def test_each_more_carer_and_provider_of_a_client_is_priced(term: str, price: str, counted: int) -> None:
    """Two carers of two providers at one client are one more of each."""
    pair = a_visit(carers_needed=2, providers=frozenset({"north", "south"}))
    assert priced(term, pair, plan=a_plan(ANNA, OTHER), **{price: 100}) == 100 * counted


def test_each_more_area_of_a_run_is_priced() -> None:
    """A run through two small areas pays for the second; visits without an area pay nothing."""
    far = a_visit("v2", place=2, window=V2.window, area="Kilmelford")
    assert priced("another_area", a_visit(area="Oban"), far, another_area=50) == 50
    assert priced("another_area", a_visit(), far, another_area=50) == 0


def test_second_choice_is_not_the_same_as_unfamiliar() -> None:
    """A client may know Anna and yet prefer Bob: then only the second choice is priced."""
    visit = a_visit(known_carers=frozenset({"anna", "bob"}), preferred_carers=frozenset({"bob"}))
    assert priced("second_choice", visit, V2, second_choice_visit=90) == 90
    assert priced("unfamiliar", visit, V2) == 0
    assert priced("second_choice", a_visit(preferred_carers=frozenset({"anna"})), V2, second_choice_visit=90) == 0


def test_change_against_the_plan_before_is_priced() -> None:
    """Another shift costs once, and each second of another time too."""
    problem = a_problem(
        [a_visit(), V2],
        [a_shift(), a_shift("late")],
        before=(Before(visit="v1", shifts=frozenset({"late"}), start_s=at("08:15")),),
        weights=Weights(changed_visit=600, changed_start=2.0),
    )
    assert score(problem, PLAN).terms["changed"] == 600 + 2 * 300


def test_metres_have_a_price_for_each_mode() -> None:
    """Forty kilometres by bicycle cost nothing by default, and what the weights say otherwise."""
    for metre, cost in ((0.0, 0.0), (0.5, 20_000.0)):
        problem = a_problem(
            [a_visit(), V2],
            [a_shift(mode=Mode.BIKE)],
            a_travel(modes=(Mode.BIKE,)),
            weights=Weights(metre_by_bike=metre),
        )
        assert score(problem, PLAN).terms["metres"] == cost


def test_the_default_prices_leave_the_new_terms_free() -> None:
    """Only travel, metres, unfamiliar carers and what is left out cost anything unless somebody asks."""
    stop = a_stop("v1", "08:10", "08:40")
    terms = score(a_problem([a_visit(late_after_s=0)]), a_plan(a_run([stop], "07:00", "08:50"))).terms
    assert {name for name, cost in terms.items() if cost} == {"commute", "metres"}
