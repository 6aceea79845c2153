"""The one face of road networks: read any format we know into a road graph, keep it, and say what it holds."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, TypedDict

import numpy as np

from geo.errors import NetworkUnreadable
from geo.exchange import read_osmnx
from geo.files import code_digest, file_sha256
from geo.graph import build_graph, load_graph, save_graph
from geo.osm import read_osm
from geo.snap import STRAY_M, components
from geo.speeds import DEFAULT, SpeedTable, posted_limit_kmh

if TYPE_CHECKING:
    from pathlib import Path

    from geo.types import RawRoads, RoadGraph

OSM_SUFFIXES = (".osm.pbf", ".pbf", ".osm", ".osm.gz", ".osm.bz2")
OSMNX_SUFFIXES = (".graphml", ".gpkg")
_CODE = ("types", "osm", "exchange", "speeds", "graph")


class Component(TypedDict):
    """A part of the network inside which a car gets from anywhere to anywhere and back."""

    landmass: int
    nodes: int
    road_km: float


class NetworkReport(TypedDict):
    """What a network holds. `components` and `stray_components` are for cars, the largest first.

    `missing_speed_pct` is the share of ways without a posted limit, None when the raw roads were not given.
    """

    source: str
    road_ways: int
    road_km: float
    nodes: int
    components: list[Component]
    stray_components: int
    ferries: int
    missing_speed_pct: float | None
    attribution: str


def read_network(path: Path, *, cache: Path | None = None, table: SpeedTable = DEFAULT) -> RoadGraph:
    """Read a network file and build its graph, or take the graph from the folder `cache` when it was built before.

    Raises NetworkUnreadable when the file is missing, damaged, of a format that is not known, or holds no roads.
    """
    if cache is None:
        return build_graph(read_raw(path), table)
    stored = cache / f"{_cache_key(path, table)}.npz"
    try:
        return load_graph(stored)
    except NetworkUnreadable:
        graph = build_graph(read_raw(path), table)
        save_graph(graph, stored)
        return graph


def read_raw(path: Path) -> RawRoads:
    """Read the raw roads of a network file, whatever its format. Raises NetworkUnreadable as `read_network` does."""
    name = path.name.lower()
    if name.endswith(OSM_SUFFIXES):
        return read_osm(path)
    if name.endswith(OSMNX_SUFFIXES):
        return read_osmnx(path)
    known = ", ".join((*OSM_SUFFIXES, *OSMNX_SUFFIXES))
    raise NetworkUnreadable(f"{path.name} is of no known network format ({known}).")


def _cache_key(path: Path, table: SpeedTable) -> str:
    """Return the digest of the file, of the speeds, and of the code that reads them."""
    try:
        parts = (file_sha256(path), path.name, repr(table), code_digest(*_CODE))
    except OSError as error:
        raise NetworkUnreadable(f"{path.name} cannot be read: {error}.") from error
    return hashlib.blake2b("\n".join(parts).encode(), digest_size=16).hexdigest()


def network_report(graph: RoadGraph, raw: RawRoads | None = None) -> NetworkReport:
    """Return what a network holds, for people who must judge whether it will do."""
    parts = [
        Component(landmass=int(land), nodes=int(nodes), road_km=round(float(metres) / 1000, 1))
        for land, nodes, metres in components(graph, "car")
    ]
    return NetworkReport(
        source=graph.source,
        road_ways=len(np.unique(graph.way)),
        road_km=round(_road_m(graph) / 1000, 1),
        nodes=len(graph.lonlat),
        components=parts,
        stray_components=sum(part["road_km"] * 1000 < STRAY_M for part in parts),
        ferries=len(graph.ferries),
        missing_speed_pct=None if raw is None else _missing_speed_pct(raw),
        attribution=graph.attribution,
    )


def _road_m(graph: RoadGraph) -> float:
    """Return the metres of road, each piece counted once whatever its directions."""
    ends = np.sort(np.column_stack([graph.tail, graph.head]), axis=1)
    pieces = np.unique(np.column_stack([ends, graph.way]), axis=0, return_index=True)[1]
    return float(graph.length_m[pieces].sum(dtype=np.float64))


def _missing_speed_pct(raw: RawRoads) -> float:
    """Return the share of ways without a posted limit, in per cent."""
    missing = sum(posted_limit_kmh(way.tags) is None for way in raw.ways)
    return round(100 * missing / len(raw.ways), 1)
