"""The typed facts of Argyll and Bute: complete, consistent, and true where the truth is well known."""

from __future__ import annotations

import csv
import math
import os
from collections import Counter
from itertools import pairwise
from pathlib import Path

import networkx as nx
import pytest
from pyproj import Geod

from app.dataset import PlaceRow, PortRow, SailingRow, TimesStatus

ROOT = Path(__file__).parents[2]
AREA = ROOT / "data" / "argyll_bute"
SHARED = Path(os.environ.get("ROTA_SHARED", ROOT.parent / "shared")) / "geodata"
EARTH = Geod(ellps="WGS84")

LOCALITIES = {
    "Oban, Lorn and the Isles",
    "Mid Argyll, Kintyre and Islay",
    "Bute and Cowal",
    "Helensburgh and Lomond",
}
ROAD_COLUMNS = ["from_place", "to_place", "road", "class", "single_track", "length_km", "maxspeed", "surface", "via"]
DAYS = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"]

KNOWN_KM = [
    ("oban", "lochgilphead", 60),
    ("lochgilphead", "campbeltown", 82),
    ("lochgilphead", "inveraray", 39),
    ("inveraray", "arrochar", 35),
    ("oban", "tyndrum", 58),
    ("craignure", "tobermory", 34),
    ("craignure", "fionnphort", 58),
    ("inveraray", "dunoon", 62),
    ("port-ellen", "port-askaig", 33),
    ("helensburgh", "arrochar", 28),
    ("balloch", "tarbet", 27),
    ("feolin", "craighouse", 13),
]
ROADS_NAMED = (
    "A82 A83 A85 A816 A819 A828 A815 A886 A846 A847 A848 A849 A8003 A814 A817 A818 A844 A845 A880 A885 A813 "
    "B839 B840 B842 B8000 B8001 B8024 B8025 B836 B844 B845 B8035 B8073 B841 B843 B8016 B8018 B8065 B8066 B8068 B8069"
)


def read(name: str) -> list[dict[str, str]]:
    """Return the rows of one of the area's files."""
    with (AREA / name).open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


PLACES = {row["place_id"]: row for row in read("places.csv")}
ROADS = read("roads.csv")
PORTS = {row["port_id"]: row for row in read("ports.csv")}
SAILINGS = read("sailings.csv")


def position(row: dict[str, str]) -> tuple[float, float]:
    """Return the (lon, lat) of a row."""
    return float(row["lon"]), float(row["lat"])


def apart_km(one: tuple[float, float], other: tuple[float, float]) -> float:
    """Return the straight distance between two (lon, lat)."""
    return float(EARTH.inv(*one, *other)[2]) / 1000


def minutes(clock: str) -> int:
    """Return the minutes since midnight of HH:MM."""
    hours, _, rest = clock.partition(":")
    return int(hours) * 60 + int(rest)


def road_graph() -> nx.Graph:
    """Return the typed roads as a graph of places, `km` on each edge."""
    graph = nx.Graph()
    graph.add_nodes_from(PLACES)
    for row in ROADS:
        graph.add_edge(row["from_place"], row["to_place"], km=float(row["length_km"]))
    return graph


@pytest.mark.parametrize(
    ("name", "columns"),
    [
        ("places.csv", list(PlaceRow.__dataclass_fields__)),
        ("ports.csv", list(PortRow.__dataclass_fields__)),
        ("sailings.csv", list(SailingRow.__dataclass_fields__)),
        ("roads.csv", ROAD_COLUMNS),
        ("inland.csv", ["place_id", "inland_deg"]),
    ],
)
def test_columns_are_those_of_the_records(name: str, columns: list[str]) -> None:
    """Each file has the columns that its record names, and is small."""
    rows = read(name)

    assert list(rows[0]) == columns
    assert (AREA / name).stat().st_size <= 1_000_000


def test_ids_are_unique() -> None:
    """No place or port id stands twice in its file."""
    for name, key in (("places.csv", "place_id"), ("ports.csv", "port_id"), ("inland.csv", "place_id")):
        counted = Counter(row[key] for row in read(name))
        assert max(counted.values()) == 1


def test_settlements_cover_the_area() -> None:
    """At least 200 places have people, about 85,000 in all, in the four commissioned localities."""
    settled = [row for row in PLACES.values() if int(row["population"]) > 0]

    assert len(settled) >= 200
    assert {row["locality"] for row in settled} == LOCALITIES
    assert sum(int(row["population"]) for row in settled) == pytest.approx(85_430, rel=0.03)


@pytest.mark.parametrize(
    ("place", "population"),
    [
        ("helensburgh", 14_000),
        ("dunoon", 8_000),
        ("oban", 8_000),
        ("campbeltown", 4_500),
        ("rothesay", 4_300),
        ("lochgilphead", 2_300),
        ("tobermory", 1_000),
    ],
)
def test_towns_have_their_size(place: str, population: int) -> None:
    """The towns are as large as published, within ten per cent."""
    assert int(PLACES[place]["population"]) == pytest.approx(population, rel=0.1)


@pytest.mark.parametrize(
    ("landmass", "people"),
    [
        ("Bute", 5_990),
        ("Islay", 3_020),
        ("Mull", 2_800),
        ("Tiree", 660),
        ("Jura", 260),
        ("Gigha", 190),
        ("Lismore", 150),
    ],
)
def test_islands_have_their_size(landmass: str, people: int) -> None:
    """The larger islands have about the people that postcodes put there."""
    typed = sum(int(row["population"]) for row in PLACES.values() if row["landmass"] == landmass)

    assert typed == pytest.approx(people, rel=0.25)


def test_positions_agree_with_the_gazetteer() -> None:
    """Half of the places named in the shared gazetteer lie within one kilometre of it, and nine in ten within three."""
    gazetteer = SHARED / "argyll_bute_places.csv"
    if not gazetteer.exists():
        pytest.skip("shared geodata not available")
    with gazetteer.open(encoding="utf-8", newline="") as stream:
        precise = [row for row in csv.DictReader(stream) if row["shares_point"] == "0"]
    offs = []
    for row in precise:
        land = "Mainland" if row["landmass"].startswith("Mainland") else row["landmass"]
        named = [place for place in PLACES.values() if _same_name(place["name"], row["place"])]
        offs += sorted(apart_km(position(place), position(row)) for place in named if place["landmass"] == land)[:1]
    offs.sort()

    assert len(offs) > 150
    assert offs[len(offs) // 2] < 1
    assert offs[len(offs) * 9 // 10] < 3


def _same_name(typed: str, listed: str) -> bool:
    """Tell whether two spellings name the same place."""
    return typed.split(" (", maxsplit=1)[0].casefold().replace("-", " ") == listed.casefold().replace("-", " ")


@pytest.mark.parametrize(("start", "end", "km"), KNOWN_KM)
def test_well_known_distances(start: str, end: str, km: float) -> None:
    """The typed roads add up to distances that every driver there knows, within ten per cent."""
    assert nx.shortest_path_length(road_graph(), start, end, weight="km") == pytest.approx(km, rel=0.1)


def test_numbered_roads_are_all_there() -> None:
    """Every A road of the area and the B roads that serve its villages are typed."""
    assert set(ROADS_NAMED.split()) <= {row["road"] for row in ROADS}


def test_roads_have_known_words() -> None:
    """Classes, lanes, limits and surfaces are from the short lists of the README."""
    assert {row["class"] for row in ROADS} <= {"trunk", "primary", "secondary", "tertiary", "unclassified"}
    assert {row["single_track"] for row in ROADS} == {"yes", "no"}
    assert {row["maxspeed"] for row in ROADS} <= {"", "30", "40", "50", "60", "70"}
    assert {row["surface"] for row in ROADS} <= {"", "gravel"}


def test_no_road_is_shorter_than_its_corners_or_absurdly_long() -> None:
    """A road is at least as long as the straight lines through its typed bends, and less than twice as long."""
    for row in ROADS:
        via = [tuple(float(part) for part in pair.split()[::-1]) for pair in row["via"].split(";") if pair]
        corners = [position(PLACES[row["from_place"]]), *via, position(PLACES[row["to_place"]])]
        straight = sum(apart_km((a[0], a[1]), (b[0], b[1])) for a, b in pairwise(corners))
        assert straight <= float(row["length_km"]) * 1.005, row
        assert float(row["length_km"]) < 2.1 * straight, row


def test_each_landmass_is_one_network() -> None:
    """Every place reaches every other place on its landmass by road, and no other landmass."""
    parts = list(nx.connected_components(road_graph()))
    lands = [{PLACES[key]["landmass"] for key in part} for part in parts]

    assert all(len(land) == 1 for land in lands)
    assert len(parts) == len({row["landmass"] for row in PLACES.values()})


def test_ports_stand_near_a_place_of_their_landmass() -> None:
    """Each pier lies within two kilometres of a place on the land that it claims to stand on."""
    for port in PORTS.values():
        here = [place for place in PLACES.values() if place["landmass"] == port["landmass"]]
        assert min(apart_km(position(port), position(place)) for place in here) < 2, port


def test_sailings_are_well_formed() -> None:
    """Ports exist, the first boat is not after the last, headways fit, and every word is a known one."""
    for row in SAILINGS:
        first, last, headway = minutes(row["first"]), minutes(row["last"]), int(row["headway_minutes"])
        assert {row["from_port"], row["to_port"]} <= PORTS.keys()
        assert 0 <= first <= last < 24 * 60
        assert (last - first) % headway == 0 if headway else first == last
        assert set(row["days"].split(";")) <= set(DAYS)
        assert row["car"] in {"yes", "no"}
        assert TimesStatus(row["times_status"])
        assert row["note"]
        assert int(row["crossing_minutes"]) > 0
        assert int(row["check_in_minutes"]) >= 0


def test_every_crossing_comes_back_on_the_same_days() -> None:
    """Every route sails both ways on each of its days, so that a carer can come home, and lands are truly apart."""
    ways = Counter(
        (row["route"], day, row["from_port"], row["to_port"]) for row in SAILINGS for day in row["days"].split(";")
    )

    assert len({route for route, *_ in ways}) >= 20
    assert all((route, day, end, start) in ways for route, day, start, end in ways)


def test_every_island_with_people_has_a_boat() -> None:
    """No landmass with inhabitants is without a sailing."""
    served = {PORTS[row["from_port"]]["landmass"] for row in SAILINGS}

    assert {row["landmass"] for row in PLACES.values()} == served


@pytest.mark.parametrize(
    ("start", "end", "day", "boats", "last"),
    [
        ("oban", "craignure", "Mon", 10, "20:00"),
        ("craignure", "oban", "Mon", 9, "19:25"),
        ("lochaline", "fishnish", "Sat", 12, "18:35"),
        ("tobermory", "kilchoan", "Tue", 7, "18:00"),
        ("colintraive", "rhubodach", "Fri", 32, "20:55"),
        ("wemyss-bay", "rothesay", "Wed", 14, "20:05"),
        ("gourock", "dunoon", "Thu", 16, "22:40"),
        ("tarbert", "portavadie", "Sun", 10, "18:00"),
        ("port-ellen", "kennacraig", "Mon", 3, "20:15"),
    ],
)
def test_published_counts_and_last_boats(start: str, end: str, day: str, boats: int, last: str) -> None:
    """Where a timetable was published, the number of boats and the last one are right."""
    rows = [
        row for row in SAILINGS if (row["from_port"], row["to_port"]) == (start, end) and day in row["days"].split(";")
    ]
    counts = [1 + (minutes(row["last"]) - minutes(row["first"])) // max(1, int(row["headway_minutes"])) for row in rows]

    assert {row["times_status"] for row in rows} == {"published"}
    assert sum(counts) == boats
    assert max(row["last"] for row in rows) == last


def test_inland_bearings_belong_to_places() -> None:
    """Each typed bearing names a place and is a compass bearing."""
    for row in read("inland.csv"):
        assert row["place_id"] in PLACES
        assert 0 <= float(row["inland_deg"]) < 360
        assert math.isfinite(float(row["inland_deg"]))
