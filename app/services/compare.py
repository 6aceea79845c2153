"""Compare the four plans A, B, C and D over one area and day, with the spread over seeds and the curve of moves.

Every plan is checked here, in the parent process, by the independent checker before anybody sees it.
"""

from __future__ import annotations

import time
from collections import Counter
from dataclasses import dataclass, field, replace
from functools import partial
from typing import TYPE_CHECKING, Any

from app.errors import RatesUnreadable
from app.reports.metrics import PlanMetrics, Setting, plan_metrics
from app.services.choice_lock import is_choice_locked
from app.services.cost_model import Costs, added, cost_lines
from app.services.cost_rates import rates_on, read_rates
from app.services.make_day import require_work
from app.services.movable import by_law, count_staying
from app.services.provider_terms import Limits, limits, read_terms, short_runs
from app.services.recorded_plan import recorded_plan
from app.services.swap_ledger import Ledger, LedgerAsked, swap_ledger
from app.services.translate import legal_providers, to_problem
from solver.check import check
from solver.comparison import Case, compare_steps, unsteered
from solver.crew import Together
from solver.errors import PlanRejected
from solver.score import score
from solver.worker import run_many

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from app.dataset import Dataset
    from app.services.cost_rates import Rates
    from app.services.open_area import OpenArea
    from app.services.provider_terms import ProviderTerms
    from app.services.requests import CompareRequest
    from solver.comparison import Step
    from solver.crew import Crew
    from solver.types import DayPlan, DayProblem, Progress

CURVE_PCT = (0, 5, 10, 20, 30, 100)
"""Shares of people who may move, for the curve of travel against moves."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class PlanResult:
    """One plan with its figures, and the iterations of search behind it.

    `note` says why a plan was replaced by the one before it, if it was; `budget` is how many people might move in the
    search that found its allocation. `cost` and `terms` are in equivalent paid seconds, `costs` in pounds (None where
    there are no rates for the day).
    """

    plan: DayPlan
    problem: DayProblem
    metrics: PlanMetrics
    cost: float
    terms: Mapping[str, float]
    provider_of: Mapping[str, str]
    note: str = ""
    iterations: int = 0
    costs: Costs | None = None
    budget: int = 0


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Comparison:
    """The plans of the first seed by letter, the figures of B, C and D for every seed, and the curve.

    `by_seed` maps seed to letter to figures; `curve` maps the share of people who may move (percent) to plan C of the
    first seed, `by_distance` to that with packages by distance alone, and `sharing` each degree of it to a plan.
    `taken_from` maps a share to the smaller one whose plan is kept for it, its own being no better.
    `travel_by_seed` has for every seed by how many percent `C@share` and (by distance) `N@share` travel more for each
    visit than B. `ledger` tells the step from B to C. `limits` are providers' floors and ceilings, `short_runs` the
    runs of C with less contact than their provider staffs. `staying` counts the people with a visit who keep today's
    provider whatever a plan would gain, by reason.
    """

    area: str
    day: str
    request: CompareRequest
    seconds: float
    plans: Mapping[str, PlanResult]
    by_seed: Mapping[int, Mapping[str, PlanMetrics]]
    curve: Mapping[int, PlanResult] = field(default_factory=dict)
    ledger: Ledger | None = None
    travel_by_seed: Mapping[int, Mapping[str, float]] = field(default_factory=dict)
    by_distance: Mapping[int, PlanResult] = field(default_factory=dict)
    taken_from: Mapping[int, float] = field(default_factory=dict)
    sharing: Mapping[str, PlanResult] = field(default_factory=dict)
    limits: Limits | None = None
    short_runs: Sequence[Mapping[str, Any]] = ()
    staying: Mapping[str, int] = field(default_factory=dict)


def compare(
    area: OpenArea,
    request: CompareRequest,
    *,
    stay: Mapping[str, str] | None = None,
    progress: Callable[[Progress], None] | None = None,
    cancelled: Callable[[], bool] | None = None,
    crew: Crew | None = None,
) -> Comparison:
    """Make, check and measure the four plans; each seed in a child process here, or by a crew.

    `stay` gives who keeps today's provider, and why (`services.movable`); by default whom the law keeps there.

    Raises NothingToPlan without visits, PlanRejected when the checker finds a breach in B, C or D.
    """
    dataset = area.dataset
    require_work(dataset)
    began = time.monotonic()
    terms = read_terms(request.terms, dataset.providers)
    stay = by_law(dataset.clients) | dict(stay or {})
    case, held_to = _case(area, request, terms, stay)
    setting = setting_of(area)
    people = len({visit.client for visit in case.problem.visits})
    budget_of = {pct: people * pct // 100 for pct in CURVE_PCT} if request.curve else {}
    seeds = [request.seed + offset for offset in range(request.seeds)]
    tasks = [
        {
            "case": case,
            "iterations": request.iterations,
            "seed": seed,
            "budgets": tuple(sorted(set(budget_of.values()))),
        }
        for seed in seeds
    ]
    if crew is None:
        outcomes = run_many(compare_steps, tasks, processes=request.processes, progress=progress, cancelled=cancelled)
    else:
        together = Together(len(tasks), progress)
        outcomes = crew.run(compare_steps, tasks, hear=together.hear, stopped=cancelled or (lambda: False))
    results = {
        seed: {
            key: replace(
                measured(step.plan, step.problem, setting, provider_of=step.provider_of),
                note=_note(key, step),
                iterations=step.iterations,
                budget=step.budget,
            )
            for key, step in steps.items()
        }
        for seed, steps in zip(seeds, outcomes, strict=True)
    }
    first = results[request.seed]
    recorded = measured(
        recorded_plan(case.problem, dataset.recorded),
        case.problem,
        setting,
        provider_of=setting.provider_of,
        recorded=True,
    )
    rates = _rates(dataset)
    plans = {letter: _priced(area, found, rates) for letter, found in {"A": recorded, **first}.items()}
    return Comparison(
        area=dataset.area,
        day=dataset.day.isoformat(),
        request=request,
        seconds=round(time.monotonic() - began, 1),
        plans={letter: plans[letter] for letter in "ABCD"},
        by_seed={seed: {letter: found[letter].metrics for letter in "BCD"} for seed, found in results.items()},
        curve={pct: plans[f"C@{budget}"] for pct, budget in budget_of.items()},
        by_distance={pct: plans[f"N@{budget}"] for pct, budget in budget_of.items()},
        taken_from=_taken_from(plans, budget_of, {case.move_budget: request.move_budget_pct}),
        sharing={key.removeprefix("D@"): found for key, found in plans.items() if key.startswith("D@")},
        travel_by_seed={
            seed: {
                f"{letter}@{pct}": _travel_pct(found, f"{letter}@{budget}")
                for letter in "CN"
                for pct, budget in budget_of.items()
            }
            for seed, found in results.items()
        },
        ledger=_ledger(area, plans, rates, request, _searching(request, cancelled, crew)),
        limits=held_to,
        short_runs=short_runs(plans["C"].problem, plans["C"].plan, area.small_areas.area_of, terms),
        staying=count_staying(dataset, stay),
    )


def _note(key: str, step: Step) -> str:
    """Say why a plan was replaced, and of a plan C in which fewer people may move how few."""
    fewer = f"; at most {step.budget} people move instead" if key == "C" and step.budget else ""
    return step.replaced_by_previous and step.replaced_by_previous + fewer


def _taken_from(
    plans: Mapping[str, PlanResult], budget_of: Mapping[int, int], asked: Mapping[int, float]
) -> dict[int, float]:
    """Say for which shares of people the plan of a smaller share is kept, and of which."""
    pct_of = {**asked, **{budget_of[pct]: pct for pct in sorted(budget_of, reverse=True)}}
    return {
        pct: pct_of[plans[f"C@{budget}"].budget]
        for pct, budget in budget_of.items()
        if plans[f"C@{budget}"].budget < budget
    }


def _travel_pct(found: Mapping[str, PlanResult], key: str) -> float:
    """Say by how many percent a plan travels more for each visit than plan B of the same seed."""
    before = found["B"].metrics.travel_min_per_visit
    return 100 * (found[key].metrics.travel_min_per_visit / before - 1) if before else 0.0


def _rates(dataset: Dataset) -> dict[str, Rates]:
    """Give each provider's rates; none for a day before the first that are known."""
    try:
        return rates_on(read_rates(), dataset.day, [row.provider_id for row in dataset.providers])
    except RatesUnreadable:
        return {}


def _priced(area: OpenArea, found: PlanResult, rates: Mapping[str, Rates]) -> PlanResult:
    """Add what a plan costs in pounds."""
    if not rates:
        return found
    sailings = {boat.id: boat for boat in area.travel.departures}
    return replace(found, costs=added(cost_lines(found.problem, found.plan, rates, sailings)))


def _searching(
    request: CompareRequest, cancelled: Callable[[], bool] | None, crew: Crew | None
) -> Callable[..., list[Any]]:
    """Say who does searches that nobody watches: child processes here, or a crew."""
    if crew is None:
        return partial(run_many, processes=request.processes, cancelled=cancelled)
    return partial(crew.run, hear=lambda _, __: None, stopped=cancelled or (lambda: False))


def _ledger(
    area: OpenArea,
    plans: Mapping[str, PlanResult],
    rates: Mapping[str, Rates],
    request: CompareRequest,
    run: Callable[..., list[Any]],
) -> Ledger | None:
    """Tell the step from B to C swap by swap."""
    if not request.swap_iterations or not rates:
        return None
    asked = LedgerAsked(rates=rates, iterations=request.swap_iterations, seed=request.seed, run=run)
    return swap_ledger(area, plans["B"], plans["C"], asked)


def _case(
    area: OpenArea, request: CompareRequest, terms: Mapping[str, ProviderTerms], stay: Mapping[str, str]
) -> tuple[Case, Limits]:
    """State the comparison for the solver: today's contracts, what law and people allow, and what may not be lost."""
    dataset, travel = area.dataset, area.travel
    today = {row.client_id: frozenset({row.provider_id}) for row in dataset.allocation}
    problem = to_problem(dataset, travel, providers_of=today, back_s=area.back_s)
    landmass = travel.places.landmass
    people = len({visit.client for visit in problem.visits})
    legal = legal_providers(dataset, stay)
    budget = int(people * request.move_budget_pct / 100)
    held_to = limits(problem, legal, dataset.providers, terms, budget=budget)
    case = Case(
        problem=problem,
        legal=legal,
        group_of={visit.id: f"{visit.priority.name.lower()} on {landmass[visit.place]}" for visit in problem.visits},
        floor_pct={name: min(100, pct) for name, pct in held_to.floor_pct.items()},
        ceiling_pct=held_to.ceiling_pct,
        move_budget=budget,
        degrees=_degrees(problem, landmass),
    )
    return case, held_to


def _degrees(problem: DayProblem, landmass: Sequence[str]) -> tuple[tuple[str, frozenset[str]], ...]:
    """Name the degrees of sharing between none and all: visits for two carers, then those on islands as well."""
    double = frozenset(visit.id for visit in problem.visits if visit.carers_needed > 1)
    lands = Counter(landmass[visit.place] for visit in problem.visits)
    main = max(lands, key=lambda name: (lands[name], name), default="")
    islands = frozenset(visit.id for visit in problem.visits if landmass[visit.place] != main)
    return (("double-handed and cover", double), ("islands too", double | islands))


def setting_of(area: OpenArea) -> Setting:
    """State what the figures of an area's plans are measured against."""
    dataset = area.dataset
    return Setting(
        provider_of={row.client_id: row.provider_id for row in dataset.allocation},
        choice_locked=frozenset(client.client_id for client in dataset.clients if is_choice_locked(client)),
        area_of=area.small_areas.area_of,
    )


def measured(
    plan: DayPlan,
    problem: DayProblem,
    setting: Setting,
    *,
    provider_of: Mapping[str, str],
    recorded: bool = False,
) -> PlanResult:
    """Check and measure a plan. Raises PlanRejected for a breach in any but a recorded plan: a bug of ours."""
    breaches = check(problem, plan)
    if breaches and not recorded:
        raise PlanRejected(breaches)
    scored = score(unsteered(problem), plan)
    return PlanResult(
        plan=plan,
        problem=problem,
        metrics=plan_metrics(problem, plan, setting, breaches=len(breaches)),
        cost=scored.total,
        terms=scored.terms,
        provider_of=provider_of,
    )
