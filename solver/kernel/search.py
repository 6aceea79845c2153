"""Ruin and recreate with annealing: the loop, what is accepted, and how a change is undone."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from solver.kernel.chains import follow_chain
from solver.kernel.jit import compiled, inner
from solver.kernel.recreate import recreate
from solver.kernel.rng import below, draw
from solver.kernel.ruin import ruin
from solver.kernel.state import (
    EVERYWHERE,
    LOOSE,
    NEARBY,
    NO_COST,
    PLACED,
    REMOVED,
    TOUCHED,
    UNCHAINED,
    UNPAIRED,
    UNPLACED,
    UNSERVED,
    ZERO,
)
from solver.kernel.tails import swap_tails

if TYPE_CHECKING:
    from solver.kernel.state import Best, Day, State

HOT, COLD = 5000.0, 20.0
"""Annealing temperatures, in equivalent paid seconds."""

EARLY_ABSENCE, EARLY_PAIR, MORE_FOR_PAIR = 0.1, 0.25, 0.02
"""The share of its price that an absence costs at first, that of a pair too, and what is added to that early and late:
where a pair and two other visits exclude each other, not every second of travel decides."""

LOOK_EVERYWHERE = 0.002
SWAP_TAILS = 0.3
SEED_UNSERVED = 0.2
CHAIN_EVERY, MOST_CHAINS = 5_000, 5
"""After how many iterations chains are looked for, and how many are followed at once."""


@compiled
def search(day: Day, state: State, best: Best, iterations: int, done: tuple[float, float]) -> None:
    """Improve the plan at hand for some iterations; first complete it when there is no best plan yet.

    `done` is the share of the whole search before and after these iterations.
    """
    legs = len(day.unplaced_cost)
    if best.cost[0] == NO_COST:
        state.counts[REMOVED] = 0
        recreate(day, state, ZERO, EVERYWHERE, absence_prices(1.0))
        accept(day, state, best)
    for i in range(iterations):
        share = done[0] + (done[1] - done[0]) * i / iterations
        temperature = HOT * (COLD / HOT) ** share
        prices = absence_prices(share)
        before = cost_now(state, prices)
        keep_books(state)
        seed = below(state.rng, legs)
        if state.counts[UNSERVED] and draw(state.rng) < SEED_UNSERVED:
            seed = state.unserved[below(state.rng, state.counts[UNSERVED])]
        if draw(state.rng) < SWAP_TAILS:
            swap_tails(day, state, seed)
        ruin(day, state, seed)
        recreate(day, state, seed, EVERYWHERE if draw(state.rng) < LOOK_EVERYWHERE else NEARBY, prices)
        after = cost_now(state, prices)
        if after < before - temperature * math.log(1.0 - draw(state.rng)):
            accept(day, state, best)
        else:
            undo(day, state)
        state.counts[UNCHAINED] += 1
        if state.counts[UNCHAINED] >= CHAIN_EVERY:
            state.counts[UNCHAINED] = 0
            follow_chains(day, state, best, prices)


@inner
def follow_chains(day: Day, state: State, best: Best, prices: tuple[float, float]) -> None:
    """Place by chains what can be placed so, as long as that pays."""
    for _ in range(MOST_CHAINS):
        if state.counts[UNSERVED] == 0:
            return
        before = cost_now(state, prices)
        keep_books(state)
        if not follow_chain(day, state):
            return
        if cost_now(state, prices) >= before:
            undo(day, state)
            return
        accept(day, state, best)


@inner
def absence_factor(share: float, early: float) -> float:
    """Discount absences early on, so that the search may move through plans that miss a visit for a while."""
    return min(1.0, early + share)


@inner
def absence_prices(share: float) -> tuple[float, float]:
    """Give what the search makes of the price of an absence: of a visit of one carer, and of a pair."""
    return absence_factor(share, EARLY_ABSENCE), absence_factor(share, EARLY_PAIR) + MORE_FOR_PAIR


@inner
def cost_now(state: State, prices: tuple[float, float]) -> float:
    """Price the plan at hand as the search sees it."""
    return float(state.ledger[PLACED] + prices[0] * state.ledger[UNPLACED] + prices[1] * state.ledger[UNPAIRED])


@inner
def true_cost(state: State) -> int:
    """Price the plan at hand as it is."""
    return int(state.ledger[PLACED] + state.ledger[UNPLACED] + state.ledger[UNPAIRED])


@inner
def keep_books(state: State) -> None:
    """Keep a copy of the ledger and of the providers' hours before a change, for `undo`."""
    for entry in range(len(state.ledger)):
        state.saved_ledger[entry] = state.ledger[entry]
    for provider in range(len(state.contact_s)):
        state.saved_contact_s[provider] = state.contact_s[provider]


@inner
def accept(day: Day, state: State, best: Best) -> None:
    """Keep the change; copy the runs that changed since the best plan when this one is better."""
    for i in range(state.counts[LOOSE]):
        leg = state.loose[i]
        at = state.unserved_at[leg]
        if state.run_of[leg] < 0 and at < 0:
            state.unserved_at[leg] = state.counts[UNSERVED]
            state.unserved[state.counts[UNSERVED]] = leg
            state.counts[UNSERVED] += 1
        elif state.run_of[leg] >= 0 and at >= 0:
            state.counts[UNSERVED] -= 1
            last = state.unserved[state.counts[UNSERVED]]
            state.unserved[at], state.unserved_at[last] = last, at
            state.unserved_at[leg] = -1
    for i in range(state.counts[TOUCHED]):
        record = state.runs[state.touched[i]]
        record.touched, record.stale = 0, 1
    state.counts[TOUCHED] = 0
    cost = true_cost(state)
    if cost < best.cost[0]:
        best.cost[0] = cost
        for run in range(len(state.runs)):
            if state.runs[run].stale:
                _copy_run(day, state, best, run)


@inner
def _copy_run(day: Day, state: State, best: Best, run: int) -> None:
    record = state.runs[run]
    record.stale = 0
    best.length[run] = record.length
    for k in range(record.length):
        node = state.stops[run, k].node
        best.nodes[run, k] = node
        if node < len(day.unplaced_cost):
            best.start_s[node] = state.open_s[node]


@inner
def undo(day: Day, state: State) -> None:
    """Put every touched run back as it was, and the books as `keep_books` found them."""
    for i in range(state.counts[LOOSE]):
        leg = state.loose[i]
        state.run_of[leg] = -1
        if day.nodes[leg].tied:
            _free_tied(day, state, leg)
    for i in range(state.counts[TOUCHED]):
        run = state.touched[i]
        ruined, seen, stale = state.runs[run].ruined, state.runs[run].seen, state.runs[run].stale
        state.runs[run] = state.saved_runs[run]
        record = state.runs[run]
        record.touched, record.ruined, record.seen, record.stale = 0, ruined, seen, stale
        for k in range(record.length):
            state.stops[run, k] = state.saved_stops[run, k]
            node = state.stops[run, k].node
            if node < len(day.unplaced_cost):
                state.run_of[node] = run
                if day.nodes[node].tied:
                    state.open_s[node] = state.close_s[node] = state.stops[run, k].start_s
    state.counts[TOUCHED] = 0
    for entry in range(len(state.ledger)):
        state.ledger[entry] = state.saved_ledger[entry]
    for provider in range(len(state.contact_s)):
        state.contact_s[provider] = state.saved_contact_s[provider]


@inner
def _free_tied(day: Day, state: State, head: int) -> None:
    """Free the starts of a leg, its mate and its group, which are in no run."""
    at, mate = day.nodes[head].group, day.nodes[head].mate
    _free(day, state, head)
    if at:
        for k in range(at + 3, at + 3 + day.lists[at]):
            if day.nodes[day.lists[k]].pinned < 0:
                _free(day, state, day.lists[k])
    elif mate >= 0:
        _free(day, state, mate)


@inner
def _free(day: Day, state: State, leg: int) -> None:
    state.run_of[leg] = -1
    state.open_s[leg], state.close_s[leg] = day.nodes[leg].earliest_s, day.nodes[leg].latest_s
