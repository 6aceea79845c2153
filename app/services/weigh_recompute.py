"""What comparing again buys: a version made from a new comparison, against one that only drops what was declined."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from app.services.proposal_content import by_number

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from app.db.proposals import MoveRow

TOLD = ("travel_min", "travelling_gbp", "visits_placed", "cost")
DROPPED, RECOMPUTED = "dropped", "recomputed"


def weigh(
    current: Sequence[MoveRow],
    dropped: tuple[Mapping[str, Any], Sequence[MoveRow]],
    recomputed: tuple[Mapping[str, Any], Sequence[MoveRow]],
    shift: Mapping[str, float],
) -> dict[str, Any]:
    """Compare two next versions, each with who moves; `better` is the cheaper, without a difference the dropped one.

    Both are told against the same plan B: by `shift` the recomputed version's own differs from it. New is what the
    `current` version does not have, gone what is lost besides what is dropped. Nobody is named.
    """
    own, then, now = _swaps(dropped[1]), _swaps(recomputed[1]), _swaps(current)
    told = {DROPPED: _figures(*dropped, {}), RECOMPUTED: _figures(*recomputed, shift)}
    people = {row.client_id for row in recomputed[1]}
    return {
        **told,
        "better": RECOMPUTED if told[RECOMPUTED]["cost"] < told[DROPPED]["cost"] else DROPPED,
        "people_new": len(people - {row.client_id for row in current}),
        "people_gone": len({row.client_id for row in dropped[1]} - people),
        "swaps_new": sorted(number for who, number in then.items() if who not in now),
        "swaps_gone": sorted(number for who, number in own.items() if who not in then),
    }


def level(result: Mapping[str, Any] | None) -> dict[str, float]:
    """Give what plan B of a comparison comes to, in what versions are told in; nothing where it has no such figures."""
    plan = ((result or {}).get("plans") or {}).get("B") or {}
    if not {"travel_min_per_visit", "visits_placed", "cost"} <= set(plan):
        return {}
    return {
        "travel_min": plan["travel_min_per_visit"] * plan["visits_placed"],
        "travelling_gbp": plan.get("travelling_gbp", 0.0),
        "visits_placed": plan["visits_placed"],
        "cost": plan["cost"],
    }


def has_new(weighed: Mapping[str, Any]) -> bool:
    """Tell whether anybody or any swap is new, which nobody has looked at yet."""
    return bool(weighed["people_new"] or weighed["swaps_new"])


def _figures(content: Mapping[str, Any], moves: Sequence[MoveRow], shift: Mapping[str, float]) -> dict[str, Any]:
    return {
        "people": len(moves),
        "swaps": len(content["swaps"]),
        "estimated": content["estimated"],
        **{name: round(content["totals"][name] + shift.get(name, 0.0), 2) for name in TOLD},
    }


def _swaps(moves: Sequence[MoveRow]) -> dict[frozenset[tuple[str, str]], int]:
    """Find the number of each swap by who goes where in it."""
    return {frozenset((row.client_id, row.receiver) for row in rows): n for n, rows in by_number(moves).items()}
