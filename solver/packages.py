"""Allocates care packages: which provider each client's visits should go to, so that the roster costs least.

A search inside the roster finds moves that fit together; CP-SAT then keeps those that pay.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import numpy as np

from solver.allocate import CarePackage, ProviderLimits, allocate
from solver.compile import compile_problem
from solver.kernel.load import load
from solver.kernel.packages import MOVES, Packages, search_packages
from solver.kernel.state import PLACED, new_best, new_state, prepare
from solver.marginal import insertion_costs, removal_savings
from solver.realise import sequences_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from numpy.typing import NDArray

    from solver.compile import Compiled
    from solver.types import DayPlan, DayProblem

CEILING_PCT = 112
"""No provider is allocated more than this share of today's contact time: its workforce is what it is."""

MOVE_PRICE = 60
"""What a person's move must save a day to be worth it, in equivalent paid seconds."""

LEAST_SAVING = 300
"""What a move must still save a day in the finished roster for the person to be asked at all: five minutes of paid
travel. Measured: one move in fifteen saves less, and travel is no worse without them."""

NEIGHBOURS = 20
"""How many clients around each are its neighbours."""

STEPS_AT_ONCE = 1_000
"""Steps between two questions whether to stop: about a quarter of a second."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Terms:
    """What an allocation must keep to.

    `today` names each client's provider and `legal` who else may serve; whoever has a client may keep it. `floor_pct`
    is each provider's least share of today's contact time, `ceiling_pct` its greatest (`CEILING_PCT` where it says
    nothing). `budget` counts the people who may move from today.
    """

    today: Mapping[str, str]
    legal: Mapping[str, frozenset[str]]
    floor_pct: Mapping[str, int]
    budget: int
    ceiling_pct: Mapping[str, int] = field(default_factory=dict)

    def floor_s(self, provider: str, today_s: int) -> int:
        """Give the least contact seconds of a provider that has `today_s` today."""
        return today_s * min(100, self.floor_pct.get(provider, 0)) // 100

    def ceiling_s(self, provider: str, today_s: int) -> int:
        """Give the most contact seconds of a provider that has `today_s` today."""
        return today_s * max(100, self.ceiling_pct.get(provider, CEILING_PCT)) // 100


def contact_s(problem: DayProblem) -> Counter[str]:
    """Count the contact seconds of each client's visits, of every carer."""
    seconds: Counter[str] = Counter()
    for visit in problem.visits:
        seconds[visit.client] += visit.duration_s * visit.carers_needed
    return seconds


def allocate_packages(
    problem: DayProblem,
    plan: DayPlan,
    terms: Terms,
    *,
    steps: int,
    seed: int,
    cancelled: Callable[[], bool] | None = None,
) -> dict[str, str]:
    """Give each client a provider so that the roster costs least, searching on from the roster `plan`.

    In `problem` each visit names the provider that its client has in `plan`. Carers unfamiliar today should not be
    priced there: in the long run all become familiar. A step takes a few clients out of the runs and gives them away
    anew; the same input gives the same allocation.
    """
    now = {visit.client: next(iter(visit.providers)) for visit in problem.visits}
    if terms.budget <= 0 or not problem.shifts or not problem.visits:
        return now
    legal = {client: terms.legal[client] | {terms.today[client], now[client]} for client in now}
    visits = tuple(replace(visit, providers=legal[visit.client]) for visit in problem.visits)
    problem = replace(problem, visits=visits, provider_hours=())
    compiled = compile_problem(problem)
    providers = [*compiled.providers, *sorted({*now.values(), *terms.today.values()}.difference(compiled.providers))]
    day = prepare(compiled)
    packages = _packages(problem, compiled, terms, now, providers)
    state = new_state(day, seed)
    load(day, state, sequences_of(problem, compiled, plan))
    state.ledger[PLACED] += packages.move_price * packages.counts[MOVES]
    best = new_best(day, state)
    for done in range(0, steps, STEPS_AT_ONCE):
        if cancelled is not None and cancelled():
            break
        more = min(STEPS_AT_ONCE, steps - done)
        search_packages(day, state, best, packages, more, (done / steps, (done + more) / steps))
    return {client: providers[row] for client, row in zip(sorted(now), packages.best_holder.tolist(), strict=True)}


def moves_that_pay(problem: DayProblem, plan: DayPlan, terms: Terms, *, seed: int) -> dict[str, str]:
    """Keep the moves of an allocation that pay in its roster `plan`, under the same floors, ceilings and budget.

    In `problem` each visit names the provider that its client has in `plan`. Each client either keeps that provider
    or stays with today's, whichever CP-SAT finds cheaper at the roster's marginal prices.
    """
    now = {visit.client: next(iter(visit.providers)) for visit in problem.visits}
    hours_s = contact_s(problem)
    today_s: Counter[str] = Counter()
    for client, provider in terms.today.items():
        today_s[provider] += hours_s[client]
    limits = [
        ProviderLimits(
            provider=provider,
            floor_s=terms.floor_s(provider, seconds),
            ceiling_s=terms.ceiling_s(provider, seconds),
        )
        for provider, seconds in sorted(today_s.items())
    ]
    packages = [
        CarePackage(
            client=client,
            hours_s=hours_s[client],
            provider_now=terms.today[client],
            allowed=frozenset({terms.today[client], now[client]}),
        )
        for client in sorted(now)
    ]
    prices = _prices(problem, plan, terms.today)
    found = allocate(packages, prices, limits, move_budget=terms.budget, move_price=LEAST_SAVING, seed=seed)
    return dict(found.provider_of)


def _prices(problem: DayProblem, plan: DayPlan, today: Mapping[str, str]) -> dict[tuple[str, str], int]:
    """Price each client's visits where they are, by what leaving them out saves, and with today's provider.

    An insertion costs no more than leaving the visit out would.
    """
    insertion, saving = insertion_costs(problem, plan), removal_savings(problem, plan)
    column = {name: k for k, name in enumerate(sorted({shift.provider for shift in problem.shifts}))}
    placed = {stop.visit for run in plan.runs for stop in run.stops}
    prices: dict[tuple[str, str], float] = defaultdict(float)
    for row, visit in enumerate(problem.visits):
        (now,) = visit.providers
        unplaced = float(visit.carers_needed * problem.weights.unallocated_green)
        for provider in {now, today[visit.client]}:
            inserted = insertion[row, column[provider]] if provider in column else unplaced
            here = provider == now and visit.id in placed
            prices[visit.client, provider] += saving[row] if here else min(inserted, unplaced)
    return {key: round(price) for key, price in prices.items()}


def _packages(
    problem: DayProblem, compiled: Compiled, terms: Terms, now: Mapping[str, str], providers: list[str]
) -> Packages:
    """State terms and holders in rows: clients sorted by name, and the providers as listed."""
    clients, column = sorted(now), {name: number for number, name in enumerate(providers)}
    row = {client: number for number, client in enumerate(clients)}
    hours_s = np.zeros(len(clients), np.int64)
    legal = {visit.client: visit.providers for visit in problem.visits}
    for visit in problem.visits:
        hours_s[row[visit.client]] += visit.duration_s * visit.carers_needed
    today, holder = (np.array([column[of[client]] for client in clients], np.int64) for of in (terms.today, now))
    today_s, held_s = (np.bincount(of, hours_s, len(providers)).astype(np.int64) for of in (today, holder))
    floor_pct = np.array([min(100, terms.floor_pct.get(name, 0)) for name in providers], np.int64)
    ceiling_pct = np.array([max(100, terms.ceiling_pct.get(name, CEILING_PCT)) for name in providers], np.int64)
    package_of = np.array([row[problem.visits[visit].client] for visit in compiled.leg_visit], np.int64)
    one_each = np.flatnonzero((compiled.mate < 0) | (compiled.mate > np.arange(len(compiled.mate))))
    legs = one_each[np.argsort(package_of[one_each], kind="stable")]
    return Packages(
        first_leg=np.searchsorted(package_of[legs], np.arange(len(clients) + 1)),
        legs=legs,
        package_of=package_of,
        near=_nearest(compiled, package_of),
        allowed=np.array([[name in legal[client] for name in providers] for client in clients]),
        today=today,
        hours_s=hours_s,
        floor_s=today_s * floor_pct // 100,
        ceiling_s=today_s * ceiling_pct // 100,
        budget=terms.budget,
        move_price=MOVE_PRICE,
        holder=holder,
        held_s=held_s,
        counts=np.array([(holder != today).sum(), 0, 0], np.int64),
        loose=np.zeros(len(clients), np.int64),
        former=np.zeros(len(clients), np.int64),
        mark=np.zeros(len(clients), np.int64),
        price=np.zeros(len(providers), np.int64),
        visit_price=np.zeros(len(providers), np.int64),
        best_holder=holder.copy(),
    )


def _nearest(compiled: Compiled, package_of: NDArray[np.int64]) -> NDArray[np.int64]:
    """List for each client its neighbours, nearest first."""
    place = np.zeros(package_of.max() + 1, np.int64)
    place[package_of] = compiled.place
    apart = compiled.arc_cost.min(axis=0)[np.ix_(place, place)]
    np.fill_diagonal(apart, -1)
    return np.argsort(apart, axis=1, kind="stable")[:, 1 : NEIGHBOURS + 1].astype(np.int64)
