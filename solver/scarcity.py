"""A quick bound for days of any size: what the hours cannot hold is left out, and what is made is travelled to.

Inside an interval visits take some time whenever they start, and shifts have only so much. A linear programme leaves
out the cheapest visits, in fractions, until every interval and every crew has room; each visit made pays the cheapest
way to it. Boats, breaks and the order of visits are ignored, so no plan is excluded.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from scipy.optimize import linprog
from scipy.sparse import csr_matrix, vstack

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
    groups, group = np.unique(pricing.group, return_inverse=True)
    price = np.bincount(group, np.maximum(0.0, pricing.unplaced - made), len(groups))
    base = Bands(pricing).fixed + float(np.minimum(made, pricing.unplaced).sum())
    rows, over = [], []
    for inside_s, has_s in _intervals(pricing):
        rows.append(csr_matrix(np.bincount(group, inside_s, len(groups))[None]))
        over.append(float(inside_s.sum()) - has_s)
    if not rows:
        return base
    inside, over_s = vstack(rows, format="csr"), np.array(over)
    solved = linprog(price, A_ub=-inside, b_ub=-over_s, bounds=(0.0, 1.0), method="highs")
    if solved.status != 0:
        return base
    worth = np.maximum(0.0, -solved.ineqlin.marginals)  # whatever the solver's tolerance, these prices prove a bound
    return base + max(0.0, float(worth @ over_s + np.minimum(0.0, price - inside.T @ worth).sum()))


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
