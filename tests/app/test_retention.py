"""What is too old goes, class by class; what is still needed stays, and the audit stays provable."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import func, insert, select

from app.db.actuals import ActualVisit
from app.db.audit import AuditEntry, Entry, entry_of, every_entry, record, seal
from app.db.engine import reading, writing
from app.db.optimisations import Kind, add_optimisation, fail
from app.db.searches import Name, put_search
from app.db.tables import METADATA
from app.services.load_dataset import load_dataset
from app.services.retention import run_retention
from tests.app.service import NOON, SMALL, settings_in
from tests.app.stored_rotas import store_plans

if TYPE_CHECKING:
    from pathlib import Path

    from sqlalchemy import Engine

    from app.config import Settings

KEPT_FOR_EVER = {"keep_rotas_days": 0, "keep_actuals_days": 0, "keep_proposals_days": 0, "keep_audit_days": 0}


def count(engine: Engine, *tables: str) -> list[int]:
    """Count the rows of tables."""
    with reading(engine) as session:
        return [session.scalar(select(func.count()).select_from(METADATA.tables[name])) or 0 for name in tables]


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Keep each class for ten days."""
    return settings_in(tmp_path, **dict.fromkeys(KEPT_FOR_EVER, 10))


@pytest.fixture
def stored(engine: Engine) -> Engine:
    """Store a data set, two plans, a published rota, actual visits, a failed optimisation and an audit."""
    store_plans(engine)
    with writing(engine) as session:
        values = {"area": SMALL.area, "day": SMALL.day, "arrived": 29_000, "left": 31_000}
        session.execute(insert(ActualVisit).values(visit_id="V2", carer_id="K2", **values))
        failed = add_optimisation(session, SMALL.area, kind=Kind.COMPARE, request={}, at=NOON).id
        put_search(session, Name(failed, 0, 0, "k"), function="f", task=b"")
        fail(session, failed, problem={}, at=NOON)
        record(session, Entry(at=NOON, actor="key/a", action="read", subject="carer/K2", area=SMALL.area))
    return engine


def test_what_is_too_old_goes(stored: Engine, settings: Settings) -> None:
    """A day later than is kept, rotas, actual visits and optimisations are gone, and the audit names nobody."""
    with writing(stored) as session:
        report = run_retention(session, settings, actor="cli", today=SMALL.day + timedelta(days=11))
    assert {kept.name: kept.rows for kept in report} == {
        "rotas": {"rota_version": 1, "rota_draft": 1, "plan": 2},
        "actuals": {"actual_visit": 1},
        "proposals": {"optimisation": 2},
        "audit": {"audit_entry": 1},
    }
    assert count(stored, "rota_version", "rota_document", "rota_draft", "plan", "run", "stop", "search") == [0] * 7
    with reading(stored) as session:
        rows = list(every_entry(session))
        assert load_dataset(session, SMALL.area) == SMALL
    assert [row.subject for row in rows] == ["erased", "rows/8"]
    assert all(seal(row.seq, entry_of(row), row.previous) == row.digest for row in rows)


def test_what_is_young_enough_stays(stored: Engine, settings: Settings) -> None:
    """On the last day that is kept nothing is gone."""
    before = count(stored, *METADATA.tables)
    with writing(stored) as session:
        report = run_retention(session, settings, actor="cli", today=NOON.date() + timedelta(days=10))
    assert all(not kept.rows for kept in report)
    after = dict(zip(METADATA.tables, count(stored, *METADATA.tables), strict=True))
    assert after == {**dict(zip(METADATA.tables, before, strict=True)), "audit_entry": 2}


def test_an_optimisation_stays_while_its_plans_do(stored: Engine, tmp_path: Path) -> None:
    """What a kept plan came from is kept too, and only the failed optimisation goes."""
    settings = settings_in(tmp_path, **{**KEPT_FOR_EVER, "keep_proposals_days": 10})
    with writing(stored) as session:
        run_retention(session, settings, actor="cli", today=SMALL.day + timedelta(days=11))
    assert count(stored, "optimisation", "plan", "rota_version") == [1, 2, 1]


def test_no_days_keep_for_ever(stored: Engine, tmp_path: Path) -> None:
    """A class with 0 days is never touched."""
    with writing(stored) as session:
        report = run_retention(
            session, settings_in(tmp_path, **KEPT_FOR_EVER), actor="cli", today=SMALL.day + timedelta(days=90_000)
        )
    assert [(kept.before, dict(kept.rows)) for kept in report] == [(None, {})] * 4


def test_a_run_is_taken_down(stored: Engine, settings: Settings) -> None:
    """The audit tells that retention ran, when, and how many rows went."""
    with writing(stored) as session:
        run_retention(session, settings, actor="cli", today=datetime.now(UTC).date())
    with reading(stored) as session:
        last = session.scalars(select(AuditEntry).order_by(AuditEntry.seq.desc())).first()
    assert last is not None
    assert (last.action, last.actor) == ("run_retention", "cli")
