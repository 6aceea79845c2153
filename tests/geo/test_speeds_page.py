"""The page of speeds says what the table says."""

from __future__ import annotations

import re
from pathlib import Path

from geo.closures import parse_closure
from geo.speed_table import DEFAULT, MODES

REFERENCE = Path(__file__).parents[2] / "docs" / "reference"


def rows(heading: str) -> dict[str, list[float | None]]:
    """Read the table under a heading: numbers by the name in its first column, None for a dash."""
    section = (REFERENCE / "speeds.md").read_text(encoding="utf-8").split(f"## {heading}\n")[1].split("\n## ")[0]
    found = re.findall(r"^\| `(\w+)` \| (.*) \|$", section, re.MULTILINE)
    return {name: [None if cell == "-" else float(cell) for cell in cells.split(" | ")] for name, cells in found}


def test_speeds_by_class_are_those_of_the_table() -> None:
    """Every class of every mode, and no other."""
    car, bike, foot = (DEFAULT.modes[mode] for mode in MODES)
    assert rows("By class") == {
        name: [
            car.two_lane_kmh.get(name),
            car.single_track_kmh.get(name, car.two_lane_kmh.get(name)),
            bike.two_lane_kmh.get(name),
            foot.two_lane_kmh.get(name),
        ]
        for name in {*car.two_lane_kmh, *bike.two_lane_kmh, *foot.two_lane_kmh}
    }


def test_surfaces_grades_and_conditions_are_those_of_the_table() -> None:
    """Every cap and factor of every mode."""
    speeds = [DEFAULT.modes[mode] for mode in MODES]
    capped = [{**mode.surface_kmh, **mode.tracktype_kmh} for mode in speeds]
    assert rows("Surfaces and tracks") == {name: [caps.get(name) for caps in capped] for name in capped[0]}
    assert rows("Conditions") == {name: [mode.conditions.get(name) for mode in speeds] for name in speeds[0].conditions}


def test_every_closure_on_its_page_is_understood() -> None:
    """What the page of closures shows can be typed, but for the file of the example."""
    shown = re.findall(r"^\| `(.+?)` \|", (REFERENCE / "closures.md").read_text(encoding="utf-8"), re.MULTILINE)
    assert len(shown) == 13
    for text in shown:
        if "slip.geojson" not in text:
            assert parse_closure(text).text == text
