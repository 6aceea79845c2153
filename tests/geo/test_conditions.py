"""Conditions: winter, darkness, visitors and cautious drivers make the same roads slower."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import numpy as np
import pytest

from geo.conditions import Conditions, conditions_at, under, walk_from_road_s
from geo.graph import build_graph
from geo.speed_table import DEFAULT, SpeedTable
from geo.types import CLOSED_MS
from tests.geo.roads import raw_roads, road

SPOTS = [(0.0, 0.0), (1000.0, 0.0), (2000.0, 0.0), (3000.0, 0.0)]
GRAPH = build_graph(raw_roads(SPOTS, road(0, 1), road(1, 2, lanes="2"), road(2, 3, highway="footway")))


@pytest.mark.parametrize(
    ("conditions", "single", "wide"),
    [
        (Conditions(), 1.0, 1.0),
        (Conditions(winter=True), 1.1, 1.1),
        (Conditions(winter=True, dark=True), 1.1, 1.1),
        (Conditions(visitors=True), 1.1, 1.0),
        (Conditions(dark=True, visitors=True, cautious=True), 1.331, 1.21),
    ],
)
def test_factors_of_cars(conditions: Conditions, single: float, wide: float) -> None:
    """Winter and darkness count once, a cautious driver on top, visitors on single track only."""
    ratio = under(GRAPH, conditions).arc_ms["car"] / GRAPH.arc_ms["car"]
    expected = np.array([single, wide, 1.0])[GRAPH.way]
    passable = GRAPH.arc_ms["car"] != CLOSED_MS
    assert ratio[passable] == pytest.approx(expected[passable], rel=1e-4)


def test_what_is_closed_stays_closed_and_walkers_are_not_slowed() -> None:
    """A closed arc has no time to lengthen; feet know no season; only weights are new."""
    slow = under(GRAPH, Conditions(winter=True, visitors=True, cautious=True))
    assert np.array_equal(slow.arc_ms["car"] == CLOSED_MS, GRAPH.arc_ms["car"] == CLOSED_MS)
    assert np.array_equal(slow.arc_ms["foot"], GRAPH.arc_ms["foot"])
    assert slow.tail is GRAPH.tail


def test_the_factors_are_those_of_the_table() -> None:
    """An area with harder winters says so in its table."""
    hard = replace(DEFAULT.modes["car"], conditions={"winter": 1.5})
    table = SpeedTable(modes={**DEFAULT.modes, "car": hard})
    slow = under(GRAPH, Conditions(winter=True, cautious=True), table)
    assert slow.arc_ms["car"][0] == pytest.approx(1.5 * GRAPH.arc_ms["car"][0], abs=1)


@pytest.mark.parametrize(
    ("instant", "expected"),
    [
        (datetime(2026, 1, 15, 12, tzinfo=UTC), Conditions(winter=True)),
        (datetime(2026, 1, 15, 7, 30, tzinfo=UTC), Conditions(winter=True, dark=True)),
        (datetime(2026, 1, 15, 9, 30, tzinfo=UTC), Conditions(winter=True)),
        (datetime(2026, 6, 21, 22, 0, tzinfo=UTC), Conditions(visitors=True)),
        (datetime(2026, 6, 21, 23, 59, tzinfo=UTC), Conditions(visitors=True, dark=True)),
        (datetime(2026, 10, 1, 12, tzinfo=UTC), Conditions()),
    ],
)
def test_season_and_sun(instant: datetime, expected: Conditions) -> None:
    """In Oban a January morning is dark until eight, and a June evening light until eleven."""
    assert conditions_at(instant, -5.47, 56.41) == expected


@pytest.mark.parametrize(("dist_m", "seconds"), [(0, 0), (75, 0), (125, 60), (1075, 1200)])
def test_the_walk_from_the_road(dist_m: float, seconds: int) -> None:
    """Beyond 75 m from the road somebody walks at 3 km/h."""
    assert walk_from_road_s(dist_m) == seconds
