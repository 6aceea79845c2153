"""Who should lead in a zone and who stands in: where carers live, registration, size and today's clients decide.

Providers are proposed, never decided.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from solver.zone_map import NO_LOCKS

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

    from solver.zone_map import Locks, ZonePlan

NO_SECOND = "No second provider registered here works or has carers living here"

LEAST_COVER = 0.5
"""A provider is possible in a zone if it is registered for this share of the zone's areas."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ZoneRole:
    """Who should lead in a zone and who stands in, and why; None where nobody can."""

    zone: int
    prime: str | None
    secondary: str | None
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class _Claim:
    """What speaks for a provider in a zone: shares of its hours today, of carers' hours at home, of its areas."""

    provider: str
    zone: int
    today: float
    at_home: float
    cover: float

    def in_words(self) -> str:
        """Say what speaks for it."""
        registered = "the whole zone" if self.cover == 1 else f"{self.cover:.0%} of its small areas"
        return (
            f"gives {self.today:.0%} of the hours worked here today, has {self.at_home:.0%} of the hours of carers who "
            f"live here, is registered for {registered if self.cover else 'nothing here'}"
        )

    @property
    def rank(self) -> tuple[float, str, int]:
        """Order claims, the strongest first."""
        return (-(self.today + self.at_home) * self.cover, self.provider, self.zone)


@dataclass(frozen=True, slots=True, kw_only=True)
class Presence:
    """Where providers are today: hours by provider and area, hours of carers by where they live, and the areas in which
    a provider may work; `names` are what the providers are called."""

    hours: Mapping[tuple[str, int], float]
    home_h: Mapping[tuple[str, int], float]
    registered: Mapping[str, Collection[int]]
    names: Mapping[str, str] = field(default_factory=dict)


def assign_providers(zones: ZonePlan, today: Presence, *, locks: Locks = NO_LOCKS) -> list[ZoneRole]:
    """Propose a prime and a secondary provider for each zone, the strongest claim first.

    A provider leads the zones of the areas that `locks` keep for it; of others it is prime of no more than its share
    of all hours gives, rounded up, unless nobody else is possible, and never of more than `locks.most_zones`.
    """
    n_zones = len(zones.centre_of_zone)
    claims = sorted(_claims(zones, today), key=lambda claim: claim.rank)
    keeper = _keepers(zones, locks)
    prime = {zone: _claim_of(claims, provider, zone) for zone, provider in keeper.items()}
    share, cap = _most_zones(today.hours, n_zones), locks.most_zones or n_zones
    held = Counter(keeper.values())
    for beyond_its_share in (False, True):
        for claim in claims:
            most = cap if beyond_its_share else min(cap, share.get(claim.provider, 1))
            if claim.zone not in prime and held[claim.provider] < most:
                prime[claim.zone] = claim
                held[claim.provider] += 1
    roles = []
    for zone in range(n_zones):
        first = prime.get(zone)
        others = [
            claim for claim in claims if claim.zone == zone and (first is None or claim.provider != first.provider)
        ]
        stronger = [claim for claim in others if first and zone not in keeper and claim.rank < first.rank]
        locked = [claim for claim in stronger if cap <= share.get(claim.provider, 1)] if locks.most_zones else []
        sized = [claim for claim in stronger if claim not in locked]
        busy = (_busy(sized, today.names), _busy(locked, today.names, lock=True))
        roles.append(_role(zone, first, others, busy=busy, names=today.names, kept=zone in keeper))
    return roles


def _keepers(zones: ZonePlan, locks: Locks) -> dict[int, str]:
    """Find who leads the zones of areas that stay with somebody: in each the provider with most of them."""
    asked: defaultdict[int, Counter[str]] = defaultdict(Counter)
    for area, provider in sorted(locks.kept.items()):
        asked[zones.zone_of_area[area]][provider] += 1
    return {zone: providers.most_common(1)[0][0] for zone, providers in asked.items()}


def _claim_of(claims: list[_Claim], provider: str, zone: int) -> _Claim:
    """Find a provider's claim, even if it has none."""
    found = [claim for claim in claims if (claim.provider, claim.zone) == (provider, zone)]
    return found[0] if found else _Claim(provider=provider, zone=zone, today=0.0, at_home=0.0, cover=0.0)


def _claims(zones: ZonePlan, today: Presence) -> Iterable[_Claim]:
    """Find every provider that may work in a zone and does, or has carers who live there."""
    by_hours, at_home = _zone_shares(zones, today.hours), _zone_shares(zones, today.home_h)
    in_zone = Counter(zones.zone_of_area)
    for provider, zone in sorted(by_hours.keys() | at_home.keys()):
        allowed = sum(zones.zone_of_area[area] == zone for area in today.registered.get(provider, ()))
        claim = _Claim(
            provider=provider,
            zone=zone,
            today=by_hours.get((provider, zone), 0.0),
            at_home=at_home.get((provider, zone), 0.0),
            cover=allowed / in_zone[zone],
        )
        if claim.cover >= LEAST_COVER:
            yield claim


def _zone_shares(zones: ZonePlan, by_area: Mapping[tuple[str, int], float]) -> dict[tuple[str, int], float]:
    """Turn hours by area into shares of each zone's hours; nobody has a share of nothing."""
    hours: defaultdict[tuple[str, int], float] = defaultdict(float)
    total: defaultdict[int, float] = defaultdict(float)
    for (provider, area), area_h in by_area.items():
        zone = zones.zone_of_area[area]
        hours[provider, zone] += area_h
        total[zone] += area_h
    return {key: zone_h / total[key[1]] for key, zone_h in hours.items() if zone_h > 0}


def _most_zones(hours: Mapping[tuple[str, int], float], n_zones: int) -> dict[str, int]:
    """Say of how many zones each provider may be prime: its share of all hours today, rounded up."""
    size: defaultdict[str, float] = defaultdict(float)
    for (provider, _), today_h in hours.items():
        size[provider] += today_h
    total_h = sum(size.values()) or 1.0
    return {provider: max(1, math.ceil(provider_h * n_zones / total_h - 1e-9)) for provider, provider_h in size.items()}


def _busy(claims: list[_Claim], names: Mapping[str, str], *, lock: bool = False) -> str:
    """Say who has a stronger claim but leads as many zones as it may; nothing where nobody does."""
    if not claims:
        return ""
    who = " and ".join(names.get(claim.provider, claim.provider) for claim in claims)
    leads, size = ("leads", "its size gives") if len(claims) == 1 else ("lead", "their sizes give")
    why = "the lock allows one provider" if lock else size
    return f" {who} would come first, but already {leads} as many zones as {why}."


def _role(
    zone: int,
    prime: _Claim | None,
    others: list[_Claim],
    *,
    busy: Iterable[str],
    names: Mapping[str, str],
    kept: bool,
) -> ZoneRole:
    """Put a choice in words; `busy` are sentences about those with a stronger claim."""

    def name(claim: _Claim) -> str:
        return names.get(claim.provider, claim.provider)

    second = others[0].provider if others else None
    if prime is None:
        reason = (
            "Whoever could work here leads as many zones as one provider may"
            if others
            else "No provider registered here works or has carers living here"
        )
        return ZoneRole(zone=zone, prime=None, secondary=second, reason=f"{reason}.")
    reason = f"{'To stay as it is, ' if kept else ''}{name(prime)} as prime: {prime.in_words()}. "
    reason += f"{name(others[0])} as secondary: {others[0].in_words()}." if others else f"{NO_SECOND}."
    return ZoneRole(zone=zone, prime=prime.provider, secondary=second, reason=reason + "".join(busy))
