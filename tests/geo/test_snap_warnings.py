"""Odd positions are remarked on, each by its own kind and severity; ordinary ones are not."""

from __future__ import annotations

import re

import numpy as np
import pytest
import shapely

from geo.graph import build_graph
from geo.snap import snap
from geo.snap_warnings import SnapWarning, snap_warnings, water_warnings
from tests.geo.roads import lonlat, raw_roads, road

MAIN = [(0.0, 0.0), (5000.0, 0.0)]
KYLE = shapely.multipolygons(
    [
        shapely.polygons(lonlat((-500, -900), (6000, -900), (6000, 60), (-500, 60))),
        shapely.polygons(lonlat((-500, 160), (6000, 160), (6000, 900), (-500, 900))),
    ]
)


def warned(
    at: tuple[float, float],
    *others: tuple[float, float],
    roads: list[tuple[float, float]] | None = None,
    land: shapely.Geometry | None = None,
    starts: list[bool] | None = None,
) -> list[SnapWarning]:
    """Return what is said of the first of some places beside the main road and perhaps a second one."""
    second = [road(2, 3)] if roads else []
    graph = build_graph(raw_roads([*MAIN, *(roads or [])], road(0, 1), *second))
    where = lonlat(at, *others)
    ids = ["first", *(f"other {row}" for row in range(len(others)))]
    snaps = snap(graph, "car", where, ids, max_m=5000)
    mask = None if starts is None else np.array(starts)
    found = snap_warnings(graph, "car", snaps, ids, starts=mask)
    if land is not None:
        found += water_warnings(graph, where, snaps, ids, land=land)
    return [warning for warning in found if warning.place_id == "first"]


@pytest.mark.parametrize(
    ("away_m", "severity"),
    [(70, None), (80, "info"), (290, "info"), (310, "warning"), (990, "warning"), (1010, "error")],
)
def test_the_farther_from_the_road_the_more_serious(away_m: float, severity: str | None) -> None:
    """Up to 75 m is a drive; beyond 300 m somebody should look, and beyond 1,000 m there is no road."""
    said = warned((2500, away_m))
    assert [warning.severity for warning in said] == ([severity] if severity else [])
    assert all(warning.distance_m == pytest.approx(away_m, rel=0.02) for warning in said)


def test_a_road_across_a_kyle_is_remarked_on() -> None:
    """A house whose nearest road is on the other shore is told how much of the way is water."""
    (_, wet) = warned((2500, 200), land=KYLE)
    assert (wet.kind, wet.severity) == ("across-water", "warning")
    assert re.match("(99|100|101) of the (199|200|201) m", wet.message)


def test_a_road_on_the_same_shore_is_not() -> None:
    """Near the coast, with land all the way to the road, nothing is said of water."""
    assert warned((2500, 50), land=KYLE) == []
    assert warned((2500, 80), land=KYLE)[0].kind == "far-from-road"


def test_a_stray_piece_is_remarked_on() -> None:
    """A client whose only near road joins no other is snapped to it, and somebody is told."""
    (said,) = warned((3050, 395), roads=[(3000, 400), (3100, 400)])
    assert (said.kind, said.severity, said.distance_m) == ("stray-road", "warning", pytest.approx(5, abs=1))


def test_a_place_apart_from_every_carer_needs_a_ferry_or_a_path() -> None:
    """An island is said to be out of reach only as long as no carer or pier stands on it."""
    island = [(0.0, 2000.0), (4000.0, 2000.0)]
    (said,) = warned((1000, 2000), (1000, 0), roads=island, starts=[False, True])
    assert (said.kind, said.severity) == ("no-way-there", "error")
    assert warned((1000, 2000), (1000, 0), (500, 2000), roads=island, starts=[False, True, True]) == []
