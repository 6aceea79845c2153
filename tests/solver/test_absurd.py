"""Two hundred random days that make no sense: never a crash or a hang, always a plan and reasons, or faults."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from random import Random
from typing import TYPE_CHECKING

import pytest

from solver.check import check
from solver.errors import InvalidProblem
from solver.rules import Rule
from solver.score import score
from solver.solve import solve
from solver.types import Break, ClientNeeds, DayProblem, Limits, LockedRun, Mode, Sequence, TimeWindow, Weights
from solver.validate import faults
from tests.builders import a_problem, a_sailing, a_shift, a_travel, a_visit

if TYPE_CHECKING:
    from collections.abc import Callable

    from solver.types import Shift, Visit

HOUR_S = 3600
PLACES = 6


def each_visit(problem: DayProblem, **changes: object) -> DayProblem:
    """Change every visit alike."""
    return replace(problem, visits=tuple(replace(visit, **changes) for visit in problem.visits))  # type: ignore[arg-type]


def each_shift(problem: DayProblem, **changes: object) -> DayProblem:
    """Change every shift alike."""
    return replace(problem, shifts=tuple(replace(shift, **changes) for shift in problem.shifts))  # type: ignore[arg-type]


def on_an_island(problem: DayProblem) -> DayProblem:
    """Cut off the last place, but for one boat there and none back."""
    places = range(PLACES)
    minutes = [[None if (o < PLACES - 1) != (d < PLACES - 1) else 10 * abs(o - d) for d in places] for o in places]
    return replace(problem, travel=a_travel(minutes, sailings=[a_sailing("out", 0, PLACES - 1, "09:00")]))


def in_a_row(problem: DayProblem, least_s: int, most_s: int, *, closed: bool = False) -> DayProblem:
    """Let every visit follow the one before, on request in a circle."""
    names = [visit.id for visit in problem.visits]
    pairs = list(pairwise(names)) + ([(names[-1], names[0])] if closed and len(names) > 1 else [])
    links = tuple(Sequence(first=a, then=b, least_s=least_s, most_s=most_s) for a, b in pairs)
    return replace(problem, sequences=links)


def settled(problem: DayProblem) -> DayProblem:
    """Deal the visits out to the shifts, and lock every run."""
    dealt: dict[str, list[str]] = {shift.id: [] for shift in problem.shifts}
    for number, visit in enumerate(problem.visits):
        if problem.shifts:
            dealt[problem.shifts[number % len(problem.shifts)].id].append(visit.id)
    return replace(problem, locked_runs=tuple(LockedRun(shift=name, visits=tuple(v)) for name, v in dealt.items()))


def with_needs(problem: DayProblem, gap_s: int) -> DayProblem:
    """Give every visit one client, who keeps to one provider and needs hours between visits."""
    needs = ClientNeeds(client="c1", min_gap_s=gap_s, one_provider=True)
    return replace(each_visit(problem, client="c1"), clients=(needs,) if problem.visits else ())


def breaks(many: int, length_s: int) -> tuple[Break, ...]:
    """Give breaks that may begin at any time of the day."""
    window = TimeWindow(earliest_s=7 * HOUR_S, latest_s=14 * HOUR_S)
    return (Break(duration_s=length_s, window=window, paid=True),) * many


NOON = TimeWindow(earliest_s=12 * HOUR_S, latest_s=12 * HOUR_S)
ABSURD: dict[str, Callable[[DayProblem], DayProblem]] = {
    "no carers": lambda day: replace(day, shifts=()),
    "no visits": lambda day: replace(day, visits=(), sequences=(), clients=(), locked_runs=()),
    "one instant for all": lambda day: each_visit(day, window=NOON, other_windows=()),
    "reversed windows": lambda day: each_visit(day, window=TimeWindow(earliest_s=12 * HOUR_S, latest_s=0)),
    "yesterday": lambda day: each_visit(day, window=TimeWindow(earliest_s=-20 * HOUR_S, latest_s=-18 * HOUR_S)),
    "a window of nothing, twice": lambda day: each_visit(day, other_windows=(NOON, NOON)),
    "locked to another time": lambda day: each_visit(day, locked_start_s=3 * HOUR_S),
    "all barred": lambda day: each_visit(day, barred_carers=frozenset(shift.carer for shift in day.shifts)),
    "all bar all": lambda day: each_shift(day, barred_clients=frozenset(visit.client for visit in day.visits)),
    "skills of nobody": lambda day: each_visit(
        day, skills=frozenset({"flying"}), unwanted_skills=frozenset({"flying"})
    ),
    "an island": lambda day: each_visit(on_an_island(day), place=PLACES - 1),
    "homes on an island": lambda day: each_shift(on_an_island(day), start_place=PLACES - 1),
    "longer than the shift": lambda day: each_visit(day, duration_s=7 * HOUR_S + 1800),
    "longer than any shift": lambda day: each_visit(day, duration_s=40 * HOUR_S),
    "no length": lambda day: each_visit(day, duration_s=0),
    "one second": lambda day: each_visit(day, duration_s=1),
    "twenty at one door": lambda day: replace(
        day, visits=tuple(a_visit(f"door{n}", place=1, window=NOON) for n in range(20)), sequences=(), locked_runs=()
    ),
    "pairs": lambda day: each_visit(day, carers_needed=2),
    "one carer for all shifts": lambda day: each_shift(day, carer="anna"),
    "a long row": lambda day: in_a_row(day, 0, 0),
    "a row of hours": lambda day: in_a_row(day, 6 * HOUR_S, 6 * HOUR_S),
    "a circle": lambda day: in_a_row(day, 0, HOUR_S, closed=True),
    "no room to carry": lambda day: each_shift(each_visit(day, load=1), capacity=0),
    "no work": lambda day: each_shift(day, max_work_s=0),
    "no driving": lambda day: each_shift(day, max_drive_s=0),
    "never away": lambda day: each_shift(day, max_span_s=0),
    "no driving on the island": lambda day: each_shift(on_an_island(day), max_drive_s=HOUR_S, max_span_s=HOUR_S),
    "all settled": settled,
    "all locked to one shift": lambda day: each_visit(day, locked_shifts=frozenset(s.id for s in day.shifts[:1])),
    "no rest": lambda day: each_shift(day, previous_end_s=-1, next_start_s=16 * HOUR_S),
    "back a week ago": lambda day: each_shift(day, previous_end_s=-7 * 86_400),
    "a hundred breaks": lambda day: each_shift(day, breaks=breaks(100, 60)),
    "five breaks": lambda day: each_shift(day, breaks=breaks(5, 1800)),
    "a break as long as the shift": lambda day: each_shift(day, breaks=breaks(1, 8 * HOUR_S)),
    "hours between visits": lambda day: with_needs(day, 20 * HOUR_S),
    "a gap back in time": lambda day: with_needs(day, -1),
    "nothing costs anything": lambda day: replace(
        day,
        weights=Weights(**dict.fromkeys(("travel", "commute", "metre", "unallocated_green", "unallocated_amber"), 0)),
    ),
    "prices of a million": lambda day: replace(day, weights=Weights(travel=1e6, metre=1e6, late=1e6, waiting=1e6)),
    "a price that is no number": lambda day: replace(day, weights=Weights(travel=float("nan"))),
    "a place that is not there": lambda day: each_visit(day, place=10**6),
    "by bike": lambda day: each_shift(day, mode=Mode.BIKE),
    "the same day twice": lambda day: replace(day, visits=(*day.visits, *day.visits)),
    "keep what is not there": lambda day: replace(day, keep=frozenset({"ghost"})),
}


def ordinary_day(chance: Random) -> DayProblem:
    """Draw a day on which most things can be done."""

    def visit(number: int) -> Visit:
        from_s = HOUR_S * chance.randint(7, 13)
        window = TimeWindow(earliest_s=from_s, latest_s=from_s + HOUR_S * chance.randint(0, 3))
        client = f"c{chance.randint(1, 3)}"
        return a_visit(f"v{number}", client=client, place=chance.randrange(PLACES), window=window)

    def shift(number: int) -> Shift:
        return a_shift(f"s{number}", start_place=0, end_place=chance.randrange(PLACES))

    return a_problem([visit(n) for n in range(chance.randint(1, 8))], [shift(n) for n in range(chance.randint(1, 3))])


def absurd_day(seed: int) -> tuple[list[str], DayProblem]:
    """Draw an ordinary day and make one to three things of it absurd; every way comes up among two hundred."""
    chance = Random(seed)
    day = ordinary_day(chance)
    names = list(ABSURD)
    chosen = [names[seed % len(names)], *chance.sample(names, chance.randint(0, 2))]
    for name in chosen:
        day = ABSURD[name](day)
    return chosen, day


@pytest.mark.timeout(240)
@pytest.mark.parametrize("seed", range(200))
def test_absurd_days_have_a_plan_and_reasons_or_faults(seed: int) -> None:
    """Whatever the day, faults are named, or there is a legal plan, and a sentence for every visit left out."""
    chosen, problem = absurd_day(seed)
    if faults(problem):
        with pytest.raises(InvalidProblem):
            solve(problem, Limits(iterations=20))
        return
    plan = solve(problem, Limits(iterations=20))
    # A settled run that no rule allows cannot be kept: then there is no legal plan, and just that is said.
    allowed = {Rule.LOCKED_RUN} if problem.locked_runs else set()
    assert {breach.rule for breach in check(problem, plan)} <= allowed, chosen
    placed = {stop.visit for run in plan.runs for stop in run.stops}
    assert placed | {left.visit for left in plan.unallocated} == {visit.id for visit in problem.visits}
    assert all(left.detail.endswith(".") for left in plan.unallocated)
    assert plan.search is not None
    assert plan.search.cost == pytest.approx(score(problem, plan).total)
