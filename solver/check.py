"""Check a plan against every hard rule with ordinary arithmetic, trusting nothing that an engine computed.

Only raw fields of the records are read; nothing is shared with the search. How a plan's instants are understood:

- A carer arrives at `Stop.arrive_s`, may wait, starts at `start_s` and is free at `leave_s`, when the visit is over.
- Rests at a stop come after that; the carer sets out at the later of `leave_s` and the end of the last rest there
  (at home: of `leave_home_s` and the last rest), and arrives exactly `travel_s + boat_wait_s` later. A run's way home
  has no field for the wait, so with boats it is what remains.
- Work is the visits' durations plus `travel_s` of the legs between visits. Waiting, also for a boat, is not work.
- A run that names an unknown shift or visit is reported and not judged further.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from itertools import combinations
from typing import TYPE_CHECKING

from solver.check_travel import TRAVEL_CHECKS
from solver.claims import read
from solver.rules import Rule
from solver.types import Breach
from solver.words import clock, count, length, names

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from solver.claims import Claims
    from solver.types import DayPlan, DayProblem, Rest, Run, Shift, Stop


def check(problem: DayProblem, plan: DayPlan) -> tuple[Breach, ...]:
    """Find every breach of a hard rule, in the order of `CHECKS`; none means that the plan is legal.

    The problem must be free of faults (see `validate.faults`).
    """
    day = read(problem, plan)
    return tuple(breach for rule_check in CHECKS for breach in rule_check(day))


def _breach(rule: Rule, message: str, *, visit: str | None = None, shift: str | None = None, amount: int = 1) -> Breach:
    return Breach(rule=rule, visit=visit, shift=shift, amount=amount, message=message)


# --- what the plan is about -------------------------------------------------------------------------------------------


def _day_of_problem(day: Claims) -> Iterator[Breach]:
    if day.plan.day != day.problem.day:
        yield _breach(Rule.DAY, f"The plan is for {day.plan.day}, the problem for {day.problem.day}.")


def _known_ids(day: Claims) -> Iterator[Breach]:
    for run in day.plan.runs:
        if run.shift not in day.shifts:
            yield _breach(Rule.KNOWN_SHIFT, f"Shift {run.shift} is not in the problem.", shift=run.shift)
        for stop in run.stops:
            if stop.visit not in day.visits:
                message = f"Visit {stop.visit} is not in the problem."
                yield _breach(Rule.KNOWN_VISIT, message, visit=stop.visit, shift=run.shift)
    for left_out in day.plan.unallocated:
        if left_out.visit not in day.visits:
            message = f"Unallocated visit {left_out.visit} is not in the problem."
            yield _breach(Rule.KNOWN_VISIT, message, visit=left_out.visit)


def _one_run_per_shift(day: Claims) -> Iterator[Breach]:
    for shift, runs in Counter(run.shift for run in day.plan.runs).items():
        if runs > 1:
            message = f"Shift {shift} has {runs} runs."
            yield _breach(Rule.ONE_RUN_PER_SHIFT, message, shift=shift, amount=runs - 1)


def _no_empty_run(day: Claims) -> Iterator[Breach]:
    for run in day.plan.runs:
        if not run.stops:
            yield _breach(Rule.NO_EMPTY_RUN, f"The run of shift {run.shift} has no visit.", shift=run.shift)


def _every_visit_once(day: Claims) -> Iterator[Breach]:
    in_runs = {stop.visit for run in day.plan.runs for stop in run.stops}
    left_out = Counter(item.visit for item in day.plan.unallocated)
    for visit in day.visits:
        times = left_out[visit]
        if visit in in_runs and times:
            message = f"Visit {visit} is in a run and also listed as unallocated."
        elif visit not in in_runs and times != 1:
            message = f"Visit {visit} is in no run and listed {times} times as unallocated."
        else:
            continue
        yield _breach(Rule.EVERY_VISIT_ONCE, message, visit=visit)


# --- who comes --------------------------------------------------------------------------------------------------------


def _carers_of(day: Claims) -> dict[str, list[tuple[Shift, Stop]]]:
    carers = defaultdict(list)
    for shift, stop, visit in day.served:
        carers[visit.id].append((shift, stop))
    return carers


def _carers_needed(day: Claims) -> Iterator[Breach]:
    counts = Counter(stop.visit for run in day.plan.runs for stop in run.stops)
    for visit in day.problem.visits:
        sent = counts[visit.id]
        if sent not in {0, visit.carers_needed}:
            message = f"Visit {visit.id} needs {count(visit.carers_needed, 'carer')} and is in {count(sent, 'run')}."
            yield _breach(Rule.CARERS_NEEDED, message, visit=visit.id, amount=abs(sent - visit.carers_needed))


def _different_carers(day: Claims) -> Iterator[Breach]:
    for visit, sent in _carers_of(day).items():
        for carer, times in Counter(shift.carer for shift, _ in sent).items():
            if times > 1:
                message = f"Carer {carer} is sent {times} times to visit {visit}."
                yield _breach(Rule.DIFFERENT_CARERS, message, visit=visit, amount=times - 1)


def _same_start(day: Claims) -> Iterator[Breach]:
    for visit, sent in _carers_of(day).items():
        starts = [stop.start_s for _, stop in sent]
        if min(starts) != max(starts):
            message = f"The carers of visit {visit} start at {clock(min(starts))} and {clock(max(starts))}."
            yield _breach(Rule.SAME_START, message, visit=visit, amount=max(starts) - min(starts))


def _provider(day: Claims) -> Iterator[Breach]:
    for shift, _, visit in day.served:
        if shift.provider not in visit.providers:
            message = f"Shift {shift.id} is of provider {shift.provider}, which may not serve visit {visit.id}."
            yield _breach(Rule.PROVIDER, message, visit=visit.id, shift=shift.id)


def _skills(day: Claims) -> Iterator[Breach]:
    for shift, _, visit in day.served:
        missing = visit.skills - shift.skills
        if missing:
            message = f"Shift {shift.id} lacks {names(missing)} for visit {visit.id}."
            yield _breach(Rule.SKILLS, message, visit=visit.id, shift=shift.id, amount=len(missing))


def _barred(day: Claims) -> Iterator[Breach]:
    for shift, _, visit in day.served:
        if shift.carer in visit.barred_carers:
            message = f"Carer {shift.carer} of shift {shift.id} is barred from visit {visit.id}."
            yield _breach(Rule.BARRED, message, visit=visit.id, shift=shift.id)


def _locked(day: Claims) -> Iterator[Breach]:
    for shift, _, visit in day.served:
        if visit.locked_shifts and shift.id not in visit.locked_shifts:
            message = f"Visit {visit.id} is locked to {names(visit.locked_shifts)}, not to shift {shift.id}."
            yield _breach(Rule.LOCKED, message, visit=visit.id, shift=shift.id)


def _carer_in_one_place(day: Claims) -> Iterator[Breach]:
    for one, other in combinations(day.runs, 2):
        if one.shift.carer != other.shift.carer:
            continue
        overlap_s = min(one.run.back_home_s, other.run.back_home_s) - max(_begins(one.run), _begins(other.run))
        if overlap_s > 0:
            message = (
                f"Carer {one.shift.carer} is on shifts {one.shift.id} and {other.shift.id} at once, "
                f"for {length(overlap_s)}."
            )
            yield _breach(Rule.CARER_IN_ONE_PLACE, message, shift=other.shift.id, amount=overlap_s)


def _begins(run: Run) -> int:
    return min([run.leave_home_s, *(rest.start_s for rest in run.rests if rest.after_stop == 0)])


# --- when -------------------------------------------------------------------------------------------------------------


def _start_window(day: Claims) -> Iterator[Breach]:
    for shift, stop, visit in day.served:
        outside_s = max(visit.window.earliest_s - stop.start_s, stop.start_s - visit.window.latest_s)
        if outside_s > 0:
            message = (
                f"{'Time-critical visit' if visit.time_critical else 'Visit'} {visit.id} starts at "
                f"{clock(stop.start_s)}, not between {clock(visit.window.earliest_s)} and "
                f"{clock(visit.window.latest_s)}."
            )
            yield _breach(Rule.START_WINDOW, message, visit=visit.id, shift=shift.id, amount=outside_s)


def _full_duration(day: Claims) -> Iterator[Breach]:
    for shift, stop, visit in day.served:
        short_s = visit.duration_s - (stop.leave_s - stop.start_s)
        if short_s > 0:
            message = f"Visit {visit.id} is cut short by {length(short_s)} on shift {shift.id}."
            yield _breach(Rule.FULL_DURATION, message, visit=visit.id, shift=shift.id, amount=short_s)


def _start_after_arrival(day: Claims) -> Iterator[Breach]:
    for shift, stop, visit in day.served:
        early_s = stop.arrive_s - stop.start_s
        if early_s > 0:
            message = f"Visit {visit.id} starts {length(early_s)} before shift {shift.id} arrives."
            yield _breach(Rule.START_AFTER_ARRIVAL, message, visit=visit.id, shift=shift.id, amount=early_s)


def _shift_window(day: Claims) -> Iterator[Breach]:
    for known in day.runs:
        window = known.shift.window
        begins_s = _begins(known.run)
        outside_s = max(0, window.earliest_s - begins_s) + max(0, known.run.back_home_s - window.latest_s)
        if outside_s > 0 or known.run.back_home_s < begins_s:
            message = (
                f"Shift {known.shift.id} runs from {clock(begins_s)} to {clock(known.run.back_home_s)}, "
                f"not inside {clock(window.earliest_s)} to {clock(window.latest_s)}."
            )
            yield _breach(Rule.SHIFT_WINDOW, message, shift=known.shift.id, amount=outside_s)


def _max_work(day: Claims) -> Iterator[Breach]:
    for known in day.runs:
        contact_s = sum(visit.duration_s for _, visit in known.served)
        travel_s = sum(stop.travel_s for stop in known.run.stops[1:])
        over_s = contact_s + travel_s - known.shift.max_work_s
        if over_s > 0:
            message = f"Shift {known.shift.id} works {length(over_s)} more than {length(known.shift.max_work_s)}."
            yield _breach(Rule.MAX_WORK, message, shift=known.shift.id, amount=over_s)


# --- breaks -----------------------------------------------------------------------------------------------------------


def _every_break(day: Claims) -> Iterator[Breach]:
    for known in day.runs:
        planned, due = len(known.run.rests), len(known.shift.breaks)
        if planned != due:
            message = f"Shift {known.shift.id} has {count(due, 'break')} and its run takes {planned}."
            yield _breach(Rule.EVERY_BREAK, message, shift=known.shift.id, amount=abs(planned - due))
        for rest in known.run.rests:
            if not 0 <= rest.after_stop <= len(known.run.stops):
                message = f"Shift {known.shift.id} rests at stop {rest.after_stop}, which its run does not have."
                yield _breach(Rule.EVERY_BREAK, message, shift=known.shift.id)


def _break_length(day: Claims) -> Iterator[Breach]:
    for known in day.runs:
        for due, rest in zip(known.shift.breaks, known.run.rests, strict=False):
            short_s = due.duration_s - (rest.end_s - rest.start_s)
            if short_s > 0:
                message = f"A break of shift {known.shift.id} is {length(short_s)} too short."
                yield _breach(Rule.BREAK_LENGTH, message, shift=known.shift.id, amount=short_s)


def _break_window(day: Claims) -> Iterator[Breach]:
    for known in day.runs:
        for due, rest in zip(known.shift.breaks, known.run.rests, strict=False):
            outside_s = max(due.window.earliest_s - rest.start_s, rest.start_s - due.window.latest_s)
            if outside_s > 0:
                message = (
                    f"A break of shift {known.shift.id} begins at {clock(rest.start_s)}, not between "
                    f"{clock(due.window.earliest_s)} and {clock(due.window.latest_s)}."
                )
                yield _breach(Rule.BREAK_WINDOW, message, shift=known.shift.id, amount=outside_s)


def _break_apart(day: Claims) -> Iterator[Breach]:
    for known in day.runs:
        for rest in known.run.rests:
            if 1 <= rest.after_stop <= len(known.served):
                stop, visit = known.served[rest.after_stop - 1]
                early_s = max(stop.leave_s, stop.start_s + visit.duration_s) - rest.start_s
                if early_s > 0:
                    message = f"A break of shift {known.shift.id} begins {length(early_s)} before {visit.id} is over."
                    yield _breach(Rule.BREAK_APART, message, visit=visit.id, shift=known.shift.id, amount=early_s)
        for one, other in combinations(known.run.rests, 2):
            overlap_s = _overlap(one, other)
            if overlap_s > 0:
                message = f"Two breaks of shift {known.shift.id} overlap by {length(overlap_s)}."
                yield _breach(Rule.BREAK_APART, message, shift=known.shift.id, amount=overlap_s)


def _overlap(one: Rest, other: Rest) -> int:
    return min(one.end_s, other.end_s) - max(one.start_s, other.start_s)


CHECKS: tuple[Callable[[Claims], Iterator[Breach]], ...] = (
    _day_of_problem,
    _known_ids,
    _one_run_per_shift,
    _no_empty_run,
    _every_visit_once,
    _carers_needed,
    _different_carers,
    _same_start,
    _provider,
    _skills,
    _barred,
    _locked,
    _carer_in_one_place,
    _start_window,
    _full_duration,
    _start_after_arrival,
    _shift_window,
    _max_work,
    _every_break,
    _break_length,
    _break_window,
    _break_apart,
    *TRAVEL_CHECKS,
)
"""Every rule's check, in the order in which breaches are listed."""
