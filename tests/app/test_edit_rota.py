"""Changes by hand on the tiny area's plan B: timed again, checked and priced at once."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING

import pytest

from app.errors import ChangeRefused
from app.services.edit_rota import Edited, edit
from app.services.hand_changes import ChangeWord, HandChange
from app.services.translate import legal_providers, to_problem
from solver.check import check
from solver.score import score
from solver.types import Reason
from tests.app.areas import tiny_area, tiny_comparison, tiny_dataset

if TYPE_CHECKING:
    from solver.types import DayPlan, DayProblem, Run


@cache
def problem() -> DayProblem:
    """State the tiny day under every legal choice."""
    return to_problem(tiny_dataset(), tiny_area().travel, providers_of=legal_providers(tiny_dataset()))


def plan() -> DayPlan:
    """Give the plan under today's contracts."""
    return tiny_comparison().plans["B"].plan


def alone(run: Run) -> list[str]:
    """Give the visits of a run that one carer makes."""
    needed = {visit.id: visit.carers_needed for visit in problem().visits}
    return [stop.visit for stop in run.stops if needed[stop.visit] == 1]


def busiest() -> list[Run]:
    """Give the runs, the longest first."""
    return sorted(plan().runs, key=lambda run: -len(alone(run)))


def change(word: ChangeWord, visit: str, **more: object) -> Edited:
    """Carry out a change on plan B."""
    return edit(problem(), plan(), {}, HandChange(word=word, visit=visit, **more))  # type: ignore[arg-type]


def test_leaving_a_visit_out_saves_travel_and_costs_its_price() -> None:
    """The plan stays legal, the visit is left out in words, and the costs are those of the independent score."""
    visit = alone(busiest()[0])[1]
    found = change(ChangeWord.LEAVE_OUT, visit)
    assert found.breaches == check(problem(), found.plan) == ()
    (row,) = [row for row in found.plan.unallocated if row.visit == visit]
    assert (row.reason, row.detail) == (Reason.LEFT_OUT_BY_HAND, "Left out by hand.")
    assert found.costs["unallocated"] > 0
    assert found.terms == dict(score(problem(), found.plan).terms)
    assert busiest()[0].shift in found.shifts


def test_what_is_left_out_can_be_put_back() -> None:
    """Moved to its run again the visit finds a legal place, and the plan places as many as before."""
    run = busiest()[0]
    visit = alone(run)[1]
    without = change(ChangeWord.LEAVE_OUT, visit).plan
    back = edit(problem(), without, {}, HandChange(word=ChangeWord.MOVE, visit=visit, to_shift=run.shift))
    assert back.breaches == ()
    assert len(back.plan.unallocated) == len(plan().unallocated)
    assert back.costs["unallocated"] < 0
    assert visit in [moved.visit for moved in back.retimed]


def test_a_change_that_breaks_a_rule_is_told_with_its_rule() -> None:
    """A visit put first into a run that begins hours before it or after it comes at a wrong time; undoing mends it."""
    first, second = busiest()[:2]
    visit = alone(first)[-1]
    found = change(ChangeWord.MOVE, visit, to_shift=second.shift, position=0)
    assert found.broken
    assert set(found.broken) <= set(check(problem(), found.plan))
    back = edit(
        problem(),
        found.plan,
        {},
        HandChange(word=ChangeWord.MOVE, visit=visit, to_shift=first.shift),
    )
    assert set(back.mended) >= set(found.broken) - set(back.breaches)
    assert len(back.breaches) < len(found.breaches)


def test_swapped_visits_change_places() -> None:
    """Each is where the other was."""
    first, second = busiest()[:2]
    one, two = alone(first)[0], alone(second)[0]
    found = change(ChangeWord.SWAP, one, other=two)
    orders = {run.shift: [stop.visit for stop in run.stops] for run in found.plan.runs}
    before = {run.shift: [stop.visit for stop in run.stops] for run in plan().runs}
    assert orders[first.shift] == [two if visit == one else visit for visit in before[first.shift]]
    assert orders[second.shift] == [one if visit == two else visit for visit in before[second.shift]]


def test_carers_of_one_visit_stay_together() -> None:
    """When one of two carers is sent elsewhere first, both still begin the shared visit at once, or it is told."""
    shared = next(
        visit.id
        for visit in problem().visits
        if visit.carers_needed == 2 and visit.id not in {row.visit for row in plan().unallocated}
    )
    run = next(run for run in plan().runs if shared in [stop.visit for stop in run.stops] and alone(run))
    found = change(ChangeWord.LEAVE_OUT, alone(run)[0])
    starts = {stop.start_s for other in found.plan.runs for stop in other.stops if stop.visit == shared}
    assert len(starts) == 1


def test_a_locked_visit_stays_where_and_when_it_is() -> None:
    """It cannot be moved until it is unlocked, and its time does not move with its run's."""
    run = busiest()[0]
    locked, other = alone(run)[-1], alone(run)[0]
    start_s = next(stop.start_s for stop in run.stops if stop.visit == locked)
    locks = change(ChangeWord.LOCK, locked).locks
    assert locks == {locked: {"shifts": [run.shift], "start_s": start_s}}
    with pytest.raises(ChangeRefused, match="locked"):
        edit(problem(), plan(), locks, HandChange(word=ChangeWord.LEAVE_OUT, visit=locked))
    found = edit(problem(), plan(), locks, HandChange(word=ChangeWord.LEAVE_OUT, visit=other))
    assert [stop.start_s for after in found.plan.runs for stop in after.stops if stop.visit == locked] == [start_s]
    assert edit(problem(), plan(), locks, HandChange(word=ChangeWord.UNLOCK, visit=locked)).locks == {}


@pytest.mark.parametrize(
    "wrong",
    [
        {"word": ChangeWord.MOVE, "visit": "nobody", "to_shift": "S1"},
        {"word": ChangeWord.MOVE, "to_shift": "nowhere"},
        {"word": ChangeWord.MOVE, "to_shift": "free", "from_shift": "free"},
        {"word": ChangeWord.SWAP},
        {"word": ChangeWord.UNLOCK},
    ],
)
def test_what_means_nothing_is_refused(wrong: dict[str, str]) -> None:
    """Visits, shifts and locks that are not there."""
    first, second = busiest()[:2]
    asked = HandChange(**{"visit": alone(first)[0], **wrong})  # type: ignore[arg-type]
    if asked.to_shift == "free":
        asked = replace(asked, to_shift=second.shift, from_shift=second.shift)
    with pytest.raises(ChangeRefused):
        edit(problem(), plan(), {}, asked)
