"""Loading a plan into a fresh state of the search."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from solver.kernel.evaluate import book, refresh
from solver.kernel.ruin import take_out
from solver.kernel.state import PLACED, REFUSED, REMOVED, TOUCHED, UNSERVED, first_legs

if TYPE_CHECKING:
    from collections.abc import Sequence

    from solver.kernel.state import Day, State
    from solver.sequences import Sequences


def load(day: Day, state: State, start: Sequences) -> None:
    """Load a plan; visits that break a rule where they stand are dropped and become unserved."""
    _Loader(day, state, start).load()


class _Loader:
    """What loading needs at hand."""

    def __init__(self, day: Day, state: State, start: Sequences) -> None:
        self.day, self.state, self.start = day, state, start
        self.n_legs = len(day.unplaced_cost)

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
            if self.day.nodes[leg]["mate"] >= 0:
                state.open_s[leg] = state.close_s[leg] = self.start.start_s[leg]
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
