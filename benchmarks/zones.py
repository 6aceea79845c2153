"""Measure zones against METIS, Skater, AZP and max-p on the same areas: one JSON line per method.

Usage: python -m benchmarks.zones [--areas N] [--zones K] [--seed S] [--only GROUND] [--skip maxp,azp] [--short]

Grounds: `bundled`, the settlements of the bundled county with their people, the roads drawn between them and its
ferries; `postcodes` and `datazones`, real ones with the network between them, from `$ROTA_SHARED/geodata` or the folder
beside the checkout. A method's `gap_to_cpsat_pct` is its travel above what CP-SAT proves to be the least for its own
centres in the same band, or the hours that its zones have where they are outside it; rivals, which have no band, get
that of their least and greatest zone. `dominated_by` names zones of ours that have better balance and less travel than
a rival's, `beats` those of ours that are worse in both; `ours_as_even` are ours with hours between those of its least
and its greatest zone. Seconds are of the processor; compiling is not counted. Rivals run where they are installed.
`--short` measures less and prints only what is in the table of `docs/benchmarks.md`.
"""

from __future__ import annotations

import argparse
import csv
import json
import time
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from scipy.sparse import coo_array, csr_array
from scipy.sparse.csgraph import connected_components, dijkstra

from benchmarks.panel import SHARED
from benchmarks.zone_rivals import RIVALS, Question
from geo.areas import central_places, small_areas
from solver.zone_map import Locks, area_map, measured, pieces, usual_bands, zones_of
from solver.zones import ITERATIONS, propose_zones
from solver.zones_exact import reassign

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from numpy.typing import NDArray

    from solver.zone_map import AreaMap, Edge, ZonePlan

BUNDLED = Path(__file__).resolve().parent.parent / "data" / "argyll_bute"
SLIDER = {
    "ours": 0.5,
    "ours, least travel": 0.0,
    "ours, wide bands": 0.25,
    "ours, narrow bands": 0.75,
    "ours, equal hours": 1.0,
}

WORTH = ("load_cv", "travel_min")
SHORT = ("method", "zones", "contiguous", *WORTH, "gap_to_cpsat_pct", "seconds", "beats")
"""What `--short` prints of each method."""

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


def real_ground(folder: Path, n_areas: int | None) -> Ground:
    """Take real postcodes, as many hours in each; or data zones (`n_areas` None), with hours by people of 75 and more.

    The network between postcodes joins both, and ferries do.
    """
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
    if n_areas is not None:
        return _grouped(np.ones(len(points)), roads, boats, xy, n_areas)
    codes, label = np.unique([row["datazone_2011"] for row in points], return_inverse=True)
    text = (folder / "argyll_bute_datazones.geojson").read_text(encoding="utf-8")
    zones = [feature["properties"] for feature in json.loads(text)["features"]]
    old = {zone["dz11_code"]: float(zone["pop2020_75plus"]) for zone in zones}
    load = np.array([old.get(code, 0.0) for code in codes])[label] / np.bincount(label)[label]
    return _joined(load, _minutes(roads, len(points)), roads, boats, xy, label.astype(np.int32))


def measure(
    ground: Ground, n_zones: int, seed: int, skip: frozenset[str], *, short: bool = False
) -> Iterator[dict[str, Any]]:
    """Run every method that is installed and measure its zones."""
    where = area_map(ground.load_h, ground.travel_s, ground.edges)
    asked = Question(ground.load_h, ground.edges, ground.xy, n_zones, seed)
    methods: dict[str, Callable[[], Sequence[int]]] = {
        **{name: partial(_ours, ground, n_zones, slider, seed) for name, slider in SLIDER.items()},
        **{name: partial(make, asked) for name, make in RIVALS.items()},
    }
    _ours(ground, n_zones, 0.5, seed, iterations=1)  # compiles
    ours: dict[str, dict[str, Any]] = {}
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
        line = judged(zone_of_area, where, SLIDER.get(method))
        if method in SLIDER:
            ours[method] = line
        else:
            line["dominated_by"] = [name for name, own in ours.items() if all(own[key] < line[key] for key in WORTH)]
            line["beats"] = [name for name, own in ours.items() if all(own[key] > line[key] for key in WORTH)]
            line |= {} if short else _ours_as_even(ground, zone_of_area, where, seed)
        line = {"method": method, **line, "seconds": round(seconds, 2)}
        yield _shortened(line) if short else line


def _shortened(line: dict[str, Any]) -> dict[str, Any]:
    """Keep what the table of `docs/benchmarks.md` shows."""
    kept = {key: line[key] for key in SHORT if key in line}
    return {**kept, "beats": ", ".join(kept["beats"]) or "none"} if "beats" in kept else kept


def judged(zone_of_area: Sequence[int], where: AreaMap, slider: float | None) -> dict[str, Any]:
    """Measure zones, whoever made them; `slider` gives their band, if they have one."""
    zones = [np.flatnonzero(np.array(zone_of_area) == zone).tolist() for zone in sorted(set(zone_of_area))]
    usual = usual_bands(where, len(zones), slider) if slider is not None else ()
    plan = measured(zones, where, usual=usual)
    equal_h = sum(plan.load_h) / len(zones)
    contiguous = all(len(pieces(zone, where.neighbours)) == 1 for zone in zones)
    found: dict[str, Any] = {
        "zones": len(zones),
        "contiguous": contiguous,
        "load_cv": round(plan.load_cv, 3),
        "least_load": round(min(plan.load_h) / equal_h, 2),
        "greatest_load": round(max(plan.load_h) / equal_h, 2),
        "travel_min": round(plan.mean_travel_min, 2),
        "gap_to_cpsat_pct": _gap_pct(plan, where) if contiguous else None,
    }
    if slider is not None:
        found["outside_band"] = len(plan.outside)
        if plan.outside:
            found["missed_share"] = round(plan.widened_h / equal_h, 3)
            found["reason"] = f"no zones found that miss their bands by less than {plan.widened_h:.1f} h in all"
    return found


def _gap_pct(plan: ZonePlan, where: AreaMap) -> float | None:
    """Say how far the travel is above what CP-SAT proves no zones to be below, with these centres and bands.

    The band of zones without one, or outside theirs, is from the least to the greatest that they have.
    """
    least, most = min(plan.load_h), max(plan.load_h)
    ranges = [(min(low, hours), max(high, hours)) for (low, high), hours in zip(plan.band_h, plan.load_h, strict=True)]
    usual = [ranges[zone] if np.isfinite(ranges[zone][1]) else (least, most) for zone in plan.zone_of_area]
    bound = reassign(measured(zones_of(plan), where, usual=usual), where, usual, limit=5.0).least_way
    way = plan.mean_travel_min * float(where.weight.sum())
    return round(max(0.0, 100 * (way / bound - 1)), 2) if bound else None


def _ours(ground: Ground, n_zones: int, slider: float, seed: int, iterations: int = ITERATIONS) -> Sequence[int]:
    return propose_zones(
        ground.load_h,
        ground.travel_s,
        ground.edges,
        n_zones=n_zones,
        balance=slider,
        seed=seed,
        iterations=iterations,
    ).zone_of_area


def _ours_as_even(ground: Ground, zone_of_area: Sequence[int], where: AreaMap, seed: int) -> dict[str, Any]:
    """Measure as many zones of ours, with hours between the least and the greatest of a rival's zones."""
    hours = np.bincount(zone_of_area, weights=where.load_h)[np.unique(zone_of_area)]
    plan = propose_zones(
        ground.load_h,
        ground.travel_s,
        ground.edges,
        n_zones=len(hours),
        locks=Locks(bands=dict.fromkeys(range(len(zone_of_area)), (hours.min(), hours.max()))),
        seed=seed,
    )
    return {
        "ours_as_even_travel_min": round(plan.mean_travel_min, 2),
        "ours_as_even_load_cv": round(plan.load_cv, 3),
        "ours_as_even_outside": len(plan.outside),
    }


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
    return _joined(load, minutes, roads, boats, xy, label)


def _joined(
    load: NDArray[np.float64],
    minutes: NDArray[np.float64],
    roads: list[Edge],
    boats: list[Edge],
    xy: NDArray[np.float64],
    label: NDArray[np.int32],
) -> Ground:
    """Make one area of the points with the same label; areas touch where a road or boat joins their points."""
    reachable = np.isfinite(minutes)
    travel_s = np.where(reachable, minutes * 60, 0).astype(np.int32)
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
    parser.add_argument("--areas", type=int, default=160)
    parser.add_argument("--zones", type=int, default=8)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", choices=("bundled", "postcodes", "datazones"), action="append")
    parser.add_argument("--skip", type=lambda text: frozenset(text.split(",")), default=frozenset())
    parser.add_argument("--short", action="store_true")
    given = parser.parse_args()
    grounds = {
        "bundled": partial(bundled_ground, given.areas),
        "postcodes": partial(real_ground, SHARED / "geodata", given.areas),
        "datazones": partial(real_ground, SHARED / "geodata", None),
    }
    for name in given.only or grounds:
        try:
            ground = grounds[name]()
        except FileNotFoundError as missing:
            print(json.dumps({"instance": name, "skipped": f"{missing.filename} is not there"}), flush=True)
            continue
        for line in measure(ground, given.zones, given.seed, given.skip, short=given.short):
            print(json.dumps({"instance": f"{name} {len(ground.load_h)}/{given.zones}", **line}), flush=True)


if __name__ == "__main__":
    main()
