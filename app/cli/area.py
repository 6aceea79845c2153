"""`rota import`: take a data set, all of it or nothing."""

from __future__ import annotations

import sys
from dataclasses import asdict, replace
from datetime import datetime
from pathlib import Path  # noqa: TC003 - typer reads the annotations
from typing import TYPE_CHECKING, Annotated

import typer

from app.cli.program import AsJson, output, print_json, print_warnings, talk
from app.config import Settings
from app.datafiles.files import DOOR_MINUTES
from app.db.engine import make_engine
from app.db.migrate import migrate
from app.errors import ImportRemoves
from app.services.take_import import Request, take_import

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from app.services.take_import import Report

Day = Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], help="The planned day, instead of area.json's.")]


def import_area(  # noqa: PLR0913 - one parameter for each option
    source: Annotated[Path, typer.Argument(help="Workbook or folder of CSV files; see docs/reference/dataset.md.")],
    *,
    area: Annotated[str | None, typer.Option(help="Name of the area, instead of area.json's.")] = None,
    day: Day = None,
    mapping: Annotated[str | None, typer.Option(help="Saved mapping of their columns and words to ours.")] = None,
    door_minutes: Annotated[
        int, typer.Option(min=0, max=60, help="To park and reach the doors of clients that say none.")
    ] = DOOR_MINUTES,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Check everything, tell the differences and store nothing.")
    ] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Let records disappear that the data set no longer has.")] = False,
    as_json: AsJson = False,
) -> None:
    """Import a data set; every fault is reported at once, and then nothing is stored."""
    settings = Settings()
    migrate(settings.database_url)
    request = Request(
        source=source,
        area=area,
        day=day.date() if day else None,
        mapping=mapping,
        door_minutes=door_minutes,
        dry_run=dry_run,
        removals=yes,
    )
    report = _take(make_engine(settings.database_url), settings.data_dir, request)
    if as_json:
        print_json(to_json(report, records=True))
        return
    print_warnings(report.warnings)
    for sentence in report.differences.sentences() or ["nothing is different"]:
        output.print(f"  {sentence}", highlight=False)
    listed = ", ".join(f"{count} {name}" for name, count in report.counts.items())
    output.print(f"{'Imported' if report.stored else 'Checked'} {report.area} for {report.day}: {listed}.")


def _take(engine: Engine, data_dir: Path, request: Request) -> Report:
    """Import; where somebody sits at the terminal, ask before records disappear."""
    try:
        return take_import(engine, data_dir, request)
    except ImportRemoves as refusal:
        if not sys.stdin.isatty():
            raise
        talk.print(str(refusal), soft_wrap=True, markup=False)
        typer.confirm("Import nevertheless?", abort=True, err=True)
        return take_import(engine, data_dir, replace(request, removals=True))


def to_json(report: Report, *, records: bool) -> dict[str, object]:
    """Give a report as JSON can say it; `records` lists every record that is new, gone or changed."""
    changes = report.differences
    told: dict[str, object] = {"sentences": changes.sentences(), "counts": changes.counts(), "removes": changes.removes}
    if records:
        told["records"] = [asdict(change) for change in changes.changes]
    return {
        "area": report.area,
        "day": report.day,
        "stored": report.stored,
        **report.counts,
        "differences": told,
        "warnings": [asdict(warning) for warning in report.warnings],
        "unchecked": list(report.unchecked),
    }
