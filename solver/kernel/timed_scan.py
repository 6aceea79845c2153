"""Looking for the places where one leg costs least: most are priced without changing anything, the others by trying."""

from __future__ import annotations

from typing import TYPE_CHECKING

from solver.kernel.jit import inlined, inner, merged
from solver.kernel.rng import below, draw
from solver.kernel.state import ARC, DRIVE, REFUSED, ROAD, SPAN, WORK
from solver.kernel.timed_clock import first_open, is_rest, price, reached_s, released_s, tied_s
from solver.kernel.timed_insert import detour, hours_price, leg_after, leg_before, may_serve, put, take_back
from solver.kernel.timed_state import CLOSE, DOUBTED, DOUBTS, FOREVER, HEAD_LEG, KEPT, LARGEST, ROUND
from solver.timing import arrival

if TYPE_CHECKING:
    from solver.kernel.timed_state import Room, TimedDay, TimedPlan

BLINK = 0.01
FEW_RUNS, CLOSE_LEGS, EVERYWHERE = 12, 20, 0.02
"""With more runs than `FEW_RUNS` a leg is tried in idle ones and in those that hold one of its nearest legs, and in a
share of cases in all of them, or where it fits in none of those."""


@inner
def offer_spots(
    day: TimedDay, plan: TimedPlan, room: Room, leg_and_level: tuple[int, int], kept: int, limit: float
) -> int:
    """List the cheapest `kept` places of a leg in its level of the offers; give their number."""
    leg, level = leg_and_level
    for k in range(KEPT):
        room.offers[level, k].cost = limit if k < kept else FOREVER
    n, begin = len(day.shifts), below(room.rng, len(day.shifts))
    near = _mark_close(day, plan, room, leg)
    again, room.counts[DOUBTS] = True, 0
    while again:
        for k in range(n):
            run = (begin + k) % n
            if near and room.lists[CLOSE, run] != room.counts[ROUND] and plan.runs[run].visits > 0:
                continue
            if day.serve_cost[leg, run] != REFUSED and may_serve(day, plan, leg, run):
                _scan_run(day, plan, room, (leg, level, kept), run)
        _try_doubted(day, plan, room, leg_and_level, kept)
        again = near and level == HEAD_LEG and room.offers[level, 0].cost >= limit
        near = False
    found = 0
    while found < kept and room.offers[level, found].cost < limit:
        found += 1
    return found


@merged
def _mark_close(day: TimedDay, plan: TimedPlan, room: Room, leg: int) -> bool:
    """Mark the runs that hold legs close to a leg; False where all runs are to be tried."""
    if len(day.shifts) <= FEW_RUNS or draw(room.rng) < EVERYWHERE:
        return False
    room.counts[ROUND] += 1
    for j in range(min(CLOSE_LEGS, day.neighbours.shape[1])):
        run = plan.stops[day.neighbours[leg, j]].run
        if run >= 0:
            room.lists[CLOSE, run] = room.counts[ROUND]
    return True


@merged
def _scan_run(day: TimedDay, plan: TimedPlan, room: Room, wish: tuple[int, int, int], run: int) -> None:
    """Offer the places of one run."""
    leg, level, kept = wish
    after = len(day.nodes) - 2 * len(day.shifts) + run
    if plan.runs[run].visits == 0 and day.shifts[run].break_count:
        for rests in range(day.shifts[run].break_count + 1):
            _try(day, plan, room, wish, (after, rests))
        return
    tied = max(released_s(day, plan, leg), tied_s(day, plan, leg))
    pinned, serve = day.nodes[leg].pinned >= 0, float(day.serve_cost[leg, run])
    serve += hours_price(day, plan, run, day.nodes[leg].duration_s)
    while plan.stops[after].next >= 0:
        limit = room.offers[level, kept - 1].cost
        ends = leg_before(day, plan, after), leg_after(day, plan, after)
        cost = detour(day, run, ARC, ends, leg) + serve
        if cost < limit and draw(room.rng) >= BLINK and not (pinned and not _in_turn(day, leg, ends)):
            at_s = first_open(day, leg, max(tied, reached_s(day, plan, after, leg)))
            if at_s > day.nodes[leg].latest_s:
                return
            more, sure = _walk(day, plan, (leg, after), at_s, limit - cost)
            if more < FOREVER and _within_limits(day, plan, leg, run, ends):
                if sure:
                    _offer(room, (level, kept), cost + more, (after, 0))
                else:
                    _doubt(room, cost + more, after)
        after = plan.stops[after].next


@merged
def _walk(day: TimedDay, plan: TimedPlan, spot: tuple[int, int], at_s: int, limit: float) -> tuple[float, bool]:
    """Price the starts of a leg put after a node, and of what it pushes in its run, without changing anything.

    `FOREVER` when a window is missed or `limit` is reached. Whether that is all: not when other runs are pushed.
    """
    leg, after = spot
    mode, largest = day.shifts[plan.stops[after].run].mode, plan.cost[LARGEST]
    node, place, follows = leg, day.nodes[leg].place, plan.stops[after].next
    cost, sure = 0.0, not day.rules & SPAN
    while True:
        cost += price(day, node, at_s)
        largest = max(largest, float(at_s - day.nodes[node].late_after_s))
        if cost + day.latest * (largest - plan.cost[LARGEST]) >= limit:
            return FOREVER, False
        sure = sure and not _pushes(day, plan, node, at_s)
        if follows < 0:
            break
        leave_s, node = at_s + day.nodes[node].duration_s, follows
        if is_rest(day, node):
            at_s = leave_s
        else:
            at_s = arrival(day.tables, mode, place, day.nodes[node].place, leave_s)
            place = day.nodes[node].place
        at_s = first_open(day, node, at_s)
        if at_s <= plan.stops[node].start_s:
            break
        if at_s > day.nodes[node].latest_s:
            return FOREVER, False
        cost -= price(day, node, plan.stops[node].start_s)
        follows = plan.stops[node].next
    return cost + day.latest * (largest - plan.cost[LARGEST]), sure


@merged
def _pushes(day: TimedDay, plan: TimedPlan, node: int, at_s: int) -> bool:
    """Tell whether a start at an instant may push what is tied to a node."""
    facts = day.nodes[node]
    for row in range(facts.tie, facts.tie + facts.ties):
        other = plan.stops[day.ties[row].other]
        if other.run >= 0 and at_s + day.ties[row].after_s > other.start_s:
            return True
    for row in range(facts.gap, facts.gap + facts.gaps):
        other = plan.stops[day.gaps[row].other]
        if other.run >= 0 and (plan.gap_side[row] == 0 or at_s + day.gaps[row].after_s > other.start_s):
            return True
    return False


@merged
def _within_limits(day: TimedDay, plan: TimedPlan, leg: int, run: int, ends: tuple[int, int]) -> bool:
    """Tell whether a run keeps its limits on work and driving with a leg between two nodes."""
    record, shift = plan.runs[run], day.shifts[run]
    if record.work_s + day.nodes[leg].duration_s + detour(day, run, WORK, ends, leg) > shift.max_work_s:
        return False
    return not day.rules & DRIVE or record.drive_s + detour(day, run, ROAD, ends, leg) <= shift.max_drive_s


@merged
def _in_turn(day: TimedDay, leg: int, ends: tuple[int, int]) -> bool:
    """Tell whether a leg of a settled run stands in its turn between two nodes."""
    legs, rank = len(day.serve_cost), day.nodes[leg].rank
    after_one = ends[0] >= legs or day.nodes[ends[0]].rank < rank
    return after_one and (ends[1] >= legs or day.nodes[ends[1]].rank > rank)


@inlined
def _doubt(room: Room, cost: float, after: int) -> None:
    """List a place that costs this or more as far as only lateness has a price, to be tried when others are known."""
    doubt = room.offers[DOUBTED, room.counts[DOUBTS]]
    doubt.cost, doubt.after = cost, after
    room.counts[DOUBTS] += 1


@merged
def _try_doubted(day: TimedDay, plan: TimedPlan, room: Room, leg_and_level: tuple[int, int], kept: int) -> None:
    """Try the places whose price is not known, first what may be cheapest, until none can be cheap enough.

    Exact where only lateness has a price. Where early or moved starts have one too, pushing another run may save what
    no place is credited with before it is tried, and a cheaper place is passed over now and then. Measured there: a
    bound that allows for all such savings takes 1.2 to 1.5 times as long, and its plans are no cheaper.

    Measured: 2.5 times the iterations of trying them as they come, where half of all visits are tied.
    """
    leg, level = leg_and_level
    while room.counts[DOUBTS] > 0:
        least = 0
        for k in range(1, room.counts[DOUBTS]):
            if room.offers[DOUBTED, k].cost < room.offers[DOUBTED, least].cost:
                least = k
        doubt = room.offers[DOUBTED, least]
        if doubt.cost >= room.offers[level, kept - 1].cost:
            break
        after = doubt.after
        room.counts[DOUBTS] -= 1
        room.offers[DOUBTED, least] = room.offers[DOUBTED, room.counts[DOUBTS]]
        _try(day, plan, room, (leg, level, kept), (after, 0))
    room.counts[DOUBTS] = 0


@inner
def _try(day: TimedDay, plan: TimedPlan, room: Room, wish: tuple[int, int, int], spot: tuple[int, int]) -> None:
    """Price one place by putting the leg there, and offer it."""
    leg, level, kept = wish
    cost = put(day, plan, room, leg, spot, room.offers[level, kept - 1].cost)
    if cost < FOREVER:
        take_back(day, plan, room, leg)
        _offer(room, (level, kept), cost, spot)


@inlined
def _offer(room: Room, level_and_kept: tuple[int, int], cost: float, spot: tuple[int, int]) -> None:
    """List a place when it is among the cheapest."""
    level, k = level_and_kept[0], level_and_kept[1] - 1
    if cost >= room.offers[level, k].cost:
        return
    while k > 0 and room.offers[level, k - 1].cost > cost:
        room.offers[level, k] = room.offers[level, k - 1]
        k -= 1
    offer = room.offers[level, k]
    offer.cost, offer.after, offer.rests = cost, spot[0], spot[1]
