"""Charts: bars as high as their values, whiskers over the seeds, and no crash where there is nothing to draw."""

from __future__ import annotations

from xml.etree import ElementTree as ET

import pytest

from app.reports.chart import FLOOR_PX, HEIGHT_PX, WIDTH_PX, bar_chart, curve_chart

VALUES = {"A": 10.0, "B": 8.0, "C": 6.0, "D": 2.0}
SPREAD = {"B": (7.5, 8.5), "C": (5.0, 7.0), "D": (2.0, 2.0)}


def drawn(svg: str) -> ET.Element:
    """Parse a chart, which must be well-formed XML."""
    return ET.fromstring(svg)  # noqa: S314 - our own output


def test_bars_are_as_high_as_their_values() -> None:
    """Heights stand in the ratio of the values, and every bar stands on the floor."""
    bars = drawn(bar_chart("Travel", "minutes", VALUES, SPREAD)).findall("rect")
    heights = [float(bar.attrib["height"]) for bar in bars]
    for height, value in zip(heights, VALUES.values(), strict=True):
        assert height == pytest.approx(heights[0] * value / 10.0, abs=0.11)
    assert all(
        float(bar.attrib["y"]) + float(bar.attrib["height"]) == pytest.approx(FLOOR_PX, abs=0.11) for bar in bars
    )


def test_plans_with_a_spread_have_a_whisker() -> None:
    """B, C and D show the span of the seeds; A, which nobody searched for, has none."""
    assert len(drawn(bar_chart("Travel", "minutes", VALUES, SPREAD)).findall("path")) == 3
    assert drawn(bar_chart("Travel", "minutes", VALUES, {})).findall("path") == []


def test_nothing_leaves_the_picture() -> None:
    """The tallest bar, its whisker and its figure fit, however far the seeds are apart."""
    chart = drawn(bar_chart("Travel", "minutes", {"B": 1.0}, {"B": (0.0, 50.0)}))
    (whisker,) = chart.findall("path")
    numbers = [
        float(part) for part in whisker.attrib["d"].replace("M", " ").replace("V", " ").replace("H", " ").split()
    ]
    assert all(0 <= number <= WIDTH_PX for number in numbers)
    assert all(0 <= float(text.attrib["y"]) <= HEIGHT_PX for text in chart.findall("text"))


@pytest.mark.parametrize("values", [{}, {"B": 0.0, "C": 0.0}])
def test_nothing_is_drawn_as_nothing(values: dict[str, float]) -> None:
    """No plan, or plans without any travel, make an empty chart and no error."""
    chart = drawn(bar_chart("Travel", "minutes", values, {}))
    assert all(float(bar.attrib["height"]) == 0.0 for bar in chart.findall("rect"))


def test_titles_and_units_cannot_smuggle_markup() -> None:
    """What is written into a chart is text."""
    svg = bar_chart('"><script>x</script>', "<b>", {"<i>": 1.0}, {})
    assert "<script" not in svg
    assert "<b>" not in svg
    assert "<i>" not in svg


def test_a_curve_has_a_dot_for_each_share_of_people() -> None:
    """Dots follow the values, lower for less travel, and each names its share."""
    points = [{"move_pct": 0, "travel_min_per_visit": 9.0}, {"move_pct": 100, "travel_min_per_visit": 3.0}]
    curve = drawn(curve_chart(points))
    first, last = curve.findall("circle")
    assert float(first.attrib["cy"]) < float(last.attrib["cy"])
    assert float(first.attrib["cx"]) < float(last.attrib["cx"])
    assert {"0 %", "100 %"} <= {text.text for text in curve.findall("text")}


def test_a_curve_of_one_point_is_drawn() -> None:
    """A single share divides nothing by zero."""
    assert len(drawn(curve_chart([{"move_pct": 10, "travel_min_per_visit": 0.0}])).findall("circle")) == 1


@pytest.mark.parametrize(
    ("greatest", "ticks"), [(10.7, ["0", "5", "10"]), (58.0, ["0", "20", "40", "60"]), (0.0, ["0", "0.5", "1"])]
)
def test_guides_stand_at_round_values(greatest: float, ticks: list[str]) -> None:
    """A planner reads 5 and 10 beside the bars, not halves of the highest."""
    texts = drawn(bar_chart("Travel", "minutes", {"A": greatest}, {})).findall("text")
    assert [text.text for text in texts if text.attrib["class"] == "tick"] == ticks
