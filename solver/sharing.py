"""What cooperation saves, shared among those who cooperate: in proportion, by equal profit, or by Shapley's value.

Players are providers; the cost of a coalition is what its members would pay if they cooperated among themselves and
nobody else. Costs and shares are in one unit, whatever it is. Which rule is used is for the alliance to choose.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from itertools import combinations
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from numpy.typing import NDArray

MOST_EXACT = 12
"""Above so many players Shapley's value is sampled, and equal profit heeds single players and pairs only."""

TOLERANCE = 1e-7
"""Share of the whole cost that counts as nothing."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Game:
    """Players and what any coalition of them costs; the empty coalition costs nothing.

    `basis` says how costs were found ("re-rostered with 20,000 iterations"), `cost_error` by how much one may be wrong.
    `cost_of` is asked once for each coalition.
    """

    players: tuple[str, ...]
    cost_of: Callable[[frozenset[str]], float]
    basis: str = "as given"
    cost_error: float = 0.0
    _known: dict[int, float] = field(default_factory=lambda: {0: 0.0})

    def __post_init__(self) -> None:
        if not self.players or len(set(self.players)) < len(self.players):
            raise ValueError("a game needs players, each of them once")

    def cost(self, coalition: int) -> float:
        """Give the cost of a coalition, written as a sum of 2 to the power of each member's number."""
        if coalition not in self._known:
            self._known[coalition] = float(self.cost_of(frozenset(self.members(coalition))))
        return self._known[coalition]

    def members(self, coalition: int) -> tuple[str, ...]:
        """Name the members of a coalition in the order of players."""
        return tuple(player for number, player in enumerate(self.players) if coalition >> number & 1)

    @property
    def whole(self) -> int:
        """The coalition of all."""
        return (1 << len(self.players)) - 1

    @property
    def tolerance(self) -> float:
        """The cost that counts as nothing."""
        return TOLERANCE * max(abs(self.cost(self.whole)), 1e-9)

    def alone(self) -> NDArray[np.float64]:
        """Give what each player pays alone, float64 (n,)."""
        return np.array([self.cost(1 << number) for number in range(len(self.players))])

    def coalitions(self, most_members: int) -> list[int]:
        """List the coalitions of one to `most_members`, the whole left out, the smallest first."""
        sizes = range(1, min(most_members, len(self.players) - 1) + 1)
        return [
            sum(1 << number for number in group)
            for size in sizes
            for group in combinations(range(len(self.players)), size)
        ]


def game_of(costs: Mapping[frozenset[str], float], *, basis: str = "as given", cost_error: float = 0.0) -> Game:
    """Make a game from a table of coalitions. Raises KeyError, when it is asked for, for a coalition without a cost."""
    players = tuple(sorted(frozenset[str]().union(*costs)))
    return Game(players=players, cost_of=costs.__getitem__, basis=basis, cost_error=cost_error)


@dataclass(frozen=True, slots=True, kw_only=True)
class Split:
    """What each player pays under one rule; the shares sum to the cost of the whole.

    `standard_error` is that of sampling (empty if nothing was sampled, `orders` then 0). `epsilon` is by how much, at
    least, some coalition pays more than on its own under any split (0: the core is not empty; None: not asked), among
    coalitions of up to `judged` members.
    """

    method: str
    share: Mapping[str, float]
    standard_error: Mapping[str, float] = field(default_factory=dict)
    orders: int = 0
    epsilon: float | None = None
    judged: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Objection:
    """A coalition that pays `by` more than it would on its own; `sure` if that is beyond the error of its costs."""

    members: tuple[str, ...]
    by: float
    sure: bool


def proportional(game: Game, weights: Mapping[str, float] | None = None) -> Split:
    """Share the cost of the whole in proportion to `weights`, such as hours, else to what each pays alone.

    Raises ValueError for weights that are negative or sum to nothing.
    """
    alone = game.alone()
    given = alone if weights is None else np.array([weights[player] for player in game.players], dtype=np.float64)
    if given.min() < 0 or given.sum() <= 0:
        raise ValueError("weights must not be negative, and some must be positive")
    name = "proportional to cost alone" if weights is None else "proportional to weights"
    return Split(method=name, share=_named(game, game.cost(game.whole) * given / given.sum()))


def equal_profit(game: Game, *, most_members: int | None = None) -> Split:
    """Make the savings, relative to what each pays alone, as equal as possible within the core.

    Where the core is empty every coalition may be charged `epsilon` more than it costs, the least that is possible.
    Only coalitions of up to `most_members` are heeded; None: all, or pairs above `MOST_EXACT` players. Players who
    bring the same pay the same. Source: Frisk, Göthe-Lundgren, Jörnsten, Rönnqvist (2010), Cost allocation
    in collaborative forest transportation. Raises ValueError unless everybody pays something alone.
    """
    alone = game.alone()
    if alone.min() <= 0:
        raise ValueError("equal profit needs costs above 0 for everybody alone")
    n = len(game.players)
    judged = min(n, most_members or (n if n <= MOST_EXACT else 2))
    coalitions = game.coalitions(judged)
    within = np.array([[coalition >> number & 1 for number in range(n)] for coalition in coalitions]).reshape(-1, n)
    limits = np.array([game.cost(coalition) for coalition in coalitions])
    same = np.vstack([np.ones(n), *_sameness(game, judged)])
    sums = np.r_[game.cost(game.whole), np.zeros(len(same) - 1)]
    epsilon = _least_epsilon(within, limits, same, sums)
    if epsilon <= game.tolerance:
        epsilon = 0.0
    pairs = list(combinations(range(n), 2))
    spread = np.zeros((2 * len(pairs), n))
    for row, (one, other) in enumerate(pairs):
        spread[2 * row, [one, other]] = 1 / alone[one], -1 / alone[other]
        spread[2 * row + 1] = -spread[2 * row]
    share = _minimise(
        np.r_[np.zeros(n), 1.0],
        np.block([[within, np.zeros((len(within), 1))], [spread, -np.ones((len(spread), 1))]]),
        np.r_[limits + epsilon + game.tolerance, np.zeros(len(spread))],
        np.hstack([same, np.zeros((len(same), 1))]),
        sums,
    )[:n]
    return Split(method="equal profit", share=_named(game, share), epsilon=epsilon, judged=judged)


def shapley(game: Game, *, orders: int = 2_000, seed: int = 1) -> Split:
    """Let each player pay what it adds to the cost of those before it, on average over all orders of joining.

    Exact up to `MOST_EXACT` players. Above, `orders` random orders are drawn, each also in reverse, and the standard
    error is that of the mean over such pairs. Source: Shapley (1953); Castro, Gómez, Tejada (2009) for sampling.
    """
    n = len(game.players)
    if n <= MOST_EXACT:
        return Split(method="Shapley", share=_named(game, _exact_shapley(game)))
    rng = np.random.default_rng(seed)
    pairs = np.empty((max(orders // 2, 2), n))
    for row in range(len(pairs)):
        order = rng.permutation(n)
        pairs[row] = (_added(game, order) + _added(game, order[::-1])) / 2
    error = pairs.std(axis=0, ddof=1) / math.sqrt(len(pairs))
    return Split(
        method="Shapley, sampled",
        share=_named(game, pairs.mean(axis=0)),
        standard_error=_named(game, error),
        orders=2 * len(pairs),
    )


def worse_off(game: Game, split: Split, *, most_members: int) -> list[Objection]:
    """List the coalitions of up to `most_members` that pay more than on their own, the greatest loss first."""
    share = np.array([split.share[player] for player in game.players])
    found = []
    for coalition in game.coalitions(most_members):
        paid = sum(share[number] for number in range(len(share)) if coalition >> number & 1)
        by = float(paid) - game.cost(coalition)
        if by > 10 * game.tolerance:
            found.append(Objection(members=game.members(coalition), by=by, sure=by > game.cost_error))
    return sorted(found, key=lambda objection: (-objection.by, objection.members))


def worse_off_than_alone(game: Game, split: Split) -> list[Objection]:
    """Test that no provider is worse off than alone: list those that are."""
    return worse_off(game, split, most_members=1)


def worse_off_than_together(game: Game, split: Split) -> list[Objection]:
    """Test that no pair is worse off than together: list those that are."""
    return [found for found in worse_off(game, split, most_members=2) if len(found.members) == 2]


def _named(game: Game, values: Iterable[float]) -> dict[str, float]:
    return {player: float(value) for player, value in zip(game.players, values, strict=True)}


def _exact_shapley(game: Game) -> NDArray[np.float64]:
    """Weigh what each player adds to each coalition of others by the share of orders in which it meets it."""
    n = len(game.players)
    cost = np.array([game.cost(coalition) for coalition in range(1 << n)])
    sets = np.arange(1 << n)
    size = np.array([coalition.bit_count() for coalition in range(1 << n)])
    weight = np.array([order_share(n, before) for before in range(n)])
    share = np.empty(n)
    for number in range(n):
        without = sets[sets >> number & 1 == 0]
        share[number] = weight[size[without]] @ (cost[without | 1 << number] - cost[without])
    return share


def order_share(n_players: int, n_before: int) -> float:
    """Give the share of orders in which a player joins when a certain coalition of others has come just before."""
    return 1 / (n_players * math.comb(n_players - 1, n_before))


def _added(game: Game, order: NDArray[np.int64]) -> NDArray[np.float64]:
    """Give what each player adds to the cost when they join in an order."""
    added = np.empty(len(order))
    coalition, before = 0, 0.0
    for number in order.tolist():
        coalition |= 1 << number
        added[number] = game.cost(coalition) - before
        before = game.cost(coalition)
    return added


def _sameness(game: Game, judged: int) -> list[NDArray[np.float64]]:
    """Give an equation for each pair of players who can stand in for each other in every coalition judged."""
    equations = []
    n = len(game.players)
    known = set(game.coalitions(judged))
    for one, other in combinations(range(n), 2):
        swap = [(group | 1 << one, group | 1 << other) for group in known if not group >> one & 1 | group >> other & 1]
        swap = [(left, right) for left, right in [(1 << one, 1 << other), *swap] if left in known and right in known]
        if all(abs(game.cost(left) - game.cost(right)) <= game.tolerance for left, right in swap):
            row = np.zeros(n)
            row[[one, other]] = 1, -1
            equations.append(row)
    return equations


def _least_epsilon(
    within: NDArray[np.int64], limits: NDArray[np.float64], same: NDArray[np.float64], sums: NDArray[np.float64]
) -> float:
    """Find the least by which all coalitions must be allowed to pay more than they cost."""
    n = within.shape[1]
    found = _minimise(
        np.r_[np.zeros(n), 1.0],
        np.hstack([within, -np.ones((len(within), 1))]),
        limits,
        np.hstack([same, np.zeros((len(same), 1))]),
        sums,
    )
    return float(found[n])


def _minimise(
    price: NDArray[np.float64],
    at_most: NDArray[np.float64],
    limits: NDArray[np.float64],
    exactly: NDArray[np.float64],
    sums: NDArray[np.float64],
) -> NDArray[np.float64]:
    """Solve a linear programme whose last variable is not negative, the others free."""
    from ortools.linear_solver import pywraplp  # noqa: PLC0415 - only when a split is asked for

    solver = pywraplp.Solver.CreateSolver("GLOP")
    endless = solver.infinity()
    x = [solver.NumVar(-endless, endless, "") for _ in price[:-1]] + [solver.NumVar(0.0, endless, "")]
    rows = [(row, -endless, limit) for row, limit in zip(at_most, limits, strict=True)]
    rows += [(row, total, total) for row, total in zip(exactly, sums, strict=True)]
    for coefficients, low, high in rows:
        constraint = solver.Constraint(float(low), float(high))
        for variable, coefficient in zip(x, coefficients.tolist(), strict=True):
            constraint.SetCoefficient(variable, coefficient)
    for variable, cost in zip(x, price.tolist(), strict=True):
        solver.Objective().SetCoefficient(variable, cost)
    solver.Objective().SetMinimization()
    if solver.Solve() != pywraplp.Solver.OPTIMAL:
        raise ArithmeticError("no split found: the programme has no answer")
    return np.array([variable.solution_value() for variable in x])
