"""The other ways to get a travel matrix, each as its users would write it: seconds, and for SciPy the result."""

from __future__ import annotations

import time
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

import networkx as nx
import numpy as np
import osmnx as ox
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import dijkstra

from geo.graph import drive_mouths, project
from geo.types import CLOSED_MS

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from geo.types import RoadGraph, Snaps

_CHUNK = 128
_TOLL_MS = 3 * 86_400_000
"""Added for entering a private drive, which nobody may pass through, and taken off again at the end."""


class Snapped(NamedTuple):
    """The whole network, its arcs cut at the places: milliseconds of the arcs, positions of the nodes, and the node of
    each place."""

    tail: NDArray[np.int64]
    head: NDArray[np.int64]
    ms: NDArray[np.float64]
    lonlat: NDArray[np.float64]
    place: NDArray[np.int64]


def snapped_network(graph: RoadGraph, mode: str, snaps: Snaps) -> Snapped:
    """Cut the arcs of a mode at the places, without contracting or rounding anything; drives cost their toll."""
    ends = np.sort(np.column_stack([graph.tail[snaps.arc], graph.head[snaps.arc]]), axis=1)
    share = np.where(graph.tail[snaps.arc] < graph.head[snaps.arc], snaps.along, 1 - snaps.along)
    spots, place = np.unique(np.column_stack([ends, share]), axis=0, return_inverse=True)
    cuts: dict[tuple[int, int], list[tuple[float, int]]] = {}
    node = np.where(spots[:, 2] == 0, spots[:, 0], np.where(spots[:, 2] == 1, spots[:, 1], -1)).astype(np.int64)
    node[node < 0] = len(graph.lonlat) + np.flatnonzero(node < 0)
    for (low, high, at), row in zip(spots.tolist(), node.tolist(), strict=True):
        if 0 < at < 1:
            cuts.setdefault((int(low), int(high)), []).append((at, row))
    arcs: dict[tuple[int, int], float] = {}
    usable = graph.arc_ms[mode] != CLOSED_MS
    tolls = np.zeros(len(usable))
    tolls[drive_mouths(graph, mode)] = _TOLL_MS
    columns = (graph.tail, graph.head, graph.arc_ms[mode], tolls)
    for tail, head, ms, toll in zip(*(column[usable].tolist() for column in columns), strict=True):
        low, high = min(tail, head), max(tail, head)
        stops = [(0.0, low), *cuts.get((low, high), ()), (1.0, high)]
        for (start, one), (end, other) in pairwise(stops):
            pair = (one, other) if tail == low else (other, one)
            arcs[pair] = min(arcs.get(pair, np.inf), (end - start) * ms + (toll if pair[0] == tail else 0.0))
    tail, head = np.array(list(arcs), dtype=np.int64).T
    low, high = spots[:, 0].astype(int), spots[:, 1].astype(int)
    where = graph.lonlat[low] + spots[:, 2:] * (graph.lonlat[high] - graph.lonlat[low])
    return Snapped(
        tail=tail,
        head=head,
        ms=np.array(list(arcs.values())),
        lonlat=np.concatenate([graph.lonlat, where]),
        place=node[place.ravel()],
    )


def scipy_ms(network: Snapped) -> tuple[NDArray[np.float64], float]:
    """Search the whole network from each place with SciPy; return milliseconds between places, and the seconds."""
    start = time.perf_counter()
    n = len(network.lonlat)
    matrix = csr_matrix((network.ms, (network.tail, network.head)), shape=(n, n))
    found = np.empty((len(network.place),) * 2)
    for first in range(0, len(found), _CHUNK):
        rows = slice(first, first + _CHUNK)
        found[rows] = dijkstra(matrix, indices=network.place[rows])[:, network.place]
    found[np.isfinite(found)] %= _TOLL_MS
    return found, time.perf_counter() - start


def osmnx_s(graph: RoadGraph, mode: str, lonlat: NDArray[np.float64], n_timed: int) -> float:
    """Search OSMnx's simplified network from each place, the usual way; return seconds, from some places for all.

    Making the network and finding the nearest nodes is not counted.
    """
    plain = nx.MultiDiGraph(crs="EPSG:4326")
    for node in np.flatnonzero(graph.landmass[mode] >= 0).tolist():
        plain.add_node(node, x=graph.lonlat[node, 0], y=graph.lonlat[node, 1])
    usable = graph.arc_ms[mode] != CLOSED_MS
    columns = (graph.tail, graph.head, graph.arc_ms[mode] / 1000, graph.length_m)
    for tail, head, seconds, length in zip(*(column[usable].tolist() for column in columns), strict=True):
        plain.add_edge(tail, head, travel_time=seconds, length=length)
    network = ox.simplify_graph(plain, edge_attr_aggs={"travel_time": sum, "length": sum})
    metric = ox.project_graph(network, to_crs=graph.crs)
    nodes = ox.distance.nearest_nodes(metric, *project(lonlat, graph.crs).T)
    start = time.perf_counter()
    for source in nodes[:n_timed]:
        seconds, _ = nx.single_source_dijkstra(network, source, weight="travel_time")
        _ = [seconds.get(target) for target in nodes]
    return (time.perf_counter() - start) * len(nodes) / n_timed


def cch_s(network: Snapped) -> float | None:
    """Order, customise and search a customisable contraction hierarchy; None without `routingkit_cch`."""
    try:
        import routingkit_cch as cch  # noqa: PLC0415 - optional
    except ImportError:
        return None
    start = time.perf_counter()
    tail, head, ms = network.tail.tolist(), network.head.tolist(), np.rint(network.ms).astype(int).tolist()
    lon, lat = network.lonlat.T.tolist()
    order = cch.compute_order_inertial(len(lon), tail, head, lat, lon)
    metric = cch.CCHMetric(cch.CCH(order, tail, head, True), ms)
    search = cch.CCHOneToMany(metric, network.place.tolist())
    found = np.empty((len(network.place),) * 2)
    for row, place in enumerate(network.place.tolist()):
        found[row] = [np.inf if away is None else away for away in search.distances_from(place)]
    return time.perf_counter() - start
