"""Which zones hold under circumstances: on the tiny area with its one boat."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

import pytest

from app.services.circumstances import circumstances
from app.services.propose_zones import propose
from app.services.requests import ZoneRequest
from app.services.zones_hold import (
    in_season,
    propose_with_seasons,
    usual_day,
    without_provider,
    zones_on,
    zones_under,
    zones_without,
)
from geo.speed_table import DEFAULT
from tests.app.areas import tiny_area

if TYPE_CHECKING:
    from pathlib import Path

    from app.services.open_area import OpenArea

ONE = ZoneRequest(n_zones=1, seed=3, points=1)
TWO = ZoneRequest(n_zones=2, seed=3, points=1)
BOAT = "without the boat Port Namara - Baile Ur"


def nobody_on_the_isle() -> OpenArea:
    """Take the one provider away whose carers live on the isle."""
    area = tiny_area()
    return replace(area, dataset=without_provider(area.dataset, "P01"))


def no_boats(area: OpenArea) -> OpenArea:
    """Let no boat sail."""
    return replace(area, travel=replace(area.travel, departures=()))


def test_everything_holds_on_a_usual_day() -> None:
    """Nothing changes, nothing breaks, and nobody is on their own: carers of the mainland could come to the isle."""
    area = tiny_area()
    (zone,) = zones_on(usual_day(area, propose(area, ONE)), area)
    assert (zone.holds, zone.alone, zone.name) == (True, (), "Port Namara with Isle")


def test_a_part_that_is_cut_off_holds_by_its_own_carers_only() -> None:
    """Without its boat the isle is told to be alone where its own carers suffice; else the reason names both."""
    area = tiny_area()
    usual = usual_day(area, propose(area, ONE))
    (zone,) = zones_on(usual, no_boats(area), without=BOAT)
    assert (zone.holds, zone.alone) == (True, ("Isle",))
    told = zones_on(usual_day(area, propose(area, TWO)), no_boats(area), without=BOAT)
    assert sorted(zone.alone for zone in told) == [(), ("Isle",)]  # a zone of its own is as much alone
    empty = nobody_on_the_isle()
    usual = usual_day(empty, propose(area, ONE))
    (zone,) = zones_on(usual, empty)
    assert zone.holds  # by boat, within a shift
    (zone,) = zones_on(usual, no_boats(empty), without=BOAT)
    (reason,) = zone.reasons
    assert reason.startswith("carers who live near Isle have 0 hours a day for 7 of work")
    assert reason.endswith(f"return within a shift {BOAT}")


def test_whoever_cannot_be_home_within_a_shift_is_no_help() -> None:
    """Carers of the mainland whose shift is over before they could be back by boat are not counted for the isle."""
    empty = nobody_on_the_isle()
    short = tuple(replace(row, end=row.start + 3600) for row in empty.dataset.shifts)
    brief = replace(empty, dataset=replace(empty.dataset, shifts=short))
    (zone,) = zones_on(usual_day(empty, propose(tiny_area(), ONE)), brief)
    assert any("Isle" in reason for reason in zone.reasons)


def test_a_ferry_that_is_shut_is_told_by_its_name(tmp_path: Path) -> None:
    """A closure in words counts like a boat less."""
    area = tiny_area()
    day = circumstances(["ferry Namara - Baile"])
    (zone,) = zones_under(usual_day(area, propose(area, ONE)), day, tmp_path, without="while it is shut")
    assert zone.alone == ("Isle",)


def test_seasons_are_told_with_the_proposal(tmp_path: Path) -> None:
    """A usual day, winter, summer, the one boat, and each provider that leads or stands in are told zone by zone when
    asked for, and each zone on the map says when it does not hold."""
    area = tiny_area()
    assert "seasons" not in propose_with_seasons(area, ONE, tmp_path, DEFAULT)
    found = propose_with_seasons(area, replace(ONE, seasons=True, summer_staff_pct=0.0), tmp_path, DEFAULT)
    told = {season["when"]: season for season in found["seasons"]}
    assert told["a usual day"]["holds"]
    assert told["no boat Port Namara - Baile Ur"]["zones"][0]["alone"] == ["Isle"]
    assert told["winter, with 90 % of carers' hours"]["zones"][0]["zone"] == 1
    (summer,) = told["summer, with 0 % of carers' hours"]["zones"]
    assert "carers who live near Port Namara have 0 hours a day" in summer["reasons"][0]
    assert found["features"][0]["properties"]["does_not_hold"] == ["summer, with 0 % of carers' hours"]
    leading = {proposed for zone in propose(area, ONE).zones for proposed in (zone.prime, zone.secondary)} - {None}
    assert len([when for when in told if when.endswith(" leaves")]) == len(leading)


def test_boats_that_nobody_of_the_area_needs_are_not_told(tmp_path: Path) -> None:
    """A crossing whose pier is far from every home is none of the area's."""
    area = tiny_area()
    port = area.travel.places.row_of_port["slip"]
    road = area.travel.roads["car"]
    far_s = road.travel_s.copy()
    far_s[:, port] = 3 * 3600
    travel = replace(area.travel, roads={**area.travel.roads, "car": replace(road, travel_s=far_s)})
    found = propose_with_seasons(replace(area, travel=travel), replace(ONE, seasons=True), tmp_path, DEFAULT)
    assert not [season for season in found["seasons"] if season["when"].startswith("no boat")]


@pytest.mark.parametrize(("there_pct", "holds"), [(100.0, True), (1.0, False)])
def test_carers_count_where_they_live_near(there_pct: float, holds: bool) -> None:  # noqa: FBT001 - a case
    """With all of their hours there is enough for the work; each zone falls when next to nobody is left."""
    area = tiny_area()
    told = zones_on(usual_day(area, propose(area, TWO)), area, pct=there_pct)
    assert {zone.holds for zone in told} == {holds}


def test_a_provider_that_leaves_takes_the_choice_and_its_carers_with_it() -> None:
    """With one provider fewer some zone has no second provider, and those that keep two hold."""
    area = tiny_area()
    proposal = propose(area, TWO)
    gone = proposal.zones[0].prime
    assert gone is not None
    usual = usual_day(area, proposal)
    assert not all(zone.holds for zone in zones_without(usual, gone))
    assert all(zone.holds for zone in zones_without(usual, "nobody"))


def test_a_season_has_its_own_timetable_where_boats_are_dated() -> None:
    """The same weekday in January is looked up, unless nothing is known of some line on that day."""
    dataset = tiny_area().dataset
    assert in_season(dataset, 1, 15) == (dataset, "")
    dated = replace(dataset, sailings=tuple(replace(row, valid_from=date(2026, 1, 1)) for row in dataset.sailings))
    found, said = in_season(dated, 1, 15)
    assert (found.day, found.day.weekday()) == (date(2027, 1, 19), dataset.day.weekday())
    assert said == " and the boats of 19 January 2027"
    ended = replace(dated, sailings=tuple(replace(row, valid_to=dataset.day) for row in dated.sailings))
    assert in_season(ended, 1, 15) == (ended, "")
