"""Tests of `geo.gtfs_places`: which pier a stop means, and which stops people may walk to."""

from __future__ import annotations

import pytest

from geo.gtfs import FeedStop
from geo.gtfs_places import Pier, match_piers, within_walk
from tests.geo.roads import lonlat


def pier(name: str, east_m: float, landmass: str) -> Pier:
    """Put a pier somewhere on the line east of the origin."""
    lon, lat = lonlat((east_m, 0.0))[0].tolist()
    return Pier(id=name.split(maxsplit=1)[0].lower(), name=name, lon=lon, lat=lat, landmass=landmass)


def stop(name: str, east_m: float) -> FeedStop:
    """Put a stop of a feed on the same line."""
    lon, lat = lonlat((east_m, 0.0))[0].tolist()
    return FeedStop(id=name, name=name, lon=lon, lat=lat)


KYLE = (pier("Colintraive", 0, "Mainland"), pier("Rhubodach", 600, "Bute"))


@pytest.mark.parametrize(
    ("name", "east_m", "meant"),
    [
        ("Ferry Terminal", 30, "colintraive"),
        ("Ferry Terminal", 580, "rhubodach"),
        ("Ferry Terminal", -1400, "colintraive"),
        ("Ferry Terminal", 300, None),
        ("Colintraive Slip", 320, "colintraive"),
        ("Rhubodach Slip", 280, "rhubodach"),
        ("Colintraive to Rhubodach", 300, None),
        ("Colintraive Slip", -1600, None),
    ],
)
def test_a_stop_in_a_kyle_means_the_pier_that_is_clearly_nearer_or_named(
    name: str, east_m: float, meant: str | None
) -> None:
    """Half way over the water nobody guesses, unless the name of one shore is in that of the stop."""
    assert match_piers([stop(name, east_m)], KYLE).get(name) == meant


def test_of_two_piers_on_one_land_the_nearer_is_meant() -> None:
    """On the same land nothing depends on it but a walk."""
    piers = (pier("Gourock", 0, "Mainland"), pier("McInroy", 900, "Mainland"))
    assert match_piers([stop("a", 500), stop("b", 400)], piers) == {"a": "mcinroy", "b": "gourock"}


def test_without_piers_or_stops_nothing_is_meant() -> None:
    """An area without piers takes no ferries from a feed."""
    assert match_piers([stop("a", 0)], ()) == {}
    assert match_piers([], KYLE) == {}


def test_stops_count_within_a_walk_of_somebody() -> None:
    """The limit is in metres in a straight line, to within one per cent."""
    people = [(float(lon), float(lat)) for lon, lat in lonlat((0, 0), (5000, 0))]
    stops = [stop(str(east), east) for east in (-1600, -1480, 900, 2500, 6480, 6600)]
    assert [found.id for found in within_walk(stops, people, 1500)] == ["-1480", "900", "6480"]
    assert within_walk(stops, [], 1500) == []
    assert within_walk([], people, 1500) == []
