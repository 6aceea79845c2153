"""Tests of `geo.parking`: a car that is left at a pier stands there until its driver comes back for it."""

from __future__ import annotations

import heapq
from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray  # noqa: TC002 - named tuples keep their annotations

from geo.ferry import arrival, carrying, compile_boats, latest_departure
from geo.parking import Left, Shores, car_places, leave_car, shores
from geo.types import Departure, TravelMatrix
from tests.geo.test_ferry import a_boat, pairs

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

WALK = 4
"""Walking takes so many times longer than driving."""

State = tuple[int, int]
"""Where the driver is, and where the car."""


class Case(NamedTuple):
    """A day, and where the car stands while its driver is at each place."""

    drive: TravelMatrix
    walk: TravelMatrix
    boats: tuple[Departure, ...]
    car_at: NDArray[np.int32]


# A mainland with a home 0 and a pier 1 ten apart, and an islet with a pier 2 and a client 3 two apart.
LAND = np.array([0, 0, 1, 1], dtype=np.int32)
ROADS = [0, 0, 1, 1], [0, 10, 0, 2]
ISLET = (a_boat(1, 2, 100, 105, car=False), a_boat(2, 1, 150, 155, car=False), a_boat(2, 1, 200, 205, car=False))


def on_roads(landmass: Sequence[int], metric: Sequence[int], *, slower: int = 1) -> TravelMatrix:
    """Put places on a line at the positions `metric`; a road joins those on the same landmass."""
    position, land = np.array(metric, dtype=np.int32), np.array(landmass)
    reachable = land[:, None] == land[None]
    metres = np.where(reachable, abs(position[:, None] - position[None]), 0).astype(np.int32)
    return TravelMatrix(travel_s=slower * metres, travel_m=metres, reachable=reachable)


def coast(boats: Sequence[Departure], land: Sequence[int], mode: str = "car") -> Shores:
    """Lay out places of which those on the same land are joined by roads."""
    return shores(on_roads(land, [0] * len(land)), boats, np.array(land, dtype=np.int32), mode)


def both_ways(a: int, b: int, n: int = 1, *, car: bool = False) -> list[Departure]:
    """Sail there and back so many times."""
    return [a_boat(*ports, 10 * k, 10 * k + 5, car=car) for k in range(n) for ports in ((a, b), (b, a))]


def islet() -> Left:
    """Compile the day of a mainland driver."""
    return leave_car(on_roads(*ROADS), on_roads(*ROADS, slower=WALK), ISLET, np.array([0, 1, 1, 1], np.int32), "car")


def test_the_driver_leaves_the_car_crosses_and_walks() -> None:
    """Ten to the pier by car, the boat, and two of road that take four times as long on foot: it adds up by hand."""
    left = islet()
    assert arrival(left.boats, left.road, 0, 3, 90) == 105 + 2 * WALK
    assert arrival(left.boats, left.road, 0, 3, 91) is None
    assert latest_departure(left.boats, left.road, 3, 0, 214) == 150 - 2 * WALK
    assert latest_departure(left.boats, left.road, 3, 0, 215) == 200 - 2 * WALK


def test_on_the_far_side_there_is_no_car() -> None:
    """Between two places on the islet the driver walks, and no metre of it is driven."""
    left = islet()
    assert left.road.travel_s[2, 3] == 2 * WALK
    assert left.road.travel_m[2, 3] == 0
    assert left.road.travel_m[0, 1] == 10


def test_a_car_is_left_where_the_most_boats_sail() -> None:
    """Of two piers with boats to the islet, the car waits at the one from which more go there and back."""
    boats = [*both_ways(0, 2), *both_ways(1, 2, 3), a_boat(0, 2, 90, 95), a_boat(0, 2, 92, 97), a_boat(0, 2, 94, 99)]
    boats = [replace(boat, car=False) for boat in boats]
    place = coast(boats, [0, 0, 1])
    assert car_places(place, 0).tolist() == [0, 1, 1]


def test_the_car_comes_along_where_a_ferry_takes_it_both_ways() -> None:
    """Land that a car ferry serves is visited by car, even from a pier where there is also a boat for people."""
    place = coast([*both_ways(0, 1, car=True), *both_ways(0, 2)], [0, 1, 1])
    assert car_places(place, 0).tolist() == [0, 1, 2]


def test_without_the_way_back_the_car_stays() -> None:
    """Where the ferry takes the car only out, and people both ways, the driver goes without it."""
    place = coast([a_boat(0, 1, 0, 5), a_boat(1, 0, 10, 15, car=False)], [0, 1])
    assert car_places(place, 0).tolist() == [0, 0]


def test_beyond_an_islet_the_car_stands_at_the_same_pier() -> None:
    """An islet that boats join to another islet only is visited from the pier of that one."""
    place = coast([*both_ways(0, 1), *both_ways(2, 3)], [0, 1, 1, 2])
    assert car_places(place, 0).tolist() == [0, 0, 0, 0]


def test_land_without_boats_there_and_back_is_out_of_reach() -> None:
    """A single boat out, or a bus, is no service: nobody can be sent there."""
    bus = [replace(boat, kind="bus") for boat in both_ways(0, 2)]
    place = coast([a_boat(0, 1, 0, 5, car=False), *bus], [0, 1, 2])
    assert car_places(place, 0).tolist() == [0, -1, -1]


def test_an_islander_keeps_the_car_on_the_islet() -> None:
    """Who lives on the islet drives there, and leaves the car at its pier to cross."""
    place = coast(both_ways(1, 2), [0, 0, 1, 1])
    assert car_places(place, 3).tolist() == [2, 2, 2, 3]


def test_a_bike_is_left_by_a_boat_that_takes_none() -> None:
    """The same holds for bikes, by what boats say of bikes."""
    boats = [replace(boat, bike=False) for boat in both_ways(0, 1, car=True)]
    place = coast(boats, [0, 1], mode="bike")
    assert car_places(place, 0).tolist() == [0, 0]
    assert car_places(coast(both_ways(0, 1), [0, 1], mode="bike"), 0).tolist() == [0, 1]


@st.composite
def cases(draw: st.DrawFn) -> Case:
    """Draw places on up to four lands, boats of which most take no car, and where the car of place 0 stands."""
    places = draw(st.integers(2, 7))
    place = st.integers(0, places - 1)
    land = draw(st.lists(st.integers(0, 3), min_size=places, max_size=places))
    metric = draw(st.lists(st.integers(0, 9), min_size=places, max_size=places))
    rows = draw(st.lists(st.tuples(place, place, st.integers(0, 99), st.integers(1, 30)), min_size=4, max_size=14))
    takes_cars = draw(st.sets(st.integers(0, 3), max_size=2))
    boats = tuple(
        replace(a_boat(a, b, at_s, at_s + takes_s, car={land[a], land[b]} <= takes_cars), id=str(number))
        for number, (a, b, at_s, takes_s) in enumerate(rows)
        if a != b
    )
    lie = coast(boats, land)
    stands = car_places(lie, 0)
    return Case(on_roads(land, metric), on_roads(land, metric, slower=WALK), boats, stands)


def moves(case: Case, state: State, now_s: int) -> Iterator[tuple[int, State]]:
    """Give all that one can do at an instant: walk, drive if the car is here, board with the car or without."""
    drive, walk, boats, car_at = case
    here, car = state
    for there in range(len(car_at)):
        if walk.reachable[here, there]:
            yield now_s + int(walk.travel_s[here, there]), (there, car)
        if here == car and drive.reachable[here, there] and car_at[there] == there:
            yield now_s + int(drive.travel_s[here, there]), (there, there)
    for boat in boats:
        if boat.from_port != here or boat.last_checkin_s < now_s:
            continue
        left = {int(car_at[port]) for port in (here, boat.to_port) if car_at[port] != port}
        if not left and boat.car and here == car:
            yield boat.ashore_s, (boat.to_port, boat.to_port)
        if left == {car}:  # on land where the car cannot come it stands at the port for that land
            yield boat.ashore_s, (boat.to_port, car)


def earliest(case: Case, origin: int, leave_s: int) -> dict[State, int]:
    """Search step by step over where the driver is and where the car is."""
    best: dict[State, int] = {}
    queue = [(leave_s, (origin, int(case.car_at[origin])))]
    while queue:
        now_s, state = heapq.heappop(queue)
        if best.get(state, now_s + 1) > now_s:
            best[state] = now_s
            for move in moves(case, state, now_s):
                heapq.heappush(queue, move)
    return best


@settings(max_examples=200, deadline=None)
@given(case=cases(), leave_s=st.integers(-30, 110))
def test_arrivals_equal_a_search_over_driver_and_car(case: Case, leave_s: int) -> None:
    """Every journey is as early as the search finds that walks, drives and sails step by step."""
    drive, walk, boats, car_at = case
    left = leave_car(drive, walk, boats, car_at, "car")
    for origin in np.flatnonzero(car_at >= 0).tolist():
        found = earliest(case, origin, leave_s)
        for destination in np.flatnonzero(car_at >= 0).tolist():
            expected = found.get((destination, int(car_at[destination])))
            assert arrival(left.boats, left.road, origin, destination, leave_s) == expected


@settings(max_examples=50, deadline=None)
@given(case=cases())
def test_where_the_car_always_comes_along_nothing_changes(
    case: Case,
) -> None:
    """With every boat taking cars, leaving the car gives the plain table of journeys."""
    drive, walk, boats, _ = case
    boats = tuple(replace(boat, car=True) for boat in boats)
    left = leave_car(drive, walk, boats, np.arange(len(drive.travel_s), dtype=np.int32), "car")
    plain = compile_boats(carrying(boats, "car"), drive)
    for pair in pairs(drive):
        for at_s in range(-20, 120, 13):
            assert arrival(left.boats, left.road, *pair, at_s) == arrival(plain, drive, *pair, at_s)
