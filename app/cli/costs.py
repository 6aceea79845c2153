"""`rota costs`: what a plan costs, open to everybody who may see the books."""

from __future__ import annotations

from pathlib import Path  # noqa: TC003 - typer reads the annotations
from typing import Annotated, Any, Literal

import typer
from rich.table import Table

from app.cli.program import AsJson, output, print_json
from app.config import Settings
from app.db.engine import make_engine, reading
from app.db.plans import load_plan
from app.db.rotas import plan_to_read


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
    from app.services.area_roads import opened_by_name  # noqa: PLC0415 - loads geography
    from app.services.plan_costs import CostsAsked, plan_costs  # noqa: PLC0415 - the same
    from app.services.zone_files import zone_of_clients  # noqa: PLC0415 - the same

    settings = Settings()
    opened, _ = opened_by_name(settings, area)
    engine = make_engine(settings.database_url)
    with reading(engine) as session:
        row = plan_to_read(session, area, opened.dataset.day, plan)
        stored = load_plan(session, row.id)
    engine.dispose()
    zone_of = opened.small_areas.area_of if zones is None else zone_of_clients(opened, zones)
    found = plan_costs(opened, stored, zone_of, CostsAsked(own_rates=rates, pay_gbp_h=pay))
    said = {"plan": row.letter, "planned_at": row.stored_at.isoformat(timespec="seconds"), **found}
    if as_json:
        print_json(said)
    else:
        _print_costs(said)


def _print_costs(found: dict[str, Any]) -> None:
    """Print what each provider's contact hour is made of, and who pays for another benchmark."""
    table = Table(title=f"{found['day']}, plan {found['plan']}: pounds for each contact hour")
    for name in ("provider", "contact hours", "a contact hour", *found["total"]["parts"]):
        table.add_column(name.replace("_", "-"), justify="left" if name == "provider" else "right")
    for provider, costs_of in (*found["providers"].items(), ("all", found["total"])):
        hours = costs_of["contact_hours"] or 1.0
        parts = [f"{value / hours:.2f}" for value in costs_of["parts"].values()]
        table.add_row(provider, f"{costs_of['contact_hours']:g}", f"{costs_of['per_contact_hour']:.2f}", *parts)
    output.print(table)
    output.print(
        f"Published minimum price: {found['minimum_price_gbp_h']:.2f}. Carers below the minimum wage: "
        f"{found['carers_below_minimum_wage']} of {len(found['wage_headroom_gbp_h'])}. "
        f"Fares that nobody has told: {found['total']['fares_unknown']}."
    )
    if "who_pays" not in found:
        return
    table = Table(title=f"If all paid {found['who_pays']['pay_gbp_h']:g} pounds an hour")
    for name in ("provider", "contact hour", "would cost", "rise", "left by one price", "left by minimum price"):
        table.add_column(name, justify="left" if name == "provider" else "right")
    for row in found["who_pays"]["providers"]:
        names = ("per_contact_hour", "changed", "rise", "left_by_one_price", "left_by_minimum_price")
        table.add_row(row["provider"], *(f"{row[name]:.2f}" for name in names))
    output.print(table)
