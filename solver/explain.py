"""Say why a visit is in no run, in words for the phone, and what would place it.

Shifts are sieved rule by rule, from the raw fields alone. When none is left, the rule is the proved reason; when some
are left, nothing is proved and the reason is `NOT_PLACED_IN_TIME`.
"""

from __future__ import annotations

from itertools import combinations
from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple

from solver.reach import connected, start_range
from solver.types import Reason, Unallocated
from solver.words import clock, count, length, names

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from solver.types import DayPlan, DayProblem, Run, Shift, Visit

ACTIONS: Mapping[Reason, str] = MappingProxyType(
    {
        Reason.NO_ELIGIBLE_PROVIDER: "Agree another provider for this person, or ask the provider for a shift today.",
        Reason.NO_SKILLED_CARER: "Find a carer who holds the skills, or review with the person which are needed.",
        Reason.ALL_BARRED: "Bring in a carer who is not barred, or review the bars with the person.",
        Reason.NO_SHIFT_IN_WINDOW: "Extend a shift to this time, or agree another time with the person.",
        Reason.PLACE_UNREACHABLE: "Check the position of the home, the road network and the day's sailings.",
        Reason.WINDOW_UNREACHABLE: "Agree another time, start a shift earlier or end it later, or send someone nearer.",
        Reason.NO_SECOND_CARER: "Find a second carer for this time, or review whether two are still needed.",
        Reason.NOT_PLACED_IN_TIME: "Optimise longer, move a visit that competes for the same carers, or add a shift.",
    }
)
"""What a coordinator can do about each reason."""


def explain_all(problem: DayProblem, visit_ids: Iterable[str], plan: DayPlan | None = None) -> tuple[Unallocated, ...]:
    """Give the reason for each visit, in the order of the problem's visits."""
    wanted = set(visit_ids)
    return tuple(reason(problem, visit, plan) for visit in problem.visits if visit.id in wanted)


def reason(problem: DayProblem, visit: Visit, plan: DayPlan | None = None) -> Unallocated:
    """Give the first proved reason why no run can hold the visit, or what competes with it in `plan`."""
    shifts: Sequence[Shift] = problem.shifts
    if visit.locked_shifts:
        shifts = [shift for shift in shifts if shift.id in visit.locked_shifts]
    for sieve in SIEVES:
        left = [shift for shift in shifts if sieve.passes(problem, visit, shift)]
        if not left:
            return _unallocated(visit, sieve.reason, sieve.say(problem, visit, shifts))
        shifts = left
    if visit.carers_needed > 1 and not _has_pair(problem, visit, shifts):
        return _unallocated(visit, Reason.NO_SECOND_CARER, _say_second(visit, shifts))
    return _unallocated(visit, Reason.NOT_PLACED_IN_TIME, _say_competition(visit, shifts, plan))


def _unallocated(visit: Visit, why: Reason, sentence: str) -> Unallocated:
    locked = f" It is locked to {names(visit.locked_shifts)}." if visit.locked_shifts else ""
    return Unallocated(visit=visit.id, reason=why, detail=sentence + locked)


class Sieve(NamedTuple):
    """One rule: which shifts pass it, and what to say, of those that came to it, when none does."""

    reason: Reason
    passes: Callable[[DayProblem, Visit, Shift], bool]
    say: Callable[[DayProblem, Visit, Sequence[Shift]], str]


def _of_provider(_: DayProblem, visit: Visit, shift: Shift) -> bool:
    return shift.provider in visit.providers


def _say_provider(_: DayProblem, visit: Visit, __: Sequence[Shift]) -> str:
    return f"Only {names(visit.providers)} may serve this visit, and nobody there is on shift. A shift there would do."


def _skilled(_: DayProblem, visit: Visit, shift: Shift) -> bool:
    return visit.skills <= shift.skills


def _say_skills(_: DayProblem, visit: Visit, shifts: Sequence[Shift]) -> str:
    best = min(shifts, key=lambda shift: len(visit.skills - shift.skills))
    return (
        f"The visit needs {names(visit.skills)} and no carer on shift holds all of that. "
        f"The nearest is {best.carer}, who lacks {names(visit.skills - best.skills)}."
    )


def _welcome(_: DayProblem, visit: Visit, shift: Shift) -> bool:
    return shift.carer not in visit.barred_carers


def _say_barred(_: DayProblem, __: Visit, shifts: Sequence[Shift]) -> str:
    return f"Everyone who could come is barred: {names({shift.carer for shift in shifts})}."


def _on_shift(_: DayProblem, visit: Visit, shift: Shift) -> bool:
    first_s = max(visit.window.earliest_s, shift.window.earliest_s)
    last_s = min(visit.window.latest_s, shift.window.latest_s - visit.duration_s)
    return first_s <= last_s and visit.duration_s <= shift.max_work_s


def _say_hours(_: DayProblem, visit: Visit, shifts: Sequence[Shift]) -> str:
    hours = sorted({(shift.window.earliest_s, shift.window.latest_s) for shift in shifts})
    shown = ", ".join(f"{clock(earliest_s)}-{clock(latest_s)}" for earliest_s, latest_s in hours[:3])
    return (
        f"The visit must start between {clock(visit.window.earliest_s)} and {clock(visit.window.latest_s)} and lasts "
        f"{length(visit.duration_s)}; no suitable shift has room for that (they run {shown}"
        f"{' and others' if len(hours) > 3 else ''})."
    )


def _can_reach(problem: DayProblem, visit: Visit, shift: Shift) -> bool:
    travel = problem.travel.modes.get(shift.mode)
    return (
        travel is not None
        and connected(travel, shift.start_place, visit.place)
        and connected(travel, visit.place, shift.end_place)
    )


def _say_place(_: DayProblem, __: Visit, shifts: Sequence[Shift]) -> str:
    modes = names({shift.mode for shift in shifts})
    return f"No road and no boat of the day leads there and back for anyone on shift ({_carers(shifts)}, by {modes})."


def _in_time(problem: DayProblem, visit: Visit, shift: Shift) -> bool:
    starts = start_range(problem.travel, shift, visit)
    return starts is not None and starts[0] <= starts[1]


def _say_window(problem: DayProblem, visit: Visit, shifts: Sequence[Shift]) -> str:
    ranges = [(starts, shift.id) for shift in shifts if (starts := start_range(problem.travel, shift, visit))]
    if not ranges:
        return "No road or boat takes anyone there and home again within a shift."
    (first_s, last_s), shift_id = min(ranges, key=lambda item: item[0][0] - item[0][1])
    return (
        f"Shift {shift_id} comes nearest: with no other visit it could start at {clock(first_s)}, but would have to "
        f"start by {clock(last_s)} for the agreed time and to be home. {length(first_s - last_s)} more would do."
    )


def _has_pair(problem: DayProblem, visit: Visit, shifts: Sequence[Shift]) -> bool:
    """Tell whether two carers could start together, each with no other visit."""
    starts = [(shift.carer, *(start_range(problem.travel, shift, visit) or (1, 0))) for shift in shifts]
    return any(
        one[0] != other[0] and max(one[1], other[1]) <= min(one[2], other[2]) for one, other in combinations(starts, 2)
    )


def _say_second(visit: Visit, shifts: Sequence[Shift]) -> str:
    carers = {shift.carer for shift in shifts}
    if len(carers) == 1:
        return f"The visit needs {visit.carers_needed} carers and only {names(carers)} could come."
    return f"The visit needs {visit.carers_needed} carers; {names(carers)} could come, but no two at the same time."


def _say_competition(visit: Visit, shifts: Sequence[Shift], plan: DayPlan | None) -> str:
    say = f"{count(len(shifts), 'shift')} could make this visit"
    if plan is None:
        return f"{say} with no other."
    runs = {run.shift: run for run in plan.runs}
    busy = [shift for shift in shifts if shift.id in runs and _is_busy(runs[shift.id], visit)]
    return (
        f"{say} alone; in this plan {len(busy)} of them are with other people around that time "
        f"and {len(shifts) - len(busy)} did not fit it in. It is not proved to be impossible."
    )


def _is_busy(run: Run, visit: Visit) -> bool:
    """Tell whether the run has a visit of its own at some moment at which this one could be going on."""
    end_s = visit.window.latest_s + visit.duration_s
    return any(stop.start_s < end_s and stop.leave_s > visit.window.earliest_s for stop in run.stops)


def _carers(shifts: Sequence[Shift]) -> str:
    return count(len({shift.carer for shift in shifts}), "carer")


SIEVES = (
    Sieve(Reason.NO_ELIGIBLE_PROVIDER, _of_provider, _say_provider),
    Sieve(Reason.NO_SKILLED_CARER, _skilled, _say_skills),
    Sieve(Reason.ALL_BARRED, _welcome, _say_barred),
    Sieve(Reason.NO_SHIFT_IN_WINDOW, _on_shift, _say_hours),
    Sieve(Reason.PLACE_UNREACHABLE, _can_reach, _say_place),
    Sieve(Reason.WINDOW_UNREACHABLE, _in_time, _say_window),
)
"""The rules that can exclude every shift, in the order in which they are proved."""
