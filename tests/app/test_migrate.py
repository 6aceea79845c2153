"""The migrations make the tables that the code describes, both ways, on both databases."""

from __future__ import annotations

import multiprocessing
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from alembic import command
from alembic.script import ScriptDirectory
from sqlalchemy import inspect, text

from app.db.engine import make_engine, reading
from app.db.migrate import configuration, migrate, prepare
from app.db.tables import METADATA
from app.resources import migrations
from app.services.load_dataset import load_dataset
from app.services.make_day import make_day


def tables(url: str) -> set[str]:
    """List the tables of a database."""
    engine = make_engine(url)
    try:
        return set(inspect(engine).get_table_names())
    finally:
        engine.dispose()


def test_tables_match_the_models(empty_url: str) -> None:
    """After migrating, Alembic finds no difference between the database and the models."""
    migrate(empty_url)
    engine = make_engine(empty_url)
    with engine.connect() as connection:
        command.check(configuration(connection))
    engine.dispose()
    assert tables(empty_url) == {*METADATA.tables, "alembic_version"}


def test_a_difference_is_noticed(empty_url: str) -> None:
    """The check of the test above fails when a column is missing."""
    migrate(empty_url)
    engine = make_engine(empty_url)
    with engine.begin() as connection:
        connection.execute(text("ALTER TABLE place DROP COLUMN population"))
    with engine.connect() as connection, pytest.raises(Exception, match="population"):
        command.check(configuration(connection))
    engine.dispose()


def test_down_and_up_again(empty_url: str) -> None:
    """Downgrading removes every table, and upgrading brings them back."""
    migrate(empty_url)
    engine = make_engine(empty_url)
    with engine.connect() as connection:
        prepare(connection)
        command.downgrade(configuration(connection), "base")
        connection.commit()
    engine.dispose()
    assert tables(empty_url) == {"alembic_version"}
    migrate(empty_url)
    assert tables(empty_url) == {*METADATA.tables, "alembic_version"}


def test_migrating_again_changes_nothing(empty_url: str) -> None:
    """A database that is up to date stays as it is, data included."""
    migrate(empty_url)
    engine = make_engine(empty_url)
    with engine.begin() as connection:
        row = {"name": "oban", "day": date(2026, 11, 17), "imported_at": datetime.now(UTC), "digest": "x"}
        connection.execute(METADATA.tables["area"].insert(), row)
    migrate(empty_url)
    with engine.connect() as connection:
        assert connection.scalar(text("SELECT count(*) FROM area")) == 1
    engine.dispose()


def test_a_failed_migration_leaves_nothing(empty_url: str) -> None:
    """When a step fails, the tables made before it are gone too."""
    engine = make_engine(empty_url)
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE stop (id integer)"))
    with pytest.raises(Exception, match="stop"):
        migrate(empty_url)
    engine.dispose()
    assert tables(empty_url) == {"stop"}


def test_processes_that_migrate_together_wait_for_each_other(empty_url: str) -> None:
    """Two processes that migrate one empty database at once both succeed."""
    both = [multiprocessing.get_context("fork").Process(target=migrate, args=(empty_url,)) for _ in range(2)]
    for process in both:
        process.start()
    for process in both:
        process.join(timeout=60)
    assert [process.exitcode for process in both] == [0, 0]
    assert tables(empty_url) == {*METADATA.tables, "alembic_version"}


def test_there_is_one_head() -> None:
    """The migrations form one line, and the files are numbered as their revisions."""
    scripts = ScriptDirectory(str(migrations()))
    assert len(scripts.get_heads()) == 1
    for script in scripts.walk_revisions():
        assert Path(script.path).name.startswith(f"{script.revision}_")


def test_a_database_that_is_up_to_date_is_left_alone(empty_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Alembic is not asked, nor a lock taken; a database one step behind is brought up to date."""
    migrate(empty_url)
    with monkeypatch.context() as patch:
        patch.setattr(command, "upgrade", lambda *_: pytest.fail("it was up to date"))
        migrate(empty_url)
    engine = make_engine(empty_url)
    with engine.connect() as connection:
        prepare(connection)
        command.downgrade(configuration(connection), "-1")
        connection.commit()
        behind = connection.scalar(text("SELECT version_num FROM alembic_version"))
    migrate(empty_url)
    with engine.connect() as connection:
        assert connection.scalar(text("SELECT version_num FROM alembic_version")) != behind
    engine.dispose()


def test_the_folder_is_no_package() -> None:
    """A package named alembic in the checkout would hide the library."""
    folder = migrations()
    assert not (folder / "__init__.py").exists()


OLDER = {
    "area": {
        "name": "oban",
        "day": date(2026, 11, 17),
        "imported_at": datetime(2026, 11, 16, tzinfo=UTC),
        "digest": "x",
    },
    "provider": {
        "area": "oban",
        "provider_id": "P1",
        "name": "Lorn Care",
        "kind": "council",
        "national": False,
        "floor_pct": 0,
        "localities": "[]",
        "position": 0,
    },
    "carer": {
        "area": "oban",
        "carer_id": "K1",
        "provider_id": "P1",
        "lat": 56.4,
        "lon": -5.4,
        "mode": "car",
        "skills": "[]",
        "max_work_minutes": 480,
        "position": 0,
    },
    "shift": {
        "area": "oban",
        "shift_id": "S1",
        "carer_id": "K1",
        "start": 0,
        "end": 3600,
        "break_minutes": 0,
        "break_earliest": 0,
        "break_latest": 0,
        "position": 0,
    },
    "client": {
        "area": "oban",
        "client_id": "C1",
        "lat": 56.4,
        "lon": -5.4,
        "locality": "Lorn",
        "sds_option": 3,
        "choice_locked": False,
        "door_minutes": 2,
        "position": 0,
    },
    "visit": {
        "area": "oban",
        "visit_id": "V1",
        "client_id": "C1",
        "earliest": 0,
        "latest": 60,
        "preferred": 0,
        "duration_minutes": 30,
        "carers_needed": 1,
        "skills": "[]",
        "time_critical": False,
        "priority": "green",
        "position": 0,
    },
    "allocation": {"area": "oban", "client_id": "C1", "provider_id": "P1", "position": 0},
    "recorded": {"area": "oban", "shift_id": "S1", "visit_id": "V1", "start": 0, "position": 0},
}
"""A row of each table as it was before weeks were known."""


def test_data_sets_of_one_day_become_weeks_and_back(empty_url: str) -> None:
    """Rows of an older installation can be read as they were meant, and survive the way back."""
    migrate(empty_url, "0007")
    engine = make_engine(empty_url)
    with engine.begin() as connection:
        for table, row in OLDER.items():
            names, values = ", ".join(f'"{name}"' for name in row), ", ".join(f":{name}" for name in row)
            connection.execute(text(f"INSERT INTO {table} ({names}) VALUES ({values})"), row)  # noqa: S608 - ours
    migrate(empty_url)
    with reading(engine) as session:
        dataset = load_dataset(session, "oban")
    assert (dataset.visits[0].days, dataset.visits[0].every_weeks, dataset.shifts[0].days) == ((), 1, ())
    assert (dataset.clients[0].languages, dataset.carers[0].languages) == ((), ())
    assert [row.visit_id for row in make_day(dataset).visits] == ["V1"]
    with engine.connect() as connection:
        prepare(connection)
        command.downgrade(configuration(connection), "0007")
        connection.commit()
    with engine.connect() as connection:
        assert connection.execute(text("SELECT shift_id, visit_id FROM recorded")).one() == ("S1", "V1")
        assert connection.scalar(text("SELECT preferred FROM visit")) == 0
    engine.dispose()
