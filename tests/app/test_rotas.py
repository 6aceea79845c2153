"""What readers of rotas are told of visits beside the plan."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from app.db.engine import reading, writing
from app.db.optimisations import Kind, add_optimisation, finish, start
from app.db.rotas import carers_needed, latest_comparison, latest_with_ledger
from app.errors import NotFound
from app.services.import_dataset import import_dataset
from tests.app.datasets import GOOD

if TYPE_CHECKING:
    from uuid import UUID

    from sqlalchemy import Engine

    from app.db.base import Json


def test_a_changed_visit_needs_other_carers_that_day_only(engine: Engine) -> None:
    """Unless the change says nothing about it; visits that are not there are missing."""
    change = replace(GOOD.visit_changes[0], carers_needed=1)
    other = replace(GOOD.visit_changes[0], visit_id="V2")
    with writing(engine) as session:
        import_dataset(session, replace(GOOD, visit_changes=(change, other)))
    with reading(engine) as session:
        assert carers_needed(session, GOOD.area, GOOD.day, ["V1", "V2", "V9"]) == {"V1": 1, "V2": 1}
        assert carers_needed(session, GOOD.area, GOOD.day + timedelta(days=1), ["V1", "V2"]) == {"V1": 2, "V2": 1}
        assert carers_needed(session, GOOD.area, GOOD.day, []) == {}


def test_a_proposal_is_drafted_from_the_comparison_that_has_swaps(engine: Engine) -> None:
    """A later comparison without a ledger does not hide it; without any ledger the last comparison is given."""
    with writing(engine) as session:
        import_dataset(session, GOOD)
    first = compared(engine, 0, {"plans": {}})
    with reading(engine) as session:
        assert latest_with_ledger(session, GOOD.area).id == first
    told, last = compared(engine, 1, {"ledger": {"swaps": []}}), compared(engine, 2, {"plans": {}})
    with reading(engine) as session:
        assert latest_with_ledger(session, GOOD.area).id == told
        assert latest_comparison(session, GOOD.area).id == last


def test_what_was_compared_around_a_proposal_is_never_the_latest(engine: Engine) -> None:
    """A comparison held to what was declined in one proposal is not what others are drafted from."""
    with writing(engine) as session:
        import_dataset(session, GOOD)
    around = {"proposal": "00000000-0000-0000-0000-000000000001"}
    compared(engine, 1, {"ledger": {"swaps": []}}, around)
    with reading(engine) as session, pytest.raises(NotFound, match="no comparison"):
        latest_with_ledger(session, GOOD.area)
    told = compared(engine, 0, {"ledger": {"swaps": []}}, {"proposal": None})
    with reading(engine) as session:
        assert latest_with_ledger(session, GOOD.area).id == told


def compared(engine: Engine, minute: int, result: Json, request: Json | None = None) -> UUID:
    """Store a comparison that was finished at a minute."""
    at = datetime(2026, 11, 22, 9, minute, tzinfo=UTC)
    with writing(engine) as session:
        made = add_optimisation(session, GOOD.area, kind=Kind.COMPARE, request=request or {}, at=at).id
        start(session, made, at=at)
        finish(session, made, result=result, at=at)
    return made
