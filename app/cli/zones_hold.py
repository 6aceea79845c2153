"""`rota zones hold`: which zones still hold in other seasons."""

from __future__ import annotations

from pathlib import Path  # noqa: TC003 - typer reads the annotations
from typing import TYPE_CHECKING, Annotated

import typer

from app.cli.plans import Area, zones
from app.cli.program import AsJson, output, print_json
from app.cli.what_if import Close  # noqa: TC001 - typer reads the annotations
from app.config import Settings
from app.services.requests import ZoneRequest

if TYPE_CHECKING:
    from app.services.propose_zones import ZoneProposal
    from app.services.zones_hold import Season


_usual = ZoneRequest()


@zones.command("hold")
def hold(
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
    as_json: AsJson = False,
) -> None:
    """Say which zones still hold in winter and summer, when a boat fails and when a provider leaves, or why not."""
    from app.services.area_roads import opened_by_name  # noqa: PLC0415 - loads geography
    from app.services.zone_files import score_zones  # noqa: PLC0415 - the same
    from app.services.zones_hold import seasons  # noqa: PLC0415 - the same

    settings = Settings()
    opened, speeds = opened_by_name(settings, area)
    proposal = score_zones(opened, file)
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
    if as_json:
        print_json({"area": area, "seasons": [season.as_json() for season in found]})
    else:
        _print(found, proposal)


def _print(found: list[Season], proposal: ZoneProposal) -> None:
    """Print each circumstance with the zones that do not hold."""
    name = {zone.number: zone.name for zone in proposal.zones}
    for season in found:
        fallen = [zone for zone in season.zones if not zone.holds]
        said = f"{len(fallen)} of {len(season.zones)} zones do not hold:" if fallen else "all zones hold."
        output.print(f"{season.when[0].upper()}{season.when[1:]}: {said}", soft_wrap=True)
        for zone in fallen:
            output.print(f"  {zone.zone} {name[zone.zone]}: {'; '.join(zone.reasons)}.", soft_wrap=True)
