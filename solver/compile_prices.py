"""Lowers the prices of who comes to whom and of how the work is shared: by leg and shift, by run, and by client."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray  # noqa: TC002 - named tuples keep their annotations

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from solver.types import DayProblem


def assign_prices(problem: DayProblem) -> NDArray[np.int32]:
    """Price (V, S) each shift for a visit: carers unknown or second choice to the client, shifts not as before."""
    weights, visits = problem.weights, problem.visits
    carers, shifts = [shift.carer for shift in problem.shifts], [shift.id for shift in problem.shifts]
    before = {was.visit: was.shifts for was in problem.before}
    wishes: tuple[tuple[int, list[Iterable[str] | None], list[str]], ...] = (
        (weights.unfamiliar_visit, [visit.known_carers or None for visit in visits], carers),
        (weights.second_choice_visit, [visit.preferred_carers or None for visit in visits], carers),
        (weights.changed_visit, [before.get(visit.id) for visit in visits], shifts),
    )
    price = np.zeros((len(visits), len(shifts)), np.int32)
    for weight, wanted, names in wishes:
        if weight and any(asked is not None for asked in wanted):
            price += weight * _others(wanted, names)
    return price


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


class RunPrices(NamedTuple):
    """The part of `Compiled` about prices of a whole run, and of all the legs of a client."""

    area: NDArray[np.int32]
    paid_s: NDArray[np.int32]
    contracted_s: NDArray[np.int32]
    overtime: NDArray[np.float64]
    undertime: NDArray[np.float64]
    balance: float
    another_carer: int
    another_provider: int
    another_area: int


def run_prices(problem: DayProblem, leg_visit: NDArray[np.int32]) -> RunPrices:
    """Lower the prices of work, of areas in a run, and of carers and providers of a client; 0 where there is none."""
    weights, shifts = problem.weights, problem.shifts
    areas = {name: row for row, name in enumerate(sorted({visit.area for visit in problem.visits if visit.area}))}
    due_s = np.array([shift.contracted_s or 0 for shift in shifts], np.int32)
    due = np.array([shift.contracted_s is not None for shift in shifts], np.float64)
    paid_s = [sum(rest.duration_s for rest in shift.breaks if rest.paid) for shift in shifts]
    return RunPrices(
        area=np.array([areas.get(visit.area or "", -1) for visit in problem.visits], np.int32)[leg_visit],
        paid_s=np.array(paid_s, np.int32),
        contracted_s=due_s,
        overtime=weights.overtime * due,
        undertime=weights.undertime * due,
        balance=weights.balance,
        another_carer=weights.another_carer,
        another_provider=weights.another_provider,
        another_area=weights.another_area,
    )
