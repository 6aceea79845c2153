"""Where the stops of a GTFS feed stand in an area: at which of its piers, and within whose walking distance."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.spatial import cKDTree

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from numpy.typing import NDArray

    from geo.gtfs import FeedStop

PIER_M = 1_500.0
"""A feed's stop may lie so far from the pier that it means: some are drawn at a ticket office, some at the village."""

CLEARLY_NEARER = 0.5
"""The pier of another land must be twice as far, unless names decide: kyles are narrow."""

_METRES_PER_DEGREE = 111_195.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Pier:
    """A pier of the area. Degrees are WGS84; `landmass` names the land on which it stands."""

    id: str
    name: str
    lon: float
    lat: float
    landmass: str


def match_piers(stops: Iterable[FeedStop], piers: Sequence[Pier]) -> dict[str, str]:
    """Tell for each stop at a pier which one it is, by stop id; stops elsewhere and doubtful ones are left out."""
    wanted = list(stops)
    if not piers or not wanted:
        return {}
    middle = float(np.mean([pier.lat for pier in piers]))
    at = _xy([(pier.lon, pier.lat) for pier in piers], middle)
    here = _xy([(stop.lon, stop.lat) for stop in wanted], middle)
    found = {}
    near = np.asarray(cKDTree(at).query_ball_point(here, PIER_M), dtype=object)
    for stop, place, rows in zip(wanted, here, near, strict=True):
        away = sorted((float(np.hypot(*(at[row] - place))), row) for row in rows)
        pier = _meant(stop, [(metres, piers[row]) for metres, row in away]) if away else None
        if pier:
            found[stop.id] = pier.id
    return found


def _meant(stop: FeedStop, near: Sequence[tuple[float, Pier]]) -> Pier | None:
    """Choose a pier, the nearest one first in `near`; None if that of another land could be meant as well."""
    metres, nearest = near[0]
    others = [(away, pier) for away, pier in near[1:] if pier.landmass != nearest.landmass]
    if not others or metres <= CLEARLY_NEARER * others[0][0]:
        return nearest
    named = [pier for _, pier in near if _first_word(pier.name) in stop.name.casefold()]
    return named[0] if len({pier.landmass for pier in named}) == 1 else None


def _first_word(name: str) -> str:
    return name.casefold().split()[0] if name.split() else name.casefold()


def within_walk(stops: Iterable[FeedStop], people: Sequence[tuple[float, float]], walk_m: float) -> list[FeedStop]:
    """Keep the stops within `walk_m` (in a straight line) of somebody; `people` are positions (lon, lat)."""
    wanted = list(stops)
    if not people or not wanted:
        return []
    middle = float(np.mean([lat for _, lat in people]))
    away, _ = cKDTree(_xy(people, middle)).query(_xy([(stop.lon, stop.lat) for stop in wanted], middle))
    return [stop for stop, metres in zip(wanted, np.atleast_1d(away).tolist(), strict=True) if metres <= walk_m]


def _xy(lonlat: Sequence[tuple[float, float]], middle_lat: float) -> NDArray[np.float64]:
    """Lay positions out in metres, float64 (n, 2): east is true at `middle_lat`, and good to a per cent in a county."""
    degrees = np.asarray(lonlat, dtype=np.float64).reshape(-1, 2)
    scale = np.array([_METRES_PER_DEGREE * np.cos(np.radians(middle_lat)), _METRES_PER_DEGREE])
    return np.asarray(degrees * scale, dtype=np.float64)
