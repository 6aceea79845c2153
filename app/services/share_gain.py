"""What each provider is left with when plan C is made, before and after the gain is shared.

The gain is what being on the road costs less, at equal hours: a provider's travelling in B, per contact hour, times its
hours after, less its travelling after. A coalition makes the ledger's swaps among its members and no other, so its gain
is a sum of swaps that anybody can add up again.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from solver.sharing import (
    Game,
    equal_profit,
    proportional,
    shapley,
    worse_off_than_alone,
    worse_off_than_together,
)

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from app.services.swap_ledger import Ledger, LedgerSwap
    from solver.sharing import Objection, Split

PENNY = 0.01
"""Pounds a day below which nobody is worse off."""

PLACES = 4
"""Decimals of what a swap gains, so that the pennies of many swaps add up."""

SECOND_GBP = 17.5 / 3600
"""What an equivalent paid second comes to (`solver.types.Weights`)."""

BEFORE = "before"
"""Stands for no rule at all: everybody keeps what it saves."""


EQUAL, AMONG_PAIRS = "equal profit", "equal profit, for pairs"
"""Where some group does better by itself whatever is agreed, the second heeds providers and pairs only: if any split
passes both tests, it does."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Gain:
    """The gain in pounds a day: each provider's before anything is shared, and each rule's split of the cost.

    `splits` has the rules with the simplest to check first.
    """

    own: Mapping[str, float]
    game: Game
    splits: Mapping[str, Split]

    @property
    def total(self) -> float:
        """Give the gain of all."""
        return sum(self.own.values())

    @property
    def rule(self) -> str:
        """Choose the rule to show first and to count by: the simplest that passes both tests, else the least unfair.

        Least unfair is whichever leaves the fewest providers worse off than alone, then the fewest pairs.
        """
        return min(self.splits, key=lambda rule: (len(self.worse_off(rule)), len(self.pairs_worse_off(rule))))

    def worse_off(self, rule: str) -> dict[str, float]:
        """Give the providers that a rule leaves worse off than in plan B, and by how many pounds a day.

        `BEFORE` asks without any sharing.
        """
        if rule == BEFORE:
            return {name: -gain for name, gain in sorted(self.own.items()) if gain < -PENNY}
        found = worse_off_than_alone(self.game, self.splits[rule])
        return {row.members[0]: row.by for row in sorted(found, key=lambda row: row.members) if row.by > PENNY}

    def pairs_worse_off(self, rule: str) -> list[Objection]:
        """List the pairs that would do better with each other alone than a rule lets them."""
        return [row for row in worse_off_than_together(self.game, self.splits[rule]) if row.by > PENNY]

    def margin(self, rule: str) -> float:
        """Give the least by which a provider alone, or a pair, would pay more than by a rule; below 0 a test fails."""
        share = self.splits[rule].share
        return min(
            (
                self.game.cost(coalition) - sum(share[name] for name in self.game.members(coalition))
                for coalition in self.game.coalitions(2)
            ),
            default=0.0,
        )

    def as_json(self) -> dict[str, Any]:
        """Show the rules side by side with their tests, the chosen one first."""
        rules = sorted(self.splits, key=lambda rule: rule != self.rule)
        return {
            "basis": self.game.basis,
            "cost_error_gbp": round(self.game.cost_error, 2),
            "gain_gbp_a_day": round(self.total, 2),
            "before_sharing": {name: round(gain, 2) for name, gain in sorted(self.own.items())},
            "worse_off_before_sharing": list(self.worse_off(BEFORE)),
            "alone_gbp_a_day": self._alone() if rules else {},
            "chosen_rule": self.rule if rules else "",
            "some_group_loses_gbp": round(self.splits[EQUAL].epsilon or 0.0, 2) if EQUAL in self.splits else 0.0,
            "rules": {rule: self._rule_json(rule) for rule in rules},
        }

    def _alone(self) -> dict[str, float]:
        return {
            name: round(cost, PLACES) for name, cost in zip(self.game.players, self.game.alone().tolist(), strict=True)
        }

    def _rule_json(self, rule: str) -> dict[str, Any]:
        split, alone, pairs = self.splits[rule], self.worse_off(rule), self.pairs_worse_off(rule)
        return {
            "method": split.method,
            "passes": not alone and not pairs,
            "margin_gbp": round(self.margin(rule), 2),
            "pays_gbp_a_day": {name: round(share, 2) for name, share in split.share.items()},
            "standard_error": {name: round(error, 2) for name, error in split.standard_error.items()},
            "worse_off": list(alone),
            "worse_off_by_gbp": {name: round(by, 2) for name, by in alone.items()},
            "pairs_worse_off": [
                {"pair": list(row.members), "by_gbp": round(row.by, 2), "sure": row.sure} for row in pairs
            ],
        }


def share_gain(ledger: Ledger) -> Gain:
    """Share the gain of a ledger by every rule."""
    alone = {name: before.travelling_gbp for name, before in ledger.before.items()}
    return shared(alone, [gained(ledger, row) for row in ledger.swaps], error_gbp=ledger.noise * SECOND_GBP)


def gained(ledger: Ledger, row: LedgerSwap) -> dict[str, float]:
    """Give what each provider gains by a swap at equal hours, in pounds a day: rounded as it is shown and summed."""
    return {
        name: round(before.travelling_gbp / (before.contact_s or 1) * effect.contact_s - effect.travelling_gbp, PLACES)
        for name, effect in sorted(row.effects.items())
        for before in [ledger.before[name]]
    }


def shared(alone: Mapping[str, float], swaps: Sequence[Mapping[str, float]], *, error_gbp: float) -> Gain:
    """Share what swaps gain by every rule: from what each pays alone, and what each gains by each of its swaps.

    Who pays nothing alone takes no part; what it gains or loses is its partners'.
    """
    paying = {name: round(cost, PLACES) for name, cost in alone.items() if cost > 0}
    own = dict.fromkeys(paying, 0.0)
    for swap in swaps:
        for name, gain in swap.items():
            own[name] = own.get(name, 0.0) + gain
    by_swap = [(frozenset(swap) & paying.keys(), sum(swap.values())) for swap in swaps]

    def cost_of(members: frozenset[str]) -> float:
        return sum(paying[name] for name in members) - sum(gain for among, gain in by_swap if among <= members)

    if not paying:
        return Gain(own=own, game=Game(players=("nobody",), cost_of=lambda _: 0.0), splits={})
    game = Game(
        players=tuple(sorted(paying)),
        cost_of=cost_of,
        basis="in pounds a day of travelling at equal hours: alone as in B, together less the swaps among the members",
        cost_error=error_gbp,
    )
    return Gain(own=own, game=game, splits=splits_of(game))


def gain_in(content: Mapping[str, Any]) -> Gain:
    """Share the gain of a proposal's version again from what it says, to the penny."""
    sharing, swaps = content["sharing"], content["swaps"]
    alone, error_gbp = sharing["alone_gbp_a_day"], sharing["cost_error_gbp"]
    return shared(alone, [swap["gained_gbp"] for swap in swaps], error_gbp=error_gbp)


def splits_of(game: Game) -> dict[str, Split]:
    """Share a game's cost by every rule, the simplest to check first."""
    splits = {"proportional": proportional(game), EQUAL: equal_profit(game)}
    if splits[EQUAL].epsilon:
        splits[AMONG_PAIRS] = equal_profit(game, most_members=2)
    splits["Shapley"] = shapley(game)
    return splits
