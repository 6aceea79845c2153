"""Runs that are settled: put into the start of a search as they were agreed, on which it then builds."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from solver.sequences import Sequences, earliest_within_span, legs_of, nobody_works, with_breaks

if TYPE_CHECKING:
    from solver.compile import Compiled

ROUNDS = 100
"""How often visits that depend on each other across settled runs push each other later before that is given up."""


def with_settled_runs(compiled: Compiled, start: Sequences | None) -> Sequences:
    """Give a plan (or one in which nobody works) with every settled run in it, and no visit twice.

    A settled run keeps its breaks and starts from the plan where it is in it; else the breaks are where the carer is
    home earliest, and visits start as early as those that depend on them allow.
    """
    sequences = start or nobody_works(compiled)
    if not (compiled.pinned >= 0).any():
        return sequences
    nodes, missing = list(sequences.nodes), {}
    for shift in np.unique(compiled.pinned[compiled.pinned >= 0]).tolist():
        legs = np.flatnonzero(compiled.pinned == shift)
        order = tuple(legs[np.argsort(compiled.pin_rank[legs], kind="stable")].tolist())
        if legs_of(compiled, nodes[shift]) != order:
            missing[shift] = nodes[shift] = with_breaks(compiled, shift, order, {}) or ()
    start_s = dict(sequences.start_s) | _starts(compiled, missing)
    return Sequences(nodes=tuple(nodes), start_s=start_s)


def _starts(compiled: Compiled, runs: dict[int, tuple[int, ...]]) -> dict[int, int]:
    """Give starts to the tied legs of some runs: as early as can be, and where needed later."""
    tied = compiled.tied
    begins_s: dict[int, int] = {}
    no_earlier: dict[int, int] = {}
    for _ in range(ROUNDS):
        for shift, nodes in runs.items():
            begins_s |= dict(zip(nodes, earliest_within_span(compiled, shift, nodes, no_earlier) or (), strict=False))
        later = _pushed(compiled, begins_s)
        if not later:
            break
        no_earlier |= later
    return {leg: at for leg, at in begins_s.items() if leg < len(tied) and tied[leg]}


def _pushed(compiled: Compiled, begins_s: dict[int, int]) -> dict[int, int]:
    """Give the legs that start too early beside those that they depend on, with the first start that would do."""
    later: dict[int, int] = {}

    def push(leg: int, at_s: int) -> None:
        if leg in begins_s and begins_s[leg] < at_s:
            later[leg] = max(later.get(leg, at_s), at_s)

    for leg, at_s in begins_s.items():
        if leg < len(compiled.mate) and compiled.mate[leg] >= 0:
            push(int(compiled.mate[leg]), at_s)
    for (first, then), least_s, most_s in zip(
        compiled.link_legs.tolist(), compiled.link_least_s.tolist(), compiled.link_most_s.tolist(), strict=True
    ):
        if first in begins_s and then in begins_s:
            push(then, begins_s[first] + least_s)
            push(first, begins_s[then] - most_s)
    for one, other in compiled.close_legs.tolist():
        if one in begins_s and other in begins_s:
            first, then = sorted((one, other), key=lambda leg: begins_s[leg])
            push(
                then, begins_s[first] + int(compiled.duration_s[first] + compiled.client_gap_s[compiled.client[first]])
            )
    return later
