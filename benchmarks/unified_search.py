"""Simulated annealing over plans of the unified format, judged by all of its prices.

Moves: a service, a string of them or both services of a patient elsewhere; two services, or the rest of two runs,
exchanged; lunch or the chosen window of a service changed; patients left out or taken in.
"""

from __future__ import annotations

import math
import time
from typing import TYPE_CHECKING

import numpy as np

from benchmarks.compiling import compiled, inlined, inner
from benchmarks.unified_day import MISSING, REFUSED
from benchmarks.unified_plan import (
    cost_of,
    new_plan,
    new_room,
    open_change,
    put,
    schedule,
    take,
    take_back,
    touch,
)
from solver.kernel.rng import below, draw

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from benchmarks.unified_day import Day, Rows
    from benchmarks.unified_plan import Plan, Room

HEATS = ((60.0, 0.3), (200.0, 4.0), (200.0, 1.0))
"""The first and last temperature of each cycle in turn, in minutes of the dearer of travel and waiting."""
CYCLE = 3_000
"""Iterations of a cycle, for each pair of nodes; there is one cycle at least."""
PROBE, SLICE = 2_000, 0.002
"""Iterations before the first look at the clock; the part of the time between two looks."""
BROKEN = 1e6
LONGEST = 4


@compiled
def anneal(
    day: Day, plans: tuple[Plan, Plan], room: Room, iterations: int, heat: tuple[float, float, float, float]
) -> float:
    """Improve a plan for some iterations; `plans` are the one at hand and the best. Give the cost of the best.

    `heat` is the hottest and the coldest temperature, and the share of the whole search before and after.
    """
    plan, best = plans
    hot, cold, done, then = heat
    cost = cost_of(day, plan, 0)
    least = cost_of(day, best, 0) + BROKEN * cost_of(day, best, 1)
    temperature = hot * (cold / hot) ** done
    for k in range(iterations):
        if k % 64 == 0:
            temperature = hot * (cold / hot) ** (done + (then - done) * k / iterations)
        open_change(plan, room)
        if not change(day, plan, room) or not schedule(day, plan, room):
            take_back(plan, room)
            continue
        now = cost_of(day, plan, 0)
        if now >= cost - temperature * math.log(1.0 - draw(room.rng)):
            take_back(plan, room)
            continue
        cost = now
        if now < least - 1e-6 and now + BROKEN * cost_of(day, plan, 1) < least - 1e-6:
            least = now + BROKEN * cost_of(day, plan, 1)
            copy(plan, best)
    return float(least)


@compiled
def load(day: Day, plans: tuple[Plan, Plan], room: Room, rows: NDArray[np.int64], lunches: NDArray[np.int64]) -> bool:
    """Put nodes into the runs that are asked for; False where they wait for one another."""
    plan, best = plans
    open_change(plan, room)
    for run in range(len(rows)):
        for k in range(rows.shape[1]):
            if rows[run, k] >= 0:
                put(plan, room, rows[run, k], run, plan.runs[run].stops)
        plan.runs[run].lunch = min(lunches[run], plan.runs[run].stops)
    for patient in range(len(day.partners)):
        if plan.stops[day.partners[patient, 0]].run >= 0:
            plan.total[0] -= day.absent[patient]
    if not schedule(day, plan, room):
        return False
    copy(plan, best)
    return True


@inner
def copy(one: Plan, other: Plan) -> None:
    """Make another plan the same."""
    for run in range(len(one.runs)):
        other.runs[run] = one.runs[run]
        for k in range(one.runs[run].stops):
            other.rows[run, k] = one.rows[run, k]
    for node in range(len(one.stops)):
        other.stops[node] = one.stops[node]
    other.total[0] = one.total[0]


@inner
def change(day: Day, plan: Plan, room: Room) -> bool:
    """Make one change at random; False when there is none."""
    node, rule = below(room.rng, len(day.nodes)), draw(room.rng)
    if plan.stops[node].run < 0 or rule < 0.08:
        return _in_or_out(day, plan, room, node)
    if rule < 0.40:
        done = _move(day, plan, room, node, 1)
    elif rule < 0.55:
        done = _swap(day, plan, room, node)
    elif rule < 0.67:
        done = _move(day, plan, room, node, 2 + below(room.rng, LONGEST - 1))
    elif rule < 0.79:
        done = _cross(day, plan, room, node)
    elif rule < 0.90 and day.nodes[node].mate >= 0:
        done = _move_both(day, plan, room, node)
    elif rule < 0.95 and day.nodes[node].windows > 1:
        touch(plan, room, plan.stops[node].run, plan.stops[node].at)
        plan.stops[node].floor = below(room.rng, day.nodes[node].windows)
        done = True
    else:
        done = _lunch(day, plan, room, plan.stops[node].run)
    return bool(done)


@inlined
def may(day: Day, plan: Plan, node: int, run: int) -> bool:
    """Tell whether a caregiver may serve a node, and is not the one of its partner."""
    mate = day.nodes[node].mate
    return bool(day.dear[node, run] < REFUSED and (mate < 0 or plan.stops[mate].run != run))


@inlined
def slot(plan: Plan, room: Room, run: int, start: int) -> int:
    """Give about the number of the stop that somebody who starts at an instant would be."""
    at = 0
    while at < plan.runs[run].stops and plan.stops[plan.rows[run, at]].start < start:
        at += 1
    at += below(room.rng, 3) - 1
    return int(max(0, min(at, plan.runs[run].stops)))


@inner
def target(day: Day, plan: Plan, room: Room, node: int, start: int) -> tuple[int, int]:
    """Draw a run and a position for a node that is in none: beside one that it goes well with, or anywhere."""
    if draw(room.rng) < 0.5:
        other = day.near[node, below(room.rng, day.near.shape[1])]
        if plan.stops[other].run >= 0:
            return plan.stops[other].run, plan.stops[other].at + below(room.rng, 2)
    run = below(room.rng, len(day.carers))
    return run, slot(plan, room, run, start)


@inlined
def wish(day: Day, room: Room, node: int) -> int:
    """Draw an instant inside one of the windows of a node."""
    row = day.nodes[node].window + below(room.rng, day.nodes[node].windows)
    opens, closes = day.windows[row, 0], day.windows[row, 1]
    return int(opens + below(room.rng, max(1, closes - opens + 1)))


@inner
def _place(day: Day, plan: Plan, room: Room, node: int, start: int) -> bool:
    """Put a node somewhere."""
    for _ in range(6):
        run, at = target(day, plan, room, node, start)
        if may(day, plan, node, run):
            put(plan, room, node, run, at)
            return True
    return False


@inner
def _in_or_out(day: Day, plan: Plan, room: Room, node: int) -> bool:
    """Take a patient in, or an optional one out, or one in for another."""
    patient = day.nodes[node].patient
    one, other = day.partners[patient, 0], day.partners[patient, 1]
    if plan.stops[one].run >= 0:
        if day.absent[patient] >= MISSING:
            return False
        take(plan, room, one)
        if other >= 0:
            take(plan, room, other)
        plan.total[0] += day.absent[patient]
        if draw(room.rng) < 0.5:
            return True
        node = day.near[node, below(room.rng, day.near.shape[1])]
        patient = day.nodes[node].patient
        one, other = day.partners[patient, 0], day.partners[patient, 1]
        if plan.stops[one].run >= 0:
            return True
    start = wish(day, room, one)
    plan.total[0] -= day.absent[patient]
    placed = _place(day, plan, room, one, start)
    if placed and other >= 0:
        placed = _place(day, plan, room, other, start + (day.nodes[one].least if day.nodes[one].tied else 0))
    return placed


@inner
def _move(day: Day, plan: Plan, room: Room, node: int, many: int) -> bool:
    """Move a node, and perhaps some that follow it, elsewhere."""
    start = plan.stops[node].start if draw(room.rng) < 0.7 else wish(day, room, node)
    run, at = plan.stops[node].run, plan.stops[node].at
    many = min(many, plan.runs[run].stops - at)
    row = room.old.rows[run]
    for k in range(many):
        take(plan, room, row[at + k] if k else node)
    if not _place(day, plan, room, node, start):
        return False
    for k in range(1, many):
        run_now = plan.stops[node].run
        if not may(day, plan, row[at + k], run_now):
            return False
        put(plan, room, row[at + k], run_now, plan.stops[node].at + k)
    return True


@inner
def _move_both(day: Day, plan: Plan, room: Room, node: int) -> bool:
    """Move both services of a patient."""
    mate = day.nodes[node].mate
    if plan.stops[mate].run < 0:
        return False
    start = plan.stops[node].start if draw(room.rng) < 0.5 else wish(day, room, node)
    then = start + day.nodes[node].least if day.nodes[node].tied else plan.stops[mate].start
    take(plan, room, node)
    take(plan, room, mate)
    return _place(day, plan, room, node, start) and _place(day, plan, room, mate, then)


@inner
def _swap(day: Day, plan: Plan, room: Room, node: int) -> bool:
    """Exchange two nodes."""
    if draw(room.rng) < 0.5:
        other = below(room.rng, len(day.nodes))
    else:
        other = day.near[node, below(room.rng, day.near.shape[1])]
    one, two = plan.stops[node].run, plan.stops[other].run
    if other == node or two < 0:
        return False
    if one != two and not (may(day, plan, node, two) and may(day, plan, other, one)):
        return False
    first, then = plan.stops[node].at, plan.stops[other].at
    touch(plan, room, one, first)
    touch(plan, room, two, then)
    plan.rows[one, first], plan.rows[two, then] = other, node
    plan.stops[node].run, plan.stops[node].at = two, then
    plan.stops[other].run, plan.stops[other].at = one, first
    return True


@inner
def _cross(day: Day, plan: Plan, room: Room, node: int) -> bool:
    """Exchange the rest of two runs, from a node on."""
    one, first = plan.stops[node].run, plan.stops[node].at
    two = below(room.rng, len(day.carers))
    if one == two:
        return False
    then = slot(plan, room, two, plan.stops[node].start)
    touch(plan, room, one, first)
    touch(plan, room, two, then)
    many, others = plan.runs[one].stops - first, plan.runs[two].stops - then
    for k in range(max(many, others)):
        a, b = plan.rows[one, first + k], plan.rows[two, then + k]
        if k < many:
            plan.rows[two, then + k] = a
            plan.stops[a].run, plan.stops[a].at = two, then + k
        if k < others:
            plan.rows[one, first + k] = b
            plan.stops[b].run, plan.stops[b].at = one, first + k
    plan.runs[one].stops, plan.runs[two].stops = first + others, then + many
    for k in range(max(many, others)):
        if k < many and not may(day, plan, plan.rows[two, then + k], two):
            return False
        if k < others and not may(day, plan, plan.rows[one, first + k], one):
            return False
    plan.runs[one].lunch = min(plan.runs[one].lunch, first + others)
    plan.runs[two].lunch = min(plan.runs[two].lunch, then + many)
    return True


@inlined
def _lunch(day: Day, plan: Plan, room: Room, run: int) -> bool:
    """Have lunch at another stop."""
    if not day.carers[run].lunch:
        return False
    was = plan.runs[run].lunch
    now = max(0, min(plan.runs[run].stops, was + 2 * below(room.rng, 2) - 1))
    if draw(room.rng) < 0.2:
        now = below(room.rng, plan.runs[run].stops + 1)
    touch(plan, room, run, min(was, now))
    plan.runs[run].lunch = now
    return bool(now != was)


def improve(day: Day, rows: Rows, *, seconds: float, seed: int) -> Plan:
    """Improve a plan for some processor seconds; without any, give it as it is."""
    plan, best, room = new_plan(day), new_plan(day), new_room(day, seed)
    orders = np.full((len(rows), 1 + max(len(nodes) for nodes, _ in rows)), -1, np.int64)
    for order, (nodes, _) in zip(orders, rows, strict=True):
        order[: len(nodes)] = nodes
    if not load(day, (plan, best), room, orders, np.array([lunch for _, lunch in rows], np.int64)):
        plan, best = new_plan(day), new_plan(day)
    if seconds > 0:
        _anneal_in_cycles(day, (plan, best), room, seconds)
    return best


def _anneal_in_cycles(day: Day, plans: tuple[Plan, Plan], room: Room, seconds: float) -> None:
    """Cool down once, or again and again where the time is long for the size of the day."""
    price = float(max(day.prices["travel"][0], day.prices["wait"][0], 1.0))
    began, step = time.process_time(), PROBE
    anneal(day, plans, room, PROBE, (HEATS[0][0] * price, HEATS[0][0] * price, 0.0, 0.0))
    done = (time.process_time() - began) / seconds
    cycles = max(1, round(PROBE / max(done, 1e-6) / (CYCLE * len(day.nodes) ** 2)))
    while done < 1.0:
        cycle, part = divmod(done * cycles, 1.0)
        hot, cold = HEATS[int(cycle) % len(HEATS)]
        anneal(day, plans, room, step, (price * hot, price * cold, part, min(1.0, part + SLICE * cycles)))
        used, done = done, (time.process_time() - began) / seconds
        step = max(PROBE // 10, round(step * SLICE / max(done - used, 1e-6)))
