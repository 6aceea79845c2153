"""Tests of exact arrivals, latest departures and itineraries over roads and boats."""

from __future__ import annotations

from dataclasses import replace
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from solver.compile import Compiled, compile_problem
from solver.errors import SolverError
from solver.timing import UNREACHABLE, arrival, itinerary, latest_departure, set_out_latest
from solver.types import Mode, Sailing, Travel
from tests.builders import a_problem, a_sailing, a_shift, a_travel, a_travel_leaving_car, a_visit, at

ISLAND = [[0, 10, None, None], [10, 0, None, None], [None, None, 0, 20], [None, None, 20, 0]]
"""Mainland: home 0 and port 1, ten minutes apart; island: port 2 and client 3, twenty minutes apart."""


def island_travel() -> Travel:
    """Sail out at 08:00 and 10:00, back at 09:00 and 12:00."""
    boats = [
        a_sailing("out-8", 1, 2, "08:00"),
        a_sailing("out-10", 1, 2, "10:00"),
        a_sailing("back-9", 2, 1, "09:00"),
        a_sailing("back-12", 2, 1, "12:00"),
    ]
    return a_travel(ISLAND, sailings=boats)


def island_day() -> Compiled:
    """Compile a day with a client on the island and one by the mainland port, so that both ports are in use."""
    visits = [a_visit("isle", place=3), a_visit("port", place=1), a_visit("pier", place=2)]
    return compile_problem(a_problem(visits, [a_shift()], island_travel()))


def test_arrival_takes_the_next_boat_that_can_be_caught() -> None:
    """Leaving home at 07:40 just catches the 08:00 boat (last check-in 07:50); a second later waits for 10:00."""
    day = island_day()
    caught = arrival(day.tables, 0, 0, 3, at("07:40"))
    missed = arrival(day.tables, 0, 0, 3, at("07:40") + 1)
    assert (caught, missed) == (at("08:55"), at("10:55"))


def test_no_boat_means_no_arrival() -> None:
    """After the last boat nobody arrives, and no departure arrives before the first."""
    day = island_day()
    assert arrival(day.tables, 0, 0, 3, at("09:41")) >= UNREACHABLE
    assert latest_departure(day.tables, 0, 0, 3, at("08:54")) < 0


def test_latest_departure_is_the_inverse_of_arrival() -> None:
    """At every minute of the day the latest departure arrives in time, and leaving a second later does not."""
    day = island_day()
    for origin in range(4):
        for destination in range(4):
            for due_s in range(at("07:00"), at("14:00"), 60):
                leave_s = latest_departure(day.tables, 0, origin, destination, due_s)
                if leave_s > 0:
                    assert arrival(day.tables, 0, origin, destination, leave_s) <= due_s
                assert arrival(day.tables, 0, origin, destination, max(leave_s, 0) + 1) > due_s


def test_road_wins_when_it_is_as_fast() -> None:
    """A boat journey that the road beats is never taken."""
    travel = a_travel([[0, 30], [30, 0]], sailings=[a_sailing("slow", 0, 1, "09:00")])
    journey = itinerary(travel, a_shift(), 0, 1, at("08:45"))
    assert journey is not None
    assert (journey.arrive_s, journey.boats, journey.travel_m) == (at("09:15"), (), 30_000)


def test_itinerary_names_its_boats_and_adds_up() -> None:
    """Travel, waiting and metres of a boat journey are told apart and add up to the arrival."""
    journey = itinerary(island_travel(), a_shift(), 0, 3, at("07:00"))
    assert journey is not None
    assert (journey.arrive_s, journey.boats) == (at("08:55"), ("out-8",))
    assert journey.travel_s == (10 + 20 + 35) * 60
    assert at("07:00") + journey.travel_s + journey.boat_wait_s == journey.arrive_s
    assert journey.travel_m == 30_000


def test_itinerary_changes_boats() -> None:
    """Three boats in a row are named when one leads to the other, and not the slow one that left sooner."""
    roads = [[0 if here == there else None for there in range(4)] for here in range(4)]
    boats = [
        a_sailing("one", 0, 1, "08:00"),
        a_sailing("slow", 1, 2, "08:50", minutes=150),
        a_sailing("two", 1, 2, "09:00"),
        a_sailing("three", 2, 3, "10:00"),
    ]
    journey = itinerary(a_travel(roads, sailings=boats), a_shift(), 0, 3, at("07:30"))
    assert journey is not None
    assert (journey.boats, journey.arrive_s) == (("one", "two", "three"), at("10:35"))


def test_a_driver_takes_the_boat_for_cars() -> None:
    """Of two boats at the same instants, the one that takes people only is for those on foot."""
    people = replace(a_sailing("people", 1, 2, "08:00"), modes=frozenset({Mode.FOOT}))
    ferry = replace(a_sailing("ferry", 1, 2, "08:00"), modes=frozenset({Mode.CAR}))
    travel = a_travel(ISLAND, sailings=[people, ferry], modes=(Mode.CAR, Mode.FOOT))
    for mode, boat in ((Mode.CAR, "ferry"), (Mode.FOOT, "people")):
        journey = itinerary(travel, a_shift(mode=mode), 0, 3, at("07:00"))
        assert journey is not None
        assert journey.boats == (boat,)
    with pytest.raises(SolverError, match="goes by bike, of which there is no travel"):
        itinerary(travel, a_shift(mode=Mode.BIKE), 0, 3, at("07:00"))


def test_itinerary_is_none_without_a_way() -> None:
    """No road and no later boat is no journey."""
    assert itinerary(island_travel(), a_shift(), 0, 3, at("11:00")) is None


def test_plain_and_compiled_travel_agree() -> None:
    """Every quarter of an hour, for every pair, the plain and the compiled arrival are the same instant.

    So they are where a long road leads round, and where there is one boat on the day.
    """
    round_or_across = [[0, 10, 100, 110], [10, 0, 90, 100], [100, 90, 0, 10], [110, 100, 10, 0]]
    boats = [a_sailing("a", 1, 2, "08:00"), a_sailing("b", 1, 2, "10:00")]
    single = a_travel([[0, None], [None, 0]], sailings=[a_sailing("only", 0, 1, "08:00")])
    for travel in (island_travel(), a_travel(round_or_across, sailings=boats), single):
        places = range(len(travel.modes[Mode.CAR].road_s))
        day = compile_problem(a_problem([a_visit(f"v{place}", place=place) for place in places], travel=travel))
        for leave_s in range(at("06:00"), at("13:00"), 900):
            for origin, destination in product(places, places):
                journey = itinerary(travel, a_shift(), origin, destination, leave_s)
                arrive_s = arrival(day.tables, 0, origin, destination, leave_s)
                assert (journey.arrive_s if journey else None) == (arrive_s if arrive_s < UNREACHABLE else None)
                due_s = latest_departure(day.tables, 0, origin, destination, leave_s)
                assert max(0, due_s) == max(0, set_out_latest(travel, a_shift(), origin, destination, leave_s))


def test_a_table_without_its_sailings_is_refused() -> None:
    """Boat journeys that no sailing explains are an error, not an invented boat."""
    travel = Travel(modes=island_travel().modes, sailings=())
    with pytest.raises(SolverError, match="do not follow from the sailings"):
        itinerary(travel, a_shift(), 0, 3, at("07:00"))


def islet_travel() -> Travel:
    """Home 0, pier 1; on the islet pier 2 and client 3: boats take people only, and walking is three times as slow."""
    out, back = (replace(boat, modes=frozenset({Mode.FOOT})) for boat in island_travel().sailings[:3:2])
    return a_travel_leaving_car(ISLAND, [out, back], [0, 1, 1, 1])


def test_who_leaves_the_car_walks_on_the_other_side() -> None:
    """Ten minutes by car, the boat, an hour on foot: the pieces say which is which, and only the car has metres."""
    journey = itinerary(islet_travel(), a_shift(), 0, 3, at("07:30"))
    assert journey is not None
    assert [(piece.mode, piece.boat, piece.travel_s // 60) for piece in journey.pieces] == [
        (Mode.CAR, None, 10), (Mode.FOOT, "out-8", 35), (Mode.FOOT, None, 60),
    ]  # fmt: skip
    assert (journey.arrive_s, journey.boat_wait_s) == (at("09:35"), 20 * 60)
    assert (journey.walk_s, journey.travel_m) == (60 * 60, 10_000)


def test_the_way_home_is_by_the_pier_where_the_car_stands() -> None:
    """Back from the islet: on foot to the pier, across, and home in the car."""
    journey = itinerary(islet_travel(), a_shift(), 3, 0, at("07:00"))
    assert journey is not None
    assert [piece.mode for piece in journey.pieces] == [Mode.FOOT, Mode.FOOT, Mode.CAR]
    assert journey.arrive_s == at("09:45")
    assert set_out_latest(islet_travel(), a_shift(), 3, 0, at("09:45")) == at("07:50")


def test_a_boat_to_where_no_car_can_wait_is_of_no_use_to_a_driver() -> None:
    """Of two boats from the islet one leads to a third shore: the way home is by the other."""
    shores = [[*row, None] for row in ISLAND] + [[None] * 4 + [0]]
    people = [
        replace(boat, modes=frozenset({Mode.FOOT}))
        for boat in (
            a_sailing("out", 1, 2, "08:00"),
            a_sailing("away", 2, 4, "08:30"),
            a_sailing("back", 2, 1, "09:00"),
        )
    ]
    travel = a_travel_leaving_car(shores, people, [0, 1, 1, 1, -1])
    journey = itinerary(travel, a_shift(), 3, 0, at("07:00"))
    assert journey is not None
    assert journey.boats == ("back",)


def test_another_shift_of_the_same_mode_keeps_its_own_travel() -> None:
    """Whoever starts elsewhere, and leaves no car there, has the plain travel: no boat for the car, no way across."""
    assert itinerary(islet_travel(), a_shift(start_place=1), 1, 3, at("07:00")) is None


@st.composite
def boats(draw: st.DrawFn, places: int) -> list[Sailing]:
    """Draw up to eight sailings between any places, about half of them for people only."""
    place = st.integers(0, places - 1)
    rows = draw(st.lists(st.tuples(place, place, st.integers(8, 15), st.booleans(), st.integers(1, 90)), max_size=8))
    return [
        replace(
            a_sailing(str(number), a, b, f"{hour}:{number:02}", minutes=minutes),
            modes=frozenset(Mode) if car else frozenset({Mode.FOOT}),
        )
        for number, (a, b, hour, car, minutes) in enumerate(rows)
        if a != b
    ]


@settings(max_examples=150, deadline=None)
@given(data=st.data(), leave_s=st.integers(at("07:00"), at("14:00")))
def test_the_pieces_of_a_journey_can_be_travelled_one_by_one(data: st.DataObject, leave_s: int) -> None:
    """Driver and car move from piece to piece, each boat is caught, and the last piece ends when the journey does."""
    land = data.draw(st.lists(st.integers(0, 2), min_size=5, max_size=5))
    minutes = [[10 * abs(a - b) if land[a] == land[b] else None for b in range(5)] for a in range(5)]
    sailings = data.draw(boats(5))
    pier = data.draw(st.sampled_from([place for place in range(5) if land[place] == land[0]]))
    car_at = [place if land[place] == land[0] else pier for place in range(5)]
    travel = a_travel_leaving_car(minutes, sailings, car_at)
    by_id = {boat.id: boat for boat in sailings}
    for origin, destination in ((a, b) for a in range(5) for b in range(5)):
        journey = itinerary(travel, a_shift(), origin, destination, leave_s)
        if journey is None:
            continue
        here, car, now_s = origin, car_at[origin], leave_s
        for piece in journey.pieces:
            assert piece.origin == here
            if piece.boat is not None:
                assert now_s <= by_id[piece.boat].last_checkin_s
                now_s = by_id[piece.boat].ashore_s
            else:
                assert piece.travel_s == travel.modes[piece.mode].road_s[piece.origin, piece.destination]
                now_s += piece.travel_s
            if piece.mode is Mode.CAR:
                assert car == here
                car = piece.destination
            here = piece.destination
        assert (here, car, now_s) == (destination, car_at[destination], journey.arrive_s)
        assert leave_s + journey.travel_s + journey.boat_wait_s == journey.arrive_s
        assert journey.boat_wait_s >= 0
