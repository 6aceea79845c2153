"""A search of the queue: done once, kept, stopped within two seconds, and given up when it always crashes."""

from __future__ import annotations

import threading
import time
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from app.db.engine import reading, writing
from app.db.optimisations import Kind, Status, add_optimisation, cancel, get_optimisation, start
from app.db.searches import Name, begin, finish, has_search, moments, put_search, result_of, take_unqueued
from app.jobs.oversee import MOST_STARTS
from app.jobs.parcel import digest, name_of, pack, unpack
from app.jobs.search import Searcher
from app.services.import_dataset import import_dataset
from solver.area_search import Area, AreaTask, search_areas_of
from solver.children import Spares
from solver.compile import compile_problem
from solver.errors import SearchCrashed
from solver.sequences import nobody_works
from solver.split import packed, split
from tests.app.datasets import GOOD
from tests.solver.days import random_day

if TYPE_CHECKING:
    from collections.abc import Iterator
    from uuid import UUID

    from sqlalchemy import Engine

NOON = datetime(2026, 11, 16, 12, tzinfo=UTC)


@pytest.fixture
def row(engine: Engine) -> UUID:
    """Give an optimisation that runs."""
    with writing(engine) as session:
        import_dataset(session, GOOD)
        made = add_optimisation(session, GOOD.area, kind=Kind.OPTIMISE, request={}, at=NOON).id
        start(session, made, at=NOON)
    return made


@pytest.fixture
def spares() -> Iterator[Spares]:
    """Give children to search in."""
    made = Spares()
    yield made
    made.end()


def asked(engine: Engine, row: UUID, *, iterations: int) -> Name:
    """Ask for the search of a small day."""
    compiled = compile_problem(random_day(20, 6))
    part = max(split(compiled), key=lambda each: len(each.legs))
    area = Area(number=0, part=part, weight=1.0, seed=1, annealed=(0.0, 1.0), iterations=iterations, polishes=0)
    task = AreaTask(area=area, day=packed(compiled), start=nobody_works(compiled), seconds=None, clock="wall")
    body = {"tasks": (task,)}
    name = Name(row, 0, 0, digest(body))
    with writing(engine) as session:
        put_search(session, name, function=name_of(search_areas_of), task=pack(body))
    return name


def test_a_search_is_done_once_and_kept(engine: Engine, row: UUID, spares: Spares) -> None:
    """Its result is there for whoever asked; done again, nothing is begun."""
    name = asked(engine, row, iterations=500)
    for _ in range(2):
        Searcher(engine, name, spares=spares, gone=threading.Event()).search()
    with writing(engine) as session:
        assert begin(session, name) is None
        (found,) = unpack(result_of(session, name) or b"")
        assert not finish(session, name, b"late")
        assert [(each.finished, each.done) for each in moments(session, row, 0)] == [(True, 1.0)]
    assert found.iterations == 500
    assert found.placed > 0


def test_a_cancelled_search_is_gone_within_two_seconds(engine: Engine, row: UUID, spares: Spares) -> None:
    """A search of hours in a real child ends, and its child with it."""
    name = asked(engine, row, iterations=10**9)
    spares.warm(1, print)
    child = spares.take()
    spares.put(child)
    thread = threading.Thread(target=Searcher(engine, name, spares=spares, gone=threading.Event()).search)
    thread.start()
    while not _has_begun(engine, row):
        time.sleep(0.05)
    with writing(engine) as session:
        cancel(session, row, at=NOON)
    began = time.monotonic()
    thread.join()
    assert time.monotonic() - began < 2
    assert child.process.poll() is not None
    with reading(engine) as session:
        assert result_of(session, name) is None


def _has_begun(engine: Engine, row: UUID) -> bool:
    with reading(engine) as session:
        return any(each.cost is not None for each in moments(session, row, 0))


def test_a_search_that_always_crashes_is_given_up(
    engine: Engine, row: UUID, spares: Spares, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After so many starts the optimisation has failed, with words that say so."""
    name, crashes = asked(engine, row, iterations=10), []

    def crash(*_: object, **__: object) -> list[bytes]:
        crashes.append(1)
        raise SearchCrashed("a search ended without a result (exit code -9)")

    monkeypatch.setattr("app.jobs.search.run_many", crash)
    Searcher(engine, name, spares=spares, gone=threading.Event()).search()
    assert len(crashes) == MOST_STARTS
    with reading(engine) as session:
        ended = get_optimisation(session, row)
    assert ended.status is Status.FAILED
    assert ended.problem is not None
    assert ended.problem["code"] == "optimisation-crashed"
    assert "one of its searches" in ended.problem["detail"]


def test_another_input_is_another_search(engine: Engine, row: UUID) -> None:
    """A search that starts from something else takes the place of the old one, whose late result is not taken."""
    old = asked(engine, row, iterations=10)
    with writing(engine) as session:
        assert take_unqueued(session, row) == [old]
        assert take_unqueued(session, row) == []
    new = asked(engine, row, iterations=20)
    with writing(engine) as session:
        assert (has_search(session, old), has_search(session, new)) == (False, True)
        assert begin(session, old) is None
        assert not finish(session, old, b"late")
        assert take_unqueued(session, row) == [new]
