"""Price a plan term by term with ordinary arithmetic, so that no engine marks its own work.

Any plan can be priced, legal or not: legs are taken as the plan claims them (`check` judges them), and visits or
shifts that are not in the problem cost their travel only.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING

from solver.types import Mode, Priority

if TYPE_CHECKING:
    from collections.abc import Mapping

    from solver.types import DayPlan, DayProblem, Run, Visit, Weights


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """What a plan costs in equivalent paid seconds, term by term; the keys of `terms` are those of `TERMS`."""

    terms: Mapping[str, float]

    @property
    def total(self) -> float:
        """Sum all terms."""
        return sum(self.terms.values())


TERMS: Mapping[str, str] = MappingProxyType(
    {
        "travel": "Travel between visits, boats included, waiting for them not.",
        "commute": "Travel from home to the first visit and from the last one home.",
        "metres": "Every metre by car, also from and to home.",
        "unfamiliar": "Carers sent to a client who knows and prefers others.",
        "unallocated": "Visits left out, by priority.",
        "dropped": "Visits left out that an accepted plan places.",
        "provider_hours": "Each provider's contact time below its floor or above its ceiling.",
    }
)
"""What each term of a score counts."""


def score(problem: DayProblem, plan: DayPlan) -> Score:
    """Price a plan with the problem's weights."""
    weights = problem.weights
    left_out = _left_out(problem, plan)
    return Score(
        terms=MappingProxyType(
            {
                "travel": weights.travel * sum(stop.travel_s for run in plan.runs for stop in run.stops[1:]),
                "commute": weights.commute * sum(_commute_s(run) for run in plan.runs),
                "metres": weights.metre * _driven_m(problem, plan),
                "unfamiliar": float(weights.unfamiliar_visit * _unfamiliar(problem, plan)),
                "unallocated": float(sum(left_out_price(v, weights) for v in left_out if v.id not in problem.keep)),
                "dropped": float(sum(weights.dropped_visit for v in left_out if v.id in problem.keep)),
                "provider_hours": weights.provider_hours * _seconds_outside(problem, plan),
            }
        )
    )


def left_out_price(visit: Visit, weights: Weights) -> int:
    """Price a visit that is left out and need not be kept: the dearer of its priority and being time-critical."""
    by_priority = {
        Priority.GREEN: weights.unallocated_green,
        Priority.AMBER: weights.unallocated_amber,
        Priority.RED: weights.unallocated_red,
    }
    return max(by_priority[visit.priority], weights.unallocated_time_critical if visit.time_critical else 0)


def _left_out(problem: DayProblem, plan: DayPlan) -> list[Visit]:
    """Give the visits that have fewer carers than they need: half a double-handed visit is no visit."""
    sent = Counter(stop.visit for run in plan.runs for stop in run.stops)
    return [visit for visit in problem.visits if sent[visit.id] < visit.carers_needed]


def _commute_s(run: Run) -> int:
    return run.home_travel_s + (run.stops[0].travel_s if run.stops else 0)


def _driven_m(problem: DayProblem, plan: DayPlan) -> int:
    """Sum the metres that cars drive; walking and cycling cost their time alone."""
    undriven = {shift.id for shift in problem.shifts if shift.mode is not Mode.CAR}
    runs = [run for run in plan.runs if run.shift not in undriven]
    return sum(run.home_travel_m + sum(stop.travel_m for stop in run.stops) for run in runs)


def _unfamiliar(problem: DayProblem, plan: DayPlan) -> int:
    """Count the stops whose carer is not among those that the client knows, where the client knows any."""
    known = {visit.id: visit.known_carers for visit in problem.visits if visit.known_carers}
    carer = {shift.id: shift.carer for shift in problem.shifts}
    return sum(
        carer[run.shift] not in known[stop.visit]
        for run in plan.runs
        if run.shift in carer
        for stop in run.stops
        if stop.visit in known
    )


def _seconds_outside(problem: DayProblem, plan: DayPlan) -> int:
    """Sum each provider's seconds outside its band; both carers of a double-handed visit count."""
    duration_s = {visit.id: visit.duration_s for visit in problem.visits}
    provider = {shift.id: shift.provider for shift in problem.shifts}
    held_s: Counter[str] = Counter()
    for run in plan.runs:
        if run.shift in provider:
            held_s[provider[run.shift]] += sum(duration_s.get(stop.visit, 0) for stop in run.stops)
    return sum(
        max(0, band.floor_s - held_s[band.provider], held_s[band.provider] - band.ceiling_s)
        for band in problem.provider_hours
    )
