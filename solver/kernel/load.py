"""Loading a plan into a fresh state of the search."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from solver.kernel.evaluate import book, refresh
from solver.kernel.ruin import take_out
from solver.kernel.state import PLACED, REFUSED, REMOVED, TOUCHED, UNSERVED, heads
from solver.kernel.ties import clients_of, groups_of, keeps_links, too_close_to

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

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
        self.groups, self.clients = groups_of(day), clients_of(day)

    def load(self) -> None:
        """Load every run, then give up legs of which those that belong to them did not find their place."""
        whole = self._whole()
        for run, nodes in enumerate(self.start.nodes):
            self._load_run(run, [node for node in nodes if node >= self.n_legs or node in whole])
        self.state.counts[REMOVED] = 0
        for legs in self.groups:
            if any(self.state.run_of[leg] < 0 for leg in legs):
                for leg in legs:
                    if self.state.run_of[leg] >= 0 and self.day.nodes["pinned"][leg] < 0:
                        take_out(self.day, self.state, leg)
        self._count_unserved()

    def _whole(self) -> set[int]:
        """Give the legs placed, less those that break what ties them to other legs."""
        run_of = {node: run for run, nodes in enumerate(self.start.nodes) for node in nodes if node < self.n_legs}
        nodes, at = self.day.nodes, self.start.start_s
        untimed = {
            leg
            for leg in run_of
            if nodes["tied"][leg] and not (leg in at and nodes["earliest_s"][leg] <= at[leg] <= nodes["latest_s"][leg])
        }
        whole = run_of.keys() - untimed
        while broken := {leg for legs in self._broken(whole, run_of) for leg in legs} & whole:
            whole -= broken
        return whole

    def _broken(self, whole: set[int], run_of: Mapping[int, int]) -> Iterator[Sequence[int]]:
        """Give sets of legs that cannot be placed as they are."""
        at, carer = self.start.start_s, self.day.shifts["carer"]
        pinned = self.day.nodes["pinned"]
        for legs in self.groups:
            placed = [leg for leg in legs if leg in whole]
            free = [leg for leg in placed if pinned[leg] < 0]
            if free and len(placed) < len(legs):
                yield free
            elif placed and not keeps_links(self.day, placed, at, run_of):
                yield free or placed
        mates = self.day.nodes["mate"]
        for leg in whole:
            mate = int(mates[leg])
            if mate > leg and mate in whole and (at[leg] != at[mate] or carer[run_of[leg]] == carer[run_of[mate]]):
                yield leg, mate
        for leg in sorted(whole, key=lambda leg: bool(pinned[leg] >= 0)):
            if self.day.nodes["gap"][leg] and too_close_to(self.day, leg, whole, at):
                yield (leg,)
                break
        for legs in self.clients:
            placed = [leg for leg in legs if leg in whole]
            providers = [int(self.day.shifts["provider"][run_of[leg]]) for leg in placed]
            if len(set(providers)) > 1:
                kept = max(providers, key=lambda provider: (providers.count(provider), -provider))
                yield [leg for leg, provider in zip(placed, providers, strict=True) if provider != kept]

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
            if self.day.nodes[leg]["tied"]:
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
        unserved = heads(self.day)
        unserved = unserved[state.run_of[unserved] < 0]
        state.unserved_at[:] = -1
        state.unserved_at[unserved] = np.arange(len(unserved))
        state.unserved[: len(unserved)] = unserved
        state.counts[UNSERVED] = len(unserved)
        state.counts[REMOVED] = state.counts[TOUCHED] = 0
        state.runs["touched"] = 0
