"""Arranges what ties legs to one another for the search: flat lists of whole numbers, and where each leg finds its own.

- First, at fixed places: the prices of another carer, provider and area; the area of each leg; where each leg finds the
  legs of its client, if they have such a price.
- Windows of a leg: first and last instant of each, one after the other.
- Partners of a leg that needs a gap: how many; then for each its leg, the seconds from its start to the first start
  after it, and from the last start before it to its start.
- Legs of a client: how many, then the legs.
- A group, all of whose legs are placed or none: how many legs, visits and links; the legs; one leg of each visit, in an
  order in which each is linked to one before it; and for each link first and second leg, least and most seconds between
  their starts, and who makes the second (`compile_links`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from solver.compile_links import OTHERS, SAME, groups

if TYPE_CHECKING:
    from collections.abc import Container, Mapping, Sequence

    from numpy.typing import NDArray

    from solver.compile import Compiled
    from solver.kernel.state import Day


def tie(compiled: Compiled, nodes: NDArray[np.void]) -> NDArray[np.int64]:
    """Give the lists, and note in `nodes` where each leg finds its own (0: nowhere)."""
    lists = [compiled.another_carer, compiled.another_provider, compiled.another_area, *compiled.area.tolist()]
    lists += [0] * len(compiled.place)
    _list_windows(compiled, nodes, lists)
    _list_gaps(compiled, nodes, lists)
    _list_clients(compiled, nodes, lists)
    _list_groups(compiled, nodes, lists)
    nodes["tied"][: len(compiled.place)] = compiled.tied
    nodes["holes"] = (nodes["windows"] > 0) | (nodes["gap"] > 0)
    return np.array(lists, np.int64)


def _list_windows(compiled: Compiled, nodes: NDArray[np.void], lists: list[int]) -> None:
    for leg in np.flatnonzero(compiled.window_count > 1).tolist():
        first, count = int(compiled.window_first[leg]), int(compiled.window_count[leg])
        nodes[leg]["window"], nodes[leg]["windows"] = len(lists), count
        lists += compiled.windows[first : first + count].ravel().tolist()


def _list_gaps(compiled: Compiled, nodes: NDArray[np.void], lists: list[int]) -> None:
    partners: dict[int, list[int]] = {}
    for one, other in compiled.close_legs.tolist():
        gap_s = int(compiled.client_gap_s[compiled.client[one]])
        for leg, partner in ((one, other), (other, one)):
            after_s, before_s = compiled.duration_s[partner] + gap_s, compiled.duration_s[leg] + gap_s
            partners.setdefault(leg, []).extend((partner, int(after_s), int(before_s)))
    for leg, found in partners.items():
        nodes["gap"][[leg, max(leg, compiled.mate[leg])]] = len(lists)
        lists += [len(found) // 3, *found]


def _list_clients(compiled: Compiled, nodes: NDArray[np.void], lists: list[int]) -> None:
    for client in np.flatnonzero(compiled.client_one_provider).tolist():
        legs = np.flatnonzero(compiled.client == client)
        if len(legs) > 1:
            nodes["bound"][legs] = len(lists)
            lists += [len(legs), *legs.tolist()]
    if compiled.another_carer or compiled.another_provider:
        for client in np.unique(compiled.client):
            legs = np.flatnonzero(compiled.client == client)
            if len(legs) > 1:
                for leg in legs.tolist():
                    lists[3 + len(compiled.place) + leg] = len(lists)
                lists += [len(legs), *legs.tolist()]


def _list_groups(compiled: Compiled, nodes: NDArray[np.void], lists: list[int]) -> None:
    nodes["head"][: len(compiled.place)] = np.arange(len(compiled.place))
    for legs in groups(compiled.mate, compiled.link_legs):
        free = [leg for leg in legs if compiled.pinned[leg] < 0]
        nodes["head"][legs] = min(free or legs)
        visits = [leg for leg in legs if compiled.mate[leg] < 0 or leg < compiled.mate[leg]]
        if len(visits) == 1 and len(free) == len(legs):
            continue
        nodes["group"][legs] = len(lists)
        rows = np.flatnonzero(np.isin(compiled.link_legs[:, 0], legs))
        links = np.column_stack(
            [
                compiled.link_legs[rows],
                compiled.link_least_s[rows],
                compiled.link_most_s[rows],
                compiled.link_carer[rows],
            ]
        )
        lists += [len(legs), len(visits), len(rows), *legs, *visits, *links.ravel().tolist()]


def groups_of(day: Day) -> list[list[int]]:
    """Give the legs of every group, and of every pair that is in none."""
    nodes = day.nodes[: len(day.unplaced_cost)]
    starts = np.unique(nodes["group"][nodes["group"] > 0]).tolist()
    listed = [day.lists[at + 3 : at + 3 + day.lists[at]].tolist() for at in starts]
    pairs = np.flatnonzero((nodes["group"] == 0) & (nodes["mate"] > np.arange(len(nodes))))
    return listed + [[leg, int(nodes["mate"][leg])] for leg in pairs.tolist()]


def clients_of(day: Day) -> list[list[int]]:
    """Give the legs of every client who has one provider."""
    starts = np.setdiff1d(day.nodes["bound"], [0]).tolist()
    return [day.lists[at + 1 : at + 1 + day.lists[at]].tolist() for at in starts]


def keeps_links(day: Day, legs: Sequence[int], at: Mapping[int, int], run_of: Mapping[int, int]) -> bool:
    """Tell whether legs of one group that start at `at` in the runs `run_of` keep all links between them."""
    first = int(day.nodes["group"][legs[0]])
    if first == 0:
        return True
    n_legs, n_visits, n_links = day.lists[first : first + 3].tolist()
    links = day.lists[first + 3 + n_legs + n_visits :][: 5 * n_links].reshape(-1, 5).tolist()
    for one, two, least_s, most_s, carer in links:
        if one not in legs or two not in legs:
            continue
        crews = [
            {int(day.shifts["carer"][run_of[each]]) for each in (leg, int(day.nodes["mate"][leg])) if each in legs}
            for leg in (one, two)
        ]
        shared = bool(crews[0] & crews[1])
        if not least_s <= at[two] - at[one] <= most_s or (carer == SAME and not shared) or (carer == OTHERS and shared):
            return False
    return True


def too_close_to(day: Day, leg: int, others: Container[int], at: Mapping[int, int]) -> bool:
    """Tell whether a leg starts too close to one of some others of its client."""
    first = int(day.nodes["gap"][leg])
    partners = day.lists[first + 1 : first + 1 + 3 * day.lists[first]].reshape(-1, 3).tolist()
    return any(
        partner in others and at[partner] - before_s < at[leg] < at[partner] + after_s
        for partner, after_s, before_s in partners
    )
