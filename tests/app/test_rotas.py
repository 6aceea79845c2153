"""What readers of rotas are told of visits beside the plan."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from app.db.engine import reading, writing
from app.db.rotas import carers_needed
from app.services.import_dataset import import_dataset
from tests.app.datasets import GOOD

if TYPE_CHECKING:
    from sqlalchemy import Engine


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
