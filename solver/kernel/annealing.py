"""One search of the compiled engine: load a plan, improve it for some iterations, give the best plan so far."""

from __future__ import annotations

from typing import TYPE_CHECKING

from solver.kernel.load import load
from solver.kernel.search import search
from solver.kernel.state import NEIGHBOURS, NO_COST, new_best, new_state, prepare
from solver.sequences import Sequences
from solver.settled import with_settled_runs

if TYPE_CHECKING:
    from solver.compile import Compiled


class Annealing:
    """Ruin and recreate over one compiled day, in steps, so that the caller may watch, stop and take the best plan.

    One that never `improves` its first plan is ready sooner.
    """

    def __init__(self, compiled: Compiled, seed: int, start: Sequences | None = None, *, improves: bool = True) -> None:
        self.day = prepare(compiled, neighbours=NEIGHBOURS if improves else 0)
        self.state = new_state(self.day, seed)
        self.best = new_best(self.day, self.state)
        self.n_legs = len(compiled.place)
        settled = with_settled_runs(compiled, start)
        if start is not None or any(settled.nodes):
            load(self.day, self.state, settled)
        self.advance(0, (0.0, 0.0))

    def advance(self, iterations: int, done: tuple[float, float]) -> None:
        """Improve the plan; `done` is the share of the whole search before and after these iterations."""
        if self.n_legs and len(self.day.shifts):
            search(self.day, self.state, self.best, iterations, done)

    @property
    def cost(self) -> int:
        """The cost of the best plan so far, in equivalent paid seconds."""
        if self.best.cost[0] == NO_COST:
            return int(self.state.ledger.sum())
        return int(self.best.cost[0])

    @property
    def n_unserved(self) -> int:
        """How many legs the best plan leaves out."""
        return self.n_legs - sum(node < self.n_legs for run in self.sequences.nodes for node in run)

    @property
    def sequences(self) -> Sequences:
        """The best plan so far."""
        runs = zip(self.best.nodes, self.best.length.tolist(), strict=True)
        nodes = tuple(tuple(row[:length].tolist()) for row, length in runs)
        tied = self.day.nodes["tied"]
        settled = [node for run in nodes for node in run if node < self.n_legs and tied[node]]
        return Sequences(nodes=nodes, start_s={leg: int(self.best.start_s[leg]) for leg in settled})
