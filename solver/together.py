"""The earliest starts of chosen runs that wait for one another: pairs, sequences and gaps."""

from __future__ import annotations

from itertools import islice, pairwise, permutations, product
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from solver.sequences import Sequences, last_start, next_start, node_window
from solver.timing import arrival, latest_departure

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from solver.compile import Compiled
    from solver.types import DayProblem

MOST_ORDERS = 200
"""How many orders of visits with gaps between them are tried."""


class Tie(NamedTuple):
    """The other leg starts at least so long after the one, where both are made."""

    one: int
    other: int
    least_s: int


class Timed(NamedTuple):
    """Runs with the starts that matter to others; None when there is no way to keep them together, if that is sure."""

    runs: Sequences | None
    sure: bool


def earliest(
    compiled: Compiled, shift: int, nodes: Sequence[int], not_before: Mapping[int, int]
) -> dict[int, int] | None:
    """Start every node of a run as early as can be, legs in `not_before` no sooner; None when a window is missed."""
    mode, here = int(compiled.mode[shift]), int(compiled.start_place[shift])
    free_s, starts = int(compiled.shift_earliest_s[shift]), {}
    for node in nodes:
        if node < len(compiled.place):
            there = int(compiled.place[node])
            free_s, here = arrival(compiled.tables, mode, here, there, free_s), there
        begin_s = next_start(compiled, node, max(free_s, not_before.get(node, free_s)))
        window = node_window(compiled, node)
        if begin_s > window.latest_s:
            return None
        starts[node] = begin_s
        free_s = begin_s + window.duration_s
    back_s = arrival(compiled.tables, mode, here, int(compiled.end_place[shift]), free_s)
    return None if back_s > compiled.shift_latest_s[shift] else starts


def latest(compiled: Compiled, shift: int, nodes: Sequence[int]) -> dict[int, int]:
    """Give the latest start of every node of a run that can be kept."""
    mode, there, due_s = int(compiled.mode[shift]), int(compiled.end_place[shift]), int(compiled.shift_latest_s[shift])
    places = []
    here = int(compiled.start_place[shift])
    for node in nodes:
        here = int(compiled.place[node]) if node < len(compiled.place) else here
        places.append(here)
    starts = {}
    for node, place in zip(reversed(nodes), reversed(places), strict=True):
        due_s = latest_departure(compiled.tables, mode, place, there, due_s)
        due_s = last_start(compiled, node, due_s - node_window(compiled, node).duration_s)
        starts[node], there = due_s, place
    return starts


def keep_together(problem: DayProblem, compiled: Compiled, runs: Iterable[tuple[int, Sequence[int]]]) -> Timed:
    """Start runs (shift and nodes; a pair twice by its first leg) so that all ties are kept."""
    nodes: dict[int, tuple[int, ...]] = {}
    made: set[int] = set()
    for shift, run in runs:
        legs = [int(compiled.mate[node]) if node in made and node < len(compiled.place) else node for node in run]
        made |= set(legs)
        nodes[shift] = tuple(legs)
    orders = list(islice(_orders(problem, compiled, made), MOST_ORDERS + 1))
    for ties in orders[:MOST_ORDERS]:
        starts = _earliest_together(compiled, nodes, ties)
        if starts is not None:
            tied = {leg for one, other, _ in ties for leg in (one, other)}
            by_shift = tuple(nodes.get(shift, ()) for shift in range(len(compiled.mode)))
            return Timed(Sequences(by_shift, {leg: at for leg, at in starts.items() if leg in tied}), True)
    return Timed(None, len(orders) <= MOST_ORDERS)


def gaps(problem: DayProblem) -> list[tuple[list[int], int]]:
    """Give the rows of the visits of each client who needs time between them, and how much."""
    rows: dict[str, list[int]] = {needs.client: [] for needs in problem.clients if needs.min_gap_s > 0}
    for row, visit in enumerate(problem.visits):
        if visit.client in rows:
            rows[visit.client].append(row)
    return [(rows[needs.client], needs.min_gap_s) for needs in problem.clients if needs.client in rows]


def _orders(problem: DayProblem, compiled: Compiled, made: set[int]) -> Iterator[list[Tie]]:
    """Give the ties of the day with each order of the visits of clients who need time between them."""
    ties = [Tie(leg, mate, 0) for leg, mate in enumerate(compiled.mate.tolist()) if mate >= 0]
    between = zip(compiled.link_least_s.tolist(), compiled.link_most_s.tolist(), strict=True)
    for (first, then), (least_s, most_s) in zip(compiled.link_legs.tolist(), between, strict=True):
        ties += [Tie(first, then, least_s), Tie(then, first, -most_s)]
    leg_of = np.searchsorted(compiled.leg_visit, np.arange(len(problem.visits))).tolist()
    queues = [
        [(order, gap_s) for order in permutations([visit for visit in members if leg_of[visit] in made])]
        for members, gap_s in gaps(problem)
    ]
    for choice in product(*queues):
        yield ties + [
            Tie(leg_of[one], leg_of[other], problem.visits[one].duration_s + gap_s)
            for order, gap_s in choice
            for one, other in pairwise(order)
        ]


def _earliest_together(
    compiled: Compiled, runs: Mapping[int, Sequence[int]], ties: Sequence[Tie]
) -> dict[int, int] | None:
    """Start all runs (by shift) as early as can be; None when they cannot be kept together."""
    not_before: dict[int, int] = {}
    while True:
        starts: dict[int, int] = {}
        for shift, nodes in runs.items():
            timed = earliest(compiled, shift, nodes, not_before)
            if timed is None:
                return None
            starts |= timed
        later = dict(not_before)
        for one, other, least_s in ties:
            if one in starts and other in starts and starts[other] < starts[one] + least_s:
                later[other] = max(later.get(other, 0), starts[one] + least_s)
        if later == not_before:
            return starts
        not_before = later
