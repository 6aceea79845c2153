"""Tests of `geo.land`."""

from __future__ import annotations

import csv
import json
import os
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from geo.errors import LandUnreadable
from geo.land import read_land, write_land

SHARED = Path(os.environ.get("ROTA_SHARED", Path(__file__).resolve().parents[2].parent / "shared"))
ISLE = {"type": "Polygon", "coordinates": [[[-5.6, 56.3], [-5.4, 56.3], [-5.4, 56.5], [-5.6, 56.5], [-5.6, 56.3]]]}


def written(folder: Path, found: Any) -> Path:
    """Write a GeoJSON file."""
    path = folder / "land.geojson"
    path.write_text(json.dumps(found), encoding="utf-8")
    return path


@pytest.mark.parametrize(
    "found",
    [
        ISLE,
        {"type": "Feature", "properties": {}, "geometry": ISLE},
        {
            "type": "FeatureCollection",
            "features": [{"type": "Feature", "geometry": ISLE}, {"type": "Feature", "geometry": None}],
        },
        {"type": "GeometryCollection", "geometries": [ISLE, {"type": "Point", "coordinates": [0, 0]}]},
        {"type": "MultiPolygon", "coordinates": [ISLE["coordinates"]]},
    ],
    ids=["polygon", "feature", "collection", "geometries", "multi"],
)
def test_every_form_of_polygon_is_read_and_written(tmp_path: Path, found: Any) -> None:
    """Inside is 0 metres, a hundredth of a degree north of the edge is 1.1 km, and the written file says the same."""
    land = read_land(written(tmp_path, found))
    write_land(land, tmp_path / "copy" / "land.geojson")
    for read in (land, read_land(tmp_path / "copy" / "land.geojson")):
        away_m = read.away_m(np.array([[-5.5, 56.4], [-5.5, 56.51]]))
        assert away_m.tolist() == [0, pytest.approx(1_113, abs=2)]
        assert read.away_m(np.zeros((0, 2))).tolist() == []


@pytest.mark.parametrize(
    ("found", "complaint"),
    [
        ([], "not GeoJSON"),
        ({"type": "Polygon"}, "not GeoJSON"),
        ({"type": "Polygon", "coordinates": [[[0, 0]]]}, "not GeoJSON"),
        ({"type": "Point", "coordinates": [0, 0]}, "no polygon"),
        ({"type": "FeatureCollection", "features": []}, "no polygon"),
        ({"type": "Polygon", "coordinates": [[[0, 0], [1, 1], [0, 0], [0, 0]]]}, "no polygon"),
        ({"type": "Polygon", "coordinates": [[[0, 0], [186_000, 0], [186_000, 730_000], [0, 0]]]}, "not in degrees"),
    ],
)
def test_what_is_no_land_is_refused(tmp_path: Path, found: Any, complaint: str) -> None:
    """Points, emptiness, broken rings and metres each get one clear error."""
    with pytest.raises(LandUnreadable, match=complaint):
        read_land(written(tmp_path, found))


def test_hostile_and_missing_files_are_refused(tmp_path: Path) -> None:
    """Deep nesting, noise and a wrong path end in the package's own error."""
    path = tmp_path / "land.geojson"
    for text in ("[" * 100_000, "no json", ""):
        path.write_text(text, encoding="utf-8")
        with pytest.raises(LandUnreadable):
            read_land(path)
    deep: Any = ISLE
    for _ in range(10):
        deep = {"type": "GeometryCollection", "geometries": [deep]}
    with pytest.raises(LandUnreadable):
        read_land(written(tmp_path, deep))
    with pytest.raises(LandUnreadable, match="cannot be read"):
        read_land(tmp_path / "nowhere.geojson")


def test_real_postcodes_lie_on_the_real_land() -> None:
    """Of 3,404 postcodes of a county three or four are over 50 m off its generalised coast, none 300 m."""
    folder = SHARED / "geodata"
    if not folder.exists():
        pytest.skip("the shared geodata are not beside this checkout")
    with (folder / "argyll_bute_postcodes.csv").open(encoding="utf-8") as stream:
        lonlat = np.array([(float(row["lon"]), float(row["lat"])) for row in csv.DictReader(stream)])
    away_m = read_land(folder / "argyll_bute_landmasses.geojson").away_m(lonlat)
    assert 3 <= (away_m > 50).sum() <= 4
    assert away_m.max() < 300
