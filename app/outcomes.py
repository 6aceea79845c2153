"""What became of a visit: missed, late, early or short, from planned times and those of call monitoring.

Plain arithmetic on seconds since midnight of the day. NICE (QS123, statement 2) asks to measure missed visits and gives
no minutes for late ones: contracts do (`ContractRow.late_minutes`), usually 15 to 30.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from app.agreements import LATE_MINUTES

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping


class VisitOutcome(StrEnum):
    """What can be said against a visit; of one that was made as planned, nothing."""

    MISSED = "missed"
    LATE = "late"
    EARLY = "early"
    SHORT = "short"


@dataclass(frozen=True, slots=True, kw_only=True)
class Tolerance:
    """How much is let pass, in seconds, both included. No source gives minutes for early or short visits: ours."""

    late_s: int = 60 * LATE_MINUTES
    early_s: int = 60 * LATE_MINUTES
    short_s: int = 5 * 60


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedCall:
    """One carer's part in a visit, as planned. A double-handed visit has two."""

    visit: str
    client: str
    carer: str
    start_s: int
    duration_s: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ActualCall:
    """When one carer was at a visit. `left_s` None: nobody noted it."""

    visit: str
    carer: str
    arrived_s: int
    left_s: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class MatchedCall:
    """A planned call with the actual one, if somebody came. `by_another`: not the planned carer."""

    planned: PlannedCall
    actual: ActualCall | None
    outcomes: frozenset[VisitOutcome]

    @property
    def by_another(self) -> bool:
        """Tell whether another carer than planned came."""
        return self.actual is not None and self.actual.carer != self.planned.carer


def outcomes_of(planned: PlannedCall, actual: ActualCall | None, within: Tolerance) -> frozenset[VisitOutcome]:
    """Say what became of a call. Late and short do not exclude each other; a missed call is nothing else."""
    if actual is None:
        return frozenset({VisitOutcome.MISSED})
    after_s = actual.arrived_s - planned.start_s
    stayed_s = None if actual.left_s is None else actual.left_s - actual.arrived_s
    said = {
        VisitOutcome.LATE: after_s > within.late_s,
        VisitOutcome.EARLY: -after_s > within.early_s,
        VisitOutcome.SHORT: stayed_s is not None and planned.duration_s - stayed_s > within.short_s,
    }
    return frozenset(outcome for outcome, holds in said.items() if holds)


def match_calls(
    planned: Iterable[PlannedCall], actual: Iterable[ActualCall], tolerance_of: Mapping[str, Tolerance]
) -> list[MatchedCall]:
    """Match planned calls with actual ones of the same visit: the planned carer first, then whoever else came.

    `tolerance_of` is by client; others have the usual one.
    """
    came: defaultdict[str, dict[str, ActualCall]] = defaultdict(dict)
    for seen in sorted(actual, key=lambda seen: seen.arrived_s):
        came[seen.visit][seen.carer] = seen
    calls = list(planned)
    found = {index: came[call.visit].pop(call.carer, None) for index, call in enumerate(calls)}
    matched = []
    for index, call in enumerate(calls):
        instead = came[call.visit]
        made = found[index] or (instead.pop(next(iter(instead))) if instead else None)
        within = tolerance_of.get(call.client, Tolerance())
        matched.append(MatchedCall(planned=call, actual=made, outcomes=outcomes_of(call, made, within)))
    return matched
