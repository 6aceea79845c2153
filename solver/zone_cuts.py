"""The compiled search for zones of one part: join two neighbours, grow a random tree over both, cut it anew.

All cuts of a tree are priced together, from its leaves to its root. Shapes: n areas, k zones, c marks of locks, m rows:
the areas of two zones, each after its parent in the tree.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray  # noqa: TC002 - named tuples keep their annotations

from solver.kernel.jit import compiled, inner
from solver.kernel.rng import below, draw

COLD = 0.001
"""A step that costs this share of what a single zone would cost is taken one time in e at last."""

SHORTEST = 0.2
"""Trees take an edge for this many times its minutes at least, and for one time more at most."""

INSIDE, OUTSIDE = 0, 1
NO_ZONE = -1
SAME = 1e-12
TINY = 1e-300


class Part(NamedTuple):
    """Areas that hang together; never changed.

    `way` (n, n) prices an area (row) in the zone of a centre (column), `load_h` (n,); `near[first[a] : first[a + 1]]`
    are the neighbours of an area, `minutes` away, and `edges` (e, 2) each pair of them once. `marks` (n, c) is 1 where
    a lock names an area: first a mark for each colour, those of a lock from `colours[i]` to `colours[i + 1]`; then one
    for each pair that belongs together; then one for each area that asks for a band, which `asked_h` (q, 2) holds.
    `usual_h` (2,) is the band of other zones, `beyond` the price of an hour outside, `broken` that of an area which
    breaks a lock. The first `kept` marks are providers, each for `most_zones` at most. `hot` is what a step costs that
    is taken one time in e at first.
    """

    way: NDArray[np.float64]
    load_h: NDArray[np.float64]
    first: NDArray[np.int64]
    near: NDArray[np.int64]
    minutes: NDArray[np.float64]
    edges: NDArray[np.int64]
    marks: NDArray[np.float64]
    colours: NDArray[np.int64]
    n_pairs: int
    asked_h: NDArray[np.float64]
    usual_h: NDArray[np.float64]
    beyond: float
    broken: float
    kept: int
    most_zones: int
    hot: float


class Zoning(NamedTuple):
    """Zones at hand and the best so far: `zone` and `best` (n,), `cost` (k,), how often `marked` (k, c); and room.

    The tree over the two zones that `met` has `order` and `parent` (m,); `below` (m, m) tells what hangs on each row,
    with its `way` (m, m), `load_h` (m,) and marks `named` (m, c); `rest` (c,) are the marks of what does not.
    `side_cost` (2, m) prices both sides of a cut above each row. `waiting`, `price` and `came` (n,) are to grow trees.
    """

    zone: NDArray[np.int64]
    best: NDArray[np.int64]
    cost: NDArray[np.float64]
    marked: NDArray[np.float64]
    met: NDArray[np.int64]
    order: NDArray[np.int64]
    parent: NDArray[np.int64]
    below: NDArray[np.bool_]
    way: NDArray[np.float64]
    load_h: NDArray[np.float64]
    named: NDArray[np.float64]
    rest: NDArray[np.float64]
    side_cost: NDArray[np.float64]
    waiting: NDArray[np.bool_]
    price: NDArray[np.float64]
    came: NDArray[np.int64]


def one_zone(part: Part, n_zones: int) -> Zoning:
    """Put all areas in one zone, with room for as many as asked for."""
    n_areas, n_marks = part.marks.shape
    return Zoning(
        zone=np.zeros(n_areas, dtype=np.int64),
        best=np.zeros(n_areas, dtype=np.int64),
        cost=np.zeros(n_zones),
        marked=np.zeros((n_zones, n_marks)),
        met=np.zeros(2, dtype=np.int64),
        order=np.zeros(n_areas, dtype=np.int64),
        parent=np.zeros(n_areas, dtype=np.int64),
        below=np.zeros((n_areas, n_areas), dtype=np.bool_),
        way=np.zeros((n_areas, n_areas)),
        load_h=np.zeros(n_areas),
        named=np.zeros((n_areas, n_marks)),
        rest=np.zeros(n_marks),
        side_cost=np.zeros((2, n_areas)),
        waiting=np.zeros(n_areas, dtype=np.bool_),
        price=np.zeros(n_areas),
        came=np.zeros(n_areas, dtype=np.int64),
    )


@compiled
def search(part: Part, zoning: Zoning, rng: NDArray[np.uint64], iterations: int) -> None:
    """Cut the heaviest zone in two until there are enough; then join and cut, cooling down. The best zones are kept."""
    n_zones = len(zoning.cost)
    for fresh in range(1, n_zones):
        zoning.met[0] = zoning.met[1] = _heaviest(part, zoning.zone, fresh)
        row, n_rows = _cut(part, zoning, rng, 0.0)
        zoning.met[1] = fresh
        _take(zoning, row, n_rows)
    total = best = _total(part, zoning, NO_ZONE)
    _keep(zoning)
    for step in range(iterations if n_zones > 1 else 0):
        temperature = part.hot * (COLD / part.hot) ** (step / iterations)
        _meet(part, zoning, rng)
        row, n_rows = _cut(part, zoning, rng, temperature)
        changed = _total(part, zoning, row)
        if changed > total and draw(rng) >= math.exp((total - changed) / temperature):
            continue
        _take(zoning, row, n_rows)
        total = changed
        if total < best - SAME:
            best = total
            _keep(zoning)


@inner
def _heaviest(part: Part, zone: NDArray[np.int64], n_zones: int) -> int:
    """Find the zone with the most hours of those with several areas."""
    heaviest, most_h = 0, -1.0
    for number in range(n_zones):
        hours, n_areas = 0.0, 0
        for area in range(len(zone)):
            if zone[area] == number:
                hours += part.load_h[area]
                n_areas += 1
        if n_areas > 1 and hours > most_h:
            heaviest, most_h = number, hours
    return heaviest


@inner
def _meet(part: Part, zoning: Zoning, rng: NDArray[np.uint64]) -> None:
    """Draw two zones that touch, by an edge between them."""
    while True:
        edge = below(rng, len(part.edges))
        zoning.met[0], zoning.met[1] = zoning.zone[part.edges[edge, 0]], zoning.zone[part.edges[edge, 1]]
        if zoning.met[0] != zoning.met[1]:
            return


@inner
def _cut(part: Part, zoning: Zoning, rng: NDArray[np.uint64], temperature: float) -> tuple[int, int]:
    """Grow a tree over the zones that met and choose one of its cheaper cuts; also tell how many rows it has."""
    n_rows = 0
    for area in range(len(zoning.zone)):
        if zoning.zone[area] == zoning.met[0] or zoning.zone[area] == zoning.met[1]:
            zoning.order[n_rows] = area
            n_rows += 1
    _grow(part, zoning, rng, n_rows)
    _add_up(part, zoning, n_rows)
    chosen, least = 1, np.inf
    for row in range(1, n_rows):
        _price(part, zoning, row, n_rows)
        luck = -temperature * math.log(-math.log(max(draw(rng), TINY)))  # the least with luck is a soft minimum
        price = zoning.side_cost[INSIDE, row] + zoning.side_cost[OUTSIDE, row] - luck
        if price < least:
            chosen, least = row, price
    return chosen, n_rows


@inner
def _grow(part: Part, zoning: Zoning, rng: NDArray[np.uint64], n_rows: int) -> None:
    """Put areas into the order of a random spanning tree that prefers short edges (Prim)."""
    order, price = zoning.order, zoning.price
    for row in range(n_rows):
        price[order[row]] = np.inf
        zoning.waiting[order[row]] = True
    price[order[below(rng, n_rows)]] = 0.0
    for row in range(n_rows):
        nearest = row
        for later in range(row + 1, n_rows):
            if price[order[later]] < price[order[nearest]]:
                nearest = later
        area = order[nearest]
        order[nearest], order[row] = order[row], area
        zoning.parent[row] = zoning.came[area]
        zoning.waiting[area] = False
        for at in range(part.first[area], part.first[area + 1]):
            near, far = part.near[at], part.minutes[at] * (SHORTEST + draw(rng))
            if zoning.waiting[near] and far < price[near]:
                price[near] = far
                zoning.came[near] = row


@inner
def _add_up(part: Part, zoning: Zoning, n_rows: int) -> None:
    """Sum ways, hours and marks of what hangs on each row, from the leaves to the root."""
    n_marks = part.marks.shape[1]
    for row in range(n_rows):
        area = zoning.order[row]
        zoning.load_h[row] = part.load_h[area]
        for mark in range(n_marks):
            zoning.named[row, mark] = part.marks[area, mark]
        for other in range(n_rows):
            zoning.way[row, other] = part.way[area, zoning.order[other]]
            zoning.below[row, other] = row == other
    for row in range(n_rows - 1, 0, -1):
        parent = zoning.parent[row]
        zoning.load_h[parent] += zoning.load_h[row]
        for mark in range(n_marks):
            zoning.named[parent, mark] += zoning.named[row, mark]
        for other in range(n_rows):
            zoning.way[parent, other] += zoning.way[row, other]
            zoning.below[parent, other] |= zoning.below[row, other]


@inner
def _price(part: Part, zoning: Zoning, row: int, n_rows: int) -> None:
    """Price the two zones that a cut above a row makes."""
    inside = outside = np.inf
    for other in range(n_rows):
        way = zoning.way[row, other]
        if zoning.below[row, other]:
            inside = min(inside, way)
        else:
            outside = min(outside, zoning.way[0, other] - way)
    for mark in range(len(zoning.rest)):
        zoning.rest[mark] = zoning.named[0, mark] - zoning.named[row, mark]
    zoning.side_cost[INSIDE, row] = inside + _ruled(part, zoning.load_h[row], zoning.named[row])
    zoning.side_cost[OUTSIDE, row] = outside + _ruled(part, zoning.load_h[0] - zoning.load_h[row], zoning.rest)


@inner
def _ruled(part: Part, load_h: float, named: NDArray[np.float64]) -> float:
    """Price a zone's hours outside its band and the areas that break a lock; of a pair each zone counts half."""
    broken = 0.0
    for lock in range(len(part.colours) - 1):
        all_named = most_named = 0.0
        for mark in range(part.colours[lock], part.colours[lock + 1]):
            all_named += named[mark]
            most_named = max(most_named, named[mark])
        broken += all_named - most_named
    pairs = part.colours[-1]
    asked = pairs + part.n_pairs
    for mark in range(pairs, asked):
        if named[mark] == 1.0:
            broken += 0.5
    least, most, asks = -np.inf, np.inf, False
    for row in range(len(part.asked_h)):
        if named[asked + row] > 0.0:
            asks = True
            least, most = max(least, part.asked_h[row, 0]), min(most, part.asked_h[row, 1])
    if not asks:
        least, most = part.usual_h[0], part.usual_h[1]
    return part.beyond * max(least - load_h, load_h - most, 0.0) + part.broken * broken


@inner
def _total(part: Part, zoning: Zoning, row: int) -> float:
    """Price all zones, with the zones that met cut above a row unless there is none."""
    one, other = (zoning.met[0], zoning.met[1]) if row != NO_ZONE else (NO_ZONE, NO_ZONE)
    total = 0.0
    for zone in range(len(zoning.cost)):
        if zone == one:
            total += zoning.side_cost[INSIDE, row]
        elif zone == other:
            total += zoning.side_cost[OUTSIDE, row]
        else:
            total += zoning.cost[zone]
    for mark in range(part.kept):
        led = 0
        for zone in range(len(zoning.cost)):
            here = zoning.marked[zone, mark]
            if zone == one:
                here = zoning.named[row, mark]
            elif zone == other:
                here = zoning.named[0, mark] - zoning.named[row, mark]
            led += here > 0.0
        total += part.broken * max(0, led - part.most_zones)
    return total


@inner
def _take(zoning: Zoning, chosen: int, n_rows: int) -> None:
    """Make the zones that met of what hangs on a row and of the rest."""
    one, other = zoning.met[0], zoning.met[1]
    for row in range(n_rows):
        zoning.zone[zoning.order[row]] = one if zoning.below[chosen, row] else other
    for mark in range(zoning.marked.shape[1]):
        zoning.marked[one, mark] = zoning.named[chosen, mark]
        zoning.marked[other, mark] = zoning.named[0, mark] - zoning.named[chosen, mark]
    zoning.cost[one], zoning.cost[other] = zoning.side_cost[INSIDE, chosen], zoning.side_cost[OUTSIDE, chosen]


@inner
def _keep(zoning: Zoning) -> None:
    """Keep the zones at hand as the best."""
    for area in range(len(zoning.zone)):
        zoning.best[area] = zoning.zone[area]
