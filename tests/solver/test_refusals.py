"""Tests of why a shift may not take a visit: every refusal that needs neither clock nor map, both ways."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from solver.refusals import Refusal, refusals, skills_held
from solver.types import Break, Mode
from tests.builders import a_problem, a_shift, a_visit, a_window

Changes = dict[str, Any]
PEG = frozenset({"peg"})
DAY = a_problem().day


def bits(visit: Changes, shift: Changes) -> int:
    """Give the refusals of the default visit and shift with some fields changed."""
    return int(refusals(a_problem([a_visit(**visit)], [a_shift(**shift)]))[0, 0])


@pytest.mark.parametrize(
    ("bit", "visit", "refused", "allowed"),
    [
        (Refusal.SKILL, {"skills": PEG}, {}, {"skills": PEG}),
        (Refusal.ANY_SKILL, {"any_skills": PEG | {"hoist"}}, {"skills": frozenset({"bath"})}, {"skills": PEG}),
        (Refusal.UNWANTED_SKILL, {"unwanted_skills": PEG}, {"skills": PEG}, {"skills": frozenset({"hoist"})}),
        (
            Refusal.EXPIRED_SKILL,
            {"skills": PEG},
            {"skills": PEG, "skill_expiry": {"peg": "2000-01-01"}},
            {"skills": PEG, "skill_expiry": {"peg": DAY}},
        ),
        (Refusal.GENDER, {"genders": frozenset({"woman"})}, {"gender": "man"}, {"gender": "woman"}),
        (Refusal.GENDER, {"genders": frozenset({"woman"})}, {}, {"gender": "woman"}),
        (
            Refusal.LANGUAGE,
            {"languages": frozenset({"Gaelic", "Scots"})},
            {"languages": frozenset({"English"})},
            {"languages": frozenset({"English", "Scots"})},
        ),
        (Refusal.MODE, {"modes": frozenset({Mode.FOOT, Mode.BIKE})}, {}, {"mode": Mode.FOOT}),
        (
            Refusal.EQUIPMENT,
            {"equipment": frozenset({"hoist", "car seat"})},
            {"equipment": frozenset({"hoist"})},
            {"equipment": frozenset({"hoist", "car seat", "ramp"})},
        ),
        (
            Refusal.CLIENT_BARRED,
            {"client": "c1"},
            {"barred_clients": frozenset({"c1"})},
            {"barred_clients": frozenset({"c2"})},
        ),
        (Refusal.LOAD, {"load": 3}, {"capacity": 2}, {"capacity": 3}),
    ],
)
def test_each_rule_has_its_own_bit(bit: Refusal, visit: Changes, refused: Changes, allowed: Changes) -> None:
    """What breaks a rule sets its bit alone, and what keeps it sets none."""
    assert (bits(visit, refused), bits(visit, allowed)) == (bit, 0)


def test_an_unwanted_skill_that_has_ended_is_no_obstacle() -> None:
    """Neither is a skill that has ended one of those asked for."""
    ended = {"skills": PEG, "skill_expiry": {"peg": "2000-01-01"}}
    assert bits({"unwanted_skills": PEG}, ended) == 0
    assert bits({"any_skills": PEG}, ended) == Refusal.ANY_SKILL
    assert skills_held(a_shift(**ended), DAY) == frozenset()


def test_paid_breaks_leave_less_work() -> None:
    """Half an hour of visit fits beside a paid half hour in sixty minutes of work, not in fifty-nine."""
    paid = Break(duration_s=1800, window=a_window("11:00", "12:00"), paid=True)
    assert bits({}, {"max_work_s": 3600, "breaks": (paid,)}) == 0
    assert bits({}, {"max_work_s": 3540, "breaks": (paid,)}) == Refusal.TOO_LONG
    assert bits({}, {"max_work_s": 1800, "breaks": (replace(paid, paid=False),)}) == 0


def test_one_language_is_asked_for_and_any_load_is_carried_where_nothing_limits_it() -> None:
    """A single wish is a wish; a shift without a capacity takes what is heaviest."""
    assert bits({"languages": frozenset({"Gaelic"})}, {"languages": frozenset({"English"})}) == Refusal.LANGUAGE
    visits = [a_visit("v1", load=9), a_visit("v2", load=1)]
    limited = refusals(a_problem(visits, [a_shift(), a_shift("b", capacity=8)]))
    assert limited.tolist() == [[0, Refusal.LOAD], [0, 0]]


def test_refusals_add_up() -> None:
    """A shift that fails on two counts says both."""
    assert bits({"skills": PEG, "load": 3}, {"capacity": 2}) == Refusal.SKILL | Refusal.LOAD
