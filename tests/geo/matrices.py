"""Small matrices for tests, kept apart from them so that other processes load little."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from geo.graph import build_graph
from geo.matrix import MatrixStore, travel_matrix
from geo.types import RoadGraph, Snaps, TravelMatrix
from tests.geo.roads import arc_between, places, raw_roads, road

if TYPE_CHECKING:
    from pathlib import Path

LINE = [(0.0, 0.0), (1000.0, 0.0), (2000.0, 0.0), (9000.0, 0.0), (9500.0, 0.0)]


def part_of(snaps: Snaps, rows: slice) -> Snaps:
    """Return some of the snaps."""
    return Snaps(**{name: getattr(snaps, name)[rows] for name in Snaps.__slots__})


def small() -> tuple[RoadGraph, Snaps]:
    """Return a network and places with reachable and unreachable pairs."""
    graph = build_graph(raw_roads(LINE, road(0, 1, 2), road(3, 4)))
    return graph, places((0, 0.5), (1, 0.2), (arc_between(graph, 3, 4), 0.5))


def same(one: TravelMatrix, other: TravelMatrix) -> bool:
    """Tell whether two matrices are equal."""
    return all(np.array_equal(getattr(one, name), getattr(other, name)) for name in TravelMatrix.__slots__)


def fill(folder: Path) -> int:
    """Ask for several matrices over and over in a folder too small for them; count the wrong ones."""
    graph, snaps = small()
    store = MatrixStore(folder, max_bytes=600)
    wanted = [part_of(snaps, rows) for rows in (slice(0, 1), slice(0, 2), slice(1, 3), slice(0, 3))]
    right = [travel_matrix(graph, "car", each) for each in wanted]
    return sum(
        not same(store.get(graph, "car", each), expected)
        for _ in range(40)
        for each, expected in zip(wanted, right, strict=True)
    )
