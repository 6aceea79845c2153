"""Measure boats on an invented day of Argyll and Bute against a search of its own: one JSON object on standard output.

Usage: python -m benchmarks.ferries --points N [--seed S]

Places are scattered around the bundled settlements, roads are straight lines half as long again, and the boats are
those of a Monday in the bundled timetable. What is compiled on first use is compiled before the clock starts.
"""

from __future__ import annotations

import argparse
import csv
import heapq
import json
import resource
import time
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from geo.ferry import NEVER_S, arrival, arrivals, carrying, compile_boats, latest_departure, latest_departures
from geo.timetable import SailingPattern, departures
from geo.types import BoatTable, Departure, TravelMatrix

if TYPE_CHECKING:
    from collections.abc import Sequence

AREA = Path(__file__).resolve().parent.parent / "data" / "argyll_bute"
SPEED_MS, DETOUR, SCATTER_M = 13.0, 1.5, 1500.0
METRES_PER_DEG = 62_000.0, 111_200.0
MORNING_S, EVENING_S = 9 * 3600, 18 * 3600
SAMPLE, LOOKUPS = 300, 20_000


def measure(*, n_points: int, seed: int) -> dict[str, Any]:
    """Time the table of journeys, one look-up, and the answers for all pairs; count answers that a search denies."""
    small_road, small_boats = invented_day(20, seed)
    measure_arrivals(small_road, small_boats)
    compile_boats(small_boats, small_road)
    road, boats = invented_day(n_points, seed)
    start = time.perf_counter()
    table = compile_boats(boats, road)
    compile_s = time.perf_counter() - start
    rng = np.random.default_rng(seed)
    pairs = rng.integers(0, len(road.travel_s), (LOOKUPS, 2)).tolist()
    start = time.perf_counter()
    for pair in pairs:
        arrival(table, road, *pair, MORNING_S)
    lookup_us = 1e6 * (time.perf_counter() - start) / LOOKUPS
    return {
        "points": n_points,
        "seed": seed,
        "boats": len(boats),
        "journeys": len(table.leave_s),
        "compile_s": round(compile_s, 3),
        **measure_arrivals(road, boats),
        "lookup_us": round(lookup_us, 2),
        **mismatches(table, road, boats, pairs[:SAMPLE]),
        "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
    }


def mismatches(
    table: BoatTable, road: TravelMatrix, boats: Sequence[Departure], pairs: list[list[int]]
) -> dict[str, int]:
    """Count the answers for some pairs, each at its own instant of the day, that a search denies."""
    late = early = 0
    for number, (origin, destination) in enumerate(pairs):
        at_s = 86_400 * number // len(pairs)
        there_s = arrival(table, road, origin, destination, at_s)
        late += (NEVER_S if there_s is None else there_s) != searched(road, boats, origin, at_s)[destination]
        leave_s = latest_departure(table, road, origin, destination, at_s)
        instants = [-86_400] if leave_s is None else [leave_s, leave_s + 1]
        in_time = [searched(road, boats, origin, instant_s)[destination] <= at_s for instant_s in instants]
        early += in_time != ([False] if leave_s is None else [True, False])
    return {"checked": len(pairs), "arrival_mismatches": late, "latest_departure_mismatches": early}


def drawn_boats(n_places: int, seed: int) -> tuple[Departure, ...]:
    """Let an hourly boat sail both ways between each of twenty random pairs of places, from six to ten."""
    rng = np.random.default_rng(seed)
    pairs = rng.integers(0, n_places, (20, 2)).tolist()
    return tuple(
        Departure(
            id=f"{a}-{b}@{hour}",
            route="drawn",
            from_port=a,
            to_port=b,
            last_checkin_s=3600 * hour - 600,
            departs_s=3600 * hour,
            arrives_s=3600 * hour + 1800,
            ashore_s=3600 * hour + 2100,
            car=True,
        )
        for pair in pairs
        for a, b in (pair, pair[::-1])
        for hour in range(6, 23)
    )


def measure_arrivals(road: TravelMatrix, boats: Sequence[Departure]) -> dict[str, float]:
    """Time the earliest arrivals and the latest departures of all pairs at one instant, from the bare timetable."""
    start = time.perf_counter()
    arrivals(boats, road, MORNING_S)
    arrivals_s = time.perf_counter() - start
    start = time.perf_counter()
    latest_departures(boats, road, EVENING_S)
    return {"arrivals_s": round(arrivals_s, 3), "latest_departures_s": round(time.perf_counter() - start, 3)}


def invented_day(n_points: int, seed: int) -> tuple[TravelMatrix, tuple[Departure, ...]]:
    """Scatter places, then the piers of the timetable, and give their roads and the boats that take cars."""
    places, ports = _rows("places.csv"), _rows("ports.csv")
    rng = np.random.default_rng(seed)
    people = np.array([float(row["population"]) for row in places])
    rows = [*(places[k] for k in rng.choice(len(places), n_points, p=people / people.sum())), *ports]
    xy = np.array([(float(row["lon"]), float(row["lat"])) for row in rows]) * METRES_PER_DEG
    xy[:n_points] += rng.normal(scale=SCATTER_M, size=(n_points, 2))
    land = np.unique([row["landmass"] for row in rows], return_inverse=True)[1]
    reachable = land[:, None] == land[None]
    metres = DETOUR * np.hypot(xy[:, None, 0] - xy[None, :, 0], xy[:, None, 1] - xy[None, :, 1]) * reachable
    road = TravelMatrix(
        travel_s=np.ceil(metres / SPEED_MS).astype(np.int32), travel_m=metres.astype(np.int32), reachable=reachable
    )
    row_of_port = {row["port_id"]: n_points + number for number, row in enumerate(ports)}
    return road, carrying(_monday(row_of_port), "car")


def searched(road: TravelMatrix, boats: Sequence[Departure], origin: int, leave_s: int) -> dict[int, int]:
    """Search over the piers reached so far, the earliest first, in plain Python; `NEVER_S` where nobody comes."""
    best = {origin: leave_s}
    queue = [(leave_s, origin)]
    while queue:
        now_s, here = heapq.heappop(queue)
        for boat in boats if now_s == best[here] else ():
            pier_s = now_s + int(road.travel_s[here, boat.from_port])
            caught = road.reachable[here, boat.from_port] and pier_s <= boat.last_checkin_s
            if caught and boat.ashore_s < best.get(boat.to_port, NEVER_S):
                best[boat.to_port] = boat.ashore_s
                heapq.heappush(queue, (boat.ashore_s, boat.to_port))
    reached = np.array([*best])
    there_s = np.where(road.reachable[reached], road.travel_s[reached] + np.array([*best.values()])[:, None], NEVER_S)
    return dict(enumerate(there_s.min(axis=0).tolist()))


def _rows(name: str) -> list[dict[str, str]]:
    with (AREA / name).open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def _monday(row_of_port: dict[str, int]) -> list[Departure]:
    """List a Monday's ferries."""
    patterns = [
        SailingPattern(
            route=row["route"],
            from_port=row["from_port"],
            to_port=row["to_port"],
            days=tuple(row["days"].split(";")),
            first_s=_seconds(row["first"]),
            last_s=_seconds(row["last"]),
            headway_s=60 * int(row["headway_minutes"]),
            crossing_s=60 * int(row["crossing_minutes"]),
            check_in_s=60 * int(row["check_in_minutes"]),
            ashore_s=60 * int(row["ashore_minutes"]),
            car=row["car"] == "yes",
        )
        for row in _rows("sailings.csv")
    ]
    return list(departures(patterns, date(2026, 11, 16), row_of_port))


def _seconds(clock: str) -> int:
    hours, minutes = clock.split(":")
    return 3600 * int(hours) + 60 * int(minutes)


def main() -> None:
    """Read the arguments, measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--points", "--n-points", dest="n_points", type=int, default=1500)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    print(json.dumps(measure(n_points=given.n_points, seed=given.seed)))


if __name__ == "__main__":
    main()
