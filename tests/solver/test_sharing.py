"""Tests of `solver.sharing`: textbook games exactly, and what each rule promises on games drawn at random."""

from __future__ import annotations

from itertools import combinations, permutations
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from solver.sharing import (
    MOST_EXACT,
    Game,
    equal_profit,
    game_of,
    proportional,
    shapley,
    worse_off,
    worse_off_than_alone,
    worse_off_than_together,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

NAMES = tuple("ABCDEFGHIJKLMNOPQRSTUVWXYZ")


def a_game(n: int, cost_of: Callable[[frozenset[str]], float]) -> Game:
    """Make a game of the first letters."""
    return Game(players=NAMES[:n], cost_of=cost_of)


def airport(runways: Mapping[str, float]) -> Game:
    """Make the airport game: a runway as long as the longest aircraft needs serves all (Littlechild and Owen 1973)."""
    return Game(players=tuple(runways), cost_of=lambda group: max(runways[player] for player in group))


@st.composite
def games(draw: st.DrawFn, most: int = 5) -> Game:
    """Draw any game of two to five players with whole positive costs."""
    n = draw(st.integers(2, most))
    groups = [frozenset(group) for size in range(1, n + 1) for group in combinations(NAMES[:n], size)]
    costs = draw(st.lists(st.integers(1, 60), min_size=len(groups), max_size=len(groups)))
    return game_of({group: float(cost) for group, cost in zip(groups, costs, strict=True)})


def by_orders(game: Game) -> dict[str, float]:
    """Work Shapley's value out from its definition: the mean over all orders of joining."""
    total = dict.fromkeys(game.players, 0.0)
    orders = list(permutations(range(len(game.players))))
    for order in orders:
        group = 0
        for number in order:
            total[game.players[number]] += game.cost(group | 1 << number) - game.cost(group)
            group |= 1 << number
    return {player: value / len(orders) for player, value in total.items()}


def test_shapley_of_the_glove_game() -> None:
    """One left and two right gloves, a pair is worth 1: the left glove gets 2/3, each right one 1/6."""
    worth = a_game(3, lambda group: -1.0 if "A" in group and len(group) > 1 else 0.0)
    assert shapley(worth).share == pytest.approx({"A": -2 / 3, "B": -1 / 6, "C": -1 / 6})


def test_shapley_of_the_airport_game() -> None:
    """Each piece of runway is paid in equal parts by those who need it."""
    share = shapley(airport({"A": 8.0, "B": 11.0, "C": 13.0, "D": 18.0})).share
    assert share == pytest.approx({"A": 2.0, "B": 3.0, "C": 4.0, "D": 9.0})


def test_shapley_of_a_weighted_majority() -> None:
    """Votes of 4, 2, 1 and 1 with five to pass: the power of the first is 3/4, of each other 1/12."""
    votes = {"A": 4, "B": 2, "C": 1, "D": 1}
    share = shapley(a_game(4, lambda group: -1.0 if sum(votes[player] for player in group) >= 5 else 0.0)).share
    assert share == pytest.approx({"A": -3 / 4, "B": -1 / 12, "C": -1 / 12, "D": -1 / 12})


def test_the_core_of_a_simple_majority_is_empty() -> None:
    """Of three, any two save 6 of 24: the least by which pairs must pay too much is 2, and all pay alike."""
    game = a_game(3, lambda group: {1: 8.0, 2: 10.0, 3: 18.0}[len(group)])
    split = equal_profit(game)
    assert split.epsilon == pytest.approx(2.0)
    assert split.share == pytest.approx({"A": 6.0, "B": 6.0, "C": 6.0})
    assert len(worse_off_than_together(game, split)) == 3


def test_equal_profit_is_equal_where_the_core_allows() -> None:
    """Two who save 20 of 100 both save 20 %."""
    game = game_of({frozenset("A"): 70.0, frozenset("B"): 30.0, frozenset("AB"): 80.0})
    split = equal_profit(game)
    assert split.epsilon == 0
    assert split.share == pytest.approx({"A": 56.0, "B": 24.0}, abs=1e-4)


def test_equal_profit_gives_way_to_the_core() -> None:
    """A third who brings nothing saves nothing, though equal percentages would give it something."""
    game = a_game(3, lambda group: 10.0 * len(group) - (5.0 if {"A", "B"} <= group else 0.0))
    assert equal_profit(game).share == pytest.approx({"A": 7.5, "B": 7.5, "C": 10.0}, abs=1e-4)
    assert worse_off_than_together(game, proportional(game))[0].members == ("A", "B")


@settings(max_examples=30, deadline=None)
@given(game=games(4))
def test_shapley_is_the_mean_over_all_orders(game: Game) -> None:
    """The formula by coalitions agrees with the definition by orders."""
    assert shapley(game).share == pytest.approx(by_orders(game))


@settings(max_examples=30, deadline=None)
@given(game=games())
def test_every_rule_shares_the_whole_cost(game: Game) -> None:
    """Shares sum to what all cost together."""
    for split in (shapley(game), equal_profit(game), proportional(game)):
        assert sum(split.share.values()) == pytest.approx(game.cost(game.whole))


@settings(max_examples=30, deadline=None)
@given(game=games(), other=games())
def test_shapley_adds_up(game: Game, other: Game) -> None:
    """The value of two games played together is the sum of their values."""
    players = tuple(sorted(set(game.players) & set(other.players)))

    def cut(part: Game) -> Game:
        return Game(players=players, cost_of=part.cost_of)

    both = Game(players=players, cost_of=lambda group: game.cost_of(group) + other.cost_of(group))
    one, two = shapley(cut(game)).share, shapley(cut(other)).share
    assert shapley(both).share == pytest.approx({player: one[player] + two[player] for player in players})


@settings(max_examples=30, deadline=None)
@given(game=games(4), own=st.integers(1, 40))
def test_a_dummy_pays_what_it_costs_alone(game: Game, own: int) -> None:
    """Whoever always adds the same cost pays exactly that: under Shapley always, under equal profit within a core."""

    def cost(group: frozenset[str]) -> float:
        return (
            game.cost_of(group - {"Z"})
            if "Z" not in group
            else own + (game.cost_of(group - {"Z"}) if len(group) > 1 else 0)
        )

    larger = Game(players=(*game.players, "Z"), cost_of=cost)
    assert shapley(larger).share["Z"] == pytest.approx(own)
    split = equal_profit(larger)
    if split.epsilon == 0:
        assert split.share["Z"] == pytest.approx(own, abs=1e-3)


@settings(max_examples=30, deadline=None)
@given(game=games(4))
def test_those_who_bring_the_same_pay_the_same(game: Game) -> None:
    """Two players who can stand in for each other everywhere pay alike under Shapley and equal profit."""

    def cost(group: frozenset[str]) -> float:
        twins = len(group & {"Y", "Z"})
        rest = group - {"Y", "Z"}
        return twins * 7.0 + (game.cost_of(rest) if rest else 0.0) - (2.0 if twins and rest else 0.0)

    larger = Game(players=(*game.players, "Y", "Z"), cost_of=cost)
    for split in (shapley(larger), equal_profit(larger)):
        assert split.share["Y"] == pytest.approx(split.share["Z"], abs=1e-6)


@settings(max_examples=40, deadline=None)
@given(game=games())
def test_equal_profit_is_in_the_core_or_as_near_as_can_be(game: Game) -> None:
    """No coalition objects where the core is not empty; else none by more than epsilon, and epsilon is needed."""
    split = equal_profit(game)
    assert split.epsilon is not None
    worst = max((found.by for found in worse_off(game, split, most_members=len(game.players))), default=0.0)
    assert worst <= split.epsilon + 1e-3
    if split.epsilon:
        assert worst >= split.epsilon - 1e-3


@settings(max_examples=20, deadline=None)
@given(needs=st.lists(st.integers(1, 50), min_size=2, max_size=6))
def test_a_game_whose_costs_shrink_with_company_has_a_core(needs: list[int]) -> None:
    """An airport's core is never empty, Shapley's value lies in it, and so does equal profit."""
    game = airport(dict(zip(NAMES, map(float, needs), strict=False)))
    assert equal_profit(game).epsilon == 0
    for split in (shapley(game), equal_profit(game)):
        assert worse_off(game, split, most_members=len(needs)) == []


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_sampled_values_lie_within_their_stated_error(seed: int) -> None:
    """With fifteen players the airport game's known value is within four standard errors, for each player."""
    runways = {name: float(3 + 2 * number) for number, name in enumerate(NAMES[:15])}
    split = shapley(airport(runways), orders=3_000, seed=seed)
    assert split.orders == 3_000
    lengths, paid, known = [0.0, *runways.values()], 0.0, {}
    for number, name in enumerate(runways):
        paid += (lengths[number + 1] - lengths[number]) / (len(runways) - number)
        known[name] = paid
    for name, value in known.items():
        assert abs(split.share[name] - value) <= 4 * split.standard_error[name] + 1e-9
        assert split.standard_error[name] < 0.1 * value
    assert sum(split.share.values()) == pytest.approx(max(lengths))


def test_the_same_seed_samples_the_same() -> None:
    """Nothing but the seed decides; another gives another answer."""
    game = airport({name: float(number * number + 1) for number, name in enumerate(NAMES[: MOST_EXACT + 1])})
    first, again, other = (shapley(game, orders=50, seed=seed) for seed in (4, 4, 5))
    assert first == again
    assert first != other


def test_a_coalition_is_costed_once() -> None:
    """A dear cost function, such as a roster, is asked once for each coalition, whatever is computed."""
    asked: list[frozenset[str]] = []

    def cost(group: frozenset[str]) -> float:
        asked.append(group)
        return 10.0 * len(group) ** 0.5

    game = a_game(4, cost)
    for split in (shapley(game), equal_profit(game), proportional(game)):
        worse_off_than_together(game, split)
    assert len(asked) == len(set(asked)) == 15


def test_who_is_worse_off_and_whether_it_is_sure() -> None:
    """A loss within the error of the costs is reported as not sure; pairs and single providers are told apart."""
    costs = {"A": 10.0, "B": 10.0, "C": 40.0, "AB": 12.0, "AC": 48.0, "BC": 48.0, "ABC": 54.0}
    game = game_of({frozenset(group): cost for group, cost in costs.items()}, cost_error=1.0)
    split = proportional(game, {"A": 10.4, "B": 2.0, "C": 41.6})
    alone, (together, *_) = worse_off_than_alone(game, split), worse_off_than_together(game, split)
    assert [(found.members, found.sure) for found in alone] == [(("C",), True), (("A",), False)]
    assert [found.by for found in alone] == pytest.approx([1.6, 0.4])
    assert together.members == ("A", "C")
    assert together.by == pytest.approx(4.0)


def test_hours_are_weights() -> None:
    """Costs shared by hours follow hours, whatever each would pay alone."""
    game = airport({"A": 10.0, "B": 20.0})
    assert proportional(game, {"A": 3.0, "B": 1.0}).share == pytest.approx({"A": 15.0, "B": 5.0})


def test_many_players_are_judged_by_pairs() -> None:
    """Fifteen players have 32,767 coalitions; equal profit says that it judged those of two."""
    game = airport({name: float(5 + number) for number, name in enumerate(NAMES[:15])})
    split = equal_profit(game)
    assert (split.judged, split.epsilon) == (2, 0.0)
    assert worse_off_than_together(game, split) == []


def test_one_player_pays_all() -> None:
    """A provider by itself has nothing to share."""
    game = airport({"A": 12.0})
    for split in (shapley(game), equal_profit(game), proportional(game)):
        assert split.share == pytest.approx({"A": 12.0})


def test_nonsense_is_refused() -> None:
    """No players, a player twice, weights below nothing, or a share of nothing saved."""
    with pytest.raises(ValueError, match="needs players"):
        Game(players=(), cost_of=len)
    with pytest.raises(ValueError, match="needs players"):
        Game(players=("A", "A"), cost_of=len)
    with pytest.raises(ValueError, match="negative"):
        proportional(airport({"A": 1.0, "B": 2.0}), {"A": -1.0, "B": 2.0})
    with pytest.raises(ValueError, match="above 0"):
        equal_profit(airport({"A": 0.0, "B": 2.0}))
