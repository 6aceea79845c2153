"""Words for swaps: in which direction people move, and what is smaller than the error of the figures."""

from __future__ import annotations

import pytest

from app.services.swap_words import equal_hours_told, gives, hours_given, noise_told, verdict, who_gives
from solver.swaps import Move, Swap

NAMES = {"P04": "Lorn Care", "P05": "Mull Care"}


def swap(*moves: str) -> Swap:
    """Make a swap from "giver receiver hours" in words."""
    rows = [text.split() for text in moves]
    return Swap(
        moves=tuple(
            Move(client=f"C{number}", giver=giver, receiver=receiver, hours_s=int(3600 * float(hours)))
            for number, (giver, receiver, hours) in enumerate(rows)
        )
    )


@pytest.mark.parametrize(
    ("moves", "who", "hours"),
    [
        (["P05 P04 1.5"], "Mull Care → Lorn Care", "1.5"),
        (["P04 P05 1.5", "P04 P05 0.25"], "Lorn Care → Mull Care", "1.75"),
        (["P05 P04 1", "P04 P05 0.5"], "Lorn Care ↔ Mull Care", "0.5 ↔ 1"),
        (["P04 P05 1", "P05 P06 2", "P06 P04 3"], "Lorn Care → Mull Care, Mull Care → P06, P06 → Lorn Care", "1, 2, 3"),
    ],
)
def test_the_arrow_points_the_way_people_move(moves: list[str], who: str, hours: str) -> None:
    """One-way from giver to receiver whatever the order of their names; hours stand in the order of the arrows."""
    rows = gives(swap(*moves))
    assert (who_gives(rows, NAMES), hours_given(rows)) == (who, hours)


@pytest.mark.parametrize(
    ("rule", "said"),
    [
        ({"margin_gbp": 11.33}, "passed, but within the error of ±£50.95 (by £11.33)"),
        ({"margin_gbp": 60.0}, "passed by £60.00, more than the error of ±£50.95"),
        ({"margin_gbp": -5.0, "worse_off_by_gbp": {"P04": 5.0}}, "failed, but within the error of ±£50.95 (by £5.00)"),
        (
            {"margin_gbp": -70.0, "pairs_worse_off": [{"by_gbp": 70.0}]},
            "failed by £70.00, more than the error of ±£50.95",
        ),
    ],
)
def test_a_test_passed_by_less_than_the_error_says_so(rule: dict[str, object], said: str) -> None:
    """What the figures cannot tell apart is not claimed, either way."""
    assert verdict({"worse_off_by_gbp": {}, "pairs_worse_off": [], **rule}, 50.95) == said


def test_noise_names_its_pounds_and_visits() -> None:
    """What the search may be to blame for stands in the units of the table."""
    assert "£50.95 a day and 2 visits placed," in noise_told(50.95, 2)
    assert "£50.95 a day and one visit placed," in noise_told(50.95, 1)
    assert "£50.95 a day, by" in noise_told(50.95, 0)


def test_the_gain_at_equal_hours_is_told_in_figures() -> None:
    """A swap that costs on the road may gain at equal hours: the difference is the hours, and is named."""
    effect = {"travelling_gbp": 10.04, "contact_hours": 1.5}
    told = equal_hours_told([{"effect": effect, "gained_gbp": {"P04": 20.0, "P05": -2.13}}])
    for part in ("costs £-10.04 a day less", "(+1.50 in all) would have cost +27.91", "together £17.87 are gained"):
        assert part in told
