"""Which zones still hold when the season changes: winter roads, fewer carers, a boat less, a provider leaving."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from app.services.circumstances import circumstances
from app.services.open_area import open_area
from app.services.propose_zones import presence, propose, work_map
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
    from geo.speed_table import SpeedTable
    from solver.zone_map import AreaMap, ZonePlan

FARTHER = 0.2
"""A zone holds if the mean way from its centre grows by no more than this share."""

REACH_MIN = 45.0
"""Carers are counted for zones whose centre is at most so far from where they live."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ZoneHolds:
    """Whether a zone still holds under a circumstance, and if not, each reason; `zone` is its number."""

    zone: int
    reasons: tuple[str, ...]

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
        zones = [{"zone": zone.zone, "holds": zone.holds, "reasons": list(zone.reasons)} for zone in self.zones]
        return {"when": self.when, "holds": all(zone.holds for zone in self.zones), "zones": zones}


def propose_with_seasons(area: OpenArea, request: ZoneRequest, data_dir: Path, speeds: SpeedTable) -> dict[str, Any]:
    """Propose zones as GeoJSON, with what holds in other seasons if that is asked for. Raises LocksUnreadable."""
    proposal = propose(area, request)
    found = proposal.geojson()
    if request.seasons:
        staff_pct = (request.winter_staff_pct, request.summer_staff_pct)
        found["seasons"] = [
            season.as_json() for season in seasons(area, proposal, data_dir, staff_pct=staff_pct, speeds=speeds)
        ]
    return found


def seasons(
    area: OpenArea,
    proposal: ZoneProposal,
    data_dir: Path,
    *,
    staff_pct: tuple[float, float],
    closures: Iterable[str] = (),
    speeds: SpeedTable = DEFAULT,
) -> Iterator[Season]:
    """Say for winter and summer, each boat that may fail, each provider that may leave and each closure what holds.

    `staff_pct` of carers' hours are there in winter and in summer. Raises ClosureUnknown, PlaceOffNetwork.
    """
    for when, conditions, there_pct in (
        ("winter", ("winter", "dark"), staff_pct[0]),
        ("summer", ("visitors",), staff_pct[1]),
    ):
        roads = zones_under(area, proposal, circumstances((), conditions, speeds), data_dir)
        carers = zones_staffed(area, proposal.plan, there_pct)
        zones = tuple(ZoneHolds(zone=a.zone, reasons=a.reasons + b.reasons) for a, b in zip(roads, carers, strict=True))
        yield Season(when=f"{when}, with {there_pct:g} % of carers' hours", zones=zones)
    usual = work_map(area)
    for name, changed in _a_boat_less(area):
        yield Season(when=f"no boat {name}", zones=tuple(_compared(proposal.plan, usual, work_map(changed))))
    leading = {provider for zone in proposal.zones for provider in (zone.prime, zone.secondary)}
    for row in area.dataset.providers:
        if row.provider_id in leading:
            yield Season(when=f"{row.name} leaves", zones=tuple(zones_without(area, proposal, row.provider_id)))
    for text in closures:
        under = zones_under(area, proposal, circumstances([text], (), speeds), data_dir)
        yield Season(when=f"{text} is shut", zones=tuple(under))


def zones_under(area: OpenArea, proposal: ZoneProposal, on: Circumstances, data_dir: Path) -> list[ZoneHolds]:
    """Say which zones hold on days when roads are slow or shut, or boats do not sail.

    The small areas stay as they are. Raises ClosureUnknown, PlaceOffNetwork.
    """
    changed = open_area(area.dataset, area.graph, data_dir, on=on)
    return _compared(proposal.plan, work_map(area), work_map(replace(changed, small_areas=area.small_areas)))


def zones_staffed(area: OpenArea, plan: ZonePlan, staff_pct: float) -> list[ZoneHolds]:
    """Say which zones still have as many hours of carers as of work when some carers are away.

    Carers count for the zones whose centre is near their home, shared by the hours of work in each.
    """
    where = work_map(area)
    work_h = np.array(plan.load_h)
    near = where.travel_min[list(plan.centre_of_zone)] <= REACH_MIN
    near[list(plan.zone_of_area), range(len(plan.zone_of_area))] = True
    asked = near * work_h[:, None]
    home_h = np.zeros(len(where.load_h))
    for (_, home), hours in presence(area).home_h.items():
        home_h[home] += hours
    usual_h = (asked / np.maximum(asked.sum(axis=0), 1e-9)) @ home_h
    found = []
    for number, (work, usual) in enumerate(zip(work_h.tolist(), usual_h.tolist(), strict=True), start=1):
        left = usual * staff_pct / 100
        as_usual = "" if usual >= work else f"; on a usual day {usual:.0f}"
        short = (f"carers who live near have {left:.0f} hours a day for {work:.0f} of work{as_usual}",)
        found.append(ZoneHolds(zone=number, reasons=short if left < work else ()))
    return found


def zones_without(area: OpenArea, proposal: ZoneProposal, provider: str) -> list[ZoneHolds]:
    """Say which zones still have two providers to choose from when one of today's leaves."""
    left = assign_providers(
        proposal.plan, presence(replace(area, dataset=without_provider(area.dataset, provider))), locks=proposal.locks
    )
    found = []
    for before, after in zip(proposal.zones, left, strict=True):
        reasons = [
            f"it has no {role} provider any more"
            for role in ("prime", "secondary")
            if getattr(before, role) is not None and getattr(after, role) in (None, provider)
        ]
        found.append(ZoneHolds(zone=before.number, reasons=tuple(reasons)))
    return found


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


def _a_boat_less(area: OpenArea) -> Iterator[tuple[str, OpenArea]]:
    """Take away all sailings between two piers, one pair after the other."""
    name = {area.travel.places.row_of_port[row.port_id]: row.name for row in area.dataset.ports}
    boats = area.travel.departures
    crossing_of = [(min(boat.from_port, boat.to_port), max(boat.from_port, boat.to_port)) for boat in boats]
    for one, other in sorted(set(crossing_of)):
        left = tuple(boat for boat, ports in zip(boats, crossing_of, strict=True) if ports != (one, other))
        yield f"{name[one]} - {name[other]}", replace(area, travel=replace(area.travel, departures=left))


def _compared(plan: ZonePlan, usual: AreaMap, then: AreaMap) -> list[ZoneHolds]:
    """Say which zones hang together as they do usually, with centres not much farther away."""
    found = []
    for number, inside in enumerate(zones_of(plan)):
        reasons = []
        apart = len(pieces(inside, then.neighbours))
        if apart > 1 and len(pieces(inside, usual.neighbours)) == 1:
            reasons.append(f"it falls into {apart} parts that no road or boat joins")
        else:
            before, after = (_mean_way(inside, plan.centre_of_zone[number], where) for where in (usual, then))
            if after > before * (1 + FARTHER):
                reasons.append(f"the mean way from its centre grows from {before:.0f} to {after:.0f} minutes")
        found.append(ZoneHolds(zone=number + 1, reasons=tuple(reasons)))
    return found


def _mean_way(inside: list[int], centre: int, where: AreaMap) -> float:
    weight = where.weight[inside]
    return float(where.travel_min[centre, inside] @ weight / (weight.sum() or 1.0))
