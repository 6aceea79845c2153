"""When carers were back home the day before, so that 11 hours of rest lie between two days' work."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from app.clock import local_instant
from app.services.planned_runs import BY_CONTRACT, runs_of_day

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from sqlalchemy.orm import Session

    from app.db.plans import Run

_NOON_S = 12 * 3600


def back_before(session: Session, area: str, day: date, *, letter: str = BY_CONTRACT) -> dict[str, int]:
    """Tell when carers were back the day before, in seconds since midnight of `day` (so below zero, as a rule).

    The published rota of the day before counts, or else the plan with a letter that was stored for it last. In the
    night when the clocks change the seconds are those that make the rest as long as it really is.
    """
    before = day - timedelta(days=1)
    runs = runs_of_day(session, area, before, letter=letter)
    return {carer: _of_next_day(before, back_s) for carer, back_s in _latest(runs).items()}


def _latest(runs: Iterable[Run]) -> dict[str, int]:
    """Give the last return of each carer."""
    latest: dict[str, int] = {}
    for run in runs:
        latest[run.carer] = max(run.back_home_s, latest.get(run.carer, run.back_home_s))
    return latest


def _of_next_day(day: date, back_s: int) -> int:
    """Turn a reading of one day's clock into the next day's: as long before its noon as it really is."""
    noon, back = local_instant(day + timedelta(days=1), _NOON_S), local_instant(day, back_s)
    # As timestamps: instants of one time zone are subtracted as readings of its clock.
    return _NOON_S - round(noon.timestamp() - back.timestamp())
