"""Draw an ordinary OpenStreetMap file from the typed facts of an area.

Nobody copied a map: a road is a line between two places, bent until it is as long as the real road, and the streets of
settlements are planned from their population. The file then takes the same way in as a real extract.
"""

from __future__ import annotations

import math
import re
from random import Random
from typing import TYPE_CHECKING, NamedTuple

import osmium
from osmium.osm.mutable import Node, Way

from geo.facts import Place, Road, read_facts
from geo.osm import DRAWN_BY
from geo.streets import street_plan
from geo.winding import moved, wind

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from geo.facts import Crossing, Facts, LonLat, Port

WAY_NODES = 100
"""No way has more nodes than this."""

_STREETS_FROM = 100
_LANES_UP_TO = 3000
_PEOPLE_PER_LANE = 10
_LANES = 10
_LANE_NODES_AWAY = 22
_LANE_M = (220.0, 820.0)
_PIER_ROAD_M = 300.0

_NUMBERED = re.compile(r"[ABCM]\d+$")
_KINDS = ((2000, "town"), (150, "village"), (1, "hamlet"), (0, "locality"))


class _Drawn(NamedTuple):
    """A road as drawn: what was typed, and the ids of its nodes from end to end."""

    road: Road
    refs: tuple[int, ...]


class _Sheet:
    """Nodes and ways in the order of drawing; ids count from 1, so that the same facts give the same ids."""

    def __init__(self) -> None:
        self.nodes: list[tuple[LonLat, dict[str, str]]] = []
        self.ways: list[tuple[tuple[int, ...], dict[str, str]]] = []

    def node(self, lonlat: LonLat, tags: dict[str, str] | None = None) -> int:
        """Draw a point and return its id."""
        self.nodes.append((lonlat, tags or {}))
        return len(self.nodes)

    def at(self, ref: int) -> LonLat:
        """Return where a node lies."""
        return self.nodes[ref - 1][0]

    def way(self, refs: Sequence[int], tags: dict[str, str]) -> None:
        """Draw a line through nodes, in ways of bounded size that share their ends."""
        for start in range(0, len(refs) - 1, WAY_NODES - 1):
            self.ways.append((tuple(refs[start : start + WAY_NODES]), tags))


def build_osm(area_dir: Path, out: Path) -> None:
    """Write an .osm.pbf (or .osm) file of the area whose typed facts lie in `area_dir`, replacing `out`.

    The same facts give the same bytes. Raises NetworkUnreadable when the facts cannot be used.
    """
    facts = read_facts(area_dir)
    sheet = _Sheet()
    middles = {key: sheet.node(place.lonlat, _place_tags(place)) for key, place in sorted(facts.places.items())}
    drawn = [_draw_road(sheet, road, middles) for road in facts.roads]
    for key, place in sorted(facts.places.items()):
        ends = _roads_from(key, drawn)
        inland_deg = _inland_deg(sheet, place, ends)
        if place.population >= _STREETS_FROM or not ends:
            _draw_streets(sheet, place, middles[key], inland_deg)
        if place.population <= _LANES_UP_TO:
            _draw_lanes(sheet, place, ends, inland_deg)
    _draw_ferries(sheet, facts, drawn, middles)
    _write(sheet, out)


def _place_tags(place: Place) -> dict[str, str]:
    """Return the tags of a settlement; a place where nobody is counted is a locality."""
    kind = next(kind for least, kind in _KINDS if place.population >= least)
    counted = {"population": str(place.population)} if place.population else {}
    return {"place": kind, "name": place.name, **counted}


def _draw_road(sheet: _Sheet, road: Road, middles: dict[str, int]) -> _Drawn:
    """Draw a road between two places, as long as typed."""
    ends = middles[road.from_place], middles[road.to_place]
    corners = (sheet.at(ends[0]), *road.via, sheet.at(ends[1]))
    line = wind(corners, road.length_m, f"{road.name} {road.from_place} {road.to_place}")
    between = [sheet.node((float(lon), float(lat))) for lon, lat in line[1:-1]]
    refs = (ends[0], *between, ends[1])
    sheet.way(refs, _road_tags(road))
    return _Drawn(road, refs)


def _road_tags(road: Road) -> dict[str, str]:
    """Return the tags of a typed road."""
    tags = {"highway": road.highway}
    if _NUMBERED.match(road.name):
        tags["ref"] = road.name
    elif road.name != "unclassified":
        tags["name"] = road.name
    tags |= {"lanes": "1", "passing_places": "yes"} if road.single_track else {"lanes": "2"}
    if road.mph:
        tags["maxspeed"] = f"{road.mph} mph"
    if road.surface:
        tags["surface"] = road.surface
    return tags


def _roads_from(key: str, drawn: Iterable[_Drawn]) -> list[tuple[int, ...]]:
    """Return the nodes of each road at a place, counted from the place outwards."""
    leaving = [line.refs for line in drawn if line.road.from_place == key]
    return [*leaving, *(line.refs[::-1] for line in drawn if line.road.to_place == key)]


def _inland_deg(sheet: _Sheet, place: Place, ends: Iterable[tuple[int, ...]]) -> float:
    """Return the bearing away from the water: as typed, else the way that most roads take."""
    if place.inland_deg is not None:
        return place.inland_deg
    east = north = 0.0
    for refs in ends:
        bearing = _bearing(place.lonlat, sheet.at(refs[-1]))
        east, north = east + math.sin(bearing), north + math.cos(bearing)
    return math.degrees(math.atan2(east, north)) % 360


def _bearing(here: LonLat, there: LonLat) -> float:
    """Return the compass bearing in radians over a short distance."""
    return math.atan2((there[0] - here[0]) * math.cos(math.radians(here[1])), there[1] - here[1])


def _draw_streets(sheet: _Sheet, place: Place, middle: int, inland_deg: float) -> None:
    """Draw the streets of a settlement; they meet the roads at its middle."""
    plan = street_plan(place.population, inland_deg)
    refs = [
        middle if row == plan.middle else sheet.node(_settled(moved(place.lonlat, east, north)))
        for row, (east, north) in enumerate(plan.points)
    ]
    for line in plan.lines:
        sheet.way([refs[row] for row in line], {"highway": "residential", "maxspeed": "30 mph"})


def _draw_lanes(sheet: _Sheet, place: Place, ends: Sequence[tuple[int, ...]], inland_deg: float) -> None:
    """Draw farm lanes off the roads around a place, on the side away from the water, some of them unsealed."""
    dice = Random(place.id)
    spots = [(refs, index) for refs in ends for index in range(2, min(_LANE_NODES_AWAY, len(refs) // 2), 3)]
    wanted = min(_LANES, math.ceil(place.population / _PEOPLE_PER_LANE), len(spots))
    for refs, index in sorted(dice.sample(spots, wanted)):
        start = sheet.at(refs[index])
        along = _bearing(sheet.at(refs[index - 1]), sheet.at(refs[index + 1]))
        side = 1 if math.sin(math.radians(inland_deg) - along) >= 0 else -1
        bearing = along + side * math.radians(dice.uniform(60, 120))
        reach_m = dice.uniform(*_LANE_M)
        end = moved(start, reach_m * math.sin(bearing), reach_m * math.cos(bearing))
        line = wind((start, end), reach_m * 1.08, f"lane {place.id} {refs[index]}")
        lane = [refs[index], *(sheet.node((float(lon), float(lat))) for lon, lat in line[1:])]
        tags = {"highway": "service"} if dice.random() < 0.5 else {"highway": "unclassified"}
        unsealed = {"surface": "gravel"} if tags["highway"] == "service" else {"passing_places": "yes"}
        sheet.way(lane, {**tags, "lanes": "1", **unsealed})


def _draw_ferries(sheet: _Sheet, facts: Facts, drawn: Sequence[_Drawn], middles: dict[str, int]) -> None:
    """Draw the piers, each joined to the nearest road of its own landmass, and the crossings between them."""
    piers: dict[str, int] = {}
    for key, port in facts.ports.items():
        piers[key] = _draw_pier(sheet, port, _road_nodes(port, facts, drawn, middles))
    for crossing in facts.crossings:
        names = [facts.ports[key].name for key in (crossing.from_port, crossing.to_port)]
        sheet.way((piers[crossing.from_port], piers[crossing.to_port]), _ferry_tags(crossing, " - ".join(names)))


def _road_nodes(port: Port, facts: Facts, drawn: Iterable[_Drawn], middles: dict[str, int]) -> set[int]:
    """Return the nodes of the places and roads on the land on which a pier stands."""
    here = {key for key, place in facts.places.items() if place.landmass == port.landmass}
    roads = (ref for line in drawn if line.road.from_place in here for ref in line.refs)
    return {*(middles[key] for key in here), *roads}


def _draw_pier(sheet: _Sheet, port: Port, refs: set[int]) -> int:
    """Draw a pier and the short way to the nearest of the given nodes; return the pier's id."""
    lon, lat = port.lonlat
    shrink = math.cos(math.radians(lat))

    def away(ref: int) -> tuple[float, int]:
        east, north = sheet.at(ref)
        return math.hypot((east - lon) * shrink, north - lat), ref

    nearest = min(refs, key=away)
    pier = sheet.node(port.lonlat, {"amenity": "ferry_terminal", "name": port.name})
    long_road = away(nearest)[0] * 111_000 > _PIER_ROAD_M
    tags = {"highway": "unclassified" if long_road else "service", "lanes": "2"}
    sheet.way((nearest, pier), {**tags, "name": f"Pier road, {port.name}"})
    return pier


def _ferry_tags(crossing: Crossing, name: str) -> dict[str, str]:
    """Return the tags of a crossing."""
    hours, minutes = divmod(crossing.minutes, 60)
    return {
        "route": "ferry",
        "name": name,
        "duration": f"{hours:02d}:{minutes:02d}",
        "foot": "yes",
        "motor_vehicle": "yes" if crossing.car else "no",
    }


def _settled(lonlat: LonLat) -> LonLat:
    """Return a point as an OpenStreetMap file can hold it."""
    return round(lonlat[0], 7), round(lonlat[1], 7)


def _write(sheet: _Sheet, out: Path) -> None:
    """Write the nodes, then the ways, by id."""
    header = osmium.io.Header()
    header.set("generator", DRAWN_BY)
    with osmium.SimpleWriter(out, header=header, overwrite=True) as writer:
        for ref, (lonlat, tags) in enumerate(sheet.nodes, start=1):
            writer.add_node(Node(id=ref, version=1, location=lonlat, tags=dict(sorted(tags.items()))))
        for ref, (refs, tags) in enumerate(sheet.ways, start=1):
            writer.add_way(Way(id=ref, version=1, nodes=list(refs), tags=dict(sorted(tags.items()))))
