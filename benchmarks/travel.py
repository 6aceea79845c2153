"""Measure travel matrices on a road network against plain SciPy Dijkstra: one JSON object on standard output.

Usage: python -m benchmarks.travel --network FILE --points N [--seed S] [--mode MODE]
"""

from __future__ import annotations

import argparse
import json
import resource
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import dijkstra

from geo.contract import contract
from geo.matrix import split, travel_ms, unpacked
from geo.network import read_network
from geo.snap import snap

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from geo.contract import Arcs
    from geo.types import RoadGraph


def measure(path: Path, *, n_points: int, seed: int, mode: str) -> dict[str, Any]:
    """Time each step on random points beside the roads, and compare with a search over the whole network.

    `ratio_vs_scipy` is the time of plain SciPy over the time of `matrix_s`, which includes `contract_s`.
    """
    graph, import_s = _timed(lambda: read_network(path))
    lonlat = _points(graph, mode, n_points, seed)
    snaps, snap_s = _timed(lambda: snap(graph, mode, lonlat, [str(row) for row in range(n_points)]))
    arcs, node = split(graph, mode, snaps)
    (small, _), contract_s = _timed(lambda: contract(arcs, np.unique(node)))
    (ms, _), matrix_s = _timed(lambda: travel_ms(graph, mode, snaps))
    peak_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    plain_ms, scipy_s = _timed(lambda: _plain_ms(arcs, node))
    reachable = np.isfinite(ms)
    return {
        "network": path.name,
        "mode": mode,
        "points": n_points,
        "seed": seed,
        "nodes": arcs.n,
        "contracted_nodes": small.n,
        "import_s": round(import_s, 3),
        "snap_s": round(snap_s, 3),
        "contract_s": round(contract_s, 3),
        "matrix_s": round(matrix_s, 3),
        "scipy_s": round(scipy_s, 3),
        "ratio_vs_scipy": round(scipy_s / matrix_s, 2),
        "peak_mb": round(peak_mb),
        "max_error_ms": float(np.abs(ms[reachable] - plain_ms[reachable]).max(initial=0.0)),
        "unreachable_agree": bool(np.array_equal(reachable, np.isfinite(plain_ms))),
    }


def _timed(work: Any) -> tuple[Any, float]:  # noqa: ANN401
    """Return what the work returns and the seconds it took."""
    start = time.perf_counter()
    result = work()
    return result, time.perf_counter() - start


def _points(graph: RoadGraph, mode: str, n_points: int, seed: int) -> NDArray[np.float64]:
    """Return random positions within some 50 m of nodes that the mode can use."""
    rng = np.random.default_rng(seed)
    nodes = np.flatnonzero(graph.landmass[mode] >= 0)
    return graph.lonlat[rng.choice(nodes, n_points)] + rng.normal(scale=0.0003, size=(n_points, 2))


def _plain_ms(arcs: Arcs, node: NDArray[np.int64]) -> NDArray[np.float64]:
    """Return the milliseconds between places by searching the whole network from each."""
    network = csr_matrix((arcs.weight, (arcs.tail, arcs.head)), shape=(arcs.n, arcs.n))
    terminals, place = np.unique(node, return_inverse=True)
    chunks = np.array_split(terminals, len(terminals) // 128 + 1)
    packed = np.concatenate([dijkstra(network, indices=chunk)[:, terminals] for chunk in chunks])
    return unpacked(packed[np.ix_(place, place)])[0]


def main() -> None:
    """Read the arguments, measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--network", type=Path, required=True)
    parser.add_argument("--points", "--n-points", dest="n_points", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--mode", choices=("car", "bike", "foot"), default="car")
    given = parser.parse_args()
    print(json.dumps(measure(given.network, n_points=given.n_points, seed=given.seed, mode=given.mode)))


if __name__ == "__main__":
    main()
