"""What zones are made of and what they must keep: a map of areas, bands of hours, locks, and zones measured by them.

Nothing is known here of roads or shapes: areas are numbers, and their neighbours are given. Shapes: n areas.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from numpy.typing import NDArray

Edge = tuple[int, int, float]
"""Two neighbouring areas and the minutes between them, by road or boat."""

Band = tuple[float, float]
"""The least and the most hours of a zone, both included."""

NARROWEST = 0.05
"""Hours of a zone may differ by this share from an equal part when the slider is at equal hours."""

MIDDLE = 0.25
"""What is added to `NARROWEST` in the middle of the slider: 30 % more or less than an equal part."""

ROUNDING_H = 0.05
"""Hours are outside a band if by more than three minutes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Locks:
    """What a proposal has to respect, by area number.

    `kept` names the provider in whose zone an area stays: areas kept by different providers are in different zones, and
    those kept by one are in `most_zones` zones at most. `sides` holds for each drawn boundary the side that each area
    is on, -1 for areas on the line: no zone has areas on two sides. `bands` gives the zone of an area its own band.
    """

    together: tuple[tuple[int, int], ...] = ()
    apart: tuple[tuple[int, int], ...] = ()
    kept: Mapping[int, str] = field(default_factory=dict)
    most_zones: int | None = None
    sides: tuple[tuple[int, ...], ...] = ()
    bands: Mapping[int, Band] = field(default_factory=dict)

    def colours(self) -> list[dict[int, str]]:
        """Give the locks that forbid two colours in one zone, each as colours of some areas; `kept` comes first."""
        apart = [{one: f"area {one}", other: f"area {other}"} for one, other in self.apart if one != other]
        drawn = [{area: f"side {side}" for area, side in enumerate(sides) if side >= 0} for sides in self.sides]
        return [dict(self.kept), *apart, *drawn]


NO_LOCKS = Locks()


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class AreaMap:
    """Areas with their hours (n,), the minutes between them (n, n), their neighbours with minutes, and the parts that
    hang together."""

    load_h: NDArray[np.float64]
    travel_min: NDArray[np.float64]
    neighbours: list[list[tuple[int, float]]]
    parts: list[list[int]]

    @property
    def weight(self) -> NDArray[np.float64]:
        """Hours, or 1 for each area where there is no work at all."""
        return self.load_h if self.load_h.sum() > 0 else np.ones_like(self.load_h)


@dataclass(frozen=True, slots=True, kw_only=True)
class Broken:
    """A lock that zones do not keep; `areas` are those that would have to give way."""

    lock: str
    areas: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ZonePlan:
    """Zones of areas, numbered from 0 in the order of their first area. `centre_of_zone` names areas; loads are hours.

    `mean_travel_min` is from the centre of the zone, weighted by load, `travel_min` the same of each zone; `load_cv` is
    the standard deviation of the zones' loads over their mean. `band_h` is each zone's band and `widened_h` by how many
    hours, over all zones, bands had to give way. `gap_pct`: no zones with these centres, bands and locks have less
    travel by more than this; None where that is not proved.
    """

    zone_of_area: tuple[int, ...]
    centre_of_zone: tuple[int, ...]
    load_h: tuple[float, ...]
    mean_travel_min: float
    load_cv: float
    band_h: tuple[Band, ...] = ()
    widened_h: float = 0.0
    broken: tuple[Broken, ...] = ()
    gap_pct: float | None = None
    travel_min: tuple[float, ...] = ()

    @property
    def outside(self) -> tuple[int, ...]:
        """Zones whose hours are outside their band."""
        return tuple(
            zone
            for zone, (load, (least, most)) in enumerate(zip(self.load_h, self.band_h, strict=True))
            if not least - ROUNDING_H <= load <= most + ROUNDING_H
        )


def area_map(load_h: Sequence[float], travel_s: NDArray[np.int32], edges: Sequence[Edge]) -> AreaMap:
    """Make the map; `travel_s` (n, n) is negative where no road goes, and then the way along `edges` counts."""
    neighbours: list[list[tuple[int, float]]] = [[] for _ in load_h]
    for one, other, minutes in edges:
        neighbours[one].append((other, minutes))
        neighbours[other].append((one, minutes))
    return AreaMap(
        load_h=np.asarray(load_h, dtype=np.float64),
        travel_min=_all_minutes(travel_s, edges),
        neighbours=neighbours,
        parts=_parts(neighbours),
    )


def share_out(n_zones: int, parts: list[list[int]], load: NDArray[np.float64]) -> list[int]:
    """Give each part one zone, then the rest one by one to the part with the most load a zone that has room."""
    shares = [1] * len(parts)
    for _ in range(n_zones - len(parts)):
        room = [number for number, part in enumerate(parts) if shares[number] < len(part)]
        if not room:
            break
        neediest = max(room, key=lambda number: (load[parts[number]].sum() / shares[number], len(parts[number])))
        shares[neediest] += 1
    return shares


def width(slider: float) -> float:
    """Turn the slider, 0 (least travel) to 1 (equal hours), into the share by which hours may differ; none at 0."""
    return np.inf if slider <= 0 else NARROWEST + MIDDLE * (1 - slider) / slider


def part_band(load_h: float, n_zones: int, slider: float) -> Band:
    """Give the band of the zones of a part that hangs together: around an equal share of its hours."""
    equal_h, apart = load_h / n_zones, width(slider)
    return max(0.0, equal_h * (1 - apart)) if apart < 1 else 0.0, equal_h * (1 + apart) if equal_h else 0.0


def usual_bands(where: AreaMap, n_zones: int, slider: float) -> list[Band]:
    """Give the band of an area's zone where no lock gives it one, by area."""
    usual: list[Band] = [(0.0, np.inf)] * len(where.load_h)
    for part, share in zip(where.parts, share_out(n_zones, where.parts, where.load_h), strict=True):
        for area in part:
            usual[area] = part_band(float(where.load_h[part].sum()), share, slider)
    return usual


def band_of(zone: Iterable[int], usual: Band, bands: Mapping[int, Band]) -> Band:
    """Give the band of a zone: what those of its areas ask for that ask, else the usual."""
    asked = [bands[area] for area in zone if area in bands]
    return (max(least for least, _ in asked), min(most for _, most in asked)) if asked else usual


def broken_locks(zone_of_area: Sequence[int], locks: Locks) -> tuple[Broken, ...]:
    """List the locks that zones do not keep."""
    found = [
        Broken(lock="together", areas=pair) for pair in locks.together if zone_of_area[pair[0]] != zone_of_area[pair[1]]
    ]
    names = ["kept", *["apart"] * (len(locks.colours()) - 1 - len(locks.sides)), *["boundary"] * len(locks.sides)]
    for number, colours in enumerate(locks.colours()):
        met: defaultdict[int, list[int]] = defaultdict(list)
        for area in colours:
            met[zone_of_area[area]].append(area)
        for areas in met.values():
            most = Counter(colours[area] for area in areas).most_common(1)[0][0]
            odd = tuple(area for area in areas if colours[area] != most)
            if odd:
                found.append(Broken(lock=names[number], areas=odd))
    return (*found, *_too_many(zone_of_area, locks))


def measured(
    zones: list[list[int]], where: AreaMap, *, usual: Sequence[Band] = (), locks: Locks = NO_LOCKS
) -> ZonePlan:
    """Measure zones; `usual` is the band of an area's zone where no lock gives it one, by area."""
    zones = sorted(sorted(zone) for zone in zones)
    bands = [band_of(zone, usual[zone[0]] if usual else (0.0, np.inf), locks.bands) for zone in zones]
    zone_of_area = [0] * len(where.load_h)
    centres, ways = [], []
    for number, zone in enumerate(zones):
        way = where.travel_min[np.ix_(zone, zone)] @ where.weight[zone]
        centres.append(zone[int(way.argmin())])
        ways.append(float(way.min()))
        for area in zone:
            zone_of_area[area] = number
    load = [float(where.load_h[zone].sum()) for zone in zones]
    beyond = [max(least - hours, hours - most, 0.0) for hours, (least, most) in zip(load, bands, strict=True)]
    return ZonePlan(
        zone_of_area=tuple(zone_of_area),
        centre_of_zone=tuple(centres),
        load_h=tuple(load),
        mean_travel_min=sum(ways) / float(where.weight.sum() or 1.0),
        load_cv=float(np.std(load) / np.mean(load)) if sum(load) else 0.0,
        band_h=tuple(bands),
        widened_h=round(sum(hours for hours in beyond if hours > ROUNDING_H), 2),
        broken=broken_locks(zone_of_area, locks),
        travel_min=tuple(way / float(where.weight[zone].sum() or 1.0) for way, zone in zip(ways, zones, strict=True)),
    )


def zones_of(plan: ZonePlan) -> list[list[int]]:
    """List the areas of each zone."""
    zones: list[list[int]] = [[] for _ in plan.centre_of_zone]
    for area, zone in enumerate(plan.zone_of_area):
        zones[zone].append(area)
    return zones


def pieces(areas: Iterable[int], neighbours: list[list[tuple[int, float]]]) -> list[list[int]]:
    """List the pieces of some areas that hang together by themselves."""
    unseen = dict.fromkeys(areas)
    found = []
    while unseen:
        piece = [unseen.popitem()[0]]
        for area in piece:  # grows while it is walked
            for near, _ in neighbours[area]:
                if near in unseen:
                    del unseen[near]
                    piece.append(near)
        found.append(sorted(piece))
    return sorted(found)


def _too_many(zone_of_area: Sequence[int], locks: Locks) -> Iterable[Broken]:
    """Find providers whose kept areas are in more zones than one provider may lead."""
    areas_of: defaultdict[str, list[int]] = defaultdict(list)
    for area, provider in locks.kept.items():
        areas_of[provider].append(area)
    for provider in sorted(areas_of):
        zones = Counter(zone_of_area[area] for area in areas_of[provider])
        if locks.most_zones is not None and len(zones) > locks.most_zones:
            beyond = {zone for zone, _ in zones.most_common()[locks.most_zones :]}
            odd = tuple(area for area in areas_of[provider] if zone_of_area[area] in beyond)
            yield Broken(lock="most zones", areas=odd)


def _parts(neighbours: list[list[tuple[int, float]]]) -> list[list[int]]:
    """List the connected parts of the area graph."""
    return pieces(range(len(neighbours)), neighbours)


def _all_minutes(travel_s: NDArray[np.int32], edges: Iterable[Edge]) -> NDArray[np.float64]:
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
