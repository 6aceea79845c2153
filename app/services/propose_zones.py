"""Propose zones: small areas joined by roads and boats, each with a prime and a secondary provider, as GeoJSON."""

from __future__ import annotations

import json
from collections import defaultdict
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

from app.services.band_reason import band_reasons, missed_h
from app.services.broken_locks import broken_by_name
from app.services.neighbours import nearest_by_road, neighbours
from app.services.small_areas import hours_by_provider_and_area
from app.services.zone_locks import read_locks
from app.services.zone_parts import parts_of, places_of, zone_name
from app.words import FEWEST_PEOPLE, enough
from geo.areas import area_polygons, name_areas
from geo.places import nearest_place, points_frame
from solver.zone_map import NO_LOCKS, area_map, zones_of
from solver.zone_roles import Presence, assign_providers

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from geopandas import GeoDataFrame
    from numpy.typing import NDArray

    from app.dataset import Dataset
    from app.services.broken_locks import BrokenLock
    from app.services.open_area import OpenArea
    from app.services.requests import ZoneRequest
    from app.services.small_areas import SmallAreas
    from geo.areas import Edge
    from solver.zone_map import AreaMap, Locks, ZonePlan
    from solver.zone_roles import ZoneRole

DAY_CONTACT_H_PER_ZONE = 70.0
"""Contact hours a day for which one zone is proposed when nobody says how many: the middle of published sizes
(Herefordshire: viable from 700 to 2,000 hours a week are 100 to 285 a day for a provider, who has one or two zones)."""


DRAWN_WITHIN_M = 11_000
"""Settlements farther than this from every home are not drawn into a zone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Zone:
    """One proposed zone. `places` are its parts that roads hold together, the one with most work first. `people` is
    None where fewer than five live there; `load_h` are contact hours a day, `work_h` with the travel to be expected,
    which `band_h` bounds and misses by `outside_band_h`; `travel_min` is the mean way from its centre. Roles are ids;
    the reason names providers; `band_reason` tells why the hours are outside the band, if they are."""

    number: int
    name: str
    places: tuple[str, ...]
    areas: tuple[str, ...]
    people: int | None
    load_h: float
    work_h: float
    band_h: tuple[float, float]
    outside_band_h: float
    travel_min: float
    carers: int
    carers_with_car: int
    providers_today: int
    prime: str | None
    secondary: str | None
    reason: str
    band_reason: str | None


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ZoneProposal:
    """The zones, how even and how compact they are, and their outlines (WGS84, one row per zone).

    `curve` holds zones for other positions of the slider as well, from least travel to equal hours. `request` is what
    was asked, with the number of zones; it is written with every zone, so that an edited map is judged by it again.
    `note` tells if there are more or fewer zones.
    """

    zones: tuple[Zone, ...]
    plan: ZonePlan
    locks: Locks
    request: ZoneRequest
    broken: tuple[BrokenLock, ...]
    curve: tuple[CurvePoint, ...]
    note: str | None
    area_names: tuple[str, ...]
    provider_names: Mapping[str, str]
    outlines: GeoDataFrame

    def geojson(self) -> dict[str, Any]:
        """Give a FeatureCollection in longitude and latitude, one feature per zone."""
        request = self.request
        asked = json.dumps({"zones": request.n_zones, "slider": request.balance, "locks": request.locks})
        features = [
            {
                "type": "Feature",
                "properties": {
                    "zone": zone.number,
                    "name": zone.name,
                    "places": list(zone.places),
                    "areas": list(zone.areas),
                    "people": enough(zone.people),
                    "contact_hours": round(zone.load_h, 1),
                    "work_hours": round(zone.work_h, 1),
                    "travel_min": round(zone.travel_min, 2),
                    "outside_band_hours": round(zone.outside_band_h, 1),
                    "band_hours": [round(hours, 1) if np.isfinite(hours) else None for hours in zone.band_h],
                    "carers": zone.carers,
                    "carers_with_car": zone.carers_with_car,
                    "providers_today": zone.providers_today,
                    "prime": zone.prime,
                    "prime_name": self.provider_names.get(zone.prime or ""),
                    "secondary": zone.secondary,
                    "secondary_name": self.provider_names.get(zone.secondary or ""),
                    "reason": zone.reason,
                    "band_reason": zone.band_reason,
                    "asked": asked,
                },
                "geometry": geometry,
            }
            for zone, geometry in zip(self.zones, _geometries(self.outlines), strict=True)
        ]
        points = [point.as_json(self.area_names) for point in self.curve]
        return {
            "type": "FeatureCollection",
            "features": features,
            **figures(self.plan, self.broken),
            "note": self.note,
            "points": points,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class CurvePoint:
    """Zones for one position of the slider."""

    slider: float
    plan: ZonePlan
    broken: tuple[BrokenLock, ...]

    def as_json(self, area_names: Sequence[str]) -> dict[str, Any]:
        """Give the figures, and each zone as its areas."""
        zones = [[area_names[area] for area in zone] for zone in zones_of(self.plan)]
        return {"slider": self.slider, **figures(self.plan, self.broken), "zones": zones}


def figures(plan: ZonePlan, broken: Iterable[BrokenLock]) -> dict[str, Any]:
    """Say how good zones are: travel, balance, bands and locks that give way, and what is proved."""
    return {
        "mean_travel_min": round(plan.mean_travel_min, 2),
        "load_cv": round(plan.load_cv, 3),
        "least_h": round(min(plan.load_h, default=0.0), 1),
        "greatest_h": round(max(plan.load_h, default=0.0), 1),
        "gap_pct": plan.gap_pct,
        "widened_h": round(plan.widened_h, 1),
        "outside_band": [zone + 1 for zone in plan.outside],
        "broken_locks": [lock.as_json() for lock in broken],
    }


def propose(area: OpenArea, request: ZoneRequest) -> ZoneProposal:
    """Propose zones for an area, deterministic by seed, and others for the rest of the trade-off curve.

    Raises LocksUnreadable.
    """
    from solver.zones import trade_off  # noqa: PLC0415 - loads an engine, and zones that exist are read without

    areas = area.small_areas
    wanted = request.n_zones or max(2, round(float(areas.load_h.sum()) / DAY_CONTACT_H_PER_ZONE))
    locks = read_locks(area, request.locks)
    others = np.linspace(0, 1, request.points).tolist() if request.points > 1 else []
    sliders = sorted({request.balance, *others})
    travel_s, edges = ground(area)
    work_h = (areas.load_h + areas.travel_h).tolist()
    plans = trade_off(work_h, travel_s, edges, n_zones=wanted, sliders=sliders, locks=locks, seed=request.seed)
    curve = tuple(
        CurvePoint(slider=at, plan=plan, broken=broken_by_name(area, plan, request.locks, locks))
        for at, plan in zip(sliders, plans, strict=True)
    )
    settled = replace(request, n_zones=wanted)
    found = described(area, plans[sliders.index(request.balance)], settled, curve=curve, locks=locks)
    return replace(found, note=_note(wanted, len(found.zones)))


def _note(wanted: int, found: int) -> str | None:
    """Say why there are more or fewer zones than wanted."""
    if found == wanted:
        return None
    fewer = "no zone is smaller than a small area"
    more = "parts of the area that no road or boat joins are zones of their own"
    return f"{wanted} zones were asked for and there are {found}: {fewer if found < wanted else more}."


def described(
    area: OpenArea,
    plan: ZonePlan,
    request: ZoneRequest,
    *,
    curve: tuple[CurvePoint, ...] = (),
    locks: Locks = NO_LOCKS,
) -> ZoneProposal:
    """Propose providers for zones, name and draw them."""
    dataset, travel, areas = area.dataset, area.travel, area.small_areas
    rows = np.array([travel.places.row_of_client[client.client_id] for client in dataset.clients])
    labels = np.array(plan.zone_of_area)[areas.labels].astype(np.int32)
    area_of_home = _areas_of_homes(area)
    today = presence(area)
    settlements = {place.name: (place.lon, place.lat, place.population) for place in dataset.places if place.population}
    places = _places(area, plan, travel.places.lonlat[rows], settlements)
    reasons = band_reasons(area, plan, locks, searched=bool(curve))
    zone_of_home = {carer: plan.zone_of_area[home] for carer, home in area_of_home.items()}
    zones = tuple(
        replace(
            _zone(dataset, areas, plan, zone_of_home, role=role, places=places[role.zone]),
            band_reason=reasons.get(role.zone),
        )
        for role in assign_providers(plan, today, locks=locks)
    )
    return ZoneProposal(
        zones=zones,
        plan=plan,
        locks=locks,
        request=request,
        broken=broken_by_name(area, plan, request.locks, locks),
        curve=curve,
        note=None,
        area_names=areas.names,
        provider_names=today.names,
        outlines=area_polygons(
            *drawn_around(dataset, travel.places.points.framed(rows), labels),
            [zone.name for zone in zones],
            land=area.land,
        ),
    )


def _places(
    area: OpenArea, plan: ZonePlan, homes: NDArray[np.float64], settlements: Mapping[str, tuple[float, float, int]]
) -> list[tuple[str, ...]]:
    """Name the parts of each zone, the one with most work first."""
    parts = parts_of(area, plan)
    zone_of = np.full(len(area.small_areas.names), -1)
    for part in reversed(parts):  # the first part of a zone is the one with most work
        zone_of[zone_of == part.zone] = -1
        zone_of[list(part.areas)] = part.zone
    labels = zone_of[area.small_areas.labels].astype(np.int32)
    return places_of(parts, name_areas(homes[labels >= 0], labels[labels >= 0], settlements))


def presence(area: OpenArea) -> Presence:
    """Tell who works and lives where today, and who is registered where."""
    dataset, areas = area.dataset, area.small_areas
    provider_of = {row.client_id: row.provider_id for row in dataset.allocation}
    return Presence(
        hours=hours_by_provider_and_area(dataset, areas, provider_of),
        home_h=_home_hours(dataset, _areas_of_homes(area)),
        registered=_registered(dataset, areas),
        names={provider.provider_id: provider.name for provider in dataset.providers},
    )


def ground(area: OpenArea) -> tuple[NDArray[np.int32], list[Edge]]:
    """Give seconds by road between the middles of small areas, -1 where none goes, and which areas touch."""
    road, centre = area.travel.roads["car"], area.small_areas.centre
    between = np.ix_(centre, centre)
    travel_s = np.where(road.reachable[between], road.travel_s[between], -1).astype(np.int32)
    return travel_s, neighbours(area)


def work_map(area: OpenArea) -> AreaMap:
    """Make the map of small areas with their hours of care and expected travel."""
    return area_map((area.small_areas.load_h + area.small_areas.travel_h).tolist(), *ground(area))


def drawn_around(
    dataset: Dataset, homes: GeoDataFrame, labels: NDArray[np.int32]
) -> tuple[NDArray[np.float64], NDArray[np.int32]]:
    """Choose the points that outlines are drawn around: settlements, since a shape round one home would tell whose.

    A settlement belongs to the zone of the home nearest to it; a zone without any takes the settlement nearest to it.
    A data set without settlements is drawn around homes rounded to about a kilometre.
    """
    named = [place for place in dataset.places if place.population]
    if not named:
        return np.round(shapely.get_coordinates(homes.geometry), 2), labels
    spots = points_frame([p.place_id for p in named], [p.lon for p in named], [p.lat for p in named])
    nearest_home, away_m = nearest_place(spots, homes)
    zone_of_spot = np.where(away_m < DRAWN_WITHIN_M, labels[nearest_home], -1)
    drawn, zones = np.flatnonzero(zone_of_spot >= 0), zone_of_spot[zone_of_spot >= 0]
    for zone in sorted(set(labels.tolist()) - set(zones.tolist())):
        spot, from_home_m = nearest_place(homes[labels == zone], spots)
        drawn, zones = np.append(drawn, spot[from_home_m.argmin()]), np.append(zones, zone)
    return shapely.get_coordinates(spots.geometry)[drawn], zones.astype(np.int32)


def _zone(
    dataset: Dataset,
    areas: SmallAreas,
    plan: ZonePlan,
    zone_of_home: Mapping[str, int],
    *,
    role: ZoneRole,
    places: tuple[str, ...],
) -> Zone:
    """Describe one zone as it is today, with the roles proposed for it, but not why its hours are what they are."""
    inside = np.array(plan.zone_of_area) == role.zone
    here = {
        client.client_id for client, label in zip(dataset.clients, areas.labels.tolist(), strict=True) if inside[label]
    }
    carers = [carer for carer in dataset.carers if zone_of_home.get(carer.carer_id) == role.zone]
    return Zone(
        number=role.zone + 1,
        name=zone_name(places),
        places=places,
        areas=tuple(areas.names[area] for area in np.flatnonzero(inside)),
        people=len(here) if len(here) >= FEWEST_PEOPLE else None,
        load_h=float(areas.load_h[inside].sum()),
        work_h=plan.load_h[role.zone],
        band_h=plan.band_h[role.zone],
        outside_band_h=missed_h(plan, role.zone),
        travel_min=plan.travel_min[role.zone],
        carers=len(carers),
        carers_with_car=sum(carer.mode == "car" for carer in carers),
        providers_today=len({row.provider_id for row in dataset.allocation if row.client_id in here}),
        prime=role.prime,
        secondary=role.secondary,
        reason=role.reason,
        band_reason=None,
    )


def _areas_of_homes(area: OpenArea) -> dict[str, int]:
    """Give for each carer the area whose middle is nearest to home; carers whom no road joins to any are left out."""
    row_of_carer = area.travel.places.row_of_carer
    carers = [carer.carer_id for carer in area.dataset.carers]
    found = nearest_by_road(area.travel, area.small_areas, [row_of_carer[carer] for carer in carers])
    return {carer: home for carer, home in zip(carers, found, strict=True) if home is not None}


def _home_hours(dataset: Dataset, area_of_home: Mapping[str, int]) -> dict[tuple[str, int], float]:
    """Sum the shift hours of carers by provider and the area they live in."""
    provider_of = {carer.carer_id: carer.provider_id for carer in dataset.carers}
    hours: dict[tuple[str, int], float] = defaultdict(float)
    for shift in dataset.shifts:
        if shift.carer_id in area_of_home:
            hours[provider_of[shift.carer_id], area_of_home[shift.carer_id]] += (shift.end - shift.start) / 3600
    return dict(hours)


def _registered(dataset: Dataset, areas: SmallAreas) -> dict[str, set[int]]:
    """List for each provider the areas in whose locality it is registered; an area is where its first client is."""
    locality: dict[int, str] = {}
    for client, label in zip(dataset.clients, areas.labels.tolist(), strict=True):
        locality.setdefault(label, client.locality)
    return {
        provider.provider_id: {area for area, name in locality.items() if name in provider.localities}
        for provider in dataset.providers
    }


def _geometries(outlines: GeoDataFrame) -> list[dict[str, Any]]:
    """Give each outline as a GeoJSON geometry."""
    return [shape.__geo_interface__ for shape in outlines.geometry]
