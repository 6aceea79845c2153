"""The table of speeds: its file, its faults, and that it comes back as it was written."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from geo.errors import SpeedsUnreadable
from geo.speed_table import DEFAULT, MODES, SpeedTable, format_speeds, parse_speeds, read_speeds

if TYPE_CHECKING:
    from pathlib import Path


def test_a_file_needs_only_what_differs(tmp_path: Path) -> None:
    """One line changes one speed, and everything else stays as in the defaults."""
    file = tmp_path / "speeds.toml"
    file.write_text("[car.two_lane_kmh]\ntrunk = 60\n", encoding="utf-8")
    table = read_speeds(file)
    assert table.modes["car"].two_lane_kmh["trunk"] == 60
    assert table.modes["car"].two_lane_kmh["primary"] == DEFAULT.modes["car"].two_lane_kmh["primary"]
    assert table.modes["bike"] == DEFAULT.modes["bike"]


def test_a_written_table_reads_back_as_it_was() -> None:
    """Writing loses nothing, odd keys and changed factors included."""
    car = replace(
        DEFAULT.modes["car"],
        two_lane_factor={"trunk": 0.93125},
        surface_kmh={'wood "chips"': 7.0},
        invited_classes=("path",),
        factor=1.25,
    )
    table = SpeedTable(modes={**DEFAULT.modes, "car": car})
    back = parse_speeds(format_speeds(table, "Heading\n\nof lines"), "x", base=SpeedTable(modes=DEFAULT.modes))
    assert back.modes["car"].surface_kmh == {**DEFAULT.modes["car"].surface_kmh, 'wood "chips"': 7.0}
    assert replace(back.modes["car"], surface_kmh=car.surface_kmh) == car
    assert back.modes["foot"] == DEFAULT.modes["foot"]


def test_all_faults_are_told_at_once() -> None:
    """A table that is wrong in seven ways is refused with all seven."""
    text = """
    [train]
    [car]
    colour = "red"
    factor = "fast"
    private_kmh = true
    access_keys = "motorcar"
    surface_kmh = 30
    [car.two_lane_kmh]
    trunk = 500
    [car.conditions]
    fog = 1.2
    """
    with pytest.raises(SpeedsUnreadable) as refused:
        parse_speeds(text, "mine.toml", base=DEFAULT)
    said = str(refused.value)
    assert said.startswith("mine.toml has 8 fault(s)")
    for fault in (
        "[train] is none of",
        "car.colour is not known",
        "car.factor is not a number from 0.2 to 5",
        "car.private_kmh is not a number",
        "car.access_keys is not a list of words",
        "car.surface_kmh is not a table",
        "car.two_lane_kmh.trunk is not a number from 0 to 130",
        "car.conditions.fog is none of winter, dark",
    ):
        assert fault in said


@pytest.mark.parametrize("content", [b"[car", b"\xff\xfe[", b"speed"])
def test_what_is_no_table_is_refused(tmp_path: Path, content: bytes) -> None:
    """A file that is no TOML, or not even text, gets one error that names it."""
    file = tmp_path / "speeds.toml"
    file.write_bytes(content)
    with pytest.raises(SpeedsUnreadable, match=r"speeds\.toml"):
        read_speeds(file)


def test_a_missing_file_is_told(tmp_path: Path) -> None:
    """The error names the file that is not there."""
    with pytest.raises(SpeedsUnreadable, match=r"none\.toml cannot be read"):
        read_speeds(tmp_path / "none.toml")


def test_the_defaults_name_every_mode() -> None:
    """Each mode has classes and tags that open them."""
    for mode in MODES:
        assert DEFAULT.modes[mode].two_lane_kmh
        assert DEFAULT.modes[mode].access_keys
