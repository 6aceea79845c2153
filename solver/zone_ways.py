"""Ways through areas that touch: what a zone has to take along, if it is to hang together with its centre."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

Neighbours = list[list[tuple[int, float]]]


def gates(neighbours: Neighbours, centre: int, blocked: Collection[int]) -> dict[int, int]:
    """Name for each area that can be reached the last area before it that all ways from a centre lead over.

    No way leads over a blocked area. The centre itself is left out. Source: Hopcroft and Tarjan (1973), Algorithm 447.
    """
    number, low, before = {centre: 0}, {centre: 0}, dict[int, int]()
    walk = [(centre, iter(neighbours[centre]))]
    while walk:
        area, ways = walk[-1]
        for near, _ in ways:
            if near in number:
                low[area] = min(low[area], number[near])
            elif near not in blocked:
                number[near] = low[near] = len(number)
                before[near] = area
                walk.append((near, iter(neighbours[near])))
                break
        else:
            walk.pop()
            if walk:
                low[walk[-1][0]] = min(low[walk[-1][0]], low[area])
    found: dict[int, int] = {}
    for area, previous in before.items():
        found[area] = previous if low[area] >= number[previous] else found[previous]
    return found


def separator(neighbours: Neighbours, piece: Sequence[int], centre: int, blocked: Collection[int]) -> list[int]:
    """List the areas next to a piece over which ways from a centre, outside of it, enter; none is blocked."""
    inside = set(piece)
    border = {near for area in piece for near, _ in neighbours[area]} - inside
    found, seen, walk = set[int](), {centre}, [centre]
    for area in walk:  # grows while it is walked
        for near, _ in neighbours[area]:
            if near in border:
                found.add(near)
            elif near not in seen and near not in blocked:
                seen.add(near)
                walk.append(near)
    return sorted(found - set(blocked))
