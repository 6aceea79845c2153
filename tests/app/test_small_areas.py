"""Small areas: everybody is in one, they never cross water, and contact hours count both carers."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from app.services.small_areas import contact_hours, expected_travel_hours, hours_by_provider_and_area
from tests.app.areas import tiny_area
from tests.app.datasets import GOOD


def test_everybody_lives_in_one_named_area() -> None:
    """Each client has an area, each area a name of its own and a middle among its own clients."""
    area = tiny_area()
    areas = area.small_areas
    assert set(areas.area_of) == {client.client_id for client in area.dataset.clients}
    assert set(areas.area_of.values()) == set(areas.names)
    assert len(set(areas.names)) == len(areas.names)
    rows = [area.travel.places.row_of_client[client.client_id] for client in area.dataset.clients]
    for label, middle in enumerate(areas.centre.tolist()):
        assert areas.labels[rows.index(middle)] == label


def test_no_area_lies_on_both_sides_of_the_water() -> None:
    """A carer serves an area without a boat."""
    area = tiny_area()
    land_of: dict[str, set[str]] = {}
    for client in area.dataset.clients:
        row = area.travel.places.row_of_client[client.client_id]
        land_of.setdefault(area.small_areas.area_of[client.client_id], set()).add(area.travel.places.landmass[row])
    assert all(len(lands) == 1 for lands in land_of.values())
    assert {land for lands in land_of.values() for land in lands} == {"Mainland", "Isle"}


def test_contact_hours_count_both_carers() -> None:
    """Half an hour for two carers is an hour; who has no visit has none."""
    hours = contact_hours(replace(GOOD, visits=GOOD.visits[:1]))
    assert hours == {"C1": 1.0, "C2": 0.0}


def test_hours_add_up_whoever_serves() -> None:
    """Hours by provider and area are a sum over clients: no hour is lost, and another provider takes them along."""
    area = tiny_area()
    today = {row.client_id: row.provider_id for row in area.dataset.allocation}
    total = sum(contact_hours(area.dataset).values())
    hours = hours_by_provider_and_area(area.dataset, area.small_areas, today)
    assert sum(hours.values()) == pytest.approx(total)
    assert area.small_areas.load_h.sum() == pytest.approx(total)
    one = hours_by_provider_and_area(area.dataset, area.small_areas, dict.fromkeys(today, "P01"))
    assert {provider for provider, _ in one} == {"P01"}
    assert sum(one.values()) == pytest.approx(total)


def test_expected_travel_grows_with_distance_and_visits() -> None:
    """A lone farm ten minutes from the next is an hour for six calls; an islander nobody drives to is none."""
    near_s = np.array([[0, 60, 600, 0], [60, 0, 600, 0], [600, 600, 0, 0], [0, 0, 0, 0]], dtype=np.int32)
    reachable = np.ones((4, 4), dtype=bool)
    reachable[3, :3] = reachable[:3, 3] = False
    clients = tuple(replace(GOOD.clients[0], client_id=f"C{number}") for number in range(4))
    visits = tuple(
        replace(GOOD.visits[0], visit_id=f"V{number}", client_id=f"C{number % 4}", carers_needed=1 + number % 2)
        for number in range(12)
    )
    hours = expected_travel_hours(replace(GOOD, clients=clients, visits=visits), near_s, reachable)
    assert hours.tolist() == pytest.approx([3 * 330 / 3600, 6 * 330 / 3600, 3 * 600 / 3600, 0])


def test_travel_counts_towards_the_size_of_an_area() -> None:
    """Care and expected travel together are known for every area."""
    areas = tiny_area().small_areas
    assert areas.travel_h.shape == areas.load_h.shape
    assert (areas.travel_h >= 0).all()
    assert areas.travel_h.sum() > 0
