"""Cars left at piers, from the rows of a data set to a rota: an isle of a kyle whose boats take people only."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest

from app.dataset import AllocationRow, ProviderKind, ProviderRow, ShiftRow, VisitRow
from app.services.translate import to_problem, to_travel
from geo.graph import build_graph
from solver.check import check
from solver.solve import solve
from solver.timing import itinerary
from solver.types import Limits, Mode
from solver.validate import faults
from tests.app.datasets import clock
from tests.app.test_travel import BOAT, CAR, FAR, HOME, ISLE, KYLE, NEAR, a_carer, a_client, travel_of
from tests.geo.roads import raw_roads, road

if TYPE_CHECKING:
    from pathlib import Path

    from geo.types import RoadGraph

OUT = replace(BOAT, car=False)
BACK = replace(OUT, from_port="far", to_port="near", first=clock(11), last=clock(11))
FERRY = replace(OUT, car=True, route="car"), replace(BACK, car=True, route="car")
LOCALITY = "L"
DAY = replace(
    KYLE,
    sailings=(OUT, BACK),
    providers=(
        ProviderRow(
            provider_id="P1",
            name="P1",
            kind=ProviderKind.INDEPENDENT,
            national=False,
            floor_pct=0,
            localities=(LOCALITY,),
        ),
    ),
    carers=(a_carer("car"),),
    shifts=(
        ShiftRow(
            shift_id="S1",
            carer_id="K-car",
            start=clock(7),
            end=clock(15),
            break_minutes=0,
            break_earliest=0,
            break_latest=0,
        ),
    ),
    visits=(
        VisitRow(
            visit_id="V1",
            client_id="isle",
            earliest=clock(8),
            latest=clock(10),
            preferred=clock(9),
            duration_minutes=30,
            carers_needed=1,
            skills=(),
            time_critical=False,
            priority="green",
        ),
    ),
    allocation=tuple(AllocationRow(client_id=client.client_id, provider_id="P1") for client in KYLE.clients),
)


@pytest.fixture(scope="module")
def kyle() -> RoadGraph:
    """Build two roads of ten kilometres, a mainland's and an isle's."""
    shores = [(x, y) for y in (0.0, 900.0) for x in (-5000.0, 0.0, 5000.0)]
    return build_graph(raw_roads(shores, road(0, 1, 2, id=1), road(3, 4, 5, id=2)))


def test_the_isle_is_visited_on_foot_from_the_pier_where_the_car_waits(kyle: RoadGraph, tmp_path: Path) -> None:
    """The carer's own table says where the car stands; walking is counted, and only driving has metres."""
    travel = travel_of(DAY, kyle, tmp_path)
    (((mode, home), left),) = travel.left.items()
    assert (mode, home) == ("car", 3)
    assert left.car_at.tolist() == [0, 1, 4, 3, 4, 4]
    assert travel.walk is not None
    assert left.road.travel_s[5, 2] == travel.walk.travel_s[5, 2] > travel.roads["car"].travel_s[5, 2]
    assert left.road.travel_m[5, 2] == 0
    assert left.boats.count[3, 2] == left.boats.count[2, 3] == 1


def test_a_carer_with_a_car_serves_the_isle_and_comes_home(kyle: RoadGraph, tmp_path: Path) -> None:
    """From rows to a rota: the visit is made by the boats for people, legally, and the metres are the drive's alone."""
    travel = travel_of(DAY, kyle, tmp_path)
    problem = to_problem(DAY, travel, providers_of={client.client_id: frozenset({"P1"}) for client in DAY.clients})
    plan = solve(problem, Limits(iterations=30))
    (run,) = plan.runs
    assert faults(problem) == ()
    assert check(problem, plan) == ()
    assert run.stops[0].boats == ("near-far@08:00",)
    assert run.home_boats == ("far-near@11:00",)
    assert run.stops[0].travel_m == travel.roads["car"].travel_m[3, 4]
    journey = itinerary(problem.travel, problem.shifts[0], 3, 2, clock(7))
    assert journey is not None
    assert [piece.mode for piece in journey.pieces] == [Mode.CAR, Mode.FOOT, Mode.FOOT]


def test_where_ferries_take_cars_nothing_is_left(kyle: RoadGraph, tmp_path: Path) -> None:
    """With a car ferry there and back there is no table of its own, even beside a boat for people."""
    assert travel_of(replace(DAY, sailings=(OUT, BACK, *FERRY)), kyle, tmp_path).left == {}


def test_without_anybody_across_the_water_nothing_is_left(kyle: RoadGraph, tmp_path: Path) -> None:
    """A pier alone is no reason for a table: only homes are."""
    clients = (*KYLE.clients[:2], a_client("isle", 2000, 10))
    assert travel_of(replace(DAY, clients=clients), kyle, tmp_path).left == {}


def test_an_islander_keeps_the_car_at_home(kyle: RoadGraph, tmp_path: Path) -> None:
    """Who lives on the isle drives there, leaves the car at the isle's pier, and walks on the mainland."""
    islander = replace(a_carer("car"), lat=KYLE.clients[2].lat, lon=KYLE.clients[2].lon)
    left = travel_of(replace(DAY, carers=(islander,)), kyle, tmp_path).left["car", 3]
    assert left.car_at.tolist() == [5, 5, 2, 3, 5, 5]
    assert left.road.travel_m[3, 5] > 0


def test_walkers_and_drivers_share_the_ways_on_foot(kyle: RoadGraph, tmp_path: Path) -> None:
    """With a walker in the team the solver's table on foot has boats; without one it has the ways alone."""
    both = to_travel(travel_of(replace(DAY, carers=KYLE.carers), kyle, tmp_path))
    drivers = to_travel(travel_of(DAY, kyle, tmp_path))
    assert both.modes[Mode.FOOT].boat_count.any()
    assert not drivers.modes[Mode.FOOT].boat_count.any()
    rows = [HOME, ISLE, CAR]
    assert np.array_equal(
        both.modes[Mode.FOOT].road_s[np.ix_(rows, rows)], drivers.modes[Mode.FOOT].road_s[np.ix_(rows, rows)]
    )
    assert both.modes[Mode.FOOT].boat_count[NEAR, FAR] == 1
