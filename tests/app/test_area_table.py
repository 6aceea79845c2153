"""The table of small areas: what neither road nor boat reaches is listed, not hidden."""

from __future__ import annotations

from dataclasses import replace

from app.services.area_table import area_table
from app.services.neighbours import neighbours
from tests.app.areas import tiny_area


def test_an_isle_without_a_boat_is_listed_as_not_reached() -> None:
    """With its boat every area is reached; without, the areas of the isle stay in the table and say so."""
    area = tiny_area()
    assert all(row.reached for row in area_table(area))
    cut_off = replace(area, travel=replace(area.travel, departures=()))
    rows = area_table(cut_off)
    land = area.travel.places.landmass
    names = {"Mainland": set[str](), "Isle": set[str]()}
    for client in area.dataset.clients:
        row = area.travel.places.row_of_client[client.client_id]
        names[land[row]].add(area.small_areas.area_of[client.client_id])
    unreached = {row.name for row in rows if not row.reached}
    assert unreached in (names["Isle"], names["Mainland"])
    assert len(rows) == len(area.small_areas.names)


def test_a_boat_makes_neighbours() -> None:
    """Some pair of areas touches only because a boat sails."""
    area = tiny_area()
    by_road = {edge[:2] for edge in neighbours(replace(area, travel=replace(area.travel, departures=())))}
    assert {edge[:2] for edge in neighbours(area)} > by_road
