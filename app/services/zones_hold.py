"""Which zones still hold when the season changes: winter roads, fewer carers, a boat less, a provider leaving.

A zone holds where carers can do the work of each of its parts that roads hold together: those who live near, and those
who come by boat and are home again within their shift.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from app.services.circumstances import circumstances
from app.services.open_area import open_area
from app.services.propose_zones import presence, propose, work_map
from app.services.zone_parts import cover, crossings, parts_of
from geo.speed_table import DEFAULT
from solver.zone_map import pieces, zones_of
from solver.zone_roles import assign_providers

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from app.dataset import Dataset
    from app.services.circumstances import Circumstances
    from app.services.open_area import OpenArea
    from app.services.propose_zones import ZoneProposal
    from app.services.requests import ZoneRequest
    from app.services.zone_parts import Cover, Part
    from geo.speed_table import SpeedTable
    from solver.zone_map import AreaMap, ZonePlan

FARTHER = 0.2
"""A zone holds if the mean way from its centre grows by no more than this share."""

LEAST_H = 0.05
"""Hours that lack are told from three minutes on."""

MIDWINTER, MIDSUMMER = (1, 15), (7, 15)
"""Month and day in whose week the boats of a season are looked up."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ZoneHolds:
    """Whether a zone still holds under a circumstance, and if not, each reason; `zone` is its number.

    `alone` names its places that nobody can come to and return from within a shift, whose own carers do the work.
    """

    zone: int
    name: str
    reasons: tuple[str, ...]
    alone: tuple[str, ...] = ()

    @property
    def holds(self) -> bool:
        """Tell whether nothing speaks against it."""
        return not self.reasons


@dataclass(frozen=True, slots=True, kw_only=True)
class Season:
    """A circumstance, and whether each zone holds under it."""

    when: str
    zones: tuple[ZoneHolds, ...]

    def as_json(self) -> dict[str, Any]:
        """Give every zone with its reasons."""
        zones = [
            {
                "zone": zone.zone,
                "name": zone.name,
                "holds": zone.holds,
                "reasons": list(zone.reasons),
                "alone": list(zone.alone),
            }
            for zone in self.zones
        ]
        return {"when": self.when, "holds": all(zone.holds for zone in self.zones), "zones": zones}


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Usual:
    """Zones as they are on a usual day, to compare with: of each part what it is called and the hours it lacks."""

    area: OpenArea
    proposal: ZoneProposal
    where: AreaMap
    parts: dict[tuple[int, ...], tuple[str, float]]


def propose_with_seasons(area: OpenArea, request: ZoneRequest, data_dir: Path, speeds: SpeedTable) -> dict[str, Any]:
    """Propose zones as GeoJSON, with what holds in other seasons if that is asked for. Raises LocksUnreadable."""
    proposal = propose(area, request)
    found = proposal.geojson()
    if request.seasons:
        staff_pct = (request.winter_staff_pct, request.summer_staff_pct)
        with_seasons(found, seasons(area, proposal, data_dir, staff_pct=staff_pct, speeds=speeds))
    return found


def with_seasons(found: dict[str, Any], told: Iterable[Season]) -> None:
    """Add seasons to a proposal's FeatureCollection, and to each zone when it does not hold, so that maps can tell."""
    listed = list(told)
    found["seasons"] = [season.as_json() for season in listed]
    for feature, *holds in zip(found["features"], *(season.zones for season in listed), strict=True):
        fails = [season.when for season, zone in zip(listed, holds, strict=True) if not zone.holds]
        feature["properties"]["does_not_hold"] = fails


def seasons(
    area: OpenArea,
    proposal: ZoneProposal,
    data_dir: Path,
    *,
    staff_pct: tuple[float, float],
    closures: Iterable[str] = (),
    speeds: SpeedTable = DEFAULT,
) -> Iterator[Season]:
    """Say for a usual day, winter and summer, each boat that may fail, each provider that may leave and each closure
    what holds.

    `staff_pct` of carers' hours are there in winter and in summer. Raises ClosureUnknown, PlaceOffNetwork.
    """
    usual = usual_day(area, proposal)
    yield Season(when="a usual day", zones=zones_on(usual, area))
    for when, conditions, there_pct, (month, day) in (
        ("winter", ("winter", "dark"), staff_pct[0], MIDWINTER),
        ("summer", ("visitors",), staff_pct[1], MIDSUMMER),
    ):
        dataset, boats = in_season(area.dataset, month, day)
        changed = zones_under(usual, circumstances((), conditions, speeds), data_dir, dataset=dataset, pct=there_pct)
        yield Season(when=f"{when}, with {there_pct:g} % of carers' hours{boats}", zones=changed)
    for name, left in crossings(area):
        changed_area = replace(area, travel=replace(area.travel, departures=left))
        yield Season(when=f"no boat {name}", zones=zones_on(usual, changed_area, without=f"without the boat {name}"))
    leading = {provider for zone in proposal.zones for provider in (zone.prime, zone.secondary)}
    for row in area.dataset.providers:
        if row.provider_id in leading:
            yield Season(when=f"{row.name} leaves", zones=zones_without(usual, row.provider_id))
    for text in closures:
        under = zones_under(usual, circumstances([text], (), speeds), data_dir, without=f"while {text} is shut")
        yield Season(when=f"{text} is shut", zones=under)


def usual_day(area: OpenArea, proposal: ZoneProposal) -> _Usual:
    """Note how zones are on a usual day."""
    parts = parts_of(area, proposal.plan)
    places = (place for zone in proposal.zones for place in zone.places)
    known = {
        part.areas: (place, _lacks(part, has))
        for part, has, place in zip(parts, cover(area, parts), places, strict=True)
    }
    return _Usual(area=area, proposal=proposal, where=work_map(area), parts=known)


def zones_under(
    usual: _Usual,
    on: Circumstances,
    data_dir: Path,
    *,
    dataset: Dataset | None = None,
    pct: float = 100.0,
    without: str = "",
) -> tuple[ZoneHolds, ...]:
    """Say which zones hold on days when roads are slow or shut, or boats do not sail.

    The small areas stay as they are. Raises ClosureUnknown, PlaceOffNetwork.
    """
    area = usual.area
    changed = open_area(dataset or area.dataset, area.graph, data_dir, on=on)
    changed = replace(changed, dataset=area.dataset, small_areas=area.small_areas)
    return zones_on(usual, changed, pct=pct, without=without)


def zones_on(usual: _Usual, then: OpenArea, *, pct: float = 100.0, without: str = "") -> tuple[ZoneHolds, ...]:
    """Say which zones hold in an area as it is then, when `pct` of carers' hours are there."""
    plan = usual.proposal.plan
    parts = parts_of(then, plan)
    covered = list(zip(parts, cover(then, parts, pct), strict=True))
    farther = _farther(plan, usual.where, work_map(then))
    found = []
    for zone in usual.proposal.zones:
        own = [(part, has) for part, has in covered if part.zone == zone.number - 1]
        short = [_short(part, has, usual, without) for part, has in own if _lacks(part, has) > LEAST_H]
        alone = [
            _called(part, usual)
            for number, (part, has) in enumerate(own)
            if (number or part.island) and not has.visitors and _lacks(part, has) <= LEAST_H
        ]
        reasons = (*short, *farther[zone.number - 1])
        found.append(ZoneHolds(zone=zone.number, name=zone.name, reasons=reasons, alone=tuple(alone)))
    return tuple(found)


def zones_without(usual: _Usual, provider: str) -> tuple[ZoneHolds, ...]:
    """Say which zones have carers for their work and two providers to choose from when one of today's leaves."""
    left = replace(usual.area, dataset=without_provider(usual.area.dataset, provider))
    roles = assign_providers(usual.proposal.plan, presence(left), locks=usual.proposal.locks)
    found = []
    for holds, before, after in zip(zones_on(usual, left), usual.proposal.zones, roles, strict=True):
        gone = [
            f"it has no {role} provider any more"
            for role in ("prime", "secondary")
            if getattr(before, role) is not None and getattr(after, role) in (None, provider)
        ]
        found.append(replace(holds, reasons=(*gone, *holds.reasons)))
    return tuple(found)


def without_provider(dataset: Dataset, provider: str) -> Dataset:
    """Take a provider's registration, carers and shifts away; its clients stay, and nobody serves them yet."""
    gone = {carer.carer_id for carer in dataset.carers if carer.provider_id == provider}
    return replace(
        dataset,
        providers=tuple(
            replace(row, localities=()) if row.provider_id == provider else row for row in dataset.providers
        ),
        carers=tuple(row for row in dataset.carers if row.carer_id not in gone),
        shifts=tuple(row for row in dataset.shifts if row.carer_id not in gone),
    )


def in_season(dataset: Dataset, month: int, day: int) -> tuple[Dataset, str]:
    """Put a data set on the same weekday in the middle of a season, and say so, if its timetable tells boats apart by
    date and has some for every line; else leave it as it is."""
    if all(row.valid_from is None and row.valid_to is None for row in dataset.sailings):
        return dataset, ""
    middle = date(dataset.day.year + ((month, day) < (dataset.day.month, dataset.day.day)), month, day)
    then = middle + timedelta(days=(dataset.day.weekday() - middle.weekday()) % 7)
    known = {row.route for row in dataset.sailings if (row.valid_from or then) <= then <= (row.valid_to or then)}
    if known < {row.route for row in dataset.sailings}:
        return dataset, ""
    return replace(dataset, day=then), f" and the boats of {then.day} {then:%B %Y}"


def _lacks(part: Part, has: Cover) -> float:
    """Give the hours a day that nobody has for the work of a part; below zero where there are more than enough."""
    return part.work_h - has.near_h - has.by_boat_h


def _called(part: Part, usual: _Usual) -> str:
    """Say what people call a part; one that there is on this day only is called after its largest small area."""
    return usual.parts.get(part.areas, (part.largest, 0.0))[0]


def _short(part: Part, has: Cover, usual: _Usual, without: str) -> str:
    """Say which place of a zone lacks carers, and why."""
    near = f"carers who live near {_called(part, usual)} have {has.near_h:.0f} hours a day"
    if has.by_boat_h >= 1:
        said = f"{near} and others who come by boat {has.by_boat_h:.0f}, for {part.work_h:.0f} of work"
    else:
        said = f"{near} for {part.work_h:.0f} of work"
        if not has.visitors and without:
            said += f", and nobody else can come and return within a shift {without}"
    lacks_h = usual.parts.get(part.areas, ("", 0.0))[1]
    return f"{said} (on a usual day {part.work_h - lacks_h:.0f})" if lacks_h > LEAST_H else said


def _farther(plan: ZonePlan, usual: AreaMap, then: AreaMap) -> list[tuple[str, ...]]:
    """Say for each zone, unless it falls apart, whether the ways from its centre get much longer."""
    found: list[tuple[str, ...]] = []
    for centre, inside in zip(plan.centre_of_zone, zones_of(plan), strict=True):
        before, after = (_mean_way(inside, centre, where) for where in (usual, then))
        whole = len(pieces(inside, then.neighbours)) == 1
        found.append(
            (f"the mean way from its centre grows from {before:.0f} to {after:.0f} minutes",)
            if whole and after > before * (1 + FARTHER)
            else ()
        )
    return found


def _mean_way(inside: list[int], centre: int, where: AreaMap) -> float:
    weight = where.weight[inside]
    return float(where.travel_min[centre, inside] @ weight / (weight.sum() or 1.0))
