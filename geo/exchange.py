"""Exchange road networks with OSMnx: its graphs, and the GraphML and GeoPackage files that it reads and writes.

OSMnx costs seconds to import, so it is imported where it is used. Ferries are never roads on this path either, and no
graph that leaves here holds one. Beside the usual attributes each edge carries `car_kmh`, `bike_kmh` and `foot_kmh`
(0: closed): they can be edited in a GIS, and win over all other tags when the network comes back.
"""

from __future__ import annotations

import ast
import hashlib
import tempfile
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import networkx as nx
import numpy as np

from geo.errors import NetworkUnreadable
from geo.files import file_sha256
from geo.osm import ATTRIBUTION, HIGHWAYS, TAGS, ferry_hint, is_ferry
from geo.speeds import MODES
from geo.types import CLOSED_MS, FerryHint, RawRoads, RawWay, RoadGraph

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from numpy.typing import NDArray

    Network = nx.MultiDiGraph[Any]

_Line = tuple[tuple[float, float], ...]
_WGS84 = "epsg:4326"


def from_osmnx(network: Network, source: str) -> RawRoads:
    """Return the raw roads of an OSMnx graph, simplified or not.

    Edges that run both ways with equal tags become one way; an edge without its opposite is one-way for all but
    walkers. Edges with `route=ferry` become hints; the tag is there only when it was in `useful_tags_way` at download.
    Raises NetworkUnreadable when there are no roads.
    """
    edges = _edges(_in_degrees(network))
    rows: dict[object, int] = {}
    ways: list[RawWay] = []
    ferries: list[FerryHint] = []
    for line, osmid, tags in _merged(edges):
        if is_ferry(tags):
            hint = ferry_hint(osmid, tags, (line[0], line[-1]))
            ferries += [hint] if hint else []
        elif tags.get("highway") in HIGHWAYS:
            nodes = tuple(rows.setdefault(position, len(rows)) for position in line)
            ways.append(RawWay(id=osmid, nodes=nodes, tags={key: tags[key] for key in tags if key in TAGS}))
    if not ways:
        raise NetworkUnreadable(f"{source} holds no roads.")
    return RawRoads(
        lonlat=np.array(list(rows), dtype=np.float64),
        ways=tuple(ways),
        ferries=tuple(ferries),
        source=source,
        sha256=hashlib.sha256(repr((list(rows), ways)).encode()).hexdigest(),
        attribution=ATTRIBUTION,
    )


def to_osmnx(graph: RoadGraph) -> Network:
    """Return the graph as OSMnx keeps one: node ids are rows, edges directed as the first mode that may use them."""
    network: Network = nx.MultiDiGraph(crs=_WGS84, attribution=graph.attribution)
    network.add_nodes_from((row, {"x": lon, "y": lat}) for row, (lon, lat) in enumerate(graph.lonlat.tolist()))
    network.add_edges_from(_directed_edges(graph))
    return network


def read_osmnx(path: Path) -> RawRoads:
    """Read a GraphML or GeoPackage file that OSMnx wrote. Raises NetworkUnreadable when it is anything else."""
    try:
        network = _load_geopackage(path) if path.suffix.lower() == ".gpkg" else _load_graphml(path)
        return replace(from_osmnx(network, path.name), sha256=file_sha256(path))
    except NetworkUnreadable:
        raise
    except Exception as error:
        # Four libraries read these files, and each fails with errors of its own.
        raise NetworkUnreadable(f"{path.name} cannot be read as a network of OSMnx: {error}.") from error


def write_osmnx(graph: RoadGraph, path: Path) -> None:
    """Write a .graphml or .gpkg file, whole or not at all. Raises ValueError for any other suffix."""
    import osmnx as ox  # noqa: PLC0415

    writers: dict[str, Callable[[Network, Path], None]] = {".graphml": ox.save_graphml, ".gpkg": _save_geopackage}
    write = writers.get(path.suffix.lower())
    if write is None:
        raise ValueError(f"{path.name} ends neither in .graphml nor in .gpkg.")
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=path.parent, prefix=f".{path.name}.") as folder:
        part = Path(folder) / path.name
        write(to_osmnx(graph), part)
        part.replace(path)


def _save_geopackage(network: Network, path: Path) -> None:
    """Write a GeoPackage in which both directions of a road stay apart."""
    import osmnx as ox  # noqa: PLC0415

    ox.save_graph_geopackage(network, path, directed=True)


def _load_graphml(path: Path) -> Network:
    """Read a GraphML file."""
    import osmnx as ox  # noqa: PLC0415

    network: Network = ox.load_graphml(path)
    return network


def _load_geopackage(path: Path) -> Network:
    """Read the two layers of a GeoPackage."""
    import geopandas as gpd  # noqa: PLC0415
    import osmnx as ox  # noqa: PLC0415

    nodes = gpd.read_file(path, layer="nodes").set_index("osmid")
    edges = gpd.read_file(path, layer="edges").set_index(["u", "v", "key"])
    network: Network = ox.graph_from_gdfs(nodes, edges)
    return network


def _in_degrees(network: Network) -> Network:
    """Return the network in WGS84."""
    if str(network.graph.get("crs", _WGS84)).lower() == _WGS84:
        return network
    import osmnx as ox  # noqa: PLC0415

    projected: Network = ox.project_graph(network, to_latlong=True)
    return projected


def _edges(network: Network) -> Iterator[tuple[_Line, int, dict[str, str]]]:
    """Yield the positions, the way id and the tags of each directed edge."""
    position = {node: (float(data["x"]), float(data["y"])) for node, data in network.nodes(data=True)}
    for start, end, data in network.edges(data=True):
        inner = data["geometry"].coords[1:-1] if data.get("geometry") is not None else ()
        line = (position[start], *((float(x), float(y)) for x, y, *_ in inner), position[end])
        osmid = _text(data.get("osmid", 0)).split(";")[0]
        tags = {key: text for key, value in data.items() if key != "geometry" and (text := _text(value))}
        tags["highway"] = tags.get("highway", "").split(";")[0]
        yield line, int(float(osmid or 0)), tags


def _merged(edges: Iterator[tuple[_Line, int, dict[str, str]]]) -> Iterator[tuple[_Line, int, dict[str, str]]]:
    """Yield ways: one for an edge and its opposite where their tags agree, else each by itself as a one-way."""
    found: dict[tuple[_Line, int], dict[_Line, dict[str, str]]] = {}
    for line, osmid, tags in edges:
        found.setdefault((min(line, line[::-1]), osmid), {})[line] = tags
    for (line, osmid), by_direction in found.items():
        both = [{key: tags[key] for key in tags if key in TAGS - {"oneway"}} for tags in by_direction.values()]
        if len(both) == 2 and both[0] == both[1]:
            yield line, osmid, {**by_direction[line], "oneway": "no"}
            continue
        for direction, tags in by_direction.items():
            alone = {"oneway": "yes"} if len(both) == 1 else {"oneway": "yes", "oneway:foot": "yes"}
            yield direction, osmid, tags | alone


def _text(value: Any) -> str:  # noqa: ANN401
    """Return an attribute as a tag has it: lists joined by semicolons, absent values empty."""
    if isinstance(value, str) and value.startswith("[") and value.endswith("]"):
        value = ast.literal_eval(value)
    if isinstance(value, list | tuple | set):
        return ";".join(_text(item) for item in value)
    if isinstance(value, bool | np.bool_):
        return "yes" if value else "no"
    return "" if value is None or value != value else str(value)  # noqa: PLR0124


def _directed_edges(graph: RoadGraph) -> Iterator[tuple[int, int, dict[str, Any]]]:
    """Yield the ends and attributes of each edge."""
    opposite = _opposite(graph)
    is_open = {mode: graph.arc_ms[mode] != CLOSED_MS for mode in MODES}
    back = {mode: is_open[mode][opposite] & (opposite >= 0) for mode in MODES}
    kmh = {mode: np.where(is_open[mode], _kmh(graph, mode), 0.0).tolist() for mode in MODES}
    for arc, (tail, head, way) in enumerate(zip(graph.tail.tolist(), graph.head.tolist(), graph.way, strict=True)):
        leading = next(mode for mode in MODES if is_open[mode][arc] or back[mode][arc])
        if not is_open[leading][arc]:
            continue
        edge = {
            "osmid": int(way),
            "highway": graph.way_classes[way],
            "name": graph.way_names[way],
            "length": float(graph.length_m[arc]),
            "oneway": not back[leading][arc],
            "reversed": bool(0 <= opposite[arc] < arc),
            **{f"{mode}_kmh": kmh[mode][arc] for mode in MODES},
        }
        if edge["oneway"] and back["bike"][arc]:
            edge["oneway:bicycle"] = "no"
        yield tail, head, edge


def _opposite(graph: RoadGraph) -> NDArray[np.int64]:
    """Return for each arc the one that runs against it on the same way, -1 where there is none."""
    arcs = {key: arc for arc, key in enumerate(zip(graph.tail.tolist(), graph.head.tolist(), graph.way, strict=True))}
    pairs = zip(graph.head.tolist(), graph.tail.tolist(), graph.way, strict=True)
    return np.array([arcs.get(key, -1) for key in pairs], dtype=np.int64)


def _kmh(graph: RoadGraph, mode: str) -> NDArray[np.float64]:
    """Return the speeds that give the milliseconds of the arcs; a hair above 0 where an arc has no length."""
    ms = np.maximum(graph.arc_ms[mode].astype(np.float64), 0.25)
    return np.maximum(graph.length_m.astype(np.float64) * 3600 / ms, 1e-3)
