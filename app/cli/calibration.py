"""`rota network speeds` and `rota network calibrate`: achieved speeds, printed to be edited, and fitted."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer
from rich.table import Table

from app.cli.networks import network
from app.cli.program import AsJson, output, print_json
from app.config import Settings

if TYPE_CHECKING:
    from app.services.calibrate import Calibration
    from geo.calibrate import Error


@network.command("speeds")
def speeds(
    *,
    area: Annotated[str | None, typer.Option(help="The speeds of an imported area, instead of the defaults.")] = None,
) -> None:
    """Print the table of speeds as TOML, to be edited and given to `rota network import --speeds`."""
    from app.services.speeds import area_speeds, default_text  # noqa: PLC0415 - loads geography
    from geo.speed_table import DEFAULT, format_speeds  # noqa: PLC0415 - the same

    table = DEFAULT if area is None else area_speeds(area, Settings().data_dir)
    text = default_text() if table == DEFAULT else format_speeds(table, f"The speeds of {area}.")
    sys.stdout.write(text)


@network.command("calibrate")
def calibrate(  # noqa: PLR0913 - one parameter for each option
    observed: Annotated[Path, typer.Argument(help="Recorded journeys; columns in docs/reference/speeds.md.")],
    *,
    area: Annotated[str, typer.Option(help="The area whose network they were made on.")],
    out: Annotated[Path, typer.Option(help="Where to write the fitted table of speeds.")] = Path("speeds.toml"),
    mode: Annotated[Literal["car", "bike", "foot"], typer.Option(help="Whose speeds to fit.")] = "car",
    door_minutes: Annotated[
        float, typer.Option(min=0, max=15, help="Minutes to park and reach the door, as taken so far.")
    ] = 2.0,
    seed: Annotated[int, typer.Option(help="Chooses the quarter of the journeys that is held back.")] = 7,
    as_json: AsJson = False,
) -> None:
    """Fit speeds by class of road to recorded journeys, and tell the error before and after on journeys held back."""
    from app.services.calibrate import calibrate as fit  # noqa: PLC0415 - loads geography
    from app.services.calibrate import write_calibrated  # noqa: PLC0415 - the same
    from app.services.networks import load_network  # noqa: PLC0415 - the same
    from app.services.speeds import area_speeds  # noqa: PLC0415 - the same

    data_dir = Settings().data_dir
    graph, table = load_network(area, data_dir), area_speeds(area, data_dir)
    found = fit(observed, graph, table, mode=mode, door_minutes=door_minutes, seed=seed)
    write_calibrated(found, out, area)
    if as_json:
        print_json({**found.as_json(), "written": str(out)})
        return
    _print(found)
    at_door = round(found.fit.door_s / 60)
    output.print(
        f"Wrote {out}: use it with `rota network import FILE --area {area} --speeds {out}`, and the minutes at the "
        f"door with `rota import FOLDER --door-minutes {at_door}`.",
        soft_wrap=True,
    )


def _print(found: Calibration) -> None:
    """Print factors and errors."""
    fit = found.fit
    table = Table(title=f"Speeds by {found.mode}, fitted to {fit.fitted} journeys", title_justify="left")
    table.add_column("class of road")
    for heading in ("minutes driven", "takes times as long", "held back", "error before", "error after"):
        table.add_column(heading, justify="right")
    for name, factor in sorted(fit.factors.items(), key=lambda item: -fit.minutes[item[0]]):
        table.add_row(name, f"{fit.minutes[name]:,.0f}", f"{factor:.2f}", *_cells(fit.by_class.get(name)))
    table.add_row("all", f"{sum(fit.minutes.values()):,.0f}", "", *_cells(fit.overall))
    output.print(table)
    output.print(
        f"At the door: {fit.door_s / 60:.1f} minutes. Errors are medians of the absolute difference, in per cent of "
        "what was recorded; a journey counts for the class on which it spends most."
    )
    left = fit.left_out + len(found.off_network) + found.of_another_mode
    if left:
        rows = (
            f"; far from any road: rows {', '.join(str(row) for row in found.off_network)}" if found.off_network else ""
        )
        output.print(
            f"{left} journey(s) left out: {found.of_another_mode} by another mode, {fit.left_out} without a way{rows}."
        )
    if (fit.overall.after_pct or 0) >= (fit.overall.before_pct or 0):
        output.print("[bold]The fit is no better on the journeys held back: keep the speeds as they are.[/]")


def _cells(error: Error | None) -> tuple[str, str, str]:
    """Write an error."""
    if error is None or error.before_pct is None:
        return ("", "", "")
    return (str(error.journeys), f"{error.before_pct:.1f} %", f"{error.after_pct:.1f} %")
