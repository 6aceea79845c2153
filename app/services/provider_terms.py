"""What providers say they need: hours to be viable, to keep, to take at most; and what gives way if not all can be met.

Terms are private to the provider and the partnership: figures about them are told, not shown to others.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any

from app.errors import TermsUnreadable
from solver.allocate import CarePackage, ProviderLimits, allocate
from solver.packages import CEILING_PCT

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from app.dataset import ProviderRow
    from solver.types import DayPlan, DayProblem

HOUR_S = 3600


@dataclass(frozen=True, slots=True, kw_only=True)
class ProviderTerms:
    """One provider's terms for a day; None where it says nothing.

    It needs `viable_hours` of contact, keeps at least `keep_pct` of today's, loses at most `most_loss_hours`, takes at
    most `most_hours`, and staffs no run with less contact than `least_run_minutes`.
    """

    viable_hours: float | None = None
    keep_pct: float | None = None
    most_loss_hours: float | None = None
    most_hours: float | None = None
    least_run_minutes: float | None = None

    def __post_init__(self) -> None:
        """Refuse what cannot be meant. Raises TermsUnreadable."""
        for part in fields(self):
            value = getattr(self, part.name)
            if value is not None and not (isinstance(value, (int, float)) and 0 <= value < math.inf):
                raise TermsUnreadable(f"{part.name} must be a number from 0 on")

    def floor_s(self, held_s: int, floor_pct: int) -> int:
        """Give the contact seconds a day that a provider must hold; `floor_pct` is that of the data set."""
        asked = [held_s * floor_pct / 100]
        if self.viable_hours is not None:
            asked.append(self.viable_hours * HOUR_S)
        if self.keep_pct is not None:
            asked.append(held_s * self.keep_pct / 100)
        if self.most_loss_hours is not None:
            asked.append(held_s - self.most_loss_hours * HOUR_S)
        return math.ceil(max(asked))

    def ceiling_s(self, held_s: int) -> int:
        """Give the most contact seconds a day that a provider takes."""
        return held_s * CEILING_PCT // 100 if self.most_hours is None else math.floor(self.most_hours * HOUR_S)


def read_terms(asked: Mapping[str, Mapping[str, Any]], providers: Iterable[ProviderRow]) -> dict[str, ProviderTerms]:
    """Understand terms such as `{"P03": {"viable_hours": 60, "most_loss_hours": 5}}`. Raises TermsUnreadable."""
    known = {row.provider_id for row in providers}
    if unknown := sorted(asked.keys() - known):
        raise TermsUnreadable(f"there is no provider {', '.join(unknown)}")
    names = {part.name for part in fields(ProviderTerms)}
    for provider, terms in asked.items():
        if extra := sorted(set(terms) - names):
            raise TermsUnreadable(f"{provider}: there is no term {', '.join(extra)}")
    return {provider: ProviderTerms(**terms) for provider, terms in asked.items()}


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """Floors and ceilings as shares of today's contact time, and a sentence for each term that has to give way."""

    floor_pct: Mapping[str, int]
    ceiling_pct: Mapping[str, int]
    relaxed: tuple[str, ...]


def limits(
    problem: DayProblem,
    legal: Mapping[str, frozenset[str]],
    providers: Iterable[ProviderRow],
    terms: Mapping[str, ProviderTerms],
    *,
    budget: int,
) -> Limits:
    """State the limits of an allocation. In `problem` each visit names today's provider only.

    Where today's allocation is outside them, CP-SAT finds the least hours by which they give way within choice and the
    budget of people. The search insists on no more than today's hours, and the report says who is below its floor.
    """
    packages = _packages(problem, legal)
    held: Counter[str] = Counter({row.provider_id: 0 for row in providers})
    for package in packages:
        held[package.provider_now] += package.hours_s
    # Who holds hours may be nobody that there is: clients whose contract has ended (`services.make_day`).
    pct = {row.provider_id: row.floor_pct for row in providers}
    of = {name: terms.get(name, ProviderTerms()) for name in held}
    floor_s = {name: of[name].floor_s(seconds, pct.get(name, 0)) for name, seconds in held.items()}
    ceiling_s = {name: of[name].ceiling_s(seconds) for name, seconds in held.items()}
    outside = [name for name, seconds in held.items() if not floor_s[name] <= seconds <= ceiling_s[name]]
    return Limits(
        floor_pct={name: _pct(floor_s[name], seconds, math.ceil) for name, seconds in held.items()},
        ceiling_pct={name: _pct(ceiling_s[name], seconds, math.floor) for name, seconds in held.items()},
        relaxed=_relaxed(packages, floor_s, ceiling_s, budget) if outside else (),
    )


def short_runs(
    problem: DayProblem, plan: DayPlan, zone_of: Mapping[str, str], terms: Mapping[str, ProviderTerms]
) -> list[dict[str, Any]]:
    """List, by provider and zone, the runs with less contact than the provider staffs; a run is of its main zone."""
    visits = {visit.id: visit for visit in problem.visits}
    provider = {shift.id: shift.provider for shift in problem.shifts}
    found: dict[tuple[str, str], list[float]] = defaultdict(list)
    for run in plan.runs:
        least = terms.get(provider[run.shift], ProviderTerms()).least_run_minutes
        minutes: Counter[str] = Counter()
        for stop in run.stops:
            minutes[zone_of[visits[stop.visit].client]] += visits[stop.visit].duration_s // 60
        if least is not None and minutes.total() < least:
            found[provider[run.shift], minutes.most_common(1)[0][0]].append(minutes.total())
    return [
        {"provider": name, "zone": zone, "runs": len(short), "shortest_minutes": min(short)}
        for (name, zone), short in sorted(found.items())
    ]


def _packages(problem: DayProblem, legal: Mapping[str, frozenset[str]]) -> list[CarePackage]:
    hours_s: Counter[str] = Counter()
    now: dict[str, str] = {}
    for visit in problem.visits:
        hours_s[visit.client] += visit.duration_s * visit.carers_needed
        now[visit.client] = next(iter(visit.providers))
    return [
        CarePackage(client=client, hours_s=seconds, provider_now=now[client], allowed=legal[client] | {now[client]})
        for client, seconds in sorted(hours_s.items())
    ]


def _relaxed(
    packages: list[CarePackage], floor_s: Mapping[str, int], ceiling_s: Mapping[str, int], budget: int
) -> tuple[str, ...]:
    """Find the smallest relaxation that works."""
    cost = {
        (package.client, name): int(name != package.provider_now) for package in packages for name in package.allowed
    }
    asked = [
        ProviderLimits(provider=name, floor_s=floor_s[name], ceiling_s=ceiling_s[name]) for name in sorted(floor_s)
    ]
    return allocate(packages, cost, asked, move_budget=budget).relaxed


def _pct(seconds: int, held_s: int, rounded: Any) -> int:  # noqa: ANN401 - ceil or floor
    return int(rounded(100 * seconds / held_s)) if held_s else 0
