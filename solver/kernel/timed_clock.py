"""The earliest schedule of a plan: starts that are pushed later, starts that may be earlier again, and what they cost.

Every start is the earliest that travel, windows and ties allow, so no other timing of the same runs is less late. A
later start pushes what follows, across runs where visits are tied, until nothing moves.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from solver.kernel.jit import inlined, inner, merged
from solver.kernel.timed_state import (
    CLOCK,
    DEPTH,
    FOREVER,
    HEAD,
    LARGEST,
    MARK,
    NONE,
    PLACED,
    QUEUE,
    QUEUED,
    SPREAD,
    STAMP,
    TAIL,
    UNDO,
    UNPLACED,
)
from solver.kernel.windows import next_open
from solver.timing import arrival

if TYPE_CHECKING:
    from solver.kernel.timed_state import Room, TimedDay, TimedPlan


@inlined
def price(day: TimedDay, node: int, start_s: int) -> float:
    """Price a start: early, late, or not as planned before."""
    wish = day.nodes[node]
    cost = wish.late * max(0, start_s - wish.late_after_s)
    if wish.early > 0:
        cost += wish.early * max(0, wish.early_before_s - start_s)
    if wish.moved > 0:
        cost += wish.moved * abs(start_s - wish.was_s)
    return float(cost)


@inlined
def first_open(day: TimedDay, node: int, at_s: int) -> int:
    """Give the first instant inside a window of a node at or after an instant; the caller tests that it is in time."""
    count = day.nodes[node].windows
    return at_s if count == 0 else next_open(day.lists, day.nodes[node].window, count, at_s)


@inlined
def is_rest(day: TimedDay, node: int) -> bool:
    """Tell whether a node is a break, which has the place of the node before."""
    return len(day.serve_cost) <= node < len(day.serve_cost) + len(day.breaks)


@inlined
def released_s(day: TimedDay, plan: TimedPlan, node: int) -> int:
    """Give the instant before which a node does not start, whatever comes before it."""
    at_s = day.nodes[node].hold_s if plan.stops[node].held else day.nodes[node].earliest_s
    return int(first_open(day, node, at_s))


@inlined
def reached_s(day: TimedDay, plan: TimedPlan, before: int, node: int) -> int:
    """Give when a carer who comes from a node before can be at a node."""
    leave_s = plan.stops[before].start_s + day.nodes[before].duration_s
    if is_rest(day, node):
        return int(leave_s)
    mode = day.shifts[plan.stops[before].run].mode
    return int(arrival(day.tables, mode, plan.stops[before].at, day.nodes[node].place, leave_s))


@inner
def set_start(day: TimedDay, plan: TimedPlan, room: Room, node: int, at_s: int) -> bool:
    """Start a node at an instant or when its next window opens, and let it be settled; False when that is too late."""
    at_s = first_open(day, node, at_s)
    undo = room.counts[UNDO]
    if at_s > day.nodes[node].latest_s or undo >= room.undo.shape[1]:
        return False
    _note(plan, room, node)
    old_s = plan.stops[node].start_s
    plan.cost[CLOCK] += price(day, node, at_s) - (price(day, node, old_s) if old_s != NONE else 0.0)
    plan.cost[LARGEST] = max(plan.cost[LARGEST], float(at_s - day.nodes[node].late_after_s))
    plan.stops[node].start_s = at_s
    if not room.lists[QUEUED, node]:
        room.lists[QUEUED, node] = 1
        room.lists[QUEUE, room.counts[TAIL]] = node
        room.counts[TAIL] = (room.counts[TAIL] + 1) % room.lists.shape[1]
    return True


@inlined
def _note(plan: TimedPlan, room: Room, node: int) -> None:
    undo = room.counts[UNDO]
    room.undo[0, undo], room.undo[1, undo] = node, plan.stops[node].start_s
    room.counts[UNDO] = undo + 1


@inner
def settle(day: TimedDay, plan: TimedPlan, room: Room, limit: float) -> bool:
    """Push whatever must start later; False when a window is missed or the clock's cost reaches `limit`."""
    while room.counts[HEAD] != room.counts[TAIL]:
        node = room.lists[QUEUE, room.counts[HEAD]]
        room.counts[HEAD] = (room.counts[HEAD] + 1) % room.lists.shape[1]
        room.lists[QUEUED, node] = 0
        over = plan.cost[CLOCK] + day.latest * plan.cost[LARGEST] >= limit
        if over or not _push_others(day, plan, room, node):
            drain(room)
            return False
    return bool(plan.cost[CLOCK] + day.latest * plan.cost[LARGEST] < limit)


@inner
def drain(room: Room) -> None:
    """Settle nothing more."""
    while room.counts[HEAD] != room.counts[TAIL]:
        room.lists[QUEUED, room.lists[QUEUE, room.counts[HEAD]]] = 0
        room.counts[HEAD] = (room.counts[HEAD] + 1) % room.lists.shape[1]


@merged
def _push_others(day: TimedDay, plan: TimedPlan, room: Room, node: int) -> bool:
    """Push the next node of the run, and those that are tied to this one."""
    stop, facts = plan.stops[node], day.nodes[node]
    if stop.next >= 0:
        at_s = reached_s(day, plan, node, stop.next)
        if at_s > plan.stops[stop.next].start_s and not set_start(day, plan, room, stop.next, at_s):
            return False
    for row in range(facts.tie, facts.tie + facts.ties):
        other, at_s = day.ties[row].other, stop.start_s + day.ties[row].after_s
        if plan.stops[other].run >= 0 and at_s > plan.stops[other].start_s:
            if not set_start(day, plan, room, other, at_s):
                return False
    for row in range(facts.gap, facts.gap + facts.gaps):
        other, at_s = day.gaps[row].other, stop.start_s + day.gaps[row].after_s
        if plan.gap_side[row] == 1 and at_s > plan.stops[other].start_s:
            if not set_start(day, plan, room, other, at_s):
                return False
    return True


@inner
def tied_s(day: TimedDay, plan: TimedPlan, node: int) -> int:
    """Give the instant before which the ties of a node to what is placed do not let it start."""
    facts, at_s = day.nodes[node], NONE
    for row in range(facts.tie, facts.tie + facts.ties):
        other = plan.stops[day.ties[row].other]
        if other.run >= 0:
            at_s = max(at_s, other.start_s + day.ties[row].before_s)
    for row in range(facts.gap, facts.gap + facts.gaps):
        if plan.gap_side[row] == -1:
            at_s = max(at_s, plan.stops[day.gaps[row].other].start_s + day.gaps[row].before_s)
    return int(at_s)


@inner
def open_frame(plan: TimedPlan, room: Room) -> None:
    """Begin a change that `rewind` can undo; frames nest."""
    frame = room.frames[room.counts[DEPTH]]
    frame.undo, frame.rests = room.counts[UNDO], 0
    frame.placed, frame.clock, frame.largest = plan.cost[PLACED], plan.cost[CLOCK], plan.cost[LARGEST]
    frame.unplaced = plan.cost[UNPLACED]
    room.counts[DEPTH] += 1


@inner
def rewind(plan: TimedPlan, room: Room) -> None:
    """Give every start, and the cost, back as they were when the last frame was opened."""
    room.counts[DEPTH] -= 1
    frame = room.frames[room.counts[DEPTH]]
    for k in range(room.counts[UNDO] - 1, frame.undo - 1, -1):
        plan.stops[room.undo[0, k]].start_s = room.undo[1, k]
    room.counts[UNDO] = frame.undo
    plan.cost[PLACED], plan.cost[CLOCK], plan.cost[LARGEST] = frame.placed, frame.clock, frame.largest
    plan.cost[UNPLACED] = frame.unplaced


@inner
def begin_spread(room: Room) -> None:
    """Begin to list nodes that may start earlier."""
    room.counts[SPREAD] = 0
    room.counts[STAMP] += 1


@inlined
def add_to_spread(plan: TimedPlan, room: Room, node: int) -> None:
    """List a placed node, once."""
    if node >= 0 and room.lists[MARK, node] != room.counts[STAMP] and plan.stops[node].run >= 0:
        room.lists[MARK, node] = room.counts[STAMP]
        room.lists[SPREAD, room.counts[SPREAD]] = node
        room.counts[SPREAD] += 1


@inner
def relax(day: TimedDay, plan: TimedPlan, room: Room) -> bool:
    """Work out the listed nodes and all that they hold back anew. False when a window is missed: longer ways may be
    faster than direct ones."""
    i = 0
    while i < room.counts[SPREAD]:
        _add_held_back(day, plan, room, room.lists[SPREAD, i])
        i += 1
    for k in range(room.counts[SPREAD]):
        node = room.lists[SPREAD, k]
        if room.counts[UNDO] >= room.undo.shape[1]:
            return False
        if plan.stops[node].run < 0:
            continue
        _note(plan, room, node)
        at_s = released_s(day, plan, node)
        plan.cost[CLOCK] += price(day, node, at_s) - price(day, node, plan.stops[node].start_s)
        plan.stops[node].start_s = at_s
    for k in range(room.counts[SPREAD]):
        node = room.lists[SPREAD, k]
        if plan.stops[node].run < 0:
            continue
        before, at_s = plan.stops[node].prev, tied_s(day, plan, node)
        if before >= 0 and (plan.stops[before].prev >= 0 or plan.stops[node].next >= 0):
            at_s = max(at_s, reached_s(day, plan, before, node))
        if at_s > plan.stops[node].start_s and not set_start(day, plan, room, node, at_s):
            drain(room)
            return False
    fine = settle(day, plan, room, FOREVER)
    plan.cost[LARGEST] = _largest(day, plan)
    return fine


@merged
def _add_held_back(day: TimedDay, plan: TimedPlan, room: Room, node: int) -> None:
    """List what starts later than it would on its own, perhaps because of this node."""
    stop, facts = plan.stops[node], day.nodes[node]
    if stop.run < 0:
        return
    if stop.next >= 0 and plan.stops[stop.next].start_s > released_s(day, plan, stop.next):
        add_to_spread(plan, room, stop.next)
    for row in range(facts.tie, facts.tie + facts.ties):
        other = day.ties[row].other
        if plan.stops[other].run >= 0 and plan.stops[other].start_s > released_s(day, plan, other):
            add_to_spread(plan, room, other)
    for row in range(facts.gap, facts.gap + facts.gaps):
        other = day.gaps[row].other
        if plan.gap_side[row] == 1 and plan.stops[other].start_s > released_s(day, plan, other):
            add_to_spread(plan, room, other)


@merged
def _largest(day: TimedDay, plan: TimedPlan) -> float:
    """Give the largest lateness of the plan."""
    largest = 0
    if day.latest > 0:
        for leg in range(len(day.serve_cost)):
            if plan.stops[leg].run >= 0:
                largest = max(largest, plan.stops[leg].start_s - day.nodes[leg].late_after_s)
    return float(largest)
