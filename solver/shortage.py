"""Prove that more visits fall into some hours than the carers who could make them have time for.

The proof needs no search: the time that each visit must take inside an interval, whenever it starts, is added up and
compared with the time that the shifts have there. Travel is left out, so what is proved holds all the more.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from solver.needs import start_windows, working_window

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from solver.types import DayProblem, Shift, Visit

_EDGES = 12
"""How many beginnings and ends of intervals are tried, those nearest to the visit."""


class Shortage(NamedTuple):
    """An interval in which `visits` need `needed_s` of contact and the shifts have only `available_s`."""

    from_s: int
    to_s: int
    needed_s: int
    available_s: int
    visits: tuple[str, ...]


class _Rivals(NamedTuple):
    """Visits that depend on one crew; `first_s`, `last_s`, `length_s` (W,) by window, `begins` the first of each."""

    visits: tuple[Visit, ...]
    first_s: NDArray[np.int64]
    last_s: NDArray[np.int64]
    length_s: NDArray[np.int64]
    begins: NDArray[np.int64]


def shortage(problem: DayProblem, visit: Visit, crew_of: Mapping[str, frozenset[str]]) -> Shortage | None:
    """Give the interval with the fewest visits in which this one and others cannot all be made; None without proof.

    `crew_of` names for each visit the shifts that could make it (or more of them). Only visits that depend on the
    same shifts count.
    """
    crew = crew_of[visit.id]
    rivals = _rivals([v for v in problem.visits if crew_of[v.id] and crew_of[v.id] <= crew and start_windows(v)])
    if visit not in rivals.visits:
        return None
    me = rivals.visits.index(visit)
    shifts = [shift for shift in problem.shifts if shift.id in crew]
    middle_s = (int(rivals.first_s[rivals.begins[me]]) + int(rivals.last_s[rivals.begins[me]]) + visit.duration_s) // 2
    starts = _nearest(np.concatenate([rivals.first_s, rivals.last_s]), middle_s)
    ends = _nearest(np.concatenate([rivals.first_s + rivals.length_s, rivals.last_s + rivals.length_s]), middle_s)
    found = [_inside(problem, rivals, shifts, (start, end)) for start in starts for end in ends if start < end]
    proofs = [proof for proof in found if proof is not None and visit.id in proof.visits]
    return min(proofs, key=lambda proof: (len(proof.visits), proof), default=None)


def _rivals(visits: Sequence[Visit]) -> _Rivals:
    windows = [start_windows(visit) for visit in visits]
    counts = np.array([len(some) for some in windows], np.int64)
    flat = [(w.earliest_s, w.latest_s, v.duration_s) for v, some in zip(visits, windows, strict=True) for w in some]
    table = np.array(flat, np.int64).reshape(-1, 3)
    return _Rivals(tuple(visits), table[:, 0], table[:, 1], table[:, 2], np.cumsum(counts) - counts)


def _nearest(edges: NDArray[np.int64], middle_s: int) -> list[int]:
    distinct = np.unique(edges)
    return sorted(distinct[np.argsort(np.abs(distinct - middle_s), kind="stable")[:_EDGES]].tolist())


def _inside(problem: DayProblem, rivals: _Rivals, shifts: Sequence[Shift], between: tuple[int, int]) -> Shortage | None:
    """Compare what an interval holds at the least with what the shifts have in it."""
    from_s, to_s = between

    def overlap(start_s: NDArray[np.int64]) -> NDArray[np.int64]:
        inside: NDArray[np.int64] = np.minimum(start_s + rivals.length_s, to_s) - np.maximum(start_s, from_s)
        return inside.clip(min=0)

    least_s = np.minimum.reduceat(np.minimum(overlap(rivals.first_s), overlap(rivals.last_s)), rivals.begins)
    needed_s = int(
        sum(visit.carers_needed * least for visit, least in zip(rivals.visits, least_s.tolist(), strict=True))
    )
    windows = [working_window(problem, shift) for shift in shifts]
    available_s = sum(max(0, min(w.latest_s, to_s) - max(w.earliest_s, from_s)) for w in windows)
    if needed_s <= available_s:
        return None
    holds = tuple(visit.id for visit, least in zip(rivals.visits, least_s.tolist(), strict=True) if least)
    return Shortage(from_s, to_s, needed_s, available_s, holds)
