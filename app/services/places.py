"""What an installation knows of places: the gazetteer, and for each area its land and its boundary."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

import numpy as np

from app.datafiles.cells import ID, NotOfThisKind
from app.errors import AreaNotFound, PlacesMissing
from geo.fix import DEGREE_M, Fix, fix_of_degrees
from geo.gazetteer import Bounds, Gazetteer, Postcode
from geo.land import read_land, write_land
from geo.national_grid import EAST_M, NORTH_M, fix_of_easting_northing, fix_of_grid_ref, parse_grid_ref
from geo.postcodes import normalise_postcode

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from geo.gazetteer import Loaded
    from geo.land import Land
    from geo.types import RoadGraph

AROUND_M = 5_000
"""Places so far beyond an area's roads are still loaded for it."""


class Outline(StrEnum):
    """The polygons that an area may have."""

    LAND = "land"
    BOUNDARY = "boundary"


def load_places(files: Sequence[Path], data_dir: Path, within: Bounds | None = None) -> list[Loaded]:
    """Load files into the gazetteer, each wholly or not at all. Raises GazetteerUnreadable."""
    gazetteer = Gazetteer(_gazetteer_file(data_dir))
    return [gazetteer.load(file, within=within) for file in files]


def open_gazetteer(data_dir: Path) -> Gazetteer | None:
    """Open the gazetteer, if places have been loaded."""
    return Gazetteer(_gazetteer_file(data_dir)) if _gazetteer_file(data_dir).exists() else None


def bounds_of(graph: RoadGraph) -> Bounds:
    """Give the box of an area's roads, and a little around."""
    around = np.array([2 * AROUND_M, AROUND_M]) / DEGREE_M
    west, south = (graph.lonlat.min(axis=0) - around).tolist()
    east, north = (graph.lonlat.max(axis=0) + around).tolist()
    return Bounds(west=west, south=south, east=east, north=north)


def look_up(text: str, gazetteer: Gazetteer | None) -> tuple[Fix | None, Postcode | None] | None:
    """Find what a reference of any kind means; None if it is of no kind, or of none that is known.

    Raises PlacesMissing for a postcode or UPRN when no places are loaded.
    """
    square = parse_grid_ref(text)
    if square is not None:
        return fix_of_grid_ref(square), None
    numbers = _numbers(text)
    if len(numbers) == 2:
        one, other = numbers
        if abs(one) <= 90 and abs(other) <= 180:
            return fix_of_degrees(one, other), None
        on_grid = 0 <= one <= EAST_M and 0 <= other <= NORTH_M
        return (fix_of_easting_northing(round(one), round(other)), None) if on_grid else None
    if not text.strip().isdigit() and normalise_postcode(text) is None:
        return None
    if gazetteer is None:
        raise PlacesMissing("no places have been loaded")
    if text.strip().isdigit():
        fix = gazetteer.uprn(int(text))
        return None if fix is None else (fix, None)
    found = gazetteer.postcode(text)
    return None if found is None else (found.fix, found)


def keep_outline(file: Path, area: str, outline: Outline, data_dir: Path) -> Land:
    """Read the land or boundary of an area and keep it. Raises LandUnreadable, and then changes nothing."""
    kept = _outline_file(area, outline, data_dir)
    polygons = read_land(file)
    write_land(polygons, kept)
    return polygons


def load_outline(area: str, outline: Outline, data_dir: Path) -> Land | None:
    """Give the land or boundary kept for an area, if any."""
    kept = _outline_file(area, outline, data_dir)
    return read_land(kept) if kept.exists() else None


def _numbers(text: str) -> list[float]:
    """Read the numbers of a text of nothing but numbers."""
    try:
        return [float(part) for part in text.replace(",", " ").split()]
    except ValueError:
        return []


def _gazetteer_file(data_dir: Path) -> Path:
    return data_dir / "places" / "gazetteer.sqlite"


def _outline_file(area: str, outline: Outline, data_dir: Path) -> Path:
    """Name the file of an outline. Raises AreaNotFound for what cannot be the name of an area."""
    try:
        ID.parse(area)
    except NotOfThisKind as error:
        raise AreaNotFound(f"{area!r} is not the name of an area: it is not {ID.expects}") from error
    return data_dir / "places" / f"{area}.{outline}.geojson"
