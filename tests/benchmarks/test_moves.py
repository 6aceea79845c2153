"""The table of moves says of both choosers what the curves of all seeds say."""

from __future__ import annotations

from typing import Any

from benchmarks.moves import rows, table


def point(moved: int, travel: float, pct: float, left: int) -> dict[str, Any]:
    """Write one plan of a curve."""
    return {
        "people_moved": moved,
        "travel_min_per_visit": travel,
        "travel_pct": pct,
        "visits_left_out": left,
    }


def curve(shift: float) -> dict[str, Any]:
    """Write the curve of a seed with two shares of people."""
    return {
        "moving": [
            {"move_pct": 0, **point(0, 8.0, 0.0, 5), "by_distance": point(0, 8.0, 0.0, 5)},
            {"move_pct": 10, **point(20, 6.0, -25.0 + shift, 3), "by_distance": point(25, 7.2, -10.0 - shift, 7)},
        ]
    }


def test_both_choosers_stand_side_by_side() -> None:
    """Each share of people twice, with the mean over the seeds between the least and the greatest."""
    *_, ours, by_distance = rows([curve(0.0), curve(4.0)])
    assert (ours["chosen_by"], by_distance["chosen_by"]) == ("marginal cost", "distance alone")
    assert (ours["travel_pct"], ours["travel_pct_least_greatest"]) == (-23.0, [-25.0, -21.0])
    assert (by_distance["travel_pct"], by_distance["visits_left_out"]) == (-12.0, 7)


def test_the_table_has_a_line_for_each() -> None:
    """A heading, and as many cells in each line as it has."""
    lines = list(table(list(rows([curve(0.0)]))))
    assert len(lines) == 2 + 4
    assert len({line.count("|") for line in lines}) == 1
    assert "-25.0 (-25.0 to -25.0)" in lines[4]
