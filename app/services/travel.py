"""Travel for one area and day: every home, carer and pier as a row, road matrices per mode, and the day's boats.

This is where rows and geography meet; `translate` takes the result on to the solver's types.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from app.services.circumstances import USUAL, Circumstances, changed_roads
from app.services.leaving_cars import leaves_behind, leaving_cars
from app.services.timetables import boats_of_day
from geo.closures import still_sailing
from geo.conditions import walk_from_road_s
from geo.errors import PlaceOffNetwork
from geo.ferry import carrying, compile_boats
from geo.matrix import MatrixStore
from geo.places import points_frame
from geo.snap import snap
from geo.types import TravelMatrix

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from geopandas import GeoDataFrame
    from numpy.typing import NDArray

    from app.dataset import Dataset, PlaceRow
    from geo.parking import Left
    from geo.types import BoatTable, Departure, RoadGraph, Snaps

LONGEST_LEG_S = {"foot": 45 * 60, "bike": 60 * 60}
"""Nobody is sent on a longer walk or ride between two stops."""

SETTLEMENT_M = 3000.0
"""A settlement's middle may lie so far from a road and still tell which land it stands on."""


class Spots(NamedTuple):
    """Points with their ids: `lonlat` is degrees, float64 (P, 2)."""

    ids: tuple[str, ...]
    lonlat: NDArray[np.float64]

    def framed(self, rows: Sequence[int] | NDArray[np.int64]) -> GeoDataFrame:
        """Frame some of the points for GeoPandas (`geo.places.points_frame`), which takes a while to load."""
        chosen = self.lonlat[list(rows)]
        return points_frame([self.ids[row] for row in rows], chosen[:, 0], chosen[:, 1])


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Places:
    """The rows of the matrices: clients, then carers, then ports. `landmass` (P,) is by car."""

    points: Spots
    landmass: tuple[str, ...]
    row_of_client: Mapping[str, int]
    row_of_carer: Mapping[str, int]
    row_of_port: Mapping[str, int]

    @property
    def lonlat(self) -> NDArray[np.float64]:
        """Degrees, float64 (P, 2)."""
        return self.points.lonlat


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class AreaTravel:
    """All travel of an area on a day, by mode name; `snaps` tell where each row meets a road for cars.

    `left` is the travel of those who leave a car or bike behind, by mode and row of the home, and `walk` their ways on
    foot. Where every ferry takes everybody there is neither.
    """

    places: Places
    snaps: Snaps
    roads: Mapping[str, TravelMatrix]
    boats: Mapping[str, BoatTable]
    departures: tuple[Departure, ...]
    left: Mapping[tuple[str, int], Left] = field(default_factory=dict)
    walk: TravelMatrix | None = None


def area_travel(dataset: Dataset, graph: RoadGraph, *, cache: Path, on: Circumstances = USUAL) -> AreaTravel:
    """Compute (or fetch from `cache`) travel by every mode that the carers use.

    Homes meet the road where they always do: whoever lives on a closed road cannot be reached `on` such a day. Raises
    PlaceOffNetwork when homes or piers lie too far from a road, ClosureUnknown for a closure of nothing.
    """
    points, rows = place_rows(dataset)
    routes = {row.route for row in dataset.sailings}
    sailings = still_sailing(boats_of_day(dataset, dataset.day, rows["port"]), on.closures, routes)
    used = modes_in_use(dataset)
    modes = {*used, "foot"} if leaves_behind(sailings, used) else {*used}
    snaps = {mode: snap_places(dataset, graph, mode, points) for mode in sorted(modes)}
    name_of = landmasses(dataset.places, graph, "car")[1]
    places = Places(
        points=points,
        landmass=tuple(name_of.get(part, f"landmass {part}") for part in snaps["car"].landmass.tolist()),
        row_of_client=rows["client"],
        row_of_carer=rows["carer"],
        row_of_port=rows["port"],
    )
    store, passable = MatrixStore(cache), changed_roads(graph, on)
    by_land = {
        mode: _usable(store.get(passable, mode, snapped), mode, _door_s(dataset, rows["client"], snapped))
        for mode, snapped in snaps.items()
    }
    roads, walk = {mode: by_land[mode] for mode in used}, by_land.get("foot")
    homes = {mode: {rows["carer"][row.carer_id] for row in dataset.carers if row.mode == mode} for mode in used}
    left = leaving_cars(homes, snaps["foot"].landmass, sailings, roads, walk) if walk else {}
    return AreaTravel(
        places=places,
        snaps=snaps["car"],
        roads=roads,
        boats={mode: compile_boats(carrying(sailings, mode), road) for mode, road in roads.items()},
        departures=sailings,
        left=left,
        walk=walk,
    )


def modes_in_use(dataset: Dataset) -> list[str]:
    """Name the modes by which somebody travels; cars always count."""
    return sorted({"car"} | {carer.mode for carer in dataset.carers})


def snap_places(dataset: Dataset, graph: RoadGraph, mode: str, points: Spots) -> Snaps:
    """Snap every row of `place_rows` to the roads of a mode. Raises PlaceOffNetwork with the ids of `points`.

    Across a kyle the other shore may be nearer, so a pier is held to the landmass it is declared to stand on.
    """
    part_of, _ = landmasses(dataset.places, graph, mode)
    declared = np.full(len(points.ids), -1, dtype=np.int32)
    for row, port in enumerate(dataset.ports, start=len(points.ids) - len(dataset.ports)):
        declared[row] = part_of.get(port.landmass, -1)
    return snap(graph, mode, points.lonlat, points.ids, landmass=declared)


def place_rows(dataset: Dataset) -> tuple[Spots, dict[str, dict[str, int]]]:
    """Give every client, carer and port a point and its row; ids carry their kind so that they never collide."""
    kinds = {
        "client": [(client.client_id, client.lon, client.lat) for client in dataset.clients],
        "carer": [(carer.carer_id, carer.lon, carer.lat) for carer in dataset.carers],
        "port": [(port.port_id, port.lon, port.lat) for port in dataset.ports],
    }
    ids: list[str] = []
    lonlat: list[tuple[float, float]] = []
    rows: dict[str, dict[str, int]] = {}
    for kind, members in kinds.items():
        rows[kind] = {name: len(ids) + offset for offset, (name, _, _) in enumerate(members)}
        ids += [f"{kind} {name}" for name, _, _ in members]
        lonlat += [(lon, lat) for _, lon, lat in members]
    return Spots(tuple(ids), np.array(lonlat, dtype=np.float64).reshape(-1, 2)), rows


def landmasses(places: tuple[PlaceRow, ...], graph: RoadGraph, mode: str) -> tuple[dict[str, int], dict[int, str]]:
    """Match landmass names with parts of the road network, both ways, the most populous settlement deciding.

    Settlements far from any road say nothing: names are no reason to refuse an area.
    """
    part_of: dict[str, int] = {}
    name_of: dict[int, str] = {}
    for part, place in sorted(_parts(places, graph, mode), key=lambda pair: -pair[1].population):
        part_of.setdefault(place.landmass, part)
        name_of.setdefault(part, place.landmass)
    return part_of, name_of


def _parts(places: tuple[PlaceRow, ...], graph: RoadGraph, mode: str) -> list[tuple[int, PlaceRow]]:
    """Find the part of the network that each settlement stands on, leaving out those far from any road."""
    if not places:
        return []
    lonlat = np.array([(place.lon, place.lat) for place in places], dtype=np.float64)
    rows = tuple(str(row) for row in range(len(places)))
    try:
        parts = snap(graph, mode, lonlat, rows, max_m=SETTLEMENT_M).landmass.tolist()
    except PlaceOffNetwork as error:
        far = set(error.place_ids)
        return _parts(tuple(place for row, place in enumerate(places) if str(row) not in far), graph, mode)
    return list(zip(parts, places, strict=True))


def _door_s(dataset: Dataset, row_of_client: Mapping[str, int], snaps: Snaps) -> NDArray[np.int32]:
    """Give the seconds from the road to each door: parking, and the walk to houses that stand far from it."""
    door_s = np.zeros(len(snaps.arc), dtype=np.int32)
    for client in dataset.clients:
        row = row_of_client[client.client_id]
        door_s[row] = 60 * client.door_minutes + walk_from_road_s(float(snaps.dist_m[row]))
    return door_s


def _usable(road: TravelMatrix, mode: str, door_s: NDArray[np.int32]) -> TravelMatrix:
    """Add the minutes to the door, and close legs that are too long to walk or ride."""
    travel_s = road.travel_s + door_s[np.newaxis, :]
    np.fill_diagonal(travel_s, 0)
    reachable = road.reachable & (travel_s <= LONGEST_LEG_S.get(mode, np.iinfo(np.int32).max))
    return TravelMatrix(
        travel_s=np.where(reachable, travel_s, 0).astype(np.int32),
        travel_m=np.where(reachable, road.travel_m, 0).astype(np.int32),
        reachable=reachable,
    )
