"""Prices care packages on a roster and allocates them: which provider each client's visits should go to.

A package is priced by what its visits cost where they are, or by their cheapest insertion into another provider's
runs. Since moving one of several neighbours saves no trip, neighbours are linked: together they are worth more.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from statistics import median
from typing import TYPE_CHECKING

import numpy as np

from solver.allocate import AllocationSettings, CarePackage, ProviderLimits, allocate
from solver.marginal import insertion_costs, removal_savings
from solver.types import Mode

if TYPE_CHECKING:
    from collections.abc import Mapping

    from solver.types import DayPlan, DayProblem

CEILING_PCT = 112
"""No provider is allocated more than this share of today's contact time: its workforce is what it is."""

NEIGHBOUR_S = 600
"""Clients this near to each other by road are neighbours."""

LINK_SHARE = 0.5
"""How much of the trip that neighbours could share counts as saved when they have one provider: half of their visits
are at hours when one carer could make both. Measured: 0.3 to 0.7 do about equally well, none at all worse."""

LEAST_LINK_S = 60
"""Links that save less than this a day are left out."""


def allocate_packages(  # noqa: PLR0913 - what an allocation depends on
    problem: DayProblem,
    plan: DayPlan,
    *,
    today: Mapping[str, str],
    legal: Mapping[str, frozenset[str]],
    floor_pct: Mapping[str, int],
    budget: int,
    seed: int,
) -> Mapping[str, str]:
    """Give each client a provider so that the roster `plan` would cost least, with at most `budget` moves from today.

    `legal` lists for each client who may serve, `floor_pct` each provider's least share of today's contact time.
    """
    hours: Counter[str] = Counter()
    for visit in problem.visits:
        hours[visit.client] += visit.duration_s * visit.carers_needed
    load: Counter[str] = Counter()
    for client, provider in today.items():
        load[provider] += hours[client]
    limits = [
        ProviderLimits(
            provider=provider,
            floor_s=seconds * min(100, floor_pct.get(provider, 0)) // 100,
            ceiling_s=seconds * CEILING_PCT // 100,
        )
        for provider, seconds in sorted(load.items())
    ]
    packages = [
        CarePackage(client=client, hours_s=hours[client], provider_now=today[client], allowed=legal[client] & set(load))
        for client in sorted(today)
    ]
    cost = package_costs(problem, plan, sorted(load))
    allocation = allocate(
        packages,
        cost,
        limits,
        move_budget=budget,
        affinity=_links(problem, cost, today),
        settings=AllocationSettings(seed=seed),
    )
    return allocation.provider_of


def package_costs(problem: DayProblem, plan: DayPlan, providers: list[str]) -> dict[tuple[str, str], int]:
    """Price each client's visits with each provider, in equivalent paid seconds a day.

    A visit in one of the provider's runs costs what leaving it out would save, any other its cheapest insertion there,
    and no more than being left out. Problems must not price unfamiliar carers: in the long run all become familiar.
    """
    insertion = insertion_costs(problem, plan)
    saving = removal_savings(problem, plan)
    provider_of = {shift.id: shift.provider for shift in problem.shifts}
    column = {name: k for k, name in enumerate(sorted(set(provider_of.values())))}
    served_by: dict[str, set[str]] = defaultdict(set)
    for run in plan.runs:
        for stop in run.stops:
            served_by[stop.visit].add(provider_of[run.shift])
    unplaced = float(problem.weights.unallocated_green)
    cost: dict[tuple[str, str], float] = defaultdict(float)
    for row, visit in enumerate(problem.visits):
        for provider in providers:
            inserted = insertion[row, column[provider]] if provider in column else unplaced
            cost[visit.client, provider] += saving[row] if provider in served_by[visit.id] else min(inserted, unplaced)
    return {key: round(value) for key, value in cost.items()}


def _links(
    problem: DayProblem, cost: Mapping[tuple[str, str], int], today: Mapping[str, str]
) -> list[tuple[str, str, int]]:
    """Link neighbours by what one provider for both would save: about the shorter of the trips made for each alone.

    Divided by how many neighbours there are, so that the links of a cluster add up to its trips less one.
    """
    place: dict[str, int] = {}
    visits: Counter[str] = Counter()
    for visit in problem.visits:
        place[visit.client] = visit.place
        visits[visit.client] += 1
    clients = sorted(place)
    travel = problem.travel.modes.get(Mode.CAR) or next(iter(problem.travel.modes.values()))
    rows = np.array([place[client] for client in clients])
    apart_s = travel.road_s[np.ix_(rows, rows)]
    near = travel.road_reachable[np.ix_(rows, rows)] & (apart_s <= NEIGHBOUR_S)
    cluster = near.sum(axis=1)
    providers = sorted({provider for _, provider in cost})
    alone_s = [
        median([cost[client, provider] for provider in providers if provider != today[client]] or [0])
        for client in clients
    ]
    links = []
    for one, other in zip(*np.nonzero(np.triu(near, k=1)), strict=True):
        fewer = min(visits[clients[one]], visits[clients[other]])
        shared_s = min(alone_s[one], alone_s[other]) - fewer * int(apart_s[one, other])
        saving_s = int(LINK_SHARE * 4 * shared_s / (cluster[one] + cluster[other]))
        if saving_s >= LEAST_LINK_S:
            links.append((clients[one], clients[other], saving_s))
    return links
