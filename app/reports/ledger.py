"""The swap ledger and the sharing of its gain as JSON: figures and providers, but never who moves."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from app.reports.metrics import METRES_PER_MILE
from app.services.carer_changes import Continuity
from app.services.share_gain import BEFORE, gained
from app.services.swap_order import SAFE
from app.services.swap_words import gives

if TYPE_CHECKING:
    from collections.abc import Mapping

    from app.services.share_gain import Gain
    from app.services.swap_ledger import Effect, Ledger, LedgerSwap


def ledger_json(ledger: Ledger, gain: Gain) -> dict[str, Any]:
    """Flatten a ledger: swaps in order with the sum so far, the residual, and the gain by every rule."""
    return {
        "swaps": [{**swap_json(row), "gained_gbp": gained(ledger, row)} for row in ledger.swaps],
        "safe": SAFE,
        "residual": effect_json(ledger.residual),
        "continuity": asdict(ledger.continuity),
        "noise": round(ledger.noise),
        "more_visits": ledger.more_visits,
        "bounds": {name: dict(getattr(ledger.bounds, name)) for name in ("held_s", "floor_s", "ceiling_s")},
        "providers": {
            name: {"before": effect_json(before), "after": effect_json(ledger.after[name])}
            for name, before in sorted(ledger.before.items())
        },
        "sharing": gain.as_json(),
    }


def plan_fields(ledger: Ledger, gain: Gain, floors: Mapping[str, float], held: Mapping[str, float]) -> dict[str, Any]:
    """Give what plan C adds to its figures: floors, who is worse off, and what the swaps leave unexplained.

    `floors` and `held` are contact hours by provider.
    """
    residual = ledger.residual
    continuity = ledger.continuity - sum((row.continuity for row in ledger.swaps), Continuity())
    return {
        "providers_below_floor": sum(held.get(name, 0.0) < floor for name, floor in floors.items()),
        "providers_worse_off": len(gain.worse_off(gain.rule)) if gain.splits else 0,
        "providers_worse_off_before_sharing": len(gain.worse_off(BEFORE)),
        "sharing_rule": gain.rule if gain.splits else "",
        "ledger_swaps": len(ledger.swaps),
        "ledger_residual": round(
            abs(residual.travel_s)
            + abs(residual.metres)
            + abs(residual.visits)
            + abs(residual.cost)
            + sum(abs(people) for people in asdict(continuity).values()),
            3,
        ),
    }


def swap_json(row: LedgerSwap) -> dict[str, Any]:
    """Show one swap: hours given and taken, what it does in all and to each provider."""
    return {
        "number": row.number,
        "kind": row.swap.kind,
        "providers": list(row.swap.providers),
        "people": len(row.swap.moves),
        "given_hours": {
            name: round(sum(move.hours_s for move in row.swap.moves if move.giver == name) / 3600, 2)
            for name in row.swap.providers
        },
        "gives": gives(row.swap),
        "change_hours": {name: round(seconds / 3600, 2) for name, seconds in sorted(row.swap.change_s.items())},
        "effect": effect_json(row.effect),
        "effects": {name: effect_json(effect) for name, effect in sorted(row.effects.items())},
        "continuity": asdict(row.continuity),
        "so_far": effect_json(row.so_far),
        "why_here": row.why_here,
        "held_hours": {name: round(seconds / 3600, 2) for name, seconds in sorted(row.held_s.items())},
        "below_floor": list(row.below_floor),
    }


def effect_json(effect: Effect) -> dict[str, Any]:
    """Round an effect for people: minutes, miles, hours and pounds a day."""
    return {
        "travel_min": round(effect.travel_s / 60, 1),
        "miles": round(effect.metres / METRES_PER_MILE, 1),
        "contact_hours": round(effect.contact_s / 3600, 2),
        "visits_placed": effect.visits,
        "travelling_gbp": round(effect.travelling_gbp, 2),
        "gbp": round(effect.gbp, 2),
        "cost": round(effect.cost, 1),
    }
