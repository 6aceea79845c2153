"""Changes by hand, before the clock is looked at: which visit goes from which shift to which, and what forbids it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from app.errors import ChangeRefused

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

Orders = dict[str, tuple[str, ...]]
"""The visits of each shift, in order."""


class ChangeWord(StrEnum):
    """What is done to a visit."""

    MOVE = "move"
    SWAP = "swap"
    LEAVE_OUT = "leave-out"
    LOCK = "lock"
    UNLOCK = "unlock"


@dataclass(frozen=True, slots=True, kw_only=True)
class HandChange:
    """One change. A move names the shift to go to, and the one to leave where two carers make the visit.

    `position` counts the visits of the run from 0; without it the visit goes where it fits best. A swap names the
    `other` visit. `why` is told of a visit that is left out, and `by` is who does it. Only `lock` keeps a visit on its
    shifts at its time until it is unlocked.
    """

    word: ChangeWord
    visit: str
    to_shift: str | None = None
    from_shift: str | None = None
    position: int | None = None
    other: str | None = None
    why: str | None = None
    by: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Rearranged:
    """The orders after a change, the shifts that it touches, and for a move the order in which a place is sought."""

    orders: Orders
    touched: frozenset[str]
    seek: str | None = None


def rearranged(
    orders: Mapping[str, tuple[str, ...]],
    change: HandChange,
    *,
    carers_needed: Mapping[str, int],
    locks: Mapping[str, object],
) -> Rearranged:
    """Carry a change out on the orders of all shifts. Raises ChangeRefused."""
    for visit in filter(None, (change.visit, change.other)):
        if visit not in carers_needed:
            raise ChangeRefused(f"there is no visit {visit} on this day")
        if visit in locks:
            raise ChangeRefused(f"visit {visit} is locked: unlock it first")
    if change.word is ChangeWord.MOVE:
        return _moved(orders, change, carers_needed[change.visit])
    if change.word is ChangeWord.SWAP:
        return _swapped(orders, change)
    shifts = served_by(orders, change.visit)
    if not shifts:
        raise ChangeRefused(f"visit {change.visit} is in no run already")
    return Rearranged(orders=without(orders, change.visit, shifts), touched=frozenset(shifts))


def served_by(orders: Mapping[str, tuple[str, ...]], visit: str) -> tuple[str, ...]:
    """Give the shifts that make a visit."""
    return tuple(shift for shift, visits in orders.items() if visit in visits)


def _moved(orders: Mapping[str, tuple[str, ...]], change: HandChange, needed: int) -> Rearranged:
    there, here = change.to_shift, served_by(orders, change.visit)
    if there is None or there not in orders:
        raise ChangeRefused(f"there is no shift {there} on this day")
    leaving = change.from_shift
    if leaving is None and len(here) >= needed:
        if len(here) > 1 and there not in here:
            raise ChangeRefused(f"visit {change.visit} is made by {' and '.join(here)}: say which of them to relieve")
        leaving = there if there in here else here[0]
    if leaving is not None and leaving not in here:
        raise ChangeRefused(f"visit {change.visit} is not on shift {leaving}")
    if there in here and leaving != there:
        raise ChangeRefused(f"visit {change.visit} is on shift {there} already")
    left = without(orders, change.visit, () if leaving is None else (leaving,))
    touched = frozenset(filter(None, (leaving, there)))
    if change.position is None:
        return Rearranged(orders=left, touched=touched, seek=there)
    return Rearranged(orders=inserted(left, change.visit, there, change.position), touched=touched)


def _swapped(orders: Mapping[str, tuple[str, ...]], change: HandChange) -> Rearranged:
    if change.other is None or change.other == change.visit:
        raise ChangeRefused("a swap needs two visits")
    one, two = served_by(orders, change.visit), served_by(orders, change.other)
    if len(one) != 1 or len(two) != 1:
        raise ChangeRefused("both visits of a swap must be made by one carer each")
    names = {change.visit: change.other, change.other: change.visit}
    touched = frozenset((*one, *two))
    swapped = {
        shift: tuple(names.get(visit, visit) for visit in visits) if shift in touched else visits
        for shift, visits in orders.items()
    }
    return Rearranged(orders=swapped, touched=touched)


def inserted(orders: Mapping[str, tuple[str, ...]], visit: str, shift: str, position: int) -> Orders:
    """Put a visit into a run; a position beyond its end means the end."""
    visits = orders[shift]
    return {**orders, shift: (*visits[:position], visit, *visits[position:])}


def without(orders: Mapping[str, tuple[str, ...]], visit: str, shifts: Sequence[str]) -> Orders:
    """Take a visit out of runs."""
    return {
        shift: tuple(other for other in visits if other != visit) if shift in shifts else visits
        for shift, visits in orders.items()
    }
