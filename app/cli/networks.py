"""`rota network`: road networks in, checked and out."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from app.cli.program import AsJson, output, print_json
from app.config import Settings

network = typer.Typer(help="Road networks: import, check, export.", no_args_is_help=True)
File = Annotated[Path, typer.Argument(help="OpenStreetMap .osm.pbf or .osm, GraphML or GeoPackage.")]
Area = Annotated[str, typer.Option(help="The area that the network is for.")]


@network.command("import")
def import_file(file: File, *, area: Area, as_json: AsJson = False) -> None:
    """Read a network file and keep it for an area."""
    from app.services.networks import import_network  # noqa: PLC0415 - loads geography

    graph = import_network(file, area, Settings().data_dir)
    if as_json:
        print_json({"area": area, "nodes": len(graph.xy), "arcs": len(graph.tail), "attribution": graph.attribution})
    else:
        output.print(f"Kept {file.name} for {area}: {len(graph.xy):,} nodes. {graph.attribution}")


@network.command("check")
def check_file(file: File, *, as_json: AsJson = False) -> None:
    """Report what a network file holds: roads, parts, ferries, speeds, attribution."""
    from geo.graph import build_graph  # noqa: PLC0415 - loads geography
    from geo.network import network_report, read_raw  # noqa: PLC0415 - the same

    raw = read_raw(file)
    report = network_report(build_graph(raw), raw)
    if as_json:
        print_json(report)
        return
    for name, value in report.items():
        shown = value if not isinstance(value, list) else f"{len(value)}: {value[:5]}"
        output.print(f"{name.replace('_', ' ')}: {shown}")


@network.command("export")
def export_file(
    file: Annotated[Path, typer.Argument(help="Where to write: .graphml or .gpkg.")], *, area: Area
) -> None:
    """Write an area's network as GraphML or GeoPackage, for other tools."""
    from app.services.networks import load_network  # noqa: PLC0415 - loads geography
    from geo.exchange import write_osmnx  # noqa: PLC0415 - the same

    write_osmnx(load_network(area, Settings().data_dir), file)
    output.print(f"Wrote {file}.")
