"""A service over a tiny area that can be planned: two carers, a boat, and roads between their doors."""

from __future__ import annotations

import logging
import sys
import threading
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import numpy as np
import structlog
from fastapi.testclient import TestClient

from app.config import Settings
from app.db.engine import make_engine, writing
from app.main import create_app
from app.security.api_keys import create_key
from app.services.import_dataset import import_dataset
from geo.types import RawRoads
from tests.app.datasets import GOOD, clock
from tests.geo.roads import road, write_osm

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path
    from uuid import UUID

    from sqlalchemy.orm import Session

    from app.jobs.port import Jobs

NOON = datetime(2026, 11, 16, 12, tzinfo=UTC)

V1, V2 = GOOD.visits
K1, K2 = GOOD.carers
OUT = replace(GOOD.sailings[0], car=False, days=("Tue",))
BACK = replace(OUT, route="Kerrera - Gallanach", from_port="kerrera", to_port="gallanach")
ALONE = replace(V1, carers_needed=1)
ACROSS = replace(V2, earliest=clock(8), latest=clock(8, 45), preferred=clock(8, 30), duration_minutes=30)
TOO_LATE = replace(V2, visit_id="V3")

SMALL = replace(
    GOOD,
    carers=(K1, replace(K2, mode="bike")),
    visits=(ALONE, ACROSS, TOO_LATE),
    recorded=(
        replace(GOOD.recorded[0], start=clock(8, 5)),
        replace(GOOD.recorded[1], visit_id="V2", start=clock(8, 30)),
    ),
    sailings=(OUT, BACK),
)
"""V1 is made by K1 by car, V2 by K2 by bike and boat; nobody can make V3 after midnight, when no boat sails."""

DOORS = ((-5.4727, 56.4127), (-5.4710, 56.4153), (-5.4512, 56.4301), (-5.5190, 56.3922))
ISLAND = ((-5.5289, 56.3945), (-5.5330, 56.3990))


class IdleJobs:
    """Carries out nothing, and notes what was queued."""

    def __init__(self) -> None:
        self.queued: list[UUID] = []

    def start(self) -> None:
        """Begin."""

    def enqueue(self, _session: Session, optimisation: UUID) -> None:
        """Note it."""
        self.queued.append(optimisation)

    def stop(self) -> None:
        """End."""

    def recover(self, _worker: str) -> int:
        """Nothing is ever lost."""
        return 0


def draw_roads(folder: Path) -> Path:
    """Write the roads of the area as OpenStreetMap XML: one from door to door on each shore."""
    raw = RawRoads(
        lonlat=np.array(DOORS + ISLAND),
        ways=(road(2, 1, 0, 3), road(4, 5, id=2)),
        ferries=(),
        source="test",
        sha256="0" * 64,
        attribution="nobody",
    )
    return write_osm(folder / "roads.osm", raw)


def settings_in(folder: Path, **more: object) -> Settings:
    """Give the settings of an installation that keeps everything in one folder, with a migrated database there."""
    more = {"remember_seconds": 0.0, **more}
    return Settings(data_dir=folder, database_url=f"sqlite:///{folder / 'rota.sqlite'}", **more)  # type: ignore[arg-type]


@contextmanager
def logging_as_before() -> Iterator[None]:
    """Give the loggers back as they were."""
    root, configured = logging.getLogger(), structlog.get_config()
    handlers, level = root.handlers[:], root.level
    hooks = sys.excepthook, threading.excepthook
    yield
    root.handlers[:] = handlers
    root.setLevel(level)
    structlog.configure(**configured)
    sys.excepthook, threading.excepthook = hooks


@contextmanager
def serving(settings: Settings, jobs: Jobs | None = None) -> Iterator[TestClient]:
    """Serve over an imported area."""
    with (
        logging_as_before(),
        TestClient(create_app(settings, jobs=jobs or IdleJobs()), raise_server_exceptions=False) as http,
    ):
        yield http


def store_small(settings: Settings) -> None:
    """Import the area."""
    engine = make_engine(settings.database_url)
    with writing(engine) as session:
        import_dataset(session, SMALL)
    engine.dispose()


def bearer(settings: Settings, provider: str | None = None, *, days: int = 30) -> dict[str, str]:
    """Make a key and give the header that carries it, and the partnership's purpose."""
    engine = make_engine(settings.database_url)
    with writing(engine) as session:
        key = create_key(session, SMALL.area, provider=provider, days=days)
    engine.dispose()
    return {"Authorization": f"Bearer {key}"} | ({} if provider else {"X-Purpose": "care-planning"})
