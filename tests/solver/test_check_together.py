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
