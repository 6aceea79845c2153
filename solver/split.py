"""Splits a compiled day into parts that cannot affect each other, so that each is searched on its own."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from solver.compile import NO_CEILING_S, Refusal
from solver.compile_links import groups
from solver.compile_travel import tables_of
from solver.journeys import rows_of
from solver.sequences import Sequences

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from numpy.typing import NDArray

    from solver.compile import Compiled


KEPT_COST = 10**9
"""What it costs a part to leave out a leg that others count on: more than anything can gain by it."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Fixed:
    """A leg that keeps its start and its shift, since a leg outside depends on it."""

    start_s: int
    shift: int


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Part:
    """Rows of the whole day that belong together: `legs`, `shifts` and `breaks`, all increasing.

    `fixed` names the legs on which legs of other parts count. Of the bounds of providers' hours (K,) the part keeps
    `floor_s` and `ceiling_s`, unless they are None: those of its own providers.
    """

    legs: NDArray[np.int64]
    shifts: NDArray[np.int64]
    breaks: NDArray[np.int64]
    fixed: Mapping[int, Fixed] = field(default_factory=dict)
    floor_s: NDArray[np.int32] | None = None
    ceiling_s: NDArray[np.int32] | None = None


def split(compiled: Compiled) -> list[Part]:
    """Give the parts that share no visit, no carer and no provider whose hours are bounded, in order of their shifts.

    Visits that bind one another are in one part. Legs that no shift may serve are in no part, nor are shifts that may
    serve none.
    """
    allowed = compiled.refusal == 0
    bound = [allowed[legs].any(axis=0) for legs in [*groups_of_legs(compiled), *_priced_clients(compiled)]]
    distinct = {row.tobytes(): row for row in allowed}.values()
    tied = np.vstack([*distinct, *bound, _same(compiled.carer), _same(_bounded_providers(compiled))])
    useful = allowed.any(axis=0)
    parts, seen = [], ~useful
    while not seen.all():
        together = _reach(tied, int(np.argmin(seen))) & useful
        seen |= together
        shifts = np.flatnonzero(together)
        legs = np.flatnonzero(allowed[:, shifts].any(axis=1))
        parts.append(Part(legs=legs, shifts=shifts, breaks=breaks_of_shifts(compiled, shifts)))
    return parts


def groups_of_legs(compiled: Compiled) -> list[list[int]]:
    """List the legs that depend on each other: as a pair, by a link, a gap, or the provider that they share."""
    clients = np.flatnonzero(compiled.client_one_provider)
    return [
        *groups(compiled.mate, compiled.link_legs),
        *compiled.close_legs.tolist(),
        *(np.flatnonzero(compiled.client == client).tolist() for client in clients),
    ]


def _priced_clients(compiled: Compiled) -> list[NDArray[np.int64]]:
    """Give the legs of every client, where more carers or providers of one client have a price."""
    if not (compiled.another_carer or compiled.another_provider):
        return []
    return [np.flatnonzero(compiled.client == client) for client in np.unique(compiled.client)]


def breaks_of_shifts(compiled: Compiled, shifts: NDArray[np.int64]) -> NDArray[np.int64]:
    """Give the rows of the breaks of some shifts."""
    shift_of = np.repeat(np.arange(len(compiled.break_count)), compiled.break_count)
    return np.flatnonzero(np.isin(shift_of, shifts))


_BY_LEG = (
    "leg_visit", "place", "duration_s", "load", "client", "earliest_s", "latest_s", "window_first", "window_count",
    "unplaced_cost", "mate", "pinned", "pin_rank", "area",
)  # fmt: skip
_BY_SHIFT = (
    "mode", "start_place", "end_place", "shift_earliest_s", "shift_latest_s", "max_work_s", "max_drive_s",
    "max_span_s", "capacity", "provider", "carer", "break_count", "paid_s", "contracted_s", "overtime", "undertime",
)  # fmt: skip
_BY_BREAK = ("break_duration_s", "break_earliest_s", "break_latest_s")
_BY_LINK = ("link_legs", "link_least_s", "link_most_s", "link_carer")


def part_of(compiled: Compiled, part: Part) -> Compiled:
    """Cut a part out of a day, as a day of its own. Journeys by boat are shared, not copied."""
    legs, shifts = part.legs, part.shifts
    leg_row, shift_row = _rows(legs, len(compiled.place)), _rows(shifts, len(compiled.mode))
    linked, close = (np.isin(ties, legs).all(axis=1) for ties in (compiled.link_legs, compiled.close_legs))
    cut_out = {name: getattr(compiled, name)[legs] for name in _BY_LEG}
    cut_out |= {name: getattr(compiled, name)[shifts] for name in _BY_SHIFT}
    cut_out |= {name: getattr(compiled, name)[part.breaks] for name in _BY_BREAK}
    cut_out |= {name: getattr(compiled, name)[linked] for name in _BY_LINK}
    cut_out |= {"close_legs": compiled.close_legs[close]}
    cut_out |= {name: leg_row[cut_out[name]] for name in ("mate", "link_legs", "close_legs")}
    cut_out |= {"pinned": shift_row[cut_out["pinned"]], "break_first": _firsts(cut_out["break_count"])}
    cut_out |= {name: getattr(compiled, name)[np.ix_(legs, shifts)] for name in ("refusal", "assign_cost")}
    cut_out |= {"provider_floor_s": _floors_of(compiled, part), "provider_ceiling_s": _ceilings_of(compiled, part)}
    _fix(cut_out, part, leg_row, shift_row)
    return _with_own_places(replace(compiled, **cut_out))


def _fix(cut_out: dict[str, Any], part: Part, leg_row: NDArray[np.int32], shift_row: NDArray[np.int32]) -> None:
    """Tie down the legs on which others count: when they start, that they are served, and by whom."""
    for leg, fixed in part.fixed.items():
        row = leg_row[leg]
        cut_out["mate"][row] = -1
        cut_out["earliest_s"][row] = cut_out["latest_s"][row] = fixed.start_s
        cut_out["unplaced_cost"][row] = KEPT_COST
        cut_out["refusal"][row, np.arange(len(part.shifts)) != shift_row[fixed.shift]] |= np.uint32(Refusal.LOCKED)


def _with_own_places(compiled: Compiled) -> Compiled:
    """Keep only the places in use: what the search reads all the time then lies close together."""
    names = ("place", "start_place", "end_place")
    places = np.unique(np.concatenate([getattr(compiled, name) for name in names]))
    if len(places) == len(compiled.place_row):
        return compiled
    row = _rows(places, len(compiled.place_row))
    rows, columns = np.ix_(places, places)
    tables = ("road_s", "boat_first", "boat_count")
    ways = np.ascontiguousarray(compiled.ways[:, :, rows, columns])
    own: dict[str, Any] = {name: row[getattr(compiled, name)] for name in names}
    own |= {name: np.ascontiguousarray(getattr(compiled, name)[:, rows, columns]) for name in tables}
    return replace(compiled, **own, place_row=compiled.place_row[places], **tables_of(ways))


def packed(compiled: Compiled) -> Compiled:
    """Leave out what `unpacked` puts back, so that no table is sent twice, and the boats between other places."""
    nothing = np.zeros(0, np.int32)
    count = compiled.boat_count
    journeys = rows_of(compiled.boat_first.ravel().astype(np.int64), count.ravel().astype(np.int64))
    first = np.cumsum(count, dtype=np.int64).reshape(count.shape) - count
    return replace(
        compiled,
        work_s=nothing,
        arc_cost=nothing,
        commute_cost=nothing,
        drive_s=nothing,
        boat_first=first.astype(np.int32),
        boat_leave_s=compiled.boat_leave_s[journeys],
        boat_arrive_s=compiled.boat_arrive_s[journeys],
    )


def unpacked(compiled: Compiled) -> Compiled:
    """Complete a day that was packed."""
    return replace(compiled, **tables_of(compiled.ways))


def _rows(chosen: NDArray[np.int64], count: int) -> NDArray[np.int32]:
    """Give each of `count` things its number among those chosen; -1 for all others, and for -1 itself (the last)."""
    row = np.full(count + 1, -1, np.int32)
    row[chosen] = np.arange(len(chosen), dtype=np.int32)
    return row


def _firsts(counts: NDArray[np.int32]) -> NDArray[np.int32]:
    return (np.cumsum(counts) - counts).astype(np.int32)


def cut(sequences: Sequences, compiled: Compiled, part: Part) -> Sequences:
    """Give the sequences of a part, in its own numbers."""
    n_legs = len(compiled.place)
    number = {int(leg): row for row, leg in enumerate(part.legs)}
    number |= {n_legs + int(rest): len(part.legs) + row for row, rest in enumerate(part.breaks)}
    return Sequences(
        nodes=tuple(tuple(number[node] for node in sequences.nodes[shift] if node in number) for shift in part.shifts),
        start_s={number[leg]: at for leg, at in sequences.start_s.items() if leg in number},
    )


def join(compiled: Compiled, parts: Iterable[tuple[Part, Sequences]]) -> Sequences:
    """Put the sequences of all parts together, in the numbers of the whole day."""
    nodes: list[tuple[int, ...]] = [()] * len(compiled.mode)
    start_s: dict[int, int] = {}
    for part, sequences in parts:
        number = [*part.legs.tolist(), *(len(compiled.place) + part.breaks).tolist()]
        for shift, run in zip(part.shifts.tolist(), sequences.nodes, strict=True):
            nodes[shift] = tuple(number[node] for node in run)
        start_s |= {number[leg]: at for leg, at in sequences.start_s.items()}
        start_s |= {leg: fixed.start_s for leg, fixed in part.fixed.items()}
    return Sequences(nodes=tuple(nodes), start_s=start_s)


def _same(group: NDArray[np.int32]) -> NDArray[np.bool_]:
    """Give a row for each group (-1: none) that tells which shifts are in it."""
    groups = np.unique(group[group >= 0])
    return np.equal.outer(groups, group)


def _bounded_providers(compiled: Compiled) -> NDArray[np.int32]:
    bounded = (compiled.provider_floor_s > 0) | (compiled.provider_ceiling_s < NO_CEILING_S)
    return np.where(bounded[compiled.provider], compiled.provider, np.int32(-1))


def _floors_of(compiled: Compiled, part: Part) -> NDArray[np.int32]:
    """Keep the floors of the part's own providers: the others' are priced in their parts."""
    if part.floor_s is not None:
        return part.floor_s
    own = np.isin(np.arange(len(compiled.providers)), compiled.provider[part.shifts])
    return np.where(own, compiled.provider_floor_s, np.int32(0))


def _ceilings_of(compiled: Compiled, part: Part) -> NDArray[np.int32]:
    return compiled.provider_ceiling_s if part.ceiling_s is None else part.ceiling_s


def _reach(tied: NDArray[np.bool_], shift: int) -> NDArray[np.bool_]:
    """Give the shifts connected with one, where each row of `tied` ties all its shifts together."""
    reached = np.zeros(tied.shape[1], np.bool_)
    reached[shift] = True
    while True:
        grown = reached | tied[(tied & reached).any(axis=1)].any(axis=0)
        if (grown == reached).all():
            return reached
        reached = grown
