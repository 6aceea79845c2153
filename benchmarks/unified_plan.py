"""A plan of the unified format, changes of it that can be taken back, and its earliest schedule with its price.

A node is one service; a run is the row of one caregiver, whose lunch is taken before the stop of some number, at its
home (or after the last, there). Times are minutes. Starts are the earliest that the order of the stops, the windows and
the partners allow; then each caregiver leaves as late as costs nothing. Lunches last as long as they must and no
longer, as in every published solution. Minutes of a hard rule have a price while searching, and are `broken`.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray  # noqa: TC002 - named tuples keep their annotations

from benchmarks.compiling import compiled, inlined, inner
from benchmarks.unified import LUNCH, Stop
from solver.kernel.rng import new_rng

if TYPE_CHECKING:
    from benchmarks.unified import Instance
    from benchmarks.unified_day import Day

NONE, FAR = -(10**6), 10**6
STOP = np.dtype([(name, np.int64) for name in ("run", "at", "start", "floor")], align=True)
RUN = np.dtype(
    [
        (name, np.int64)
        for name in (
            "stops", "lunch", "lunch_at", "next", "begin", "stamp",
            "travel", "work", "wait", "late", "latest", "extra", "idle", "missed", "dear",
        )
    ],
    align=True,
)  # fmt: skip


class Plan(NamedTuple):
    """`rows` (C, N) lists the nodes of each run; `total` (1,) has the price of the patients left out."""

    rows: NDArray[np.int64]
    runs: NDArray[np.void]
    stops: NDArray[np.void]
    total: NDArray[np.float64]


class Room(NamedTuple):
    """Room to work in: the runs that a change touches, and what they were before."""

    touched: NDArray[np.int64]
    old: Plan
    counts: NDArray[np.int64]
    rng: NDArray[np.uint64]


TOUCHED, STAMP = 0, 1
"""Positions in `Room.counts`."""


def new_plan(day: Day) -> Plan:
    """Build a plan in which nobody works."""
    carers, nodes = len(day.carers), len(day.nodes)
    plan = Plan(
        rows=np.full((carers, nodes + 1), -1, np.int64),
        runs=np.zeros(carers, RUN),
        stops=np.zeros(nodes, STOP),
        total=np.array([day.absent.sum()]),
    )
    plan.stops["run"] = -1
    plan.runs["idle"] = day.carers["closes"] - day.carers["opens"]
    plan.runs["missed"], plan.runs["lunch_at"] = day.carers["lunch"], NONE
    return plan


def new_room(day: Day, seed: int) -> Room:
    """Build the room of one search."""
    return Room(
        touched=np.zeros(len(day.carers), np.int64), old=new_plan(day), counts=np.zeros(2, np.int64), rng=new_rng(seed)
    )


def routes_of(instance: Instance, day: Day, plan: Plan) -> dict[str, list[Stop]]:
    """Write a plan as the stops of each caregiver."""
    services = [need["service"] for facts in instance.patients.values() for need in facts["required_services"]]
    patients = list(instance.patients)
    found: dict[str, list[Stop]] = {}
    for row, carer in enumerate(instance.caregivers):
        run = plan.runs[row]
        stops = []
        for node in plan.rows[row, : run["stops"]].tolist():
            start, lasts = int(plan.stops["start"][node]), int(day.nodes["lasts"][node])
            stops.append(Stop(patients[day.nodes["patient"][node]], services[node], start, start + lasts))
        if run["lunch_at"] >= 0:
            home = stops[min(int(run["lunch"]), len(stops) - 1)].patient
            lunch = int(run["lunch_at"])
            stops.append(Stop(home, LUNCH, lunch, lunch + int(day.lunch[2])))
        found[carer] = sorted(stops, key=lambda stop: (stop.start, stop.end))
    return found


@inner
def touch(plan: Plan, room: Room, run: int, begin: int) -> None:
    """Note that a run changes from a stop on; the first time, keep what it is."""
    facts, old = plan.runs[run], room.old
    if facts.stamp == room.counts[STAMP]:
        facts.begin = min(facts.begin, begin)
        return
    facts.stamp, facts.begin = room.counts[STAMP], begin
    old.runs[run] = facts
    for k in range(facts.stops):
        node = plan.rows[run, k]
        old.rows[run, k] = node
        old.stops[node] = plan.stops[node]
    room.touched[room.counts[TOUCHED]] = run
    room.counts[TOUCHED] += 1


@inner
def open_change(plan: Plan, room: Room) -> None:
    """Begin a change that `take_back` undoes."""
    room.counts[TOUCHED] = 0
    room.counts[STAMP] += 1
    room.old.total[0] = plan.total[0]


@inner
def take_back(plan: Plan, room: Room) -> None:
    """Give every touched run back as it was."""
    old = room.old
    for k in range(room.counts[TOUCHED]):
        run = room.touched[k]
        for j in range(plan.runs[run].stops):
            plan.stops[plan.rows[run, j]].run = -1
    for k in range(room.counts[TOUCHED]):
        run = room.touched[k]
        plan.runs[run] = old.runs[run]
        for j in range(old.runs[run].stops):
            node = old.rows[run, j]
            plan.rows[run, j] = node
            plan.stops[node] = old.stops[node]
    plan.total[0] = old.total[0]


@inner
def take(plan: Plan, room: Room, node: int) -> None:
    """Take a node out of its run."""
    run, at = plan.stops[node].run, plan.stops[node].at
    touch(plan, room, run, at)
    facts = plan.runs[run]
    facts.stops -= 1
    for k in range(at, facts.stops):
        after = plan.rows[run, k + 1]
        plan.rows[run, k] = after
        plan.stops[after].at = k
    if facts.lunch > at or facts.lunch > facts.stops:
        facts.lunch -= 1
    plan.stops[node].run = -1


@inner
def put(plan: Plan, room: Room, node: int, run: int, at: int) -> None:
    """Put a node into a run as stop number `at`."""
    touch(plan, room, run, at)
    facts = plan.runs[run]
    for k in range(facts.stops, at, -1):
        after = plan.rows[run, k - 1]
        plan.rows[run, k] = after
        plan.stops[after].at = k
    facts.stops += 1
    if facts.lunch >= at and facts.lunch > 0:
        facts.lunch += 1
    plan.rows[run, at] = node
    plan.stops[node].run, plan.stops[node].at = run, at


@inner
def schedule(day: Day, plan: Plan, room: Room) -> bool:
    """Time the touched runs, and all that hangs on them, anew; False when partners wait for one another."""
    _spread(day, plan, room)
    left = 0
    for k in range(room.counts[TOUCHED]):
        facts = plan.runs[room.touched[k]]
        facts.next = facts.begin
        left += facts.stops - facts.begin
    while left > 0:
        before = left
        for k in range(room.counts[TOUCHED]):
            left -= _advance(day, plan, room.touched[k])
        if left == before:
            return False
    for k in range(room.counts[TOUCHED]):
        reckon(day, plan, room.touched[k])
    return True


@inlined
def _spread(day: Day, plan: Plan, room: Room) -> None:
    """Touch the runs of partners of what is touched, and theirs."""
    again = True
    while again:
        again, k = False, 0
        while k < room.counts[TOUCHED]:
            run = room.touched[k]
            for j in range(plan.runs[run].begin, plan.runs[run].stops):
                node = day.nodes[plan.rows[run, j]]
                if node.tied and plan.stops[node.mate].run >= 0:
                    mate = plan.stops[node.mate]
                    fresh = plan.runs[mate.run].stamp != room.counts[STAMP]
                    again |= not fresh and plan.runs[mate.run].begin > mate.at
                    touch(plan, room, mate.run, mate.at)
            k += 1


@inlined
def _advance(day: Day, plan: Plan, run: int) -> int:
    """Time the stops of a run up to one whose partner is not reached yet; give how many were timed."""
    facts, done = plan.runs[run], 0
    while facts.next < facts.stops:
        node = plan.rows[run, facts.next]
        here = day.nodes[node]
        if here.tied and plan.stops[here.mate].run >= 0:
            mate = plan.stops[here.mate]
            if plan.runs[mate.run].next != mate.at or mate.run == run:
                break
            _start_both(day, plan, node, here.mate)
            plan.runs[mate.run].next += 1
            done += 1
        else:
            plan.stops[node].start = opened(day, plan, node, ready(day, plan, run, facts.next))
        facts.next += 1
        done += 1
    return done


@inlined
def _start_both(day: Day, plan: Plan, node: int, mate: int) -> None:
    """Start two partners as early as both can."""
    tie = day.nodes[node]
    one = opened(day, plan, node, ready(day, plan, plan.stops[node].run, plan.stops[node].at))
    other = opened(day, plan, mate, ready(day, plan, plan.stops[mate].run, plan.stops[mate].at))
    for _ in range(8):
        if tie.least <= other - one <= tie.most:
            break
        other = opened(day, plan, mate, max(other, one + tie.least))
        one = opened(day, plan, node, max(one, other - tie.most))
    plan.stops[node].start, plan.stops[mate].start = one, other


@inlined
def opened(day: Day, plan: Plan, node: int, at: int) -> int:
    """Give the first start at or after an instant: in or after the window that is chosen, or the next if late is
    forbidden."""
    facts = day.nodes[node]
    row, end = facts.window + plan.stops[node].floor, facts.window + facts.windows
    at = max(at, day.windows[row, 0])
    if day.rules[0]:
        while row < end - 1 and at > day.windows[row, 1]:
            row += 1
            at = max(at, day.windows[row, 0])
    return int(at)


@inlined
def ready(day: Day, plan: Plan, run: int, at: int) -> int:
    """Give when a caregiver can start stop number `at`, after lunch where it is taken there."""
    facts, carer = plan.runs[run], day.carers[run]
    here = day.nodes[plan.rows[run, at]].place
    if at == 0:
        reached = carer.opens + day.distance[carer.from_place, here]
    else:
        before = plan.rows[run, at - 1]
        left = plan.stops[before].start + day.nodes[before].lasts
        reached = left + day.distance[day.nodes[before].place, here]
    if carer.lunch and facts.lunch == at:
        facts.lunch_at = NONE
        if reached <= day.lunch[1]:
            facts.lunch_at = max(reached, day.lunch[0])
            reached = facts.lunch_at + day.lunch[2]
    return int(reached)


@inlined
def window_at(day: Day, node: int, start: int) -> int:
    """Give the last window that opened by a start."""
    row = day.nodes[node].window + day.nodes[node].windows - 1
    while row > day.nodes[node].window and day.windows[row, 0] > start:
        row -= 1
    return int(row)


@inner
def reckon(day: Day, plan: Plan, run: int) -> None:
    """Add up a run whose starts are known."""
    facts, carer = plan.runs[run], day.carers[run]
    facts.travel = facts.work = facts.wait = facts.late = facts.latest = facts.extra = facts.dear = 0
    facts.idle, facts.missed = carer.closes - carer.opens, carer.lunch
    if facts.stops == 0 or not carer.lunch:
        facts.lunch_at = NONE
    if facts.stops == 0:
        return
    here, free, waited, slack = carer.from_place, carer.opens, 0, FAR
    for k in range(facts.stops):
        node = plan.rows[run, k]
        start, there, lasts = plan.stops[node].start, day.nodes[node].place, day.nodes[node].lasts
        way = day.distance[here, there]
        reached, eats = free + way, k == facts.lunch and facts.lunch_at >= 0
        if eats:
            if k > 0 or day.rules[1]:
                waited += facts.lunch_at - reached
                slack = min(slack, waited + day.lunch[1] - facts.lunch_at)
            reached = facts.lunch_at + day.lunch[2]
        if k > 0 or (day.rules[1] and not eats):
            waited += start - reached
        spare = day.windows[window_at(day, node, start), 1] - start
        tied = day.nodes[node].tied and plan.stops[day.nodes[node].mate].run >= 0
        slack = min(slack, waited + (0 if tied else max(0, spare)))
        facts.late, facts.latest = facts.late + max(0, -spare), max(facts.latest, -spare)
        facts.travel, facts.work, facts.dear = facts.travel + way, facts.work + lasts, facts.dear + day.dear[node, run]
        here, free = there, start + lasts
    if carer.lunch and facts.lunch >= facts.stops:
        facts.lunch_at = max(free, day.lunch[0]) if free <= day.lunch[1] else NONE
        if facts.lunch_at >= 0:
            waited += facts.lunch_at - free
            slack = min(slack, waited + day.lunch[1] - facts.lunch_at)
            free = facts.lunch_at + day.lunch[2]
    way = day.distance[here, carer.to_place]
    facts.travel, facts.work = facts.travel + way, facts.work + facts.travel + way
    facts.wait = waited - (0 if day.rules[1] else max(0, min(slack, waited)))
    _close(day, plan, run, free + way)


@inlined
def _close(day: Day, plan: Plan, run: int, back: int) -> None:
    """Note what hangs on the return of a caregiver."""
    facts, carer = plan.runs[run], day.carers[run]
    rested = day.lunch[2] if facts.lunch_at >= 0 else 0
    facts.missed = carer.lunch and facts.lunch_at < 0
    facts.extra = max(0, back - carer.closes)
    facts.idle = max(back, carer.closes) - carer.opens - facts.work - rested


@compiled
def cost_of(day: Day, plan: Plan, which: int) -> float:
    """Price a plan (which 0), or count how much of what is forbidden it has (1)."""
    prices, runs = day.prices[which], plan.runs
    linear, latest, idle, work = plan.total[0] * (1 - which), 0, 0, 0
    for run in range(len(runs)):
        facts = runs[run]
        linear += prices.travel * facts.travel + prices.late * facts.late + prices.wait * facts.wait
        linear += prices.extra * facts.extra + prices.missed * facts.missed + facts.dear * (1 - which)
        latest, idle, work = max(latest, facts.latest), max(idle, facts.idle), work + facts.work
    linear += prices.latest * latest + prices.idle * idle
    if prices.balance > 0:
        mean = work / len(runs)
        for run in range(len(runs)):
            linear += prices.balance * math.ceil(abs(runs[run].work - mean))
    return float(linear)
