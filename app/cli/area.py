"""`rota import`: take a data set, all of it or nothing."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from pathlib import Path  # noqa: TC003 - typer reads the annotations
from typing import TYPE_CHECKING, Annotated

import typer

from app.cli.program import AsJson, output, print_json, print_warnings
from app.config import Settings
from app.datafiles.files import DOOR_MINUTES
from app.db.engine import make_engine, writing
from app.db.migrate import migrate
from app.errors import ImportRejected, NetworkMissing
from app.services.import_dataset import import_dataset
from app.services.read_source import read_source

if TYPE_CHECKING:
    from app.dataset import Dataset
    from app.errors import RowFault
    from geo.types import RoadGraph

Day = Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], help="The planned day, instead of area.json's.")]


def import_area(
    source: Annotated[Path, typer.Argument(help="Workbook or folder of CSV files; see docs/reference/dataset.md.")],
    *,
    area: Annotated[str | None, typer.Option(help="Name of the area, instead of area.json's.")] = None,
    day: Day = None,
    door_minutes: Annotated[
        int, typer.Option(min=0, max=60, help="To park and reach the doors of clients that say none.")
    ] = DOOR_MINUTES,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Check everything and store nothing.")] = False,
    as_json: AsJson = False,
) -> None:
    """Import a data set; every fault is reported at once, and then nothing is stored."""
    from app.services.import_timetable import feed_rows_lost  # noqa: PLC0415 - loads geography
    from app.services.places import open_gazetteer  # noqa: PLC0415 - the same

    settings = Settings()
    warnings: list[RowFault] = []
    gazetteer = open_gazetteer(settings.data_dir)
    dataset = read_source(
        source,
        area=area,
        day=day.date() if day else None,
        gazetteer=gazetteer,
        doubts=warnings,
        door_minutes=door_minutes,
    )
    graph = _roads(dataset, settings.data_dir)
    unchecked = _check_places(dataset, settings.data_dir, graph, warnings)
    if not dry_run:
        migrate(settings.database_url)
        engine = make_engine(settings.database_url)
        with writing(engine) as session:
            warnings += feed_rows_lost(session, dataset)
            import_dataset(session, dataset)
    names = ("providers", "carers", "shifts", "clients", "visits", "recorded", "sailings")
    counts = {name: len(getattr(dataset, name)) for name in names}
    if as_json:
        doubts = [asdict(warning) for warning in warnings]
        print_json(
            {
                "area": dataset.area,
                "day": dataset.day,
                "stored": not dry_run,
                **counts,
                "warnings": doubts,
                "unchecked": unchecked,
            }
        )
    else:
        print_warnings(warnings)
        listed = ", ".join(f"{count} {name}" for name, count in counts.items())
        output.print(f"{'Checked' if dry_run else 'Imported'} {dataset.area} for {dataset.day}: {listed}.")


def _check_places(dataset: Dataset, data_dir: Path, graph: RoadGraph | None, warnings: list[RowFault]) -> list[str]:
    """Add what is doubtful about homes to the warnings; give what could not be checked. Raises ImportRejected."""
    from app.services.check_places import check_places  # noqa: PLC0415 - loads geography
    from app.services.places import Outline, load_outline  # noqa: PLC0415 - the same

    land, boundary = (load_outline(dataset.area, outline, data_dir) for outline in Outline)
    report = check_places(dataset, land=land, boundary=boundary, graph=graph)
    if report.errors:
        raise ImportRejected(report.errors)
    warnings += report.warnings
    return list(report.unchecked)


def _roads(dataset: Dataset, data_dir: Path) -> RoadGraph | None:
    """Give the area's roads, if it has any yet. Raises ImportRejected with all homes and piers that are not on them."""
    from app.services.locate import off_network_faults  # noqa: PLC0415 - loads geography
    from app.services.networks import load_network  # noqa: PLC0415 - the same

    try:
        graph = load_network(dataset.area, data_dir)
    except NetworkMissing:
        return None
    if faults := off_network_faults(dataset, graph):
        raise ImportRejected(faults)
    return graph
