"""Putting visits that are linked into runs, with starts that suit one another: all of a group or none.

A placed leg of a group starts at a settled instant. So whoever comes after finds a window that the ones before leave.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from solver.compile_links import OTHERS, SAME
from solver.kernel.evaluate import refresh, unserve
from solver.kernel.insert import put
from solver.kernel.jit import inner
from solver.kernel.offers import cheapest_two, crew_suits, holds_span, offer_positions, put_pair, settle_start
from solver.kernel.prices import joint_price
from solver.kernel.rng import draw
from solver.kernel.scan import scan_runs
from solver.kernel.state import COMPANY, NOWHERE, OFFERS, PLACED, PRICES, ZERO

if TYPE_CHECKING:
    from solver.kernel.state import Day, State

TRIES = 4
APART = 0.6
"""How often two visits that different carers may make are looked at together, before one after the other."""


@inner
def place_group(day: Day, state: State, head: int, reach: int, limit: int) -> None:
    """Insert all legs of a group that are in no run, for less than `limit` together; or none."""
    at = day.nodes[head].group
    for _ in range(TRIES):
        if _are_two_singles(day, at) and draw(state.rng) < APART and _place_two(day, state, at, reach, limit):
            return
        if _place_in_turn(day, state, at, reach, limit):
            return
        withdraw_group(day, state, at)


@inner
def _are_two_singles(day: Day, at: int) -> bool:
    """Tell whether a group is two visits of one carer each, one link between them that two carers may serve."""
    link = at + 3 + day.lists[at] + day.lists[at + 1]
    return bool(
        day.lists[at] == 2
        and day.lists[at + 1] == 2
        and day.lists[at + 2] == 1
        and day.lists[link + 4] != SAME
        and day.nodes[day.lists[at + 3]].pinned < 0
        and day.nodes[day.lists[at + 4]].pinned < 0
    )


@inner
def withdraw_group(day: Day, state: State, at: int) -> None:
    """Take the legs of a group out again that were just put in."""
    for k in range(at + 3, at + 3 + day.lists[at]):
        leg = day.lists[k]
        if day.nodes[leg].pinned < 0:
            if state.run_of[leg] >= 0:
                _withdraw(day, state, leg)
            state.open_s[leg], state.close_s[leg] = day.nodes[leg].earliest_s, day.nodes[leg].latest_s


@inner
def _withdraw(day: Day, state: State, leg: int) -> None:
    run = state.run_of[leg]
    record, kept = state.runs[run], 0
    for k in range(record.length):
        if state.stops[run, k].node != leg:
            state.stops[run, kept].node = state.stops[run, k].node
            kept += 1
    record.length = kept if record.visits > 1 else 0
    state.ledger[PLACED] -= record.cost
    unserve(day, state, leg)
    refresh(day, state, run)
    state.ledger[PLACED] += record.cost


@inner
def _place_two(day: Day, state: State, at: int, reach: int, limit: int) -> bool:
    """Insert two linked visits into different runs where they cost least together."""
    link = at + 3 + day.lists[at] + day.lists[at + 1]
    one, two, least_s, most_s = day.lists[link], day.lists[link + 1], day.lists[link + 2], day.lists[link + 3]
    n, m = ZERO, OFFERS + 1 + ZERO
    for j in range(scan_runs(day, state, one, reach)):
        n = offer_positions(day, state, one, state.scan[j], limit, n)
    for j in range(scan_runs(day, state, two, reach)):
        m = offer_positions(day, state, two, state.scan[j], limit, m)
    a, b = _cheapest_linked(day, state, at, (n, m), limit)
    if a < 0:
        return False
    first, then = state.offers[a], state.offers[b]
    opens_s, closes_s = max(first.first_s, then.first_s - most_s), min(first.last_s, then.last_s - least_s)
    if not settle_start(day, state, one, opens_s, closes_s):
        return False
    begin_s = state.open_s[one]
    opens_s, closes_s = max(then.first_s, begin_s + least_s), min(then.last_s, begin_s + most_s)
    if not settle_start(day, state, two, opens_s, closes_s):
        withdraw_group(day, state, at)
        return False
    if not holds_span(day, state, one, first.run, first.position) or not holds_span(
        day, state, two, then.run, then.position
    ):
        withdraw_group(day, state, at)
        return False
    put(day, state, one, first.run, first.position)
    put(day, state, two, then.run, then.position)
    return True


@inner
def _cheapest_linked(day: Day, state: State, at: int, ends: tuple[int, int], limit: int) -> tuple[int, int]:
    """Find the offers of both visits, in different runs with starts that suit, that cost least together; or -1, -1."""
    link = at + 3 + day.lists[at] + day.lists[at + 1]
    least_s, most_s, carer = day.lists[link + 2], day.lists[link + 3], day.lists[link + 4]
    one, two = day.nodes[day.lists[link]], day.nodes[day.lists[link + 1]]
    bound = one.bound != 0 and one.bound == two.bound
    best, a, b = limit, NOWHERE, NOWHERE
    for i in range(ends[0]):
        first = state.offers[i]
        if first.cost >= best and day.rules & PRICES == 0:
            continue
        for j in range(OFFERS + 1, ends[1]):
            then = state.offers[j]
            cost = first.cost + then.cost
            if day.rules & COMPANY:
                cost += joint_price(day, state, (day.lists[link], first.run), (day.lists[link + 1], then.run))
            if cost >= best or first.run == then.run:
                continue
            if first.first_s + least_s > then.last_s or first.last_s + most_s < then.first_s:
                continue
            if carer == OTHERS and day.shifts[first.run].carer == day.shifts[then.run].carer:
                continue
            if bound and day.shifts[first.run].provider != day.shifts[then.run].provider:
                continue
            best, a, b = cost, i, j
    return a, b


@inner
def _place_in_turn(day: Day, state: State, at: int, reach: int, limit: int) -> bool:
    """Insert the visits of a group one after the other, from the first on or from the last."""
    legs, visits = day.lists[at], day.lists[at + 1]
    backwards = draw(state.rng) < 0.5
    for k in range(visits):
        leg = day.lists[at + 3 + legs + (visits - 1 - k if backwards else k)]
        mate = day.nodes[leg].mate
        if state.run_of[leg] >= 0 and (mate < 0 or state.run_of[mate] >= 0):
            continue
        if not _cut_window(day, state, at, leg):
            return False
        if mate < 0:
            limit -= _place_single(day, state, leg, reach, limit)
        elif state.run_of[leg] < 0 and state.run_of[mate] < 0:
            limit -= _place_double(day, state, leg, reach, limit)
        else:
            missing, settled = (leg, mate) if state.run_of[leg] < 0 else (mate, leg)
            state.open_s[missing] = state.close_s[missing] = state.open_s[settled]
            limit -= _place_single(day, state, missing, reach, limit)
        if state.run_of[leg] < 0 or (mate >= 0 and state.run_of[mate] < 0):
            return False
    return True


@inner
def _cut_window(day: Day, state: State, at: int, leg: int) -> bool:
    """Cut the window of a visit to what its placed partners leave; tell whether anything is left."""
    opens_s, closes_s, mate = day.nodes[leg].earliest_s, day.nodes[leg].latest_s, day.nodes[leg].mate
    first_link = at + 3 + day.lists[at] + day.lists[at + 1]
    for link in range(first_link, first_link + 5 * day.lists[at + 2], 5):
        one, two = day.lists[link], day.lists[link + 1]
        if two == leg and state.run_of[one] >= 0:
            opens_s = max(opens_s, state.open_s[one] + day.lists[link + 2])
            closes_s = min(closes_s, state.open_s[one] + day.lists[link + 3])
        if one == leg and state.run_of[two] >= 0:
            opens_s = max(opens_s, state.open_s[two] - day.lists[link + 3])
            closes_s = min(closes_s, state.open_s[two] - day.lists[link + 2])
    for each in (leg, mate):
        if each >= 0 and state.run_of[each] < 0:
            state.open_s[each], state.close_s[each] = opens_s, closes_s
    return bool(opens_s <= closes_s)


@inner
def _place_single(day: Day, state: State, leg: int, reach: int, limit: int) -> int:
    """Insert one leg where it costs least with a start drawn from what fits there; give what it costs."""
    n, least, chosen = ZERO, limit, NOWHERE
    mate = day.nodes[leg].mate
    for j in range(scan_runs(day, state, leg, reach)):
        if crew_suits(day, state, leg, state.scan[j], state.run_of[mate] if mate >= 0 else NOWHERE):
            n = offer_positions(day, state, leg, state.scan[j], limit, n)
    for i in range(n):
        offer = state.offers[i]
        if mate >= 0 and day.shifts[offer.run].carer == day.shifts[state.run_of[mate]].carer:
            continue
        if offer.cost < least:
            least, chosen = offer.cost, i
    if chosen < 0:
        return 0
    offer = state.offers[chosen]
    run, position, cost = offer.run, offer.position, offer.cost
    if settle_start(day, state, leg, offer.first_s, offer.last_s) and holds_span(day, state, leg, run, position):
        put(day, state, leg, run, position)
    return int(cost)


@inner
def _place_double(day: Day, state: State, leg: int, reach: int, limit: int) -> int:
    """Insert both legs of a double-handed visit with a common start; give what they cost."""
    n = ZERO
    for j in range(scan_runs(day, state, leg, reach)):
        n = offer_positions(day, state, leg, state.scan[j], limit, n)
    a, b = cheapest_two(day, state, leg, n, limit)
    if a < 0:
        return 0
    put_pair(day, state, leg, a, b)
    return int(state.offers[a].cost + state.offers[b].cost)
