"""Measure zones against METIS, Skater, AZP and max-p on the same areas: one JSON line per method.

Usage: python -m benchmarks.zones [--geodata FOLDER] [--areas N] [--zones K] [--seed S] [--skip maxp,azp]

Without a folder: the settlements of the bundled county with their people, the roads drawn between them and its ferries;
with one: its postcodes and the network between them. A method's `gap_to_cpsat_pct` is its travel above the least that
CP-SAT finds for its own centres in the same band, or the hours that its zones have where they are outside it; rivals,
which have no band, get that of their least and greatest zone. Seconds are of the processor. Rivals run where installed.
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
from scipy.sparse import coo_array, csr_array
from scipy.sparse.csgraph import connected_components, dijkstra

from geo.areas import central_places, small_areas
from solver.zone_map import area_map, measured, part_band, pieces, share_out
from solver.zone_search import ZoneSearch
from solver.zones import propose_zones
from solver.zones_exact import reassign

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from numpy.typing import NDArray

    from solver.zone_map import AreaMap, Edge, ZonePlan

BUNDLED = Path(__file__).resolve().parent.parent / "data" / "argyll_bute"
SLIDER = {"ours": 0.5, "ours, least travel": 0.0, "ours, equal hours": 1.0, "ours, search only": 0.5}

KMH = 50.0
METRES_A_MINUTE = KMH * 1000 / 60
MOST_SHARE = 4
"""An area with more than so many times its share of all hours is split."""

HOURS_A_PERSON = 0.03
"""Care a week for each inhabitant; the scale changes no comparison."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Ground:
    """Areas to make zones of: hours, seconds by road (-1 for none), neighbours, and positions for rivals."""

    load_h: list[float]
    travel_s: NDArray[np.int32]
    edges: list[Edge]
    xy: NDArray[np.float64]


def bundled_ground(n_areas: int) -> Ground:
    """Take the bundled settlements with their people, roads between them and ferries."""
    places = _rows(BUNDLED / "places.csv")
    number = {row["place_id"]: at for at, row in enumerate(places)}
    roads = [
        (number[row["from_place"]], number[row["to_place"]], float(row["length_km"]) / KMH * 60)
        for row in _rows(BUNDLED / "roads.csv")
        if row["from_place"] in number and row["to_place"] in number
    ]
    xy = np.array([(float(row["lon"]) * 62, float(row["lat"]) * 111) for row in places])
    land = np.array([row["landmass"] for row in places])
    piers = {row["port_id"]: row for row in _rows(BUNDLED / "ports.csv")}
    boats = []
    for row in _rows(BUNDLED / "sailings.csv"):
        ends = [_nearest(piers[row[end]], xy, land) for end in ("from_port", "to_port")]
        boats += _crossing(ends, float(row["crossing_minutes"]) + float(row["check_in_minutes"]))
    load = np.array([float(row["population"]) * HOURS_A_PERSON for row in places])
    return _grouped(load, roads, boats, xy, n_areas)


def geodata_ground(folder: Path, n_areas: int) -> Ground:
    """Take real postcodes, as many hours in each, with the network between them and ferries."""
    points = _rows(folder / "argyll_bute_postcodes.csv")
    number = {row["postcode"]: at for at, row in enumerate(points)}
    xy = np.array([(float(row["lon"]) * 62, float(row["lat"]) * 111) for row in points])
    land = np.array([row["landmass"] for row in points])
    roads = [
        (number[row["from_postcode"]], number[row["to_postcode"]], float(row["length_m"]) / METRES_A_MINUTE)
        for row in _rows(folder / "argyll_bute_surrogate_network.csv")
        if row["kind"] == "land"
    ]
    boats = []
    for row in _rows(folder / "argyll_bute_ferries.csv"):
        piers = [{name: row[f"{end}_{name}"] for name in ("lon", "lat", "landmass")} for end in ("from", "to")]
        took = float(row["crossing_min"] or 20) + float(row["car_checkin_min"] or 10)
        boats += _crossing([_nearest(pier, xy, land) for pier in piers], took)
    return _grouped(np.ones(len(points)), roads, boats, xy, n_areas)


def measure(ground: Ground, n_zones: int, seed: int, skip: frozenset[str]) -> Iterator[dict[str, Any]]:
    """Run every method that is installed and measure its zones."""
    where = area_map(ground.load_h, ground.travel_s, ground.edges)
    methods: dict[str, Callable[[], Sequence[int]]] = {
        "ours": lambda: _ours(ground, n_zones, SLIDER["ours"], seed),
        "ours, least travel": lambda: _ours(ground, n_zones, SLIDER["ours, least travel"], seed),
        "ours, equal hours": lambda: _ours(ground, n_zones, SLIDER["ours, equal hours"], seed),
        "ours, search only": lambda: _search_only(where, n_zones, seed),
        "metis": lambda: _metis(ground, n_zones),
        "skater": lambda: _spopt(ground, "Skater", n_zones, seed),
        "azp": lambda: _spopt(ground, "AZP", n_zones, seed),
        "maxp": lambda: _spopt(ground, "MaxPHeuristic", n_zones, seed),
    }
    for method, make in methods.items():
        if method in skip:
            continue
        start = time.process_time()
        try:
            zone_of_area = make()
        except ImportError as missing:
            yield {"method": method, "skipped": f"{missing.name} is not installed"}
            continue
        seconds = time.process_time() - start
        yield {"method": method, **judged(zone_of_area, where, SLIDER.get(method)), "seconds": round(seconds, 2)}


def judged(zone_of_area: Sequence[int], where: AreaMap, slider: float | None) -> dict[str, Any]:
    """Measure zones, whoever made them; `slider` gives their band, if they have one."""
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
        "gap_to_cpsat_pct": _gap_pct(plan, where, slider),
    }


def _gap_pct(plan: ZonePlan, where: AreaMap, slider: float | None) -> float | None:
    """Compare with the least travel for the same centres and band."""
    usual = (min(plan.load_h), max(plan.load_h))
    if slider is not None:
        usual = part_band(sum(plan.load_h), len(plan.load_h), slider)
    bands = [(min(usual[0], hours), max(usual[1], hours)) for hours in plan.load_h]
    found = reassign(where, plan.centre_of_zone, bands, start=plan.zone_of_area, limit=5.0)
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
    _, parts = metis.part_graph(
        n_zones, adjacency=near, recursive=False, vweights=weights, options=metis.Options(contig=1)
    )
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


def _grouped(
    load: NDArray[np.float64], roads: list[Edge], boats: list[Edge], xy: NDArray[np.float64], n_areas: int
) -> Ground:
    """Group points into about so many small areas, as the product does; no area has much more than its share."""
    minutes = _minutes(roads, len(load))
    reachable = np.isfinite(minutes)
    travel_s = np.where(reachable, minutes * 60, 0).astype(np.int32)
    label = np.zeros(len(load), dtype=np.int32)
    for within in range(2, 60):
        most_h = MOST_SHARE * float(load.sum()) / n_areas
        label = small_areas(travel_s, reachable, load, max_minutes=within, max_load_h=most_h)
        if label.max() < n_areas:
            break
    middle = central_places(travel_s, reachable, load, label)
    edges: dict[tuple[int, int], float] = {}
    for links, by_road in ((roads, True), (boats, False)):
        for one, other, took in links:
            pair = (min(int(label[one]), int(label[other])), max(int(label[one]), int(label[other])))
            if pair[0] != pair[1]:
                way = float(minutes[middle[pair[0]], middle[pair[1]]]) if by_road else took
                edges[pair] = min(way, edges.get(pair, np.inf))
    between = np.ix_(middle, middle)
    ground = Ground(
        load_h=np.bincount(label, weights=load).tolist(),
        travel_s=np.where(reachable[between], travel_s[between], -1).astype(np.int32),
        edges=[(one, other, took) for (one, other), took in edges.items()],
        xy=xy[middle],
    )
    return _whole(ground)


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


def _crossing(ends: list[int | None], took: float) -> list[Edge]:
    """Join the points at both ends, where there are any."""
    one, other = ends
    return [] if one is None or other is None or one == other else [(one, other, took)]


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
    ground = geodata_ground(given.geodata, given.areas) if given.geodata else bundled_ground(given.areas)
    name = "geodata" if given.geodata else "bundled"
    for line in measure(ground, given.zones, given.seed, given.skip):
        print(json.dumps({"instance": f"{name} {len(ground.load_h)}/{given.zones}", **line}), flush=True)


if __name__ == "__main__":
    main()
