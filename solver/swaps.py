"""Swaps of care packages between providers: what differs between two allocations, in steps that can each stand alone.

A swap gives hours both ways and about as many back; where three providers pass hours round it is a ring, and what
nothing comes back for is one-way. The order is such that providers keep their floors wherever one stops.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

MOST_TOGETHER = 3
"""So many swaps at most are tried as one where none alone keeps the floors; then all that are left become one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """One client's package of `hours_s` contact seconds a day goes from one provider to another.

    The greater `gain_s`, the sooner it should be done; it is an estimate in any unit.
    """

    client: str
    giver: str
    receiver: str
    hours_s: int
    gain_s: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Swap:
    """Moves that are made together or not at all."""

    moves: tuple[Move, ...]

    @property
    def providers(self) -> tuple[str, ...]:
        """Name who takes part, sorted."""
        return tuple(sorted({name for move in self.moves for name in (move.giver, move.receiver)}))

    @property
    def change_s(self) -> Counter[str]:
        """Give the contact seconds that each provider gains (or loses, below zero)."""
        change: Counter[str] = Counter()
        for move in self.moves:
            change[move.giver] -= move.hours_s
            change[move.receiver] += move.hours_s
        return change

    @property
    def kind(self) -> str:
        """Say whether two providers swap, several pass round, or one gives to another."""
        if len(self.providers) > 2:
            return "ring"
        return "swap" if len({move.giver for move in self.moves}) > 1 else "one-way"


@dataclass(frozen=True, slots=True, kw_only=True)
class Bounds:
    """Contact seconds a day that providers hold now, must at least hold, and can at most serve."""

    held_s: Mapping[str, int]
    floor_s: Mapping[str, int]
    ceiling_s: Mapping[str, int]

    def broken(self, held_s: Mapping[str, int]) -> list[str]:
        """Name the providers below their floor or above their ceiling. Who is outside today need only not get worse."""
        return sorted(
            name
            for name, now in held_s.items()
            if now < min(self.floor_s.get(name, 0), self.held_s.get(name, 0))
            or now > max(self.ceiling_s.get(name, 10**9), self.held_s.get(name, 0))
        )


def make_swaps(moves: Iterable[Move], *, most: int) -> list[Swap]:
    """Put moves together to swaps of like hours; the smallest of the same providers are joined down to `most`."""
    waiting: dict[tuple[str, str], list[Move]] = defaultdict(list)
    for move in sorted(moves, key=lambda move: (-move.hours_s, move.client)):
        waiting[move.giver, move.receiver].append(move)
    swaps = []
    for one, other in sorted(waiting):
        if one < other or (other, one) not in waiting:
            swaps += _pair_up(waiting[one, other], waiting.get((other, one), []))
    swaps += _rings(waiting)
    swaps += [Swap(moves=(move,)) for key in sorted(waiting) for move in waiting[key]]
    return _joined(swaps, most)


def in_safe_order(swaps: Sequence[Swap], bounds: Bounds) -> list[Swap]:
    """Order swaps, the most gain first, so that no provider leaves its bounds whichever the last one done is.

    Where nothing that is left can come next alone, two or three become one swap, or else all that are left.
    """
    left, done = list(swaps), []
    held = Counter(bounds.held_s)
    while left:
        chosen = _next(left, held, bounds)
        swap = chosen[0] if len(chosen) == 1 else Swap(moves=tuple(move for swap in chosen for move in swap.moves))
        held = _after(held, chosen)
        left = [other for other in left if other not in chosen]
        done.append(swap)
    return done


def _pair_up(there: list[Move], back: list[Move]) -> list[Swap]:
    """Take moves out of two lists (the largest first) while both have some, each time of like hours."""
    swaps = []
    while there and back:
        first, others = (there, back) if there[0].hours_s >= back[0].hours_s else (back, there)
        head = first.pop(0)
        missing_s = head.hours_s
        taken: list[Move] = []
        while others:
            best = min(others, key=lambda move: abs(missing_s - move.hours_s))
            if taken and abs(missing_s - best.hours_s) >= missing_s:
                break
            others.remove(best)
            taken.append(best)
            missing_s -= best.hours_s
            if missing_s <= 0:
                break
        swaps.append(Swap(moves=(head, *taken)))
    return swaps


def _rings(waiting: Mapping[tuple[str, str], list[Move]]) -> list[Swap]:
    """Take moves out that three providers can pass round."""
    names = sorted({name for key in waiting for name in key})
    swaps = []
    for ring in ((a, b, c) for a, b, c in combinations(names, 3)):
        for a, b, c in (ring, ring[::-1]):
            steps = [(a, b), (b, c), (c, a)]
            while all(waiting.get(step) for step in steps):
                swaps.append(Swap(moves=tuple(waiting[step].pop(0) for step in steps)))
    return swaps


def _joined(swaps: list[Swap], most: int) -> list[Swap]:
    """Join the smallest swaps of the same providers while there are too many."""
    swaps = list(swaps)
    while len(swaps) > most:
        by_providers: dict[tuple[str, ...], list[Swap]] = defaultdict(list)
        for swap in sorted(swaps, key=_size):
            by_providers[swap.providers].append(swap)
        pairs = [group[:2] for group in by_providers.values() if len(group) > 1]
        if not pairs:
            break
        one, other = min(pairs, key=lambda pair: (_size(pair[0])[0] + _size(pair[1])[0], _size(pair[0])))
        swaps = [swap for swap in swaps if swap not in (one, other)]
        swaps.append(Swap(moves=(*one.moves, *other.moves)))
    return sorted(swaps, key=lambda swap: (swap.providers, swap.moves[0].client))


def _size(swap: Swap) -> tuple[int, str]:
    return sum(move.hours_s for move in swap.moves), swap.moves[0].client


def _next(left: list[Swap], held: Counter[str], bounds: Bounds) -> list[Swap]:
    """Choose what can be done next: one swap, or the fewest that keep the bounds together."""
    ranked = sorted(left, key=lambda swap: (-sum(move.gain_s for move in swap.moves), swap.moves[0].client))
    for together in range(1, MOST_TOGETHER + 1):
        for chosen in combinations(ranked, together):
            if not bounds.broken(_after(held, chosen)):
                return list(chosen)
    return ranked


def _after(held: Counter[str], swaps: Iterable[Swap]) -> Counter[str]:
    after = Counter(held)
    for swap in swaps:
        for provider, seconds in swap.change_s.items():
            after[provider] += seconds
    return after
