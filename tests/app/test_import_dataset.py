"""Importing a data set: what is loaded equals what was imported, all of it or nothing."""

from __future__ import annotations

import time
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from app.dataset import AllocationRow, Dataset, VisitRow
from app.db.areas import get_area, list_areas
from app.db.clients import Visit
from app.db.dataset import TABLES
from app.db.engine import reading, writing
from app.errors import AreaNotFound
from app.services.import_dataset import digest, import_dataset
from app.services.load_dataset import load_dataset
from tests.app.datasets import GOOD

if TYPE_CHECKING:
    from sqlalchemy import Engine

NOON = datetime(2026, 11, 16, 12, tzinfo=UTC)


def test_what_is_loaded_equals_what_was_imported(engine: Engine) -> None:
    """Every row, value and order comes back, on both databases."""
    with writing(engine) as session:
        import_dataset(session, GOOD, at=NOON)
    with reading(engine) as session:
        assert load_dataset(session, GOOD.area) == GOOD
        area = get_area(session, GOOD.area)
        assert (area.day, area.imported_at, area.digest) == (GOOD.day, NOON, digest(GOOD))


def test_importing_again_replaces_the_rows_of_that_area_only(engine: Engine) -> None:
    """The second import of an area leaves nothing of the first, and other areas as they were."""
    other = replace(GOOD, area="bute")
    smaller = replace(GOOD, day=date(2026, 11, 18), visits=GOOD.visits[:1], recorded=(), sailings=(), ports=())
    with writing(engine) as session:
        import_dataset(session, GOOD)
        import_dataset(session, other)
    with writing(engine) as session:
        import_dataset(session, smaller)
    with reading(engine) as session:
        assert load_dataset(session, GOOD.area) == smaller
        assert load_dataset(session, "bute") == other
        assert [area.name for area in list_areas(session)] == ["bute", "oban-small"]


def test_a_failed_import_leaves_what_was_there(engine: Engine) -> None:
    """Rows that the database refuses in the middle undo the whole import."""
    orphan = AllocationRow(client_id="C9", provider_id="P1")
    with writing(engine) as session:
        import_dataset(session, GOOD)
    with pytest.raises(IntegrityError), writing(engine) as session:
        import_dataset(session, replace(GOOD, allocation=(*GOOD.allocation, orphan)))
    with reading(engine) as session:
        assert load_dataset(session, GOOD.area) == GOOD


def test_the_caller_decides_about_the_transaction(sqlite_engine: Engine) -> None:
    """An exception after the import, in the same block, undoes it."""

    def import_and_fail() -> None:
        with writing(sqlite_engine) as session:
            import_dataset(session, GOOD)
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        import_and_fail()
    with reading(sqlite_engine) as session, pytest.raises(AreaNotFound):
        load_dataset(session, GOOD.area)


def test_the_digest_tells_data_sets_apart() -> None:
    """Equal data sets have equal digests; one changed value changes it."""
    assert digest(replace(GOOD)) == digest(GOOD)
    assert digest(replace(GOOD, providers=(replace(GOOD.providers[0], floor_pct=79), GOOD.providers[1]))) != digest(
        GOOD
    )


def test_every_row_of_every_table_is_replaced(sqlite_engine: Engine) -> None:
    """After importing an empty data set, no table has a row of the area."""
    nothing = Dataset(
        area=GOOD.area, day=GOOD.day, providers=(), carers=(), shifts=(), clients=(), visits=(), allocation=()
    )
    with writing(sqlite_engine) as session:
        import_dataset(session, GOOD)
        assert all(session.scalar(select(func.count()).select_from(table)) for table in TABLES.values())
        import_dataset(session, nothing)
        assert not any(session.scalar(select(func.count()).select_from(table)) for table in TABLES.values())


def large() -> Dataset:
    """Make a data set of 1,500 clients and 3,000 visits."""
    clients = tuple(replace(GOOD.clients[0], client_id=f"C{n}") for n in range(1_500))
    visit: VisitRow = GOOD.visits[0]
    return replace(
        GOOD,
        clients=clients,
        visits=tuple(replace(visit, visit_id=f"V{n}", client_id=f"C{n % 1_500}") for n in range(3_000)),
        allocation=tuple(AllocationRow(client_id=client.client_id, provider_id="P1") for client in clients),
        recorded=(),
    )


def test_a_county_is_imported_in_seconds(engine: Engine) -> None:
    """Importing 1,500 clients and 3,000 visits over themselves takes less than three seconds of this process."""
    dataset = large()
    with writing(engine) as session:
        import_dataset(session, dataset)
    began = time.process_time()
    with writing(engine) as session:
        import_dataset(session, dataset)
    assert time.process_time() - began < 3
    with reading(engine) as session:
        assert session.scalar(select(func.count()).select_from(Visit)) == 3_000
