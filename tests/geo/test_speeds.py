"""Speeds from tags."""

from __future__ import annotations

from dataclasses import replace

import pytest

from geo.speeds import CAR, DEFAULT, SpeedTable, posted_limit_kmh, way_speed_kmh

MILE_KMH = 1.609344


@pytest.mark.parametrize(
    ("text", "kmh"),
    [
        ("30 mph", 30 * MILE_KMH),
        ("20mph", 20 * MILE_KMH),
        ("50", 50),
        ("80 km/h", 80),
        ("GB:nsl_single", 60 * MILE_KMH),
        ("GB:nsl_dual", 70 * MILE_KMH),
        ("30 mph;20 mph", 20 * MILE_KMH),
        ("walk", 7),
        ("none", None),
        ("signals", None),
        ("0", None),
        ("", None),
    ],
)
def test_limits_are_read_as_they_are_written(text: str, kmh: float | None) -> None:
    """Each spelling gives its km/h, and no limit is never an infinite speed."""
    assert posted_limit_kmh({"maxspeed": text}) == (None if kmh is None else pytest.approx(kmh))


@pytest.mark.parametrize(
    ("tags", "kmh"),
    [
        ({"highway": "primary"}, 62),
        ({"highway": "primary_link"}, 62),
        ({"highway": "primary", "maxspeed": "none"}, 62),
        ({"highway": "primary", "maxspeed": "20 mph"}, 0.85 * 20 * MILE_KMH),
        ({"highway": "tertiary", "lanes": "1"}, 36),
        ({"highway": "tertiary", "lanes": "1", "oneway": "yes"}, 46),
        ({"highway": "secondary", "passing_places": "yes"}, 40),
        ({"highway": "secondary", "width": "3.5 m"}, 40),
        ({"highway": "unclassified"}, 32),
        ({"highway": "unclassified", "lanes": "2"}, 40),
        ({"highway": "unclassified", "maxspeed": "30 mph"}, 40),
        ({"highway": "road"}, 32),
        ({"highway": "unclassified", "surface": "gravel"}, 30),
        ({"highway": "tertiary", "surface": "ground"}, 20),
        ({"highway": "track", "surface": "grass"}, 10),
        ({"highway": "residential", "access": "private"}, 10),
        ({"highway": "residential", "access": "no", "motor_vehicle": "yes"}, 26),
        ({"highway": "residential", "motor_vehicle": "no"}, None),
        ({"highway": "residential", "access": "no"}, None),
        ({"highway": "track", "motor_vehicle": "forestry"}, None),
        ({"highway": "footway"}, None),
        ({"highway": "primary", "car_kmh": "33.5"}, 33.5),
        ({"highway": "primary", "car_kmh": "0.0"}, None),
        ({"highway": "primary", "car_kmh": "50;40"}, 40),
        ({"highway": "primary", "car_kmh": "fast"}, 62),
    ],
)
def test_cars(tags: dict[str, str], kmh: float | None) -> None:
    """Class, lanes, surface, limit and access each bind a car as the table says."""
    assert way_speed_kmh(tags, "car") == (None if kmh is None else pytest.approx(kmh))


@pytest.mark.parametrize(
    ("mode", "tags", "kmh"),
    [
        ("bike", {"highway": "tertiary", "maxspeed": "5 mph"}, 15),
        ("bike", {"highway": "trunk"}, 15),
        ("bike", {"highway": "motorway"}, None),
        ("bike", {"highway": "path"}, None),
        ("bike", {"highway": "path", "bicycle": "yes"}, 10),
        ("bike", {"highway": "tertiary", "bicycle": "no"}, None),
        ("bike", {"highway": "tertiary", "motor_vehicle": "no"}, 15),
        ("foot", {"highway": "steps"}, 4.7),
        ("foot", {"highway": "trunk"}, 4.7),
        ("foot", {"highway": "motorway"}, None),
        ("foot", {"highway": "tertiary", "access": "no", "foot": "yes"}, 4.7),
        ("foot", {"highway": "tertiary", "foot": "no"}, None),
    ],
)
def test_bicycles_and_walkers(mode: str, tags: dict[str, str], kmh: float | None) -> None:
    """Bicycles and walkers have their own ways, and limits for motors do not slow them."""
    assert way_speed_kmh(tags, mode) == kmh


def test_the_table_can_be_calibrated() -> None:
    """A changed figure and a factor change the speed, and the default stays as it was."""
    faster = replace(CAR, two_lane_kmh={**CAR.two_lane_kmh, "primary": 50}, factor=1.2)
    assert way_speed_kmh({"highway": "primary"}, "car", SpeedTable(modes={"car": faster})) == pytest.approx(60)
    assert way_speed_kmh({"highway": "primary"}, "car", DEFAULT) == 62
