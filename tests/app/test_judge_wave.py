"""A wave is judged on what was published and what happened, against what its swaps promised."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from app.datafiles.actual_visits import ActualRow
from app.db.actuals import save_actuals
from app.db.engine import reading, writing
from app.errors import FiguresUnusable, NotFound, NothingPublished
from app.services.judge_wave import Given, judge_wave, measured_rotas, promise_of
from app.services.transition import JUDGED_AFTER_DAYS, Measured, Promise, reasons_to_stop
from tests.app.datasets import clock
from tests.app.service import SMALL
from tests.app.stored_rotas import store_plans

if TYPE_CHECKING:
    from sqlalchemy import Engine

HOURS = {"P1": 0.5, "P2": 1.0}
BEFORE = Measured(travel_min_per_visit=10.0, visits_left_out=2, hours_by_provider=HOURS, visits_placed=10, late_pct=5.0)
EFFECT = {"travel_min": -15.0, "visits_placed": 0}


def content(start: str) -> dict[str, Any]:
    """Write a version with two waves of a swap each, the second after the first."""
    swaps = [{"number": number, "effect": EFFECT} for number in (1, 2)]
    waves = [{"start": start, "swaps": [number]} for number in (1, 2)]
    return {
        "swaps": swaps,
        "transition": waves,
        "providers": [{"provider": name, "floor_hours": hours} for name, hours in HOURS.items()],
    }


def test_published_rotas_are_measured(engine: Engine) -> None:
    """Visits placed and left out, hours of each provider, and by call monitoring who was late or never came."""
    store_plans(engine)
    first = SMALL.day - timedelta(days=JUDGED_AFTER_DAYS - 1)
    with reading(engine) as session:
        found = measured_rotas(session, SMALL.area, first)
        with pytest.raises(NothingPublished):
            measured_rotas(session, SMALL.area, SMALL.day + timedelta(days=1))
    assert (found.days, found.visits_placed, found.visits_left_out, found.late_pct) == (1, 2, 2, None)
    minutes = {visit.visit_id: visit.duration_minutes for visit in SMALL.visits}
    assert found.hours_by_provider == {"P1": minutes["V1"] / 60, "P2": (minutes["V1"] + minutes["V2"]) / 60}
    came = [
        ActualRow(visit_id="V1", day=SMALL.day, carer_id=carer, arrived=clock(7, 41), left=clock(8, 10))
        for carer in ("K1", "K2")
    ]
    with writing(engine) as session:
        save_actuals(session, SMALL.area, came)
        assert measured_rotas(session, SMALL.area, SMALL.day).late_pct == pytest.approx(100 / 3)


def test_a_wave_is_held_against_what_was_promised(engine: Engine) -> None:
    """What it should save is added to the waves before it; there is no wave that is not planned."""
    store_plans(engine)
    planned = content(SMALL.day.isoformat())
    assert promise_of(planned, 2) == Promise(travel_min=-30.0)
    given = Given(before=BEFORE, people_going_back=1)
    with reading(engine) as session:
        found = judge_wave(session, SMALL.area, planned, 2, given=given)
        with pytest.raises(NotFound):
            judge_wave(session, SMALL.area, planned, 3, given=given)
    assert found.promised_travel_min_per_visit == pytest.approx(7.0)
    assert found.after.days == 1
    assert ["go back" in reason for reason in found.reasons] == [True]


def test_what_is_given_is_whole_or_says_what_is_missing(sqlite_engine: Engine) -> None:
    """A provider left out would be below its floor, another is a mistake; without visits there is no promise."""
    planned = content(SMALL.day.isoformat())
    short = replace(BEFORE, hours_by_provider={"P1": 9.0, "P7": 9.0})
    with reading(sqlite_engine) as session:
        with pytest.raises(FiguresUnusable, match=r"before lacks P2; .*before names what is not in the proposal, P7"):
            judge_wave(session, SMALL.area, planned, 1, given=Given(before=short, after=BEFORE))
        unknown = replace(BEFORE, visits_placed=0.0, late_pct=None)
        found = judge_wave(session, SMALL.area, planned, 1, given=Given(before=unknown, after=unknown))
        whole = judge_wave(
            session, SMALL.area, planned, 1, given=Given(before=BEFORE, after=replace(BEFORE, travel_min_per_visit=9))
        )
    assert (found.go_on, found.reasons, found.promised_travel_min_per_visit) == (False, [], None)
    assert ["visits_placed" in rule for rule in found.not_judged] == [True, False]
    assert (whole.go_on, whole.not_judged) == (True, [])


@pytest.mark.parametrize(
    ("after", "word"),
    [
        ({"travel_min_per_visit": 9.4}, "8.5 promised"),
        ({"travel_min_per_visit": 9.35}, None),
        ({"late_pct": 7.0}, None),
        ({"late_pct": 7.1}, "late or missed"),
        ({"late_pct": None}, None),
    ],
)
def test_the_promise_and_lateness_have_bounds(after: dict[str, Any], word: str | None) -> None:
    """Ten per cent above what was promised, and two calls in a hundred more, are let pass."""
    found = Measured(
        **{
            "travel_min_per_visit": 8.5,
            "visits_left_out": 2,
            "hours_by_provider": HOURS,
            "visits_placed": 10.0,
            "late_pct": 5.0,
            **after,
        }
    )
    reasons = reasons_to_stop(BEFORE, found, HOURS, Promise(travel_min=-15.0))
    assert len(reasons) == (word is not None)
    assert all(str(word) in reason for reason in reasons)
