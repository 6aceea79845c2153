"""What the routing model is asked of some shifts: their legs, those that may join, and what others leave open."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from solver.compile_links import EITHER, SAME
from solver.routing_model import Area
from solver.routing_ties import gaps, of_one_provider, together

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from solver.compile import Compiled


class Served(NamedTuple):
    """Who serves each served leg of the day, and when: shift and start by leg."""

    shift: Mapping[int, int]
    start_s: Mapping[int, int]


def area_of(compiled: Compiled, served: Served, shifts: tuple[int, ...], joining: Iterable[int]) -> Area:
    """Choose the legs of a model, and hold them to what is settled outside.

    A leg that is made with one outside keeps its start and must be served. Unserved pairs and sequences that join have
    their starts drawn, since a search from nothing cannot find common ones.
    """
    groups = together(compiled)
    own = {leg for leg, shift in served.shift.items() if shift in shifts}
    new = _joining(compiled, served, shifts, joining, groups)
    fixed = {leg: served.start_s[leg] for leg in own if not own.issuperset(groups.get(leg, ()))}
    required = frozenset(fixed)
    for group in {groups[leg] for leg in new if leg in groups}:
        fixed |= {leg: at for leg, at in _drawn(compiled, served, group).items() if leg in new}
    legs = tuple(sorted(own | new))
    return Area(
        legs=legs,
        shifts=shifts,
        fixed_start_s=fixed,
        shut_s=_shut(compiled, served, legs),
        required=required,
        shifts_of=_shifts_of(compiled, served, legs, shifts),
        linked=frozenset(leg for leg in own if leg in groups and leg not in fixed),
    )


def _joining(
    compiled: Compiled,
    served: Served,
    shifts: tuple[int, ...],
    joining: Iterable[int],
    groups: Mapping[int, tuple[int, ...]],
) -> set[int]:
    """Give the unserved legs that one of the shifts may take: all that are missing of a group, or none."""
    willing = (compiled.refusal[:, list(shifts)] == 0).any(axis=1)
    new = {leg for leg in joining if willing[leg] and leg not in served.shift}
    can_be = {group: bool(_drawn(compiled, served, group)) for group in {groups[leg] for leg in new if leg in groups}}
    made = new | served.shift.keys()
    return {leg for leg in new if leg not in groups or (can_be[groups[leg]] and made.issuperset(groups[leg]))}


def _drawn(compiled: Compiled, served: Served, group: tuple[int, ...]) -> dict[int, int]:
    """Draw starts for legs that are made together, each amid what the others leave; none where none fits.

    Those that are served keep theirs.
    """
    open_s = {leg: (int(compiled.earliest_s[leg]), int(compiled.latest_s[leg])) for leg in group}
    drawn = {leg: served.start_s[leg] for leg in group if leg in served.start_s}
    links = [
        (first, then, int(least_s), int(most_s))
        for (first, then), least_s, most_s in zip(
            compiled.link_legs.tolist(), compiled.link_least_s, compiled.link_most_s, strict=True
        )
        if first in open_s
    ]
    for leg in group:
        if leg in drawn:
            continue
        first_s, last_s = open_s[leg]
        for one, other, least_s, most_s in [*links, *_equal(compiled, group)]:
            if other == leg and one in drawn:
                first_s, last_s = max(first_s, drawn[one] + least_s), min(last_s, drawn[one] + most_s)
            elif one == leg and other in drawn:
                first_s, last_s = max(first_s, drawn[other] - most_s), min(last_s, drawn[other] - least_s)
        at_s = _nearest_open(compiled, leg, first_s, last_s)
        if at_s is None:
            return {}
        drawn[leg] = at_s
    return drawn


def _equal(compiled: Compiled, group: tuple[int, ...]) -> list[tuple[int, int, int, int]]:
    return [(leg, int(compiled.mate[leg]), 0, 0) for leg in group if compiled.mate[leg] > leg]


def _nearest_open(compiled: Compiled, leg: int, first_s: int, last_s: int) -> int | None:
    """Give the start inside the leg's windows that is nearest to the middle of two instants and between them."""
    rows = slice(compiled.window_first[leg], compiled.window_first[leg] + compiled.window_count[leg])
    middle_s = (first_s + last_s) // 2
    cut = [(max(opens_s, first_s), min(closes_s, last_s)) for opens_s, closes_s in compiled.windows[rows].tolist()]
    near = [min(max(middle_s, opens_s), closes_s) for opens_s, closes_s in cut if opens_s <= closes_s]
    return min(near, key=lambda at_s: abs(at_s - middle_s), default=None)


def _shut(compiled: Compiled, served: Served, legs: tuple[int, ...]) -> tuple[tuple[int, int, int], ...]:
    """List the instants that a visit outside to the same client shuts, the gap on either side included."""
    inside, shut = set(legs), []
    for one, other, gap_s in gaps(compiled, inside | served.start_s.keys()):
        if len({one, other} & inside) == 1:
            leg, outside = (one, other) if one in inside else (other, one)
            at_s = served.start_s[outside]
            from_s = at_s - int(compiled.duration_s[leg]) - gap_s + 1
            shut.append((leg, from_s, at_s + int(compiled.duration_s[outside]) + gap_s - 1))
    return tuple(shut)


def _shifts_of(
    compiled: Compiled, served: Served, legs: tuple[int, ...], shifts: tuple[int, ...]
) -> dict[int, frozenset[int]]:
    """Give the shifts left to legs whose client has a provider, or whose sequence a carer, outside."""
    inside = set(legs)
    allowed: dict[int, frozenset[int]] = {}

    def keep(leg: int, kept: Iterable[int]) -> None:
        allowed[leg] = allowed.get(leg, frozenset(shifts)) & frozenset(kept)

    for group in of_one_provider(compiled, inside | served.shift.keys()):
        providers = {int(compiled.provider[served.shift[leg]]) for leg in group if leg not in inside}
        for leg in inside.intersection(group) if providers else ():
            keep(leg, (shift for shift in shifts if int(compiled.provider[shift]) in providers))
    for (first, then), who in zip(compiled.link_legs.tolist(), compiled.link_carer.tolist(), strict=True):
        for leg, other in ((first, then), (then, first)):
            if who != EITHER and leg in inside and other in served.shift and other not in inside:
                carer = compiled.carer[served.shift[other]]
                keep(leg, (shift for shift in shifts if (compiled.carer[shift] == carer) == (who == SAME)))
    return allowed
