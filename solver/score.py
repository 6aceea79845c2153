"""Price a plan term by term with ordinary arithmetic, so that no engine marks its own work.

Any plan can be priced, legal or not: legs are taken as the plan claims them (`check` judges them), and visits or
shifts that are not in the problem cost their travel only.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING

from solver.claims import read
from solver.needs import start_windows
from solver.types import Mode, Priority

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from solver.claims import Claims, KnownRun
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
        "metres": "Every metre by road, also from and to home, at its mode's price.",
        "waiting": "Idle time between leaving home and being back, rests and boats apart.",
        "early": "Starts before a visit would like.",
        "late": "Starts after a visit would like.",
        "latest": "The largest of those latenesses.",
        "slack": "Stops reached with little time to spare before the last start of their window.",
        "overtime": "Work of a shift beyond what is contracted.",
        "undertime": "Contracted work of a shift that is not used.",
        "balance": "Work, dearer by the hour on the shifts that already have more.",
        "unfamiliar": "Carers sent to a client who knows others.",
        "second_choice": "Carers sent to a client who prefers others.",
        "another_carer": "Carers of a client on the day beyond the first.",
        "another_provider": "Providers of a client on the day beyond the first.",
        "another_area": "Small areas of a run beyond the first.",
        "changed": "Stops by another shift, or at another time, than planned before.",
        "unallocated": "Visits left out, by priority.",
        "dropped": "Visits left out that an accepted plan places.",
        "provider_hours": "Each provider's contact time below its floor or above its ceiling.",
    }
)
"""What each term of a score counts."""


def score(problem: DayProblem, plan: DayPlan) -> Score:
    """Price a plan with the problem's weights."""
    day = read(problem, plan)
    terms = {
        **_road_terms(problem, plan),
        **_clock_terms(day),
        **_work_terms(day),
        **_people_terms(day),
        **_left_out_terms(problem, plan),
        "provider_hours": problem.weights.provider_hours * _seconds_outside(problem, plan),
    }
    return Score(terms=MappingProxyType({name: float(terms[name]) for name in TERMS}))


def _road_terms(problem: DayProblem, plan: DayPlan) -> dict[str, float]:
    weights = problem.weights
    price = {Mode.CAR: weights.metre, Mode.BIKE: weights.metre_by_bike, Mode.FOOT: weights.metre_on_foot}
    mode = {shift.id: shift.mode for shift in problem.shifts}
    return {
        "travel": weights.travel * sum(stop.travel_s for run in plan.runs for stop in run.stops[1:]),
        "commute": weights.commute * sum(_commute_s(run) for run in plan.runs),
        "metres": sum(price[mode.get(run.shift, Mode.CAR)] * _metres(run) for run in plan.runs),
    }


def _clock_terms(day: Claims) -> dict[str, float]:
    """Price the instants: waiting, starts that are early, late or moved, and stops without slack."""
    weights = day.problem.weights
    starts = {visit.id: (visit, stop.start_s) for _, stop, visit in day.served}.values()
    late_s = [max(0, start_s - v.late_after_s) for v, start_s in starts if v.late_after_s is not None]
    early_s = [max(0, v.early_before_s - start_s) for v, start_s in starts if v.early_before_s is not None]
    return {
        "waiting": weights.waiting * sum(_waiting_s(known) for known in day.runs),
        "early": weights.early * sum(early_s),
        "late": weights.late * sum(late_s),
        "latest": weights.latest * max(late_s, default=0),
        "slack": weights.slack
        * sum(_short_of_slack_s(visit, stop.arrive_s, stop.start_s, weights) for _, stop, visit in day.served),
    }


def _waiting_s(known: KnownRun) -> int:
    """Give the time between leaving home and being back in which nothing is done."""
    run = known.run
    done_s = sum(stop.leave_s - stop.start_s for stop in run.stops)
    done_s += sum(leg.travel_s + leg.boat_wait_s for leg in known.legs)
    done_s += sum(rest.end_s - rest.start_s for rest in run.rests if rest.after_stop > 0)
    return max(0, run.back_home_s - run.leave_home_s - done_s)


def _short_of_slack_s(visit: Visit, arrive_s: int, start_s: int, weights: Weights) -> int:
    last_s = min((w.latest_s for w in start_windows(visit) if w.latest_s >= start_s), default=visit.window.latest_s)
    return max(0, weights.slack_s - (last_s - arrive_s))


def _work_terms(day: Claims) -> dict[str, float]:
    """Price each shift's work: contact, paid breaks and travel between visits."""
    weights = day.problem.weights
    work_s = {known.shift.id: _work_s(known) for known in day.runs}
    contracted = [(shift.contracted_s, work_s.get(shift.id, 0)) for shift in day.problem.shifts]
    return {
        "overtime": weights.overtime * sum(max(0, done - due) for due, done in contracted if due is not None),
        "undertime": weights.undertime * sum(max(0, due - done) for due, done in contracted if due is not None),
        "balance": weights.balance * sum(done * done for done in work_s.values()) / 7200,
    }


def _work_s(known: KnownRun) -> int:
    contact_s = sum(visit.duration_s for _, visit in known.served)
    paid_s = sum(due.duration_s for due in known.shift.breaks if due.paid)
    return contact_s + paid_s + sum(stop.travel_s for stop in known.run.stops[1:])


def _people_terms(day: Claims) -> dict[str, float]:
    """Price who comes to whom, and how far each run and each visit strays."""
    weights = day.problem.weights
    before = {was.visit: was for was in day.problem.before}
    carers, providers, areas = defaultdict(set), defaultdict(set), defaultdict(set)
    unfamiliar = second_choice = 0
    changed = 0.0
    for shift, stop, visit in day.served:
        carers[visit.client].add(shift.carer)
        providers[visit.client].add(shift.provider)
        if visit.area is not None:
            areas[shift.id].add(visit.area)
        unfamiliar += bool(visit.known_carers) and shift.carer not in visit.known_carers
        second_choice += bool(visit.preferred_carers) and shift.carer not in visit.preferred_carers
        if was := before.get(visit.id):
            changed += weights.changed_visit * (shift.id not in was.shifts)
            changed += weights.changed_start * abs(stop.start_s - was.start_s)
    return {
        "unfamiliar": weights.unfamiliar_visit * unfamiliar,
        "second_choice": weights.second_choice_visit * second_choice,
        "another_carer": weights.another_carer * _beyond_first(carers.values()),
        "another_provider": weights.another_provider * _beyond_first(providers.values()),
        "another_area": weights.another_area * _beyond_first(areas.values()),
        "changed": changed,
    }


def _beyond_first(groups: Iterable[set[str]]) -> int:
    return sum(len(group) - 1 for group in groups)


def _left_out_terms(problem: DayProblem, plan: DayPlan) -> dict[str, float]:
    left_out, weights = _left_out(problem, plan), problem.weights
    return {
        "unallocated": sum(left_out_price(visit, weights) for visit in left_out if visit.id not in problem.keep),
        "dropped": sum(weights.dropped_visit for visit in left_out if visit.id in problem.keep),
    }


def left_out_price(visit: Visit, weights: Weights) -> int:
    """Price a visit that is left out and need not be kept: the dearer of its priority and being time-critical.

    Each carer it needs counts: else leaving out the double-handed would be the cheapest way to save two carers' time.
    """
    by_priority = {
        Priority.GREEN: weights.unallocated_green,
        Priority.AMBER: weights.unallocated_amber,
        Priority.RED: weights.unallocated_red,
    }
    price = max(by_priority[visit.priority], weights.unallocated_time_critical if visit.time_critical else 0)
    return visit.carers_needed * price


def _left_out(problem: DayProblem, plan: DayPlan) -> list[Visit]:
    """Give the visits that have fewer carers than they need: half a double-handed visit is no visit."""
    sent = Counter(stop.visit for run in plan.runs for stop in run.stops)
    return [visit for visit in problem.visits if sent[visit.id] < visit.carers_needed]


def _commute_s(run: Run) -> int:
    return run.home_travel_s + (run.stops[0].travel_s if run.stops else 0)


def _metres(run: Run) -> int:
    return run.home_travel_m + sum(stop.travel_m for stop in run.stops)


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
