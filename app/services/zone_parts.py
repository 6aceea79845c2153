"""The parts of a zone that roads hold together, and who can do their work: carers who live near, and those who come by
boat and are home again within their shift."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from app.services.leaving_cars import leaves_behind, leaving_cars
from app.services.neighbours import nearest_by_road
from app.words import listed
from geo.ferry import arrival, carrying, compile_boats, latest_departure
from geo.types import TravelMatrix
from solver.zone_map import pieces, zones_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from app.dataset import CarerRow, Dataset
    from app.services.open_area import OpenArea
    from app.services.travel import AreaTravel
    from geo.types import BoatTable, Departure
    from solver.zone_map import ZonePlan

MOST_NAMED = 4
"""Places over the water that a zone is named after; of more the last are counted."""

REACH_MIN = 45.0
"""Carers are counted for places whose middle is at most so far from where they live, by road."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """Areas of one zone that roads join; of the parts of a zone the one with most work comes first.

    `zone` counts from 0. `island` is the one that it is the whole of, as far as clients live there, or None; `largest`
    is its small area with most work. `middle` is a row of the matrices.
    """

    zone: int
    areas: tuple[int, ...]
    island: str | None
    largest: str
    middle: int
    work_h: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Cover:
    """Hours a day for the work of a part: of carers who live near, and of those who can come by boat and return.

    `visitors` is how many can do so, whether or not their own places leave them any hours.
    """

    near_h: float
    by_boat_h: float
    visitors: int


def parts_of(area: OpenArea, plan: ZonePlan) -> list[Part]:
    """List the parts of all zones, zone by zone."""
    areas, places = area.small_areas, area.travel.places
    work_h = areas.load_h + areas.travel_h
    reachable = area.travel.roads["car"].reachable[np.ix_(areas.centre, areas.centre)]
    joined = [[(other, 0.0) for other in np.flatnonzero(row).tolist()] for row in reachable & reachable.T]
    islands = islands_of(area)
    found = []
    for zone, inside in enumerate(zones_of(plan)):
        cut = sorted(pieces(inside, joined), key=lambda piece: -float(work_h[piece].sum()))
        for piece in cut:
            land = places.landmass[areas.centre[piece[0]]]
            found.append(
                Part(
                    zone=zone,
                    areas=tuple(piece),
                    island=land if piece == islands.get(land) else None,
                    largest=areas.names[max(piece, key=lambda at: float(work_h[at]))],
                    middle=_middle(area, piece),
                    work_h=float(work_h[piece].sum()),
                )
            )
    return found


def islands_of(area: OpenArea) -> dict[str, list[int]]:
    """List the small areas of each island by its name; the land with most work is none to its people."""
    areas, landmass = area.small_areas, area.travel.places.landmass
    named = {place.landmass for place in area.dataset.places}
    found: defaultdict[str, list[int]] = defaultdict(list)
    for at, row in enumerate(areas.centre.tolist()):
        found[landmass[row]].append(at)
    work_h = areas.load_h + areas.travel_h
    mainland = max(sorted(found), key=lambda land: float(work_h[found[land]].sum()))
    return {land: inside for land, inside in found.items() if land in named and land != mainland}


def places_of(parts: Sequence[Part], settlements: Sequence[str]) -> list[tuple[str, ...]]:
    """Say what people call the parts of each zone: islands, the zone's largest settlement, or else a small area."""
    return [
        tuple(
            part.island or (settlement if number == 0 else part.largest)
            for number, part in enumerate(part for part in parts if part.zone == zone)
        )
        for zone, settlement in enumerate(settlements)
    ]


def zone_name(places: Sequence[str]) -> str:
    """Name a zone after its places: "Soroba with Tiree, Coll and Luing"."""
    first, *others = places
    if len(others) > MOST_NAMED:
        others[MOST_NAMED - 1 :] = [f"{len(others) - MOST_NAMED + 1} more places"]
    return f"{first} with {listed(others)}" if others else first


def cover(area: OpenArea, parts: Sequence[Part], there_pct: float = 100.0) -> list[Cover]:
    """Say what hours carers have for each part when so many percent of their hours are there.

    Carers who live near several parts are shared by the work of each. Others come by boat with the share of their
    hours that their own places leave, and count for every part that they can visit.
    """
    carers, hours = _at_work(area.dataset)
    if not carers:
        return [Cover(near_h=0.0, by_boat_h=0.0, visitors=0) for _ in parts]
    rows = [area.travel.places.row_of_carer[carer.carer_id] for carer in carers]
    work_h = np.array([part.work_h for part in parts])
    asked = _near(area, rows, parts) * np.maximum(work_h, 1e-9)
    share = asked / np.maximum(asked.sum(axis=1, keepdims=True), 1e-12)
    near_h = hours @ share * there_pct / 100
    left = np.maximum(0.0, 1 - work_h / np.maximum(near_h, 1e-9))
    free = np.where(asked.any(axis=1), share @ left, 1.0) * there_pct / 100
    ashore_h = _hours_ashore(area, carers, parts)
    return [
        Cover(near_h=near, by_boat_h=by_boat, visitors=visitors)
        for near, by_boat, visitors in zip(
            near_h.tolist(), (free @ ashore_h).tolist(), (ashore_h > 0).sum(axis=0).tolist(), strict=True
        )
    ]


def crossings(area: OpenArea) -> Iterator[tuple[str, tuple[Departure, ...]]]:
    """Name each pair of piers whose boats the area's people may need, and give the boats that are left without it.

    No road joins such piers, and by road somebody's home is near each of them.
    """
    travel, road = area.travel, area.travel.roads["car"]
    homes = [*travel.places.row_of_client.values(), *travel.places.row_of_carer.values()]
    near = np.any(road.reachable[homes] & (road.travel_s[homes] <= REACH_MIN * 60), axis=0, keepdims=True)[0]
    name = {travel.places.row_of_port[row.port_id]: row.name for row in area.dataset.ports}
    pairs = {(min(boat.from_port, boat.to_port), max(boat.from_port, boat.to_port)) for boat in travel.departures}
    for one, other in sorted(pairs):
        if near[one] and near[other] and not road.reachable[one, other]:
            left = tuple(boat for boat in travel.departures if {boat.from_port, boat.to_port} != {one, other})
            yield f"{name[one]} - {name[other]}", left


def _middle(area: OpenArea, piece: Sequence[int]) -> int:
    """Choose the area from which all work of a piece is driven to soonest; its row in the matrices."""
    rows = area.small_areas.centre[list(piece)]
    away_s = area.travel.roads["car"].travel_s[np.ix_(rows, rows)]
    weight = (area.small_areas.load_h + area.small_areas.travel_h)[list(piece)]
    return int(rows[(away_s @ (weight if weight.any() else weight + 1)).argmin()])


def _at_work(dataset: Dataset) -> tuple[list[CarerRow], NDArray[np.float64]]:
    """List the carers who have shifts on the day, and the hours of each."""
    hours: defaultdict[str, float] = defaultdict(float)
    for shift in dataset.shifts:
        hours[shift.carer_id] += (shift.end - shift.start) / 3600
    carers = [carer for carer in dataset.carers if hours[carer.carer_id] > 0]
    return carers, np.array([hours[carer.carer_id] for carer in carers])


def _near(area: OpenArea, rows: list[int], parts: Sequence[Part]) -> NDArray[np.bool_]:
    """Tell which carers (N,) live near which parts (Q,): by minutes, or because the nearest small area is in it."""
    road, middles = area.travel.roads["car"], [part.middle for part in parts]
    between = np.ix_(rows, middles)
    near = np.logical_and(road.reachable[between], road.travel_s[between] <= REACH_MIN * 60)
    part_of = {at: number for number, part in enumerate(parts) for at in part.areas}
    for carer, home in enumerate(nearest_by_road(area.travel, area.small_areas, rows)):
        if home is not None:
            near[carer, part_of[home]] = True
    return near


def _hours_ashore(area: OpenArea, carers: Sequence[CarerRow], parts: Sequence[Part]) -> NDArray[np.float64]:
    """Give the hours (N, Q) between the first arrival and the last departure within each carer's shifts, where no road
    goes; cars and bikes that no boat takes wait at the pier."""
    travel = area.travel
    rows = [travel.places.row_of_carer[carer.carer_id] for carer in carers]
    shifts: defaultdict[str, list[tuple[int, int]]] = defaultdict(list)
    for shift in area.dataset.shifts:
        shifts[shift.carer_id].append((shift.start, shift.end))
    apart = ~travel.roads["car"].reachable[np.ix_(rows, [part.middle for part in parts])]
    ashore_h = np.zeros(apart.shape)
    tables = _Tables(travel, rows, [part.middle for part in parts])
    for carer, part in zip(*(found.tolist() for found in np.nonzero(apart)), strict=True):
        who = carers[carer]
        ashore_h[carer, part] = sum(tables.ashore_h(who.mode, carer, part, when) for when in shifts[who.carer_id])
    return ashore_h


class _Tables:
    """Journeys between the homes of carers and parts of zones, by the boats of a day, on matrices of these only."""

    def __init__(self, travel: AreaTravel, homes: Sequence[int], middles: Sequence[int]) -> None:
        rows, boats = _reduced(travel, [*homes, *middles])
        self._first_part = len(homes)
        self._roads = {mode: _cut(road, rows) for mode, road in travel.roads.items()}
        self._boats = {mode: compile_boats(carrying(boats, mode), road) for mode, road in self._roads.items()}
        self._left = {}
        if travel.walk is not None and leaves_behind(boats, self._roads):
            of_mode = {mode: range(len(homes)) for mode in self._roads}
            land = travel.snaps.landmass[rows]
            self._left = leaving_cars(of_mode, land, boats, self._roads, _cut(travel.walk, rows))

    def ashore_h(self, mode: str, carer: int, part: int, when: tuple[int, int]) -> float:
        """Give the hours that a carer can be in a part between leaving home and being back."""
        there = self._first_part + part
        road, boats = self._ways(mode, carer)
        arrive_s = arrival(boats, road, carer, there, when[0])
        leave_s = latest_departure(boats, road, there, carer, when[1])
        return 0.0 if arrive_s is None or leave_s is None else max(0, leave_s - arrive_s) / 3600

    def _ways(self, mode: str, carer: int) -> tuple[TravelMatrix, BoatTable]:
        left = self._left.get((mode, carer))
        return (left.road, left.boats) if left else (self._roads[mode], self._boats[mode])


def _reduced(travel: AreaTravel, rows: Sequence[int]) -> tuple[list[int], tuple[Departure, ...]]:
    """Add the piers to some rows of the matrices, and number the ports of boats by these."""
    piers = sorted({port for boat in travel.departures for port in (boat.from_port, boat.to_port)})
    at = {pier: len(rows) + number for number, pier in enumerate(piers)}
    boats = (replace(boat, from_port=at[boat.from_port], to_port=at[boat.to_port]) for boat in travel.departures)
    return [*rows, *piers], tuple(boats)


def _cut(road: TravelMatrix, rows: Sequence[int]) -> TravelMatrix:
    """Take some rows and columns of a matrix."""
    between = np.ix_(rows, rows)
    return TravelMatrix(
        travel_s=road.travel_s[between], travel_m=road.travel_m[between], reachable=road.reachable[between]
    )
