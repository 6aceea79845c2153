"""Time and metres travel in one weight without disturbing each other."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from geo.graph import build_graph
from geo.types import CLOSED_MS
from geo.weights import lightest, milliseconds_and_metres, open_arcs, part
from tests.geo.networks import arcs_of
from tests.geo.roads import raw_roads, road

LINE = [(0.0, 0.0), (1000.0, 0.0), (2000.0, 0.0)]


def test_only_the_lightest_of_parallel_arcs_survives() -> None:
    """Parallel arcs are never added up, and loops go."""
    assert lightest(arcs_of(2, [(0, 1, 7), (0, 1, 3), (1, 1, 0), (0, 1, 5), (1, 0, 4)])).tolist() == [1, 4]


def test_an_arc_holds_its_milliseconds_and_metres() -> None:
    """What was packed comes out: a kilometre at 36 km/h is 100 seconds."""
    graph = build_graph(raw_roads(LINE, road(0, 1, 2)))
    arcs, rows = open_arcs(graph, "car")
    ms, metres = milliseconds_and_metres(arcs.weight)
    assert np.array_equal(ms, graph.arc_ms["car"][rows])
    assert np.abs(metres - graph.length_m[rows]).max() <= 1
    assert np.array_equal(arcs.tail, graph.tail[rows])


def test_a_closed_arc_is_left_out_and_none_is_free() -> None:
    """What a mode may not pass is no arc; one of no length still takes a tick, so that weights rise along a path."""
    graph = build_graph(raw_roads(LINE, road(0, 1, 2)))
    ms = graph.arc_ms["car"].copy()
    ms[0], ms[1] = CLOSED_MS, 0
    arcs, rows = open_arcs(replace(graph, arc_ms={"car": ms}, length_m=np.zeros_like(graph.length_m)), "car")
    assert sorted(rows.tolist()) == [1, 2, 3]
    assert milliseconds_and_metres(arcs.weight)[0].min() == 1 / 4


@given(st.integers(0, 10**9), st.integers(0, 10**5), st.lists(st.floats(0, 1), min_size=1, max_size=5))
def test_the_parts_of_an_arc_add_up_to_the_whole(ticks: int, metres: int, cuts: list[float]) -> None:
    """However an arc is cut, and in either direction, nothing is lost to rounding."""
    stops = np.array([0.0, *sorted(cuts), 1.0])
    weight = np.full(len(stops) - 1, ticks * 2.0**20 + metres)
    assert part(weight, stops[:-1], stops[1:]).sum() == weight[0]
    assert part(weight, stops[1:], stops[:-1]).sum() == weight[0]
