"""One search with exact clocks: start from a plan, improve it for some iterations, give the best plan so far."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from solver.kernel.timed_search import search
from solver.kernel.timed_state import CLOCK, LARGEST, NONE, PLACED, UNPLACED, new_plan, new_room, prepare_timed
from solver.sequences import Sequences
from solver.settled import with_settled_runs

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from solver.compile import Compiled
    from solver.compile_clock import ClockPrices

HOT, COLD = 0.2, 0.001
"""Annealing temperatures, as parts of what a leg costs on average in the first plan."""


_NOTHING = np.zeros((0, 0), np.int64)


def _rows(start: Sequences) -> NDArray[np.int64]:
    """Lay the nodes of each run out in a row (S, W), which `NONE` fills up."""
    rows = np.full((len(start.nodes), max(map(len, start.nodes), default=0)), NONE, np.int64)
    for row, nodes in zip(rows, start.nodes, strict=True):
        row[: len(nodes)] = nodes
    return rows


class TimedSearch:
    """Ruin and recreate over one compiled day whose starts have prices or ties, in steps like `Annealing`."""

    def __init__(self, compiled: Compiled, prices: ClockPrices, seed: int, start: Sequences | None = None) -> None:
        self.day = prepare_timed(compiled, prices)
        self.room = new_room(self.day, seed)
        self.plans = new_plan(self.day), new_plan(self.day), new_plan(self.day)
        self.n_legs = len(compiled.place)
        if self.n_legs and len(self.day.shifts):
            loaded = _rows(with_settled_runs(compiled, start))
            search(self.day, self.plans, self.room, 0, (1.0, 1.0, 0.0, 0.0), loaded)
        cost = self.plans[0].cost
        self.heat = max(1.0, (cost[PLACED] + cost[CLOCK]) / max(1, self.n_legs))

    def advance(self, iterations: int, done: tuple[float, float]) -> None:
        """Improve the plan; `done` is the share of the whole search before and after these iterations."""
        if self.n_legs and len(self.day.shifts):
            search(self.day, self.plans, self.room, iterations, (HOT * self.heat, COLD * self.heat, *done), _NOTHING)

    @property
    def cost(self) -> float:
        """The cost of the best plan so far, in equivalent paid seconds."""
        cost = self.plans[2].cost
        return float(cost[PLACED] + cost[CLOCK] + self.day.latest * cost[LARGEST] + cost[UNPLACED])

    @property
    def n_unserved(self) -> int:
        """How many legs the best plan leaves out."""
        return int((self.plans[2].stops["run"][: self.n_legs] < 0).sum())

    @property
    def sequences(self) -> Sequences:
        """The best plan so far, with the start of every leg."""
        stops = self.plans[2].stops
        begin, n_shifts = len(stops) - 2 * len(self.day.shifts), len(self.day.shifts)
        runs = []
        for run in range(n_shifts):
            nodes, node = [], int(stops["next"][begin + run])
            while node < begin:
                nodes.append(node)
                node = int(stops["next"][node])
            runs.append(tuple(nodes))
        placed = [node for nodes in runs for node in nodes if node < self.n_legs]
        return Sequences(nodes=tuple(runs), start_s={leg: int(stops["start_s"][leg]) for leg in placed})
