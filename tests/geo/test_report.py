"""The report on a network: figures that can be counted by hand."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest

from geo.graph import build_graph
from geo.network import read_raw
from geo.report import NetworkReport, distance_m, network_report
from geo.types import FerryHint, RawRoads, Settlement
from tests.geo.roads import ISLE_OF_MAN, lonlat, needs_isle_of_man, raw_roads, road

if TYPE_CHECKING:
    from collections.abc import Sequence

PLACES = [(0, 0), (3000, 0), (6000, 0), (9000, 0), (12_500, 0), (9000, 500), (6000, 300)]
WAYS = (
    road(0, 1, 2, maxspeed="60 mph", highway="primary"),
    road(3, 4, id=2, highway="unclassified"),
    road(3, 5, id=3, highway="footway"),
    road(2, 6, id=4, highway="residential", maxspeed="brisk"),
)
"""A mainland of 6.3 km, an island of 3.5 km with 500 m of footpath."""


def ferry(start: tuple[float, float], end: tuple[float, float], **changed: object) -> FerryHint:
    """Return a crossing between two points in metres."""
    ends = [(float(lon), float(lat)) for lon, lat in lonlat(start, end)]
    given = {"way_id": 9, "name": "Boat", "duration_s": 600, "car": True, "foot": True, **changed}
    return FerryHint(from_lonlat=ends[0], to_lonlat=ends[1], **given)  # type: ignore[arg-type]


def settlement(name: str, kind: str, at: tuple[float, float], population: int = 0) -> Settlement:
    """Return a settlement at a point in metres."""
    lon, lat = lonlat(at)[0].tolist()
    return Settlement(name=name, kind=kind, population=population, lonlat=(lon, lat))


def network(*ferries: FerryHint, settlements: Sequence[Settlement] = ()) -> RawRoads:
    """Return the mainland and the island with ferries."""
    return replace(raw_roads(PLACES, *WAYS), ferries=ferries, settlements=tuple(settlements), turn_restrictions=3)


def report(raw: RawRoads, **options: object) -> NetworkReport:
    """Report on raw roads."""
    return network_report(build_graph(raw), raw, **options)  # type: ignore[arg-type]


def test_counts_and_kilometres_are_those_of_the_roads() -> None:
    """Ways, nodes, kilometres by class, parts for cars, stray pieces, limits and restrictions."""
    found = report(network())
    assert (found["road_ways"], found["nodes"], found["ferries"]) == (4, 7, [])
    assert found["road_km"] == pytest.approx(10.3, abs=0.1)
    assert list(found["km_by_class"]) == ["primary", "unclassified", "footway", "residential"]
    assert found["km_by_class"]["footway"] == pytest.approx(0.5, abs=0.05)
    assert found["components"] == [4, 2]
    assert found["stray_components"] == 0
    assert found["modes"]["foot"] == {"components": 2, "nodes": 7, "largest_pct": pytest.approx(57.1)}
    assert found["missing_speed_pct"] == pytest.approx(66.7)
    assert found["unknown_speed_tags"] == {"brisk": 1}
    assert (found["turn_restrictions"], found["barriers"], found["attribution"]) == (3, 0, "nobody")


def test_a_stray_piece_is_a_part_with_little_road() -> None:
    """Four hundred metres that nothing joins to the rest are stray."""
    found = report(raw_roads([*PLACES, (0, 5000), (400, 5000)], *WAYS, road(7, 8, id=5)))
    assert (found["components"], found["stray_components"]) == ([4, 2, 2], 1)


def test_a_ferry_joins_the_parts_at_its_ends() -> None:
    """Ranks count as the parts do; an end that meets no road, or none of its mode, joins nothing."""
    boats = {
        "island": (ferry((6000, 0), (9000, 0)), [0, 1], [0, 1]),
        "sea": (ferry((6000, 0), (7500, 900)), None, [0, None]),
        "to the footpath by car": (ferry((6000, 0), (9000, 500)), None, [0, None]),
        "to the footpath on foot": (ferry((6000, 0), (9000, 500), car=False), [0, 1], [0, 1]),
        "a few metres off": (ferry((6000, -20), (9000, 15)), [0, 1], [0, 1]),
    }
    found = report(network(*(boat for boat, _, _ in boats.values())))["ferries"]
    for (name, (_, joins, ends)), told in zip(boats.items(), found, strict=True):
        assert told["ends"] == ends, name
        assert told["joins"] == joins, name


def test_one_way_lanes_of_a_pier_are_on_the_land_they_lead_to() -> None:
    """A pier that can only be left, or only be reached, is no part of its own for a boat."""
    pier = (road(6, 7, id=5, oneway="yes"), road(7, 8, id=6, oneway="yes"))
    raw = raw_roads([*PLACES, (6500, 300), (6600, 300)], *WAYS, *pier)
    assert report(replace(raw, ferries=(ferry((6600, 300), (9000, 0)),)))["ferries"][0]["joins"] == [0, 1]


def test_landmasses_and_ports_are_named_by_the_settlements_there() -> None:
    """The largest settlement of a part names it, the nearest one on its own shore a port; a given name wins."""
    settlements = [
        settlement("Clachan", "hamlet", (100, 50)),
        settlement("Little Town", "town", (3100, 100), 900),
        settlement("Great Town", "town", (200, 0), 9000),
        settlement("Far Off", "city", (40_000, 0)),
    ]
    found = report(network(ferry((6000, 0), (9000, 0)), settlements=settlements))
    assert [land["name"] for land in found["landmasses"]] == ["Great Town", "near Little Town"]
    assert (found["ferries"][0]["from_place"], found["ferries"][0]["to_place"]) == ("Little Town", "")
    assert report(network(), names={1: "The Isle"})["landmasses"][1]["name"] == "The Isle"
    assert [land["name"] for land in report(network())["landmasses"]] == ["", ""]


def test_a_timetable_covers_the_ferry_whose_ends_are_nearest_its_piers() -> None:
    """Across a kyle both piers are near both ends; without a timetable nothing is said."""
    kyle = ferry((6000, 0), (6500, 0))
    one, other, far = (tuple(place) for place in lonlat((6100, 50), (6400, 50), (60_000, 0)).tolist())
    assert report(network(kyle))["ferries"][0]["timetabled"] is None
    for timetable, covered in (
        ([(one, other)], True),
        ([(other, one)], True),
        ([(one, far), (far, other)], False),
        ([(one, one)], False),
        ([(far, one)], False),
        ([], False),
    ):
        assert report(network(kyle), timetable=timetable)["ferries"][0]["timetabled"] is covered


def test_each_end_of_a_ferry_is_named_by_its_own_shore() -> None:
    """Where the nearest settlement is across the water, an end is named by the next on its land, and by its pier."""
    settlements = [settlement("Here", "hamlet", (2000, 0)), settlement("There", "hamlet", (9100, 0))]
    from_lonlat, to_lonlat = ((float(lon), float(lat)) for lon, lat in lonlat((6100, 0), (8900, 0)))
    found = report(
        network(ferry((6000, 0), (9000, 0)), settlements=settlements),
        timetable=[(from_lonlat, to_lonlat)],
        piers={from_lonlat: "One", to_lonlat: "Other", (0.0, 0.0): "Elsewhere"},
    )["ferries"][0]
    assert (found["from_pier"], found["to_pier"]) == ("One", "Other")
    assert (found["from_place"], found["to_place"]) == ("Here", "There")


def test_distances_to_the_roads_are_those_on_the_ground() -> None:
    """A place on a node is at none, others at what they are; nowhere is infinitely far."""
    graph = build_graph(network())
    away = distance_m(graph, np.vstack([lonlat((0, 0), (0, 5000)), [[np.nan, 0]]]))
    assert away == pytest.approx([0, 5000, np.inf], rel=5e-3, abs=0.1)


@needs_isle_of_man
def test_the_isle_of_man_is_reported_as_it_is() -> None:
    """One landmass named Douglas, four boats that leave it, and 26 turn restrictions."""
    raw = read_raw(ISLE_OF_MAN)
    found = report(raw)
    assert found["landmasses"][0]["name"] == "Douglas"
    assert found["components"] == sorted(found["components"], reverse=True)
    assert found["components"][0] / found["nodes"] > 0.98
    assert 1_250 < found["road_km"] < 1_270
    assert 150 <= found["km_by_class"]["residential"] <= 180
    assert [ferry["joins"] for ferry in found["ferries"]] == [None] * 4
    assert all(0 in ferry["ends"] for ferry in found["ferries"])
    assert found["turn_restrictions"] == 26
    assert 40 < found["missing_speed_pct"] < 70
