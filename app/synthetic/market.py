"""Providers, and who serves whom today: from a patch for each provider to complete overlap."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from app.dataset import AllocationRow, ProviderKind, ProviderRow

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from app.synthetic.parameters import AreaSize, Market
    from app.synthetic.people import Person


PLAY = 0.03
"""A patch may miss its share of the minutes by so much, for the sake of a cut that runs between villages."""


SHUFFLED_TOGETHER = 24
"""People swap providers among so many with about the same hours, so that the providers keep their sizes."""


def providers(size: AreaSize, localities: Sequence[str], rng: np.random.Generator) -> tuple[ProviderRow, ...]:
    """Write the providers that work in at least one of the localities, the council's own first."""
    market = size.market
    present = [firm for firm in market.firms if not firm.localities or set(firm.localities) & set(localities)]
    return tuple(
        ProviderRow(
            provider_id=f"P{number:02d}",
            name=firm.name,
            kind=firm.kind,
            national=firm.national,
            floor_pct=int(rng.choice(market.floor_pct)),
            localities=tuple(name for name in localities if not firm.localities or name in firm.localities),
        )
        for number, firm in enumerate(present, start=1)
    )


def allocation(
    people: Sequence[Person], rows: Sequence[ProviderRow], market: Market, rng: np.random.Generator
) -> tuple[AllocationRow, ...]:
    """Give each person a provider: patches on each landmass, then the share `market.overlap` of the people shuffled."""
    weight = {firm.name: firm.weight for firm in market.firms}
    serves: dict[int, str] = {}
    for locality in sorted({person.client.locality for person in people}):
        here = [row for row, person in enumerate(people) if person.client.locality == locality]
        wanted = _wanted([row for row in rows if locality in row.localities], weight, market)
        total = sum(_minutes(people, [row]) for row in here)
        wanted = {provider: share * total for provider, share in wanted.items()}
        for land in _islands_first(people, here):
            served = _land(people, land, wanted, market, rng)
            for row, provider in served.items():
                wanted[provider] = max(0.0, wanted[provider] - _minutes(people, [row]))
            serves.update(served)
    return tuple(
        AllocationRow(client_id=person.client.client_id, provider_id=serves[row]) for row, person in enumerate(people)
    )


def _wanted(rows: Sequence[ProviderRow], weight: dict[str, float], market: Market) -> dict[str, float]:
    """Share the hours of a locality between the council's own provider and the others."""
    others = sum(weight[row.name] for row in rows)
    return {
        row.provider_id: 1.0 - market.independent_share
        if row.kind is ProviderKind.COUNCIL
        else market.independent_share * weight[row.name] / others
        for row in rows
    }


def _minutes(people: Sequence[Person], rows: Sequence[int]) -> float:
    """Sum the care of some people; those not due today count as one short call."""
    return float(sum(max(15, people[row].care_minutes) for row in rows))


def _islands_first(people: Sequence[Person], here: list[int]) -> list[list[int]]:
    """Group people by landmass, the smallest first, so that the largest evens out the shares."""
    lands: dict[int, list[int]] = {}
    for row in here:
        lands.setdefault(people[row].landmass, []).append(row)
    return sorted(lands.values(), key=lambda rows: (len(rows), rows))


def _land(
    people: Sequence[Person], land: list[int], wanted: dict[str, float], market: Market, rng: np.random.Generator
) -> dict[int, str]:
    """Cut one landmass into patches and shuffle; an island has room for one or two providers only."""
    names = [str(name) for name in rng.permutation(sorted(wanted))]
    if land and people[land[0]].landmass != 0:
        few = 1 + (len(land) >= 2 * market.island_clients_per_provider)
        share = np.array([wanted[name] for name in names]) + 1e-9
        names = [str(name) for name in rng.choice(names, size=few, replace=False, p=share / share.sum())]
    served: dict[int, str] = {}
    _cut(people, land, {name: wanted[name] + 1e-9 for name in names}, served)
    movable = sorted((row for row in land if rng.random() < market.overlap), key=lambda row: _minutes(people, [row]))
    for first in range(0, len(movable), SHUFFLED_TOGETHER):
        some = movable[first : first + SHUFFLED_TOGETHER]
        labels = [served[row] for row in some]
        served.update(zip(some, (labels[place] for place in rng.permutation(len(labels))), strict=True))
    return served


def _cut(people: Sequence[Person], rows: list[int], wanted: dict[str, float], served: dict[int, str]) -> None:
    """Halve people and providers by straight lines until each provider has a patch of its size.

    The line runs through the widest gap near the place that the sizes ask for, so that villages stay whole.
    """
    names = list(wanted)
    if len(names) == 1:
        served.update(dict.fromkeys(rows, names[0]))
        return
    first, second = names[: len(names) // 2], names[len(names) // 2 :]
    homes = np.array([[people[row].home.x_m, people[row].home.y_m] for row in rows]).reshape(-1, 2)
    axis = int(np.ptp(homes, axis=0).argmax()) if len(rows) else 0
    order = np.argsort(homes[:, axis], kind="stable")
    minutes = np.cumsum([_minutes(people, [rows[row]]) for row in order])
    share = sum(wanted[name] for name in first) / sum(wanted.values())
    cut = _widest_gap(homes[order, axis], minutes, share) if len(rows) else 0
    _cut(people, [rows[row] for row in order[:cut]], {name: wanted[name] for name in first}, served)
    _cut(people, [rows[row] for row in order[cut:]], {name: wanted[name] for name in second}, served)


def _widest_gap(line: NDArray[np.float64], minutes: NDArray[np.float64], share: float) -> int:
    """Find how many to leave before the cut: the widest gap where the minutes are within `PLAY` of their share."""
    reached = np.concatenate([[0.0], minutes]) / minutes[-1]
    gaps = np.concatenate([[0.0], np.diff(line), [0.0]])
    allowed = np.abs(reached - share) <= PLAY
    if not allowed.any():
        return int(np.abs(reached - share).argmin())
    return int(np.where(allowed, gaps, -1.0).argmax())
