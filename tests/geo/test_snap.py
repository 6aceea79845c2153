"""Places meet the right road, or are all named."""

from __future__ import annotations

import numpy as np
import pytest

from geo import snap as snap_module
from geo.errors import PlaceOffNetwork
from geo.graph import build_graph
from geo.snap import components, snap
from tests.geo.roads import lonlat, raw_roads, road

MAIN = [(0.0, 0.0), (5000.0, 0.0)]


def test_a_place_meets_the_nearest_point_of_the_road() -> None:
    """Along, distance and landmass are those of the foot of the perpendicular."""
    graph = build_graph(raw_roads(MAIN, road(0, 1)))
    found = snap(graph, "car", lonlat((1250, 40), (5900, 0), (0, 0)), ["a", "b", "c"])
    forward = graph.tail[found.arc] == 0
    assert np.where(forward, found.along, 1 - found.along).tolist() == pytest.approx([0.25, 1, 0], abs=1e-3)
    assert found.dist_m.tolist() == pytest.approx([40, 900, 0], rel=5e-3, abs=1)
    assert found.landmass.tolist() == [0, 0, 0]


def test_the_main_road_is_preferred_to_a_stray_piece() -> None:
    """A bit of road joined to nothing loses up to 100 m, and wins when the main road is farther."""
    graph = build_graph(
        raw_roads([*MAIN, (1000, 100), (1100, 100), (3000, 400), (3100, 400)], road(0, 1), road(2, 3), road(4, 5))
    )
    found = snap(graph, "car", lonlat((1050, 95), (3050, 395)), ["near", "far"])
    assert (found.landmass == 0).tolist() == [True, False]
    assert found.dist_m.tolist() == pytest.approx([95, 5], abs=1)


def test_an_island_with_roads_of_its_own_is_no_stray_piece() -> None:
    """Across a kyle, a place stays on its island although the larger network is within 100 m."""
    graph = build_graph(raw_roads([*MAIN, (0, 90), (2500, 90)], road(0, 1), road(2, 3)))
    found = snap(graph, "car", lonlat((1000, 80)), ["a"])
    assert found.dist_m.tolist() == pytest.approx([10], abs=1)


def test_a_declared_landmass_is_kept() -> None:
    """A port with a declared landmass snaps there even when another shore is nearer."""
    graph = build_graph(raw_roads([*MAIN, (0, 500), (3000, 500)], road(0, 1), road(2, 3)))
    port = lonlat((1000, 400), (1000, 400))
    free = snap(graph, "car", port, ["a", "b"]).landmass
    assert free[0] == free[1]
    other = 1 - free[0]
    declared = snap(graph, "car", port, ["a", "b"], landmass=np.array([other, -1], dtype=np.int32))
    assert declared.landmass.tolist() == [other, free[0]]
    assert declared.dist_m.tolist() == pytest.approx([400, 100], rel=5e-3)


def test_each_mode_snaps_to_ways_of_its_own() -> None:
    """A car passes over the footway beside the house, a walker does not."""
    graph = build_graph(raw_roads([*MAIN, (0, 200), (5000, 200)], road(0, 1), road(2, 3, highway="footway")))
    house = lonlat((1000, 190))
    assert snap(graph, "car", house, ["a"]).dist_m[0] == pytest.approx(190, rel=5e-3)
    assert snap(graph, "foot", house, ["a"]).dist_m[0] == pytest.approx(10, abs=1)


def test_no_place_snaps_to_a_road_of_no_return() -> None:
    """A one-way street out of the network is passed over, although it is nearest."""
    graph = build_graph(raw_roads([*MAIN, (1000, 300)], road(0, 1), road(0, 2, oneway="yes")))
    found = snap(graph, "car", lonlat((900, 280)), ["a"])
    assert found.landmass.tolist() == [0]
    assert found.dist_m[0] == pytest.approx(280, rel=5e-3)


def test_all_places_off_the_network_are_named() -> None:
    """The error carries every place that is too far, with the count and the worst distance."""
    graph = build_graph(raw_roads(MAIN, road(0, 1)))
    where = lonlat((100, 1500), (100, 10), (100, 9000))
    with pytest.raises(
        PlaceOffNetwork, match=r"^2 place\(s\) .* 1,000 m .* car, the worst 9\.0 km: one, three\.$"
    ) as caught:
        snap(graph, "car", where, ["one", "two", "three"])
    assert caught.value.place_ids == ("one", "three")


def test_swapped_latitude_and_longitude_are_noticed() -> None:
    """Places that would lie on the network the other way round earn a hint; no position at all earns none."""
    graph = build_graph(raw_roads(MAIN, road(0, 1)))
    where = np.vstack([lonlat((1000, 10))[:, ::-1], [[np.nan, np.nan]], [[0.0, 0.0]]])
    with pytest.raises(PlaceOffNetwork, match="swapped, 1 of them"):
        snap(graph, "car", where, ["swapped", "nowhere", "null island"])


def test_a_network_without_roads_for_a_mode_says_so() -> None:
    """Where a mode has no road at all, every place is named and no distance is invented."""
    graph = build_graph(raw_roads(MAIN, road(0, 1, highway="footway")))
    with pytest.raises(PlaceOffNetwork, match="no distance that can be told: house") as caught:
        snap(graph, "car", lonlat((10, 10)), ["house"])
    assert caught.value.place_ids == ("house",)


def test_a_landmass_that_is_not_there_leaves_its_places_off_the_network() -> None:
    """A wrong declaration is an error that names the place, not a snap somewhere else."""
    graph = build_graph(raw_roads(MAIN, road(0, 1)))
    with pytest.raises(PlaceOffNetwork) as caught:
        snap(graph, "car", lonlat((0, 0)), ["port"], landmass=np.array([4], dtype=np.int32))
    assert caught.value.place_ids == ("port",)


def test_components_are_listed_largest_first() -> None:
    """Each connected part comes with its nodes and metres of road."""
    graph = build_graph(raw_roads([*MAIN, (0, 500), (300, 500), (600, 500)], road(0, 1), road(2, 3, 4)))
    listed = components(graph, "car")
    assert [(land, nodes) for land, nodes, _ in listed] == [(0, 3), (1, 2)]
    assert [metres for _, _, metres in listed] == pytest.approx([600, 5000], rel=5e-3)


def test_the_roads_are_found_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """The second place on a network is snapped in the tree of the first, to the same road as together."""
    graph = build_graph(raw_roads(MAIN, road(0, 1)))
    first = snap(graph, "car", lonlat((1250, 40)), ["a"])
    monkeypatch.delattr(snap_module, "_usable")
    again = snap(graph, "car", lonlat((1250, 40), (2000, 10)), ["a", "b"])
    assert (again.arc[0], again.along[0]) == (first.arc[0], first.along[0])
