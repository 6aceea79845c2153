"""The table of moves says of both choosers what the curve says."""

from __future__ import annotations

from statistics import mean

from app.reports.curve import curve_json
from benchmarks.moves import rows, table
from tests.app.areas import tiny_comparison


def test_both_choosers_stand_side_by_side() -> None:
    """Each share of people twice, by marginal cost and by distance alone, as means over the comparisons given."""
    found = list(rows([tiny_comparison(), tiny_comparison()]))
    points = curve_json(tiny_comparison())["moving"]
    assert [row["move_pct"] for row in found] == [pct for pct in (0, 5, 10, 20, 30, 100) for _ in range(2)]
    for ours, by_distance, point in zip(found[::2], found[1::2], points, strict=True):
        assert (ours["chosen_by"], by_distance["chosen_by"]) == ("marginal cost", "distance alone")
        assert ours["travel_pct"] == point["travel_pct"] == mean(ours["travel_pct_least_greatest"])
        assert by_distance["visits_left_out"] == point["by_distance"]["visits_left_out"]


def test_the_table_has_a_line_for_each() -> None:
    """A heading, and as many cells in each line as it has."""
    lines = list(table(list(rows([tiny_comparison()]))))
    assert len(lines) == 2 + 12
    assert len({line.count("|") for line in lines}) == 1
