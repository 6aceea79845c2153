"""`rota network`: road networks in, checked and out."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from app.cli.network_report import print_report
from app.cli.program import AsJson, output, print_json, print_warnings
from app.config import Settings

if TYPE_CHECKING:
    from app.dataset import Dataset
    from geo.types import RoadGraph

network = typer.Typer(help="Road networks: import, download, check, export.", no_args_is_help=True)
File = Annotated[Path, typer.Argument(help="OpenStreetMap .osm.pbf or .osm(.gz, .bz2), GraphML or GeoPackage.")]
Area = Annotated[str, typer.Option(help="The area that the network is for.")]
Speeds = Annotated[
    Path | None, typer.Option(help="A table of speeds (docs/reference/speeds.md) instead of the defaults.")
]


@network.command("import")
def import_file(file: File, *, area: Area, speeds: Speeds = None, as_json: AsJson = False) -> None:
    """Read a network file and keep it for an area; the area's homes and piers must lie on its roads."""
    from app.services.networks import import_network, imported_dataset  # noqa: PLC0415 - loads geography
    from app.services.speeds import speeds_in  # noqa: PLC0415 - loads geography

    settings = Settings()
    dataset = imported_dataset(settings.database_url, area)
    graph = import_network(
        file,
        area,
        settings.data_dir,
        dataset=dataset,
        max_bytes=settings.max_network_bytes,
        speeds=speeds_in(speeds),
    )
    _report_kept(graph, area, dataset, as_json=as_json)


@network.command("download")
def download(  # noqa: PLR0913 - one parameter for each option
    place: Annotated[str | None, typer.Argument(help="A named place, such as 'Argyll and Bute, Scotland'.")] = None,
    *,
    area: Area,
    polygon: Annotated[
        Path | None, typer.Option(help="GeoJSON or GeoPackage of the bounds, instead of a name.")
    ] = None,
    overpass: Annotated[str | None, typer.Option(help="Overpass server, instead of ROTA_OVERPASS_URL.")] = None,
    geocoder: Annotated[str | None, typer.Option(help="Nominatim server that knows the named place.")] = None,
    speeds: Speeds = None,
    as_json: AsJson = False,
) -> None:
    """Fetch the roads and ferries inside some bounds from an Overpass server, and keep them for an area.

    Only this command ever asks a server. A named place needs a geocoder, and none is asked unless it is given.
    """
    from app.services.networks import imported_dataset, keep_network  # noqa: PLC0415 - loads geography
    from app.services.speeds import speeds_in  # noqa: PLC0415 - the same
    from geo.download import MapServers, download_place, download_polygon, read_polygon  # noqa: PLC0415 - the same

    table = speeds_in(speeds)
    if (place is None) == (polygon is None):
        raise typer.BadParameter("give either the name of a place or --polygon")
    settings = Settings()
    servers = MapServers(
        overpass_url=overpass or settings.overpass_url,
        geocoder_url=geocoder or settings.geocoder_url,
        max_bytes=settings.max_network_bytes,
    )
    dataset = imported_dataset(settings.database_url, area)
    raw = download_polygon(read_polygon(polygon), servers) if polygon else download_place(str(place), servers)
    graph = keep_network(raw, area, settings.data_dir, dataset=dataset, speeds=table)
    _report_kept(graph, area, dataset, as_json=as_json)


@network.command("check")
def check_file(
    file: File,
    *,
    area: Annotated[str | None, typer.Option(help="Tell which ferries this area's timetable covers.")] = None,
    as_json: AsJson = False,
) -> None:
    """Report what a network file holds: roads, parts, ferries, speeds, attribution."""
    from app.services.networks import check_network, require_dataset  # noqa: PLC0415 - loads geography

    settings = Settings()
    dataset = None if area is None else require_dataset(settings.database_url, area)
    report = check_network(file, dataset=dataset, max_bytes=settings.max_network_bytes)
    if as_json:
        print_json(report)
    else:
        print_report(report)


@network.command("export")
def export_file(
    file: Annotated[Path, typer.Argument(help="Where to write: .graphml or .gpkg.")], *, area: Area
) -> None:
    """Write an area's network as GraphML or GeoPackage, for other tools."""
    from app.services.networks import load_network  # noqa: PLC0415 - loads geography
    from geo.exchange import write_osmnx  # noqa: PLC0415 - the same

    graph = load_network(area, Settings().data_dir)
    try:
        write_osmnx(graph, file)
    except ValueError as error:
        raise typer.BadParameter(str(error)) from error
    output.print(f"Wrote {file}.")


def _report_kept(graph: RoadGraph, area: str, dataset: Dataset | None, *, as_json: bool) -> None:
    """Say what is kept for an area now, what was held against it, and what is odd about that."""
    from app.services.locate import road_warnings  # noqa: PLC0415 - loads geography
    from app.services.places import Outline, load_outline  # noqa: PLC0415 - the same

    land = load_outline(area, Outline.LAND, Settings().data_dir)
    warnings = [] if dataset is None else road_warnings(dataset, graph, land)
    checked = None if dataset is None else len(dataset.clients) + len(dataset.carers) + len(dataset.ports)
    if as_json:
        found = {"area": area, "nodes": len(graph.xy), "arcs": len(graph.tail), "ferries": len(graph.ferries)}
        doubts = [asdict(warning) for warning in warnings]
        print_json({**found, "places_checked": checked, "warnings": doubts, "attribution": graph.attribution})
        return
    homes = (
        "No data set is imported for it yet."
        if checked is None
        else f"All {checked} homes and piers of its data set are on the roads."
    )
    print_warnings(warnings)
    output.print(f"Kept {graph.source} for {area}: {len(graph.xy):,} nodes. {homes} {graph.attribution}")
