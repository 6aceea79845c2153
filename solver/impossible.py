"""Prove that nobody could make a visit even with no other to make.

Shifts are sieved rule by rule, from the raw fields alone: when none is left, the rule is the proved reason.
"""

from __future__ import annotations

from itertools import combinations, permutations
from typing import TYPE_CHECKING, NamedTuple

from solver.limits import beyond
from solver.needs import held_skills, start_windows, working_window
from solver.reach import alone_range, connected, start_range
from solver.rests import BREAKS_TRIED, after_rests, breaks_fit
from solver.suits import of_provider, skilled, suitable, welcome
from solver.types import Reason, Unallocated
from solver.words import clock, count, length, names

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from solver.types import Break, DayProblem, Shift, Visit


def impossible(problem: DayProblem, visit: Visit) -> tuple[Unallocated | None, Sequence[Shift]]:
    """Give the reason why nobody could make the visit even with no other to make, or the shifts that could."""
    shifts = _counting(problem, visit)
    for sieve in SIEVES:
        left = [shift for shift in shifts if sieve.passes(problem, visit, shift)]
        if not left:
            return unallocated(problem, visit, sieve.reason, sieve.say(problem, visit, shifts)), ()
        shifts = left
    if visit.carers_needed > 1 and not _has_pair(problem, visit, shifts):
        return unallocated(problem, visit, Reason.NO_SECOND_CARER, _say_second(visit, shifts)), ()
    return None, shifts


def _settled_for(problem: DayProblem, visit: Visit) -> frozenset[str]:
    """Name the shifts in whose settled runs a visit stands, where those are all the carers that it needs."""
    held = frozenset(run.shift for run in problem.locked_runs if visit.id in run.visits)
    return held if len(held) >= visit.carers_needed else frozenset()


def _counting(problem: DayProblem, visit: Visit) -> Sequence[Shift]:
    """Give the shifts that the lock of a visit and the runs that it is settled in leave."""
    settled = _settled_for(problem, visit)
    return [
        shift
        for shift in problem.shifts
        if (not visit.locked_shifts or shift.id in visit.locked_shifts) and (not settled or shift.id in settled)
    ]


def unallocated(problem: DayProblem, visit: Visit, why: Reason, sentence: str) -> Unallocated:
    """Leave a visit out for a reason; the sentence is preceded by what binds it to some shifts."""
    bound = (("locked to", visit.locked_shifts), ("settled for", _settled_for(problem, visit)))
    only = "".join(f"It is {how} {names(shifts)}, and no other shift counts. " for how, shifts in bound if shifts)
    return Unallocated(visit=visit.id, reason=why, detail=only + sentence)


class Sieve(NamedTuple):
    """One rule: which shifts pass it, and what to say, of those that came to it, when none does."""

    reason: Reason
    passes: Callable[[DayProblem, Visit, Shift], bool]
    say: Callable[[DayProblem, Visit, Sequence[Shift]], str]


def _say_provider(problem: DayProblem, visit: Visit, _: Sequence[Shift]) -> str:
    only = f"Only {names(visit.providers)} may serve this visit, and"
    if visit.locked_shifts or _settled_for(problem, visit):
        return f"{only} none of the shifts that count is of {names(visit.providers)}. Release it to let others come."
    return f"{only} nobody there is on shift. A shift there would do."


def _say_skills(problem: DayProblem, visit: Visit, shifts: Sequence[Shift]) -> str:
    def lacking(shift: Shift) -> frozenset[str]:
        return visit.skills - held_skills(shift, problem.day)

    best = min(shifts, key=lambda shift: len(lacking(shift)))
    if lacking(best):
        over = " (it has run out)" if lacking(best) <= best.skills else ""
        return (
            f"The visit needs {names(visit.skills)}, and nobody who may come ({_carers(shifts)}) holds all of that. "
            f"{best.carer} comes closest, and lacks {names(lacking(best))}{over}."
        )
    asked = [names(visit.skills)] if visit.skills else []
    asked += [f"one of {names(visit.any_skills)}"] if visit.any_skills else []
    asked += [f"nobody with {names(visit.unwanted_skills)}"] if visit.unwanted_skills else []
    return f"The visit asks for {' and '.join(asked)}, and nobody who may come ({_carers(shifts)}) is like that."


def _say_suitable(_: DayProblem, visit: Visit, shifts: Sequence[Shift]) -> str:
    asked = [
        f"{what} {names(wish)}"
        for what, wish in (
            ("gender", visit.genders),
            ("language", visit.languages),
            ("mode", visit.modes),
            ("equipment", visit.equipment),
        )
        if wish
    ]
    return f"The visit asks for {' and '.join(asked)}; nobody with the skills ({_carers(shifts)}) is as asked."


def _say_barred(_: DayProblem, __: Visit, shifts: Sequence[Shift]) -> str:
    return f"Everyone who could come is barred: {names({shift.carer for shift in shifts})}."


def _on_shift(problem: DayProblem, visit: Visit, shift: Shift) -> bool:
    working = working_window(problem, shift)
    return any(
        max(window.earliest_s, working.earliest_s) <= min(window.latest_s, working.latest_s - visit.duration_s)
        for window in start_windows(visit)
    )


def _say_hours(problem: DayProblem, visit: Visit, shifts: Sequence[Shift]) -> str:
    working = [working_window(problem, shift) for shift in shifts]
    hours = sorted({(window.earliest_s, window.latest_s) for window in working})
    shown = ", ".join(f"{clock(earliest_s)}-{clock(latest_s)}" for earliest_s, latest_s in hours[:3])
    return (
        f"The visit must start between {_agreed(visit)} and lasts "
        f"{length(visit.duration_s)}; no suitable shift has room for that (they run {shown}"
        f"{' and others' if len(hours) > 3 else ''})."
    )


def _agreed(visit: Visit) -> str:
    return " or ".join(f"{clock(w.earliest_s)} and {clock(w.latest_s)}" for w in start_windows(visit))


def _can_reach(problem: DayProblem, visit: Visit, shift: Shift) -> bool:
    travel = problem.travel.of(shift)
    return (
        travel is not None
        and connected(travel, shift.start_place, visit.place)
        and connected(travel, visit.place, shift.end_place)
    )


def _say_place(_: DayProblem, __: Visit, shifts: Sequence[Shift]) -> str:
    modes = names({shift.mode for shift in shifts})
    return (
        f"No road and no boat of the day leads anybody who could come ({_carers(shifts)}, by {modes}) there and back."
    )


def _has_boat(problem: DayProblem, visit: Visit, shift: Shift) -> bool:
    """Tell whether there is a way there and a way home within the shift: where roads lead both ways there always is."""
    return alone_range(problem, shift, visit) is not None


def _say_boat(_: DayProblem, __: Visit, shifts: Sequence[Shift]) -> str:
    return f"No boat of the day takes anybody who could come ({_carers(shifts)}) there and home again within a shift."


def _has_room(problem: DayProblem, visit: Visit, shift: Shift) -> bool:
    """Tell whether the visit and the ways there and home fit into the shift, whatever time was agreed."""
    return _short_s(problem, visit, shift) <= 0


def _short_s(problem: DayProblem, visit: Visit, shift: Shift) -> int:
    """Tell how much later than it must for the way home a visit can start, when it is the shift's only one."""
    first_s, last_s = _alone(problem, visit, shift)
    return first_s - last_s


def _alone(problem: DayProblem, visit: Visit, shift: Shift) -> tuple[int, int]:
    """Give `alone_range` of a shift with a way there and home."""
    alone = alone_range(problem, shift, visit)
    assert alone is not None
    return alone


def _say_no_room(problem: DayProblem, visit: Visit, shifts: Sequence[Shift]) -> str:
    nearest = min(shifts, key=lambda shift: _short_s(problem, visit, shift))
    first_s, last_s = _alone(problem, visit, nearest)
    return (
        f"Nobody who could come ({_carers(shifts)}) would be there and home again in time, whatever time were agreed. "
        f"Shift {nearest.id} comes nearest: it could start at {clock(first_s)} at the earliest, and must by "
        f"{clock(last_s)} to be home."
    )


def _in_time(problem: DayProblem, visit: Visit, shift: Shift) -> bool:
    starts = start_range(problem, shift, visit)
    return starts is not None and starts[0] <= starts[1]


def _say_window(problem: DayProblem, visit: Visit, shifts: Sequence[Shift]) -> str:
    ranges = [(starts, shift.id) for shift in shifts if (starts := start_range(problem, shift, visit))]
    (first_s, last_s), shift_id = min(ranges, key=lambda item: item[0][0] - item[0][1])
    return (
        f"Shift {shift_id} comes nearest: with no other visit it could start at {clock(first_s)}, but would have to "
        f"start by {clock(last_s)} for the agreed time and to be home: {length(first_s - last_s)} too late."
    )


def _within_limits(problem: DayProblem, visit: Visit, shift: Shift) -> bool:
    return not beyond(problem, shift, [visit])


def _say_limits(problem: DayProblem, visit: Visit, shifts: Sequence[Shift]) -> str:
    return (
        f"Even with no other visit it asks too much of everybody who could come otherwise ({_carers(shifts)}): "
        f"shift {shifts[0].id} would have to {' and '.join(beyond(problem, shifts[0], [visit]))}."
    )


def _leaves_breaks(problem: DayProblem, visit: Visit, shift: Shift) -> bool:
    """Tell whether the breaks of a shift fit before and after the visit, in some order and wherever she then is.

    Of many breaks nothing is proved: too many orders would have to be tried.
    """
    return len(shift.breaks) > BREAKS_TRIED or any(
        _fit_around(problem, visit, shift, (order[:number], order[number:]))
        for order in permutations(shift.breaks)
        for number in range(len(order) + 1)
    )


def _fit_around(
    problem: DayProblem, visit: Visit, shift: Shift, rests: tuple[Sequence[Break], Sequence[Break]]
) -> bool:
    """Tell whether a visit fits between some breaks and others, if the ways that remain took no time."""
    alone, working = alone_range(problem, shift, visit), working_window(problem, shift)
    free_s = after_rests(working.earliest_s, rests[0])
    if alone is None or free_s is None:
        return False
    ready_s = max(alone[0], free_s)
    starts = [max(w.earliest_s, ready_s) for w in start_windows(visit) if ready_s <= w.latest_s]
    if not starts or min(starts) > alone[1]:
        return False
    over_s = after_rests(min(starts) + visit.duration_s, rests[1])
    return over_s is not None and over_s <= working.latest_s


def _say_breaks(problem: DayProblem, _: Visit, shifts: Sequence[Shift]) -> str:
    clashing = [shift.id for shift in shifts if not breaks_fit(problem, shift)]
    breaks = f"breaks of everybody who could come otherwise ({_carers(shifts)}) leave each other no time"
    if len(clashing) == len(shifts):
        return f"The {breaks}, with any visit or none."
    besides = f" Those of {names(clashing)} do so even without it." if clashing else ""
    return f"The visit and the {breaks}.{besides}"


def _not_settled(problem: DayProblem, visit: Visit, shift: Shift) -> bool:
    return all(visit.id in run.visits for run in problem.locked_runs if run.shift == shift.id)


def _say_settled(_: DayProblem, __: Visit, shifts: Sequence[Shift]) -> str:
    return f"The runs of all shifts that could make it are settled: {names({shift.id for shift in shifts})}."


def _has_pair(problem: DayProblem, visit: Visit, shifts: Sequence[Shift]) -> bool:
    """Tell whether two carers could start together, each with no other visit."""
    starts = [(shift.carer, alone) for shift in shifts if (alone := alone_range(problem, shift, visit))]
    return any(
        carer != other and max(w.earliest_s, one[0], two[0]) <= min(w.latest_s, one[1], two[1])
        for (carer, one), (other, two) in combinations(starts, 2)
        for w in start_windows(visit)
    )


def _say_second(visit: Visit, shifts: Sequence[Shift]) -> str:
    carers = {shift.carer for shift in shifts}
    if len(carers) == 1:
        return f"The visit needs {visit.carers_needed} carers and only {names(carers)} could come."
    return f"The visit needs {visit.carers_needed} carers; {names(carers)} could come, but no two at the same time."


def _carers(shifts: Sequence[Shift]) -> str:
    return count(len({shift.carer for shift in shifts}), "carer")


SIEVES = (
    Sieve(Reason.NO_ELIGIBLE_PROVIDER, of_provider, _say_provider),
    Sieve(Reason.NO_SKILLED_CARER, skilled, _say_skills),
    Sieve(Reason.NO_SUITABLE_CARER, suitable, _say_suitable),
    Sieve(Reason.ALL_BARRED, welcome, _say_barred),
    Sieve(Reason.NO_SHIFT_IN_WINDOW, _on_shift, _say_hours),
    Sieve(Reason.PLACE_UNREACHABLE, _can_reach, _say_place),
    Sieve(Reason.NO_BOAT, _has_boat, _say_boat),
    Sieve(Reason.NO_TIME_WOULD_DO, _has_room, _say_no_room),
    Sieve(Reason.WINDOW_UNREACHABLE, _in_time, _say_window),
    Sieve(Reason.SHIFT_LIMITS, _within_limits, _say_limits),
    Sieve(Reason.BREAKS_IN_THE_WAY, _leaves_breaks, _say_breaks),
    Sieve(Reason.SHIFTS_SETTLED, _not_settled, _say_settled),
)
"""The rules that can exclude every shift, in the order in which they are proved."""
