"""The recorded rota as a plan: a legal one has no breach, a broken one shows each of its breaches, none put right."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from app.dataset import RecordedRow
from app.services.recorded_plan import recorded_plan
from app.services.translate import legal_providers, to_problem
from solver.check import check
from solver.rules import Rule
from solver.types import DayPlan, DayProblem, Mode, Reason, Shift
from tests.app.areas import tiny_area
from tests.builders import a_break, a_problem, a_sailing, a_shift, a_travel, a_visit, at

if TYPE_CHECKING:
    from solver.types import Visit

MINUTE_S = 60


def recorded(*rows: str) -> list[RecordedRow]:
    """Write rows such as "early v1 08:10"."""
    parts = [row.split() for row in rows]
    return [RecordedRow(shift_id=shift, visit_id=visit, start=at(start)) for shift, visit, start in parts]


def plan_of(problem: DayProblem, *rows: str) -> DayPlan:
    """Turn recorded rows into a plan."""
    return recorded_plan(problem, recorded(*rows))


def rules_broken(problem: DayProblem, *rows: str) -> set[str]:
    """Name the rules that the checker finds broken."""
    return {breach.rule for breach in check(problem, plan_of(problem, *rows))}


def two_calls(*, shift: Shift | None = None, **second: object) -> DayProblem:
    """Build a day with a call at place 1 and one at place 2, ten minutes apart."""
    visits = (a_visit("v1"), a_visit("v2", place=2, **second))
    return a_problem(visits, (shift or a_shift(),))


def test_a_legal_rota_has_no_breach() -> None:
    """Two calls in time: the carer sets out just in time, waits at the second door, and goes home at once."""
    problem = two_calls()
    (run,) = plan_of(problem, "early v1 08:10", "early v2 09:00").runs
    assert rules_broken(problem, "early v1 08:10", "early v2 09:00") == set()
    assert run.leave_home_s == at("08:00")
    assert [(stop.arrive_s, stop.start_s, stop.leave_s) for stop in run.stops] == [
        (at("08:10"), at("08:10"), at("08:40")),
        (at("08:50"), at("09:00"), at("09:30")),
    ]
    assert run.back_home_s == at("09:50")


def test_rows_may_come_in_any_order() -> None:
    """The clock orders a run, not the file."""
    problem = two_calls()
    assert plan_of(problem, "early v2 09:00", "early v1 08:10") == plan_of(problem, "early v1 08:10", "early v2 09:00")


@pytest.mark.parametrize(
    ("rows", "changes", "rule"),
    [
        (("early v1 07:30", "early v2 09:00"), {}, Rule.START_WINDOW),
        (("early v1 08:10", "early v2 10:30"), {}, Rule.START_WINDOW),
        (("early v1 08:10", "early v2 08:20"), {}, Rule.START_AFTER_ARRIVAL),
        (("early v1 08:10", "early v2 08:45"), {}, Rule.START_AFTER_ARRIVAL),
        (("early v1 08:10", "early v2 09:00"), {"skills": frozenset({"hoist"})}, Rule.SKILLS),
        (("early v1 08:10", "early v2 09:00"), {"providers": frozenset({"south"})}, Rule.PROVIDER),
        (("early v1 08:10", "early v2 09:00"), {"barred_carers": frozenset({"anna"})}, Rule.BARRED),
        (("early v1 08:10", "early v2 09:00"), {"carers_needed": 2}, Rule.CARERS_NEEDED),
    ],
    ids=["early", "late", "overlap", "no time to travel", "wrong skill", "wrong provider", "barred", "one of two"],
)
def test_what_does_not_fit_is_shown_and_not_put_right(
    rows: tuple[str, ...], changes: dict[str, object], rule: str
) -> None:
    """Each fault of the rota is one that the checker names, and the recorded start stays as it was written."""
    problem = two_calls(**changes)
    assert rule in rules_broken(problem, *rows)
    starts = {stop.visit: stop.start_s for run in plan_of(problem, *rows).runs for stop in run.stops}
    assert starts == {row.split()[1]: at(row.split()[2]) for row in rows}


def test_a_run_outside_its_shift_is_shown() -> None:
    """Who is home too late breaks the shift; who cannot leave before it begins is late for the first call."""
    late = a_shift(window=replace(a_shift().window, latest_s=at("08:45")))
    assert Rule.SHIFT_WINDOW in rules_broken(a_problem(shifts=(late,)), "early v1 08:10")
    begins = a_shift(window=replace(a_shift().window, earliest_s=at("08:05")))
    assert rules_broken(a_problem(shifts=(begins,)), "early v1 08:10") == {Rule.START_AFTER_ARRIVAL}


def test_double_handed_calls_that_begin_apart_are_shown() -> None:
    """Two carers who are written down ten minutes apart do not start together."""
    problem = a_problem((a_visit("v1", carers_needed=2),), (a_shift(), a_shift("other")))
    assert rules_broken(problem, "early v1 08:10", "other v1 08:10") == set()
    assert rules_broken(problem, "early v1 08:10", "other v1 08:20") == {Rule.SAME_START}


def test_nobody_recorded_is_unallocated_with_a_reason() -> None:
    """A visit without a row is left out, and a reason says why nobody could have made it, if that can be proved."""
    problem = two_calls(skills=frozenset({"hoist"}))
    (left,) = plan_of(problem, "early v1 08:10").unallocated
    assert (left.visit, left.reason) == ("v2", Reason.NO_SKILLED_CARER)
    assert rules_broken(problem, "early v1 08:10") == set()


def test_an_empty_rota_is_a_plan_of_nothing() -> None:
    """Without any row every visit is left out and no rule is broken."""
    problem = two_calls()
    plan = plan_of(problem)
    assert plan.runs == ()
    assert [left.visit for left in plan.unallocated] == ["v1", "v2"]
    assert check(problem, plan) == ()


@pytest.mark.parametrize(
    ("window", "after_stop"), [(("07:00", "07:30"), 0), (("08:40", "09:10"), 1), (("09:00", "13:00"), 2)]
)
def test_a_rest_goes_where_its_window_leaves_most_room(window: tuple[str, str], after_stop: int) -> None:
    """At home before leaving, between the calls, or after the last: always inside its window and beside the calls."""
    problem = two_calls(shift=a_shift(breaks=(a_break(*window),)))
    rows = ("early v1 08:10", "early v2 09:50")
    (run,) = plan_of(problem, *rows).runs
    assert [rest.after_stop for rest in run.rests] == [after_stop]
    assert rules_broken(problem, *rows) == set()


def test_a_rest_that_fits_nowhere_is_a_breach() -> None:
    """When calls fill the window of the break, something must give way, and it shows."""
    problem = two_calls(shift=a_shift(breaks=(a_break("08:30", "08:40"),)))
    assert rules_broken(problem, "early v1 08:10", "early v2 08:50") == {Rule.START_AFTER_ARRIVAL}


def isle(visit: Visit | None = None, **shift: object) -> DayProblem:
    """Build a day whose only call is on an isle: places 0 home, 1 its pier, 2 the isle's pier, 3 the client."""
    minutes = [[0, 10, None, None], [10, 0, None, None], [None, None, 0, 10], [None, None, 10, 0]]
    boats = (a_sailing("out", 1, 2, "08:00"), a_sailing("back", 2, 1, "12:00"), a_sailing("last", 2, 1, "14:00"))
    return a_problem((visit or a_visit("v1", place=3),), (a_shift(**shift),), a_travel(minutes, sailings=boats))


def test_boats_are_taken_there_and_back() -> None:
    """The carer leaves home for the boat's check-in and takes the next one home; both are named, and nothing breaks."""
    problem = isle()
    (run,) = plan_of(problem, "early v1 08:50").runs
    assert run.leave_home_s == at("07:40")
    assert run.stops[0].boats == ("out",)
    assert run.stops[0].arrive_s == at("08:45")
    assert run.home_boats == ("back",)
    assert run.back_home_s == at("12:45")
    assert rules_broken(problem, "early v1 08:50") == set()


def test_a_rest_at_home_comes_before_the_boat() -> None:
    """Who rests at home first leaves after the rest, and still catches the boat."""
    problem = isle(breaks=(a_break("07:00", "07:10"),))
    (run,) = plan_of(problem, "early v1 08:50").runs
    assert run.rests[0].after_stop == 0
    assert rules_broken(problem, "early v1 08:50") == set()


def test_a_missed_boat_makes_the_call_late() -> None:
    """A call recorded before any boat arrives is shown as begun before the carer was there."""
    problem = isle(a_visit("v1", place=3, window=replace(a_visit().window, earliest_s=at("07:30"))))
    assert rules_broken(problem, "early v1 08:10") == {Rule.START_AFTER_ARRIVAL}


@pytest.mark.parametrize("start", ["08:50", "13:30"])
def test_a_way_that_nobody_can_go_is_a_breach(start: str) -> None:
    """No boat takes the carer there, or none back: the rota is still a plan, and the checker says what is wrong."""
    problem = isle(a_visit("v1", place=3, window=replace(a_visit().window, latest_s=at("14:00"))))
    boats = (problem.travel.sailings[0],)
    travel = a_travel(
        [[0, 10, None, None], [10, 0, None, None], [None, None, 0, 10], [None, None, 10, 0]], sailings=boats
    )
    assert Rule.ROAD_EXISTS in rules_broken(replace(problem, travel=travel), f"early v1 {start}")


def test_the_rota_of_the_synthetic_area_is_legal() -> None:
    """The rota made by hand, as generated, breaks no rule under today's contracts, over real roads."""
    area = tiny_area()
    today = {row.client_id: frozenset({row.provider_id}) for row in area.dataset.allocation}
    problem = to_problem(area.dataset, area.travel, providers_of=today)
    plan = recorded_plan(problem, area.dataset.recorded)
    assert check(problem, plan) == ()
    assert plan.runs
    assert all(today[client] <= names for client, names in legal_providers(area.dataset).items())
    assert {problem.shifts[0].mode} <= set(Mode)
