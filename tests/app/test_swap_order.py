"""The order in which swaps are told: safe, no figure changed, savings first, and a reason for whatever looks odd."""

from __future__ import annotations

from collections import Counter
from random import Random

import pytest

from app.services.swap_order import Line, estimated, reasons, savings_first
from solver.swaps import Bounds

HOUR = 3600
WIDE = Bounds(held_s={"P": 9 * HOUR, "Q": 9 * HOUR, "R": 9 * HOUR}, floor_s={}, ceiling_s={})


def line(name: int, providers: str, cost: float, **more: object) -> Line:
    """Make a swap of providers with one letter each."""
    fields = {"travel_min": cost / 60, "visits": 0, "change_s": {}, **more}
    return Line(names=(name,), providers=frozenset(providers), cost=cost, **fields)  # type: ignore[arg-type]


def told(lines: list[Line], bounds: Bounds = WIDE) -> list[tuple[str, str]]:
    """Give names and reasons in the order told."""
    order = savings_first(lines)
    found = reasons(lines, order, bounds)
    return [(lines[place.row].name, why) for place, why in zip(order, found, strict=True)]


def test_a_loss_that_nothing_needs_comes_last() -> None:
    """Swaps that share no provider may change places, so what saves is told first; the loss says what it is."""
    found = told([line(1, "PQ", 60), line(2, "RS", -60)])
    assert found == [("2", ""), ("1", "raises the price, and no later swap makes up for it")]


def test_a_loss_that_a_saving_needs_says_so() -> None:
    """It stays before the swap that was rostered after it at the same provider, and names both."""
    found = told([line(1, "PQ", 60), line(2, "QR", -600)])
    assert found == [("1", "raises the price; comes before 2 at Q, which makes up for it"), ("2", "")]
    chain = told([line(1, "PQ", 60), line(2, "QR", 30), line(3, "RS", -600)])
    assert chain == [
        ("1", "raises the price; comes before 2 at Q; what follows up to 3 makes up for it"),
        ("2", "raises the price; comes before 3 at R, which makes up for it"),
        ("3", ""),
    ]


def test_a_loss_that_keeps_a_floor_says_whose() -> None:
    """Without its hours the swap after it would take a provider below its floor."""
    bounds = Bounds(held_s={"P": HOUR, "Q": HOUR}, floor_s={"P": HOUR}, ceiling_s={})
    first = line(1, "PQ", 60, change_s={"P": HOUR, "Q": -HOUR})
    second = line(2, "PQ", -600, change_s={"P": -HOUR, "Q": HOUR})
    assert told([first, second], bounds)[0][1] == (
        "raises the price; without it P would be outside floor or ceiling after 2, which makes up for it"
    )


@pytest.mark.parametrize(
    ("visits", "why"),
    [
        (2, "more on the road, for 2 more visits placed"),
        (1, "more on the road, for one more visit placed"),
        (0, "more on the road; the price falls by what else is in it, such as waiting"),
    ],
)
def test_more_travel_for_a_lower_price_is_explained(visits: int, why: str) -> None:
    """Minutes alone would make it look like a loss."""
    assert told([line(1, "PQ", -60, travel_min=12.0, visits=visits)]) == [("1", why)]


def test_stopping_where_fewer_visits_are_placed_is_told() -> None:
    """A beginning may be within floors and ceilings and yet leave somebody out whom plan B visits."""
    lines = [line(1, "PQ", -60, visits=-1), line(2, "PQ", -30, visits=1)]
    assert told(lines)[0] == ("1", "whoever stops here places 1 fewer than plan B")
    assert told(lines)[1][1] == ""


def test_a_beginning_that_costs_more_than_plan_b_says_so_in_pounds() -> None:
    """Safe to stop at is not cheaper: a price may fall while all costs rise; notes name providers, and the measure."""
    lines = [line(1, "PQ", -60, gbp=167.78), line(2, "PQ", -30, gbp=-200.0), line(3, "PR", 5, gbp=-139.0)]
    assert told(lines) == [
        ("1", "whoever stops here pays £167.78 a day more in all than in plan B"),
        ("2", ""),
        ("3", "raises the price, and no later swap makes up for it"),
    ]
    order = savings_first([line(1, "PQ", 60), line(2, "QR", -600)])
    named = reasons([line(1, "PQ", 60), line(2, "QR", -600)], order, WIDE, {"Q": "Quay Care"})
    assert named[0] == "raises the price; comes before 2 at Quay Care, which makes up for it"


def test_no_figure_changes_by_the_order() -> None:
    """Each provider's own swaps stay in the order in which they were rostered, whatever they cost, and none is lost."""
    dice = Random(5)
    for _ in range(50):
        lines = [line(n, "".join(dice.sample("PQRSTU", 2)), dice.uniform(-9, 9)) for n in range(1, 9)]
        order = [place.row for place in savings_first(lines)]
        assert sorted(order) == list(range(len(lines)))
        for provider in "PQRSTU":
            own = [row for row in order if provider in lines[row].providers]
            assert own == sorted(own)


def test_a_loss_is_told_only_when_nothing_that_saves_can_be() -> None:
    """Wherever one stops before the first loss, every line so far has saved; after it the best group is next."""
    dice = Random(6)
    for _ in range(50):
        lines = [line(n, "".join(dice.sample("PQRSTUVW", 2)), dice.uniform(-9, 9)) for n in range(1, 9)]
        done: set[int] = set()
        for place in savings_first(lines):
            free = [
                row
                for row in range(len(lines))
                if row not in done
                and not any(other not in done and lines[other].providers & lines[row].providers for other in range(row))
            ]
            assert place.row in free
            assert lines[place.row].cost <= 0 or all(lines[row].cost > 0 for row in free)
            done.add(place.row)
    great = [line(1, "PQ", 60), line(2, "QR", -900), line(3, "ST", -30), line(4, "UV", 60), line(5, "UW", -90)]
    assert [name for name, _ in told(great)] == ["3", "1", "2", "4", "5"]


def test_a_loss_that_later_swaps_do_not_make_up_for_says_so() -> None:
    """The swap after it saves less than it costs."""
    found = told([line(1, "PQ", 60), line(2, "QR", -30)])
    assert found == [("1", "raises the price, and no later swap makes up for it"), ("2", "")]


def test_figures_hold_unless_a_swap_of_the_same_provider_is_missing_before() -> None:
    """Left out, a swap makes estimates of later ones at its providers, and of no others; the order alone of none."""
    rostered = {1: "PQ", 2: "RS", 3: "QR", 4: "ST"}
    assert estimated(rostered, [(1,), (2,), (3,), (4,)]) == [(), (), (), ()]
    assert estimated(rostered, [(2,), (1,), (4,), (3,)]) == [(), (), (), ()]
    assert estimated(rostered, [(2,), (3,), (4,)]) == [(), ("Q",), ()]
    assert estimated(rostered, [(1,), (2,)]) == [(), ()]
    assert estimated(rostered, [(1, 3), (2,)]) == [("R",), ("R",)]
    assert estimated(rostered, [(2,), (1, 3)]) == [(), ()]


def test_a_joined_swap_has_all_its_numbers() -> None:
    """Under each of them people may ask for it."""
    joined = Line(names=(3, 5), providers=frozenset("PQ"), cost=0, travel_min=0, visits=0, change_s=Counter())
    assert joined.name == "3+5"
