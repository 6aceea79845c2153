"""The figures of a plan, by plain arithmetic over its runs: the same definitions for A, B, C and D.

Definitions follow the field's: contact time counts both carers of a double-handed visit; travel is between the visits
of a run (check-in and crossing included), the way from and to home is reported apart as commute; waiting is idle time
between visits less rests, and a gap of over two hours is not waiting but time off, which nobody pays for. Paid time is
contact, travel and waiting.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from statistics import median
from typing import TYPE_CHECKING

from solver.types import Mode

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from solver.types import DayPlan, DayProblem, Run, Shift, Visit

SPLIT_GAP_S = 120 * 60
METRES_PER_MILE = 1609.344


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """What the figures are measured against: today's provider of each client, who is choice-locked, and the small
    area that each client lives in."""

    provider_of: Mapping[str, str]
    choice_locked: frozenset[str]
    area_of: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanMetrics:
    """The figures of one plan. Hours, miles and counts for the whole day; shares in 0-1; `_pct` in 0-100."""

    visits: int
    visits_placed: int
    unallocated: Mapping[str, int]
    contact_hours: float
    travel_hours: float
    waiting_hours: float
    paid_hours: float
    time_off_hours: float
    commute_hours: float
    miles: float
    commute_miles: float
    travel_share: float
    travel_min_per_visit: float
    travel_min_per_contact_hour: float
    boat_legs: int
    runs: int
    providers_per_occupied_area: float
    carers_per_client: float
    people: int
    people_changing_provider: int
    people_changing_provider_pct: float
    choice_locked_moved: int
    hours_by_provider: Mapping[str, float]
    breaches: int


def plan_metrics(problem: DayProblem, plan: DayPlan, setting: Setting, *, breaches: int) -> PlanMetrics:
    """Measure one plan; `breaches` is what the independent checker counted."""
    visits = {visit.id: visit for visit in problem.visits}
    shifts = {shift.id: shift for shift in problem.shifts}
    time = _hours(plan.runs, visits, shifts)
    served = _served_by(plan.runs, visits, shifts)
    placed = len({stop.visit for run in plan.runs for stop in run.stops})
    changed = {client for client, by in served.items() if by.providers - {setting.provider_of[client]}}
    people = len({visit.client for visit in problem.visits})
    paid = time["contact"] + time["travel"] + time["waiting"]
    return PlanMetrics(
        visits=len(problem.visits),
        visits_placed=placed,
        unallocated=dict(sorted(Counter(str(left.reason) for left in plan.unallocated).items())),
        contact_hours=_round(time["contact"] / 3600),
        travel_hours=_round(time["travel"] / 3600),
        waiting_hours=_round(time["waiting"] / 3600),
        paid_hours=_round(paid / 3600),
        time_off_hours=_round(time["time off"] / 3600),
        commute_hours=_round(time["commute"] / 3600),
        miles=_round(time["metres"] / METRES_PER_MILE),
        commute_miles=_round(time["commute_metres"] / METRES_PER_MILE),
        travel_share=_round(_ratio(time["travel"], paid), 4),
        travel_min_per_visit=_round(_ratio(time["travel"] / 60, placed)),
        travel_min_per_contact_hour=_round(60 * _ratio(time["travel"], time["contact"])),
        boat_legs=sum(bool(boats) for run in plan.runs for boats in (*(s.boats for s in run.stops), run.home_boats)),
        runs=len(plan.runs),
        providers_per_occupied_area=_round(_overlap(served, setting.area_of)),
        carers_per_client=_round(median(len(by.carers) for by in served.values()) if served else 0.0),
        people=people,
        people_changing_provider=len(changed),
        people_changing_provider_pct=_round(100 * _ratio(len(changed), people)),
        choice_locked_moved=len(changed & setting.choice_locked),
        hours_by_provider=_hours_by_provider(plan.runs, visits, shifts),
        breaches=breaches,
    )


@dataclass(slots=True)
class _Served:
    """Who came to one client over the day."""

    providers: set[str]
    carers: set[str]


def _served_by(runs: Iterable[Run], visits: Mapping[str, Visit], shifts: Mapping[str, Shift]) -> dict[str, _Served]:
    """Collect, for every client with a placed visit, the providers and carers who come."""
    served: dict[str, _Served] = defaultdict(lambda: _Served(set(), set()))
    for run in runs:
        shift = shifts[run.shift]
        for stop in run.stops:
            by = served[visits[stop.visit].client]
            by.providers.add(shift.provider)
            by.carers.add(shift.carer)
    return dict(served)


def _hours(runs: Iterable[Run], visits: Mapping[str, Visit], shifts: Mapping[str, Shift]) -> Counter[str]:
    """Sum seconds and metres over all runs by what they are spent on. Only cars drive paid metres."""
    total: Counter[str] = Counter()
    for run in runs:
        drives = shifts[run.shift].mode is Mode.CAR
        for number, stop in enumerate(run.stops):
            total["contact"] += visits[stop.visit].duration_s
            leg = "commute" if number == 0 else "travel"
            total[leg] += stop.travel_s + stop.boat_wait_s
            if drives:
                total["commute_metres" if number == 0 else "metres"] += stop.travel_m
            wait_s = stop.start_s - stop.arrive_s
            if number > 0:
                total["waiting" if wait_s <= SPLIT_GAP_S else "time off"] += wait_s
        total["commute"] += run.home_travel_s
        if drives:
            total["commute_metres"] += run.home_travel_m
    return total


def _overlap(served: Mapping[str, _Served], area_of: Mapping[str, str]) -> float:
    """Mean number of providers who serve an occupied small area."""
    providers: dict[str, set[str]] = defaultdict(set)
    for client, by in served.items():
        providers[area_of[client]] |= by.providers
    return _ratio(sum(len(names) for names in providers.values()), len(providers))


def _hours_by_provider(
    runs: Iterable[Run], visits: Mapping[str, Visit], shifts: Mapping[str, Shift]
) -> dict[str, float]:
    """Contact hours that each provider's carers give."""
    seconds: Counter[str] = Counter()
    for run in runs:
        seconds[shifts[run.shift].provider] += sum(visits[stop.visit].duration_s for stop in run.stops)
    return {provider: _round(total / 3600) for provider, total in sorted(seconds.items())}


def _ratio(part: float, whole: float) -> float:
    """Divide, with nothing of nothing being nothing."""
    return part / whole if whole else 0.0


def _round(value: float, digits: int = 2) -> float:
    """Round for people to read."""
    return round(float(value), digits)
