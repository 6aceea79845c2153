"""`rota rota`: read the rotas that are stored."""

from __future__ import annotations

import json
from datetime import date, datetime
from pathlib import Path  # noqa: TC003 - typer reads the annotations
from typing import TYPE_CHECKING, Annotated, Literal

import typer
from rich.markup import escape
from rich.table import Table

from app.cli.program import AsJson, output, print_json
from app.config import Settings
from app.db.areas import get_area
from app.db.engine import make_engine, reading
from app.db.migrate import migrate
from app.db.plans import load_plan
from app.db.rota_versions import Kind
from app.db.rotas import find_carer, plan_to_read, runs_of
from app.errors import NotFound
from app.reports.rota_words import METRES_PER_MILE, in_words
from app.services.choice_lock import require_choice_locks
from app.services.files import write_text
from app.services.load_dataset import load_day
from app.services.read_rota import is_out_of_date, plan_rota, published_body
from solver.plain import to_plain

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from app.schemas.rotas import RotaBody, RunBody

rota = typer.Typer(help="Rotas: show, change by hand, publish, export, legs along the roads.", no_args_is_help=True)
Area = Annotated[str, typer.Option(help="An imported area.")]
Day = Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], help="The day; the area's if not said.")]
Plan = Annotated[
    Literal["A", "B", "C", "D"] | None,
    typer.Option(help="The latest plan with this letter, instead of the rota that carers follow."),
]


@rota.command("show")
def show(
    *,
    area: Area,
    day: Day = None,
    provider: Annotated[str | None, typer.Option(help="One provider's carers only.")] = None,
    carer: Annotated[str | None, typer.Option(help="One carer only.")] = None,
    plan: Plan = None,
    as_json: AsJson = False,
) -> None:
    """Print the published rota of a day or a plan: the runs, and what is left out."""
    if provider is not None and carer is not None:
        raise typer.BadParameter("give --provider or --carer, not both")
    settings = Settings()
    migrate(settings.database_url)
    with reading(make_engine(settings.database_url)) as session:
        on = day_of(session, area, day)
        whose = _whose(session, area, provider, carer)
        if plan is not None:
            found = plan_rota(session, area, on, *whose, letter=plan)
        else:
            found = published_body(session, area, on, *whose)
        out_of_date = is_out_of_date(session, area, on)
    if as_json:
        print_json({**found.model_dump(mode="json", exclude_none=True), "out_of_date": out_of_date})
        return
    if out_of_date:
        output.print("Out of date: the area's data set has changed since this was published. Plan the day again.")
    _print_rota(found)


@rota.command("export")
def export(
    file: Annotated[Path, typer.Argument(help="Where to write the JSON.")],
    *,
    area: Area,
    day: Day = None,
    plan: Plan = None,
) -> None:
    """Write a whole plan as JSON, as `rota check` reads it, unless it moves somebody whose choice is locked."""
    settings = Settings()
    migrate(settings.database_url)
    with reading(make_engine(settings.database_url)) as session:
        stored = plan_to_read(session, area, day_of(session, area, day), plan)
        found = load_plan(session, stored.id)
        if stored.letter != "A":
            require_choice_locks(load_day(session, area, stored.day), found)
    write_text(file, json.dumps(to_plain(found)))
    output.print(f"Wrote {file}.", soft_wrap=True)


@rota.command("legs")
def legs(
    *,
    area: Area,
    day: Day = None,
    carer: Annotated[str | None, typer.Option(help="One carer only.")] = None,
    plan: Plan = None,
    out: Annotated[Path | None, typer.Option(help="Write the lines here as GeoJSON, for a map.")] = None,
    as_json: AsJson = False,
) -> None:
    """List the roads and boats that each leg of a day follows; the lines end at people's doors."""
    from app.services.legs import legs_of  # noqa: PLC0415 - loads geography
    from app.services.load_dataset import load_day  # noqa: PLC0415 - the same
    from app.services.networks import load_network  # noqa: PLC0415 - the same

    settings = Settings()
    migrate(settings.database_url)
    with reading(make_engine(settings.database_url)) as session:
        stored = plan_to_read(session, area, day_of(session, area, day), plan)
        dataset = load_day(session, area, stored.day)
        graph = load_network(area, settings.data_dir)
        found = legs_of(dataset, graph, runs_of(session, stored, carer=carer))
    features = {
        "type": "FeatureCollection",
        "attribution": graph.attribution,
        "features": [leg.as_feature() for leg in found],
    }
    if out is not None:
        write_text(out, json.dumps(features))
    if as_json:
        print_json(features)
        return
    table = Table("Carer", "From", "To", "Miles", "Along", title=f"{area}, {stored.day}: {len(found)} legs")
    for leg in found:
        miles = f"{leg.road_m / METRES_PER_MILE:.1f}"
        table.add_row(leg.carer, leg.from_visit or "home", leg.to_visit or "home", miles, escape(leg.roads))
    output.print(table)


def day_of(session: Session, area: str, day: datetime | None) -> date:
    """Give the day that is meant. Raises AreaNotFound."""
    row = get_area(session, area)
    return day.date() if day else row.day


def _whose(session: Session, area: str, provider: str | None, carer: str | None) -> tuple[Kind, str]:
    """Give whose rota is meant. Raises NotFound for a carer who is not there."""
    if carer is not None:
        if find_carer(session, area, carer) is None:
            raise NotFound(f"there is no carer {carer} in {area}")
        return Kind.CARER, carer
    return (Kind.AREA, area) if provider is None else (Kind.PROVIDER, provider)


def _print_rota(found: RotaBody) -> None:
    """Print a table for each run, then the visits that are left out."""
    if found.version is None:
        what = f"plan {found.letter}, which nobody follows"
    else:
        what = f"version {found.version}, published {found.published_at:%d %B %H:%M}: {found.reason}"
    output.print(f"[bold]{found.area}, {found.day:%A %d %B %Y}[/]: {escape(what)}.")
    for run in found.runs:
        output.print(_table(run))
    _print_bookings(found)
    if found.unallocated:
        output.print(f"[bold]{len(found.unallocated)} visit(s) left out[/]")
    for row in found.unallocated:
        output.print(f"  {row.visit} of {row.client}: {row.detail or row.reason}", markup=False)


def _print_bookings(found: RotaBody) -> None:
    """List the places to book for cars on boats."""
    if found.bookings:
        output.print(f"[bold]{len(found.bookings)} crossing(s) to book[/]")
    for row in found.bookings:
        fare = "" if row.fare_pence is None else f", fare {row.fare_pence / 100:.2f}"
        output.print(
            f"  {row.departs:%H:%M} {row.route} from {row.from_port} to {row.to_port}: "
            f"{row.carer} of {row.provider}, shift {row.shift}, car{fare}",
            markup=False,
        )
    if found.bookings_unknown:
        output.print(f"{found.bookings_unknown} car(s) on boats where nobody noted whether to book: ask the operator.")


def _table(run: RunBody) -> Table:
    by = f" by {run.mode}" if run.mode else ""
    table = Table(title=f"{run.carer} of {run.provider}{by}, shift {run.shift}", title_justify="left")
    for heading in ("from", "to", "what", "details"):
        table.add_column(heading)
    for segment in run.segments:
        table.add_row(f"{segment.start:%H:%M}", f"{segment.end:%H:%M}", segment.kind, in_words(segment))
    return table
