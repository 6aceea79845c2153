"""Putting loose groups of legs back where they cost least; the legs of a group all together or not at all."""

from __future__ import annotations

from typing import TYPE_CHECKING

from solver.kernel.jit import inlined, inner, merged
from solver.kernel.rng import below, draw
from solver.kernel.state import ARC, DRIVE, REFUSED, ROAD, SPAN, WORK
from solver.kernel.timed_clock import first_open, is_rest, price, reached_s, released_s, tied_s
from solver.kernel.timed_insert import detour, hours_price, keep, leg_after, leg_before, may_serve, put, take_back
from solver.kernel.timed_state import (
    CHOSEN,
    CLOSE,
    DEPTH,
    FOREVER,
    FURTHER,
    HEAD_LEG,
    KEPT,
    LARGEST,
    LOOSE,
    MARK,
    REMOVED,
    ROUND,
    STAMP,
    TRIAL,
    UNDO,
    UNPLACED,
)
from solver.timing import arrival

if TYPE_CHECKING:
    from solver.kernel.timed_state import Room, TimedDay, TimedPlan

BLINK = 0.01
HELD = 0.8
UNSERVED_TRIED = 30
UNSURE = -FOREVER
FEW_RUNS, CLOSE_LEGS, EVERYWHERE = 12, 20, 0.02
"""With more runs than `FEW_RUNS` a leg is tried in idle ones and in those that hold one of its nearest legs, and in a
share of cases in all of them, or where it fits in none of those."""


@merged
def recreate(day: TimedDay, plan: TimedPlan, room: Room, price_of_absence: float) -> None:
    """Insert the loose groups one after the other in an order drawn at random."""
    _collect(day, plan, room)
    _order(day, room)
    for k in range(room.counts[LOOSE]):
        group = room.lists[LOOSE, k]
        place_group(day, plan, room, group, price_of_absence * day.groups[group].price)


@merged
def _collect(day: TimedDay, plan: TimedPlan, room: Room) -> None:
    """List the groups to insert: all that were removed, and some of the unserved ones."""
    n = 0
    for k in range(room.counts[REMOVED]):
        room.lists[LOOSE, n] = room.lists[REMOVED, k]
        n += 1
    groups, tried = len(day.groups), 0
    if plan.cost[UNPLACED] > 0:
        begin = below(room.rng, groups)
        room.counts[STAMP] += 1
        for k in range(n):
            room.lists[MARK, room.lists[LOOSE, k]] = room.counts[STAMP]
        for k in range(groups):
            group = (begin + k) % groups
            unserved = plan.stops[day.legs[day.groups[group].first]].run < 0
            if unserved and room.lists[MARK, group] != room.counts[STAMP]:
                room.lists[LOOSE, n] = group
                n, tried = n + 1, tried + 1
                if tried >= UNSERVED_TRIED:
                    break
    room.counts[LOOSE] = n


@merged
def _order(day: TimedDay, room: Room) -> None:
    rule, n = below(room.rng, 8), room.counts[LOOSE]
    for k in range(n):
        group = room.lists[LOOSE, k]
        leg = day.legs[day.groups[group].first]
        facts = day.nodes[leg]
        many = day.groups[group].end - day.groups[group].first
        if rule < 3:
            key = draw(room.rng)
        elif rule < 4:
            key = float(min(facts.latest_s, facts.late_after_s))
        elif rule < 5:
            key = float(facts.earliest_s)
        elif rule < 6:
            key = -float(many) + 0.001 * draw(room.rng)
        elif rule < 7:
            key = float(facts.options) + draw(room.rng)
        else:
            key = -float(facts.duration_s)
        j = k
        while j > 0 and room.key[j - 1] > key:
            room.key[j], room.lists[LOOSE, j] = room.key[j - 1], room.lists[LOOSE, j - 1]
            j -= 1
        room.key[j], room.lists[LOOSE, j] = key, group


@merged
def place_group(day: TimedDay, plan: TimedPlan, room: Room, group: int, limit: float) -> bool:
    """Place all legs of a group for less than `limit`, or none; tell which."""
    first = day.groups[group].first
    many = day.groups[group].end - first
    if many > 1:
        turn = below(room.rng, many)
        for _ in range(turn):
            for j in range(many - 1):
                day.legs[first + j], day.legs[first + j + 1] = day.legs[first + j + 1], day.legs[first + j]
    leg = day.legs[first]
    for k in range(many):
        held = day.nodes[day.legs[first + k]].hold_s > day.nodes[day.legs[first + k]].earliest_s
        plan.stops[day.legs[first + k]].held = held and draw(room.rng) < HELD
    offers = _offer_spots(day, plan, room, (leg, HEAD_LEG), 1 if many == 1 else KEPT, limit)
    if many == 1:
        if offers:
            _put_for_good(day, plan, room, leg, HEAD_LEG)
    else:
        if not _best_of_group(day, plan, room, group, limit):
            return False
        for k in range(many):
            room.offers[FURTHER, 0] = room.offers[CHOSEN, k]
            _put_for_good(day, plan, room, day.legs[first + k], FURTHER)
    if offers:
        plan.cost[UNPLACED] -= day.groups[group].price
        room.counts[UNDO] = room.counts[DEPTH] = 0
    return offers > 0


@merged
def _best_of_group(day: TimedDay, plan: TimedPlan, room: Room, group: int, limit: float) -> bool:
    """Try the offers of the first leg with the best places that they leave for the others; list the best as chosen."""
    first, best, found = day.groups[group].first, limit, False
    many = day.groups[group].end - first
    for k in range(KEPT):
        offer = room.offers[HEAD_LEG, k]
        if offer.cost >= best:
            break
        room.offers[TRIAL, 0] = offer
        cost = put(day, plan, room, day.legs[first], (offer.after, offer.rests), best)
        if cost == FOREVER:
            continue
        placed = 1
        while placed < many:
            leg = day.legs[first + placed]
            if not _offer_spots(day, plan, room, (leg, FURTHER), 1, best - cost):
                break
            room.offers[TRIAL, placed] = room.offers[FURTHER, 0]
            more = put(
                day,
                plan,
                room,
                leg,
                (room.offers[TRIAL, placed].after, room.offers[TRIAL, placed].rests),
                best - cost + 1e-6,
            )
            if more == FOREVER:
                break
            cost, placed = cost + more, placed + 1
        if placed == many and cost < best:
            best, found = cost, True
            for j in range(many):
                room.offers[CHOSEN, j] = room.offers[TRIAL, j]
        for j in range(placed - 1, -1, -1):
            take_back(day, plan, room, day.legs[first + j])
    return found


@inner
def _put_for_good(day: TimedDay, plan: TimedPlan, room: Room, leg: int, level: int) -> None:
    offer = room.offers[level, 0]
    put(day, plan, room, leg, (offer.after, offer.rests), FOREVER)
    keep(day, plan, room, leg)


@inner
def _offer_spots(
    day: TimedDay, plan: TimedPlan, room: Room, leg_and_level: tuple[int, int], kept: int, limit: float
) -> int:
    """List the cheapest `kept` places of a leg in its level of the offers; give their number."""
    leg, level = leg_and_level
    for k in range(KEPT):
        room.offers[level, k].cost = FOREVER if k else limit
    room.offers[level, kept - 1].cost = limit
    for k in range(kept - 1):
        room.offers[level, k].cost = limit
    n, begin = len(day.shifts), below(room.rng, len(day.shifts))
    near = _mark_close(day, plan, room, leg)
    again = True
    while again:
        for k in range(n):
            run = (begin + k) % n
            if near and room.lists[CLOSE, run] != room.counts[ROUND] and plan.runs[run].visits > 0:
                continue
            if day.serve_cost[leg, run] != REFUSED and may_serve(day, plan, leg, run):
                _scan_run(day, plan, room, (leg, level, kept), run)
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
            more = _walk(day, plan, (leg, after), at_s, limit - cost)
            if more == UNSURE:
                _try(day, plan, room, wish, (after, 0))
            elif more < FOREVER and _within_limits(day, plan, leg, run, ends):
                _offer(room, (level, kept), cost + more, (after, 0))
        after = plan.stops[after].next


@merged
def _walk(day: TimedDay, plan: TimedPlan, spot: tuple[int, int], at_s: int, limit: float) -> float:
    """Price the starts of a leg put after a node, and of what it pushes in its run, without changing anything.

    `FOREVER` when a window is missed or `limit` is reached; `UNSURE` when other runs are pushed.
    """
    leg, after = spot
    mode, largest = day.shifts[plan.stops[after].run].mode, plan.cost[LARGEST]
    node, place, follows = leg, day.nodes[leg].place, plan.stops[after].next
    cost, sure = 0.0, not day.rules & SPAN
    while True:
        cost += price(day, node, at_s)
        largest = max(largest, float(at_s - day.nodes[node].late_after_s))
        if cost + day.latest * (largest - plan.cost[LARGEST]) >= limit:
            return FOREVER
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
            return FOREVER
        cost -= price(day, node, plan.stops[node].start_s)
        follows = plan.stops[node].next
    return float(cost + day.latest * (largest - plan.cost[LARGEST])) if sure else UNSURE


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
