"""Latitude in place of the longitude is one clear fault, wherever shapes are given."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
import shapely

from app.errors import LocksUnreadable, ZonesUnreadable
from app.services.swapped import SWAPPED, seem_swapped
from app.services.zone_files import score_zones, zone_of_clients, zones_from
from app.services.zone_locks import read_locks
from tests.app.areas import tiny_area
from tests.app.commands import CommandLine, tiny_home

if TYPE_CHECKING:
    from pathlib import Path

AROUND = (-5.7, 56.2, -5.3, 56.5)
SWAPPED_BOX = shapely.box(56.2, -5.7, 56.5, -5.3).__geo_interface__


def drawing() -> dict[str, Any]:
    """Draw the tiny area the wrong way round."""
    feature = {"type": "Feature", "properties": {"zone": 1}, "geometry": SWAPPED_BOX}
    return {"type": "FeatureCollection", "features": [feature]}


def test_only_what_fits_when_swapped_seems_swapped() -> None:
    """A shape in the area and one that is far away either way are not."""
    assert not seem_swapped(tiny_area(), AROUND)
    assert seem_swapped(tiny_area(), (56.2, -5.7, 56.5, -5.3))
    assert not seem_swapped(tiny_area(), (10.0, 20.0, 11.0, 21.0))


def test_drawings_and_boundaries_are_refused() -> None:
    """Scores, costs by zone and locks say so, and nothing is measured."""
    for function in (score_zones, zone_of_clients):
        with pytest.raises(ZonesUnreadable, match=SWAPPED):
            function(tiny_area(), zones_from(drawing()))
    with pytest.raises(LocksUnreadable) as refused:
        read_locks(tiny_area(), {"boundaries": [SWAPPED_BOX]})
    assert refused.value.faults == (("boundaries.0", SWAPPED),)


def test_the_command_line_says_so_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Score and hold end with one clear sentence instead of a table of nonsense."""
    tiny = CommandLine(tiny_home(tmp_path / "var"), monkeypatch, capsys)
    (tmp_path / "swapped.geojson").write_text(json.dumps(drawing()), encoding="utf-8")
    for command in ("score", "hold"):
        said = tiny("zones", command, tmp_path / "swapped.geojson", "--area", "tiny")
        assert (said.code, said.out) == (1, "")
        assert said.err.count("latitude and longitude seem swapped") == 1
