"""Say why a visit is in no run, in words for the phone, and what would place it.

It is proved that nobody could make the visit even with no other to make (`impossible`), that this is so of the other
half of a sequence, or that the carers at that hour are too few (`shortage`); else nothing is proved and the reason is
`NOT_PLACED_IN_TIME`. What the plan has room for is said besides (`near_miss`).
"""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple

from solver.impossible import impossible, unallocated
from solver.near_miss import NearMisses
from solver.needs import start_windows
from solver.shortage import Shortages
from solver.types import Reason
from solver.words import clock, count, length

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from solver.near_miss import NearMiss
    from solver.shortage import Shortage
    from solver.types import DayPlan, DayProblem, Run, Shift, Unallocated, Visit

_NAMED = 6
"""How many visits a sentence names."""

ACTIONS: Mapping[Reason, str] = MappingProxyType(
    {
        Reason.NO_ELIGIBLE_PROVIDER: "Agree another provider for them, ask theirs for a shift, or release the lock.",
        Reason.NO_SKILLED_CARER: "Find a carer who holds the skills, or review with the person which are needed.",
        Reason.NO_SUITABLE_CARER: "Find a carer as asked for, or review with the person what is needed.",
        Reason.ALL_BARRED: "Bring in a carer who is not barred, or review the bars with the person.",
        Reason.NO_SHIFT_IN_WINDOW: "Extend a shift to this time, or agree another time with the person.",
        Reason.PLACE_UNREACHABLE: "Check the position of the home, the road network and the day's sailings.",
        Reason.NO_BOAT: "Put another carer on that side of the water, agree another time, or ask for a later boat.",
        Reason.NO_TIME_WOULD_DO: "Lengthen a shift, send someone nearer, or ask for other boats.",
        Reason.WINDOW_UNREACHABLE: "Agree another time, start a shift earlier or end it later, or send someone nearer.",
        Reason.SHIFT_LIMITS: "Allow a shift to work or to drive longer, or send someone nearer.",
        Reason.BREAKS_IN_THE_WAY: "Move or shorten a break, agree another time, or send someone without one.",
        Reason.SHIFTS_SETTLED: "Release the settled run, or add a shift.",
        Reason.NO_SECOND_CARER: "Find a second carer for this time, or review whether two are still needed.",
        Reason.OTHER_HALF_IMPOSSIBLE: "Make the visit that belongs to it possible, or part the two.",
        Reason.TOO_FEW_CARERS: "Add a shift at this hour, or agree another time with one of the people named.",
        Reason.NOT_PLACED_IN_TIME: "Optimise longer, move a visit that competes for the same carers, or add a shift.",
        Reason.LEFT_OUT_BY_HAND: "Ask who left it out, or move it to a shift again.",
    }
)
"""What a coordinator can do about each reason."""


class _Day(NamedTuple):
    """What the reasons of one day share."""

    problem: DayProblem
    runs: Mapping[str, Run]
    shortages: Shortages
    near_misses: NearMisses


def explain_all(problem: DayProblem, visit_ids: Iterable[str], plan: DayPlan) -> tuple[Unallocated, ...]:
    """Give the first proved reason why no run can hold each visit, or what competes with it in `plan`.

    In the order of the problem's visits.
    """
    wanted = set(visit_ids)
    if not wanted:
        return ()
    day = _Day(problem, {run.shift: run for run in plan.runs}, Shortages(problem, plan), NearMisses(problem, plan))
    return tuple(_reason(day, visit) for visit in problem.visits if visit.id in wanted)


def _reason(day: _Day, visit: Visit) -> Unallocated:
    problem = day.problem
    proved, shifts = impossible(problem, visit)
    if proved is not None:
        return proved
    for link in problem.sequences:
        if visit.id in {link.first, link.then}:
            (other,) = (item for item in problem.visits if item.id in {link.first, link.then} - {visit.id})
            proved, _ = impossible(problem, other)
            if proved is not None:
                sentence = f"Visit {other.id}, which belongs to it, cannot be made. {proved.detail}"
                return unallocated(problem, visit, Reason.OTHER_HALF_IMPOSSIBLE, sentence)
    miss = day.near_misses.of(visit, shifts)
    shortage = None if miss and miss.off_s == 0 else day.shortages.of(visit)  # a recorded rota may break rules for room
    if shortage is not None:
        return unallocated(problem, visit, Reason.TOO_FEW_CARERS, _say_shortage(shortage) + _say_near_miss(miss))
    sentence = _say_competition(day, visit, shifts) + _say_near_miss(miss)
    return unallocated(problem, visit, Reason.NOT_PLACED_IN_TIME, sentence)


def _say_shortage(proof: Shortage) -> str:
    rest = len(proof.visits) - _NAMED
    shown = ", ".join(proof.visits[:_NAMED]) + (f" and {rest} more" if rest > 0 else "")
    return (
        f"Between {clock(proof.from_s)} and {clock(proof.to_s)} these visits need {length(proof.needed_s)} of "
        f"carers who have {length(proof.available_s)}: {shown}. One of them has to give way."
    )


def _say_competition(day: _Day, visit: Visit, shifts: Sequence[Shift]) -> str:
    busy = sum(shift.id in day.runs and _is_busy(day.runs[shift.id], visit) for shift in shifts)
    pair = f"The visit needs {visit.carers_needed} carers. " if visit.carers_needed > 1 else ""
    return (
        f"{pair}{count(len(shifts), 'shift')} {_are(len(shifts))} not ruled out: {_say_busy(busy, len(shifts))}. "
        f"It is not proved to be impossible."
    )


def _say_busy(busy: int, of: int) -> str:
    if busy in {0, of}:
        who = "it is" if of == 1 else "all are" if busy else "none is"
        return f"{who} {'with' if busy or of > 1 else 'not with'} other people at that time"
    return f"{busy} {_are(busy)} with other people at that time, {of - busy} {_are(of - busy)} not"


def _are(number: int) -> str:
    return "is" if number == 1 else "are"


def _say_near_miss(miss: NearMiss | None) -> str:
    if miss is None:
        return ""
    when = f"{length(miss.off_s)} outside the agreed time" if miss.off_s else "inside the agreed time"
    return f" Nothing else changed, shift {miss.shift} has a gap for it from {clock(miss.start_s)}, {when}."


def _is_busy(run: Run, visit: Visit) -> bool:
    """Tell whether the run has a visit of its own at some moment at which this one could be going on."""
    return any(
        stop.start_s < window.latest_s + visit.duration_s and stop.leave_s > window.earliest_s
        for window in start_windows(visit)
        for stop in run.stops
    )
