"""One search of the compiled engine: load a plan, improve it for some iterations, give the best plan so far."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from solver.kernel.evaluate import book, refresh
from solver.kernel.ruin import take_out
from solver.kernel.search import search
from solver.kernel.state import (
    NO_COST,
    PLACED,
    REFUSED,
    REMOVED,
    TOUCHED,
    UNSERVED,
    first_legs,
    new_best,
    new_state,
    prepare,
)
from solver.sequences import Sequences

if TYPE_CHECKING:
    from collections.abc import Sequence

    from solver.compile import Compiled


class Annealing:
    """Ruin and recreate over one compiled day, in steps, so that the caller may watch, stop and take the best plan."""

    def __init__(self, compiled: Compiled, seed: int, start: Sequences | None = None) -> None:
        self.day = prepare(compiled)
        self.state = new_state(self.day, seed)
        self.best = new_best(self.day, self.state)
        self.n_legs = len(compiled.place)
        if start is not None:
            _Loader(self, start).load()
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
        mate = self.day.nodes["mate"]
        paired = [node for run in nodes for node in run if node < self.n_legs and mate[node] >= 0]
        return Sequences(nodes=nodes, start_s={leg: int(self.best.start_s[leg]) for leg in paired})


class _Loader:
    """Loads a plan into a fresh state. Visits that break a rule where they stand are dropped and become unserved."""

    def __init__(self, annealing: Annealing, start: Sequences) -> None:
        self.day, self.state = annealing.day, annealing.state
        self.n_legs, self.start = annealing.n_legs, start

    def load(self) -> None:
        """Load every run, then give up pairs of which only one leg is left."""
        whole = self._whole_pairs()
        for run, nodes in enumerate(self.start.nodes):
            self._load_run(run, [node for node in nodes if node >= self.n_legs or node in whole])
        self.state.counts[REMOVED] = 0
        for leg in range(self.n_legs):
            mate = self.day.nodes[leg]["mate"]
            if mate >= 0 and self.state.run_of[leg] >= 0 and self.state.run_of[mate] < 0:
                take_out(self.day, self.state, leg)
        self._count_unserved()

    def _whole_pairs(self) -> set[int]:
        """Give the legs placed, less those of pairs that are half placed, start apart or share a carer."""
        carer = {
            node: int(self.day.shifts["carer"][run])
            for run, nodes in enumerate(self.start.nodes)
            for node in nodes
            if node < self.n_legs
        }
        mates = self.day.nodes["mate"]
        at = self.start.start_s
        return {
            leg
            for leg in carer
            if mates[leg] < 0
            or (
                carer.get(leg) != carer.get(int(mates[leg]), carer[leg])
                and leg in at
                and at[leg] == at.get(int(mates[leg]))
                and self.day.nodes["earliest_s"][leg] <= at[leg] <= self.day.nodes["latest_s"][leg]
            )
        }

    def _load_run(self, run: int, nodes: Sequence[int]) -> None:
        """Load one run, whole if it is legal, else visit by visit."""
        legs = [node for node in nodes if node < self.n_legs]
        if not self._set(run, nodes, set(legs)):
            kept: set[int] = set()
            for leg in legs:
                if self._set(run, nodes, kept | {leg}):
                    kept.add(leg)
            self._set(run, nodes, kept)
            legs = sorted(kept)
        if not legs:
            self.state.runs[run]["length"] = 0
            refresh(self.day, self.state, run)
        self.state.ledger[PLACED] += self.state.runs[run]["cost"]
        self.state.runs[run]["stale"] = 1
        for leg in legs:
            book(self.day, self.state, leg, run)

    def _set(self, run: int, nodes: Sequence[int], kept: set[int]) -> bool:
        """Put some legs and all breaks into a run, and tell whether that is legal."""
        shift, state = self.day.shifts[run], self.state
        wanted = [node for node in nodes if node >= self.n_legs or node in kept]
        due = self.day.breaks[shift["break_first"] : shift["break_first"] + shift["break_count"]]
        if sorted(node for node in wanted if node >= self.n_legs) != sorted(due.tolist()):
            return False
        if len(wanted) > state.stops.shape[1] or any(self.day.serve_cost[leg, run] == REFUSED for leg in kept):
            return False
        for leg in kept:
            at = self.start.start_s.get(leg)
            if self.day.nodes[leg]["mate"] >= 0:
                state.open_s[leg] = state.close_s[leg] = at
        state.stops[run]["node"][: len(wanted)] = wanted
        state.runs[run]["length"] = len(wanted)
        return bool(kept) and bool(refresh(self.day, state, run))

    def _count_unserved(self) -> None:
        """List the legs that are in no run, with their windows free again."""
        state = self.state
        absent = np.flatnonzero(state.run_of < 0)
        state.open_s[absent] = self.day.nodes["earliest_s"][absent]
        state.close_s[absent] = self.day.nodes["latest_s"][absent]
        unserved = first_legs(self.day)
        unserved = unserved[state.run_of[unserved] < 0]
        state.unserved_at[:] = -1
        state.unserved_at[unserved] = np.arange(len(unserved))
        state.unserved[: len(unserved)] = unserved
        state.counts[UNSERVED] = len(unserved)
        state.counts[REMOVED] = state.counts[TOUCHED] = 0
        state.runs["touched"] = 0
