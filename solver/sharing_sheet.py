"""A worksheet for a split of costs: rows of plain numbers from which each share can be worked out again by hand."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from solver.sharing import MOST_EXACT, order_share

if TYPE_CHECKING:
    from collections.abc import Sequence

    from solver.sharing import Game, Split

Cell = str | float | int


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """One table; `how` says in a sentence how to get from its rows to the shares."""

    name: str
    how: str
    columns: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]


def worksheet(game: Game, splits: Sequence[Split]) -> tuple[Sheet, ...]:
    """Write down what coalitions cost, what each player adds to each, and every split side by side."""
    sheets = [coalition_sheet(game, splits)]
    if len(game.players) <= MOST_EXACT:
        sheets.append(joining_sheet(game))
    return (*sheets, share_sheet(game, splits))


def coalition_sheet(game: Game, splits: Sequence[Split]) -> Sheet:
    """List coalitions with their cost and what they would pay under each split: all to `MOST_EXACT` players, else up
    to pairs."""
    n = len(game.players)
    coalitions = [*game.coalitions(n if n <= MOST_EXACT else 2), game.whole]
    rows = []
    for coalition in dict.fromkeys(coalitions):
        members = game.members(coalition)
        paid = [sum(split.share[player] for player in members) for split in splits]
        apart = sum(game.cost(1 << number) for number in range(n) if coalition >> number & 1)
        flags = [int(player in members) for player in game.players]
        rows.append((*flags, game.cost(coalition), apart - game.cost(coalition), *paid))
    return Sheet(
        name="coalitions",
        how=f"Costs {game.basis}, each within {game.cost_error:g}. The saving is what the members pay alone less what "
        "they cost together. A split is in the core if no coalition pays more than its cost.",
        columns=(*game.players, "cost", "saving", *(f"pays, {split.method}" for split in splits)),
        rows=tuple(rows),
    )


def joining_sheet(game: Game) -> Sheet:
    """List what each player adds to the cost of each coalition of others, with its weight in Shapley's value."""
    n = len(game.players)
    rows = []
    for number, player in enumerate(game.players):
        for before in range(game.whole + 1):
            if before >> number & 1 == 0:
                weight = order_share(n, before.bit_count())
                cost, cost_with = game.cost(before), game.cost(before | 1 << number)
                rows.append(
                    (player, " + ".join(game.members(before)), cost, cost_with, weight, weight * (cost_with - cost))
                )
    return Sheet(
        name="joining",
        how="Shapley's value of a player is the sum of its terms: weight times (cost with it less cost before it).",
        columns=("player", "joins", "cost before", "cost with", "weight", "term"),
        rows=tuple(rows),
    )


def share_sheet(game: Game, splits: Sequence[Split]) -> Sheet:
    """Set the splits side by side: share, saving against alone, that saving in percent, and its standard error."""
    rows = []
    for split in splits:
        for number, player in enumerate(game.players):
            alone, share = game.cost(1 << number), split.share[player]
            error = split.standard_error.get(player, 0.0)
            rows.append((split.method, player, alone, share, alone - share, _percent(alone - share, alone), error))
    return Sheet(
        name="shares",
        how="The saving is the cost alone less the share; the shares of a method sum to what all cost together.",
        columns=("method", "player", "alone", "share", "saving", "saving %", "standard error"),
        rows=tuple(rows),
    )


def _percent(part: float, whole: float) -> float:
    return 100 * part / whole if whole else 0.0
