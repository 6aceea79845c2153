"""Make ferry crossings of the ferry lines of a map: one hint from port to port, however the lines are drawn.

Mappers cut a crossing in the middle of the sea, draw several ports of call as one line, and often write its name and
duration on the route alone. A hint only proposes: no boat sails because a map says so.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from geo.types import FerryHint

if TYPE_CHECKING:
    from collections.abc import Collection, Hashable, Iterator, Mapping, Sequence

    from numpy.typing import NDArray

FERRY_TAGS = frozenset({"route", "duration", "motorcar", "motor_vehicle", "vehicle", "access", "foot", "name"})
"""The tags of ferry lines that are read here."""

_ALONG_A_PIER_M = 100.0
"""A shorter stretch between two points of the road is drawn along a pier, and is no crossing."""

_CLOCK = re.compile(r"(?:(\d{1,4}):)?(\d{1,5})(?::(\d\d))?")
_ISO = re.compile(r"P(?:(\d{1,3})D)?(?:T(?:(\d{1,4})H)?(?:(\d{1,5})M)?(?:(\d{1,6})S)?)?", re.IGNORECASE)
_NUMBER = r"(\d{1,5}(?:[.,]\d{1,3})?)\s*"
_WORDS = re.compile(
    rf"(?:{_NUMBER}d(?:ays?)?)?\s*(?:{_NUMBER}h(?:(?:ou)?rs?)?)?\s*(?:{_NUMBER}m(?:in(?:ute)?s?)?\.?)?", re.IGNORECASE
)


class FerryLine(NamedTuple):
    """A ferry way or a part of one: `nodes` are rows of positions."""

    way_id: int
    nodes: tuple[int, ...]
    tags: Mapping[str, str]


class FerryRoute(NamedTuple):
    """A route that says of several ways that they belong together, and may hold the only name and duration."""

    tags: Mapping[str, str]
    way_ids: frozenset[int]


class _Leg(NamedTuple):
    """A line from one port of call to the next, or as far as it is drawn."""

    way_id: int
    nodes: tuple[int, ...]
    tags: Mapping[str, str]
    metres: float


class _Chain(NamedTuple):
    """Legs in a row, and the two ends where nothing follows."""

    legs: tuple[_Leg, ...]
    start: int
    end: int


def is_ferry(tags: Mapping[str, str]) -> bool:
    """Tell whether a way is sailed: then it is never a road, whatever else its tags say."""
    return "ferry" in tags.get("route", "").split(";") or tags.get("highway") == "ferry"


def crossings(
    lines: Sequence[FerryLine],
    lonlat: NDArray[np.float64],
    roads: Collection[int],
    routes: Sequence[FerryRoute] = (),
) -> tuple[FerryHint, ...]:
    """Return a hint for each pair of ends between which the lines run.

    `lonlat` float64 (n, 2) holds the positions of all rows, `roads` the rows that a road passes: lines are cut there,
    and joined where just two of them meet at sea. Lines there and back between the same ends are one crossing.
    """
    legs = [leg for line in lines for leg in _legs(line, lonlat, roads)]
    way_m: dict[int, float] = defaultdict(float)
    for leg in legs:
        way_m[leg.way_id] += leg.metres
    found: dict[Hashable, FerryHint] = {}
    for route, members in _groups(legs, routes):
        chains = _distinct(_chains(members, roads, in_route=bool(route)))
        route_m = sum(leg.metres for chain in chains for leg in chain.legs)
        for chain in chains:
            hint = _hint(chain, route, _duration(chain.legs, way_m, route, route_m), lonlat)
            key = (frozenset((chain.start, chain.end)), hint.car, hint.foot)
            if key not in found or found[key].duration_s is None:
                found[key] = hint
    return tuple(found.values())


def duration_s(text: str) -> int | None:
    """Return the seconds of a `duration` tag; None when it says nothing.

    Understood: `0:46`, `00:05:00`, plain minutes, `PT46M`, `P1DT2H`, `1 hour 20 min`, `1.5 h`.
    Source: https://wiki.openstreetmap.org/wiki/Key:duration
    """
    text = text.strip()
    seconds = 0.0
    if clock := _CLOCK.fullmatch(text):
        hours, minutes, rest = (int(part or 0) for part in clock.groups())
        seconds = hours * 3600 + minutes * 60 + rest
    elif match := _ISO.fullmatch(text) or _WORDS.fullmatch(text):
        parts = [float((part or "0").replace(",", ".")) for part in (*match.groups(), None)]
        seconds = sum(part * unit for part, unit in zip(parts, (86_400, 3600, 60, 1), strict=False))
    return round(seconds) or None


def _length_m(nodes: Sequence[int], lonlat: NDArray[np.float64]) -> float:
    """Return the length of a line to a per cent or so: it only shares durations out."""
    places = lonlat[list(nodes)]
    steps = np.diff(places, axis=0) * 111_320.0
    steps[:, 0] *= np.cos(np.radians(places[:-1, 1]))
    return float(np.hypot(steps[:, 0], steps[:, 1]).sum())


def _legs(line: FerryLine, lonlat: NDArray[np.float64], roads: Collection[int]) -> Iterator[_Leg]:
    """Cut a line at its ports of call, and drop what runs along a pier."""
    inner = [at for at in range(1, len(line.nodes) - 1) if line.nodes[at] in roads]
    for first, last in pairwise([0, *inner, len(line.nodes) - 1]):
        nodes = line.nodes[first : last + 1]
        metres = _length_m(nodes, lonlat)
        on_road = nodes[0] in roads and nodes[-1] in roads
        if not (inner and on_road and metres < _ALONG_A_PIER_M):
            yield _Leg(line.way_id, nodes, line.tags, metres)


def _groups(legs: Sequence[_Leg], routes: Sequence[FerryRoute]) -> Iterator[tuple[Mapping[str, str], list[_Leg]]]:
    """Yield the legs of each route, with its tags, and then those of no route."""
    for route in routes:
        yield route.tags, [leg for leg in legs if leg.way_id in route.way_ids]
    claimed = frozenset[int]().union(*(route.way_ids for route in routes))
    yield {}, [leg for leg in legs if leg.way_id not in claimed]


def _chains(legs: Sequence[_Leg], roads: Collection[int], *, in_route: bool) -> Iterator[_Chain]:
    """Yield legs joined where just two of them end at sea: those of a route, or those of like name.

    Rings go from nowhere to nowhere and are left out.
    """
    at: dict[int, list[int]] = defaultdict(list)
    for row, leg in enumerate(legs):
        at[leg.nodes[0]].append(row)
        at[leg.nodes[-1]].append(row)
    joints = [
        (node,)
        for node, rows in at.items()
        if len(rows) == 2 and node not in roads and (in_route or _alike(*(legs[row] for row in rows)))
    ]
    gaps = list(_gaps(legs, at, roads))
    joined = {node for nodes in (*joints, *gaps) for node in nodes}
    chain_of = list(range(len(legs)))
    for nodes in (*joints, *gaps):
        one, *_, other = sorted(chain_of[row] for node in nodes for row in at[node])
        chain_of = [one if chain == other else chain for chain in chain_of]
    members: dict[int, list[_Leg]] = defaultdict(list)
    for chain, leg in zip(chain_of, legs, strict=True):
        members[chain].append(leg)
    for parts in members.values():
        ends = [node for leg in parts for node in (leg.nodes[0], leg.nodes[-1]) if node not in joined]
        if len(ends) == 2 and ends[0] != ends[1]:
            yield _Chain(tuple(parts), ends[0], ends[1])


def _alike(one: _Leg, other: _Leg) -> bool:
    """Tell whether nothing says that two legs belong to different crossings: at sea, the ends of several meet."""
    names = {leg.tags["name"] for leg in (one, other) if leg.tags.get("name")}
    return len(names) < 2 or one.way_id == other.way_id


def _gaps(legs: Sequence[_Leg], at: Mapping[int, Sequence[int]], roads: Collection[int]) -> Iterator[tuple[int, int]]:
    """Yield the two shores of each gap in a way: extracts are often cut through the sea."""
    loose: dict[int, list[int]] = defaultdict(list)
    for node, rows in at.items():
        if len(rows) == 1 and node not in roads:
            loose[legs[rows[0]].way_id].append(node)
    for nodes in loose.values():
        if len(nodes) == 2 and at[nodes[0]] != at[nodes[1]]:
            yield nodes[0], nodes[1]


def _distinct(chains: Iterator[_Chain]) -> list[_Chain]:
    """Return one chain for each pair of ends: the way there and the way back are one crossing."""
    by_ends: dict[frozenset[int], _Chain] = {}
    for chain in chains:
        by_ends.setdefault(frozenset((chain.start, chain.end)), chain)
    return list(by_ends.values())


def _duration(legs: Sequence[_Leg], way_m: Mapping[int, float], route: Mapping[str, str], route_m: float) -> int | None:
    """Return the seconds of legs in a row: their share, by length, of what the route or its ways say.

    A way that was cut in two keeps the duration of the whole on both parts, so equal durations count once.
    """
    metres = sum(leg.metres for leg in legs)
    whole_s = duration_s(route.get("duration", ""))
    if whole_s is not None:
        return round(whole_s * _share(metres, route_m))
    tagged = {leg.way_id: duration_s(leg.tags.get("duration", "")) for leg in legs}
    given = {way_id: seconds for way_id, seconds in tagged.items() if seconds is not None}
    if len(given) < len(tagged):
        return None
    if len(set(given.values())) == 1:
        return round(next(iter(given.values())) * _share(metres, sum(way_m[way_id] for way_id in given)))
    return round(sum(given[leg.way_id] * _share(leg.metres, way_m[leg.way_id]) for leg in legs))


def _share(part_m: float, whole_m: float) -> float:
    """Return the share of a part in the whole; all of it where nothing has a length."""
    return part_m / whole_m if whole_m else 1.0


def _hint(chain: _Chain, route: Mapping[str, str], seconds: int | None, lonlat: NDArray[np.float64]) -> FerryHint:
    """Return what a chain proposes.

    Cars are taken to be carried unless a tag says no: most car ferries have no such tag.
    """
    tags = [{**route, **leg.tags} for leg in chain.legs]
    start, end = lonlat[chain.start].tolist(), lonlat[chain.end].tolist()
    return FerryHint(
        way_id=chain.legs[0].way_id,
        name=_name(chain, route),
        from_lonlat=(start[0], start[1]),
        to_lonlat=(end[0], end[1]),
        duration_s=seconds,
        car=all(_carries(item, ("motorcar", "motor_vehicle", "vehicle", "access")) for item in tags),
        foot=all(_carries(item, ("foot", "access")) for item in tags),
    )


def _carries(tags: Mapping[str, str], keys: Sequence[str]) -> bool:
    """Tell whether the most specific of some access tags lets travellers on board."""
    return next((tags[key] for key in keys if key in tags), "yes") not in {"no", "private"}


def _name(chain: _Chain, route: Mapping[str, str]) -> str:
    """Return the name of a crossing: of its ways when they agree, else of its route."""
    names = Counter(leg.tags["name"] for leg in chain.legs if leg.tags.get("name"))
    if len(names) == 1:
        return next(iter(names))
    ports = (route.get("from"), route.get("to"))
    of_route = route.get("name") or (" - ".join(filter(None, ports)) if all(ports) else "")
    return of_route or next(iter(names), "")
