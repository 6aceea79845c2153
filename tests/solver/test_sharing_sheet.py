"""Tests of `solver.sharing_sheet`: each figure is worked out again from the rows alone."""

from __future__ import annotations

from collections import defaultdict

import pytest

from solver.sharing import Game, equal_profit, proportional, shapley
from solver.sharing_sheet import worksheet

NEEDS = {"Lorn": 30.0, "Mull": 50.0, "Bute": 80.0}
GAME = Game(players=tuple(NEEDS), cost_of=lambda group: max(NEEDS[name] for name in group), basis="as typed")


def test_shapley_follows_from_the_rows() -> None:
    """Weight times what is added, summed by player, is the share that the side-by-side sheet shows."""
    split = shapley(GAME)
    _, joining, shares = worksheet(GAME, [split])
    total: defaultdict[str, float] = defaultdict(float)
    weights: defaultdict[str, float] = defaultdict(float)
    for player, _, before, after, weight, term in joining.rows:
        assert term == pytest.approx(float(weight) * (float(after) - float(before)))
        total[str(player)] += float(term)
        weights[str(player)] += float(weight)
    assert {str(row[1]): row[3] for row in shares.rows} == pytest.approx(dict(total))
    assert list(weights.values()) == pytest.approx([1.0] * 3)


def test_the_coalitions_show_who_would_leave() -> None:
    """Costs, savings and what each split charges stand in one row; the last row is all of them."""
    split = proportional(GAME)
    coalitions, *_ = worksheet(GAME, [split, equal_profit(GAME)])
    assert coalitions.columns[:5] == ("Lorn", "Mull", "Bute", "cost", "saving")
    assert len(coalitions.rows) == 7
    assert coalitions.rows[-1] == (1, 1, 1, 80.0, 80.0, pytest.approx(80.0), pytest.approx(80.0))
    assert coalitions.rows[3][:6] == (1, 1, 0, 50.0, 30.0, pytest.approx(80 * 80 / 160))
    assert "as typed" in coalitions.how


def test_percentages_are_of_the_cost_alone() -> None:
    """In proportion to cost alone everybody saves half here."""
    *_, shares = worksheet(GAME, [proportional(GAME)])
    assert [row[5] for row in shares.rows] == pytest.approx([50.0, 50.0, 50.0])


def test_a_large_game_lists_pairs_only() -> None:
    """Fourteen players: no joining sheet of a hundred thousand rows, and coalitions of one, two and all."""
    names = tuple(f"P{number}" for number in range(14))
    game = Game(players=names, cost_of=lambda group: 5.0 + len(group))
    sheets = worksheet(game, [shapley(game, orders=20)])
    assert [sheet.name for sheet in sheets] == ["coalitions", "shares"]
    assert len(sheets[0].rows) == 14 + 91 + 1
