"""The OR-Tools engine: every rule both ways, small days served legally, and polish that never makes a plan dearer."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings

from solver.check import check
from solver.compile import compile_problem
from solver.polish import PolishSettings, polish
from solver.realise import realise
from solver.routing import Effort, remake, replan, solve_routing, standing
from solver.routing_model import Area, build
from solver.score import score
from solver.sequences import Sequences, legs_of, nobody_works, plan_cost, unserved_legs
from solver.types import (
    Before,
    ClientNeeds,
    DayPlan,
    LockedRun,
    Mode,
    ProviderHours,
    Reason,
    Sequence,
    TimeWindow,
    Unallocated,
    Weights,
)
from tests.builders import a_break, a_problem, a_sailing, a_shift, a_travel, a_visit, a_window, at
from tests.ruled_days import ruled_days

if TYPE_CHECKING:
    from solver.compile import Compiled
    from solver.types import DayProblem, Visit

ISLAND = a_travel([[0, None], [None, 0]], sailings=[a_sailing("out", 0, 1, "08:00"), a_sailing("back", 1, 0, "11:00")])
LITTLE = Effort(solutions=40, seconds=20.0)


def plan_of(problem: DayProblem, compiled: Compiled, sequences: Sequences) -> DayPlan:
    """Time the sequences, and list what they leave out."""
    runs = realise(problem, compiled, sequences)
    served = {stop.visit for run in runs for stop in run.stops}
    left_out = [visit.id for visit in problem.visits if visit.id not in served]
    return DayPlan(
        day=problem.day,
        runs=runs,
        unallocated=tuple(Unallocated(visit=v, reason=Reason.NOT_PLACED_IN_TIME, detail="") for v in left_out),
    )


def served_by(problem: DayProblem, effort: Effort = LITTLE) -> dict[str, list[str]]:
    """Route a day, have it checked, and name the visits of each run."""
    compiled = compile_problem(problem)
    found = solve_routing(problem, compiled, effort=effort)
    plan = plan_of(problem, compiled, found)
    assert check(problem, plan) == ()
    if not problem.travel.sailings:  # a score leaves out waiting for boats, which no engine prices exactly
        assert score(problem, plan).total == pytest.approx(plan_cost(compiled, found), abs=1 + len(problem.visits))
    return {run.shift: [stop.visit for stop in run.stops] for run in plan.runs}


PAID = replace(a_break(), paid=True)

# Each rule: the default day with something changed, first so that the visit can be served, then so that it cannot.
RULES = {
    "provider": (
        a_problem([a_visit(providers=frozenset({"north", "south"}))]),
        a_problem([a_visit(providers=frozenset({"south"}))]),
    ),
    "skill": (
        a_problem([a_visit(skills=frozenset({"hoist"}))], [a_shift(skills=frozenset({"hoist"}))]),
        a_problem([a_visit(skills=frozenset({"hoist"}))]),
    ),
    "barred": (
        a_problem([a_visit(barred_carers=frozenset({"bert"}))]),
        a_problem([a_visit(barred_carers=frozenset({"anna"}))]),
    ),
    "locked": (
        a_problem([a_visit(locked_shifts=frozenset({"early"}))]),
        a_problem([a_visit(locked_shifts=frozenset({"late"}))]),
    ),
    "window": (
        a_problem([a_visit(window=a_window("07:00", "07:10"))]),
        a_problem([a_visit(window=a_window("07:00", "07:09"))]),
    ),
    "shift end": (
        a_problem(shifts=[a_shift(window=a_window("07:00", "08:40"))]),
        a_problem(shifts=[a_shift(window=a_window("07:00", "08:39"))]),
    ),
    "work": (
        a_problem(shifts=[a_shift(max_work_s=1800)]),
        a_problem(shifts=[a_shift(max_work_s=1799)]),
    ),
    "reachable": (
        a_problem(travel=a_travel([[0, 10], [10, 0]])),
        a_problem(travel=a_travel([[0, None], [None, 0]])),
    ),
    "break": (
        a_problem(shifts=[a_shift(window=a_window("08:00", "10:00"), breaks=(a_break("08:00", "09:20"),))]),
        a_problem(
            [a_visit(window=a_window("08:30", "08:50"))],
            [a_shift(window=a_window("08:00", "09:40"), breaks=(a_break("08:20", "08:50", 60),))],
        ),
    ),
    "boat": (
        a_problem(
            [a_visit(window=a_window("08:45", "09:15"))],
            travel=ISLAND,
        ),
        a_problem(
            [a_visit(window=a_window("08:00", "08:34"))],
            travel=ISLAND,
        ),
    ),
    "second carer": (
        a_problem([a_visit(carers_needed=2)], [a_shift(), a_shift("other")]),
        a_problem([a_visit(carers_needed=2)]),
    ),
    "gender": (
        a_problem([a_visit(genders=frozenset({"woman"}))], [a_shift(gender="woman")]),
        a_problem([a_visit(genders=frozenset({"woman"}))], [a_shift(gender="man")]),
    ),
    "other windows": (
        a_problem([a_visit(window=a_window("07:00", "07:05"), other_windows=(a_window("07:20", "07:30"),))]),
        a_problem([a_visit(window=a_window("07:00", "07:05"), other_windows=(a_window("06:00", "06:30"),))]),
    ),
    "window on end": (
        a_problem([a_visit(window=a_window("07:30", "07:40"), window_on_end=True)]),
        a_problem([a_visit(window=a_window("07:30", "07:39"), window_on_end=True)]),
    ),
    "locked start": (
        a_problem([a_visit(locked_start_s=at("08:00"))], [a_shift(window=a_window("07:00", "08:40"))]),
        a_problem([a_visit(locked_start_s=at("08:01"))], [a_shift(window=a_window("07:00", "08:40"))]),
    ),
    "capacity": (
        a_problem([a_visit(load=2)], [a_shift(capacity=2)]),
        a_problem([a_visit(load=3)], [a_shift(capacity=2)]),
    ),
    "driving": (
        a_problem(shifts=[a_shift(max_drive_s=1200)]),
        a_problem(shifts=[a_shift(max_drive_s=1199)]),
    ),
    "span": (
        a_problem(shifts=[a_shift(max_span_s=3000)]),
        a_problem(shifts=[a_shift(max_span_s=2999)]),
    ),
    "paid break": (
        a_problem(shifts=[a_shift(breaks=(PAID,), max_work_s=3600)]),
        a_problem(shifts=[a_shift(breaks=(PAID,), max_work_s=3599)]),
    ),
    "daily rest": (
        a_problem(shifts=[a_shift(previous_end_s=at("09:50") - 11 * 3600)]),
        a_problem(shifts=[a_shift(previous_end_s=at("09:51") - 11 * 3600)]),
    ),
    "settled run": (
        a_problem(locked_runs=(LockedRun(shift="early", visits=("v1",)),)),
        a_problem(locked_runs=(LockedRun(shift="early", visits=()),)),
    ),
}  # fmt: skip


@pytest.mark.parametrize("rule", RULES)
def test_a_rule_lets_pass_what_keeps_it(rule: str) -> None:
    """The visit that keeps the rule by a hair is served."""
    assert any("v1" in run for run in served_by(RULES[rule][0]).values())


@pytest.mark.parametrize("rule", RULES)
def test_a_rule_refuses_what_breaks_it(rule: str) -> None:
    """The visit that breaks the rule by a hair is left out."""
    assert served_by(RULES[rule][1]) == {}


def test_work_counts_travel_between_visits_but_not_from_home() -> None:
    """Two half-hour visits ten minutes apart are seventy minutes of work, however far home is."""
    visits = [a_visit("v1", place=4), a_visit("v2", place=5)]
    enough = served_by(a_problem(visits, [a_shift(max_work_s=70 * 60)]))
    short = served_by(a_problem(visits, [a_shift(max_work_s=70 * 60 - 1)]))
    assert sum(map(len, enough.values())) == 2
    assert sum(map(len, short.values())) == 1


def test_each_mode_has_its_own_times() -> None:
    """Who goes on foot and needs too long is passed over for who drives."""
    slow = a_travel([[0, 200], [200, 0]], modes=(Mode.FOOT,))
    quick = a_travel([[0, 10], [10, 0]])
    travel = a_travel([[0, 1], [1, 0]])
    travel = type(travel)(modes={**slow.modes, **quick.modes})
    shifts = [a_shift("walks", mode=Mode.FOOT), a_shift("drives")]
    assert list(served_by(a_problem(shifts=shifts, travel=travel))) == ["drives"]


def test_a_known_carer_is_worth_a_detour() -> None:
    """The carer whom the client knows is sent from further away, up to the price of an unknown face."""
    shifts = [a_shift("near", start_place=1, end_place=1), a_shift("far", start_place=2, end_place=2)]
    visit = a_visit(known_carers=frozenset({"carer-of-far"}))
    problem = a_problem([visit], shifts)
    assert list(served_by(problem)) == ["near"]
    weights = type(problem.weights)(unfamiliar_visit=3000)
    assert list(served_by(a_problem([visit], shifts, weights=weights))) == ["far"]


def test_the_cheaper_visit_is_left_out() -> None:
    """Of two visits at once, the one whose absence costs more is served."""
    visits = [a_visit("v1"), a_visit("v2", time_critical=True)]
    visits = [
        type(v)(**{f: getattr(v, f) for f in v.__slots__} | {"window": a_window("08:00", "08:10")}) for v in visits
    ]
    assert served_by(a_problem(visits)) == {"early": ["v2"]}


def a_busy_day(*, carers: int = 4, n_visits: int = 18, pairs: int = 2) -> DayProblem:
    """Build a day of short windows on a line of places, with breaks and some visits for two carers."""
    visits = [
        a_visit(
            f"v{k}",
            place=(7 * k) % 12,
            window=TimeWindow(earliest_s=at("07:30") + 1300 * k, latest_s=at("08:15") + 1300 * k),
            carers_needed=2 if k % 9 == 4 and k // 9 < pairs else 1,
            known_carers=frozenset({"carer-of-s1"}) if k % 5 == 0 else frozenset(),
        )
        for k in range(n_visits)
    ]
    shifts = [
        a_shift(f"s{k}", start_place=3 * k % 12, end_place=3 * k % 12, breaks=(a_break(),)) for k in range(carers)
    ]
    return a_problem(visits, shifts, a_travel(places=12))


def test_a_busy_day_is_served_legally() -> None:
    """Eighteen visits, two of them for two carers, and four breaks: a legal plan that serves nearly all."""
    runs = served_by(a_busy_day(), Effort(solutions=150, seconds=30.0))
    assert len({visit for run in runs.values() for visit in run}) >= 16


def test_the_same_question_has_the_same_answer() -> None:
    """Bounded by solutions, two searches agree."""
    problem = a_busy_day()
    compiled = compile_problem(problem)
    assert solve_routing(problem, compiled, effort=LITTLE) == solve_routing(problem, compiled, effort=LITTLE)


def test_a_warm_start_is_never_made_worse() -> None:
    """From a plan of one visit to each shift, the search ends with a plan that costs less."""
    problem = a_busy_day(pairs=0)
    compiled = compile_problem(problem)
    first = solve_routing(problem, compiled, effort=LITTLE, shifts=[0, 1])
    better = solve_routing(problem, compiled, start=first, effort=LITTLE)
    assert plan_cost(compiled, better) < plan_cost(compiled, first) < plan_cost(compiled, nobody_works(compiled))


def test_only_the_named_shifts_and_legs_change() -> None:
    """A replan of two shifts leaves the runs of the others alone and lets only the named legs join."""
    problem = a_busy_day(pairs=0)
    compiled = compile_problem(problem)
    first = solve_routing(problem, compiled, effort=LITTLE, shifts=[0, 1], legs=range(8))
    second = solve_routing(problem, compiled, start=first, effort=LITTLE, shifts=[2], legs=range(12))
    assert second.nodes[:2] == first.nodes[:2]
    assert legs_of(compiled, second.nodes[2])
    assert set(legs_of(compiled, second.nodes[2])) <= set(range(12)) - set(first.nodes[0]) - set(first.nodes[1])


def test_polish_is_legal_and_never_dearer() -> None:
    """Regions of two or three carers, with pairs across their borders, lower the cost and keep every rule."""
    problem = a_busy_day(carers=6)
    compiled = compile_problem(problem)
    rough = solve_routing(problem, compiled, effort=Effort(solutions=2, seconds=20.0), shifts=range(1, 6))
    assert rough.start_s
    settings = PolishSettings(regions=8, n_shifts=2, effort=LITTLE)
    smooth = polish(problem, compiled, rough, settings=settings)
    assert plan_cost(compiled, smooth) < plan_cost(compiled, rough)
    assert check(problem, plan_of(problem, compiled, smooth)) == ()
    assert polish(problem, compiled, rough, settings=settings) == smooth


def test_polish_stops_when_told() -> None:
    """A caller whose time is up gets back what it gave."""
    problem = a_busy_day()
    compiled = compile_problem(problem)
    rough = solve_routing(problem, compiled, effort=Effort(solutions=2, seconds=20.0))
    assert polish(problem, compiled, rough, keep_going=lambda: False) is rough


def test_a_pair_with_a_carer_outside_keeps_its_start() -> None:
    """When one carer of a double-handed visit is planned again, the other's start stands and both still come."""
    problem = a_problem(
        [a_visit("v1", carers_needed=2), a_visit("v2", place=2)], [a_shift("one"), a_shift("two"), a_shift("three")]
    )
    compiled = compile_problem(problem)
    start_s = {0: at("08:30"), 1: at("08:30")}
    first = Sequences(((0,), (1,), ()), start_s)
    second = remake(problem, compiled, standing(problem, compiled, first), ([1, 2], [2]), effort=LITTLE).sequences
    assert second.start_s == start_s
    assert unserved_legs(compiled, second) == ()
    assert check(problem, plan_of(problem, compiled, second)) == ()


def test_providers_hours_decide_what_is_kept() -> None:
    """A cheaper drive that takes a provider below its floor is not kept, although the model knows nothing of floors."""
    both = frozenset({"north", "south"})
    shifts = [a_shift("near", provider="south", start_place=1, end_place=1), a_shift("far", start_place=5, end_place=5)]
    free = a_problem([a_visit(providers=both)], shifts)
    held = a_problem(free.visits, shifts, provider_hours=(ProviderHours(provider="north", floor_s=1800),))
    for problem, kept in ((free, ((0,), ())), (held, ((), (0,)))):
        compiled = compile_problem(problem)
        assert solve_routing(problem, compiled, start=Sequences(((), (0,)), {}), effort=LITTLE).nodes == kept


def test_a_boat_takes_the_longest_that_it_can_take() -> None:
    """Between two sailings the model counts the wait for the second; past the last one no journey is short enough."""
    boats = [a_sailing("first", 0, 1, "08:00"), a_sailing("second", 0, 1, "09:00"), a_sailing("back", 1, 0, "12:00")]
    visit = a_visit(window=a_window("09:40", "11:00"))
    problem = a_problem(
        [visit], [a_shift(window=a_window("07:00", "15:00"))], a_travel([[0, None], [None, 0]], sailings=boats)
    )
    model = build(problem, compile_problem(problem), Area(legs=(0,), shifts=(0,), fixed_start_s={}))
    missed_second = at("11:00") - at("08:50")
    assert model.time.GetTransitValue(model.routing.Start(0), model.index(0), 0) == missed_second


def test_a_shift_whose_break_cannot_fit_does_not_stop_the_others() -> None:
    """A shift that ends before its break could is left idle, and the other shift serves."""
    broken = a_shift("broken", window=a_window("07:00", "11:10"), breaks=(a_break("11:00", "13:00"),))
    problem = a_problem(shifts=[broken, a_shift("whole")])
    compiled = compile_problem(problem)
    assert solve_routing(problem, compiled, effort=LITTLE).nodes == ((), (0,))


def a_pair_of_visits(**ties: object) -> DayProblem:
    """Build a day of two short visits to one client at any time of the morning, with two carers of two providers."""
    both = frozenset({"north", "south"})
    visits = [
        a_visit(f"v{k}", client="c", place=2, providers=both, duration_s=900, window=a_window("08:00", "11:00"))
        for k in (1, 2)
    ]
    shifts = [a_shift("one"), a_shift("two", provider="south", start_place=3, end_place=3)]
    return a_problem(visits, shifts, **ties)


def stops_of(problem: DayProblem) -> dict[str, tuple[str, int]]:
    """Route a day and give the shift and start of each visit."""
    compiled = compile_problem(problem)
    found = standing(problem, compiled, solve_routing(problem, compiled, effort=LITTLE))
    assert found.breaches == 0
    return {stop.visit: (run.shift, stop.start_s) for run in found.runs.values() for stop in run.stops}


@pytest.mark.parametrize("same", [True, False])
def test_visits_in_sequence_keep_their_time_and_carers(*, same: bool) -> None:
    """From nothing both are served, at the agreed distance and by whom they should be."""
    link = Sequence(first="v1", then="v2", least_s=3600, most_s=4500, same_carer=same)
    stops = stops_of(a_pair_of_visits(sequences=(link,)))
    assert 3600 <= stops["v2"][1] - stops["v1"][1] <= 4500
    assert (stops["v1"][0] == stops["v2"][0]) is same


def test_a_gap_between_visits_is_kept_in_either_order() -> None:
    """Two visits to a client who needs two hours between them are so far apart."""
    stops = stops_of(a_pair_of_visits(clients=(ClientNeeds(client="c", min_gap_s=7200),)))
    assert abs(stops["v2"][1] - stops["v1"][1]) >= 7200 + 900


def test_a_client_keeps_to_one_provider() -> None:
    """Two visits at once go to carers of two providers, unless the client keeps to one: then one is left out."""
    day = a_pair_of_visits()
    at_once = tuple(replace(visit, window=a_window("09:00", "09:00")) for visit in day.visits)
    free = replace(day, visits=at_once)
    assert len(stops_of(free)) == 2
    assert len(stops_of(replace(free, clients=(ClientNeeds(client="c", one_provider=True),)))) == 1


def apart(first: str, second: str) -> tuple[Visit, Visit]:
    """Build two visits at one place that start at given times and may be late."""
    return tuple(
        a_visit(f"v{k}", client="c", place=1, window=TimeWindow(earliest_s=at(clock), latest_s=at(clock) + 3600))
        for k, clock in enumerate((first, second))
    )  # type: ignore[return-value]


# A price of a plan, and a day on which one carer serves both visits without it and two with it.
PRICES = {
    "waiting": (Weights(waiting=1.0), apart("08:00", "12:00"), {}),
    "late": (Weights(late=5.0), tuple(replace(v, late_after_s=at("08:00")) for v in apart("08:00", "08:00")), {}),
    "overtime": (Weights(overtime=5.0), apart("08:00", "09:00"), {"contracted_s": 1800}),
    "undertime": (Weights(undertime=5.0), apart("08:00", "09:00"), {"contracted_s": 1800}),
    "balance": (Weights(balance=5.0), apart("08:00", "09:00"), {}),
}


@pytest.mark.parametrize("price", PRICES)
def test_a_price_is_worth_a_second_carer(price: str) -> None:
    """Who else would do it all is joined by a carer from further away when the price is charged."""
    weights, visits, of_shift = PRICES[price]
    shifts = [a_shift("one", **of_shift), a_shift("two", start_place=3, end_place=3, **of_shift)]
    free = stops_of(a_problem(visits, shifts))
    paid = stops_of(a_problem(visits, shifts, weights=weights))
    assert len({shift for shift, _ in free.values()}) == 1
    assert len({shift for shift, _ in paid.values()}) == 2


def test_one_carer_for_a_client_is_worth_a_detour() -> None:
    """Two carers who each live beside one visit are one when another carer has a price."""
    visits = [a_visit(f"v{k}", client="c", place=5 * k, window=a_window("08:00", "12:00")) for k in (0, 1)]
    shifts = [a_shift("one"), a_shift("two", start_place=5, end_place=5)]
    free = stops_of(a_problem(visits, shifts))
    paid = stops_of(a_problem(visits, shifts, weights=Weights(another_carer=50_000)))
    assert len({shift for shift, _ in free.values()}) == 2
    assert len({shift for shift, _ in paid.values()}) == 1


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(ruled_days())
def test_any_ruled_day_is_planned_legally(problem: DayProblem) -> None:
    """Whatever the rules, the checker finds nothing in what the routing model makes from nothing."""
    compiled = compile_problem(problem)
    found = solve_routing(problem, compiled, effort=Effort(solutions=20, seconds=20.0))
    assert standing(problem, compiled, found).breaches == 0


def planned(problem: DayProblem) -> DayPlan:
    """Plan a day with the routing model."""
    compiled = compile_problem(problem)
    return plan_of(problem, compiled, solve_routing(problem, compiled, effort=LITTLE))


def test_a_few_carers_are_planned_again() -> None:
    """When a carer may not come any more the visits go to the others that are named; all other runs stay."""
    problem = a_busy_day(carers=5)
    plan = planned(problem)
    lost = next(run for run in plan.runs if len(run.stops) > 1)
    sick = problem.shifts[[shift.id for shift in problem.shifts].index(lost.shift)]
    barred = replace(
        problem, visits=tuple(replace(visit, barred_carers=frozenset({sick.carer})) for visit in problem.visits)
    )
    named = [shift.id for shift in problem.shifts][:4]
    again = replan(barred, plan, [*named, lost.shift], effort=LITTLE)
    assert check(barred, again) == ()
    assert lost.shift not in {run.shift for run in again.runs}
    others = {run.shift: run for run in plan.runs if run.shift not in {*named, lost.shift}}
    assert others == {run.shift: run for run in again.runs if run.shift in others}


def test_planning_again_prefers_what_was_planned_before() -> None:
    """A shorter way is not worth a change of carer and time that costs more."""
    far = a_shift("far", start_place=5, end_place=5)
    problem = a_problem(shifts=[a_shift("near"), far])
    compiled = compile_problem(problem)
    plan = plan_of(problem, compiled, Sequences(((), (0,)), {}))
    before = (Before(visit="v1", shifts=frozenset({"far"}), start_s=plan.runs[0].stops[0].start_s),)
    moved = replan(problem, plan, ["near", "far"], effort=LITTLE)
    assert [run.shift for run in moved.runs] == ["near"]
    tied = replace(problem, before=before, weights=Weights(changed_visit=9_000, changed_start=1.0))
    assert replan(tied, plan, ["near", "far"], effort=LITTLE) is plan


def test_a_run_that_is_not_named_stays() -> None:
    """Planning nobody again gives the very same plan."""
    problem = a_busy_day()
    plan = planned(problem)
    assert replan(problem, plan, []) is plan
