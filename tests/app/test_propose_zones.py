"""Zone proposals: contiguous over roads and boats, with two providers or a reason, and GeoJSON that shows nobody."""

from __future__ import annotations

import json
from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING

import geopandas
import networkx as nx
import pytest
import shapely

from app.services.open_area import open_area
from app.services.propose_zones import ZoneProposal, propose
from app.services.requests import ZoneRequest
from app.words import FEWEST_PEOPLE
from tests.app.areas import tiny_area, tiny_graph, tiny_zones

if TYPE_CHECKING:
    from pathlib import Path

    from app.services.open_area import OpenArea

ROADS = {("Port Namara", "Strath Beag"), ("Port Namara", "Glen Liath")}
BOAT = {("Port Namara", "Baile Ur")}
ISLE_ROAD = {("Baile Ur", "Ceann a Tuath")}


@cache
def zones(n_zones: int, balance: float = 0.5) -> ZoneProposal:
    """Propose zones for the tiny area."""
    return propose(tiny_area(), ZoneRequest(n_zones=n_zones, balance=balance, seed=3))


def few_people_on_the_isle(tmp_path: Path) -> OpenArea:
    """Take all but three of the isle's clients away."""
    area = tiny_area()
    landmass, row = area.travel.places.landmass, area.travel.places.row_of_client
    isle = [client.client_id for client in area.dataset.clients if landmass[row[client.client_id]] == "Isle"]
    gone = set(isle[3:])
    dataset = replace(
        area.dataset,
        clients=tuple(row for row in area.dataset.clients if row.client_id not in gone),
        visits=tuple(row for row in area.dataset.visits if row.client_id not in gone),
        allocation=tuple(row for row in area.dataset.allocation if row.client_id not in gone),
        matches=(),
        recorded=(),
    )
    return open_area(dataset, tiny_graph(), tmp_path)


@pytest.mark.parametrize("n_zones", [1, 2, 3])
def test_every_area_is_in_one_zone(n_zones: int) -> None:
    """As many zones as asked for share out the small areas."""
    proposal = zones(n_zones)
    named = [name for zone in proposal.zones for name in zone.areas]
    assert len(proposal.zones) == min(n_zones, len(tiny_area().small_areas.names))
    assert sorted(named) == sorted(tiny_area().small_areas.names)


@pytest.mark.parametrize("balance", [0.0, 0.5, 1.0])
def test_zones_hang_together_over_roads_and_boats(balance: float) -> None:
    """Inside a zone one gets from any area to any other by the area's two roads and one boat, without leaving it."""
    joined = nx.Graph(list(ROADS | BOAT | ISLE_ROAD))
    joined.add_nodes_from(tiny_area().small_areas.names)
    for zone in zones(2, balance).zones:
        assert nx.is_connected(joined.subgraph(zone.areas)), zone.areas


def test_a_boat_joins_areas_of_one_zone() -> None:
    """With one zone for all, isle and mainland are together; without sailings the isle is a zone of its own."""
    (zone,) = zones(1).zones
    assert {"Port Namara", "Baile Ur"} <= set(zone.areas)
    area = tiny_area()
    cut_off = replace(area, travel=replace(area.travel, departures=()))
    assert len(propose(cut_off, ZoneRequest(n_zones=1, seed=3)).zones) == 2


def test_a_zone_over_the_water_is_named_after_both_sides() -> None:
    """The name says what is in it; a zone on one land is named after its settlement, and the map has the same names."""
    (both,) = zones(1).zones
    assert (both.name, both.places) == ("Port Namara with Isle", ("Port Namara", "Isle"))
    assert {zone.name for zone in zones(2).zones if len(zone.places) == 1} <= {"Port Namara", "Isle", "Strath Beag"}
    assert list(zones(1).outlines["name"]) == [both.name]


def test_each_zone_has_two_providers_or_a_reason() -> None:
    """Prime and secondary differ and are providers of the area; where one is missing the reason says so."""
    known = {provider.provider_id for provider in tiny_area().dataset.providers}
    for zone in (*zones(2).zones, *zones(3).zones):
        assert zone.reason
        assert zone.prime in known
        assert zone.secondary in known | {None}
        assert zone.prime != zone.secondary
        if zone.secondary is None:
            assert "No second provider" in zone.reason


def test_hours_outside_the_band_have_a_reason() -> None:
    """Zones of single areas differ more than equal hours allow: those outside say why, the others nothing."""
    proposal = zones(len(tiny_area().small_areas.names), 1.0)
    outside = {number + 1 for number in proposal.plan.outside}
    assert outside
    for zone in proposal.zones:
        assert (zone.band_reason is not None) == (zone.number in outside)
    too_large = [zone for zone in proposal.zones if zone.work_h > zone.band_h[1] + 0.1]
    assert all(zone.band_reason and zone.areas[0] in zone.band_reason for zone in too_large)
    assert any("no zones were found" in (zone.band_reason or "") for zone in proposal.zones if zone.number in outside)


def test_hours_and_people_add_up() -> None:
    """All contact hours, clients and carers are in some zone."""
    dataset = tiny_area().dataset
    proposal = tiny_zones()
    assert sum(zone.load_h for zone in proposal.zones) == pytest.approx(tiny_area().small_areas.load_h.sum())
    assert sum(zone.people or 0 for zone in proposal.zones) == len(dataset.clients)
    assert sum(zone.carers for zone in proposal.zones) == len(dataset.carers)


def test_counts_of_fewer_than_five_are_not_shown(tmp_path: Path) -> None:
    """Three people on the isle are "fewer than 5", in the record and in the GeoJSON."""
    proposal = propose(few_people_on_the_isle(tmp_path), ZoneRequest(n_zones=2, seed=3))
    isle = next(zone for zone in proposal.zones if "Baile Ur" in zone.areas)
    assert isle.people is None
    shown = next(
        f["properties"]["people"] for f in proposal.geojson()["features"] if f["properties"]["zone"] == isle.number
    )
    assert shown == f"fewer than {FEWEST_PEOPLE}"


def test_the_geojson_is_read_by_others(tmp_path: Path) -> None:
    """GeoPandas reads it back: one valid polygon for each zone, in degrees, that does not overlap the next."""
    proposal = tiny_zones()
    file = tmp_path / "zones.geojson"
    file.write_text(json.dumps(proposal.geojson()), encoding="utf-8")
    frame = geopandas.read_file(file)
    assert len(frame) == len(proposal.zones)
    assert frame.geometry.is_valid.all()
    assert not frame.geometry.is_empty.any()
    assert set(frame.geometry.geom_type) <= {"Polygon", "MultiPolygon"}
    west, south, east, north = frame.total_bounds
    assert -5.7 < west < east < -5.3
    assert 56.2 < south < north < 56.5
    first, second = frame.to_crs("EPSG:27700").geometry
    assert first.intersection(second).area < 1.0


def test_every_home_lies_in_the_outline_of_its_zone() -> None:
    """The drawn zone is the one that the client is counted in."""
    area = tiny_area()
    outlines = tiny_zones().outlines.geometry
    zone_of = {name: zone.number for zone in tiny_zones().zones for name in zone.areas}
    for client in area.dataset.clients:
        zone = zone_of[area.small_areas.area_of[client.client_id]]
        assert outlines[zone - 1].buffer(1e-4).contains(shapely.Point(client.lon, client.lat))


def test_no_person_is_named_in_the_geojson() -> None:
    """Neither clients nor carers appear by id."""
    text = json.dumps(tiny_zones().geojson())
    for client in tiny_area().dataset.clients:
        assert client.client_id not in text
    for carer in tiny_area().dataset.carers:
        assert carer.carer_id not in text


def test_the_same_seed_gives_the_same_zones() -> None:
    """A proposal can be made again."""
    again = propose(tiny_area(), ZoneRequest(n_zones=2, seed=3))
    assert again.geojson() == tiny_zones().geojson()


def test_more_zones_than_areas_are_as_many_as_areas() -> None:
    """Nobody gets an empty zone, and nobody an error."""
    assert len(zones(50).zones) == len(tiny_area().small_areas.names)


def test_without_a_number_zones_follow_the_hours() -> None:
    """An area of a few contact hours is still cut in two: one zone would be no proposal."""
    assert len(propose(tiny_area(), ZoneRequest(seed=3)).zones) == 2
