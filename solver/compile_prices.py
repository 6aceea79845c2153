"""Lowers what it costs to send one carer rather than another."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from numpy.typing import NDArray

    from solver.types import DayProblem


def assign_prices(problem: DayProblem) -> NDArray[np.int32]:
    """Price (V, S) each shift for a visit: carers unknown or second choice to the client, shifts not as before."""
    weights, visits = problem.weights, problem.visits
    carers, shifts = [shift.carer for shift in problem.shifts], [shift.id for shift in problem.shifts]
    before = {was.visit: was.shifts for was in problem.before}
    price = weights.unfamiliar_visit * _others([visit.known_carers or None for visit in visits], carers)
    price += weights.second_choice_visit * _others([visit.preferred_carers or None for visit in visits], carers)
    return price + weights.changed_visit * _others([before.get(visit.id) for visit in visits], shifts)


def _others(wanted: Sequence[Iterable[str] | None], names: Sequence[str]) -> NDArray[np.int32]:
    """Count 1 where a column's name is not among those wanted in a row; None wants everybody."""
    columns: dict[str, list[int]] = {}
    for column, name in enumerate(names):
        columns.setdefault(name, []).append(column)
    other = np.zeros((len(wanted), len(names)), np.int32)
    for row, asked in enumerate(wanted):
        if asked is not None:
            other[row] = 1
            other[row, [column for name in asked for column in columns.get(name, ())]] = 0
    return other
