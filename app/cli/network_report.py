"""The report of `rota network check` as text: what a planner reads before relying on a map."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.markup import escape
from rich.table import Table

from app.cli.program import output

if TYPE_CHECKING:
    from geo.report import Ferry, NetworkReport

LANDMASSES_SHOWN = 12
MODES = {"car": "by car", "bike": "by bicycle", "foot": "on foot"}


def print_report(report: NetworkReport) -> None:
    """Print what a network holds, and what to be careful about."""
    output.print(
        f"[bold]{escape(report['source'])}[/]: {report['road_ways']:,} ways, {report['road_km']:,.0f} km of road and "
        f"path, {report['nodes']:,} nodes."
    )
    output.print("  " + ", ".join(f"{name} {km:,.0f} km" for name, km in report["km_by_class"].items()))
    for mode, found in report["modes"].items():
        output.print(
            f"  {MODES[mode]}: {found['nodes']:,} nodes, {found['largest_pct']} % of them in the largest of "
            f"{found['components']} parts"
        )
    _print_landmasses(report)
    _print_ferries(report["ferries"])
    _print_cautions(report)
    output.print(escape(f"To be shown wherever the roads are: {report['attribution']}"))


def _print_landmasses(report: NetworkReport) -> None:
    """Print the parts that a car can get about in, the largest first."""
    table = Table(title="Parts of the network for cars", title_justify="left")
    for heading in ("rank", "where", "nodes", "km"):
        table.add_column(heading, justify="left" if heading == "where" else "right")
    for land in report["landmasses"][:LANDMASSES_SHOWN]:
        table.add_row(str(land["rank"]), escape(land["name"]), f"{land['nodes']:,}", f"{land['road_km']:,.1f}")
    output.print(table)
    more = len(report["landmasses"]) - LANDMASSES_SHOWN
    strays = f"{report['stray_components']} of {len(report['components'])} parts have less than 2 km of road."
    output.print((f"  ... and {more} more. " if more > 0 else "  ") + strays)


def _print_ferries(ferries: list[Ferry]) -> None:
    """Print the crossings that the map proposes."""
    if not ferries:
        output.print("No ferries on this map.")
        return
    table = Table(title="Ferries on the map: they propose crossings, a timetable must make them", title_justify="left")
    for heading in ("way", "name", "from", "to", "minutes", "carries", "joins", "timetable"):
        table.add_column(heading, justify="right" if heading in {"way", "minutes"} else "left")
    for ferry in ferries:
        carries = [who for who, does in (("cars", ferry["car"]), ("foot", ferry["foot"])) if does]
        ends = ["no road" if rank is None else str(rank) for rank in ferry["ends"]]
        table.add_row(
            str(ferry["way_id"]),
            escape(ferry["name"] or "(no name)"),
            escape(_end(ferry["from_pier"], ferry["from_place"])),
            escape(_end(ferry["to_pier"], ferry["to_place"])),
            "-" if ferry["duration_s"] is None else f"{ferry['duration_s'] / 60:.0f}",
            ", ".join(carries) or "nobody",
            " and ".join(ends),
            {True: "yes", False: "[bold]missing[/]", None: "not asked"}[ferry["timetabled"]],
        )
    output.print(table)
    if missing := sum(ferry["timetabled"] is False for ferry in ferries):
        output.print(f"  The timetable is missing for {missing} of {len(ferries)} ferries.")


def _end(pier: str, place: str) -> str:
    """Name an end of a crossing: by its pier where the timetable has it, and by what is near on its own shore."""
    if pier and place and place not in pier:
        return f"{pier} pier, near {place}"
    return f"{pier} pier" if pier else place or "-"


def _print_cautions(report: NetworkReport) -> None:
    """Print what the map does not say, and what is not obeyed."""
    output.print(f"Without a posted limit: {report['missing_speed_pct']} % of the ways for cars; their class decides.")
    if unknown := report["unknown_speed_tags"]:
        listed = ", ".join(f"{text!r} ({count})" for text, count in list(unknown.items())[:LANDMASSES_SHOWN])
        output.print(escape(f"Limits that cannot be read, and are ignored: {listed}"))
    turns = report["turn_restrictions"]
    known = "unknown, as downloads and exchange files hold no relations" if turns is None else turns
    output.print(f"Turn restrictions: {known}; they are ignored. Barriers that no car passes: {report['barriers']}.")
