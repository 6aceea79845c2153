"""The swap ledger: plan C as a list of swaps between providers, each with what it does, safe to stop at after any.

The plan after each swap is really rostered (`solver.swap_rosters`); what a swap does is the difference to the plan
before it. So the swaps of a ledger sum to the difference between plans B and C, and what they do not explain is 0.
They are told in another order than they were rostered in, by which no figure changes (`services.swap_order`).
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, fields, replace
from typing import TYPE_CHECKING

import numpy as np

from app.services.carer_changes import Continuity, carer_changes, carers_by_client
from app.services.cost_model import added, cost_lines
from app.services.swap_order import Line, reasons, savings_first
from solver.check import check
from solver.comparison import unsteered
from solver.errors import PlanRejected
from solver.packages import CEILING_PCT
from solver.places_in_use import in_places_of
from solver.providers_apart import day_of, plan_of
from solver.score import score
from solver.swap_rosters import Rosters, rosters_along
from solver.swaps import Bounds, Move, in_safe_order, make_swaps
from solver.types import Mode
from solver.worker import run_many

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from app.services.compare import PlanResult
    from app.services.cost_rates import Rates
    from app.services.open_area import OpenArea
    from solver.swaps import Swap
    from solver.types import DayPlan, DayProblem

MOST_SWAPS = 24
"""A list that people can talk through: the smallest swaps of the same providers are joined down to it."""

TASKS = 8
"""Providers are rostered in so many tasks, of like size."""

NEAREST = 3
"""Nearest other clients of a provider by which it is judged to be near to a client."""

LOSS_SHARE = 1e-6
"""Share of a cost that counts as nothing when plans are compared."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Effect:
    """What plans differ by: travel and miles between visits, contact, visits placed, and what it costs.

    `travelling_gbp` is what being on the road costs, `gbp` everything, `cost` in equivalent paid seconds.
    """

    travel_s: int = 0
    metres: int = 0
    contact_s: int = 0
    visits: int = 0
    travelling_gbp: float = 0.0
    gbp: float = 0.0
    cost: float = 0.0

    def __add__(self, other: Effect) -> Effect:
        return Effect(**{part.name: getattr(self, part.name) + getattr(other, part.name) for part in fields(self)})

    def __sub__(self, other: Effect) -> Effect:
        return Effect(**{part.name: getattr(self, part.name) - getattr(other, part.name) for part in fields(self)})


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerSwap:
    """One swap of the ledger, in its place. `effects` by provider; `held_s` are contact seconds agreed after it.

    `so_far` is what it does with all before it, `why_here` the reason for its place where it looks like a loss.
    `below_floor` names providers that would be below their floor if nothing more were done: none, by the order.
    """

    number: int
    swap: Swap
    effects: Mapping[str, Effect]
    continuity: Continuity
    so_far: Effect
    held_s: Mapping[str, int]
    below_floor: tuple[str, ...]
    why_here: str

    @property
    def effect(self) -> Effect:
        """Give what the swap does in all."""
        return sum(self.effects.values(), Effect())


@dataclass(frozen=True, slots=True, kw_only=True)
class Ledger:
    """All swaps in order, what each provider's part comes to before and after, and what the swaps leave unexplained.

    `noise` (equivalent paid seconds) and `more_visits` are by how much providers' rosters at the ends were found better
    on the way: what the search, not geography, may be to blame for. `bounds` are the hours held, floors and ceilings.
    `continuity` counts people with other carers in C than in B, each once, from the two plans: the swaps sum to it.
    """

    swaps: tuple[LedgerSwap, ...]
    before: Mapping[str, Effect]
    after: Mapping[str, Effect]
    residual: Effect
    continuity: Continuity
    noise: float
    more_visits: int
    bounds: Bounds


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class LedgerAsked:
    """How a ledger is made: rates by provider, iterations of each re-roster, and who runs them (`worker.run_many`)."""

    rates: Mapping[str, Rates]
    iterations: int = 1_000
    seed: int = 7
    most_swaps: int = MOST_SWAPS
    run: Callable[..., list[list[Rosters]]] = run_many


def swap_ledger(area: OpenArea, before: PlanResult, after: PlanResult, asked: LedgerAsked) -> Ledger:
    """Explain the step from plan B to plan C swap by swap. Raises PlanRejected for a roster that breaks a rule."""
    hours_s = package_seconds(before.problem)
    swaps = ordered_swaps(area, before, after, most=asked.most_swaps)
    days = _days_along(before, after, swaps)
    measure = _Measure(area=area, asked=asked)
    rosters = _rostered(before, after, days, asked)
    own = {
        provider: (plan_of(day_of(before.problem, provider, _clients_of(before, provider)), before.plan))
        for provider in sorted({row.provider_id for row in area.dataset.providers} - rosters.keys())
    }
    first = {provider: measure.of(days[provider][0], found.plans[0]) for provider, found in rosters.items()}
    first |= {
        provider: measure.of(day_of(before.problem, provider, _clients_of(before, provider)), plan)
        for provider, plan in own.items()
    }
    bounds = floors_and_ceilings(area, hours_s, before.provider_of)
    return _told(swaps, rosters, measure, _Ends(first=first, days=days, bounds=bounds, before=before, after=after))


def package_seconds(problem: DayProblem) -> Counter[str]:
    """Sum the contact seconds of each client's package; both carers of a double-handed visit count."""
    hours_s: Counter[str] = Counter()
    for visit in problem.visits:
        hours_s[visit.client] += visit.duration_s * visit.carers_needed
    return hours_s


def ordered_swaps(area: OpenArea, before: PlanResult, after: PlanResult, *, most: int = MOST_SWAPS) -> list[Swap]:
    """Say which swaps lead from one plan's providers to another's, in an order that is safe to stop at."""
    hours_s = package_seconds(before.problem)
    nearness = _Nearness(area, before.provider_of)
    moves = [
        Move(
            client=client,
            giver=giver,
            receiver=after.provider_of[client],
            hours_s=hours_s[client],
            gain_s=nearness.seconds(client, giver) - nearness.seconds(client, after.provider_of[client]),
        )
        for client, giver in sorted(before.provider_of.items())
        if after.provider_of[client] != giver
    ]
    return in_safe_order(make_swaps(moves, most=most), floors_and_ceilings(area, hours_s, before.provider_of))


def floors_and_ceilings(area: OpenArea, hours_s: Mapping[str, int], provider_of: Mapping[str, str]) -> Bounds:
    """State what each provider holds, must hold and can serve, in contact seconds a day as agreed."""
    held: Counter[str] = Counter({row.provider_id: 0 for row in area.dataset.providers})
    for client, provider in provider_of.items():
        held[provider] += hours_s[client]
    floor_pct = {row.provider_id: row.floor_pct for row in area.dataset.providers}
    return Bounds(
        held_s=held,
        floor_s={name: seconds * floor_pct[name] // 100 for name, seconds in held.items()},
        ceiling_s={name: seconds * CEILING_PCT // 100 for name, seconds in held.items()},
    )


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Measure:
    """Measures one provider's roster."""

    area: OpenArea
    asked: LedgerAsked

    def of(self, problem: DayProblem, plan: DayPlan) -> Effect:
        """Sum what a roster does."""
        drives = {shift.id for shift in problem.shifts if shift.mode is Mode.CAR}
        stops = [(run.shift in drives, stop) for run in plan.runs for stop in run.stops[1:]]
        duration_s = {visit.id: visit.duration_s for visit in problem.visits}
        sailings = {boat.id: boat for boat in self.area.travel.departures}
        costs = added(cost_lines(problem, plan, self.asked.rates, sailings))
        return Effect(
            travel_s=sum(stop.travel_s + stop.boat_wait_s for _, stop in stops),
            metres=sum(stop.travel_m for driven, stop in stops if driven),
            contact_s=sum(duration_s[stop.visit] for run in plan.runs for stop in run.stops),
            visits=len({stop.visit for run in plan.runs for stop in run.stops}),
            travelling_gbp=costs.travelling,
            gbp=costs.total,
            cost=score(unsteered(problem), plan).total,
        )


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Ends:
    """Where a ledger begins and ends: each provider's part of plan B, its days, its bounds, and both plans."""

    first: Mapping[str, Effect]
    days: Mapping[str, Sequence[DayProblem]]
    bounds: Bounds
    before: PlanResult
    after: PlanResult


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Step:
    """A swap as it was rostered: its effects by provider, and by how many more people see others than in plan B."""

    swap: Swap
    effects: Mapping[str, Effect]
    continuity: Continuity

    @property
    def line(self) -> Line:
        effect = sum(self.effects.values(), Effect())
        return Line(
            names=(),
            providers=frozenset(self.effects),
            cost=effect.cost,
            travel_min=effect.travel_s / 60,
            visits=effect.visits,
            change_s=self.swap.change_s,
            gbp=effect.gbp,
        )


def _told(swaps: Sequence[Swap], rosters: Mapping[str, Rosters], measure: _Measure, ends: _Ends) -> Ledger:
    """Walk through the swaps, and tell them in an order in which what saves comes first."""
    at, now = dict.fromkeys(rosters, 0), dict(ends.first)
    came = carers_by_client(ends.before.problem, ends.before.plan)
    steps = []
    for swap in swaps:
        effects: dict[str, Effect] = {}
        was: dict[str, Counter[str]] = {}
        became: dict[str, Counter[str]] = {}
        for provider in swap.providers:
            found, days, step = rosters[provider], ends.days[provider], at[provider] + 1
            measured = measure.of(days[step], found.plans[step])
            effects[provider], now[provider], at[provider] = measured - now[provider], measured, step
            was |= carers_by_client(days[step - 1], found.plans[step - 1])
            became |= carers_by_client(days[step], found.plans[step])
        continuity = carer_changes(came, became) - carer_changes(came, was)
        steps.append(_Step(swap=swap, effects=effects, continuity=continuity))
    names = {row.provider_id: row.name for row in measure.area.dataset.providers}
    told = _in_order(steps, ends.bounds, names)
    explained = sum((row.effect for row in told), Effect())
    whole = measure.of(ends.after.problem, ends.after.plan) - measure.of(ends.before.problem, ends.before.plan)
    return Ledger(
        swaps=tuple(told),
        before=ends.first,
        after=now,
        residual=whole - explained,
        continuity=carer_changes(came, carers_by_client(ends.after.problem, ends.after.plan)),
        noise=sum(found.noise for found in rosters.values()),
        more_visits=sum(found.more_visits for found in rosters.values()),
        bounds=ends.bounds,
    )


def _in_order(steps: Sequence[_Step], bounds: Bounds, names: Mapping[str, str]) -> list[LedgerSwap]:
    """Give the swaps their numbers in the order in which they are told, with what is so far after each."""
    order = savings_first([step.line for step in steps])
    number_of = {place.row: number for number, place in enumerate(order, start=1)}
    lines = [replace(step.line, names=(number_of[row],)) for row, step in enumerate(steps)]
    held, so_far = Counter(bounds.held_s), Effect()
    told = []
    for place, why_here in zip(order, reasons(lines, order, bounds, names), strict=True):
        step = steps[place.row]
        held.update(step.swap.change_s)
        so_far = sum(step.effects.values(), so_far)
        told.append(
            LedgerSwap(
                number=number_of[place.row],
                swap=step.swap,
                effects=step.effects,
                continuity=step.continuity,
                so_far=so_far,
                held_s=dict(held),
                below_floor=tuple(bounds.broken(held)),
                why_here=why_here,
            )
        )
    return told


def _days_along(before: PlanResult, after: PlanResult, swaps: Sequence[Swap]) -> dict[str, list[DayProblem]]:
    """Give for each provider that takes part its day before any swap, and after each that touches it."""
    clients: dict[str, set[str]] = defaultdict(set)
    for client, provider in before.provider_of.items():
        clients[provider].add(client)
    days = {name: [_mixed(before, after, name, clients[name])] for swap in swaps for name in swap.providers}
    for swap in swaps:
        for move in swap.moves:
            clients[move.giver].remove(move.client)
            clients[move.receiver].add(move.client)
        for name in swap.providers:
            days[name].append(_mixed(before, after, name, clients[name]))
    return {name: in_places_of(before.problem, along) for name, along in days.items()}


def _mixed(before: PlanResult, after: PlanResult, provider: str, clients: set[str]) -> DayProblem:
    """Cut out a provider's day; who has come to it is as in plan C, and everybody else as in plan B."""
    came = {client for client in clients if before.provider_of[client] != provider}
    changed = {visit.id: visit for visit in after.problem.visits if visit.client in came}
    visits = tuple(changed.get(visit.id, visit) for visit in before.problem.visits)
    return day_of(replace(before.problem, visits=visits, keep=after.problem.keep), provider, clients)


def _clients_of(found: PlanResult, provider: str) -> set[str]:
    return {client for client, name in found.provider_of.items() if name == provider}


def _rostered(
    before: PlanResult, after: PlanResult, days: Mapping[str, list[DayProblem]], asked: LedgerAsked
) -> dict[str, Rosters]:
    """Roster every provider's days, in a few tasks of like size, and let the checker look at each roster."""
    groups: list[list[str]] = [[] for _ in range(min(TASKS, len(days)))]
    work = [0] * len(groups)
    for name in sorted(days, key=lambda name: -sum(len(day.visits) for day in days[name])):
        least = work.index(min(work))
        groups[least].append(name)
        work[least] += sum(len(day.visits) for day in days[name])
    tasks = [
        {
            "chains": [
                (days[name], (plan_of(days[name][0], before.plan), plan_of(days[name][-1], after.plan)))
                for name in group
            ],
            "iterations": asked.iterations,
            "seed": asked.seed,
        }
        for group in groups
    ]
    found: dict[str, Rosters] = {}
    for group, rosters in zip(groups, asked.run(rosters_along, tasks) if tasks else [], strict=True):
        found |= dict(zip(group, rosters, strict=True))
    for name, rosters_of in found.items():
        for problem, plan in zip(days[name], rosters_of.plans, strict=True):
            if breaches := check(problem, plan):
                raise PlanRejected(breaches)
    return found


class _Nearness:
    """How near a client is to the clients of a provider, by car: seconds to the nearest few others."""

    def __init__(self, area: OpenArea, provider_of: Mapping[str, str]) -> None:
        road, row = area.travel.roads["car"], area.travel.places.row_of_client
        self._apart = np.where(road.reachable, road.travel_s, np.iinfo(np.int32).max // 4)
        self._row = row
        self._rows: dict[str, list[int]] = defaultdict(list)
        for client, provider in sorted(provider_of.items()):
            self._rows[provider].append(row[client])

    def seconds(self, client: str, provider: str) -> float:
        """Give the mean way from the nearest other clients; endless where there are none."""
        others = [row for row in self._rows[provider] if row != self._row[client]]
        if not others:
            return float(np.iinfo(np.int32).max // 4)
        return float(np.sort(self._apart[others, self._row[client]])[:NEAREST].mean())
