"""Swaps between providers: every move once, hours that match where they can, and an order that is safe to stop at."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from solver.swaps import Bounds, Move, Swap, in_safe_order, make_swaps

HOUR = 3600
PROVIDERS = ("p", "q", "r", "s")


def move(client: str, giver: str, receiver: str, hours: float = 1.0, gain: float = 0.0) -> Move:
    """Write a move with hours a day."""
    return Move(client=client, giver=giver, receiver=receiver, hours_s=int(hours * HOUR), gain_s=gain)


def clients(swaps: list[Swap]) -> list[set[str]]:
    """Name who moves in each swap."""
    return [{move.client for move in swap.moves} for swap in swaps]


@st.composite
def some_moves(draw: st.DrawFn) -> list[Move]:
    """Draw moves among four providers."""
    pairs = st.sampled_from([(a, b) for a in PROVIDERS for b in PROVIDERS if a != b])
    hours = st.sampled_from([0.5, 0.75, 1, 1.5, 2.5, 4])
    drawn = draw(st.lists(st.tuples(pairs, hours, st.integers(-50, 50)), max_size=14))
    return [move(f"c{row}", *pair, length, gain) for row, (pair, length, gain) in enumerate(drawn)]


def test_packages_of_like_hours_meet() -> None:
    """Two hours go against two, and not against a half."""
    moves = [move("a", "p", "q", 2), move("b", "q", "p", 2), move("c", "p", "q", 0.5), move("d", "q", "p", 0.5)]
    assert clients(make_swaps(moves, most=9)) == [{"a", "b"}, {"c", "d"}]


def test_a_large_package_meets_several_small_ones() -> None:
    """Three hours go against one and two: nothing is left over."""
    swaps = make_swaps([move("a", "p", "q", 3), move("b", "q", "p", 2), move("c", "q", "p", 1)], most=9)
    assert clients(swaps) == [{"a", "b", "c"}]
    assert set(swaps[0].change_s.values()) == {0}


@pytest.mark.parametrize(
    ("moves", "kind"),
    [
        ([move("a", "p", "q"), move("b", "q", "p")], "swap"),
        ([move("a", "p", "q"), move("b", "q", "r"), move("c", "r", "p")], "ring"),
        ([move("a", "p", "q")], "one-way"),
    ],
)
def test_what_cannot_be_swapped_by_two_is_passed_round_or_given(moves: list[Move], kind: str) -> None:
    """Each kind is named for what it is."""
    (swap,) = make_swaps(moves, most=9)
    assert swap.kind == kind


@settings(max_examples=60, deadline=None)
@given(some_moves(), st.integers(1, 14))
def test_every_move_is_in_one_swap(moves: list[Move], most: int) -> None:
    """However they are put together or joined, nobody is lost or moved twice, and hours only change hands."""
    swaps = make_swaps(moves, most=most)
    assert Counter(one for swap in swaps for one in swap.moves) == Counter(moves)
    assert all(sum(swap.change_s.values()) == 0 for swap in swaps)
    if len(swaps) > most:
        assert len({swap.providers for swap in swaps}) == len(swaps)


@settings(max_examples=60, deadline=None)
@given(some_moves(), st.integers(60, 100))
def test_any_beginning_of_the_order_keeps_the_floors(moves: list[Move], floor_pct: int) -> None:
    """If the whole keeps every floor and ceiling, so does the plan after each swap on the way."""
    held = dict.fromkeys(PROVIDERS, 20 * HOUR)
    bounds = Bounds(
        held_s=held,
        floor_s={name: seconds * floor_pct // 100 for name, seconds in held.items()},
        ceiling_s={name: seconds * 140 // 100 for name, seconds in held.items()},
    )
    swaps = in_safe_order(make_swaps(moves, most=99), bounds)
    assert Counter(one for swap in swaps for one in swap.moves) == Counter(moves)
    now, broken = Counter(held), []
    for swap in swaps:
        now.update(swap.change_s)
        broken.append(bool(bounds.broken(now)))
    assert any(broken) == bool(broken and broken[-1])


def test_two_that_need_each_other_become_one() -> None:
    """Neither may give first when both stand at their floor, so they give at once."""
    held = {"p": 2 * HOUR, "q": 2 * HOUR}
    bounds = Bounds(held_s=held, floor_s=held, ceiling_s={})
    both = [Swap(moves=(move("a", "p", "q"),)), Swap(moves=(move("b", "q", "p"),))]
    assert clients(in_safe_order(both, bounds)) == [{"a", "b"}]


def test_the_most_gain_comes_first() -> None:
    """An alliance that stops early should have had the best of it."""
    swaps = [Swap(moves=(move(name, "p", "q", gain=gain),)) for name, gain in (("a", 1), ("b", 9), ("c", 5))]
    assert clients(in_safe_order(swaps, Bounds(held_s={"p": 9 * HOUR, "q": 0}, floor_s={}, ceiling_s={}))) == [
        {"b"},
        {"c"},
        {"a"},
    ]
