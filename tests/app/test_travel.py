"""Travel of an area: where rows stand, what the way to the door costs, who may walk how far, and which boats count."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

import numpy as np
import pytest

from app.dataset import CarerRow, ClientRow, Dataset, PlaceRow, PortRow, SailingRow, TimesStatus
from app.services.travel import LONGEST_LEG_S, area_travel
from geo.errors import PlaceOffNetwork
from geo.graph import build_graph
from tests.app.datasets import clock
from tests.geo.roads import lonlat, raw_roads, road

if TYPE_CHECKING:
    from pathlib import Path

    from app.services.travel import AreaTravel
    from geo.types import RoadGraph


@pytest.fixture(scope="module")
def kyle() -> RoadGraph:
    """Build two roads of ten kilometres, a mainland's and an isle's, on both shores of a kyle 900 m wide."""
    shores = [(x, y) for y in (0.0, 900.0) for x in (-5000.0, 0.0, 5000.0)]
    return build_graph(raw_roads(shores, road(0, 1, 2, id=1), road(3, 4, 5, id=2)))


def at(east_m: float, north_m: float) -> dict[str, float]:
    """Give the position of a point in metres, as the columns of a row."""
    lon, lat = lonlat((east_m, north_m))[0].tolist()
    return {"lat": lat, "lon": lon}


def a_client(name: str, east_m: float, north_m: float, door_minutes: int = 0) -> ClientRow:
    """Put a client somewhere."""
    return ClientRow(
        client_id=name,
        **at(east_m, north_m),
        locality="L",
        sds_option=3,
        choice_locked=False,
        door_minutes=door_minutes,
    )


def a_place(name: str, east_m: float, north_m: float, landmass: str, population: int = 100) -> PlaceRow:
    """Put a settlement somewhere."""
    return PlaceRow(
        place_id=name, name=name, **at(east_m, north_m), population=population, landmass=landmass, locality="L"
    )


def a_carer(mode: str) -> CarerRow:
    """Let a carer live at the west end of the mainland road."""
    return CarerRow(carer_id=f"K-{mode}", provider_id="P1", **at(-5000, 10), mode=mode, skills=(), max_work_minutes=480)


def a_port(name: str, east_m: float, north_m: float, landmass: str) -> PortRow:
    """Put a pier somewhere."""
    return PortRow(port_id=name, name=name, **at(east_m, north_m), landmass=landmass)


BOAT = SailingRow(
    route="Kyle",
    from_port="near",
    to_port="far",
    days=("Tue",),
    first=clock(8),
    last=clock(8),
    headway_minutes=0,
    crossing_minutes=5,
    check_in_minutes=5,
    ashore_minutes=1,
    car=True,
    times_status=TimesStatus.ILLUSTRATIVE,
    note="",
)
TUESDAY = date(2026, 11, 17)
KYLE = Dataset(
    area="kyle",
    day=TUESDAY,
    providers=(),
    carers=(a_carer("car"), a_carer("foot")),
    shifts=(),
    clients=(a_client("home", 0, 10), a_client("east", 4000, 10, door_minutes=3), a_client("isle", 1000, 910)),
    visits=(),
    allocation=(),
    ports=(a_port("near", 0, 50, "Mainland"), a_port("far", 0, 300, "Isle")),
    sailings=(BOAT,),
    places=(a_place("Town", 0, 0, "Mainland", 900), a_place("Baile", 0, 900, "Isle")),
)
HOME, EAST, ISLE, CAR, FOOT, NEAR, FAR = range(7)


def travel_of(dataset: Dataset, graph: RoadGraph, cache: Path) -> AreaTravel:
    """Compute travel."""
    return area_travel(dataset, graph, cache=cache)


def test_a_pier_stands_on_the_land_that_it_is_declared_to_stand_on(kyle: RoadGraph, tmp_path: Path) -> None:
    """The isle's pier lies nearer to the mainland's road, yet meets the isle's: no carer drives across the kyle."""
    travel = travel_of(KYLE, kyle, tmp_path)
    assert travel.places.landmass[FAR] == "Isle"
    assert travel.roads["car"].reachable[FAR, ISLE]
    assert not travel.roads["car"].reachable[FAR, NEAR]
    undeclared = replace(KYLE, ports=(KYLE.ports[0], a_port("far", 0, 300, "")), sailings=())
    assert travel_of(undeclared, kyle, tmp_path).places.landmass[FAR] == "Mainland"


def test_rows_are_clients_then_carers_then_piers(kyle: RoadGraph, tmp_path: Path) -> None:
    """Every id has a row of its own, and ids say what they are, so that a client and a carer may share one."""
    places = travel_of(KYLE, kyle, tmp_path).places
    assert places.points.ids[HOME] == "client home"
    assert places.points.ids[CAR] == "carer K-car"
    assert places.row_of_client == {"home": HOME, "east": EAST, "isle": ISLE}
    assert places.row_of_carer == {"K-car": CAR, "K-foot": FOOT}
    assert places.row_of_port == {"near": NEAR, "far": FAR}


def test_minutes_to_the_door_are_added_on_the_way_there_only(kyle: RoadGraph, tmp_path: Path) -> None:
    """Three door minutes make every journey to the client three minutes longer, none from there, and staying free."""
    with_door = travel_of(KYLE, kyle, tmp_path).roads["car"].travel_s
    without = replace(KYLE, clients=(KYLE.clients[0], a_client("east", 4000, 10), KYLE.clients[2]))
    difference = with_door - travel_of(without, kyle, tmp_path).roads["car"].travel_s
    assert difference[HOME, EAST] == 180
    assert difference[EAST, HOME] == 0
    assert difference[EAST, EAST] == 0
    assert (difference[[HOME, CAR, FOOT, NEAR], EAST] == 180).all()


def test_long_walks_are_closed_and_short_ones_stay(kyle: RoadGraph, tmp_path: Path) -> None:
    """Nobody walks nine kilometres; four are walked in less than the longest leg, and a car drives both."""
    roads = travel_of(KYLE, kyle, tmp_path).roads
    assert not roads["foot"].reachable[FOOT, EAST]
    assert roads["foot"].travel_s[FOOT, EAST] == 0
    assert roads["car"].reachable[CAR, EAST]
    near = replace(KYLE, clients=(a_client("home", -3500, 10), *KYLE.clients[1:]))
    walked = travel_of(near, kyle, tmp_path).roads["foot"]
    assert walked.reachable[FOOT, HOME]
    assert 0 < walked.travel_s[FOOT, HOME] <= LONGEST_LEG_S["foot"]


def test_a_leg_may_become_too_long_by_the_way_to_the_door(kyle: RoadGraph, tmp_path: Path) -> None:
    """The limit holds for all of the walk, the minutes to the door included."""
    far_door = replace(KYLE, clients=(a_client("home", -3500, 10, door_minutes=45), *KYLE.clients[1:]))
    assert not travel_of(far_door, kyle, tmp_path).roads["foot"].reachable[FOOT, HOME]


@pytest.mark.parametrize(("car", "modes"), [(True, {"car", "foot"}), (False, {"foot"})])
def test_a_boat_without_cars_carries_walkers_only(
    kyle: RoadGraph, tmp_path: Path, *, car: bool, modes: set[str]
) -> None:
    """Each mode has its own boats; foot passengers are always carried."""
    travel = travel_of(replace(KYLE, sailings=(replace(BOAT, car=car),)), kyle, tmp_path)
    assert {mode for mode, boats in travel.boats.items() if boats.count[NEAR, FAR]} == modes
    assert [boat.car for boat in travel.departures] == [car]


def test_boats_of_another_weekday_do_not_sail(kyle: RoadGraph, tmp_path: Path) -> None:
    """The timetable is that of the planned day."""
    travel = travel_of(replace(KYLE, day=date(2026, 11, 18)), kyle, tmp_path)
    assert travel.departures == ()
    assert not travel.boats["car"].count.any()


def test_modes_in_use_have_matrices_and_a_car_always_does(kyle: RoadGraph, tmp_path: Path) -> None:
    """Nobody cycles here, so there is no matrix for bikes; areas are made from car travel in any case."""
    assert set(travel_of(KYLE, kyle, tmp_path).roads) == {"car", "foot"}
    assert set(travel_of(replace(KYLE, carers=()), kyle, tmp_path).roads) == {"car"}


def test_landmasses_are_named_after_their_largest_settlement(kyle: RoadGraph, tmp_path: Path) -> None:
    """Where settlements of one part of the network disagree the larger decides; a part without any has a number."""
    disputed = replace(KYLE, places=(*KYLE.places, a_place("Farm", 2000, 5, "Peninsula", population=9)))
    assert travel_of(disputed, kyle, tmp_path).places.landmass[EAST] == "Mainland"
    nameless = replace(KYLE, places=KYLE.places[:1], ports=(), sailings=())
    landmass = travel_of(nameless, kyle, tmp_path).places.landmass
    assert landmass[HOME] == "Mainland"
    assert landmass[ISLE].startswith("landmass ")


def test_a_settlement_far_from_any_road_does_not_stop_the_area(kyle: RoadGraph, tmp_path: Path) -> None:
    """Settlements give names only; one outside the network is left out and the others still name their land."""
    outside = replace(KYLE, places=(a_place("Elsewhere", 0, 90_000, "Mainland", 10**6), *KYLE.places))
    travel = travel_of(outside, kyle, tmp_path)
    assert travel.places.landmass == travel_of(KYLE, kyle, tmp_path).places.landmass


def test_everybody_off_the_network_is_named_at_once_without_a_position(kyle: RoadGraph, tmp_path: Path) -> None:
    """Twelve clients two kilometres from any road are all listed by id, settlements are not, and no degree is shown."""
    far = tuple(a_client(f"far-{number}", 0, -2000.0 - number) for number in range(12))
    outside = replace(KYLE, clients=(*KYLE.clients, *far), places=(a_place("Elsewhere", 0, 90_000, "Mainland"),))
    with pytest.raises(PlaceOffNetwork, match="12 place") as caught:
        travel_of(outside, kyle, tmp_path)
    assert caught.value.place_ids == tuple(f"client far-{number}" for number in range(12))
    assert "56." not in str(caught.value)


def test_swapped_latitude_and_longitude_are_guessed(kyle: RoadGraph, tmp_path: Path) -> None:
    """The commonest mistake is named, with how many rows it would put right."""
    swapped = tuple(replace(client, lat=client.lon, lon=client.lat) for client in KYLE.clients)
    with pytest.raises(PlaceOffNetwork, match="swapped, 3 of them"):
        travel_of(replace(KYLE, clients=swapped), kyle, tmp_path)


def test_matrices_come_back_from_the_cache_equal(kyle: RoadGraph, tmp_path: Path) -> None:
    """A second opening reads what the first one stored."""
    first = travel_of(KYLE, kyle, tmp_path)
    files = sorted(tmp_path.iterdir())
    second = travel_of(KYLE, kyle, tmp_path)
    assert sorted(tmp_path.iterdir()) == files
    for mode, found in first.roads.items():
        assert np.array_equal(found.travel_s, second.roads[mode].travel_s)
