"""`rota network what-if`: travel before and after a road is shut or a boat cancelled."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer
from rich.table import Table

from app.cli.networks import network
from app.cli.program import AsJson, output, print_json
from app.config import Settings

if TYPE_CHECKING:
    from app.services.what_if import Journey, WhatIf

BUNDLED = "argyll-bute"
SHOWN = 25

Close = Annotated[
    list[str] | None,
    typer.Option(
        help="What is shut, such as 'A83 near 56.228,-4.855'; may be repeated. See docs/reference/closures.md."
    ),
]


class Condition(StrEnum):
    """What slows everybody down: the fields of `geo.conditions.Conditions`."""

    WINTER = "winter"
    DARK = "dark"
    VISITORS = "visitors"
    CAUTIOUS = "cautious"


Conditions = Annotated[
    list[Condition] | None,
    typer.Option("--condition", help="What slows everybody down; may be repeated."),
]


@network.command("what-if")
def what_if(
    *,
    area: Annotated[str, typer.Option(help="An imported area; the bundled one needs no import.")] = BUNDLED,
    close: Close = None,
    condition: Conditions = None,
    between: Annotated[list[str] | None, typer.Option(help="A settlement to compare; may be repeated.")] = None,
    at: Annotated[str, typer.Option(help="When people set out, HH:MM.")] = "09:00",
    as_json: AsJson = False,
) -> None:
    """Say how travel changes when roads are shut or boats cancelled: who is cut off, and who goes how much farther."""
    from app.datafiles.cells import TIME, NotOfThisKind  # noqa: PLC0415 - only here
    from app.services.area_roads import area_roads  # noqa: PLC0415 - loads geography
    from app.services.circumstances import circumstances  # noqa: PLC0415 - the same
    from app.services.what_if import what_if as compare  # noqa: PLC0415 - the same

    if not close and not condition:
        raise typer.BadParameter("say what is different: --close or --condition")
    try:
        at_s = TIME.parse(at)
    except NotOfThisKind as error:
        raise typer.BadParameter(f"--at is {TIME.expects}") from error
    settings = Settings()
    dataset, graph, speeds = area_roads(settings, area, bundled=BUNDLED)
    day = circumstances(close or (), condition or (), speeds)
    found = compare(dataset, graph, day, data_dir=settings.data_dir, at_s=at_s, named=between or ())
    if as_json:
        print_json({**found.as_json(), "attribution": graph.attribution})
    else:
        _print(found, at)


def _print(found: WhatIf, at: str) -> None:
    """Print the journeys that change most, and who is cut off."""
    output.print(
        f"[bold]{found.area}, {found.day}[/]: {found.closed_km:,} km of road shut, "
        f"{found.boats_cancelled} boat(s) cancelled."
    )
    table = Table(title=f"Journeys by car that change, leaving at {at}, the worst first", title_justify="left")
    for heading in ("from", "to", "before", "after", "more", "by now"):
        table.add_column(heading, justify="right" if heading in {"before", "after", "more"} else "left")
    for journey in found.journeys[:SHOWN]:
        table.add_row(*_row(journey))
    if found.journeys:
        output.print(table)
    rest = f"and {len(found.journeys) - SHOWN} more; " if len(found.journeys) > SHOWN else ""
    same = found.journeys_compared - len(found.journeys)
    output.print(f"{rest}{same} of {found.journeys_compared} journeys stay as they are.")
    if found.cut_off:
        output.print(f"Cut off ({found.people_cut_off:,} people): {', '.join(found.cut_off)}.")
    else:
        output.print("No settlement is cut off.")
    if found.clients:
        lost = f": {', '.join(found.clients_unreachable)}" if found.clients_unreachable else ""
        output.print(
            f"Of {found.clients} clients {len(found.clients_unreachable)} can be reached by no carer any more{lost}; "
            f"{found.clients_farther} are farther from the nearest carer, by up to {found.farthest_more_min:g} minutes."
        )


def _row(journey: Journey) -> tuple[str, ...]:
    """Write one journey."""
    was, now = journey.before_min, journey.after_min
    more = "" if was is None or now is None else f"{now - was:+.0f}"
    return (
        journey.origin,
        journey.destination,
        "no way" if was is None else f"{was:.0f} min",
        "no way" if now is None else f"{now:.0f} min",
        more,
        ", ".join(journey.after_via) or ("" if now is None else "by boat"),
    )
