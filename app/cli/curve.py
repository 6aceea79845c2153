"""`rota curve`: what moving people and sharing staff buys, point by point."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.table import Table

from app.cli.demo import staying_in
from app.cli.plans import IfWilling, carry_out
from app.cli.program import AsJson, output, print_json
from app.services.requests import CompareRequest

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

PRICE = (
    "Price: everything a plan is judged by, visits left out first of all. It never rises with the people who may move; "
    "minutes may, where they buy visits."
)
COLUMNS = (
    ("people moved", "people_moved"),
    ("minutes a visit", "travel_min_per_visit"),
    ("against B, %", "travel_pct"),
    ("over all seeds, %", "travel_pct_over_seeds"),
    ("visits left out", "visits_left_out"),
    ("price against B, %", "price_pct"),
    ("pounds on the road", "travelling_gbp"),
    ("carers a client", "carers_per_client"),
)


def curve(
    *,
    area: Annotated[str, typer.Option(help="An imported area.")],
    seed: Annotated[int, typer.Option(help="Seed of the search.")] = 7,
    seeds: Annotated[int, typer.Option(min=1, max=20, help="How many seeds show the spread.")] = 1,
    iterations: Annotated[int, typer.Option(min=1, help="Search for each point.")] = CompareRequest().iterations,
    if_willing: IfWilling = False,
    as_json: AsJson = False,
) -> None:
    """Plan the day for 0 to 100 % of people moving, and for each degree of sharing staff; the knee is pointed out."""
    found = carry_out(
        area,
        CompareRequest(
            seed=seed, seeds=seeds, iterations=iterations, curve=True, swap_iterations=0, if_willing=if_willing
        ),
        quiet=as_json,
    )
    staying, reasons, found = staying_in(found), found["people_staying_by_reason"], found["curves"]
    if as_json:
        print_json({**found, "people_staying_by_reason": reasons})
        return
    moving = [(f"{row['move_pct']} %", row) for row in found["moving"]]
    _print("People who may move", [(_share(row), row) for row in found["moving"]])
    for row in found["moving"]:
        if row["taken_from_pct"] is not None:
            output.print(_taken(row), soft_wrap=True)
    output.print(PRICE, soft_wrap=True)
    _print("The same by distance alone", [(share, row["by_distance"]) for share, row in moving])
    _print("Visits that carers of any provider may make", [(row["shared"], row) for row in found["sharing"]])
    for number, knee in found["knee_pct_by_seed"].items():
        said = "no knee: travel does not fall" if knee is None else f"the knee is at {knee} % of people moving"
        output.print(f"Seed {number}: {said}.")
    output.print(staying, soft_wrap=True)


def _share(row: Mapping[str, Any]) -> str:
    """Name a point, and the smaller one whose plan it keeps."""
    kept = row["taken_from_pct"]
    return f"{row['move_pct']} %" + ("" if kept is None else f" (as at {kept:g} %)")


def _taken(row: Mapping[str, Any]) -> str:
    """Say why a point keeps the plan of a smaller one."""
    kept = f"plan C of {row['taken_from_pct']:g} %" if row["taken_from_pct"] else "plan B"
    return f"At {row['move_pct']} % the search found nothing better ({row['note']}): {kept} is kept."


def _print(title: str, rows: Sequence[tuple[str, Mapping[str, Any]]]) -> None:
    table = Table(title=title)
    table.add_column("")
    for label, _ in COLUMNS:
        table.add_column(label, justify="right")
    for name, row in rows:
        table.add_row(name, *(_cell(row.get(field)) for _, field in COLUMNS))
    output.print(table)


def _cell(value: Any) -> str:  # noqa: ANN401 - a figure, the least and greatest of several, or nothing
    if value is None:
        return ""
    return " to ".join(f"{each:g}" for each in value) if isinstance(value, list) else f"{value:g}"
