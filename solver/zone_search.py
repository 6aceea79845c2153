"""Search for zones: join two neighbours, grow a random tree over both, cut it anew; accept worse ones while it is hot.

Moving single areas gets stuck in a county of sea lochs, whose area graph is nearly a tree; a cut moves whole branches.
Source: DeFord, Duchin, Solomon (2021), Recombination: a family of Markov chains for redistricting; here with annealing.
"""

from __future__ import annotations

from itertools import accumulate, chain
from typing import TYPE_CHECKING, Any

import numpy as np

from solver.kernel.rng import new_rng
from solver.zone_cuts import Part, one_zone, search
from solver.zone_map import NO_LOCKS, part_band

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from numpy.typing import NDArray

    from solver.zone_map import AreaMap, Locks

BEYOND_MIN = 1000.0
"""What an hour outside a zone's band is worth, in minutes that the work of an hour is farther from the centre."""

BROKEN_SHARE = 10.0
"""What an area that breaks a lock is worth besides all hours outside of bands, in times the travel of a single zone."""

HOT, HOT_LOCKS = 1.0, 0.5
"""A step that costs as much as a single zone, or this share of a broken lock, is taken one time in e at first: most
locks need two steps at once."""


def search_zones(  # noqa: PLR0913 (a part, its rules, and how to search on it)
    areas: list[int],
    n_zones: int,
    *,
    where: AreaMap,
    slider: float,
    locks: Locks = NO_LOCKS,
    seed: int,
    iterations: int,
) -> list[list[int]]:
    """Find zones of areas that hang together; the same seed finds the same."""
    part = _part(areas, n_zones, where, slider, locks)
    zoning = one_zone(part, n_zones)
    search(part, zoning, new_rng(seed), iterations)
    return [[areas[row] for row in np.flatnonzero(zoning.best == zone)] for zone in range(n_zones)]


def _part(areas: list[int], n_zones: int, where: AreaMap, slider: float, locks: Locks) -> Part:
    """Give the areas numbers from 0, and put what is known of them in arrays."""
    number = {area: row for row, area in enumerate(areas)}
    load_h = where.load_h[areas]
    weight = where.weight[areas] if where.weight[areas].sum() > 0 else np.ones(len(areas))
    way = weight[:, None] * where.travel_min[np.ix_(areas, areas)].T
    whole = max(float(way.sum(axis=0).min()), 1e-6)
    near = [[(number[other], minutes) for other, minutes in where.neighbours[area]] for area in areas]
    colours = [_by_colour(lock, number) for lock in locks.colours()]
    pairs = [pair for pair in locks.together if pair[0] != pair[1] and number.keys() >= set(pair)]
    asked = {area: band for area, band in locks.bands.items() if area in number}
    beyond = BEYOND_MIN / max(whole, float(load_h.sum()))
    broken = BROKEN_SHARE + beyond * float(load_h.sum())
    return Part(
        way=np.ascontiguousarray(way / whole),
        load_h=load_h,
        first=np.array([0, *accumulate(map(len, near))]),
        near=np.array([other for row in near for other, _ in row], dtype=np.int64),
        minutes=np.array([minutes for row in near for _, minutes in row], dtype=np.float64),
        edges=_two_columns(
            [(row, other) for row in range(len(near)) for other, _ in near[row] if row < other], np.int64
        ),
        marks=_marks(number, [*chain(*colours), *pairs, *((area,) for area in asked)]),
        colours=np.array([0, *accumulate(map(len, colours))]),
        n_pairs=len(pairs),
        asked_h=_two_columns(asked.values(), np.float64),
        usual_h=np.array(part_band(float(load_h.sum()), n_zones, slider)),
        beyond=beyond,
        broken=broken,
        kept=len(colours[0]) if locks.most_zones is not None else 0,
        most_zones=locks.most_zones or n_zones,
        hot=HOT if not pairs and not any(colours) else max(HOT, HOT_LOCKS * broken),
    )


def _by_colour(colours: Mapping[int, str], number: Mapping[int, int]) -> list[list[int]]:
    """List the areas of each colour that are in a part."""
    found: dict[str, list[int]] = {}
    for area in colours.keys() & number.keys():
        found.setdefault(colours[area], []).append(area)
    return [found[colour] for colour in sorted(found)]


def _marks(number: Mapping[int, int], marked: Sequence[Sequence[int]]) -> NDArray[np.float64]:
    """Make a column for each set of areas, 1 where they are."""
    marks = np.zeros((len(number), len(marked)))
    for column, areas in enumerate(marked):
        marks[[number[area] for area in areas], column] = 1.0
    return marks


def _two_columns(rows: Iterable[tuple[float, float]], kind: type) -> NDArray[Any]:
    """Make an array (rows, 2), also of none."""
    return np.array(list(rows), dtype=kind).reshape(-1, 2)
