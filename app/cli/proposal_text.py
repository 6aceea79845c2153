"""A version of a proposal as people read it: its swaps, why they stand so, who pays, impact, dates, who said what."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rich.markup import escape

from app.cli.program import output
from app.cli.swap_text import names_in, print_sharing, print_swaps
from app.services.comparison_used import used_in_words
from app.services.weigh_recompute import DROPPED, RECOMPUTED
from app.words import people
from solver.words import count

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


def print_proposal(found: Mapping[str, Any], waiting: int) -> None:
    """Print a version; `waiting` is how many of those who move have not been asked and agreed yet."""
    told = found["people"]
    output.print(
        f"{found['id']}: {escape(found['title'])}. {found['status']}, version {found['version']} "
        f"({escape(found['why'])}) by {escape(made_by(found))}, proposed by {escape(found['proposed_by'])}. "
        f"{told['moving']} of {people(told['of'])} {'moves' if told['moving'] == 1 else 'move'}.",
        soft_wrap=True,
    )
    if "comparison" in found:
        output.print(escape(used_in_words(found["comparison"])), soft_wrap=True)
    if found.get("weighed"):
        print_weighed(found["weighed"])
    for reason, many in found["left_out"].items():
        output.print(f"  not moved: {many} ({reason})")
    if waiting:
        output.print(
            f"  {waiting} of those who move {'is' if waiting == 1 else 'are'} still to be asked, before it can be "
            "adopted: rota proposals ask-list",
            soft_wrap=True,
        )
    print_swaps(found)
    print_sharing(found["sharing"], names_in(found))
    for heading, section in found["impact"].items():
        version = section.get("written_for", found["version"])
        mark = "" if version == found["version"] else f" (written for version {version})"
        output.print(f"{heading.capitalize()}{mark}: {escape(section['text'])}", soft_wrap=True)
    _print_people(found)
    _print_dates(found)
    _print_standing(found)


def print_weighed(told: Mapping[str, Any]) -> None:
    """Print a recomputed version beside one that only drops what was declined."""
    for name, title in ((DROPPED, "Dropping what is declined"), (RECOMPUTED, "Compared again")):
        row = told[name]
        output.print(
            f"{title}: {row['travel_min']:+.0f} minutes, £{row['travelling_gbp']:+.2f} on the road, "
            f"{row['visits_placed']:+g} visits, price {row['cost'] / 60:+.0f} against plan B; "
            f"{row['people']} people in {count(row['swaps'], 'swap')}{' (estimates)' if row['estimated'] else ''}",
            soft_wrap=True,
        )
    new, gone = (", ".join(map(str, told[name])) or "none" for name in ("swaps_new", "swaps_gone"))
    output.print(
        f"New: {people(told['people_new'])}, swaps {new}. Gone besides: {people(told['people_gone'])}, swaps {gone}. "
        f"Better by price: {'compared again' if told['better'] == RECOMPUTED else 'dropping'}.",
        soft_wrap=True,
    )


def print_choices(proposal: str, optimisation: str, better: str, declined: Sequence[int]) -> None:
    """Print how to make the next version either way, the better one first."""
    drop = (
        f"rota proposals revise {proposal} {' '.join(f'--without {number}' for number in declined)} --why WHY --by NAME"
    )
    choices = {
        DROPPED: f"To drop what is declined: {drop}" if declined else "To keep this version, leave it as it is.",
        RECOMPUTED: f"To take the new comparison: rota proposals revise {proposal} --optimisation {optimisation} "
        "--why WHY --by NAME",
    }
    for name in sorted(choices, key=lambda name: name != better):
        output.print(f"{choices[name]}{' (better)' if name == better else ''}", soft_wrap=True)


def made_by(found: Mapping[str, Any]) -> str:
    """Say who made a version, and whose act it follows from if it made itself."""
    cause = found.get("caused_by")
    return f"the service, after what {cause} took down" if cause else str(found["version_by"])


def _print_people(found: Mapping[str, Any]) -> None:
    """Print who moves and the facts about carers, or what is needed to see them."""
    tupe = found["tupe"]
    if "hidden" in tupe:
        output.print(tupe["hidden"], soft_wrap=True)
        return
    for move in found["moves"]:
        output.print(f"  swap {move['swap']}: {move['client']}, {move['giver']} → {move['receiver']}")
    output.print(tupe["note"], soft_wrap=True)
    for row in tupe["carers"]:
        output.print(f"  {row['carer']} of {row['provider']}: {row['share_pct']:g} % of hours to {row['receiver']}")


def _print_dates(found: Mapping[str, Any]) -> None:
    """Print waves, and who does what in the first 90 days."""
    adopted = "adopted" if any(step["status"] == "adopted" for step in found["steps"]) else "if adopted"
    output.print(f"Waves and actions, {adopted} on {found['dated_from']}:")
    for wave in found["transition"]:
        output.print(
            f"  wave {wave['wave']} on {wave['start']}: {people(wave['people'])}, notice by {wave['notice_by']}"
            f"{_judged(wave)}",
            soft_wrap=True,
        )
    for action in found["actions"]:
        output.print(f"  {action['on']}  {escape(action['what'])} ({escape(action['owner'])})", soft_wrap=True)


def _judged(wave: Mapping[str, Any]) -> str:
    """Say how a wave was judged last, and by whom; if it was not, whether it will be within the plan."""
    said = wave.get("judgements", ())
    if not said:
        return "" if wave.get("in_plan", True) else ", judged after these 90 days"
    return f", judged to {'go on' if said[-1]['go_on'] else 'stop'} by {escape(said[-1]['by'])}"


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
