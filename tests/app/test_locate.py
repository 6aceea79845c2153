"""Homes against the roads: whom planning would refuse is named by file and row, and nobody else."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import shapely

from app.services.locate import off_network_faults, road_warnings
from geo.land import Land
from geo.types import CLOSED_MS
from tests.app.areas import tiny_dataset, tiny_graph


def test_homes_on_the_roads_have_no_fault() -> None:
    """The area as it was made passes, and so does one without anybody."""
    assert off_network_faults(tiny_dataset(), tiny_graph()) == []
    assert off_network_faults(replace(tiny_dataset(), clients=(), carers=()), tiny_graph()) == []


def test_every_home_off_the_roads_is_told_once_without_its_position() -> None:
    """A client and a carer twenty kilometres north: each has one fault, with its row, all modes and what to do."""
    dataset = tiny_dataset()
    clients, carers = list(dataset.clients), list(dataset.carers)
    clients[3] = replace(clients[3], lat=clients[3].lat + 0.2)
    carers[0] = replace(carers[0], lat=carers[0].lat + 0.2, mode="foot")
    faults = off_network_faults(replace(dataset, clients=tuple(clients), carers=tuple(carers)), tiny_graph())
    assert [(fault.file, fault.row, fault.column) for fault in faults] == [
        ("clients.csv", 5, "lat"),
        ("carers.csv", 2, "lat"),
    ]
    for fault, home in zip(faults, (clients[3], carers[0]), strict=True):
        assert "open to car or foot" in fault.message
        assert f"{home.lat:.2f}" not in str(fault)
        assert "road network" in fault.action


def test_a_pier_off_the_roads_is_told_as_a_pier() -> None:
    """A boat that nobody can get to is a fault of ports.csv, in words of its own."""
    ports = (tiny_dataset().ports[0], replace(tiny_dataset().ports[1], lat=tiny_dataset().ports[1].lat + 0.2))
    (fault,) = off_network_faults(replace(tiny_dataset(), ports=ports), tiny_graph())
    assert (fault.file, fault.row) == ("ports.csv", 3)
    assert fault.message.startswith("the pier is more than a kilometre")


def test_a_home_must_be_on_the_roads_of_every_mode_in_use() -> None:
    """Where nobody may walk, carers who drive have no fault; with one who walks, every home has."""
    graph = tiny_graph()
    closed = np.full_like(graph.arc_ms["foot"], CLOSED_MS)
    no_feet = replace(graph, arc_ms={**graph.arc_ms, "foot": closed})
    driving = tuple(replace(row, mode="car") for row in tiny_dataset().carers)
    walking = (replace(driving[0], mode="foot"), *driving[1:])
    assert off_network_faults(replace(tiny_dataset(), carers=driving), no_feet) == []
    faults = off_network_faults(replace(tiny_dataset(), carers=walking), no_feet)
    assert len(faults) == len(tiny_dataset().clients) + len(driving) + len(tiny_dataset().ports)
    assert all(fault.message.endswith("open to foot") for fault in faults)


def test_a_pier_is_held_to_the_land_it_stands_on() -> None:
    """Moved to the isle, a pier of the mainland is a fault, though a road of the isle is at its feet."""
    pier, slip = tiny_dataset().ports
    across = replace(pier, lat=slip.lat, lon=slip.lon)
    (fault,) = off_network_faults(replace(tiny_dataset(), ports=(across, slip)), tiny_graph())
    assert (fault.file, fault.row) == ("ports.csv", 2)


def test_odd_ways_to_a_door_are_told_and_stop_nothing() -> None:
    """A home half a kilometre off the road, and homes beyond water, have warnings; short walks are counted."""
    dataset = tiny_dataset()
    far, wet, near, *others = dataset.clients
    moved = (
        replace(far, lat=56.4312, lon=-5.4019),
        replace(wet, lat=56.4275, lon=-5.4019),
        replace(near, lat=56.4278, lon=-5.4019),
        *others,
    )
    changed = replace(dataset, clients=moved)
    water = shapely.box(-5.5, 56.4268, -5.3, 56.4274)
    dry = Land(shape=shapely.difference(shapely.box(-6, 56, -5, 57), water))
    assert road_warnings(dataset, tiny_graph(), dry) == []
    assert off_network_faults(changed, tiny_graph()) == []
    found = road_warnings(changed, tiny_graph(), dry)
    told = [(warning.file, warning.row, warning.message.split(" m ")[-1]) for warning in found]
    assert [(file, row) for file, row, _ in told] == [("clients.csv", row) for row in (2, 2, 3, 4, None)]
    assert "away; check the position" in found[0].message
    assert sum("are water" in warning.message for warning in found) == 3
    assert found[-1].message == "2 place(s) are over 75 m from the nearest road"


def test_a_home_that_no_road_joins_to_any_carer_is_told() -> None:
    """With neither carers nor piers on the isle, its clients need a ferry that the data set does not have."""
    dataset = tiny_dataset()
    isle = [row for row, client in enumerate(dataset.clients, start=2) if client.lon < -5.5]
    carers = tuple(carer for carer in dataset.carers if carer.lon > -5.5)
    alone = replace(dataset, carers=carers, ports=(), sailings=())
    found = road_warnings(alone, tiny_graph())
    assert [warning.row for warning in found] == isle
    assert all("needs a ferry" in warning.message for warning in found)
