"""Reading rotas and the queue, on both databases."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from app.db.engine import reading, writing
from app.db.optimisations import Kind, add_optimisation, cancel, start
from app.db.queue import count_waiting, is_open, next_waiting, running
from app.db.rotas import latest_comparison
from app.errors import AlreadyEnded, NotFound, QueueFull, RotaNotFound
from app.services.import_dataset import import_dataset
from app.services.queue import enqueue, take_back
from app.services.read_rota import area_rota, carer_rota, provider_rota
from app.services.requests import ZoneRequest
from tests.app.datasets import GOOD
from tests.app.service import NOON, SMALL
from tests.app.stored_rotas import store_plans

if TYPE_CHECKING:
    from sqlalchemy import Engine


def test_each_reads_their_part_of_a_plan(engine: Engine) -> None:
    """The area's, a provider's and a carer's runs; the current plan, or a letter of the latest comparison."""
    store_plans(engine)
    with reading(engine) as session:
        everybody = area_rota(session, SMALL.area, GOOD.day)
        assert [run.shift for run in everybody.runs] == ["S1", "S2", "S3"]
        assert [row.visit for row in everybody.unallocated] == ["V3", "V4"]
        provider = provider_rota(session, SMALL.area, "P2", GOOD.day)
        assert provider.runs == everybody.runs[1:]
        assert [row.visit for row in provider.unallocated] == ["V3"]
        assert carer_rota(session, SMALL.area, "K1", GOOD.day).runs == everybody.runs[:1]
        assert area_rota(session, SMALL.area, GOOD.day, letter="A").letter == "A"
        assert latest_comparison(session, SMALL.area).kind is Kind.COMPARE


def test_a_rota_of_an_earlier_data_set_says_so(engine: Engine) -> None:
    """Importing the same rows again changes nothing; one changed value puts every stored plan out of date."""
    store_plans(engine)
    longer = replace(SMALL.visits[0], duration_minutes=SMALL.visits[0].duration_minutes + 5)
    for dataset, out_of_date in ((SMALL, False), (replace(SMALL, visits=(longer, *SMALL.visits[1:])), True)):
        with writing(engine) as session:
            import_dataset(session, dataset)
        with reading(engine) as session:
            assert area_rota(session, SMALL.area, GOOD.day).out_of_date is out_of_date
            assert provider_rota(session, SMALL.area, "P1", GOOD.day, letter="A").out_of_date is out_of_date


def test_crossings_to_book_are_listed_for_those_who_drive(engine: Engine) -> None:
    """A car on a boat that needs booking, with who, where, when and the fare; where nobody knows it is counted."""
    store_plans(engine)
    drivers = tuple(replace(carer, mode="car") for carer in SMALL.carers)
    out, back = (replace(boat, car=True) for boat in SMALL.sailings)
    booked = replace(out, booking=True, car_fare_pence=1_625)
    for carers, sailings, expected in (
        (SMALL.carers, (booked, back), (0, 0)),
        (drivers, (booked, back), (1, 1)),
        (drivers, SMALL.sailings, (0, 0)),
    ):
        with writing(engine) as session:
            import_dataset(session, replace(SMALL, carers=carers, sailings=sailings))
        with reading(engine) as session:
            found = area_rota(session, SMALL.area, GOOD.day)
            others = provider_rota(session, SMALL.area, "P1", GOOD.day)
        assert (len(found.bookings), found.bookings_unknown) == expected
        assert others.bookings == ()
        if found.bookings:
            (booking,) = found.bookings
            assert (booking.carer, booking.shift, booking.provider, booking.fare_pence) == ("K2", "S3", "P2", 1_625)
            assert (booking.from_port, booking.to_port) == ("Gallanach", "Kerrera")
            assert f"{booking.departs:%H:%M %z}" == "07:45 +0000"


def test_what_is_not_there_is_not_found(engine: Engine) -> None:
    """Another letter, day, provider or area."""
    store_plans(engine)
    with reading(engine) as session:
        with pytest.raises(RotaNotFound):
            area_rota(session, SMALL.area, GOOD.day, letter="C")
        with pytest.raises(RotaNotFound):
            area_rota(session, SMALL.area, GOOD.day + timedelta(days=1), letter="A")
        with pytest.raises(NotFound):
            provider_rota(session, SMALL.area, "P9", GOOD.day)
        with pytest.raises(NotFound):
            latest_comparison(session, "bute")


def test_the_queue_is_in_order_and_bounded(engine: Engine) -> None:
    """The oldest waits first; starts are counted; what has ended is not open."""
    store_plans(engine)
    with writing(engine) as session:
        later, sooner = (
            add_optimisation(session, SMALL.area, kind=Kind.ZONES, request={}, at=NOON + timedelta(hours=hours)).id
            for hours in (2, 1)
        )
        assert (count_waiting(session), next_waiting(session)) == (2, sooner)
        with pytest.raises(QueueFull):
            enqueue(session, SMALL.area, ZoneRequest(), most=2)
        start(session, sooner, at=NOON)
        start(session, sooner, at=NOON)
        assert (next_waiting(session), running(session)) == (later, [(sooner, 2)])
        assert is_open(session, sooner)
        cancel(session, sooner, at=NOON)
        assert not is_open(session, sooner)
        row = enqueue(session, SMALL.area, ZoneRequest(), most=2)
        take_back(session, row)
        with pytest.raises(AlreadyEnded):
            take_back(session, row)
