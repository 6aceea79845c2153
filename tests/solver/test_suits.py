"""Tests of whom a visit suits: the checker's cases of wishes and bars, asked of the proofs."""

from __future__ import annotations

from dataclasses import replace

import pytest

from solver.rules import Rule
from solver.suits import crews, may_make, of_provider, skilled, suitable, welcome
from tests.builders import a_problem, a_shift, a_visit
from tests.solver.cases import Case
from tests.solver.more_cases import MORE_CASES, asks

PEG = frozenset({"peg"})
JUDGE = {
    Rule.PROVIDER: of_provider,
    Rule.SKILLS: skilled,
    Rule.SKILL_EXPIRED: skilled,
    Rule.ANY_SKILL: skilled,
    Rule.UNWANTED_SKILL: skilled,
    Rule.GENDER: suitable,
    Rule.LANGUAGE: suitable,
    Rule.MODE: suitable,
    Rule.EQUIPMENT: suitable,
    Rule.BARRED: welcome,
    Rule.BARRED_BY_CARER: welcome,
}
CASES = (
    Case(rule=Rule.PROVIDER, kept=asks(), broken=asks(providers=frozenset({"south"}))),
    Case(rule=Rule.SKILLS, kept=asks({"skills": PEG}, skills=PEG), broken=asks(skills=PEG)),
    Case(rule=Rule.BARRED, kept=asks(), broken=asks(barred_carers=frozenset({"anna"}))),
    *(case for case in MORE_CASES if case.rule in JUDGE),
)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.rule)
def test_a_shift_suits_just_when_the_checker_says_so(case: Case) -> None:
    """One function judges the rule, the others find nothing; the crew of a visit has whom all but bars allow."""
    for (problem, _), kept in ((case.kept, True), (case.broken, False)):
        visit, shift = problem.visits[0], problem.shifts[0]
        for judge in (of_provider, skilled, suitable, welcome):
            assert judge(problem, visit, shift) is (kept or judge is not JUDGE[case.rule])
        assert may_make(problem, visit, shift) is kept
        in_crew = kept or JUDGE[case.rule] is welcome
        assert crews(problem) == {visit.id: frozenset({shift.id} if in_crew else ())}


def test_a_locked_visit_may_be_made_by_its_shifts_only() -> None:
    """Whoever else suits it."""
    shifts = [a_shift("a"), a_shift("b")]
    problem = a_problem([a_visit(locked_shifts=frozenset({"b"}))], shifts)
    assert [may_make(problem, problem.visits[0], shift) for shift in shifts] == [False, True]


def test_every_visit_has_its_own_crew() -> None:
    """Visits that ask for the same have the same crew, and others another."""
    shifts = [a_shift("a", skills=PEG), a_shift("b"), a_shift("c", provider="south")]
    visits = [a_visit("plain"), a_visit("skilled", skills=PEG), a_visit("too"), a_visit("any", providers=frozenset())]
    problem = a_problem(visits, [*shifts, replace(shifts[0], id="d", provider="west")])
    plain = frozenset({"a", "b"})
    assert crews(problem) == {"plain": plain, "skilled": frozenset({"a"}), "too": plain, "any": frozenset()}
