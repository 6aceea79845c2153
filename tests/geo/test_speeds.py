"""Speeds from tags."""

from __future__ import annotations

from dataclasses import replace

import pytest

from geo.speeds import CAR, DEFAULT, Access, SpeedTable, posted_limit_kmh, way_access, way_speed_kmh

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
        ("GB:zone20", 20 * MILE_KMH),
        ("DE:zone:30", 30),
        ("30;40", 30),
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
        ({"highway": "track", "motor_vehicle": "agricultural"}, None),
        ({"highway": "track", "tracktype": "grade1"}, 20),
        ({"highway": "track", "tracktype": "grade5"}, 6),
        ({"highway": "track", "tracktype": "grade1", "surface": "grass"}, 10),
        ({"highway": "secondary", "narrow": "yes"}, 40),
        ({"highway": "secondary", "width": "11'6\""}, 40),
        ({"highway": "secondary", "width": "16'"}, 52),
        ({"highway": "secondary", "lanes": "1.5"}, 40),
        ({"highway": "residential", "access": "destination"}, 26),
        ({"highway": "residential", "access": "permit"}, 10),
        ({"highway": "service", "service": "driveway"}, 15),
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


@pytest.mark.parametrize(
    ("mode", "tags", "access"),
    [
        ("car", {}, Access.OPEN),
        ("car", {"access": "private"}, Access.PRIVATE),
        ("car", {"access": "private", "motor_vehicle": "permissive"}, Access.OPEN),
        ("car", {"motor_vehicle": "destination"}, Access.ENDS),
        ("car", {"motor_vehicle": "customers"}, Access.ENDS),
        ("car", {"motor_vehicle": "delivery"}, Access.ENDS),
        ("car", {"motor_vehicle": "permit"}, Access.PRIVATE),
        ("car", {"motor_vehicle": "agricultural"}, Access.CLOSED),
        ("car", {"motor_vehicle": "agricultural;forestry"}, Access.CLOSED),
        ("car", {"service": "driveway"}, Access.ENDS),
        ("car", {"service": "driveway", "motorcar": "yes"}, Access.OPEN),
        ("foot", {"access": "private", "foot": "yes"}, Access.OPEN),
        ("foot", {"motor_vehicle": "private"}, Access.OPEN),
        ("bike", {"vehicle": "private"}, Access.PRIVATE),
    ],
)
def test_access_has_four_levels(mode: str, tags: dict[str, str], access: Access) -> None:
    """Some ways are open, some closed, and some only for those who begin or end there."""
    assert way_access({"highway": "service", **tags}, mode) is access


def test_limits_differ_by_direction() -> None:
    """A limit that binds uphill only slows that direction alone."""
    tags = {"highway": "primary", "maxspeed": "60 mph", "maxspeed:backward": "30"}
    assert way_speed_kmh(tags, "car") == 62
    assert way_speed_kmh(tags, "car", direction="backward") == pytest.approx(0.85 * 30)


def test_calibration_acts_by_class_and_lanes() -> None:
    """The factor of two-lane trunk roads leaves single track and other classes alone, limits or not."""
    fitted = replace(CAR, two_lane_factor={"trunk": 0.5}, single_track_factor={"trunk": 2.0})
    table = SpeedTable(modes={"car": fitted})
    assert way_speed_kmh({"highway": "trunk", "maxspeed": "40"}, "car", table) == pytest.approx(0.5 * 0.85 * 40)
    assert way_speed_kmh({"highway": "trunk", "lanes": "1"}, "car", table) == 100
    assert way_speed_kmh({"highway": "primary"}, "car", table) == 62


def test_a_speed_of_nothing_closes() -> None:
    """A class or surface at 0 km/h cannot be used."""
    closed = replace(CAR, two_lane_kmh={**CAR.two_lane_kmh, "track": 0.0}, surface_kmh={"mud": 0.0})
    table = SpeedTable(modes={"car": closed})
    assert way_speed_kmh({"highway": "track"}, "car", table) is None
    assert way_speed_kmh({"highway": "tertiary", "surface": "mud"}, "car", table) is None
