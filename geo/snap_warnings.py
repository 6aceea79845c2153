"""What people should know about how places met the road. Nothing is refused here: `geo.snap` does that."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np
import shapely

from geo.snap import strays

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray
    from shapely.geometry.base import BaseGeometry

    from geo.types import RoadGraph, Snaps

Severity = Literal["info", "warning", "error"]
Kind = Literal["far-from-road", "across-water", "stray-road", "no-way-there"]

FAR_M: tuple[tuple[float, Severity], ...] = ((1000.0, "error"), (300.0, "warning"), (75.0, "info"))
"""Beyond so many metres from the road, it is so serious."""
WET_M = 30.0
"""Coastlines are drawn no finer than this."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SnapWarning:
    """Something odd about where a place meets the road, `distance_m` away in a straight line."""

    place_id: str
    kind: Kind
    severity: Severity
    distance_m: float
    message: str


def snap_warnings(
    graph: RoadGraph, mode: str, snaps: Snaps, place_ids: Sequence[str], *, starts: NDArray[np.bool_] | None = None
) -> list[SnapWarning]:
    """Return what is to be said of the roads that places met, in the order of the places.

    `starts` bool (P,) marks where carers come from, homes and piers alike: a place that no road joins to any of them
    needs a ferry or a path.
    """
    stray = np.isin(snaps.landmass, strays(graph, mode))
    joined = np.isin(snaps.landmass, snaps.landmass if starts is None else snaps.landmass[starts])
    return [
        SnapWarning(place_id=place_id, kind=kind, severity=severity, distance_m=dist_m, message=message)
        for place_id, dist_m, is_stray, is_joined in zip(
            place_ids, snaps.dist_m.tolist(), stray.tolist(), joined.tolist(), strict=True
        )
        for kind, severity, message in _said(mode, dist_m, is_stray=is_stray, is_joined=is_joined)
    ]


def water_warnings(
    graph: RoadGraph, lonlat: NDArray[np.float64], snaps: Snaps, place_ids: Sequence[str], *, land: BaseGeometry
) -> list[SnapWarning]:
    """Return which places met a road across water. `lonlat` float64 (P, 2); `land` are polygons in degrees."""
    return [
        SnapWarning(
            place_id=place_ids[row],
            kind="across-water",
            severity="warning",
            distance_m=float(snaps.dist_m[row]),
            message=f"{wet_m:,.0f} of the {snaps.dist_m[row]:,.0f} m to the nearest road are water.",
        )
        for row, wet_m in enumerate(_wet_m(graph, lonlat, snaps, land).tolist())
        if wet_m > WET_M
    ]


def _said(mode: str, dist_m: float, *, is_stray: bool, is_joined: bool) -> Iterator[tuple[Kind, Severity, str]]:
    """Yield what is to be said of one place."""
    severity = next((severity for limit_m, severity in FAR_M if dist_m > limit_m), None)
    if severity:
        yield "far-from-road", severity, f"The nearest road open to {mode} is {dist_m:,.0f} m away; check the position."
    if not is_joined:
        yield "no-way-there", "error", f"No road open to {mode} leads here from any carer: it needs a ferry or a path."
    elif is_stray:
        yield "stray-road", "warning", "The only road near is a short piece that joins no other; check the map."


def _wet_m(graph: RoadGraph, lonlat: NDArray[np.float64], snaps: Snaps, land: BaseGeometry) -> NDArray[np.float64]:
    """Return how many of the straight metres from each place to its road are not on land."""
    tail, head = graph.lonlat[graph.tail[snaps.arc]], graph.lonlat[graph.head[snaps.arc]]
    ways = np.stack([lonlat, tail + snaps.along[:, None] * (head - tail)], axis=1)
    lines: NDArray[np.object_] = np.asarray(shapely.linestrings(ways))
    shapely.prepare(land)
    wet_m = np.zeros(len(lonlat))
    crossing = np.flatnonzero(~shapely.covers(land, lines) & (snaps.dist_m > WET_M))
    outside = shapely.length(shapely.difference(lines[crossing], land))
    wet_m[crossing] = snaps.dist_m[crossing] * outside / shapely.length(lines[crossing])
    return wet_m
