"""Territory: contiguous zones of small areas with fair loads and short ways, and two providers for each.

Nothing is known here of roads or shapes: areas are numbers, and their neighbours are given. Providers are proposed,
never decided. Shapes: n areas, c cuts, m areas of two zones.
"""

from __future__ import annotations

import heapq
import math
import random
from collections import Counter, defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from numpy.typing import NDArray

CUTS = 48
"""Cuts of one tree that are weighed at most."""

START_TEMPERATURE = 0.05
"""A step that costs this share of what a single zone would cost is at first taken one time in e."""

LEAST_COVER = 0.5
"""A provider is possible in a zone if it is registered for this share of the zone's areas."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ZonePlan:
    """Zones of areas, numbered from 0 in the order of their first area. `centre_of_zone` names areas; loads are hours.

    `mean_travel_min` is from the centre of the zone, weighted by load; `load_cv` is the standard deviation of the
    zones' loads over their mean.
    """

    zone_of_area: tuple[int, ...]
    centre_of_zone: tuple[int, ...]
    load_h: tuple[float, ...]
    mean_travel_min: float
    load_cv: float


@dataclass(frozen=True, slots=True, kw_only=True)
class ZoneRole:
    """Who should lead in a zone and who stands in, and why; None where nobody can."""

    zone: int
    prime: str | None
    secondary: str | None
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class _Claim:
    """What speaks for a provider in a zone: shares of its hours today, of carers' hours at home, of its areas."""

    provider: str
    zone: int
    today: float
    at_home: float
    cover: float

    @property
    def rank(self) -> tuple[float, str, int]:
        """Order claims, the strongest first."""
        return (-(self.today + self.at_home) * self.cover, self.provider, self.zone)


def propose_zones(  # noqa: PLR0913 (an area graph, and how to search on it)
    load_h: Sequence[float],
    travel_s: NDArray[np.int32],
    edges: Sequence[tuple[int, int, float]],
    *,
    n_zones: int,
    balance: float = 0.5,
    seed: int = 1,
    iterations: int = 2_000,
) -> ZonePlan:
    """Group areas into about `n_zones` contiguous zones; the same seed gives the same zones.

    `travel_s` (n, n) is negative where no road goes: there the way along `edges` (area, area, minutes; boats included)
    counts. `balance` runs from 0 (least travel) to 1 (equal load). Parts of the county that no edge joins share the
    zones by load, at least one each, so there may be more zones than asked for; never more than areas.
    Raises ValueError when `n_zones` or `balance` is out of range.
    """
    if n_zones < 1 or not 0 <= balance <= 1:
        raise ValueError(f"{n_zones} zone(s) at balance {balance} not understood")
    load = np.asarray(load_h, dtype=np.float64)
    travel_min = _all_minutes(travel_s, edges)
    neighbours: list[list[tuple[int, float]]] = [[] for _ in load]
    for one, other, minutes in edges:
        neighbours[one].append((other, minutes))
        neighbours[other].append((one, minutes))
    parts = _parts(neighbours)
    shares = _share_out(n_zones, parts, load)
    zones: list[list[int]] = []
    for part, share in zip(parts, shares, strict=True):
        search = _Recombination(part, share, load=load, travel_min=travel_min, neighbours=neighbours, balance=balance)
        zones += search.run(random.Random(seed), iterations * share // sum(shares))
    return _plan(sorted(sorted(zone) for zone in zones), load, travel_min)


def assign_providers(
    zones: ZonePlan,
    hours: Mapping[tuple[str, int], float],
    home_h: Mapping[tuple[str, int], float],
    registered: Mapping[str, Collection[int]],
) -> list[ZoneRole]:
    """Propose a prime and a secondary provider for each zone, the strongest claim first.

    `hours` are today's by provider and area, `home_h` the hours of carers by where they live, `registered` the areas in
    which a provider may work. A provider is prime of no more zones than its share of all hours gives, rounded up,
    unless nobody else is possible.
    """
    claims = sorted(_claims(zones, hours, home_h, registered), key=lambda claim: claim.rank)
    most = _most_zones(hours, len(zones.centre_of_zone))
    prime: dict[int, _Claim] = {}
    held: Counter[str] = Counter()
    for beyond_its_share in (False, True):
        for claim in claims:
            if claim.zone not in prime and (beyond_its_share or held[claim.provider] < most.get(claim.provider, 1)):
                prime[claim.zone] = claim
                held[claim.provider] += 1
    roles = []
    for zone in range(len(zones.centre_of_zone)):
        first = prime.get(zone)
        others = [claim for claim in claims if claim.zone == zone and claim != first]
        roles.append(_role(zone, first, others[0] if others else None))
    return roles


class _Recombination:
    """Zones of one connected part, improved by joining two neighbours and cutting them anew.

    Moving single areas gets stuck in a county of sea lochs, whose area graph is nearly a tree. Source: DeFord, Duchin,
    Solomon (2021), Recombination: a family of Markov chains for redistricting; here with annealing.
    """

    def __init__(
        self,
        part: list[int],
        n_zones: int,
        *,
        load: NDArray[np.float64],
        travel_min: NDArray[np.float64],
        neighbours: list[list[tuple[int, float]]],
        balance: float,
    ) -> None:
        self.part, self.n_zones, self.neighbours = part, n_zones, neighbours
        self.load = load if load[part].sum() > 0 else np.ones_like(load)
        self.way = self.load[:, None] * travel_min.T  # hour-minutes of an area (row) from a centre (column)
        whole = float(self.way[np.ix_(part, part)].sum(axis=0).min())
        self.travel_price = max(1 - balance, 0.01) / max(whole, 1e-6)
        self.load_price = balance * n_zones / float(self.load[part].sum()) ** 2
        self.pairs = [(one, other) for one in part for other, _ in neighbours[one] if one < other]

    def run(self, chance: random.Random, iterations: int) -> list[list[int]]:
        """Search, cooling down steadily, and give the best zones found."""
        zones, costs = [self.part], [math.inf]
        while len(zones) < self.n_zones:
            heaviest = max(range(len(zones)), key=lambda zone: (len(zones[zone]) > 1, self.load[zones[zone]].sum()))
            sides, side_costs = self.cut(zones[heaviest], chance)
            zones[heaviest], costs[heaviest] = sides[0], side_costs[0]
            zones.append(sides[1])
            costs.append(side_costs[1])
        best, best_cost = list(zones), sum(costs)
        zone_of = {area: number for number, zone in enumerate(zones) for area in zone}
        for step in range(iterations if len(zones) > 1 else 0):
            temperature = START_TEMPERATURE * (1 - step / iterations)
            borders = [pair for pair in self.pairs if zone_of[pair[0]] != zone_of[pair[1]]]
            met = [zone_of[area] for area in chance.choice(borders)]
            sides, side_costs = self.cut(zones[met[0]] + zones[met[1]], chance)
            change = sum(side_costs) - costs[met[0]] - costs[met[1]]
            if change > 0 and chance.random() >= math.exp(-change / temperature):
                continue
            for number, side, cost in zip(met, sides, side_costs, strict=True):
                zones[number], costs[number] = side, cost
                zone_of.update(dict.fromkeys(side, number))
            if sum(costs) < best_cost - 1e-12:
                best, best_cost = list(zones), sum(costs)
        return best

    def cut(self, areas: list[int], chance: random.Random) -> tuple[list[list[int]], list[float]]:
        """Cut connected areas in two along a random tree, at the cheapest of the cuts weighed; also their costs."""
        order, parent = self.tree(areas, chance)
        below = np.eye(len(order), dtype=np.bool_)
        for child in range(len(order) - 1, 0, -1):
            below[parent[child]] |= below[child]
        cuts = chance.sample(range(1, len(order)), min(CUTS, len(order) - 1))
        inside = below[cuts]
        way = self.way[np.ix_(order, order)]
        way_inside = inside.astype(np.float64) @ way
        load_inside = inside @ self.load[order]
        cost = np.array(
            [
                self.cost(np.where(inside, way_inside, np.inf).min(axis=1), load_inside),
                self.cost(
                    np.where(inside, np.inf, way.sum(axis=0) - way_inside).min(axis=1),
                    self.load[order].sum() - load_inside,
                ),
            ]
        )
        chosen = int(cost.sum(axis=0).argmin())
        sides = [[area for area, at in zip(order, inside[chosen], strict=True) if at == here] for here in (True, False)]
        return sides, cost[:, chosen].tolist()

    def cost(self, way: NDArray[np.float64], load: NDArray[np.float64]) -> NDArray[np.float64]:
        """Price zones by their hour-minutes and hours; summed over zones, the squares measure imbalance."""
        return self.travel_price * way + self.load_price * load**2

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


def _all_minutes(travel_s: NDArray[np.int32], edges: Iterable[tuple[int, int, float]]) -> NDArray[np.float64]:
    """Give minutes between all areas, where no road goes along the edges (Floyd and Warshall).

    Between parts that no edge joins, where nobody asks, they are 0.
    """
    road_min = np.where(travel_s >= 0, travel_s / 60, np.inf)
    np.fill_diagonal(road_min, 0.0)
    if np.isfinite(road_min).all():
        return road_min
    minutes = road_min.copy()
    for one, other, took_min in edges:
        minutes[one, other] = min(minutes[one, other], took_min)
        minutes[other, one] = min(minutes[other, one], took_min)
    for via in range(len(minutes)):
        np.minimum(minutes, minutes[:, via, None] + minutes[via], out=minutes)
    minutes[np.isinf(minutes)] = 0.0
    return np.where(np.isfinite(road_min), road_min, minutes)


def _parts(neighbours: list[list[tuple[int, float]]]) -> list[list[int]]:
    """List the connected parts of the area graph."""
    unseen = dict.fromkeys(range(len(neighbours)))
    parts = []
    while unseen:
        part = [unseen.popitem()[0]]
        for area in part:  # grows while it is walked
            for near, _ in neighbours[area]:
                if near in unseen:
                    del unseen[near]
                    part.append(near)
        parts.append(sorted(part))
    return sorted(parts)


def _share_out(n_zones: int, parts: list[list[int]], load: NDArray[np.float64]) -> list[int]:
    """Give each part one zone, then the rest one by one to the part with the most load a zone that has room."""
    shares = [1] * len(parts)
    for _ in range(n_zones - len(parts)):
        room = [number for number, part in enumerate(parts) if shares[number] < len(part)]
        if not room:
            break
        neediest = max(room, key=lambda number: (load[parts[number]].sum() / shares[number], len(parts[number])))
        shares[neediest] += 1
    return shares


def _plan(zones: list[list[int]], load: NDArray[np.float64], travel_min: NDArray[np.float64]) -> ZonePlan:
    """Measure zones."""
    zone_of_area = [0] * len(load)
    weights = load if load.sum() > 0 else np.ones_like(load)
    centres, total_way = [], 0.0
    for number, zone in enumerate(zones):
        way = travel_min[np.ix_(zone, zone)] @ weights[zone]
        centres.append(zone[int(way.argmin())])
        total_way += float(way.min())
        for area in zone:
            zone_of_area[area] = number
    zone_load = [float(load[zone].sum()) for zone in zones]
    return ZonePlan(
        zone_of_area=tuple(zone_of_area),
        centre_of_zone=tuple(centres),
        load_h=tuple(zone_load),
        mean_travel_min=total_way / float(weights.sum() or 1.0),
        load_cv=float(np.std(zone_load) / np.mean(zone_load)) if sum(zone_load) else 0.0,
    )


def _claims(
    zones: ZonePlan,
    hours: Mapping[tuple[str, int], float],
    home_h: Mapping[tuple[str, int], float],
    registered: Mapping[str, Collection[int]],
) -> Iterable[_Claim]:
    """Find every provider that may work in a zone and does, or has carers who live there."""
    today, at_home = _zone_shares(zones, hours), _zone_shares(zones, home_h)
    in_zone = Counter(zones.zone_of_area)
    for provider, zone in sorted(today.keys() | at_home.keys()):
        allowed = sum(zones.zone_of_area[area] == zone for area in registered.get(provider, ()))
        claim = _Claim(
            provider=provider,
            zone=zone,
            today=today.get((provider, zone), 0.0),
            at_home=at_home.get((provider, zone), 0.0),
            cover=allowed / in_zone[zone],
        )
        if claim.cover >= LEAST_COVER:
            yield claim


def _zone_shares(zones: ZonePlan, by_area: Mapping[tuple[str, int], float]) -> dict[tuple[str, int], float]:
    """Turn hours by area into shares of each zone's hours; nobody has a share of nothing."""
    hours: defaultdict[tuple[str, int], float] = defaultdict(float)
    total: defaultdict[int, float] = defaultdict(float)
    for (provider, area), area_h in by_area.items():
        zone = zones.zone_of_area[area]
        hours[provider, zone] += area_h
        total[zone] += area_h
    return {key: zone_h / total[key[1]] for key, zone_h in hours.items() if zone_h > 0}


def _most_zones(hours: Mapping[tuple[str, int], float], n_zones: int) -> dict[str, int]:
    """Say of how many zones each provider may be prime: its share of all hours today, rounded up."""
    size: defaultdict[str, float] = defaultdict(float)
    for (provider, _), today_h in hours.items():
        size[provider] += today_h
    total_h = sum(size.values()) or 1.0
    return {provider: max(1, math.ceil(provider_h * n_zones / total_h - 1e-9)) for provider, provider_h in size.items()}


def _role(zone: int, prime: _Claim | None, secondary: _Claim | None) -> ZoneRole:
    """Put a choice in words."""
    if prime is None:
        return ZoneRole(
            zone=zone, prime=None, secondary=None, reason="No provider registered here works or has carers living here."
        )
    reason = (
        f"{prime.provider} gives {prime.today:.0%} of today's hours and {prime.at_home:.0%} of carers' hours live here"
    )
    if secondary is None:
        reason += "; no second provider registered here works or has carers living here"
    else:
        reason += f"; {secondary.provider} {secondary.today:.0%} and {secondary.at_home:.0%}"
    return ZoneRole(
        zone=zone, prime=prime.provider, secondary=secondary.provider if secondary else None, reason=f"{reason}."
    )
