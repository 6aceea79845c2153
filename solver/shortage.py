"""Prove that a plan has no time for a visit beside those it has, however it moves them about.

The proof needs no search: the time that each visit must take inside an interval, whenever it starts, is added up and
compared with the time that the shifts have there. Travel is left out, so what is proved holds all the more.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from solver.needs import start_windows, working_window
from solver.suits import crews

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from solver.types import DayPlan, DayProblem, Visit

_EDGES = 8
"""How many beginnings and ends of intervals are tried, those nearest to the visit."""


class Shortage(NamedTuple):
    """An interval in which `visits` need `needed_s` of contact and the shifts have only `available_s`."""

    from_s: int
    to_s: int
    needed_s: int
    available_s: int
    visits: tuple[str, ...]


class _Rivals(NamedTuple):
    """Visits that depend on one crew: the row of each by id, and the carers that those in the plan need (V,).

    By window (W,) the bounds of the start and the length; `begins` (V,) is the first window of each visit.
    """

    row: Mapping[str, int]
    carers: NDArray[np.int64]
    first_s: NDArray[np.int64]
    last_s: NDArray[np.int64]
    length_s: NDArray[np.int64]
    begins: NDArray[np.int64]


class Shortages:
    """What keeps visits out of one plan for want of carers, looked for visit by visit."""

    def __init__(self, problem: DayProblem, plan: DayPlan) -> None:
        """Find who could make which visit, and which are made."""
        self._problem = problem
        self._crew_of = crews(problem)
        self._made = {  # a recorded rota may send somebody whom the visit does not suit: that takes no crew's time
            stop.visit for run in plan.runs for stop in run.stops if run.shift in self._crew_of[stop.visit]
        }
        self._of_crew: dict[frozenset[str], tuple[_Rivals, NDArray[np.int64]]] = {}

    def of(self, visit: Visit) -> Shortage | None:
        """Give the interval with the fewest visits in which this one and others of the plan cannot all be made.

        Only visits that depend on the same shifts, or on some of them, count. None without proof. The visit has a time
        to start and shifts that it suits.
        """
        rivals, hours = self._depending_on(self._crew_of[visit.id])
        row = rivals.row[visit.id]
        carers = rivals.carers.copy()
        carers[row] = visit.carers_needed
        first = rivals.begins[row]
        middle_s = (int(rivals.first_s[first]) + int(rivals.last_s[first]) + visit.duration_s) // 2
        starts = _nearest(np.concatenate([rivals.first_s, rivals.last_s]), middle_s)
        ends = _nearest(np.concatenate([rivals.first_s, rivals.last_s]) + np.tile(rivals.length_s, 2), middle_s)
        found = [_inside(rivals, carers, hours, (start, end)) for start in starts for end in ends if start < end]
        proofs = [proof for proof in found if proof is not None and visit.id in proof.visits]
        return min(proofs, key=lambda proof: (len(proof.visits), proof), default=None)

    def _depending_on(self, crew: frozenset[str]) -> tuple[_Rivals, NDArray[np.int64]]:
        """Give the visits that nobody outside a crew could make, and the hours (n, 2) of the crew."""
        if crew not in self._of_crew:
            visits = [v for v in self._problem.visits if self._crew_of[v.id] <= crew]
            hours = [working_window(self._problem, shift) for shift in self._problem.shifts if shift.id in crew]
            table = np.array([(w.earliest_s, w.latest_s) for w in hours], np.int64)
            self._of_crew[crew] = self._rivals([visit for visit in visits if start_windows(visit)]), table
        return self._of_crew[crew]

    def _rivals(self, visits: Sequence[Visit]) -> _Rivals:
        windows = [start_windows(visit) for visit in visits]
        counts = np.array([len(some) for some in windows], np.int64)
        flat = [(w.earliest_s, w.latest_s, v.duration_s) for v, some in zip(visits, windows, strict=True) for w in some]
        table = np.array(flat, np.int64)
        carers = np.array([visit.carers_needed * (visit.id in self._made) for visit in visits], np.int64)
        row = {visit.id: row for row, visit in enumerate(visits)}
        return _Rivals(row, carers, table[:, 0], table[:, 1], table[:, 2], np.cumsum(counts) - counts)


def _nearest(edges: NDArray[np.int64], middle_s: int) -> list[int]:
    distinct = np.unique(edges)
    return sorted(distinct[np.argsort(np.abs(distinct - middle_s), kind="stable")[:_EDGES]].tolist())


def _inside(
    rivals: _Rivals, carers: NDArray[np.int64], hours: NDArray[np.int64], interval: tuple[int, int]
) -> Shortage | None:
    """Compare what an interval holds at the least, with so many carers (V,) at each visit, with what the crew has."""
    from_s, to_s = interval

    def overlap(start_s: NDArray[np.int64]) -> NDArray[np.int64]:
        inside: NDArray[np.int64] = np.minimum(start_s + rivals.length_s, to_s) - np.maximum(start_s, from_s)
        return inside.clip(min=0)

    least_s = np.minimum.reduceat(np.minimum(overlap(rivals.first_s), overlap(rivals.last_s)), rivals.begins)
    needed_s = carers * least_s
    available_s = int((np.minimum(hours[:, 1], to_s) - np.maximum(hours[:, 0], from_s)).clip(min=0).sum())
    if needed_s.sum() <= available_s:
        return None
    names = list(rivals.row)
    return Shortage(
        from_s, to_s, int(needed_s.sum()), available_s, tuple(names[row] for row in np.flatnonzero(needed_s))
    )
