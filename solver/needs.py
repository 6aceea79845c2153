"""Say what a visit asks for and what a shift offers on the day, by plain look-ups in the raw fields.

For the checker, the score and the explanations, which share nothing with the engines.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from solver.types import TimeWindow

if TYPE_CHECKING:
    from collections.abc import Iterable

    from solver.types import DayProblem, Rest, Run, Shift, Visit


def held_skills(shift: Shift, day: str) -> frozenset[str]:
    """Give the skills that have not run out by `day` (`YYYY-MM-DD`); the last day of a skill counts."""
    return frozenset(skill for skill in shift.skills if shift.skill_expiry.get(skill, day) >= day)


def agreed_windows(visit: Visit) -> tuple[TimeWindow, ...]:
    """Give the windows of the start, whichever end of the visit was agreed; any of them will do."""
    windows = (visit.window, *visit.other_windows)
    if not visit.window_on_end:
        return windows
    early_s = visit.duration_s
    return tuple(TimeWindow(earliest_s=w.earliest_s - early_s, latest_s=w.latest_s - early_s) for w in windows)


def start_windows(visit: Visit) -> tuple[TimeWindow, ...]:
    """Give when the visit may start by all its rules together, earliest first; none when they contradict each other."""
    first_s, last_s = -(10**9), 10**9
    if visit.time_critical and visit.tolerance_s is not None and visit.preferred_start_s is not None:
        first_s, last_s = visit.preferred_start_s - visit.tolerance_s, visit.preferred_start_s + visit.tolerance_s
    if visit.locked_start_s is not None:
        first_s, last_s = max(first_s, visit.locked_start_s), min(last_s, visit.locked_start_s)
    cut = [(max(w.earliest_s, first_s), min(w.latest_s, last_s)) for w in agreed_windows(visit)]
    return tuple(TimeWindow(earliest_s=early, latest_s=late) for early, late in sorted(cut) if early <= late)


def sets_out_s(rests: Iterable[Rest], after_stop: int, over_s: int) -> int:
    """Give when a carer can leave a stop that is over at an instant: after the rests that are taken there."""
    return max([over_s, *(rest.end_s for rest in rests if rest.after_stop == after_stop)])


def begins_s(run: Run) -> int:
    """Give the instant at which the work of a run begins: leaving home, or a rest at home before that."""
    return min([run.leave_home_s, *(rest.start_s for rest in run.rests if rest.after_stop == 0)])


def working_window(problem: DayProblem, shift: Shift) -> TimeWindow:
    """Give the window of a shift that the rest before and after it leaves; it may be empty."""
    first_s, last_s = shift.window.earliest_s, shift.window.latest_s
    if shift.previous_end_s is not None:
        first_s = max(first_s, shift.previous_end_s + problem.rest_s)
    if shift.next_start_s is not None:
        last_s = min(last_s, shift.next_start_s - problem.rest_s)
    return TimeWindow(earliest_s=first_s, latest_s=last_s)
