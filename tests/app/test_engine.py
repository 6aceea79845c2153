"""Engine and sessions: SQLite behaves like a server database, and the two edges keep their promises."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import delete, func, select, text
from sqlalchemy.exc import IntegrityError

from app.db.areas import Area
from app.db.engine import make_engine, reading, writing
from app.db.places import Place
from app.services.import_dataset import import_dataset
from tests.app.datasets import GOOD

if TYPE_CHECKING:
    from pathlib import Path

    from sqlalchemy import Engine


def test_sqlite_is_set_up_on_every_connection(tmp_path: Path) -> None:
    """References are enforced, writers wait, readers and a writer do not block each other; the folder is private."""
    engine = make_engine(f"sqlite:///{tmp_path / 'var' / 'rota.sqlite'}")
    with engine.connect() as connection:
        found = [connection.scalar(text(f"PRAGMA {name}")) for name in ("foreign_keys", "busy_timeout", "journal_mode")]
    engine.dispose()
    assert found == [1, 10_000, "wal"]
    assert (tmp_path / "var").stat().st_mode & 0o777 == 0o700


def test_references_are_enforced(engine: Engine) -> None:
    """An area that still has rows cannot be deleted."""
    with writing(engine) as session:
        import_dataset(session, GOOD)
    with pytest.raises(IntegrityError), writing(engine) as session:
        session.execute(delete(Area))


def test_a_reader_sees_one_state(engine: Engine) -> None:
    """What another session commits in the meantime is not seen before the reader begins anew."""
    with writing(engine) as session:
        import_dataset(session, GOOD)
    count = select(func.count()).select_from(Place)
    with reading(engine) as reader:
        assert reader.scalar(count) == 1
        with writing(engine) as writer:
            writer.execute(delete(Place))
        assert reader.scalar(count) == 1
    with reading(engine) as reader:
        assert reader.scalar(count) == 0


def test_reading_stores_nothing(engine: Engine) -> None:
    """What a reading session adds is gone afterwards."""
    with writing(engine) as session:
        import_dataset(session, GOOD)
    with reading(engine) as session:
        session.execute(delete(Place))
    with reading(engine) as session:
        assert session.scalar(select(func.count()).select_from(Place)) == 1


def test_writers_take_turns(sqlite_engine: Engine) -> None:
    """Threads that read and then write at once all succeed: none fails because another came between."""
    with writing(sqlite_engine) as session:
        import_dataset(session, GOOD)
    together = threading.Barrier(4)
    failures: list[Exception] = []

    def add_one() -> None:
        together.wait()
        try:
            with writing(sqlite_engine) as session:
                place = session.scalars(select(Place)).one()
                place.population += 1
        except Exception as error:  # noqa: BLE001 - the test reports whatever went wrong
            failures.append(error)

    threads = [threading.Thread(target=add_one) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    with reading(sqlite_engine) as session:
        assert session.scalar(select(Place.population)) == GOOD.places[0].population + 4
