"""How much longer the same roads take in winter, in the dark, among summer visitors, or with a cautious driver.

Applied to the weights of a graph that is there already: nothing is read or built again.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import numpy as np

from geo.speed_table import DEFAULT, SpeedTable
from geo.types import CLOSED_MS, RoadGraph

if TYPE_CHECKING:
    from geo.speed_table import ModeSpeeds

_WINTER = {12, 1, 2}
_VISITORS = {6, 7, 8}
_TWILIGHT_DEG = -6.0
_TILT_DEG = 23.44
_WALK_MS = 3000 / 3600
_AT_THE_ROAD_M = 75.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Conditions:
    """What makes a day slower than usual. The factors are in the table of speeds, by mode.

    Winter and darkness are one burden, of which the heavier counts; the others come on top. Visitors slow single track
    only.
    """

    winter: bool = False
    dark: bool = False
    visitors: bool = False
    cautious: bool = False


AS_USUAL = Conditions()


def times_as_long(conditions: Conditions, speeds: ModeSpeeds) -> tuple[float, float]:
    """Return how many times as long a road takes that has two lanes, and one that is single track."""
    factor = speeds.conditions
    season = max(
        factor.get("winter", 1.0) if conditions.winter else 1.0, factor.get("dark", 1.0) if conditions.dark else 1.0
    )
    everywhere = season * (factor.get("cautious", 1.0) if conditions.cautious else 1.0)
    return everywhere, everywhere * (factor.get("visitors_on_single_track", 1.0) if conditions.visitors else 1.0)


def under(graph: RoadGraph, conditions: Conditions, table: SpeedTable = DEFAULT) -> RoadGraph:
    """Return the graph with the milliseconds of a day under such conditions; everything else is shared.

    A graph that was stored before its ways told of single track counts all of them as two-lane.
    """
    single = np.array(graph.way_single_track or [False] * len(graph.way_names), dtype=np.bool_)[graph.way]
    arc_ms = dict(graph.arc_ms)
    for mode, ms in graph.arc_ms.items():
        wide, narrow = times_as_long(conditions, table.modes[mode])
        slower = np.rint(ms * np.where(single, narrow, wide))
        arc_ms[mode] = np.where(ms == CLOSED_MS, ms, np.minimum(slower, CLOSED_MS - 1)).astype(np.uint32)
    return replace(graph, arc_ms=arc_ms)


def conditions_at(instant: datetime, lon_deg: float, lat_deg: float) -> Conditions:
    """Tell what is usual at an aware instant and place in Britain: the season by month, darkness by the sun.

    It is dark when the sun stands more than 6 degrees below the horizon (end of civil twilight), to a few minutes.
    """
    utc = instant.astimezone(UTC)
    day = utc.timetuple().tm_yday
    declination = math.radians(-_TILT_DEG * math.cos(2 * math.pi * (day + 10) / 365))
    hours = utc.hour + utc.minute / 60 + lon_deg / 15 - 12
    lat = math.radians(lat_deg)
    height = math.sin(lat) * math.sin(declination)
    height += math.cos(lat) * math.cos(declination) * math.cos(math.radians(15 * hours))
    return Conditions(
        winter=instant.month in _WINTER,
        visitors=instant.month in _VISITORS,
        dark=math.degrees(math.asin(height)) < _TWILIGHT_DEG,
    )


def walk_from_road_s(dist_m: float) -> int:
    """Return the seconds of a straight walk at 3 km/h from the road to a house that is farther off than 75 m.

    The first 75 m belong to the minutes to the door.
    """
    return math.ceil(max(0.0, dist_m - _AT_THE_ROAD_M) / _WALK_MS)
