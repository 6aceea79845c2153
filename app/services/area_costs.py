"""What the latest plan of an area costs, whole for those at the machine and without small counts for all others."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from app.db.plans import load_plan
from app.db.rotas import plan_to_read
from app.services.plan_costs import plan_costs
from app.words import FEWEST_PEOPLE, enough

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sqlalchemy.orm import Session

    from app.services.open_area import OpenArea
    from app.services.plan_costs import CostsAsked


def area_costs(
    session: Session, area: OpenArea, letter: str | None, zone_of: Mapping[str, str], asked: CostsAsked
) -> dict[str, Any]:
    """Price the latest plan with a letter, by default B. Raises RotaNotFound, RatesUnreadable."""
    row = plan_to_read(session, area.dataset.area, area.dataset.day, letter)
    found = plan_costs(area, load_plan(session, row.id), zone_of, asked)
    return {"plan": row.letter, "planned_at": row.stored_at.isoformat(timespec="seconds"), **found}


def without_small_counts(found: Mapping[str, Any]) -> dict[str, Any]:
    """Leave out carers one by one, and zones and providers in zones where fewer than five people are served.

    Where only one of several would be left out, so is the smallest of the others: it would follow from the sum.
    """
    zones = {(row["provider"], row["zone"]): row["people"] for row in found["zones"]}
    totals = {("", name): row["people"] for name, row in found["by_zone"].items()}
    left_out, zones_left_out = _hidden(zones, (0, 1)), _hidden(totals, (0,))
    below = found["carers_below_minimum_wage"]
    shown = {
        "zones": [row for row in found["zones"] if (row["provider"], row["zone"]) not in left_out],
        "by_zone": {name: row for name, row in found["by_zone"].items() if ("", name) not in zones_left_out},
        "carers_below_minimum_wage": enough(below) if below else 0,
    }
    return {name: value for name, value in found.items() if name != "wage_headroom_gbp_h"} | shown


def _hidden(people: Mapping[tuple[str, str], int], margins: Sequence[int]) -> set[tuple[str, str]]:
    """Choose cells of a table to leave out; `margins` are the parts of their keys over which sums are told."""
    hidden = {cell for cell, count in people.items() if count < FEWEST_PEOPLE}
    while True:
        more = set()
        for margin in margins:
            for told in {cell[margin] for cell in hidden}:
                group = [cell for cell in people if cell[margin] == told]
                shown = [cell for cell in group if cell not in hidden]
                if len(group) - len(shown) == 1 and shown:
                    more.add(min(shown, key=lambda cell: (people[cell], cell)))
        if not more:
            return hidden
        hidden |= more
