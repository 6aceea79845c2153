"""The runs that count for a day: those of its published rota, or of the plan that was stored for it last."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.db.plans import latest_plan, runs_of_plan, runs_on_paper
from app.db.rota_versions import latest_version
from app.services.draft_rota import plan_of, staffing_of

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from sqlalchemy.orm import Session

    from app.db.plans import Run

BY_CONTRACT = "B"


def runs_of_day(session: Session, area: str, day: date, *, letter: str = BY_CONTRACT) -> Sequence[Run]:
    """List the runs of the published rota of a day, or else of the last plan with a letter; or none."""
    version = latest_version(session, area, day)
    if version is not None:
        return runs_on_paper(plan_of(version), staffing_of(version))
    plan = latest_plan(session, area, day, letter=letter)
    return () if plan is None else runs_of_plan(session, plan)
