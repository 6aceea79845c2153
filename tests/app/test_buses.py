"""Buses end to end: a carer without a car reaches a client ten kilometres away, and the rota says by which bus."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

import pytest

from app.dataset import (
    AllocationRow,
    CarerRow,
    ClientRow,
    Dataset,
    PlaceRow,
    PortKind,
    ProviderKind,
    ProviderRow,
    SailingKind,
    ShiftRow,
    VisitRow,
)
from app.db.engine import make_engine, writing
from app.db.migrate import migrate
from app.db.optimisations import Kind, add_optimisation, finish, start
from app.db.plans import PlanLabel, Staffing, save_plan
from app.services.import_dataset import digest, import_dataset
from app.services.import_timetable import FeedChoice, with_feed
from app.services.open_area import open_area
from app.services.translate import legal_providers, to_problem
from geo.graph import build_graph, save_graph
from geo.timetable import cancelled
from solver.check import check
from solver.solve import solve
from solver.types import Limits
from solver.validate import faults
from tests.app.commands import CommandLine, url_of
from tests.app.datasets import clock
from tests.app.service import NOON
from tests.geo.feeds import write_feed
from tests.geo.roads import lonlat, raw_roads, road

if TYPE_CHECKING:
    from pathlib import Path

    from geo.types import RoadGraph

TUESDAY = date(2026, 11, 17)


def at(east_m: float) -> dict[str, float]:
    """Give a position beside the road, as the columns of a row."""
    lon, lat = lonlat((east_m, 10.0))[0].tolist()
    return {"lat": lat, "lon": lon}


GLEN = Dataset(
    area="glen",
    day=TUESDAY,
    providers=(
        ProviderRow(
            provider_id="P1", name="Care", kind=ProviderKind.COUNCIL, national=False, floor_pct=0, localities=("Glen",)
        ),
    ),
    carers=(CarerRow(carer_id="K1", provider_id="P1", **at(-5000), mode="foot", skills=(), max_work_minutes=480),),
    shifts=(
        ShiftRow(
            shift_id="S1",
            carer_id="K1",
            start=clock(7),
            end=clock(12),
            break_minutes=0,
            break_earliest=0,
            break_latest=0,
        ),
    ),
    clients=(
        ClientRow(client_id="C1", **at(5000), locality="Glen", sds_option=3, choice_locked=False, door_minutes=1),
    ),
    visits=(
        VisitRow(
            visit_id="V1",
            client_id="C1",
            earliest=clock(7, 30),
            latest=clock(9),
            preferred=clock(8),
            duration_minutes=30,
            carers_needed=1,
            skills=(),
            time_critical=False,
            priority="green",
        ),
    ),
    allocation=(AllocationRow(client_id="C1", provider_id="P1"),),
    places=(PlaceRow(place_id="g", name="Glen", **at(0), population=90, landmass="Mainland", locality="Glen"),),
)


def feed(path: Path) -> Path:
    """Write a feed of route 423: one bus up the glen before eight, two down later, a stop far from anybody."""
    stops = {"west": at(-4700), "mid": at(0), "east": at(4800)}
    return write_feed(
        path,
        stops="stop_id,stop_name,stop_lat,stop_lon\n"
        + "".join(f"{name},{name.title()},{spot['lat']},{spot['lon']}\n" for name, spot in stops.items()),
        routes="route_id,route_short_name,route_type\nB,423,3\n",
        trips="route_id,service_id,trip_id\nB,weekdays,up\nB,weekdays,down\nB,weekdays,last\n",
        stop_times="trip_id,arrival_time,departure_time,stop_id,stop_sequence\n"
        "up,07:42:00,07:42:00,west,1\nup,,,mid,2\nup,08:00:00,08:00:00,east,3\n"
        "down,08:20:00,08:20:00,east,1\ndown,08:40:00,08:40:00,west,2\n"
        "last,09:20:00,09:20:00,east,1\nlast,09:40:00,09:40:00,west,2\n",
        calendar_dates=None,
    )


@pytest.fixture(scope="module")
def road_of_ten_km() -> RoadGraph:
    """Build one road of ten kilometres with houses at both ends."""
    spots = [(x, 0.0) for x in (-5200.0, -5000.0, 0.0, 5000.0, 5200.0)]
    return build_graph(raw_roads(spots, road(0, 1, 2, 3, 4)))


def test_only_stops_near_somebody_become_places(tmp_path: Path) -> None:
    """The stop half way is five kilometres from any door: it is no place, and no journey starts or ends there."""
    changed, report = with_feed(GLEN, feed(tmp_path / "Glen Buses.zip"), FeedChoice())
    assert [(port.port_id, port.name, port.kind) for port in changed.ports] == [
        ("Glen-Buses:east", "East", PortKind.STOP), ("Glen-Buses:west", "West", PortKind.STOP),
    ]  # fmt: skip
    assert [(row.from_port, row.first, row.kind) for row in changed.sailings] == [
        ("Glen-Buses:west", clock(7, 42), SailingKind.BUS),
        ("Glen-Buses:east", clock(8, 20), SailingKind.BUS),
        ("Glen-Buses:east", clock(9, 20), SailingKind.BUS),
    ]
    assert (report.rows, report.stops_added, report.routes) == (3, 2, ("423",))


def test_a_carer_on_foot_goes_by_bus_and_the_checker_agrees(road_of_ten_km: RoadGraph, tmp_path: Path) -> None:
    """Up by the 07:42, down by the 09:20, as the first bus back leaves before the visit ends; without buses nobody."""
    changed, _ = with_feed(GLEN, feed(tmp_path / "feed.zip"), FeedChoice())
    area = open_area(changed, road_of_ten_km, tmp_path)
    problem = to_problem(changed, area.travel, providers_of=legal_providers(changed))
    assert faults(problem) == ()
    plan = solve(problem, Limits(iterations=200, seed=1))
    assert check(problem, plan) == ()
    (run,) = plan.runs
    assert run.stops[0].boats == ("feed:west-feed:east@07:42",)
    assert run.home_boats == ("feed:east-feed:west@09:20",)
    assert run.stops[0].start_s >= clock(8)
    without = open_area(replace(changed, sailings=()), road_of_ten_km, tmp_path)
    assert not solve(
        to_problem(changed, without.travel, providers_of=legal_providers(changed)), Limits(iterations=50, seed=1)
    ).runs
    assert len(cancelled(area.travel.departures, route="423", after_s=clock(9))) == 2


def test_the_rota_names_the_bus(
    road_of_ten_km: RoadGraph, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """`rota timetable import` takes the feed, and the carer's rota says bus 423 at 07:42, from stop to stop."""
    rota = CommandLine(tmp_path / "var", monkeypatch, capsys)
    url = url_of(rota.data_dir)
    migrate(url)
    save_graph(road_of_ten_km, rota.data_dir / "networks" / "glen.npz")
    engine = make_engine(url)
    with writing(engine) as session:
        import_dataset(session, GLEN)
    said = rota("timetable", "import", feed(tmp_path / "feed.zip"), "--area", "glen", "--json")
    assert said.code == 0, said.err
    assert json.loads(said.out)["stops_added"] == 2
    changed, _ = with_feed(GLEN, tmp_path / "feed.zip", FeedChoice())
    area = open_area(changed, road_of_ten_km, tmp_path)
    plan = solve(
        to_problem(changed, area.travel, providers_of=legal_providers(changed)), Limits(iterations=200, seed=1)
    )
    with writing(engine) as session:
        row = add_optimisation(session, "glen", kind=Kind.OPTIMISE, request={}, at=NOON).id
        start(session, row, at=NOON)
        finish(session, row, result={}, at=NOON)
        label = PlanLabel(optimisation=row, area="glen", digest=digest(changed), stored_at=NOON, letter="B")
        staffing = Staffing(carer_of_shift={"S1": "K1"}, provider_of_shift={"S1": "P1"}, client_of_visit={"V1": "C1"})
        save_plan(session, plan, label=label, staffing=staffing)
    engine.dispose()
    assert rota("rota", "publish", "--area", "glen").code == 0
    shown = rota("rota", "show", "--area", "glen")
    assert "07:42 bus 423 from West to East" in shown.out
    assert "09:20 bus 423 from East to West" in shown.out
    assert "Out of date" not in shown.out
