"""Homes against the roads: whom planning would refuse is named by file and row, and nobody else."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from app.services.locate import off_network_faults
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
