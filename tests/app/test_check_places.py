"""Checks of where homes are: each kind of doubt is told at its row, without a position, and only the sea refuses."""

from __future__ import annotations

from dataclasses import replace

import pytest
import shapely

from app.services.check_places import PlaceReport, check_places
from geo.fix import LocatedBy
from geo.land import Land
from tests.app.areas import tiny_dataset, tiny_graph
from tests.app.datasets import GOOD

LORN = Land(shape=shapely.box(-6.0, 56.0, -5.0, 57.0))


def checked(*, lat: float | None = None, land: Land | None = None, boundary: Land | None = None) -> PlaceReport:
    """Check the good data set, its first client moved to another latitude."""
    first, *others = GOOD.clients
    moved = first if lat is None else replace(first, lat=lat)
    return check_places(replace(GOOD, clients=(moved, *others)), land=land, boundary=boundary)


def test_a_good_data_set_has_nothing_to_tell() -> None:
    """With land, boundary and roads known, every check passes and nothing is left out."""
    west, east = replace(GOOD.clients[0], lat=56.4, lon=-5.47), replace(GOOD.clients[1], lat=56.4252, lon=-5.4)
    dataset = replace(tiny_dataset(), clients=(west, east), visits=())
    report = check_places(dataset, land=LORN, boundary=LORN, graph=tiny_graph())
    assert report == PlaceReport(errors=(), warnings=(), unchecked=())


def test_what_is_not_checked_is_said() -> None:
    """Without land, boundary and roads the report says so, and how to load them."""
    unchecked = checked().unchecked
    assert len(unchecked) == 3
    for line, command in zip(unchecked, ("places land", "places boundary", "network import"), strict=True):
        assert f"rota {command}" in line


@pytest.mark.parametrize(
    ("lat", "errors", "warnings"),
    [(57.0005, 0, 0), (57.001, 0, 1), (57.004, 0, 1), (57.006, 1, 0)],
    ids=["46 m is within its accuracy", "101 m", "435 m", "658 m"],
)
def test_the_sea_refuses_and_the_shore_warns(lat: float, errors: int, warnings: int) -> None:
    """Over fifty metres off the land is a warning and over five hundred an error, beyond what the home may be off."""
    report = checked(lat=lat, land=LORN)
    assert (len(report.errors), len(report.warnings)) == (errors, warnings)
    for fault in report.errors + report.warnings:
        assert (fault.file, fault.row, fault.column) == ("clients.csv", 2, "lat")
        assert "from any land" in fault.message
        assert "57.0" not in str(fault)


def test_carers_are_held_against_the_sea_but_not_the_boundary() -> None:
    """A carer may live in the next county; nobody lives in the sea."""
    away = replace(GOOD, carers=tuple(replace(row, lat=58.5) for row in GOOD.carers))
    report = check_places(away, land=LORN, boundary=LORN)
    assert [(fault.file, fault.row) for fault in report.errors] == [("carers.csv", 2), ("carers.csv", 3)]
    assert report.warnings == ()


def test_a_client_outside_the_area_is_a_warning() -> None:
    """Someone may be placed across the border, so nothing is refused."""
    report = checked(lat=57.2, boundary=LORN)
    assert report.errors == ()
    assert ["outside the area" in fault.message for fault in report.warnings] == [True]


def test_a_postcode_in_a_glen_is_a_warning() -> None:
    """A home that may be a kilometre off its point is told, with how it was located."""
    glen = replace(GOOD.clients[0], accuracy_m=927, located_by=LocatedBy.POSTCODE)
    town = replace(GOOD.clients[1], accuracy_m=73, located_by=LocatedBy.POSTCODE)
    [warning] = check_places(replace(GOOD, clients=(glen, town))).warnings
    assert warning.row == 2
    assert "927 m off: it was located by postcode alone" in warning.message
    assert "UPRN" in warning.action


@pytest.mark.parametrize(("sharing", "warnings"), [(5, 0), (6, 1)])
def test_a_pin_that_many_share_is_a_warning(sharing: int, warnings: int) -> None:
    """Five in sheltered housing are nothing; six at one point are told once, at the first of them."""
    clients = tuple(replace(GOOD.clients[0], client_id=f"C{number}") for number in range(sharing))
    found = check_places(replace(GOOD, clients=clients, visits=())).warnings
    assert [(fault.row, f"{sharing} clients" in fault.message) for fault in found] == [(2, True)] * warnings


def test_the_same_person_twice_is_a_warning() -> None:
    """Two clients at one point with the same visits are told; a couple with visits of their own is not."""
    one = GOOD.clients[0]
    other = replace(one, client_id="C9")
    visit = GOOD.visits[0]
    again = replace(visit, visit_id="V9", client_id="C9")
    twice = check_places(replace(GOOD, clients=(one, other), visits=(visit, again))).warnings
    assert [(fault.row, fault.message) for fault in twice] == [(3, "the same point and the same visits as in row 2")]
    couple = replace(again, duration_minutes=45)
    assert check_places(replace(GOOD, clients=(one, other), visits=(visit, couple))).warnings == ()
