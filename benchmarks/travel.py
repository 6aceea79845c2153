"""Measure travel matrices on a road network against the other ways to get them: one JSON object on standard output.

Usage: python -m benchmarks.travel --network FILE --points N [--seed S] [--mode MODE] [--skip osmnx,cch]

`--network county` is a network drawn at random: 48,000 nodes, 100,000 arcs, towns, glens and islands. Ratios are the
seconds of the others over ours, contraction included: `contract_s` and `matrix_s` together. What is compiled on first
use is compiled before the clock starts (`compile_s`). `processor_s` are the seconds that a machine busy with other work
really gave to a step, all cores together. `add_client_ms` is the processor's too: to snap a client and to add the row
and column. `peak_mb` is the most memory that the process held until the matrix was there, all libraries included.
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
from benchmarks.ferries import drawn_boats, invented_day, measure_arrivals
from benchmarks.travel_rivals import cch_s, osmnx_s, scipy_ms, snapped_network
from geo.matrix import GrowingMatrix, network, travel_matrix, travel_ms
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
ARRIVALS = 1500
"""Places between all of which the earliest arrivals by boat are found, however many points there are."""


def measure(path: Path, *, n_points: int, seed: int, mode: str, skip: frozenset[str] = frozenset()) -> dict[str, Any]:
    """Time each step on random points beside the roads, and compare."""
    clock = Clock()
    graph = clock.time("import", lambda: drawn_county(seed) if path.name == "county" else read_network(path))
    lonlat = points(graph, mode, n_points + _CLIENTS_ADDED, seed)
    ids = [str(row) for row in range(n_points)]
    clock.time("compile", lambda: warm(graph, mode, lonlat[:2]))
    snaps = clock.time("snap", lambda: snap(graph, mode, lonlat[:n_points], ids))
    net = clock.time("contract", lambda: network(graph, mode))
    matrix = clock.time("matrix", lambda: travel_matrix(graph, mode, snaps))
    peak_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    growing = GrowingMatrix(matrix, graph, mode, snaps)
    added_s = []
    for client in lonlat[n_points:, None]:
        start = time.process_time()
        growing.add(snap(graph, mode, client, ["new"]))
        added_s.append(time.process_time() - start)
    ours_s = clock.wall_s["contract"] + clock.wall_s["matrix"]
    return {
        "network": path.name,
        "mode": mode,
        "points": n_points,
        "seed": seed,
        "nodes": len(graph.lonlat),
        "links": len(net.hierarchy.above),
        **{f"{step}_s": round(seconds, 3) for step, seconds in clock.wall_s.items()},
        "processor_s": {step: round(seconds, 3) for step, seconds in clock.processor_s.items()},
        "add_client_ms": round(1000 * float(np.median(added_s)), 2),
        "peak_mb": round(peak_mb),
        "arrivals_1500_s": measure_arrivals(*invented_day(ARRIVALS, seed))["arrivals_s"],
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


class Clock:
    """Seconds of named steps: on the wall, and of the processor."""

    def __init__(self) -> None:
        self.wall_s: dict[str, float] = {}
        self.processor_s: dict[str, float] = {}

    def time(self, step: str, work: Callable[[], T]) -> T:
        """Do the work, note how long it took, and return what it returns."""
        wall_s, processor_s = time.perf_counter(), time.process_time()
        result = work()
        self.wall_s[step] = time.perf_counter() - wall_s
        self.processor_s[step] = time.process_time() - processor_s
        return result


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
