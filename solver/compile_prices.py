"""Lowers what it costs to send one carer rather than another."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from solver.types import DayProblem


def assign_prices(problem: DayProblem) -> NDArray[np.int32]:
    """Price (V, S) each carer of a visit: unknown where the client knows some, second choice, another than before."""
    carers = [shift.carer for shift in problem.shifts]
    rows = {visit.id: row for row, visit in enumerate(problem.visits)}
    price = np.zeros((len(problem.visits), len(carers)), np.int32)
    for row, visit in enumerate(problem.visits):
        if visit.known_carers:
            price[row] += problem.weights.unfamiliar_visit * _other_than(visit.known_carers, carers)
        if visit.preferred_carers:
            price[row] += problem.weights.second_choice_visit * _other_than(visit.preferred_carers, carers)
    for was in problem.before:
        if was.visit in rows:
            shifts = [shift.id for shift in problem.shifts]
            price[rows[was.visit]] += problem.weights.changed_visit * _other_than(was.shifts, shifts)
    return price


def _other_than(wanted: frozenset[str], names: list[str]) -> NDArray[np.int32]:
    return np.array([name not in wanted for name in names], np.int32)
