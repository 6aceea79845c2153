"""The one face of road networks: read any format we know into a road graph, and keep it."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from geo.errors import NetworkUnreadable
from geo.files import code_digest, file_sha256
from geo.graph import build_graph, load_graph, save_graph
from geo.osm import read_osm
from geo.speeds import DEFAULT, SpeedTable
from geo.unpacked import MAX_BYTES, require_bounded

if TYPE_CHECKING:
    from pathlib import Path

    from geo.types import RawRoads, RoadGraph

OSM_SUFFIXES = (".osm.pbf", ".pbf", ".osm", ".osm.gz", ".osm.bz2")
OSMNX_SUFFIXES = (".graphml", ".gpkg")
_CODE = ("types", "osm", "crossings", "exchange", "speeds", "graph")


def read_network(
    path: Path, *, cache: Path | None = None, table: SpeedTable = DEFAULT, max_bytes: int = MAX_BYTES
) -> RoadGraph:
    """Read a network file and build its graph, or take the graph from the folder `cache` when it was built before.

    Raises NetworkUnreadable when the file is missing, damaged, of a format that is not known, or holds no roads.
    """
    if cache is None:
        return build_graph(read_raw(path, max_bytes), table)
    stored = cache / f"{_cache_key(path, table)}.npz"
    try:
        return load_graph(stored)
    except NetworkUnreadable:
        graph = build_graph(read_raw(path, max_bytes), table)
        save_graph(graph, stored)
        return graph


def read_raw(path: Path, max_bytes: int = MAX_BYTES) -> RawRoads:
    """Read the raw roads of a network file, whatever its format. Raises NetworkUnreadable as `read_network` does.

    `max_bytes`: as in `geo.unpacked`, how much an honest file may hold.
    """
    name = path.name.lower()
    if not name.endswith((*OSM_SUFFIXES, *OSMNX_SUFFIXES)):
        known = ", ".join((*OSM_SUFFIXES, *OSMNX_SUFFIXES))
        raise NetworkUnreadable(f"{path.name} is of no known network format ({known}).")
    require_bounded(path, max_bytes)
    if name.endswith(OSM_SUFFIXES):
        return read_osm(path)
    from geo.exchange import read_osmnx  # noqa: PLC0415 - loads networkx, and most networks need none

    return read_osmnx(path)


def _cache_key(path: Path, table: SpeedTable) -> str:
    """Return the digest of the file, of the speeds, and of the code that reads them."""
    if not path.is_file():
        raise NetworkUnreadable(f"{path.name} is not there, or is no file.")
    try:
        parts = (file_sha256(path), path.name, repr(table), code_digest(*_CODE))
    except OSError as error:
        raise NetworkUnreadable(f"{path.name} cannot be read: {error}.") from error
    return hashlib.blake2b("\n".join(parts).encode(), digest_size=16).hexdigest()
