"""`rota demo`: the main job end to end, from nothing."""

from __future__ import annotations

from pathlib import Path  # noqa: TC003 - typer reads the annotations
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer
from rich.table import Table

from app.cli.program import AsJson, output, print_json, progress_bar
from app.config import Settings
from app.services.movable import NO_RECORD
from app.services.requests import SWAP_ITERATIONS, CompareRequest

if TYPE_CHECKING:
    from collections.abc import Mapping

ITERATIONS = {"oban-lorn": 120_000, "county": 120_000}
POINTS_ITERATIONS = 100_000
SHOWN = (
    ("visits_placed", "visits placed"),
    ("contact_hours", "contact hours"),
    ("travel_hours", "travel hours"),
    ("travel_min_per_visit", "travel minutes for each visit"),
    ("waiting_hours", "waiting hours"),
    ("paid_hours", "paid hours"),
    ("miles", "miles"),
    ("providers_per_occupied_area", "providers in each occupied area"),
    ("people_changing_provider", "people who see another provider"),
    ("choice_locked_moved", "choice-locked people moved"),
    ("breaches", "breaches found by the checker"),
)


def demo(  # noqa: PLR0913 - one parameter for each option
    *,
    area: Annotated[Literal["oban-lorn", "county"], typer.Option(help="Which bundled area.")] = "oban-lorn",
    network: Annotated[
        Path | None, typer.Option(help="Use the roads of this file instead of the bundled ones.")
    ] = None,
    points: Annotated[Path | None, typer.Option(help="CSV with postcode, lat, lon: where people may live.")] = None,
    seed: Annotated[int, typer.Option(help="Seed of the search.")] = 7,
    seeds: Annotated[int, typer.Option(min=1, max=20, help="How many seeds show the spread.")] = 3,
    iterations: Annotated[int | None, typer.Option(min=1, help="Search for each of B, C and D.")] = None,
    move_budget: Annotated[float, typer.Option(min=0, max=100, help="Most people who may move in C, percent.")] = 10.0,
    curve: Annotated[bool, typer.Option("--curve", help="Add plan C for 0 to 100 % of people moving.")] = False,
    week: Annotated[bool, typer.Option("--week", help="Let the day repeat, for other days to be planned.")] = False,
    as_json: AsJson = False,
) -> None:
    """Load an area, compute travel, compare the four plans, store the rotas and write a report."""
    from app.services.demo import DemoRequest, run_demo  # noqa: PLC0415 - loads engines and geography

    if (network is None) != (points is None):
        raise typer.BadParameter("--network and --points go together")
    asked = iterations or (ITERATIONS[area] if network is None else POINTS_ITERATIONS)
    request = DemoRequest(
        area=area,
        network=network,
        points=points,
        week=week,
        comparison=CompareRequest(
            seed=seed,
            seeds=seeds,
            iterations=asked,
            move_budget_pct=move_budget,
            curve=curve,
            swap_iterations=min(asked, SWAP_ITERATIONS),
        ),
    )
    with progress_bar(quiet=as_json) as progress:
        outcome = run_demo(Settings(), request, progress)
    if as_json:
        print_json({**outcome.found, "report": str(outcome.report), "dataset": str(outcome.dataset)})
        return
    print_comparison(outcome.found)
    output.print(
        f"\nPeople are synthetic.\nReport:   {outcome.report}\nZones:    {outcome.zones}\nData set: {outcome.dataset}",
        soft_wrap=True,
    )


def print_comparison(found: dict[str, Any]) -> None:
    """Print the plans of the first seed side by side, and the headline over all seeds."""
    visits = found["plans"]["B"]["visits"]
    table = Table(title=f"{found['area']}, {found['day']}: {visits} visits, seed {found['seed']}'s plans")
    table.add_column("")
    for letter, plan in found["plans"].items():
        table.add_column(f"{letter} {plan['title']}", justify="right")
    for name, label in SHOWN:
        table.add_row(label, *(f"{plan[name]:,}" for plan in found["plans"].values()))
    output.print(table)
    for step, change in found["headline"]["steps"].items():
        travel, placed = change["travel_per_visit_pct"], change["visits_placed"]
        seeds = len(found["seeds"])
        spread = f" ({travel['least']:+.1f} to {travel['greatest']:+.1f} over {seeds} seeds)" if seeds > 1 else ""
        output.print(
            f"{step}: travel for each visit {travel['mean']:+.1f} %{spread}, visits placed {placed['mean']:+g}"
        )
    output.print(staying_in(found), soft_wrap=True)
    output.print(
        f"Sailings: {found['sailings']['published']} rows published, {found['sailings']['illustrative']} illustrative. "
        f"{found['seconds']} s."
    )


def staying_in(found: Mapping[str, Any]) -> str:
    """Say how many people could not move in a comparison, why, and what to do about those who were not asked."""
    people, reasons = found["plans"]["B"]["people"], found["people_staying_by_reason"]
    told = ", ".join(f"{count} {reason}" for reason, count in reasons.items()) or "nobody else"
    said = f"{people - sum(reasons.values())} of {people} people could move in C and D. Not: {told}."
    if found["if_willing"]:
        return f"{said} Whoever has no record of consent counted as willing: rota proposals ask-list says whom to ask."
    if reasons.get(NO_RECORD):
        said += " To see whom it is worth asking: rota compare --if-willing, then rota proposals ask-list."
    return said
