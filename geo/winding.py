"""Bend a straight line until it is as long as the real road. Only lines between known points; no roads or places."""

from __future__ import annotations

import math
from random import Random
from typing import TYPE_CHECKING

import numpy as np
from pyproj import Geod

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

STEP_M = 120.0
"""The distance between shape points."""

_BEND_M = 650.0
_SWEEP_M = 2300.0
_CLOSE_M = 0.05
_EARTH = Geod(ellps="WGS84")
_M_PER_DEG = 111_320.0


def length_m(lonlat: NDArray[np.float64]) -> float:
    """Return the geodesic length of a line of (lon, lat) rows."""
    return float(_EARTH.line_length(lonlat[:, 0], lonlat[:, 1]))


def moved(lonlat: tuple[float, float], east_m: float, north_m: float) -> tuple[float, float]:
    """Return the point that lies so many metres east and north of another: good to 0.1 % within ten kilometres."""
    lon, lat = lonlat
    return lon + east_m / (_M_PER_DEG * math.cos(math.radians(lat))), lat + north_m / _M_PER_DEG


def wind(corners: Sequence[tuple[float, float]], wanted_m: float, name: str) -> NDArray[np.float64]:
    """Return a line through (lon, lat) corners, float64 (n, 2), bent sideways until it is `wanted_m` metres long.

    First and last rows are the first and last corner. The bends follow from `name` alone, so that the same road is
    always drawn alike. Where the corners are already further apart than that, they are joined by straight lines.
    """
    count = max(2, math.ceil(max(wanted_m, _corner_length_m(corners)) / STEP_M)) + 1
    base = _resampled(np.array(corners, dtype=np.float64), count)
    sideways = _sideways(base) * _bends(count, wanted_m, name)[:, None]
    if length_m(base) >= wanted_m:
        return _rounded(base)
    low, high = 0.0, wanted_m / 2
    while high - low > _CLOSE_M:
        middle = (low + high) / 2
        if length_m(base + middle * sideways) < wanted_m:
            low = middle
        else:
            high = middle
    return _rounded(base + high * sideways)


def _corner_length_m(corners: Sequence[tuple[float, float]]) -> float:
    """Return the length of the straight lines between the corners."""
    return length_m(np.array(corners, dtype=np.float64))


def _resampled(corners: NDArray[np.float64], count: int) -> NDArray[np.float64]:
    """Return `count` points along the straight lines between the corners, evenly spread, keeping both ends."""
    gaps = np.hypot(np.diff(corners[:, 0]) * math.cos(math.radians(corners[0, 1])), np.diff(corners[:, 1]))
    along = np.concatenate(([0.0], np.cumsum(gaps)))
    at = np.linspace(0.0, along[-1], count)
    return np.column_stack([np.interp(at, along, corners[:, axis]) for axis in (0, 1)])


def _sideways(base: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return for each point the step of one metre to its left, in degrees."""
    shrink = math.cos(math.radians(float(base[0, 1])))
    ahead = np.gradient(base, axis=0) * (shrink, 1.0)
    left = np.column_stack([-ahead[:, 1], ahead[:, 0]]) / np.hypot(ahead[:, 0], ahead[:, 1])[:, None]
    return left / (_M_PER_DEG * shrink, _M_PER_DEG)


def _bends(count: int, wanted_m: float, name: str) -> NDArray[np.float64]:
    """Return how far each point lies to the left at amplitude 1: short bends on long sweeps, none at either end."""
    dice = Random(name)
    along = np.linspace(0.0, math.pi, count)
    sweeps = max(1, round(wanted_m / _SWEEP_M))
    total = np.zeros(count)
    for halves, weight in ((sweeps, 1.6), (max(sweeps + 1, round(wanted_m / _BEND_M)), 1.0)):
        total += dice.choice((-1, 1)) * weight * dice.uniform(0.6, 1.0) * np.sin(halves * along)
    total[[0, -1]] = 0.0
    return total


def _rounded(lonlat: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the points as an OpenStreetMap file can hold them."""
    return np.round(lonlat, 7)
