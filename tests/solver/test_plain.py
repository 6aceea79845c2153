"""Plans as JSON: nothing is lost on the way there and back, and everything wrong is said at once."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from solver.plain import plan_from_plain, to_plain
from solver.types import DayPlan, Reason, Search, Unallocated
from tests.builders import a_plan, a_rest, a_run, a_stop

PLAN = a_plan(
    a_run(
        [a_stop("v1", "08:10", "08:40", boats=("dawn", "noon"), boat_wait_s=60), a_stop("v2", "09:00", "09:30")],
        "08:00",
        "10:00",
        home_boats=("dusk",),
        rests=(a_rest(1, "08:40", "08:50"),),
    ),
    unallocated=[Unallocated(visit="v3", reason=Reason.ALL_BARRED, detail="Everyone is barred.")],
    search=Search(engine="kernel", iterations=10, wall_s=0.5, cost=12.25),
)


@pytest.mark.parametrize("plan", [PLAN, a_plan(), replace(PLAN, runs=(), unallocated=(), search=None)])
def test_plan_survives_the_trip_through_json(plan: DayPlan) -> None:
    """A full plan, the simplest and an empty one come back equal, types and all."""
    back = plan_from_plain(json.loads(json.dumps(to_plain(plan))))
    assert back == plan
    assert all(isinstance(left.reason, Reason) for left in back.unallocated)


def test_plain_plan_is_nothing_but_json_values() -> None:
    """The plain form equals itself read from JSON: lists, not tuples, and words, not enumerations."""
    plain = to_plain(PLAN)
    assert plain == json.loads(json.dumps(plain))
    assert type(plain["unallocated"][0]["reason"]) is str
    assert plain["version"] == 1


def test_everything_wrong_is_said_at_once() -> None:
    """One error lists the missing, the unknown and the misread fields with their places."""
    plain = to_plain(PLAN)
    plain["runs"][0]["leave_home_s"] = "08:00"
    plain["runs"][0]["stops"][1]["start_s"] = True
    plain["runs"][0]["stops"][1]["boats"] = "dawn"
    del plain["runs"][0]["rests"][0]["end_s"]
    plain["unallocated"][0]["reason"] = ["rain"]
    plain["weather"] = "rain"
    plain["search"]["cost"] = float("nan")
    with pytest.raises(ValueError, match="cannot be read") as caught:
        plan_from_plain(plain)
    for words in (
        "plan has an unknown field weather",
        "plan.runs[0].leave_home_s should be a whole number, not '08:00'",
        "plan.runs[0].stops[1].start_s should be a whole number, not True",
        "plan.runs[0].stops[1].boats should be a list",
        "plan.runs[0].rests[0] lacks end_s",
        "plan.unallocated[0].reason is ['rain'], not one of",
        "plan.search.cost should be a number, not nan",
    ):
        assert words in str(caught.value)


@pytest.mark.parametrize("plain", [{}, {"version": 2}, [], {"version": 1, "day": "2026-11-23", "runs": [7]}])
def test_what_is_no_plan_is_refused(plain: object) -> None:
    """Nothing, another version, a list and a run that is a number are refused with a sentence."""
    with pytest.raises(ValueError, match=r"^This (is no plan|plan cannot).*\.$"):
        plan_from_plain(plain)  # type: ignore[arg-type]
