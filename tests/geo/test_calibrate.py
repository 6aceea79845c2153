"""Calibration: factors are found again from noisy journeys with outliers, and proved on journeys held back."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from itertools import product
from typing import TYPE_CHECKING

import numpy as np
import pytest

from geo.calibrate import Fit, Observation, fit_speeds
from geo.conditions import Conditions, under
from geo.errors import TooFewJourneys
from geo.graph import build_graph
from geo.matrix import travel_ms
from geo.speed_table import DEFAULT, SpeedTable
from tests.geo.roads import places, raw_roads, road

if TYPE_CHECKING:
    from geo.types import RawRoads, RoadGraph, Snaps

SIDE = 12
TRUTH = {"trunk": 1.25, "secondary single track": 1.6, "tertiary": 0.8}


@cache
def country() -> RawRoads:
    """Lay a grid a kilometre wide: trunk and tertiary roads east and west, single track north and south, one track."""
    spots = [*((1000.0 * x, 1000.0 * y) for y, x in product(range(SIDE), repeat=2)), (-900.0, 0.0)]
    ways = [road(0, SIDE * SIDE, id=9999, highway="track", lanes="2")]
    for node in range(SIDE * SIDE):
        if (node + 1) % SIDE:
            highway = "trunk" if node // SIDE % 3 else "tertiary"
            ways.append(road(node, node + 1, id=node + 1, lanes="2", highway=highway))
        if node + SIDE < SIDE * SIDE:
            ways.append(road(node, node + SIDE, id=1000 + node, highway="secondary"))
    return raw_roads(spots, *ways)


def true_table() -> SpeedTable:
    """Return the speeds that people really have."""
    car = replace(
        DEFAULT.modes["car"],
        two_lane_factor={"trunk": 1 / TRUTH["trunk"], "tertiary": 1 / TRUTH["tertiary"]},
        single_track_factor={"secondary": 1 / TRUTH["secondary single track"]},
    )
    return SpeedTable(modes={**DEFAULT.modes, "car": car})


def journeys(n: int, *, seed: int = 1, door_s: float = 180.0) -> tuple[RoadGraph, Snaps, list[Observation]]:
    """Record journeys with 8 % noise on true speeds, a tenth of them far off: a coffee, or a wrong clock."""
    rng = np.random.default_rng(seed)
    graph, real = build_graph(country()), build_graph(country(), true_table())
    on_grid = np.flatnonzero([graph.way_classes[way] != "track" for way in graph.way])
    homes = places(*((int(arc), 0.5) for arc in rng.choice(on_grid, size=60, replace=False)))
    winter = under(real, Conditions(winter=True))
    usual_ms, winter_ms = (travel_ms(roads, "car", homes)[0] for roads in (real, winter))
    observations = []
    while len(observations) < n:
        origin, destination = (int(row) for row in rng.choice(60, size=2, replace=False))
        is_winter = bool(rng.random() < 0.3)
        took_s = (winter_ms if is_winter else usual_ms)[origin, destination] / 1000
        took_s = took_s * float(np.exp(rng.normal(0, 0.08))) + door_s
        if rng.random() < 0.1:
            took_s *= float(rng.choice([0.3, 2.5, 4.0]))
        observations.append(
            Observation(
                origin=origin,
                destination=destination,
                observed_s=took_s,
                conditions=Conditions(winter=is_winter),
            )
        )
    return graph, homes, observations


@pytest.fixture(scope="module")
def found() -> Fit:
    """Fit 300 journeys."""
    graph, homes, observations = journeys(300)
    return fit_speeds(graph, homes, observations, table=DEFAULT)


def test_factors_are_found_again(found: Fit) -> None:
    """Noise of 8 % and a tenth of outliers move no factor by more than 8 %, and the door by no more than a minute."""
    assert found.factors == {name: pytest.approx(factor, rel=0.08) for name, factor in TRUTH.items()}
    assert found.door_s == pytest.approx(180, abs=60)
    assert (found.fitted, found.overall.journeys, found.left_out) == (225, 75, 0)


def test_the_error_on_journeys_held_back_falls(found: Fit) -> None:
    """The median error halves at least, and that of each class that many journeys depend on falls too."""
    assert found.overall.before_pct is not None
    assert found.overall.after_pct is not None
    assert found.overall.after_pct < 0.5 * found.overall.before_pct
    assert found.overall.after_pct < 9
    for error in found.by_class.values():
        if error.journeys >= 10:
            assert (error.after_pct or 0) < (error.before_pct or 0)
    assert sum(error.journeys for error in found.by_class.values()) == found.overall.journeys


def test_a_network_built_with_the_found_table_has_the_found_times(found: Fit) -> None:
    """The table is what the factors say: each class takes so many times as long, and other modes are as they were."""
    before, after = build_graph(country()), build_graph(country(), found.table)
    factor = {"trunk": "trunk", "secondary": "secondary single track", "tertiary": "tertiary"}
    for arc, way in enumerate(before.way.tolist()):
        if before.way_classes[way] in factor:
            times = found.factors[factor[before.way_classes[way]]]
            assert after.arc_ms["car"][arc] == pytest.approx(before.arc_ms["car"][arc] * times, rel=1e-3)
    assert np.array_equal(after.arc_ms["bike"], before.arc_ms["bike"])


def test_fitting_again_from_the_found_table_changes_little(found: Fit) -> None:
    """What was calibrated once is right: the second time all factors are near 1."""
    _, homes, observations = journeys(300)
    again = fit_speeds(build_graph(country(), found.table), homes, observations, table=found.table, door_s=found.door_s)
    assert all(factor == pytest.approx(1, abs=0.06) for factor in again.factors.values())


def test_a_class_without_journeys_follows_all_roads(found: Fit) -> None:
    """Where most roads take longer than the table says, a track that nobody drove on is not left behind."""
    assert "track" not in found.factors
    times = 1 / found.table.modes["car"].two_lane_factor["track"]
    assert 1.05 < times < max(TRUTH.values())


def test_too_few_journeys_are_refused() -> None:
    """Twenty journeys, or two hundred that go nowhere, prove nothing."""
    graph, homes, observations = journeys(20)
    with pytest.raises(TooFewJourneys, match="20 of 20 journeys can be used"):
        fit_speeds(graph, homes, observations, table=DEFAULT)
    going_nowhere = [Observation(origin=3, destination=3, observed_s=600.0)] * 200
    with pytest.raises(TooFewJourneys, match="0 of 200"):
        fit_speeds(graph, homes, going_nowhere, table=DEFAULT)
