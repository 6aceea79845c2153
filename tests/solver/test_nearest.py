"""Packages by distance alone: who is near to whom, and no more than may move."""

from __future__ import annotations

from collections import Counter

import pytest

from solver.nearest import nearest_packages
from solver.packages import CEILING_PCT, Terms
from tests.solver.days import random_day

PROVIDERS = 3


def terms_for(problem: object, **changes: object) -> Terms:
    """Let everybody go anywhere, from today's providers."""
    today = {visit.client: min(visit.providers) for visit in problem.visits}  # type: ignore[attr-defined]
    everybody = frozenset(today.values())
    given = {"today": today, "legal": dict.fromkeys(today, everybody), "floor_pct": {}, "budget": len(today), **changes}
    return Terms(**given)  # type: ignore[arg-type]


@pytest.mark.parametrize("budget", [0, 1, 5])
def test_the_budget_holds(budget: int) -> None:
    """Those who gain most go first, and no more than may."""
    problem = random_day(60, 15, 2, providers=PROVIDERS)
    terms = terms_for(problem, budget=budget)
    found = nearest_packages(problem, terms)
    assert sum(found[client] != provider for client, provider in terms.today.items()) == budget


def test_floors_and_ceilings_hold() -> None:
    """Hours stay within them whatever the distance."""
    problem = random_day(60, 15, 2, providers=PROVIDERS)
    names = {shift.provider for shift in problem.shifts}
    terms = terms_for(problem, floor_pct=dict.fromkeys(names, 90))
    hours: Counter[str] = Counter()
    for visit in problem.visits:
        hours[visit.client] += visit.duration_s * visit.carers_needed
    before, after = Counter[str](), Counter[str]()
    for client, provider in nearest_packages(problem, terms).items():
        before[terms.today[client]] += hours[client]
        after[provider] += hours[client]
    assert all(100 * after[name] >= 90 * seconds - 100 for name, seconds in before.items())
    assert all(100 * after[name] <= CEILING_PCT * seconds for name, seconds in before.items())


def test_who_may_not_move_stays() -> None:
    """Choice comes before distance."""
    problem = random_day(60, 15, 2, providers=PROVIDERS)
    terms = terms_for(problem)
    terms = terms_for(problem, legal={client: frozenset({name}) for client, name in terms.today.items()})
    assert nearest_packages(problem, terms) == dict(terms.today)
