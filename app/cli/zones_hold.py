"""`rota zones hold`: which zones still hold in other seasons."""

from __future__ import annotations

from pathlib import Path  # noqa: TC003 - typer reads the annotations
from typing import TYPE_CHECKING, Annotated

import typer
from rich.table import Table

from app.cli.plans import Area  # noqa: TC001 - typer reads the annotations
from app.cli.program import AsJson, output, print_json
from app.cli.what_if import Close  # noqa: TC001 - typer reads the annotations
from app.cli.zones import require_ending, zones
from app.config import Settings
from app.services.requests import ZoneRequest

if TYPE_CHECKING:
    from app.services.propose_zones import ZoneProposal
    from app.services.zones_hold import Season, ZoneHolds


_usual = ZoneRequest()


@zones.command("hold")
def hold(  # noqa: PLR0913 - one parameter for each option
    file: Annotated[Path, typer.Argument(help="Zones as polygons, GeoJSON or GeoPackage.")],
    *,
    area: Area,
    winter_staff: Annotated[
        float, typer.Option(min=0, max=100, help="Carers' hours there in winter, percent.")
    ] = _usual.winter_staff_pct,
    summer_staff: Annotated[
        float, typer.Option(min=0, max=100, help="Carers' hours there in summer, percent.")
    ] = _usual.summer_staff_pct,
    close: Close = None,
    out: Annotated[
        Path | None, typer.Option(help="Also write the zones here, .geojson or .gpkg, with when each does not hold.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Say which zones still hold in winter and summer, when a boat fails and when a provider leaves, or why not."""
    from app.services.area_roads import opened_by_name  # noqa: PLC0415 - loads geography
    from app.services.zone_files import read_zones, score_zones  # noqa: PLC0415 - the same
    from app.services.zones_hold import seasons, with_seasons  # noqa: PLC0415 - the same

    require_ending(out)
    settings = Settings()
    opened, speeds = opened_by_name(settings, area)
    proposal = score_zones(opened, read_zones(file)).proposal
    found = list(
        seasons(
            opened,
            proposal,
            settings.data_dir,
            staff_pct=(winter_staff, summer_staff),
            closures=close or (),
            speeds=speeds,
        )
    )
    if out is not None:
        from app.services.zone_files import write_zones  # noqa: PLC0415 - the same

        collection = proposal.geojson()
        with_seasons(collection, found)
        write_zones(collection, out)
    if as_json:
        print_json({"area": area, "seasons": [season.as_json() for season in found]})
        return
    _print(found, proposal)
    if out is not None:
        output.print(f"Wrote when each zone does not hold (`does_not_hold`) to {out}.", soft_wrap=True)


def _print(found: list[Season], proposal: ZoneProposal) -> None:
    """Print a table of circumstances by zones, then the reasons of those that do not hold, and who is on their own."""
    for zone in proposal.zones:
        output.print(f"{zone.number} {zone.name}", soft_wrap=True)
    table = Table(title="Which zones hold", title_justify="left")
    table.add_column("when")
    for zone in proposal.zones:
        table.add_column(str(zone.number), justify="center")
    usual = found[0]
    for season in found:
        table.add_row(_sentence(season.when), *map(_mark, season.zones))
    output.print(table)
    output.print("yes: it holds; alone: it does, and a place in it depends on its own carers; NO: it does not.\n")
    for season in found:
        told = [
            said
            for zone, before in zip(season.zones, usual.zones, strict=True)
            for said in _told(zone, before, first=season is usual)
        ]
        if told:
            fallen = sum(not zone.holds for zone in season.zones)
            output.print(f"{_sentence(season.when)}: {_count(fallen, len(season.zones))}", soft_wrap=True)
        for said in told:
            output.print(f"  {said}", soft_wrap=True)


def _mark(zone: ZoneHolds) -> str:
    if not zone.holds:
        return "NO"
    return "alone" if zone.alone else "yes"


def _told(zone: ZoneHolds, before: ZoneHolds, *, first: bool) -> list[str]:
    """Say why a zone does not hold, and which places are on their own that usually are not."""
    said = [f"{zone.zone} {zone.name}: {'; '.join(zone.reasons)}."] if zone.reasons else []
    alone = [place for place in zone.alone if first or place not in before.alone]
    if alone:
        said.append(
            f"{zone.zone} {zone.name}: nobody can come to {' or '.join(alone)} and return within a shift; carers who "
            "live there do the work."
        )
    return said


def _count(fallen: int, of: int) -> str:
    """Count the zones that do not hold."""
    if not fallen:
        return "all zones hold."
    return f"{fallen} of {of} zones {'does' if fallen == 1 else 'do'} not hold."


def _sentence(text: str) -> str:
    return f"{text[0].upper()}{text[1:]}"
