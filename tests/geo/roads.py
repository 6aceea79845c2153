"""Small road networks for tests, and the plain way to work out travel that the real one must agree with."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING
from xml.sax.saxutils import quoteattr

import numpy as np
import osmium
import pytest
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import dijkstra

from geo.types import CLOSED_MS, RawRoads, RawWay, RoadGraph, Snaps

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

ORIGIN = (-5.5, 56.4)
_DEGREE_M = (61_720.0, 111_350.0)
SHARED = Path(os.environ.get("ROTA_SHARED", Path(__file__).parents[3] / "shared"))
ISLE_OF_MAN = SHARED / "geodata" / "isle_of_man_2021_roads.osm.pbf"
needs_isle_of_man = pytest.mark.skipif(not ISLE_OF_MAN.exists(), reason="the shared geodata folder is not here")


def lonlat(*metres: tuple[float, float]) -> NDArray[np.float64]:
    """Return the positions of points given in metres east and north of a place near Oban, to about 0.1 %."""
    return np.array(ORIGIN) + np.array(metres, dtype=np.float64) / _DEGREE_M


def road(*nodes: int, id: int = 1, **tags: str) -> RawWay:  # noqa: A002
    """Return a way through nodes; tags are written with `__` for the colon, and default to a 36 km/h tertiary road."""
    named = {key.replace("__", ":"): value for key, value in tags.items()}
    return RawWay(id=id, nodes=nodes, tags={"highway": "tertiary", "lanes": "1", **named})


def raw_roads(metres: Sequence[tuple[float, float]], *ways: RawWay) -> RawRoads:
    """Return raw roads through points given in metres."""
    return RawRoads(lonlat=lonlat(*metres), ways=ways, ferries=(), source="test", sha256="0" * 64, attribution="nobody")


def write_osm(path: Path, raw: RawRoads, *, leave_out: frozenset[int] = frozenset()) -> Path:
    """Write raw roads in the OpenStreetMap format that the suffix names; node ids are rows plus 1."""
    nodes = [
        f'<node id="{row + 1}" version="1" lon="{lon:.7f}" lat="{lat:.7f}"/>'
        for row, (lon, lat) in enumerate(raw.lonlat.tolist())
        if row not in leave_out
    ]
    ways = [
        f'<way id="{way.id}" version="1">'
        + "".join(f'<nd ref="{row + 1}"/>' for row in way.nodes)
        + "".join(f"<tag k={quoteattr(key)} v={quoteattr(value)}/>" for key, value in way.tags.items())
        + "</way>"
        for way in raw.ways
    ]
    xml = "\n".join(["<?xml version='1.0' encoding='UTF-8'?>", '<osm version="0.6">', *nodes, *ways, "</osm>"])
    if path.name.endswith(".osm"):
        path.write_text(xml, encoding="utf-8")
        return path
    plain = path.with_name(f"{path.name}.osm")
    plain.write_text(xml, encoding="utf-8")
    with osmium.SimpleWriter(path, overwrite=True) as writer:
        for item in osmium.FileProcessor(plain):
            writer.add(item)
    return path


def places(*arc_along: tuple[int, float]) -> Snaps:
    """Return snaps at given shares of given arcs."""
    arc, along = zip(*arc_along, strict=True)
    n = len(arc)
    return Snaps(
        arc=np.array(arc, dtype=np.int32),
        along=np.array(along, dtype=np.float64),
        dist_m=np.zeros(n),
        landmass=np.zeros(n, dtype=np.int32),
    )


def arc_between(graph: RoadGraph, tail: int, head: int) -> int:
    """Return the arc from one node to another."""
    return int(np.flatnonzero((graph.tail == tail) & (graph.head == head))[0])


def shortest(
    n: int, tail: NDArray[np.int64], head: NDArray[np.int64], weight: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Return all shortest distances by plain Dijkstra over the lightest of parallel arcs."""
    return dijkstra(_lightest_csr(n, tail, head, weight))


def plain_travel_ms(graph: RoadGraph, mode: str, snaps: Snaps) -> NDArray[np.float64]:
    """Return unrounded milliseconds between places: Dijkstra over the whole graph from the ends of their arcs.

    Leave by either end, arrive by either end, or drive straight along the arc that both lie on.
    """
    passable = graph.arc_ms[mode] != CLOSED_MS
    tail, head = graph.tail[passable].astype(np.int64), graph.head[passable].astype(np.int64)
    network = _lightest_csr(len(graph.lonlat), tail, head, graph.arc_ms[mode][passable].astype(np.float64))
    start, end = graph.tail[snaps.arc].astype(np.int64), graph.head[snaps.arc].astype(np.int64)
    forth, back = _weights(network, start, end), _weights(network, end, start)
    ends = np.unique(np.concatenate([start, end]))
    column = {node: row for row, node in enumerate(ends.tolist())}
    apart = np.concatenate(
        [dijkstra(network, indices=part)[:, ends] for part in np.array_split(ends, len(ends) // 64 + 1)]
    )
    ways_out = [(_rows(column, start), _share(back, snaps.along)), (_rows(column, end), _share(forth, 1 - snaps.along))]
    ways_in = [(_rows(column, start), _share(forth, snaps.along)), (_rows(column, end), _share(back, 1 - snaps.along))]
    best = np.full((len(start), len(start)), np.inf)
    for out_row, out_ms in ways_out:
        for in_row, in_ms in ways_in:
            best = np.minimum(best, out_ms[:, None] + apart[np.ix_(out_row, in_row)] + in_ms[None, :])
    for first in range(len(start)):
        for second in range(len(start)):
            best[first, second] = min(
                best[first, second], _along_one_arc(start, end, snaps.along, (forth, back), first, second)
            )
    return best


def _along_one_arc(start, end, along, forth_back, first, second) -> float:  # noqa: ANN001
    """Return the milliseconds straight along the road piece that two places share, infinite when they share none."""
    forth, back = forth_back
    if (start[first], end[first]) == (start[second], end[second]):
        gap = along[second] - along[first]
    elif (start[first], end[first]) == (end[second], start[second]):
        gap = 1 - along[second] - along[first]
    else:
        return np.inf
    if gap == 0:
        return 0.0
    return float(gap * forth[first] if gap > 0 else -gap * back[first])


def _lightest_csr(n: int, tail: NDArray[np.int64], head: NDArray[np.int64], weight: NDArray[np.float64]) -> csr_matrix:
    """Return a sparse matrix with the lightest of parallel arcs (SciPy would add them up)."""
    lightest: dict[tuple[int, int], float] = {}
    for pair, value in zip(zip(tail.tolist(), head.tolist(), strict=True), weight.tolist(), strict=True):
        lightest[pair] = min(value, lightest.get(pair, np.inf))
    rows, columns = np.array(list(lightest), dtype=np.int64).reshape(-1, 2).T
    return csr_matrix((np.array(list(lightest.values())), (rows, columns)), shape=(n, n))


def _weights(network: csr_matrix, tail: NDArray[np.int64], head: NDArray[np.int64]) -> NDArray[np.float64]:
    """Return the weights of arcs, infinite where there is none."""
    stored = network.tocoo()
    weight = dict(zip(zip(stored.row.tolist(), stored.col.tolist(), strict=True), stored.data.tolist(), strict=True))
    return np.array([weight.get(pair, np.inf) for pair in zip(tail.tolist(), head.tolist(), strict=True)])


def _rows(column: dict[int, int], nodes: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the rows of nodes."""
    return np.array([column[node] for node in nodes.tolist()])


def _share(weight: NDArray[np.float64], share: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return shares of weights, where nothing of a closed arc takes no time."""
    return np.where(share == 0, 0.0, weight * np.where(share == 0, 1.0, share))
