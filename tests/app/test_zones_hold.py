"""Which zones hold under circumstances: on the tiny area with its one boat."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.services.circumstances import USUAL, circumstances
from app.services.propose_zones import propose
from app.services.requests import ZoneRequest
from app.services.zones_hold import zones_under, zones_without
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


def test_a_provider_that_leaves_takes_the_choice_with_it() -> None:
    """With one provider fewer some zone has no second provider, and those that keep two hold."""
    area = tiny_area()
    proposal = propose(area, ZoneRequest(n_zones=2, seed=3, points=1))
    gone = proposal.zones[0].prime
    assert gone is not None
    assert not all(zone.holds for zone in zones_without(area, proposal, gone))
    assert all(zone.holds for zone in zones_without(area, proposal, "nobody"))
