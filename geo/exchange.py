"""Exchange road networks with OSMnx: its graphs, and the GraphML and GeoPackage files that it reads and writes.

OSMnx costs seconds to import, so it is imported where it is used. Ferries are never roads on this path either, and no
graph that leaves here holds one. Beside the usual attributes each edge carries `car_kmh`, `bike_kmh` and `foot_kmh`
(0: closed): they can be edited in a GIS, and win over all other tags when the network comes back.
"""

from __future__ import annotations

import ast
import hashlib
import math
import re
import tempfile
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import networkx as nx
import numpy as np
from shapely import LineString

from geo.crossings import FerryLine, crossings, is_ferry
from geo.errors import NetworkUnreadable
from geo.files import file_sha256
from geo.osm import ATTRIBUTION, HIGHWAYS, TAGS, bars_cars, closed_barriers
from geo.speeds import MODES
from geo.types import CLOSED_MS, RawRoads, RawWay, RoadGraph

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from numpy.typing import NDArray

    Network = nx.MultiDiGraph[Any]

_Line = tuple[tuple[float, float], ...]
_WGS84 = "epsg:4326"
_OWN_ACCESS = {"car": "motorcar", "bike": "bicycle", "foot": "foot"}
_WAY_ID = re.compile(r"\d{1,19}(?:\.0+)?")


def from_osmnx(network: Network, source: str) -> RawRoads:
    """Return the raw roads of an OSMnx graph, simplified or not.

    Edges that run both ways with equal tags become one way; an edge without its opposite is one-way for all but
    walkers. Edges with `route=ferry` become hints, nodes with `barrier` barriers; those tags are there only when they
    were in `useful_tags_way` and `useful_tags_node` at download. Raises NetworkUnreadable when there are no roads.
    """
    network = _in_degrees(network)
    rows: dict[tuple[float, float], int] = {}
    ways: list[RawWay] = []
    sailed: dict[tuple[_Line, int], dict[str, str]] = {}
    for line, osmid, tags in _merged(_edges(network, source)):
        if is_ferry(tags):
            sailed.setdefault((min(line, line[::-1]), osmid), tags)
        elif tags.get("highway") in HIGHWAYS:
            nodes = tuple(rows.setdefault(position, len(rows)) for position in line)
            ways.append(RawWay(id=osmid, nodes=nodes, tags={key: tags[key] for key in tags if key in TAGS}))
    if not ways:
        raise NetworkUnreadable(f"{source} holds no roads.")
    lonlat = np.array(list(rows), dtype=np.float64)
    lines = [
        FerryLine(osmid, tuple(rows.setdefault(position, len(rows)) for position in line), tags)
        for (line, osmid), tags in sailed.items()
    ]
    return RawRoads(
        lonlat=lonlat,
        ways=tuple(ways),
        ferries=crossings(lines, np.array(list(rows)), range(len(lonlat))),
        source=source,
        sha256=hashlib.sha256(repr((list(rows), ways)).encode()).hexdigest(),
        attribution=_attribution(network),
        barriers=_barriers(network, rows, ways),
    )


def to_osmnx(graph: RoadGraph) -> Network:
    """Return the graph as OSMnx keeps one when simplified: shape points lie in the geometries of edges.

    Node ids are rows of the graph; an edge is directed as the first mode that may use it.
    """
    network: Network = nx.MultiDiGraph(crs=_WGS84)
    network.add_edges_from(_directed_edges(graph))
    network.add_nodes_from((row, {"x": graph.lonlat[row, 0], "y": graph.lonlat[row, 1]}) for row in list(network))
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


def _edges(network: Network, source: str) -> Iterator[tuple[_Line, int, dict[str, str]]]:
    """Yield the positions, the way id and the tags of each directed edge.

    Raises NetworkUnreadable when a position is missing or lies nowhere on Earth.
    """
    position = {node: _position(data) for node, data in network.nodes(data=True)}
    for start, end, data in network.edges(data=True):
        inner = data["geometry"].coords[1:-1] if data.get("geometry") is not None else ()
        line = (position[start], *((float(x), float(y)) for x, y, *_ in inner), position[end])
        if not all(abs(lon) <= 180 and abs(lat) <= 90 for lon, lat in line):
            raise NetworkUnreadable(f"{source} has a road between {start} and {end} that lies nowhere on Earth.")
        tags = {key: text for key, value in data.items() if key != "geometry" and (text := _text(value))}
        tags["highway"] = tags.get("highway", "").split(";")[0]
        yield line, _way_id(_text(data.get("osmid")).split(";")[0]), tags


def _position(node: Mapping[str, Any]) -> tuple[float, float]:
    """Return the (lon, lat) of a node, not numbers where it has none."""
    return float(node.get("x", math.nan)), float(node.get("y", math.nan))


def _way_id(text: str) -> int:
    """Return the id of a way; 0 for what OpenStreetMap cannot have given."""
    number = float(text) if _WAY_ID.fullmatch(text) else 0.0
    return int(text.split(".", maxsplit=1)[0]) if 0 < number < 2**62 else 0


def _barriers(network: Network, rows: Mapping[tuple[float, float], int], ways: Sequence[RawWay]) -> tuple[int, ...]:
    """Return the rows of the nodes that no car passes."""
    tags = {
        _position(data): {key: _text(value) for key, value in data.items()}
        for _, data in network.nodes(data=True)
        if data.get("barrier")
    }
    does = {rows[position]: bars_cars(tags[position]) for position in tags if position in rows}
    return tuple(sorted(closed_barriers(does, ways)))


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


def _attribution(network: Network) -> str:
    """Return whom to credit: OpenStreetMap, unless an edge says otherwise."""
    given = (_text(data.get("attribution")) for _, _, data in network.edges(data=True))
    return next((credit for credit in given if credit), ATTRIBUTION)


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
    ends_only = {mode: graph.no_through.get(mode, np.zeros(len(graph.tail), dtype=np.bool_)) for mode in MODES}
    for chain in _chains(graph):
        first = chain[0]
        leading = next(mode for mode in MODES if is_open[mode][first] or back[mode][first])
        if not is_open[leading][first]:
            continue
        nodes = [int(graph.tail[first]), *graph.head[chain].tolist()]
        edge: dict[str, Any] = {
            **_way_tags(graph, int(graph.way[first])),
            **{key: "destination" for mode, key in _OWN_ACCESS.items() if ends_only[mode][first]},
            "length": float(graph.length_m[chain].sum(dtype=np.float64)),
            "oneway": not back[leading][first],
            "reversed": bool(0 <= opposite[first] < first),
            "geometry": LineString(graph.lonlat[nodes]),
            **{f"{mode}_kmh": _kmh(graph, mode, chain) if is_open[mode][first] else 0.0 for mode in MODES},
        }
        if graph.attribution != ATTRIBUTION:
            edge["attribution"] = graph.attribution
        if edge["oneway"] and back["bike"][first]:
            edge["oneway:bicycle"] = "no"
        yield nodes[0], nodes[-1], edge


def _way_tags(graph: RoadGraph, way: int) -> dict[str, Any]:
    """Return what a way is and is called; its lanes are as many as its speeds assume."""
    tags: dict[str, Any] = {"highway": graph.way_classes[way], "name": graph.way_names[way]}
    if graph.way_ids:
        bridge, ref = graph.way_bridges[way], graph.way_refs[way]
        tags |= {"ref": ref, "bridge": "yes" if bridge else "", "bridge:name": "" if bridge == "bridge" else bridge}
        tags["lanes"] = "1" if graph.way_single_track[way] else "2"
    return {"osmid": graph.way_ids[way] if graph.way_ids else way, **tags}


def _chains(graph: RoadGraph) -> Iterator[list[int]]:
    """Yield all arcs, those in a row of one way that meet no other together."""
    tail, head = graph.tail.tolist(), graph.head.tolist()
    inner = _shape_points(graph).tolist()
    leaving: dict[int, list[int]] = {}
    for arc, node in enumerate(tail):
        if inner[node]:
            leaving.setdefault(node, []).append(arc)
    done = [False] * len(tail)
    for first in sorted(range(len(tail)), key=lambda arc: (inner[tail[arc]], tail[arc])):
        chain: list[int] = []
        following: int | None = first
        while following is not None and not done[following]:
            arc = following
            done[arc] = True
            chain.append(arc)
            following = next((item for item in leaving.get(head[arc], ()) if head[item] != tail[arc]), None)
        if chain:
            yield chain


def _shape_points(graph: RoadGraph) -> NDArray[np.bool_]:
    """Tell which nodes lie between just two others on a single way, and stop no mode in any direction.

    Of such a node the arcs that come in are open to the same modes as those that go out. At a bollard they are not.
    """
    node = np.concatenate([graph.tail, graph.head])
    neighbour, way = np.concatenate([graph.head, graph.tail]), np.concatenate([graph.way, graph.way])
    n = len(graph.lonlat)
    neighbours = np.bincount(np.unique(np.column_stack([node, neighbour]), axis=0)[:, 0], minlength=n)
    ways = np.bincount(np.unique(np.column_stack([node, way]), axis=0)[:, 0], minlength=n)
    which = np.sum([2**bit * (graph.arc_ms[mode] != CLOSED_MS) for bit, mode in enumerate(MODES)], axis=0)
    modes = 4.0**which  # no more than two arcs come or go, so sums in base four are equal only for equal arcs
    alike = np.bincount(graph.head, modes, n) == np.bincount(graph.tail, modes, n)
    inner: NDArray[np.bool_] = (neighbours == 2) & (ways == 1) & alike
    return inner


def _opposite(graph: RoadGraph) -> NDArray[np.int64]:
    """Return for each arc the one that runs against it on the same way, -1 where there is none."""
    arcs = {key: arc for arc, key in enumerate(zip(graph.tail.tolist(), graph.head.tolist(), graph.way, strict=True))}
    pairs = zip(graph.head.tolist(), graph.tail.tolist(), graph.way, strict=True)
    return np.array([arcs.get(key, -1) for key in pairs], dtype=np.int64)


def _kmh(graph: RoadGraph, mode: str, chain: list[int]) -> float:
    """Return the speed that gives the milliseconds of a chain; a hair above 0 where it has no length."""
    ms = max(float(graph.arc_ms[mode][chain].sum(dtype=np.float64)), 0.25)
    return max(float(graph.length_m[chain].sum(dtype=np.float64)) * 3600 / ms, 1e-3)
