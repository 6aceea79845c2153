"""Processes are killed at random instants, and afterwards everything is as if they had not been."""

from __future__ import annotations

import time
from random import Random
from typing import TYPE_CHECKING
from uuid import uuid4

import pytest

from app.db.engine import make_engine, writing
from app.db.optimisations import Status
from app.services.import_dataset import import_dataset
from tests.app.areas import tiny_dataset
from tests.app.commands import tiny_home, url_of
from tests.app.conftest import create_database
from tests.app.kills import Site, alive, descendants, until

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def single(tmp_path: Path) -> Iterator[Site]:
    """Give an installation on one machine, with SQLite."""
    tiny_home(tmp_path / "one")
    site = Site(tmp_path, url_of(tmp_path / "one"))
    yield site
    site.end()


@pytest.fixture
def shared(tmp_path: Path, postgres_server: str, postgres_template: str) -> Iterator[Site]:
    """Give an installation on PostgreSQL, for two workers."""
    url = create_database(postgres_server, f"k{uuid4().hex}", postgres_template)
    engine = make_engine(url)
    with writing(engine) as session:
        import_dataset(session, tiny_dataset())
    engine.dispose()
    site = Site(tmp_path, url)
    yield site
    site.end()


def test_a_worker_is_killed_on_one_machine(single: Site) -> None:
    """Killed with -9 while it searches and again at any instant, it leaves no orphan and goes on where it was."""
    rng = Random(1)
    row, finished = single.ask(), {}
    single.start("one")
    for moment in ("searching", "any"):
        if moment == "searching":
            until(single.starts)
        time.sleep(rng.uniform(0.0, 3.0))
        finished |= single.starts(finished=True)
        children = descendants(single.processes["one"].pid)
        single.kill("one")
        until(lambda those=children: not any(alive(child) for child in those), seconds=5)
        single.start("one")
    until(lambda: single.ended(row))
    assert single.status(row) is Status.DONE
    single.require_sound(finished)


@pytest.mark.postgres
def test_a_worker_is_killed_beside_another(shared: Site) -> None:
    """What a lost worker was doing is taken over by the other; nobody waits for the lost one to come back."""
    rng = Random(2)
    rows = [shared.ask() for _ in range(2)]
    for name in ("one", "two"):
        shared.start(name)
    until(lambda: len(shared.starts()) >= 2)
    time.sleep(rng.uniform(0.0, 2.0))
    finished = shared.starts(finished=True)
    shared.kill("one")
    until(lambda: shared.ended(*rows))
    assert [shared.status(row) for row in rows] == [Status.DONE] * 2
    shared.require_sound(finished)
