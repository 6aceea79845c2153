"""Reading rotas and the queue, on both databases."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import delete

from app.db import optimisations
from app.db.engine import reading, writing
from app.db.optimisations import add_optimisation, cancel, start
from app.db.queue import count_waiting, is_open, starts_of
from app.db.rota_versions import Kind
from app.db.rotas import latest_comparison
from app.errors import AlreadyEnded, NotFound, QueueFull, RotaNotFound
from app.services.import_dataset import import_dataset
from app.services.queue import enqueue, take_back
from app.services.read_rota import plan_rota, published, published_body
from app.services.requests import ZoneRequest
from tests.app.datasets import GOOD
from tests.app.service import NOON, SMALL, IdleJobs
from tests.app.stored_rotas import store_plans

if TYPE_CHECKING:
    from sqlalchemy import Engine


ZONES = optimisations.Kind.ZONES


def test_each_reads_their_part_of_the_published_rota(engine: Engine) -> None:
    """The area's, a provider's and a carer's runs, or those of a plan of the latest comparison."""
    store_plans(engine)
    with reading(engine) as session:
        everybody = published_body(session, SMALL.area, GOOD.day, Kind.AREA, SMALL.area)
        assert [run.shift for run in everybody.runs] == ["S1", "S2", "S3"]
        assert [row.detail for row in everybody.unallocated] == ["K1 and K2 could not come.", "Only K2 could come."]
        provider = published_body(session, SMALL.area, GOOD.day, Kind.PROVIDER, "P2")
        assert provider.runs == everybody.runs[1:]
        assert [(row.visit, row.detail) for row in provider.unallocated] == [("V3", None)]
        assert published_body(session, SMALL.area, GOOD.day, Kind.CARER, "K1").runs == everybody.runs[:1]
        recorded = plan_rota(session, SMALL.area, GOOD.day, Kind.AREA, SMALL.area, letter="A")
        assert (recorded.letter, recorded.version) == ("A", None)
        assert latest_comparison(session, SMALL.area).kind is optimisations.Kind.COMPARE


def test_the_published_rota_outlives_what_it_was_made_from(engine: Engine) -> None:
    """A new import changes nothing in it, and it is there when its optimisation is deleted."""
    store_plans(engine)
    with reading(engine) as session:
        before = published(session, SMALL.area, GOOD.day, Kind.PROVIDER, "P1")
    longer = replace(SMALL.visits[0], duration_minutes=SMALL.visits[0].duration_minutes + 5)
    with writing(engine) as session:
        import_dataset(session, replace(SMALL, visits=(longer, *SMALL.visits[1:])))
        session.execute(delete(optimisations.Optimisation))
    with reading(engine) as session:
        assert published(session, SMALL.area, GOOD.day, Kind.PROVIDER, "P1") == before


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
            found = plan_rota(session, SMALL.area, GOOD.day, Kind.AREA, SMALL.area, letter="B")
            others = plan_rota(session, SMALL.area, GOOD.day, Kind.PROVIDER, "P1", letter="B")
        assert (len(found.bookings), found.bookings_unknown) == expected
        assert others.bookings == []
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
            plan_rota(session, SMALL.area, GOOD.day, Kind.AREA, SMALL.area, letter="C")
        with pytest.raises(RotaNotFound):
            published(session, SMALL.area, GOOD.day + timedelta(days=1), Kind.AREA, SMALL.area)
        with pytest.raises(NotFound):
            plan_rota(session, SMALL.area, GOOD.day, Kind.PROVIDER, "P9", letter="A")
        with pytest.raises(NotFound):
            latest_comparison(session, "bute")


def test_the_queue_is_bounded(engine: Engine) -> None:
    """So many may wait; starts are counted; what has ended is not open."""
    store_plans(engine)
    with writing(engine) as session:
        _, sooner = (
            add_optimisation(session, SMALL.area, kind=ZONES, request={}, at=NOON + timedelta(hours=hours)).id
            for hours in (2, 1)
        )
        assert count_waiting(session) == 2
        with pytest.raises(QueueFull):
            enqueue(session, SMALL.area, ZoneRequest(), jobs=IdleJobs(), most=2)
        start(session, sooner, at=NOON)
        start(session, sooner, at=NOON)
        assert starts_of(session, sooner) == 2
        assert is_open(session, sooner)
        cancel(session, sooner, at=NOON)
        assert not is_open(session, sooner)
        assert starts_of(session, sooner) is None
        row = enqueue(session, SMALL.area, ZoneRequest(), jobs=IdleJobs(), most=2)
        take_back(session, row)
        with pytest.raises(AlreadyEnded):
            take_back(session, row)
