"""Travel matrices agree with plain Dijkstra, and are kept under what they were made from."""

from __future__ import annotations

import csv
import os
import time
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from multiprocessing import get_context
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geo import matrix as matrix_module
from geo.graph import build_graph
from geo.matrix import GrowingMatrix, MatrixStore, travel_matrix, travel_ms
from geo.network import read_network
from geo.snap import snap
from geo.types import CLOSED_MS, RoadGraph, Snaps
from tests.geo.matrices import LINE, fill, part_of, same, small
from tests.geo.roads import (
    ISLE_OF_MAN,
    SHARED,
    arc_between,
    needs_isle_of_man,
    places,
    plain_travel_ms,
    raw_roads,
    road,
)

if TYPE_CHECKING:
    from pathlib import Path


@st.composite
def road_networks(draw: st.DrawFn) -> tuple[RoadGraph, Snaps]:
    """Draw roads on a small grid (one-way, parallel, apart) and places on arcs that a car may use."""
    spots = [(x * 700.0 + y * 30, y * 900.0 + x * 50) for x in range(3) for y in range(3)]
    node = st.integers(0, 8)
    one_way = st.sampled_from(["no", "yes", "-1"])
    line = st.lists(node, min_size=2, max_size=4, unique=True)
    drawn = draw(st.lists(st.tuples(line, one_way, st.sampled_from(["tertiary", "track"])), min_size=1, max_size=6))
    ways = (road(*nodes, oneway=way, highway=kind) for nodes, way, kind in drawn)
    graph = build_graph(raw_roads(spots, *ways))
    usable = np.flatnonzero(graph.arc_ms["car"] != CLOSED_MS).tolist()
    share = st.sampled_from([0.0, 0.25, 0.5, 0.7, 1.0])
    return graph, places(*draw(st.lists(st.tuples(st.sampled_from(usable), share), min_size=1, max_size=6)))


@given(road_networks())
@settings(max_examples=60, deadline=None)
def test_travel_equals_plain_dijkstra(drawn: tuple[RoadGraph, Snaps]) -> None:
    """On random roads the matrix is that of a search over the whole graph, to a third of a millisecond."""
    graph, snaps = drawn
    expected = plain_travel_ms(graph, "car", snaps)
    ms, _ = travel_ms(graph, "car", snaps)
    assert np.array_equal(np.isinf(ms), np.isinf(expected))
    reachable = np.isfinite(ms)
    assert np.abs(ms[reachable] - expected[reachable]).max() < 0.3
    assert (np.diag(ms) == 0).all()


@given(road_networks())
@settings(max_examples=60, deadline=None)
def test_no_detour_is_shorter(drawn: tuple[RoadGraph, Snaps]) -> None:
    """Whole seconds obey the triangle inequality, and whatever two legs reach is reachable."""
    graph, snaps = drawn
    travel = travel_matrix(graph, "car", snaps)
    seconds = np.where(travel.reachable, travel.travel_s, np.inf)
    detour = (seconds[:, :, None] + seconds[None, :, :]).min(axis=1)
    assert (seconds <= detour).all()


def test_two_places_on_one_road_meet_without_leaving_it() -> None:
    """Between two places on one arc only the stretch between them is driven."""
    graph = build_graph(raw_roads(LINE, road(0, 1)))
    travel = travel_matrix(graph, "car", places((0, 0.2), (0, 0.7), (arc_between(graph, 1, 0), 0.3)))
    assert travel.travel_m[0].tolist() == pytest.approx([0, 500, 500], abs=2)
    assert travel.travel_s[0].tolist() == [0, 51, 51]  # 500.4 m at 36 km/h, rounded up
    assert travel.travel_s[1, 2] == travel.travel_m[1, 2] == 0


def test_a_one_way_street_is_driven_round() -> None:
    """Back along a one-way street means round the block; a street of no return leads nowhere back."""
    block = [(0.0, 0.0), (1000.0, 0.0), (1000.0, 1000.0)]
    graph = build_graph(raw_roads(block, road(0, 1, 2, 0, oneway="yes")))
    street = arc_between(graph, 0, 1)
    travel = travel_matrix(graph, "car", places((street, 0.2), (street, 0.7)))
    assert travel.travel_m[0, 1] == pytest.approx(500, abs=5)
    assert travel.travel_m[1, 0] == pytest.approx(2000 + 1000 * 2**0.5 - 500, abs=10)
    alone = build_graph(raw_roads(block, road(0, 1, oneway="yes")))
    assert travel_matrix(alone, "car", places((0, 0.2), (0, 0.7))).reachable.tolist() == [[True, True], [False, True]]


def test_islands_are_unreachable() -> None:
    """Parts of the network that no road joins are not reachable, and their numbers say nothing."""
    graph = build_graph(raw_roads(LINE, road(0, 1, 2), road(3, 4)))
    travel = travel_matrix(graph, "car", places((0, 0.5), (arc_between(graph, 3, 4), 0.5)))
    assert travel.reachable.tolist() == [[True, False], [False, True]]
    assert travel.travel_s.tolist() == travel.travel_m.tolist() == [[0, 0], [0, 0]]


def test_metres_belong_to_the_fastest_road() -> None:
    """A faster way round is taken, and its own metres are reported."""
    triangle = [(0.0, 0.0), (0.0, 3000.0), (4000.0, 0.0)]
    graph = build_graph(raw_roads(triangle, road(0, 2, highway="track"), road(0, 1, 2, highway="trunk", lanes="2")))
    ends = places((arc_between(graph, 0, 1), 0.0), (arc_between(graph, 1, 2), 1.0))
    travel = travel_matrix(graph, "car", ends)
    assert travel.travel_m[0, 1] == pytest.approx(8000, rel=5e-3)
    assert travel.travel_s[0, 1] == pytest.approx(8000 / 68 * 3.6, rel=5e-3)


def test_many_short_arcs_add_up_to_the_whole_road() -> None:
    """Shape points every 40 cm do not round a kilometre away."""
    graph = build_graph(raw_roads([(0.4 * step, 0.0) for step in range(2501)], road(*range(2501))))
    ends = places((arc_between(graph, 0, 1), 0.0), (arc_between(graph, 2499, 2500), 1.0))
    travel = travel_matrix(graph, "car", ends)
    assert [travel.travel_m[0, 1], travel.travel_m[1, 0]] == pytest.approx([1000, 1000], abs=3)


@given(road_networks(), st.integers(1, 3))
@settings(max_examples=60, deadline=None)
def test_places_added_are_as_if_always_there(drawn: tuple[RoadGraph, Snaps], n_new: int) -> None:
    """Appended one by one to the matrix of the others, places give the matrix of all, and leave the old one alone."""
    graph, snaps = drawn
    n_old = max(len(snaps.arc) - n_new, 0)
    old = part_of(snaps, slice(0, n_old))
    growing = GrowingMatrix(travel_matrix(graph, "car", old), graph, "car", old)
    before = growing.matrix
    for row in range(n_old, len(snaps.arc)):
        growing.add(part_of(snaps, slice(row, row + 1)))
    assert same(growing.matrix, travel_matrix(graph, "car", snaps))
    assert same(before, travel_matrix(graph, "car", old))


def test_a_matrix_grows_beyond_its_room() -> None:
    """Forty places added to two, more than there was room for: the matrix is that of all."""
    graph = build_graph(raw_roads([(0.0, 0.0), (10_000.0, 0.0)], road(0, 1)))
    share = np.random.default_rng(5).permutation(42) / 42
    snaps = places(*((arc_between(graph, 0, 1), at) for at in share.tolist()))
    old = part_of(snaps, slice(0, 2))
    growing = GrowingMatrix(travel_matrix(graph, "car", old), graph, "car", old)
    for rows in (slice(2, 3), slice(3, 42)):
        growing.add(part_of(snaps, rows))
    assert same(growing.matrix, travel_matrix(graph, "car", snaps))


def test_rows_and_columns_are_in_the_order_of_the_places() -> None:
    """A hundred places in a row, more than one block of them and some twice: metres tell which is which."""
    graph = build_graph(raw_roads([(0.0, 0.0), (10_000.0, 0.0)], road(0, 1)))
    share = np.random.default_rng(5).permutation(np.arange(100) % 90) / 100
    travel = travel_matrix(graph, "car", places(*((arc_between(graph, 0, 1), at) for at in share.tolist())))
    assert np.abs(travel.travel_m - 10_000 * np.abs(share[:, None] - share[None])).max() < 30


def test_a_stored_matrix_is_found_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The second call answers from the file, with the same matrix."""
    graph, snaps = small()
    first = MatrixStore(tmp_path).get(graph, "car", snaps)
    assert same(first, travel_matrix(graph, "car", snaps))
    monkeypatch.delattr(matrix_module, "travel_matrix")
    assert same(MatrixStore(tmp_path).get(graph, "car", snaps), first)


def test_the_same_key_gives_the_same_bytes(tmp_path: Path) -> None:
    """Two stores filled from equal input hold equal files under equal names."""
    for name in ("one", "two"):
        MatrixStore(tmp_path / name).get(*small()[:1], "car", small()[1])
    (one,), (two,) = ((tmp_path / name).iterdir() for name in ("one", "two"))
    assert one.name == two.name
    assert one.read_bytes() == two.read_bytes()


def test_whatever_decides_a_matrix_decides_its_key(tmp_path: Path) -> None:
    """Another mode, another place or another speed is another file."""
    graph, snaps = small()
    slower = {**graph.arc_ms, "car": graph.arc_ms["car"] + np.uint32(1)}
    moved = Snaps(arc=snaps.arc, along=snaps.along + 0.01, dist_m=snaps.dist_m, landmass=snaps.landmass)
    store = MatrixStore(tmp_path)
    for network, mode, where in (
        (graph, "car", snaps),
        (graph, "foot", snaps),
        (graph, "car", moved),
        (replace(graph, arc_ms=slower), "car", snaps),
    ):
        store.get(network, mode, where)
    assert len(list(tmp_path.iterdir())) == 4


@pytest.mark.parametrize("damage", ["flip", "cut", "empty"])
def test_a_damaged_file_is_made_again(tmp_path: Path, damage: str) -> None:
    """A flipped bit, half a file and an empty file are noticed, and replaced by the right matrix."""
    graph, snaps = small()
    store = MatrixStore(tmp_path)
    right = store.get(graph, "car", snaps)
    (path,) = tmp_path.iterdir()
    whole = path.read_bytes()
    broken = {"flip": whole[:-50] + bytes([whole[-50] ^ 1]) + whole[-49:], "cut": whole[:-40], "empty": b""}[damage]
    path.write_bytes(broken)
    assert same(store.get(graph, "car", snaps), right)
    assert path.read_bytes() == whole


def test_the_matrices_longest_unused_make_room(tmp_path: Path) -> None:
    """Beyond its size the folder loses what was asked for least lately; the newest stays even when it is too large."""
    graph, snaps = small()
    first, second = part_of(snaps, slice(0, 2)), part_of(snaps, slice(1, 3))
    store = MatrixStore(tmp_path)
    for age_s, wanted in ((3000, first), (2000, second)):
        before = set(tmp_path.iterdir())
        store.get(graph, "car", wanted)
        (path,) = set(tmp_path.iterdir()) - before
        os.utime(path, (time.time() - age_s,) * 2)
    abandoned, writing = tmp_path / ".one.part", tmp_path / ".two.part"
    for path, age_s in ((abandoned, 8000), (writing, 0)):
        path.write_bytes(b"x" * 500)
        os.utime(path, (time.time() - age_s,) * 2)
    store.get(graph, "car", first)  # now the second is the longest unused
    kept = {path for path in tmp_path.glob("*.npy") if path.stat().st_mtime > time.time() - 1000}
    sizes = [path.stat().st_size for path in tmp_path.glob("*.npy")]
    MatrixStore(tmp_path, max_bytes=2 * max(sizes) + 60).get(graph, "car", snaps)
    assert len(kept) == 1
    assert kept < set(tmp_path.glob("*.npy"))
    assert len(list(tmp_path.glob("*.npy"))) == 2
    assert writing.exists()
    assert not abandoned.exists()
    MatrixStore(tmp_path, max_bytes=1).get(graph, "foot", snaps)
    assert len(list(tmp_path.glob("*.npy"))) == 1


def test_processes_share_a_folder(tmp_path: Path) -> None:
    """Two processes that write and delete the same files at once always get the right matrices."""
    with ProcessPoolExecutor(2, mp_context=get_context("spawn")) as pool:
        assert list(pool.map(fill, [tmp_path, tmp_path])) == [0, 0]


@needs_isle_of_man
def test_the_isle_of_man_is_exact(tmp_path: Path) -> None:
    """On a real network 300 places agree with a search over the whole graph to within a millisecond."""
    graph = read_network(ISLE_OF_MAN, cache=tmp_path)
    with (SHARED / "geodata" / "isle_of_man_postcodes.csv").open() as stream:
        near_roads = [row for row in csv.DictReader(stream) if row["postcode"] != "IM5 3BW"]
    rows = near_roads[::4][:300]
    where = np.array([(float(row["lon"]), float(row["lat"])) for row in rows])
    snaps = snap(graph, "car", where, [row["postcode"] for row in rows])
    ms, metres = travel_ms(graph, "car", snaps)
    expected = plain_travel_ms(graph, "car", snaps)
    assert np.array_equal(np.isinf(ms), np.isinf(expected))
    reachable = np.isfinite(ms)
    assert np.abs(ms[reachable] - expected[reachable]).max() < 1
    tail, head = graph.xy[graph.tail[snaps.arc]], graph.xy[graph.head[snaps.arc]]
    spot = tail + snaps.along[:, None] * (head - tail)
    straight = np.linalg.norm(spot[:, None] - spot[None], axis=2)
    assert (metres[reachable] >= 0.999 * straight[reachable] - 5).all()
