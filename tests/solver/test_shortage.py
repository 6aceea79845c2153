"""The proof that carers are too few at some hour: found where it holds, never where a plan exists."""

from __future__ import annotations

from hypothesis import given, settings

from solver.shortage import Shortages
from solver.types import DayProblem  # noqa: TC001 - hypothesis reads it
from tests.builders import a_problem, a_shift, a_visit, a_window
from tests.days import days
from tests.oracle import best_plan


def test_two_carers_have_time_for_what_one_has_not() -> None:
    """Two hours of visits between 08:00 and 09:30 are too many for one carer and not for two."""
    visits = [a_visit(f"v{n}", duration_s=3600, window=a_window("08:00", "08:30")) for n in (1, 2)]
    alone, both = a_problem(visits), a_problem(visits, [a_shift(), a_shift("late")])
    proof = Shortages(alone).of(visits[0])
    assert proof is not None
    assert (proof.needed_s, proof.available_s, set(proof.visits)) == (7200, 5400, {"v1", "v2"})
    assert Shortages(both).of(visits[0]) is None


def test_visits_that_others_could_make_are_no_proof() -> None:
    """A rival whom somebody else can visit does not count against Anna."""
    visits = [a_visit(f"v{n}", duration_s=3600, window=a_window("08:00", "08:30")) for n in (1, 2)]
    visits[1] = a_visit("v2", duration_s=3600, window=visits[0].window, providers=frozenset({"north", "south"}))
    problem = a_problem(visits, [a_shift(), a_shift("late", provider="south")])
    assert Shortages(problem).of(visits[0]) is None


@settings(max_examples=60)
@given(days(max_visits=4))
def test_what_is_proved_holds(problem: DayProblem) -> None:
    """Wherever a shortage is proved, no plan whatever makes all the visits that it names."""
    shortages = Shortages(problem)
    proofs = [proof for visit in problem.visits if (proof := shortages.of(visit))]
    if proofs:
        _, plan = best_plan(problem)
        made = {stop.visit for run in plan.runs for stop in run.stops}
        assert all(set(proof.visits) - made for proof in proofs)
