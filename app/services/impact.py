"""The impact assessment of a proposal: the six headings of Scottish procurement guidance, with figures and a text.

The guidance: a decision about continuing a service weighs what a change of provider means for people, continuity,
quality, cost, the market and the workforce. The text is a beginning that people rewrite; the figures stay.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import TYPE_CHECKING, Any

from app.services.swap_words import verdict
from app.words import enough, people
from solver.words import count

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from app.dataset import Dataset
    from app.db.proposals import MoveRow
    from app.services.tupe import Exposure

HEADINGS = ("people", "continuity", "quality", "cost", "market", "workforce")


def impact(
    dataset: Dataset, content: Mapping[str, Any], moves: Sequence[MoveRow], exposed: Sequence[Exposure]
) -> dict[str, dict[str, Any]]:
    """Assess a version of a proposal under each heading."""
    made = {
        "people": _people(dataset, content, moves),
        "continuity": _continuity(content),
        "quality": _quality(content),
        "cost": _cost(content),
        "market": _market(dataset, moves),
        "workforce": _workforce(content, exposed),
    }
    return {heading: {"figures": figures, "text": text} for heading, (figures, text) in made.items()}


Assessed = tuple[dict[str, Any], str]


def _people(dataset: Dataset, content: Mapping[str, Any], moves: Sequence[MoveRow]) -> Assessed:
    locality = {client.client_id: client.locality for client in dataset.clients}
    by_place = Counter(locality.get(move.client_id, "elsewhere") for move in moves)
    told = content["people"]
    figures = {
        "moving": told["moving"],
        "of": told["of"],
        "pct": told["pct"],
        "budget_pct": told["budget_pct"],
        "by_locality": {place: enough(moving) for place, moving in sorted(by_place.items())},
        "not_moved": content["left_out"],
    }
    text = (
        f"{told['moving']} of {people(told['of'])} ({told['pct']:g} %) would change provider, at most "
        f"{told['budget_pct']:g} % may. Nobody whose choice of provider is their own by law is among them, and "
        "nobody will move before being asked and agreeing."
    )
    return figures, text


def _continuity(content: Mapping[str, Any]) -> Assessed:
    figures = {name: max(0, count) for name, count in content["continuity"].items()}
    figures["introductions"] = sum(wave["introductions"] for wave in content["transition"])
    text = (
        f"Against today's contracts at their best, on the day that was planned, {people(figures['all_carers'])} would "
        f"see only new carers, {figures['main_carer']} would lose the main carer and {figures['one_of_many']} would "
        "see another among several, each counted once: those who move, and those whose own provider plans its runs "
        f"anew{' (an estimate, as some swaps are)' if content['estimated'] else ''}. "
        f"Before anything changes, {count(figures['introductions'], 'introduction')} will have been made."
    )
    return figures, text


def _quality(content: Mapping[str, Any]) -> Assessed:
    total = content["totals"]
    figures = {"visits_placed": total["visits_placed"], "travel_min": total["travel_min"]}
    text = (
        f"Visits placed on the day: {total['visits_placed']:+d}. Travel between visits: {total['travel_min']:+.0f} "
        "minutes, which leaves carers less hurried. A wave is stopped if more visits are left out than before."
    )
    return figures, text


def _cost(content: Mapping[str, Any]) -> Assessed:
    total = content["totals"]
    figures = {name: total[name] for name in ("travelling_gbp", "gbp", "miles")}
    text = (
        f"Being on the road would cost {abs(total['travelling_gbp']):.2f} pounds a day "
        f"{'less' if total['travelling_gbp'] <= 0 else 'more'} ({total['miles']:+.0f} miles). All costs change by "
        f"{total['gbp']:+.2f} pounds: paid waiting is in that, and does not fall by itself when travel does. "
        + _shared(content)
    )
    return figures, text


def _shared(content: Mapping[str, Any]) -> str:
    """Say whom the chosen rule of sharing leaves worse off, and whether that is more than the error."""
    sharing, names = content["sharing"], {row["provider"]: row["name"] for row in content["providers"]}
    rule = sharing["chosen_rule"]
    if not rule:
        return "There is nothing to share."
    worse = sharing["rules"][rule]["worse_off_by_gbp"]
    told = ", ".join(f"{names.get(name, name)} by {by:.2f}" for name, by in worse.items())
    before = count(len(sharing["worse_off_before_sharing"]), "provider")
    return (
        f"{before} would be worse off than today before anything is shared; shared by the rule "
        f"“{rule}” {'nobody is' if not worse else f'so are {told} pounds a day'}. Its tests: "
        f"{verdict(sharing['rules'][rule], sharing['cost_error_gbp'])}."
    )


def _market(dataset: Dataset, moves: Sequence[MoveRow]) -> Assessed:
    locality = {client.client_id: client.locality for client in dataset.clients}
    today = {row.client_id: row.provider_id for row in dataset.allocation}
    after = today | {move.client_id: move.receiver for move in moves}
    figures = {
        place: {
            "providers_before": len(was),
            "providers_after": len(now),
            "concentration_before": _hhi(was),
            "concentration_after": _hhi(now),
        }
        for place, was, now in (
            (place, _held(today, locality, place), _held(after, locality, place))
            for place in sorted({*locality.values()})
        )
    }
    alone = sorted(place for place, row in figures.items() if row["providers_after"] < 2)
    text = (
        f"People in {', '.join(alone)} would have one provider to choose from: say why, or keep a second one."
        if alone
        else "Everywhere people keep at least two providers to choose from."
    )
    return {"localities": figures, "one_provider_only": alone}, text


def _workforce(content: Mapping[str, Any], exposed: Sequence[Exposure]) -> Assessed:
    flags = Counter(row.flag_pct for row in exposed)
    half = len({row.carer for row in exposed if row.flag_pct >= 50})
    figures = {
        "carers_half_or_more_to_one_receiver": half,
        "carers_three_quarters_or_more": flags[75],
        "hours_by_provider": {row["provider"]: [row["held_hours"], row["after_hours"]] for row in content["providers"]},
    }
    text = (
        f"{count(half, 'carer')} spent half or more of their recorded hours with "
        "people who would go to one other provider. That is a fact for advice, not a conclusion about employment."
    )
    return figures, text


def _held(provider_of: Mapping[str, str], locality: Mapping[str, str], place: str) -> Counter[str]:
    held: dict[str, Counter[str]] = defaultdict(Counter)
    for client, provider in provider_of.items():
        held[locality.get(client, "")][provider] += 1
    return held[place]


def _hhi(held: Mapping[str, int]) -> int:
    """Give the Herfindahl-Hirschman index of people by provider: 10,000 is one provider."""
    total = sum(held.values())
    return round(sum((100 * count / total) ** 2 for count in held.values())) if total else 0
