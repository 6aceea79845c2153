"""All the places where a visit fits, for visits whose starts depend on each other; and the choice among them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from solver.compile_links import OTHERS, SAME
from solver.kernel.insert import fixed_price, gap, opening, put, within_limits
from solver.kernel.jit import inlined, inner
from solver.kernel.prices import joint_price
from solver.kernel.rng import below, draw
from solver.kernel.state import COMPANY, NO_COST, NOWHERE, OFFERS, PRICES, SPAN
from solver.kernel.windows import next_free

if TYPE_CHECKING:
    from solver.kernel.state import Day, State


@inner
def offer_positions(day: Day, state: State, leg: int, run: int, limit: int, n: int) -> int:
    """Append to `offers` every position of a run where a leg fits below `limit`; give the new number of offers.

    They fill the first or, after `OFFERS`, the second half, and no more.
    """
    record, price = state.runs[run], fixed_price(day, state, leg, run)
    if record.load + day.nodes[leg].load > day.shifts[run].capacity:
        return n
    idle = record.visits == 0
    end = day.shifts[run].break_count if idle else record.length
    room = OFFERS if n <= OFFERS else 2 * OFFERS + 1
    for position in range(end + 1):
        if idle:
            cost, first_s, last_s = opening(day, state, leg, run, position)
        else:
            cost, first_s, last_s = gap(day, state, leg, run, position, limit - price)
        if first_s <= last_s and cost + price < limit and n < room:
            offer = state.offers[n]
            offer.cost, offer.run, offer.position, offer.first_s, offer.last_s = (
                cost + price, run, position, first_s, last_s,
            )  # fmt: skip
            n += 1
    return n


@inner
def cheapest_two(day: Day, state: State, leg: int, n: int, limit: int) -> tuple[int, int]:
    """Find the two offers to both legs of a visit, of different carers, that cost least together; -1, -1 if none."""
    best, a, b, node = limit, NOWHERE, NOWHERE, day.nodes[leg]
    special = node.bound != 0 or node.holes != 0 or node.group != 0
    least = NO_COST
    for i in range(n):
        least = min(least, state.offers[i].cost)
    for i in range(n):
        one = state.offers[i]
        if one.cost + least >= best and day.rules & PRICES == 0:
            continue
        for j in range(i + 1, n):
            two = state.offers[j]
            cost = one.cost + two.cost
            if day.rules & COMPANY:
                cost += joint_price(day, state, (leg, one.run), (day.nodes[leg].mate, two.run))
            if cost >= best or one.first_s > two.last_s or two.first_s > one.last_s:
                continue
            if special and not _suit(day, state, leg, i, j):
                continue
            if day.shifts[one.run].carer != day.shifts[two.run].carer:
                best, a, b = cost, i, j
    return a, b


@inner
def _suit(day: Day, state: State, leg: int, i: int, j: int) -> bool:
    """Tell whether two offers to one visit suit its client's provider, the linked visits, and some common start."""
    one, two, node = state.offers[i], state.offers[j], day.nodes[leg]
    if node.bound != 0 and day.shifts[one.run].provider != day.shifts[two.run].provider:
        return False
    if not crew_suits(day, state, leg, one.run, two.run):
        return False
    return bool(next_free(day, state, leg, max(one.first_s, two.first_s)) <= min(one.last_s, two.last_s))


@inner
def crew_suits(day: Day, state: State, leg: int, run: int, other: int) -> bool:
    """Tell whether the carers of one run, or two, may serve a leg beside those of the linked visits in runs."""
    at, mate = day.nodes[leg].group, day.nodes[leg].mate
    if at == 0:
        return True
    first_link = at + 3 + day.lists[at] + day.lists[at + 1]
    for link in range(first_link, first_link + 5 * day.lists[at + 2], 5):
        one, two, wanted = day.lists[link], day.lists[link + 1], day.lists[link + 4]
        if wanted not in (SAME, OTHERS):
            continue
        if one in (leg, mate):
            partner = two
        elif two in (leg, mate):
            partner = one
        else:
            continue
        if state.run_of[partner] >= 0 and _shares_carer(day, state, partner, run, other) != (wanted == SAME):
            return False
    return True


@inner
def _shares_carer(day: Day, state: State, leg: int, run: int, other: int) -> bool:
    """Tell whether a carer of one run, or two, serves a leg or its mate."""
    mate = day.nodes[leg].mate
    for each in (leg, mate):
        if each >= 0 and state.run_of[each] >= 0:
            carer = day.shifts[state.run_of[each]].carer
            if carer == day.shifts[run].carer or (other >= 0 and carer == day.shifts[other].carer):
                return True
    return False


@inlined
def settle_start(day: Day, state: State, leg: int, opens_s: int, closes_s: int) -> bool:
    """Settle the start of a leg between two instants, half of the time the earliest; tell whether there is one."""
    if opens_s > closes_s:
        return False
    start_s = opens_s + below(state.rng, closes_s - opens_s + 1) if draw(state.rng) < 0.5 else opens_s
    if day.nodes[leg].holes:
        start_s = next_free(day, state, leg, start_s)
        if start_s > closes_s:
            start_s = next_free(day, state, leg, opens_s)
        if start_s > closes_s:
            return False
    state.open_s[leg] = state.close_s[leg] = start_s
    return True


@inner
def put_apart(day: Day, state: State, leg: int, run: int, position: int) -> None:
    """Insert a leg whose client needs gaps between visits, with a settled start, if the run's limits allow that."""
    if state.runs[run].visits:
        _, first_s, last_s = gap(day, state, leg, run, position, NO_COST)
    else:
        _, first_s, last_s = opening(day, state, leg, run, position)
    if settle_start(day, state, leg, first_s, last_s) and holds_span(day, state, leg, run, position):
        put(day, state, leg, run, position)
    else:
        state.open_s[leg], state.close_s[leg] = day.nodes[leg].earliest_s, day.nodes[leg].latest_s


@inner
def put_pair(day: Day, state: State, leg: int, a: int, b: int) -> None:
    """Insert both legs of a visit as two offers say, with a common start, if limits of the runs allow that start."""
    one, two, mate = state.offers[a], state.offers[b], day.nodes[leg].mate
    if settle_start(day, state, leg, max(one.first_s, two.first_s), min(one.last_s, two.last_s)):
        state.open_s[mate] = state.close_s[mate] = state.open_s[leg]
        if holds_span(day, state, leg, one.run, one.position) and holds_span(day, state, mate, two.run, two.position):
            put(day, state, leg, one.run, one.position)
            put(day, state, mate, two.run, two.position)
            return
    for each in (leg, mate):
        state.open_s[each], state.close_s[each] = day.nodes[each].earliest_s, day.nodes[each].latest_s


@inlined
def holds_span(day: Day, state: State, leg: int, run: int, position: int) -> bool:
    """Tell whether a leg whose start is settled leaves a run the limits that few shifts have."""
    return bool(day.rules & SPAN == 0 or within_limits(day, state, leg, run, position))
