"""Packages to providers: textbook cases by hand, and brute force on tiny ones."""

from __future__ import annotations

from collections import Counter
from itertools import product
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from solver import allocate as module
from solver.allocate import Allocation, CarePackage, ProviderLimits, allocate
from solver.errors import InvalidProblem

BOTH = frozenset({"north", "south"})


def a_package(client: str, now: str = "north", *, hours_s: int = 3600, allowed: frozenset[str] = BOTH) -> CarePackage:
    """Build an hour a day, held by north unless said otherwise."""
    return CarePackage(client=client, hours_s=hours_s, provider_now=now, allowed=allowed)


def prices(**per_client: tuple[int, int]) -> dict[tuple[str, str], int]:
    """Price clients with (north, south)."""
    return {(c, p): price for c, both in per_client.items() for p, price in zip(("north", "south"), both, strict=True)}


def moved(packages: list[CarePackage], found: Allocation) -> list[str]:
    """List the clients whose provider changes."""
    return [package.client for package in packages if found.provider_of[package.client] != package.provider_now]


def test_everyone_goes_where_they_cost_least() -> None:
    """Without limits each package goes to its cheapest provider."""
    found = allocate([a_package("a"), a_package("b")], prices(a=(900, 100), b=(100, 900)), [], move_budget=2)
    assert found == Allocation(provider_of={"a": "south", "b": "north"}, status="optimal", relaxed=())


def test_a_move_must_pay_its_price() -> None:
    """A saving below the price of a move moves nobody."""
    question = [a_package("a")], prices(a=(160, 100)), []
    stays = allocate(*question, move_budget=1, move_price=61)
    goes = allocate(*question, move_budget=1, move_price=59)
    assert stays.provider_of == {"a": "north"}
    assert goes.provider_of == {"a": "south"}


def test_a_choice_lock_holds() -> None:
    """A person whose choice locks the provider stays, whatever the saving."""
    locked = a_package("a", allowed=frozenset({"north"}))
    assert allocate([locked], prices(a=(9000, 1)), [], move_budget=1).provider_of == {"a": "north"}


def test_nobody_moves_without_a_budget() -> None:
    """A budget of zero leaves today's allocation, proved best."""
    found = allocate([a_package("a"), a_package("b")], prices(a=(900, 0), b=(900, 0)), [], move_budget=0)
    assert (found.provider_of, found.status) == ({"a": "north", "b": "north"}, "optimal")


def test_the_budget_goes_to_those_who_save_most() -> None:
    """With a budget of one, the person with the largest saving moves."""
    packages = [a_package(c) for c in "abc"]
    found = allocate(packages, prices(a=(500, 0), b=(900, 0), c=(700, 0)), [], move_budget=1)
    assert moved(packages, found) == ["b"]


def test_a_floor_keeps_hours() -> None:
    """A provider keeps its floor although every package would be cheaper elsewhere."""
    packages = [a_package("a"), a_package("b")]
    floor = [ProviderLimits(provider="north", floor_s=3600)]
    found = allocate(packages, prices(a=(500, 0), b=(900, 0)), floor, move_budget=2)
    assert found.provider_of == {"a": "north", "b": "south"}
    assert found.relaxed == ()


def test_a_ceiling_turns_hours_away() -> None:
    """A provider takes no more than its ceiling."""
    packages = [a_package("a"), a_package("b")]
    ceiling = [ProviderLimits(provider="south", ceiling_s=7199)]
    found = allocate(packages, prices(a=(500, 0), b=(900, 0)), ceiling, move_budget=2)
    assert found.provider_of == {"a": "north", "b": "south"}


def test_a_floor_broken_today_is_mended_within_the_budget() -> None:
    """A floor that today's allocation breaks is met by moving somebody at a loss; nothing needs relaxing."""
    floor = [ProviderLimits(provider="south", floor_s=3600)]
    found = allocate([a_package("a"), a_package("b")], prices(a=(0, 900), b=(0, 500)), floor, move_budget=1)
    assert (found.provider_of, found.relaxed) == ({"a": "north", "b": "south"}, ())


def test_an_impossible_floor_gives_way_by_the_least_and_is_named() -> None:
    """Only what the movable people cannot cover is taken off the floor."""
    packages = [a_package("a"), a_package("b", hours_s=1800), a_package("c", allowed=frozenset({"north"}))]
    floor = [ProviderLimits(provider="south", floor_s=6000)]
    found = allocate(packages, prices(a=(0, 9), b=(0, 9), c=(0, 9)), floor, move_budget=3)
    assert moved(packages, found) == ["a", "b"]
    assert found.relaxed == ("floor of south relaxed by 600 s",)


def test_a_ceiling_below_what_is_locked_gives_way() -> None:
    """Locked people above the ceiling stay, and the ceiling is named."""
    locked = [a_package(c, allowed=frozenset({"north"})) for c in "ab"]
    ceiling = [ProviderLimits(provider="north", ceiling_s=7000)]
    found = allocate(locked, prices(a=(1, 1), b=(1, 1)), ceiling, move_budget=2)
    assert found.relaxed == ("ceiling of north relaxed by 200 s",)


def test_people_who_cannot_stay_raise_the_budget() -> None:
    """Where today's provider has no price the move is forced, and the budget that gave way is named."""
    cost = {("a", "south"): 5, ("b", "north"): 5, ("b", "south"): 0}
    found = allocate([a_package("a"), a_package("b")], cost, [], move_budget=0)
    assert found.provider_of == {"a": "south", "b": "north"}
    assert found.relaxed == ("move budget relaxed from 0 to 1: that many cannot stay where they are",)


def test_a_package_without_any_provider_is_refused() -> None:
    """A package that nobody can hold is a fault of the input that names the client."""
    with pytest.raises(InvalidProblem) as caught:
        allocate([a_package("a")], {("a", "east"): 1}, [], move_budget=1)
    assert caught.value.faults[0].where == "package of a"


def a_county(floor_pct: int = 90) -> tuple[list[CarePackage], dict[tuple[str, str], int], list[ProviderLimits]]:
    """Draw 1,100 packages of 16 providers, each with one other that may hold it, with limits near today's hours."""
    rng = Random(1)
    names = [f"p{number:02}" for number in range(16)]
    packages, cost = [], {}
    held_s: Counter[str] = Counter()
    for number in range(1_100):
        now, other = rng.sample(names, 2)
        package = a_package(f"c{number}", now, hours_s=900 * rng.randint(1, 8), allowed=frozenset({now, other}))
        packages.append(package)
        cost |= {(package.client, name): rng.randint(300, 6_000) for name in (now, other)}
        held_s[now] += package.hours_s
    limits = [
        ProviderLimits(provider=name, floor_s=held_s[name] * floor_pct // 100, ceiling_s=held_s[name] * 112 // 100)
        for name in names
    ]
    return packages, cost, limits


def test_a_county_is_solved() -> None:
    """With 1,100 packages the work allowed is enough to prove the best."""
    packages, cost, limits = a_county()
    found = allocate(packages, cost, limits, move_budget=110, move_price=300)
    assert (found.status, found.relaxed, len(moved(packages, found))) == ("optimal", (), 110)


def test_a_search_cut_short_has_the_same_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two calls that run out of work agree to the last person, because work is counted and not timed."""
    monkeypatch.setattr(module, "WORK", 0.2)
    packages, cost, limits = a_county(floor_pct=103)
    first, again = (allocate(packages, cost, limits, move_budget=330) for _ in range(2))
    assert (first.status, bool(moved(packages, first))) == ("feasible", True)
    assert first == again


def test_without_work_nothing_changes(monkeypatch: pytest.MonkeyPatch) -> None:
    """When the limit of work comes first everybody stays, and the status says so."""
    monkeypatch.setattr(module, "WORK", 0.0)
    packages, cost, limits = a_county()
    found = allocate(packages, cost, limits, move_budget=110, move_price=60)
    assert (found.status, moved(packages, found)) == ("unchanged", [])


@st.composite
def tiny_questions(draw: st.DrawFn) -> tuple[list[CarePackage], dict[tuple[str, str], int], list[ProviderLimits], int]:
    """Draw up to five packages and three providers, some pairs impossible, with limits and a budget."""
    names = ("north", "south", "west")
    packages, cost = [], {}
    for client in "abcde"[: draw(st.integers(1, 5))]:
        possible = draw(st.sets(st.sampled_from(names), min_size=1))
        packages.append(
            CarePackage(
                client=client,
                hours_s=draw(st.sampled_from((900, 1800, 3600))),
                provider_now=draw(st.sampled_from(names)),
                allowed=frozenset(possible),
            )
        )
        cost |= {(client, p): draw(st.integers(0, 500)) for p in sorted(possible)}
    limits = [
        ProviderLimits(
            provider=p, floor_s=draw(st.sampled_from((0, 1800, 5000))), ceiling_s=draw(st.sampled_from((3600, 9000)))
        )
        for p in names
    ]
    return packages, cost, limits, draw(st.integers(0, 5))


@settings(max_examples=60, deadline=None)
@given(tiny_questions())
def test_brute_force_agrees(
    question: tuple[list[CarePackage], dict[tuple[str, str], int], list[ProviderLimits], int],
) -> None:
    """On tiny cases the excess over limits, and then the cost with moves, equal those of trying everything."""
    packages, cost, limits, budget = question
    forced = sum((p.client, p.provider_now) not in cost for p in packages)

    def judged(chosen: dict[str, str]) -> tuple[int, int, int]:
        held = {x.provider: sum(p.hours_s for p in packages if chosen[p.client] == x.provider) for x in limits}
        short = sum(max(0, x.floor_s - held[x.provider]) for x in limits)
        excess = short + sum(max(0, held[x.provider] - x.ceiling_s) for x in limits)
        moves = sum(chosen[p.client] != p.provider_now for p in packages)
        return excess, sum(cost[c, p] for c, p in chosen.items()) + 60 * moves, moves

    every = (
        dict(zip([p.client for p in packages], choice, strict=True))
        for choice in product(*[sorted(p.allowed) for p in packages])
    )
    best = min(j[:2] for j in map(judged, every) if j[2] <= max(budget, forced))
    found = allocate(packages, cost, limits, move_budget=budget, move_price=60)
    assert judged(dict(found.provider_of))[:2] == best
    assert found.status == "optimal"
    assert bool(found.relaxed) == bool(best[0] or forced > budget)
