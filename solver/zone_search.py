"""Search for zones: join two neighbours, grow a random tree over both, cut it anew; accept worse ones while it is hot.

Moving single areas gets stuck in a county of sea lochs, whose area graph is nearly a tree; a cut moves whole branches.
Source: DeFord, Duchin, Solomon (2021), Recombination: a family of Markov chains for redistricting; here with annealing.
Shapes: c cuts, m areas of two zones, n areas.
"""

from __future__ import annotations

import heapq
import math
from typing import TYPE_CHECKING

import numpy as np

from solver.zone_map import NO_LOCKS, part_band

if TYPE_CHECKING:
    import random

    from numpy.typing import NDArray

    from solver.zone_map import AreaMap, Locks

CUTS = 48
"""Cuts of one tree that are weighed at most."""

HOT, COLD = 3.0, 0.005
"""A step that costs this share of what a single zone would cost is taken one time in e, at first and at last."""

BEYOND_MIN = 240.0
"""What an hour outside a zone's band is worth, in minutes that the work of an hour is farther from the centre."""

BROKEN_SHARE = 10.0
"""What an area that breaks a lock is worth, in times the travel of a single zone: more than any band."""


class ZoneSearch:
    """Zones of one part that hangs together."""

    def __init__(
        self, part: list[int], n_zones: int, *, where: AreaMap, slider: float, locks: Locks = NO_LOCKS
    ) -> None:
        self.part, self.n_zones, self.neighbours = part, n_zones, where.neighbours
        weight = where.weight if where.weight[part].sum() > 0 else np.ones_like(where.weight)
        self.load = where.load_h
        self.way = weight[:, None] * where.travel_min.T  # hour-minutes of an area (row) from a centre (column)
        whole = float(self.way[np.ix_(part, part)].sum(axis=0).min())
        self.travel_price = 1 / max(whole, 1e-6)
        self.band_price = BEYOND_MIN / max(whole, float(self.load[part].sum()), 1e-6)
        self.usual = part_band(float(self.load[part].sum()), n_zones, slider)
        self.pairs = [(one, other) for one in part for other, _ in where.neighbours[one] if one < other]
        self.locks, self.most_zones = _LockPrices(part, locks, len(where.load_h)), locks.most_zones
        self.kept = [{area for area in part if locks.kept.get(area) == name} for name in set(locks.kept.values())]

    def run(self, chance: random.Random, iterations: int) -> list[list[int]]:
        """Search, cooling down steadily, and give the best zones found."""
        zones, costs = self.start(chance)
        total = sum(costs) + self.too_many(zones)
        best, best_cost = list(zones), total
        zone_of = {area: number for number, zone in enumerate(zones) for area in zone}
        for step in range(iterations if len(zones) > 1 else 0):
            temperature = HOT * (COLD / HOT) ** (step / iterations)
            borders = [pair for pair in self.pairs if zone_of[pair[0]] != zone_of[pair[1]]]
            met = [zone_of[area] for area in chance.choice(borders)]
            sides, side_costs = self.cut(zones[met[0]] + zones[met[1]], chance, temperature)
            cut_zones, cut_costs = list(zones), list(costs)
            for number, side, cost in zip(met, sides, side_costs, strict=True):
                cut_zones[number], cut_costs[number] = side, cost
            change = sum(cut_costs) + self.too_many(cut_zones) - total
            if change > 0 and chance.random() >= math.exp(-change / temperature):
                continue
            zones, costs, total = cut_zones, cut_costs, total + change
            for number, side in zip(met, sides, strict=True):
                zone_of.update(dict.fromkeys(side, number))
            if total < best_cost - 1e-12:
                best, best_cost = list(zones), total
        return best

    def start(self, chance: random.Random) -> tuple[list[list[int]], list[float]]:
        """Cut the heaviest zone in two until there are enough."""
        zones, costs = [self.part], [math.inf]
        while len(zones) < self.n_zones:
            heaviest = max(range(len(zones)), key=lambda zone: (len(zones[zone]) > 1, self.load[zones[zone]].sum()))
            sides, side_costs = self.cut(zones[heaviest], chance)
            zones[heaviest], costs[heaviest] = sides[0], side_costs[0]
            zones.append(sides[1])
            costs.append(side_costs[1])
        return zones, costs if len(zones) > 1 else [0.0]

    def too_many(self, zones: list[list[int]]) -> float:
        """Price what one provider keeps in more zones than it may lead."""
        if self.most_zones is None:
            return 0.0
        counts = [sum(not areas.isdisjoint(zone) for zone in zones) for areas in self.kept]
        return BROKEN_SHARE * sum(max(0, count - self.most_zones) for count in counts)

    def cut(
        self, areas: list[int], chance: random.Random, temperature: float = 0.0
    ) -> tuple[list[list[int]], list[float]]:
        """Cut connected areas in two along a random tree, at one of the cheaper cuts weighed; also their costs."""
        order, parent = self.tree(areas, chance)
        below = np.eye(len(order), dtype=np.bool_)
        for child in range(len(order) - 1, 0, -1):
            below[parent[child]] |= below[child]
        inside = below[chance.sample(range(1, len(order)), min(CUTS, len(order) - 1))]
        way = self.way[np.ix_(order, order)]
        way_inside = inside.astype(np.float64) @ way
        way_outside = way.sum(axis=0) - way_inside
        cost = np.array(
            [
                self.cost(np.where(inside, way_inside, np.inf).min(axis=1), inside, order),
                self.cost(np.where(inside, np.inf, way_outside).min(axis=1), ~inside, order),
            ]
        )
        luck = temperature * np.array([-math.log(-math.log(chance.random() or 0.5)) for _ in inside])  # softmin
        chosen = int((cost.sum(axis=0) - luck).argmin())
        sides = [[area for area, at in zip(order, inside[chosen], strict=True) if at == here] for here in (True, False)]
        return sides, cost[:, chosen].tolist()

    def cost(self, way: NDArray[np.float64], inside: NDArray[np.bool_], order: list[int]) -> NDArray[np.float64]:
        """Price zones (c,) by hour-minutes, hours outside the band, and areas that break locks."""
        load = inside @ self.load[order]
        least, most = self.locks.bands(inside, order, self.usual)
        beyond = np.maximum(np.maximum(least - load, load - most), 0.0)
        return self.travel_price * way + self.band_price * beyond + BROKEN_SHARE * self.locks.broken(inside, order)

    def tree(self, areas: list[int], chance: random.Random) -> tuple[list[int], list[int]]:
        """Grow a random spanning tree that prefers short edges: the areas, each after its parent, and parents' rows."""
        order: list[int] = []
        parent: list[int] = []
        waiting = set(areas)
        queue = [(0.0, chance.choice(areas), 0)]
        while queue:
            _, area, row = heapq.heappop(queue)
            if area not in waiting:
                continue
            waiting.remove(area)
            parent.append(row)
            for near, minutes in self.neighbours[area]:
                if near in waiting:
                    heapq.heappush(queue, (minutes * (0.2 + chance.random()), near, len(order)))
            order.append(area)
        return order, parent


class _LockPrices:
    """Locks of one part as arrays, so that many cuts are judged at once."""

    def __init__(self, part: list[int], locks: Locks, n_areas: int) -> None:
        inside = set(part)
        self.pairs = [pair for pair in locks.together if pair[0] in inside and pair[1] in inside and pair[0] != pair[1]]
        self.asked = {area: band for area, band in locks.bands.items() if area in inside}
        self.colours: list[NDArray[np.float64]] = []
        for colours in locks.colours():
            names = sorted({colour for area, colour in colours.items() if area in inside})
            if len(names) > 1:
                table = np.zeros((n_areas, len(names)))
                for area, colour in colours.items():
                    if area in inside:
                        table[area, names.index(colour)] = 1
                self.colours.append(table)

    def broken(self, inside: NDArray[np.bool_], order: list[int]) -> NDArray[np.float64]:
        """Count for each zone (c,) the areas that break a lock; of a pair to be together each zone counts half."""
        count = np.zeros(len(inside))
        for table in self.colours:
            met = inside @ table[order]
            count += met.sum(axis=1) - met.max(axis=1)
        row = {area: number for number, area in enumerate(order)} if self.pairs else {}
        for one, other in self.pairs:
            if one in row and other in row:
                count += 0.5 * (inside[:, row[one]] != inside[:, row[other]])
            elif one in row or other in row:
                count += 0.5 * inside[:, row[one if one in row else other]]
        return count

    def bands(
        self, inside: NDArray[np.bool_], order: list[int], usual: tuple[float, float]
    ) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Give the band of each zone (c,): what its areas ask for, else the usual."""
        least, most = np.full(len(inside), -np.inf), np.full(len(inside), np.inf)
        asks = np.zeros(len(inside), dtype=np.bool_)
        for row, area in enumerate(order):
            if area in self.asked:
                here = inside[:, row]
                asks |= here
                least = np.where(here, np.maximum(least, self.asked[area][0]), least)
                most = np.where(here, np.minimum(most, self.asked[area][1]), most)
        return np.where(asks, least, usual[0]), np.where(asks, most, usual[1])
