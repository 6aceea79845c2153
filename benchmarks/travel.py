"""Measure travel matrices on a road network against the other ways to get them: one JSON object on standard output.

Usage: python -m benchmarks.travel --network FILE --points N [--seed S] [--mode MODE] [--skip osmnx,cch]

`--network county` is a network drawn at random: 48,000 nodes, 100,000 arcs, towns, glens and islands. Ratios are the
seconds of the others over ours, contraction included: `contract_s` and `matrix_s` together. What is compiled on first
use is compiled before the clock starts (`compile_s`).
"""

from __future__ import annotations

import argparse
import json
import resource
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np

from benchmarks.drawn_roads import drawn_county
from benchmarks.ferries import drawn_boats, measure_arrivals
from benchmarks.travel_rivals import cch_s, osmnx_s, scipy_ms, snapped_network
from geo.matrix import add_point, network, travel_matrix, travel_ms
from geo.network import read_network
from geo.snap import components, snap

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from geo.types import RoadGraph, Snaps

T = TypeVar("T")
OSMNX_SOURCES = 12
"""Places that OSMnx is timed from: all would take minutes."""
_CLIENTS_ADDED = 9


def measure(path: Path, *, n_points: int, seed: int, mode: str, skip: frozenset[str] = frozenset()) -> dict[str, Any]:
    """Time each step on random points beside the roads, and compare."""
    graph, import_s = timed(lambda: drawn_county(seed) if path.name == "county" else read_network(path))
    lonlat = points(graph, mode, n_points + _CLIENTS_ADDED, seed)
    ids = [str(row) for row in range(n_points)]
    compile_s = timed(lambda: warm(graph, mode, lonlat[:2]))[1]
    snaps, snap_s = timed(lambda: snap(graph, mode, lonlat[:n_points], ids))
    net, contract_s = timed(lambda: network(graph, mode))
    matrix, matrix_s = timed(lambda: travel_matrix(graph, mode, snaps))
    peak_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024

    def add(row: int) -> float:
        client = lonlat[n_points + row : n_points + row + 1]
        return timed(lambda: add_point(matrix, graph, mode, snaps, snap(graph, mode, client, ["new"])))[1]

    add_client_ms = 1000 * float(np.median([add(row) for row in range(_CLIENTS_ADDED)]))
    ours_s = contract_s + matrix_s
    return {
        "network": path.name,
        "mode": mode,
        "points": n_points,
        "seed": seed,
        "nodes": len(graph.lonlat),
        "links": len(net.hierarchy.above),
        "import_s": round(import_s, 3),
        "compile_s": round(compile_s, 3),
        "snap_s": round(snap_s, 3),
        "contract_s": round(contract_s, 3),
        "matrix_s": round(matrix_s, 3),
        "add_client_ms": round(add_client_ms, 2),
        "peak_mb": round(peak_mb),
        **measure_arrivals(matrix, drawn_boats(n_points, seed)),
        **compared(graph, mode, snaps, lonlat[:n_points], ours_s=ours_s, skip=skip),
    }


def compared(
    graph: RoadGraph, mode: str, snaps: Snaps, lonlat: NDArray[np.float64], *, ours_s: float, skip: frozenset[str]
) -> dict[str, Any]:
    """Run the others, and hold our milliseconds against those of a search over the whole network."""
    ms, _ = travel_ms(graph, mode, snaps)
    whole = snapped_network(graph, mode, snaps)
    result: dict[str, Any] = {}
    if "scipy" not in skip:
        plain_ms, seconds = scipy_ms(whole)
        reachable = np.isfinite(ms)
        result |= {
            "max_error_ms": round(float(np.abs(ms[reachable] - plain_ms[reachable]).max(initial=0.0)), 4),
            "unreachable_agree": bool(np.array_equal(reachable, np.isfinite(plain_ms))),
            "scipy_s": round(seconds, 3),
            "ratio_vs_scipy": round(seconds / ours_s, 2),
        }
    if "osmnx" not in skip:
        n_timed = min(OSMNX_SOURCES, len(lonlat))
        seconds = osmnx_s(graph, mode, lonlat, n_timed)
        result |= {
            "osmnx_s": round(seconds, 1),
            "osmnx_sources_timed": n_timed,
            "ratio_vs_osmnx": round(seconds / ours_s, 1),
        }
    seconds_or_none = None if "cch" in skip else cch_s(whole)
    if seconds_or_none is not None:
        result |= {"cch_s": round(seconds_or_none, 3), "ratio_vs_cch": round(seconds_or_none / ours_s, 2)}
    return result


def timed(work: Callable[[], T]) -> tuple[T, float]:
    """Return what the work returns and the seconds it took."""
    start = time.perf_counter()
    result = work()
    return result, time.perf_counter() - start


def warm(graph: RoadGraph, mode: str, lonlat: NDArray[np.float64]) -> None:
    """Compile what is compiled on first use, and forget the contracted network."""
    measure_arrivals(travel_matrix(graph, mode, snap(graph, mode, lonlat, ["one", "other"])), drawn_boats(2, 0))
    network.cache_clear()


def points(graph: RoadGraph, mode: str, n_points: int, seed: int) -> NDArray[np.float64]:
    """Return random positions within some 50 m of nodes that the mode can reach and leave."""
    rng = np.random.default_rng(seed)
    nodes = np.flatnonzero(np.isin(graph.landmass[mode], [land for land, _, _ in components(graph, mode)]))
    return graph.lonlat[rng.choice(nodes, n_points)] + rng.normal(scale=0.0003, size=(n_points, 2))


def main() -> None:
    """Read the arguments, measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--network", type=Path, required=True)
    parser.add_argument("--points", "--n-points", dest="n_points", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--mode", choices=("car", "bike", "foot"), default="car")
    parser.add_argument("--skip", type=lambda text: frozenset(text.split(",")), default=frozenset())
    given = parser.parse_args()
    found = measure(given.network, n_points=given.n_points, seed=given.seed, mode=given.mode, skip=given.skip)
    print(json.dumps(found))


if __name__ == "__main__":
    main()
