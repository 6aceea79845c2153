"""A county's road network drawn at random, denser than the bundled one: towns, glens, winding roads and islands."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import minimum_spanning_tree
from scipy.spatial import Delaunay

from geo.graph import build_graph
from geo.types import RawRoads, RawWay

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from geo.types import RoadGraph

_CORNER = (-5.9, 55.7)
_DEGREE_M = (62_000.0, 111_350.0)
_SIDE_M = 90_000.0
_CLASSES = ("primary", "secondary", "tertiary", "unclassified", "residential", "service")
_ISLANDS = 12
_N_JUNCTIONS = 10_000
_SHAPE_POINTS = 3


def drawn_county(seed: int) -> RoadGraph:
    """Draw the county: about 48,000 nodes and 100,000 arcs on a mainland and twelve islands."""
    rng = np.random.default_rng(seed)
    where, land = _junctions(rng)
    roads = _roads(where, land, rng)
    along = np.linspace(0, 1, _SHAPE_POINTS + 2)[1:-1]
    line = where[roads[:, 1]] - where[roads[:, 0]]
    bend = rng.normal(scale=0.08, size=(len(roads), _SHAPE_POINTS, 1)) * (line @ [[0, 1], [-1, 0]])[:, None]
    shape = where[roads[:, 0], None] + along[None, :, None] * line[:, None] + bend
    lonlat = np.concatenate([where, shape.reshape(-1, 2)]) / _DEGREE_M + _CORNER
    first = len(where) + _SHAPE_POINTS * np.arange(len(roads))
    kind, one_way = rng.integers(len(_CLASSES), size=len(roads)), rng.random(len(roads)) < 0.02
    ways = tuple(
        RawWay(
            id=row + 1,
            nodes=(a, *range(start, start + _SHAPE_POINTS), b),
            tags={"highway": _CLASSES[k], "lanes": "1"} | ({"oneway": "yes"} if single else {}),
        )
        for row, ((a, b), start, k, single) in enumerate(
            zip(roads.tolist(), first.tolist(), kind.tolist(), one_way.tolist(), strict=True)
        )
    )
    return build_graph(
        RawRoads(lonlat=lonlat, ways=ways, ferries=(), source="county", sha256=f"{seed:064x}", attribution="drawn")
    )


def _junctions(rng: np.random.Generator) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Scatter junctions, two in three around towns; return their metres and the number of their landmass."""
    towns = rng.random((60, 2)) * _SIDE_M
    size = rng.pareto(1.0, len(towns)) + 0.3
    n_urban = 2 * _N_JUNCTIONS // 3
    town = rng.choice(len(towns), n_urban, p=size / size.sum())
    urban = towns[town] + rng.normal(scale=900.0, size=(n_urban, 2))
    where = np.concatenate([urban, rng.random((_N_JUNCTIONS - n_urban, 2)) * _SIDE_M])
    centre = rng.random((_ISLANDS, 2)) * _SIDE_M
    away = np.linalg.norm(where[:, None] - centre[None], axis=2)
    radius = rng.uniform(3_000, 12_000, _ISLANDS)
    inside = away < radius
    return where, np.where(inside.any(axis=1), 1 + inside.argmax(axis=1), 0)


def _roads(where: NDArray[np.float64], land: NDArray[np.int64], rng: np.random.Generator) -> NDArray[np.int64]:
    """Join neighbours on one landmass: all that keep it whole, and some of the short ones besides."""
    triangles = Delaunay(where).simplices
    pairs = np.unique(
        np.sort(np.concatenate([triangles[:, pair] for pair in ([0, 1], [1, 2], [0, 2])]), axis=1), axis=0
    )
    pairs = pairs[land[pairs[:, 0]] == land[pairs[:, 1]]]
    metres = np.linalg.norm(where[pairs[:, 0]] - where[pairs[:, 1]], axis=1)
    tree = minimum_spanning_tree(coo_matrix((metres, pairs.T), shape=(len(where),) * 2)).tocoo()
    needed = np.isin(pairs @ (len(where), 1), np.sort(np.column_stack([tree.row, tree.col]), axis=1) @ (len(where), 1))
    return pairs[needed | ((rng.random(len(pairs)) < 0.15) & (metres < 3_000))]
