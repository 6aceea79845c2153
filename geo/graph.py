"""Make the directed road graph of flat arrays from raw roads, and keep it in a file. No path is searched here."""

from __future__ import annotations

import json
import zipfile
from dataclasses import asdict
from functools import cache
from itertools import pairwise
from typing import IO, TYPE_CHECKING, Any

import numpy as np
import pyproj
import pyproj.network
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import connected_components

from geo.errors import NetworkUnreadable
from geo.files import write_whole
from geo.speeds import DEFAULT, MODES, Access, SpeedTable, single_track, way_access, way_class, way_speed_kmh
from geo.types import CLOSED_MS, FerryHint, RawRoads, RoadGraph

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from numpy.typing import NDArray

pyproj.network.set_network_enabled(active=False)  # type: ignore[attr-defined]

_DIRECTIONS = ("forward", "backward")
_BRITAIN = ((-9.0, 49.8), (2.0, 61.0))
_ONE_WAY = {
    "yes": (True, False),
    "1": (True, False),
    "true": (True, False),
    "-1": (False, True),
    "reverse": (False, True),
}


def build_graph(raw: RawRoads, table: SpeedTable = DEFAULT) -> RoadGraph:
    """Build the graph: an arc for each direction of each piece of road that some mode may use.

    Lengths are geodesic. Turn restrictions are not modelled. Raises NetworkUnreadable when no mode may use any road.
    """
    way, start, end = _segments(raw)
    metres = _lengths_m(raw.lonlat, start, end)
    tail, head = np.concatenate([start, end]), np.concatenate([end, start])
    length, way = np.concatenate([metres, metres]), np.concatenate([way, way])
    arc_ms = {mode: _arc_ms(raw, way, length, mode, table) for mode in MODES}
    arc_ms["car"][np.isin(head, raw.barriers)] = CLOSED_MS
    kept = np.flatnonzero((np.min(list(arc_ms.values()), axis=0) != CLOSED_MS) & (tail != head))
    if not len(kept):
        raise NetworkUnreadable(f"{raw.source} holds no road that anyone may use.")
    nodes, ends = np.unique(np.concatenate([tail[kept], head[kept]]), return_inverse=True)
    tail, head = ends[: len(kept)].astype(np.int32), ends[len(kept) :].astype(np.int32)
    arc_ms = {mode: ms[kept] for mode, ms in arc_ms.items()}
    lonlat = raw.lonlat[nodes]
    crs = metric_crs(lonlat)
    return RoadGraph(
        lonlat=lonlat,
        xy=project(lonlat, crs),
        crs=crs,
        tail=tail,
        head=head,
        length_m=length[kept].astype(np.float32),
        way=way[kept].astype(np.int32),
        way_names=tuple(item.tags.get("name") or item.tags.get("ref", "") for item in raw.ways),
        way_classes=tuple(way_class(item.tags) for item in raw.ways),
        arc_ms=arc_ms,
        landmass={mode: _landmass(len(nodes), tail, head, ms != CLOSED_MS) for mode, ms in arc_ms.items()},
        ferries=raw.ferries,
        source=raw.source,
        sha256=raw.sha256,
        attribution=raw.attribution,
        no_through={mode: _ends_only(raw, mode, table)[way[kept]] for mode in MODES},
        way_ids=tuple(item.id for item in raw.ways),
        way_refs=tuple(item.tags.get("ref", "") for item in raw.ways),
        way_bridges=tuple(_bridge(item.tags) for item in raw.ways),
        way_single_track=tuple(single_track(item.tags, table.modes["car"].single_track_below_m) for item in raw.ways),
    )


def directions(tags: Mapping[str, str], mode: str) -> tuple[bool, bool]:
    """Tell whether a mode may go along a way, and against it. Walkers may do both unless told otherwise."""
    if mode == "foot":
        return _ONE_WAY.get(tags.get("oneway:foot", "no"), (True, True))
    if mode == "bike" and (tags.get("oneway:bicycle") == "no" or _contraflow_lane(tags)):
        return True, True
    implied = tags.get("junction") in {"roundabout", "circular"} or tags.get("highway") in {"motorway", "motorway_link"}
    return _ONE_WAY.get(tags.get("oneway", "yes" if implied else "no"), (True, True))


def _contraflow_lane(tags: Mapping[str, str]) -> bool:
    """Tell whether a lane lets bicycles go against a one-way street."""
    sides = ("cycleway", "cycleway:left", "cycleway:right", "cycleway:both")
    return any(tags.get(side, "").startswith("opposite") for side in sides)


def drive_mouths(graph: RoadGraph, mode: str) -> NDArray[np.int64]:
    """Return the arcs that lead from a public road into a private drive."""
    if mode not in graph.no_through:
        return np.empty(0, dtype=np.int64)
    private = graph.no_through[mode]
    public = ~private & (graph.arc_ms[mode] != CLOSED_MS)
    on_road = np.zeros(len(graph.lonlat), dtype=np.bool_)
    on_road[graph.tail[public]] = on_road[graph.head[public]] = True
    return np.flatnonzero(private & on_road[graph.tail])


def metric_crs(lonlat: NDArray[np.float64]) -> str:
    """Return the name of the metric system to work in: the National Grid in Britain and Man, elsewhere the UTM zone."""
    low, high = lonlat.min(axis=0), lonlat.max(axis=0)
    if (low >= _BRITAIN[0]).all() and (high <= _BRITAIN[1]).all():
        return "EPSG:27700"
    lon, lat = (low + high) / 2
    zone = int((lon + 180) // 6) % 60 + 1
    return f"EPSG:{(32600 if lat >= 0 else 32700) + zone}"


def project(lonlat: NDArray[np.float64], crs: str) -> NDArray[np.float64]:
    """Return float64 (n, 2) metres in `crs`; infinite where a position has no place in it."""
    return np.column_stack(_transformer(crs).transform(lonlat[:, 0], lonlat[:, 1]))


@cache
def _transformer(crs: str) -> pyproj.Transformer:
    """Return what projects degrees to metres: slow to make, quick to use."""
    return pyproj.Transformer.from_crs("EPSG:4326", crs, always_xy=True)


def save_graph(graph: RoadGraph, path: Path) -> None:
    """Write the graph as one .npz of plain arrays, whole or not at all."""
    text = json.dumps(
        {
            "crs": graph.crs,
            **{name: getattr(graph, name) for name in _OF_WAYS},
            "ferries": [asdict(hint) for hint in graph.ferries],
            "source": graph.source,
            "sha256": graph.sha256,
            "attribution": graph.attribution,
        }
    )
    arrays = {name: getattr(graph, name) for name in _ARRAYS}
    for mode in graph.arc_ms:
        arrays |= {f"arc_ms_{mode}": graph.arc_ms[mode], f"landmass_{mode}": graph.landmass[mode]}
    arrays |= {f"no_through_{mode}": flags for mode, flags in graph.no_through.items()}

    def write(stream: IO[bytes]) -> None:
        np.savez(stream, text=np.frombuffer(text.encode(), dtype=np.uint8), **arrays)

    write_whole(path, write)


def load_graph(path: Path) -> RoadGraph:
    """Read what `save_graph` wrote. Raises NetworkUnreadable when the file is anything else."""
    try:
        with path.open("rb") as stream, np.load(stream, allow_pickle=False) as stored:
            arrays = {name: stored[name] for name in stored.files}
        text = json.loads(arrays.pop("text").tobytes())
        ferries = tuple(
            FerryHint(**{**hint, "from_lonlat": tuple(hint["from_lonlat"]), "to_lonlat": tuple(hint["to_lonlat"])})
            for hint in text.pop("ferries")
        )
        modes = [name.removeprefix("arc_ms_") for name in arrays if name.startswith("arc_ms_")]
        kept: dict[str, Any] = {name: arrays[name] for name in _ARRAYS}
        kept |= {name: tuple(text.pop(name)) for name in _OF_WAYS if name in text}
        return RoadGraph(
            arc_ms={mode: arrays[f"arc_ms_{mode}"] for mode in modes},
            landmass={mode: arrays[f"landmass_{mode}"] for mode in modes},
            no_through={mode: arrays[f"no_through_{mode}"] for mode in modes if f"no_through_{mode}" in arrays},
            ferries=ferries,
            **kept,
            **text,
        )
    except (OSError, ValueError, KeyError, TypeError, EOFError, zipfile.BadZipFile) as error:
        raise NetworkUnreadable(f"{path.name} is not a stored road graph: {error}.") from error


_OF_WAYS = ("way_names", "way_classes", "way_ids", "way_refs", "way_bridges", "way_single_track")
_ARRAYS = ("lonlat", "xy", "tail", "head", "length_m", "way")


def _segments(raw: RawRoads) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    """Return, for each piece of road between two successive nodes, its way and the rows of its ends."""
    counts = np.array([len(way.nodes) - 1 for way in raw.ways])
    ends = np.array([pair for way in raw.ways for pair in pairwise(way.nodes)], dtype=np.int64)
    return np.repeat(np.arange(len(raw.ways)), counts), ends[:, 0], ends[:, 1]


def _lengths_m(lonlat: NDArray[np.float64], start: NDArray[np.int64], end: NDArray[np.int64]) -> NDArray[np.float64]:
    """Return geodesic metres between nodes."""
    a, b = lonlat[start], lonlat[end]
    metres: NDArray[np.float64] = pyproj.Geod(ellps="WGS84").inv(a[:, 0], a[:, 1], b[:, 0], b[:, 1])[2]
    return metres


def _arc_ms(
    raw: RawRoads, way: NDArray[np.int64], length_m: NDArray[np.float64], mode: str, table: SpeedTable
) -> NDArray[np.uint32]:
    """Return the milliseconds of each arc: the first half of the arcs goes along its way, the second against it."""
    kmh = np.zeros((2, len(raw.ways)))
    for row, item in enumerate(raw.ways):
        for half, (direction, allowed) in enumerate(zip(_DIRECTIONS, directions(item.tags, mode), strict=True)):
            if allowed:
                kmh[half, row] = way_speed_kmh(item.tags, mode, table, direction=direction) or 0.0
    along, against = np.split(way, 2)
    speeds = np.concatenate([kmh[0, along], kmh[1, against]])
    ms = np.full(len(way), CLOSED_MS, dtype=np.uint32)
    passable = speeds > 0
    ms[passable] = np.rint(length_m[passable] * 3600 / speeds[passable]).astype(np.uint32)
    return ms


def _ends_only(raw: RawRoads, mode: str, table: SpeedTable) -> NDArray[np.bool_]:
    """Tell which ways carry only journeys that begin or end on them."""
    closed_through = (Access.ENDS, Access.PRIVATE)
    return np.array([way_access(item.tags, mode, table) in closed_through for item in raw.ways], dtype=np.bool_)


def _bridge(tags: Mapping[str, str]) -> str:
    """Return what the bridge is called that a way is, or nothing."""
    if tags.get("bridge", "no") == "no":
        return ""
    return next((tags[key] for key in ("bridge:name", "name", "ref") if tags.get(key)), "bridge")


def _landmass(
    n: int, tail: NDArray[np.int32], head: NDArray[np.int32], passable: NDArray[np.bool_]
) -> NDArray[np.int32]:
    """Return the rank by size of the strongly connected part of each node; -1 where no arc is open."""
    tail, head = tail[passable], head[passable]
    arcs = csr_matrix((np.ones(len(tail), dtype=np.int8), (tail, head)), shape=(n, n))
    parts, part = connected_components(arcs, directed=True, connection="strong")
    usable = np.zeros(n, dtype=np.bool_)
    usable[tail] = usable[head] = True
    sizes = np.bincount(part[usable], minlength=parts)
    rank = np.empty(parts, dtype=np.int32)
    rank[np.argsort(-sizes, kind="stable")] = np.arange(parts)
    return np.where(usable, rank[part], -1).astype(np.int32)
