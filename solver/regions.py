"""Cuts a large part of a day into regions by distance, each searched on its own while all others stand still.

A region is a set of carers with all that they serve at the moment, and the unserved visits of that neighbourhood. What
one region does can break nothing in another: a visit that binds one elsewhere keeps its start, and a provider's hours
are shared out. So no region can make the plan worse, and the next round may cut along other lines.
"""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from solver.compile import NO_CEILING_S
from solver.sequences import earliest_starts
from solver.split import Fixed, Part, breaks_of_shifts, groups_of_legs
from solver.timing import UNREACHABLE

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from solver.compile import Compiled
    from solver.sequences import Sequences

REGION_LEGS = 1_700
"""The greatest number of legs of a region. Measured at 3,300 legs in 30 processor seconds: two regions leave as many
visits unserved as none, and make 1.3 times the iterations; four leave more, unless they are cut anew eight times."""

CUT_FROM_LEGS = 1_000
"""A part of so many legs is cut at least once: two processes then do twice as much."""

LONG_RUN, LEAST_RUNS = 25, 40
"""Where runs have so many legs on average they wind through each other all over the part, and most of what is near a
visit would stand still in another region: such a part is cut into halves of at least so many runs, or not at all.
Measured: decision 36."""

TURN = math.pi * (math.sqrt(5.0) - 1.0)
"""The angle between the lines of one round and of the next: no two rounds ever have the same."""


def is_large(part: Part) -> bool:
    """Tell whether a part is cut into regions, unless its runs are few and long."""
    return len(part.legs) >= CUT_FROM_LEGS


def regions(compiled: Compiled, part: Part, sequences: Sequences, round_number: int) -> list[Part]:
    """Cut a part into regions of at most `REGION_LEGS` legs; give it whole where it is small or has few long runs.

    Each cut halves the legs along a line; the lines of every round lie at other angles.
    """
    if not is_large(part):
        return [part]
    rows = _Rows.of(compiled, part, sequences)
    halvings = max(1, math.ceil(math.log2(len(part.legs) / REGION_LEGS)))
    runs = sum(bool(sequences.nodes[shift]) for shift in part.shifts)
    if len(part.legs) >= LONG_RUN * runs > 0:
        halvings = min(halvings, int(math.log2(max(1.0, runs / LEAST_RUNS))))
    if halvings == 0:
        return [part]
    pieces = [np.arange(len(rows.weight))]
    for level in range(halvings):
        angle = TURN * round_number + level * math.pi / 2
        along = rows.at @ np.array([math.cos(angle), math.sin(angle)])
        pieces = [half for piece in pieces for half in _halves(piece, along, rows.weight)]
    found = [rows.taken(piece) for piece in pieces]
    _add_dependants(compiled, set(part.legs.tolist()), found)
    return _apart(compiled, sequences, [_region(compiled, *each) for each in found if all(each)])


class _Rows(NamedTuple):
    """What is dealt out to regions: carers with their legs, and free legs that stay together.

    `at` (N, 2) is where each is, `weight` (N,) how many legs it has.
    """

    legs: list[list[int]]
    shifts: list[list[int]]
    at: NDArray[np.float64]
    weight: NDArray[np.int64]

    @classmethod
    def of(cls, compiled: Compiled, part: Part, sequences: Sequences) -> _Rows:
        at = positions(compiled)
        n_legs = len(compiled.place)
        legs: list[list[int]] = []
        shifts: list[list[int]] = []
        middle: list[NDArray[np.float64]] = []
        by_carer = part.shifts[np.argsort(compiled.carer[part.shifts], kind="stable")]
        begins = np.unique(compiled.carer[by_carer], return_index=True)[1]
        for own in (shifts_of.tolist() for shifts_of in np.split(by_carer, begins[1:])):
            served = [node for shift in own for node in sequences.nodes[shift] if node < n_legs]
            places = compiled.place[served] if served else compiled.start_place[own]
            legs.append(served)
            shifts.append(own)
            middle.append(at[places].mean(axis=0))
        served_anywhere = {leg for served in legs for leg in served}
        for group in _free_groups(compiled, set(part.legs.tolist()) - served_anywhere):
            legs.append(group)
            shifts.append([])
            middle.append(at[compiled.place[group]].mean(axis=0))
        return cls(legs, shifts, np.array(middle), np.array([len(served) for served in legs], np.int64))

    def taken(self, piece: NDArray[np.int64]) -> tuple[set[int], set[int]]:
        """Give the legs and the shifts of some rows."""
        legs = {leg for row in piece for leg in self.legs[row]}
        return legs, {shift for row in piece for shift in self.shifts[row]}


def positions(compiled: Compiled) -> NDArray[np.float64]:
    """Lay out the places (P, 2) so that their distances are about what travel between them costs.

    Source: Faloutsos and Lin, FastMap (1995), with two axes.
    """
    prices = compiled.arc_cost
    farthest = 1.0 + 2.0 * float(prices.max(where=prices < UNREACHABLE, initial=0))
    at = np.zeros((len(compiled.place_row), 2))

    def squared(place: int, axis: int) -> NDArray[np.float64]:
        there, back = prices[:, place].min(axis=0), prices[:, :, place].min(axis=0)
        apart = np.minimum((there.astype(np.float64) + back) / 2, farthest)
        known: NDArray[np.float64] = ((at[:, :axis] - at[place, :axis]) ** 2).sum(axis=1)
        return np.asarray(np.maximum(apart**2 - known, 0.0))

    for axis in range(2):
        one = int(np.argmax(squared(0, axis)))
        from_one = squared(one, axis)
        other = int(np.argmax(from_one))
        if from_one[other] > 0:
            at[:, axis] = (from_one + from_one[other] - squared(other, axis)) / (2 * math.sqrt(from_one[other]))
    return at


def _free_groups(compiled: Compiled, free: set[int]) -> list[list[int]]:
    """Put legs that nobody serves together where they depend on each other; leave out those that need a served leg."""
    group_of = {leg: {leg} for leg in free}
    for legs in groups_of_legs(compiled):
        joined = set(legs).union(*(group_of.get(leg, set()) for leg in legs))
        group_of |= dict.fromkeys(joined & free, joined)
    return [sorted(group) for leg, group in sorted(group_of.items()) if leg == min(group) and group <= free]


def _halves(
    piece: NDArray[np.int64], along: NDArray[np.float64], weight: NDArray[np.int64]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Cut where half of the weight is on either side."""
    piece = piece[np.argsort(along[piece], kind="stable")]
    before = np.cumsum(weight[piece]) - weight[piece] / 2
    cut = int(np.searchsorted(before, weight[piece].sum() / 2))
    return piece[:cut], piece[cut:]


def _add_dependants(compiled: Compiled, legs: set[int], found: list[tuple[set[int], set[int]]]) -> None:
    """Add legs that nobody serves and that depend on served ones, where those are all in one region."""
    region_of = {leg: number for number, (own, _) in enumerate(found) for leg in own}
    needs: dict[int, set[int]] = {}
    for group in groups_of_legs(compiled):
        for leg in (leg for leg in group if leg not in region_of):
            needs.setdefault(leg, set()).update(group)
    for leg, others in needs.items():
        there = {region_of[other] for other in others if other in region_of}
        if leg in legs and len(there) == 1:
            found[there.pop()][0].add(leg)


def _region(compiled: Compiled, legs: set[int], shifts: set[int]) -> Part:
    rows = np.array(sorted(shifts), np.int64)
    return Part(legs=np.array(sorted(legs), np.int64), shifts=rows, breaks=breaks_of_shifts(compiled, rows))


def _apart(compiled: Compiled, sequences: Sequences, found: list[Part]) -> list[Part]:
    """Make regions independent: fix what others count on, and share out each provider's hours."""
    region_of = {int(leg): number for number, region in enumerate(found) for leg in region.legs}
    shift_of = {node: shift for shift, nodes in enumerate(sequences.nodes) for node in nodes if node in region_of}
    fixed: list[dict[int, Fixed]] = [{} for _ in found]
    starts = _Starts(compiled, sequences)
    for group in groups_of_legs(compiled):
        served = [leg for leg in group if leg in shift_of]
        if len({region_of[leg] for leg in served}) > 1:
            for leg in served:
                fixed[region_of[leg]][leg] = Fixed(start_s=starts.of(leg, shift_of[leg]), shift=shift_of[leg])
    floors, ceilings = _shared_hours(compiled, found, shift_of)
    return [
        replace(region, fixed=ties, floor_s=floor_s, ceiling_s=ceiling_s)
        for region, ties, floor_s, ceiling_s in zip(found, fixed, floors, ceilings, strict=True)
    ]


class _Starts:
    """When legs start in a plan, worked out run by run."""

    def __init__(self, compiled: Compiled, sequences: Sequences) -> None:
        self.compiled, self.sequences = compiled, sequences
        self._known: dict[int, int] = {}

    def of(self, leg: int, shift: int) -> int:
        """Give the start of a leg that a shift serves."""
        if leg in self.sequences.start_s:
            return self.sequences.start_s[leg]
        if leg not in self._known:
            nodes = self.sequences.nodes[shift]
            starts = earliest_starts(self.compiled, shift, nodes, self.sequences.start_s) or ()
            self._known |= dict(zip(nodes, starts, strict=False))
        return self._known[leg]


def _shared_hours(
    compiled: Compiled, found: list[Part], shift_of: dict[int, int]
) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """Give each region's floors and ceilings (R, K), whose sums are those of the day.

    Each region may leave its own contact time by its share of what is left to the bound, so that no sum of what
    regions do costs more than the sum of what they are charged.
    """
    held_s = np.zeros((len(found), len(compiled.providers)), np.int64)
    for number, region in enumerate(found):
        served = [int(leg) for leg in region.legs if int(leg) in shift_of]
        np.add.at(held_s[number], compiled.provider[[shift_of[leg] for leg in served]], compiled.duration_s[served])
    total_s = held_s.sum(axis=0)
    share = np.where(total_s > 0, held_s / np.maximum(total_s, 1), 1 / len(found))
    bounds = []
    for bound_s in (compiled.provider_floor_s, compiled.provider_ceiling_s):
        room_s = np.rint(np.cumsum(share, axis=0) * (bound_s.astype(np.int64) - total_s)).astype(np.int64)
        own_s = held_s + np.diff(room_s, axis=0, prepend=0)
        bounds.append(np.where((bound_s > 0) & (bound_s < NO_CEILING_S), own_s, bound_s).astype(np.int32))
    return bounds[0], bounds[1]
