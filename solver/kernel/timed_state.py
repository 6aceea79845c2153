"""The arrays of the search with exact clocks: the day (never changed), a plan with its earliest schedule, and room.

A node is a leg (number below L), a break (below L + B), or where a run begins (below L + B + S) or ends. Runs are
linked lists of nodes; a break has the place of the node before it. Instants are seconds; costs are equivalent paid
seconds, as real numbers.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray  # noqa: TC002 - named tuples keep their annotations

from solver.compile_links import OTHERS
from solver.kernel.jit import NO_LIMIT
from solver.kernel.rng import new_rng
from solver.kernel.state import DRIVE, REFUSED, SPAN, _breaks_in_order, _neighbours, _shifts
from solver.timing import Tables  # noqa: TC001 - the same

if TYPE_CHECKING:
    from collections.abc import Sequence

    from solver.compile import Compiled
    from solver.compile_clock import ClockPrices

NONE = -(10**9)
"""The lag of a tie that does not bind in one direction; the start of what is not placed."""

FOREVER = float(2**60)
"""The cost of what cannot be done."""

PLACED, CLOCK, LARGEST, UNPLACED, CONTACT = range(5)
"""Positions in `TimedPlan.cost`: travel, carers and provider hours; starts; the largest lateness in seconds; absences;
and from the last on the contact time of each provider, in seconds."""

KEPT = 6
"""How many places of a leg are tried on with the other legs of its group."""
FRAMES = 64

NODE = np.dtype(
    [
        (name, np.int64)
        for name in (
            "place", "duration_s", "earliest_s", "latest_s", "window", "windows", "load", "group", "pinned", "rank",
            "late_after_s", "early_before_s", "was_s", "hold_s", "tie", "ties", "gap", "gaps", "options",
        )
    ]
    + [(name, np.float64) for name in ("late", "early", "moved")],
    align=True,
)  # fmt: skip
TIE = np.dtype([(name, np.int64) for name in ("other", "after_s", "before_s", "carer")], align=True)
GAP = np.dtype([(name, np.int64) for name in ("other", "after_s", "before_s", "mirror", "one_provider")], align=True)
STOP = np.dtype([(name, np.int64) for name in ("next", "prev", "run", "start_s", "at", "held")], align=True)
RUN = np.dtype([(name, np.int64) for name in ("visits", "work_s", "drive_s", "load")], align=True)
OFFER = np.dtype([("cost", np.float64), ("after", np.int64), ("rests", np.int64)], align=True)
FRAME = np.dtype(
    [(name, np.int64) for name in ("undo", "rests")]
    + [(name, np.float64) for name in ("placed", "clock", "largest", "unplaced")],
    align=True,
)
GROUP = np.dtype([("first", np.int64), ("end", np.int64), ("price", np.float64)], align=True)
FUNDER = np.dtype([(name, np.int64) for name in ("floor_s", "ceiling_s")] + [("price", np.float64)], align=True)


class TimedDay(NamedTuple):
    """What never changes during a search.

    `nodes` NODE (N,): a leg is held until `hold_s` where the plan says so; its ties are the `ties` rows from `tie` of
    `ties` TIE: `other` starts `after_s` or more after it, and it `before_s` or more after `other`. `gaps` GAP likewise
    for visits to the same client, of which one direction binds. `legs` (L,) lists the legs by group, and `groups` GROUP
    (G,) where those begin and end that are placed together or not at all. The rest as in `state.Day`; `latest` is the
    price of a second of the largest lateness.
    """

    nodes: NDArray[np.void]
    ties: NDArray[np.void]
    gaps: NDArray[np.void]
    legs: NDArray[np.int64]
    groups: NDArray[np.void]
    shifts: NDArray[np.void]
    providers: NDArray[np.void]
    breaks: NDArray[np.int64]
    serve_cost: NDArray[np.int32]
    neighbours: NDArray[np.int64]
    tables: Tables
    ways: NDArray[np.int32]
    lists: NDArray[np.int64]
    latest: float
    rules: int


class TimedPlan(NamedTuple):
    """A plan: `stops` STOP (N,) with `run` -1 where not placed, `runs` RUN (S,), `gap_side` (rows of gaps,) 1 where
    the other visit comes after, -1 where before, 0 where one is not placed. `cost` (4 + K,) is followed by the seconds
    of each provider."""

    stops: NDArray[np.void]
    runs: NDArray[np.void]
    gap_side: NDArray[np.int64]
    cost: NDArray[np.float64]


class Room(NamedTuple):
    """Room to work in: `undo` (2, ...) nodes and starts to give back, `lists` (8, N + 1), `offers` (5, ...) of
    places, `frames` of nested changes, and `key` to sort by.
    """

    undo: NDArray[np.int64]
    lists: NDArray[np.int64]
    offers: NDArray[np.void]
    frames: NDArray[np.void]
    counts: NDArray[np.int64]
    key: NDArray[np.float64]
    rng: NDArray[np.uint64]


QUEUE, QUEUED, SPREAD, MARK, REMOVED, LOOSE, SEEN, CLOSE = range(8)
"""Rows of `Room.lists`: what waits to be settled and whether a node does, what may start earlier, marks, groups that
were removed and that are to be placed, and runs already ruined. `Room.counts` has the lengths of some."""

UNDO, DEPTH, STAMP, HEAD, TAIL, ROUND, DOUBTS = QUEUE, QUEUED, MARK, 7, 8, 9, 10
"""Other positions in `Room.counts`."""

HEAD_LEG, FURTHER, CHOSEN, TRIAL, DOUBTED = range(5)
"""Rows of `Room.offers`: places of the first leg of a group, of another, and of the whole group at best and now; and
places of which only the least price is known."""


def prepare_timed(compiled: Compiled, prices: ClockPrices) -> TimedDay:
    """Arrange a compiled day for the search."""
    legs, n_breaks, n_shifts = len(compiled.place), len(compiled.break_duration_s), len(compiled.mode)
    nodes = np.zeros(legs + n_breaks + 2 * n_shifts, NODE)
    nodes["place"], nodes["pinned"] = -1, -1
    nodes["late_after_s"], nodes["early_before_s"] = NO_LIMIT, -NO_LIMIT
    for name in ("place", "duration_s", "earliest_s", "latest_s", "load", "pinned"):
        nodes[name][:legs] = getattr(compiled, name)
    nodes["rank"][:legs] = compiled.pin_rank
    nodes["window"][:legs] = 2 * compiled.window_first
    nodes["windows"][:legs] = np.where(compiled.window_count > 1, compiled.window_count, 0)
    for name in ("late_after_s", "early_before_s", "was_s", "late", "early", "moved"):
        nodes[name][:legs] = getattr(prices, name)
    nodes["hold_s"][:legs] = _holds(compiled, prices)
    rests = nodes[legs : legs + n_breaks]
    rests["duration_s"] = compiled.break_duration_s
    rests["earliest_s"], rests["latest_s"] = compiled.break_earliest_s, compiled.break_latest_s
    _add_homes(nodes[legs + n_breaks :], compiled)
    nodes["hold_s"][legs:] = nodes["earliest_s"][legs:]
    ties, gaps = _ties(compiled), _gaps(compiled)
    nodes["tie"][:legs], nodes["ties"][:legs] = _rows(ties[0], legs)
    nodes["gap"][:legs], nodes["gaps"][:legs] = _rows(gaps[0], legs)
    group = _groups(legs, ties)
    nodes["group"][:legs] = group
    order = np.argsort(group, kind="stable")
    first = np.searchsorted(group[order], np.arange(group.max(initial=-1) + 2))
    groups = np.zeros(len(first) - 1, GROUP)
    groups["first"], groups["end"] = first[:-1], first[1:]
    np.add.at(groups["price"], group, compiled.unplaced_cost)
    providers = np.zeros(len(compiled.providers), FUNDER)
    providers["floor_s"], providers["ceiling_s"] = compiled.provider_floor_s, compiled.provider_ceiling_s
    providers["price"] = compiled.provider_price
    nodes["options"][:legs] = (compiled.refusal == 0).sum(axis=1)
    wished = np.clip(np.minimum(compiled.latest_s, nodes["late_after_s"][:legs]), compiled.earliest_s, None)
    return TimedDay(
        nodes=nodes,
        ties=ties[1],
        gaps=gaps[1],
        legs=order.astype(np.int64),
        groups=groups,
        shifts=_shifts(compiled),
        providers=providers,
        breaks=_breaks_in_order(compiled),
        serve_cost=np.where(compiled.refusal == 0, compiled.assign_cost, REFUSED).astype(np.int32),
        neighbours=_neighbours(replace(compiled, latest_s=wished.astype(np.int32))),
        tables=compiled.tables,
        ways=compiled.ways,
        lists=compiled.windows.ravel().astype(np.int64),
        latest=prices.latest,
        rules=_rules(compiled),
    )


def _rules(compiled: Compiled) -> int:
    drive, span = (bool((limit < NO_LIMIT).any()) for limit in (compiled.max_drive_s, compiled.max_span_s))
    return DRIVE * drive + SPAN * span


def _holds(compiled: Compiled, prices: ClockPrices) -> NDArray[np.int64]:
    """Give the start (L,) that each leg would be held for, its earliest where it has no such wish."""
    wish = np.where(prices.early > 0, prices.early_before_s, NONE)
    wish = np.maximum(wish, np.where(prices.moved > 0, prices.was_s, NONE))
    return np.clip(wish, compiled.earliest_s, compiled.latest_s).astype(np.int64)


def _add_homes(homes: NDArray[np.void], compiled: Compiled) -> None:
    starts, ends = np.split(homes, 2)
    starts["place"], ends["place"] = compiled.start_place, compiled.end_place
    for each in (starts, ends):
        each["earliest_s"], each["latest_s"] = compiled.shift_earliest_s, compiled.shift_latest_s


def _ties(compiled: Compiled) -> tuple[NDArray[np.int64], NDArray[np.void]]:
    """List the ties of pairs and sequences from both sides: whose row it is, and the row."""
    rows = [(leg, int(mate), 0, 0, OTHERS) for leg, mate in enumerate(compiled.mate) if mate >= 0]
    links = zip(
        compiled.link_legs.tolist(), compiled.link_least_s, compiled.link_most_s, compiled.link_carer, strict=True
    )
    for (first, then), least_s, most_s, carer in links:
        rows += [(first, then, least_s, -most_s, carer), (then, first, -most_s, least_s, carer)]
    return _table(rows, TIE)


def _gaps(compiled: Compiled) -> tuple[NDArray[np.int64], NDArray[np.void]]:
    """List the other visits to the same client, where it needs a gap or one provider."""
    rows: list[tuple[int, ...]] = []
    binding = (compiled.client_gap_s > 0) | compiled.client_one_provider
    for client in np.flatnonzero(binding).tolist():
        legs, gap_s = np.flatnonzero(compiled.client == client).tolist(), int(compiled.client_gap_s[client])
        one = int(compiled.client_one_provider[client])
        for leg in legs:
            for other in legs:
                if compiled.leg_visit[leg] != compiled.leg_visit[other]:
                    after_s, before_s = (int(compiled.duration_s[k]) + gap_s if gap_s else NONE for k in (leg, other))
                    rows.append((leg, other, after_s, before_s, 0, one))
    owner, table = _table(rows, GAP)
    row_of = {(leg, int(other)): row for row, (leg, other) in enumerate(zip(owner, table["other"], strict=True))}
    table["mirror"] = [row_of[int(other), leg] for leg, other in zip(owner, table["other"], strict=True)]
    return owner, table


def _table(rows: Sequence[tuple[int, ...]], kind: np.dtype[np.void]) -> tuple[NDArray[np.int64], NDArray[np.void]]:
    """Sort rows by their owner, the first number of each."""
    rows = sorted(rows)
    return np.array([row[0] for row in rows], np.int64), np.array([tuple(row[1:]) for row in rows], kind)


def _rows(owner: NDArray[np.int64], legs: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Give the first row (L,) and the number of rows of each owner."""
    first, end = (np.searchsorted(owner, np.arange(legs), side=side) for side in ("left", "right"))
    return first.astype(np.int64), (end - first).astype(np.int64)


def _groups(legs: int, ties: tuple[NDArray[np.int64], NDArray[np.void]]) -> NDArray[np.int64]:
    """Give the number of its group (L,) to each leg: legs that are tied to one another have the same."""
    group = np.arange(legs)
    for owner, other in [*zip(ties[0].tolist(), ties[1]["other"].tolist(), strict=True)]:
        group[group == max(group[owner], group[other])] = min(group[owner], group[other])
    return np.unique(group, return_inverse=True)[1].astype(np.int64)


def new_plan(day: TimedDay) -> TimedPlan:
    """Build a plan in which nobody works."""
    n_shifts = len(day.shifts)
    stops = np.zeros(len(day.nodes), STOP)
    stops["next"] = stops["prev"] = stops["run"] = -1
    stops["start_s"] = NONE
    starts, ends = stops[-2 * n_shifts : -n_shifts or None], stops[len(stops) - n_shifts :]
    if n_shifts:
        first = len(day.nodes) - 2 * n_shifts
        starts["next"], ends["prev"] = np.arange(n_shifts) + first + n_shifts, np.arange(n_shifts) + first
        starts["run"] = ends["run"] = np.arange(n_shifts)
        stops["start_s"][first:] = day.nodes["earliest_s"][first:]
        stops["at"][first:] = day.nodes["place"][first:]
    floors = float((day.providers["price"] * day.providers["floor_s"]).sum())
    return TimedPlan(
        stops=stops,
        runs=np.zeros(n_shifts, RUN),
        gap_side=np.zeros(len(day.gaps), np.int64),
        cost=np.array([floors, 0.0, 0.0, day.groups["price"].sum(), *np.zeros(len(day.providers))]),
    )


def new_room(day: TimedDay, seed: int) -> Room:
    """Build the room of one search."""
    nodes = len(day.nodes)
    return Room(
        undo=np.zeros((2, 40 * nodes + 10_000), np.int64),
        lists=np.zeros((8, nodes + 1), np.int64),
        offers=np.zeros((5, nodes + FRAMES), OFFER),
        frames=np.zeros(FRAMES, FRAME),
        counts=np.zeros(11, np.int64),
        key=np.zeros(nodes),
        rng=new_rng(seed),
    )
