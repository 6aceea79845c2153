"""The main job from nothing: an area, its roads and boats, synthetic people, four plans, stored rotas and a report.

Every step is one that a partnership would take with its own files; only the people are made up.
"""

from __future__ import annotations

import json
import re
import time
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

from app.db.areas import ID_CHARS
from app.db.consents import Said, add_consent, latest_answers
from app.db.engine import make_engine, writing
from app.db.migrate import migrate
from app.reports.comparison import comparison_json
from app.reports.html import comparison_page
from app.services.check_rota import day_of, faults_of
from app.services.compare import compare
from app.services.draft_rota import draft_of_plan, plan_of, staffing_of
from app.services.files import write_folder, write_text
from app.services.import_dataset import digest, import_dataset
from app.services.make_day import make_day
from app.services.movable import must_stay
from app.services.networks import bundled_network, import_network
from app.services.open_area import open_area
from app.services.perform import store_comparison
from app.services.propose_zones import propose
from app.services.publish_rota import Publication, publish
from app.services.read_dataset import read_dataset
from app.services.requests import CompareRequest, ZoneRequest
from app.services.travel import SETTLEMENT_M
from app.services.write_dataset import write_dataset
from app.synthetic.area import Geography, generate, points_as_places
from app.synthetic.bundled import bundled_geography
from app.synthetic.consents import synthetic_answers
from app.synthetic.parameters import COUNTY, OBAN_LORN, sized_for_points
from app.synthetic.week import repeating
from geo.places import read_points
from geo.snap import snap
from solver.types import Progress

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from geopandas import GeoDataFrame
    from sqlalchemy import Engine

    from app.config import Settings
    from app.dataset import Dataset, PlaceRow
    from app.services.open_area import OpenArea
    from app.synthetic.parameters import AreaSize
    from geo.types import RoadGraph

SIZES = {size.name: size for size in (OBAN_LORN, COUNTY)}
PEOPLE_SEED = 2026
"""People are the same in every demo, so that seeds of the search can be compared."""

_DEMO = "rota demo"
DEMO_DAY = date(2026, 3, 3)
"""A Tuesday in winter timetable time, far from holidays."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoRequest:
    """What to show: the bundled `area`, or the roads of `network` with people near `points`.

    With `week` the day repeats, so that others can be planned after the comparison of the first.
    """

    area: str = "oban-lorn"
    network: Path | None = None
    points: Path | None = None
    comparison: CompareRequest
    week: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoOutcome:
    """What a demo made: its figures, and where its files are."""

    found: dict[str, Any]
    folder: Path
    report: Path
    dataset: Path
    zones: Path


def run_demo(settings: Settings, request: DemoRequest, progress: Callable[[Progress], None]) -> DemoOutcome:
    """Run the main job end to end. Files appear whole or not at all, so that a killed demo can simply run again.

    Raises GeoError for a network or points that cannot be used, ImportRejected for a fault in the bundled data.
    """
    began = time.monotonic()
    folder = settings.data_dir / "demo" / _name(request)
    progress(Progress(phase="roads", done=0.0, cost=0.0, unallocated=0))
    graph = import_network(request.network or bundled_network(settings.data_dir), _name(request), settings.data_dir)
    progress(Progress(phase="people", done=0.0, cost=0.0, unallocated=0))
    made = replace(_people(request, graph, settings.data_dir), area=_name(request))
    if request.week:
        made = repeating(made)
    write_folder(folder / "dataset", lambda target: write_dataset(made, target))
    dataset = read_dataset(folder / "dataset")
    migrate(settings.database_url)
    engine = make_engine(settings.database_url)
    with writing(engine) as session:
        import_dataset(session, dataset)
    area = open_area(make_day(dataset), graph, settings.data_dir)
    comparison = compare(area, request.comparison, stay=_staying(engine, dataset), progress=progress)
    progress(Progress(phase="zones and report", done=0.0, cost=0.0, unallocated=0))
    proposal = propose(area, ZoneRequest(seed=request.comparison.seed))
    found = comparison_json(comparison, dataset, attribution=graph.attribution)
    with writing(engine) as session:
        store_comparison(session, area, comparison, found, known=digest(dataset))
    _publish(engine, area)
    engine.dispose()
    found["seconds"] = round(time.monotonic() - began, 1)
    outcome = DemoOutcome(
        found=found,
        folder=folder,
        report=folder / "report.html",
        dataset=folder / "dataset",
        zones=folder / "zones.geojson",
    )
    write_text(outcome.zones, json.dumps(proposal.geojson()))
    write_text(folder / "comparison.json", json.dumps(found, indent=2))
    write_text(outcome.report, comparison_page(found, area, proposal, synthetic=True))
    return outcome


def _staying(engine: Engine, dataset: Dataset) -> dict[str, str]:
    """Take down what the synthetic people say, once, and give who must stay by the rule that real people meet."""
    now = datetime.now(UTC)
    with writing(engine) as session:
        known = latest_answers(session, dataset.area)
        for client, answer in synthetic_answers(dataset, seed=PEOPLE_SEED).items():
            if client not in known:
                add_consent(session, Said(area=dataset.area, client=client, actor=_DEMO, at=now), answer)
        return must_stay(session, dataset.area, now.date(), dataset.clients)


def _publish(engine: Engine, area: OpenArea) -> None:
    """Publish plan B, so that there is a rota to read. Nobody is visited in a demo: who is left out is known to it."""
    name, day = area.dataset.area, day_of(area)
    critical = {visit.id for visit in day.problem.visits if visit.time_critical}
    with writing(engine) as session:
        draft = draft_of_plan(session, name, area.dataset.day, letter="B", provider=None, by=_DEMO)
        plan = plan_of(draft)
        known = {row.visit: _DEMO for row in plan.unallocated if row.visit in critical}
        publication = Publication(reason="The demo was run", by=_DEMO, acknowledged=known)
        publish(session, draft, faults_of(day, plan, staffing_of(draft), known), publication)


def _name(request: DemoRequest) -> str:
    """Name the area: the bundled one, or the network file's stem with nothing but letters, digits and dashes."""
    if request.network is None:
        return request.area
    stem = request.network.name.split(".")[0].lower()
    return re.sub(r"[^a-z0-9]+", "-", stem).strip("-")[:ID_CHARS] or "network"


def _people(request: DemoRequest, graph: RoadGraph, data_dir: Path) -> Dataset:
    """Make synthetic people on the roads asked for."""
    size: AreaSize
    if request.points is None:
        size = SIZES[request.area]
        geography = bundled_geography(graph)
    else:
        places = _settlements(read_points(request.points), graph)
        size = sized_for_points(len(places))
        geography = Geography(places=places, graph=graph)
    return generate(geography, size, seed=PEOPLE_SEED, day=DEMO_DAY, cache=data_dir / "cache" / "travel")


def _settlements(points: GeoDataFrame, graph: RoadGraph) -> tuple[PlaceRow, ...]:
    """Take points for settlements named after them. Raises PlaceOffNetwork for those that the roads do not cover."""
    names = tuple(str(name) for name in points["place_id"])
    lonlat = points.get_coordinates().to_numpy()
    snap(graph, "car", lonlat, names, max_m=SETTLEMENT_M)
    rows = points_as_places([(str(number), lat, lon) for number, (lon, lat) in enumerate(lonlat.tolist(), start=1)])
    return tuple(replace(row, name=name) for row, name in zip(rows, names, strict=True))
