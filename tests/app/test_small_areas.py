"""Small areas: everybody is in one, they never cross water, and contact hours count both carers."""

from __future__ import annotations

from dataclasses import replace

import pytest

from app.services.small_areas import contact_hours, hours_by_provider_and_area, shared_glens
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


def test_a_shared_glen_has_several_providers() -> None:
    """Where one provider serves everybody no glen is shared, whatever the roads are like."""
    area = tiny_area()
    alone = replace(area.dataset, allocation=tuple(replace(row, provider_id="P01") for row in area.dataset.allocation))
    assert shared_glens(alone, area.travel) == []
    assert all(len(glen.providers) > 1 for glen in shared_glens(area.dataset, area.travel))
