"""`rota actuals`: visits as they were made, from call monitoring, and what became of each."""

from __future__ import annotations

from collections import Counter
from datetime import datetime  # noqa: TC003 - typer reads the annotations
from pathlib import Path  # noqa: TC003 - the same
from typing import Annotated

import typer
from rich.table import Table

from app.cli.program import AsJson, output, print_json
from app.config import Settings
from app.datafiles.actual_visits import read_actuals
from app.db.actuals import save_actuals
from app.db.areas import get_area
from app.db.engine import make_engine, reading, writing
from app.db.migrate import migrate
from app.services.visit_outcomes import outcomes_of_day

actuals = typer.Typer(help="Visits as they were made.", no_args_is_help=True)
Area = Annotated[str, typer.Option(help="An imported area.")]


@actuals.command("import")
def import_actuals(
    file: Annotated[Path, typer.Argument(help="CSV like actual_visits.csv in docs/reference/dataset.md.")],
    *,
    area: Area,
    as_json: AsJson = False,
) -> None:
    """Import times of arrival and leaving; the same visit, day and carer again replaces what was known."""
    settings = Settings()
    rows = read_actuals(file)
    migrate(settings.database_url)
    with writing(make_engine(settings.database_url)) as session:
        save_actuals(session, area, rows)
    if as_json:
        print_json({"area": area, "visits": len(rows), "days": sorted({row.day.isoformat() for row in rows})})
    else:
        output.print(f"Imported {len(rows)} actual visits of {area}.")


@actuals.command("outcomes")
def outcomes(
    *,
    area: Area,
    day: Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], help="The day, instead of the area's.")] = None,
    as_json: AsJson = False,
) -> None:
    """List the visits of a day that were missed, late, early or short, against its published rota."""
    settings = Settings()
    migrate(settings.database_url)
    with reading(make_engine(settings.database_url)) as session:
        on = day.date() if day else get_area(session, area).day
        calls = outcomes_of_day(session, area, on)
    counts = Counter(outcome.value for call in calls for outcome in call.outcomes)
    said = [call for call in calls if call.outcomes]
    if as_json:
        listed = [
            {
                "visit": call.planned.visit,
                "client": call.planned.client,
                "carer": call.planned.carer,
                "by": call.actual.carer if call.actual else None,
                "outcomes": sorted(call.outcomes),
            }
            for call in said
        ]
        print_json({"area": area, "day": on, "planned": len(calls), "counts": counts, "calls": listed})
        return
    table = Table("Visit", "Client", "Carer", "Outcome", title=f"{area}, {on}: {len(calls)} planned calls")
    for call in said:
        table.add_row(call.planned.visit, call.planned.client, call.planned.carer, ", ".join(sorted(call.outcomes)))
    output.print(table)
