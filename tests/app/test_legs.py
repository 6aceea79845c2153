"""The legs of stored runs follow the roads, take the boats that were planned, and end at the doors."""

from __future__ import annotations

from types import SimpleNamespace
from typing import TYPE_CHECKING, cast

import pytest

from app.services.legs import legs_of
from app.services.timetables import boats_of_day
from tests.app.areas import tiny_dataset, tiny_graph

if TYPE_CHECKING:
    from app.db.plans import Run


def a_run(*stops: tuple[str, tuple[str, ...]], home_boats: tuple[str, ...] = ()) -> Run:
    """Let the first carer of the mainland visit clients; each stop is a client and the boats on the way there."""
    carer = next(carer for carer in tiny_dataset().carers if carer.lon > -5.5 and carer.mode == "car")
    there = [SimpleNamespace(visit=f"visit of {client}", client=client, boats=boats) for client, boats in stops]
    run = SimpleNamespace(
        shift="S1", carer=carer.carer_id, provider=carer.provider_id, stops=there, home_boats=home_boats
    )
    return cast("Run", run)


def test_a_leg_by_road_runs_from_door_to_door_and_names_its_roads() -> None:
    """Port Namara to Glen Liath is over the A900, as the line and the metres say."""
    dataset = tiny_dataset()
    glen = max(dataset.clients, key=lambda client: client.lon)
    out, back = legs_of(dataset, tiny_graph(), [a_run((glen.client_id, ()))])
    assert (out.from_visit, out.to_visit, back.to_visit) == (None, f"visit of {glen.client_id}", None)
    assert "A900" in out.roads
    assert out.road_m > 3000
    assert out.line.coords[-1] == pytest.approx((glen.lon, glen.lat), abs=1e-5)
    assert out.as_feature()["geometry"]["type"] == "LineString"


def test_a_leg_with_a_boat_names_it_between_the_roads() -> None:
    """To the isle and back: the crossing stands in the words, and a boat that nobody knows leaves its leg out."""
    dataset = tiny_dataset()
    isle = min(dataset.clients, key=lambda client: client.lon)
    rows = {port.port_id: row for row, port in enumerate(dataset.ports)}
    over = next(boat for boat in boats_of_day(dataset, dataset.day, rows) if boat.from_port == rows["pier"])
    (out,) = legs_of(dataset, tiny_graph(), [a_run((isle.client_id, (over.id,)), home_boats=("gone@25:00",))])
    assert "ferry Namara - Baile" in out.roads
    assert not out.roads.startswith("ferry")
