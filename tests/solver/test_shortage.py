"""The proof that carers are too few at some hour: found where it holds, never where a plan exists."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings

from solver.shortage import Shortage, Shortages
from solver.suits import crews
from solver.types import DayProblem, TimeWindow
from tests.builders import a_plan, a_problem, a_run, a_shift, a_stop, a_visit, a_window, at
from tests.days import days
from tests.oracle import best_plan

if TYPE_CHECKING:
    from collections.abc import Sequence

    from solver.types import Shift, Visit

HOUR = {"duration_s": 3600, "window": a_window("08:00", "08:30")}
TWO = (a_visit("v1", **HOUR), a_visit("v2", **HOUR))
"""Two visits of an hour between 08:00 and 09:30: too many for one carer, and not for two."""


def shortage(
    visits: Sequence[Visit], shifts: Sequence[Shift] = (a_shift(),), made: Sequence[str] | None = None, **changes: Any
) -> Shortage | None:
    """Look for what keeps the first visit out of a plan that makes the others, or only those named."""
    ids = [visit.id for visit in visits[1:]] if made is None else made
    plan = a_plan(a_run([a_stop(name, "08:10", "08:40") for name in ids], "08:00", "08:50"))
    return Shortages(a_problem(visits, shifts, **changes), plan).of(visits[0])


def test_two_carers_have_time_for_what_one_has_not() -> None:
    """What is needed and what there is, in the interval and by the visits that prove it."""
    assert shortage(TWO) == Shortage(at("08:00"), at("09:30"), 7200, 5400, ("v1", "v2"))
    assert shortage(TWO, [a_shift(), a_shift("late")]) is None


def test_visits_that_are_not_made_take_no_time() -> None:
    """Whoever is left out too has given way already."""
    assert shortage(TWO, made=()) is None
    pair = a_visit("v2", carers_needed=2, **HOUR)
    assert shortage((TWO[0], pair), [a_shift(), a_shift("late")]) is not None
    assert shortage((pair, TWO[0]), [a_shift(), a_shift("late")], made=["v1"]) is not None
    assert shortage((pair, TWO[0]), [a_shift(), a_shift("late")], made=()) is None


def test_visits_that_somebody_makes_who_may_not_take_no_time() -> None:
    """A recorded rota sends Anna without the skill: who has it is free for the other visit."""
    skilled = [replace(visit, skills=frozenset({"peg"})) for visit in TWO]
    able = a_shift("late", skills=frozenset({"peg"}))
    assert shortage(skilled, [a_shift(), able]) is None
    assert shortage(skilled, [able, a_shift(skills=frozenset({"peg"}), window=a_window("07:00", "07:30"))]) is not None


@pytest.mark.parametrize("changes", [{"providers": frozenset({"north", "south"})}, {"skills": frozenset({"peg"})}])
def test_visits_that_others_could_make_are_no_proof(changes: dict[str, Any]) -> None:
    """A rival whom somebody else can visit does not count against Anna, nor does one whom nobody can."""
    rival = a_visit("v2", **HOUR | changes)
    assert shortage((TWO[0], rival), [a_shift(), a_shift("late", provider="south")]) is None


def test_carers_whom_the_visits_do_not_suit_have_no_time_for_them() -> None:
    """A second carer of another provider is no help; neither is one whose working hours are elsewhere."""
    for other in (
        a_shift("late", provider="south"),
        a_shift("late", window=a_window("09:30", "15:00")),
        a_shift("late", window=a_window("06:00", "08:00")),
        a_shift("late", previous_end_s=at("09:30") - 11 * 3600),
        a_shift("late", next_start_s=at("08:00") + 11 * 3600),
    ):
        assert shortage(TWO, [a_shift(), other]) == Shortage(at("08:00"), at("09:30"), 7200, 5400, ("v1", "v2"))


def test_a_second_too_much_is_too_much() -> None:
    """Two visits of three quarters of an hour just fill an hour and a half; one of them longer does not fit."""
    fits = {"duration_s": 2700, "window": a_window("08:00", "08:45")}
    far = a_shift("far", window=a_window("12:00", "15:00"))
    assert shortage([a_visit("v1", **fits), a_visit("v2", **fits)], [a_shift(), far]) is None
    longer = a_visit("v2", duration_s=2701, window=TimeWindow(earliest_s=at("08:00"), latest_s=at("08:45") - 1))
    assert shortage([a_visit("v1", **fits), longer], [a_shift(), far]) is not None


def test_a_visit_with_a_way_out_is_no_proof() -> None:
    """Only what a visit takes of the interval in whichever of its windows takes least counts."""
    free = a_visit("v2", **HOUR, other_windows=(a_window("12:00", "12:30"),))
    assert shortage((TWO[0], free)) is None
    assert shortage((free, TWO[0])) is None
    both = a_visit(
        "v2", duration_s=3600, window=a_window("08:00", "08:10"), other_windows=(a_window("08:20", "08:30"),)
    )
    for visits in ((TWO[0], both), (both, TWO[0])):
        found = shortage(visits)
        assert found is not None
        assert set(found.visits) == {"v1", "v2"}
    never = a_visit("v2", **HOUR, locked_start_s=at("11:00"))
    assert shortage((TWO[0], never)) is None


def test_others_who_are_short_of_carers_elsewhere_are_no_proof() -> None:
    """Two that exclude each other in the afternoon do not keep out one in the morning."""
    later = {"duration_s": 3600, "window": a_window("13:00", "13:30")}
    assert shortage([TWO[0], a_visit("v2", **later), a_visit("v3", **later)]) is None


def test_the_proof_with_the_fewest_visits_is_given() -> None:
    """Two visits at one instant are enough, though three exclude each other over the morning."""
    now = {"window": a_window("09:00", "09:00")}
    long = a_visit("v3", duration_s=3600, window=a_window("08:00", "08:00"))
    found = shortage([a_visit("v1", **now), a_visit("v2", **now), long])
    assert found == Shortage(at("09:00"), at("09:30"), 3600, 1800, ("v1", "v2"))


@pytest.mark.parametrize("hours", [range(1, 5), range(18, 22)], ids=["before", "after"])
def test_the_edges_nearest_to_the_visit_are_tried(hours: Sequence[int]) -> None:
    """Whatever a long visit's rivals do hours away from it, those beside it are found, for each of its ends."""
    long = a_visit("v1", duration_s=4 * 3600, window=a_window("10:00", "10:00"))
    rival = a_visit("v2", duration_s=4 * 3600, window=a_window("10:00", "10:00"))
    others = [
        a_visit(f"o{hour}-{minute}", duration_s=60, window=a_window(f"{hour:02}:{minute}", f"{hour:02}:{minute + 1}"))
        for hour in hours
        for minute in (10, 20, 30)
    ]
    found = shortage([long, rival, *others], [a_shift(window=a_window("00:00", "23:59"))])
    assert found == Shortage(at("10:00"), at("14:00"), 8 * 3600, 4 * 3600, ("v1", "v2"))


@settings(max_examples=60)
@given(days(max_visits=4))
def test_what_is_proved_holds(problem: DayProblem) -> None:
    """Wherever a shortage is proved, no plan whatever makes all the visits that it names."""
    everything = a_plan(a_run([a_stop(visit.id, "08:10", "08:40") for visit in problem.visits], "08:00", "08:50"))
    shortages = Shortages(problem, everything)
    crew_of = crews(problem)
    suited = [visit for visit in problem.visits if crew_of[visit.id]]
    proofs = [proof for visit in suited if (proof := shortages.of(visit))]
    if proofs:
        _, plan = best_plan(problem)
        made = {stop.visit for run in plan.runs for stop in run.stops}
        assert all(set(proof.visits) - made for proof in proofs)
