"""Small road networks for tests, and the plain way to work out travel that the real one must agree with."""

from __future__ import annotations

import os
from itertools import pairwise
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
    from collections.abc import Iterable, Sequence

    from numpy.typing import NDArray

ORIGIN = (-5.5, 56.4)
_DAY_MS = 86_400_000.0
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
    n: int, links: Iterable[tuple[int, int, float]], sources: Sequence[int] | None = None
) -> NDArray[np.float64]:
    """Return shortest distances from the sources to all nodes, by plain Dijkstra over the lightest of parallel arcs.

    SciPy would add parallel arcs up.
    """
    lightest: dict[tuple[int, int], float] = {}
    for tail, head, weight in links:
        lightest[tail, head] = min(weight, lightest.get((tail, head), np.inf))
    rows, columns = np.array(list(lightest), dtype=np.int64).reshape(-1, 2).T
    network = csr_matrix((np.array(list(lightest.values())), (rows, columns)), shape=(n, n))
    return dijkstra(network, indices=sources)


def plain_travel_ms(graph: RoadGraph, mode: str, snaps: Snaps) -> NDArray[np.float64]:
    """Return unrounded milliseconds between places, searching the whole graph with its arcs cut at the places.

    To enter a private drive costs a day, and the days are taken off at the end.
    """
    ends = np.sort(np.column_stack([graph.tail[snaps.arc], graph.head[snaps.arc]]), axis=1).tolist()
    shares = np.where(graph.tail[snaps.arc] < graph.head[snaps.arc], snaps.along, 1 - snaps.along).tolist()
    node: dict[tuple[int, int, float], int] = {}
    for (low, high), share in zip(ends, shares, strict=True):
        node.setdefault((low, high, share), {0.0: low, 1.0: high}.get(share, len(graph.lonlat) + len(node)))
    cuts: dict[tuple[int, int], dict[float, int]] = {}
    for (low, high, share), at in node.items():
        cuts.setdefault((low, high), {0.0: low, 1.0: high})[share] = at
    links = []
    public = (graph.arc_ms[mode] != CLOSED_MS) & ~graph.no_through[mode]
    on_road = set(graph.tail[public].tolist()) | set(graph.head[public].tolist())
    arcs = zip(*(array.tolist() for array in (graph.tail, graph.head, graph.arc_ms[mode], ~public)), strict=True)
    for tail, head, ms, private in arcs:
        if ms == CLOSED_MS:
            continue
        low, high = min(tail, head), max(tail, head)
        stops = sorted(cuts.get((low, high), {0.0: low, 1.0: high}).items())
        for (start, one), (end, other) in pairwise(stops):
            first, last = (one, other) if tail == low else (other, one)
            toll = _DAY_MS if private and first == tail and tail in on_road else 0.0
            links += [(first, last, (end - start) * ms + toll)]
    rows = [node[low, high, share] for (low, high), share in zip(ends, shares, strict=True)]
    found = shortest(len(graph.lonlat) + len(node), links, rows)[:, rows]
    found[np.isfinite(found)] %= _DAY_MS
    return found
