"""`rota places`: postcodes, UPRNs and coasts in; homes checked; small areas and isolated places out."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.table import Table

from app.cli.program import FAILED, AsJson, output, print_json, print_warnings
from app.config import Settings
from app.errors import NetworkMissing, NotFound

if TYPE_CHECKING:
    from app.dataset import Dataset
    from app.services.open_area import OpenArea
    from app.services.places import Outline

places = typer.Typer(help="Places: load, look up, check; small areas and isolated places.", no_args_is_help=True)
Area = Annotated[str, typer.Option(help="An imported area.")]
Polygons = Annotated[Path, typer.Argument(help="GeoJSON with polygons in longitude and latitude.")]


@places.command("load")
def load(
    files: Annotated[
        list[Path],
        typer.Argument(help="Code-Point Open, ONSPD, OS Open UPRN, or postcode, lat, lon: CSV or a zip of CSVs."),
    ],
    *,
    area: Annotated[str | None, typer.Option(help="Keep only what lies around this area's roads.")] = None,
    as_json: AsJson = False,
) -> None:
    """Load postcodes and UPRNs, once; a file that is in already changes nothing."""
    from app.services.networks import load_network  # noqa: PLC0415 - loads geography
    from app.services.places import bounds_of, load_places  # noqa: PLC0415 - the same

    data_dir = Settings().data_dir
    within = None if area is None else bounds_of(load_network(area, data_dir))
    reports = load_places(files, data_dir, within)
    if as_json:
        print_json({"files": [asdict(report) for report in reports]})
        return
    for report in reports:
        done = "was loaded already" if report.already else f"loaded ({', '.join(report.layouts)})"
        output.print(
            f"{report.file} {done}: {report.postcodes:,} postcodes, {report.uprns:,} UPRNs; {report.skipped:,} rows "
            f"outside, {report.unplaced:,} without a position, {report.ended:,} no longer in use, "
            f"{len(report.faults):,} unreadable."
        )
        for fault in report.faults:
            output.print(f"  {fault}", markup=False)


@places.command("show")
def show(
    reference: Annotated[str, typer.Argument(help="A postcode, grid reference, UPRN, or two numbers.")],
    *,
    as_json: AsJson = False,
) -> None:
    """Look one reference up: whether it exists, where it is, and how far it may be off."""
    from app.services.places import look_up, open_gazetteer  # noqa: PLC0415 - loads geography

    found = look_up(reference, open_gazetteer(Settings().data_dir))
    if found is None:
        raise NotFound("the reference is of no known kind, or not among the places loaded")
    fix, postcode = found
    said: dict[str, Any] = {"reference": postcode.postcode if postcode else reference.strip()}
    if postcode is not None and postcode.ended:
        said["ended"] = postcode.ended
    said |= asdict(fix) if fix else {"lat": None, "lon": None}
    if as_json:
        print_json(said)
        return
    ended = f", not in use since {said['ended']}" if "ended" in said else ""
    where = f"{fix.lat:.6f}, {fix.lon:.6f}, within {fix.accuracy_m:,} m" if fix else "exists, but nobody knows where"
    output.print(f"{said['reference']}{ended}: {where}", highlight=False, markup=False)


@places.command("land")
def land(file: Polygons, *, area: Area) -> None:
    """Keep the land of an area, against which homes are held and by which shapes are clipped."""
    from app.services.places import Outline  # noqa: PLC0415 - loads geography

    _keep(file, area, Outline.LAND)


@places.command("boundary")
def boundary(file: Polygons, *, area: Area) -> None:
    """Keep the boundary of an area; clients outside it are warned about."""
    from app.services.places import Outline  # noqa: PLC0415 - loads geography

    _keep(file, area, Outline.BOUNDARY)


@places.command("check")
def check(*, area: Area, as_json: AsJson = False) -> None:
    """Check where the homes of an imported area are: in the sea, far off, on one pin, outside, away from roads."""
    from app.services.check_places import check_places  # noqa: PLC0415 - loads geography
    from app.services.networks import load_network  # noqa: PLC0415 - the same
    from app.services.places import Outline, load_outline  # noqa: PLC0415 - the same

    data_dir = Settings().data_dir
    on_land, inside = (load_outline(area, outline, data_dir) for outline in Outline)
    try:
        graph = load_network(area, data_dir)
    except NetworkMissing:
        graph = None
    report = check_places(_dataset(area), land=on_land, boundary=inside, graph=graph)
    if as_json:
        print_json(asdict(report))
    else:
        for fault in report.errors:
            output.print(f"error {fault}. {fault.action}", markup=False, soft_wrap=True)
        print_warnings(report.warnings)
        for line in report.unchecked:
            output.print(line, markup=False, soft_wrap=True)
        output.print(f"{len(report.errors)} error(s), {len(report.warnings)} warning(s).")
    if report.errors:
        raise typer.Exit(FAILED)


@places.command("areas")
def areas(
    *,
    area: Area,
    out: Annotated[Path | None, typer.Option(help="Write the areas' shapes here, as GeoJSON.")] = None,
    as_json: AsJson = False,
) -> None:
    """List the small areas: hours of care and expected travel, and those that no road or boat reaches."""
    from app.services.area_table import area_shapes, area_table  # noqa: PLC0415 - loads geography
    from app.services.files import write_text  # noqa: PLC0415 - the same

    opened = _opened(area)
    rows = area_table(opened)
    if out is not None:
        write_text(out, json.dumps(area_shapes(opened)))
    if as_json:
        print_json({"areas": [asdict(row) for row in rows]})
        return
    table = Table(
        "Small area",
        "People",
        "Care h",
        "Travel h",
        "Providers",
        "Reached that day",
        title=f"{area}: {len(rows)} areas",
    )
    for row in rows:
        people = str(row.people) if row.people is not None else "under 5"
        reached = "by road or boat" if row.reached else "NEITHER BY ROAD NOR BOAT"
        table.add_row(row.name, people, f"{row.care_h:.1f}", f"{row.travel_h:.1f}", str(row.providers), reached)
    output.print(table)


@places.command("isolated")
def isolated(*, area: Area, as_json: AsJson = False) -> None:
    """List places of two or three people far from all others, who drives there today, and what sharing would save."""
    from app.services.isolated import PLANNERS_ONLY, isolated_places  # noqa: PLC0415 - loads geography

    opened = _opened(area)
    rows = isolated_places(opened.dataset, opened.travel)
    if as_json:
        print_json({"note": PLANNERS_ONLY, "places": [asdict(row) for row in rows]})
        return
    table = Table(
        title=f"{area}, {opened.dataset.day}: two or three people, far from all others", caption=PLANNERS_ONLY
    )
    for heading in ("Place", "People", "Next person (min)", "Providers that drive there today"):
        table.add_column(heading)
    for heading in ("Carers", "Trips", "Way there (min)", "Sharing saves at most (min)"):
        table.add_column(heading, justify="right")
    for row in rows:
        away = "no road" if row.away_min is None else str(row.away_min)
        counts = (row.carers, row.trips, row.reach_min, row.saved_min)
        table.add_row(row.name, str(row.people), away, ", ".join(row.providers), *(str(count) for count in counts))
    output.print(table)


def _keep(file: Path, area: str, outline: Outline) -> None:
    """Keep the polygons of a file for an area."""
    from app.services.places import keep_outline  # noqa: PLC0415 - loads geography

    polygons = keep_outline(file, area, outline, Settings().data_dir)
    output.print(f"Kept {file.name} as the {outline} of {area}: {polygons.pieces} pieces.")


def _dataset(area: str) -> Dataset:
    """Load the data set of an area. Raises AreaNotFound."""
    from app.db.engine import make_engine, reading  # noqa: PLC0415 - loads the database
    from app.db.migrate import migrate  # noqa: PLC0415 - the same
    from app.services.load_dataset import load_day  # noqa: PLC0415 - the same

    settings = Settings()
    migrate(settings.database_url)
    with reading(make_engine(settings.database_url)) as session:
        return load_day(session, area)


def _opened(area: str) -> OpenArea:
    """Make an area ready: its travel and its small areas. Raises AreaNotFound, NetworkMissing, NothingToPlan."""
    from app.services.networks import load_network  # noqa: PLC0415 - loads geography
    from app.services.open_area import open_area  # noqa: PLC0415 - the same

    data_dir = Settings().data_dir
    dataset = _dataset(area)
    return open_area(dataset, load_network(area, data_dir), data_dir)
