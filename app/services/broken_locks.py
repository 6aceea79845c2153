"""Locks that zones do not keep, each once and by the names it was asked with."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from itertools import product
from typing import TYPE_CHECKING, Any

from app.services.zone_parts import islands_of
from app.words import listed

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from app.services.open_area import OpenArea
    from solver.zone_map import Locks, ZonePlan

BETWEEN = {"together": "should be together, but are in", "apart": "should be apart, but are both in"}


@dataclass(frozen=True, slots=True, kw_only=True)
class BrokenLock:
    """A lock that is not kept, in a sentence; `zones` are numbers, `areas` the small areas that do not keep it."""

    lock: str
    said: str
    zones: tuple[int, ...]
    areas: tuple[str, ...]

    def as_json(self) -> dict[str, Any]:
        """Give all of it."""
        return {"lock": self.lock, "said": self.said, "zones": list(self.zones), "areas": list(self.areas)}


def rows_by_name(area: OpenArea) -> dict[str, list[int]]:
    """List the small areas that a lock may mean by a name: its own, or all of an island's."""
    return islands_of(area) | {name: [row] for row, name in enumerate(area.small_areas.names)}


def broken_by_name(
    area: OpenArea, plan: ZonePlan, asked: Mapping[str, Any] | None, locks: Locks
) -> tuple[BrokenLock, ...]:
    """List the locks that zones do not keep; `locks` are those that were read from `asked`."""
    if not plan.broken or not asked:
        return ()
    rows = rows_by_name(area)
    told = _Told(area.small_areas.names, plan)
    provider_names = {row.provider_id: row.name for row in area.dataset.providers}
    pairs = (found for kind in BETWEEN for found in _pairs(told, kind, asked.get(kind) or (), rows))
    kept = _kept(told, asked.get("kept") or {}, rows, provider_names)
    return (*pairs, *kept, *_boundaries(told, locks.sides), *_too_many(told, locks, provider_names))


class _Told:
    """Makes records of broken locks."""

    def __init__(self, names: Sequence[str], plan: ZonePlan) -> None:
        self.names, self.plan = names, plan

    def zones(self, areas: Iterable[int]) -> list[int]:
        """Give the numbers of the zones of some areas."""
        return sorted({self.plan.zone_of_area[area] + 1 for area in areas})

    def broken(self, lock: str, said: str, areas: Iterable[int]) -> BrokenLock:
        """Say which areas of which zones do not keep a lock."""
        odd = sorted(set(areas))
        return BrokenLock(
            lock=lock, said=said, zones=tuple(self.zones(odd)), areas=tuple(self.names[area] for area in odd)
        )


def _pairs(
    told: _Told, kind: str, asked: Iterable[Sequence[str]], rows: Mapping[str, Sequence[int]]
) -> Iterator[BrokenLock]:
    """List pairs of places that should be together or apart, and are not."""
    zone_of = told.plan.zone_of_area
    for one, other in asked:
        met = [
            pair
            for pair in product(rows[one], rows[other])
            if pair[0] != pair[1] and (zone_of[pair[0]] == zone_of[pair[1]]) == (kind == "apart")
        ]
        if met:
            areas = [area for pair in met for area in pair]
            said = f"{one} and {other} {BETWEEN[kind]} {in_words(told.zones(areas))}."
            yield told.broken(kind, said, areas)


def _kept(
    told: _Told, asked: Mapping[str, str], rows: Mapping[str, Sequence[int]], names: Mapping[str, str]
) -> Iterator[BrokenLock]:
    """List places that should stay with a provider, but lie in a zone that stays with another."""
    odd = {area for broken in told.plan.broken if broken.lock == "kept" for area in broken.areas}
    for place, provider in asked.items():
        areas = odd.intersection(rows[place])
        if areas:
            zones = in_words(told.zones(areas))
            said = f"{place} should stay with {names.get(provider, provider)}, but lies in {zones}, kept for another."
            yield told.broken("kept", said, areas)


def _boundaries(told: _Told, all_sides: Sequence[Sequence[int]]) -> Iterator[BrokenLock]:
    """List drawn boundaries that zones cross, with the areas on the side where the zone has fewer."""
    for number, sides in enumerate(all_sides, start=1):
        on_side: Counter[tuple[int, int]] = Counter(zip(told.plan.zone_of_area, sides, strict=True))
        crossed = {zone for zone, side in on_side if side == 0 and on_side[zone, 1]}
        fewer = {zone: int(on_side[zone, 1] <= on_side[zone, 0]) for zone in crossed}
        odd = [
            area
            for area, (zone, side) in enumerate(zip(told.plan.zone_of_area, sides, strict=True))
            if side == fewer.get(zone)
        ]
        if odd:
            what = f"Boundary {number} of those drawn is crossed by {in_words(told.zones(odd))}"
            yield told.broken("boundary", f"{what}: beyond it lies {listed([told.names[at] for at in odd])}.", odd)


def _too_many(told: _Told, locks: Locks, names: Mapping[str, str]) -> Iterator[BrokenLock]:
    """List providers whose places are in more zones than one may lead."""
    for broken in told.plan.broken:
        if broken.lock == "most zones":
            provider = locks.kept[broken.areas[0]]
            zones = in_words(told.zones(area for area, keeper in locks.kept.items() if keeper == provider))
            said = f"What should stay with {names[provider]} lies in {zones}; one provider may lead {locks.most_zones}."
            yield told.broken("most zones", said, broken.areas)


def in_words(zones: Sequence[int]) -> str:
    """Name zones by their numbers."""
    return f"zone{'s' if len(zones) > 1 else ''} {listed(list(map(str, zones)))}"
