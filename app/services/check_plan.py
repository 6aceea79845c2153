"""Check a plan that anybody made, as a file, against every hard rule of an imported area."""

from __future__ import annotations

import json
from datetime import date
from typing import TYPE_CHECKING

from app.db.engine import reading
from app.errors import PlanUnreadable
from app.services.day_before import back_before
from app.services.load_dataset import load_day
from app.services.networks import load_network
from app.services.open_area import open_area
from app.services.translate import legal_providers, to_problem
from solver.check import check
from solver.plain import plan_from_plain

if TYPE_CHECKING:
    from pathlib import Path

    from sqlalchemy import Engine

    from solver.types import Breach


def check_plan(engine: Engine, data_dir: Path, area: str, file: Path) -> tuple[Breach, ...]:
    """Find every breach of a plan under the area's legal choices. Raises PlanUnreadable, AreaNotFound."""
    try:
        plan = plan_from_plain(json.loads(file.read_text(encoding="utf-8")))
        day = date.fromisoformat(plan.day)
    except (OSError, ValueError) as error:
        raise PlanUnreadable(f"{file.name}: {error}") from error
    with reading(engine) as session:
        dataset = load_day(session, area, day)
        back_s = back_before(session, area, dataset.day)
    opened = open_area(dataset, load_network(area, data_dir), data_dir)
    problem = to_problem(dataset, opened.travel, providers_of=legal_providers(dataset), back_s=back_s)
    return check(problem, plan)
