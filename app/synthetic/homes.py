"""Positions for homes: beside roads that a car may use, around settlements. Who lives there is decided elsewhere."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from scipy.spatial import cKDTree

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from app.dataset import PlaceRow
    from app.synthetic.parameters import HomeRules
    from geo.types import RoadGraph

METRES_PER_DEGREE = 111_320.0
STEP_M = 100.0
"""Roads are sampled at least every so many metres."""

STRAY_M = 2000.0
"""A connected part with less road than this holds no homes: it is a fault of the map, or too small for a car."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Home:
    """A dwelling. `place` is the row of its settlement, `x_m` and `y_m` are east and north on a local plane."""

    lat: float
    lon: float
    x_m: float
    y_m: float
    place: int
    town: bool


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Plane:
    """A flat picture of the area, good enough for probabilities and for metres beside a road."""

    lat0: float
    lon0: float

    def xy(self, lonlat: NDArray[np.float64]) -> NDArray[np.float64]:
        """Give metres east and north of the origin, (n, 2), for degrees (n, 2) as lon, lat."""
        scale = np.array([METRES_PER_DEGREE * np.cos(np.radians(self.lat0)), METRES_PER_DEGREE])
        return np.asarray((lonlat - np.array([self.lon0, self.lat0])) * scale, dtype=np.float64)

    def lonlat(self, xy: tuple[float, float]) -> tuple[float, float]:
        """Give lon and lat for metres east and north of the origin."""
        scale = METRES_PER_DEGREE * float(np.cos(np.radians(self.lat0)))
        return self.lon0 + xy[0] / scale, self.lat0 + xy[1] / METRES_PER_DEGREE


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Roadside:
    """Road pieces of at most `STEP_M` that a car may use: middle and direction (K, 2), length and landmass (K,)."""

    middle: NDArray[np.float64]
    along: NDArray[np.float64]
    length_m: NDArray[np.float64]
    landmass: NDArray[np.int32]

    @classmethod
    def of(cls, graph: RoadGraph, plane: Plane) -> Roadside:
        """Cut the roads of a network, each once whatever its directions, leaving out stray ends."""
        land = graph.landmass["car"]
        inside = (land[graph.tail] == land[graph.head]) & (land[graph.tail] >= 0)
        road_m = np.bincount(land[graph.tail[inside]], weights=graph.length_m[inside], minlength=int(land.max()) + 1)
        same = inside & (road_m >= min(STRAY_M, road_m.max()))[np.maximum(land[graph.tail], 0)]
        ends = np.sort(np.stack([graph.tail[same], graph.head[same]], axis=1), axis=1)
        ends = np.unique(ends[ends[:, 0] != ends[:, 1]], axis=0)
        xy = plane.xy(graph.lonlat)
        start, step = xy[ends[:, 0]], xy[ends[:, 1]] - xy[ends[:, 0]]
        length = np.hypot(step[:, 0], step[:, 1])
        ends, start, step, length = (a[length > 0] for a in (ends, start, step, length))
        pieces = np.maximum(1, np.ceil(length / STEP_M)).astype(np.int64)
        arc = np.repeat(np.arange(len(ends)), pieces)
        number = np.arange(len(arc)) - np.repeat(np.cumsum(pieces) - pieces, pieces)
        share = (number + 0.5) / pieces[arc]
        return cls(
            middle=start[arc] + share[:, None] * step[arc],
            along=step[arc] / length[arc, None],
            length_m=length[arc] / pieces[arc],
            landmass=land[ends[arc, 0]],
        )


class Settlements:
    """Places with their people and the roads around them; draws homes. Landmasses never mix."""

    def __init__(self, places: Sequence[PlaceRow], graph: RoadGraph, rules: HomeRules) -> None:
        self.rules = rules
        lonlat = np.array([[place.lon, place.lat] for place in places], dtype=np.float64)
        self.plane = Plane(lat0=float(lonlat[:, 1].mean()), lon0=float(lonlat[:, 0].mean()))
        self.xy = self.plane.xy(lonlat)
        self.people = np.array([place.population for place in places], dtype=np.float64)
        self._roads = Roadside.of(graph, self.plane)
        self._tree = cKDTree(self._roads.middle)
        self.places, self.landmass = self._on_land(places)
        near = cKDTree(self.xy).query_ball_point(self.xy, rules.town_radius_m)
        self.town = np.array([self.people[rows].sum() >= rules.town_people for rows in near])
        self._taken: set[tuple[float, float]] = set()

    def home(self, place: int, rng: np.random.Generator) -> Home:
        """Draw a home of the settlement that nobody else has."""
        while True:
            home = self._anywhere(place, rng)
            if (home.lat, home.lon) not in self._taken:
                self._taken.add((home.lat, home.lon))
                return home

    def _on_land(self, places: Sequence[PlaceRow]) -> tuple[tuple[PlaceRow, ...], NDArray[np.int32]]:
        """Give each place the part of the roads that most places of its landmass are nearest to, as piers face each
        other; name the landmass after that part where the place does not say."""
        nearest = self._roads.landmass[self._tree.query(self.xy)[1]]
        named = tuple(
            place if place.landmass else replace(place, landmass=f"landmass {part}")
            for place, part in zip(places, nearest, strict=True)
        )
        votes: dict[str, Counter[int]] = {}
        for place, part in zip(named, nearest.tolist(), strict=True):
            votes.setdefault(place.landmass, Counter())[part] += 1
        part_of = {name: parts.most_common(1)[0][0] for name, parts in votes.items()}
        return named, np.array([part_of[place.landmass] for place in named], dtype=np.int32)

    def _reach_m(self, place: int, rng: np.random.Generator) -> float:
        """Draw how far homes spread: over the built-up radius, or wide for a scattered home."""
        rules, people = self.rules, max(1.0, float(self.people[place]))
        hamlet = float(np.clip((4.0 - np.log10(people)) / 2.0, 0.0, 1.0))
        scattered = rules.scatter_share_town + hamlet * (rules.scatter_share_hamlet - rules.scatter_share_town)
        if rng.random() < scattered:
            return rules.scatter_m
        return max(rules.least_radius_m, 1000.0 * float(np.sqrt(people / rules.people_per_km2 / np.pi)))

    def _anywhere(self, place: int, rng: np.random.Generator) -> Home:
        """Draw a piece of road, the likelier the nearer, then a point a few metres beside it."""
        reach, here = self._reach_m(place, rng), self.xy[place]
        rows = np.array(sorted(self._tree.query_ball_point(here, 3.0 * reach)), dtype=np.int64)
        rows = rows[self._roads.landmass[rows] == self.landmass[place]] if len(rows) else rows
        if len(rows):
            away = np.hypot(*(self._roads.middle[rows] - here).T)
            weight = self._roads.length_m[rows] * np.exp(-2.0 * away / reach)
            piece = int(rng.choice(rows, p=weight / weight.sum()))
        else:
            piece = self._nearest_piece(place)
        roads = self._roads
        beside = np.array([-roads.along[piece, 1], roads.along[piece, 0]]) * rng.uniform(6, 25) * rng.choice([-1, 1])
        x_m, y_m = roads.middle[piece] + roads.along[piece] * roads.length_m[piece] * rng.uniform(-0.5, 0.5) + beside
        lon, lat = self.plane.lonlat((float(x_m), float(y_m)))
        return Home(
            lat=round(lat, 6),
            lon=round(lon, 6),
            x_m=float(x_m),
            y_m=float(y_m),
            place=place,
            town=bool(self.town[place]),
        )

    def _nearest_piece(self, place: int) -> int:
        """Find the nearest piece of road on the landmass of the place."""
        rows = np.flatnonzero(self._roads.landmass == self.landmass[place])
        return int(rows[np.hypot(*(self._roads.middle[rows] - self.xy[place]).T).argmin()])
