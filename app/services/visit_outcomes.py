"""What became of the visits of a day: the rota that was followed against call monitoring."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.db.actuals import actuals_of
from app.outcomes import ActualCall, MatchedCall, PlannedCall, Tolerance, match_calls
from app.services.load_dataset import load_day
from app.services.planned_runs import runs_of_day

if TYPE_CHECKING:
    from datetime import date

    from sqlalchemy.orm import Session

    from app.dataset import Dataset


def outcomes_of_day(session: Session, area: str, day: date) -> list[MatchedCall]:
    """Match every planned call of a day with who came, by run and stop. Raises AreaNotFound."""
    planned = [
        PlannedCall(
            visit=stop.visit,
            client=stop.client,
            carer=run.carer,
            start_s=stop.start_s,
            duration_s=stop.leave_s - stop.start_s,
        )
        for run in runs_of_day(session, area, day)
        for stop in run.stops
    ]
    actual = [
        ActualCall(visit=row.visit_id, carer=row.carer_id, arrived_s=row.arrived, left_s=row.left)
        for row in actuals_of(session, area, day)
    ]
    return match_calls(planned, actual, _tolerances(load_day(session, area, day)))


def _tolerances(dataset: Dataset) -> dict[str, Tolerance]:
    """Give by client what the contract lets pass."""
    late_minutes = {row.contract_id: row.late_minutes for row in dataset.contracts}
    return {
        row.client_id: Tolerance(late_s=60 * late_minutes[row.contract_id], early_s=60 * late_minutes[row.contract_id])
        for row in dataset.allocation
        if row.contract_id is not None
    }
