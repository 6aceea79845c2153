"""Splits a compiled day into parts that cannot affect each other, so that each is searched on its own."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from solver.compile import NO_CEILING_S
from solver.compile_links import groups
from solver.sequences import Sequences

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

    from solver.compile import Compiled


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Part:
    """Rows of the whole day that belong together: `legs`, `shifts` and `breaks`, all increasing."""

    legs: NDArray[np.int64]
    shifts: NDArray[np.int64]
    breaks: NDArray[np.int64]


def split(compiled: Compiled) -> list[Part]:
    """Give the parts that share no visit, no carer and no provider whose hours are bounded, in order of their shifts.

    Legs that no shift may serve are in no part, nor are shifts that may serve none.
    """
    allowed = compiled.refusal == 0
    together = [allowed[legs].any(axis=0) for legs in _together(compiled)]
    tied = np.vstack(
        [np.unique(allowed, axis=0), _same(compiled.carer), _same(_bounded_providers(compiled)), *together]
    )
    useful = allowed.any(axis=0)
    parts, seen = [], ~useful
    while not seen.all():
        reached = _reach(tied, int(np.argmin(seen))) & useful
        seen |= reached
        shifts = np.flatnonzero(reached)
        parts.append(
            Part(
                legs=np.flatnonzero(allowed[:, shifts].any(axis=1)),
                shifts=shifts,
                breaks=np.flatnonzero(np.isin(_shift_of_break(compiled), shifts)),
            )
        )
    return parts


def part_of(compiled: Compiled, part: Part) -> Compiled:
    """Cut a part out of a day. Travel is shared, not copied."""
    legs, shifts = part.legs, part.shifts
    local = np.full(len(compiled.place), -1, np.int32)
    local[legs] = np.arange(len(legs), dtype=np.int32)
    shift_number = np.full(len(compiled.mode), -1, np.int32)
    shift_number[shifts] = np.arange(len(shifts), dtype=np.int32)
    mate, pinned = compiled.mate[legs], compiled.pinned[legs]
    linked = (local[compiled.link_legs] >= 0).all(axis=1)
    counts = compiled.break_count[shifts]
    by_leg = (
        "leg_visit", "place", "duration_s", "load", "client", "earliest_s", "latest_s", "window_first", "window_count",
        "unplaced_cost", "pin_rank",
    )  # fmt: skip
    by_shift = (
        "mode", "start_place", "end_place", "shift_earliest_s", "shift_latest_s", "max_work_s", "max_drive_s",
        "max_span_s", "capacity", "provider", "carer", "break_count",
    )  # fmt: skip
    by_break = ("break_duration_s", "break_earliest_s", "break_latest_s")
    rows = np.ix_(legs, shifts)
    return replace(
        compiled,
        **{name: getattr(compiled, name)[legs] for name in by_leg},
        **{name: getattr(compiled, name)[shifts] for name in by_shift},
        **{name: getattr(compiled, name)[part.breaks] for name in by_break},
        mate=np.where(mate >= 0, local[mate], np.int32(-1)),
        pinned=np.where(pinned >= 0, shift_number[pinned], np.int32(-1)),
        **{name: getattr(compiled, name)[linked] for name in ("link_least_s", "link_most_s", "link_carer")},
        link_legs=local[compiled.link_legs[linked]],
        close_legs=local[compiled.close_legs[(local[compiled.close_legs] >= 0).all(axis=1)]],
        break_first=(np.cumsum(counts) - counts).astype(np.int32),
        refusal=compiled.refusal[rows],
        assign_cost=compiled.assign_cost[rows],
        provider_floor_s=_floors_of(compiled, shifts),
    )


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
    return Sequences(nodes=tuple(nodes), start_s=start_s)


def _same(group: NDArray[np.int32]) -> NDArray[np.bool_]:
    """Give a row for each group (-1: none) that tells which shifts are in it."""
    groups = np.unique(group[group >= 0])
    return np.equal.outer(groups, group)


def _together(compiled: Compiled) -> list[list[int]]:
    """Give the legs that depend on each other: by a link, a gap, or the provider that they share."""
    clients = np.flatnonzero(compiled.client_one_provider)
    return [
        *groups(compiled.mate, compiled.link_legs),
        *compiled.close_legs.tolist(),
        *(np.flatnonzero(compiled.client == client).tolist() for client in clients),
    ]


def _bounded_providers(compiled: Compiled) -> NDArray[np.int32]:
    bounded = (compiled.provider_floor_s > 0) | (compiled.provider_ceiling_s < NO_CEILING_S)
    return np.where(bounded[compiled.provider], compiled.provider, np.int32(-1))


def _floors_of(compiled: Compiled, shifts: NDArray[np.int64]) -> NDArray[np.int32]:
    """Keep the floors of the part's own providers: the others' are priced in their parts."""
    own = np.isin(np.arange(len(compiled.providers)), compiled.provider[shifts])
    return np.where(own, compiled.provider_floor_s, np.int32(0))


def _shift_of_break(compiled: Compiled) -> NDArray[np.int64]:
    return np.repeat(np.arange(len(compiled.break_count)), compiled.break_count)


def _reach(tied: NDArray[np.bool_], shift: int) -> NDArray[np.bool_]:
    """Give the shifts connected with one, where each row of `tied` ties all its shifts together."""
    reached = np.zeros(tied.shape[1], np.bool_)
    reached[shift] = True
    while True:
        grown = reached | tied[(tied & reached).any(axis=1)].any(axis=0)
        if (grown == reached).all():
            return reached
        reached = grown
