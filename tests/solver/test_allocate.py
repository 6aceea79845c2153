"""Packages to providers: textbook cases by hand, and brute force on tiny ones."""

from __future__ import annotations

from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from solver import allocate as module
from solver.allocate import Allocation, AllocationSettings, CarePackage, ProviderLimits, allocate
from solver.errors import InvalidProblem

BOTH = frozenset({"north", "south"})
FREE = AllocationSettings(move_price_s=0)


def a_package(client: str, now: str = "north", *, hours_s: int = 3600, allowed: frozenset[str] = BOTH) -> CarePackage:
    """Build an hour a day, held by north unless said otherwise."""
    return CarePackage(client=client, hours_s=hours_s, provider_now=now, allowed=allowed)


def prices(**per_client: tuple[int, int]) -> dict[tuple[str, str], int]:
    """Price clients with (north, south)."""
    return {(c, p): price for c, both in per_client.items() for p, price in zip(("north", "south"), both, strict=True)}


def test_everyone_goes_where_they_cost_least() -> None:
    """Without limits each package goes to its cheapest provider."""
    found = allocate([a_package("a"), a_package("b")], prices(a=(900, 100), b=(100, 900)), [], move_budget=2)
    assert found == Allocation(
        provider_of={"a": "south", "b": "north"}, moved=("a",), cost=200, status="optimal", relaxed=()
    )


def test_a_move_must_pay_its_price() -> None:
    """A saving below the price of a move moves nobody."""
    question = [a_package("a")], prices(a=(160, 100)), []
    stays = allocate(*question, move_budget=1, settings=AllocationSettings(move_price_s=61))
    goes = allocate(*question, move_budget=1, settings=AllocationSettings(move_price_s=59))
    assert stays.moved == ()
    assert goes.moved == ("a",)


def test_a_choice_lock_holds() -> None:
    """A person whose choice locks the provider stays, whatever the saving."""
    locked = a_package("a", allowed=frozenset({"north"}))
    assert allocate([locked], prices(a=(9000, 1)), [], move_budget=1).provider_of == {"a": "north"}


def test_nobody_moves_without_a_budget() -> None:
    """A budget of zero leaves today's allocation, proved best."""
    found = allocate([a_package("a"), a_package("b")], prices(a=(900, 0), b=(900, 0)), [], move_budget=0)
    assert (found.moved, found.status, found.cost) == ((), "optimal", 1800)


def test_the_budget_goes_to_those_who_save_most() -> None:
    """With a budget of one, the person with the largest saving moves."""
    packages = [a_package(c) for c in "abc"]
    found = allocate(packages, prices(a=(500, 0), b=(900, 0), c=(700, 0)), [], move_budget=1)
    assert found.moved == ("b",)


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
    assert (found.moved, found.relaxed) == (("b",), ())


def test_an_impossible_floor_gives_way_by_the_least_and_is_named() -> None:
    """Only what the movable people cannot cover is taken off the floor."""
    packages = [a_package("a"), a_package("b", hours_s=1800), a_package("c", allowed=frozenset({"north"}))]
    floor = [ProviderLimits(provider="south", floor_s=6000)]
    found = allocate(packages, prices(a=(0, 9), b=(0, 9), c=(0, 9)), floor, move_budget=3)
    assert found.moved == ("a", "b")
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


def test_neighbours_move_together() -> None:
    """Each alone would lose by moving, together they save the trip."""
    packages = [a_package(c) for c in "abc"]
    cost = prices(a=(100, 130), b=(100, 130), c=(100, 130)) | {("d", "south"): 100}
    packages.append(a_package("d", "south", allowed=frozenset({"south"})))
    links = [("a", "b", 150), ("b", "c", 150), ("c", "d", 150)]
    alone = allocate(packages, cost, [], move_budget=3, affinity=links[:2], settings=FREE)
    together = allocate(packages, cost, [], move_budget=3, affinity=links, settings=FREE)
    assert alone.moved == ()
    assert together.moved == ("a", "b", "c")
    assert together.cost == 3 * 130 + 100 - 450


def clusters(n: int) -> tuple[list[CarePackage], dict[tuple[str, str], int], list[tuple[str, str, int]]]:
    """Build `n` hamlets of four, held by two providers and cheapest in one hand; moving one person saves nothing."""
    packages, cost, links = [], {}, []
    for hamlet in range(n):
        names = [f"h{hamlet}-{k}" for k in range(4)]
        packages += [a_package(name, "north" if k < 2 else "south") for k, name in enumerate(names)]
        for name in names:
            cost |= prices(**{name: (1000, 1000)})
        links += [(one, other, 200) for k, one in enumerate(names) for other in names[:k]]
    return packages, cost, links


def test_many_clusters_are_found_one_neighbourhood_at_a_time() -> None:
    """Beyond one whole model the links are still followed: every hamlet ends in one hand, two people moving in each."""
    packages, cost, links = clusters(30)
    found = allocate(packages, cost, [], move_budget=60, affinity=links)
    assert len(packages) > module._WHOLE
    assert len(found.moved) == 60
    assert found.cost == 30 * (4 * 1000 - 6 * 200)


def test_many_clusters_within_a_budget() -> None:
    """A budget for ten hamlets is spent on ten whole hamlets, not on bits of more."""
    packages, cost, links = clusters(30)
    found = allocate(packages, cost, [], move_budget=20, affinity=links)
    assert found.cost == 30 * (4000 - 400) - 10 * 800


def test_the_same_question_has_the_same_answer() -> None:
    """Two calls agree to the last person, because work is counted and not timed."""
    packages, cost, links = clusters(16)
    little = AllocationSettings(deterministic_limit=0.1)
    limits = [ProviderLimits(provider="north", floor_s=100_000, ceiling_s=130_000)]
    first, second = (
        allocate(packages, cost, limits, move_budget=25, affinity=links, settings=little) for _ in range(2)
    )
    assert first == second


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
@given(tiny_questions(), st.lists(st.tuples(st.sampled_from("abcde"), st.sampled_from("abcde"), st.integers(0, 400))))
def test_brute_force_agrees(
    question: tuple[list[CarePackage], dict[tuple[str, str], int], list[ProviderLimits], int],
    links: list[tuple[str, str, int]],
) -> None:
    """On tiny cases the excess over limits, and then the cost with moves, equal those of trying everything."""
    packages, cost, limits, budget = question
    known = {package.client for package in packages}
    links = [(a, b, s) for a, b, s in links if a in known and b in known and a != b]
    forced = sum((p.client, p.provider_now) not in cost for p in packages)

    def judged(chosen: dict[str, str]) -> tuple[int, int, int]:
        held = {x.provider: sum(p.hours_s for p in packages if chosen[p.client] == x.provider) for x in limits}
        short = sum(max(0, x.floor_s - held[x.provider]) for x in limits)
        excess = short + sum(max(0, held[x.provider] - x.ceiling_s) for x in limits)
        moves = sum(chosen[p.client] != p.provider_now for p in packages)
        paid = sum(cost[c, p] for c, p in chosen.items()) - sum(s for a, b, s in links if chosen[a] == chosen[b])
        return excess, paid + 60 * moves, moves

    every = (
        dict(zip([p.client for p in packages], choice, strict=True))
        for choice in product(*[sorted(p.allowed) for p in packages])
    )
    best = min(j[:2] for j in map(judged, every) if j[2] <= max(budget, forced))
    found = allocate(packages, cost, limits, move_budget=budget, affinity=links)
    assert judged(dict(found.provider_of))[:2] == best
    assert found.status == "optimal"
    assert bool(found.relaxed) == bool(best[0] or forced > budget)
