"""Real homes and boats for invented days: Argyll and Bute's postcodes, data zones and crossings.

The files are not part of the project: they are looked for in `$ROTA_SHARED/geodata`, or beside the checkout. Clients
live where people over 80 do, carers where people do, both at postcodes. Roads are the surrogate links between
postcodes. What the file of crossings leaves out is assumed: an hourly boat from 07:00 to 19:00, ten minutes across,
and check-in a quarter of an hour before.
"""

from __future__ import annotations

import csv
import json
import os
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import dijkstra

from geo.ferry import carrying, compile_boats
from geo.types import Departure, TravelMatrix
from solver.types import Mode, ModeTravel, Sailing, Travel

if TYPE_CHECKING:
    from collections.abc import Iterator

    from benchmarks.days import Wish

KMH = 45.0
PARKING_S = 30.0
CROSSING_MIN, CHECKIN_MIN, ASHORE_S = 10, 15, 300
FIRST, LAST = "07:00", "19:00"
MAINLAND = ("Mainland", "Mainland north of Loch Etive (Appin, Benderloch)")


def folder() -> Path:
    """Say where the files should be."""
    beside = Path(__file__).resolve().parent.parent.parent / "shared"
    return Path(os.environ.get("ROTA_SHARED", beside)) / "geodata"


def county(wish: Wish, *, islands: bool) -> Travel:
    """Draw homes and compute all travel between them, by road and (with `islands`) by boat.

    Rows are clients, carers, then ports. Raises SystemExit without the files.
    """
    if not folder().is_dir():
        raise SystemExit(f"{folder()} is not there: the county's days need its files.")
    rng = np.random.default_rng([wish.seed, 2])
    codes = [row for row in _rows("postcodes") if islands or row["landmass"] in MAINLAND]
    number = {row["postcode"]: k for k, row in enumerate(codes)}
    homes = np.concatenate([
        rng.choice(len(codes), wish.clients, p=_shares(codes, "pop2020_80plus")),
        rng.choice(len(codes), wish.carers, p=_shares(codes, "pop2020_total")),
    ])  # fmt: skip
    crossings = [row for row in _rows("ferries") if _carries_cars_here(row, codes)] if islands else []
    ports = {row[f"{end}_port"]: _nearest(row, end, codes) for row in crossings for end in ("from", "to")}
    at = np.concatenate([homes, list(ports.values())]).astype(np.int64)
    road = _roads(number, at)
    row_of = {name: len(homes) + k for k, name in enumerate(ports)}
    departures = tuple(boat for crossing in crossings for boat in _boats(crossing, row_of))
    return _travel(road, departures)


def _rows(name: str) -> list[dict[str, str]]:
    with (folder() / f"argyll_bute_{name}.csv").open(encoding="utf-8") as lines:
        return list(csv.DictReader(lines))


def _shares(codes: list[dict[str, str]], people: str) -> np.ndarray:
    """Spread each data zone's people evenly over its postcodes; a zone without figures has none."""
    zones = json.loads((folder() / "argyll_bute_datazones.geojson").read_text(encoding="utf-8"))["features"]
    count = {zone["properties"]["dz11_code"]: float(zone["properties"][people] or 0) for zone in zones}
    zone_of = [row["datazone_2011"] for row in codes]
    share = np.array([count.get(zone, 0.0) / zone_of.count(zone) for zone in zone_of])
    return share / share.sum()


def _carries_cars_here(crossing: dict[str, str], codes: list[dict[str, str]]) -> bool:
    land = {row["landmass"] for row in codes}
    return crossing["vehicles"] == "yes" and crossing["from_landmass"] in land and crossing["to_landmass"] in land


def _nearest(crossing: dict[str, str], end: str, codes: list[dict[str, str]]) -> int:
    """Give the postcode nearest to a port, on its own land."""
    lat, lon = float(crossing[f"{end}_lat"]), float(crossing[f"{end}_lon"])
    lats, lons = (np.array([float(row[name]) for row in codes]) for name in ("lat", "lon"))
    off = np.hypot(lats - lat, (lons - lon) * np.cos(np.radians(lat)))
    off[[row["landmass"] != crossing[f"{end}_landmass"] for row in codes]] = np.inf
    return int(np.argmin(off))


def _roads(number: dict[str, int], at: np.ndarray) -> TravelMatrix:
    """Drive along the surrogate links between the postcodes `at`."""
    links = [
        (number[row["from_postcode"]], number[row["to_postcode"]], float(row["length_m"]))
        for row in _rows("surrogate_network")
        if row["from_postcode"] in number and row["to_postcode"] in number
    ]
    tail, head, metres = (np.array(column) for column in zip(*links, strict=True))
    network = csr_matrix((np.maximum(metres, 1.0), (tail, head)), shape=(len(number), len(number)))
    distinct, row = np.unique(at, return_inverse=True)
    apart_m = dijkstra(network, directed=False, indices=distinct)[:, distinct][np.ix_(row, row)]
    reachable = np.isfinite(apart_m)
    seconds = np.where(reachable, np.ceil(apart_m / KMH * 3.6 + PARKING_S), 0.0)
    np.fill_diagonal(seconds, 0.0)
    metres = np.where(reachable, np.rint(apart_m), 0.0)
    return TravelMatrix(travel_s=seconds.astype(np.int32), travel_m=metres.astype(np.int32), reachable=reachable)


def _boats(crossing: dict[str, str], row_of: dict[str, int]) -> Iterator[Departure]:
    """Spread the day's departures evenly between the first and the last, both ways."""
    across_s = 60 * int(crossing["crossing_min"] or CROSSING_MIN)
    checkin_s = 60 * int(crossing["car_checkin_min"] or CHECKIN_MIN)
    for way, other in (("from", "to"), ("to", "from")):
        first_s, last_s = _seconds(crossing[f"{way}_first"] or FIRST), _seconds(crossing[f"{way}_last"] or LAST)
        count = int(crossing[f"{way}_sailings"] or (last_s - first_s) // 3600 + 1)
        for departs_s in np.linspace(first_s, last_s, count).astype(int).tolist():
            yield Departure(
                id=f"{crossing['route']}-{way}-{departs_s}",
                route=crossing["route"],
                from_port=row_of[crossing[f"{way}_port"]],
                to_port=row_of[crossing[f"{other}_port"]],
                last_checkin_s=departs_s - checkin_s,
                departs_s=departs_s,
                arrives_s=departs_s + across_s,
                ashore_s=departs_s + across_s + ASHORE_S,
                car=True,
            )


def _seconds(clock: str) -> int:
    hours, minutes = clock.split(":")
    return 3600 * int(hours) + 60 * int(minutes)


def _travel(road: TravelMatrix, departures: tuple[Departure, ...]) -> Travel:
    boats = compile_boats(carrying(departures, "car"), road)
    car = ModeTravel(
        road_s=road.travel_s,
        road_m=road.travel_m,
        road_reachable=road.reachable,
        boat_first=boats.first,
        boat_count=boats.count,
        boat_leave_s=boats.leave_s,
        boat_arrive_s=boats.arrive_s,
    )
    names = ("id", "route", "from_port", "to_port", "last_checkin_s", "departs_s", "arrives_s", "ashore_s")
    sailings = tuple(
        Sailing(**{name: getattr(boat, name) for name in names}, modes=frozenset(Mode)) for boat in departures
    )
    return Travel(modes={Mode.CAR: car}, sailings=sailings)
