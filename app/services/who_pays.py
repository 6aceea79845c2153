"""Fair to whom: what another benchmark of pay costs each provider, and what one price for all would leave it with.

Facts for a table that an alliance looks at together; who should bear what is for the alliance to say.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from app.services.cost_model import added, costs_by

if TYPE_CHECKING:
    from collections.abc import Sequence

    from app.services.cost_model import CostLine, Costs


@dataclass(frozen=True, slots=True, kw_only=True)
class Burden:
    """One provider's position, in pounds a contact hour: what care costs, what it would, and its share of one price.

    `left_by_one_price` is what a provider keeps of the area's mean cost, below zero where that does not cover its own;
    `left_by_minimum_price` the same of the published minimum price.
    """

    provider: str
    contact_h: float
    cost: float
    changed: float
    left_by_one_price: float
    left_by_minimum_price: float

    @property
    def rise(self) -> float:
        """Give what the change adds to a contact hour: whoever does not pay for it leaves it to the provider."""
        return self.changed - self.cost


def burdens(before: Sequence[CostLine], after: Sequence[CostLine], *, minimum_price: float) -> list[Burden]:
    """Compare the same work at two sets of rates, provider by provider, the least covered first."""
    was, now = (costs_by(lines, lambda line: line.provider) for lines in (before, after))
    price = _unit(added(after))
    found = [
        Burden(
            provider=provider,
            contact_h=costs.contact_h,
            cost=_unit(was[provider]),
            changed=_unit(costs),
            left_by_one_price=price - _unit(costs),
            left_by_minimum_price=minimum_price - _unit(costs),
        )
        for provider, costs in now.items()
        if costs.contact_h
    ]
    return sorted(found, key=lambda burden: (burden.left_by_one_price, burden.provider))


def _unit(costs: Costs) -> float:
    return costs.per_contact_h or 0.0
