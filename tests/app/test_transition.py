"""Waves, notice, introductions, registration, the stop rule and the plan of 90 days."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise

import pytest

from app.services.transition import (
    INTRODUCTIONS,
    NOTICE_DAYS,
    REGISTRATION_DAYS,
    WAVE_PEOPLE,
    Measured,
    SwapPeople,
    action_plan,
    reasons_to_stop,
    waves,
)

ADOPTED = date(2026, 11, 17)
BEFORE = Measured(travel_min_per_visit=8.0, visits_left_out=3, hours_by_provider={"p": 20.0})


def swap(number: int, people: int, *to_register: str) -> SwapPeople:
    """Write a swap of two providers."""
    return SwapPeople(number=number, providers=("p", "q"), people=people, to_register=to_register)


def test_waves_keep_the_safe_order_and_stay_small() -> None:
    """Swaps come in their order, so that stopping after a wave is stopping after a swap."""
    found = waves([swap(1, 3), swap(2, 5), swap(3, 1), swap(4, 9), swap(5, 2)], ADOPTED)
    assert [wave["swaps"] for wave in found] == [[1, 2], [3], [4], [5]]
    assert [wave["people"] for wave in found] == [8, 1, 9, 2]
    assert all(wave["people"] <= WAVE_PEOPLE for wave in found if len(wave["swaps"]) > 1)
    starts = [wave["start"] for wave in found]
    assert starts == sorted(set(starts))


def test_notice_is_given_before_anything_changes() -> None:
    """Four weeks of notice, and introductions for everybody, end when a wave begins."""
    (wave,) = waves([swap(1, 3)], ADOPTED)
    assert date.fromisoformat(wave["notice_by"]) >= ADOPTED
    assert date.fromisoformat(wave["start"]) - date.fromisoformat(wave["notice_by"]) == timedelta(days=NOTICE_DAYS)
    assert wave["introductions"] == 3 * INTRODUCTIONS


def test_nothing_of_a_wave_begins_before_the_one_before_was_judged() -> None:
    """Neither notice nor introductions: else the stop rule would stop nothing. The plan says what falls after it."""
    found = waves([swap(number, 8, *("q",) * (number == 3)) for number in range(1, 5)], ADOPTED)
    for one, other in pairwise(found):
        assert other["notice_by"] >= one["judged_on"]
        assert other["introductions_from"] >= one["judged_on"]
    last = (ADOPTED + timedelta(days=90)).isoformat()
    assert [wave["in_plan"] for wave in found] == [wave["judged_on"] <= last for wave in found]
    plan = [action["what"] for action in action_plan(found, ADOPTED)]
    assert sum("Judge wave" in what for what in plan) == 2
    after = ", ".join(f"{wave['wave']} (from {wave['start']})" for wave in found[2:])
    assert plan[-1].endswith(f"not judged by then: waves {after}")
    assert "not judged" not in action_plan(found[:2], ADOPTED)[-1]["what"]
    alone = {action["what"] for action in action_plan(waves([swap(7, 1)], ADOPTED), ADOPTED)}
    assert {"Give notice to 1 person, wave 1", "Begin wave 1: swap 7"} <= alone


def test_a_registration_takes_three_months() -> None:
    """A wave with a provider that is not registered there waits, and the application is the first day's work."""
    found = waves([swap(1, 3), swap(2, 8, "q")], ADOPTED)
    assert date.fromisoformat(found[1]["start"]) >= ADOPTED + timedelta(days=REGISTRATION_DAYS)
    assert date.fromisoformat(found[0]["start"]) < ADOPTED + timedelta(days=REGISTRATION_DAYS)
    first = [action for action in action_plan(found, ADOPTED) if "registration" in action["what"]]
    assert [(action["on"], action["owner"]) for action in first] == [(ADOPTED.isoformat(), "q")]


@pytest.mark.parametrize(
    ("after", "reasons"),
    [
        (Measured(travel_min_per_visit=8.8, visits_left_out=3, hours_by_provider={"p": 15.0}), []),
        (Measured(travel_min_per_visit=8.9, visits_left_out=3, hours_by_provider={"p": 15.0}), ["travel"]),
        (Measured(travel_min_per_visit=7.0, visits_left_out=4, hours_by_provider={"p": 15.0}), ["left out"]),
        (Measured(travel_min_per_visit=7.0, visits_left_out=0, hours_by_provider={"p": 14.9}), ["floor"]),
        (
            Measured(travel_min_per_visit=7.0, visits_left_out=0, hours_by_provider={}, people_going_back=1),
            ["floor", "go back"],
        ),
    ],
)
def test_a_wave_is_judged_by_what_rotas_show(after: Measured, reasons: list[str]) -> None:
    """Each rule alone stops; none does at its bound."""
    found = reasons_to_stop(BEFORE, after, {"p": 15.0})
    assert len(found) == len(reasons)
    assert all(word in reason for word, reason in zip(reasons, found, strict=True))


def test_every_action_has_a_day_and_an_owner() -> None:
    """In order, none after ninety days, and the last is a report."""
    plan = action_plan(waves([swap(n, 6) for n in range(1, 9)], ADOPTED), ADOPTED)
    days = [date.fromisoformat(action["on"]) for action in plan]
    assert days == sorted(days)
    assert max(days) == ADOPTED + timedelta(days=90)
    assert all(action["what"] and action["owner"] for action in plan)
    assert any("Report" in action["what"] for action in plan)
