"""Putting a leg into a run and taking it out, with the exact change of the cost."""

from __future__ import annotations

from typing import TYPE_CHECKING

from solver.compile_links import OTHERS, SAME
from solver.kernel.jit import inlined, inner, merged
from solver.kernel.state import ARC, COMMUTE, DRIVE, ROAD, SPAN, WORK
from solver.kernel.timed_clock import (
    add_to_spread,
    begin_spread,
    drain,
    is_rest,
    open_frame,
    price,
    reached_s,
    relax,
    released_s,
    rewind,
    set_start,
    settle,
    tied_s,
)
from solver.kernel.timed_state import CLOCK, CONTACT, DEPTH, FOREVER, LARGEST, NONE, PLACED, UNDO
from solver.timing import latest_departure

if TYPE_CHECKING:
    from solver.kernel.timed_state import Room, TimedDay, TimedPlan


@inlined
def leg_before(day: TimedDay, plan: TimedPlan, node: int) -> int:
    """Give the node itself, or the nearest before it that is no break: a leg, or where the run begins."""
    while is_rest(day, node):
        node = plan.stops[node].prev
    return int(node)


@inlined
def leg_after(day: TimedDay, plan: TimedPlan, node: int) -> int:
    """Give the nearest node after a node that is no break: a leg, or where the run ends."""
    node = plan.stops[node].next
    while is_rest(day, node):
        node = plan.stops[node].next
    return int(node)


@inlined
def way(day: TimedDay, run: int, layer: int, before: int, after: int) -> int:
    """Look a way between two nodes that are no breaks up in a layer of `Day.ways`; nothing in a run without legs.

    The price of the ways from and to home is that of a commute, and they are no work.
    """
    legs, at = len(day.serve_cost), day.shifts[run].mode
    if before >= legs or after >= legs:
        if layer == WORK or (before >= legs and after >= legs):
            return 0
        if layer == ARC:
            return int(day.ways[COMMUTE, at, day.nodes[before].place, day.nodes[after].place])
    return int(day.ways[layer, at, day.nodes[before].place, day.nodes[after].place])


@inlined
def detour(day: TimedDay, run: int, layer: int, ends: tuple[int, int], leg: int) -> int:
    """Give what passing by a leg adds between two nodes."""
    there, on = way(day, run, layer, ends[0], leg), way(day, run, layer, leg, ends[1])
    return there + on - way(day, run, layer, ends[0], ends[1])


@inlined
def hours_price(day: TimedDay, plan: TimedPlan, run: int, more_s: int) -> float:
    """Price more contact time for the provider of a run, against its floor and ceiling."""
    limits = day.providers[day.shifts[run].provider]
    now_s = plan.cost[CONTACT + day.shifts[run].provider]
    before_s = max(limits.floor_s - now_s, now_s - limits.ceiling_s, 0.0)
    after_s = max(limits.floor_s - now_s - more_s, now_s + more_s - limits.ceiling_s, 0.0)
    return float(limits.price * (after_s - before_s))


@inner
def may_serve(day: TimedDay, plan: TimedPlan, leg: int, run: int) -> bool:
    """Tell whether a run may take a leg as far as the visits that it is tied to are concerned."""
    facts, shift = day.nodes[leg], day.shifts[run]
    if plan.runs[run].load + facts.load > shift.capacity or plan.runs[run].work_s + facts.duration_s > shift.max_work_s:
        return False
    for row in range(facts.tie, facts.tie + facts.ties):
        other = plan.stops[day.ties[row].other].run
        if other >= 0:
            same = day.shifts[other].carer == shift.carer
            if (day.ties[row].carer == OTHERS and same) or (day.ties[row].carer == SAME and not same):
                return False
    for row in range(facts.gap, facts.gap + facts.gaps):
        other = plan.stops[day.gaps[row].other].run
        if other >= 0 and day.gaps[row].one_provider and day.shifts[other].provider != shift.provider:
            return False
    return True


@inner
def link(day: TimedDay, plan: TimedPlan, node: int, after: int) -> None:
    """Put a node into the list of a run, after another."""
    stop, follows = plan.stops[node], plan.stops[after].next
    stop.prev, stop.next, stop.run, stop.start_s = after, follows, plan.stops[after].run, NONE
    stop.at = plan.stops[after].at if is_rest(day, node) else day.nodes[node].place
    plan.stops[after].next = node
    plan.stops[follows].prev = node
    _move_rests(day, plan, follows)


@inner
def unlink(day: TimedDay, plan: TimedPlan, node: int) -> None:
    """Take a node out of the list of its run."""
    stop = plan.stops[node]
    before, follows = stop.prev, stop.next
    plan.stops[before].next = follows
    plan.stops[follows].prev = before
    stop.prev, stop.next, stop.run = -1, -1, -1
    _move_rests(day, plan, follows)


@inlined
def _move_rests(day: TimedDay, plan: TimedPlan, node: int) -> None:
    while is_rest(day, node):
        plan.stops[node].at = plan.stops[plan.stops[node].prev].at
        node = plan.stops[node].next


@inner
def count_in(day: TimedDay, plan: TimedPlan, leg: int, sign: int) -> None:
    """Add a leg in its place to the sums of its run, or with -1 take it from them."""
    run = plan.stops[leg].run
    record, facts = plan.runs[run], day.nodes[leg]
    ends = leg_before(day, plan, plan.stops[leg].prev), leg_after(day, plan, leg)
    record.visits += sign
    record.load += sign * facts.load
    record.work_s += sign * (facts.duration_s + detour(day, run, WORK, ends, leg))
    if day.rules & DRIVE:
        record.drive_s += sign * detour(day, run, ROAD, ends, leg)
    plan.cost[PLACED] += sign * (detour(day, run, ARC, ends, leg) + day.serve_cost[leg, run])
    plan.cost[PLACED] += hours_price(day, plan, run, sign * facts.duration_s)
    plan.cost[CONTACT + day.shifts[run].provider] += sign * facts.duration_s


@inner
def put(day: TimedDay, plan: TimedPlan, room: Room, leg: int, spot: tuple[int, int], limit: float) -> float:
    """Put a leg after a node and give what that adds to the cost; `FOREVER`, with nothing changed, when it is not legal
    or adds `limit` or more.

    `spot` is the node before, and in a run without visits how many of its breaks are taken before leaving home.
    """
    after, rests = spot
    run = plan.stops[after].run
    before = plan.cost[PLACED] + plan.cost[CLOCK] + day.latest * plan.cost[LARGEST]
    open_frame(plan, room)
    if plan.runs[run].visits == 0:
        for k in range(day.shifts[run].break_count):
            link(day, plan, day.breaks[day.shifts[run].break_first + k], after)
            after = plan.stops[after].next
        room.frames[room.counts[DEPTH] - 1].rests = 1
        after = spot[0]
        for _ in range(rests):
            after = plan.stops[after].next
    link(day, plan, leg, after)
    count_in(day, plan, leg, 1)
    shift, record = day.shifts[run], plan.runs[run]
    fine = record.work_s <= shift.max_work_s and record.drive_s <= shift.max_drive_s
    room_left = limit + before - plan.cost[PLACED]
    if fine and _start_new(day, plan, room, leg, spot) and settle(day, plan, room, room_left):
        if not day.rules & SPAN or _spans_kept(day, plan, room):
            return float(plan.cost[PLACED] + plan.cost[CLOCK] + day.latest * plan.cost[LARGEST] - before)
    take_back(day, plan, room, leg)
    return FOREVER


@merged
def _start_new(day: TimedDay, plan: TimedPlan, room: Room, leg: int, spot: tuple[int, int]) -> bool:
    """Start a leg just linked, and the breaks linked with it; False when one is too late."""
    node = leg if plan.runs[plan.stops[leg].run].visits > 1 else plan.stops[spot[0]].next
    while True:
        at_s = max(released_s(day, plan, node), reached_s(day, plan, plan.stops[node].prev, node))
        if node == leg:
            _take_sides(day, plan, leg, at_s)
            at_s = max(at_s, tied_s(day, plan, leg))
        if not set_start(day, plan, room, node, at_s):
            drain(room)
            return False
        node = plan.stops[node].next
        if node != leg and (not is_rest(day, node) or plan.stops[node].start_s != NONE):
            return True


@merged
def _take_sides(day: TimedDay, plan: TimedPlan, leg: int, at_s: int) -> None:
    """Decide of every other visit to the same client which comes first: whichever would start first."""
    facts = day.nodes[leg]
    for row in range(facts.gap, facts.gap + facts.gaps):
        other = plan.stops[day.gaps[row].other]
        if other.run >= 0:
            side = 1 if at_s <= other.start_s else -1
            plan.gap_side[row], plan.gap_side[day.gaps[row].mirror] = side, -side


@inner
def leave_sides(day: TimedDay, plan: TimedPlan, leg: int) -> None:
    """Forget which other visits to the same client come first."""
    facts = day.nodes[leg]
    for row in range(facts.gap, facts.gap + facts.gaps):
        plan.gap_side[row] = plan.gap_side[day.gaps[row].mirror] = 0


@merged
def _spans_kept(day: TimedDay, plan: TimedPlan, room: Room) -> bool:
    """Tell whether the runs in which a start changed keep their limits on the time away from home."""
    for k in range(room.frames[room.counts[DEPTH] - 1].undo, room.counts[UNDO]):
        run = plan.stops[room.undo[0, k]].run
        begin = len(day.nodes) - 2 * len(day.shifts) + run
        first = leg_after(day, plan, begin)
        if first >= len(day.serve_cost):
            continue
        shift, back_s = day.shifts[run], plan.stops[begin + len(day.shifts)].start_s
        left_s = latest_departure(
            day.tables, shift.mode, shift.start_place, day.nodes[first].place, plan.stops[first].start_s
        )
        if back_s - left_s > shift.max_span_s:
            return False
    return True


@inner
def take_back(day: TimedDay, plan: TimedPlan, room: Room, leg: int) -> None:
    """Undo the last `put`."""
    run = plan.stops[leg].run
    count_in(day, plan, leg, -1)
    leave_sides(day, plan, leg)
    unlink(day, plan, leg)
    if room.frames[room.counts[DEPTH] - 1].rests:
        unlink_rests(day, plan, run)
    rewind(plan, room)


@inner
def unlink_rests(day: TimedDay, plan: TimedPlan, run: int) -> None:
    """Take all breaks out of a run without visits."""
    for k in range(day.shifts[run].break_count):
        unlink(day, plan, day.breaks[day.shifts[run].break_first + k])


@inner
def keep(day: TimedDay, plan: TimedPlan, room: Room, leg: int) -> bool:
    """Let what follows a leg just put start earlier where the way past it is the faster one; False if illegal."""
    follows = plan.stops[leg].next
    begin_spread(room)
    if plan.stops[follows].start_s > released_s(day, plan, follows):
        if plan.stops[follows].start_s > reached_s(day, plan, leg, follows) and not is_rest(day, follows):
            add_to_spread(plan, room, follows)
            return relax(day, plan, room)
    return True


@inner
def remove(day: TimedDay, plan: TimedPlan, room: Room, leg: int) -> None:
    """Take a leg out for good, and list what it held back; the caller relaxes that."""
    run, follows = plan.stops[leg].run, plan.stops[leg].next
    plan.cost[CLOCK] -= price(day, leg, plan.stops[leg].start_s)
    count_in(day, plan, leg, -1)
    facts = day.nodes[leg]
    for row in range(facts.tie, facts.tie + facts.ties):
        add_to_spread(plan, room, day.ties[row].other)
    for row in range(facts.gap, facts.gap + facts.gaps):
        if plan.gap_side[row] == 1:
            add_to_spread(plan, room, day.gaps[row].other)
    leave_sides(day, plan, leg)
    unlink(day, plan, leg)
    add_to_spread(plan, room, follows)
    if plan.runs[run].visits == 0:
        unlink_rests(day, plan, run)
        add_to_spread(plan, room, len(day.nodes) - len(day.shifts) + run)
