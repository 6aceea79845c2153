"""The comparison of B, C and D cannot flatter: equal search, each from the one before, nobody worse off on the way."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from functools import cache
from statistics import mean
from typing import TYPE_CHECKING, Any

import pytest

from solver import comparison
from solver.check import check
from solver.comparison import (
    STAGES,
    Case,
    Step,
    compare_steps,
    placed_by_group,
    placed_visits,
    unsteered,
    with_providers,
)
from solver.score import score
from solver.solve import solve
from solver.types import DayPlan, DayProblem, Limits
from tests.builders import a_problem, a_run, a_shift, a_stop, a_travel, a_visit
from tests.solver.days import random_day

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

ITERATIONS = 600
PROVIDERS = 3


def a_case(problem: DayProblem, *, floor_pct: int = 60, budget_pct: int = 100, locked: int = 0) -> Case:
    """Compare a day in which every provider may serve everybody but the first `locked` clients."""
    clients = sorted({visit.client for visit in problem.visits})
    today = {visit.client: visit.providers for visit in problem.visits}
    everyone = frozenset(shift.provider for shift in problem.shifts)
    return Case(
        problem=problem,
        legal={client: today[client] if n < locked else everyone for n, client in enumerate(clients)},
        group_of={visit.id: f"{visit.priority.name} {visit.place % 2}" for visit in problem.visits},
        floor_pct=dict.fromkeys(everyone, floor_pct),
        move_budget=len(clients) * budget_pct // 100,
    )


@cache
def day(seed: int) -> DayProblem:
    """Make a day of thirty visits whose three providers overlap everywhere."""
    return random_day(30, 9, seed, providers=PROVIDERS)


@cache
def steps(
    day_seed: int, *, seed: int = 1, floor_pct: int = 60, budget_pct: int = 100, locked: int = 0
) -> Mapping[str, Step]:
    """Compare a day, once."""
    case = a_case(day(day_seed), floor_pct=floor_pct, budget_pct=budget_pct, locked=locked)
    return compare_steps(case, iterations=ITERATIONS, seed=seed)


def cost(step: Step) -> float:
    """Price a plan without what only steers the search."""
    return score(unsteered(step.problem), step.plan).total


def contact_s(step: Step) -> Counter[str]:
    """Sum the contact seconds of each provider's carers."""
    length = {visit.id: visit.duration_s for visit in step.problem.visits}
    provider = {shift.id: shift.provider for shift in step.problem.shifts}
    held: Counter[str] = Counter()
    for run in step.plan.runs:
        for stop in run.stops:
            held[provider[run.shift]] += length[stop.visit]
    return held


def served_by(step: Step) -> dict[str, set[str]]:
    """Collect the providers who come to each client."""
    provider = {shift.id: shift.provider for shift in step.problem.shifts}
    client = {visit.id: visit.client for visit in step.problem.visits}
    served: dict[str, set[str]] = {}
    for run in step.plan.runs:
        for stop in run.stops:
            served.setdefault(client[stop.visit], set()).add(provider[run.shift])
    return served


class Recorder:
    """Stands in for `solve`, passes every call on, and remembers it: iterations, start and plan."""

    def __init__(self, worse: Any = None) -> None:
        self.calls: list[tuple[int, DayPlan | None, DayPlan]] = []
        self.solve = solve
        self.worse = worse

    def __call__(self, problem: DayProblem, limits: Limits, *, start: DayPlan | None = None, **rest: Any) -> DayPlan:
        """Solve and remember."""
        plan = self.solve(problem, limits, start=start, **rest)
        if self.worse is not None and problem.keep:
            plan = self.worse(plan)
        assert limits.iterations is not None
        self.calls.append((limits.iterations, start, plan))
        return plan

    def searched(self, number: int) -> int:
        """Sum the iterations behind the plan of a call, from its start's start on."""
        iterations, start, _ = self.calls[number]
        before = [row for row, (_, _, plan) in enumerate(self.calls) if plan is start]
        return iterations + (self.searched(before[0]) if before else 0)


def without_visits(plan: DayPlan) -> DayPlan:
    """Spoil a plan: nobody works."""
    return replace(plan, runs=())


def with_a_detour(plan: DayPlan) -> DayPlan:
    """Spoil a plan: the first carer comes home over the moon."""
    first, *others = plan.runs
    return replace(plan, runs=(replace(first, home_travel_m=10**8), *others))


def test_all_plans_are_searched_for_alike_and_each_from_the_one_before(monkeypatch: pytest.MonkeyPatch) -> None:
    """Along the chain of starts B, C and D have the same iterations; C begins at B's first stages, D at C's."""
    recorder = Recorder()
    monkeypatch.setattr(comparison, "solve", recorder)
    found = compare_steps(a_case(day(1)), iterations=ITERATIONS, seed=1)
    _, final_b, c_begins, c_goes_on, final_c, final_d = range(6)
    assert [recorder.searched(call) for call in (final_b, final_c, final_d)] == [ITERATIONS] * 3
    assert recorder.calls[c_begins][1] is recorder.calls[0][2] is recorder.calls[final_b][1]
    assert recorder.calls[final_d][1] is recorder.calls[c_goes_on][2] is recorder.calls[final_c][1]
    assert {step.iterations for step in found.values()} == {ITERATIONS}


@pytest.mark.parametrize(
    ("worse", "why"), [(without_visits, "fewer visits placed in "), (with_a_detour, "it would not pay")]
)
def test_a_plan_that_is_worse_is_replaced_and_says_so(monkeypatch: pytest.MonkeyPatch, worse: Any, why: str) -> None:
    """When the searches for C and D find only worse plans, both are B, with the reason; the search was no longer."""
    recorder = Recorder(worse)
    monkeypatch.setattr(comparison, "solve", recorder)
    found = compare_steps(a_case(day(1)), iterations=ITERATIONS, seed=1)
    assert found["C"].plan is found["B"].plan
    assert found["D"].plan is found["B"].plan
    assert found["C"].provider_of == found["B"].provider_of
    assert found["C"].replaced_by_previous.startswith(why)
    assert found["D"].replaced_by_previous.startswith(why)
    final_b = next(call for call, (_, _, plan) in enumerate(recorder.calls) if plan is found["B"].plan)
    final_c, final_d = len(recorder.calls) - 2, len(recorder.calls) - 1
    total = {recorder.searched(call) for call in (final_b, final_c, final_d)}
    assert total == {step.iterations for step in found.values()}
    assert len(total) == 1


@pytest.mark.parametrize("day_seed", [1, 2, 3])
def test_no_step_places_fewer_of_any_group_or_costs_more(day_seed: int) -> None:
    """From B to C to D no group loses a visit and the price never rises; every plan is legal for its own problem."""
    found = steps(day_seed)
    group_of = a_case(day(day_seed)).group_of
    for step in found.values():
        assert check(step.problem, step.plan) == ()
    for before, after in (("B", "C"), ("C", "D")):
        placed = placed_by_group(found[after].plan, group_of)
        assert all(placed.get(group, 0) >= n for group, n in placed_by_group(found[before].plan, group_of).items())
        assert cost(found[after]) <= cost(found[before])


def test_cooperation_gains_where_providers_overlap() -> None:
    """The tests above would pass if C and D were always B: here they are not."""
    found = steps(1)
    assert found["C"].replaced_by_previous == found["D"].replaced_by_previous == ""
    assert cost(found["D"]) < cost(found["C"]) < cost(found["B"])


@pytest.mark.parametrize("day_seed", [1, 2, 3])
def test_locked_clients_never_move(day_seed: int) -> None:
    """Whoever chose a provider is served by it alone in every plan."""
    found = steps(day_seed, locked=6)
    locked = sorted({visit.client for visit in day(day_seed).visits})[:6]
    today = found["B"].provider_of
    for step in found.values():
        for client in locked:
            assert step.provider_of[client] == today[client]
            assert served_by(step).get(client, set()) <= {today[client]}


@pytest.mark.parametrize("budget_pct", [0, 10, 30])
def test_no_more_people_move_than_the_budget_says(budget_pct: int) -> None:
    """C keeps to the budget, at nought nobody moves, and each person's visits go to the one provider of C."""
    found = steps(1, budget_pct=budget_pct)
    today, then = found["B"].provider_of, found["C"].provider_of
    moved = [client for client in today if then[client] != today[client]]
    assert len(moved) <= a_case(day(1), budget_pct=budget_pct).move_budget
    assert all(names == {then[client]} for client, names in served_by(found["C"]).items())
    if budget_pct == 30:
        assert moved


def test_the_curve_keeps_to_each_budget() -> None:
    """Plans for other budgets come with the first, each within its own."""
    found = compare_steps(a_case(day(1)), iterations=ITERATIONS, seed=1, budgets=(0, 2))
    today = found["B"].provider_of
    for budget in (0, 2):
        then = found[f"C@{budget}"].provider_of
        assert sum(then[client] != today[client] for client in today) <= budget


def spoiled(monkeypatch: pytest.MonkeyPatch, case: Case, spoil: Callable[[DayPlan, set[str]], DayPlan]) -> None:
    """Let every search after B's end in a spoiled plan; `spoil` is told who has moved."""
    today = {visit.client: visit.providers for visit in case.problem.visits}

    def worse(problem: DayProblem, limits: Limits, **rest: Any) -> DayPlan:
        plan = solve(problem, limits, **rest)
        moved = {visit.client for visit in problem.visits if visit.providers != today[visit.client]}
        return spoil(plan, moved) if problem.keep else plan

    monkeypatch.setattr(comparison, "solve", worse)


def moved_in(found: Mapping[str, Step], key: str) -> set[str]:
    """Name who has another provider than in B."""
    today, then = found["B"].provider_of, found[key].provider_of
    return {client for client in today if then[client] != today[client]}


def test_more_freedom_is_never_worse(monkeypatch: pytest.MonkeyPatch) -> None:
    """A budget whose own search ends dearer keeps the plan of a smaller one and says so; C and sharing begin there."""
    case = a_case(day(1), budget_pct=50)
    spoiled(monkeypatch, case, lambda plan, moved: with_a_detour(plan) if len(moved) > 2 else plan)
    found = compare_steps(case, iterations=ITERATIONS, seed=1, budgets=(0, 2, 4))
    assert found["C@0"] is found["B"]
    assert 0 < len(moved_in(found, "C@2")) <= 2
    for key in ("C", "C@4"):
        assert found[key].plan is found["C@2"].plan
        assert found[key].budget == 2
        assert found[key].replaced_by_previous
    assert cost(found["D@none"]) <= cost(found["C"]) < cost(found["B"])
    assert found["D@none"].provider_of == found["C"].provider_of
    assert {step.iterations for step in found.values()} == {found["B"].iterations}


def test_where_so_many_moves_do_not_pay_fewer_do(monkeypatch: pytest.MonkeyPatch) -> None:
    """Also without a curve a plan C that is refused is looked for again with half as many people, before it is B."""
    case = a_case(day(1), budget_pct=40)
    spoiled(monkeypatch, case, lambda plan, moved: with_a_detour(plan) if len(moved) > 2 else plan)
    found = compare_steps(case, iterations=ITERATIONS, seed=1)
    assert found["C"].budget == case.move_budget // 2 == 2
    assert 0 < len(moved_in(found, "C")) <= 2
    assert cost(found["C"]) < cost(found["B"])
    assert len({step.iterations for step in found.values()}) == 1


def test_moves_that_lose_visits_are_taken_back(monkeypatch: pytest.MonkeyPatch) -> None:
    """When one person's move costs that person's visits, the others move all the same, and all search as long."""
    case = a_case(day(3), budget_pct=30)
    stuck = min(moved_in(compare_steps(case, iterations=ITERATIONS, seed=1), "C"))
    theirs = {visit.id for visit in case.problem.visits if visit.client == stuck}

    def spoil(plan: DayPlan, moved: set[str]) -> DayPlan:
        runs = (replace(run, stops=tuple(stop for stop in run.stops if stop.visit not in theirs)) for run in plan.runs)
        return replace(plan, runs=tuple(run for run in runs if run.stops)) if stuck in moved else plan

    spoiled(monkeypatch, case, spoil)
    found = compare_steps(case, iterations=ITERATIONS, seed=1)
    assert stuck not in moved_in(found, "C")
    assert moved_in(found, "C")
    assert (found["C"].budget, found["C"].replaced_by_previous) == (case.move_budget, "")
    assert cost(found["C"]) < cost(found["B"])
    assert len({step.iterations for step in found.values()}) == 1


@pytest.mark.parametrize("day_seed", [1, 2, 3])
@pytest.mark.parametrize("floor_pct", [60, 90])
def test_no_provider_falls_below_its_floor(day_seed: int, floor_pct: int) -> None:
    """In C and D every provider gives at least its floor of the contact time that it gives in B."""
    found = steps(day_seed, floor_pct=floor_pct)
    before = contact_s(found["B"])
    for letter in "CD":
        held = contact_s(found[letter])
        assert all(100 * held[name] >= floor_pct * seconds - 100 for name, seconds in before.items()), letter


def swapped_hands(**changes: Any) -> tuple[Case, Step, Step]:
    """Write by hand two plans of one visit: the first by its provider's carer, the second by the other's, cheaper."""
    problem = a_problem(
        (a_visit("v1", providers=frozenset({"north"})),), (a_shift(), a_shift("other", provider="south"))
    )
    both = {"client-of-v1": frozenset({"north", "south"})}
    run = a_run([a_stop("v1", "08:10", "08:40")], "08:00", "08:50", home_travel_m=99_000)
    first = Step(
        plan=DayPlan(day=problem.day, runs=(run,), unallocated=()),
        problem=problem,
        provider_of={"client-of-v1": "north"},
        iterations=6,
    )
    cheaper = replace(run, shift="other", home_travel_m=0)
    second = replace(first, plan=replace(first.plan, runs=(cheaper,)), problem=with_providers(problem, both))
    case = Case(problem=problem, legal=both, group_of={"v1": "all"}, floor_pct={"north": 50}, move_budget=1)
    return replace(case, **changes), first, second


def test_a_plan_below_a_floor_is_refused_however_cheap() -> None:
    """A cheaper plan that takes all of a provider's hours is replaced and says whose floor it broke."""
    case, first, second = swapped_hands()
    kept = comparison._or_previous(second, first, case, comparison._floors(case, first, margin_pct=0))
    assert kept.plan is first.plan
    assert kept.replaced_by_previous == "hours below the floor of north"
    free, *_ = swapped_hands(floor_pct={})
    assert comparison._or_previous(second, first, free, comparison._floors(free, first, margin_pct=0)) is second


def spread_of(problem: DayProblem) -> tuple[float, float]:
    """Compare over three seeds: the mean gain of C over B, and how far the plans B lie apart."""
    found = [compare_steps(a_case(problem), iterations=ITERATIONS, seed=seed) for seed in (1, 2, 3)]
    b = [cost(each["B"]) for each in found]
    return mean(cost(each["B"]) - cost(each["C"]) for each in found), max(b) - min(b)


@pytest.mark.parametrize("day_seed", [2, 4, 7])
def test_with_a_single_provider_geography_gains_nothing(day_seed: int) -> None:
    """There is nobody to move to: C minus B lies within the spread of the seeds."""
    gain, spread = spread_of(random_day(40, 8, day_seed))
    assert 0 <= gain <= spread


def two_patches() -> DayProblem:
    """Make two towns an hour and a half apart, each with its own provider, carers and clients."""
    size = 8
    minutes = [[5 * abs(o - d) + (90 if (o < 4) != (d < 4) else 0) for d in range(size)] for o in range(size)]
    visits = [
        a_visit(f"v{number}", place=number % size, providers=frozenset({"north" if number % size < 4 else "south"}))
        for number in range(20)
    ]
    shifts = [
        a_shift(f"s{number}", provider="north" if number < 3 else "south", start_place=home, end_place=home)
        for number, home in enumerate((0, 1, 2, 5, 6, 7))
    ]
    return a_problem(visits, shifts, a_travel(minutes))


def test_where_providers_have_patches_of_their_own_geography_gains_nothing() -> None:
    """Every client already has the provider that is near: nobody moves, and C minus B lies within the spread."""
    gain, spread = spread_of(two_patches())
    assert 0 <= gain <= spread
    found = compare_steps(a_case(two_patches()), iterations=ITERATIONS, seed=1)
    assert found["C"].provider_of == found["B"].provider_of


def test_plans_are_priced_alike() -> None:
    """What steers a search (a million for a visit to keep, hours of providers) is in no price that is compared."""
    steered = replace(day(1), keep=frozenset(visit.id for visit in day(1).visits))
    nobody = DayPlan(day=steered.day, runs=(), unallocated=())
    assert score(steered, nobody).total > score(day(1), nobody).total
    assert score(unsteered(steered), nobody).total == score(day(1), nobody).total


def test_the_same_seed_gives_the_same_plans() -> None:
    """A comparison can be made again, plan for plan; another seed searches elsewhere."""
    again = compare_steps(a_case(day(2)), iterations=ITERATIONS, seed=1)
    other = steps(2, seed=2)
    assert all(again[letter].plan.runs == steps(2)[letter].plan.runs for letter in "BCD")
    assert any(other[letter].plan.runs != steps(2)[letter].plan.runs for letter in "BCD")


def test_few_iterations_are_enough_for_plans() -> None:
    """A search shorter than its six stages still gives each plan the same, and a legal one."""
    found = compare_steps(a_case(day(1)), iterations=1, seed=1)
    assert {step.iterations for step in found.values()} == {STAGES}
    assert all(check(step.problem, step.plan) == () for step in found.values())


def test_placed_visits_are_counted_once() -> None:
    """A double-handed visit in two runs is one visit of its group."""
    one = a_run([a_stop("v1", "08:10", "08:40")], "08:00", "08:50")
    plan = DayPlan(day="2026-11-23", runs=(one, replace(one, shift="other")), unallocated=())
    assert placed_visits(plan) == {"v1"}
    assert placed_by_group(plan, {"v1": "red"}) == {"red": 1}
