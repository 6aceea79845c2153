"""Which nodes each shift serves in which order: what the engines pass to one another before times are told.

A node is a leg (number below L) or a break of a shift (L plus the break's row). Times, legality and price of a
sequence are worked out here exactly, boats included, one run at a time; nothing is searched but the place of breaks.
"""

from __future__ import annotations

import math
from itertools import combinations_with_replacement
from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from solver.compile import NO_LIMIT
from solver.timing import NEVER, UNREACHABLE, arrival, latest_departure

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from solver.compile import Compiled


NOTHING: Mapping[int, int] = MappingProxyType({})


class Sequences(NamedTuple):
    """`nodes` of every shift in order (empty when the shift has no visit); `start_s` fixes the start of each placed leg
    that is tied to others (after `retime`, of every leg)."""

    nodes: tuple[tuple[int, ...], ...]
    start_s: Mapping[int, int]


class NodeWindow(NamedTuple):
    """When a leg or a break may start, first and last, and how long it takes."""

    earliest_s: int
    latest_s: int
    duration_s: int


def nobody_works(compiled: Compiled) -> Sequences:
    """Give the sequences of a day on which nothing is placed."""
    return Sequences(((),) * len(compiled.mode), {})


def legs_of(compiled: Compiled, nodes: Iterable[int]) -> tuple[int, ...]:
    """Give the legs among nodes, in order."""
    return tuple(node for node in nodes if node < len(compiled.place))


def unserved_legs(compiled: Compiled, sequences: Sequences) -> tuple[int, ...]:
    """Give the legs in no run."""
    served = {node for nodes in sequences.nodes for node in nodes}
    return tuple(leg for leg in range(len(compiled.place)) if leg not in served)


def breaks_of(compiled: Compiled, shift: int) -> tuple[int, ...]:
    """Give the break nodes of a shift in the order in which they must begin."""
    rows = range(compiled.break_first[shift], compiled.break_first[shift] + compiled.break_count[shift])
    order = sorted(rows, key=lambda row: (compiled.break_latest_s[row], compiled.break_earliest_s[row]))
    return tuple(len(compiled.place) + row for row in order)


def earliest_starts(
    compiled: Compiled, shift: int, nodes: Sequence[int], start_s: Mapping[int, int]
) -> tuple[int, ...] | None:
    """Give the earliest start of every node, legs in `start_s` just then; None when the run breaks a rule."""
    legs = list(legs_of(compiled, nodes))
    if not _within_limits(compiled, shift, legs):
        return None
    if legs and compiled.max_span_s[shift] < NO_LIMIT and starts_within_span(compiled, shift, nodes, start_s) is None:
        return None
    timed = _timed(compiled, shift, nodes, start_s, int(compiled.shift_earliest_s[shift]))
    return timed.starts if timed else None


def earliest_within_span(
    compiled: Compiled, shift: int, nodes: Sequence[int], no_earlier: Mapping[int, int]
) -> tuple[int, ...] | None:
    """Give the earliest start of every node of a run that keeps the span of its shift, legs in `no_earlier` not before.

    None when a window is missed.
    """
    leave_s = int(compiled.shift_earliest_s[shift])
    while (timed := _timed(compiled, shift, nodes, {}, leave_s, no_earlier)) is not None:
        if timed.back_s - leave_s <= compiled.max_span_s[shift]:
            return timed.starts
        leave_s = timed.back_s - int(compiled.max_span_s[shift])
    return None


def starts_within_span(
    compiled: Compiled, shift: int, nodes: Sequence[int], start_s: Mapping[int, int]
) -> tuple[int, ...] | None:
    """Give starts of every node that keep the span of a shift, for a carer who is home as early as can be.

    Who leaves later is back no earlier: after the latest departure with the same return, the first is tried at which
    another return could be in time. None when the span is too long whenever home is left.
    """
    leave_s, most_s = int(compiled.shift_earliest_s[shift]), int(compiled.max_span_s[shift])
    while (timed := _timed(compiled, shift, nodes, start_s, leave_s)) is not None:
        latest_s = _latest_leave(compiled, shift, nodes, start_s, timed.back_s)
        if timed.back_s - latest_s <= most_s:
            timed = _timed(compiled, shift, nodes, start_s, latest_s)
            return timed.starts if timed else None
        leave_s = timed.back_s - most_s
    return None


class _Timed(NamedTuple):
    starts: tuple[int, ...]
    back_s: int


def _within_limits(compiled: Compiled, shift: int, legs: list[int]) -> bool:
    """Tell whether a shift may serve legs in this order, whenever they start."""
    if compiled.refusal[legs, shift].any() or compiled.load[legs].sum() > compiled.capacity[shift]:
        return False
    mode, places = compiled.mode[shift], compiled.place[legs]
    ends = [compiled.start_place[shift], *places, compiled.end_place[shift]]
    work_s = compiled.duration_s[legs].sum() + compiled.work_s[mode, places[:-1], places[1:]].sum()
    if work_s > compiled.max_work_s[shift]:
        return False
    limit_s = compiled.max_drive_s[shift]
    return bool(limit_s == NO_LIMIT or compiled.drive_s[mode, ends[:-1], ends[1:]].sum() <= limit_s)


def _timed(
    compiled: Compiled,
    shift: int,
    nodes: Sequence[int],
    start_s: Mapping[int, int],
    leave_s: int,
    no_earlier: Mapping[int, int] = NOTHING,
) -> _Timed | None:
    """Start every node as early as can be when home is left at `leave_s` or later; None when a window is missed."""
    mode, here = int(compiled.mode[shift]), int(compiled.start_place[shift])
    free_s, first, starts = int(compiled.shift_earliest_s[shift]), True, []
    for node in nodes:
        if node < len(compiled.place):
            there = int(compiled.place[node])
            free_s = arrival(compiled.tables, mode, here, there, max(free_s, leave_s) if first else free_s)
            here, first = there, False
        begin_s = next_start(compiled, node, max(free_s, start_s.get(node, free_s), no_earlier.get(node, free_s)))
        if begin_s > min(node_window(compiled, node).latest_s, start_s.get(node, begin_s)):
            return None
        starts.append(begin_s)
        free_s = begin_s + node_window(compiled, node).duration_s
    back_s = arrival(compiled.tables, mode, here, int(compiled.end_place[shift]), free_s)
    return None if back_s > compiled.shift_latest_s[shift] else _Timed(tuple(starts), back_s)


def _latest_leave(compiled: Compiled, shift: int, nodes: Sequence[int], start_s: Mapping[int, int], back_s: int) -> int:
    """Give the latest instant to leave home so as to be back by `back_s`, which can be done."""
    mode, there, due_s = int(compiled.mode[shift]), int(compiled.end_place[shift]), back_s
    legs = [k for k, node in enumerate(nodes) if node < len(compiled.place)]
    for k, end in zip(reversed(legs), reversed([*legs[1:], len(nodes)]), strict=True):
        here = int(compiled.place[nodes[k]])
        due_s = latest_departure(compiled.tables, mode, here, there, due_s)
        for node in reversed(nodes[k:end]):
            due_s -= node_window(compiled, node).duration_s
            due_s = last_start(compiled, node, min(due_s, start_s.get(node, due_s)))
        there = here
    return latest_departure(compiled.tables, mode, int(compiled.start_place[shift]), there, due_s)


def with_breaks(
    compiled: Compiled, shift: int, legs: Sequence[int], start_s: Mapping[int, int]
) -> tuple[int, ...] | None:
    """Put the shift's breaks between its legs so that the carer is home early, and then the visits are early.

    None when no way is legal.
    """
    if not legs:
        return ()
    breaks = breaks_of(compiled, shift)
    best: tuple[int, int, tuple[int, ...]] | None = None
    for places in combinations_with_replacement(range(len(legs) + 1), len(breaks)):
        nodes = list(legs)
        for place, rest in reversed(list(zip(places, breaks, strict=True))):
            nodes.insert(place, rest)
        starts = earliest_starts(compiled, shift, nodes, start_s)
        if starts is not None:
            legs_s = sum(start for node, start in zip(nodes, starts, strict=True) if node < len(compiled.place))
            timed = back_home_s(compiled, shift, nodes, starts[-1]), legs_s, tuple(nodes)
            best = timed if best is None else min(best, timed)
    return best[2] if best else None


def back_home_s(compiled: Compiled, shift: int, nodes: Sequence[int], last_start_s: int) -> int:
    """Give when a carer is home whose last node starts at an instant."""
    last_place = int(compiled.place[legs_of(compiled, nodes)[-1]])
    free_s = last_start_s + node_window(compiled, nodes[-1]).duration_s
    return arrival(compiled.tables, int(compiled.mode[shift]), last_place, int(compiled.end_place[shift]), free_s)


def run_cost(compiled: Compiled, shift: int, nodes: Sequence[int]) -> int:
    """Price a run: travel, who comes, its work against that of an idle shift, and areas beyond the first."""
    legs = list(legs_of(compiled, nodes))
    if not legs:
        return 0
    mode, places = compiled.mode[shift], compiled.place[legs]
    home = compiled.commute_cost[mode]
    return int(
        home[compiled.start_place[shift], places[0]]
        + compiled.arc_cost[mode, places[:-1], places[1:]].sum()
        + home[places[-1], compiled.end_place[shift]]
        + compiled.assign_cost[legs, shift].sum()
        + compiled.another_area * max(0, len(set(compiled.area[legs].tolist()) - {-1}) - 1)
        + math.floor(_work_price(compiled, shift, legs) + 0.5)
    )


def _work_price(compiled: Compiled, shift: int, legs: list[int]) -> float:
    mode, places, due_s = compiled.mode[shift], compiled.place[legs], int(compiled.contracted_s[shift])
    travel_s = int(compiled.work_s[mode, places[:-1], places[1:]].sum())
    done_s = int(compiled.paid_s[shift] + compiled.duration_s[legs].sum()) + travel_s
    by_contract = compiled.overtime[shift] * max(0, done_s - due_s) - compiled.undertime[shift] * min(done_s, due_s)
    return float(by_contract + compiled.balance * done_s * done_s / 7200)


def _company_price(compiled: Compiled, sequences: Sequences) -> int:
    """Price the carers and providers of all clients beyond the first."""
    crew = {
        (int(compiled.client[leg]), shift)
        for shift, nodes in enumerate(sequences.nodes)
        for leg in legs_of(compiled, nodes)
    }
    clients = len({client for client, _ in crew})
    carers = len({(client, int(compiled.carer[shift])) for client, shift in crew})
    providers = len({(client, int(compiled.provider[shift])) for client, shift in crew})
    return compiled.another_carer * (carers - clients) + compiled.another_provider * (providers - clients)


def plan_cost(compiled: Compiled, sequences: Sequences) -> int:
    """Price a whole plan: its runs, idle shifts, company of clients, legs it leaves out, and each provider's hours."""
    absent = np.ones(len(compiled.place), np.bool_)
    contact_s = np.zeros(len(compiled.providers), np.int64)
    cost = 0
    for shift, nodes in enumerate(sequences.nodes):
        legs = list(legs_of(compiled, nodes))
        absent[legs] = False
        contact_s[compiled.provider[shift]] += compiled.duration_s[legs].sum()
        cost += run_cost(compiled, shift, nodes)
    outside_s = np.maximum(compiled.provider_floor_s - contact_s, contact_s - compiled.provider_ceiling_s)
    outside = int(np.rint(compiled.provider_price * np.maximum(outside_s, 0)).sum())
    idle = int(np.rint(compiled.undertime * compiled.contracted_s).sum()) + _company_price(compiled, sequences)
    return cost + outside + idle + int(compiled.unplaced_cost[absent].sum())


def next_start(compiled: Compiled, node: int, at_s: int) -> int:
    """Give the first start of a node at or after an instant, `UNREACHABLE` when its windows are over by then."""
    windows = _windows(compiled, node)
    return next((max(at_s, opens_s) for opens_s, closes_s in windows if at_s <= closes_s), UNREACHABLE)


def last_start(compiled: Compiled, node: int, at_s: int) -> int:
    """Give the last start of a node at or before an instant, `NEVER` when its windows have not begun by then."""
    windows = reversed(_windows(compiled, node))
    return next((min(at_s, closes_s) for opens_s, closes_s in windows if at_s >= opens_s), NEVER)


def _windows(compiled: Compiled, node: int) -> list[tuple[int, int]]:
    earliest_s, latest_s, _ = node_window(compiled, node)
    if node >= len(compiled.place):
        return [(earliest_s, latest_s)]
    first, count = compiled.window_first[node], compiled.window_count[node]
    rows = compiled.windows[first : first + count].tolist()
    cut = [(max(opens_s, earliest_s), min(closes_s, latest_s)) for opens_s, closes_s in rows]
    return [window for window in cut if window[0] <= window[1]]


def node_window(compiled: Compiled, node: int) -> NodeWindow:
    """Give when a node may start, first and last, and how long it takes."""
    row = node - len(compiled.place)
    if row < 0:
        return NodeWindow(int(compiled.earliest_s[node]), int(compiled.latest_s[node]), int(compiled.duration_s[node]))
    return NodeWindow(
        int(compiled.break_earliest_s[row]), int(compiled.break_latest_s[row]), int(compiled.break_duration_s[row])
    )
