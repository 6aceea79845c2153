"""Which comparison something was taken from: when it was made, and around what."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

    from app.db.optimisations import Optimisation


def used(row: Optimisation) -> dict[str, Any]:
    """Say which comparison it is, when it was done, and what it was held to beyond what people and the law say."""
    asked = row.request
    return {
        "optimisation": str(row.id),
        "finished_at": row.finished_at.isoformat() if row.finished_at else None,
        "day": asked.get("day"),
        "move_budget_pct": asked.get("move_budget_pct"),
        "around_proposal": asked.get("proposal"),
        "if_willing": bool(asked.get("if_willing")),
        "own_terms": sorted(asked.get("terms") or ()),
        "closures": list(asked.get("closures") or ()),
        "conditions": list(asked.get("conditions") or ()),
    }


def used_in_words(told: Mapping[str, Any]) -> str:
    """Say so in one line."""
    held = [
        *([f"at most {told['move_budget_pct']:g} % moving"] if told["move_budget_pct"] is not None else ()),
        *([f"around what is declined in proposal {told['around_proposal']}"] if told["around_proposal"] else ()),
        *(["people without a record counted as willing"] if told["if_willing"] else ()),
        *([f"terms of {', '.join(told['own_terms'])}"] if told["own_terms"] else ()),
        *told["closures"],
        *told["conditions"],
    ]
    of_day = f" for {told['day']}" if told["day"] else ""
    at = f", done {told['finished_at'][:16].replace('T', ' ')} UTC" if told["finished_at"] else ""
    return f"Comparison {told['optimisation']}{of_day}{at}: {'; '.join(held) or 'no constraints'}."
