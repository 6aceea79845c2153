"""`rota zones propose` and `rota zones score`: zones as a table for commissioners, and as files for maps."""

from __future__ import annotations

from pathlib import Path  # noqa: TC003 - typer reads the annotations
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.table import Table

from app.cli.plans import Area, Seed, carry_out, object_in
from app.cli.program import AsJson, output, print_json
from app.config import Settings
from app.errors import LocksUnreadable
from app.services.requests import ZoneRequest

if TYPE_CHECKING:
    from collections.abc import Mapping

zones = typer.Typer(help="Zones: small areas as one patch of work.", no_args_is_help=True)

ANY_HOURS = "any"
WORDS = {"zone", "prime", "secondary"}
"""Columns of words; the others are of numbers."""

ENDINGS = (".geojson", ".json", ".gpkg")
"""What a file of zones may be called; an ending of another format would lie."""


@zones.command("propose")
def propose_zones(  # noqa: PLR0913 - one parameter for each option
    *,
    area: Area,
    zones: Annotated[
        int | None, typer.Option(min=1, help="How many; one for about 70 contact hours a day if not said.")
    ] = None,
    slider: Annotated[
        float, typer.Option("--slider", "--balance", min=0, max=1, help="0: least travel; 1: equal hours.")
    ] = 0.5,
    lock: Annotated[Path | None, typer.Option(help="JSON file of what zones must respect; see zones.md.")] = None,
    points: Annotated[int, typer.Option(min=1, max=9, help="Points of the trade-off curve in the answer.")] = 3,
    seed: Seed = 7,
    out: Annotated[Path | None, typer.Option(help="Also write them here, .geojson or .gpkg.")] = None,
    as_json: AsJson = False,
) -> None:
    """Propose contiguous zones with a prime and a secondary provider each, and others along the trade-off curve."""
    require_ending(out)
    asked = ZoneRequest(n_zones=zones, balance=slider, seed=seed, points=points, locks=object_in(lock, LocksUnreadable))
    found = carry_out(area, asked, quiet=as_json)
    if out is not None:
        from app.services.zone_files import write_zones  # noqa: PLC0415 - loads geography

        write_zones(found, out)
    if as_json:
        print_json(found)
        return
    print_zones(found)
    for point in found["points"] if len(found["points"]) > 1 else ():
        here = "  (the zones above)" if point["slider"] == slider else ""
        outside = f", {len(point['outside_band'])} of them outside their band" if point["outside_band"] else ""
        output.print(
            f"Slider {point['slider']:.2f}: {point['mean_travel_min']:.1f} minutes from the centre on average, "
            f"{point['least_h']:.0f} to {point['greatest_h']:.0f} hours a zone{outside}.{here}",
            soft_wrap=True,
        )
    if out is not None:
        output.print(f"Wrote {len(found['features'])} zones to {out}.", soft_wrap=True)


@zones.command("score")
def score_zones(
    file: Annotated[Path, typer.Argument(help="Zones as polygons, GeoJSON or GeoPackage.")],
    *,
    area: Area,
    lock: Annotated[Path | None, typer.Option(help="Locks instead of those that the file remembers.")] = None,
    slider: Annotated[
        float | None, typer.Option("--slider", "--balance", min=0, max=1, help="Bands of this slider, not the file's.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Measure zones that somebody has drawn or edited by the file's locks and bands, and propose providers for them."""
    from app.services.area_roads import opened_by_name  # noqa: PLC0415 - loads geography
    from app.services.zone_files import read_zones  # noqa: PLC0415 - the same
    from app.services.zone_files import score_zones as score  # noqa: PLC0415 - the same

    drawn = read_zones(file)
    opened, _ = opened_by_name(Settings(), area)
    found = score(opened, drawn, locks=object_in(lock, LocksUnreadable), slider=slider).geojson()
    if as_json:
        print_json(found)
    else:
        print_zones(found)


def require_ending(out: Path | None) -> None:
    """Refuse a file of another format before anything is searched."""
    if out is not None and out.suffix.lower() not in ENDINGS:
        raise typer.BadParameter(f"{out.name} should end in one of {', '.join(ENDINGS)}", param_hint="--out")


def print_zones(found: Mapping[str, Any]) -> None:
    """Print a FeatureCollection of zones as a table, and in sentences whatever is not as it was asked."""
    rows = [feature["properties"] for feature in found["features"]]
    table = Table(title="Zones; hours are those of a day, care and travel", title_justify="left", show_lines=True)
    bands = [_band(row["band_hours"]) for row in rows]
    asked = set(bands) != {ANY_HOURS}
    for heading in ("", "zone", "people", "hours", *(["band"] if asked else []), "carers", "prime", "secondary"):
        table.add_column(heading, justify="left" if heading in WORDS else "right")
    for row, band in zip(rows, bands, strict=True):
        table.add_row(
            str(row["zone"]),
            row["name"],
            "under 5" if isinstance(row["people"], str) else str(row["people"]),
            f"{row['work_hours']:.0f}",
            *([band] if asked else []),
            f"{row['carers']}",
            row["prime_name"] or "nobody",
            row["secondary_name"] or "nobody",
        )
    output.print(table)
    for row in rows:
        for said in (row["band_reason"], row["reason"]):
            if said:
                output.print(f"{row['zone']} {row['name']}: {said}", soft_wrap=True)
    for fault in (*found.get("faults", ()), *([found["note"]] if found["note"] else ())):
        output.print(fault, soft_wrap=True)
    for broken in found["broken_locks"]:
        output.print(f"Not kept: {broken['said']}", soft_wrap=True)
    for row in rows:
        if "before" in row:
            output.print(f"{row['zone']} {row['name']} has changed: {_change(row)}.", soft_wrap=True)
    output.print(_quality(found), soft_wrap=True)


def _change(row: Mapping[str, Any]) -> str:
    """Say what a zone was in the file and what it is now."""
    told = {
        "work_hours": "hours from {:.1f} to {:.1f}",
        "travel_min": "minutes from its centre from {:.1f} to {:.1f}",
        "outside_band_hours": "hours outside its band from {:.1f} to {:.1f}",
    }
    return ", ".join(text.format(row["before"][name], row[name]) for name, text in told.items())


def _band(hours: tuple[float | None, float | None]) -> str:
    """Say between which hours a zone should have."""
    least, most = hours
    if most is None:
        return f"{least:.0f} or more" if least else ANY_HOURS
    return f"{least or 0:.0f} to {most:.0f}"


def _quality(found: Mapping[str, Any]) -> str:
    """Say how good zones are."""
    gap = found["gap_pct"]
    proved = "" if gap is None else f", {f'within {gap:g} % of ' if gap else ''}the least for these centres and bands"
    outside = found["outside_band"]
    missed = f" Zones outside their band miss it by {found['widened_h']:.1f} hours in all." if outside else ""
    range_h = f"{found['least_h']:.0f} to {found['greatest_h']:.0f} hours a zone"
    return f"{found['mean_travel_min']:.1f} minutes from the centre on average{proved}; {range_h}.{missed}"
