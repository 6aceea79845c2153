"""In which order swaps are told, why each stands where it does, and which figures still hold when others are left out.

What a swap does to a provider hangs on who came to that provider and left it before, and on nothing else. So swaps that
share no provider may change places: every figure stays true, and every provider holds what it would. Within that
freedom those that save come first, and one that costs comes when none that saves can come before it.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from solver.swaps import Bounds

SAFE = (
    "Safe to stop at means: after any line every provider is between its floor and its ceiling of contact hours (who "
    "is outside today, no further), and the day can be worked by the rules. It does not mean that stopping there pays: "
    "notes say where a line raises the price, and where whoever stops pays more in all than in plan B."
)
"""What a list promises whoever stops at a line of it."""


PENNY = 0.01
"""Pounds a day below which nothing is said."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A swap as it is ordered. `cost` is what it adds to the price, in equivalent paid seconds; below 0 it saves.

    `names` are the numbers it goes by, `change_s` the contact seconds that each provider gains, `gbp` what all costs
    change by in pounds a day.
    """

    names: tuple[int, ...]
    providers: frozenset[str]
    cost: float
    travel_min: float
    visits: int
    change_s: Mapping[str, int]
    gbp: float = 0.0

    @property
    def name(self) -> str:
        """Give its name as people read it; one that was joined from several has their numbers."""
        return "+".join(map(str, self.names))


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A swap in the order to tell: its place in the order it was rostered in, and those that it is told sooner for.

    Of `later` the last is the one that makes up for it, the others are needed before that; a swap that saves has none.
    """

    row: int
    later: tuple[int, ...] = ()


def savings_first(lines: Sequence[Line]) -> list[Place]:
    """Order swaps so that one that costs comes only when none that saves can; no figure changes by that.

    `lines` are in the order in which they were rostered, and it is safe; then so is the order returned.
    """
    needs: list[set[int]] = []
    for row, line in enumerate(lines):
        direct = [other for other in range(row) if lines[other].providers & line.providers]
        needs.append({row}.union(*(needs[other] for other in direct)))
    left, order = set(range(len(lines))), []
    while left:
        saving = [row for row in left if lines[row].cost <= 0 and needs[row] & left == {row}]
        order.append(
            Place(row=min(saving, key=lambda row: (lines[row].cost, row))) if saving else _forced(lines, needs, left)
        )
        left.remove(order[-1].row)
    return order


def _forced(lines: Sequence[Line], needs: Sequence[set[int]], left: set[int]) -> Place:
    """Choose what has to be told though it costs: the first of those that save the most each in the end."""

    def mean(row: int) -> float:
        group = needs[row] & left
        return sum(lines[other].cost for other in group) / len(group)

    last = min(left, key=lambda row: (mean(row), row))
    first, *later = sorted(needs[last] & left)
    return Place(row=first, later=tuple(later) if mean(last) < 0 else ())


def reasons(
    lines: Sequence[Line], order: Sequence[Place], bounds: Bounds, names: Mapping[str, str] | None = None
) -> list[str]:
    """Say of each swap, in the order told, why it stands there if it looks like a loss; nothing where it does not.

    Gain and loss are by price, by which swaps are ordered; pounds are named as such. `names` are those of providers.
    """
    held, visits, gbp = Counter(bounds.held_s), 0, 0.0
    names = names or {}
    found = []
    for place in order:
        line = lines[place.row]
        later = [lines[row] for row in place.later]
        said = [_dearer(line, later, held, bounds, names) if line.cost > 0 else _cheaper(line)]
        visits, gbp = visits + line.visits, gbp + line.gbp
        if visits < 0:
            said.append(f"whoever stops here places {-visits} fewer than plan B")
        if gbp >= PENNY:
            said.append(f"whoever stops here pays £{gbp:.2f} a day more in all than in plan B")
        found.append("; ".join(filter(None, said)))
        held.update(line.change_s)
    return found


def _dearer(line: Line, later: Sequence[Line], held: Counter[str], bounds: Bounds, names: Mapping[str, str]) -> str:
    """Say what makes up for a swap that raises the price by itself, and what it does for that."""
    if not later:
        return "raises the price, and no later swap makes up for it"
    without = Counter(held)
    for other in later:
        without.update(other.change_s)
    last, after = later[-1], next((other for other in later if other.providers & line.providers), later[-1])
    if out := bounds.broken(without):
        told = ", ".join(names.get(name, name) for name in out)
        kept = f"{told} would be outside floor or ceiling after {last.name}"
        return f"raises the price; without it {kept}, which makes up for it"
    shared = ", ".join(names.get(name, name) for name in sorted(line.providers & after.providers))
    if after is last:
        return f"raises the price; comes before {last.name} at {shared}, which makes up for it"
    return f"raises the price; comes before {after.name} at {shared}; what follows up to {last.name} makes up for it"


def _cheaper(line: Line) -> str:
    if line.travel_min <= 0:
        return ""
    if line.visits > 0:
        return (
            f"more on the road, for {line.visits} more visits placed"
            if line.visits > 1
            else "more on the road, for one more visit placed"
        )
    return "more on the road; the price falls by what else is in it, such as waiting"


def estimated(providers_of: Mapping[int, Collection[str]], order: Iterable[Sequence[int]]) -> list[tuple[str, ...]]:
    """Name for each swap of an order the providers whose figures were not found by rostering just this.

    `providers_of` are all swaps that were rostered, in that order; `order` are those told, each by the numbers that it
    was joined from. A provider's figure holds when just those swaps are before it and with it that were in its roster.
    """
    along: dict[str, list[int]] = {}
    for number, providers in providers_of.items():
        for provider in providers:
            along.setdefault(provider, []).append(number)
    done: dict[str, set[int]] = {provider: set() for provider in along}
    found = []
    for numbers in order:
        wrong = []
        for provider in sorted({name for number in numbers for name in providers_of[number]}):
            before, after = done[provider], done[provider] | {n for n in numbers if n in along[provider]}
            if any(set(along[provider][: len(some)]) != some for some in (before, after)):
                wrong.append(provider)
            done[provider] = after
        found.append(tuple(wrong))
    return found
