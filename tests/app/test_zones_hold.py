"""Which zones hold under circumstances: on the tiny area with its one boat."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from app.services.circumstances import USUAL, circumstances
from app.services.propose_zones import propose
from app.services.requests import ZoneRequest
from app.services.zones_hold import propose_with_seasons, zones_staffed, zones_under, zones_without
from geo.speed_table import DEFAULT
from tests.app.areas import tiny_area

if TYPE_CHECKING:
    from pathlib import Path

ONE = ZoneRequest(n_zones=1, seed=3, points=1)


def test_everything_holds_on_a_usual_day(tmp_path: Path) -> None:
    """Nothing changes, nothing breaks."""
    area = tiny_area()
    assert all(zone.holds for zone in zones_under(area, propose(area, ONE), USUAL, tmp_path))


def test_a_zone_over_the_boat_falls_apart_without_it(tmp_path: Path) -> None:
    """One zone for isle and mainland does not hold when no boat sails; it says why."""
    area = tiny_area()
    day = circumstances(["ferry Namara - Baile"])
    (zone,) = zones_under(area, propose(area, ONE), day, tmp_path)
    assert not zone.holds
    assert "no road or boat joins" in zone.reasons[0]


def test_seasons_are_told_with_the_proposal(tmp_path: Path) -> None:
    """Winter, summer, the one boat, and each provider that leads or stands in are told zone by zone when asked for."""
    area = tiny_area()
    assert "seasons" not in propose_with_seasons(area, ONE, tmp_path, DEFAULT)
    found = propose_with_seasons(area, replace(ONE, seasons=True, summer_staff_pct=0.0), tmp_path, DEFAULT)["seasons"]
    told = {season["when"]: season for season in found}
    assert told["no boat Port Namara - Baile Ur"]["holds"] is False
    assert told["winter, with 90 % of carers' hours"]["zones"][0]["zone"] == 1
    (summer,) = told["summer, with 0 % of carers' hours"]["zones"]
    assert "carers who live near have 0 hours a day" in summer["reasons"][0]
    leading = {proposed for zone in propose(area, ONE).zones for proposed in (zone.prime, zone.secondary)} - {None}
    assert len([when for when in told if when.endswith(" leaves")]) == len(leading)


def test_carers_count_where_they_live_near() -> None:
    """With all of their hours there is enough for the work; each zone falls when next to nobody is left."""
    area = tiny_area()
    plan = propose(area, ZoneRequest(n_zones=2, seed=3, points=1)).plan
    assert all(zone.holds for zone in zones_staffed(area, plan, 100.0))
    assert not any(zone.holds for zone in zones_staffed(area, plan, 1.0))


def test_a_provider_that_leaves_takes_the_choice_with_it() -> None:
    """With one provider fewer some zone has no second provider, and those that keep two hold."""
    area = tiny_area()
    proposal = propose(area, ZoneRequest(n_zones=2, seed=3, points=1))
    gone = proposal.zones[0].prime
    assert gone is not None
    assert not all(zone.holds for zone in zones_without(area, proposal, gone))
    assert all(zone.holds for zone in zones_without(area, proposal, "nobody"))
