"""Tests of the benchmark of boats: its own search agrees with what it measures."""

from __future__ import annotations

from benchmarks.ferries import invented_day, measure, searched
from geo.ferry import arrivals


def test_a_small_day_is_measured_without_a_mismatch() -> None:
    """The line has every figure, and no sampled answer is denied by the search."""
    line = measure(n_points=40, seed=3)
    assert line["arrival_mismatches"] == line["latest_departure_mismatches"] == 0
    assert line["checked"] == 300
    assert {"points", "compile_s", "arrivals_s", "lookup_us", "peak_mb"} <= line.keys()


def test_the_search_finds_the_arrivals_of_all_pairs() -> None:
    """From one place the plain search and the scan of all pairs name the same instants."""
    road, boats = invented_day(30, seed=5)
    assert list(searched(road, boats, 7, 30_000).values()) == arrivals(boats, road, 30_000)[7].tolist()
