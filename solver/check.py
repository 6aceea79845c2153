"""Check a plan against every hard rule with ordinary arithmetic, trusting nothing that an engine computed.

Only raw fields of the records are read; nothing is shared with the search. How a plan's instants are understood:

- A carer arrives at `Stop.arrive_s`, may wait, starts at `start_s` and is free at `leave_s`, when the visit is over.
- Rests at a stop come after that; the carer sets out at the later of `leave_s` and the end of the last rest there
  (at home: of `leave_home_s` and the last rest), and arrives exactly `travel_s + boat_wait_s` later. A run's way home
  has no field for the wait, so with boats it is what remains.
- Work is the visits' durations, paid breaks and `travel_s` of the legs between visits. Waiting, also for a boat, is not
  work.
- A run that names an unknown shift or visit is reported and not judged further.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from solver.check_together import TOGETHER_CHECKS
from solver.check_travel import TRAVEL_CHECKS
from solver.check_when import WHEN_CHECKS
from solver.check_who import WHO_CHECKS
from solver.claims import read
from solver.rules import Rule, breach

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from solver.claims import Claims
    from solver.types import Breach, DayPlan, DayProblem


def check(problem: DayProblem, plan: DayPlan) -> tuple[Breach, ...]:
    """Find every breach of a hard rule, in the order of `CHECKS`; none means that the plan is legal.

    The problem must be free of faults (see `validate.faults`).
    """
    day = read(problem, plan)
    return tuple(found for rule_check in CHECKS for found in rule_check(day))


def _day_of_problem(day: Claims) -> Iterator[Breach]:
    if day.plan.day != day.problem.day:
        yield breach(Rule.DAY, f"The plan is for {day.plan.day}, the problem for {day.problem.day}.")


def _known_ids(day: Claims) -> Iterator[Breach]:
    for run in day.plan.runs:
        if run.shift not in day.shifts:
            yield breach(Rule.KNOWN_SHIFT, f"Shift {run.shift} is not in the problem.", shift=run.shift)
        for stop in run.stops:
            if stop.visit not in day.visits:
                message = f"Visit {stop.visit} is not in the problem."
                yield breach(Rule.KNOWN_VISIT, message, visit=stop.visit, shift=run.shift)
    for left_out in day.plan.unallocated:
        if left_out.visit not in day.visits:
            message = f"Unallocated visit {left_out.visit} is not in the problem."
            yield breach(Rule.KNOWN_VISIT, message, visit=left_out.visit)


def _one_run_per_shift(day: Claims) -> Iterator[Breach]:
    for shift, runs in Counter(run.shift for run in day.plan.runs).items():
        if runs > 1:
            message = f"Shift {shift} has {runs} runs."
            yield breach(Rule.ONE_RUN_PER_SHIFT, message, shift=shift, amount=runs - 1)


def _no_empty_run(day: Claims) -> Iterator[Breach]:
    for run in day.plan.runs:
        if not run.stops:
            yield breach(Rule.NO_EMPTY_RUN, f"The run of shift {run.shift} has no visit.", shift=run.shift)


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
        yield breach(Rule.EVERY_VISIT_ONCE, message, visit=visit)


CHECKS: tuple[Callable[[Claims], Iterator[Breach]], ...] = (
    _day_of_problem,
    _known_ids,
    _one_run_per_shift,
    _no_empty_run,
    _every_visit_once,
    *WHO_CHECKS,
    *WHEN_CHECKS,
    *TOGETHER_CHECKS,
    *TRAVEL_CHECKS,
)
"""Every rule's check, in the order in which breaches are listed."""
