"""Change a rota by hand: every change is timed again and checked at once, and answered with what it breaks and costs.

A change that breaks a rule is carried out all the same, and told: the coordinator decides, the publication refuses.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from app.errors import ChangeRefused
from app.services.hand_changes import ChangeWord, rearranged
from app.services.hand_timing import Hand, other_runs
from app.services.locks import with_locks
from solver.check import check
from solver.score import score

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from app.db.base import Json
    from app.services.hand_changes import HandChange
    from app.services.hand_timing import Before
    from solver.types import Breach, DayPlan, DayProblem


@dataclass(frozen=True, slots=True, kw_only=True)
class Retimed:
    """A visit that starts at another time than before the change."""

    visit: str
    shift: str
    before_s: int | None
    start_s: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Edited:
    """A plan after a change. `broken` and `mended` are breaches that came and went; `breaches` are all there are.

    `terms` are those of the score, `costs` how each has changed, in equivalent paid seconds.
    """

    plan: DayPlan
    locks: Json
    breaches: tuple[Breach, ...]
    broken: tuple[Breach, ...]
    mended: tuple[Breach, ...]
    terms: Mapping[str, float]
    costs: Mapping[str, float]
    shifts: tuple[str, ...]
    retimed: tuple[Retimed, ...]


def edit(problem: DayProblem, plan: DayPlan, locks: Json, change: HandChange, earlier: Sequence[Before] = ()) -> Edited:
    """Carry a change out; one that takes an `earlier` change back, latest first, restores exactly what was.

    Raises ChangeRefused when it means nothing on this plan.
    """
    if change.word in {ChangeWord.LOCK, ChangeWord.UNLOCK}:
        locks = _locks(plan, locks, change)
        return _edited(with_locks(problem, locks), plan, plan, locks)
    problem = with_locks(problem, locks)
    needed = {visit.id: visit.carers_needed for visit in problem.visits}
    hand = Hand(problem, plan, left_out=_by_hand(change))
    found = rearranged(hand.orders, change, carers_needed=needed, locks=locks)
    was = next(filter(None, (hand.restored(found, change.visit, before) for before in earlier)), None)
    return _edited(problem, plan, was or hand.carried_out(found, change.visit), locks)


def _locks(plan: DayPlan, locks: Json, change: HandChange) -> Json:
    stops = [(run.shift, stop) for run in plan.runs for stop in run.stops if stop.visit == change.visit]
    if change.word is ChangeWord.UNLOCK:
        if change.visit not in locks:
            raise ChangeRefused(f"visit {change.visit} is not locked")
        return {visit: lock for visit, lock in locks.items() if visit != change.visit}
    if not stops:
        raise ChangeRefused(f"visit {change.visit} is in no run, so there is nothing to keep")
    kept = {"shifts": sorted(shift for shift, _ in stops), "start_s": stops[0][1].start_s}
    return {**locks, change.visit: kept}


def _by_hand(change: HandChange) -> str:
    """Say who leaves a visit out, and why."""
    return f"Left out by hand{f' by {change.by}' if change.by else ''}{f': {change.why}' if change.why else '.'}"


def _edited(problem: DayProblem, before: DayPlan, after: DayPlan, locks: Json) -> Edited:
    was, now = told_once(check(problem, before)), told_once(check(problem, after))
    cost_before, cost_after = score(problem, before).terms, score(problem, after).terms
    return Edited(
        plan=after,
        locks=locks,
        breaches=now,
        broken=tuple(breach for breach in now if breach not in was),
        mended=tuple(breach for breach in was if breach not in now),
        terms=dict(cost_after),
        costs={name: round(cost_after[name] - cost_before[name], 1) for name in cost_after},
        shifts=tuple(sorted(other_runs(before, after))),
        retimed=tuple(_retimed(before, after)),
    )


def told_once(breaches: Iterable[Breach]) -> tuple[Breach, ...]:
    """Say once what two carers of one visit break together, in the same words."""
    said: dict[tuple[str, str], Breach] = {}
    for row in breaches:
        said.setdefault((row.rule, row.message), row)
    return tuple(said.values())


def _retimed(before: DayPlan, after: DayPlan) -> Iterator[Retimed]:
    was = {(run.shift, stop.visit): stop.start_s for run in before.runs for stop in run.stops}
    for run in after.runs:
        for stop in run.stops:
            start_s = was.get((run.shift, stop.visit))
            if start_s != stop.start_s:
                yield Retimed(visit=stop.visit, shift=run.shift, before_s=start_s, start_s=stop.start_s)
