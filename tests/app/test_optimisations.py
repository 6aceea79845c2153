"""Optimisations in the database: each status leads only where it may."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING
from uuid import UUID, uuid4

import pytest

from app.db.engine import reading, writing
from app.db.optimisations import (
    Kind,
    Status,
    add_optimisation,
    cancel,
    fail,
    finish,
    get_optimisation,
    list_optimisations,
    start,
)
from app.errors import NotFound
from app.services.import_dataset import import_dataset
from tests.app.datasets import GOOD

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy import Engine
    from sqlalchemy.orm import Session

NOON = datetime(2026, 11, 16, 12, tzinfo=UTC)


@pytest.fixture
def queued(engine: Engine) -> UUID:
    """Queue an optimisation of the good data set."""
    with writing(engine) as session:
        import_dataset(session, GOOD)
        return add_optimisation(session, GOOD.area, kind=Kind.OPTIMISE, request={"seed": 7}, at=NOON).id


def test_the_usual_life_of_an_optimisation(engine: Engine, queued: UUID) -> None:
    """Queued, running, done: each step keeps its instant, and the result is stored."""
    with writing(engine) as session:
        assert start(session, queued, at=NOON + timedelta(seconds=1))
    with writing(engine) as session:
        assert finish(session, queued, result={"plans": ["x"]}, at=NOON + timedelta(seconds=60))
    with reading(engine) as session:
        row = get_optimisation(session, queued)
    assert (row.kind, row.status, row.request, row.version) == (Kind.OPTIMISE, Status.DONE, {"seed": 7}, 3)
    assert (row.result, row.problem) == ({"plans": ["x"]}, None)
    assert row.created_at == NOON
    assert row.started_at == NOON + timedelta(seconds=1)
    assert row.finished_at == NOON + timedelta(seconds=60)


STEPS: dict[str, Callable[[Session, UUID], bool]] = {
    "start": lambda session, row: start(session, row, at=NOON),
    "finish": lambda session, row: finish(session, row, result={}, at=NOON),
    "fail": lambda session, row: fail(session, row, problem={"code": "no-plan-found"}, at=NOON),
    "cancel": lambda session, row: cancel(session, row, at=NOON),
}


@pytest.mark.parametrize(
    ("taken", "refused", "status"),
    [
        ((), ("finish",), Status.QUEUED),
        (("start", "start"), (), Status.RUNNING),
        (("start", "finish"), ("start", "finish", "fail", "cancel"), Status.DONE),
        (("start", "fail"), ("start", "finish", "fail", "cancel"), Status.FAILED),
        (("fail",), ("start", "cancel"), Status.FAILED),
        (("cancel",), ("start", "finish", "fail", "cancel"), Status.CANCELLED),
        (("start", "cancel"), ("start", "finish", "fail"), Status.CANCELLED),
    ],
)
def test_a_status_leads_only_where_it_may(
    engine: Engine, queued: UUID, taken: tuple[str, ...], refused: tuple[str, ...], status: Status
) -> None:
    """Allowed steps are taken and say so; the others change nothing and say so."""
    with writing(engine) as session:
        assert all(STEPS[step](session, queued) for step in taken)
        before = get_optimisation(session, queued).version
        assert not any(STEPS[step](session, queued) for step in refused)
        row = get_optimisation(session, queued)
        assert (row.status, row.version) == (status, before)


def test_the_latest_come_first(engine: Engine, queued: UUID) -> None:
    """Optimisations are listed by area, newest first, up to a limit."""
    with writing(engine) as session:
        later = add_optimisation(session, GOOD.area, kind=Kind.COMPARE, request={}, at=NOON + timedelta(hours=1)).id
        assert [row.id for row in list_optimisations(session, GOOD.area)] == [later, queued]
        assert [row.id for row in list_optimisations(session, GOOD.area, limit=1)] == [later]
        assert list_optimisations(session, "bute") == []


def test_an_unknown_id_is_not_found(sqlite_engine: Engine) -> None:
    """Asking for an optimisation that is not there raises NotFound; moving it says that nothing changed."""
    with writing(sqlite_engine) as session:
        with pytest.raises(NotFound):
            get_optimisation(session, uuid4())
        assert not start(session, uuid4(), at=NOON)
