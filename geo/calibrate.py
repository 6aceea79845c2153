"""Fit achieved speeds to recorded journeys: a factor for each class of road, robustly, proved on journeys held back.

A journey is predicted as its seconds on each class times the class's factor, plus the minutes at the door. The factors
are those whose predictions are nearest in ratio (a soft L1 of the logarithm, so that a coffee on the way does little);
a class of which the journeys say little stays at the factor of all roads. Because other speeds mean other routes,
routes and factors are found in turns.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from scipy.optimize import least_squares

from geo.conditions import AS_USUAL, Conditions, times_as_long
from geo.errors import TooFewJourneys
from geo.route import routes
from geo.speed_table import SpeedTable
from geo.types import CLOSED_MS, RoadGraph, Snaps

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

LEAST_JOURNEYS = 40
HELD_BACK = 0.25
ROUNDS = 4

_NOISE = 0.15
_NOISE_BOUNDS = (0.02, 0.5)
_CLASS_SPREAD = 0.3
_OVERALL_SPREAD = 0.5
_DOOR_SPREAD_S = 120.0
_MOST = 0.9
_SETTLED = 0.01
_MOST_DOOR_S = 900.0
_SINGLE = " single track"


@dataclass(frozen=True, slots=True, kw_only=True)
class Observation:
    """A recorded journey: rows of the snapped places, how long it took, and what slowed it."""

    origin: int
    destination: int
    observed_s: float
    conditions: Conditions = AS_USUAL


@dataclass(frozen=True, slots=True, kw_only=True)
class Error:
    """Median absolute error in per cent over so many journeys held back; None without any."""

    journeys: int
    before_pct: float | None
    after_pct: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Fit:
    """What was found. `factors` say how many times as long a class takes as the table has it; `minutes` is how long
    the journeys fitted spend on it. `by_class` splits the error by the class on which a journey spends most."""

    factors: dict[str, float]
    minutes: dict[str, float]
    door_s: float
    fitted: int
    left_out: int
    overall: Error
    by_class: dict[str, Error]
    table: SpeedTable


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Trips:
    """The journeys on their graph; `bucket` is the class of each arc, of `n_classes`."""

    graph: RoadGraph
    snaps: Snaps
    observations: Sequence[Observation]
    mode: str
    table: SpeedTable
    bucket: NDArray[np.int64]
    n_classes: int

    def seconds(self, factors: NDArray[np.float64]) -> NDArray[np.float64]:
        """Route the journeys as if classes took so many times as long; return float64 (J, C) of unchanged seconds.

        A journey without a way has no seconds.
        """
        routed = _weighted(self.graph, self.mode, factors[self.bucket])
        usual_ms, now_ms = self.graph.arc_ms[self.mode], np.maximum(routed.arc_ms[self.mode], 1)
        single = _single_track(self.graph)[self.graph.way]
        seconds = np.zeros((len(self.observations), self.n_classes))
        pairs = [(row.origin, row.destination) for row in self.observations]
        for row, path in enumerate(routes(routed, self.mode, self.snaps, pairs)):
            if path is None:
                continue
            wide, narrow = times_as_long(self.observations[row].conditions, self.table.modes[self.mode])
            took_ms = path.ms / now_ms[path.arcs] * usual_ms[path.arcs] * np.where(single[path.arcs], narrow, wide)
            seconds[row] = np.bincount(self.bucket[path.arcs], weights=took_ms / 1000, minlength=self.n_classes)
        return seconds


def fit_speeds(  # noqa: PLR0913 - all but the first three have a sensible value
    graph: RoadGraph,
    snaps: Snaps,
    observations: Sequence[Observation],
    *,
    table: SpeedTable,
    mode: str = "car",
    door_s: float = 120.0,
    seed: int = 7,
) -> Fit:
    """Fit the speeds of a mode; `table` is what the graph was built with, `door_s` what the door is taken to cost.

    A quarter of the journeys, chosen by `seed`, is held back for the errors. Raises TooFewJourneys.
    """
    names, bucket = _classes(graph)
    trips = _Trips(
        graph=graph,
        snaps=snaps,
        observations=observations,
        mode=mode,
        table=table,
        bucket=bucket,
        n_classes=len(names),
    )
    observed_s = np.array([row.observed_s for row in observations], dtype=np.float64)
    usual_s = trips.seconds(np.ones(len(names)))
    fitted, held = _parted(usual_s, observed_s, seed)
    factors, fitted_door_s = _in_turns(trips, usual_s, observed_s, fitted, door_s)
    before_s = usual_s.sum(axis=1) + door_s
    after_s = trips.seconds(factors) @ factors + fitted_door_s
    off = [np.abs(predicted_s[held] / observed_s[held] - 1) for predicted_s in (before_s, after_s)]
    dominant = usual_s[held].argmax(axis=1)
    driven_min = usual_s[fitted].sum(axis=0) / 60
    seen = [row for row in range(len(names)) if driven_min[row] > 0]
    return Fit(
        factors={names[row]: round(float(factors[row]), 4) for row in seen},
        minutes={names[row]: round(float(driven_min[row]), 1) for row in seen},
        door_s=round(fitted_door_s, 1),
        fitted=len(fitted),
        left_out=len(observations) - len(fitted) - len(held),
        overall=_error(*off),
        by_class={names[row]: _error(*(each[dominant == row] for each in off)) for row in np.unique(dominant).tolist()},
        table=_calibrated(table, mode, dict(zip(names, factors.tolist(), strict=True))),
    )


def _parted(
    usual_s: NDArray[np.float64], observed_s: NDArray[np.float64], seed: int
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the journeys to fit and those to hold back. Raises TooFewJourneys."""
    used = np.flatnonzero((usual_s.sum(axis=1) > 0) & (observed_s > 0))
    if len(used) < LEAST_JOURNEYS:
        raise TooFewJourneys(
            f"{len(used)} of {len(observed_s)} journeys can be used (the others have no way by road, or begin and "
            f"end at one place); at least {LEAST_JOURNEYS} are needed."
        )
    order = np.random.default_rng(seed).permutation(used)
    n_held = round(HELD_BACK * len(used))
    return np.sort(order[n_held:]), np.sort(order[:n_held])


def _in_turns(
    trips: _Trips,
    seconds: NDArray[np.float64],
    observed_s: NDArray[np.float64],
    fitted: NDArray[np.int64],
    door_s: float,
) -> tuple[NDArray[np.float64], float]:
    """Return factors and seconds at the door: fit, route anew with what was found, and fit again.

    How noisy the journeys are is learnt on the way, from the median of what is left unexplained.
    """
    factors, found_door_s, noise = np.ones(trips.n_classes), door_s, _NOISE
    for _ in range(ROUNDS):
        found, found_door_s = _fit(seconds[fitted], observed_s[fitted], door_s, noise)
        off = np.log((seconds[fitted] @ found + found_door_s) / observed_s[fitted])
        noise = float(np.clip(1.4826 * np.median(np.abs(off)), *_NOISE_BOUNDS))
        settled = bool(np.abs(found / factors - 1).max() < _SETTLED)
        factors = found
        if settled:
            break
        seconds = trips.seconds(factors)
    return factors, found_door_s


def _single_track(graph: RoadGraph) -> NDArray[np.bool_]:
    """Tell which ways are single track; of a graph stored by an earlier version, none."""
    return np.array(graph.way_single_track or (False,) * len(graph.way_classes), dtype=np.bool_)


def _classes(graph: RoadGraph) -> tuple[list[str], NDArray[np.int64]]:
    """Name the classes of road, single track apart, and give each arc its class."""
    both = zip(graph.way_classes, _single_track(graph).tolist(), strict=True)
    labels = [f"{road_class}{_SINGLE if single else ''}" for road_class, single in both]
    names, row = np.unique(np.array(labels), return_inverse=True)
    return names.tolist(), row[graph.way]


def _weighted(graph: RoadGraph, mode: str, factor: NDArray[np.float64]) -> RoadGraph:
    """Return the graph with the times of a mode multiplied."""
    ms = graph.arc_ms[mode]
    slower = np.where(ms == CLOSED_MS, ms, np.minimum(np.rint(ms * factor), CLOSED_MS - 1)).astype(np.uint32)
    return replace(graph, arc_ms={**graph.arc_ms, mode: slower})


def _fit(
    seconds: NDArray[np.float64], observed_s: NDArray[np.float64], door_s: float, noise: float
) -> tuple[NDArray[np.float64], float]:
    """Return the factor of each class and the seconds at the door. Unknowns: overall, each class, the door.

    `noise` is the usual ratio, as a logarithm, between what is recorded and what a perfect table would say.
    """
    n_classes = seconds.shape[1]

    def predicted(x: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        parts = seconds * np.exp(x[0] + x[1:-1])
        return parts, parts.sum(axis=1) + x[-1]

    def residuals(x: NDArray[np.float64]) -> NDArray[np.float64]:
        beliefs = [x[:1] / _OVERALL_SPREAD, x[1:-1] / _CLASS_SPREAD, (x[-1:] - door_s) / _DOOR_SPREAD_S]
        return np.concatenate([np.log(predicted(x)[1] / observed_s) / noise, *beliefs])

    def slopes(x: NDArray[np.float64]) -> NDArray[np.float64]:
        parts, whole = predicted(x)
        of_journeys = np.column_stack([parts.sum(axis=1), parts, np.ones(len(parts))]) / whole[:, np.newaxis] / noise
        of_beliefs = np.diag([1 / _OVERALL_SPREAD, *[1 / _CLASS_SPREAD] * n_classes, 1 / _DOOR_SPREAD_S])
        return np.vstack([of_journeys, of_beliefs])

    start = np.array([0.0, *[0.0] * n_classes, max(door_s, 1.0)])
    low = np.array([-_MOST, *[-_MOST] * n_classes, 0.0])
    high = np.array([_MOST, *[_MOST] * n_classes, max(_MOST_DOOR_S, door_s + 1)])
    x = least_squares(residuals, start, jac=slopes, bounds=(low, high), loss="soft_l1", x_scale="jac").x
    return np.exp(x[0] + x[1:-1]), float(x[-1])


def _error(before: NDArray[np.float64], after: NDArray[np.float64]) -> Error:
    """Return the median errors of some journeys."""
    if not len(before):
        return Error(journeys=0, before_pct=None, after_pct=None)
    was, now = (round(100 * float(np.median(off)), 1) for off in (before, after))
    return Error(journeys=len(before), before_pct=was, after_pct=now)


def _calibrated(table: SpeedTable, mode: str, factors: dict[str, float]) -> SpeedTable:
    """Return the table with the speeds of each class divided by the factor of its times."""
    speeds = table.modes[mode]
    wide, single = dict(speeds.two_lane_factor), dict(speeds.single_track_factor)
    for name, factor in factors.items():
        road_class = name.removesuffix(_SINGLE)
        if name.endswith(_SINGLE):
            single[road_class] = single.get(road_class, speeds.two_lane_factor.get(road_class, 1.0)) / factor
        else:
            wide[road_class] = wide.get(road_class, 1.0) / factor
    for road_class in set(wide) - set(single):  # otherwise single track would now take the new factor of two lanes
        single[road_class] = speeds.two_lane_factor.get(road_class, 1.0)
    fitted = replace(speeds, two_lane_factor=wide, single_track_factor=single)
    return SpeedTable(modes={**table.modes, mode: fitted})
