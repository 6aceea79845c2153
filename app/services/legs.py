"""The legs of stored runs along the roads they follow: lines for a map, and what the roads are called.

Lines end at doors, so they are for the people who plan and drive, not for reports.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

from app.services.timetables import boats_of_day
from app.services.travel import place_rows, snap_places
from geo.route import routes

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from numpy.typing import NDArray

    from app.dataset import Dataset
    from app.db.plans import Run
    from geo.route import Route
    from geo.types import Departure, RoadGraph

_STEP_DEG = 1e-5
"""Lines are drawn to the metre."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Leg:
    """One way of a run, from a visit (None: from home) to the next (None: home), of which boats are part.

    `roads` tells in words what is followed, boats included; `line` runs in degrees (lon, lat), straight over water.
    """

    shift: str
    carer: str
    provider: str
    from_visit: str | None
    to_visit: str | None
    road_m: int
    roads: str
    line: shapely.LineString

    def as_feature(self) -> dict[str, Any]:
        """Give the leg as a GeoJSON feature."""
        told = {name: getattr(self, name) for name in Leg.__slots__ if name != "line"}
        return {"type": "Feature", "properties": told, "geometry": shapely.geometry.mapping(self.line)}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Way:
    """A leg before its roads are known: its places by row, the pier to and from which each boat goes between them."""

    run: Run
    mode: str
    from_visit: str | None
    to_visit: str | None
    places: tuple[int, ...]
    boats: tuple[Departure, ...]

    @property
    def by_road(self) -> list[tuple[int, int]]:
        """Pairs of places between which a road is followed: before, between and after the boats."""
        return list(zip(self.places[::2], self.places[1::2], strict=True))


def legs_of(dataset: Dataset, graph: RoadGraph, runs: Sequence[Run]) -> list[Leg]:
    """Draw the legs of runs along the roads of a usual day; those whose places or boats nobody knows are left out.

    Who leaves the car at a pier is drawn along the roads on the other side too.
    """
    points, rows = place_rows(dataset)
    ways = list(_ways(dataset, rows, runs))
    found: dict[tuple[str, int, int], Route | None] = {}
    for mode in {way.mode for way in ways}:
        snaps = snap_places(dataset, graph, mode, points)
        pairs = sorted({pair for way in ways if way.mode == mode for pair in way.by_road})
        followed = routes(graph, mode, snaps, pairs)
        found |= {(mode, *pair): road for pair, road in zip(pairs, followed, strict=True)}
    return [_leg(way, points.lonlat, found) for way in ways]


def _ways(dataset: Dataset, rows: Mapping[str, Mapping[str, int]], runs: Sequence[Run]) -> Iterator[_Way]:
    """Yield the legs of all runs in their order, as far as the data set still knows them."""
    mode_of = {carer.carer_id: carer.mode for carer in dataset.carers}
    boats = {boat.id: boat for boat in boats_of_day(dataset, dataset.day, rows["port"])}
    for run in runs:
        home = rows["carer"].get(run.carer)
        stops = [(None, home, ()), *((stop.visit, rows["client"].get(stop.client), stop.boats) for stop in run.stops)]
        for (from_visit, start, _), (to_visit, end, taken) in pairwise([*stops, (None, home, run.home_boats)]):
            if start is None or end is None or not boats.keys() >= set(taken):
                continue
            caught = tuple(boats[boat] for boat in taken)
            piers = [pier for boat in caught for pier in (boat.from_port, boat.to_port)]
            yield _Way(
                run=run,
                mode=mode_of[run.carer],
                from_visit=from_visit,
                to_visit=to_visit,
                places=(start, *piers, end),
                boats=caught,
            )


def _leg(way: _Way, lonlat: NDArray[np.float64], found: Mapping[tuple[str, int, int], Route | None]) -> Leg:
    """Put the roads and boats of a leg together; where no road is found, the line is straight."""
    pieces = [found[way.mode, *pair] for pair in way.by_road]
    told = [str(piece) if piece else "" for piece in pieces]
    sailed = [f"{boat.kind} {boat.route}" for boat in way.boats]
    words = [word for pair in zip(told, [*sailed, ""], strict=True) for word in pair if word]
    lines = [piece.lonlat if piece else lonlat[list(pair)] for piece, pair in zip(pieces, way.by_road, strict=True)]
    doors = lonlat[[way.places[0], way.places[-1]]]
    drawn = shapely.LineString(np.concatenate([doors[:1], *lines, doors[1:]]))
    return Leg(
        shift=way.run.shift,
        carer=way.run.carer,
        provider=way.run.provider,
        from_visit=way.from_visit,
        to_visit=way.to_visit,
        road_m=sum(piece.travel_m for piece in pieces if piece),
        roads=", ".join(words),
        line=shapely.set_precision(shapely.simplify(drawn, _STEP_DEG), _STEP_DEG, mode="pointwise"),
    )
