"""Where homes are: the references of a row become one position, the most precise; contradictions are told.

A message never holds a reference or a position: a home with a care need is health data.
"""

from __future__ import annotations

from dataclasses import replace
from math import cos, hypot, radians
from typing import TYPE_CHECKING, Any

from geo.fix import DEGREE_M, Fix, LocatedBy, fix_of_degrees, most_precise
from geo.national_grid import fix_of_easting_northing, fix_of_grid_ref, parse_grid_ref

if TYPE_CHECKING:
    from app.datafiles.rows import Row, Table
    from geo.gazetteer import Gazetteer

PAIRS = (("lat", "lon"), ("easting", "northing"))
ALONE = ("grid_ref", "postcode", "uprn")
NAMES = ("lat", "lon", "accuracy_m", "located_by", "grid_ref", "easting", "northing", "postcode", "uprn")

APART_M = 100
"""References of one home may disagree by so much more than their accuracies before anybody is told."""

FAR_APART_M = 5_000
"""With so much more, one of them is another place: planning would send carers to the wrong glen."""

COLUMN_OF = {
    LocatedBy.UPRN: "uprn",
    LocatedBy.DEGREES: "lat",
    LocatedBy.EASTING_NORTHING: "easting",
    LocatedBy.GRID_REF: "grid_ref",
    LocatedBy.POSTCODE: "postcode",
}
ANY_REFERENCE = "Give lat and lon, a grid_ref, easting and northing, a postcode or a uprn."
LOAD_PLACES = "Load places first: rota places load FILE."


def locate_homes(table: Table, gazetteer: Gazetteer | None) -> None:
    """Work out lat, lon, accuracy_m and located_by of every row from what it gives, or note why not."""
    usable = _heading_fits(table)
    not_looked_up: list[int] = []
    for row in table.rows:
        readable = row.cells.keys() >= set(NAMES)
        cells = {name: row.cells.pop(name, None) for name in NAMES}
        if not usable or not readable or not _pairs_are_whole(table, row, cells):
            continue
        fixes = _written(cells)
        if gazetteer is None and (cells["postcode"] or cells["uprn"]):
            not_looked_up.append(row.number)
        elif gazetteer is not None:
            fixes += _looked_up(table, row, cells, gazetteer, alone=not fixes)
        if fixes:
            best = most_precise(fixes)
            _compare(table, row, best, fixes)
            row.cells.update(lat=best.lat, lon=best.lon, accuracy_m=best.accuracy_m, located_by=best.by)
        elif not any(cells[name] for name in ("postcode", "uprn")):
            table.note("nothing tells where the home is", ANY_REFERENCE, row=row.number, column="lat")
    if not_looked_up:
        _note_missing_places(table, not_looked_up)


def _heading_fits(table: Table) -> bool:
    """Note the columns that are missing; tell whether the rows can be located."""
    if not table.heading:
        return False
    if not table.heading & {*ALONE, *(name for pair in PAIRS for name in pair)}:
        table.note("no column tells where homes are", ANY_REFERENCE, row=1, column="lat")
        return False
    lone = [name for pair in PAIRS for name in pair if len(table.heading & set(pair)) == 1]
    missing = [name for name in lone if name not in table.heading]
    for name in missing:
        table.note("the column is missing", "Add the column.", row=1, column=name)
    return not missing


def _pairs_are_whole(table: Table, row: Row, cells: dict[str, Any]) -> bool:
    """Note a pair of which one cell is empty."""
    empty = [
        name for pair in PAIRS for name in pair if cells[name] is None and any(cells[part] is not None for part in pair)
    ]
    for name in empty:
        table.note("the cell is empty", f"Fill it, or empty its partner. {ANY_REFERENCE}", row=row.number, column=name)
    return not empty


def _written(cells: dict[str, Any]) -> list[Fix]:
    """Give the fixes that need no look-up."""
    fixes = []
    if cells["lat"] is not None:
        pin = fix_of_degrees(cells["lat"], cells["lon"])
        fixes.append(replace(pin, accuracy_m=cells["accuracy_m"] or pin.accuracy_m, by=cells["located_by"] or pin.by))
    if cells["easting"] is not None:
        fixes.append(fix_of_easting_northing(cells["easting"], cells["northing"]))
    square = parse_grid_ref(cells["grid_ref"] or "")
    if square is not None:
        fixes.append(fix_of_grid_ref(square))
    return fixes


def _looked_up(table: Table, row: Row, cells: dict[str, Any], gazetteer: Gazetteer, *, alone: bool) -> list[Fix]:
    """Give the fixes that the gazetteer has; what it does not know is a fault where the row has nothing else."""
    fixes, unknown = [], []
    if cells["uprn"] is not None:
        fix = gazetteer.uprn(cells["uprn"])
        if fix is None:
            unknown.append(("uprn", "the UPRN is not among the places loaded"))
        else:
            fixes.append(fix)
    if cells["postcode"] is not None:
        found = gazetteer.postcode(cells["postcode"])
        if found is None:
            unknown.append(("postcode", "the postcode is not among the places loaded"))
        elif found.fix is None:
            unknown.append(("postcode", "nobody knows where the postcode is"))
        else:
            fixes.append(found.fix)
        if found is not None and found.ended:
            table.doubt("the postcode is no longer in use", "Ask for the new one.", row=row.number, column="postcode")
    note = table.note if alone and not fixes else table.doubt
    for column, message in unknown:
        note(message, f"Correct it, load newer places, or: {ANY_REFERENCE}", row=row.number, column=column)
    return fixes


def _compare(table: Table, row: Row, best: Fix, fixes: list[Fix]) -> None:
    """Tell of references that are further from the best one than both accuracies explain."""
    for fix in fixes:
        over_m = _apart_m(best, fix) - best.accuracy_m - fix.accuracy_m
        note = table.note if over_m > FAR_APART_M else table.doubt
        if over_m > APART_M:
            message = f"it is {over_m / 1000:.1f} km further from {COLUMN_OF[best.by]} than both are inaccurate"
            note(message, "Correct one of the two.", row=row.number, column=COLUMN_OF[fix.by])


def _apart_m(one: Fix, other: Fix) -> float:
    """Measure between two positions, well enough for a county."""
    east = (one.lon - other.lon) * cos(radians(one.lat))
    return hypot(east, one.lat - other.lat) * DEGREE_M


def _note_missing_places(table: Table, rows: list[int]) -> None:
    """Say once that postcodes and UPRNs could not be looked up: a fault if some home has nothing else."""
    lost = [row.number for row in table.rows if row.number in set(rows) and "lat" not in row.cells]
    if lost:
        message = f"{len(lost)} home(s) have nothing but a postcode or a UPRN, and no places are loaded"
        table.note(message, LOAD_PLACES, row=lost[0], column="postcode")
    else:
        table.doubt("postcodes and UPRNs were not compared: no places are loaded", LOAD_PLACES)
