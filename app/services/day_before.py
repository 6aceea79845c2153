"""When carers were back home the day before, so that 11 hours of rest lie between two days' work."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from app.clock import local_instant
from app.db.plans import latest_plan, runs_of_plan
from app.db.rota_versions import latest_version
from solver.plain import plan_from_plain

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import date

    from sqlalchemy.orm import Session

_NOON_S = 12 * 3600
BY_CONTRACT = "B"


def back_before(session: Session, area: str, day: date, *, letter: str = BY_CONTRACT) -> dict[str, int]:
    """Tell when carers were back the day before, in seconds since midnight of `day` (so below zero, as a rule).

    The published rota of the day before counts, or else the plan with a letter that was stored for it last. In the
    night when the clocks change the seconds are those that make the rest as long as it really is.
    """
    before = day - timedelta(days=1)
    return {
        carer: _of_next_day(before, back_s) for carer, back_s in _latest(_backs(session, area, before, letter)).items()
    }


def _backs(session: Session, area: str, day: date, letter: str) -> Iterable[tuple[str, int]]:
    """List carers and when their runs of a day end."""
    version = latest_version(session, area, day)
    if version is not None:
        carer_of: Mapping[str, str] = version.staffing["carer_of_shift"]
        return [(carer_of[run.shift], run.back_home_s) for run in plan_from_plain(version.plan).runs]
    plan = latest_plan(session, area, day, letter=letter)
    return [] if plan is None else [(run.carer, run.back_home_s) for run in runs_of_plan(session, plan)]


def _latest(backs: Iterable[tuple[str, int]]) -> dict[str, int]:
    """Give the last return of each carer."""
    latest: dict[str, int] = {}
    for carer, back_s in backs:
        latest[carer] = max(back_s, latest.get(carer, back_s))
    return latest


def _of_next_day(day: date, back_s: int) -> int:
    """Turn a reading of one day's clock into the next day's: as long before its noon as it really is."""
    noon, back = local_instant(day + timedelta(days=1), _NOON_S), local_instant(day, back_s)
    # As timestamps: instants of one time zone are subtracted as readings of its clock.
    return _NOON_S - round(noon.timestamp() - back.timestamp())
