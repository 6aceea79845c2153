"""Compile the search once, before tests run side by side: cold, it takes longer than any test should wait."""

from __future__ import annotations

from solver.solve import solve
from solver.types import Limits, Sequence, Weights
from tests.builders import a_break, a_problem, a_shift, a_visit


def main() -> None:
    """Plan a plain day with a pair and a break, and one whose starts have prices and depend on each other."""
    visits = [a_visit(), a_visit("v2", carers_needed=2), a_visit("v3")]
    shifts = [a_shift(breaks=(a_break(),)), a_shift("late")]
    link = Sequence(first="v1", then="v3", least_s=0, most_s=7200)
    solve(a_problem(visits, shifts), Limits(iterations=50))
    solve(a_problem(visits, shifts, sequences=(link,), weights=Weights(late=1.0, waiting=1.0)), Limits(iterations=50))


if __name__ == "__main__":
    main()
