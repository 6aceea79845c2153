"""Tests of `geo.ferry`: every answer is compared with a search over the raw departures."""

from __future__ import annotations

import heapq
from dataclasses import replace
from itertools import product
from typing import TYPE_CHECKING

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from geo import ferry
from geo.ferry import NEVER_S, arrival, arrivals, carrying, compile_boats, latest_departure, latest_departures
from geo.types import BoatTable, Departure, TravelMatrix

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pytest

DAY_S = 120
Case = tuple[TravelMatrix, tuple[Departure, ...]]
INSTANTS = st.lists(st.integers(-30, DAY_S + 60), min_size=1, max_size=4)


def a_boat(from_port: int, to_port: int, checkin_s: int, ashore_s: int, *, car: bool = True) -> Departure:
    """Make a departure whose only instants that matter are the check-in and being ashore."""
    return Departure(
        id=f"{from_port}-{to_port}@{checkin_s}",
        route="",
        from_port=from_port,
        to_port=to_port,
        last_checkin_s=checkin_s,
        departs_s=checkin_s,
        arrives_s=ashore_s,
        ashore_s=ashore_s,
        car=car,
    )


def a_road(landmass: Sequence[int], metric: Sequence[int]) -> TravelMatrix:
    """Put places on a line at the positions `metric`; a road joins those on the same landmass."""
    position, land = np.array(metric, dtype=np.int32), np.array(landmass)
    reachable = land[:, None] == land[None]
    travel_s = np.where(reachable, abs(position[:, None] - position[None]), 0).astype(np.int32)
    return TravelMatrix(travel_s=travel_s, travel_m=travel_s, reachable=reachable)


def earliest(road: TravelMatrix, boats: Sequence[Departure], origin: int, destination: int, leave_s: int) -> int | None:
    """Search over the piers reached so far, the earliest first: the slow and obvious way."""
    best: dict[int, int] = {}
    queue = [(leave_s, origin)]
    while queue:
        now_s, here = heapq.heappop(queue)
        if best.get(here, now_s + 1) <= now_s:
            continue
        best[here] = now_s
        for boat in boats:
            pier_s = now_s + int(road.travel_s[here, boat.from_port])
            if road.reachable[here, boat.from_port] and pier_s <= boat.last_checkin_s:
                heapq.heappush(queue, (boat.ashore_s, boat.to_port))
    last_legs = (
        now_s + int(road.travel_s[here, destination])
        for here, now_s in best.items()
        if road.reachable[here, destination]
    )
    return min(last_legs, default=None)


def latest(road: TravelMatrix, boats: Sequence[Departure], origin: int, destination: int, by_s: int) -> int | None:
    """Try every instant at which it could matter to leave: for a boat's last check-in, or for the road alone."""
    instants = [boat.last_checkin_s - int(road.travel_s[origin, boat.from_port]) for boat in boats]
    instants.append(by_s - int(road.travel_s[origin, destination]))
    found = [(at_s, earliest(road, boats, origin, destination, at_s)) for at_s in instants]
    return max((at_s for at_s, there_s in found if there_s is not None and there_s <= by_s), default=None)


def pairs(road: TravelMatrix) -> list[tuple[int, int]]:
    """List every (origin, destination)."""
    return [(a, b) for a in range(len(road.travel_s)) for b in range(len(road.travel_s))]


@st.composite
def roads(draw: st.DrawFn, places: int) -> TravelMatrix:
    """Draw one-way and two-way roads between random places, and add them up to the shortest ways."""
    place = st.integers(0, places - 1)
    way_s = np.full((places, places), NEVER_S, dtype=np.int64)
    np.fill_diagonal(way_s, 0)
    for a, b, takes_s, both in draw(st.lists(st.tuples(place, place, st.integers(0, 25), st.booleans()), max_size=10)):
        way_s[a, b] = min(way_s[a, b], takes_s)
        way_s[b, a] = min(way_s[b, a], takes_s) if both else way_s[b, a]
    for via in range(places):
        way_s = np.minimum(way_s, way_s[:, via, None] + way_s[None, via])
    reachable = way_s < NEVER_S
    travel_s = np.where(reachable, way_s, 0).astype(np.int32)
    return TravelMatrix(travel_s=travel_s, travel_m=travel_s, reachable=reachable)


@st.composite
def cases(draw: st.DrawFn) -> Case:
    """Draw up to seven places, roads between some, and up to twelve boats between any of them.

    Several boats may leave one pier at one instant, and the day goes on past its midnight at 100.
    """
    places = draw(st.integers(2, 7))
    place = st.integers(0, places - 1)
    rows = draw(
        st.lists(st.tuples(place, place, st.integers(0, DAY_S), st.integers(1, 40), st.booleans()), max_size=12)
    )
    boats = tuple(a_boat(a, b, at, at + takes, car=car) for a, b, at, takes, car in rows if a != b)
    return draw(roads(places)), boats


@settings(max_examples=100, deadline=None)
@given(case=cases(), mode=st.sampled_from(("car", "foot")), leave_s=INSTANTS)
def test_arrivals_equal_a_search_over_the_raw_departures(case: Case, mode: str, leave_s: list[int]) -> None:
    """For every pair the compiled table gives the arrival that label setting finds."""
    road, departures = case
    boats = carrying(departures, mode)
    table = compile_boats(boats, road)
    for at_s, pair in product(leave_s, pairs(road)):
        assert arrival(table, road, *pair, at_s) == earliest(road, boats, *pair, at_s)


@settings(max_examples=100, deadline=None)
@given(case=cases(), by_s=INSTANTS)
def test_latest_departures_equal_a_search_over_the_raw_departures(case: Case, by_s: list[int]) -> None:
    """For every pair the compiled table gives the last instant from which the search is in time."""
    road, boats = case
    table = compile_boats(boats, road)
    for at_s, pair in product(by_s[:2], pairs(road)):
        assert latest_departure(table, road, *pair, at_s) == latest(road, boats, *pair, at_s)


@settings(max_examples=40, deadline=None)
@given(case=cases(), at_s=st.integers(-30, DAY_S + 60))
def test_all_pairs_at_once_are_the_single_answers(case: Case, at_s: int) -> None:
    """The scans that need no table give for all pairs what the table gives for each."""
    road, boats = case
    table = compile_boats(boats, road)
    there_s, leave_s = arrivals(boats, road, at_s), latest_departures(boats, road, at_s)
    assert there_s.dtype == leave_s.dtype == np.int32
    for pair in pairs(road):
        arrive_s, depart_s = arrival(table, road, *pair, at_s), latest_departure(table, road, *pair, at_s)
        assert there_s[pair] == (NEVER_S if arrive_s is None else arrive_s)
        assert leave_s[pair] == (-NEVER_S if depart_s is None else depart_s)


@settings(max_examples=40, deadline=None)
@given(case=cases())
def test_leaving_later_never_means_arriving_earlier(case: Case) -> None:
    """Arrivals grow with departures (first in, first out), so waiting is never of use."""
    road, boats = case
    table = compile_boats(boats, road)
    for origin, destination in pairs(road):
        at_s = [arrival(table, road, origin, destination, leave_s) for leave_s in range(-30, DAY_S + 10, 3)]
        known = [there_s for there_s in at_s if there_s is not None]
        assert known == sorted(known)
        assert at_s == known + [None] * (len(at_s) - len(known))


@settings(max_examples=40, deadline=None)
@given(case=cases())
def test_the_latest_departure_inverts_the_arrival(case: Case) -> None:
    """Leaving at the latest departure arrives in time, and leaving one second later does not."""
    road, boats = case
    table = compile_boats(boats, road)
    for origin, destination in pairs(road):
        for by_s in range(0, DAY_S + 60, 17):
            leave_s = latest_departure(table, road, origin, destination, by_s)
            instants = [-10_000] if leave_s is None else [leave_s, leave_s + 1]
            at_s = [arrival(table, road, origin, destination, instant_s) for instant_s in instants]
            in_time = [there_s is not None and there_s <= by_s for there_s in at_s]
            assert in_time == ([False] if leave_s is None else [True, False])


@settings(max_examples=40, deadline=None)
@given(case=cases(), data=st.data())
def test_a_table_of_the_first_places_is_part_of_the_whole(case: Case, data: st.DataObject) -> None:
    """Asked for the first places only, the compiler gives their journeys and no others."""
    road, boats = case
    size = data.draw(st.integers(1, len(road.travel_s)))
    whole, part = compile_boats(boats, road), compile_boats(boats, road, places=size)
    assert part.count.shape == (size, size)
    assert part.count.sum() == len(part.leave_s)
    for pair in np.ndindex(size, size):
        assert journeys(part, *pair) == journeys(whole, *pair)


@settings(max_examples=40, deadline=None)
@given(case=cases())
def test_the_table_is_the_pareto_set_that_its_record_promises(case: Case) -> None:
    """Inside each pair both instants increase strictly, and no journey is one that the road makes as fast."""
    road, boats = case
    table = compile_boats(boats, road)
    assert int(table.count.sum()) == len(table.leave_s) == len(table.arrive_s)
    assert {array.dtype for array in (table.first, table.count, table.leave_s, table.arrive_s)} == {np.dtype(np.int32)}
    for origin, destination in pairs(road):
        first = table.first[origin, destination]
        rows = slice(first, first + table.count[origin, destination])
        assert (np.diff(table.leave_s[rows]) > 0).all()
        assert (np.diff(table.arrive_s[rows]) > 0).all()
        took_s = table.arrive_s[rows] - table.leave_s[rows]
        assert (took_s > 0).all()
        assert not (road.reachable[origin, destination] & (took_s >= road.travel_s[origin, destination])).any()


def journeys(table: BoatTable, origin: int, destination: int) -> list[tuple[int, int]]:
    """List the journeys of a pair as (leave, arrive)."""
    first = table.first[origin, destination]
    rows = slice(first, first + table.count[origin, destination])
    return list(zip(table.leave_s[rows].tolist(), table.arrive_s[rows].tolist(), strict=True))


def test_two_boats_and_the_road_between_them() -> None:
    """Home to Oban, boat, the drive across Mull, boat, walk on Iona: the times add up by hand."""
    road = a_road([0, 0, 1, 1, 2, 2], [0, 10, 0, 60, 0, 5])
    mull, iona = a_boat(1, 2, 100, 150), a_boat(3, 4, 215, 225)
    assert journeys(compile_boats([mull, iona], road), 0, 5) == [(90, 230)]
    missed = a_boat(3, 4, 209, 225)
    assert journeys(compile_boats([mull, missed], road), 0, 5) == []


def test_a_driver_waits_for_a_boat_that_carries_cars() -> None:
    """The passenger boat is there for those on foot only."""
    road = a_road([0, 1], [0, 0])
    boats = [a_boat(0, 1, 10, 20, car=False), a_boat(0, 1, 50, 70)]
    assert journeys(compile_boats(carrying(boats, "car"), road), 0, 1) == [(50, 70)]
    assert journeys(compile_boats(carrying(boats, "foot"), road), 0, 1) == [(10, 20), (50, 70)]


def test_a_boat_may_beat_the_road_on_the_same_landmass() -> None:
    """Round the loch takes an hour by road: only the boat that is quicker than that is listed."""
    road = a_road([0, 0], [0, 60])
    boats = [a_boat(0, 1, 100, 125), a_boat(0, 1, 200, 260)]
    table = compile_boats(boats, road)
    assert journeys(table, 0, 1) == [(100, 125)]
    assert arrival(table, road, 0, 1, 40) == 100
    assert arrival(table, road, 0, 1, 80) == 125


def test_of_two_boats_that_one_must_leave_for_at_once_the_better_stays() -> None:
    """Two piers, the same instant to leave home: one journey, with the earlier arrival."""
    road = a_road([0, 0, 0, 1], [10, 0, 15, 0])
    boats = [a_boat(1, 3, 110, 190), a_boat(2, 3, 105, 140)]
    assert journeys(compile_boats(boats, road), 0, 3) == [(100, 140)]
    assert journeys(compile_boats(boats[::-1], road), 0, 3) == [(100, 140)]


def test_a_day_without_boats_is_a_table_without_journeys() -> None:
    """A storm cancels everything: the table is empty and the road still answers."""
    road = a_road([0, 0, 1], [0, 20, 0])
    table = compile_boats([], road)
    assert table.count.sum() == 0
    assert arrival(table, road, 0, 1, 5) == 25
    assert arrival(table, road, 0, 2, 5) is None
    assert latest_departure(table, road, 0, 2, 500) is None


def test_a_bike_waits_for_a_boat_that_carries_bikes() -> None:
    """What is carried is told for each mode: all boats take people on foot."""
    boats = [replace(a_boat(0, 1, 10, 20, car=False), bike=False), a_boat(0, 1, 50, 70, car=False)]
    assert [len(carrying(boats, mode)) for mode in ("car", "bike", "foot")] == [0, 1, 2]


def test_the_compiled_scans_do_what_their_python_text_says(monkeypatch: pytest.MonkeyPatch) -> None:
    """Run as plain Python the inner loops find the same journeys and arrivals."""
    road = a_road([0, 0, 1, 1, 2, 2], [0, 10, 0, 60, 0, 5])
    boats = [a_boat(pier, pier + 1, at_s, at_s + 30) for pier in (1, 3) for at_s in range(100, 600, 90)]
    compiled, there_s = compile_boats(boats, road), arrivals(boats, road, 200)
    for name in ("_arrive", "_spread", "_lower", "_scan", "_earliest"):
        function = getattr(ferry, name)
        monkeypatch.setattr(ferry, name, getattr(function, "py_func", function))
    plain = compile_boats(boats, road)
    assert len(plain.leave_s) > 20
    for field in ("first", "count", "leave_s", "arrive_s"):
        np.testing.assert_array_equal(getattr(compiled, field), getattr(plain, field))
    np.testing.assert_array_equal(there_s, arrivals(boats, road, 200))
