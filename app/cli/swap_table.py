"""Swaps as people read them: a line for each, what is safe about their order, and a note where one looks odd."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rich.markup import escape
from rich.table import Table

from app.cli.program import output

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

COLUMNS = ("swap", "providers", "people", "minutes", "miles", "£ on the road", "visits", "price", "price so far")
PRICE = "Price: everything a plan is priced by, visits left out first of all, in paid minutes a day; below 0 saves."
ESTIMATED = (
    "~ is an estimate: rostered after a swap that is not in this version. To roster anew around those who stay, and "
    "make the next version of it: rota proposals recompute {id} --by NAME"
)


def print_swaps(swaps: Sequence[Mapping[str, Any]], *, safe: str, proposal: str) -> None:
    """Print the swaps of a version in their order."""
    table = Table(title="Swaps, in an order that is safe to stop at")
    for name in COLUMNS:
        table.add_column(name, justify="left" if name == "providers" else "right")
    for swap in swaps:
        effect = swap["effect"]
        table.add_row(
            swap_name(swap) + (" ~" if swap["estimated"] else ""),
            ", ".join(swap["providers"]),
            str(swap["people"]),
            f"{round(effect['travel_min']):+d}",
            f"{round(effect['miles']):+d}",
            f"{effect['travelling_gbp']:+.2f}",
            f"{effect['visits_placed']:+g}",
            f"{round(effect['cost'] / 60):+d}",
            f"{round(swap['so_far']['cost'] / 60):+d}",
        )
    output.print(table)
    for swap in swaps:
        if swap["why_here"]:
            output.print(f"Swap {swap_name(swap)}: {escape(swap['why_here'])}.", soft_wrap=True)
    for line in (safe, PRICE, *([ESTIMATED.format(id=proposal)] if any(swap["estimated"] for swap in swaps) else ())):
        output.print(line, soft_wrap=True)


def swap_name(swap: Mapping[str, Any]) -> str:
    """Give the numbers that a swap has in its comparison, which it keeps."""
    return "+".join(map(str, swap["made_of"]))
