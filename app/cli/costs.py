"""`rota costs`: what a plan costs, open to everybody who may see the books."""

from __future__ import annotations

from datetime import date
from pathlib import Path  # noqa: TC003 - typer reads the annotations
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer
from rich.table import Table

from app.cli.program import AsJson, output, print_json
from app.config import Settings
from app.db.engine import make_engine, reading

if TYPE_CHECKING:
    from collections.abc import Mapping


def costs(
    *,
    area: Annotated[str, typer.Option(help="An imported area.")],
    plan: Annotated[
        Literal["A", "B", "C", "D"] | None, typer.Option(help="The latest plan with this letter; B if not said.")
    ] = None,
    rates: Annotated[Path | None, typer.Option(help="Your own rates, TOML; see docs/reference/costs.md.")] = None,
    pay: Annotated[float | None, typer.Option(min=0, help="Another benchmark of pay, pounds an hour.")] = None,
    zones: Annotated[Path | None, typer.Option(help="Zones to group by, GeoJSON or GeoPackage.")] = None,
    as_json: AsJson = False,
) -> None:
    """Price a plan by provider and zone: cost per contact hour, headroom above the minimum wage, and who pays."""
    from app.services.area_costs import area_costs  # noqa: PLC0415 - loads geography
    from app.services.area_roads import opened_by_name  # noqa: PLC0415 - the same
    from app.services.plan_costs import CostsAsked  # noqa: PLC0415 - the same
    from app.services.zone_files import read_zones, zone_of_clients  # noqa: PLC0415 - the same

    settings = Settings()
    drawn = None if zones is None else read_zones(zones)
    opened, _ = opened_by_name(settings, area)
    zone_of = opened.small_areas.area_of if drawn is None else zone_of_clients(opened, drawn)
    engine = make_engine(settings.database_url)
    with reading(engine) as session:
        said = area_costs(session, opened, plan, zone_of, CostsAsked(own_rates=rates, pay_gbp_h=pay))
    engine.dispose()
    if as_json:
        print_json(said)
        return
    names = {provider.provider_id: provider.name for provider in opened.dataset.providers}
    _print_providers(said, names)
    if drawn is not None:
        _print_zones(said, names)
    _print_bounds(said)
    if "who_pays" in said:
        _print_who_pays(said["who_pays"], names)


def _print_providers(found: Mapping[str, Any], names: Mapping[str, str]) -> None:
    """Print what each provider's contact hour is made of."""
    day = date.fromisoformat(found["day"])
    table = _cost_table(
        f"{day.day} {day:%B %Y}, plan {found['plan']}: what an hour of contact costs", "provider", found
    )
    for provider, costs_of in found["providers"].items():
        table.add_row(names[provider], *_cells(costs_of))
    table.add_section()
    table.add_row("all", *_cells(found["total"]))
    output.print(table)


def _print_zones(found: Mapping[str, Any], names: Mapping[str, str]) -> None:
    """Print the same by zone, and by provider within each."""
    table = _cost_table("The same by zone, and by provider in it", "zone", found)
    for zone, costs_of in found["by_zone"].items():
        table.add_section()
        table.add_row(f"[bold]{zone}[/]", *_cells(costs_of))
        for row in found["zones"]:
            if row["zone"] == zone:
                table.add_row(f"  {names[row['provider']]}", *_cells(row))
    output.print(table)


def _cost_table(title: str, first: str, found: Mapping[str, Any]) -> Table:
    table = Table(title=f"{title}, in pounds", title_justify="left")
    table.add_column(first)
    for name in ("hours", "£ a day", "£ an hour", *found["total"]["parts"]):
        table.add_column(name.replace("_", "-"), justify="right")
    return table


def _cells(costs_of: Mapping[str, Any]) -> list[str]:
    """Give contact hours, pounds a day, and pounds for each contact hour, with what they are made of."""
    hours = costs_of["contact_hours"]
    parts = [f"{value / hours:.2f}" if hours else "" for value in costs_of["parts"].values()]
    unit = costs_of["per_contact_hour"]
    return [f"{hours:,.1f}", f"{costs_of['gbp']:,.0f}", "" if unit is None else f"{unit:.2f}", *parts]


def _print_bounds(found: Mapping[str, Any]) -> None:
    """Print what costs and pay are measured by, and what is not in them."""
    below, carers = found["carers_below_minimum_wage"], len(found["wage_headroom_gbp_h"])
    output.print(
        f"Published minimum price: £{found['minimum_price_gbp_h']:.2f} an hour. Carers below the minimum wage, all "
        f"working time counted: {below} of {carers}.",
        soft_wrap=True,
    )
    unknown = found["total"]["fares_unknown"]
    if unknown:
        trips = "1 boat trip has a fare" if unknown == 1 else f"{unknown} boat trips have fares"
        output.print(f"{trips} that the timetable does not tell: not counted.", soft_wrap=True)


def _print_who_pays(found: Mapping[str, Any], names: Mapping[str, str]) -> None:
    """Print who pays for another benchmark of pay."""
    table = Table(
        title=f"If all paid £{found['pay_gbp_h']:.2f} an hour: pounds for an hour of contact", title_justify="left"
    )
    for name in ("provider", "costs", "would cost", "rise", "left by one price", "left by minimum price"):
        table.add_column(name, justify="left" if name == "provider" else "right")
    for row in found["providers"]:
        cells = ("per_contact_hour", "changed", "rise", "left_by_one_price", "left_by_minimum_price")
        table.add_row(names[row["provider"]], *(f"{row[name]:.2f}" for name in cells))
    output.print(table)
