"""Lowers what ties visits to one another: sequences, the gaps and the provider of a client, and settled runs."""

from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray  # noqa: TC002 - named tuples keep their annotations

if TYPE_CHECKING:
    from solver.types import DayProblem

EITHER, OTHERS, SAME = -1, 0, 1
"""Who makes the second visit of a link: whoever, other carers, the same."""


class Links(NamedTuple):
    """The part of `Compiled` about ties between legs."""

    client: NDArray[np.int32]
    client_gap_s: NDArray[np.int32]
    client_one_provider: NDArray[np.bool_]
    link_legs: NDArray[np.int32]
    link_least_s: NDArray[np.int32]
    link_most_s: NDArray[np.int32]
    link_carer: NDArray[np.int32]
    pinned: NDArray[np.int32]
    pin_rank: NDArray[np.int32]


def lower_links(problem: DayProblem, leg_visit: NDArray[np.int32]) -> Links:
    """Lower sequences to links between first legs, and number each client and each settled place in a run.

    Where both visits are to one client who needs a gap, the second one starts no earlier than that after the first.
    """
    clients = {name: row for row, name in enumerate(sorted({visit.client for visit in problem.visits}))}
    needs = {each.client: each for each in problem.clients}
    first_leg = {problem.visits[visit].id: leg for leg, visit in reversed(list(enumerate(leg_visit.tolist())))}
    legs = [(first_leg[each.first], first_leg[each.then]) for each in problem.sequences]
    pinned, rank = _pins(problem, leg_visit)
    return Links(
        client=np.array([clients[visit.client] for visit in problem.visits], np.int32)[leg_visit],
        client_gap_s=np.array([needs[name].min_gap_s if name in needs else 0 for name in clients], np.int32),
        client_one_provider=np.array([name in needs and needs[name].one_provider for name in clients], np.bool_),
        link_legs=np.array(legs, np.int32).reshape(len(legs), 2),
        link_least_s=np.array(_least_s(problem), np.int32),
        link_most_s=np.array([each.most_s for each in problem.sequences], np.int32),
        link_carer=np.array(
            [EITHER if each.same_carer is None else int(each.same_carer) for each in problem.sequences], np.int32
        ),
        pinned=pinned,
        pin_rank=rank,
    )


def _least_s(problem: DayProblem) -> list[int]:
    """Give the least seconds between the starts of each sequence, which a gap may lengthen."""
    visits = {visit.id: visit for visit in problem.visits}
    gap_s = {needs.client: needs.min_gap_s for needs in problem.clients if needs.min_gap_s}
    least = []
    for link in problem.sequences:
        first, client = visits[link.first], visits[link.then].client
        apart_s = first.duration_s + gap_s[client] if first.client == client and client in gap_s else 0
        least.append(max(link.least_s, apart_s))
    return least


def _pins(problem: DayProblem, leg_visit: NDArray[np.int32]) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """Give for each leg the shift (L,) of the settled run that holds it, or -1, and its rank there."""
    pinned, rank = np.full(len(leg_visit), -1, np.int32), np.zeros(len(leg_visit), np.int32)
    rows = {shift.id: row for row, shift in enumerate(problem.shifts)}
    free: dict[str, list[int]] = {}
    for leg, visit in enumerate(leg_visit.tolist()):
        free.setdefault(problem.visits[visit].id, []).append(leg)
    for run in problem.locked_runs:
        for number, visit_id in enumerate(run.visits):
            leg = free[visit_id].pop(0)
            pinned[leg], rank[leg] = rows[run.shift], number
    return pinned, rank


def refused_by_settled_runs(
    problem: DayProblem, leg_visit: NDArray[np.int32], pinned: NDArray[np.int32]
) -> NDArray[np.bool_]:
    """Tell (L, S) which shifts are settled without a leg, and which are not the one that holds it."""
    settled = {run.shift for run in problem.locked_runs}
    closed = np.array([shift.id in settled for shift in problem.shifts], np.bool_)
    refused = np.broadcast_to(closed, (len(leg_visit), len(closed))).copy()
    legs = np.flatnonzero(pinned >= 0)
    refused[legs] = True
    refused[legs, pinned[legs]] = False
    return refused


def cut_by_links(windows: NDArray[np.int32], mate: NDArray[np.int32], links: Links) -> None:
    """Cut start windows (L, 2) in place to what the other visit of each link leaves."""
    pairs = np.flatnonzero(mate >= 0)
    for _ in range(len(links.link_legs) + len(pairs)):  # at most so many pass a bound on
        before = windows.copy()
        for (first, then), least_s, most_s in zip(links.link_legs, links.link_least_s, links.link_most_s, strict=True):
            windows[then, 0] = max(windows[then, 0], windows[first, 0] + least_s)
            windows[then, 1] = min(windows[then, 1], windows[first, 1] + most_s)
            windows[first, 0] = max(windows[first, 0], windows[then, 0] - most_s)
            windows[first, 1] = min(windows[first, 1], windows[then, 1] - least_s)
        windows[pairs, 0] = np.maximum(windows[pairs, 0], windows[mate[pairs], 0])
        windows[pairs, 1] = np.minimum(windows[pairs, 1], windows[mate[pairs], 1])
        if (windows == before).all():
            return


def refused_by_links(refusal: NDArray[np.uint32], mate: NDArray[np.int32], links: Links) -> NDArray[np.bool_]:
    """Tell of each leg (L,) whether a leg that must be made with it can be made by nobody."""
    hopeless = (refusal != 0).all(axis=1)
    refused = np.zeros(len(mate), np.bool_)
    for group in groups(mate, links.link_legs):
        refused[group] = hopeless[group].any()
    refused &= ~hopeless
    return refused


def groups(mate: NDArray[np.int32], link_legs: NDArray[np.int32]) -> list[list[int]]:
    """Give the legs that are placed together or not at all, where there are several; pairs in the order of links."""
    of_leg: dict[int, list[int]] = {}
    for leg, other in enumerate(mate.tolist()):
        if other > leg:
            of_leg[leg] = of_leg[other] = [leg, other]
    for one, other in link_legs.tolist():
        joined = of_leg.get(one, [one])
        joined += [leg for leg in of_leg.get(other, [other]) if leg not in joined]
        of_leg |= dict.fromkeys(joined, joined)
    return list({id(group): group for group in of_leg.values()}.values())


def too_close(
    windows: NDArray[np.int32], duration_s: NDArray[np.int32], mate: NDArray[np.int32], links: Links
) -> NDArray[np.int32]:
    """Give pairs of legs (R, 2) of one client that their windows alone do not keep apart; of a pair the first leg."""
    ends_s = windows[:, 1] + duration_s + links.client_gap_s[links.client]
    asks = (links.client_gap_s[links.client] > 0) & ((mate < 0) | (mate > np.arange(len(mate))))
    close = [
        (one, other)
        for client in np.unique(links.client[asks])
        for one, other in combinations(np.flatnonzero(asks & (links.client == client)).tolist(), 2)
        if windows[other, 0] < ends_s[one] and windows[one, 0] < ends_s[other]
    ]
    return np.array(close, np.int32).reshape(len(close), 2)
