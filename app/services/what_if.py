"""What if a road were shut tomorrow, or a boat did not sail: travel between settlements before and after."""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from app.dataset import ClientRow
from app.errors import NotFound
from app.services.circumstances import changed_roads
from app.services.travel import SETTLEMENT_M, area_travel
from geo.errors import PlaceOffNetwork
from geo.ferry import arrival
from geo.route import routes
from geo.snap import snap
from geo.types import CLOSED_MS

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from app.dataset import Dataset, PlaceRow
    from app.services.circumstances import Circumstances
    from app.services.travel import AreaTravel
    from geo.types import BoatTable, RoadGraph, Snaps, TravelMatrix

LARGEST = 20
NEAREST = 8
"""Journeys are shown between so many of the largest settlements and of those nearest to what is shut."""

_HOME_M = 1000.0
_WORTH_NAMING_M = 2000.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Journey:
    """One journey by car between two settlements before and after; None where there is no way any more, or was none.

    `via` names the roads of two kilometres and more, in order, and is empty where a boat is taken.
    """

    origin: str
    destination: str
    before_min: float | None
    after_min: float | None
    before_via: tuple[str, ...]
    after_via: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class WhatIf:
    """What changes. `cut_off` are settlements from which less than half of the people can be reached whom one could
    reach before; `clients_...` tell of an area's clients, as seen from the nearest carer's home."""

    area: str
    day: str
    closed_km: float
    boats_cancelled: int
    journeys_compared: int
    journeys: tuple[Journey, ...]
    cut_off: tuple[str, ...]
    people_cut_off: int
    clients: int
    clients_unreachable: tuple[str, ...]
    clients_farther: int
    farthest_more_min: float

    def as_json(self) -> dict[str, Any]:
        """Give everything as JSON values."""
        return asdict(self)


def what_if(
    dataset: Dataset, graph: RoadGraph, on: Circumstances, *, data_dir: Path, at_s: int, named: Sequence[str] = ()
) -> WhatIf:
    """Compare a usual day with one `on` which roads or boats are missing, leaving at `at_s` (seconds since midnight).

    `named` settlements are always among those compared. Raises NotFound for a name that no settlement has, and
    ClosureUnknown.
    """
    cache = data_dir / "cache" / "travel"
    settled = _settlements(dataset, graph)
    before = area_travel(settled, graph, cache=cache)
    after = area_travel(settled, graph, cache=cache, on=on)
    changed_graph = changed_roads(graph, on)
    closed = (graph.arc_ms["car"] != CLOSED_MS) & (changed_graph.arc_ms["car"] == CLOSED_MS)
    rows = _compared(settled, before, graph, closed, named)
    changed = _changed(before, after, rows, at_s)
    journeys = _journeys(settled, before, (graph, changed_graph), changed)
    cut_off = _cut_off(settled.places, before, after, at_s)
    clients = _clients(dataset, graph, on, cache=cache, at_s=at_s)
    return WhatIf(
        area=dataset.area,
        day=dataset.day.isoformat(),
        closed_km=round(float(graph.length_m[closed].sum()) / 2000, 1),
        boats_cancelled=len(before.departures) - len(after.departures),
        journeys_compared=len(rows) * (len(rows) - 1) // 2,
        journeys=journeys,
        cut_off=tuple(place.name for place in cut_off),
        people_cut_off=sum(place.population for place in cut_off),
        **clients,
    )


def _settlements(dataset: Dataset, graph: RoadGraph) -> Dataset:
    """Give a data set whose clients are the settlements, as far as they lie near a road."""
    places = dataset.places
    lonlat = np.array([(place.lon, place.lat) for place in places], dtype=np.float64).reshape(-1, 2)
    try:
        snap(graph, "car", lonlat, [str(row) for row in range(len(places))], max_m=min(SETTLEMENT_M, _HOME_M))
    except PlaceOffNetwork as error:
        far = {int(row) for row in error.place_ids}
        places = tuple(place for row, place in enumerate(places) if row not in far)
    if len(places) < 2:
        raise NotFound(f"area {dataset.area} has no settlements near its roads to travel between")
    stand_ins = tuple(_stand_in(place) for place in places)
    return replace(dataset, clients=stand_ins, carers=(), shifts=(), visits=(), places=places)


def _stand_in(place: PlaceRow) -> ClientRow:
    """Put a client in the middle of a settlement."""
    return ClientRow(
        client_id=place.place_id,
        lat=place.lat,
        lon=place.lon,
        locality=place.locality,
        sds_option=3,
        choice_locked=False,
        door_minutes=0,
    )


def _compared(
    settled: Dataset, travel: AreaTravel, graph: RoadGraph, closed: NDArray[np.bool_], named: Sequence[str]
) -> list[int]:
    """Choose the settlements to compare, the most populous first: named, largest, or nearest to what is shut."""
    places = settled.places
    by_name = {name.casefold(): row for row, place in enumerate(places) for name in (place.place_id, place.name)}
    if unknown := [name for name in named if name.casefold() not in by_name]:
        raise NotFound(f"there is no settlement {' or '.join(unknown)} near a road of {settled.area}")
    by_people = sorted(range(len(places)), key=lambda row: -places[row].population)
    chosen = {by_name[name.casefold()] for name in named} | set(by_people[:LARGEST])
    if closed.any():
        nodes = np.concatenate([graph.tail[closed], graph.head[closed]])
        xy = graph.xy[graph.tail[travel.snaps.arc[: len(places)]]]
        away = np.linalg.norm(xy - graph.xy[nodes].mean(axis=0), axis=1)
        inhabited = [row for row in np.argsort(away).tolist() if places[row].population > 0]
        chosen |= set(inhabited[:NEAREST])
    return [row for row in by_people if row in chosen]


def _changed(
    before: AreaTravel, after: AreaTravel, rows: Sequence[int], at_s: int
) -> list[tuple[int, int, int | None, int | None]]:
    """List the journeys that take longer or shorter: origin, destination and seconds before and after, worst first."""
    found = []
    for place, origin in enumerate(rows):
        for destination in rows[place + 1 :]:
            was, now = _takes_s(before, origin, destination, at_s), _takes_s(after, origin, destination, at_s)
            if was != now:
                found.append((origin, destination, was, now))
    return sorted(found, key=lambda row: -1e9 if row[3] is None else (row[2] or 0) - row[3])


def _takes_s(travel: AreaTravel, origin: int, destination: int, at_s: int) -> int | None:
    """Give the seconds from leaving to arriving by car, boats included; None when it cannot be done that day."""
    arrives_s = arrival(travel.boats["car"], travel.roads["car"], origin, destination, at_s)
    return None if arrives_s is None else arrives_s - at_s


def _journeys(
    settled: Dataset,
    before: AreaTravel,
    graphs: tuple[RoadGraph, RoadGraph],
    changed: Sequence[tuple[int, int, int | None, int | None]],
) -> tuple[Journey, ...]:
    """Name the settlements and the roads of the journeys that change."""
    pairs = [(origin, destination) for origin, destination, *_ in changed]
    seconds = ([row[2] for row in changed], [row[3] for row in changed])
    vias = [_vias(graph, before.snaps, pairs, took) for graph, took in zip(graphs, seconds, strict=True)]
    return tuple(
        Journey(
            origin=settled.places[origin].name,
            destination=settled.places[destination].name,
            before_min=None if was is None else round(was / 60, 1),
            after_min=None if now is None else round(now / 60, 1),
            before_via=before_via,
            after_via=after_via,
        )
        for (origin, destination, was, now), before_via, after_via in zip(changed, *vias, strict=True)
    )


def _vias(
    graph: RoadGraph, snaps: Snaps, pairs: Sequence[tuple[int, int]], took_s: Sequence[int | None]
) -> list[tuple[str, ...]]:
    """Name the roads of each journey that the road alone makes as fast as said."""
    vias: list[tuple[str, ...]] = []
    for found, seconds in zip(routes(graph, "car", snaps, pairs), took_s, strict=True):
        if found is None or seconds is None or found.travel_s > seconds + 1:
            vias.append(())
            continue
        metres: Counter[str] = Counter()
        for stretch in found.stretches:
            metres[stretch.road] += stretch.metres
        vias.append(tuple(name for name, length_m in metres.items() if name and length_m >= _WORTH_NAMING_M))
    return vias


def _cut_off(places: Sequence[PlaceRow], before: AreaTravel, after: AreaTravel, at_s: int) -> list[PlaceRow]:
    """List the settlements that lose more than half of the people they could reach."""
    people = np.array([place.population for place in places], dtype=np.int64)
    was, now = (
        _can_reach(travel.boats["car"], travel.roads["car"], at_s)[: len(places), : len(places)] @ people
        for travel in (before, after)
    )
    return [place for place, old, new in zip(places, was, now, strict=True) if new < old / 2]


def _can_reach(boats: BoatTable, road: TravelMatrix, at_s: int) -> NDArray[np.bool_]:
    """Tell who can still reach whom when leaving at an instant, by road or boat."""
    last = boats.first + boats.count - 1
    by_boat = (boats.count > 0) & (np.append(boats.leave_s, -1)[np.where(boats.count > 0, last, -1)] >= at_s)
    return road.reachable | by_boat


def _clients(dataset: Dataset, graph: RoadGraph, on: Circumstances, *, cache: Path, at_s: int) -> dict[str, Any]:
    """Tell which clients nobody reaches any more, and for how many the nearest carer is farther away than before."""
    told: dict[str, Any] = {"clients": len(dataset.clients), "clients_unreachable": (), "clients_farther": 0}
    if not dataset.clients or not dataset.carers:
        return {**told, "farthest_more_min": 0.0}
    nearest = [_nearest_s(dataset, area_travel(dataset, graph, cache=cache, **day), at_s) for day in ({}, {"on": on})]
    was, now = nearest
    lost = np.isfinite(was) & np.isinf(now)
    both = np.isfinite(was) & np.isfinite(now)
    more_s = np.where(both, now - np.where(both, was, 0.0), 0.0)
    told["clients_unreachable"] = tuple(
        client.client_id for client, is_lost in zip(dataset.clients, lost, strict=True) if is_lost
    )
    told["clients_farther"] = int((more_s > 0).sum())
    return {**told, "farthest_more_min": round(float(more_s.max(initial=0.0)) / 60, 1)}


def _nearest_s(dataset: Dataset, travel: AreaTravel, at_s: int) -> NDArray[np.float64]:
    """Give the seconds to each client from the home of the nearest carer, by the carer's mode; by boat if need be."""
    clients = np.array([travel.places.row_of_client[client.client_id] for client in dataset.clients])
    best = np.full(len(clients), np.inf)
    for carer in dataset.carers:
        road = travel.roads[carer.mode]
        row = travel.places.row_of_carer[carer.carer_id]
        best = np.minimum(best, np.where(road.reachable[row, clients], road.travel_s[row, clients], np.inf))
    for place in np.flatnonzero(np.isinf(best)).tolist():
        for carer in dataset.carers:
            row = travel.places.row_of_carer[carer.carer_id]
            there_s = arrival(travel.boats[carer.mode], travel.roads[carer.mode], row, int(clients[place]), at_s)
            best[place] = min(best[place], np.inf if there_s is None else there_s - at_s)
    return best
