"""Read the typed facts of an area: its places, the roads between them, its piers and the crossings between those.

One record per row of the CSV files that the area's README describes; nothing is drawn here.
"""

from __future__ import annotations

import csv
from typing import TYPE_CHECKING, NamedTuple

from geo.errors import NetworkUnreadable

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

LonLat = tuple[float, float]


class Place(NamedTuple):
    """A settlement, or a junction when nobody is counted there. `inland_deg` leads away from the water, if typed."""

    id: str
    name: str
    lonlat: LonLat
    population: int
    landmass: str
    inland_deg: float | None


class Road(NamedTuple):
    """A road between two places. `via` are the (lon, lat) of bends that matter; `mph` and `surface` may be empty."""

    from_place: str
    to_place: str
    name: str
    highway: str
    single_track: bool
    length_m: float
    mph: str
    surface: str
    via: tuple[LonLat, ...]


class Port(NamedTuple):
    """A pier and the land on which it stands."""

    id: str
    name: str
    lonlat: LonLat
    landmass: str


class Crossing(NamedTuple):
    """Two piers that a boat joins, whatever its times."""

    route: str
    from_port: str
    to_port: str
    minutes: int
    car: bool


class Facts(NamedTuple):
    """All typed facts of an area, by id where they have one."""

    places: dict[str, Place]
    roads: tuple[Road, ...]
    ports: dict[str, Port]
    crossings: tuple[Crossing, ...]


def read_facts(folder: Path) -> Facts:
    """Read places.csv, inland.csv, roads.csv, ports.csv and sailings.csv of an area's folder.

    Raises NetworkUnreadable when a file or column is missing, a value cannot be read, a name leads nowhere, or a road
    would join two landmasses.
    """
    try:
        inland = {row["place_id"]: float(row["inland_deg"]) for row in _rows(folder / "inland.csv")}
        places = {row["place_id"]: _place(row, inland) for row in _rows(folder / "places.csv")}
        roads = tuple(_road(row) for row in _rows(folder / "roads.csv"))
        ports = {row["port_id"]: _port(row) for row in _rows(folder / "ports.csv")}
        crossings = _crossings(_rows(folder / "sailings.csv"))
    except (OSError, KeyError, ValueError) as error:
        raise NetworkUnreadable(
            f"{folder.name}: the typed facts cannot be read: {type(error).__name__} {error}."
        ) from error
    facts = Facts(places, roads, ports, crossings)
    faults = [*_road_faults(facts), *_port_faults(facts)]
    if faults:
        raise NetworkUnreadable(f"{folder.name}: {' '.join(faults)}")
    return facts


def _rows(path: Path) -> list[dict[str, str]]:
    """Return the rows of a CSV file by column name."""
    with path.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream, strict=True))


def _place(row: dict[str, str], inland: dict[str, float]) -> Place:
    """Return a row of places.csv."""
    at = (float(row["lon"]), float(row["lat"]))
    key = row["place_id"]
    return Place(key, row["name"], at, int(row["population"]), row["landmass"], inland.get(key))


def _road(row: dict[str, str]) -> Road:
    """Return a row of roads.csv."""
    corners = (pair.split() for pair in row["via"].split(";") if pair)
    return Road(
        row["from_place"],
        row["to_place"],
        row["road"],
        row["class"],
        row["single_track"] == "yes",
        float(row["length_km"]) * 1000,
        row["maxspeed"],
        row["surface"],
        tuple((float(lon), float(lat)) for lat, lon in corners),
    )


def _port(row: dict[str, str]) -> Port:
    """Return a row of ports.csv."""
    return Port(row["port_id"], row["name"], (float(row["lon"]), float(row["lat"])), row["landmass"])


def _crossings(rows: Iterable[dict[str, str]]) -> tuple[Crossing, ...]:
    """Return one crossing for each pair of piers of a route in sailings.csv, the way it is first named."""
    found: dict[tuple[str, frozenset[str]], Crossing] = {}
    for row in rows:
        ends = frozenset((row["from_port"], row["to_port"]))
        crossing = Crossing(
            row["route"], row["from_port"], row["to_port"], int(row["crossing_minutes"]), row["car"] == "yes"
        )
        found.setdefault((row["route"], ends), crossing)
    return tuple(found.values())


def _road_faults(facts: Facts) -> list[str]:
    """Say which roads lead nowhere or across the sea."""
    faults = []
    for road in facts.roads:
        ends = [facts.places.get(key) for key in (road.from_place, road.to_place)]
        name = f"Road {road.name} from {road.from_place} to {road.to_place}"
        if None in ends:
            faults.append(f"{name} names an unknown place.")
        elif len({place.landmass for place in ends if place}) > 1:
            faults.append(f"{name} joins two landmasses.")
    return faults


def _port_faults(facts: Facts) -> list[str]:
    """Say which crossings name an unknown pier, and which piers stand on land without a place."""
    lands = {place.landmass for place in facts.places.values()}
    named = {port for crossing in facts.crossings for port in (crossing.from_port, crossing.to_port)}
    return [
        *(f"A sailing names the unknown port {port}." for port in sorted(named - facts.ports.keys())),
        *(
            f"Port {port.id} stands on land without places."
            for port in facts.ports.values()
            if port.landmass not in lands
        ),
    ]
