"""A made-up land to put people on: a mainland grid of roads with two towns and villages, and an island."""

from __future__ import annotations

from datetime import date
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import numpy as np

from app.dataset import PlaceRow
from app.services.travel import area_travel
from app.synthetic.area import Geography, generate
from app.synthetic.parameters import OBAN_LORN, OBAN_LORN_LOCALITY
from geo.graph import build_graph
from geo.types import RawRoads, RawWay

if TYPE_CHECKING:
    from app.dataset import Dataset
    from app.services.travel import AreaTravel
    from geo.types import RoadGraph

DAY = date(2026, 11, 17)
WEST, SOUTH = -5.6, 56.2
STEP_LON, STEP_LAT = 0.008, 0.0045
MAINLAND, ISLAND = 50, 14


def grid(west: float, south: float, side: int, first: int) -> tuple[list[tuple[float, float]], list[tuple[int, ...]]]:
    """Lay out a square of roads about half a kilometre apart: positions, and the node rows of each road."""
    lonlat = [(west + x * STEP_LON, south + y * STEP_LAT) for y in range(side) for x in range(side)]
    rows = [tuple(first + y * side + x for x in range(side)) for y in range(side)]
    return lonlat, rows + [tuple(column) for column in zip(*rows, strict=True)]


@cache
def roads() -> RoadGraph:
    """Build the road network of the land."""
    mainland, mainland_ways = grid(WEST, SOUTH, MAINLAND, 0)
    island, island_ways = grid(WEST - 0.3, SOUTH, ISLAND, len(mainland))
    ways = [
        RawWay(id=number, nodes=nodes, tags={"highway": "tertiary", "name": f"Road {number}"})
        for number, nodes in enumerate(mainland_ways + island_ways, start=1)
    ]
    raw = RawRoads(
        lonlat=np.array(mainland + island),
        ways=tuple(ways),
        ferries=(),
        source="grid",
        sha256="0",
        attribution="made up",
    )
    return build_graph(raw)


def place(name: str, x: float, y: float, population: int, landmass: str = "Mainland") -> PlaceRow:
    """Put a settlement `x` and `y` road steps from the south-west corner of the mainland."""
    return PlaceRow(
        place_id=name.lower(),
        name=name,
        lat=SOUTH + y * STEP_LAT,
        lon=WEST + x * STEP_LON,
        population=population,
        landmass=landmass,
        locality=OBAN_LORN_LOCALITY,
    )


PLACES = (
    place("Bigtown", 12, 20, 8500),
    place("Midtown", 38, 30, 4000),
    place("Weston", 4, 6, 900),
    place("Norton", 20, 44, 700),
    place("Easton", 46, 12, 500),
    place("Hamlet", 30, 8, 120),
    place("Croft", 44, 45, 60),
    place("Isleport", -32, 6, 1100, "Isle"),
)


@cache
def sample() -> Dataset:
    """Make the area that the tests look at, once: the size of Oban and Lorn on the made-up land."""
    return generate(Geography(places=PLACES, graph=roads()), OBAN_LORN, seed=7, day=DAY)


@cache
def sample_travel() -> AreaTravel:
    """Compute travel for the area that the tests look at, once."""
    with TemporaryDirectory() as folder:
        return area_travel(sample(), roads(), cache=Path(folder))
