"""Road networks of areas: imported once from a file, kept as arrays in the data folder."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from app.datafiles.cells import ID, NotOfThisKind
from app.errors import AreaNotFound, NetworkMissing
from app.resources import bundled
from geo.build_osm import build_osm
from geo.graph import load_graph, save_graph
from geo.network import read_network

if TYPE_CHECKING:
    from geo.types import RoadGraph


def import_network(file: Path, area: str, data_dir: Path) -> RoadGraph:
    """Read a network file and keep it for the area. Raises NetworkUnreadable, and then changes nothing."""
    kept = _kept(area, data_dir)
    graph = read_network(file, cache=data_dir / "cache" / "networks")
    save_graph(graph, kept)
    return graph


def load_network(area: str, data_dir: Path) -> RoadGraph:
    """Give back the network kept for the area. Raises NetworkMissing."""
    kept = _kept(area, data_dir)
    if not kept.exists():
        raise NetworkMissing(f"no road network has been imported for area {area}")
    return load_graph(kept)


def bundled_network(data_dir: Path) -> Path:
    """Draw the bundled area's OpenStreetMap file from its typed facts (about two seconds) and give its path."""
    target = data_dir / "networks" / "argyll_bute.osm.pbf"
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=target.parent) as folder:
        drawn = Path(folder) / target.name
        build_osm(bundled("argyll_bute"), drawn)
        drawn.replace(target)
    return target


def _kept(area: str, data_dir: Path) -> Path:
    """Name the file that holds an area's network. Raises AreaNotFound for what cannot be the name of an area."""
    try:
        ID.parse(area)
    except NotOfThisKind as error:
        raise AreaNotFound(f"{area!r} is not the name of an area: it is not {ID.expects}") from error
    return data_dir / "networks" / f"{area}.npz"
