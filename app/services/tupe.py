"""Facts about carers whose work would go elsewhere: how much of it, and to whom. Nothing here says what follows in law.

Whether employment transfers depends on how work was organised and on what is agreed, not on a share of hours.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from app.dataset import Dataset

WEEKS = 12
FLAGS_PCT = (50, 75)
"""Shares of a carer's hours at which a carer is listed: half, and three quarters."""

NOTE = "Facts for advice, not a conclusion: a share of hours does not decide whether employment transfers."


@dataclass(frozen=True, slots=True, kw_only=True)
class Worked:
    """Hours that a carer spent with a client on a day."""

    carer: str
    client: str
    day: date
    hours: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Exposure:
    """How much of a carer's hours in the period would go to one receiving provider; `flag_pct` is 75, 50 or 0."""

    carer: str
    provider: str
    receiver: str
    hours: float
    share_pct: float
    flag_pct: int
    first: date
    last: date
    days: int


def exposures(
    worked: Iterable[Worked], employer_of: Mapping[str, str], moved_to: Mapping[str, str], *, until: date
) -> list[Exposure]:
    """List each carer and receiving provider with hours that would move, the greatest share first.

    `moved_to` names the new provider of each client who moves. Only the `WEEKS` weeks up to `until` (included) count;
    `first`, `last` and `days` say of how many of them there are records. Carers whom no provider employs are left out.
    """
    since = until - timedelta(weeks=WEEKS)
    hours: dict[str, Counter[str]] = defaultdict(Counter)
    days: dict[str, set[date]] = defaultdict(set)
    for row in worked:
        if since < row.day <= until and row.carer in employer_of:
            hours[row.carer][moved_to.get(row.client, "")] += row.hours  # type: ignore[assignment]  # not counts
            days[row.carer].add(row.day)
    found = []
    for carer, to in hours.items():
        total = sum(to.values())
        for receiver, moved in to.items():
            if receiver and receiver != employer_of[carer] and total:
                share = 100 * moved / total
                found.append(
                    Exposure(
                        carer=carer,
                        provider=employer_of[carer],
                        receiver=receiver,
                        hours=round(moved, 2),
                        share_pct=round(share, 1),
                        flag_pct=max((flag for flag in FLAGS_PCT if share >= flag), default=0),
                        first=min(days[carer]),
                        last=max(days[carer]),
                        days=len(days[carer]),
                    )
                )
    return sorted(found, key=lambda exposure: (-exposure.share_pct, exposure.carer, exposure.receiver))


def worked_on_recorded_day(dataset: Dataset) -> list[Worked]:
    """Take the recorded rota of a data set as the record of its one day."""
    visits = {visit.visit_id: visit for visit in dataset.visits}
    carer_of = {shift.shift_id: shift.carer_id for shift in dataset.shifts}
    return [
        Worked(
            carer=carer_of[row.shift_id],
            client=visits[row.visit_id].client_id,
            day=dataset.day,
            hours=visits[row.visit_id].duration_minutes / 60,
        )
        for row in dataset.recorded
    ]
