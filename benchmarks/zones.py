"""Measure zones against METIS, Skater, AZP and max-p on the same areas: one JSON line per method.

Usage: python -m benchmarks.zones [--geodata FOLDER] [--areas N] [--zones K] [--seed S] [--skip maxp,azp]

Without a folder: the settlements of the bundled county with their people, the roads drawn between them and its ferries;
with one: its postcodes and the network between them. A method's `gap_to_cpsat_pct` is its travel above the least that
CP-SAT finds for its own centres, within the hours that its own zones have. Rivals run where they are installed.
"""

from __future__ import annotations

import argparse
import csv
import json
import time
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from scipy.cluster.hierarchy import fcluster, linkage
from scipy.sparse import coo_array, csr_array
from scipy.sparse.csgraph import connected_components, dijkstra
from scipy.spatial.distance import squareform

from solver.zone_map import area_map, measured, pieces, share_out
from solver.zone_search import ZoneSearch
from solver.zones import propose_zones
from solver.zones_exact import reassign

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from numpy.typing import NDArray

    from solver.zone_map import AreaMap, Edge, ZonePlan

BUNDLED = Path(__file__).resolve().parent.parent / "data" / "argyll_bute"
KMH = 50.0
METRES_A_MINUTE = KMH * 1000 / 60
APART_MIN = 1e6
HOURS_A_PERSON = 0.03
"""Care a week for each inhabitant; the scale changes no comparison."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Ground:
    """Areas to make zones of: hours, seconds by road (-1 for none), neighbours, and positions for rivals."""

    load_h: list[float]
    travel_s: NDArray[np.int32]
    edges: list[Edge]
    xy: NDArray[np.float64]


def bundled_ground() -> Ground:
    """Take the bundled settlements as areas."""
    places = _rows(BUNDLED / "places.csv")
    number = {row["place_id"]: row_number for row_number, row in enumerate(places)}
    roads = [
        (number[row["from_place"]], number[row["to_place"]], float(row["length_km"]) / KMH * 60)
        for row in _rows(BUNDLED / "roads.csv")
        if row["from_place"] in number and row["to_place"] in number
    ]
    xy = np.array([(float(row["lon"]) * 62, float(row["lat"]) * 111) for row in places])
    land = np.array([row["landmass"] for row in places])
    piers = {row["port_id"]: row for row in _rows(BUNDLED / "ports.csv")}
    load = [float(row["population"]) * HOURS_A_PERSON for row in places]
    boats = []
    for row in _rows(BUNDLED / "sailings.csv"):
        ends = [_nearest(piers[row[end]], xy, land) for end in ("from_port", "to_port")]
        if None not in ends and ends[0] != ends[1]:
            boats.append((*ends, float(row["crossing_minutes"]) + float(row["check_in_minutes"])))
    return _ground(load, roads, boats, xy)


def geodata_ground(folder: Path, n_areas: int) -> Ground:
    """Group real postcodes into areas by complete linkage on travel time, joined by their network and ferries."""
    points = _rows(folder / "argyll_bute_postcodes.csv")
    number = {row["postcode"]: at for at, row in enumerate(points)}
    xy = np.array([(float(row["easting"]) / 1000, float(row["northing"]) / 1000) for row in points])
    land = np.array([row["landmass"] for row in points])
    links = [
        (number[row["from_postcode"]], number[row["to_postcode"]], float(row["length_m"]) / METRES_A_MINUTE)
        for row in _rows(folder / "argyll_bute_surrogate_network.csv")
        if row["kind"] == "land"
    ]
    minutes = _minutes(links, len(points))
    label = (
        fcluster(linkage(squareform(np.minimum(minutes, APART_MIN), checks=False), "complete"), n_areas, "maxclust") - 1
    )
    count = int(label.max()) + 1
    middle = [
        rows[int(minutes[np.ix_(rows, rows)].sum(axis=1).argmin())]
        for rows in (np.flatnonzero(label == area) for area in range(count))
    ]
    shortest: dict[tuple[int, int], float] = {}
    lonlat = np.array([(float(row["lon"]) * 62, float(row["lat"]) * 111) for row in points])
    boats = _ferries(folder / "argyll_bute_ferries.csv", lonlat, land)
    for one, other, took in [*links, *boats]:
        pair = (min(label[one], label[other]), max(label[one], label[other]))
        if pair[0] != pair[1]:
            way = took if land[one] != land[other] else minutes[middle[pair[0]], middle[pair[1]]]
            shortest[pair] = min(float(way), shortest.get(pair, APART_MIN))
    edges = [(int(one), int(other), took) for (one, other), took in shortest.items()]
    between = minutes[np.ix_(middle, middle)]
    travel_s = np.where(np.isfinite(between), between * 60, -1).astype(np.int32)
    load = np.bincount(label, minlength=count).astype(float)
    return _whole(Ground(load_h=load.tolist(), travel_s=travel_s, edges=edges, xy=xy[middle]))


def measure(ground: Ground, n_zones: int, seed: int, skip: frozenset[str]) -> Iterator[dict[str, Any]]:
    """Run every method that is installed and measure its zones."""
    where = area_map(ground.load_h, ground.travel_s, ground.edges)
    methods: dict[str, Callable[[], Sequence[int]]] = {
        "ours": lambda: _ours(ground, n_zones, 0.5, seed),
        "ours, least travel": lambda: _ours(ground, n_zones, 0.0, seed),
        "ours, equal hours": lambda: _ours(ground, n_zones, 1.0, seed),
        "ours, search only": lambda: _search_only(where, n_zones, seed),
        "metis": lambda: _metis(ground, n_zones),
        "skater": lambda: _spopt(ground, "Skater", n_zones, seed),
        "azp": lambda: _spopt(ground, "AZP", n_zones, seed),
        "maxp": lambda: _spopt(ground, "MaxPHeuristic", n_zones, seed),
    }
    for method, make in methods.items():
        if method in skip:
            continue
        start = time.perf_counter()
        try:
            zone_of_area = make()
        except ImportError as missing:
            yield {"method": method, "skipped": f"{missing.name} is not installed"}
            continue
        seconds = time.perf_counter() - start
        yield {"method": method, **judged(zone_of_area, where), "seconds": round(seconds, 2)}


def judged(zone_of_area: Sequence[int], where: AreaMap) -> dict[str, Any]:
    """Measure zones, whoever made them."""
    zones = [np.flatnonzero(np.array(zone_of_area) == zone).tolist() for zone in sorted(set(zone_of_area))]
    plan = measured(zones, where)
    equal_h = sum(plan.load_h) / len(zones)
    return {
        "zones": len(zones),
        "contiguous": all(len(pieces(zone, where.neighbours)) == 1 for zone in zones),
        "load_cv": round(plan.load_cv, 3),
        "least_load": round(min(plan.load_h) / equal_h, 2),
        "greatest_load": round(max(plan.load_h) / equal_h, 2),
        "travel_min": round(plan.mean_travel_min, 2),
        "gap_to_cpsat_pct": _gap_pct(plan, where),
    }


def _gap_pct(plan: ZonePlan, where: AreaMap) -> float | None:
    """Compare with the least travel for the same centres, no zone with fewer or more hours than some zone has."""
    band = (min(plan.load_h), max(plan.load_h))
    found = reassign(where, plan.centre_of_zone, [band] * len(plan.load_h), start=plan.zone_of_area, limit=5.0)
    if found is None or found.widened_h:
        return None
    least = measured(found.zones, where).mean_travel_min
    return round(100 * (plan.mean_travel_min / least - 1), 2) if least else 0.0


def _ours(ground: Ground, n_zones: int, slider: float, seed: int) -> Sequence[int]:
    plan = propose_zones(ground.load_h, ground.travel_s, ground.edges, n_zones=n_zones, balance=slider, seed=seed)
    return plan.zone_of_area


def _search_only(where: AreaMap, n_zones: int, seed: int) -> Sequence[int]:
    """Leave out the exact reassignment, to see what it is worth."""
    import random  # noqa: PLC0415 - only here

    zones: list[list[int]] = []
    shares = share_out(n_zones, where.parts, where.load_h)
    for part, share in zip(where.parts, shares, strict=True):
        zones += ZoneSearch(part, share, where=where, slider=0.5).run(random.Random(seed), 1_000)
    return measured(zones, where).zone_of_area


def _metis(ground: Ground, n_zones: int) -> Sequence[int]:
    """Cut the graph into parts of like hours, contiguous."""
    metis = import_module("pymetis")
    near: list[list[int]] = [[] for _ in ground.load_h]
    for one, other, _ in ground.edges:
        near[one].append(other)
        near[other].append(one)
    weights = [max(1, round(hours * 10)) for hours in ground.load_h]
    _, parts = metis.part_graph(n_zones, adjacency=near, vweights=weights, options=metis.Options(contig=1))
    return [int(part) for part in parts]


def _spopt(ground: Ground, name: str, n_zones: int, seed: int) -> Sequence[int]:
    """Regionalise by position, as PySAL does; max-p gets four fifths of an equal part as its threshold."""
    region, weights = import_module("spopt.region"), import_module("libpysal.weights")
    import geopandas  # noqa: PLC0415 - only here

    near: dict[int, list[int]] = {area: [] for area in range(len(ground.load_h))}
    for one, other, _ in ground.edges:
        near[one].append(other)
        near[other].append(one)
    joined = weights.W(near, silence_warnings=True)
    frame = geopandas.GeoDataFrame(
        {"x": ground.xy[:, 0], "y": ground.xy[:, 1], "hours": ground.load_h},
        geometry=geopandas.points_from_xy(*ground.xy.T),
    )
    np.random.seed(seed)  # noqa: NPY002 - spopt draws from the global generator
    if name == "MaxPHeuristic":
        model = region.MaxPHeuristic(
            frame,
            joined,
            ["x", "y"],
            "hours",
            0.8 * sum(ground.load_h) / n_zones,
            top_n=2,
            max_iterations_construction=20,
        )
    elif name == "AZP":
        model = region.AZP(frame, joined, ["x", "y"], n_clusters=n_zones, random_state=seed)
    else:
        model = region.Skater(frame, joined, ["x", "y"], n_clusters=n_zones, floor=1)
    model.solve()
    return [int(label) for label in model.labels_]


def _ground(load: list[float], roads: list[Edge], boats: list[Edge], xy: NDArray[np.float64]) -> Ground:
    minutes = _minutes(roads, len(load))
    travel_s = np.where(np.isfinite(minutes), minutes * 60, -1).astype(np.int32)
    return _whole(Ground(load_h=load, travel_s=travel_s, edges=[*roads, *boats], xy=xy))


def _whole(ground: Ground) -> Ground:
    """Keep the largest part that hangs together: rivals cannot do with islands that no boat reaches."""
    one, other, took = (np.array(column) for column in zip(*ground.edges, strict=True))
    n = len(ground.load_h)
    part = connected_components(coo_array((took + 1, (one, other)), shape=(n, n)), directed=False)[1]
    keep = np.flatnonzero(part == np.bincount(part).argmax())
    row = {int(area): number for number, area in enumerate(keep)}
    return Ground(
        load_h=[ground.load_h[area] for area in keep],
        travel_s=ground.travel_s[np.ix_(keep, keep)],
        edges=sorted({(row[a], row[b], float(m)) for a, b, m in ground.edges if a in row and b in row}),
        xy=ground.xy[keep],
    )


def _minutes(links: list[Edge], n: int) -> NDArray[np.float64]:
    """Give minutes between all points along links; of two between the same points the shorter counts."""
    shortest: dict[tuple[int, int], float] = {}
    for one, other, took in links:
        pair = (min(one, other), max(one, other))
        shortest[pair] = min(max(took, 1e-3), shortest.get(pair, np.inf))
    ends = np.array(list(shortest))
    network = csr_array((list(shortest.values()), (ends[:, 0], ends[:, 1])), shape=(n, n))
    return np.asarray(dijkstra(network, directed=False))


def _ferries(path: Path, lonlat: NDArray[np.float64], land: NDArray[np.str_]) -> list[Edge]:
    """Join the postcodes nearest to the two ends of each crossing, on their own landmasses."""
    boats = []
    for row in _rows(path):
        ends = []
        for end in ("from", "to"):
            pier = {"lon": row[f"{end}_lon"], "lat": row[f"{end}_lat"], "landmass": row[f"{end}_landmass"]}
            ends.append(_nearest(pier, lonlat, land))
        if None not in ends:
            boats.append((ends[0], ends[1], float(row["crossing_min"] or 20) + float(row["car_checkin_min"] or 10)))
    return boats


def _nearest(pier: dict[str, str], xy: NDArray[np.float64], land: NDArray[np.str_]) -> int | None:
    """Find the area nearest to a pier on its landmass, None where there is none."""
    here = np.flatnonzero(land == pier["landmass"])
    if not len(here):
        return None
    away = np.hypot(*(xy[here] - (float(pier["lon"]) * 62, float(pier["lat"]) * 111)).T)
    return int(here[away.argmin()])


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def main() -> None:
    """Read the arguments, measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument(
        "--geodata", type=Path, help="Folder of postcodes, network and ferries; else the bundled county."
    )
    parser.add_argument("--areas", type=int, default=160)
    parser.add_argument("--zones", type=int, default=8)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--skip", type=lambda text: frozenset(text.split(",")), default=frozenset())
    given = parser.parse_args()
    ground = geodata_ground(given.geodata, given.areas) if given.geodata else bundled_ground()
    name = "geodata" if given.geodata else "bundled"
    for line in measure(ground, given.zones, given.seed, given.skip):
        print(json.dumps({"instance": f"{name} {len(ground.load_h)}/{given.zones}", **line}), flush=True)


if __name__ == "__main__":
    main()
