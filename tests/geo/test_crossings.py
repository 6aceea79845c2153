"""Ferry lines become crossings from port to port, whatever way they are drawn and tagged."""

from __future__ import annotations

import pytest

from geo.crossings import FerryLine, FerryRoute, crossings, duration_s
from tests.geo.roads import lonlat

SEA = lonlat((0, 0), (1000, 0), (2000, 0), (3000, 0), (4000, 0), (8000, 0), (3000, 2000), (0, 40))
"""Rows 0, 4 and 5 are ports of most tests."""

BOAT = {"route": "ferry"}


def line(way_id: int, *nodes: int, **tags: str) -> FerryLine:
    """Return a ferry way."""
    return FerryLine(way_id, nodes, {**BOAT, **tags})


def route(*way_ids: int, **tags: str) -> FerryRoute:
    """Return a ferry route of ways."""
    return FerryRoute({**BOAT, "type": "route", **tags}, frozenset(way_ids))


def rows(hint_lonlat: tuple[float, float]) -> int:
    """Return the row of a position."""
    return [tuple(place) for place in SEA.tolist()].index(hint_lonlat)


def found(*lines: FerryLine, roads: tuple[int, ...] = (0, 4), routes: tuple[FerryRoute, ...] = ()) -> list[object]:
    """Return the crossings as (way, from, to, seconds)."""
    hints = crossings(lines, SEA, roads, routes)
    return [(hint.way_id, rows(hint.from_lonlat), rows(hint.to_lonlat), hint.duration_s) for hint in hints]


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("0:46", 2760),
        ("00:46", 2760),
        ("00:05:00", 300),
        ("4:00", 14400),
        ("90", 5400),
        (" 5 ", 300),
        ("PT46M", 2760),
        ("PT1H20M", 4800),
        ("PT90S", 90),
        ("P1DT2H", 93600),
        ("P1D", 86400),
        ("1 hour 20 min", 4800),
        ("46 min", 2760),
        ("46min.", 2760),
        ("45 mins", 2700),
        ("20 minutes", 1200),
        ("1.5 h", 5400),
        ("2,5 hours", 9000),
        ("1h20", None),
        ("1 day", 86400),
        ("", None),
        ("0", None),
        ("0:00", None),
        ("10-15 min", None),
        ("P", None),
        ("PT", None),
        ("soon", None),
        ("-5", None),
        ("9" * 5000, None),
    ],
)
def test_durations_are_read_as_they_are_written(text: str, seconds: int | None) -> None:
    """Each spelling seen in the wild gives its seconds, and nonsense gives none."""
    assert duration_s(text) == seconds


def test_a_way_cut_at_sea_is_one_crossing() -> None:
    """Parts that meet at sea are joined whatever their order and direction; the duration on both counts once."""
    whole = {"name": "Loch ferry", "duration": "0:40"}
    assert found(line(1, 0, 1, **whole), line(2, 4, 3, 1, **whole)) == [(1, 0, 4, 2400)]
    assert found(line(2, 4, 3, 1, **whole), line(3, 0, 1, **whole)) == [(2, 4, 0, 2400)]


def test_parts_with_durations_of_their_own_are_added_up() -> None:
    """Different durations are those of the parts; where one is missing, nothing is known."""
    assert found(line(1, 0, 1, duration="10"), line(2, 1, 4, duration="20")) == [(1, 0, 4, 1800)]
    assert found(line(1, 0, 1, duration="10"), line(2, 1, 4)) == [(1, 0, 4, None)]


def test_a_port_of_call_cuts_a_way_and_shares_its_duration_by_length() -> None:
    """A boat that calls half-way makes two crossings, each with its part of the time."""
    assert found(line(1, 0, 2, 4, 5, duration="1:00"), roads=(0, 4, 5)) == [(1, 0, 4, 1800), (1, 4, 5, 1800)]


def test_a_route_names_and_times_ways_that_say_nothing() -> None:
    """Name, duration and who may board come from the relation, the duration shared over its crossings by length."""
    ways = (line(1, 0, 1), line(2, 1, 4), line(3, 4, 5))
    island = route(1, 2, 3, name="Oban - Coll - Tiree", duration="2:00", motor_vehicle="no")
    assert found(*ways, roads=(0, 4, 5), routes=(island,)) == [(1, 0, 4, 3600), (3, 4, 5, 3600)]
    hints = crossings(ways, SEA, (0, 4, 5), (island,))
    assert {(hint.name, hint.car, hint.foot) for hint in hints} == {("Oban - Coll - Tiree", False, True)}
    (unnamed,) = crossings([line(1, 0, 4)], SEA, (0, 4), (route(1, **{"from": "Oban", "to": "Craignure"}),))
    assert unnamed.name == "Oban - Craignure"


def test_routes_share_the_way_out_of_a_harbour() -> None:
    """Two routes that begin on the same part are two crossings, where ways alone would end at sea."""
    ways = (line(1, 0, 1), line(2, 1, 4), line(3, 1, 6))
    routes = (route(1, 2, duration="0:50"), route(1, 3, duration="0:30"))
    assert found(*ways, roads=(0, 4, 6), routes=routes) == [(1, 0, 4, 3000), (1, 0, 6, 1800)]


def test_there_and_back_are_one_crossing() -> None:
    """A track for each direction, or a relation for each, is not two crossings, and takes no time twice."""
    there, back = line(1, 0, 1, 4), line(2, 4, 6, 0)
    assert found(there, back, routes=(route(1, 2, duration="0:40"),)) == [(1, 0, 4, 2400)]
    assert found(there, routes=(route(1), route(1, duration="0:40"))) == [(1, 0, 4, 2400)]


def test_boats_of_different_names_are_not_joined_at_sea() -> None:
    """Where the lines of two companies happen to meet at sea, each ends there."""
    ends = found(line(1, 0, 1, 2, name="To Liverpool"), line(2, 4, 3, 2, name="To Belfast"))
    assert ends == [(1, 0, 2, None), (2, 4, 2, None)]


def test_a_way_that_the_extract_cuts_in_two_is_one_crossing() -> None:
    """What is left on both shores of one way belongs together."""
    assert found(line(1, 0, 1, duration="0:40"), line(1, 3, 4, duration="0:40")) == [(1, 0, 4, 2400)]


def test_cars_and_feet_board_unless_a_tag_says_no() -> None:
    """The most specific tag decides; any part of a crossing may refuse."""
    cases = [
        ({}, (True, True)),
        ({"motor_vehicle": "no"}, (False, True)),
        ({"motor_vehicle": "no", "motorcar": "yes"}, (True, True)),
        ({"access": "private"}, (False, False)),
        ({"foot": "no"}, (True, False)),
        ({"access": "no", "foot": "yes"}, (False, True)),
    ]
    for tags, expected in cases:
        (hint,) = crossings([line(1, 0, 1), line(2, 1, 4, **tags)], SEA, (0, 4))
        assert (hint.car, hint.foot) == expected, tags


def test_lines_along_a_pier_and_rings_are_no_crossings() -> None:
    """The last metres between road points, and cruises that end where they began, go nowhere."""
    assert found(line(1, 0, 7, 4), roads=(0, 7, 4)) == [(1, 7, 4, None)]
    assert found(line(1, 0, 1, 6, 0)) == []
    assert found() == []
