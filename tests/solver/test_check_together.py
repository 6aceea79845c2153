"""Ties between visits that have more than two sides: half a sequence, different carers, nothing made at all."""

from __future__ import annotations

from dataclasses import replace

from solver.check import check
from solver.rules import Rule
from solver.types import ClientNeeds, Reason, Sequence, Unallocated
from tests.builders import a_plan, a_problem, a_shift, a_visit
from tests.solver.cases import ANNA, OTHER
from tests.solver.more_cases import HOUR_APART, pair_of_visits, tied


def left_out(visit: str) -> Unallocated:
    """List a visit as unallocated."""
    return Unallocated(visit=visit, reason=Reason.NOT_PLACED_IN_TIME, detail="")


def test_half_a_sequence_is_no_sequence() -> None:
    """The second visit alone, or the first alone, is a breach; neither is none."""
    problem = tied(sequences=(HOUR_APART,))
    for made in (0, 1):
        runs = pair_of_visits("08:10", "09:10").runs
        plan = a_plan(runs[made], unallocated=[left_out(("v2", "v1")[made])])
        assert [(b.rule, b.visit) for b in check(problem, plan)] == [(Rule.SEQUENCE, ("v2", "v1")[made])]
    assert check(problem, a_plan(unallocated=[left_out("v1"), left_out("v2")])) == ()


def test_a_sequence_may_ask_for_different_carers() -> None:
    """Two visits that must have different carers may not both be Anna's."""
    apart = Sequence(first="v1", then="v2", least_s=0, most_s=7200, same_carer=False)
    problem = tied(sequences=(apart,))
    assert check(problem, pair_of_visits("08:10", "09:10")) == ()
    assert [b.rule for b in check(problem, pair_of_visits("08:10", "09:10", by="early"))] == [Rule.SEQUENCE_CARER]


def test_the_carers_of_one_visit_need_no_gap_between_them() -> None:
    """A double-handed visit is one visit: its two carers come at once, whatever gap the client needs."""
    needs = ClientNeeds(client="c1", min_gap_s=3600)
    problem = a_problem([a_visit(carers_needed=2, client="c1")], [a_shift(), a_shift("second")], clients=(needs,))
    assert check(problem, a_plan(ANNA, replace(OTHER))) == ()


def test_a_sequence_is_counted_from_the_first_carer_of_each_visit() -> None:
    """Where the two carers of a visit do not start at once, that is the breach, and the sequence has its hour."""
    hour = (Sequence(first="v1", then="v2", least_s=3600, most_s=3600),)
    for double in ("v1", "v2"):
        problem = tied(sequences=hour)
        visits = tuple(replace(visit, carers_needed=1 + (visit.id == double)) for visit in problem.visits)
        problem = replace(problem, visits=visits, shifts=(*problem.shifts, a_shift("second")))
        one, other = pair_of_visits("08:10", "09:10").runs
        late = {"v1": pair_of_visits("08:11", "09:10").runs[0], "v2": pair_of_visits("08:10", "09:11").runs[1]}[double]
        found = check(problem, a_plan(one, other, replace(late, shift="second")))
        assert [(b.rule, b.visit, b.amount) for b in found] == [(Rule.SAME_START, double, 60)]


def test_of_visits_to_a_client_at_once_the_second_by_name_is_too_soon() -> None:
    """Which of two is named does not depend on who makes it, nor on the order of the runs."""
    gap = (ClientNeeds(client="c1", min_gap_s=60),)
    problem = tied(same_client=True, clients=gap)
    one, other = pair_of_visits("08:10", "08:10").runs
    swapped = a_plan(replace(one, shift="late"), replace(other, shift="early"))
    for plan in (a_plan(one, other), a_plan(other, one), swapped):
        assert [(b.rule, b.visit) for b in check(problem, plan)] == [(Rule.MIN_GAP, "v2")]
