"""Crossings to book: which cars a plan puts on which boats."""

from __future__ import annotations

from dataclasses import replace

from app.services.crossings import car_crossings, crossings_to_book
from geo.types import Departure
from solver.types import Run, Stop
from tests.app.datasets import clock

BOAT = Departure(
    id="out",
    route="Oban - Craignure",
    from_port=0,
    to_port=1,
    last_checkin_s=clock(7, 30),
    departs_s=clock(8),
    arrives_s=clock(8, 46),
    ashore_s=clock(8, 50),
    car=True,
    booking=True,
    car_fare_pence=1_625,
)
BACK = replace(BOAT, id="back", from_port=1, to_port=0, departs_s=clock(17), booking=None)
WALK = replace(BOAT, id="walk", departs_s=clock(9), car=False, booking=None)
FREE = replace(BOAT, id="free", departs_s=clock(12), booking=False)
SAILINGS = {boat.id: boat for boat in (BACK, WALK, FREE, BOAT)}


def run(shift: str, out: tuple[str, ...], home: tuple[str, ...] = ()) -> Run:
    """Give a run with one visit, and the boats there and home."""
    stop = Stop(visit="V", arrive_s=0, start_s=0, leave_s=0, travel_s=0, travel_m=0, boats=out)
    return Run(
        shift=shift, leave_home_s=0, stops=(stop,), back_home_s=0, home_travel_s=0, home_travel_m=0, home_boats=home
    )


def test_every_car_on_every_boat_is_listed_in_order_of_departure() -> None:
    """Out and home, two cars on the same boat, and a boat for passengers only is not one of them."""
    runs = [run("S2", ("out", "walk"), ("back",)), run("S1", ("free", "out"))]
    found = car_crossings(runs, ["S1", "S2"], SAILINGS)
    assert [(crossing.shift, crossing.sailing.id) for crossing in found] == [
        ("S1", "out"), ("S2", "out"), ("S1", "free"), ("S2", "back"),
    ]  # fmt: skip


def test_only_boats_known_to_need_it_are_to_be_booked() -> None:
    """A boat that needs none, and one of which nobody knows, are left out."""
    crossings = car_crossings([run("S1", ("out", "free"), ("back",))], ["S1"], SAILINGS)
    assert [crossing.sailing for crossing in crossings_to_book(crossings)] == [BOAT]


def test_nobody_books_for_carers_without_a_car_or_boats_that_are_gone() -> None:
    """Walkers need no place for a car, and a boat that left the timetable cannot be booked."""
    assert car_crossings([run("S1", ("out",))], ["S2"], SAILINGS) == ()
    assert car_crossings([run("S1", ("cancelled",))], ["S1"], SAILINGS) == ()
