"""Ruin and recreate of whole care packages: some clients lose all their visits and are given to providers anew.

A client goes to the provider in whose runs its visits cost least at that moment, within floors, ceilings and the budget
of moves. All who are to be given away leave before the first is given: so full providers can swap, and neighbours,
of whom no single one would save the trip, can move together.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

import numpy as np  # noqa: TC002 - named tuples keep their annotations
from numpy.typing import NDArray  # noqa: TC002 - the same

from solver.kernel.groups import place_group
from solver.kernel.insert import best_position, put
from solver.kernel.jit import compiled, inner
from solver.kernel.offers import cheapest_two, offer_positions, put_apart, put_pair
from solver.kernel.recreate import absence_of_group
from solver.kernel.rng import below, draw
from solver.kernel.ruin import remove_mates, take_out
from solver.kernel.scan import scan_runs
from solver.kernel.search import accept, keep_books, true_cost, undo
from solver.kernel.state import (
    LOOSE,
    NEARBY,
    NO_COST,
    NOWHERE,
    ONLY,
    PLACED,
    REMOVED,
    UNSERVED,
    ZERO,
)

if TYPE_CHECKING:
    from solver.kernel.state import Best, Day, State

HOT, COLD = 2000.0, 50.0
"""Annealing temperatures, in equivalent paid seconds."""

LARGEST_CLUSTER, LARGEST_SWAP = 8, 4
"""How many neighbours lose their visits at most, around the first client drawn and around the second."""

SPARED = 0.25
TOGETHER = 0.3
SWAP = 0.6
OVERLOOKED = 0.05
SEED_UNSERVED = 0.1


class Packages(NamedTuple):
    """Who may hold what, who holds it, and room to work in. Shapes: C clients, K providers, L legs.

    Never changed: `legs[first_leg[c] : first_leg[c + 1]]` are a client's legs, one of each pair; `package_of` (L,);
    `near` (C, N) the clients nearest to each; `allowed` bool (C, K); `today` (C,); `hours_s` (C,) contact seconds,
    of which a provider holds `floor_s` to `ceiling_s` (K,); `budget` moves from today at most, each at `move_price`.

    At hand: `holder` (C,) and `held_s` (K,); `counts` moves, loose packages and scans; `loose` (C,) packages with
    their `former` holders; `mark` (C,) the last scan that loosened each; `price` and `visit_price` (K,).
    `best_holder` (C,) belongs to the best plan so far.
    """

    first_leg: NDArray[np.int64]
    legs: NDArray[np.int64]
    package_of: NDArray[np.int64]
    near: NDArray[np.int64]
    allowed: NDArray[np.bool_]
    today: NDArray[np.int64]
    hours_s: NDArray[np.int64]
    floor_s: NDArray[np.int64]
    ceiling_s: NDArray[np.int64]
    budget: int
    move_price: int
    holder: NDArray[np.int64]
    held_s: NDArray[np.int64]
    counts: NDArray[np.int64]
    loose: NDArray[np.int64]
    former: NDArray[np.int64]
    mark: NDArray[np.int64]
    price: NDArray[np.int64]
    visit_price: NDArray[np.int64]
    best_holder: NDArray[np.int64]


MOVES, LOOSENED, SCAN = range(3)
"""Positions in `Packages.counts`."""


@compiled
def search_packages(
    day: Day, state: State, best: Best, packages: Packages, iterations: int, done: tuple[float, float]
) -> None:
    """Improve plan and allocation at hand for some iterations.

    `day` must let every allowed provider serve. `done` is the share of the whole search before and after.
    """
    accept(day, state, best)
    for i in range(iterations):
        share = done[0] + (done[1] - done[0]) * i / iterations
        temperature = HOT * (COLD / HOT) ** share
        keep_books(state)
        before = true_cost(state)
        together = _ruin(day, state, packages)
        _recreate(day, state, packages, together)
        rise = float(true_cost(state) - before)
        if rise < -temperature * math.log(1.0 - draw(state.rng)) and _within_limits(packages):
            least = best.cost[0]
            accept(day, state, best)
            if best.cost[0] < least:
                for package in range(len(packages.holder)):
                    packages.best_holder[package] = packages.holder[package]
        else:
            for j in range(packages.counts[LOOSENED]):
                _take_away(state, packages, packages.loose[j])
                _give(state, packages, packages.loose[j], packages.former[j])
            undo(day, state)


@inner
def _within_limits(packages: Packages) -> bool:
    """Tell whether every provider is between floor and ceiling, and no more have moved than may."""
    for provider in range(len(packages.held_s)):
        held_s = packages.held_s[provider]
        if not packages.floor_s[provider] <= held_s <= packages.ceiling_s[provider]:
            return False
    return bool(packages.counts[MOVES] <= packages.budget)


@inner
def _ruin(day: Day, state: State, packages: Packages) -> int:
    """Take a cluster of clients out of all runs, often with a second; name a provider for all, or `NOWHERE`."""
    n_packages, rng = len(packages.holder), state.rng
    state.counts[REMOVED] = state.counts[LOOSE] = packages.counts[LOOSENED] = 0
    packages.counts[SCAN] += 1
    seed = below(rng, n_packages)
    if state.counts[UNSERVED] and draw(rng) < SEED_UNSERVED:
        seed = packages.package_of[state.unserved[below(rng, state.counts[UNSERVED])]]
    _loosen(day, state, packages, seed, 1 + below(rng, LARGEST_CLUSTER))
    together = NOWHERE
    if packages.near.shape[1] and draw(rng) < TOGETHER:
        together = packages.holder[packages.near[seed, below(rng, packages.near.shape[1])]]
    if draw(rng) < SWAP:
        seed = below(rng, n_packages)
        if draw(rng) * packages.budget < packages.counts[MOVES]:  # the fuller the budget, the rather a move undone
            while packages.holder[seed] == packages.today[seed]:
                seed = (seed + 1) % n_packages
        _loosen(day, state, packages, seed, 1 + below(rng, LARGEST_SWAP))
    remove_mates(day, state)
    for j in range(state.counts[REMOVED]):
        leg = state.removed[j]
        if day.nodes[leg].head == leg:
            state.loose[state.counts[LOOSE]] = leg
            state.counts[LOOSE] += 1
    return int(together)


@inner
def _loosen(day: Day, state: State, packages: Packages, seed: int, size: int) -> None:
    """Take a client and up to `size` - 1 neighbours out of all runs, sparing some."""
    for j in range(-1, packages.near.shape[1]):
        package = seed if j < 0 else packages.near[seed, j]
        if packages.mark[package] == packages.counts[SCAN] or (j >= 0 and draw(state.rng) < SPARED):
            continue
        packages.mark[package] = packages.counts[SCAN]
        n = packages.counts[LOOSENED]
        packages.loose[n], packages.former[n] = package, packages.holder[package]
        packages.counts[LOOSENED] += 1
        for k in range(packages.first_leg[package], packages.first_leg[package + 1]):
            leg = packages.legs[k]
            if state.run_of[leg] >= 0:
                take_out(day, state, leg)
            elif state.unserved_at[leg] >= 0:
                state.loose[state.counts[LOOSE]] = leg
                state.counts[LOOSE] += 1
        size -= 1
        if size <= 0:
            return


@inner
def _recreate(day: Day, state: State, packages: Packages, together: int) -> None:
    """Give the loose packages away in an order drawn at random, to `together` where that is open to them."""
    n = packages.counts[LOOSENED]
    for j in range(n - 1, -1, -1):
        other = below(state.rng, j + 1)
        packages.loose[j], packages.loose[other] = packages.loose[other], packages.loose[j]
        packages.former[j], packages.former[other] = packages.former[other], packages.former[j]
        _take_away(state, packages, packages.loose[j])
    for j in range(n):
        package = packages.loose[j]
        if together >= 0 and _is_open(packages, package, together):
            _give(state, packages, package, together)
        else:
            _give(state, packages, package, _cheapest_provider(day, state, packages, package))
        for k in range(packages.first_leg[package], packages.first_leg[package + 1]):
            _place(day, state, packages.legs[k], packages.holder[package])
    for j in range(state.counts[LOOSE]):  # visits of others, whose run had no legal times without the visits removed
        leg = state.loose[j]
        if state.run_of[leg] < 0:
            _place(day, state, leg, packages.holder[packages.package_of[leg]])


@inner
def _take_away(state: State, packages: Packages, package: int) -> None:
    """Let nobody hold a package; its holder is then out of date."""
    holder = packages.holder[package]
    packages.held_s[holder] -= packages.hours_s[package]
    if holder != packages.today[package]:
        packages.counts[MOVES] -= 1
        state.ledger[PLACED] -= packages.move_price


@inner
def _give(state: State, packages: Packages, package: int, provider: int) -> None:
    """Let a provider hold a package that nobody holds."""
    packages.holder[package] = provider
    packages.held_s[provider] += packages.hours_s[package]
    if provider != packages.today[package]:
        packages.counts[MOVES] += 1
        state.ledger[PLACED] += packages.move_price


@inner
def _is_open(packages: Packages, package: int, provider: int) -> bool:
    """Tell whether a provider may take a package now: legal, within the budget of moves and below its ceiling."""
    if not packages.allowed[package, provider]:
        return False
    if provider != packages.today[package] and packages.counts[MOVES] >= packages.budget:
        return False
    return bool(packages.held_s[provider] + packages.hours_s[package] <= packages.ceiling_s[provider])


@inner
def _cheapest_provider(day: Day, state: State, packages: Packages, package: int) -> int:
    """Find the open provider in whose runs the visits cost least, now and then overlooking one; today's if none."""
    today = packages.today[package]
    n_open, chosen = 0, today
    for provider in range(len(packages.held_s)):
        packages.price[provider] = NO_COST
        if _is_open(packages, package, provider) and (provider == today or draw(state.rng) >= OVERLOOKED):
            packages.price[provider] = ZERO if provider == today else packages.move_price
            n_open, chosen = n_open + 1, provider
    if n_open <= 1:
        return int(chosen)
    for k in range(packages.first_leg[package], packages.first_leg[package + 1]):
        _price_visit(day, state, packages, packages.legs[k])
        for provider in range(len(packages.held_s)):
            if packages.price[provider] < NO_COST:
                packages.price[provider] += packages.visit_price[provider]
    for provider in range(len(packages.held_s)):
        if packages.price[provider] < packages.price[chosen]:
            chosen = provider
    return int(chosen)


@inner
def _price_visit(day: Day, state: State, packages: Packages, leg: int) -> None:
    """Price a visit in nearby runs of every provider that has a price, at most as much as leaving it out."""
    runs, absent = scan_runs(day, state, leg, NEARBY), _absence(day, leg)
    for provider in range(len(packages.held_s)):
        packages.visit_price[provider] = absent
    if day.nodes[leg].mate < 0:
        for j in range(runs):
            run = state.scan[j]
            provider = day.shifts[run].provider
            if packages.price[provider] < NO_COST:
                cost, position = best_position(day, state, leg, run, packages.visit_price[provider], 0.0)
                packages.visit_price[provider] = cost if position >= 0 else packages.visit_price[provider]
        return
    for provider in range(len(packages.held_s)):
        if packages.price[provider] < NO_COST:
            one, two = _best_pair(day, state, leg, provider, runs)
            if one >= 0:
                packages.visit_price[provider] = state.offers[one].cost + state.offers[two].cost


@inner
def _absence(day: Day, leg: int) -> int:
    """Price leaving out a visit, with both legs of a pair."""
    mate = day.nodes[leg].mate
    return int(day.unplaced_cost[leg] + (day.unplaced_cost[mate] if mate >= 0 else ZERO))


@inner
def _best_pair(day: Day, state: State, leg: int, provider: int, runs: int) -> tuple[int, int]:
    """Find the cheapest two offers for a pair in the provider's runs among those scanned; -1, -1 if none."""
    n = ZERO
    for j in range(runs):
        if day.shifts[state.scan[j]].provider == provider:
            n = offer_positions(day, state, leg, state.scan[j], _absence(day, leg), n)
    return cheapest_two(day, state, leg, n, _absence(day, leg))


@inner
def _place(day: Day, state: State, leg: int, provider: int) -> None:
    """Insert a visit where it costs least in the provider's nearby runs, or leave it out if that costs less."""
    if day.nodes[leg].group:
        state.counts[ONLY] = provider
        if state.run_of[leg] < 0:
            place_group(day, state, day.nodes[leg].head, NEARBY, absence_of_group(day, state, leg, (1.0, 1.0)))
        state.counts[ONLY] = NOWHERE
        return
    runs = scan_runs(day, state, leg, NEARBY)
    if day.nodes[leg].mate < 0:
        least, run, position = _absence(day, leg), NOWHERE, NOWHERE
        for j in range(runs):
            if day.shifts[state.scan[j]].provider == provider:
                cost, found = best_position(day, state, leg, state.scan[j], least, 0.0)
                if found >= 0:
                    least, run, position = cost, state.scan[j], found
        if run >= 0 and day.nodes[leg].tied:
            put_apart(day, state, leg, run, position)
        elif run >= 0:
            put(day, state, leg, run, position)
        return
    a, b = _best_pair(day, state, leg, provider, runs)
    if a >= 0:
        put_pair(day, state, leg, a, b)
