"""A version of a proposal as people read it: its swaps, why they stand so, who pays, impact, dates, who said what."""

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


def print_proposal(found: Mapping[str, Any], waiting: int) -> None:
    """Print a version; `waiting` is how many of those who move have not been asked and agreed yet."""
    people = found["people"]
    output.print(
        f"{found['id']}: {escape(found['title'])}. {found['status']}, version {found['version']} "
        f"({escape(found['why'])}) by {escape(made_by(found))}, proposed by {escape(found['proposed_by'])}. "
        f"{people['moving']} of {people['of']} people move.",
        soft_wrap=True,
    )
    for reason, count in found["left_out"].items():
        output.print(f"  not moved: {count} ({reason})")
    if waiting:
        output.print(
            f"  {waiting} of those who move are still to be asked, before it can be adopted: rota proposals ask-list"
        )
    print_swaps(found["swaps"], safe=found["safe"], proposal=found["id"])
    print_sharing(found["sharing"])
    for heading, section in found["impact"].items():
        output.print(f"{heading.capitalize()}: {escape(section['text'])}", soft_wrap=True)
    _print_dates(found)
    _print_standing(found)


def made_by(found: Mapping[str, Any]) -> str:
    """Say who made a version, and whose act it follows from if it made itself."""
    cause = found.get("caused_by")
    return f"the service, after what {cause} took down" if cause else str(found["version_by"])


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


def _print_dates(found: Mapping[str, Any]) -> None:
    """Print waves, and who does what in the first 90 days."""
    adopted = "adopted" if any(step["status"] == "adopted" for step in found["steps"]) else "if adopted"
    output.print(f"Waves and actions, {adopted} on {found['dated_from']}:")
    for wave in found["transition"]:
        output.print(
            f"  wave {wave['wave']} on {wave['start']}: {wave['people']} people, notice by {wave['notice_by']}"
        )
    for action in found["actions"]:
        output.print(f"  {action['on']}  {escape(action['what'])} ({escape(action['owner'])})", soft_wrap=True)


def _print_standing(found: Mapping[str, Any]) -> None:
    """Print who has endorsed, who declined what, and every comment."""
    stands = found["standing"]
    for word, names in (("Endorsed by", "endorsed"), ("Declined by", "declined"), ("Not a word yet from", "silent")):
        if stands[names]:
            output.print(f"{word} {', '.join(stands[names])}.")
    for said in found["votes"]:
        if said["swap"] is not None or said["comment"]:
            of = "all" if said["swap"] is None else f"swap {said['swap']}"
            output.print(f"  {said['provider']}, {said['choice']} {of}: {escape(said['comment'])}", soft_wrap=True)
