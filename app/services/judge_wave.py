"""Judge a wave of a transition on what was published and what happened: a fortnight before the first, and one after it.

What a wave promised is the sum of the effects of its swaps and of those before it, by which rotas are held against the
time before. Rotas are judged as they were published last; who came late is known where call monitoring was imported.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict, dataclass, field, replace
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from app.db.actuals import actuals_of
from app.db.proposals import Status, get_version
from app.db.rota_versions import latest_version
from app.errors import FiguresUnusable, NotFound, NothingPublished, ProposalUnready
from app.outcomes import VisitOutcome
from app.services.draft_rota import plan_of, staffing_of
from app.services.load_dataset import load_day
from app.services.transition import JUDGED_AFTER_DAYS, Measured, Promise, reasons_to_stop
from app.services.visit_outcomes import outcomes_of_day

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from sqlalchemy.orm import Session

    from app.db.proposals import By, Proposal


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """What is known otherwise: what rotas show, and how many of those who moved asked to go back.

    Hours are of each provider of the proposal and of no other: one that is not given would count as below its floor.
    """

    before: Measured | None = None
    after: Measured | None = None
    people_going_back: int = 0


LATE = frozenset({VisitOutcome.LATE, VisitOutcome.MISSED})


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """What was promised for a wave, what rotas show, the reasons to stop, and what could not be judged.

    The next wave may begin where there is no reason to stop, and travel could be held against the promise.
    """

    reasons: Sequence[str]
    promised_travel_min_per_visit: float | None
    before: Measured
    after: Measured
    not_judged: Sequence[str] = field(default=())

    @property
    def go_on(self) -> bool:
        """Tell whether the next wave may begin."""
        return not self.reasons and self.promised_travel_min_per_visit is not None

    def as_json(self) -> dict[str, Any]:
        """Show all of it, rounded."""
        promised = self.promised_travel_min_per_visit
        return {
            "go_on": self.go_on,
            "reasons": list(self.reasons),
            "not_judged": list(self.not_judged),
            "promised_travel_min_per_visit": None if promised is None else round(promised, 2),
            "before": _shown(self.before),
            "after": _shown(self.after),
        }


def record_judgement(
    session: Session, proposal: Proposal, wave: int, by: By, *, given: Given | None = None
) -> Judgement:
    """Judge a wave of a proposal in transition, and write down who did and what was found; the latest counts.

    Raises as `judge_wave`, and ProposalUnready while no wave can have begun.
    """
    if proposal.status is not Status.TRANSITION:
        raise ProposalUnready("waves are judged during the transition")
    version = get_version(session, proposal)
    found = judge_wave(session, proposal.area, version.content, wave, given=given)
    told = {"by": by.actor, "at": by.at.isoformat(), "go_on": found.go_on}
    told |= {"reasons": list(found.reasons), "not_judged": list(found.not_judged)}
    planned = [
        {**row, "judgements": [*row.get("judgements", ()), told]} if row["wave"] == wave else row
        for row in version.content["transition"]
    ]
    version.content = {**version.content, "transition": planned}
    session.flush()
    return found


def judge_wave(
    session: Session, area: str, content: Mapping[str, Any], wave: int, *, given: Given | None = None
) -> Judgement:
    """Judge a wave of a proposal's version by its stop rule, on published rotas where nothing else is `given`.

    Raises NotFound for a wave that there is not, NothingPublished where there is no rota, FiguresUnusable.
    """
    planned, given = content["transition"], given or Given()
    if not 1 <= wave <= len(planned):
        raise NotFound(f"the proposal has no wave {wave}")
    floors = {row["provider"]: row["floor_hours"] for row in content["providers"]}
    _require_all(given, floors)
    first, this = (date.fromisoformat(planned[number]["start"]) for number in (0, wave - 1))
    before = given.before or measured_rotas(session, area, first - timedelta(days=JUDGED_AFTER_DAYS))
    after = given.after or measured_rotas(session, area, this)
    after = replace(after, people_going_back=max(after.people_going_back, given.people_going_back))
    promise = promise_of(content, wave)
    promised = promise.travel_after(before)
    return Judgement(
        reasons=reasons_to_stop(before, after, floors, promise),
        promised_travel_min_per_visit=promised,
        before=before,
        after=after,
        not_judged=_not_judged(before, after, promised),
    )


def _require_all(given: Given, providers: Collection[str]) -> None:
    """Make sure that given hours are of each provider of a proposal and of no other. Raises FiguresUnusable."""
    faults = []
    for name, found in (("before", given.before), ("after", given.after)):
        asked, named = set(providers), set(providers if found is None else found.hours_by_provider)
        for what, which in (("lacks", asked - named), ("names what is not in the proposal,", named - asked)):
            if which:
                faults.append(f"hours_by_provider in {name} {what} {', '.join(sorted(which))}")
    if faults:
        raise FiguresUnusable("; ".join(faults))


def _not_judged(before: Measured, after: Measured, promised: float | None) -> list[str]:
    """Say which rules had nothing to go by."""
    found = []
    if promised is None:
        found.append("travel against what was promised: nobody says how many visits were placed before (visits_placed)")
    if before.late_pct is None or after.late_pct is None:
        found.append("calls late or missed: nothing is recorded")
    return found


def promise_of(content: Mapping[str, Any], wave: int) -> Promise:
    """Sum what the swaps of a wave, and of those before it, do on a day."""
    numbers = {number for row in content["transition"][:wave] for number in row["swaps"]}
    effects = [swap["effect"] for swap in content["swaps"] if swap["number"] in numbers]
    return Promise(
        travel_min=sum(effect["travel_min"] for effect in effects),
        visits_placed=sum(effect["visits_placed"] for effect in effects),
    )


def measured_rotas(session: Session, area: str, first: date) -> Measured:
    """Measure the published rotas of a fortnight, on average by day. Raises NothingPublished where there is none."""
    total: Counter[str] = Counter()
    hours: Counter[str] = Counter()
    days = [first + timedelta(days=number) for number in range(JUDGED_AFTER_DAYS)]
    for day in days:
        version = latest_version(session, area, day)
        if version is None:
            continue
        plan, provider = plan_of(version), staffing_of(version).provider_of_shift
        minutes = {visit.visit_id: visit.duration_minutes for visit in load_day(session, area, day).visits}
        total["days"] += 1
        total["left out"] += len(plan.unallocated)
        total["placed"] += len({stop.visit for run in plan.runs for stop in run.stops})
        for run in plan.runs:
            total["travel_s"] += sum(stop.travel_s + stop.boat_wait_s for stop in run.stops[1:])
            hours[provider[run.shift]] += sum(minutes.get(stop.visit, 0) for stop in run.stops)
        _count_late(session, area, day, total)
    if not total["days"]:
        raise NothingPublished(f"no rota is published from {days[0].isoformat()} to {days[-1].isoformat()}")
    return Measured(
        days=total["days"],
        visits_placed=total["placed"] / total["days"],
        travel_min_per_visit=total["travel_s"] / 60 / total["placed"] if total["placed"] else 0.0,
        visits_left_out=total["left out"] / total["days"],
        hours_by_provider={name: spent / 60 / total["days"] for name, spent in sorted(hours.items())},
        late_pct=100 * total["late"] / total["calls"] if total["calls"] else None,
    )


def _count_late(session: Session, area: str, day: date, total: Counter[str]) -> None:
    """Count the calls of a day, and those that began late or were missed, where anything was recorded."""
    if actuals_of(session, area, day):
        calls = outcomes_of_day(session, area, day)
        total["calls"] += len(calls)
        total["late"] += sum(bool(call.outcomes & LATE) for call in calls)


def _shown(found: Measured) -> dict[str, Any]:
    """Round what rotas show."""
    hours = {name: round(hours, 2) for name, hours in found.hours_by_provider.items()}
    late = None if found.late_pct is None else round(found.late_pct, 1)
    return asdict(found) | {
        "travel_min_per_visit": round(found.travel_min_per_visit, 2),
        "visits_placed": round(found.visits_placed, 1),
        "visits_left_out": round(found.visits_left_out, 1),
        "hours_by_provider": hours,
        "late_pct": late,
    }
