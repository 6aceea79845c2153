"""`rota timetable`: sailings and buses of an area, in and shown."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date, datetime  # noqa: TC003 - typer reads the annotations
from pathlib import Path  # noqa: TC003 - the same
from typing import TYPE_CHECKING, Annotated

import typer
from rich.table import Table

from app.cli.program import AsJson, output, print_json
from app.clock import local_instant
from app.config import Settings
from app.db.areas import get_area
from app.db.engine import make_engine, reading, writing
from app.db.ferries import load_timetable
from app.db.migrate import migrate
from app.errors import NetworkMissing
from app.services.import_dataset import import_dataset
from app.services.load_dataset import load_dataset

if TYPE_CHECKING:
    from app.dataset import Dataset
    from app.services.import_timetable import TimetableReport
    from geo.types import Departure

timetable = typer.Typer(help="Ferries and buses: import, show.", no_args_is_help=True)
Area = Annotated[str, typer.Option(help="An imported area.")]
Route = Annotated[list[str] | None, typer.Option("--route", help="Only this route; may be given several times.")]


@timetable.command("import")
def import_timetable(  # noqa: PLR0913 - one for each option
    file: Annotated[Path, typer.Argument(help="A GTFS feed (.zip), or a CSV file like sailings.csv.")],
    *,
    area: Area,
    route: Route = None,
    kind: Annotated[
        list[str] | None, typer.Option("--kind", help="ferry or bus; both when not said. Feeds only.")
    ] = None,
    walk_m: Annotated[int, typer.Option(min=100, max=5_000, help="Bus stops so near to somebody. Feeds only.")] = 1_500,
    exceptions: Annotated[Path | None, typer.Option(help="Like sailing_exceptions.csv. CSV only.")] = None,
    ports: Annotated[Path | None, typer.Option(help="Like ports.csv. CSV only.")] = None,
    as_json: AsJson = False,
) -> None:
    """Put a timetable in the place of the one before; every other file of the data set stays."""
    from app.services.import_timetable import FeedChoice, with_feed, with_typed_sailings  # noqa: PLC0415 - geography

    kinds = kind or ["ferry", "bus"]
    if not set(kinds) <= {"ferry", "bus"}:
        raise typer.BadParameter("--kind is ferry or bus")
    settings = Settings()
    migrate(settings.database_url)
    with writing(make_engine(settings.database_url)) as session:
        dataset = load_dataset(session, area)
        if file.suffix.lower() == ".csv":
            dataset, report = with_typed_sailings(dataset, file, exceptions=exceptions, ports=ports)
        else:
            choice = FeedChoice(kinds=kinds, routes=route or (), walk_m=walk_m)
            dataset, report = with_feed(dataset, file, choice)
        dataset, left_out = _on_the_roads(dataset, settings.data_dir)
        import_dataset(session, dataset)
    if as_json:
        print_json({"area": area, **asdict(report), "stops_off_the_roads": left_out})
    else:
        _print_report(area, report, left_out)


@timetable.command("show")
def show(
    *,
    area: Area,
    day: Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], help="The day; the area's if not said.")] = None,
    route: Route = None,
    as_json: AsJson = False,
) -> None:
    """List the boats and buses of a day, those after midnight too."""
    from app.services.timetables import boats_of_day  # noqa: PLC0415 - loads geography

    settings = Settings()
    migrate(settings.database_url)
    with reading(make_engine(settings.database_url)) as session:
        on = day.date() if day else get_area(session, area).day
        stored = load_timetable(session, area)
        ports = [port.name for port in stored.ports]
        rows = {port.port_id: number for number, port in enumerate(stored.ports)}
        boats = [boat for boat in boats_of_day(stored, on, rows) if not route or boat.route in route]
    if as_json:
        print_json({"area": area, "day": on, "departures": [_plain(boat, ports, on) for boat in boats]})
        return
    table = Table(title=f"{area}, {on:%A %d %B %Y}: {len(boats)} departures", title_justify="left")
    for heading in ("check in by", "departs", "arrives", "from", "to", "route", "carries", "fares"):
        table.add_column(heading)
    for boat in boats:
        clock = (local_instant(on, second) for second in (boat.last_checkin_s, boat.departs_s, boat.ashore_s))
        names = (ports[boat.from_port], ports[boat.to_port], boat.route)
        table.add_row(*(f"{moment:%H:%M}" for moment in clock), *names, _carries(boat), _fares(boat))
    output.print(table)


def _on_the_roads(dataset: Dataset, data_dir: Path) -> tuple[Dataset, int]:
    """Take out bus stops off the area's roads, if it has any yet."""
    from app.services.import_timetable import without_stops_off_the_roads  # noqa: PLC0415 - loads geography
    from app.services.networks import load_network  # noqa: PLC0415 - the same

    try:
        return without_stops_off_the_roads(dataset, load_network(dataset.area, data_dir))
    except NetworkMissing:
        return dataset, 0


def _print_report(area: str, report: TimetableReport, left_out: int) -> None:
    """Say what was taken, and what to look at."""
    output.print(
        f"{area}: {report.rows} rows of {len(report.routes)} routes, in place of {report.rows_replaced}; "
        f"{report.stops_added} bus stops."
    )
    if report.first_day:
        output.print(f"The feed covers {report.first_day} to {report.last_day}.")
    if report.cars_unknown:
        output.print(
            f"Of {report.cars_unknown} rows the feed does not say whether cars are carried: none are. "
            "Type the crossing with `car` yes before, and import the feed again."
        )
    if left_out:
        output.print(f"{left_out} bus stops are on no road of the network and are left out.")


def _plain(boat: Departure, ports: list[str], day: date) -> dict[str, object]:
    """Give a departure with the names of its ports and local times."""
    plain = asdict(boat) | {"from_port": ports[boat.from_port], "to_port": ports[boat.to_port]}
    for moment in ("last_checkin", "departs", "arrives", "ashore"):
        plain[moment] = local_instant(day, plain.pop(f"{moment}_s")).isoformat()
    return plain


def _carries(boat: Departure) -> str:
    booked = {True: " (book)", False: " (no booking)", None: ""}[boat.booking]
    return ", ".join(["foot", *(["bike"] if boat.bike else []), *([f"car{booked}"] if boat.car else [])])


def _fares(boat: Departure) -> str:
    """Write the fares that are known, in pounds."""
    fares = (("foot", boat.foot_fare_pence), ("car", boat.car_fare_pence))
    return ", ".join(f"{who} {pence / 100:.2f}" for who, pence in fares if pence is not None)
