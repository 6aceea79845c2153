"""The arrays that the search works on: the day (never changed), the plan at hand, and the best plan so far.

A node is a leg (number below L) or a break of a shift (L and up). A break has no place: it inherits the place of
the stop before. Every run with a visit holds all breaks of its shift. Instants are seconds, costs equivalent paid
seconds. All whole numbers are int64 but for the large matrices.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, cast

import numpy as np
from numpy.typing import NDArray  # noqa: TC002 - named tuples keep their annotations

from solver.kernel.jit import NO_LIMIT
from solver.kernel.rng import new_rng
from solver.kernel.ties import tie
from solver.timing import UNREACHABLE, Tables

if TYPE_CHECKING:
    from solver.compile import Compiled

NEIGHBOURS = 60
CANDIDATES = 400
RANKS, RANKED = 2**20, 200
"""More than there are shifts, so that of those equally far the first comes first; and how many legs are ranked at
once, within the processor's cache."""
REFUSED = -1
PLACED, UNPLACED, UNPAIRED = range(3)
"""Positions in `State.ledger`: the cost of what is placed, of visits of one carer that are not, and of pairs."""

OFFERS = 128
IDLE_TRIED = 5
"""In how many idle runs a visit is tried."""
MUST = 10_000_000
NO_COST = 2**62
ZERO, NOWHERE = cast("tuple[int, int]", (np.int64(0), np.int64(-1)))
"""Nothing yet; and no run, no position. Typed, as every number handed to a compiled function must be: a bare number
would be a type of its own, and the function compiled twice."""

WORK, ARC, COMMUTE, ROAD = range(4)
"""Layers of `Day.ways`: bounds of work, prices between visits and from or to home, bounds of driving."""

EVERYWHERE, NEARBY, TOUCHED_ONLY = cast("tuple[int, int, int]", tuple(np.arange(3)))
"""Which runs a visit is tried in."""


NODE = np.dtype(
    [
        (name, np.int64)
        for name in (
            "place", "duration_s", "load", "windows", "holes", "tied", "mate", "group",
            "earliest_s", "latest_s", "window", "gap", "bound", "head", "pinned", "options",
        )
    ],
    align=True,
)  # fmt: skip
"""What the search asks for most comes first: a record fills two lines of the processor's cache."""

SHIFT = np.dtype(
    [
        (name, np.int64)
        for name in (
            "mode", "start_place", "end_place", "earliest_s", "latest_s",
            "max_work_s", "provider", "carer", "break_first", "break_count", "capacity", "max_drive_s",
            "max_span_s", "settled", "paid_s", "contracted_s",
        )
    ]
    + [(name, np.float64) for name in ("overtime", "undertime", "balance")],
    align=True,
)  # fmt: skip
PROVIDER = np.dtype([("floor_s", np.int64), ("ceiling_s", np.int64)], align=True)
STOP = np.dtype([(name, np.int64) for name in ("node", "place", "start_s", "latest_s")], align=True)
RUN = np.dtype(
    [("cost", np.int64)]
    + [
        (name, np.int64)
        for name in ("length", "visits", "lead", "work_s", "drive_s", "load", "touched", "ruined", "seen", "stale")
    ],
    align=True,
)
OFFER = np.dtype([("cost", np.int64)] + [(n, np.int64) for n in ("run", "position", "first_s", "last_s")], align=True)


DRIVE, SPAN, SEVERAL, WORKED, COMPANY, AREAS, PAIRS = 1, 2, 4, 8, 16, 32, 64
"""Bits of `Day.rules`: some shift limits driving, or its span; some visit has several windows; work has a price, or
more carers or providers of one client, or more areas of a run; some visit needs two carers."""

LIMITS, BY_RUN, BY_LEG, PRICES = DRIVE | SPAN, WORKED | AREAS, COMPANY | AREAS, WORKED | COMPANY | AREAS


class Day(NamedTuple):
    """What never changes during a search.

    `nodes` NODE (L + B,): `windows` counts the windows of a leg that has several (else 0); `window`, `gap`, `bound` and
    `group` say where `lists` (int64) has what ties the leg (see `ties`). `tied`: its start is settled when it is
    placed; `holes`: it has several windows, or partners to keep apart from. `head` stands for all legs that are placed
    together; `pinned` is the shift of a settled run.
    `shifts` SHIFT (S,), `providers` PROVIDER (K,) with `provider_price`. `breaks` (B,): break nodes of each shift in
    order of their windows. `serve_cost` int32 (L, S), `REFUSED` where not allowed.
    `candidates` (L, `CANDIDATES` or less): the shifts that may serve, nearest first, `nodes.options` of them.
    `neighbours` (L, `NEIGHBOURS` or less): legs nearest in place and time. `unplaced_cost` int64 (L,).
    """

    nodes: NDArray[np.void]
    shifts: NDArray[np.void]
    providers: NDArray[np.void]
    provider_price: float
    breaks: NDArray[np.int64]
    serve_cost: NDArray[np.int32]
    candidates: NDArray[np.int64]
    neighbours: NDArray[np.int64]
    unplaced_cost: NDArray[np.int64]
    tables: Tables
    ways: NDArray[np.int32]
    lists: NDArray[np.int64]
    rules: int


class State(NamedTuple):
    """The plan at hand, what is needed to undo the last change, and room to work in.

    `stops` STOP (S + 1, W), the last row for trials: `start_s` is the earliest and `latest_s` the latest start that the
    rest of the run allows.
    `runs` RUN (S,): `lead` counts the breaks before the first visit. `run_of` (L,), -1 when in no run. `open_s`,
    `close_s` (L + B,): start windows; both are the common start for a placed pair. `contact_s` (K,).
    `ledger` (3,): cost of what is placed, and of visits of one carer and of pairs that are not. `unserved` (L,): legs
    in no run (the first of each pair), with `unserved_at` the position of each (-1: not there) and
    `counts[UNSERVED]` how many. `behind` (L,): whose place a leg leaves to whom, see `chains`.
    """

    stops: NDArray[np.void]
    runs: NDArray[np.void]
    run_of: NDArray[np.int64]
    open_s: NDArray[np.int64]
    close_s: NDArray[np.int64]
    contact_s: NDArray[np.int64]
    ledger: NDArray[np.int64]
    unserved: NDArray[np.int64]
    unserved_at: NDArray[np.int64]
    counts: NDArray[np.int64]
    saved_stops: NDArray[np.void]
    saved_runs: NDArray[np.void]
    saved_contact_s: NDArray[np.int64]
    saved_ledger: NDArray[np.int64]
    touched: NDArray[np.int64]
    removed: NDArray[np.int64]
    loose: NDArray[np.int64]
    key: NDArray[np.float64]
    scan: NDArray[np.int64]
    idle: NDArray[np.int64]
    behind: NDArray[np.int64]
    offers: NDArray[np.void]
    rng: NDArray[np.uint64]


UNSERVED, TOUCHED, REMOVED, LOOSE, STAMP, ONLY, IDLE, UNCHAINED = range(8)
"""Positions in `State.counts`; `STAMP` numbers the scans, `ONLY` is the one provider whose runs are scanned, or -1.

`IDLE` counts the runs without a visit, which `State.idle` lists unless they are more than `IDLE_TRIED`; `UNCHAINED` the
iterations since chains were looked for."""


class Best(NamedTuple):
    """The best plan so far: `nodes` (S, W) with `length` (S,), `start_s` (L,) of pairs, `cost` (1,)."""

    nodes: NDArray[np.int64]
    length: NDArray[np.int64]
    start_s: NDArray[np.int64]
    cost: NDArray[np.int64]


def prepare(compiled: Compiled, *, neighbours: int = NEIGHBOURS) -> Day:
    """Arrange a compiled day for the search; a plan is completed without `neighbours`, improved only with them."""
    legs, n_breaks = len(compiled.place), len(compiled.break_duration_s)
    nodes = np.zeros(legs + n_breaks, NODE)
    nodes["mate"], nodes["place"] = -1, -1
    nodes["place"][:legs], nodes["mate"][:legs] = compiled.place, compiled.mate
    nodes["duration_s"] = np.concatenate([compiled.duration_s, compiled.break_duration_s])
    nodes["earliest_s"] = np.concatenate([compiled.earliest_s, compiled.break_earliest_s])
    nodes["latest_s"] = np.concatenate([compiled.latest_s, compiled.break_latest_s])
    nodes["options"][:legs] = np.minimum((compiled.refusal == 0).sum(axis=1), CANDIDATES)
    nodes["load"][:legs] = compiled.load
    nodes["pinned"][:legs] = compiled.pinned
    lists = tie(compiled, nodes)
    providers = np.zeros(len(compiled.providers), PROVIDER)
    providers["floor_s"], providers["ceiling_s"] = compiled.provider_floor_s, compiled.provider_ceiling_s
    return Day(
        nodes=nodes,
        shifts=_shifts(compiled),
        providers=providers,
        provider_price=compiled.provider_price,
        breaks=_breaks_in_order(compiled),
        serve_cost=np.where(compiled.refusal == 0, compiled.assign_cost, REFUSED).astype(np.int32, copy=False),
        candidates=_candidates(compiled),
        neighbours=_neighbours(compiled, neighbours),
        unplaced_cost=_prices(compiled, nodes),
        tables=compiled.tables,
        ways=compiled.ways,
        lists=lists,
        rules=_rules(compiled),
    )


def _prices(compiled: Compiled, nodes: NDArray[np.void]) -> NDArray[np.int64]:
    """Price leaving a leg out, dearly when a settled run holds another leg of its group."""
    pinned = np.flatnonzero(compiled.pinned >= 0)
    with_pinned = np.isin(nodes["group"][: len(compiled.pinned)], np.setdiff1d(nodes["group"][pinned], [0]))
    return np.where(with_pinned & (compiled.pinned < 0), MUST, compiled.unplaced_cost)


def _rules(compiled: Compiled) -> int:
    """Say which of the rules and prices that cost time the day has."""
    drive, span = (bool((limit < NO_LIMIT).any()) for limit in (compiled.max_drive_s, compiled.max_span_s))
    worked = bool(compiled.overtime.any() or compiled.undertime.any() or compiled.balance)
    company, areas = bool(compiled.another_carer or compiled.another_provider), bool(compiled.another_area)
    limits = DRIVE * drive + SPAN * span + SEVERAL * bool((compiled.window_count > 1).any())
    limits += PAIRS * bool((compiled.mate >= 0).any())
    return limits + WORKED * worked + COMPANY * company + AREAS * areas


def new_state(day: Day, seed: int) -> State:
    """Build a state in which nobody works and every visit is unserved."""
    legs, n_shifts, n_providers = len(day.unplaced_cost), len(day.shifts), len(day.providers)
    width, paired = _width(day), day.nodes["mate"][: len(day.unplaced_cost)] >= 0
    firsts = heads(day)
    unserved_at = np.full(legs, -1, np.int64)
    unserved_at[firsts] = np.arange(len(firsts))
    unserved = np.zeros(legs, np.int64)
    unserved[: len(firsts)] = firsts
    floors = np.rint(day.providers["floor_s"] * day.provider_price).sum()
    idle = np.rint(day.shifts["undertime"] * day.shifts["contracted_s"]).sum()
    counts = np.zeros(8, np.int64)
    counts[UNSERVED], counts[ONLY], counts[IDLE] = len(firsts), -1, IDLE_TRIED + 1
    return State(
        stops=np.zeros((n_shifts + 1, width), STOP),
        runs=np.zeros(n_shifts, RUN),
        run_of=np.full(legs, -1, np.int64),
        open_s=day.nodes["earliest_s"].copy(),
        close_s=day.nodes["latest_s"].copy(),
        contact_s=np.zeros(n_providers, np.int64),
        ledger=np.array([floors + idle, day.unplaced_cost[~paired].sum(), day.unplaced_cost[paired].sum()], np.int64),
        unserved=unserved,
        unserved_at=unserved_at,
        counts=counts,
        saved_stops=np.zeros((n_shifts, width), STOP),
        saved_runs=np.zeros(n_shifts, RUN),
        saved_contact_s=np.zeros(n_providers, np.int64),
        saved_ledger=np.zeros(3, np.int64),
        touched=np.zeros(n_shifts, np.int64),
        removed=np.zeros(legs, np.int64),
        loose=np.zeros(legs, np.int64),
        key=np.zeros(legs, np.float64),
        scan=np.zeros(n_shifts, np.int64),
        idle=np.zeros(IDLE_TRIED + 1, np.int64),
        behind=np.zeros(legs, np.int64),
        offers=np.zeros(2 * OFFERS + 1, OFFER),
        rng=new_rng(seed),
    )


def first_legs(day: Day) -> NDArray[np.int64]:
    """Give one leg of each visit."""
    mate = day.nodes["mate"][: len(day.unplaced_cost)]
    return np.flatnonzero((mate < 0) | (mate > np.arange(len(mate))))


def heads(day: Day) -> NDArray[np.int64]:
    """Give one leg of each set of legs that are placed together or not at all, but for those of settled runs."""
    legs = day.nodes[: len(day.unplaced_cost)]
    return np.flatnonzero((legs["head"] == np.arange(len(legs))) & (legs["pinned"] < 0))


def new_best(day: Day, state: State) -> Best:
    """Build the record of the best plan, worse than any plan."""
    shape = state.saved_stops.shape
    return Best(
        nodes=np.zeros(shape, np.int64),
        length=np.zeros(shape[0], np.int64),
        start_s=np.zeros(len(day.unplaced_cost), np.int64),
        cost=np.full(1, NO_COST),
    )


def _width(day: Day) -> int:
    """Give the greatest number of stops and breaks that any shift has time for."""
    legs = len(day.unplaced_cost)
    if legs == 0 or len(day.shifts) == 0:
        return 1
    span_s = max(0, int((day.shifts["latest_s"] - day.shifts["earliest_s"]).max()))
    shortest_s = max(1, int(day.nodes["duration_s"][:legs].min()))
    return min(legs, span_s // shortest_s + 1) + int(day.shifts["break_count"].max()) + 1


def _shifts(compiled: Compiled) -> NDArray[np.void]:
    shifts = np.zeros(len(compiled.mode), SHIFT)
    shifts["settled"] = np.isin(np.arange(len(shifts)), compiled.pinned)
    for name in set(SHIFT.names or ()) - {"earliest_s", "latest_s", "settled"}:
        shifts[name] = getattr(compiled, name)
    shifts["earliest_s"], shifts["latest_s"] = compiled.shift_earliest_s, compiled.shift_latest_s
    return shifts


def _breaks_in_order(compiled: Compiled) -> NDArray[np.int64]:
    shift_of = np.repeat(np.arange(len(compiled.break_count)), compiled.break_count)
    order = np.lexsort((compiled.break_earliest_s, compiled.break_latest_s, shift_of))
    return (len(compiled.place) + order).astype(np.int64)


def _candidates(compiled: Compiled) -> NDArray[np.int64]:
    """Order for each leg the shifts that may serve it by the way from and to home; those refused come last."""
    places, row = np.unique(compiled.place, return_inverse=True)
    way = np.zeros((len(places), len(compiled.mode)), np.int64)
    for mode, prices in enumerate(compiled.commute_cost):
        of = np.flatnonzero(compiled.mode == mode)
        there, back = np.ix_(compiled.start_place[of], places), np.ix_(places, compiled.end_place[of])
        way[:, of] = prices[there].T // 2 + prices[back] // 2
    nearest = np.empty((len(row), min(CANDIDATES, way.shape[1])), np.int64)
    for legs in np.array_split(np.arange(len(row)), 1 + len(row) // RANKED):
        ranked = np.where(compiled.refusal[legs] == 0, way[row[legs]], 2 * UNREACHABLE)
        ranked = RANKS * ranked + np.arange(way.shape[1])
        if way.shape[1] > CANDIDATES:
            ranked.partition(CANDIDATES, axis=1)
        nearest[legs] = np.sort(ranked[:, :CANDIDATES], axis=1) % RANKS
    return nearest


def _neighbours(compiled: Compiled, most: int = NEIGHBOURS) -> NDArray[np.int64]:
    """Rank other legs by travel plus a fifth of the time that must pass between the two, whichever comes first."""
    legs = len(compiled.place)
    count = min(most, legs - 1)
    if count <= 0 or len(compiled.arc_cost) == 0:
        return np.zeros((legs, 0), np.int64)
    price = compiled.arc_cost.min(axis=0)
    end_s = compiled.latest_s + compiled.duration_s
    nearest = np.empty((legs, count), np.int64)
    for leg in range(legs):
        travel = price[compiled.place[leg]][compiled.place].astype(np.int64)
        gap = np.maximum(compiled.earliest_s - end_s[leg], compiled.earliest_s[leg] - end_s)
        distance = travel + np.maximum(gap - travel, 0) // 5
        distance[leg] = np.iinfo(np.int64).max
        chosen = np.argpartition(distance, count - 1)[:count]
        nearest[leg] = chosen[np.argsort(distance[chosen], kind="stable")]
    return nearest
