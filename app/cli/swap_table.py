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


def print_sharing(sharing: Mapping[str, Any]) -> None:
    """Print what each provider would pay by each rule, the chosen one first, and whom each leaves worse off."""
    rules = sharing["rules"]
    if not rules:
        return
    table = Table(title="£ a day for being on the road, at equal hours")
    for name in ("provider", "alone, as in B", "gain before sharing", *(f"pays, {rule}" for rule in rules)):
        table.add_column(name, justify="left" if name == "provider" else "right")
    for name, alone in sharing["alone_gbp_a_day"].items():
        paid = [rule["pays_gbp_a_day"][name] for rule in rules.values()]
        gain = sharing["before_sharing"].get(name, 0.0)
        table.add_row(name, f"{alone:.2f}", f"{gain:+.2f}", *(f"{share:.2f}" for share in paid))
    output.print(table)
    for name, rule in rules.items():
        worse = [f"{provider} by {by:.2f}" for provider, by in rule["worse_off_by_gbp"].items()]
        worse += [f"{' and '.join(row['pair'])} together by {row['by_gbp']:.2f}" for row in rule["pairs_worse_off"]]
        chosen = " (used here)" if name == sharing["chosen_rule"] else ""
        said = "nobody is worse off than alone, no pair worse off than together"
        told = f"worse off are {', '.join(worse)}" if worse else said
        output.print(f"{name[0].upper()}{name[1:]}{chosen}: {told}.", soft_wrap=True)
    if sharing["some_group_loses_gbp"] > 0:
        output.print(
            f"By any rule some group of providers pays {sharing['some_group_loses_gbp']:.2f} or more than by itself.",
            soft_wrap=True,
        )
