"""A quick bound for days of any size: what the hours cannot hold is left out, and what is made is travelled to.

Inside an interval visits take some time whenever they start, and shifts have only so much. A linear programme leaves
out the cheapest visits, in fractions, until every interval and every crew has room; each visit made pays the cheapest
way to it. Boats, breaks and the order of visits are ignored, so no plan is excluded.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from solver.covering import Bands
from solver.refusals import Refusal

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from solver.pricing import Pricing

EDGES = 14
"""How many beginnings and how many ends of intervals are tried."""

CREWS = 12
"""How many crews are looked at apart, those of the most visits, beside all shifts together."""

BY_CLOCK_AND_MAP = Refusal.SHIFT_HOURS | Refusal.REST | Refusal.UNREACHABLE | Refusal.TOO_FAR | Refusal.TOO_FAR_TO_DRIVE


def scarcity_bound(pricing: Pricing) -> float:
    """Give what any legal plan costs at the least."""
    made = pricing.needs * _least_to_make(pricing)
    _, group = np.unique(pricing.group, return_inverse=True)
    price = _by_group(group, np.maximum(0.0, pricing.unplaced - made))
    base = Bands(pricing).fixed + float(np.minimum(made, pricing.unplaced).sum())
    short = [(_by_group(group, inside_s), float(inside_s.sum()) - has_s) for inside_s, has_s in _intervals(pricing)]
    worth = _worth_of_seconds(price, short)
    spared, gained = price, 0.0
    for (inside_s, over_s), second in zip(short, worth, strict=True):
        spared = spared - second * inside_s
        gained += second * over_s
    return base + max(0.0, gained + float(np.minimum(0.0, spared).sum()))


def _by_group(group: NDArray[np.int64], amount: NDArray[np.float64]) -> NDArray[np.float64]:
    """Sum amounts by group."""
    total = np.zeros(group.max(initial=-1) + 1)
    np.add.at(total, group, amount)
    return total


def _worth_of_seconds(price: NDArray[np.float64], short: list[tuple[NDArray[np.float64], float]]) -> list[float]:
    """Price a second of each interval that is short of some; whatever these prices are, they prove a bound."""
    from ortools.linear_solver import pywraplp  # noqa: PLC0415 - only when a bound is asked for

    solver = pywraplp.Solver.CreateSolver("GLOP")
    goal = solver.Objective()
    left_out = [solver.NumVar(0.0, 1.0, "") for _ in price]
    for variable, cost in zip(left_out, price.tolist(), strict=True):
        goal.SetCoefficient(variable, cost)
    goal.SetMinimization()
    rows = []
    for inside_s, over_s in short:
        rows.append(solver.Constraint(over_s, solver.infinity()))
        for group in np.flatnonzero(inside_s).tolist():
            rows[-1].SetCoefficient(left_out[group], float(inside_s[group]))
    if solver.Solve() != solver.OPTIMAL:
        return [0.0] * len(rows)
    return [max(0.0, row.dual_value()) for row in rows]


def _least_to_make(pricing: Pricing) -> NDArray[np.float64]:
    """Price (V,) the cheapest way to each visit and the cheapest carer for it; infinite where nobody may come."""
    compiled, travel = pricing.compiled, pricing.travel
    place, apart = compiled.place[pricing.leg], ~np.eye(len(pricing.leg), dtype=np.bool_)
    least = np.full(pricing.allowed.shape, np.inf)
    for mode in np.unique(compiled.mode).tolist():
        shifts = np.flatnonzero(compiled.mode == mode)
        between = travel.arc[mode][np.ix_(place, place)].min(axis=0, initial=np.inf, where=apart)
        from_home = travel.home[mode][np.ix_(compiled.start_place[shifts], place)].T
        least[:, shifts] = np.minimum(between[:, None], from_home)
    made: NDArray[np.float64] = np.where(pricing.allowed, least + pricing.assign, np.inf).min(axis=1, initial=np.inf)
    return made


def _intervals(pricing: Pricing) -> Iterator[tuple[NDArray[np.float64], float]]:
    """Give what each visit (V,) takes at the least and what its crew has, for each interval that may be too short."""
    compiled, leg = pricing.compiled, pricing.leg
    first_s, last_s = (side[leg].astype(np.float64) for side in (compiled.earliest_s, compiled.latest_s))
    length_s = compiled.duration_s[leg].astype(np.float64)
    opens_s, closes_s = compiled.shift_earliest_s, compiled.shift_latest_s
    for crew, members in _crews(pricing):
        if not members.any():
            continue
        for from_s in _spread(first_s[members]):
            for to_s in _spread((last_s + length_s)[members]):
                overlaps = [_overlap(start_s, start_s + length_s, (from_s, to_s)) for start_s in (first_s, last_s)]
                inside_s = pricing.needs * np.where(members, np.minimum(*overlaps), 0.0)
                has_s = float(np.maximum(0, np.minimum(closes_s, to_s) - np.maximum(opens_s, from_s))[crew].sum())
                if inside_s.sum() > has_s:
                    yield inside_s, has_s


def _crews(pricing: Pricing) -> Iterator[tuple[NDArray[np.bool_], NDArray[np.bool_]]]:
    """Give crews (S,) and the visits (V,) that nobody else can make."""
    possible = pricing.allowed.any(axis=1)
    bits = pricing.compiled.refusal[pricing.leg] & ~np.uint32(BY_CLOCK_AND_MAP)
    crews, count = np.unique(bits == 0, axis=0, return_counts=True)
    everybody = np.ones((1, pricing.allowed.shape[1]), np.bool_)
    for crew in np.vstack([everybody, crews[np.argsort(-count, kind="stable")][:CREWS]]):
        yield crew, possible & ~(pricing.allowed & ~crew).any(axis=1)


def _overlap(
    start_s: NDArray[np.float64], end_s: NDArray[np.float64], between: tuple[float, float]
) -> NDArray[np.float64]:
    inside: NDArray[np.float64] = np.minimum(end_s, between[1]) - np.maximum(start_s, between[0])
    return inside.clip(min=0.0)


def _spread(instants: NDArray[np.float64]) -> list[float]:
    """Give some of the instants, spread evenly among them."""
    distinct = np.unique(instants)
    rows = np.unique(np.linspace(0, len(distinct) - 1, EDGES).round().astype(np.int64))
    return [float(instant) for instant in distinct[rows]]
