"""The swaps of a proposal and the sharing of their gain as tables of a terminal, in providers' names."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rich.markup import escape
from rich.table import Table

from app.cli.program import output
from app.services.swap_words import equal_hours_told, hours_given, noise_told, other_carers, verdict, who_gives

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

WHAT_IT_COSTS = (
    "swap", "who gives to whom", "hours given", "on the road, £ a day",
    "gained at equal hours", "in all, £ a day", "in all so far",
)  # fmt: skip
WHAT_IT_CHANGES = (
    "swap", "people", "other carers: all / main / one of many", "minutes", "miles", "visits", "price", "price so far",
)  # fmt: skip
PRICE = "Price: everything a plan is priced by, visits left out first of all, in paid minutes a day; below 0 saves."
CARERS = (
    "Other carers: people more than in plan B, on the day, to whom only new carers come, not the main one, or another "
    "one of many. In all: with paid time, waiting and what more visits placed cost."
)
ESTIMATED = (
    "~ is an estimate: rostered after a swap that is not in this version. To roster anew around those who stay, and "
    "make the next version of it: rota proposals recompute {id} --by NAME"
)


def names_in(found: Mapping[str, Any]) -> dict[str, str]:
    """Give the names of the providers of a proposal's version."""
    return {row["provider"]: row["name"] for row in found["providers"]}


def print_swaps(found: Mapping[str, Any]) -> None:
    """Print the swaps of a version in their order: what each costs, and what each changes."""
    swaps, names = found["swaps"], names_in(found)
    _print_costs(swaps, names)
    _print_changes(swaps)
    for swap in swaps:
        if swap["why_here"]:
            output.print(f"Swap {swap_name(swap)}: {escape(swap['why_here'])}.", soft_wrap=True)
    noise = noise_told(found["sharing"]["cost_error_gbp"], found.get("more_visits", 0))
    for line in (found["safe"], PRICE, CARERS, noise, equal_hours_told(swaps)):
        output.print(line, soft_wrap=True)
    if any(swap["estimated"] for swap in swaps):
        output.print(ESTIMATED.format(id=found["id"]), soft_wrap=True)


def _print_costs(swaps: Sequence[Mapping[str, Any]], names: Mapping[str, str]) -> None:
    table = _table("Swaps, in an order that is safe to stop at: what each costs", WHAT_IT_COSTS)
    for swap in swaps:
        effect = swap["effect"]
        table.add_row(
            _row_name(swap),
            f"{escape(who_gives(swap['gives'], names))} ({swap['kind']})",
            hours_given(swap["gives"]),
            f"{effect['travelling_gbp']:+.2f}",
            f"{sum(swap['gained_gbp'].values()):+.2f}",
            f"{effect['gbp']:+.2f}",
            f"{swap['so_far']['gbp']:+.2f}",
        )
    output.print(table)


def _print_changes(swaps: Sequence[Mapping[str, Any]]) -> None:
    table = _table("What each changes for people and carers", WHAT_IT_CHANGES)
    for swap in swaps:
        effect = swap["effect"]
        table.add_row(
            _row_name(swap),
            str(swap["people"]),
            other_carers(swap["continuity"]),
            f"{round(effect['travel_min']):+d}",
            f"{round(effect['miles']):+d}",
            f"{effect['visits_placed']:+g}",
            f"{round(effect['cost'] / 60):+d}",
            f"{round(swap['so_far']['cost'] / 60):+d}",
        )
    output.print(table)


def _table(title: str, columns: Sequence[str]) -> Table:
    table = Table(title=title)
    for name in columns:
        table.add_column(name, justify="left" if name == "who gives to whom" else "right")
    return table


def _row_name(swap: Mapping[str, Any]) -> str:
    return swap_name(swap) + (" ~" if swap["estimated"] else "")


def swap_name(swap: Mapping[str, Any]) -> str:
    """Give the numbers that a swap has in its comparison, which it keeps."""
    return "+".join(map(str, swap["made_of"]))


def print_sharing(sharing: Mapping[str, Any], names: Mapping[str, str]) -> None:
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
        table.add_row(
            escape(names.get(name, name)), f"{alone:.2f}", f"{gain:+.2f}", *(f"{share:.2f}" for share in paid)
        )
    output.print(table)
    for name, rule in rules.items():
        worse = [f"{names.get(provider, provider)} by {by:.2f}" for provider, by in rule["worse_off_by_gbp"].items()]
        worse += [
            f"{' and '.join(names.get(one, one) for one in row['pair'])} together by {row['by_gbp']:.2f}"
            for row in rule["pairs_worse_off"]
        ]
        chosen = " (used here)" if name == sharing["chosen_rule"] else ""
        said = "nobody is worse off than alone, no pair worse off than together"
        told = f"worse off are {escape(', '.join(worse))}" if worse else said
        said_so = verdict(rule, sharing["cost_error_gbp"])
        output.print(f"{name[0].upper()}{name[1:]}{chosen}: {told}; {said_so}.", soft_wrap=True)
    if sharing["some_group_loses_gbp"] > 0:
        output.print(
            f"By any rule some group of providers pays {sharing['some_group_loses_gbp']:.2f} or more than by itself.",
            soft_wrap=True,
        )
