"""Column types: instants are aware and in UTC, tuples stay tuples, constraints have names."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError, StatementError

from app.db.areas import Area
from app.db.engine import reading, writing
from app.db.providers import Provider
from app.db.tables import METADATA
from app.services.import_dataset import import_dataset
from tests.app.datasets import GOOD

if TYPE_CHECKING:
    from sqlalchemy import Engine


def an_area(imported_at: datetime) -> Area:
    """Make an area imported at an instant."""
    return Area(name="oban", day=GOOD.day, imported_at=imported_at, digest="x")


def test_instants_come_back_in_utc(engine: Engine) -> None:
    """An instant stored in another time zone is the same instant, in UTC."""
    summer = timezone(timedelta(hours=1))
    with writing(engine) as session:
        session.add(an_area(datetime(2026, 7, 1, 12, 30, 15, 250_000, tzinfo=summer)))
    with reading(engine) as session:
        found = session.scalar(select(Area.imported_at))
    assert found == datetime(2026, 7, 1, 11, 30, 15, 250_000, tzinfo=UTC)
    assert found.tzinfo is UTC


def test_naive_instants_are_refused(engine: Engine) -> None:
    """An instant without a time zone is not stored."""
    with pytest.raises(StatementError, match="naive datetime"), writing(engine) as session:
        session.add(an_area(datetime(2026, 7, 1, 12)))  # noqa: DTZ001 - what the test is about


def test_the_database_checks_too(engine: Engine) -> None:
    """A value outside its range is refused by the database itself."""
    with writing(engine) as session:
        import_dataset(session, GOOD)
    with pytest.raises(IntegrityError, match="ck_provider_floor_pct_range"), writing(engine) as session:
        session.execute(update(Provider).values(floor_pct=101))


def test_every_constraint_has_a_name() -> None:
    """A migration can drop any constraint or index by its name, which PostgreSQL does not cut off."""
    for table in METADATA.tables.values():
        for part in (*table.constraints, *table.indexes):
            assert part.name
            assert len(str(part.name)) < 64
